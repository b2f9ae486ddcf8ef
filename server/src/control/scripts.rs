//! Scripts at run time: read, add, replace, remove. The newest comes first.

use std::collections::BTreeSet;
use std::sync::Arc;

use hyper::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Bound, Problem, Result, json, messages, no_content, ok};
use crate::config::script::{self, ConditionKeys, ScriptError, ScriptKeys};
use crate::gateway::rules::Rules;
use crate::gateway::script::Script;

/// How many scripts a space may have.
const MOST: usize = 10_000;
/// How many of them may have a regular expression: each may be large.
const MOST_WITH_TEXT: usize = 1_000;
/// The longest name, in characters.
const LONGEST_NAME: usize = 1_000;
/// The largest weight, so that sums of weights stay small.
const MOST_WEIGHT: u32 = 1_000_000;

/// All scripts, in the order in which they are asked.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScriptList {
    /// The first that fits counts.
    #[schemars(length(max = 10_000))]
    scripts: Vec<ScriptKeys>,
}

pub(super) fn list(bound: &Bound) -> Result<Answer> {
    let rules = bound.space().world.rules();
    ok(&ScriptList {
        scripts: rules.scripts.iter().map(script::keys).collect(),
    })
}

pub(super) fn add(bound: &Bound) -> Result<Answer> {
    let mut keys: ScriptKeys = bound.body()?;
    // Read before anybody has to wait for the rules.
    let script = read(&keys)?;
    let world = &bound.space().world;
    let mut outcome = Ok(());
    world.change_rules(|rules| {
        let names: BTreeSet<&str> = rules.scripts.iter().map(|script| &*script.name).collect();
        let free = (1..).map(numbered).find(|name| !names.contains(&**name));
        let name = keys.name.clone().or(free).unwrap_or_default();
        if names.contains(&*name) {
            let detail = format!("there is a script {:?} already", super::cut(&name));
            outcome = Err(Problem::conflict(detail));
            return rules.clone();
        }
        keys.name = Some(name.clone());
        let script = Script {
            name: name.into(),
            serial: rules.next_serial,
            ..script
        };
        let scripts = std::iter::once(script).chain(rules.scripts.iter().cloned());
        let scripts: Arc<[Script]> = scripts.collect();
        let with_text = scripts.iter().filter(|script| script.when.text.is_some());
        outcome = within_bounds(scripts.len(), with_text.count());
        if outcome.is_err() {
            return rules.clone();
        }
        Rules {
            scripts,
            next_serial: rules.next_serial + 1,
            ..rules.clone()
        }
    });
    outcome?;
    json(StatusCode::CREATED, &keys)
}

pub(super) fn replace(bound: &Bound) -> Result<Answer> {
    let ScriptList { scripts } = bound.body()?;
    if scripts.len() > MOST {
        return Err(Problem::bad(format!("there can be {MOST} scripts")));
    }
    let with_text = scripts.iter().filter(|keys| keys.when.text.is_some());
    within_bounds(scripts.len(), with_text.count())?;
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for name in scripts.iter().filter_map(|keys| keys.name.as_deref()) {
        if !names.insert(name) {
            return Err(Problem::conflict(format!(
                "there are two scripts {:?}",
                super::cut(name)
            )));
        }
    }
    // Numbers only grow, so that looking for free ones takes one pass.
    let mut number = 0;
    let mut read_scripts: Vec<Script> = Vec::with_capacity(scripts.len());
    for (index, keys) in scripts.iter().enumerate() {
        number = number.max(index) + 1;
        while keys.name.is_none() && names.contains(&*numbered(number)) {
            number += 1;
        }
        let name = keys.name.clone().unwrap_or_else(|| numbered(number));
        read_scripts.push(read(&ScriptKeys {
            name: Some(name),
            ..keys.clone()
        })?);
    }
    bound.space().world.change_rules(|rules| {
        let serials = rules.next_serial..;
        let scripts = read_scripts.into_iter().zip(serials);
        let scripts: Arc<[Script]> = scripts
            .map(|(script, serial)| Script { serial, ..script })
            .collect();
        Rules {
            next_serial: rules.next_serial + scripts.len() as u64,
            scripts,
            ..rules.clone()
        }
    });
    list(bound)
}

pub(super) fn remove_all(bound: &Bound) -> Result<Answer> {
    bound.space().world.change_rules(|rules| Rules {
        scripts: Arc::default(),
        ..rules.clone()
    });
    Ok(no_content())
}

pub(super) fn remove(bound: &Bound) -> Result<Answer> {
    let name = bound.capture(0);
    let mut removed = false;
    bound.space().world.change_rules(|rules| {
        let scripts: Arc<[Script]> = rules
            .scripts
            .iter()
            .filter(|script| &*script.name != name)
            .cloned()
            .collect();
        removed = scripts.len() < rules.scripts.len();
        Rules {
            scripts,
            ..rules.clone()
        }
    });
    if removed {
        Ok(no_content())
    } else {
        Err(Problem::missing(format!(
            "there is no script {:?} in this space",
            super::cut(name)
        )))
    }
}

/// Never what a script of the configuration file without a name is called: a reload must not take one for the other.
fn numbered(number: usize) -> String {
    format!("added-{number}")
}

/// Whether there may be so many.
fn within_bounds(scripts: usize, with_text: usize) -> Result<()> {
    if scripts > MOST {
        let detail = format!("there can be {MOST} scripts; remove some first");
        return Err(Problem::conflict(detail));
    }
    if with_text > MOST_WITH_TEXT {
        return Err(Problem::conflict(format!(
            "there can be {MOST_WITH_TEXT} scripts with when.text; tell messages apart by id or account"
        )));
    }
    Ok(())
}

fn read(keys: &ScriptKeys) -> Result<Script> {
    let ConditionKeys {
        msisdn,
        id,
        account,
        sender,
        text: _,
    } = &keys.when;
    for (pattern, key) in [
        (msisdn, "when.msisdn"),
        (id, "when.id"),
        (account, "when.account"),
        (sender, "when.sender"),
    ] {
        if let Some(pattern) = pattern {
            messages::glob(pattern, key)?;
        }
    }
    check_name(keys.name.as_deref())?;
    let several = keys.any_of.iter().flatten();
    if several
        .clone()
        .any(|alternative| alternative.weight > MOST_WEIGHT)
    {
        let detail = format!("any_of: a weight is at most {MOST_WEIGHT}");
        return Err(Problem::bad(detail));
    }
    script::script(keys, "script").map_err(|error| problem(&error))
}

/// Whether a name has a length that can be shown.
pub(super) fn check_name(name: Option<&str>) -> Result<()> {
    if name.is_some_and(|name| name.chars().count() > LONGEST_NAME) {
        let detail = format!("name has at most {LONGEST_NAME} characters");
        return Err(Problem::bad(detail));
    }
    Ok(())
}

/// What is wrong with a script or a fault, and where in it.
pub(super) fn problem(error: &ScriptError) -> Problem {
    let places = error.path.iter().map(|place| match place {
        script::Place::Key(key) => format!(".{key}"),
        script::Place::Index(index) => format!("[{index}]"),
    });
    let place: String = places.collect();
    let place = place.trim_start_matches('.');
    let colon = if place.is_empty() { "" } else { ": " };
    Problem::bad(format!("{place}{colon}{}", error.reason))
}

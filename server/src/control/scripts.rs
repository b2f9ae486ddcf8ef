//! Scripts at run time: read, add, replace, remove. The newest comes first.

use std::sync::Arc;

use hyper::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Bound, Problem, Result, json, no_content, ok};
use crate::config::script::{self, ScriptKeys};
use crate::gateway::rules::Rules;
use crate::gateway::script::Script;

/// How many scripts a space may have.
const MOST: usize = 10_000;

/// All scripts, in the order in which they are asked.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScriptList {
    /// The first that fits counts.
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
    let world = &bound.space().world;
    let mut outcome = Err(Problem::conflict("there are too many scripts"));
    world.change_rules(|rules| {
        if rules.scripts.len() >= MOST {
            return rules.clone();
        }
        let free = (1..).map(|number| format!("script-{number}"));
        let is_free = |name: &str| rules.scripts.iter().all(|script| &*script.name != name);
        let name = keys
            .name
            .clone()
            .or_else(|| free.into_iter().find(|name| is_free(name)));
        keys.name = name;
        match read(&keys) {
            Ok(script) if is_free(&script.name) => {
                outcome = Ok(keys.clone());
                let scripts = std::iter::once(script)
                    .chain(rules.scripts.iter().cloned())
                    .collect();
                Rules {
                    scripts,
                    ..rules.clone()
                }
            }
            Ok(script) => {
                outcome = Err(Problem::conflict(format!(
                    "there is a script {:?} already",
                    super::cut(&script.name)
                )));
                rules.clone()
            }
            Err(problem) => {
                outcome = Err(problem);
                rules.clone()
            }
        }
    });
    json(StatusCode::CREATED, &outcome?)
}

pub(super) fn replace(bound: &Bound) -> Result<Answer> {
    let ScriptList { scripts } = bound.body()?;
    if scripts.len() > MOST {
        return Err(Problem::bad(format!("there can be {MOST} scripts")));
    }
    let mut read_scripts: Vec<Script> = Vec::with_capacity(scripts.len());
    for (index, keys) in scripts.iter().enumerate() {
        let name = keys
            .name
            .clone()
            .unwrap_or_else(|| format!("script-{}", index + 1));
        let script = read(&ScriptKeys {
            name: Some(name),
            ..keys.clone()
        })?;
        if read_scripts.iter().any(|known| known.name == script.name) {
            return Err(Problem::bad(format!(
                "there are two scripts {:?}",
                super::cut(&script.name)
            )));
        }
        read_scripts.push(script);
    }
    let scripts: Arc<[Script]> = read_scripts.into();
    bound.space().world.change_rules(|rules| Rules {
        scripts: Arc::clone(&scripts),
        ..rules.clone()
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

fn read(keys: &ScriptKeys) -> Result<Script> {
    script::script(keys, "script").map_err(|error| {
        let places = error.path.iter().map(|place| match place {
            script::Place::Key(key) => format!(".{key}"),
            script::Place::Index(index) => format!("[{index}]"),
        });
        let place: String = places.collect();
        let place = place.trim_start_matches('.');
        let colon = if place.is_empty() { "" } else { ": " };
        Problem::bad(format!("{place}{colon}{}", error.reason))
    })
}

//! Faults at run time: read, add, put, remove. The newest comes first; each tells how often it struck.

use std::sync::Arc;

use hyper::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Answer, Bound, Problem, Result, json, messages, no_content, ok, scripts};
use crate::config::fault::{self, FaultKeys, TargetKeys};
use crate::gateway::fault::Fault;
use crate::gateway::rules::Rules;
use crate::world::World;

/// How many faults a space may have: each request is compared with all of them.
const MOST: usize = 1_000;

/// All faults, in the order in which they are tried.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FaultList {
    /// The first that strikes counts.
    faults: Vec<FaultView>,
}

/// A fault, and how often it struck.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FaultView {
    /// The fault.
    fault: FaultKeys,
    /// How often it struck, in all accounts.
    hits: u64,
}

fn views(world: &World, faults: &[Fault]) -> Vec<FaultView> {
    let struck = world.struck(faults);
    let view = |fault: &Fault| FaultView {
        fault: fault::keys(fault),
        hits: struck.get(&fault.serial).copied().unwrap_or_default(),
    };
    faults.iter().map(view).collect()
}

pub(super) fn list(bound: &Bound) -> Result<Answer> {
    let world = &bound.space().world;
    ok(&FaultList {
        faults: views(world, &world.rules().faults),
    })
}

/// The fault that a path names, if there is one.
fn named(rules: &Rules, name: &str) -> Option<usize> {
    rules.faults.iter().position(|fault| &*fault.name == name)
}

fn missing(name: &str) -> Problem {
    let name = super::cut(name);
    Problem::missing(format!("there is no fault {name:?} in this space"))
}

pub(super) fn read(bound: &Bound) -> Result<Answer> {
    let (world, name) = (&bound.space().world, bound.capture(0));
    let rules = world.rules();
    let fault = named(&rules, name).and_then(|place| rules.faults.get(place..=place));
    let mut found = views(world, fault.ok_or_else(|| missing(name))?);
    ok(&found.pop())
}

pub(super) fn add(bound: &Bound) -> Result<Answer> {
    let keys: FaultKeys = bound.body()?;
    let fault = checked(&keys)?;
    bound
        .space()
        .world
        .try_change_rules(|rules| {
            let free = (1..).map(|number| format!("added-{number}"));
            let mut free = free.filter(|name| named(rules, name).is_none());
            let name = keys
                .name
                .clone()
                .or_else(|| free.next())
                .unwrap_or_default();
            if named(rules, &name).is_some() {
                let name = super::cut(&name);
                return Err(Problem::conflict(format!(
                    "there is a fault {name:?} already"
                )));
            }
            let mut faults = rules.faults.to_vec();
            faults.insert(
                0,
                Fault {
                    name: name.into(),
                    ..fault
                },
            );
            changed(rules, faults, 0)
        })
        .and_then(|added| json(StatusCode::CREATED, &added))
}

pub(super) fn put(bound: &Bound) -> Result<Answer> {
    let name = bound.capture(0);
    let keys: FaultKeys = bound.body()?;
    if keys.name.as_deref().is_some_and(|other| other != name) {
        return Err(Problem::conflict("name: it is another than in the path"));
    }
    let fault = checked(&FaultKeys {
        name: Some(name.to_owned()),
        ..keys
    })?;
    bound
        .space()
        .world
        .try_change_rules(|rules| {
            let mut faults = rules.faults.to_vec();
            let place = named(rules, name);
            match place.and_then(|place| faults.get_mut(place)) {
                Some(there) => *there = fault,
                None => faults.insert(0, fault),
            }
            changed(rules, faults, place.unwrap_or_default())
        })
        .and_then(|put| ok(&put))
}

/// The rules with these faults, of which the one at a place is new.
fn changed(rules: &Rules, mut faults: Vec<Fault>, new: usize) -> Result<(Rules, FaultView)> {
    if faults.len() > MOST {
        return Err(Problem::conflict(format!(
            "there can be {MOST} faults; remove some first"
        )));
    }
    let Some(fault) = faults.get_mut(new) else {
        return Err(Problem::bad("there is no such place"));
    };
    fault.serial = rules.next_serial;
    let view = FaultView {
        fault: fault::keys(fault),
        hits: 0,
    };
    let rules = Rules {
        faults: faults.into(),
        next_serial: rules.next_serial + 1,
        ..rules.clone()
    };
    Ok((rules, view))
}

pub(super) fn remove(bound: &Bound) -> Result<Answer> {
    let name = bound.capture(0);
    bound
        .space()
        .world
        .try_change_rules(|rules| {
            let place = named(rules, name).ok_or_else(|| missing(name))?;
            let mut faults = rules.faults.to_vec();
            faults.remove(place);
            let rules = Rules {
                faults: Arc::from(faults),
                ..rules.clone()
            };
            Ok((rules, ()))
        })
        .map(|()| no_content())
}

/// Reads a fault, within the bounds of what comes from outside.
fn checked(keys: &FaultKeys) -> Result<Fault> {
    scripts::check_name(keys.name.as_deref())?;
    let TargetKeys {
        account,
        msisdn,
        operation: _,
    } = &keys.when;
    for (pattern, key) in [(account, "when.account"), (msisdn, "when.msisdn")] {
        if let Some(pattern) = pattern {
            messages::glob(pattern, key)?;
        }
    }
    fault::fault(keys, "fault").map_err(|error| scripts::problem(&error))
}

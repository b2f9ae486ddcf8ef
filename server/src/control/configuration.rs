//! The configuration: which one is in force, and reading its file again.

use std::sync::Arc;

use hyper::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Answer, Bound, Problem, Result, ok};
use crate::config::edit::{Edit, NamedEdit};
use crate::reload::{Cause, Failure, NotReloaded, Reloaded, Standing};

/// How the configuration stands.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Configuration")]
pub(super) struct ConfigurationView {
    /// Its file; null if there is none.
    file: Option<String>,
    /// Which configuration since the start is in force, from 1. One that changes nothing does not count.
    generation: u64,
    /// How many times the file was read again and was right.
    reloads: u64,
    /// How many times it was wrong, and the configuration before stayed in force.
    failures: u64,
    /// What is wrong with the file, if what was read last is not in force.
    error: Option<FailureView>,
}

/// What is wrong with the file.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ConfigurationError")]
struct FailureView {
    /// The file.
    file: String,
    /// The line, from 1, if it is known.
    line: Option<usize>,
    /// The column, from 1, if it is known.
    column: Option<usize>,
    /// What is wrong.
    reason: String,
}

/// What a reload changed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Reloaded")]
pub(super) struct ReloadedView {
    /// Which configuration since the start is in force, from 1.
    generation: u64,
    /// Whether anything was changed.
    changed: bool,
    /// The same in one line, as in the log.
    summary: String,
    /// The accounts, by login.
    accounts: Named,
    /// The scripts, by name.
    scripts: Named,
    /// The faults, by name.
    faults: Named,
    /// The other keys that are in force at once.
    keys: Vec<String>,
    /// The keys that say how something begins: in force from the next reset on, and in spaces opened from now on.
    at_reset: Vec<String>,
    /// The keys that are in force from the next start on.
    at_restart: Vec<String>,
}

/// What changed of those that have names.
#[derive(Debug, Serialize, JsonSchema)]
struct Named {
    /// They are new.
    added: Vec<String>,
    /// They say something else.
    changed: Vec<String>,
    /// They are gone; accounts are closed, and keep their messages and their ledger.
    removed: Vec<String>,
}

impl Named {
    fn of<T>(edit: NamedEdit<T>) -> Self {
        Self {
            added: edit.added,
            changed: edit.replaced,
            removed: edit.removed,
        }
    }
}

pub(super) fn read(bound: &Bound) -> Result<Answer> {
    let configuration = &bound.call.app.configuration;
    let Standing {
        generation,
        reloads,
        failures,
        error,
    } = configuration.standing();
    let error = error.map(|failure| FailureView {
        line: failure.place.map(|(line, _)| line),
        column: failure.place.map(|(_, column)| column),
        file: failure.file,
        reason: failure.reason,
    });
    ok(&ConfigurationView {
        file: configuration.file().map(|file| file.display().to_string()),
        generation,
        reloads,
        failures,
        error,
    })
}

pub(super) async fn reload(bound: Bound) -> Result<Answer> {
    let app = Arc::clone(&bound.call.app);
    // A file is read, and every space may have to be waited for: other requests go on meanwhile.
    let reloading =
        tokio::task::spawn_blocking(move || app.configuration.reload(&app.spaces, Cause::Call));
    let reloaded = reloading
        .await
        .map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    match reloaded {
        Ok(reloaded) => ok(&view(reloaded)),
        Err(NotReloaded::NoFile) => Err(Problem::conflict(
            "there is no configuration file to read again; start with --config",
        )),
        Err(NotReloaded::Wrong(failure)) => Err(problem(&failure)),
    }
}

fn problem(failure: &Failure) -> Problem {
    let lines = failure.screen.lines().map(str::to_owned).collect();
    Problem::conflict(failure.to_string()).with(lines)
}

fn view(Reloaded { generation, edit }: Reloaded) -> ReloadedView {
    let (changed, summary) = (!edit.is_empty(), edit.to_string());
    let Edit {
        added,
        changed: accounts,
        closed,
        scripts,
        faults,
        keys,
        at_reset,
        at_restart,
    } = edit;
    let words = |keys: Vec<&str>| keys.into_iter().map(str::to_owned).collect();
    let added = added.iter().map(|(profile, _)| profile.username.clone());
    let accounts = accounts.iter().map(|change| change.after.username.clone());
    ReloadedView {
        generation,
        changed,
        summary,
        accounts: Named {
            added: added.collect(),
            changed: accounts.collect(),
            removed: closed,
        },
        scripts: Named::of(scripts),
        faults: Named::of(faults),
        keys: words(keys),
        at_reset,
        at_restart: words(at_restart),
    }
}

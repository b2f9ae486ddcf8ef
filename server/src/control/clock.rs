//! The clock of a space: read, stop, move, let go.

use std::time::Duration;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Bound, Problem, Result, ok};
use crate::config::Exact;
use crate::space::news::Notice;

/// How the clock is to go.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [
    { "properties": { "mode": { "const": "frozen" } } },
    { "properties": { "mode": { "const": "real" }, "at": { "type": "null" } } }
]))]
pub(super) struct ClockChange {
    /// `frozen`: it stands until it is moved; `real`: it goes with the machine's.
    mode: ClockMode,
    /// Where it is to stand, such as 2026-01-02T03:04:05Z. Without this key: where it is.
    #[schemars(extend("format" = "date-time"))]
    at: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum ClockMode {
    Real,
    Frozen,
}

/// How far a clock that stands is to move.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    /// A length of time: 500ms, 2s, 10m.
    by: Exact<Duration>,
}

/// The clock.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ClockView {
    /// The present of this space.
    now: String,
    /// Whether it stands.
    mode: ClockMode,
}

pub(super) fn read(bound: &Bound) -> Result<Answer> {
    let clock = &bound.space().clock;
    let mode = if clock.frozen().is_some() {
        ClockMode::Frozen
    } else {
        ClockMode::Real
    };
    ok(&ClockView {
        now: clock.now().to_string(),
        mode,
    })
}

pub(super) fn set(bound: &Bound) -> Result<Answer> {
    let ClockChange { mode, at } = bound.body()?;
    let clock = &bound.space().clock;
    let at = at.map(|at| at.parse::<Timestamp>()).transpose();
    let at = at.map_err(|_| Problem::bad("at is no time; write it as 2026-01-02T03:04:05Z"))?;
    match (mode, at) {
        (ClockMode::Real, Some(_)) => {
            return Err(Problem::bad("a real clock cannot be set; leave at out"));
        }
        (ClockMode::Real, None) => clock.release(),
        (ClockMode::Frozen, at) => {
            if clock.freeze(at).is_none() {
                let detail = "a clock does not go back, or what is delivered would be on its way again; reset the space first, or \
                    configure `clock` to begin there";
                if bound.space().requests() > 0 {
                    return Err(Problem::conflict(detail));
                }
                // Nothing has happened that could be undone.
                clock.begin(at);
            }
        }
    }
    bound.space().news().tell(Notice::Clock);
    read(bound)
}

pub(super) fn advance(bound: &Bound) -> Result<Answer> {
    let Advance { by: Exact(by) } = bound.body()?;
    match bound.space().clock.advance(by) {
        Some(_) => {
            bound.space().news().tell(Notice::Clock);
            read(bound)
        }
        None => Err(Problem::conflict(
            "the clock is real; freeze it first: PUT clock {\"mode\":\"frozen\"}",
        )),
    }
}

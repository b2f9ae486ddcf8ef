//! The verdict on a history that was played: one check, beside those of its steps.

use std::fmt::Write as _;

use super::linear::{Unexplained, explain};
use super::model::Model;
use crate::run::calls::Call;
use crate::run::event::{CheckOutcome, CheckReport, Location};
use crate::target::Target;

/// The name of the check.
pub const NAME: &str = "history";

/// Whether the model explains the calls, which stand in the order of their beginnings. What does not hold is told with
/// the whole history.
pub fn check(target: &Target, calls: &[Call], location: Location) -> CheckReport {
    let mut report = CheckReport {
        name: NAME.to_owned(),
        outcome: CheckOutcome::Held,
        expected: "an order of these operations that explains every reply".to_owned(),
        actual: "there is one".to_owned(),
        difference: None,
        location,
        advice: None,
    };
    let mut unexplained = None;
    for model in Model::of(target) {
        match explain(&model, calls) {
            Ok(_) => return report,
            Err(reason) => unexplained = unexplained.or(Some(reason)),
        }
    }
    if let Some(unexplained) = unexplained {
        report.outcome = CheckOutcome::Failed;
        report.actual = reason(&unexplained, calls);
        report.difference = Some(told(&unexplained, calls));
    }
    report
}

/// What is wrong with the calls that could be next.
fn reason(unexplained: &Unexplained, calls: &[Call]) -> String {
    let next = unexplained.next.iter();
    let reasons: Vec<_> = next
        .filter_map(|(place, reason)| Some(format!("{} ({reason})", calls.get(*place)?)))
        .collect();
    format!("none: {}", reasons.join("; "))
}

/// The history, a line for each call: its place, when it began and ended, and whether it is explained.
fn told(unexplained: &Unexplained, calls: &[Call]) -> String {
    let mut text = String::new();
    for (place, call) in calls.iter().enumerate() {
        let found = unexplained.explained.iter().position(|one| *one == place);
        let mark = match found {
            Some(turn) => turn.saturating_add(1).to_string(),
            None if unexplained.next.iter().any(|(next, _)| *next == place) => "?".to_owned(),
            None => String::new(),
        };
        // Writing to a string cannot fail.
        _ = writeln!(
            text,
            "{mark:>3}  {:>3}-{:<3} {call}",
            call.began, call.ended
        );
    }
    text
}

//! A step of an exercise as it may be shown: the last request and its reply as text, what the client said, without secrets.

use std::time::Duration;

use super::reaction::Check;
use super::told::Told;
use crate::run::event::{CheckOutcome, CheckReport, Location, StepReport, Wire};
use crate::run::plan::Case;
use crate::run::redaction::Redaction;
use crate::scenario::locate::Turn;
use crate::stand_in::answer::Answer;
use crate::stand_in::received::{End, Received};
use crate::xml::charset;

/// The most lines of what a client writes that are shown.
const QUOTED_LINES: usize = 20;

/// The most bytes of a body that are shown.
const SHOWN: usize = 64 * 1024;

/// What there is to show of a step.
#[derive(Debug)]
pub struct Scene<'s> {
    /// The exercise.
    pub case: &'s Case,
    /// Which step.
    pub place: usize,
    /// The last request.
    pub received: Option<&'s Received>,
    /// How many there were.
    pub requests: usize,
    /// How long the client took.
    pub took: Duration,
    /// What it said.
    pub told: &'s Told,
    /// What it was answered, if that was scripted.
    pub answer: Option<&'s Answer>,
}

impl Scene<'_> {
    /// The report of the step. Advice is given by whoever knows the language.
    pub fn report(&self, checks: Vec<Check>, redaction: &Redaction) -> StepReport {
        let step = self.case.loaded.scenario.steps.get(self.place);
        let number = self.place.saturating_add(1);
        let action = step.map_or("", |step| {
            let actions = [
                (step.send.is_some(), "send"),
                (step.price.is_some(), "price"),
                (step.status.is_some(), "status"),
            ];
            let found = actions.iter().find(|(there, _)| *there);
            found.map_or("ask", |(_, action)| action)
        });
        let name = step.and_then(|step| step.name.as_ref());
        let label = name.cloned().unwrap_or_else(|| number.to_string());
        let failed = checks.iter().any(|check| !check.holds);
        let location = self.location(failed);
        let checks = checks.into_iter().map(|check| CheckReport {
            name: format!("{label}.{}", check.name),
            outcome: if check.holds {
                CheckOutcome::Held
            } else {
                CheckOutcome::Failed
            },
            expected: redaction.hide(&check.expected),
            actual: redaction.hide(&check.actual),
            difference: self.output(&check, redaction),
            location: self.location(!check.holds),
            advice: None,
        });
        StepReport {
            name: if name.is_some() {
                format!("{label}: {action}")
            } else {
                format!("{label} {action}")
            },
            requirement: step.and_then(|step| step.requirement.clone()),
            location,
            attempts: u32::try_from(self.requests).unwrap_or(u32::MAX),
            wire: self.wire(redaction),
            checks: checks.collect(),
        }
    }

    /// What the client wrote, where it says nothing else.
    fn output(&self, check: &Check, redaction: &Redaction) -> Option<String> {
        let text = self.told.shown.trim();
        let wanted = !check.holds && matches!(check.name.as_str(), "outcome" | "ends" | "asks");
        if !wanted || text.is_empty() {
            return None;
        }
        let lines = redaction.hide(text);
        let lines = lines.lines().take(QUOTED_LINES);
        let lines: Vec<_> = lines.map(|line| format!("  {line}")).collect();
        Some(format!("  What the client wrote:\n{}", lines.join("\n")))
    }

    /// The place of the step, where somebody will look for it.
    fn location(&self, wanted: bool) -> Location {
        let source = &self.case.loaded.source;
        if wanted {
            return source.location(&[Turn::Key("steps".to_owned()), Turn::Item(self.place)]);
        }
        Location {
            file: source.name.clone(),
            line: 1,
            column: 1,
        }
    }

    fn wire(&self, redaction: &Redaction) -> Option<Wire> {
        let received = self.received?;
        let text = |bytes: &[u8]| {
            let bytes = bytes.get(..SHOWN).unwrap_or(bytes);
            redaction.hide(&charset::decode_lossy(bytes))
        };
        let document = received.document();
        let head = String::from_utf8_lossy(&received.head);
        let head = head.lines().filter(|line| !line.is_empty());
        let failure = match received.end {
            End::Answered => None,
            End::Withheld => Some("no whole reply was given, on purpose".to_owned()),
            End::Left => Some("the client went before its reply was whole".to_owned()),
        };
        Some(Wire {
            request_head: head.map(|line| redaction.hide(line)).collect(),
            request_body: text(document.as_ref().unwrap_or(&received.body)),
            status_line: if received.reply.is_empty() {
                String::new()
            } else {
                format!(
                    "HTTP/1.1 {}",
                    self.answer.map_or(200, |answer| answer.status)
                )
            },
            headers: self
                .answer
                .iter()
                .flat_map(|answer| &answer.headers)
                .map(|(name, value)| redaction.hide(&format!("{name}: {value}")))
                .collect(),
            body: text(&received.reply),
            failure,
            milliseconds: u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
            curl: None,
        })
    }
}

//! GitHub's workflow commands: a line for the first check of each scenario that did not hold, which GitHub shows at its
//! place in the YAML. GitHub shows a few of them only, so one cause must not take all the places.
//! It is for a reader of a change, who sees the file; the wire is in the other reports.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::plain::{checks, comparison, reason, scenario};
use super::text::spelled;
use crate::run::event::{
    CaseReport, CheckOutcome, CheckReport, Event, Location, Reporter, Verdict,
};

/// The reporter for GitHub.
#[derive(Debug)]
pub struct Github<W> {
    out: W,
    /// The scenarios that have their line.
    told: BTreeSet<String>,
}

impl<W: Write> Github<W> {
    /// Writes to `out`, which must be the step's standard output.
    pub fn new(out: W) -> Self {
        Self {
            out,
            told: BTreeSet::new(),
        }
    }
}

impl<W: Write> Reporter for Github<W> {
    fn hear(&mut self, event: &Event<'_>) -> io::Result<()> {
        let Event::Finished(case) = event else {
            return Ok(());
        };
        let Some(line) = annotations(case).into_iter().next() else {
            return Ok(());
        };
        if !self.told.insert(scenario(&case.id).to_owned()) {
            return Ok(());
        }
        self.out.write_all(line.as_bytes())?;
        self.out.flush()
    }
}

fn annotations(case: &CaseReport) -> Vec<String> {
    let failure = match case.verdict {
        Verdict::Passed | Verdict::Skipped(_) => return Vec::new(),
        Verdict::Warned => "warning",
        Verdict::Failed | Verdict::Known(_) | Verdict::Stale(_) | Verdict::Errored(_) => "error",
    };
    let failed = checks(case, &[CheckOutcome::Failed]);
    let mut lines: Vec<String> = failed.map(|check| of_check(failure, case, check)).collect();
    let stale = checks(case, &[CheckOutcome::Stale]);
    lines.extend(stale.map(|check| of_check("notice", case, check)));
    if lines.is_empty() {
        lines.extend(of_case(case));
    }
    lines
}

fn of_check(command: &str, case: &CaseReport, check: &CheckReport) -> String {
    let mut message = vec![spelled(&case.requirement)];
    if let (CheckOutcome::Stale, Some(reason)) = (check.outcome, reason(&case.verdict)) {
        message.push(spelled(reason));
    }
    message.extend(comparison(check));
    let title = format!("{}: {}", spelled(&case.id), spelled(&check.name));
    annotation(command, &check.location, &title, &message)
}

/// A case that has no check to point at.
fn of_case(case: &CaseReport) -> Option<String> {
    let (command, message) = match &case.verdict {
        Verdict::Passed | Verdict::Skipped(_) | Verdict::Known(_) => return None,
        Verdict::Failed => ("error", case.requirement.clone()),
        Verdict::Warned => ("warning", case.requirement.clone()),
        Verdict::Stale(reason) => ("notice", reason.clone()),
        Verdict::Errored(reason) => ("error", format!("the kit, not what is judged: {reason}")),
    };
    Some(annotation(
        command,
        &case.location,
        &spelled(&case.id),
        &[spelled(&message)],
    ))
}

fn annotation(command: &str, place: &Location, title: &str, message: &[String]) -> String {
    let Location { file, line, column } = place;
    format!(
        "::{command} file={},line={line},col={column},title={}::{}\n",
        property(file),
        property(title),
        escaped(&message.join("\n"))
    )
}

/// What would end a command, as GitHub wants it.
fn escaped(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// In a property two more characters have a meaning.
fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

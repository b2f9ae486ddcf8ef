//! The Test Anything Protocol, version 14: a line for each case, a YAML block for what did not simply hold.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use super::collected::{Collected, Run};
use super::plain::{checks, paste, transcript, value};
use super::text::spelled;
use crate::clause::{Grade, Level};
use crate::run::event::{
    CaseReport, CheckOutcome, CheckReport, Event, Location, Reporter, Verdict, Wire,
};

/// The reporter for harnesses that read TAP.
#[derive(Debug)]
pub struct Tap<W> {
    out: W,
    collected: Collected,
}

impl<W: Write> Tap<W> {
    /// Writes to `out` when the run has ended.
    pub fn new(out: W) -> Self {
        Self {
            out,
            collected: Collected::default(),
        }
    }
}

impl<W: Write> Reporter for Tap<W> {
    fn hear(&mut self, event: &Event<'_>) -> io::Result<()> {
        let Some(run) = self.collected.hear(event) else {
            return Ok(());
        };
        let text = document(&run)?;
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }
}

fn document(run: &Run<'_>) -> io::Result<String> {
    // A case that never ended is missing from the plan, which is how a harness notices.
    let planned = run.planned.map_or(0, |planned| planned.selected);
    let mut text = format!("TAP version 14\n1..{}\n", planned.max(run.cases.len()));
    if let Some(planned) = run.planned {
        let (target, revision) = (spelled(&planned.target), spelled(&planned.revision));
        _ = writeln!(text, "# {target}, {revision} revision");
    }
    for (case, number) in run.cases.iter().zip(1_usize..) {
        text.push_str(&point(case, number)?);
    }
    _ = writeln!(text, "# {}", run.summary);
    Ok(text)
}

fn point(case: &CaseReport, number: usize) -> io::Result<String> {
    let (result, directive, severity) = match &case.verdict {
        Verdict::Passed => ("ok", String::new(), None),
        Verdict::Warned => ("ok", String::new(), Some("warning")),
        Verdict::Failed => ("not ok", String::new(), Some("fail")),
        Verdict::Known(reason) => (
            "not ok",
            format!(" # TODO known: {}", escaped(reason)),
            Some("todo"),
        ),
        Verdict::Stale(_) => ("not ok", String::new(), Some("stale")),
        Verdict::Errored(_) => ("not ok", String::new(), Some("error")),
        Verdict::Skipped(reason) => ("ok", format!(" # SKIP {}", escaped(reason)), None),
    };
    let mut text = format!("{result} {number} - {}{directive}\n", escaped(&case.id));
    if let Some(severity) = severity {
        let yaml =
            serde_yaml::to_string(&Diagnostic::new(case, severity)).map_err(io::Error::other)?;
        text.push_str("  ---\n");
        for line in yaml.lines() {
            if !line.is_empty() {
                text.push_str("  ");
                text.push_str(line);
            }
            text.push('\n');
        }
        text.push_str("  ...\n");
    }
    Ok(text)
}

/// A line in which `#` begins no directive.
fn escaped(text: &str) -> String {
    spelled(text).replace('\\', "\\\\").replace('#', "\\#")
}

/// What stands in the YAML block.
#[derive(Serialize)]
struct Diagnostic<'c> {
    message: String,
    severity: &'static str,
    clauses: &'c [String],
    level: Level,
    grade: Grade,
    at: &'c Location,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checks: Vec<Difference<'c>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    curl: Option<String>,
}

/// A check that did not hold, or held though it was said not to.
#[derive(Serialize)]
struct Difference<'c> {
    name: &'c str,
    outcome: CheckOutcome,
    wanted: String,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<String>,
    at: &'c Location,
}

impl<'c> Diagnostic<'c> {
    fn new(case: &'c CaseReport, severity: &'static str) -> Self {
        let wire = wire(case);
        Self {
            message: match &case.verdict {
                Verdict::Errored(reason) => format!("the kit, not what is judged: {reason}"),
                Verdict::Stale(reason) => format!("stale in the baseline: {reason}"),
                Verdict::Passed
                | Verdict::Warned
                | Verdict::Failed
                | Verdict::Known(_)
                | Verdict::Skipped(_) => case.requirement.clone(),
            },
            severity,
            clauses: &case.clauses,
            level: case.level,
            grade: case.grade,
            at: &case.location,
            checks: checks(case, &UNEXPECTED).map(Difference::new).collect(),
            exchange: wire.map(|wire| transcript(wire).join("\n") + "\n"),
            curl: wire.and_then(|wire| wire.curl.as_deref()).map(paste),
        }
    }
}

/// The outcomes of checks that are worth telling.
const UNEXPECTED: [CheckOutcome; 3] = [
    CheckOutcome::Failed,
    CheckOutcome::Known,
    CheckOutcome::Stale,
];

impl<'c> Difference<'c> {
    fn new(check: &'c CheckReport) -> Self {
        Self {
            name: &check.name,
            outcome: check.outcome,
            wanted: value(&check.expected),
            found: value(&check.actual),
            difference: check.difference.as_deref().map(value),
            at: &check.location,
        }
    }
}

/// The exchange of the first step in which something was not as it should be.
fn wire(case: &CaseReport) -> Option<&Wire> {
    let unexpected = |check: &CheckReport| UNEXPECTED.contains(&check.outcome);
    let step = case
        .steps
        .iter()
        .find(|step| step.checks.iter().any(unexpected));
    step?.wire.as_ref()
}

//! What a run tells its reporters: the types that cross, and nothing else does.
//!
//! Everything in here may be shown: passwords and numbers are masked before it is made. A reporter changes no
//! verdict, and a check prints nothing.

use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::clause::{Grade, Level, Registry};
use crate::finding::rule::Severity;

/// What happens in a run, in this order: planned, then each case as it ends, then ended.
#[derive(Debug)]
pub enum Event<'e> {
    /// What will be done.
    Planned(&'e Planned),
    /// A case has ended; cases run at the same time, so the order is not that of the plan.
    Finished(&'e CaseReport),
    /// All cases have ended.
    Ended(&'e Summary),
}

/// Whoever wants to know.
pub trait Reporter {
    /// Takes one event.
    fn hear(&mut self, event: &Event<'_>) -> std::io::Result<()>;
}

/// The run as a whole, before it begins.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The endpoint's URL, or what the target file calls it.
    pub target: String,
    /// `documented` or `extended`.
    pub revision: String,
    /// How many cases were selected, those that will be skipped included.
    pub selected: usize,
    /// The clauses, for reports that go by them.
    pub registry: Registry,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema, Serialize)]
pub struct Location {
    /// The file as the user would write it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
}

/// What became of one case: a scenario, or one combination of its matrix.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
pub struct CaseReport {
    /// Such as `send/SEND-03-charge` or `form/FORM-04-form[utf-8]`.
    pub id: String,
    /// What is demanded.
    pub requirement: String,
    /// The ids of the clauses that are tested, the one that counts first.
    pub clauses: Vec<String>,
    /// The level of the first clause.
    pub level: Level,
    /// The grade of the first clause.
    pub grade: Grade,
    /// The rule of `fixtures/findings.yaml` that is looked at, if it is a client that is judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Where the scenario stands.
    pub location: Location,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// What was done, in order; parallel branches one after the other.
    pub steps: Vec<StepReport>,
    /// How long it took.
    #[serde(rename = "milliseconds", with = "milliseconds")]
    #[schemars(with = "u64")]
    pub duration: Duration,
}

/// What became of a case.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase", tag = "verdict", content = "reason")]
pub enum Verdict {
    /// Every check held.
    Passed,
    /// A check of a clause that should hold did not; that is a failure with `--strict` only.
    Warned,
    /// A check did not hold.
    Failed,
    /// A check did not hold, and the baseline says why that is known.
    Known(String),
    /// The baseline says that a check does not hold, but it does, or its entry has expired.
    Stale(String),
    /// The kit itself could not do its work; that says nothing about the endpoint.
    Errored(String),
    /// It was not played, and why.
    Skipped(String),
}

/// One step that was done.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
pub struct StepReport {
    /// Its name, or what it does and its number: `2 send`.
    pub name: String,
    /// What it demands, if it says so itself.
    pub requirement: Option<String>,
    /// Where it stands.
    pub location: Location,
    /// How often it was done: more than once if it was repeated until something held.
    pub attempts: u32,
    /// The last exchange of it, if there was one.
    pub wire: Option<Wire>,
    /// What was looked at.
    pub checks: Vec<CheckReport>,
}

/// One request and its reply, as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
pub struct Wire {
    /// The request line and headers, one a line.
    pub request_head: Vec<String>,
    /// The document that was sent, as text; or the body, if there is no document.
    pub request_body: String,
    /// The status line of the reply; empty if there was no reply.
    pub status_line: String,
    /// The headers of the reply, one a line.
    pub headers: Vec<String>,
    /// The body of the reply as text.
    pub body: String,
    /// Why there is no reply, if there is none.
    pub failure: Option<String>,
    /// How long the exchange took.
    pub milliseconds: u64,
    /// A shell command that makes the same request, if there is one.
    pub curl: Option<String>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
pub struct CheckReport {
    /// Its name within the case, for the baseline: the step and what was looked at, such as `before.credits`.
    pub name: String,
    /// Whether it held.
    pub outcome: CheckOutcome,
    /// What was expected, in words.
    pub expected: String,
    /// What there was.
    pub actual: String,
    /// Both, line by line with `+` and `-`, where one line does not show it.
    pub difference: Option<String>,
    /// Where the expectation stands.
    pub location: Location,
    /// What comes of it and how to mend it, if it is a client that is judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<Advice>,
}

/// What an author of a client wants to know about a check that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
pub struct Advice {
    /// The rule of `fixtures/findings.yaml`.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// What comes of it.
    pub consequence: String,
    /// How to mend it.
    pub mend: String,
}

/// Whether a check held, and whether that was to be expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckOutcome {
    /// It held.
    Held,
    /// It did not.
    Failed,
    /// It did not, and the baseline knows.
    Known,
    /// It held, though the baseline says otherwise; or the entry has expired.
    Stale,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
pub struct Summary {
    /// Cases that were chosen.
    pub selected: usize,
    /// Cases that were played: passed, failed or known.
    pub ran: usize,
    /// Cases whose checks all held, and those that warned.
    pub passed: usize,
    /// Cases that failed, were stale, or that the kit could not play.
    pub failed: usize,
    /// Cases that failed as the baseline says.
    pub known: usize,
    /// Cases that were not played.
    pub skipped: usize,
    /// Of the passed: cases that did not hold what they should.
    pub warned: usize,
    /// Of the failed: cases that the kit could not play.
    pub errored: usize,
    /// How long the run took.
    #[serde(rename = "milliseconds", with = "milliseconds")]
    #[schemars(with = "u64")]
    pub duration: Duration,
}

impl Summary {
    /// Counts one more case.
    pub fn count(&mut self, verdict: &Verdict) {
        let one = |field: &mut usize| *field = field.saturating_add(1);
        one(&mut self.selected);
        match verdict {
            Verdict::Skipped(_) => return one(&mut self.skipped),
            Verdict::Passed => one(&mut self.passed),
            Verdict::Warned => {
                one(&mut self.passed);
                one(&mut self.warned);
            }
            Verdict::Failed | Verdict::Stale(_) => one(&mut self.failed),
            Verdict::Known(_) => one(&mut self.known),
            Verdict::Errored(_) => {
                one(&mut self.failed);
                one(&mut self.errored);
            }
        }
        one(&mut self.ran);
    }
}

impl fmt::Display for Summary {
    /// The last line of every report: the same six counts, always.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "selected {} / ran {} / passed {} / failed {} / known {} / skipped {}",
            self.selected, self.ran, self.passed, self.failed, self.known, self.skipped
        )
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Verdict {
    /// One word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warned => "warned",
            Self::Failed => "failed",
            Self::Known(_) => "known",
            Self::Stale(_) => "stale",
            Self::Errored(_) => "errored",
            Self::Skipped(_) => "skipped",
        }
    }
}

/// A duration as a whole number of milliseconds.
mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        duration: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::{Summary, Verdict};

    #[test]
    fn the_last_line_adds_up() {
        let mut summary = Summary::default();
        for verdict in [
            Verdict::Passed,
            Verdict::Warned,
            Verdict::Failed,
            Verdict::Stale(String::new()),
            Verdict::Known(String::new()),
            Verdict::Errored(String::new()),
            Verdict::Skipped(String::new()),
        ] {
            summary.count(&verdict);
        }
        assert_eq!(
            summary.to_string(),
            "selected 7 / ran 6 / passed 2 / failed 3 / known 1 / skipped 1"
        );
        assert_eq!(summary.ran, summary.passed + summary.failed + summary.known);
    }
}

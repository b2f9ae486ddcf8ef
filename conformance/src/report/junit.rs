//! JUnit XML, as continuous integration reads it: a suite for each area, a test case for each case.
//!
//! There is no standard; what is written here is what Jenkins, GitLab and GitHub's readers have in common. A known
//! failure is a skipped test, since there is no word for it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::collected::{Collected, Run};
use super::plain::{area, brief, checks, comparison, protocol};
use super::text::{shortened, spelled};
use crate::run::event::{CaseReport, CheckOutcome, Event, Reporter, Verdict};

/// How much of a reason stands in an attribute.
const MESSAGE: usize = 300;

/// The reporter for continuous integration.
#[derive(Debug)]
pub struct Junit<W> {
    out: W,
    collected: Collected,
}

impl<W: Write> Junit<W> {
    /// Writes to `out` when the run has ended.
    pub fn new(out: W) -> Self {
        Self {
            out,
            collected: Collected::default(),
        }
    }
}

impl<W: Write> Reporter for Junit<W> {
    fn hear(&mut self, event: &Event<'_>) -> io::Result<()> {
        let Some(run) = self.collected.hear(event) else {
            return Ok(());
        };
        let report = report(&run);
        report.serialize(&mut self.out).map_err(io::Error::other)?;
        self.out.flush()
    }
}

fn report(run: &Run<'_>) -> Report {
    let mut areas: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for case in run.cases {
        let area = area(&case.id);
        let suite = areas.entry(area).or_insert_with(|| {
            let mut suite = TestSuite::new(spelled(area));
            if let Some(planned) = run.planned {
                suite.add_property(Property::new("target", spelled(&planned.target)));
                suite.add_property(Property::new("revision", spelled(&planned.revision)));
            }
            suite
        });
        let time = suite.time.unwrap_or_default();
        suite.set_time(time.saturating_add(case.duration));
        suite.add_test_case(test_case(case));
    }
    let mut report = Report::new("epochta-conformance");
    report.set_time(run.summary.duration);
    report.add_test_suites(areas.into_values());
    report
}

fn test_case(case: &CaseReport) -> TestCase {
    let area = area(&case.id);
    let name = case.id.strip_prefix(area).unwrap_or(&case.id);
    let name = name.strip_prefix('/').unwrap_or(name);
    let mut test = TestCase::new(spelled(name), status(case));
    test.set_classname(spelled(area));
    test.set_time(case.duration);
    test.set_assertions(case.steps.iter().map(|step| step.checks.len()).sum());
    let location = &case.location;
    test.extra
        .insert("file".into(), spelled(&location.file).into());
    test.extra
        .insert("line".into(), location.line.to_string().into());
    for clause in &case.clauses {
        test.add_property(Property::new("clause", spelled(clause)));
    }
    for (name, value) in [
        ("level", case.level.to_string()),
        ("grade", case.grade.to_string()),
        ("requirement", spelled(&case.requirement)),
        ("verdict", case.verdict.word().to_owned()),
    ] {
        test.add_property(Property::new(name, value));
    }
    let protocol = protocol(case);
    if !protocol.is_empty() {
        test.set_system_out(protocol.join("\n"));
    }
    test
}

fn status(case: &CaseReport) -> TestCaseStatus {
    let (mut status, kind, message, outcome) = match &case.verdict {
        Verdict::Passed | Verdict::Warned => return TestCaseStatus::success(),
        Verdict::Failed => (
            TestCaseStatus::non_success(NonSuccessKind::Failure),
            "failed",
            first_failure(case),
            CheckOutcome::Failed,
        ),
        Verdict::Stale(reason) => (
            TestCaseStatus::non_success(NonSuccessKind::Failure),
            "stale",
            reason.clone(),
            CheckOutcome::Stale,
        ),
        Verdict::Errored(reason) => (
            TestCaseStatus::non_success(NonSuccessKind::Error),
            "kit",
            format!("the kit, not what is judged: {reason}"),
            CheckOutcome::Failed,
        ),
        Verdict::Known(reason) => (
            TestCaseStatus::skipped(),
            "known",
            format!("known: {reason}"),
            CheckOutcome::Known,
        ),
        Verdict::Skipped(reason) => (
            TestCaseStatus::skipped(),
            "skipped",
            reason.clone(),
            CheckOutcome::Failed,
        ),
    };
    status.set_type(kind);
    status.set_message(spelled(&shortened(&message, MESSAGE)));
    let description = description(case, outcome);
    if !description.is_empty() {
        status.set_description(description.join("\n"));
    }
    status
}

fn first_failure(case: &CaseReport) -> String {
    let first = checks(case, &[CheckOutcome::Failed]).next();
    first.map_or_else(|| case.requirement.clone(), brief)
}

/// The requirement and every check of this outcome.
fn description(case: &CaseReport, outcome: CheckOutcome) -> Vec<String> {
    let mut page = Vec::new();
    for check in checks(case, &[outcome]) {
        if page.is_empty() {
            page.push(spelled(&case.requirement));
        }
        page.push(String::new());
        page.push(format!(
            "{}, {}",
            spelled(&check.name),
            spelled(&check.location.to_string())
        ));
        page.extend(comparison(check).iter().map(|line| format!("  {line}")));
    }
    page
}

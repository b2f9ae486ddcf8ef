//! A baseline: a right one judges any case, a wrong one is told with its place.

use std::collections::BTreeSet;
use std::time::Duration;

use epochta_conformance::baseline::Baseline;
use epochta_conformance::clause::{Grade, Level};
use epochta_conformance::run::event::{
    CaseReport, CheckOutcome, CheckReport, Location, StepReport, Verdict,
};
use jiff::civil::{Date, date};

use super::{is_placed, source};

/// The text of the file.
pub(super) fn holds(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let baseline = match Baseline::read(&source(text)) {
        Ok(baseline) => baseline,
        Err(error) => return is_placed(&error, text),
    };
    let written = baseline.to_yaml().unwrap();
    let again = Baseline::read(&source(&written)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again, baseline, "{written}");
    let mut failed = report(Verdict::Failed);
    baseline.judge(&mut failed, date(2026, 6, 30));
    assert!(!matches!(
        failed.verdict,
        Verdict::Passed | Verdict::Skipped(_)
    ));
    // Its very last day is over for every entry but one of that day.
    let mut late = report(Verdict::Failed);
    baseline.judge(&mut late, Date::MAX);
    assert!(!matches!(late.verdict, Verdict::Known(_)) || text.contains("9999"));
    // A case that it lists is no orphan; what fails is listed, and known from then on.
    let ids = BTreeSet::from([failed.id.clone()]);
    let listed = Baseline::of([&report(Verdict::Failed)], "ours", date(2026, 6, 30));
    assert!(listed.orphans(&ids).is_empty());
    assert!(baseline.orphans(&BTreeSet::new()).len() >= baseline.orphans(&ids).len());
}

fn report(verdict: Verdict) -> CaseReport {
    let location = Location {
        file: "a.yaml".to_owned(),
        line: 1,
        column: 1,
    };
    let check = CheckReport {
        name: "1.credits".to_owned(),
        outcome: CheckOutcome::Failed,
        expected: String::new(),
        actual: String::new(),
        difference: None,
        location: location.clone(),
        advice: None,
    };
    CaseReport {
        rule: None,
        id: "send/SEND-03-charge[a:b]".to_owned(),
        requirement: String::new(),
        clauses: vec!["SEND-03".to_owned()],
        level: Level::Must,
        grade: Grade::Documented,
        location: location.clone(),
        verdict,
        steps: vec![StepReport {
            name: "1 send".to_owned(),
            requirement: None,
            location,
            attempts: 1,
            wire: None,
            checks: vec![check],
        }],
        duration: Duration::ZERO,
    }
}

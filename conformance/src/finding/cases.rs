//! Findings as cases of a run, one for each rule of requests, and as rows of a profile. Everything that leaves here has no
//! secrets in it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::Finding;
use super::evidence;
use super::language::Language;
use super::rule::{Rule, Rules, Severity, Side};
use crate::clause::{Grade, Level, Registry};
use crate::profile::Found;
use crate::run::event::{
    Advice, CaseReport, CheckOutcome, CheckReport, Location, StepReport, Verdict,
};
use crate::run::redaction::Redaction;
use crate::run::runner::Strictness;

/// The registry of rules, as a user would write it.
const FILE: &str = "fixtures/findings.yaml";

/// Of more cases than this only the first are named.
const MOST_CASES: usize = 10;

/// What is needed to tell findings.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'t> {
    /// The rules.
    pub rules: &'t Rules,
    /// The clauses.
    pub registry: &'t Registry,
    /// What the client is written in, if that is known.
    pub language: Option<Language>,
    /// What must not be shown.
    pub redaction: &'t Redaction,
    /// Whether warnings fail.
    pub strictness: Strictness,
}

/// A case for each rule of requests, in the order of the registry: failed where it was found, skipped where nothing came
/// near it (`looked_at`, from [`Judge::looked_at`](super::judge::Judge::looked_at)), passed otherwise.
pub fn of(
    findings: &[Finding],
    looked_at: &BTreeSet<&str>,
    telling: &Telling<'_>,
) -> Vec<CaseReport> {
    let requests = telling
        .rules
        .iter()
        .filter(|rule| rule.side == Side::Request);
    requests
        .map(|rule| {
            let broken: Vec<&Finding> = findings
                .iter()
                .filter(|finding| finding.rule == rule.id)
                .collect();
            case(rule, &broken, looked_at.contains(rule.id.as_str()), telling)
        })
        .collect()
}

/// The id of the case of a rule: `sends/XML-08-text-not-escaped`.
pub fn id(rule: &Rule) -> String {
    format!("sends/{}-{}", rule.clause, rule.id)
}

fn case(
    rule: &Rule,
    broken: &[&Finding],
    was_looked_at: bool,
    telling: &Telling<'_>,
) -> CaseReport {
    let level = rule.severity.level();
    let verdict = match (broken.is_empty(), level, telling.strictness) {
        (true, _, _) if was_looked_at => Verdict::Passed,
        (true, _, _) => Verdict::Skipped(rule.needs.clone().unwrap_or_default()),
        (false, Level::Must, _) | (false, Level::Should, Strictness::Should) => Verdict::Failed,
        (false, Level::Should, Strictness::Must) | (false, Level::Unspecified, _) => {
            Verdict::Warned
        }
    };
    let mut details: Vec<(&str, &Finding, usize)> = Vec::new();
    for finding in broken {
        match details
            .iter_mut()
            .find(|(detail, _, _)| *detail == finding.detail)
        {
            Some((_, _, times)) => *times = times.saturating_add(1),
            None => details.push((&finding.detail, finding, 1)),
        }
    }
    let checks: Vec<CheckReport> = details
        .into_iter()
        .map(|(_, finding, times)| check(rule, finding, times, telling))
        .collect();
    let steps = if checks.is_empty() {
        Vec::new()
    } else {
        vec![StepReport {
            name: "requests".to_owned(),
            requirement: None,
            location: location(rule),
            attempts: 1,
            wire: None,
            checks,
        }]
    };
    CaseReport {
        rule: Some(rule.id.clone()),
        id: id(rule),
        requirement: rule.right.clone(),
        clauses: vec![rule.clause.clone()],
        level,
        grade: telling
            .registry
            .get(&rule.clause)
            .map_or(Grade::Choice, |clause| clause.grade),
        location: location(rule),
        verdict,
        steps,
        duration: Duration::ZERO,
    }
}

fn location(rule: &Rule) -> Location {
    Location {
        file: FILE.to_owned(),
        line: rule.line(),
        column: 1,
    }
}

fn check(rule: &Rule, finding: &Finding, times: usize, telling: &Telling<'_>) -> CheckReport {
    let place = match (finding.request, times) {
        (Some(request), 1) => format!(" (request {request})"),
        (Some(request), times) => format!(" ({times} times, first in request {request})"),
        (None, _) => String::new(),
    };
    CheckReport {
        name: rule.id.clone(),
        outcome: CheckOutcome::Failed,
        expected: rule.right.clone(),
        actual: format!("{}{place}", telling.redaction.hide(&finding.detail)),
        difference: shown(finding, telling.redaction),
        location: location(rule),
        advice: Some(Advice {
            rule: rule.id.clone(),
            severity: rule.severity,
            consequence: rule.consequence.clone(),
            mend: rule.mend(telling.language),
        }),
    }
}

fn shown(finding: &Finding, redaction: &Redaction) -> Option<String> {
    let evidence = finding.evidence.as_ref()?;
    Some(evidence::text(evidence, redaction))
}

/// Rows of a profile: each rule once for each different detail, the worst first, then by how often it was found. Each
/// finding comes with the id of the case in which it was found.
pub fn found<'f>(
    findings: impl IntoIterator<Item = (&'f str, &'f Finding)>,
    telling: &Telling<'_>,
) -> Vec<Found> {
    let mut rows: BTreeMap<(&str, &str), Found> = BTreeMap::new();
    for (case, finding) in findings {
        let Some(rule) = telling.rules.get(finding.rule) else {
            continue;
        };
        let row = rows
            .entry((finding.rule, finding.detail.as_str()))
            .or_insert_with(|| Found {
                rule: rule.id.clone(),
                clause: rule.clause.clone(),
                severity: rule.severity,
                side: rule.side,
                title: rule.title.clone(),
                detail: telling.redaction.hide(&finding.detail),
                consequence: rule.consequence.clone(),
                mend: rule.mend(telling.language),
                evidence: shown(finding, telling.redaction),
                cases: Vec::new(),
                count: 0,
            });
        row.count = row.count.saturating_add(1);
        if row.cases.len() < MOST_CASES && !row.cases.iter().any(|known| known == case) {
            row.cases.push(case.to_owned());
        }
    }
    let place = |id: &str| telling.rules.iter().position(|rule| rule.id == id);
    let mut rows: Vec<Found> = rows.into_values().collect();
    for row in &mut rows {
        row.cases.sort();
    }
    rows.sort_by_key(|row| (row.severity, place(&row.rule), std::cmp::Reverse(row.count)));
    rows
}

/// How many different findings there are of each severity: errors, warnings, notes.
pub fn counts(found: &[Found]) -> (usize, usize, usize) {
    let of = |severity: Severity| found.iter().filter(|row| row.severity == severity).count();
    (
        of(Severity::Error),
        of(Severity::Warning),
        of(Severity::Note),
    )
}

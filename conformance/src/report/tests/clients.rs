//! What is said about clients: a block on a terminal, a page, and a table of several.

use std::time::Duration;

use insta::assert_snapshot;
use jiff::civil::date;

use super::sample::{Sample, advised, hostile_name, sample};
use super::tell;
use crate::clause::Registry;
use crate::finding::language::Language;
use crate::finding::rule::{Rules, Severity, Side};
use crate::profile::{FORMAT, Found, Habit, Profile, Standing, Stands, Way};
use crate::report::clients::Table;
use crate::report::html;
use crate::report::human::{Colours, Human, Surface};
use crate::run::event::{CaseReport, Summary, Verdict};

fn found(rule: &str, severity: Severity, evidence: Option<&str>, cases: &[&str]) -> Found {
    Found {
        rule: rule.to_owned(),
        clause: "FORM-07".to_owned(),
        severity,
        side: Side::Request,
        title: format!("What {rule} means"),
        detail: "the & at byte 212 ends the document".to_owned(),
        consequence: "The gateway answers XML_ERROR and the customer gets no code.".to_owned(),
        mend: "Encode the document.".to_owned(),
        evidence: evidence.map(str::to_owned),
        cases: cases.iter().map(|case| (*case).to_owned()).collect(),
        count: cases.len(),
    }
}

fn standing(rule: &str, severity: Severity, side: Side, stands: Stands) -> Standing {
    Standing {
        rule: rule.to_owned(),
        clause: "FORM-07".to_owned(),
        severity,
        side,
        title: format!("What {rule} means"),
        stands,
    }
}

fn profile(cases: Vec<CaseReport>) -> Profile {
    let mut summary = Summary {
        duration: Duration::from_millis(4_321),
        ..Summary::default()
    };
    for case in &cases {
        summary.count(&case.verdict);
    }
    let (request, reaction) = (Side::Request, Side::Reaction);
    let evidence = "byte 212 of the body\n<text>Fish &amp; chips\n           ^";
    let in_cases = ["client/CLIENT-01-codes[-1]", "sends/FORM-07-form-cut"];
    Profile {
        format: FORMAT,
        client: "php send.php".to_owned(),
        way: Way::Command,
        language: Some(Language::Php),
        kit: "0.1.0".to_owned(),
        day: date(2026, 11, 22),
        habits: vec![Habit {
            name: "transport".to_owned(),
            value: "form, nothing escaped".to_owned(),
            requests: 12,
        }],
        findings: vec![
            found("form-cut", Severity::Error, Some(evidence), &in_cases),
            found("number-form", Severity::Note, None, &[]),
        ],
        standings: vec![
            standing("form-cut", Severity::Error, request, Stands::Broken(2)),
            standing("number-form", Severity::Note, request, Stands::Broken(1)),
            standing("polls-final", Severity::Warning, request, Stands::Unseen),
            standing(
                "error-taken-for-success",
                Severity::Error,
                reaction,
                Stands::Holds,
            ),
            standing("no-time-out", Severity::Error, reaction, Stands::Known(1)),
        ],
        cases,
        summary,
    }
}

#[test]
fn a_terminal_tells_what_follows_and_how_to_mend_it() {
    let mut out = Vec::new();
    let sample = Sample {
        cases: advised(),
        ..sample()
    };
    let mut human = Human::new(&mut out, Surface::File, Colours::Off);
    tell(&mut human, &sample);
    assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn a_page_tells_everything_about_a_client() {
    let page = html::profile::page(&profile(advised()), &Registry::built_in().unwrap());
    let (_, body) = page.split_once("<body>").unwrap();
    // The rest is as in the page about an endpoint.
    let (body, _) = body.split_once("<h2>By clause</h2>").unwrap();
    assert_snapshot!(body.replace("><", ">\n<"));
}

#[test]
fn what_a_client_says_of_itself_runs_nowhere() {
    let mut profile = profile(advised());
    profile.client = hostile_name();
    for found in &mut profile.findings {
        found.detail = hostile_name();
        found.evidence = Some(hostile_name());
        found.cases = vec![hostile_name()];
    }
    let pages = [
        html::profile::page(&profile, &Registry::built_in().unwrap()),
        html::clients::page(&Table::of([(hostile_name(), &profile)])),
    ];
    for page in pages {
        assert!(!page.contains("<img"), "{page}");
        assert_eq!(page.matches("<script>").count(), 1);
    }
}

#[test]
fn clients_stand_side_by_side() {
    let bad = profile(advised());
    let mut good = profile(Vec::new());
    good.client = "good.py".to_owned();
    good.language = None;
    good.findings.clear();
    for standing in &mut good.standings {
        if standing.rule != "polls-final" {
            standing.stands = Stands::Holds;
        }
    }
    let clients = || [("bad".to_owned(), &bad), ("good".to_owned(), &good)];
    assert_snapshot!(Table::of(clients()).text());
    let page = html::clients::page(&Table::of(clients()));
    let (_, body) = page.split_once("<body>").unwrap();
    let (body, _) = body.split_once("<script>").unwrap();
    assert_snapshot!(
        "clients_stand_side_by_side_on_a_page",
        body.replace("><", ">\n<")
    );
}

#[test]
fn standings_come_from_the_cases_of_a_rule() {
    #[track_caller]
    fn check(verdicts: &[Verdict], expected: Stands) {
        let rules = Rules::built_in().unwrap();
        let rule = rules.iter().next().unwrap();
        let case = |verdict: &Verdict| CaseReport {
            rule: Some(rule.id.clone()),
            verdict: verdict.clone(),
            ..advised().remove(0)
        };
        let cases: Vec<CaseReport> = verdicts.iter().map(case).collect();
        let standings = Standing::of(&rules, &cases);
        assert_eq!(standings.len(), rules.iter().count());
        assert_eq!(standings[0].stands, expected);
    }
    let skipped = Verdict::Skipped(String::new());
    let known = Verdict::Known(String::new());
    check(&[], Stands::Unseen);
    check(std::slice::from_ref(&skipped), Stands::Unseen);
    check(&[Verdict::Passed, skipped], Stands::Holds);
    check(&[Verdict::Passed, known.clone()], Stands::Known(1));
    let mixed = [Verdict::Failed, Verdict::Warned, known, Verdict::Passed];
    check(&mixed, Stands::Broken(2));
}

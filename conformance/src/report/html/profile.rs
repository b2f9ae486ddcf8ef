//! One page about one client: what is wrong with it and how to mend that, what it sends, what it survives, by clause, and
//! every request and reply. It looks and is locked up as the page about an endpoint.

use maud::{Markup, html};

use super::super::collected::Run;
use super::super::text::{lines, spelled};
use super::case::anchor;
use super::{counts, document, filter, matrix, seconds};
use crate::clause::Registry;
use crate::finding::rule::{Severity, Side};
use crate::profile::{Found, Profile, Standing, Stands, Way};
use crate::run::event::{CaseReport, Planned};

/// Evidence that has more lines loses its middle.
const MOST_EVIDENCE: usize = 40;

/// The page.
pub fn page(profile: &Profile, registry: &Registry) -> String {
    let planned = Planned {
        target: profile.client.clone(),
        revision: String::new(),
        selected: profile.summary.selected,
        registry: registry.clone(),
    };
    let run = Run {
        planned: Some(&planned),
        cases: &profile.cases,
        summary: &profile.summary,
    };
    let body = html! {
        (top(profile))
        main {
            (findings(profile))
            (habits(profile))
            (survives(profile))
            (matrix::matrix(&run))
            (filter(run.cases))
            (matrix::sections(&run))
            p id="nothing" hidden { "No case is left by this filter." }
        }
        footer { p { (profile.summary) } }
    };
    let title = format!("{} · {}", headline(profile), spelled(&profile.client));
    document(&title, &body).into_string()
}

fn top(profile: &Profile) -> Markup {
    let mood = match worst(profile) {
        Some(Severity::Error) => "failed",
        Some(Severity::Warning) => "warned",
        Some(Severity::Note) | None if profile.summary.ran == 0 => "skipped",
        Some(Severity::Note) | None => "passed",
    };
    let way = match profile.way {
        Way::Observed => "observed in use",
        Way::Command => "run as a command",
        Way::Adapter => "told by an adapter",
    };
    html! {
        header class=(mood) {
            p.kicker { "ePochta SMS XML gateway · profile of a client" }
            h1 { (headline(profile)) }
            p.target {
                code { (spelled(&profile.client)) }
                @if let Some(language) = profile.language { " " span { (language) } }
                " " span { (way) }
                " " span { (profile.day) }
                @if !profile.summary.duration.is_zero() {
                    " " span { (seconds(profile.summary.duration.as_millis())) }
                }
            }
            (counts(&profile.summary))
        }
    }
}

fn worst(profile: &Profile) -> Option<Severity> {
    profile.findings.iter().map(|found| found.severity).min()
}

fn headline(profile: &Profile) -> String {
    let count = |severity: Severity| {
        let findings = profile.findings.iter();
        findings.filter(|found| found.severity == severity).count()
    };
    let of = |count: usize, what: &str| match count {
        0 => None,
        1 => Some(format!("1 {what}")),
        count => Some(format!("{count} {what}s")),
    };
    let parts = [
        of(count(Severity::Error), "error"),
        of(count(Severity::Warning), "warning"),
        of(count(Severity::Note), "note"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    match (parts.is_empty(), profile.summary.ran) {
        (true, 0) => "Nothing was looked at".to_owned(),
        (true, _) => "Nothing is wrong".to_owned(),
        (false, _) => parts.join(", "),
    }
}

/// What is wrong, worst first.
fn findings(profile: &Profile) -> Markup {
    html! {
        section.findings {
            h2 { "What to mend" }
            @if profile.findings.is_empty() { p.fine { "Nothing was found." } }
            @for found in &profile.findings { (finding(found)) }
        }
    }
}

fn finding(found: &Found) -> Markup {
    html! {
        article.finding.(found.severity.to_string()) {
            h3 {
                span.severity { (found.severity) } " · " (spelled(&found.title))
                " " small { code { (spelled(&found.rule)) } " · " code { (spelled(&found.clause)) } }
            }
            p { (spelled(&found.detail)) }
            @if let Some(evidence) = &found.evidence {
                pre { (lines(evidence, MOST_EVIDENCE).join("\n")) }
            }
            dl {
                div { dt { "What follows" } dd { (spelled(&found.consequence)) } }
                div { dt { "To mend it" } dd { (spelled(&found.mend)) } }
                div { dt { "Found" } dd { (times(found)) } }
            }
        }
    }
}

/// How often, and in which cases.
fn times(found: &Found) -> Markup {
    html! {
        (match found.count { 1 => "once".to_owned(), count => format!("{count} times") })
        @for (place, case) in found.cases.iter().enumerate() {
            (if place == 0 { ": " } else { ", " })
            a href=(format!("#{}", anchor(case))) { code { (spelled(case)) } }
        }
    }
}

/// What it sends.
fn habits(profile: &Profile) -> Markup {
    html! {
        @if !profile.habits.is_empty() {
            section.habits {
                h2 { "What it sends" }
                table {
                    tbody {
                        @for habit in &profile.habits {
                            tr {
                                th scope="row" { (spelled(&habit.name)) }
                                td { (spelled(&habit.value)) }
                                td { (habit.requests) " " (if habit.requests == 1 { "request" } else { "requests" }) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What it survives: a row for each rule about replies, with a chip for each case.
fn survives(profile: &Profile) -> Markup {
    let about_replies = |standing: &&Standing| standing.side == Side::Reaction;
    let standings: Vec<&Standing> = profile.standings.iter().filter(about_replies).collect();
    let seen = |standing: &&Standing| standing.stands != Stands::Unseen;
    let unseen: Vec<&str> = standings
        .iter()
        .filter(|standing| !seen(standing))
        .map(|standing| standing.rule.as_str())
        .collect();
    html! {
        @if standings.iter().any(seen) {
            section.matrix {
                h2 { "What it survives" }
                table {
                    tbody {
                        @for standing in standings.iter().filter(|standing| seen(standing)) {
                            tr {
                                th scope="row" title=(spelled(&standing.title)) { (spelled(&standing.rule)) }
                                td { @for case in of_rule(profile, &standing.rule) { (chip(case)) " " } }
                            }
                        }
                    }
                }
                @if !unseen.is_empty() { p { small { "Not looked at: " (unseen.join(", ")) "." } } }
            }
        }
    }
}

fn of_rule<'p>(profile: &'p Profile, rule: &'p str) -> impl Iterator<Item = &'p CaseReport> {
    let cases = profile.cases.iter();
    cases.filter(move |case| case.rule.as_deref() == Some(rule))
}

/// A case by the values of its matrix, or by the last word of its id.
fn chip(case: &CaseReport) -> Markup {
    let word = case.verdict.word();
    let name = match case.id.split_once('[') {
        Some((_, values)) => values.trim_end_matches(']'),
        None => case.id.rsplit('/').next().unwrap_or_default(),
    };
    let about = format!("{word}: {}", case.requirement);
    html! {
        a.chip.(word) href=(format!("#{}", anchor(&case.id))) title=(spelled(&about)) { (spelled(name)) }
    }
}

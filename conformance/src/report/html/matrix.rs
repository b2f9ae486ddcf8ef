//! The clauses: a chip for each in the row of its area, and a section for each that some case tests.

use maud::{Markup, html};

use super::super::collected::Run;
use super::super::text::spelled;
use super::case::{anchor, case};
use crate::clause::Clause;
use crate::run::event::{CaseReport, Verdict};

/// What is known about a clause after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// The worst verdict of the cases that test it.
    Tested(&'static str),
    /// No case of the run tests it.
    Untested,
    /// None can.
    Excluded,
}

impl Standing {
    fn of(clause: &Clause, cases: &[CaseReport]) -> Self {
        let worst = tests(&clause.id, cases).max_by_key(|case| weight(&case.verdict));
        match (worst, &clause.excluded) {
            (Some(case), _) => Self::Tested(case.verdict.word()),
            (None, Some(_)) => Self::Excluded,
            (None, None) => Self::Untested,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Tested(word) => word,
            Self::Untested => "untested",
            Self::Excluded => "excluded",
        }
    }
}

/// Which verdict speaks for a clause that several cases test: the heaviest.
fn weight(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Failed => 6,
        Verdict::Errored(_) => 5,
        Verdict::Stale(_) => 4,
        Verdict::Warned => 3,
        Verdict::Known(_) => 2,
        Verdict::Passed => 1,
        Verdict::Skipped(_) => 0,
    }
}

fn tests<'c>(clause: &'c str, cases: &'c [CaseReport]) -> impl Iterator<Item = &'c CaseReport> {
    cases
        .iter()
        .filter(move |case| case.clauses.iter().any(|id| id == clause))
}

fn first(case: &CaseReport) -> &str {
    case.clauses.first().map_or("", String::as_str)
}

/// All clauses at a glance.
pub(super) fn matrix(run: &Run<'_>) -> Markup {
    let Some(planned) = run.planned else {
        return html! {};
    };
    let mut areas: Vec<(&str, Vec<&Clause>)> = Vec::new();
    for clause in planned.registry.iter() {
        let area = clause.id.split_once('-').map_or("", |(area, _)| area);
        match areas.last_mut() {
            Some((last, clauses)) if *last == area => clauses.push(clause),
            _ => areas.push((area, vec![clause])),
        }
    }
    let legend = [
        "passed", "warned", "failed", "errored", "stale", "known", "skipped", "untested",
        "excluded",
    ];
    html! {
        section.matrix {
            h2 { "By clause" }
            table {
                tbody {
                    @for (area, clauses) in areas {
                        tr {
                            th scope="row" { (spelled(area)) }
                            td { @for clause in clauses { (chip(clause, run.cases)) " " } }
                        }
                    }
                }
            }
            ul.legend {
                @for word in legend { li { span.chip.(word) {} " " (word) } }
            }
        }
    }
}

fn chip(clause: &Clause, cases: &[CaseReport]) -> Markup {
    let standing = Standing::of(clause, cases);
    let word = standing.word();
    let number = clause.id.split_once('-').map_or("", |(_, number)| number);
    let about = match standing {
        Standing::Excluded => clause.excluded.as_deref().unwrap_or_default(),
        Standing::Tested(_) | Standing::Untested => &clause.text,
    };
    let about = spelled(&format!(
        "{}: {word} ({}). {about}",
        clause.id, clause.level
    ));
    match standing {
        Standing::Tested(_) => html! {
            a.chip.(word) href=(format!("#{}", anchor(&clause.id))) title=(about) aria-label=(about) { (spelled(number)) }
        },
        Standing::Untested | Standing::Excluded => html! {
            span.chip.(word) title=(about) { (spelled(number)) span.aside { " " (word) } }
        },
    }
}

/// Each clause with its cases, in the order of the registry; a case stands under its first clause, and others link to
/// it. What names no clause of the registry comes last.
pub(super) fn sections(run: &Run<'_>) -> Markup {
    let clauses: Vec<&Clause> = match run.planned {
        Some(planned) => planned.registry.iter().collect(),
        None => Vec::new(),
    };
    let known = |case: &CaseReport| clauses.iter().any(|clause| clause.id == first(case));
    let rest: Vec<&CaseReport> = run.cases.iter().filter(|case| !known(case)).collect();
    html! {
        @for clause in &clauses {
            @let cases: Vec<&CaseReport> = tests(&clause.id, run.cases).collect();
            @if !cases.is_empty() { (section(clause, &cases, run)) }
        }
        @if !rest.is_empty() {
            section.clause {
                h3 { "Other cases" }
                @for one in rest { (case(one, run.planned.map(|planned| &planned.registry))) }
            }
        }
    }
}

fn section(clause: &Clause, cases: &[&CaseReport], run: &Run<'_>) -> Markup {
    let (own, others): (Vec<&CaseReport>, Vec<&CaseReport>) = cases
        .iter()
        .copied()
        .partition(|case| first(case) == clause.id);
    html! {
        section.clause id=(anchor(&clause.id)) {
            h3 {
                span.chip.(Standing::of(clause, run.cases).word()) {}
                " " (spelled(&clause.id))
                " " small { (clause.level) " · " (clause.grade) }
            }
            p.statement { (spelled(&clause.text)) }
            @for one in own { (case(one, run.planned.map(|planned| &planned.registry))) }
            @if !others.is_empty() {
                p.others {
                    "Tested too by "
                    @for (place, other) in others.iter().enumerate() {
                        @if place > 0 { ", " }
                        a class=(other.verdict.word()) href=(format!("#{}", anchor(&other.id))) {
                            code { (spelled(&other.id)) }
                        }
                    }
                }
            }
        }
    }
}

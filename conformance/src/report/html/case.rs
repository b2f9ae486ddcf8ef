//! One case, folded unless somebody should look at it.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::super::plain::{brief, outcome_word, paste, reason, value};
use super::super::text::{lines, spelled};
use crate::clause::Registry;
use crate::run::event::{CaseReport, CheckOutcome, CheckReport, StepReport, Verdict, Wire};

/// Bodies that are longer lose their middle; a page scrolls better than a terminal.
const MOST_BODY_LINES: usize = 200;

/// A name for a place in the page: what is not safe in it and in a link to it becomes hexadecimal.
pub(super) fn anchor(id: &str) -> String {
    let mut anchor = "on-".to_owned();
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'/' => anchor.push(char::from(byte)),
            // Writing to a `String` cannot fail.
            other => _ = write!(anchor, "_{other:02x}"),
        }
    }
    anchor
}

/// The case.
pub(super) fn case(case: &CaseReport, registry: Option<&Registry>) -> Markup {
    let word = case.verdict.word();
    let open = match case.verdict {
        Verdict::Failed | Verdict::Stale(_) | Verdict::Errored(_) => true,
        Verdict::Passed | Verdict::Warned | Verdict::Known(_) | Verdict::Skipped(_) => false,
    };
    html! {
        details.case.(word) id=(anchor(&case.id)) data-verdict=(word) open[open] {
            summary {
                span.verdict { (word) }
                " " code { (spelled(&case.id)) }
                " " span.time { (super::seconds(case.duration.as_millis())) }
                " " span.requirement { (spelled(&case.requirement)) }
            }
            @if let Some(reason) = reason(&case.verdict) {
                p.reason {
                    @if let Verdict::Errored(_) = case.verdict { b { "The kit, not what is judged: " } }
                    (spelled(reason))
                }
            }
            dl.about {
                @for id in &case.clauses { (clause(id, registry)) }
                div {
                    dt { "Level" }
                    dd { (case.level) ", " (case.grade) }
                }
                div {
                    dt { "Written in" }
                    dd { code { (spelled(&case.location.to_string())) } }
                }
            }
            @for one in &case.steps { (step(one)) }
        }
    }
}

fn clause(id: &str, registry: Option<&Registry>) -> Markup {
    let clause = registry.and_then(|registry| registry.get(id));
    html! {
        div {
            dt { code { (spelled(id)) } }
            dd {
                @match clause {
                    Some(clause) => (spelled(&clause.text)),
                    None => "is no clause of the registry.",
                }
            }
        }
    }
}

fn step(step: &StepReport) -> Markup {
    html! {
        section.step {
            h4 {
                (spelled(&step.name))
                @if step.attempts > 1 { " " small { "the last of " (step.attempts) " attempts" } }
            }
            @if let Some(requirement) = &step.requirement { p { (spelled(requirement)) } }
            @if !step.checks.is_empty() {
                ul.checks { @for one in &step.checks { li.(outcome_word(one.outcome)) { (check(one)) } } }
            }
            @if let Some(one) = &step.wire {
                details.fold open[!step.checks.iter().all(held)] {
                    summary { "Request and reply " small { "after " (one.milliseconds) " ms" } }
                    (wire(one))
                }
                @if let Some(curl) = &one.curl {
                    details.fold {
                        summary { "The same request by curl " small { "password from $EPOCHTA_PASSWORD" } }
                        pre.curl { (paste(curl)) }
                    }
                }
            }
        }
    }
}

fn held(check: &CheckReport) -> bool {
    check.outcome == CheckOutcome::Held
}

fn check(check: &CheckReport) -> Markup {
    match check.outcome {
        CheckOutcome::Held => html! { (brief(check)) },
        CheckOutcome::Failed | CheckOutcome::Known | CheckOutcome::Stale => html! {
            b { (spelled(&check.name)) }
            " " small { (outcome_word(check.outcome)) ", " code { (spelled(&check.location.to_string())) } }
            dl.values {
                div { dt { "expected" } dd { pre { (value(&check.expected)) } } }
                div { dt { "actual" } dd { pre { (value(&check.actual)) } } }
                @if let Some(text) = &check.difference {
                    @match &check.advice {
                        Some(_) => div { dt { "evidence" } dd { pre { (value(text)) } } },
                        None => div { dt { "difference" } dd { pre { (difference(text)) } } },
                    }
                }
                @if let Some(advice) = &check.advice {
                    div { dt { "follows" } dd { (spelled(&advice.consequence)) } }
                    div { dt { "mend" } dd { (spelled(&advice.mend)) } }
                }
            }
        },
    }
}

fn difference(text: &str) -> Markup {
    let shown = value(text);
    html! {
        @for line in shown.split('\n') {
            @match line.chars().next() {
                Some('+') => ins { (line) },
                Some('-') => del { (line) },
                _ => (line),
            }
            "\n"
        }
    }
}

fn wire(wire: &Wire) -> Markup {
    let body = |text: &str| lines(text, MOST_BODY_LINES).join("\n");
    html! {
        div.wire {
            figure {
                figcaption { "Request" }
                pre {
                    span.head { (paste(&wire.request_head.join("\n"))) }
                    "\n\n"
                    (body(&wire.request_body))
                }
            }
            figure {
                figcaption { "Reply" }
                @if let Some(failure) = &wire.failure { p.reason { "No reply: " (spelled(failure)) } }
                @if !wire.status_line.is_empty() {
                    pre {
                        span.head { b { (spelled(&wire.status_line)) } "\n" (paste(&wire.headers.join("\n"))) }
                        "\n\n"
                        (body(&wire.body))
                    }
                }
            }
        }
    }
}

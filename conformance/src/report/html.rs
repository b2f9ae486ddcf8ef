//! One page to look at, with everything in it: no request leaves it, and nothing in it that an endpoint sent can run.
//!
//! The page works without its script, which only filters. Style and script are named by their hashes in the page's
//! Content-Security-Policy, so whatever else might get in is not obeyed.
//!
//! - `matrix`: the clauses, each with the worst that became of a case that tests it.
//! - `case`: one case: requirement, clauses, checks, request and reply.
//! - [`profile`]: the page about a client; [`clients`]: several of them side by side.

mod case;
pub mod clients;
mod matrix;
pub mod profile;

use std::io::{self, Write};

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::collected::{Collected, Run};
use super::text::spelled;
use crate::run::event::{CaseReport, Event, Reporter, Summary, Verdict};

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// Nothing is loaded and nothing is sent; of styles and scripts only these two are obeyed. A test says what the hashes
/// must be.
const POLICY: &str = concat!(
    "default-src 'none'; base-uri 'none'; form-action 'none'; ",
    "style-src 'sha256-16dx+M/aFTWbST++z8HmzLxdGHfjs/auImRV3svDHUM='; ",
    "script-src 'sha256-YNUBPDGJDQX02SB1Sf3LDwx+FM/jBlHngL48XU1H1RA='"
);

/// The reporter for a browser.
#[derive(Debug)]
pub struct Html<W> {
    out: W,
    collected: Collected,
}

impl<W: Write> Html<W> {
    /// Writes to `out` when the run has ended.
    pub fn new(out: W) -> Self {
        Self {
            out,
            collected: Collected::default(),
        }
    }
}

impl<W: Write> Reporter for Html<W> {
    fn hear(&mut self, event: &Event<'_>) -> io::Result<()> {
        let Some(run) = self.collected.hear(event) else {
            return Ok(());
        };
        self.out.write_all(page(&run).into_string().as_bytes())?;
        self.out.flush()
    }
}

fn page(run: &Run<'_>) -> Markup {
    let target = run.planned.map(|planned| spelled(&planned.target));
    let title = match &target {
        Some(target) => format!("{} · {target}", headline(run.summary)),
        None => headline(run.summary),
    };
    let body = html! {
        (top(run))
        main {
            (attention(run.cases))
            (matrix::matrix(run))
            (filter(run.cases))
            (matrix::sections(run))
            p id="nothing" hidden { "No case is left by this filter." }
        }
        footer { p { (run.summary) } }
    };
    document(&title, &body)
}

/// The page around a body.
fn document(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (body)
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

fn headline(summary: &Summary) -> String {
    let cases = |count: usize| if count == 1 { "case" } else { "cases" };
    match (summary.failed, summary.ran) {
        (0, 0) => "Nothing was played".to_owned(),
        (0, ran) => format!("{ran} {} played, none failed", cases(ran)),
        (failed, ran) => format!("{failed} of {ran} {} failed", cases(ran)),
    }
}

fn top(run: &Run<'_>) -> Markup {
    let summary = run.summary;
    let mood = match (summary.failed, summary.ran) {
        (0, 0) => "skipped",
        (0, _) => "passed",
        _ => "failed",
    };
    html! {
        header class=(mood) {
            p.kicker { "ePochta SMS XML gateway · conformance" }
            h1 { (headline(summary)) }
            @if let Some(planned) = run.planned {
                p.target {
                    code { (spelled(&planned.target)) }
                    " " span { (spelled(&planned.revision)) " revision" }
                    " " span { (seconds(summary.duration.as_millis())) }
                }
            }
            (counts(summary))
        }
    }
}

/// The six counts, and their shares.
fn counts(summary: &Summary) -> Markup {
    html! {
        (bar(summary))
        dl.counts {
            (count("selected", summary.selected, ""))
            (count("ran", summary.ran, ""))
            (count("passed", summary.passed, &of(summary.warned, "warned")))
            (count("failed", summary.failed, &of(summary.errored, "errored")))
            (count("known", summary.known, ""))
            (count("skipped", summary.skipped, ""))
        }
    }
}

fn of(count: usize, what: &str) -> String {
    match count {
        0 => String::new(),
        count => format!("{count} {what}"),
    }
}

fn count(name: &str, count: usize, note: &str) -> Markup {
    let class = if count == 0 { "none" } else { name };
    html! {
        div class=(class) {
            dt { (name) }
            dd { (count) }
            @if !note.is_empty() { dd.note { (note) } }
        }
    }
}

/// The shares of the verdicts, as widths of an image: the policy forbids styles of elements.
fn bar(summary: &Summary) -> Markup {
    let held = summary.passed.saturating_sub(summary.warned);
    let shares = [
        ("failed", summary.failed),
        ("warned", summary.warned),
        ("known", summary.known),
        ("passed", held),
        ("skipped", summary.skipped),
    ];
    let mut start = 0_usize;
    let places = shares.map(|(class, width)| {
        let place = (class, start, width);
        start = start.saturating_add(width);
        place
    });
    html! {
        svg.bar viewBox=(format!("0 0 {} 1", start.max(1))) preserveAspectRatio="none" aria-hidden="true" {
            @for (class, start, width) in places {
                rect class=(class) x=(start) y="0" width=(width) height="1" {}
            }
        }
    }
}

/// What somebody should look at, linked.
fn attention(cases: &[CaseReport]) -> Markup {
    let of = |wanted: fn(&Verdict) -> bool| -> Vec<&CaseReport> {
        cases.iter().filter(|case| wanted(&case.verdict)).collect()
    };
    let groups = [
        (
            "failed",
            "Failed",
            of(|verdict| matches!(verdict, Verdict::Failed)),
        ),
        (
            "errored",
            "The kit could not play",
            of(|verdict| matches!(verdict, Verdict::Errored(_))),
        ),
        (
            "stale",
            "Stale in the baseline",
            of(|verdict| matches!(verdict, Verdict::Stale(_))),
        ),
        (
            "warned",
            "Warned",
            of(|verdict| matches!(verdict, Verdict::Warned)),
        ),
    ];
    let quiet = groups.iter().all(|(_, _, cases)| cases.is_empty());
    html! {
        @if !quiet {
            section.attention {
                h2 { "To look at" }
                @for (class, title, cases) in groups {
                    @if !cases.is_empty() {
                        h3 class=(class) { (title) " " span.number { (cases.len()) } }
                        ul {
                            @for case in cases {
                                li {
                                    a href=(format!("#{}", case::anchor(&case.id))) { code { (spelled(&case.id)) } }
                                    " " span { (spelled(&case.requirement)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The controls of the script; without it they stay hidden.
fn filter(cases: &[CaseReport]) -> Markup {
    let words = [
        "failed", "errored", "stale", "warned", "known", "passed", "skipped",
    ];
    let count = |word: &str| {
        cases
            .iter()
            .filter(|case| case.verdict.word() == word)
            .count()
    };
    html! {
        h2 #cases { "Cases" }
        div #filter role="search" hidden {
            input type="search" placeholder="Filter by id, clause or words" aria-label="Filter cases";
            div role="group" aria-label="Verdicts" {
                @for word in words {
                    @let count = count(word);
                    @if count > 0 {
                        button type="button" class=(word) aria-pressed="true" data-verdict=(word) {
                            (word) " " span.number { (count) }
                        }
                    }
                }
            }
        }
    }
}

/// A time as a person says it.
fn seconds(milliseconds: u128) -> String {
    if milliseconds < 1_000 {
        return format!("{milliseconds} ms");
    }
    let tenths = milliseconds / 100;
    format!("{}.{} s", tenths / 10, tenths % 10)
}

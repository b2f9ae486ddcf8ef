//! The parts of a case as lines of text, without colours: what several reporters write, each in its own frame.

use super::text::{lines, shortened, spelled, wrapped};
use crate::run::event::{CaseReport, CheckOutcome, CheckReport, StepReport, Verdict, Wire};

/// Bodies that are longer lose their middle.
const MOST_BODY_LINES: usize = 60;

/// So do values and differences.
const MOST_VALUE_LINES: usize = 40;

/// How wide the titles of values are.
const TITLE: usize = 9;

/// Where sentences are broken.
pub(super) const WIDTH: usize = 100;

/// How much of a value stands in a line of its own.
const LONG: usize = 600;

/// How much of it stands in a line together with others.
const SHORT: usize = 80;

/// The area of a case: the first part of its id.
pub(super) fn area(id: &str) -> &str {
    id.split_once('/').map_or("", |(area, _)| area)
}

/// The scenario of a case: its id without the values of the matrix.
pub(super) fn scenario(id: &str) -> &str {
    id.split_once('[').map_or(id, |(scenario, _)| scenario)
}

/// What a verdict says about itself.
pub(super) fn reason(verdict: &Verdict) -> Option<&str> {
    match verdict {
        Verdict::Passed | Verdict::Warned | Verdict::Failed => None,
        Verdict::Known(reason)
        | Verdict::Stale(reason)
        | Verdict::Errored(reason)
        | Verdict::Skipped(reason) => Some(reason),
    }
}

/// Every check of a case with one of these outcomes.
pub(super) fn checks<'c>(
    case: &'c CaseReport,
    outcomes: &'c [CheckOutcome],
) -> impl Iterator<Item = &'c CheckReport> {
    case.steps
        .iter()
        .flat_map(|step| &step.checks)
        .filter(|check| outcomes.contains(&check.outcome))
}

/// Request and reply, the way curl marks them: `>` sent, `<` received, `*` ours.
pub(super) fn transcript(wire: &Wire) -> Vec<String> {
    let mut page = Vec::new();
    let request = wire.request_head.iter().map(|line| spelled(line));
    mark(&mut page, ">", request);
    mark(&mut page, ">", [String::new()]);
    mark(&mut page, ">", lines(&wire.request_body, MOST_BODY_LINES));
    page.push(String::new());
    if !wire.status_line.is_empty() {
        mark(&mut page, "<", [spelled(&wire.status_line)]);
        mark(
            &mut page,
            "<",
            wire.headers.iter().map(|line| spelled(line)),
        );
        mark(&mut page, "<", [String::new()]);
        mark(&mut page, "<", lines(&wire.body, MOST_BODY_LINES));
    }
    page.push(match &wire.failure {
        Some(failure) => format!(
            "* no reply after {} ms: {}",
            wire.milliseconds,
            spelled(failure)
        ),
        None => format!("* the reply was complete after {} ms", wire.milliseconds),
    });
    page
}

fn mark(page: &mut Vec<String>, mark: &str, lines: impl IntoIterator<Item = String>) {
    page.extend(lines.into_iter().map(|line| {
        if line.is_empty() {
            mark.to_owned()
        } else {
            format!("{mark} {line}")
        }
    }));
}

/// What a check expected, what there was, and the difference.
pub(super) fn comparison(check: &CheckReport) -> Vec<String> {
    let mut page = Vec::new();
    let mut part = |title: &str, text: &str| {
        let text = value(text);
        // A long title stands alone: it is that of a difference, which is read from the margin.
        if text.contains('\n') || title.len() > TITLE {
            page.push(title.to_owned());
            page.extend(text.split('\n').map(|line| format!("  {line}")));
        } else {
            page.push(format!("{title:<TITLE$} {text}"));
        }
    };
    // Of a rule about clients the expectation is the rule itself, which is told already.
    if is_rule(check) {
        part("found", &check.actual);
    } else {
        part("expected", &check.expected);
        part("actual", &check.actual);
    }
    match (&check.advice, &check.difference) {
        // Of a client: the bytes that show it.
        (Some(_), Some(evidence)) => part("evidence", evidence),
        (None, Some(difference)) => part("difference", difference),
        (_, None) => {}
    }
    page.extend(advice(check));
    page
}

/// What comes of it and how to mend it, where a client is judged.
pub(super) fn advice(check: &CheckReport) -> Vec<String> {
    let Some(advice) = &check.advice else {
        return Vec::new();
    };
    let mut page = Vec::new();
    for (title, text) in [("follows", &advice.consequence), ("mend", &advice.mend)] {
        let mut title = title;
        for line in wrapped(text, WIDTH.saturating_sub(TITLE)) {
            page.push(format!("{title:<TITLE$} {line}"));
            title = "";
        }
    }
    page
}

/// A value, in one line or in several.
pub(super) fn value(text: &str) -> String {
    if text.trim_end_matches('\n').contains('\n') {
        lines(text, MOST_VALUE_LINES).join("\n")
    } else {
        spelled(&shortened(text, LONG))
    }
}

/// A command as it can be pasted: no line is cut.
pub(super) fn paste(command: &str) -> String {
    let lines: Vec<String> = command.split('\n').map(spelled).collect();
    lines.join("\n")
}

/// Whether what was looked at is a rule about clients as a whole.
fn is_rule(check: &CheckReport) -> bool {
    let advice = check.advice.as_ref();
    advice.is_some_and(|advice| advice.rule == check.name)
}

/// A check in one line.
pub(super) fn brief(check: &CheckReport) -> String {
    if is_rule(check) {
        let found = spelled(&shortened(&check.actual, LONG));
        return format!("{}: {found}", spelled(&check.name));
    }
    let short = |value: &str| spelled(&shortened(value, SHORT));
    format!(
        "{}: expected {}, actual {}",
        spelled(&check.name),
        short(&check.expected),
        short(&check.actual)
    )
}

/// What a step is called, and how often it was done.
pub(super) fn title(step: &StepReport) -> String {
    let name = spelled(&step.name);
    match step.attempts {
        0 | 1 => format!("step {name}"),
        attempts => format!("step {name}, the last of {attempts} attempts"),
    }
}

/// Everything that was done in a case, for reports that keep it beside the verdict.
pub(super) fn protocol(case: &CaseReport) -> Vec<String> {
    let mut page = Vec::new();
    for step in &case.steps {
        page.push(title(step));
        page.extend(step.requirement.as_deref().map(spelled));
        if let Some(wire) = &step.wire {
            page.extend(transcript(wire));
        }
        for check in &step.checks {
            page.push(format!("{} {}", outcome_word(check.outcome), brief(check)));
        }
        let held = |check: &CheckReport| check.outcome == CheckOutcome::Held;
        if let Some(curl) = step.wire.as_ref().and_then(|wire| wire.curl.as_deref())
            && !step.checks.iter().all(held)
        {
            page.extend(["the same request again:".to_owned(), paste(curl)]);
        }
        page.push(String::new());
    }
    page.pop();
    page
}

/// One word for it.
pub(super) fn outcome_word(outcome: CheckOutcome) -> &'static str {
    match outcome {
        CheckOutcome::Held => "held",
        CheckOutcome::Failed => "failed",
        CheckOutcome::Known => "known",
        CheckOutcome::Stale => "stale",
    }
}

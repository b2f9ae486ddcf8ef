//! For a person: nothing about what holds, a block for what does not, and the counts at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::plain::{WIDTH, advice, brief, checks, comparison, paste, scenario, title, transcript};
use super::text::{shortened, spelled, wrapped};
use crate::clause::Registry;
use crate::run::event::{CaseReport, CheckOutcome, Event, Reporter, StepReport, Summary, Verdict};

/// The progress line is shorter than the narrowest terminal, or it could not be taken back.
const PROGRESS: usize = 76;

/// How many cases are named for each reason to skip some.
const NAMED: usize = 3;

/// What is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// A terminal: lines can be taken back, so progress is shown.
    Terminal,
    /// Anything that keeps what was written.
    File,
}

/// Whether colours are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// Yes.
    On,
    /// No: not a single escape sequence is written.
    Off,
}

/// How much is told of what failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// A block for the first failure of each clause (of a client: of each rule), a line for each of the others.
    #[default]
    First,
    /// A block for each.
    Everything,
}

/// The reporter for a person. What did not hold is told at the end, in the order of the clauses, so that two runs tell
/// the same.
#[derive(Debug)]
pub struct Human<W> {
    out: W,
    surface: Surface,
    paint: Paint,
    detail: Detail,
    registry: Option<Registry>,
    /// The cases that did not simply pass.
    kept: Vec<CaseReport>,
    /// The cases that were skipped, by reason.
    skipped: BTreeMap<String, Vec<String>>,
    summary: Summary,
    selected: usize,
    /// How many characters of the progress line stand on the terminal.
    progress: usize,
}

/// So many cases with the same difference are worth a line.
const COMMON: usize = 5;

impl<W: Write> Human<W> {
    /// Writes to `out`.
    pub fn new(out: W, surface: Surface, colours: Colours) -> Self {
        Self {
            out,
            surface,
            paint: Paint(colours),
            detail: Detail::First,
            registry: None,
            kept: Vec::new(),
            skipped: BTreeMap::new(),
            summary: Summary::default(),
            selected: 0,
            progress: 0,
        }
    }

    /// The same, with so much detail.
    #[must_use]
    pub fn with_detail(mut self, detail: Detail) -> Self {
        self.detail = detail;
        self
    }

    fn keep(&mut self, case: &CaseReport) {
        match &case.verdict {
            Verdict::Passed => {}
            Verdict::Skipped(reason) => {
                let cases = self.skipped.entry(spelled(reason)).or_default();
                cases.push(spelled(&case.id));
            }
            Verdict::Failed
            | Verdict::Warned
            | Verdict::Known(_)
            | Verdict::Stale(_)
            | Verdict::Errored(_) => self.kept.push(case.clone()),
        }
    }

    /// The place of a case in the order of the clauses.
    fn order<'c>(&self, case: &'c CaseReport) -> (usize, &'c str) {
        let clause = case.clauses.first();
        let place = self.registry.as_ref().and_then(|registry| {
            let mut clauses = registry.iter();
            clauses.position(|known| Some(&known.id) == clause)
        });
        (place.unwrap_or(usize::MAX), &case.id)
    }

    /// Everything that did not hold.
    fn told(&self) -> Vec<String> {
        let mut cases: Vec<&CaseReport> = self.kept.iter().collect();
        cases.sort_by_key(|case| self.order(case));
        let of = |wanted: fn(&Verdict) -> bool| {
            let cases = cases.iter().copied();
            cases.filter(move |case| wanted(&case.verdict))
        };
        let mut page = Vec::new();
        page.extend(self.known(of(|verdict| matches!(verdict, Verdict::Known(_)))));
        page.extend(self.warned(of(|verdict| *verdict == Verdict::Warned)));
        let mut shown = BTreeSet::new();
        let mut block = false;
        for case in of(|verdict| *verdict == Verdict::Failed) {
            let clause = case.clauses.first().map_or("", String::as_str);
            // Of a client: for each thing that it does wrong.
            let first = shown.insert(case.rule.as_deref().unwrap_or(clause));
            if first || self.detail == Detail::Everything {
                page.push(String::new());
                page.extend(self.block(case));
                block = true;
            } else {
                if block {
                    page.push(String::new());
                }
                let id = spelled(&case.id);
                page.push(self.paint.failure(&format!("FAILED  {id}")) + &again(case));
                block = false;
            }
        }
        if block {
            page.push(String::new());
        }
        for case in of(|verdict| matches!(verdict, Verdict::Stale(_) | Verdict::Errored(_))) {
            page.extend(self.short(case));
        }
        page.extend(self.common(of(|verdict| *verdict == Verdict::Failed)));
        if page.first().is_some_and(String::is_empty) {
            page.remove(0);
        }
        page
    }

    /// A line for each reason.
    fn known<'c>(&self, cases: impl Iterator<Item = &'c CaseReport>) -> Vec<String> {
        let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for case in cases {
            if let Verdict::Known(reason) = &case.verdict {
                let cases = reasons.entry(spelled(reason)).or_default();
                cases.push(spelled(&case.id));
            }
        }
        self.grouped("known  ", &reasons)
    }

    /// A line for each scenario, and what its first case was like.
    fn warned<'c>(&self, cases: impl Iterator<Item = &'c CaseReport>) -> Vec<String> {
        let mut scenarios: Vec<(&CaseReport, usize)> = Vec::new();
        for case in cases {
            match scenarios.last_mut() {
                Some((first, count)) if scenario(&first.id) == scenario(&case.id) => {
                    *count = count.saturating_add(1);
                }
                Some(_) | None => scenarios.push((case, 1)),
            }
        }
        let mut page = Vec::new();
        for (case, count) in scenarios {
            let id = match count {
                1 => spelled(&case.id),
                count => format!("{} ({count} cases)", spelled(scenario(&case.id))),
            };
            let requirement = spelled(&case.requirement);
            let label = self.paint.warning("warned ");
            page.push(format!("{label} {id} ({}): {requirement}", weight(case)));
            let mut lines = brief_checks(case, CheckOutcome::Failed).into_iter();
            page.extend(lines.next());
            if let Some(check) = checks(case, &[CheckOutcome::Failed]).next() {
                page.extend(indented(8, advice(check)));
            }
        }
        page
    }

    /// A line for what has gone out of date, or could not be played.
    fn short(&self, case: &CaseReport) -> Vec<String> {
        let paint = self.paint;
        let id = spelled(&case.id);
        match &case.verdict {
            Verdict::Stale(reason) => {
                let (label, reason) = (paint.failure("STALE  "), spelled(reason));
                let mut page = vec![format!("{label} {id}: {reason}")];
                page.extend(brief_checks(case, CheckOutcome::Stale));
                page
            }
            Verdict::Errored(reason) => vec![
                format!("{} {id}: {}", paint.failure("ERROR  "), spelled(reason)),
                "        that is the kit's trouble, and says nothing about what is judged"
                    .to_owned(),
                format!("        {}", spelled(&case.location.to_string())),
            ],
            Verdict::Passed
            | Verdict::Warned
            | Verdict::Failed
            | Verdict::Known(_)
            | Verdict::Skipped(_) => Vec::new(),
        }
    }

    /// Differences that many failures share: one cause, rather often.
    fn common<'c>(&self, cases: impl Iterator<Item = &'c CaseReport>) -> Vec<String> {
        let mut alike: BTreeMap<String, usize> = BTreeMap::new();
        for case in cases {
            if let Some(check) = checks(case, &[CheckOutcome::Failed]).next() {
                let text = brief(check);
                let key = check.name.rsplit('.').next().unwrap_or_default();
                let text = match text.split_once(": ") {
                    Some((_, values)) => format!("{}: {values}", spelled(key)),
                    None => text,
                };
                let count = alike.entry(text).or_default();
                *count = count.saturating_add(1);
            }
        }
        let mut alike: Vec<_> = alike
            .into_iter()
            .filter(|(_, count)| *count >= COMMON)
            .collect();
        alike.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        alike.truncate(NAMED);
        let lines = alike
            .into_iter()
            .map(|(text, count)| format!("{} {count} cases: {text}", self.paint.name("common ")));
        lines.collect()
    }

    /// A line for each reason, with the number of its cases and the first few of them.
    fn grouped(&self, label: &str, reasons: &BTreeMap<String, Vec<String>>) -> Vec<String> {
        let lines = reasons.iter().map(|(reason, cases)| {
            let count = cases.len();
            let mut cases = cases.clone();
            cases.sort();
            let more = if count > NAMED { ", …" } else { "" };
            cases.truncate(NAMED);
            let label = self.paint.dim(label);
            format!("{label} {count}: {reason} ({}{more})", cases.join(", "))
        });
        lines.collect()
    }

    /// Everything about a failure.
    fn block(&self, case: &CaseReport) -> Vec<String> {
        let paint = self.paint;
        let mut page = vec![format!(
            "{} ({})",
            paint.failure(&format!("FAILED  {}", spelled(&case.id))),
            weight(case)
        )];
        page.extend(indented(2, wrapped(&case.requirement, WIDTH)));
        for id in &case.clauses {
            let text = self.registry.as_ref().and_then(|all| all.get(id));
            let text = text.map_or("", |clause| clause.text.as_str());
            let title = format!("{:<9} ", spelled(id));
            let gap = title.chars().count();
            let mut lines = wrapped(text, WIDTH.saturating_sub(gap)).into_iter();
            let first = lines.next().unwrap_or_default();
            page.push(
                format!("  {}{first}", paint.name(&title))
                    .trim_end()
                    .to_owned(),
            );
            page.extend(indented(gap.saturating_add(2), lines));
        }
        page.push(format!("  {}", spelled(&case.location.to_string())));
        let mut shown = BTreeSet::new();
        let mut more = 0_usize;
        for step in &case.steps {
            // Of a step that is repeated, once is enough.
            if shown.insert(&step.name) {
                page.extend(self.step(step));
            } else {
                more = more.saturating_add(1);
            }
        }
        if more > 0 {
            page.push(self.paint.dim(&format!("  {more} more turns and copies")));
        }
        page
    }

    /// A step: whole if something in it failed, else one line.
    fn step(&self, step: &StepReport) -> Vec<String> {
        let paint = self.paint;
        let failed: Vec<_> = step
            .checks
            .iter()
            .filter(|check| check.outcome == CheckOutcome::Failed)
            .collect();
        let lost = step
            .wire
            .as_ref()
            .is_some_and(|wire| wire.failure.is_some());
        if failed.is_empty() && !lost {
            let held = step
                .checks
                .iter()
                .filter(|check| check.outcome == CheckOutcome::Held);
            let line = format!(
                "  {}: {} of {} checks held",
                title(step),
                held.count(),
                step.checks.len()
            );
            return vec![paint.dim(&line)];
        }
        let mut page = vec![String::new(), format!("  {}", paint.name(&title(step)))];
        if let Some(requirement) = &step.requirement {
            page.extend(indented(2, wrapped(requirement, WIDTH)));
        }
        if let Some(wire) = &step.wire {
            page.extend(indented(
                2,
                transcript(wire).iter().map(|line| paint.wire(line)),
            ));
        }
        for check in failed {
            page.push(String::new());
            let place = spelled(&check.location.to_string());
            let name = paint.failure(&spelled(&check.name));
            page.push(format!("  {name} does not hold, {place}"));
            page.extend(indented(
                4,
                comparison(check).iter().map(|line| paint.change(line)),
            ));
        }
        if let Some(curl) = step.wire.as_ref().and_then(|wire| wire.curl.as_deref()) {
            page.extend([
                String::new(),
                "  the same request again, with the password in EPOCHTA_PASSWORD and masked numbers filled in:"
                    .to_owned(),
                String::new(),
            ]);
            // At the margin, as the end of a here-document must be.
            page.push(paste(curl));
        }
        page
    }

    fn ended(&self, summary: &Summary) -> Vec<String> {
        let mut page = self.told();
        if !page.is_empty() && page.last().is_some_and(|line| !line.is_empty()) {
            page.push(String::new());
        }
        page.extend(self.grouped("skipped", &self.skipped));
        if summary.warned > 0 {
            page.push(format!(
                "{} {}: what should hold, and does not; --strict counts it as failed, but for notes",
                self.paint.warning("warned "),
                summary.warned
            ));
        }
        page.push(summary.to_string());
        page
    }

    /// Writes lines in the place of the progress line, and that again below them.
    fn write(&mut self, page: &[String], progress: &str) -> io::Result<()> {
        let progress = match self.surface {
            Surface::Terminal => shortened(&spelled(progress), PROGRESS),
            Surface::File => String::new(),
        };
        let mut text = String::new();
        let length = progress.chars().count();
        if self.progress > 0 && (!page.is_empty() || length < self.progress) {
            // Blanks, as not every terminal knows how to clear a line.
            text.push('\r');
            text.push_str(&" ".repeat(self.progress));
        }
        if self.progress > 0 {
            text.push('\r');
        }
        for line in page {
            text.push_str(line);
            text.push('\n');
        }
        text.push_str(&progress);
        self.progress = length;
        if text.is_empty() {
            return Ok(());
        }
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    fn progress(&self, id: &str) -> String {
        let failed = match self.summary.failed {
            0 => String::new(),
            failed => format!(", {failed} failed"),
        };
        format!("{}/{}{failed}  {id}", self.summary.selected, self.selected)
    }
}

impl<W: Write> Reporter for Human<W> {
    fn hear(&mut self, event: &Event<'_>) -> io::Result<()> {
        match event {
            Event::Planned(planned) => {
                self.registry = Some(planned.registry.clone());
                self.selected = planned.selected;
                let progress = self.progress(&planned.target);
                self.write(&[], &progress)
            }
            Event::Finished(case) => {
                self.summary.count(&case.verdict);
                self.keep(case);
                let progress = self.progress(&case.id);
                self.write(&[], &progress)
            }
            Event::Ended(summary) => {
                let page = self.ended(summary);
                self.write(&page, "")
            }
        }
    }
}

/// How much a case matters: of a client, how bad it is.
fn weight(case: &CaseReport) -> String {
    let mut advice =
        checks(case, &[CheckOutcome::Failed]).filter_map(|check| check.advice.as_ref());
    match advice.next() {
        Some(advice) => advice.severity.to_string(),
        None => format!("{}, {}", case.level, case.grade),
    }
}

/// What is new in a failure of which the like was shown already.
fn again(case: &CaseReport) -> String {
    let mut failed = checks(case, &[CheckOutcome::Failed]);
    let first = failed.next().map(brief).unwrap_or_default();
    match failed.count() {
        0 => format!("  {first}"),
        more => format!("  {first}, and {more} more"),
    }
}

fn brief_checks(case: &CaseReport, outcome: CheckOutcome) -> Vec<String> {
    let checks = case.steps.iter().flat_map(|step| &step.checks);
    let lines = checks.filter(|check| check.outcome == outcome);
    let lines = lines.map(|check| {
        let place = spelled(&check.location.to_string());
        format!("{}, {place}", brief(check))
    });
    indented(8, lines)
}

fn indented(by: usize, lines: impl IntoIterator<Item = String>) -> Vec<String> {
    let margin = " ".repeat(by);
    let lines = lines.into_iter();
    lines
        .map(|line| format!("{margin}{line}").trim_end().to_owned())
        .collect()
}

/// The colours, or none.
#[derive(Clone, Copy, Debug)]
struct Paint(Colours);

impl Paint {
    fn failure(self, text: &str) -> String {
        self.with("1;31", text)
    }

    fn warning(self, text: &str) -> String {
        self.with("33", text)
    }

    fn name(self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    /// A line of a transcript; what was sent and what is ours stands back behind what came.
    fn wire(self, line: &str) -> String {
        if line.starts_with('<') {
            self.with("36", line)
        } else {
            self.dim(line)
        }
    }

    /// A line of a comparison.
    fn change(self, line: &str) -> String {
        match line.trim_start().chars().next() {
            Some('+') => self.with("32", line),
            Some('-') => self.with("31", line),
            _ => line.to_owned(),
        }
    }

    fn with(self, code: &str, text: &str) -> String {
        match self.0 {
            Colours::On if !text.is_empty() => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Colours::On | Colours::Off => text.to_owned(),
        }
    }
}

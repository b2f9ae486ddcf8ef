//! For a person: nothing about what holds, a block for what does not, and one line at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::plain::{brief, checks, comparison, paste, scenario, title, transcript};
use super::text::{shortened, spelled, wrapped};
use crate::clause::Registry;
use crate::run::event::{CaseReport, CheckOutcome, Event, Reporter, StepReport, Summary, Verdict};

/// Where sentences are broken.
const WIDTH: usize = 100;

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

/// The reporter for a person.
#[derive(Debug)]
pub struct Human<W> {
    out: W,
    surface: Surface,
    paint: Paint,
    registry: Option<Registry>,
    /// Scenarios whose first failure was shown whole.
    shown: BTreeSet<String>,
    /// The cases that were skipped, by reason.
    skipped: BTreeMap<String, Vec<String>>,
    summary: Summary,
    selected: usize,
    /// How many characters of the progress line stand on the terminal.
    progress: usize,
    /// What was written last, if anything was.
    last: Option<Form>,
}

/// How much was written about a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// A few lines, which may stand close to others.
    Short,
    /// A block, with an empty line on either side.
    Block,
}

impl<W: Write> Human<W> {
    /// Writes to `out`.
    pub fn new(out: W, surface: Surface, colours: Colours) -> Self {
        Self {
            out,
            surface,
            paint: Paint(colours),
            registry: None,
            shown: BTreeSet::new(),
            skipped: BTreeMap::new(),
            summary: Summary::default(),
            selected: 0,
            progress: 0,
            last: None,
        }
    }

    fn finished(&mut self, case: &CaseReport) -> Vec<String> {
        let whole =
            case.verdict == Verdict::Failed && self.shown.insert(scenario(&case.id).to_owned());
        let (form, page) = if whole {
            (Form::Block, self.block(case))
        } else {
            (Form::Short, self.short(case))
        };
        self.spaced(form, page)
    }

    /// The page with an empty line above it, if it needs one.
    fn spaced(&mut self, form: Form, mut page: Vec<String>) -> Vec<String> {
        if page.is_empty() {
            return page;
        }
        if self.last == Some(Form::Block) || (self.last.is_some() && form == Form::Block) {
            page.insert(0, String::new());
        }
        self.last = Some(form);
        page
    }

    /// A few lines, or none.
    fn short(&mut self, case: &CaseReport) -> Vec<String> {
        let paint = self.paint;
        let id = spelled(&case.id);
        match &case.verdict {
            Verdict::Passed => Vec::new(),
            Verdict::Skipped(reason) => {
                let cases = self.skipped.entry(spelled(reason)).or_default();
                cases.push(id);
                Vec::new()
            }
            Verdict::Failed => vec![paint.failure(&format!("FAILED  {id}")) + &again(case)],
            Verdict::Warned => {
                let (level, grade, requirement) =
                    (case.level, case.grade, spelled(&case.requirement));
                let label = paint.warning("warned ");
                let mut page = vec![format!("{label} {id} ({level}, {grade}): {requirement}")];
                page.extend(brief_checks(case, CheckOutcome::Failed));
                page
            }
            Verdict::Known(reason) => {
                let (label, reason) = (paint.dim("known  "), spelled(reason));
                vec![format!("{label} {id}: {reason}")]
            }
            Verdict::Stale(reason) => {
                let (label, reason) = (paint.failure("STALE  "), spelled(reason));
                let mut page = vec![format!("{label} {id}: {reason}")];
                page.extend(brief_checks(case, CheckOutcome::Stale));
                page
            }
            Verdict::Errored(reason) => vec![
                format!("{} {id}: {}", paint.failure("ERROR  "), spelled(reason)),
                "        that is the kit's trouble, and says nothing about the endpoint".to_owned(),
                format!("        {}", spelled(&case.location.to_string())),
            ],
        }
    }

    /// Everything about a failure.
    fn block(&self, case: &CaseReport) -> Vec<String> {
        let paint = self.paint;
        let mut page = vec![format!(
            "{} ({}, {})",
            paint.failure(&format!("FAILED  {}", spelled(&case.id))),
            case.level,
            case.grade
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
        for step in &case.steps {
            page.extend(self.step(step));
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
                "  the same request again:".to_owned(),
                String::new(),
            ]);
            // At the margin, as the end of a here-document must be.
            page.push(paste(curl));
        }
        page
    }

    fn ended(&self, summary: &Summary) -> Vec<String> {
        let mut page: Vec<String> = self
            .skipped
            .iter()
            .map(|(reason, cases)| {
                let mut cases = cases.clone();
                cases.sort();
                let more = match cases.len().saturating_sub(NAMED) {
                    0 => "",
                    _ => ", …",
                };
                cases.truncate(NAMED);
                let label = self.paint.dim("skipped");
                let count = self.count(reason);
                format!("{label} {count}: {reason} ({}{more})", cases.join(", "))
            })
            .collect();
        page.push(summary.to_string());
        page
    }

    fn count(&self, reason: &str) -> usize {
        self.skipped.get(reason).map_or(0, Vec::len)
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
                let page = self.finished(case);
                let progress = self.progress(&case.id);
                self.write(&page, &progress)
            }
            Event::Ended(summary) => {
                let page = self.ended(summary);
                let page = self.spaced(Form::Short, page);
                self.write(&page, "")
            }
        }
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

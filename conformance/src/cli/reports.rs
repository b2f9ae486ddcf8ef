//! How a run of cases is told and what is known of it beforehand: the options that several commands share.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use jiff::civil::Date;

use super::Failure;
use crate::baseline::Baseline;
use crate::report::github::Github;
use crate::report::html::Html;
use crate::report::human::{Colours, Detail, Human, Surface};
use crate::report::json_lines::JsonLines;
use crate::report::junit::Junit;
use crate::report::tap::Tap;
use crate::run::event::{CaseReport, Reporter};
use crate::scenario::source::Source;

/// Where reports go.
#[derive(Args, Debug)]
pub struct ReportArgs {
    /// Also report as junit, jsonl, tap, html or github, to a file or - for standard output; repeat it for more.
    /// GitHub annotations are written by themselves where GITHUB_ACTIONS is set.
    #[arg(long, value_name = "FORMAT:FILE", help_heading = "Output")]
    report: Vec<ReportTo>,
    /// Show everything about each failure, not only about the first of each clause.
    #[arg(long, short, help_heading = "Output")]
    verbose: bool,
    /// Whether the report for people is in colours.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    color: Color,
}

/// What is known not to hold.
#[derive(Args, Debug)]
pub struct BaselineArgs {
    /// A file of checks that are known not to hold, each with a reason and the day on which that ends.
    #[arg(long, value_name = "FILE", help_heading = "Baseline")]
    baseline: Option<PathBuf>,
    /// Write such a file with every check that did not hold.
    #[arg(long, value_name = "FILE", requires_all = ["reason", "expires"], help_heading = "Baseline")]
    write_baseline: Option<PathBuf>,
    /// Why they do not hold, for --write-baseline.
    #[arg(long, value_name = "TEXT", help_heading = "Baseline")]
    reason: Option<String>,
    /// The last day on which that is accepted, such as 2027-01-31, for --write-baseline.
    #[arg(long, value_name = "DAY", help_heading = "Baseline")]
    expires: Option<Date>,
}

/// Whether there are colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Yes
    Always,
    /// No
    Never,
}

/// A report and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ReportTo {
    format: Format,
    /// Standard output, if there is none.
    path: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Junit,
    JsonLines,
    Tap,
    Html,
    Github,
}

impl FromStr for ReportTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text.split_once(':').unwrap_or((text, "-"));
        let format = match format {
            "junit" => Format::Junit,
            "jsonl" => Format::JsonLines,
            "tap" => Format::Tap,
            "html" => Format::Html,
            "github" => Format::Github,
            other => {
                return Err(format!(
                    "{other:?} is none of junit, jsonl, tap, html, github; write for example junit:report.xml"
                ));
            }
        };
        let path = (path != "-").then(|| PathBuf::from(path));
        Ok(Self { format, path })
    }
}

impl ReportArgs {
    /// Where people read: what a machine does not.
    pub(super) fn people(&self) -> Box<dyn Write> {
        if self.report.iter().any(|report| report.path.is_none()) {
            Box::new(io::stderr())
        } else {
            Box::new(io::stdout())
        }
    }

    /// Whoever is told: a person, and the reports that were asked for.
    pub(super) fn reporters(&self) -> Result<Vec<Box<dyn Reporter>>, Failure> {
        for (place, report) in self.report.iter().enumerate() {
            let before = self.report.get(..place).unwrap_or_default();
            if before.iter().any(|other| other.path == report.path) {
                return Err(Failure::Usage(
                    "two reports go to the same place; give each a file of its own".to_owned(),
                ));
            }
        }
        let stdout_is_taken = self.report.iter().any(|report| report.path.is_none());
        let mut reporters: Vec<Box<dyn Reporter>> = Vec::new();
        // Where a machine reads standard output, people read the other one.
        reporters.push(if stdout_is_taken {
            self.human(io::stderr(), io::stderr().is_terminal())
        } else {
            self.human(io::stdout(), io::stdout().is_terminal())
        });
        for report in &self.report {
            let output: Box<dyn Write + Send> = match &report.path {
                None => Box::new(io::stdout()),
                Some(path) => {
                    let file = File::create(path).map_err(|source| Failure::Report {
                        path: path.clone(),
                        source,
                    })?;
                    Box::new(BufWriter::new(file))
                }
            };
            reporters.push(match report.format {
                Format::Junit => Box::new(Junit::new(output)),
                Format::JsonLines => Box::new(JsonLines::new(output)),
                Format::Tap => Box::new(Tap::new(output)),
                Format::Html => Box::new(Html::new(output)),
                Format::Github => Box::new(Github::new(output)),
            });
        }
        let asked = self
            .report
            .iter()
            .any(|report| report.format == Format::Github);
        if !asked && !stdout_is_taken && std::env::var_os("GITHUB_ACTIONS").is_some() {
            reporters.push(Box::new(Github::new(io::stdout())));
        }
        Ok(reporters)
    }

    fn human<W: Write + 'static>(&self, output: W, terminal: bool) -> Box<dyn Reporter> {
        let surface = if terminal {
            Surface::Terminal
        } else {
            Surface::File
        };
        let wanted = match self.color {
            Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none(),
            Color::Always => true,
            Color::Never => false,
        };
        let colours = if wanted { Colours::On } else { Colours::Off };
        let detail = if self.verbose {
            Detail::Everything
        } else {
            Detail::First
        };
        Box::new(Human::new(output, surface, colours).with_detail(detail))
    }
}

impl BaselineArgs {
    /// The baseline that was given.
    pub(super) fn read(&self) -> Result<Baseline, Failure> {
        match &self.baseline {
            Some(path) => Ok(Baseline::read(&Source::read(path)?)?),
            None => Ok(Baseline::default()),
        }
    }

    /// Writes the baseline that was asked for.
    pub(super) fn write(&self, reports: &[CaseReport]) -> Result<(), Failure> {
        let (Some(path), Some(reason), Some(expires)) =
            (&self.write_baseline, &self.reason, self.expires)
        else {
            return Ok(());
        };
        let baseline = Baseline::of(reports, reason, expires);
        super::write(path, &baseline.to_yaml()?)
    }
}

/// Refuses a baseline that lists a case which is not there.
pub(super) fn orphans(baseline: &Baseline, ids: &BTreeSet<String>) -> Result<(), Failure> {
    match baseline.orphans(ids).as_slice() {
        [] => Ok(()),
        [entry, ..] => Err(Failure::Usage(format!(
            "the baseline lists {}, and there is no such case; take it out, or correct it",
            entry.check
        ))),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Format, ReportTo};

    #[test]
    fn a_report_is_a_format_and_a_place() {
        let report = |text: &str| text.parse::<ReportTo>();
        let junit = ReportTo {
            format: Format::Junit,
            path: Some(PathBuf::from("a:b.xml")),
        };
        assert_eq!(report("junit:a:b.xml"), Ok(junit));
        for text in ["tap", "tap:-"] {
            let tap = ReportTo {
                format: Format::Tap,
                path: None,
            };
            assert_eq!(report(text), Ok(tap));
        }
        assert!(report("xml:x").unwrap_err().contains("junit:report.xml"));
    }
}

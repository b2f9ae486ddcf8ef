//! The command `server`: judges an endpoint, clause by clause.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use jiff::civil::Date;

use super::suite::{SuiteArgs, TargetArgs};
use super::{Exit, Failure};
use crate::baseline::Baseline;
use crate::check::snapshot::Writing;
use crate::clause::Registry;
use crate::client::conn::{Connection, Patience};
use crate::client::endpoint::Endpoint;
use crate::clock;
use crate::report::github::Github;
use crate::report::html::Html;
use crate::report::human::{Colours, Detail, Human, Surface};
use crate::report::json_lines::JsonLines;
use crate::report::junit::Junit;
use crate::report::tap::Tap;
use crate::run::event::{Reporter, Summary};
use crate::run::means;
use crate::run::purse::Spending;
use crate::run::runner::{Chosen, Options, Outcome, Strictness, ids, run as play};
use crate::scenario::decimal::Decimal;
use crate::scenario::source::Source;
use crate::target::Target;

/// What `server` takes.
#[derive(Args, Debug)]
pub struct ServerArgs {
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    target: TargetArgs,
    /// What an endpoint should do counts like what it must do.
    #[arg(long, help_heading = "Run")]
    strict: bool,
    /// How many cases are played at the same time.
    #[arg(long, value_name = "N", default_value_t = 16, help_heading = "Run")]
    jobs: usize,
    /// How often to try again when the endpoint does not take a connection. A check is never tried again.
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Run")]
    retries: u32,
    /// Say what would be played, and what not and why; ask nobody.
    #[arg(long, help_heading = "Run")]
    dry_run: bool,
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
    /// Allow hosts other than this machine, and ask what costs nothing. The real gateway sends real messages.
    #[arg(long, help_heading = "Live endpoints")]
    live: bool,
    /// With --live: also send messages to this number, which is then the only kind of recipient; repeat it for more.
    #[arg(long, value_name = "NUMBER", requires_all = ["live", "max_credits"], help_heading = "Live endpoints")]
    allow_to: Vec<String>,
    /// With --allow-to: how many credits the run may spend. GETPRICE is asked before each SEND.
    #[arg(
        long,
        value_name = "CREDITS",
        requires = "allow_to",
        help_heading = "Live endpoints"
    )]
    max_credits: Option<Decimal>,
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

/// Judges the endpoint, and says how to end.
pub fn run(args: &ServerArgs) -> Result<Exit, Failure> {
    let registry = Registry::built_in()?;
    let mut target = args.target.target()?;
    let spending = spending(args, &mut target)?;
    let cases = args.suite.cases(&registry)?;
    let chosen: Vec<Chosen> = cases
        .into_iter()
        .map(|case| {
            let obstacle = case.obstacle(&target, &spending);
            (case, obstacle)
        })
        .collect();
    let baseline = match &args.baseline {
        Some(path) => Baseline::read(&Source::read(path)?)?,
        None => Baseline::default(),
    };
    if args.suite.only.is_empty() && args.suite.grade.is_none() {
        orphans(&baseline, &ids(&chosen))?;
    }
    if args.dry_run {
        return dry_run(&chosen);
    }
    reachable(&target.endpoint, args.target.patience(), args.retries)?;
    let options = Options {
        jobs: args.jobs,
        strictness: if args.strict {
            Strictness::Should
        } else {
            Strictness::Must
        },
        patience: args.target.patience(),
        retries: args.retries,
        baseline,
        spending,
        writing: writing(),
        ..Options::plain()
    };
    let mut reporters = reporters(args)?;
    let runtime = super::runtime()?;
    let mut chosen = chosen;
    let outcome = runtime.block_on(async {
        means::check(&mut chosen, &target, options.patience).await;
        play(chosen, target, options, registry, &mut reporters).await
    });
    // A slow look-up of a name must not hold up the end.
    runtime.shutdown_background();
    let outcome = outcome?;
    if let (Some(path), Some(reason), Some(expires)) =
        (&args.write_baseline, &args.reason, args.expires)
    {
        let baseline = Baseline::of(&outcome.reports, reason, expires);
        let written = std::fs::write(path, baseline.to_yaml()?);
        written.map_err(|source| Failure::Report {
            path: path.clone(),
            source,
        })?;
    }
    Ok(exit(&outcome))
}

/// How a run of cases ends the program.
pub(super) fn exit(outcome: &Outcome) -> Exit {
    let Summary {
        failed,
        errored,
        ran,
        ..
    } = outcome.summary;
    if ran == 0 {
        Exit::Nothing
    } else if errored > 0 {
        Exit::Unreachable
    } else if failed > 0 {
        Exit::Against
    } else {
        Exit::Done
    }
}

/// What may be spent there; a live target keeps no other recipients than those that are allowed.
fn spending(args: &ServerArgs, target: &mut Target) -> Result<Spending, Failure> {
    // Behind an address of this machine may be a tunnel, so limits that are given hold there too.
    if !args.live && target.endpoint.is_loopback() {
        return Ok(Spending::Anything);
    }
    if !args.live {
        return Err(Failure::NotLoopback(target.endpoint.to_string()));
    }
    let Some(credits) = args.max_credits else {
        return Ok(Spending::Nothing);
    };
    let digits =
        |number: &String| -> String { number.chars().filter(char::is_ascii_digit).collect() };
    let recipients: BTreeSet<String> = args.allow_to.iter().map(digits).collect();
    target.recipients = args.allow_to.clone();
    target
        .numbers
        .retain(|_, number| recipients.contains(&digits(number)));
    Ok(Spending::Within {
        recipients,
        credits,
    })
}

/// Whether anybody listens there: better said once than by every case.
pub(super) fn reachable(
    endpoint: &Endpoint,
    patience: Patience,
    retries: u32,
) -> Result<(), Failure> {
    let runtime = super::runtime()?;
    let mut tried = 0;
    let opened = runtime.block_on(async {
        loop {
            match Connection::open(endpoint, patience).await {
                Err(_) if tried < retries => {
                    tried = tried.saturating_add(1);
                    clock::pause(std::time::Duration::from_millis(500)).await;
                }
                opened => return opened,
            }
        }
    });
    runtime.shutdown_background();
    opened.map(drop).map_err(Failure::Exchange)
}

fn orphans(baseline: &Baseline, ids: &BTreeSet<String>) -> Result<(), Failure> {
    match baseline.orphans(ids).as_slice() {
        [] => Ok(()),
        [entry, ..] => Err(Failure::Usage(format!(
            "the baseline lists {}, and there is no such case; take it out, or correct it",
            entry.check
        ))),
    }
}

fn dry_run(chosen: &[Chosen]) -> Result<Exit, Failure> {
    let mut output = io::stdout().lock();
    let mut skipped = 0_usize;
    for (case, obstacle) in chosen {
        match obstacle {
            None => writeln!(output, "would play  {}", case.id)?,
            Some(reason) => {
                skipped = skipped.saturating_add(1);
                writeln!(output, "would skip  {}: {reason}", case.id)?;
            }
        }
    }
    let summary = Summary {
        selected: chosen.len(),
        skipped,
        ..Summary::default()
    };
    writeln!(output, "{summary}")?;
    Ok(Exit::Done)
}

fn reporters(args: &ServerArgs) -> Result<Vec<Box<dyn Reporter>>, Failure> {
    for (place, report) in args.report.iter().enumerate() {
        let before = args.report.get(..place).unwrap_or_default();
        if before.iter().any(|other| other.path == report.path) {
            return Err(Failure::Usage(
                "two reports go to the same place; give each a file of its own".to_owned(),
            ));
        }
    }
    let stdout_is_taken = args.report.iter().any(|report| report.path.is_none());
    let mut reporters: Vec<Box<dyn Reporter>> = Vec::new();
    // Where a machine reads standard output, people read the other one.
    reporters.push(if stdout_is_taken {
        human(io::stderr(), io::stderr().is_terminal(), args)
    } else {
        human(io::stdout(), io::stdout().is_terminal(), args)
    });
    for report in &args.report {
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
    let asked = args
        .report
        .iter()
        .any(|report| report.format == Format::Github);
    if !asked && !stdout_is_taken && std::env::var_os("GITHUB_ACTIONS").is_some() {
        reporters.push(Box::new(Github::new(io::stdout())));
    }
    Ok(reporters)
}

fn human<W: Write + 'static>(output: W, terminal: bool, args: &ServerArgs) -> Box<dyn Reporter> {
    let surface = if terminal {
        Surface::Terminal
    } else {
        Surface::File
    };
    let wanted = match args.color {
        Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none(),
        Color::Always => true,
        Color::Never => false,
    };
    let colours = if wanted { Colours::On } else { Colours::Off };
    let detail = if args.verbose {
        Detail::Everything
    } else {
        Detail::First
    };
    Box::new(Human::new(output, surface, colours).with_detail(detail))
}

/// In CI no file is written beside the scenarios.
fn writing() -> Writing {
    match std::env::var_os("CI") {
        Some(value) if !value.is_empty() && value != "false" => Writing::Forbidden,
        Some(_) | None => Writing::Allowed,
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

//! The command `server`: judges an endpoint, clause by clause.

use std::collections::BTreeSet;
use std::io::{self, Write as _};

use clap::Args;

use super::reports::{self, BaselineArgs, ReportArgs};
use super::suite::{SuiteArgs, TargetArgs};
use super::{Exit, Failure};
use crate::check::snapshot::Writing;
use crate::clause::Registry;
use crate::client::conn::{Connection, Patience};
use crate::client::endpoint::Endpoint;
use crate::clock;
use crate::run::event::Summary;
use crate::run::means;
use crate::run::purse::Spending;
use crate::run::runner::{Chosen, Options, Strictness, ids, run as play};
use crate::scenario::decimal::Decimal;
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
    #[command(flatten)]
    baseline: BaselineArgs,
    #[command(flatten)]
    reports: ReportArgs,
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
    let baseline = args.baseline.read()?;
    if args.suite.only.is_empty() && args.suite.grade.is_none() {
        reports::orphans(&baseline, &ids(&chosen))?;
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
    let mut reporters = args.reports.reporters()?;
    let runtime = super::runtime()?;
    let mut chosen = chosen;
    let outcome = runtime.block_on(async {
        means::check(&mut chosen, &target, options.patience).await;
        play(chosen, target, options, registry, &mut reporters).await
    });
    // A slow look-up of a name must not hold up the end.
    runtime.shutdown_background();
    let outcome = outcome?;
    args.baseline.write(&outcome.reports)?;
    Ok(exit(&outcome.summary))
}

/// How a run of cases ends the program.
pub(super) fn exit(summary: &Summary) -> Exit {
    let Summary {
        failed,
        errored,
        ran,
        ..
    } = *summary;
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

/// In CI no file is written beside the scenarios.
fn writing() -> Writing {
    match std::env::var_os("CI") {
        Some(value) if !value.is_empty() && value != "false" => Writing::Forbidden,
        Some(_) | None => Writing::Allowed,
    }
}

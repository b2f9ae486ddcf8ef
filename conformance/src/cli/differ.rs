//! The command `diff`: plays the scenarios against two endpoints, and says where they differ, clause by clause.
//!
//! Two endpoints differ in a case if they do not keep the same checks of it, or if their replies, normalised as for
//! snapshots, are not the same.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;

use super::server::reachable;
use super::suite::{SuiteArgs, read_target};
use super::{Exit, Failure};
use crate::check::difference::difference;
use crate::clause::Registry;
use crate::client::endpoint::Endpoint;
use crate::operation::Credentials;
use crate::password::Password;
use crate::run::event::{CaseReport, CheckOutcome, Verdict};
use crate::run::runner::{Options, run as play};
use crate::target::Target;

/// What `diff` takes.
#[derive(Args, Debug)]
pub struct DiffArgs {
    #[command(flatten)]
    suite: SuiteArgs,
    /// The one endpoint: a URL on this machine, or a target file.
    #[arg(long, value_name = "URL|FILE")]
    a: String,
    /// The other one.
    #[arg(long, value_name = "URL|FILE")]
    b: String,
    /// The login of the account main, for URLs.
    #[arg(long, env = "EPOCHTA_USERNAME", hide_env_values = true)]
    username: Option<String>,
    /// Its password; better in the environment.
    #[arg(long, env = "EPOCHTA_PASSWORD", hide_env_values = true)]
    password: Option<Password>,
}

/// What came of each case, and what was answered in it.
type Played = BTreeMap<String, (CaseReport, String)>;

/// Compares the two.
pub fn run(args: &DiffArgs) -> Result<Exit, Failure> {
    let registry = Registry::built_in()?;
    let (a, b) = (target(&args.a, args)?, target(&args.b, args)?);
    let names = (a.endpoint.to_string(), b.endpoint.to_string());
    for target in [&a, &b] {
        reachable(&target.endpoint, Options::plain().patience, 0)?;
    }
    let runtime = super::runtime()?;
    let one = |target: Target| -> Result<Played, Failure> {
        // One after the other: what one case spends must not show in the balances of another.
        let options = Options {
            jobs: 1,
            ..Options::plain()
        };
        let cases = args.suite.cases(&registry)?;
        let chosen = cases
            .into_iter()
            .map(|case| {
                let obstacle = case.obstacle(&target, &options.spending);
                (case, obstacle)
            })
            .collect();
        let outcome = runtime.block_on(play(chosen, target, options, registry.clone(), &mut []))?;
        let mut transcripts = outcome.transcripts;
        let reports = outcome.reports.into_iter();
        Ok(reports
            .map(|report| {
                let transcript = transcripts.remove(&report.id).unwrap_or_default();
                (report.id.clone(), (report, transcript))
            })
            .collect())
    };
    let (a, b) = (one(a)?, one(b)?);
    let mut output = io::stdout().lock();
    writeln!(output, "a  {}\nb  {}", names.0, names.1)?;
    let (mut same, mut differ, mut unknown) = (0_usize, 0_usize, 0_usize);
    for (id, left) in &a {
        let Some(right) = b.get(id) else { continue };
        let skipped = |(report, _): &(CaseReport, String)| {
            matches!(report.verdict, Verdict::Skipped(_) | Verdict::Errored(_))
        };
        if skipped(left) || skipped(right) {
            unknown = unknown.saturating_add(1);
            continue;
        }
        let lines = differences(left, right);
        if lines.is_empty() {
            same = same.saturating_add(1);
            continue;
        }
        differ = differ.saturating_add(1);
        let clauses = left.0.clauses.join(", ");
        writeln!(output, "\n{id} ({clauses}): {}", left.0.requirement)?;
        for line in lines {
            writeln!(output, "  {line}")?;
        }
    }
    writeln!(
        output,
        "\nsame {same} / different {differ} / not compared {unknown}"
    )?;
    Ok(if same == 0 && differ == 0 {
        Exit::Nothing
    } else if differ == 0 {
        Exit::Done
    } else {
        Exit::Against
    })
}

fn target(text: &str, args: &DiffArgs) -> Result<Target, Failure> {
    let target = if text.contains("://") {
        let endpoint: Endpoint = text
            .parse()
            .map_err(|error| Failure::Usage(format!("{text}: {error}")))?;
        let account = args.username.clone().zip(args.password.clone());
        let account = account.map(|(username, password)| Credentials { username, password });
        Target::simple(endpoint, account)
    } else {
        read_target(&PathBuf::from(text))?
    };
    if target.endpoint.is_loopback() {
        Ok(target)
    } else {
        // What costs money is for `server`, which can be told how much.
        Err(Failure::NotLoopback(target.endpoint.to_string()))
    }
}

/// What two endpoints did differently: checks that one of them keeps, or else the replies themselves.
fn differences(
    (left, said_left): &(CaseReport, String),
    (right, said_right): &(CaseReport, String),
) -> Vec<String> {
    let mut lines = Vec::new();
    let checks = |report: &CaseReport| -> BTreeMap<String, (CheckOutcome, String)> {
        let checks = report.steps.iter().flat_map(|step| &step.checks);
        checks
            .map(|check| (check.name.clone(), (check.outcome, check.actual.clone())))
            .collect()
    };
    let (a, b) = (checks(left), checks(right));
    for (name, (outcome, actual)) in &a {
        match b.get(name) {
            Some((other, _)) if other == outcome => {}
            Some((_, other)) => {
                lines.push(format!("{name}: a {} / b {}", told(*outcome, actual), {
                    let outcome = b
                        .get(name)
                        .map_or(CheckOutcome::Held, |(outcome, _)| *outcome);
                    told(outcome, other)
                }));
            }
            None => lines.push(format!("{name}: b was not asked")),
        }
    }
    if lines.is_empty() && said_left != said_right {
        let difference = difference(said_left, said_right);
        lines.extend(difference.lines().map(str::to_owned));
    }
    lines
}

fn told(outcome: CheckOutcome, actual: &str) -> String {
    match outcome {
        CheckOutcome::Held => "holds".to_owned(),
        CheckOutcome::Failed | CheckOutcome::Known | CheckOutcome::Stale => {
            format!("does not hold ({actual})")
        }
    }
}

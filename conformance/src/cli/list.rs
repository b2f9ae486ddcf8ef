//! The command `list`: which cases there are, and what each takes for granted.

use std::io::{self, Write as _};

use clap::Args;

use super::suite::SuiteArgs;
use super::{Exit, Failure};
use crate::clause::Registry;
use crate::scenario::model::Scenario;

/// What `list` takes.
#[derive(Args, Debug)]
pub struct ListArgs {
    #[command(flatten)]
    suite: SuiteArgs,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

/// Lists the cases.
pub fn run(args: &ListArgs) -> Result<Exit, Failure> {
    let registry = Registry::built_in()?;
    let mut output = io::stdout().lock();
    for case in args.suite.everything(&registry)? {
        let scenario = &case.loaded.scenario;
        if args.json {
            let line = serde_json::json!({
                "id": case.id,
                "clauses": scenario.clauses,
                "level": case.loaded.level,
                "grade": case.loaded.grade,
                "tags": scenario.tags,
                "requirement": scenario.requirement,
                "file": case.loaded.source.name,
                "for": audience(scenario),
            });
            writeln!(output, "{line}")?;
        } else {
            let (level, grade) = (case.loaded.level, case.loaded.grade);
            writeln!(
                output,
                "{} ({level}, {grade}{}): {}",
                case.id,
                if scenario.is_for_clients_only() {
                    ", for clients"
                } else {
                    ""
                },
                scenario.requirement
            )?;
        }
    }
    Ok(Exit::Done)
}

/// Who is asked it.
fn audience(scenario: &Scenario) -> &'static [&'static str] {
    match (&scenario.client, scenario.is_for_clients_only()) {
        (None, _) => &["endpoints"],
        (Some(_), true) => &["clients"],
        (Some(_), false) => &["endpoints", "clients"],
    }
}

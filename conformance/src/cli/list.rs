//! The command `list`: which cases there are, and what each takes for granted.

use std::io::{self, Write as _};

use clap::Args;

use super::suite::SuiteArgs;
use super::{Exit, Failure};
use crate::clause::Registry;

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
    for case in args.suite.cases(&registry)? {
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
            });
            writeln!(output, "{line}")?;
        } else {
            let (level, grade) = (case.loaded.level, case.loaded.grade);
            writeln!(
                output,
                "{} ({level}, {grade}): {}",
                case.id, scenario.requirement
            )?;
        }
    }
    Ok(Exit::Done)
}

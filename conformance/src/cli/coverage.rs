//! The command `coverage`: which clauses are tested, which cannot be, and which are forgotten.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;

use super::{Exit, Failure};
use crate::clause::Registry;
use crate::scenario::suite;

/// What `coverage` takes.
#[derive(Args, Debug)]
pub struct CoverageArgs {
    /// Scenario files, or folders with some, instead of the suite that is built in.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Name the scenarios too.
    #[arg(long, short)]
    verbose: bool,
}

/// Prints every clause; fails if one is neither tested nor excluded, or both.
pub fn run(args: &CoverageArgs) -> Result<Exit, Failure> {
    let registry = Registry::built_in()?;
    let scenarios = if args.paths.is_empty() {
        suite::built_in(&registry)?
    } else {
        suite::from_paths(&args.paths, &registry)?
    };
    let mut tests: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for loaded in &scenarios {
        for clause in &loaded.scenario.clauses {
            tests.entry(clause).or_default().push(&loaded.id);
        }
    }
    let mut output = io::stdout().lock();
    let (mut tested, mut excluded, mut untested, mut both) = (0_usize, 0_usize, 0_usize, 0_usize);
    for clause in registry.iter() {
        let found = tests.get(clause.id.as_str()).map_or(&[][..], Vec::as_slice);
        let (count, word) = match (found.len(), &clause.excluded) {
            (0, Some(reason)) => (&mut excluded, format!("excluded: {reason}")),
            (0, None) => (&mut untested, "UNTESTED".to_owned()),
            (tests, Some(_)) => (&mut both, format!("EXCLUDED, but tested by {tests}")),
            (1, None) => (&mut tested, "tested by 1 scenario".to_owned()),
            (tests, None) => (&mut tested, format!("tested by {tests} scenarios")),
        };
        *count = count.saturating_add(1);
        writeln!(
            output,
            "{:10} {:11} {:10} {word}",
            clause.id,
            clause.level.to_string(),
            clause.grade.to_string()
        )?;
        if args.verbose {
            for id in found {
                writeln!(output, "{:33}{id}", "")?;
            }
        }
    }
    writeln!(
        output,
        "tested {tested} / excluded {excluded} / untested {untested} / tested though excluded {both}"
    )?;
    Ok(if untested == 0 && both == 0 {
        Exit::Done
    } else {
        Exit::Against
    })
}

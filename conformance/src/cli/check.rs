//! The command `check`: whether scenario files are right, without asking anybody.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::{Exit, Failure};
use crate::clause::Registry;
use crate::run::plan::Case;
use crate::scenario::suite;

/// What `check` takes.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Scenario files, or folders with some.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

/// Reads the files, and stops at the first that is wrong.
pub fn run(args: &CheckArgs) -> Result<Exit, Failure> {
    let registry = Registry::built_in()?;
    let scenarios = suite::from_paths(&args.paths, &registry)?;
    let count = scenarios.len();
    let cases: usize = scenarios
        .into_iter()
        .map(|loaded| Case::of(Arc::new(loaded)).len())
        .sum();
    writeln!(io::stdout().lock(), "{count} scenarios, {cases} cases")?;
    Ok(Exit::Done)
}

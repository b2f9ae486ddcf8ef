//! The commands `review`, `accept` and `reject`: what becomes of snapshots that differ.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Exit, Failure};
use crate::check::review::{self, Pending};
use crate::clause::Registry;
use crate::scenario::suite;

/// What the three take.
#[derive(Args, Debug)]
pub struct ReviewArgs {
    /// Folders with scenarios, or files that end in .snap.new.
    #[arg(value_name = "PATH", default_value = "scenarios")]
    paths: Vec<PathBuf>,
}

/// What `reject` takes.
#[derive(Args, Debug)]
pub struct RejectArgs {
    #[command(flatten)]
    review: ReviewArgs,
    /// Also remove the snapshots that no scenario wants any more.
    #[arg(long)]
    orphans: bool,
}

/// Asks about each.
pub fn review(args: &ReviewArgs) -> Result<Exit, Failure> {
    let pending = review::find_pending(&args.paths)?;
    review::review(&pending, &mut io::stdin().lock(), &mut io::stdout().lock())?;
    report_orphans(&args.paths)?;
    Ok(Exit::Done)
}

/// Accepts all.
pub fn accept(args: &ReviewArgs) -> Result<Exit, Failure> {
    let pending = review::find_pending(&args.paths)?;
    review::accept(&pending)?;
    name("accepted", &pending)?;
    report_orphans(&args.paths)?;
    Ok(Exit::Done)
}

/// Rejects all.
pub fn reject(args: &RejectArgs) -> Result<Exit, Failure> {
    let pending = review::find_pending(&args.review.paths)?;
    review::reject(&pending)?;
    name("rejected", &pending)?;
    if args.orphans {
        let orphans = orphans(&args.review.paths)?;
        review::remove_orphans(&orphans)?;
        let mut output = io::stdout().lock();
        for orphan in orphans {
            writeln!(output, "removed {}", orphan.display())?;
        }
    } else {
        report_orphans(&args.review.paths)?;
    }
    Ok(Exit::Done)
}

fn name(what: &str, pending: &[Pending]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    for proposal in pending {
        writeln!(output, "{what} {}", proposal.snapshot().display())?;
    }
    if pending.is_empty() {
        writeln!(output, "no snapshot waits")?;
    }
    Ok(())
}

fn report_orphans(paths: &[PathBuf]) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    for orphan in orphans(paths)? {
        writeln!(
            output,
            "no scenario wants {}; reject --orphans removes it",
            orphan.display()
        )?;
    }
    Ok(())
}

/// The snapshots beside which no scenario wants one.
fn orphans(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let folders: Vec<PathBuf> = paths.iter().filter(|path| path.is_dir()).cloned().collect();
    let registry = Registry::built_in()?;
    let scenarios = suite::from_paths(&folders, &registry)?;
    let wanted: BTreeSet<PathBuf> = scenarios
        .iter()
        .filter(|loaded| loaded.scenario.snapshot)
        .map(|loaded| Path::new(&loaded.source.name).with_extension("snap"))
        .collect();
    Ok(review::find_orphans(&folders, &|path| {
        wanted.contains(path)
    })?)
}

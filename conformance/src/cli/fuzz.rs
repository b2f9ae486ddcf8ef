//! The commands `fuzz`, `replay` and `promote`: generated cases, and what becomes of those that fail.

use std::io::{self, IsTerminal as _, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::failure::did_you_mean;
use super::suite::TargetArgs;
use super::values::duration;
use super::{Exit, Failure};
use crate::clause::Registry;
use crate::client::conn::Patience;
use crate::clock::{self, Stopwatch};
use crate::fuzz::draw::Seed;
use crate::fuzz::engine::{Engine, Note, Plan};
use crate::fuzz::failure;
use crate::operation::Operation;
use crate::property::{self, Facts, Property};
use crate::report::human::{Colours, Human, Surface};
use crate::run::asking::ask;
use crate::run::event::Reporter;
use crate::run::plan::Case;
use crate::run::purse::Spending;
use crate::run::runner::{Options, Strictness, run as play};
use crate::scenario::suite;
use crate::target::Target;
use crate::vocabulary::AUTH_FAILED;

/// What `fuzz` takes.
#[derive(Args, Debug)]
pub struct FuzzArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// How many cases.
    #[arg(long, value_name = "N", default_value_t = 2000)]
    cases: u64,
    /// What they are drawn from: the same seed gives the same cases. Drawn by itself, and shown, if not said.
    #[arg(long, value_name = "SEED")]
    seed: Option<u64>,
    /// Only the case of this index.
    #[arg(long, value_name = "INDEX", requires = "seed")]
    case: Option<u64>,
    /// When to stop all the same: 30s, 2m.
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    time: Option<Duration>,
    /// After how many different failures to stop.
    #[arg(long, value_name = "N", default_value = "10")]
    max_failures: NonZeroUsize,
    /// Only this property, or those of this clause; repeat it for more.
    #[arg(long, value_name = "PROPERTY|CLAUSE")]
    only: Vec<String>,
    /// Where failures are kept. Those that are there are played first.
    #[arg(long, value_name = "FOLDER", default_value = "failures")]
    failures: PathBuf,
    /// Keep cases that hold too, the first of each kind of answer.
    #[arg(long, value_name = "FOLDER")]
    save_corpus: Option<PathBuf>,
    /// How many cases are played at the same time.
    #[arg(long, value_name = "N", default_value = "8")]
    jobs: NonZeroUsize,
    /// Name the properties, and ask nobody.
    #[arg(long)]
    list: bool,
}

/// What `replay` takes.
#[derive(Args, Debug)]
pub struct ReplayArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// The name of a failure, or its file.
    #[arg(value_name = "ID|FILE", required = true)]
    names: Vec<String>,
    /// Where failures are kept.
    #[arg(long, value_name = "FOLDER", default_value = "failures")]
    failures: PathBuf,
}

/// What `promote` takes.
#[derive(Args, Debug)]
pub struct PromoteArgs {
    /// The name of a failure, or its file.
    #[arg(value_name = "ID|FILE")]
    name: String,
    /// The folder of scenarios that it goes to.
    #[arg(long, value_name = "FOLDER", default_value = "scenarios/fuzz")]
    to: PathBuf,
    /// Where failures are kept.
    #[arg(long, value_name = "FOLDER", default_value = "failures")]
    failures: PathBuf,
}

/// Plays generated cases.
pub fn fuzz(args: &FuzzArgs) -> Result<Exit, Failure> {
    let properties = chosen(&args.only)?;
    if args.list {
        let mut output = io::stdout().lock();
        for property in &properties {
            let clauses = property.clauses.join(", ");
            writeln!(
                output,
                "{:34} {} ({clauses})",
                property.name, property.requirement
            )?;
        }
        return Ok(Exit::Done);
    }
    let registry = Registry::built_in()?;
    let target = args.target.target()?;
    if !target.endpoint.is_loopback() {
        return Err(Failure::Usage(format!(
            "{} is not on this machine, and generated messages cost whatever they cost; fuzz an endpoint on loopback",
            target.endpoint
        )));
    }
    let options = Options {
        patience: args.target.patience(),
        jobs: args.jobs.get(),
        ..Options::many()
    };
    let runtime = workers()?;
    runtime
        .block_on(crate::client::conn::Connection::open(
            &target.endpoint,
            options.patience,
        ))
        .map(drop)
        .map_err(Failure::Exchange)?;
    admitted(&runtime, &target, options.patience)?;
    // What is found must not be lost because it cannot be kept.
    let kept = [Some(&args.failures), args.save_corpus.as_ref()];
    for folder in kept.into_iter().flatten() {
        std::fs::create_dir_all(folder).map_err(|error| {
            Failure::Usage(format!(
                "failures cannot be kept in {}: {error}; name another folder with --failures or --save-corpus",
                folder.display()
            ))
        })?;
    }
    let stored = stored(&args.failures)?;
    let replayed = if stored.is_empty() {
        Exit::Done
    } else {
        play_files(&stored, target.clone(), &registry)?
    };
    let facts = Facts::of(&target);
    let engine = Engine::new(target, options, &properties, registry.clone());
    let obstacles = properties.iter().filter_map(|property| {
        let obstacle = (property.obstacle)(&facts)?;
        Some(format!("skipped {}: {obstacle}", property.name))
    });
    let obstacles: Vec<_> = obstacles.collect();
    if engine.is_idle() {
        return Err(Failure::Usage(obstacles.join("\n")));
    }
    let seed = Seed(args.seed.unwrap_or_else(|| clock::unique() >> 16));
    let plan = Plan {
        seed,
        first: args.case.unwrap_or(0),
        cases: if args.case.is_some() { 1 } else { args.cases },
        time: args.time,
        max_failures: args.max_failures.get(),
    };
    let mut output = io::stdout().lock();
    for obstacle in obstacles {
        writeln!(output, "{obstacle}")?;
    }
    writeln!(output, "seed {}", seed.0)?;
    let stopwatch = Stopwatch::start();
    let mut teller = Teller {
        args,
        registry: &registry,
        progress: io::stderr().is_terminal(),
        total: plan.cases,
        kept: std::collections::BTreeSet::new(),
        trouble: None,
    };
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without it the run goes to its end.
            std::future::pending::<()>().await;
        }
    };
    let (tally, played) = runtime.block_on(engine.run(&plan, interrupt, &mut |note| {
        teller.hear(&note);
    }));
    runtime.shutdown_background();
    teller.clear();
    if let Some(error) = teller.trouble {
        return Err(Failure::Output(error));
    }
    let milliseconds = u64::try_from(stopwatch.elapsed().as_millis()).unwrap_or(u64::MAX);
    let rate = tally
        .cases()
        .saturating_mul(1000)
        .checked_div(milliseconds)
        .unwrap_or_default();
    write!(output, "{tally}")?;
    writeln!(
        output,
        "cases {} / failed {} / {rate} a second, seed {}",
        tally.cases(),
        tally.failed(),
        seed.0
    )?;
    // It stays only if something is in it.
    _ = std::fs::remove_dir(&args.failures);
    played.map_err(|error| Failure::Fuzz(error.to_string()))?;
    Ok(if tally.failed() > 0 {
        Exit::Against
    } else if tally.cases() == 0 {
        Exit::Nothing
    } else {
        replayed
    })
}

/// The account main must be let in, or everything fails for that one reason.
fn admitted(
    runtime: &tokio::runtime::Runtime,
    target: &Target,
    patience: Patience,
) -> Result<(), Failure> {
    let Some(main) = target.accounts.get("main") else {
        return Ok(());
    };
    let asked = ask(&Operation::Balance, main, &target.endpoint, patience);
    match runtime.block_on(asked) {
        Ok(response) if response.status == AUTH_FAILED => Err(Failure::Usage(format!(
            "{} refuses the login of the account main ({}); say the right one in the target",
            target.endpoint, main.username
        ))),
        // Whatever else it answers is for the properties to find.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// A runtime of several threads: to generate and to judge takes longer than to wait for replies.
fn workers() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)
}

/// Plays stored failures again.
pub fn replay(args: &ReplayArgs) -> Result<Exit, Failure> {
    let registry = Registry::built_in()?;
    let target = args.target.target()?;
    if !target.endpoint.is_loopback() {
        return Err(Failure::NotLoopback(target.endpoint.to_string()));
    }
    let files: Vec<PathBuf> = args
        .names
        .iter()
        .map(|name| find(name, &args.failures))
        .collect::<Result<_, _>>()?;
    play_files(&files, target, &registry)
}

/// Moves a failure to the scenarios.
pub fn promote(args: &PromoteArgs) -> Result<Exit, Failure> {
    let from = find(&args.name, &args.failures)?;
    let registry = Registry::built_in()?;
    // What cannot be read must not become a scenario.
    suite::from_paths(std::slice::from_ref(&from), &registry)?;
    std::fs::create_dir_all(&args.to)?;
    let to = args.to.join(from.file_name().unwrap_or_default());
    std::fs::rename(&from, &to)?;
    let curl = from.with_extension("curl");
    if curl.exists() {
        std::fs::remove_file(curl)?;
    }
    writeln!(
        io::stdout().lock(),
        "moved to {}; it is no failure any more, `server` plays it",
        to.display()
    )?;
    Ok(Exit::Done)
}

/// The properties of these names; all, if there is none.
fn chosen(only: &[String]) -> Result<Vec<Property>, Failure> {
    let is_meant =
        |property: &Property, name: &str| property.name == name || property.clauses.contains(&name);
    for name in only {
        let mut all = property::all().iter();
        if !all.any(|property| is_meant(property, name)) {
            let near = property::all().iter().map(|property| {
                (
                    strsim::damerau_levenshtein(property.name, name),
                    property.name,
                )
            });
            return Err(Failure::Usage(format!(
                "no property and no clause of one is called {name}{} `fuzz --list` names them all",
                did_you_mean(near.min().map(|(_, near)| near))
            )));
        }
    }
    let wanted =
        |property: &&Property| only.is_empty() || only.iter().any(|name| is_meant(property, name));
    Ok(property::all().iter().filter(wanted).copied().collect())
}

/// The files of a folder of failures; none, if there is no such folder.
fn stored(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "yaml")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn find(name: &str, folder: &Path) -> Result<PathBuf, Failure> {
    let direct = PathBuf::from(name);
    if direct.is_file() {
        return Ok(direct);
    }
    let known = stored(folder)?;
    let fits = |path: &&PathBuf| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        stem == name || stem.ends_with(&format!("-{name}"))
    };
    known.iter().find(fits).cloned().ok_or_else(|| {
        Failure::Usage(format!(
            "there is no failure {name} in {}; there are {}",
            folder.display(),
            known.len()
        ))
    })
}

/// Plays files as they are, with the report for people.
fn play_files(files: &[PathBuf], target: Target, registry: &Registry) -> Result<Exit, Failure> {
    let mut options = Options::plain();
    options.strictness = Strictness::Should;
    let chosen = suite::from_paths(files, registry)?
        .into_iter()
        .flat_map(|loaded| Case::of(Arc::new(loaded)))
        .map(|case| {
            let obstacle = case.obstacle(&target, &Spending::Anything);
            (case, obstacle)
        })
        .collect();
    let human = Human::new(io::stdout(), Surface::File, Colours::Off);
    let mut reporters: Vec<Box<dyn Reporter>> = vec![Box::new(human)];
    let runtime = super::runtime()?;
    let outcome = runtime.block_on(play(
        chosen,
        target,
        options,
        registry.clone(),
        &mut reporters,
    ))?;
    Ok(super::server::exit(&outcome.summary))
}

/// Shows what happens, and keeps it.
struct Teller<'t> {
    args: &'t FuzzArgs,
    registry: &'t Registry,
    progress: bool,
    total: u64,
    /// Kinds of answers that have been kept: property, size, and what was answered.
    kept: std::collections::BTreeSet<(&'static str, u32, String)>,
    /// What could not be written.
    trouble: Option<io::Error>,
}

impl Teller<'_> {
    fn hear(&mut self, note: &Note<'_>) {
        if let Err(error) = self.tell(note) {
            self.trouble.get_or_insert(error);
        }
    }

    fn tell(&mut self, note: &Note<'_>) -> io::Result<()> {
        match note {
            Note::Played(cases) => {
                if self.progress && cases % 64 == 0 {
                    write!(io::stderr().lock(), "\r{cases} of {}", self.total)?;
                }
                Ok(())
            }
            Note::Holds(held) => {
                let Some(folder) = &self.args.save_corpus else {
                    return Ok(());
                };
                let answers: Vec<_> = held
                    .report
                    .steps
                    .iter()
                    .flat_map(|step| &step.checks)
                    .filter(|check| check.name.ends_with(".status"))
                    .map(|check| check.actual.as_str())
                    .collect();
                let size = held.size.max(1).ilog2();
                let name = held.property.name;
                if self.kept.insert((name, size, answers.join(" "))) {
                    std::fs::create_dir_all(folder)?;
                    let id = failure::Failure::name(held.property, &held.scenario.steps)
                        .map_err(io::Error::other)?;
                    let text = serde_yaml::to_string(held.scenario).map_err(io::Error::other)?;
                    let text = format!("# {name}, case {}\n{text}", held.index);
                    std::fs::write(folder.join(format!("{id}.yaml")), text)?;
                }
                Ok(())
            }
            Note::Failed(failure) => {
                self.clear();
                let mut output = io::stdout().lock();
                writeln!(
                    output,
                    "\nFAILED  {} ({}), case {}, simplest of {}",
                    failure.property.name,
                    failure.property.clauses.join(", "),
                    failure.index,
                    failure.tried
                )?;
                writeln!(output, "  {}", failure.property.requirement)?;
                for check in failure.failed() {
                    writeln!(output, "  {check}")?;
                }
                let written = failure.write(&self.args.failures, self.registry)?;
                writeln!(output, "  {}", written.scenario.display())?;
                if let Some(curl) = &written.curl {
                    writeln!(output, "  {}", curl.display())?;
                }
                writeln!(
                    output,
                    "  again: epochta-conformance replay{} {}",
                    self.args.target.again(),
                    written.scenario.display()
                )
            }
        }
    }

    fn clear(&self) {
        if self.progress {
            // Without a terminal there is nothing to clear.
            _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }
}

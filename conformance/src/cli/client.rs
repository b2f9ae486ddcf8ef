//! The command `client`: judges a client, by what it sends and by what it makes of replies.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::reports::{self, BaselineArgs, ReportArgs};
use super::suite::SuiteArgs;
use super::values::duration;
use super::{Exit, Failure};
use crate::clause::Registry;
use crate::clock;
use crate::exercise::command;
use crate::exercise::generated::{Generated, SUBJECTS};
use crate::exercise::program::Program;
use crate::exercise::run::{Options, Outcome, Told, run as play};
use crate::finding::cases;
use crate::finding::language::Language;
use crate::finding::rule::{Rules, Side};
use crate::fuzz::draw::Seed;
use crate::operation::Credentials;
use crate::password::Password;
use crate::run::runner::{Strictness, prefix};
use crate::scenario::client::Way;

/// What `client` takes.
#[derive(Args, Debug)]
pub struct ClientArgs {
    /// The client: a program and its arguments, behind --.
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
    /// Start it once, and talk to it line by line, instead of running it for each step.
    #[arg(long, help_heading = "Client")]
    adapter: bool,
    /// What a command is asked to do; an adapter is asked for everything.
    #[arg(
        long,
        value_name = "OPERATION",
        value_enum,
        value_delimiter = ',',
        help_heading = "Client"
    )]
    operations: Vec<Asking>,
    /// What to call it in reports: the command if not said.
    #[arg(long, value_name = "TEXT", help_heading = "Client")]
    name: Option<String>,
    /// What it is written in, for how to mend it: guessed from the command if not said.
    #[arg(long, value_enum, value_name = "LANGUAGE", help_heading = "Client")]
    language: Option<Language>,
    /// The login that it uses, if it cannot be told one.
    #[arg(
        long,
        value_name = "NAME",
        requires = "password",
        help_heading = "Client"
    )]
    username: Option<String>,
    /// Its password.
    #[arg(
        long,
        value_name = "PASSWORD",
        requires = "username",
        help_heading = "Client"
    )]
    password: Option<Password>,
    /// How long it is told to wait for a reply.
    #[arg(long, value_name = "TIME", default_value = "3s", value_parser = duration, help_heading = "Client")]
    client_timeout: Duration,
    /// When it is killed.
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = duration, help_heading = "Client")]
    hang_after: Duration,
    #[command(flatten)]
    only: Exercises,
    /// Warnings count like errors.
    #[arg(long, help_heading = "Run")]
    strict: bool,
    /// How many exercises are played at the same time.
    #[arg(long, value_name = "N", default_value_t = 4, help_heading = "Run")]
    jobs: usize,
    /// How many inputs, and how many replies, are generated for an adapter.
    #[arg(long, value_name = "N", default_value_t = 50, help_heading = "Run")]
    cases: u64,
    /// What they are drawn from: the same seed gives the same ones.
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Run")]
    seed: u64,
    #[command(flatten)]
    baseline: BaselineArgs,
    #[command(flatten)]
    reports: ReportArgs,
    /// A folder for what was learnt about the client: profile.json.
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    out: Option<PathBuf>,
}

/// Which exercises. The command stands behind --, so files are named by an option.
#[derive(Args, Debug)]
struct Exercises {
    /// Scenario files, or folders with some, instead of the suite that is built in; repeat it for more.
    #[arg(long = "scenarios", value_name = "PATH", help_heading = "Selection")]
    paths: Vec<PathBuf>,
    /// Only these: a clause (CLIENT-07), a tag (codes), an id or a folder of them (client/, sends/); repeat it for
    /// more.
    #[arg(long, value_name = "NAME", help_heading = "Selection")]
    only: Vec<String>,
}

/// What a client can be asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Asking {
    Send,
    Price,
    Status,
    Balance,
    CreditPrice,
}

impl Exercises {
    fn suite(&self) -> SuiteArgs {
        SuiteArgs {
            paths: self.paths.clone(),
            only: self.only.clone(),
            grade: None,
        }
    }
}

impl Asking {
    fn word(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Price => "price",
            Self::Status => "status",
            Self::Balance => "balance",
            Self::CreditPrice => "credit-price",
        }
    }
}

/// Judges the client, and says how to end.
pub fn run(args: &ClientArgs) -> Result<Exit, Failure> {
    let registry = Registry::built_in()?;
    let rules = Rules::built_in().map_err(Failure::Rules)?;
    let suite = args.only.suite();
    let (exercises, told) = match suite.exercises(&registry) {
        // What is chosen may be rules alone; something has to be asked all the same.
        Err(Failure::NothingSelected) if !suite.only.is_empty() => {
            let mut all = args.only.suite();
            all.only.clear();
            (all.exercises(&registry)?, Told::Rules)
        }
        exercises => (exercises?, Told::Everything),
    };
    let baseline = args.baseline.read()?;
    if suite.only.is_empty() {
        let mut ids: BTreeSet<String> = exercises.iter().map(|case| case.id.clone()).collect();
        let requests = rules.iter().filter(|rule| rule.side == Side::Request);
        ids.extend(requests.map(cases::id));
        ids.extend(SUBJECTS.map(|subject| subject.id().to_owned()));
        reports::orphans(&baseline, &ids)?;
    }
    let Some(program) = Program::of(&args.command) else {
        return Err(Failure::Usage(
            "which client is missing; write it behind --, such as `client -- php send.php`"
                .to_owned(),
        ));
    };
    for argument in &program.arguments {
        if let Some((written, meant)) = argument.to_str().and_then(command::misspelt) {
            return Err(Failure::Usage(format!(
                "{written} stands for nothing; did you mean {meant}?"
            )));
        }
    }
    let options = options(args, program, told, baseline);
    let mut reporters = args.reports.reporters()?;
    let runtime = super::runtime()?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = play(exercises, options, &registry, &rules, &mut reporters) => outcome.map_err(Failure::Client),
            // Whoever interrupts the kit does not want its clients to go on.
            _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
        }
    });
    runtime.shutdown_background();
    let Outcome {
        summary,
        reports,
        profile,
    } = outcome?;
    args.baseline.write(&reports)?;
    if profile.habits.is_empty() && summary.ran > 0 {
        let mut people = args.reports.people();
        writeln!(
            people,
            "no request came from the client at all: is the command right?"
        )?;
    }
    if let Some(folder) = &args.out {
        super::profile::write(folder, &profile, &registry)?;
    }
    Ok(super::server::exit(&summary))
}

fn options(
    args: &ClientArgs,
    program: Program,
    told: Told,
    baseline: crate::baseline::Baseline,
) -> Options {
    let asked: BTreeSet<&'static str> = args.operations.iter().map(|one| one.word()).collect();
    let operations = match (args.adapter, asked.is_empty()) {
        (false, true) => BTreeSet::from([Asking::Send.word()]),
        (true, true) | (_, false) => asked,
    };
    let login = args.username.clone().zip(args.password.clone());
    let generated = Generated {
        cases: args.cases,
        seed: Seed(args.seed),
    };
    Options {
        name: args.name.clone().unwrap_or_else(|| program.shown()),
        program,
        way: if args.adapter {
            Way::Adapter
        } else {
            Way::Command
        },
        language: args.language,
        login: login.map(|(username, password)| Credentials { username, password }),
        operations,
        only: args.only.suite().selectors(),
        told,
        jobs: args.jobs,
        client_timeout: args.client_timeout,
        hang_after: args.hang_after,
        strictness: if args.strict {
            Strictness::Should
        } else {
            Strictness::Must
        },
        baseline,
        today: clock::today(),
        prefix: prefix(),
        generated: (args.cases > 0).then_some(generated),
    }
}

//! All exercises of a run, many at a time: what reporters are told, the verdicts, and what is known of the client in the
//! end.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::adapter::Adapter;
use super::command::Command;
use super::gathered::{Gathered, reactions};
use super::generated::{self, Generated};
use super::play::{Client, PlayError, Played, Setting, carrying, redaction};
use super::program::{Program, ProgramError};
use super::teller::Teller;
use super::trust::{Trust, TrustError};
use crate::baseline::Baseline;
use crate::clause::Registry;
use crate::client::endpoint::Endpoint;
use crate::clock::Stopwatch;
use crate::finding::language::Language;
use crate::finding::rule::{Rules, Side};
use crate::finding::{Finding, cases, habits};
use crate::operation::Credentials;
use crate::password::Password;
use crate::profile::{self, Profile, Standing};
use crate::run::bindings::Bindings;
use crate::run::event::{CaseReport, Event, Planned, Reporter, Summary, Verdict};
use crate::run::plan::Case;
use crate::run::runner::{Strictness, report};
use crate::scenario::client::Way;
use crate::scenario::select::{Names, Selector};
use crate::stand_in::StartError;
use crate::target::Target;

/// How a client is judged.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its program.
    pub program: Program,
    /// How it is run.
    pub way: Way,
    /// What to call it.
    pub name: String,
    /// What it is written in, if somebody said so.
    pub language: Option<Language>,
    /// The login that it uses, if it cannot be told one.
    pub login: Option<Credentials>,
    /// The operations that it is asked to do; all, if there is none.
    pub operations: BTreeSet<&'static str>,
    /// Which cases are wanted; all, if there is none. Exercises are chosen before.
    pub only: Vec<Selector>,
    /// Whether exercises are told.
    pub told: Told,
    /// How many exercises are played at the same time.
    pub jobs: usize,
    /// How long it is told to wait.
    pub client_timeout: Duration,
    /// When it is killed.
    pub hang_after: Duration,
    /// Whether warnings fail.
    pub strictness: Strictness,
    /// What is known not to hold.
    pub baseline: Baseline,
    /// The day.
    pub today: Date,
    /// What ids begin with.
    pub prefix: String,
    /// Inputs and replies that nobody wrote, for an adapter.
    pub generated: Option<Generated>,
}

/// Which cases a run tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// All.
    Everything,
    /// Exercises are played, so that there are requests, but what is wanted is rules of requests alone.
    Rules,
}

/// How a run came out.
#[derive(Debug)]
pub struct Outcome {
    /// The counts.
    pub summary: Summary,
    /// Every case, in the order of their ids.
    pub reports: Vec<CaseReport>,
    /// What is known of the client.
    pub profile: Profile,
}

/// Why there is no outcome.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The client cannot be run.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// There is no listener.
    #[error(transparent)]
    Start(#[from] StartError),
    /// There are no certificates.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// A reporter could not write.
    #[error("cannot write the result: {0}")]
    Output(#[from] io::Error),
}

/// What comes out of a worker.
type Ended = Result<(usize, CaseReport, Option<Played>), RunError>;

/// What is left to do, and who knows of it.
type Queue = Arc<Mutex<VecDeque<(usize, Arc<Case>)>>>;

/// Plays the exercises, and judges the client.
pub async fn run(
    exercises: Vec<Case>,
    options: Options,
    registry: &Registry,
    rules: &Rules,
    reporters: &mut [Box<dyn Reporter>],
) -> Result<Outcome, RunError> {
    options.program.find()?;
    let stopwatch = Stopwatch::start();
    let trust = Trust::new()?;
    let mut program = options.program.clone();
    program.environment = trust.environment();
    // A proxy, if there is one, is for the world outside.
    for name in ["no_proxy", "NO_PROXY"] {
        program.environment.push((name.into(), "127.0.0.1".into()));
    }
    let target = Arc::new(target(&exercises, options.login.clone()));
    let setting = Arc::new(Setting {
        redaction: Arc::new(redaction(&target, &[])),
        target,
        prefix: options.prefix.clone(),
        client_timeout: options.client_timeout,
        hang_after: options.hang_after,
        authority: trust.authority(),
        operations: options.operations.clone(),
    });
    let wanted_rules: Vec<_> = rules
        .iter()
        .filter(|rule| rule.side == Side::Request)
        .filter(|rule| wanted(&options.only, &cases::id(rule), &rule.clause))
        .collect();
    let generated = options.generated.filter(|_| options.way == Way::Adapter);
    let generated_cases: Vec<generated::Subject> = generated
        .iter()
        .flat_map(|_| generated::SUBJECTS)
        .filter(|subject| wanted(&options.only, subject.id(), subject.clause()))
        .collect();
    let mut teller = Teller {
        reporters,
        options: &options,
        rules,
        language: options.language.or_else(|| language(&options.program)),
        summary: Summary::default(),
        reports: Vec::new(),
    };
    teller.tell(&Event::Planned(&Planned {
        target: options.name.clone(),
        revision: "documented".to_owned(),
        selected: match options.told {
            Told::Everything => exercises.len(),
            Told::Rules => 0,
        }
        .saturating_add(wanted_rules.len())
        .saturating_add(generated_cases.len()),
        registry: registry.clone(),
    }))?;
    let mut queue = Vec::new();
    for (number, case) in exercises.into_iter().enumerate() {
        match obstacle(&case, &options) {
            Some(reason) => teller.exercise(blank(&case, Verdict::Skipped(reason)), &[])?,
            None => queue.push((number, Arc::new(case))),
        }
    }
    // Whoever has to wait begins first.
    queue.sort_by_key(|(number, case)| (!takes_long(case, &setting), *number));
    let queue: Queue = Arc::new(Mutex::new(queue.into()));
    let mut played: BTreeMap<usize, (String, Played)> = BTreeMap::new();
    {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let mut workers = JoinSet::new();
        for _ in 0..options.jobs.max(1) {
            let client = client(options.way, &program);
            workers.spawn(work(
                Arc::clone(&queue),
                Arc::clone(&setting),
                client,
                sender.clone(),
            ));
        }
        drop(sender);
        while let Some(ended) = receiver.recv().await {
            let (number, report, one) = ended?;
            let broken = one
                .as_ref()
                .map_or(&[][..], |played| played.broken.as_slice());
            let id = report.id.clone();
            teller.exercise(report, broken)?;
            played.extend(one.map(|played| (number, (id, played))));
        }
    }
    let mut gathered = Gathered::default();
    for (id, played) in played.into_values() {
        gathered.add(&id, played);
    }
    if let Some(generated) = generated {
        for subject in generated_cases {
            let mut client = client(options.way, &program);
            let made =
                generated::play(subject, generated, &setting, registry, rules, &mut client).await?;
            teller.finish(made.report, &made.broken)?;
            for one in made.played {
                gathered.add(subject.id(), one);
            }
        }
    }
    let language = teller.language.or_else(|| gathered.language());
    teller.language = language;
    let redaction = redaction(&setting.target, &gathered.logins);
    let telling = cases::Telling {
        rules,
        registry,
        language,
        redaction: &redaction,
        strictness: options.strictness,
    };
    let findings: Vec<Finding> = gathered
        .findings
        .iter()
        .map(|(_, finding)| finding.clone())
        .collect();
    for mut report in cases::of(&findings, &gathered.looked_at, &telling) {
        if wanted_rules.iter().any(|rule| cases::id(rule) == report.id) {
            options.baseline.judge(&mut report, options.today);
            teller.note(report)?;
        }
    }
    teller.summary.duration = stopwatch.elapsed();
    let summary = teller.summary;
    teller.tell(&Event::Ended(&summary))?;
    let mut reports = teller.reports;
    reports.sort_by(|a, b| a.id.cmp(&b.id));
    let mut findings = cases::found(
        gathered
            .findings
            .iter()
            .map(|(id, finding)| (id.as_str(), finding)),
        &telling,
    );
    findings.extend(reactions(&reports, rules, language));
    findings.sort_by_key(|found| found.severity);
    let profile = Profile {
        format: profile::FORMAT,
        client: options.name.clone(),
        way: match options.way {
            Way::Command => profile::Way::Command,
            Way::Adapter => profile::Way::Adapter,
        },
        language,
        kit: env!("CARGO_PKG_VERSION").to_owned(),
        day: options.today,
        habits: habits::of(&gathered.received),
        findings,
        standings: Standing::of(rules, &reports),
        cases: reports.clone(),
        summary,
    };
    Ok(Outcome {
        summary,
        reports,
        profile,
    })
}

fn wanted(only: &[Selector], id: &str, clause: &str) -> bool {
    let clauses = [clause.to_owned()];
    let names = Names {
        id,
        clauses: &clauses,
        tags: &[],
    };
    only.is_empty() || only.iter().any(|selector| selector.fits(names))
}

/// Plays what is in the queue, one after the other.
async fn work(
    queue: Queue,
    setting: Arc<Setting>,
    mut client: Client,
    sender: mpsc::UnboundedSender<Ended>,
) {
    loop {
        let next = queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front();
        let Some((number, case)) = next else { return };
        let stopwatch = Stopwatch::start();
        let mut report = blank(&case, Verdict::Passed);
        let ended = match setting.play(&case, number, &mut client).await {
            Ok(mut played) => {
                report.steps = std::mem::take(&mut played.steps);
                report.duration = stopwatch.elapsed();
                if let Some(reason) = played.skipped.clone() {
                    report.verdict = Verdict::Skipped(reason);
                    report.steps.clear();
                }
                if !played.broken.is_empty() {
                    report.location = case.loaded.location();
                }
                Ok((number, report, Some(played)))
            }
            Err(PlayError::Scenario(message)) => {
                report.verdict = Verdict::Errored(message);
                Ok((number, report, None))
            }
            Err(PlayError::Program(error)) => Err(error.into()),
            Err(PlayError::Start(error)) => Err(error.into()),
        };
        // Nobody listens any more if a reporter has failed, or the client cannot be run.
        if sender.send(ended).is_err() {
            return;
        }
    }
}

fn client(way: Way, program: &Program) -> Client {
    match way {
        Way::Command => Client::Command(Command::new(program.clone())),
        Way::Adapter => Client::Adapter(Box::new(Adapter::new(program.clone()))),
    }
}

/// Why a client of this way is not asked, if it is not.
fn obstacle(case: &Case, options: &Options) -> Option<String> {
    let client = case.loaded.scenario.client.as_ref()?;
    if !client.ways.is_empty() && !client.ways.contains(&options.way) {
        return Some(match options.way {
            Way::Command => "only an adapter can be asked; see conformance/CLIENTS.md".to_owned(),
            Way::Adapter => "it is about what a command shows to people".to_owned(),
        });
    }
    None
}

fn takes_long(case: &Case, setting: &Setting) -> bool {
    let bindings = Bindings::new(
        Arc::clone(&setting.target),
        case.variables.clone(),
        String::new(),
    );
    let mut steps = case.loaded.scenario.steps.iter();
    steps.any(|step| carrying(step, &bindings).takes_long())
}

/// The endpoint that exercises are written for: whatever account or number they mention is there.
fn target(exercises: &[Case], login: Option<Credentials>) -> Target {
    let account = |name: &str| Credentials {
        username: format!("{name}-client"),
        password: Password::new(format!("secret-of-{name}-7f3a")),
    };
    // Nobody connects to it; it is there for the templates that name a path.
    let endpoint = Endpoint::standard();
    let main = login.unwrap_or_else(|| account("main"));
    let mut target = Target::simple(endpoint, Some(main));
    for case in exercises {
        let mentions = &case.loaded.mentions;
        for name in mentions.accounts.keys() {
            let known = target.accounts.entry(name.clone());
            known.or_insert_with(|| account(name));
        }
        for word in &mentions.numbers {
            let number = format!("9991{:08}", target.numbers.len().saturating_add(1));
            target.numbers.entry(word.clone()).or_insert(number);
        }
    }
    target
}

fn language(program: &Program) -> Option<Language> {
    let words = std::iter::once(&program.name).chain(&program.arguments);
    let words: Vec<String> = words
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    Language::of_command(&words)
}

/// A report on an exercise with nothing in it yet but the rule that it is about.
fn blank(case: &Case, verdict: Verdict) -> CaseReport {
    let client = case.loaded.scenario.client.as_ref();
    CaseReport {
        rule: client.map(|client| client.finding.clone()),
        ..report(case, verdict)
    }
}

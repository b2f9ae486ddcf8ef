//! Plays cases, many at a time, and tells reporters what came of each.
//!
//! A case that compares balances has its account for itself; all others share it. Reporters hear events and change
//! nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::civil::Date;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::bindings::Bindings;
use super::calls::Calls;
use super::event::{
    CaseReport, CheckOutcome, CheckReport, Event, Planned, Reporter, Summary, Verdict,
};
use super::plan::{Case, Judge};
use super::play::{PlayError, Player};
use super::purse::{Purse, Spending};
use super::redaction::Redaction;
use super::replies::Replies;
use super::seat::Seats;
use crate::baseline::Baseline;
use crate::check::snapshot::{Comparison, Snapshot, Writing, beside, propose};
use crate::clause::{Level, Registry};
use crate::client::conn::Patience;
use crate::client::idle::Idle;
use crate::clock::{self, Stopwatch};
use crate::operation::Credentials;
use crate::scenario::loaded::Snapshots;
use crate::scenario::locate::Turn;
use crate::target::Target;

/// How a run is done.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many cases are played at the same time.
    pub jobs: usize,
    /// Which levels fail a run.
    pub strictness: Strictness,
    /// How long to wait for a reply.
    pub patience: Patience,
    /// How often the kit tries again to reach an endpoint that does not take its connection.
    pub retries: u32,
    /// What is known not to hold.
    pub baseline: Baseline,
    /// The day, for entries of the baseline that expire.
    pub today: Date,
    /// What may be spent.
    pub spending: Spending,
    /// Whether snapshots that differ are written beside the old ones.
    pub writing: Writing,
    /// What the ids of this run begin with.
    pub prefix: String,
    /// Whether what holds is shown too.
    pub evidence: Evidence,
    /// Whether steps that name no connection have one each.
    pub lines: Lines,
    /// Whether a case goes on behind a step in which something did not hold.
    pub after_failure: AfterFailure,
}

/// What comes behind a step in which something did not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    /// The next step: all that is wrong is told.
    GoOn,
    /// Nothing: that it fails is all that matters.
    Stop,
}

/// What a request goes over whose step names no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// A connection of its own.
    Own,
    /// One that another request has used, if there is one: for very many requests.
    Kept,
}

/// Which exchanges a report shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// All of them.
    Everything,
    /// Those in which something did not hold.
    OfFailures,
}

impl Options {
    /// The way that needs no choice: no baseline, nothing written, on this machine.
    pub fn plain() -> Self {
        Self {
            jobs: 16,
            strictness: Strictness::Must,
            patience: Patience {
                connect: Duration::from_secs(5),
                whole: Duration::from_secs(10),
            },
            retries: 0,
            baseline: Baseline::default(),
            today: clock::today(),
            spending: Spending::Anything,
            writing: Writing::Forbidden,
            prefix: prefix(),
            evidence: Evidence::Everything,
            lines: Lines::Own,
            after_failure: AfterFailure::GoOn,
        }
    }

    /// The way for very many cases, of which only those that fail are looked at.
    pub fn many() -> Self {
        Self {
            evidence: Evidence::OfFailures,
            lines: Lines::Kept,
            after_failure: AfterFailure::Stop,
            ..Self::plain()
        }
    }
}

/// What the message ids of a run begin with: a few letters that no other run has.
pub fn prefix() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut rest = clock::unique();
    let mut prefix = String::from("k");
    while rest > 0 {
        let place = usize::try_from(rest % 32).unwrap_or_default();
        prefix.extend(LETTERS.get(place).copied().map(char::from));
        rest /= 32;
    }
    prefix.push('-');
    prefix
}

/// Which levels fail a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// What an endpoint must do.
    Must,
    /// What it should do as well.
    Should,
}

/// How a run came out.
#[derive(Debug)]
pub struct Outcome {
    /// The counts.
    pub summary: Summary,
    /// Every case, in the order of their ids.
    pub reports: Vec<CaseReport>,
    /// What was answered in each case that was played, normalised as for snapshots.
    pub transcripts: BTreeMap<String, String>,
}

/// A case, and why it will not be played.
pub type Chosen = (Case, Option<String>);

/// What every case of a run shares.
#[derive(Debug)]
pub struct Stage {
    target: Arc<Target>,
    options: Options,
    redaction: Arc<Redaction>,
    purse: Arc<Purse>,
    seats: Arc<Seats>,
    idle: Arc<Idle>,
}

/// Plays the chosen cases against the target.
pub async fn run(
    chosen: Vec<Chosen>,
    target: Target,
    options: Options,
    registry: Registry,
    reporters: &mut [Box<dyn Reporter>],
) -> io::Result<Outcome> {
    let stopwatch = Stopwatch::start();
    let mut tell = |event: &Event<'_>| {
        reporters
            .iter_mut()
            .try_for_each(|reporter| reporter.hear(event))
    };
    tell(&Event::Planned(&Planned {
        target: target.endpoint.to_string(),
        revision: target.revision.to_string(),
        selected: chosen.len(),
        registry,
    }))?;
    let stage = Arc::new(Stage::new(target, options));
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let mut playing = JoinSet::new();
    let mut skipped = Vec::new();
    let mut queue = Vec::new();
    for (case, obstacle) in chosen {
        match obstacle {
            Some(reason) => skipped.push(report(&case, Verdict::Skipped(reason))),
            None => queue.push(case),
        }
    }
    // Those that want an account for themselves come first; they would wait for the patient ones otherwise.
    queue.sort_by_key(|case| {
        let shares = case.loaded.mentions.accounts.values();
        std::cmp::Reverse(shares.copied().max())
    });
    for (number, case) in queue.into_iter().enumerate() {
        let (stage, sender) = (Arc::clone(&stage), sender.clone());
        playing.spawn(async move {
            // Nobody listens any more if a reporter has failed.
            _ = sender.send(stage.play(Arc::new(case), number).await);
        });
    }
    drop(sender);
    let mut summary = Summary::default();
    let mut reports = Vec::new();
    let mut transcripts = BTreeMap::new();
    let mut finish = |report: CaseReport| {
        summary.count(&report.verdict);
        let told = tell(&Event::Finished(&report));
        reports.push(report);
        told
    };
    skipped.into_iter().try_for_each(&mut finish)?;
    while let Some((report, transcript)) = receiver.recv().await {
        transcripts.insert(report.id.clone(), transcript);
        finish(report)?;
    }
    summary.duration = stopwatch.elapsed();
    tell(&Event::Ended(&summary))?;
    reports.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Outcome {
        summary,
        reports,
        transcripts,
    })
}

impl Stage {
    /// Gets ready to play against a target.
    pub fn new(target: Target, options: Options) -> Self {
        let numbers = target
            .recipients
            .iter()
            .chain(target.numbers.values())
            .map(String::as_str);
        let redaction = Redaction::new(target.accounts.values(), numbers);
        Self {
            redaction: Arc::new(redaction),
            purse: Arc::new(Purse::new(options.spending.clone())),
            seats: Arc::new(Seats::new(&target, options.jobs)),
            idle: Arc::default(),
            target: Arc::new(target),
            options,
        }
    }

    /// The same stage, where another account is main; only so many cases play on both together.
    #[must_use]
    pub fn with_main(&self, main: &Credentials) -> Self {
        let mut target = (*self.target).clone();
        target.accounts.insert("main".to_owned(), main.clone());
        Self {
            target: Arc::new(target),
            options: self.options.clone(),
            redaction: Arc::clone(&self.redaction),
            purse: Arc::clone(&self.purse),
            seats: Arc::clone(&self.seats),
            idle: Arc::clone(&self.idle),
        }
    }

    /// Plays a case; `number` makes its ids its own. Gives its report, and what was answered, normalised.
    pub async fn play(&self, case: Arc<Case>, number: usize) -> (CaseReport, String) {
        let seat = self.seats.take(&case, &self.target).await;
        let stopwatch = Stopwatch::start();
        let player = Arc::new(Player {
            bindings: Bindings::new(
                Arc::clone(&self.target),
                case.variables.clone(),
                format!("{}{number}", self.options.prefix),
            ),
            seat,
            case: Arc::clone(&case),
            target: Arc::clone(&self.target),
            redaction: Arc::clone(&self.redaction),
            purse: Arc::clone(&self.purse),
            patience: self.options.patience,
            retries: self.options.retries,
            evidence: self.options.evidence,
            after_failure: self.options.after_failure,
            idle: match self.options.lines {
                Lines::Own => None,
                Lines::Kept => Some(Arc::clone(&self.idle)),
            },
            connections: Mutex::default(),
            replies: Replies::default(),
            calls: (case.judge == Judge::Model).then(Calls::default),
        });
        let mut report = report(&case, Verdict::Passed);
        let played = player.play().await;
        let wanted = case.loaded.scenario.snapshot || self.options.evidence == Evidence::Everything;
        // It goes into files and into the differences that `diff` shows.
        let transcript = if wanted {
            self.redaction.hide(&player.transcript())
        } else {
            String::new()
        };
        match played {
            Ok(steps) => {
                report.steps = steps;
                if let (Some(last), Some(check)) = (report.steps.last_mut(), player.judge()) {
                    last.checks.push(check);
                }
                match self.snapshot(&case, &transcript) {
                    Ok(None) => {}
                    Ok(Some(check)) => {
                        if let Some(last) = report.steps.last_mut() {
                            last.checks.push(check);
                        }
                    }
                    Err(message) => report.verdict = Verdict::Errored(message),
                }
            }
            Err(PlayError::Purse(error)) => report.verdict = Verdict::Skipped(error.to_string()),
            Err(error) => {
                report.verdict = Verdict::Errored(self.redaction.hide(&error.to_string()));
            }
        }
        report.duration = stopwatch.elapsed();
        self.judge(&mut report, &case);
        (report, transcript)
    }

    /// The verdict by the checks, the level, and the baseline.
    fn judge(&self, report: &mut CaseReport, case: &Case) {
        let failed = report
            .steps
            .iter()
            .flat_map(|step| &step.checks)
            .any(|check| check.outcome == CheckOutcome::Failed);
        if failed && report.verdict == Verdict::Passed {
            report.location = case.loaded.location();
            report.verdict = verdict(report.level, self.options.strictness);
        }
        self.options.baseline.judge(report, self.options.today);
    }

    /// Compares the replies with the snapshot, if the scenario wants that.
    fn snapshot(&self, case: &Case, transcript: &str) -> Result<Option<CheckReport>, String> {
        let loaded = &case.loaded;
        if !loaded.scenario.snapshot {
            return Ok(None);
        }
        let error = |error: &dyn std::fmt::Display| error.to_string();
        let (expected, path) = match &loaded.snapshots {
            Snapshots::BuiltIn(text) => {
                let snapshot = text.map(Snapshot::parse).transpose();
                (snapshot.map_err(|wrong| error(&wrong))?, None)
            }
            Snapshots::Beside(_) => {
                let path = beside(std::path::Path::new(&loaded.source.name));
                let snapshot = Snapshot::read(&path).map_err(|wrong| error(&wrong))?;
                (snapshot, Some(path))
            }
        };
        let expected = expected.map(|snapshot| snapshot.contents);
        let comparison = Snapshot::compare(expected.as_deref(), transcript);
        if let Some(path) = &path {
            let (source, writing) = (&loaded.source.name, self.options.writing);
            propose(path, source, &comparison, transcript, writing)
                .map_err(|wrong| error(&wrong))?;
        }
        let (outcome, actual, difference) = match comparison {
            Comparison::Same => (CheckOutcome::Held, "the same", None),
            Comparison::Differs { difference } => {
                (CheckOutcome::Failed, "other replies", Some(difference))
            }
            Comparison::Missing => (
                CheckOutcome::Failed,
                "there is no snapshot yet",
                Some(transcript.to_owned()),
            ),
        };
        Ok(Some(CheckReport {
            name: "snapshot".to_owned(),
            outcome,
            expected: "the replies of the snapshot".to_owned(),
            actual: actual.to_owned(),
            difference,
            location: loaded.source.location(&[Turn::Key("snapshot".to_owned())]),
            advice: None,
        }))
    }
}

/// The verdict where a check of this level did not hold.
pub fn verdict(level: Level, strictness: Strictness) -> Verdict {
    match (level, strictness) {
        (Level::Must, _) | (Level::Should, Strictness::Should) => Verdict::Failed,
        (Level::Should, Strictness::Must) | (Level::Unspecified, _) => Verdict::Warned,
    }
}

/// A report with nothing in it yet.
pub fn report(case: &Case, verdict: Verdict) -> CaseReport {
    let loaded = &case.loaded;
    CaseReport {
        rule: None,
        id: case.id.clone(),
        requirement: loaded.scenario.requirement.clone(),
        clauses: loaded.scenario.clauses.clone(),
        level: loaded.level,
        grade: loaded.grade,
        location: super::event::Location {
            file: loaded.source.name.clone(),
            line: 1,
            column: 1,
        },
        verdict,
        steps: Vec::new(),
        duration: Duration::ZERO,
    }
}

/// The ids of all cases that could be played, for entries of a baseline that name none.
pub fn ids(chosen: &[Chosen]) -> BTreeSet<String> {
    chosen.iter().map(|(case, _)| case.id.clone()).collect()
}

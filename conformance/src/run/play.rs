//! One case, played: its steps in order, each with what came of it.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;

use super::bindings::{Bindings, Context};
use super::calls::{Call, Calls};
use super::event::{CheckOutcome, CheckReport, Location, StepReport};
use super::plan::Case;
use super::purse::{Purse, PurseError};
use super::redaction::Redaction;
use super::replies::Replies;
use super::request::{Author, Prepared, RequestError, Wire};
use super::runner::{AfterFailure, Evidence};
use super::seat::Seat;
use super::show::{self, Again};
use crate::check::expect::{Finding, Seen, examine};
use crate::client::conn::{self, Connection, ExchangeError, Patience};
use crate::client::exchange::Exchange;
use crate::client::idle::Idle;
use crate::clock::{Stopwatch, pause};
use crate::duration;
use crate::history::judge;
use crate::reply::Reply;
use crate::scenario::expression::Question;
use crate::scenario::locate::Turn;
use crate::scenario::model::{Expect, Step};
use crate::scenario::relation::Relation;
use crate::scenario::template::Template;
use crate::target::Target;

/// The pause between tries of `until`, if the step does not say.
const EVERY: Duration = Duration::from_millis(100);

/// How long the path of a step is that is in no branch: `steps`, and its number.
const TOP: usize = 2;

/// A case while it is played.
#[derive(Debug)]
pub struct Player {
    /// Its place among the others.
    pub seat: Seat,
    /// What is played.
    pub case: Arc<Case>,
    /// Against whom.
    pub target: Arc<Target>,
    /// What names stand for.
    pub bindings: Bindings,
    /// What must not be shown.
    pub redaction: Arc<Redaction>,
    /// What may be spent.
    pub purse: Arc<Purse>,
    /// How long to wait for a reply.
    pub patience: Patience,
    /// How often the kit tries again to reach an endpoint that does not take its connection.
    pub retries: u32,
    /// Which exchanges are shown.
    pub evidence: Evidence,
    /// Whether it goes on behind a step in which something did not hold.
    pub after_failure: AfterFailure,
    /// Connections that any request may use, if such are kept.
    pub idle: Option<Arc<Idle>>,
    /// TCP connections that several steps share.
    pub connections: Mutex<BTreeMap<String, Shared>>,
    /// What was answered, for the snapshot.
    pub replies: Replies,
    /// What was asked and answered, for the model, if that judges the case.
    pub calls: Option<Calls>,
}

/// A connection that several steps use, one after the other.
type Shared = Arc<tokio::sync::Mutex<Option<Connection>>>;

/// Why a case could not be played to its end. That says nothing about the endpoint.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The scenario asks for something that cannot be done.
    #[error("{location}: {message}")]
    Scenario {
        /// Where it does.
        location: Location,
        /// What.
        message: String,
    },
    /// The endpoint does not take connections.
    #[error(transparent)]
    Unreachable(ExchangeError),
    /// It would cost more than was allowed.
    #[error(transparent)]
    Purse(#[from] PurseError),
    /// A branch went wrong.
    #[error("a parallel branch ended early: {0}")]
    Branch(String),
}

type Played<'p> = Pin<Box<dyn Future<Output = Result<Vec<StepReport>, PlayError>> + Send + 'p>>;

/// Where among the steps: which list, which copy of it.
#[derive(Clone, Debug)]
struct Place {
    /// The path of the list in the file.
    path: Vec<Turn>,
    /// What the numbers of its steps begin with: `3.1.`.
    label: String,
    /// Which copy of the branch.
    copy: u32,
}

impl Player {
    /// Plays the whole case.
    pub async fn play(self: &Arc<Self>) -> Result<Vec<StepReport>, PlayError> {
        let place = Place {
            path: vec![Turn::Key("steps".to_owned())],
            label: String::new(),
            copy: 1,
        };
        self.steps(&self.case.loaded.scenario.steps, place).await
    }

    /// All replies so far, normalised as for snapshots.
    pub fn transcript(&self) -> String {
        self.replies.transcript(&self.bindings.ids())
    }

    /// Whether the model explains all calls so far, if it judges the case.
    pub fn judge(&self) -> Option<CheckReport> {
        let calls = self.calls.as_ref()?.by_beginning();
        let mut check = judge::check(&self.target, &calls, self.case.loaded.location());
        check.actual = self.redaction.hide(&check.actual);
        check.difference = check.difference.map(|text| self.redaction.hide(&text));
        Some(check)
    }

    fn steps<'p>(self: &'p Arc<Self>, steps: &'p [Step], place: Place) -> Played<'p> {
        Box::pin(async move {
            let mut reports: Vec<StepReport> = Vec::with_capacity(steps.len());
            for (number, step) in steps.iter().enumerate() {
                if self.after_failure == AfterFailure::Stop && reports.iter().any(has_failed) {
                    break;
                }
                let path = [place.path.as_slice(), &[Turn::Item(number)]].concat();
                let label = format!("{}{}", place.label, number.saturating_add(1));
                match &step.parallel {
                    Some(_) => reports.extend(self.branches(step, &path, &label).await?),
                    None => {
                        for turn in 1..=step.repeat.unwrap_or(1) {
                            let label = match &step.name {
                                Some(name) => name.clone(),
                                None => label.clone(),
                            };
                            let context = Context {
                                copy: place.copy,
                                turn,
                                ..Context::new()
                            };
                            reports.push(self.step(step, &path, label, context).await?);
                        }
                    }
                }
            }
            Ok(reports)
        })
    }

    /// All branches at the same time; their reports one after the other.
    async fn branches(
        self: &Arc<Self>,
        step: &Step,
        path: &[Turn],
        label: &str,
    ) -> Result<Vec<StepReport>, PlayError> {
        let mut running = JoinSet::new();
        let mut order = 0_usize;
        for (number, branch) in step.parallel.iter().flatten().enumerate() {
            for copy in 1..=branch.copies.unwrap_or(1) {
                let inside = [
                    Turn::Key("parallel".to_owned()),
                    Turn::Item(number),
                    Turn::Key("steps".to_owned()),
                ];
                let place = Place {
                    path: [path, &inside].concat(),
                    label: format!("{label}.{}.", number.saturating_add(1)),
                    copy,
                };
                let (player, steps) = (Arc::clone(self), branch.steps.clone());
                running.spawn(async move { (order, player.steps(&steps, place).await) });
                order = order.saturating_add(1);
            }
        }
        let mut reports = BTreeMap::new();
        while let Some(ended) = running.join_next().await {
            let (order, ended) = ended.map_err(|error| PlayError::Branch(error.to_string()))?;
            reports.insert(order, ended?);
        }
        let mut reports: Vec<StepReport> = reports.into_values().flatten().collect();
        if !step.relations.is_empty() {
            let mut report = self.report(step, path, label.to_owned());
            report.checks = self.relations(step, path, label, &Context::new())?;
            reports.push(report);
        }
        Ok(reports)
    }

    /// One step, repeated until what it waits for has come.
    async fn step(
        &self,
        step: &Step,
        path: &[Turn],
        label: String,
        context: Context,
    ) -> Result<StepReport, PlayError> {
        let mut report = self.report(step, path, label.clone());
        let stopwatch = Stopwatch::start();
        let mut author = Author {
            bindings: &self.bindings,
            endpoint: &self.target.endpoint,
            account: self.target.accounts.get(step.account()),
            context,
        };
        let time = |key: &'static str, template: Option<&Template>, default: Duration| {
            let Some(template) = template else {
                return Ok(default);
            };
            let text = author.text(key, template)?;
            duration::parse(&text).map_err(|error| RequestError::new(key, &error.to_string()))
        };
        let scenario = |error: RequestError| self.wrong(path, &[error.key], &error.to_string());
        let within = time("within", step.within.as_ref(), self.target.final_within);
        let within = within.map_err(scenario)?;
        let every = time("every", step.every.as_ref(), EVERY).map_err(scenario)?;
        loop {
            let prepared = author.prepare(step).map_err(scenario)?;
            self.purse
                .pay_for(&prepared, &self.target.endpoint, self.patience)
                .await?;
            let asked = Stopwatch::start();
            let began = self.calls.as_ref().map(Calls::tick);
            let exchange = self.exchange(step, &prepared).await?;
            let waited = asked.elapsed();
            let seen = Seen::new(exchange);
            self.keep(&prepared, &seen, began);
            report.attempts = report.attempts.saturating_add(1);
            if let (Some(name), Some(root)) = (&step.name, seen.root()) {
                self.bindings.keep(name, root.clone());
            }
            let context = &author.context;
            let mut findings = match &step.expect {
                Some(expect) => self.examine(expect, "expect", path, &seen, context)?,
                // Whatever is asked, there is a reply.
                None => self.examine(&Expect::default(), "expect", path, &seen, context)?,
            };
            // What must not come has come: to wait for more is in vain.
            let mut done = findings.iter().any(|finding| !finding.holds);
            if let Some(until) = &step.until {
                let waited = self.examine(until, "until", path, &seen, context)?;
                done |= waited.iter().all(|finding| finding.holds);
                findings.extend(waited);
            } else {
                done = true;
            }
            if !done && stopwatch.elapsed() < within {
                // A branch has others beside it, which may be sending.
                if path.len() == TOP {
                    self.seat.rest(every).await;
                } else {
                    pause(every).await;
                }
                continue;
            }
            report.checks = self.checks(findings, path, &label);
            let relations = self.relations(step, path, &label, &author.context)?;
            report.checks.extend(relations);
            let again = if has_failed(&report) {
                report.location = self.case.loaded.source.location(path);
                Again::Wanted
            } else {
                Again::Unwanted
            };
            if again == Again::Wanted || self.evidence == Evidence::Everything {
                let endpoint = &self.target.endpoint;
                let wire = show::wire(&prepared, &seen, waited, endpoint, &self.redaction, again);
                report.wire = Some(wire);
            }
            let root = seen.document.map(|document| document.root);
            let turn = author.context.turn;
            self.replies.keep(path, turn, &report.name, root);
            return Ok(report);
        }
    }

    /// Keeps a call for the model, if it is one of the five operations and began at a tick.
    fn keep(&self, prepared: &Prepared, seen: &Seen, began: Option<usize>) {
        let (Some(calls), Some(operation), Some(began)) = (&self.calls, &prepared.operation, began)
        else {
            return;
        };
        let mut accounts = self.target.accounts.iter();
        let account = accounts.find(|(_, account)| Some(*account) == prepared.credentials.as_ref());
        let reply = seen.document.as_ref().map_err(Clone::clone);
        calls.keep(Call {
            account: account.map(|(name, _)| name.clone()),
            operation: operation.clone(),
            reply: reply.and_then(|document| {
                Reply::from_tree(&document.root).map_err(|error| error.to_string())
            }),
            began,
            ended: calls.tick(),
        });
    }

    /// Sends a request, on a connection of its own or on one that steps share.
    async fn exchange(
        &self,
        step: &Step,
        prepared: &Prepared,
    ) -> Result<Result<Exchange, ExchangeError>, PlayError> {
        let mut tried = 0;
        loop {
            let exchange = match &step.connection {
                None => self.alone(&prepared.wire).await,
                Some(name) => self.shared(name, &prepared.wire).await,
            };
            match exchange {
                Err(
                    error @ (ExchangeError::Connect { .. } | ExchangeError::ConnectTimeout { .. }),
                ) => {
                    if tried >= self.retries {
                        return Err(PlayError::Unreachable(error));
                    }
                    tried = tried.saturating_add(1);
                    pause(EVERY).await;
                }
                Err(error @ ExchangeError::Request { .. }) => {
                    return Err(PlayError::Unreachable(error));
                }
                exchange => return Ok(exchange),
            }
        }
    }

    async fn alone(&self, wire: &Wire) -> Result<Exchange, ExchangeError> {
        let endpoint = &self.target.endpoint;
        match (wire, &self.idle) {
            (Wire::Whole(outgoing), Some(idle)) => {
                idle.exchange(endpoint, outgoing, self.patience).await
            }
            (Wire::Whole(outgoing), None) => {
                conn::exchange(endpoint, outgoing, self.patience).await
            }
            (Wire::Raw(raw), _) => conn::exchange_raw(endpoint, raw, self.patience).await,
        }
    }

    async fn shared(&self, name: &str, wire: &Wire) -> Result<Exchange, ExchangeError> {
        let shared = {
            let mut connections = self
                .connections
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            Arc::clone(connections.entry(name.to_owned()).or_default())
        };
        let mut shared = shared.lock().await;
        let connection = match &mut *shared {
            Some(connection) => connection,
            none => none.insert(Connection::open(&self.target.endpoint, self.patience).await?),
        };
        match wire {
            Wire::Whole(outgoing) => connection.exchange(outgoing).await,
            Wire::Raw(raw) => connection.exchange_raw(raw).await,
        }
    }

    fn examine(
        &self,
        expect: &Expect,
        key: &str,
        path: &[Turn],
        seen: &Seen,
        context: &Context,
    ) -> Result<Vec<Finding>, PlayError> {
        let scope = |question: Question<'_>| self.bindings.answer(question, context);
        let render = |template: &Template| {
            template
                .render_text(&scope)
                .map_err(|error| error.to_string())
        };
        let other = |step: &str| self.bindings.last(step);
        examine(expect, key, seen, &render, &other).map_err(|error| {
            let path = [path, error.path.as_slice()].concat();
            self.mistake(&path, &error.message)
        })
    }

    fn checks(&self, findings: Vec<Finding>, path: &[Turn], label: &str) -> Vec<CheckReport> {
        let findings = findings.into_iter();
        findings
            .map(|finding| CheckReport {
                name: format!("{label}.{}", finding.name),
                outcome: outcome(finding.holds),
                expected: self.redaction.hide(&finding.expected),
                actual: self.redaction.hide(&finding.actual),
                difference: finding
                    .difference
                    .map(|difference| self.redaction.hide(&difference)),
                location: self.place(&[path, finding.path.as_slice()].concat(), finding.holds),
                advice: None,
            })
            .collect()
    }

    fn relations(
        &self,
        step: &Step,
        path: &[Turn],
        label: &str,
        context: &Context,
    ) -> Result<Vec<CheckReport>, PlayError> {
        let scope = |question: Question<'_>| self.bindings.answer(question, context);
        let mut checks = Vec::with_capacity(step.relations.len());
        for (number, text) in step.relations.iter().enumerate() {
            let turns = [Turn::Key("relations".to_owned()), Turn::Item(number)];
            let path = [path, &turns].concat();
            let relation =
                Relation::parse(text).map_err(|error| self.mistake(&path, &error.to_string()))?;
            let (holds, actual) = match relation.weigh(&scope) {
                Ok(weighed) => {
                    let sides = format!("{} and {}", weighed.left, weighed.right);
                    (weighed.holds, sides)
                }
                // A reply that is not there has no credits.
                Err(error) => (false, error.to_string()),
            };
            checks.push(CheckReport {
                name: format!("{label}.relations[{}]", number.saturating_add(1)),
                outcome: outcome(holds),
                expected: relation.to_string(),
                actual: self.redaction.hide(&actual),
                difference: None,
                location: self.place(&path, holds),
                advice: None,
            });
        }
        Ok(checks)
    }

    fn report(&self, step: &Step, path: &[Turn], label: String) -> StepReport {
        let action = action(step);
        StepReport {
            name: if step.name.is_some() {
                format!("{label}: {action}")
            } else {
                format!("{label} {action}")
            },
            requirement: step.requirement.clone(),
            location: self.place(path, true),
            attempts: 0,
            wire: None,
            checks: Vec::new(),
        }
    }

    /// The place of a value; of one that nobody will look for, the file.
    fn place(&self, path: &[Turn], holds: bool) -> Location {
        let source = &self.case.loaded.source;
        if holds {
            return Location {
                file: source.name.clone(),
                line: 1,
                column: 1,
            };
        }
        source.location(path)
    }

    fn wrong(&self, path: &[Turn], keys: &[&str], message: &str) -> PlayError {
        let keys = keys.iter().map(|key| Turn::Key((*key).to_owned()));
        let path: Vec<_> = path.iter().cloned().chain(keys).collect();
        self.mistake(&path, message)
    }

    fn mistake(&self, path: &[Turn], message: &str) -> PlayError {
        PlayError::Scenario {
            location: self.case.loaded.source.location(path),
            message: self.redaction.hide(message),
        }
    }
}

fn has_failed(report: &StepReport) -> bool {
    let mut checks = report.checks.iter();
    checks.any(|check| check.outcome == CheckOutcome::Failed)
}

fn outcome(holds: bool) -> CheckOutcome {
    if holds {
        CheckOutcome::Held
    } else {
        CheckOutcome::Failed
    }
}

/// What a step does, in one word.
fn action(step: &Step) -> &'static str {
    let actions = [
        (step.send.is_some(), "send"),
        (step.price.is_some(), "price"),
        (step.status.is_some(), "status"),
        (step.ask.is_some(), "ask"),
        (step.tree.is_some(), "tree"),
        (step.xml.is_some(), "xml"),
        (step.http.is_some(), "http"),
    ];
    let found = actions.iter().find(|(there, _)| *there);
    found.map_or("parallel", |(_, name)| name)
}

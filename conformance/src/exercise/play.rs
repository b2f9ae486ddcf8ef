//! One exercise: the stand-in listens, the client is asked step by step, and when all is done what it sent and what it said
//! is judged.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::adapter::Adapter;
use super::command::{self, Command};
use super::delivery::{Carrying, Seal};
use super::program::ProgramError;
use super::reaction::{Check, Happened, Right};
use super::script::{Scene, Scriptwriter};
use super::show;
use super::told::Told;
use crate::client::endpoint::Endpoint;
use crate::clock::Stopwatch;
use crate::finding::judge::Judge;
use crate::finding::{Asked, Finding, Ids};
use crate::operation::Credentials;
use crate::run::bindings::{Bindings, Context};
use crate::run::event::StepReport;
use crate::run::plan::Case;
use crate::run::redaction::Redaction;
use crate::scenario::model::Step;
use crate::scenario::template::Template;
use crate::stand_in::answer::Answer;
use crate::stand_in::desk::Desk;
use crate::stand_in::gateway::Gateway;
use crate::stand_in::received::Received;
use crate::stand_in::tls::{Authority, Certificate};
use crate::stand_in::{Behind, Options as Listening, StandIn, StartError, Tls};
use crate::target::Target;

/// The client, ready to be asked.
#[derive(Debug)]
pub enum Client {
    /// A command.
    Command(Command),
    /// An adapter.
    Adapter(Box<Adapter>),
}

/// What all exercises of a run share.
#[derive(Debug)]
pub struct Setting {
    /// What names stand for: the accounts and numbers of the exercises.
    pub target: Arc<Target>,
    /// What ids begin with.
    pub prefix: String,
    /// How long the client is told to wait.
    pub client_timeout: Duration,
    /// When it is killed.
    pub hang_after: Duration,
    /// The secrets of the target.
    pub redaction: Arc<Redaction>,
    /// Who signs certificates.
    pub authority: Arc<Authority>,
    /// The operations that the client is ever asked to do, by their words; all, if there is none.
    pub operations: BTreeSet<&'static str>,
}

/// What came of an exercise.
#[derive(Debug)]
pub struct Played {
    /// Its steps with their checks.
    pub steps: Vec<StepReport>,
    /// The rules of the checks that did not hold, in the same order as those.
    pub broken: Vec<String>,
    /// Why it was not played, if it was not.
    pub skipped: Option<String>,
    /// The requests that came.
    pub received: Vec<Received>,
    /// What is wrong with them.
    pub findings: Vec<Finding>,
    /// The rules that could have been broken by them.
    pub looked_at: BTreeSet<&'static str>,
    /// The logins that were asked with, besides those of the target.
    pub logins: Vec<Credentials>,
}

/// Why an exercise could not be played.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The client cannot be run.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// There is no listener.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The scenario is wrong.
    #[error("{0}")]
    Scenario(String),
}

/// A step that was played, and when the next one began.
struct Done {
    right: Right,
    told: Told,
    answer: Option<Answer>,
    until: Duration,
    took: Duration,
}

impl Client {
    /// The way in which scenarios speak of it.
    pub fn ids(&self) -> Ids {
        match self {
            Self::Command(_) => Ids::Offered,
            Self::Adapter(_) => Ids::Demanded,
        }
    }

    /// Asks it, and waits for what it says.
    pub async fn ask(
        &mut self,
        url: &str,
        asked: &Asked,
        setting: &Setting,
    ) -> Result<Told, ProgramError> {
        let (patience, hang_after) = (setting.client_timeout, setting.hang_after);
        match self {
            Self::Command(command) => {
                let ran = command.run(url, asked, patience, hang_after).await?;
                Ok(ran.into())
            }
            Self::Adapter(adapter) => {
                let answered = adapter.ask(url, asked, patience, hang_after).await?;
                Ok(answered.into())
            }
        }
    }
}

impl Setting {
    /// Plays an exercise; `number` makes its ids its own.
    pub async fn play(
        &self,
        case: &Case,
        number: usize,
        client: &mut Client,
    ) -> Result<Played, PlayError> {
        let prefix = format!("{}{number}", self.prefix);
        let target = Arc::clone(&self.target);
        let bindings = Bindings::new(target, case.variables.clone(), prefix);
        let steps = &case.loaded.scenario.steps;
        let wanted =
            |wanted: Carrying| steps.iter().any(|step| carrying(step, &bindings) == wanted);
        let seal = steps.iter().map(|step| carrying(step, &bindings).seal());
        let seal = seal.into_iter().find(|seal| *seal != Seal::Open);
        let desk = || Behind::Desk(Box::new(Desk::new(Vec::new(), Gateway::default())));
        let listening = Listening {
            tls: seal.and_then(|seal| self.tls(seal)),
            ..Listening::default()
        };
        let stand_in = StandIn::start(desk(), listening).await?;
        let elsewhere = if wanted(Carrying::Redirect) {
            Some(StandIn::start(desk(), Listening::default()).await?)
        } else {
            None
        };
        let stopwatch = Stopwatch::start();
        let mut done = Vec::with_capacity(steps.len());
        let mut skipped = None;
        let pointing = elsewhere.as_ref().map(StandIn::url);
        for step in steps {
            let scene = self.scene(step, case, &bindings, client.ids(), pointing.as_deref());
            let Scene {
                right,
                script,
                root,
            } = scene.map_err(PlayError::Scenario)?;
            skipped = self.obstacle(&right, client);
            if skipped.is_some() {
                break;
            }
            let answer = script.first().and_then(|scripted| scripted.answers.first());
            let answer = answer.cloned();
            stand_in.follow(script);
            let began = stopwatch.elapsed();
            let told = client.ask(&stand_in.url(), &right.asked, self).await?;
            if let (Some(name), Some(root)) = (&step.name, root) {
                bindings.keep(name, root);
            }
            let until = stopwatch.elapsed();
            let took = until.saturating_sub(began);
            done.push(Done {
                right,
                told,
                answer,
                until,
                took,
            });
        }
        let received = stand_in.stop().await;
        let strayed = match elsewhere {
            Some(elsewhere) => elsewhere.stop().await,
            None => Vec::new(),
        };
        Ok(self.judge(case, done, received, &strayed, skipped))
    }

    fn tls(&self, seal: Seal) -> Option<Tls> {
        let certificate = match seal {
            Seal::Open => return None,
            Seal::Untrusted => Certificate::Untrusted,
            Seal::WrongName => Certificate::WrongName,
            Seal::Expired => Certificate::Expired,
        };
        Some(Tls {
            authority: Arc::clone(&self.authority),
            certificate,
        })
    }

    fn scene(
        &self,
        step: &Step,
        case: &Case,
        bindings: &Bindings,
        ids: Ids,
        elsewhere: Option<&str>,
    ) -> Result<Scene, String> {
        let scenario = &case.loaded.scenario;
        let rule = scenario
            .client
            .as_ref()
            .map(|client| client.finding.as_str());
        let endpoint: &Endpoint = &self.target.endpoint;
        let writer = Scriptwriter {
            bindings,
            endpoint,
            account: self.target.accounts.get(step.account()),
            rule: rule.unwrap_or_default(),
            ids,
            client_timeout: self.client_timeout,
            elsewhere,
        };
        writer.write(step)
    }

    /// Why the client cannot be asked to do a step, if it cannot.
    fn obstacle(&self, right: &Right, client: &Client) -> Option<String> {
        let operation = &right.asked.operation;
        let word = command::word(operation);
        if !self.operations.is_empty() && !self.operations.contains(word) {
            return Some(format!(
                "the client is not asked for {word}; add it to --operations if it can do that"
            ));
        }
        match client {
            Client::Command(_) => command::obstacle(operation).map(str::to_owned),
            Client::Adapter(_) => None,
        }
    }

    fn judge(
        &self,
        case: &Case,
        done: Vec<Done>,
        received: Vec<Received>,
        strayed: &[Received],
        skipped: Option<String>,
    ) -> Played {
        let logins = done.iter().map(|done| done.right.asked.credentials.clone());
        let logins: Vec<Credentials> = logins
            .filter(|login| !self.redaction.knows(login))
            .collect();
        let redaction = if logins.is_empty() {
            Arc::clone(&self.redaction)
        } else {
            Arc::new(redaction(&self.target, &logins))
        };
        let mut judge = Judge::new();
        let mut findings = Vec::new();
        let mut steps = Vec::with_capacity(done.len());
        let mut broken = Vec::new();
        let mut rest = received.as_slice();
        let last = done.len().saturating_sub(1);
        for (place, done) in done.iter().enumerate() {
            // What comes after the last result came of the last step too.
            let count = rest
                .iter()
                .filter(|received| place == last || received.arrived <= done.until);
            let (ours, after) = rest.split_at_checked(count.count()).unwrap_or((rest, &[]));
            rest = after;
            let asked = Asked {
                turn: place.saturating_add(1),
                ..done.right.asked.clone()
            };
            let mut heard = Vec::new();
            for received in ours {
                heard.extend(judge.hear(received, Some(&asked)));
            }
            if place == last {
                heard.extend(judge.end());
            }
            let happened = Happened {
                told: &done.told,
                received: ours,
                strayed,
            };
            let mut checks = done.right.judge(happened);
            let same = heard.iter().find(|finding| finding.rule == done.right.rule);
            checks.extend(same.map(|finding| Check {
                name: "sends".to_owned(),
                holds: false,
                expected: case.loaded.scenario.requirement.clone(),
                actual: finding.detail.clone(),
                rule: done.right.rule.clone(),
            }));
            findings.extend(heard);
            broken.extend(
                checks
                    .iter()
                    .filter(|check| !check.holds)
                    .map(|check| check.rule.clone()),
            );
            let scene = show::Scene {
                case,
                place,
                received: ours.last(),
                requests: ours.len(),
                took: done.took,
                told: &done.told,
                answer: done.answer.as_ref(),
            };
            steps.push(scene.report(checks, &redaction));
        }
        Played {
            steps,
            broken,
            skipped,
            looked_at: judge.looked_at().clone(),
            received,
            findings,
            logins,
        }
    }
}

/// The secrets of a target, and these logins.
pub fn redaction(target: &Target, logins: &[Credentials]) -> Redaction {
    let numbers = target.recipients.iter().chain(target.numbers.values());
    let logins = target.accounts.values().chain(logins);
    Redaction::new(logins, numbers.map(String::as_str))
}

/// How the reply of a step is carried, as far as the variables of the case say.
pub fn carrying(step: &Step, bindings: &Bindings) -> Carrying {
    let context = Context::new();
    super::script::carrying(step, &|template: &Template| {
        let text = template.render_text(&|question| bindings.answer(question, &context));
        text.map_err(|error| error.to_string())
    })
}

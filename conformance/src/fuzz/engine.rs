//! Plays generated cases, many at a time, and makes those that fail as small as they can be.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::draw::{DrawError, Seed, property, tree};
use super::failure::Failure;
use super::oracle;
use super::tally::{Holds, Tally};
use crate::clause::Registry;
use crate::clock::Stopwatch;
use crate::property::case::loaded;
use crate::property::{Facts, Generated, Property};
use crate::run::event::{CaseReport, CheckOutcome, Verdict};
use crate::run::plan::Case;
use crate::run::runner::{Options, Stage};
use crate::target::Target;

/// How many simpler cases are tried at most for each failure.
const MAX_SIMPLER: u32 = 600;

/// What is to be played.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What the cases are drawn from.
    pub seed: Seed,
    /// The first case.
    pub first: u64,
    /// How many there are.
    pub cases: u64,
    /// When to stop all the same.
    pub time: Option<Duration>,
    /// After how many different failures to stop.
    pub max_failures: usize,
}

/// Plays generated cases against a target.
#[derive(Debug)]
pub struct Engine {
    stage: Arc<Stage>,
    registry: Arc<Registry>,
    facts: Facts,
    properties: Vec<Property>,
    jobs: usize,
}

/// What happens while cases are played.
#[derive(Debug)]
pub enum Note<'n> {
    /// So many have been played.
    Played(u64),
    /// A case holds. Its property, index, value and report, for who keeps a corpus.
    Holds(&'n Property, u64, &'n Generated, &'n CaseReport),
    /// A case does not hold; this is the simplest one.
    Failed(&'n Failure),
}

/// Why cases cannot be played. That says nothing about the endpoint.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Nothing was generated.
    #[error(transparent)]
    Draw(#[from] DrawError),
    /// The kit could not play a case.
    #[error("case {index} of the property {property} could not be played: {message}")]
    Errored {
        /// The property.
        property: &'static str,
        /// The number of the case.
        index: u64,
        /// Why.
        message: String,
    },
    /// A case has no name.
    #[error("a failure cannot be written: {0}")]
    Name(#[from] serde_yaml::Error),
    /// A task ended early.
    #[error("a case ended early: {0}")]
    Task(#[from] tokio::task::JoinError),
}

impl Engine {
    /// An engine for these properties, as far as the target can be asked.
    pub fn new(
        target: Target,
        options: Options,
        properties: &[Property],
        registry: Registry,
    ) -> Self {
        let facts = Facts::of(&target);
        let properties = properties
            .iter()
            .filter(|property| (property.obstacle)(&facts).is_none())
            .copied()
            .collect();
        Self {
            jobs: options.jobs.max(1),
            stage: Arc::new(Stage::new(target, options)),
            registry: Arc::new(registry),
            facts,
            properties,
        }
    }

    /// The properties that this target can be asked.
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// Plays what is planned, and tells what happens.
    pub async fn run(
        &self,
        plan: &Plan,
        hear: &mut dyn FnMut(Note<'_>),
    ) -> Result<Tally, EngineError> {
        let stopwatch = Stopwatch::start();
        let mut tally = Tally::default();
        let mut known: BTreeSet<(&'static str, String)> = BTreeSet::new();
        let mut playing = JoinSet::new();
        let mut next = plan.first;
        let end = plan.first.saturating_add(plan.cases);
        loop {
            let in_time = plan.time.is_none_or(|time| stopwatch.elapsed() < time);
            let on = in_time && known.len() < plan.max_failures;
            while on && next < end && playing.len() < self.jobs {
                let Some(property) = property(&self.properties, next) else {
                    break;
                };
                let generated = tree(&property, &self.facts, plan.seed, next)?.current();
                let index = next;
                next = next.saturating_add(1);
                let played = self.play(property, generated.clone(), index);
                playing.spawn(async move { (property, index, generated, played.await) });
            }
            let Some(ended) = playing.join_next().await else {
                break;
            };
            let (property, index, generated, report) = ended?;
            let holds = holds(&property, index, &report)?;
            tally.count(&property, generated.size, holds);
            hear(Note::Played(tally.cases()));
            match holds {
                Holds::Yes => hear(Note::Holds(&property, index, &generated, &report)),
                Holds::No => {
                    if known.insert((property.name, symptom(&report))) {
                        let failure = self.shrink(property, plan.seed, index).await?;
                        hear(Note::Failed(&failure));
                    }
                }
            }
        }
        Ok(tally)
    }

    /// The simplest case that fails, starting from the one of this index.
    pub async fn shrink(
        &self,
        property: Property,
        seed: Seed,
        index: u64,
    ) -> Result<Failure, EngineError> {
        let mut tree = tree(&property, &self.facts, seed, index)?;
        let first = tree.current();
        let mut best = first.clone();
        let mut report = self.play(property, best.clone(), index).await;
        let mut tried = 0;
        let mut simpler = tree.simplify();
        while simpler && tried < MAX_SIMPLER {
            let candidate = tree.current();
            // A simpler case of another class would be another finding.
            let fails = if oracle::keeps(property.class, &first, &candidate) {
                tried = tried.saturating_add(1);
                let played = self.play(property, candidate.clone(), index).await;
                let fails = holds(&property, index, &played)? == Holds::No;
                if fails {
                    report = played;
                    best = candidate;
                }
                fails
            } else {
                false
            };
            simpler = if fails {
                tree.simplify()
            } else {
                tree.complicate()
            };
        }
        Ok(Failure {
            id: Failure::name(&property, &best)?,
            property,
            seed,
            index,
            tried,
            generated: best,
            report,
        })
    }

    fn play(
        &self,
        property: Property,
        generated: Generated,
        index: u64,
    ) -> impl Future<Output = CaseReport> + Send + 'static {
        let stage = Arc::clone(&self.stage);
        let registry = Arc::clone(&self.registry);
        async move {
            let loaded = Arc::new(loaded(&property, generated, &registry));
            let case = Case {
                id: loaded.id.clone(),
                variables: loaded.scenario.variables.clone(),
                loaded,
            };
            let number = usize::try_from(index).unwrap_or_default();
            stage.play(Arc::new(case), number).await.0
        }
    }
}

/// Whether a case held; a case that could not be played is neither.
fn holds(property: &Property, index: u64, report: &CaseReport) -> Result<Holds, EngineError> {
    match &report.verdict {
        Verdict::Passed => Ok(Holds::Yes),
        Verdict::Failed | Verdict::Warned | Verdict::Known(_) | Verdict::Stale(_) => Ok(Holds::No),
        Verdict::Errored(message) | Verdict::Skipped(message) => Err(EngineError::Errored {
            property: property.name,
            index,
            message: message.clone(),
        }),
    }
}

/// What tells one failure of a property from another: the first thing that does not hold.
fn symptom(report: &CaseReport) -> String {
    let checks = report.steps.iter().flat_map(|step| &step.checks);
    let mut failed = checks.filter(|check| check.outcome != CheckOutcome::Held);
    failed.next().map_or_else(String::new, |check| {
        let key = check.name.rsplit('.').next().unwrap_or_default();
        key.chars().filter(|c| !c.is_ascii_digit()).collect()
    })
}

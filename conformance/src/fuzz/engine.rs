//! Plays generated cases, many at a time, and makes those that fail as small as they can be.

use std::collections::BTreeSet;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use super::draw::{Draw, DrawError, Seed};
use super::failure::Failure;
use super::oracle;
use super::tally::{Holds, Tally};
use crate::clause::Registry;
use crate::clock::{Stopwatch, pause};
use crate::property::case::loaded;
use crate::property::{Class, Facts, Generated, Property};
use crate::run::event::{CaseReport, CheckOutcome, Verdict};
use crate::run::plan::{Case, Judge};
use crate::run::runner::{Options, Stage};
use crate::scenario::model::Scenario;
use crate::target::Target;

/// How many simpler cases are tried at most for each failure.
const MAX_SIMPLER: u32 = 600;

/// How long simpler cases are tried at most for each failure. Most take a millisecond; those that wait for a status that
/// never comes take as long as the target allows.
const MAX_SHRINKING: Duration = Duration::from_secs(20);

/// How many cases are under way at most: few of them play, the others wait for a status, or for an account.
const UNDER_WAY: usize = 512;

/// How often a simpler case is played in which something is done at the same time: it may hold by chance.
const TRIES_OF_A_RACE: u32 = 5;

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
    /// One for each other account that may be main.
    others: Vec<Arc<Stage>>,
    registry: Arc<Registry>,
    draws: Vec<Draw>,
    /// How many have been begun, simpler ones too.
    played: AtomicUsize,
}

/// What happens while cases are played.
#[derive(Debug)]
pub enum Note<'n> {
    /// So many have been played.
    Played(u64),
    /// A case holds.
    Holds(&'n Held<'n>),
    /// A case does not hold; this is the simplest one.
    Failed(&'n Failure),
}

/// A case that holds, for who keeps a corpus.
#[derive(Debug)]
pub struct Held<'h> {
    /// Its property.
    pub property: &'h Property,
    /// Its number.
    pub index: u64,
    /// How large it is.
    pub size: usize,
    /// What was played.
    pub scenario: &'h Scenario,
    /// What came of it.
    pub report: &'h CaseReport,
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
    /// The target can be asked nothing.
    #[error("the target can be asked none of the properties")]
    Idle,
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
        // Cases that compare balances have main alone, one after the other; with more accounts like it, some at a time.
        let mains: Vec<_> = target
            .accounts
            .iter()
            .filter(|(name, _)| name.starts_with("main_"))
            .map(|(_, main)| main.clone())
            .collect();
        let stage = Stage::new(target, options);
        let others: Vec<_> = mains.iter().map(|main| stage.with_main(main)).collect();
        let fit = properties
            .iter()
            .filter(|property| (property.obstacle)(&facts).is_none());
        Self {
            draws: fit.map(|property| Draw::new(*property, &facts)).collect(),
            played: AtomicUsize::new(0),
            stage: Arc::new(stage),
            others: others.into_iter().map(Arc::new).collect(),
            registry: Arc::new(registry),
        }
    }

    /// Whether the target can be asked nothing.
    pub fn is_idle(&self) -> bool {
        self.draws.is_empty()
    }

    /// Plays what is planned, and tells what happens. When `stop` comes, or the plan's time is over, or a case cannot be
    /// played, what is under way is given up; what was found is told all the same, as it is.
    pub async fn run(
        &self,
        plan: &Plan,
        stop: impl Future<Output = ()>,
        hear: &mut dyn FnMut(Note<'_>),
    ) -> (Tally, Result<(), EngineError>) {
        let mut tally = Tally::default();
        let over = async {
            tokio::select! {
                () = stop => {}
                () = pause(plan.time.unwrap_or(Duration::MAX)) => {}
            }
        };
        let played = self.play_all(plan, &mut pin!(over), &mut tally, hear).await;
        (tally, played)
    }

    async fn play_all(
        &self,
        plan: &Plan,
        over: &mut Pin<&mut impl Future<Output = ()>>,
        tally: &mut Tally,
        hear: &mut dyn FnMut(Note<'_>),
    ) -> Result<(), EngineError> {
        let mut ids = BTreeSet::new();
        let mut is_over = false;
        let mut known: BTreeSet<(&'static str, String)> = BTreeSet::new();
        let mut failed = Vec::new();
        let mut trouble = None;
        let mut playing = JoinSet::new();
        let mut next = plan.first;
        let end = plan.first.saturating_add(plan.cases);
        loop {
            // What fails is made small when nothing else is under way: its trials would wait for all the others.
            let on = !is_over && failed.is_empty() && known.len() < plan.max_failures;
            while on && next < end && playing.len() < UNDER_WAY {
                let Some(draw) = Draw::of(&self.draws, next) else {
                    break;
                };
                let generated = draw.tree(plan.seed, next)?.current();
                let (property, index, size) = (draw.property, next, generated.size);
                let case = self.case(property, generated);
                let played = self.play(Arc::clone(&case), index);
                playing.spawn(async move { (property, index, size, case, played.await) });
                next = next.saturating_add(1);
            }
            let ended = tokio::select! {
                ended = playing.join_next() => ended,
                () = &mut *over, if !is_over => {
                    is_over = true;
                    playing.abort_all();
                    continue;
                }
            };
            let Some(ended) = ended else {
                if failed.is_empty() {
                    break;
                }
                for (index, report) in failed.drain(..) {
                    let mut failure = self.whole(plan.seed, index, report)?;
                    if !is_over {
                        let shrinking = self.shrink(&mut failure);
                        tokio::select! {
                            shrunk = shrinking => shrunk?,
                            () = &mut *over => is_over = true,
                        }
                    }
                    // Two cases may have the same core.
                    if ids.insert(failure.id.clone()) {
                        hear(Note::Failed(&failure));
                    }
                }
                continue;
            };
            let (property, index, size, case, report) = match ended {
                Ok(ended) => ended,
                Err(error) if error.is_cancelled() => continue,
                Err(error) => return Err(error.into()),
            };
            let holds = match holds(&property, index, &report) {
                Ok(holds) => holds,
                Err(error) => {
                    trouble.get_or_insert(error);
                    is_over = true;
                    playing.abort_all();
                    continue;
                }
            };
            tally.count(&property, size, holds);
            hear(Note::Played(tally.cases()));
            match holds {
                Holds::Yes => hear(Note::Holds(&Held {
                    property: &property,
                    index,
                    size,
                    scenario: &case.loaded.scenario,
                    report: &report,
                })),
                Holds::No => {
                    let fits = known.len() < plan.max_failures;
                    if fits && known.insert(symptom(&property, &report)) {
                        failed.push((index, report));
                    }
                }
            }
            if known.len() >= plan.max_failures {
                // What is under way would wait for statuses that nobody asks for any more.
                playing.abort_all();
            }
        }
        trouble.map_or(Ok(()), Err)
    }

    /// The case of this index, which failed so.
    fn whole(&self, seed: Seed, index: u64, report: CaseReport) -> Result<Failure, EngineError> {
        let draw = Draw::of(&self.draws, index).ok_or(EngineError::Idle)?;
        let generated = draw.tree(seed, index)?.current();
        Ok(Failure {
            id: Failure::name(&draw.property, &generated.steps)?,
            property: draw.property,
            seed,
            index,
            tried: 0,
            generated,
            report,
        })
    }

    /// Makes a failure as small as it can be; whenever this is given up, it is what was reached.
    async fn shrink(&self, failure: &mut Failure) -> Result<(), EngineError> {
        let stopwatch = Stopwatch::start();
        let (seed, index) = (failure.seed, failure.index);
        let draw = Draw::of(&self.draws, index).ok_or(EngineError::Idle)?;
        let property = draw.property;
        let mut tree = draw.tree(seed, index)?;
        let first = tree.current();
        let mut simpler = tree.simplify();
        while simpler && failure.tried < MAX_SIMPLER && stopwatch.elapsed() < MAX_SHRINKING {
            let candidate = tree.current();
            let id = Failure::name(&property, &candidate.steps)?;
            // What was made simpler need not be seen in the case. A simpler case of another class would be another finding.
            let fails = if id == failure.id {
                true
            } else if oracle::keeps(property.class, &first, &candidate) {
                failure.tried = failure.tried.saturating_add(1);
                let played = self.play_again(property, &candidate, index).await?;
                if let Some(played) = played {
                    failure.id = id;
                    failure.report = played;
                    failure.generated = candidate;
                    true
                } else {
                    false
                }
            } else {
                false
            };
            simpler = if fails {
                tree.simplify()
            } else {
                tree.complicate()
            };
        }
        Ok(())
    }

    /// The report of a case that fails, if it does.
    async fn play_again(
        &self,
        property: Property,
        generated: &Generated,
        index: u64,
    ) -> Result<Option<CaseReport>, EngineError> {
        let races = generated.steps.iter().any(|step| step.parallel.is_some());
        let case = self.case(property, generated.clone());
        for _ in 0..if races { TRIES_OF_A_RACE } else { 1 } {
            let report = self.play(Arc::clone(&case), index).await;
            if holds(&property, index, &report)? == Holds::No {
                return Ok(Some(report));
            }
        }
        Ok(None)
    }

    fn case(&self, property: Property, generated: Generated) -> Arc<Case> {
        let loaded = Arc::new(loaded(&property, generated, &self.registry));
        Arc::new(Case {
            id: loaded.id.clone(),
            variables: loaded.scenario.variables.clone(),
            judge: match property.class {
                Class::History => Judge::Model,
                Class::Valid
                | Class::Equivalent
                | Class::Semantic
                | Class::Structural
                | Class::Malformed
                | Class::Http => Judge::Steps,
            },
            loaded,
        })
    }

    fn play(
        &self,
        case: Arc<Case>,
        index: u64,
    ) -> impl Future<Output = CaseReport> + Send + 'static {
        // A simpler case has ids of its own too, or it would meet the messages of the one before.
        let number = self.played.fetch_add(1, Ordering::Relaxed);
        // Not by the index alone: then a property would always have the same one.
        let index = usize::try_from(index).unwrap_or_default();
        let turn = index.checked_div(self.draws.len()).unwrap_or_default();
        let place = turn.checked_rem(self.others.len().saturating_add(1));
        let other = place.and_then(|place| self.others.get(place));
        let stage = Arc::clone(other.unwrap_or(&self.stage));
        async move { stage.play(case, number).await.0 }
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

/// What tells one failure from another: the property, and the first thing that does not hold. Where no reply came at all,
/// it is one failure for all properties.
fn symptom(property: &Property, report: &CaseReport) -> (&'static str, String) {
    let checks = report.steps.iter().flat_map(|step| &step.checks);
    let mut failed = checks.filter(|check| check.outcome != CheckOutcome::Held);
    let key = failed.next().map_or_else(String::new, |check| {
        let key = check.name.rsplit('.').next().unwrap_or_default();
        key.chars().filter(|c| !c.is_ascii_digit()).collect()
    });
    if key == "reply" {
        ("", key)
    } else {
        (property.name, key)
    }
}

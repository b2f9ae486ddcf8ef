//! Exercises that nobody wrote: generated inputs, and generated replies. A case is a pure function of seed and index; what
//! fails is made as small as it can be.

mod answered;
mod asked;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::{BoxedStrategy, Strategy as _};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::play::{Client, PlayError, Played, Setting, redaction};
use super::run::RunError;
use crate::clause::{Grade, Level, Registry};
use crate::clock::Stopwatch;
use crate::finding::rule::{Rules, Severity};
use crate::fuzz::draw::Seed;
use crate::run::event::{CaseReport, CheckOutcome, CheckReport, Location, StepReport, Verdict};
use crate::run::plan::{Case, Judge};
use crate::run::redaction::Redaction;
use crate::run::runner::report;
use crate::scenario::client;
use crate::scenario::loaded::{Loaded, Snapshots};
use crate::scenario::mentions::Mentions;
use crate::scenario::model::{Needs, Scenario, Step};
use crate::scenario::source::Source;

/// How many simpler cases are tried for each failure, and for how long.
const MOST_SIMPLER: u32 = 300;
const LONGEST: Duration = Duration::from_secs(20);

/// So many different failures are told.
const MOST_FAILURES: usize = 5;

/// Exercises of files have smaller numbers; ids go by them.
const FIRST: usize = 100_000;

/// How much is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generated {
    /// How many cases of each subject.
    pub cases: u64,
    /// What they are drawn from.
    pub seed: Seed,
}

/// What is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// What the client is asked to send, and to ask for.
    Inputs,
    /// What it is answered.
    Replies,
}

/// All of them.
pub const SUBJECTS: [Subject; 2] = [Subject::Inputs, Subject::Replies];

/// What came of a subject.
#[derive(Debug)]
pub struct Made {
    /// The case, with the smallest failures.
    pub report: CaseReport,
    /// The rules of its checks that did not hold, in their order.
    pub broken: Vec<String>,
    /// All that was played first; simpler cases are not among it.
    pub played: Vec<Played>,
}

impl Subject {
    /// The id of its case.
    pub fn id(self) -> &'static str {
        match self {
            Self::Inputs => "generated/CLIENT-12-inputs",
            Self::Replies => "generated/CLIENT-05-replies",
        }
    }

    /// Its clause.
    pub fn clause(self) -> &'static str {
        match self {
            Self::Inputs => "CLIENT-12",
            Self::Replies => "CLIENT-05",
        }
    }

    fn rule(self) -> &'static str {
        match self {
            Self::Inputs => "input-refused",
            Self::Replies => "layout-matters",
        }
    }

    fn requirement(self) -> &'static str {
        match self {
            Self::Inputs => {
                "Generated texts, senders, logins, ids, variables and lists of recipients are sent exactly."
            }
            Self::Replies => {
                "Generated replies are read exactly, however they are written and carried."
            }
        }
    }

    fn strategy(self) -> BoxedStrategy<Step> {
        match self {
            Self::Inputs => asked::any(),
            Self::Replies => answered::any(),
        }
    }

    fn case(self, step: Step, registry: &Registry) -> Case {
        let clause = registry.get(self.clause());
        let scenario = Scenario {
            clauses: vec![self.clause().to_owned()],
            rests_on: Vec::new(),
            requirement: self.requirement().to_owned(),
            tags: vec!["generated".to_owned()],
            revision: None,
            needs: Needs::default(),
            matrix: BTreeMap::new(),
            variables: BTreeMap::new(),
            snapshot: false,
            client: Some(client::Client {
                finding: self.rule().to_owned(),
                only: true,
                ways: vec![client::Way::Adapter],
            }),
            steps: vec![step],
        };
        Case {
            id: self.id().to_owned(),
            loaded: Arc::new(Loaded {
                id: self.id().to_owned(),
                level: clause.map_or(Level::Must, |clause| clause.level),
                grade: clause.map_or(Grade::Choice, |clause| clause.grade),
                scenario,
                mentions: Mentions::default(),
                source: Source {
                    name: self.id().to_owned(),
                    text: String::new(),
                },
                snapshots: Snapshots::BuiltIn(None),
            }),
            variables: BTreeMap::new(),
            judge: Judge::Steps,
        }
    }
}

/// Plays the generated cases of a subject.
pub async fn play(
    subject: Subject,
    generated: Generated,
    setting: &Setting,
    registry: &Registry,
    rules: &Rules,
    client: &mut Client,
) -> Result<Made, RunError> {
    let stopwatch = Stopwatch::start();
    let plain = subject.case(Step::default(), registry);
    let mut made = Made {
        report: report(&plain, Verdict::Passed),
        broken: Vec::new(),
        played: Vec::new(),
    };
    let mut number = FIRST;
    let mut known: BTreeSet<String> = BTreeSet::new();
    for index in 0..generated.cases {
        let Some(mut tree) = tree(subject, generated.seed, index) else {
            continue;
        };
        let mut trial = async |step: Step| {
            number = number.saturating_add(1);
            let case = subject.case(step, registry);
            let played = setting.play(&case, number, client).await;
            played.map(|played| (case, played))
        };
        let (case, played) = match trial(tree.current()).await {
            Ok(trial) => trial,
            Err(PlayError::Scenario(message)) => {
                made.report.verdict = Verdict::Errored(message);
                break;
            }
            Err(PlayError::Program(error)) => return Err(error.into()),
            Err(PlayError::Start(error)) => return Err(error.into()),
        };
        if played.skipped.is_some() {
            continue;
        }
        let first = wrong(&played, rules)
            .into_iter()
            .find(|rule| !known.contains(rule));
        let Some(rule) = first else {
            made.played.push(played);
            continue;
        };
        known.insert(rule.clone());
        let shrinking = Stopwatch::start();
        let mut smallest = None;
        for _ in 0..MOST_SIMPLER {
            if shrinking.elapsed() > LONGEST || !tree.simplify() {
                break;
            }
            match trial(tree.current()).await {
                Ok((case, played)) if wrong(&played, rules).contains(&rule) => {
                    smallest = Some((case, played));
                }
                Ok(_) | Err(_) => {
                    if !tree.complicate() {
                        break;
                    }
                }
            }
        }
        let (case, shown) = match &smallest {
            Some((case, played)) => (case, played),
            None => (&case, &played),
        };
        let redaction = redaction(&setting.target, &shown.logins);
        let (steps, broken) = told(case, shown, &rule, rules, index, &redaction);
        made.report.steps.extend(steps);
        made.broken.extend(broken);
        made.played.push(played);
        if known.len() >= MOST_FAILURES {
            break;
        }
    }
    made.report.duration = stopwatch.elapsed();
    Ok(made)
}

/// The rules that a case breaks: by reactions, and badly by requests.
fn wrong(played: &Played, rules: &Rules) -> BTreeSet<String> {
    let is_bad = |id: &str| {
        rules
            .get(id)
            .is_some_and(|rule| rule.severity == Severity::Error)
    };
    let found = played.findings.iter().map(|finding| finding.rule);
    let found = found.filter(|id| is_bad(id)).map(str::to_owned);
    played.broken.iter().cloned().chain(found).collect()
}

/// The steps of the smallest case, with the checks that this rule is about.
fn told(
    case: &Case,
    played: &Played,
    rule: &str,
    rules: &Rules,
    index: u64,
    redaction: &Redaction,
) -> (Vec<StepReport>, Vec<String>) {
    let mut steps = played.steps.clone();
    let mut broken = Vec::new();
    let location = Location {
        file: case.loaded.source.name.clone(),
        line: 1,
        column: 1,
    };
    let mut rest = played.broken.iter();
    for step in &mut steps {
        step.name = format!("case {index}: {}", step.name);
        step.checks.retain(|check| {
            let failed = check.outcome == CheckOutcome::Failed;
            let is = !failed || rest.next().is_some_and(|broken| broken == rule);
            if failed && is {
                broken.push(rule.to_owned());
            }
            is
        });
    }
    let found = played.findings.iter().find(|finding| finding.rule == rule);
    if let (Some(finding), Some(step), Some(entry)) = (found, steps.last_mut(), rules.get(rule)) {
        let evidence = finding.evidence.as_ref();
        step.checks.push(CheckReport {
            name: rule.to_owned(),
            outcome: CheckOutcome::Failed,
            expected: entry.right.clone(),
            actual: redaction.hide(&finding.detail),
            difference: evidence
                .map(|evidence| crate::finding::evidence::text(evidence, redaction)),
            location,
            advice: None,
        });
        broken.push(rule.to_owned());
    }
    (steps, broken)
}

fn tree(
    subject: Subject,
    Seed(seed): Seed,
    index: u64,
) -> Option<Box<dyn ValueTree<Value = Step>>> {
    let mut bytes = [0_u8; 32];
    let parts = seed
        .to_le_bytes()
        .into_iter()
        .chain(index.to_le_bytes())
        .chain(subject.id().bytes());
    for (place, byte) in parts.enumerate() {
        if let Some(slot) = bytes.get_mut(place % 32) {
            *slot = slot.rotate_left(3) ^ byte;
        }
    }
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    subject.strategy().new_tree(&mut runner).ok()
}

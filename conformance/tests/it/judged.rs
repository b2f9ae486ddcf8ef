//! The suite against the lying endpoint: it holds where nothing is wrong, every lie is caught by a scenario that cites
//! the clause it breaks, and every scenario catches a lie.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use epochta_conformance::clause::Registry;
use epochta_conformance::client::conn::Patience;
use epochta_conformance::run::event::{CaseReport, CheckOutcome, StepReport, Verdict};
use epochta_conformance::run::plan::Case;
use epochta_conformance::run::purse::Spending;
use epochta_conformance::run::runner::{Options, Strictness, run};
use epochta_conformance::scenario::loaded::Loaded;
use epochta_conformance::scenario::model;
use epochta_conformance::scenario::source::Source;
use epochta_conformance::scenario::suite;
use epochta_conformance::target::Target;

use crate::liar::{Liar, Lie, Policy, Revision};

/// The endpoints that a suite needs to be played whole.
const SETUPS: [(Policy, Revision); 3] = [
    (Policy::Refuse, Revision::Documented),
    (Policy::Refuse, Revision::Extended),
    (Policy::Partial, Revision::Documented),
];

/// How long a reply and a final status may take where nothing is wrong: long enough for any machine.
const GENEROUS: Duration = Duration::from_secs(120);

/// The same where something is: first the time that is usually enough, and then, for a lie about which it was not
/// clear whether the kit or the endpoint was too slow, one that settles it.
const SHORT: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(12)];

/// Polls after which a message of this endpoint has come to its end, if it ever does.
const POLLS: u32 = 4;

/// Lies that are only told if requests, or pieces of one, come at the right moment. Who catches them varies.
const TIMED: [Lie; 3] = [Lie::SplitBodyLost, Lie::ChargedInHalves, Lie::BalanceRace];

/// How often such a lie is tried at most until it is told everywhere.
const TRIES: usize = 20;

/// Lies are judged by so many threads at once: those that make the kit wait should keep nobody else from working.
const THREADS: usize = 32;

/// Lie to the scenarios that caught it.
type Caught = BTreeMap<Lie, BTreeSet<String>>;

/// Everything that can be played.
struct Suite {
    registry: Registry,
    scenarios: Vec<Arc<Loaded>>,
}

impl Suite {
    fn built_in() -> Self {
        let registry = Registry::built_in().unwrap();
        let mut scenarios = suite::built_in(&registry).unwrap();
        // What is for clients alone is judged by bad clients.
        scenarios.retain(|loaded| !loaded.scenario.is_for_clients_only());
        Self {
            registry,
            scenarios: scenarios.into_iter().map(Arc::new).collect(),
        }
    }

    /// Plays the scenarios that `wanted` chooses. `limit` is how long a reply may take, and a final status.
    fn play(
        &self,
        liar: &Liar,
        limit: Duration,
        wanted: impl Fn(&Loaded) -> bool,
    ) -> Vec<CaseReport> {
        let source = Source {
            name: "liar.yaml".to_owned(),
            text: liar.target_yaml(),
        };
        let mut target = Target::read(&source, &|_| None).unwrap();
        target.final_within = limit;
        let chosen = self
            .scenarios
            .iter()
            .filter(|loaded| wanted(loaded))
            .flat_map(|loaded| Case::of(Arc::clone(loaded)))
            .map(|case| {
                let obstacle = case.obstacle(&target, &Spending::Anything);
                (case, obstacle)
            })
            .collect();
        let mut options = Options::plain();
        options.strictness = Strictness::Should;
        options.patience = Patience {
            connect: limit,
            whole: limit,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let registry = self.registry.clone();
        let outcome = runtime.block_on(run(chosen, target, options, registry, &mut []));
        outcome.unwrap().reports
    }

    /// The scenarios that catch a lie, among those that cite its clause.
    fn against(&self, lie: Lie) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (place, setup) in SETUPS.into_iter().enumerate() {
            let wanted = |loaded: &Loaded| {
                let cites = loaded.scenario.clauses.iter().any(|id| id == lie.clause());
                cites && home(loaded) == place
            };
            if !self.scenarios.iter().any(|loaded| wanted(loaded)) {
                continue;
            }
            let (policy, revision) = setup;
            let mut reports = Vec::new();
            for limit in SHORT {
                let liar = Liar::start_under(policy, revision, Some(lie));
                reports = self.play(&liar, limit, wanted);
                if !reports.iter().any(|report| is_doubtful(report, limit)) {
                    break;
                }
            }
            let against = reports.iter().filter(|report| is_against(report));
            found.extend(against.map(|report| scenario(&report.id).to_owned()));
        }
        found
    }

    fn against_all(&self) -> Caught {
        let caught: Mutex<Caught> = Mutex::default();
        // Those that make the kit wait begin first: one until the last limit, others in the last third of the list.
        let mut lies: Vec<Lie> = Lie::ALL.iter().rev().copied().collect();
        lies.sort_by_key(|lie| *lie != Lie::ContinueNeverSent);
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    while let Some(lie) = lies.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let found = self.against(*lie);
                        caught.lock().unwrap().insert(*lie, found);
                    }
                });
            }
        });
        let mut caught = caught.into_inner().unwrap();
        // The machine has less to do now, so that the right moment comes.
        for _ in 0..TRIES {
            if self.idle(&caught).is_empty() && TIMED.iter().all(|lie| !caught[lie].is_empty()) {
                break;
            }
            for lie in TIMED {
                let found = self.against(lie);
                caught.entry(lie).or_default().extend(found);
            }
        }
        caught
    }

    /// The scenarios that catch nothing.
    fn idle(&self, caught: &Caught) -> Vec<&String> {
        let useful: BTreeSet<&String> = caught.values().flatten().collect();
        let ids = self.scenarios.iter().map(|loaded| &loaded.id);
        ids.filter(|id| !useful.contains(id)).collect()
    }
}

/// Whether a case found something wrong. What an endpoint may do as it likes is only ever a warning.
fn is_against(report: &CaseReport) -> bool {
    matches!(report.verdict, Verdict::Failed | Verdict::Warned)
}

/// Whether an honest endpoint on a slow machine might have come out the same: what went wrong first is that no reply
/// came in time, or too few of them.
fn is_doubtful(report: &CaseReport, limit: Duration) -> bool {
    if matches!(report.verdict, Verdict::Errored(_)) {
        return true;
    }
    let has_failed = |step: &&StepReport| {
        let mut outcomes = step.checks.iter().map(|check| check.outcome);
        outcomes.any(|outcome| outcome == CheckOutcome::Failed)
    };
    let Some(first) = report.steps.iter().find(has_failed) else {
        return false;
    };
    let is_unanswered = first
        .wire
        .as_ref()
        .is_some_and(|wire| wire.status_line.is_empty());
    let is_hasty = (2..POLLS).contains(&first.attempts);
    report.duration >= limit && (is_unanswered || is_hasty)
}

/// Which of the setups a scenario is played in.
fn home(loaded: &Loaded) -> usize {
    let scenario = &loaded.scenario;
    if scenario.revision == Some(model::Revision::Extended) {
        1
    } else if scenario.needs.policy == Some(model::Policy::Partial) {
        2
    } else {
        0
    }
}

fn scenario(id: &str) -> &str {
    id.split_once('[').map_or(id, |(id, _)| id)
}

/// A case that did not pass, and its checks that did not hold.
fn told(report: &CaseReport) -> String {
    let checks = report.steps.iter().flat_map(|step| &step.checks);
    let checks: Vec<_> = checks
        .filter(|check| check.outcome == CheckOutcome::Failed)
        .map(|check| format!("{}: {} / {}", check.name, check.expected, check.actual))
        .collect();
    format!("{} {:?} {checks:?}", report.id, report.verdict)
}

/// A line for each lie: its clause, its name, and who catches it.
fn matrix(caught: &Caught) -> String {
    let lines = Lie::ALL.iter().map(|lie| {
        let names: Vec<_> = caught[lie]
            .iter()
            .map(|id| id.rsplit('/').next().unwrap_or(id))
            .collect();
        let names = if TIMED.contains(lie) {
            "(that varies)".to_owned()
        } else {
            names.join(", ")
        };
        format!("{} {}: {names}\n", lie.clause(), lie.name())
    });
    lines.collect()
}

#[test]
fn the_suite_holds_where_nothing_is_wrong() {
    let suite = Suite::built_in();
    let mut played = BTreeSet::new();
    let mut wrong: Vec<String> = Vec::new();
    for (policy, revision) in SETUPS {
        let liar = Liar::start_under(policy, revision, None);
        for report in suite.play(&liar, GENEROUS, |_| true) {
            match &report.verdict {
                Verdict::Skipped(_) => {}
                Verdict::Passed => drop(played.insert(scenario(&report.id).to_owned())),
                Verdict::Failed
                | Verdict::Warned
                | Verdict::Known(_)
                | Verdict::Stale(_)
                | Verdict::Errored(_) => wrong.push(told(&report)),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let ids = suite.scenarios.iter().map(|loaded| &loaded.id);
    let never: Vec<_> = ids.filter(|id| !played.contains(*id)).collect();
    assert!(never.is_empty(), "never played: {never:?}");
}

#[test]
fn every_lie_is_caught_and_every_scenario_catches_one() {
    let suite = Suite::built_in();
    let caught = suite.against_all();
    let undetected: Vec<_> = Lie::ALL
        .iter()
        .filter(|lie| caught[lie].is_empty())
        .map(|lie| format!("{} ({}): {}", lie.name(), lie.clause(), lie.says()))
        .collect();
    let idle = suite.idle(&caught);
    assert!(
        undetected.is_empty() && idle.is_empty(),
        "lies that nobody catches: {undetected:#?}\nscenarios that catch none: {idle:#?}"
    );
    keep(&matrix(&caught));
}

/// The matrix for its readers, in `tests/lies.txt`, written anew if UPDATE_LIES is set. Which scenarios catch a lie is
/// a matter of the moment for a few of them, so only the lies must be the same.
fn keep(matrix: &str) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lies.txt");
    if std::env::var_os("UPDATE_LIES").is_some() {
        std::fs::write(path, matrix).unwrap();
    }
    let lies = |text: &str| -> Vec<String> {
        let lines = text.lines();
        let lies = lines.filter_map(|line| line.split_once(':'));
        lies.map(|(lie, _)| lie.to_owned()).collect()
    };
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(
        lies(&kept),
        lies(matrix),
        "tests/lies.txt is not fresh: UPDATE_LIES=1 cargo test judged"
    );
}

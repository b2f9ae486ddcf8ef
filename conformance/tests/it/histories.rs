//! Histories against the lying endpoint: the model explains what an honest one answers, and finds lies that show between
//! operations only. What it finds is made small, and is a scenario of its own.

use std::sync::Arc;

use epochta_conformance::clause::Registry;
use epochta_conformance::fuzz::draw::{Draw, Seed};
use epochta_conformance::fuzz::failure::Failure;
use epochta_conformance::properties;
use epochta_conformance::property::{Facts, Property, all};
use epochta_conformance::run::event::Verdict;
use epochta_conformance::run::plan::Case;
use epochta_conformance::run::runner::{Options, Strictness, run};
use epochta_conformance::scenario::model::Step;
use epochta_conformance::scenario::source::Source;
use epochta_conformance::scenario::suite;
use epochta_conformance::target::Target;

use crate::folder::Folder;
use crate::liar::{Liar, Lie, Policy, Revision};

/// The property.
const NAME: &str = "histories-are-explained";

fn target(liar: &Liar) -> Target {
    let source = Source {
        name: "liar.yaml".to_owned(),
        text: liar.target_yaml(),
    };
    Target::read(&source, &|_| None).unwrap()
}

fn property() -> &'static Property {
    all().iter().find(|property| property.name == NAME).unwrap()
}

/// Whether anything is done at the same time.
fn has_lanes(steps: &[Step]) -> bool {
    steps.iter().any(|step| step.parallel.is_some())
}

#[test]
fn an_honest_endpoint_is_explained() {
    let setups = [
        (Policy::Refuse, Revision::Documented),
        (Policy::Refuse, Revision::Extended),
        (Policy::Partial, Revision::Documented),
    ];
    for (policy, revision) in setups {
        let liar = Liar::start_under(policy, revision, None);
        let checked = properties(&target(&liar)).only(NAME).cases(40).seed(1);
        let failures = checked.failures().unwrap();
        let told: Vec<_> = failures.iter().map(|(_, text)| text).collect();
        assert!(failures.is_empty(), "{told:#?}");
    }
}

#[test]
fn an_account_in_test_mode_may_be_charged() {
    // The clause leaves it open; here it is a lie of the endpoint's, but not one that the model may hold against it.
    let liar = Liar::start(Revision::Documented, Some(Lie::TestModeCharges));
    let checked = properties(&target(&liar)).only(NAME).cases(20);
    let failures = checked.failures().unwrap();
    let told: Vec<_> = failures.iter().map(|(_, text)| text).collect();
    assert!(failures.is_empty(), "{told:#?}");
}

/// The first history that finds a lie, as small as it could be made.
fn found(lie: Lie) -> (Failure, String) {
    let liar = Liar::start(Revision::Documented, Some(lie));
    let checked = properties(&target(&liar)).only(NAME).cases(400);
    let mut failures = checked.failures().unwrap();
    assert!(!failures.is_empty(), "{} was not found", lie.name());
    failures.remove(0)
}

/// What comes of a failure file, played as any scenario.
fn replayed(file: &Folder, lie: Option<Lie>) -> Vec<Verdict> {
    let liar = Liar::start(Revision::Documented, lie);
    let registry = Registry::built_in().unwrap();
    let scenarios = suite::from_paths(&[file.path().to_owned()], &registry).unwrap();
    let cases = scenarios.into_iter().map(Arc::new).flat_map(Case::of);
    let chosen = cases.map(|case| (case, None)).collect();
    let mut options = Options::plain();
    options.strictness = Strictness::Should;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let outcome = runtime.block_on(run(chosen, target(&liar), options, registry, &mut []));
    let reports = outcome.unwrap().reports;
    reports.into_iter().map(|report| report.verdict).collect()
}

/// Whether a history needs lanes to show a lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shows {
    InTurn,
    InLanes,
}

/// How many operations are left of twelve where they must meet: two on a machine that has nothing else to do.
const MOST_IN_LANES: usize = 6;

/// `operations` are those beside what every history begins and ends with.
#[track_caller]
fn check(lie: Lie, operations: usize, shows: Shows) {
    let (failure, text) = found(lie);
    let size = failure.generated.size;
    assert!(size <= operations, "{}: {size}\n{text}", lie.name());
    let lanes = has_lanes(&failure.generated.steps);
    assert_eq!(lanes, shows == Shows::InLanes, "{}\n{text}", lie.name());
    let folder = Folder::new(&format!("history-{}", lie.name()));
    failure
        .write(folder.path(), &Registry::built_in().unwrap())
        .unwrap();
    assert_eq!(replayed(&folder, None), [Verdict::Passed], "{text}");
    match shows {
        Shows::InTurn => assert_eq!(replayed(&folder, Some(lie)), [Verdict::Failed], "{text}"),
        // A scenario says what is left, but not what came first: that stands in its comment.
        Shows::InLanes => assert!(text.contains("\n#     ?"), "{text}"),
    }
}

#[test]
fn a_mailing_that_is_sent_again_is_charged_once() {
    check(Lie::ResentChargedTwice, 2, Shows::InTurn);
}

#[test]
fn no_message_is_lost_when_its_id_comes_again() {
    check(Lie::SameIdReplaces, 2, Shows::InTurn);
    check(Lie::SameIdIgnored, 2, Shows::InTurn);
}

#[test]
fn an_account_does_not_see_the_messages_of_another() {
    check(Lie::OthersVisible, 2, Shows::InTurn);
}

#[test]
fn a_refused_mailing_takes_and_leaves_nothing() {
    check(Lie::RefusedLeavesMessages, 1, Shows::InTurn);
}

#[test]
fn a_question_of_the_price_sends_and_takes_nothing() {
    check(Lie::PriceSends, 2, Shows::InTurn);
    check(Lie::PriceCharges, 1, Shows::InTurn);
}

#[test]
fn mailings_at_the_same_time_are_all_charged() {
    check(Lie::BalanceRace, MOST_IN_LANES, Shows::InLanes);
}

#[test]
fn a_balance_is_not_torn() {
    check(Lie::ChargedInHalves, MOST_IN_LANES, Shows::InLanes);
}

#[test]
fn the_same_seed_gives_the_same_histories() {
    let liar = Liar::start(Revision::Documented, None);
    let facts = Facts::of(&target(&liar));
    let history = |seed, index| {
        let generated = Draw::new(*property(), &facts)
            .tree(Seed(seed), index)
            .unwrap();
        generated.current()
    };
    let text = |seed, index| serde_yaml::to_string(&history(seed, index).steps).unwrap();
    let mut lanes = 0;
    for index in 0..40 {
        assert_eq!(text(7, index), text(7, index));
        assert_ne!(text(7, index), text(8, index));
        lanes += usize::from(has_lanes(&history(7, index).steps));
    }
    assert!((5..35).contains(&lanes), "{lanes} of 40 have lanes");
}

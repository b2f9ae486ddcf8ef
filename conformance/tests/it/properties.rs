//! The properties of `fuzz` against the lying endpoint: they hold where nothing is wrong, and find lies, which they make
//! small.

use epochta_conformance::fuzz::draw::{Draw, Seed, Tree};
use epochta_conformance::fuzz::failure::Failure;
use epochta_conformance::fuzz::oracle;
use epochta_conformance::properties;
use epochta_conformance::property::{Facts, all};
use epochta_conformance::scenario::source::Source;
use epochta_conformance::target::Target;

use crate::liar::{Liar, Lie, Policy, Revision};

/// How many cases of each property are played against the honest endpoint.
const CASES: u64 = 12;

fn target(liar: &Liar) -> Target {
    let source = Source {
        name: "liar.yaml".to_owned(),
        text: liar.target_yaml(),
    };
    Target::read(&source, &|_| None).unwrap()
}

#[test]
fn every_property_holds_where_nothing_is_wrong() {
    for revision in [Revision::Documented, Revision::Extended] {
        for property in all() {
            // Each has an endpoint of its own, so that none spends what another needs.
            let liar = Liar::start_under(Policy::Refuse, revision, None);
            let checked = properties(&target(&liar)).only(property.name).cases(CASES);
            let failures = checked.failures().unwrap();
            let told: Vec<_> = failures.iter().map(|(_, text)| text).collect();
            assert!(failures.is_empty(), "{}:\n{told:#?}", property.name);
        }
    }
}

/// Lies, and the property that finds each.
const FOUND: &[(Lie, &str)] = &[
    (Lie::GsmPartOf161, "parts-of-texts"),
    (Lie::ExtensionCountsOne, "parts-of-texts"),
    (Lie::OrderDemanded, "equivalent-forms-same-reply"),
];

#[test]
fn lies_are_found_and_made_small() {
    let mut wrong: Vec<String> = Vec::new();
    for (lie, property) in FOUND {
        let liar = Liar::start(Revision::Documented, Some(*lie));
        // What a lie keeps from coming is not waited for.
        let mut target = target(&liar);
        target.final_within = std::time::Duration::from_millis(300);
        let checked = properties(&target).only(property).cases(300);
        let failures = checked.failures().unwrap();
        match failures.first() {
            None => wrong.push(format!("{property} did not find {}", lie.name())),
            Some((failure, _)) if largest(failure) > 1 => {
                wrong.push(format!("{}: {} recipients", lie.name(), largest(failure)));
            }
            Some(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The most recipients of a message in the case.
fn largest(failure: &Failure) -> usize {
    let steps = failure.generated.steps.iter();
    let messages = steps.filter_map(|step| step.send.as_ref().or(step.price.as_ref()));
    messages.map(|message| message.to.len()).max().unwrap_or(0)
}

#[test]
fn the_same_seed_gives_the_same_cases() {
    let liar = Liar::start(Revision::Documented, None);
    let facts = Facts::of(&target(&liar));
    let case = |property: usize, seed, index| {
        let generated = Draw::new(all()[property], &facts)
            .tree(Seed(seed), index)
            .unwrap();
        serde_yaml::to_string(&generated.current().steps).unwrap()
    };
    for property in 0..all().len() {
        assert_eq!(case(property, 7, 3), case(property, 7, 3));
    }
    let differ = (0..all().len()).filter(|property| case(*property, 7, 3) != case(*property, 8, 3));
    assert!(differ.count() > all().len() / 2);
}

#[test]
fn a_simpler_case_stays_in_its_class() {
    let liar = Liar::start(Revision::Documented, None);
    let facts = Facts::of(&target(&liar));
    for property in all() {
        for index in 0..20 {
            let mut tree = Draw::new(*property, &facts).tree(Seed(1), index).unwrap();
            let first = tree.current();
            let keeps = |tree: &Tree| oracle::keeps(property.class, &first, &tree.current());
            assert!(
                keeps(&tree),
                "{} {index}: {:#?}",
                property.name,
                first.steps
            );
            for _ in 0..40 {
                if !tree.simplify() {
                    break;
                }
                // The engine passes over what is of another class; what it comes back to is of this one.
                while !keeps(&tree) && tree.complicate() {}
                assert!(keeps(&tree), "{}", property.name);
            }
        }
    }
}

//! The conformance kit judges this server: the whole suite, under both revisions and both policies.

use std::path::Path;
use std::sync::Arc;

use epochta_conformance::clause::Registry;
use epochta_conformance::run::event::{CheckOutcome, Verdict};
use epochta_conformance::run::plan::Case;
use epochta_conformance::run::purse::Spending;
use epochta_conformance::run::runner::{Options, Strictness, run};
use epochta_conformance::scenario::source::Source;
use epochta_conformance::scenario::suite;
use epochta_conformance::target::Target;
use epochta_mock::Mock;

/// Plays the suite against a mock under a configuration, as a target file describes it.
#[track_caller]
fn check(config: &str, target: &str) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    let config = std::fs::read_to_string(fixtures.join("config").join(config)).unwrap();
    let mut source = Source::read(&fixtures.join("targets").join(target)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mock = runtime.block_on(Mock::configured(&config));
    source.text = source
        .text
        .replace("http://127.0.0.1:8620/members/sms/xml.php", &mock.url());
    let target = Target::read(&source, &|_| None).unwrap();
    let registry = Registry::built_in().unwrap();
    let chosen = suite::built_in(&registry)
        .unwrap()
        .into_iter()
        .filter(|loaded| !loaded.scenario.is_for_clients_only())
        .flat_map(|loaded| Case::of(Arc::new(loaded)))
        .map(|case| {
            let obstacle = case.obstacle(&target, &Spending::Anything);
            (case, obstacle)
        })
        .collect();
    let mut options = Options::plain();
    options.strictness = Strictness::Should;
    let outcome = runtime
        .block_on(run(chosen, target, options, registry, &mut []))
        .unwrap();
    let wrong: Vec<_> = outcome
        .reports
        .iter()
        .filter(|report| !matches!(report.verdict, Verdict::Passed | Verdict::Skipped(_)))
        .map(|report| {
            let checks = report.steps.iter().flat_map(|step| &step.checks);
            let failed: Vec<_> = checks
                .filter(|check| check.outcome == CheckOutcome::Failed)
                .map(|check| format!("{}: {} / {}", check.name, check.expected, check.actual))
                .collect();
            format!("{} {:?} {failed:?}", report.id, report.verdict)
        })
        .collect();
    assert!(wrong.is_empty(), "{}: {wrong:#?}", outcome.summary);
    assert!(outcome.summary.passed > 900, "{}", outcome.summary);
}

#[test]
fn the_documented_revision_holds_every_clause() {
    check("kit.yaml", "mock.yaml");
}

#[test]
fn the_extended_revision_holds_every_clause() {
    check("kit-extended.yaml", "mock-extended.yaml");
}

#[test]
fn the_partial_policy_holds_every_clause() {
    check("kit-partial.yaml", "mock-partial.yaml");
}

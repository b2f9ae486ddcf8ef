//! The corpus of `fixtures/corpus`, and deterministic mutations of it, through the targets that `fuzz/` plays too.
//! What it finds becomes a file of the corpus; CONTRIBUTING.md says how.

mod mutation;
mod targets;

use std::panic::catch_unwind;
use std::path::Path;

use mutation::{File, mutated};
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use targets::TARGETS;

/// What a run draws from: every run plays the same mutations.
const SEED: u64 = 7;

#[track_caller]
fn check(target: &str, mutations: u32) {
    let (_, holds) = TARGETS
        .into_iter()
        .find(|(name, _)| *name == target)
        .unwrap();
    if let Err(found) = play(target, holds, mutations) {
        panic!("{found}");
    }
}

/// Plays the files of a target, then mutations of them. The first input that does not hold, made small, is told with
/// where it comes from and how to keep it.
fn play(target: &str, holds: fn(&[u8]), mutations: u32) -> Result<(), String> {
    let folder = format!("fixtures/corpus/{target}");
    let files = File::all(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(&folder),
    );
    let attempt = |bytes: &[u8]| {
        catch_unwind(|| holds(bytes)).map_err(|panic| match panic.downcast::<String>() {
            Ok(words) => *words,
            Err(panic) => panic
                .downcast_ref::<&str>()
                .copied()
                .unwrap_or_default()
                .to_owned(),
        })
    };
    for file in &files {
        attempt(&file.bytes).map_err(|why| format!("{folder}/{}: {why}", file.name))?;
    }
    let mut runner = TestRunner::new(Config {
        cases: mutations,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(SEED),
        ..Config::default()
    });
    let found = runner.run(&mutated(&files), |mutation| {
        attempt(&mutation.bytes).map_err(TestCaseError::fail)
    });
    let (reason, mutation) = match found {
        Ok(()) => return Ok(()),
        Err(TestError::Abort(reason)) => return Err(reason.to_string()),
        Err(TestError::Fail(reason, mutation)) => (reason, mutation),
    };
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{target}-found"));
    std::fs::write(&kept, &mutation.bytes).unwrap();
    Err(format!(
        "{reason}\nthis is {folder}/{}, seed {SEED}, with {:?}:\n\"{}\"\nmend it, then: cp {} {folder}/found-<what>",
        mutation.file,
        mutation.changes,
        mutation.bytes.escape_ascii(),
        kept.display(),
    ))
}

#[test]
fn any_scenario_is_read() {
    check("scenario", 400);
}

#[test]
fn any_target_is_read() {
    check("target", 1_000);
}

#[test]
fn any_baseline_is_read() {
    check("baseline", 1_000);
}

#[test]
fn any_small_language_is_read() {
    check("template", 3_000);
}

#[test]
fn any_reply_is_read() {
    check("reply", 1_000);
}

#[test]
fn what_does_not_hold_is_found() {
    let holds = |bytes: &[u8]| assert!(!bytes.windows(4).any(|word| word == b"<<: "), "planted");
    let found = play("template", holds, 3_000).unwrap_err();
    assert!(
        found.contains("planted\nthis is fixtures/corpus/template/"),
        "{found}"
    );
    // Made small: one change is left, and the text has the word once.
    assert_eq!(found.matches("Rare(").count(), 1, "{found}");
    assert_eq!(found.matches("<<: ").count(), 2, "{found}");
}

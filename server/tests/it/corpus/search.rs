//! Plays the files of a target, then mutations of them, and makes small what does not hold.

use std::panic::catch_unwind;
use std::path::PathBuf;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};

use super::edit::edit;
use crate::fixtures;

/// What a run draws from: every run plays the same mutations.
const SEED: u64 = 1;

/// Plays everything; the first input that does not hold, where it comes from and how to keep it.
pub(super) fn search(target: &str, holds: fn(&[u8]), mutations: u32) -> Result<(), String> {
    let folder = fixtures::path("corpus").join(target);
    let files = files(&folder);
    for (name, bytes) in &files {
        attempt(holds, bytes).map_err(|why| format!("fixtures/corpus/{target}/{name}: {why}"))?;
    }
    let config = Config {
        cases: mutations,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(SEED),
        ..Config::default()
    };
    let change = (any::<Index>(), prop::collection::vec(edit(), 1..6));
    let mutated = change.prop_map(|(file, edits)| {
        let (name, bytes) = file.get(&files);
        let change = |bytes, edit: &super::edit::Edit| edit.apply(bytes, &files);
        (name, edits.iter().fold(bytes.clone(), change), edits)
    });
    let found = TestRunner::new(config).run(&mutated, |(_, bytes, _)| {
        attempt(holds, &bytes).map_err(TestCaseError::fail)
    });
    match found {
        Ok(()) => Ok(()),
        Err(TestError::Abort(reason)) => Err(reason.to_string()),
        Err(TestError::Fail(reason, (name, bytes, edits))) => {
            let kept = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{target}-found"));
            std::fs::write(&kept, &bytes).unwrap();
            Err(format!(
                "{reason}\na mutation of fixtures/corpus/{target}/{name}, seed {SEED}: {edits:?}\n\"{}\"\n\
                 mend it, then: cp {} fixtures/corpus/{target}/found-<what>",
                bytes.escape_ascii(),
                kept.display(),
            ))
        }
    }
}

/// The files of a folder, in order.
fn files(folder: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let entries =
        std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files
}

/// Whether it holds; otherwise what it said.
fn attempt(holds: fn(&[u8]), bytes: &[u8]) -> Result<(), String> {
    catch_unwind(|| holds(bytes)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        text.unwrap_or("a panic without words").to_owned()
    })
}

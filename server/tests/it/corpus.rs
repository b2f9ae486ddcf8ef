//! The corpus of `fixtures/corpus`, and deterministic mutations of it, through the targets that `fuzz/` plays too.
//! What it finds becomes a file of the corpus; CONTRIBUTING.md says how.

mod edit;
mod search;
mod targets;

use std::collections::BTreeSet;
use std::path::Path;

use search::search;
use targets::TARGETS;

#[track_caller]
fn check(target: &str, mutations: u32) {
    let (_, holds) = TARGETS
        .into_iter()
        .find(|(name, _)| *name == target)
        .unwrap();
    if let Err(found) = search(target, holds, mutations) {
        panic!("{found}");
    }
}

#[test]
fn any_form_is_read() {
    check("form", 4_000);
}

#[test]
fn any_charset_is_read() {
    check("charset", 4_000);
}

#[test]
fn any_document_is_read() {
    check("request", 4_000);
}

#[test]
fn any_body_gets_its_reply() {
    check("line", 2_000);
}

#[test]
fn any_configuration_is_read() {
    check("config", 1_000);
}

#[test]
fn what_does_not_hold_is_found() {
    let holds = |bytes: &[u8]| assert!(!bytes.windows(5).any(|word| word == b"1e999"), "planted");
    let found = search("form", holds, 2_000).unwrap_err();
    assert!(
        found.contains("planted\na mutation of fixtures/corpus/form/"),
        "{found}"
    );
    // Made small: one edit is left, and the input has the word once.
    assert!(found.contains("seed 1: [Word("), "{found}");
    assert_eq!(found.matches("1e999").count(), 2, "{found}");
}

#[test]
fn every_target_has_a_corpus_and_is_fuzzed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let names = |folder: &str, ending: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(root.join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names
            .map(|name| name.strip_suffix(ending).unwrap().to_owned())
            .collect()
    };
    let fuzzed = names("fuzz/fuzz_targets", ".rs");
    assert_eq!(fuzzed, names("fixtures/corpus", ""));
    for (name, _) in TARGETS {
        assert!(fuzzed.contains(name), "{name}");
    }
}

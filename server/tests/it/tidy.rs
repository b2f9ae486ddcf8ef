//! Rules of the house that no lint knows.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::fixtures;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The Rust files under a folder of the repository, with their text.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}

#[test]
fn every_module_says_what_it_is_for() {
    for folder in ["server", "conformance", "fuzz/src", "fuzz/fuzz_targets"] {
        for (name, text) in sources(folder) {
            assert!(text.starts_with("//! "), "{name} does not begin with //!");
        }
    }
}

#[test]
fn the_core_does_no_io_and_knows_no_wire() {
    for (name, text) in sources("server/src/gateway") {
        for forbidden in [
            "tokio",
            "hyper",
            "quick_xml",
            "std::fs",
            "std::net",
            "std::thread",
            "tracing::",
            "crate::wire",
            "crate::http",
            "crate::clock",
        ] {
            assert!(!text.contains(forbidden), "{name} mentions {forbidden}");
        }
    }
    for (name, text) in sources("server/src/wire") {
        for forbidden in [
            "tokio",
            "hyper",
            "crate::http",
            "crate::world",
            "crate::clock",
        ] {
            assert!(!text.contains(forbidden), "{name} mentions {forbidden}");
        }
    }
}

#[test]
fn the_crates_share_no_code() {
    let manifest = std::fs::read_to_string(root().join("conformance/Cargo.toml")).unwrap();
    assert!(
        !manifest.contains("epochta-mock") && !manifest.contains("../server"),
        "{manifest}"
    );
    for (name, text) in sources("conformance") {
        assert!(
            !text.contains("epochta_mock"),
            "{name} names the server's crate"
        );
    }
}

#[test]
fn no_test_waits_for_the_clock() {
    for folder in ["server/tests", "conformance/tests"] {
        for (name, text) in sources(folder) {
            let sleeps = ["sleep", "("].concat();
            assert!(!text.contains(&sleeps), "{name} sleeps");
        }
    }
}

#[test]
fn every_clause_that_is_cited_exists() {
    #[derive(Deserialize)]
    struct Clause {
        id: String,
    }
    let known: BTreeSet<String> = fixtures::rows::<Clause>("clauses.yaml")
        .into_iter()
        .map(|clause| clause.id)
        .collect();
    let areas: BTreeSet<&str> = known.iter().filter_map(|id| id.split('-').next()).collect();
    let mut cited = 0;
    for (name, text) in ["server/src", "conformance/src"]
        .into_iter()
        .flat_map(sources)
    {
        for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
            let is_clause = word.split_once('-').is_some_and(|(area, number)| {
                areas.contains(area)
                    && number.len() == 2
                    && number.bytes().all(|byte| byte.is_ascii_digit())
            });
            if is_clause {
                cited += 1;
                assert!(
                    known.contains(word),
                    "{name} cites {word}, which is no clause"
                );
            }
        }
    }
    assert!(cited > 50, "only {cited} citations were found");
}

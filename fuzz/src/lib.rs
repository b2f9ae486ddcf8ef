//! What the targets in `fuzz_targets/` call: the functions that the ordinary tests of both crates play the corpus
//! through. Nothing is checked here that is not checked there.

#[path = "../../conformance/tests/it/corpus/targets/mod.rs"]
mod kit_targets;
#[path = "../../server/tests/it/corpus/targets/mod.rs"]
mod server_targets;

/// Lets bytes into the server by one of its doors.
pub fn server(target: &str, bytes: &[u8]) {
    holds(&server_targets::TARGETS, target)(bytes);
}

/// Lets bytes into the kit by one of its doors.
pub fn kit(target: &str, bytes: &[u8]) {
    holds(&kit_targets::TARGETS, target)(bytes);
}

fn holds(targets: &[(&str, fn(&[u8]))], name: &str) -> fn(&[u8]) {
    let found = targets.iter().find(|(target, _)| *target == name);
    found
        .unwrap_or_else(|| panic!("there is no target {name}"))
        .1
}

//! Reading `fixtures/`.

use std::path::PathBuf;

use serde::de::DeserializeOwned;

/// A path in `fixtures/`.
pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures")).join(name)
}

/// The bytes of a fixture.
pub(crate) fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(path(name)).unwrap_or_else(|error| panic!("fixtures/{name}: {error}"))
}

/// The text of a fixture.
pub(crate) fn text(name: &str) -> String {
    String::from_utf8(bytes(name)).unwrap_or_else(|error| panic!("fixtures/{name}: {error}"))
}

/// The rows of a fixture; an empty one would test nothing.
pub(crate) fn rows<T: DeserializeOwned>(name: &str) -> Vec<T> {
    let rows: Vec<T> = serde_yaml::from_str(&text(name))
        .unwrap_or_else(|error| panic!("fixtures/{name}: {error}"));
    assert!(!rows.is_empty(), "fixtures/{name} has no rows");
    rows
}

//! A scenario: a right one is written and read again, and planned; a wrong one is told with its place.

use std::sync::{Arc, LazyLock};

use epochta_conformance::clause::Registry;
use epochta_conformance::run::plan::Case;
use epochta_conformance::scenario::loaded::{Loaded, Snapshots};
use epochta_conformance::scenario::source::SourceError;
use serde_yaml::Value;

use super::{is_placed, source};

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::built_in().unwrap());

/// The text of the file. Its name begins with whatever its first clause is.
pub(super) fn holds(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let value: Value = serde_yaml::from_str(text).unwrap_or_default();
    let clause = value.get("clauses").and_then(|list| list.get(0)?.as_str());
    let id = format!("{}-a", clause.unwrap_or_default());
    let loaded = match read(&id, text) {
        Ok(loaded) => loaded,
        Err(error) => return is_placed(&error, text),
    };
    let written = serde_yaml::to_string(&loaded.scenario).unwrap();
    let again = read(&id, &written).unwrap_or_else(|error| panic!("{error}: {written}"));
    assert_eq!(serde_yaml::to_string(&again.scenario).unwrap(), written);
    assert_eq!(
        format!("{:?}", again.mentions),
        format!("{:?}", loaded.mentions)
    );
    let combinations: usize = loaded.scenario.matrix.values().map(Vec::len).product();
    assert_eq!(Case::of(Arc::new(loaded)).len(), combinations);
}

fn read(id: &str, text: &str) -> Result<Loaded, SourceError> {
    Loaded::read(
        id.to_owned(),
        source(text),
        Snapshots::BuiltIn(None),
        &REGISTRY,
    )
}

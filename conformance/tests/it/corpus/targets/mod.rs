//! What must hold for any bytes whatever, a file for each kind of file or reply that is read. A function that returns
//! has held; one that panics has not. Called by the test beside this folder, and guided by coverage by `fuzz/`.
//! Not for what a certain input means: that is in the other tests.

mod baseline;
mod reply;
mod scenario;
mod target;
mod template;

use epochta_conformance::run::event::Location;
use epochta_conformance::scenario::source::{Mistake, Source, SourceError};

/// A name, and what must hold.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// The targets, by the names of their folders in `fixtures/corpus`.
pub(crate) const TARGETS: [Target; 5] = [
    ("scenario", scenario::holds),
    ("target", target::holds),
    ("baseline", baseline::holds),
    ("template", template::holds),
    ("reply", reply::holds),
];

/// A file of this text.
fn source(text: &str) -> Source {
    Source {
        name: "a.yaml".to_owned(),
        text: text.to_owned(),
    }
}

/// A mistake is told with a place that the text has. YAML has more line ends than most editors.
fn is_placed(error: &SourceError, text: &str) {
    let SourceError::Wrong(mistake) = error else {
        panic!("{error}");
    };
    let Mistake {
        location: Location { file, line, column },
        message,
        ..
    } = &**mistake;
    assert_eq!(file, "a.yaml");
    assert!(!message.is_empty());
    let found = text.split('\n').nth(line.saturating_sub(1));
    let length = found.map_or(0, |line| line.chars().count());
    assert!(found.is_some(), "no line {line}: {error}");
    assert!(
        (1..=length + 1).contains(column),
        "no column {column}: {error}"
    );
}

//! Snapshots: what a scenario's replies were when somebody last looked at them, in a file beside it.
//!
//! The format is insta's, so that `cargo insta review` works on them too. Here they are read, compared and, if that
//! is allowed, proposed as `.snap.new`; accepting a proposal is for [`super::review`].

use std::path::{Path, PathBuf};

use serde_yaml::Value;

use super::difference::difference;

/// What stands in the header as the expression: insta wants to say what was looked at.
const EXPRESSION: &str = "replies";

/// The line above and below the header.
const FENCE: &str = "---";

/// A snapshot as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The scenario's file, relative to the workspace and with `/`.
    pub source: Option<String>,
    /// The text, with LF between its lines and without blanks and line ends behind its last.
    pub contents: String,
}

/// How what there is compares with what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// It is the same.
    Same,
    /// It is not.
    Differs {
        /// Where, line by line.
        difference: String,
    },
    /// Nothing was expected yet.
    Missing,
}

/// Whether proposals may be written. The caller decides: in CI they may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// They may, and those that are no longer needed go.
    Allowed,
    /// No file is touched.
    Forbidden,
}

/// What goes wrong with snapshot files.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It is there, but it is none, or cannot be read.
    #[error("the snapshot {} cannot be read: {reason}; mend it, or remove it and record it anew", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A folder that was named, or one inside it.
    #[error("the folder {} cannot be read: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file that was named.
    #[error("{} is no pending snapshot; name folders, or files that end in .snap.new", path.display())]
    NotPending {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be written, moved or removed.
    #[error("cannot {what} {}: {source}", path.display())]
    Change {
        /// `write`, `accept` or `remove`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The person who reviews cannot be talked to.
    #[error("cannot read the answer or show the question: {0}")]
    Dialogue(#[from] std::io::Error),
}

/// Why a text is no snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The header does not begin.
    #[error("the first line is not {FENCE}")]
    NoHeader,
    /// The header is no YAML.
    #[error("the header between the lines {FENCE} is no YAML mapping{0}")]
    Header(String),
    /// insta has snapshots of other kinds.
    #[error("it is a binary snapshot, where replies are text")]
    Binary,
}

impl Snapshot {
    /// Reads a file, by insta's own reader; none if there is no such file.
    pub fn read(path: &Path) -> Result<Option<Self>, SnapshotError> {
        let wrong = |reason: String| SnapshotError::Read {
            path: path.to_owned(),
            reason,
        };
        if !path
            .try_exists()
            .map_err(|error| wrong(error.to_string()))?
        {
            return Ok(None);
        }
        let read = insta::Snapshot::from_file(path).map_err(|error| wrong(error.to_string()))?;
        let text = read.as_text();
        let text = text.ok_or_else(|| wrong(FormatError::Binary.to_string()))?;
        Ok(Some(Self {
            source: read.metadata().source().map(str::to_owned),
            contents: text.to_string(),
        }))
    }

    /// Reads the text of a file, by the same rules: for snapshots that are built into the program, which insta
    /// cannot read. Its older format without `---` is refused.
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        let mut lines = text.lines();
        if lines.next().map(str::trim_end) != Some(FENCE) {
            return Err(FormatError::NoHeader);
        }
        let header: Vec<&str> = lines
            .by_ref()
            .take_while(|line| line.trim_end() != FENCE)
            .collect();
        let header: Value = serde_yaml::from_str(&header.join("\n"))
            .map_err(|error| FormatError::Header(format!(": {error}")))?;
        if !header.is_mapping() {
            return Err(FormatError::Header(String::new()));
        }
        let field = |name: &str| header.get(name).and_then(Value::as_str);
        if field("snapshot_kind") == Some("binary") {
            return Err(FormatError::Binary);
        }
        let contents: Vec<&str> = lines.collect();
        Ok(Self {
            source: field("source").map(str::to_owned),
            contents: normal(&contents.join("\n")),
        })
    }

    /// The text of its file.
    pub fn file_text(&self) -> String {
        let source = match &self.source {
            Some(source) => format!("source: {}\n", scalar(source)),
            None => String::new(),
        };
        let contents = normal(&self.contents);
        format!("{FENCE}\n{source}expression: {EXPRESSION}\n{FENCE}\n{contents}\n")
    }

    /// Compares two texts as insta does: blanks and line ends behind the last line do not count, and CR LF is LF.
    pub fn compare(expected: Option<&str>, actual: &str) -> Comparison {
        let Some(expected) = expected else {
            return Comparison::Missing;
        };
        let (expected, actual) = (normal(expected), normal(actual));
        if expected == actual {
            return Comparison::Same;
        }
        Comparison::Differs {
            difference: lines_that_differ(&expected, &actual),
        }
    }
}

/// The snapshot beside a scenario's file.
pub fn beside(scenario: &Path) -> PathBuf {
    scenario.with_extension("snap")
}

/// The proposal beside a snapshot.
pub fn proposal_of(snapshot: &Path) -> PathBuf {
    let mut path = snapshot.as_os_str().to_owned();
    path.push(".new");
    path.into()
}

/// Does what a comparison asks for: writes a proposal beside the snapshot at `path` unless it is the same, or removes
/// one that is no longer needed. Returns the proposal that was written. `source` is the scenario's file, relative to
/// the workspace and with `/`.
pub fn propose(
    path: &Path,
    source: &str,
    comparison: &Comparison,
    actual: &str,
    writing: Writing,
) -> Result<Option<PathBuf>, SnapshotError> {
    let proposal = proposal_of(path);
    match writing {
        Writing::Forbidden => return Ok(None),
        Writing::Allowed => {}
    }
    match comparison {
        Comparison::Same => remove_if_there(&proposal).map(|()| None),
        Comparison::Differs { .. } | Comparison::Missing => {
            let snapshot = Snapshot {
                source: Some(source.to_owned()),
                contents: actual.to_owned(),
            };
            match std::fs::write(&proposal, snapshot.file_text()) {
                Ok(()) => Ok(Some(proposal)),
                Err(source) => Err(SnapshotError::Change {
                    what: "write",
                    path: proposal,
                    source,
                }),
            }
        }
    }
}

/// Removes a file; one that is not there is removed already.
pub(super) fn remove_if_there(path: &Path) -> Result<(), SnapshotError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(SnapshotError::Change {
            what: "remove",
            path: path.to_owned(),
            source: error,
        }),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The difference of two texts that both end without a line end; so it is none that the last lines have no such.
pub(super) fn lines_that_differ(expected: &str, actual: &str) -> String {
    let ended = |text: &str| match text {
        "" => String::new(),
        text => format!("{text}\n"),
    };
    difference(&ended(expected), &ended(actual))
}

/// What counts of a text.
fn normal(text: &str) -> String {
    text.trim_end().replace("\r\n", "\n")
}

/// A path as a YAML scalar: plain where that is safe, which is where insta writes it so, else in quotes as in JSON.
fn scalar(text: &str) -> String {
    let first = |c: char| c.is_alphanumeric() || c == '/' || c == '_';
    let any = |c: char| first(c) || matches!(c, '.' | '-' | ' ');
    // A text with a / is no number and no word such as `true`.
    let plain = text.starts_with(first)
        && text.contains('/')
        && text.chars().all(any)
        && !text.ends_with(' ');
    if plain {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

#[cfg(test)]
mod tests;

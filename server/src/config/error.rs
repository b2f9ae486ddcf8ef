//! What is wrong with a configuration file: where, an excerpt, and what to do. Not for finding it out.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::PathBuf;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use super::locate::{Step, locate, place as placed};
use super::mask::{is_secret, masked};
use super::words::{Words, spoken, unquoted};

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration {} cannot be read: {source}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is in another encoding.
    #[error("the configuration {name} is not UTF-8: {reason}; save it as UTF-8 ({how})")]
    NotUtf8 {
        /// The file's name.
        name: String,
        /// What was found.
        reason: String,
        /// How that is done.
        how: &'static str,
    },
    /// The file is wrong.
    #[error("{0}")]
    Wrong(Report),
}

/// The text of a file, if it is UTF-8.
pub(super) fn utf8<'b>(bytes: &'b [u8], name: &str) -> Result<&'b str, ConfigError> {
    let wrong = |reason, how| ConfigError::NotUtf8 {
        name: name.to_owned(),
        reason,
        how,
    };
    let powershell =
        "in PowerShell: Set-Content -Encoding utf8; `>` of Windows PowerShell writes UTF-16";
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") || bytes.contains(&0) {
        return Err(wrong("it looks like UTF-16".to_owned(), powershell));
    }
    str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        let byte = bytes.get(good.len()).copied().unwrap_or_default();
        let reason = format!("line {line} has the byte 0x{byte:02X}, as in windows-1251 or KOI8-R");
        wrong(
            reason,
            "an editor asks for the encoding when it saves; or iconv -f WINDOWS-1251 -t UTF-8",
        )
    })
}

/// A fault in a file with its place, an excerpt and a suggestion, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What is wrong.
    pub reason: String,
    /// What to do, if we know.
    pub help: Option<String>,
    /// The file's name.
    pub name: String,
    /// Line and column, from 1, if they are known.
    pub place: Option<(usize, usize)>,
    excerpt: String,
}

/// What is wrong, before its place is looked up.
#[derive(Debug)]
pub(super) enum Fault {
    /// serde_yaml found it.
    Yaml(serde_yaml::Error),
    /// We found it.
    Value {
        /// Where.
        path: Vec<Step>,
        /// What.
        reason: String,
        /// What to do.
        help: Option<String>,
    },
}

impl Fault {
    pub(super) fn at(path: impl Into<Vec<Step>>, reason: String) -> Self {
        Self::Value {
            path: path.into(),
            reason,
            help: None,
        }
    }

    pub(super) fn help(self, text: &str) -> Self {
        match self {
            Self::Value { path, reason, .. } => Self::Value {
                path,
                reason,
                help: Some(text.to_owned()),
            },
            Self::Yaml(error) => Self::Yaml(error),
        }
    }

    pub(super) fn into_error(self, text: &str, name: &str) -> ConfigError {
        let place = match &self {
            Self::Yaml(error) => error.location().map(|found| placed(text, &found)),
            Self::Value { path, .. } => locate(text, path),
        };
        let place = place.and_then(|(line, column)| Place::of(text, line, column));
        let is_secret = place
            .as_ref()
            .is_none_or(|place| is_secret(text, place.line));
        let is_key = |word: &str| place.as_ref().is_some_and(|place| place.is_key(word));
        let Words { reason, help } = match self {
            Self::Yaml(error) => {
                let mut words = spoken(&error.to_string(), is_secret, is_key);
                let advice = || {
                    place
                        .as_ref()
                        .and_then(|place| place.advice(&words.reason, is_secret))
                };
                words.help = words.help.take().or_else(advice);
                words
            }
            Self::Value { path, reason, help } => {
                let reason = unquoted(&reason, is_secret);
                Words {
                    reason: format!("{}{reason}", prefix(&path)),
                    help,
                }
            }
        };
        let names_key = reason
            .split('`')
            .nth(1)
            .is_some_and(|word| is_key(word) && reason.contains(" key `"));
        let excerpt = render(
            name,
            &reason,
            help.as_deref(),
            place.as_ref(),
            is_secret,
            names_key,
        );
        ConfigError::Wrong(Report {
            reason,
            help,
            name: name.to_owned(),
            place: place.map(|place| (place.line, place.column)),
            excerpt,
        })
    }
}

/// A path as serde_yaml writes it before its messages.
fn prefix(path: &[Step]) -> String {
    let mut written = String::new();
    for step in path {
        match step {
            Step::Key(key) if written.is_empty() => written.push_str(key),
            Step::Key(key) => {
                written.push('.');
                written.push_str(key);
            }
            Step::Index(index) => written.extend(["[", &index.to_string(), "]"]),
        }
    }
    if !written.is_empty() {
        written.push_str(": ");
    }
    written
}

/// A place in the file: its line, and the word that is there.
struct Place<'t> {
    line: usize,
    column: usize,
    text: &'t str,
    /// The word, as bytes in the line.
    word: Range<usize>,
}

impl<'t> Place<'t> {
    fn of(text: &'t str, line: usize, column: usize) -> Option<Self> {
        let text = text.split('\n').nth(line.checked_sub(1)?)?;
        let text = text.strip_suffix('\r').unwrap_or(text);
        let start = text
            .char_indices()
            .nth(column.checked_sub(1)?)
            .map_or(text.len(), |(at, _)| at);
        let rest = text.get(start..)?;
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '}' | ']' | ':');
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let length = rest.find(ends).unwrap_or(rest.len()).max(first);
        Some(Self {
            line,
            column,
            text,
            word: start..start + length,
        })
    }

    /// Whether a word is here as the key of a value, and so is no password.
    fn is_key(&self, word: &str) -> bool {
        let rest = self.text.get(self.word.start..).unwrap_or_default();
        let rest = rest
            .trim_start_matches(['"', '\''])
            .strip_prefix(word)
            .map(|rest| rest.trim_start_matches(['"', '\'']))
            .and_then(|rest| rest.strip_prefix(':'));
        !word.contains(char::is_whitespace)
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    }

    /// What to do about YAML that is none.
    fn advice(&self, reason: &str, is_secret: bool) -> Option<String> {
        let before = self.text.get(..self.word.start).unwrap_or_default();
        let here = self.text.get(self.word.start..).unwrap_or_default();
        let advice = if reason.contains("while scanning an alias")
            || reason.contains("alphabetic or numeric") && before.ends_with('*')
            || reason.contains("unknown anchor")
        {
            if is_secret {
                "quote a value that begins with *: \"*…\""
            } else {
                "quote it: \"*\""
            }
        } else if reason.contains("cannot start any token") && here.starts_with('\t') {
            "indent with blanks: YAML allows no tabs there"
        } else if reason.contains("cannot start any token") {
            "quote a value that begins with @, % or `"
        } else if reason.contains("expected ':'") {
            "write a key and its value as `key: value`, with a colon and a blank"
        } else {
            return None;
        };
        Some(advice.to_owned())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.excerpt)
    }
}

/// rustc's way of showing it.
fn render(
    name: &str,
    reason: &str,
    help: Option<&str>,
    place: Option<&Place<'_>>,
    is_secret: bool,
    names_key: bool,
) -> String {
    let title = Level::ERROR.primary_title(reason);
    let excerpt = place.and_then(|place| excerpt(place, is_secret, names_key));
    let mut group = match (place, &excerpt) {
        (Some(place), Some((line, word))) => title.element(
            Snippet::source(line)
                .line_start(place.line)
                .path(name)
                .annotation(AnnotationKind::Primary.span(word.clone())),
        ),
        (Some(place), None) => title.element(
            Origin::path(name)
                .line(place.line)
                .char_column(place.column),
        ),
        (None, _) => title.element(Origin::path(name)),
    };
    if let Some(help) = help {
        group = group.element(Level::HELP.message(help));
    }
    Renderer::plain().render(&[group])
}

/// The line as it may be shown, and where the word is in it; `None` if nothing would be seen there.
fn excerpt(place: &Place<'_>, is_secret: bool, names_key: bool) -> Option<(String, Range<usize>)> {
    let word = place.word.clone();
    if !is_secret {
        return Some((place.text.to_owned(), word));
    }
    let shown = masked(place.text, names_key.then(|| word.clone()));
    // Asterisks may be shorter than what they stand for; their count is the same.
    let before = place.text.get(..word.start)?.chars().count();
    let count = place.text.get(word)?.chars().count();
    let mut from = shown
        .char_indices()
        .map(|(at, _)| at)
        .chain([shown.len()])
        .skip(before);
    let start = from.next()?;
    let end = match count.checked_sub(1) {
        Some(more) => from.nth(more)?,
        None => start,
    };
    let is_masked = start < end && shown.get(start..end)?.chars().all(|c| c == '*');
    (!is_masked).then_some((shown, start..end))
}

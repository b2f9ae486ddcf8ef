//! What is wrong with a configuration file: where, an excerpt, and what to do. Not for finding it out.

use std::fmt;
use std::io;
use std::path::PathBuf;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::locate::{Step, locate};

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
    /// The file is wrong.
    #[error("{0}")]
    Wrong(Report),
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
        let (reason, help, place) = match self {
            Self::Yaml(error) => {
                let reason = without_place(&error.to_string());
                let place = error
                    .location()
                    .map(|location| (location.line(), location.column()));
                let place = place.or_else(|| repeated_key(text, &reason));
                (reason.clone(), suggestion(&reason), place)
            }
            Self::Value { path, reason, help } => (reason, help, locate(text, &path)),
        };
        let excerpt = render(text, name, &reason, help.as_deref(), place);
        ConfigError::Wrong(Report {
            reason,
            help,
            name: name.to_owned(),
            place,
            excerpt,
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.excerpt)
    }
}

/// rustc's way of showing it.
fn render(
    text: &str,
    name: &str,
    reason: &str,
    help: Option<&str>,
    place: Option<(usize, usize)>,
) -> String {
    let title = Level::ERROR.primary_title(reason);
    let masked = masked(text);
    let mut group = match place.and_then(|place| span(text, place)) {
        Some(span) => title.element(
            Snippet::source(&masked)
                .path(name)
                .annotation(AnnotationKind::Primary.span(span)),
        ),
        None => title.element(annotate_snippets::Origin::path(name)),
    };
    if let Some(help) = help {
        group = group.element(Level::HELP.message(help));
    }
    Renderer::plain().render(&[group])
}

/// The word at a place, as bytes.
fn span(text: &str, (line, column): (usize, usize)) -> Option<std::ops::Range<usize>> {
    let line_text = text.split('\n').nth(line.checked_sub(1)?)?;
    let before: usize = text
        .split_inclusive('\n')
        .take(line - 1)
        .map(str::len)
        .sum();
    let in_line = line_text
        .char_indices()
        .nth(column.checked_sub(1)?)
        .map_or(line_text.len(), |(at, _)| at);
    let rest = line_text.get(in_line..)?;
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '}' | ']' | ':');
    let length = rest.find(ends).unwrap_or(rest.len()).max(1).min(rest.len());
    Some(before + in_line..before + in_line + length)
}

/// The text with every password made of asterisks, byte for byte, so that places stay.
fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut value_is_on_next_line = false;
    for line in text.split_inclusive('\n') {
        let key = line.find("password").map(|at| at + "password".len());
        let value = key.and_then(|end| {
            let rest = line
                .get(end..)?
                .trim_start_matches(['"', '\''])
                .trim_start();
            let value = rest.strip_prefix(':')?;
            Some(line.len() - value.trim_start_matches(' ').len())
        });
        let start = match value {
            Some(start) => start,
            None if value_is_on_next_line => 0,
            None => line.len(),
        };
        let (before, value) = line.split_at_checked(start).unwrap_or((line, ""));
        value_is_on_next_line = start < line.len() && value.trim().is_empty();
        // In braces a value ends at a comma or a brace; else it goes to the end of the line.
        let ends: &[char] = if before.contains('{') {
            &[',', '}', '\n']
        } else {
            &['\n']
        };
        let length = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value
                .get(1..)
                .and_then(|rest| rest.find(quote))
                .map_or(value.trim_end().len(), |at| at + 2),
            _ => value.find(ends).unwrap_or(value.len()),
        };
        let (value, after) = value.split_at_checked(length).unwrap_or((value, ""));
        masked.push_str(before);
        masked.extend(std::iter::repeat_n('*', value.len()));
        masked.push_str(after);
    }
    masked
}

/// serde_yaml says the place at the end of its message; it is shown otherwise.
fn without_place(message: &str) -> String {
    match message.rfind(" at line ") {
        Some(at) => message.get(..at).unwrap_or(message).to_owned(),
        None => message.to_owned(),
    }
}

/// What was meant by an unknown word, if one of the known ones is like it.
fn suggestion(reason: &str) -> Option<String> {
    let quoted: Vec<&str> = reason.split('`').skip(1).step_by(2).collect();
    let (found, known) = quoted.split_first()?;
    if !(reason.contains("unknown field") || reason.contains("unknown variant")) {
        return None;
    }
    let likeness = |word: &str| strsim::jaro_winkler(word, found);
    let nearest = known
        .iter()
        .max_by(|one, other| likeness(one).total_cmp(&likeness(other)))?;
    (likeness(nearest) > 0.7).then(|| format!("did you mean `{nearest}`?"))
}

/// serde_yaml does not say where a key stands again: the last line that has it is near enough.
fn repeated_key(text: &str, reason: &str) -> Option<(usize, usize)> {
    let key = reason
        .split_once("duplicate field `")?
        .1
        .split('`')
        .next()?;
    let lines = text.lines().enumerate().filter_map(|(number, line)| {
        let column = line.rfind(&format!("{key}:"))?;
        Some((number + 1, line.get(..column)?.chars().count() + 1))
    });
    lines.last()
}

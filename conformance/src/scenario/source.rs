//! A YAML file: its name, its text, and its mistakes with place and excerpt. The only file that knows serde_yaml,
//! besides the searches of [`super::locate`].

use std::fmt;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::de::DeserializeOwned;
use serde_yaml::Value;

use super::locate::{Turn, counted, locate};
use crate::run::event::Location;

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name, as messages give it.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It cannot be read.
    #[error("{name} cannot be read: {source}")]
    Unreadable {
        /// The file.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// Something in it is wrong.
    #[error("{0}")]
    Wrong(Box<Mistake>),
}

/// A mistake and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where it is.
    pub location: Location,
    /// What is wrong, and what to do.
    pub message: String,
    /// The lines around it, marked; nothing if they must not be shown.
    excerpt: Option<String>,
}

impl Source {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, SourceError> {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Self { name, text }),
            Err(source) => Err(SourceError::Unreadable { name, source }),
        }
    }

    /// The file as a value. A key that stands twice is a mistake.
    pub fn value(&self) -> Result<Value, SourceError> {
        serde_yaml::from_str(&self.text).map_err(|error| self.yaml(&error))
    }

    /// The file as a `T`.
    pub fn typed<T: DeserializeOwned>(&self) -> Result<T, SourceError> {
        let value = self.value()?;
        self.typed_from(value)
    }

    /// The file as a `T`, from the value that it was read as.
    pub fn typed_from<T: DeserializeOwned>(&self, value: Value) -> Result<T, SourceError> {
        serde_yaml::from_value(value).map_err(|error| {
            // A value has no places, so the text is read again for the same mistake.
            match serde_yaml::from_str::<T>(&self.text) {
                Err(error) => self.yaml(&error),
                Ok(_) => self.yaml(&error),
            }
        })
    }

    /// The place of the value at `path`.
    pub fn location(&self, path: &[Turn]) -> Location {
        let (line, column) = locate(&self.text, path);
        self.place(line, column)
    }

    /// A mistake at the value that the keys of `path` lead to.
    pub fn wrong(&self, path: &[&str], message: &str) -> SourceError {
        let path: Vec<_> = path
            .iter()
            .map(|key| Turn::Key((*key).to_owned()))
            .collect();
        self.mistake(&path, message)
    }

    /// A mistake at the value at `path`.
    pub fn mistake(&self, path: &[Turn], message: &str) -> SourceError {
        SourceError::Wrong(Box::new(self.at(self.location(path), message)))
    }

    fn place(&self, line: usize, column: usize) -> Location {
        Location {
            file: self.name.clone(),
            line,
            column,
        }
    }

    fn yaml(&self, error: &serde_yaml::Error) -> SourceError {
        let (line, column) = error
            .location()
            .map_or((1, 1), |place| counted(&self.text, place.index()));
        let message = error.to_string();
        // The place is said apart.
        let message = match message.rsplit_once(" at line ") {
            Some((message, _)) => message,
            None => &message,
        };
        SourceError::Wrong(Box::new(self.at(self.place(line, column), message)))
    }

    fn at(&self, location: Location, message: &str) -> Mistake {
        // A value that runs over several lines may have taken in one with a password.
        let count = |text: &str| text.matches("password").count();
        let secret = self.is_secret(&location) || count(message) > count(&unquoted(message));
        let message = &if secret {
            unquoted(message)
        } else {
            message.to_owned()
        };
        let span = if secret { None } else { self.span(&location) };
        let excerpt = span.map(|span| {
            let snippet = Snippet::source(&self.text)
                .path(&self.name)
                .annotation(AnnotationKind::Primary.span(span));
            let report = [Level::ERROR.primary_title(message).element(snippet)];
            Renderer::plain().render(&report)
        });
        Mistake {
            location,
            message: message.to_owned(),
            excerpt,
        }
    }

    /// Whether the line may hold a password: it says so, or belongs to the accounts of a target, where the word may be
    /// misspelt.
    fn is_secret(&self, location: &Location) -> bool {
        let mut inside = false;
        for line in self.text.lines().take(location.line) {
            if !line.starts_with([' ', '\t', '#', '}', ']']) && !line.is_empty() {
                inside = line.starts_with("accounts");
            }
        }
        // A place behind the end is shown on the last line.
        let line = self.text.lines().take(location.line).last();
        inside || line.is_some_and(|line| line.contains("password") || line.contains("accounts:"))
    }

    /// The bytes from the place to the end of its line.
    fn span(&self, location: &Location) -> Option<Range<usize>> {
        let mut start = 0_usize;
        let mut lines = self.text.split_inclusive('\n');
        for _ in 1..location.line {
            start = start.saturating_add(lines.next()?.len());
        }
        let line = lines.next().unwrap_or_default();
        let end = start.saturating_add(line.trim_end().len());
        let before = line
            .char_indices()
            .nth(location.column.saturating_sub(1))
            .map_or(line.trim_end().len(), |(offset, _)| offset);
        let start = start.saturating_add(before).min(end);
        Some(start..end)
    }
}

/// A message without the text that it quotes.
fn unquoted(message: &str) -> String {
    match (message.find('"'), message.rfind('"')) {
        (Some(first), Some(last)) if first < last => {
            let before = message.get(..first).unwrap_or_default();
            let after = message.get(last.saturating_add(1)..).unwrap_or_default();
            format!("{before}…{after}")
        }
        _ => message.to_owned(),
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.excerpt {
            Some(excerpt) => f.write_str(excerpt),
            None => write!(f, "{}: {}", self.location, self.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{Source, SourceError};
    use crate::scenario::locate::Turn;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Row {
        #[expect(dead_code, reason = "only read")]
        count: u32,
    }

    fn source(text: &str) -> Source {
        Source {
            name: "a.yaml".to_owned(),
            text: text.to_owned(),
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = source(text).typed::<Row>().unwrap_err();
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_mistake_shows_its_place() {
        insta::assert_snapshot!(source("count: x\n").typed::<Row>().unwrap_err(), @r#"
        error: count: invalid type: string "x", expected u32
         --> a.yaml:1:8
          |
        1 | count: x
          |        ^
        "#);
        insta::assert_snapshot!(source("count: 1\ncount: 2\n").typed::<Row>().unwrap_err(), @r#"
        error: duplicate entry with key "count"
         --> a.yaml:1:1
          |
        1 | count: 1
          | ^^^^^^^^
        "#);
        insta::assert_snapshot!(source("count: 1\ncuont: 2\n").typed::<Row>().unwrap_err(), @"
        error: unknown field `cuont`, expected `count`
         --> a.yaml:2:1
          |
        2 | cuont: 2
          | ^^^^^^^^
        ");
        insta::assert_snapshot!(source("a: b: c\n").typed::<Row>().unwrap_err(), @"
        error: mapping values are not allowed in this context
         --> a.yaml:1:5
          |
        1 | a: b: c
          |     ^^^
        ");
        let path = [Turn::Key("count".to_owned())];
        insta::assert_snapshot!(source("{ x: 1, count: 2 }").mistake(&path, "too many"), @"
        error: too many
         --> a.yaml:1:16
          |
        1 | { x: 1, count: 2 }
          |                ^^^
        ");
    }

    #[test]
    fn lines_are_those_of_an_editor() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let SourceError::Wrong(mistake) = source(text).typed::<Row>().unwrap_err() else {
                panic!("it was read");
            };
            assert_eq!(mistake.location.to_string(), expected);
        }
        check("count: [", "a.yaml:1:9");
        check("# \u{2028}\u{2029}\u{85}\r \r\ncount: x", "a.yaml:2:8");
        check("\u{FEFF}# ї\ncount: x\n", "a.yaml:2:8");
    }

    #[test]
    fn a_line_with_a_password_is_not_shown() {
        check(
            "{ password: s3cret, count: x }",
            "a.yaml:1:3: unknown field `password`, expected `count`",
        );
        let path: Vec<_> = ["accounts", "main"]
            .into_iter()
            .map(|key| Turn::Key(key.to_owned()))
            .collect();
        let text = "url: x\naccounts:\n# ours\n  main:\n    passwort: s3cret\nurls: x\n";
        let mistake = source(text).mistake(&path, "no \"s3cret\" here");
        assert_eq!(mistake.to_string(), "a.yaml:5:5: no … here");
        // Nor by the lines of YAML, which are others.
        let text = "# \u{2028}\u{2029}\u{85}\r\naccounts:\n  main: s3cret\nurl: x\n";
        let mistake = source(text).wrong(&["accounts", "main"], "no \"s3cret\" here");
        assert_eq!(mistake.to_string(), "a.yaml:3:9: no … here");
        check(
            "'url: x\n password: s3cret\n '\n",
            "a.yaml:1:1: invalid type: string …, expected struct Row",
        );
        check(
            "{ accounts: { main: { password: s3cret } }\n",
            "a.yaml:2:1: did not find expected ',' or '}'",
        );
        let text = "url: x\naccounts:\n  main: s3cret\nurls: x\n";
        let mistake = source(text).wrong(&["urls"], "no \"x\" here");
        assert!(mistake.to_string().contains("4 | urls: x"), "{mistake}");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = Source::read(std::path::Path::new("nowhere/a.yaml")).unwrap_err();
        assert!(matches!(error, SourceError::Unreadable { .. }));
        assert!(
            error
                .to_string()
                .starts_with("nowhere/a.yaml cannot be read: ")
        );
    }
}

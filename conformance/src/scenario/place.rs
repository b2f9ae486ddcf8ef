//! Places in the texts of a scenario, and what is wrong there.

use std::fmt;

/// The most characters of a text that a message quotes.
const QUOTED: usize = 60;

/// A place in a text: that of the value in the YAML file, not of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Bytes of UTF-8 before it.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct Located<P> {
    /// Where.
    pub place: Place,
    /// What.
    pub problem: P,
}

impl Place {
    /// Where a text begins.
    pub const START: Self = Self {
        offset: 0,
        line: 1,
        column: 1,
    };

    /// The place behind `passed`, which stands here.
    #[must_use]
    pub fn after(mut self, passed: &str) -> Self {
        for character in passed.chars() {
            if character == '\n' {
                self.line = self.line.saturating_add(1);
                self.column = 1;
            } else {
                self.column = self.column.saturating_add(1);
            }
        }
        self.offset = self.offset.saturating_add(passed.len());
        self
    }

    /// Says that something is wrong here.
    pub fn with<P>(self, problem: P) -> Located<P> {
        Located {
            place: self,
            problem,
        }
    }
}

/// A text of one line has no line to name.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            1 => write!(f, "column {}", self.column),
            line => write!(f, "line {line}, column {}", self.column),
        }
    }
}

/// The beginning of a text, short enough for a message.
pub(super) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, excerpt};

    #[test]
    fn a_place_counts_characters_and_lines() {
        #[track_caller]
        fn check(passed: &str, offset: usize, expected: &str) {
            let place = Place::START.after(passed);
            assert_eq!(
                (place.offset, place.to_string().as_str()),
                (offset, expected)
            );
        }
        check("", 0, "column 1");
        check("ab", 2, "column 3");
        check("день", 8, "column 5");
        check("a\nbc", 4, "line 2, column 3");
        check("a\r\n\n", 4, "line 3, column 1");
    }

    #[test]
    fn a_long_text_is_quoted_in_part() {
        assert_eq!(excerpt(&"д".repeat(60)), "д".repeat(60));
        assert_eq!(excerpt(&"д".repeat(61)), format!("{}…", "д".repeat(60)));
    }
}

//! Goes through a text from left to right and knows where it is.

use super::place::{Place, excerpt};

/// A text, and how far it was read.
pub(super) struct Cursor<'t> {
    text: &'t str,
    here: Place,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let here = Place::START;
        Self { text, here }
    }

    /// Where it is.
    pub(super) fn here(&self) -> Place {
        self.here
    }

    /// What was not read yet.
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.here.offset..).unwrap_or_default()
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// What was read since `start`.
    pub(super) fn since(&self, start: Place) -> &'t str {
        let read = self.text.get(start.offset..self.here.offset);
        read.unwrap_or_default()
    }

    /// Goes on for so many bytes, which end between characters, and tells what they are.
    pub(super) fn pass(&mut self, bytes: usize) -> &'t str {
        let passed = self.rest().get(..bytes).unwrap_or_default();
        self.here = self.here.after(passed);
        passed
    }

    /// Goes on behind `token` if it stands here.
    pub(super) fn take(&mut self, token: &str) -> bool {
        let stands = self.rest().starts_with(token);
        if stands {
            self.pass(token.len());
        }
        stands
    }

    /// Goes on behind as many characters of this kind as stand here, and tells what they are.
    pub(super) fn run(&mut self, kind: fn(char) -> bool) -> &'t str {
        let length = length_of(self.rest(), kind);
        self.pass(length)
    }

    /// Goes on behind blanks and line ends.
    pub(super) fn skip_blanks(&mut self) {
        self.run(char::is_whitespace);
    }

    /// Goes on behind a text in quotes, and tells what is between them; a text that is not closed stays unread.
    pub(super) fn quoted(&mut self, quote: char) -> Option<&'t str> {
        let inside = self.rest().strip_prefix(quote)?;
        let length = inside.find(quote)?;
        self.pass(quote.len_utf8());
        let text = self.pass(length);
        self.pass(quote.len_utf8());
        Some(text)
    }

    /// What stands here, for a message: a whole word, another character, or the end.
    pub(super) fn found(&self) -> String {
        let rest = self.rest();
        let word = rest.get(..length_of(rest, is_word)).unwrap_or_default();
        match rest.chars().next() {
            None => "the end".to_owned(),
            Some(character) if word.is_empty() => format!("`{character}`"),
            Some(_) => format!("`{}`", excerpt(word)),
        }
    }
}

/// What words and names consist of.
pub(super) fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

fn length_of(text: &str, kind: fn(char) -> bool) -> usize {
    text.find(|character| !kind(character))
        .unwrap_or(text.len())
}

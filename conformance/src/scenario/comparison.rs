//! What one value of a reply must be: `2`, `> 0`, `SENT or DELIVERED`, `absent`.
//!
//! A comparison is read from a text in which every `${…}` has its value already. Blanks around its parts do not
//! count. A text that would mean something else stands in quotes, in which blanks count and `1.0` is not `1`.

use std::fmt;

use super::cursor::Cursor;
use super::date;
use super::decimal::{Decimal, is_canonical};
use super::place::{Located, excerpt};
use super::sign::Sign;
use crate::vocabulary::{CODES, CodeNumber};

/// What a value must be: one of several things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison(Vec<Alternative>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Alternative {
    Number(Sign, Decimal),
    /// Exactly this text.
    Text(String),
    /// Any other text than this.
    OtherText(String),
    Word(Word),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Absent,
    Present,
    Number,
    Date,
    Zero,
}

const WORDS: [(&str, Word); 5] = [
    ("absent", Word::Absent),
    ("present", Word::Present),
    ("number", Word::Number),
    ("date", Word::Date),
    ("zero", Word::Zero),
];

/// What is wrong in a comparison, and where.
pub type ComparisonError = Located<ComparisonProblem>;

/// What is wrong in a comparison.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComparisonProblem {
    /// Nothing stands behind a sign, or on a side of `or`.
    #[error("{0} stands where a number or a text is expected; write '' for an empty text")]
    Missing(String),
    /// A quote has no second one.
    #[error("the text that begins here is not closed with another {0}")]
    Quote(char),
    /// Something follows a text in quotes.
    #[error("{0} stands where `or` or the end is expected")]
    Surplus(String),
    /// Something else than a number stands behind a sign of order.
    #[error("{text:?} is no number; `{sign}` compares numbers")]
    Order {
        /// What stands there.
        text: String,
        /// The sign.
        sign: &'static str,
    },
    /// A word with a meaning of its own stands behind a sign.
    #[error("`{sign}` does not go with `{word}`; in quotes, '{word}' is a text")]
    Word {
        /// The word.
        word: &'static str,
        /// The sign.
        sign: &'static str,
    },
    /// A name that is no status code.
    #[error("{0:?} is no status; write a number or one of {names}", names = names())]
    Status(String),
    /// SEND_OK stands behind a sign of order.
    #[error("SEND_OK is every number above 0; `{0}` does not go with it")]
    Class(&'static str),
}

/// What texts without quotes may be.
#[derive(Clone, Copy)]
enum Vocabulary {
    AnyText,
    Codes,
}

impl Comparison {
    /// Reads what any value must be.
    pub fn parse(text: &str) -> Result<Self, ComparisonError> {
        Self::read(text, Vocabulary::AnyText)
    }

    /// Reads what `<status>` must be: the names of codes stand for their numbers, SEND_OK for all above 0.
    pub fn parse_status(text: &str) -> Result<Self, ComparisonError> {
        Self::read(text, Vocabulary::Codes)
    }

    /// Whether a value is as it must be. One that is not there is so only for `absent`.
    pub fn holds(&self, actual: Option<&str>) -> bool {
        self.0.iter().any(|alternative| alternative.holds(actual))
    }

    /// A value that is as it must be: the first of the likely ones that is, otherwise one that is found by the
    /// comparison. Nothing where nothing must be there.
    pub fn example(&self, likely: &[&str]) -> Option<String> {
        let fits = |text: &&str| self.holds(Some(text));
        if let Some(text) = likely.iter().copied().find(fits) {
            return Some(text.to_owned());
        }
        let mut found = self.0.iter().flat_map(Alternative::examples);
        found.find(|text| self.holds(Some(text)))
    }

    fn read(text: &str, vocabulary: Vocabulary) -> Result<Self, ComparisonError> {
        let mut cursor = Cursor::new(text);
        if text.is_empty() && matches!(vocabulary, Vocabulary::AnyText) {
            return Ok(Self(vec![Alternative::Text(String::new())]));
        }
        let mut alternatives = Vec::new();
        loop {
            alternatives.push(Alternative::read(&mut cursor, vocabulary)?);
            cursor.skip_blanks();
            if cursor.rest().is_empty() {
                return Ok(Self(alternatives));
            }
            if next_or(cursor.rest()) != Some(0) {
                return Err(wrong(&cursor, ComparisonProblem::Surplus));
            }
            cursor.take("or");
        }
    }
}

impl Alternative {
    fn read(cursor: &mut Cursor<'_>, vocabulary: Vocabulary) -> Result<Self, ComparisonError> {
        cursor.skip_blanks();
        let sign = Sign::take(cursor);
        cursor.skip_blanks();
        let place = cursor.here();
        if let Some(quote @ ('\'' | '"')) = cursor.peek() {
            let text = cursor.quoted(quote);
            let text = text.ok_or_else(|| place.with(ComparisonProblem::Quote(quote)))?;
            return Self::text(sign, text).map_err(|problem| place.with(problem));
        }
        let length = next_or(cursor.rest()).unwrap_or(cursor.rest().len());
        if length == 0 {
            return Err(wrong(cursor, ComparisonProblem::Missing));
        }
        let text = cursor.pass(length).trim_end();
        Self::plain(sign, text, vocabulary).map_err(|problem| place.with(problem))
    }

    /// What stands without quotes.
    fn plain(
        sign: Option<Sign>,
        text: &str,
        vocabulary: Vocabulary,
    ) -> Result<Self, ComparisonProblem> {
        if let Ok(number) = text.parse() {
            return Ok(Self::Number(sign.unwrap_or(Sign::Equal), number));
        }
        let word = WORDS.into_iter().find(|(word, _)| *word == text);
        match (word, sign) {
            (Some((_, word)), None) => return Ok(Self::Word(word)),
            (Some((word, _)), Some(sign)) => {
                let sign = sign.text();
                return Err(ComparisonProblem::Word { word, sign });
            }
            (None, _) => {}
        }
        match vocabulary {
            Vocabulary::AnyText => Self::text(sign, text),
            Vocabulary::Codes => Self::code(sign.unwrap_or(Sign::Equal), text),
        }
    }

    fn text(sign: Option<Sign>, text: &str) -> Result<Self, ComparisonProblem> {
        match sign {
            None | Some(Sign::Equal) => Ok(Self::Text(text.to_owned())),
            Some(Sign::Unequal) => Ok(Self::OtherText(text.to_owned())),
            Some(
                sign @ (Sign::Less | Sign::LessOrEqual | Sign::Greater | Sign::GreaterOrEqual),
            ) => {
                let text = excerpt(text);
                let sign = sign.text();
                Err(ComparisonProblem::Order { text, sign })
            }
        }
    }

    fn code(sign: Sign, name: &str) -> Result<Self, ComparisonProblem> {
        let code = CODES.iter().find(|code| code.name == name);
        let code = code.ok_or_else(|| ComparisonProblem::Status(excerpt(name)))?;
        match (code.number, sign) {
            (CodeNumber::Exactly(number), _) => Ok(Self::Number(sign, number.into())),
            (CodeNumber::Positive, Sign::Equal) => Ok(Self::Number(Sign::Greater, Decimal::ZERO)),
            (CodeNumber::Positive, Sign::Unequal) => {
                Ok(Self::Number(Sign::LessOrEqual, Decimal::ZERO))
            }
            (
                CodeNumber::Positive,
                Sign::Less | Sign::LessOrEqual | Sign::Greater | Sign::GreaterOrEqual,
            ) => Err(ComparisonProblem::Class(sign.text())),
        }
    }

    /// Values of which one is probably right.
    fn examples(&self) -> Vec<String> {
        match self {
            Self::Number(_, number) => {
                let one = Decimal::from(1_i64);
                let near = [Ok(*number), number.plus(one), number.minus(one)];
                let near = near.into_iter().flatten();
                near.map(|number| number.to_string()).collect()
            }
            Self::Text(text) => vec![text.clone()],
            Self::OtherText(text) => vec![format!("{text}x")],
            Self::Word(Word::Absent) => Vec::new(),
            Self::Word(Word::Present | Word::Number) => vec!["1".to_owned()],
            Self::Word(Word::Date) => vec!["2026-01-02 03:04:05".to_owned()],
            Self::Word(Word::Zero) => vec![date::ZERO.to_owned()],
        }
    }

    fn holds(&self, actual: Option<&str>) -> bool {
        let Some(actual) = actual else {
            return *self == Self::Word(Word::Absent);
        };
        match self {
            Self::Number(sign, number) => match actual.parse::<Decimal>() {
                Ok(actual) => sign.holds(actual.cmp(number)),
                Err(_) => *sign == Sign::Unequal,
            },
            Self::Text(text) => actual == text,
            Self::OtherText(text) => actual != text,
            Self::Word(Word::Absent) => false,
            Self::Word(Word::Present) => true,
            Self::Word(Word::Number) => is_canonical(actual),
            Self::Word(Word::Date) => date::is_date(actual),
            Self::Word(Word::Zero) => actual == date::ZERO,
        }
    }
}

/// In words, for a message.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, alternative) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(" or ")?;
            }
            alternative.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Alternative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(Sign::Equal, number) => number.fmt(f),
            Self::Number(sign, number) => write!(f, "{} {number}", sign.text()),
            Self::Text(text) => f.write_str(&quote(text)),
            Self::OtherText(text) => write!(f, "!= {}", quote(text)),
            Self::Word(Word::Absent) => f.write_str("absent"),
            Self::Word(Word::Present) => f.write_str("present"),
            Self::Word(Word::Number) => f.write_str("a number such as 0.682"),
            Self::Word(Word::Date) => f.write_str("a date such as 2026-01-02 03:04:05"),
            Self::Word(Word::Zero) => f.write_str(date::ZERO),
        }
    }
}

/// The text, in quotes if it would mean something else without them.
fn quote(text: &str) -> String {
    let plain = Comparison(vec![Alternative::Text(text.to_owned())]);
    if !text.is_empty() && Comparison::parse(text) == Ok(plain) {
        text.to_owned()
    } else if text.contains('\'') {
        format!("\"{text}\"")
    } else {
        format!("'{text}'")
    }
}

/// Where the next word `or` stands: behind a blank, in front of a blank or a quote.
fn next_or(text: &str) -> Option<usize> {
    let ends = |next: char| next.is_whitespace() || next == '\'' || next == '"';
    let is_alone = |at: usize| {
        let (before, from) = text.split_at_checked(at).unwrap_or_default();
        let behind = from.strip_prefix("or").unwrap_or_default();
        before.chars().next_back().is_none_or(char::is_whitespace)
            && behind.chars().next().is_none_or(ends)
    };
    let mut found = text.match_indices("or").map(|(at, _)| at);
    found.find(|at| is_alone(*at))
}

fn wrong(cursor: &Cursor<'_>, problem: fn(String) -> ComparisonProblem) -> ComparisonError {
    cursor.here().with(problem(cursor.found()))
}

/// The names of the status codes, for a message.
fn names() -> String {
    let names: Vec<_> = CODES.iter().map(|code| code.name).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests;

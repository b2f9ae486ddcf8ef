//! The words of a query, as they are looked for in what is shown of a message. Not for the looking.

use regex::{Regex, RegexBuilder};

use super::{Problem, Result};
use crate::gateway::status::Status;

/// The longest query, in characters, and the most words in it.
const LONGEST_QUERY: usize = 1_000;
const MOST_WORDS: usize = 20;

/// Words of which each is found in something that is shown of a message.
#[derive(Debug, Clone, Default)]
pub(super) struct Words(Vec<Word>);

/// One of them.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) pattern: Regex,
    /// Whether it could stand in a number.
    pub(super) is_of_number: bool,
    /// Whether it stands in one of the statuses.
    pub(super) is_of_status: bool,
}

impl Words {
    /// The words of a query, whatever their case.
    pub(super) fn read(query: &str) -> Result<Self> {
        if query.chars().count() > LONGEST_QUERY || query.split_whitespace().count() > MOST_WORDS {
            return Err(Problem::bad(format!(
                "query has at most {LONGEST_QUERY} characters and {MOST_WORDS} words"
            )));
        }
        let words = query.split_whitespace().map(Word::read);
        let words: std::result::Result<_, regex::Error> = words.collect();
        let words = words.map_err(|wrong| Problem::bad(format!("query: {wrong}")))?;
        Ok(Self(words))
    }

    /// Whether there are none, so that everything holds them.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Word> {
        self.0.iter()
    }
}

impl Word {
    fn read(word: &str) -> std::result::Result<Self, regex::Error> {
        // Who looks for елка means Ёлка, too.
        let mut pattern = regex::escape(word).replace(['е', 'ё', 'Е', 'Ё'], "[её]");
        // A number as people write it: +380 (50) 123-45-67.
        let digits: String = word.chars().filter(char::is_ascii_digit).collect();
        let is_sign = |sign| matches!(sign, '0'..='9' | '+' | '-' | '(' | ')');
        let is_of_number = !digits.is_empty() && word.chars().all(is_sign);
        if is_of_number && digits != word {
            pattern = format!("{pattern}|{digits}");
        }
        let pattern = RegexBuilder::new(&pattern).case_insensitive(true).build()?;
        // The `0` of one that waits is none: it would be in every number.
        let mut statuses = Status::ALL
            .iter()
            .filter(|status| **status != Status::Waiting);
        Ok(Self {
            is_of_status: statuses.any(|status| pattern.is_match(status.word())),
            is_of_number,
            pattern,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, shown: &str, fits: bool) {
        let words = Words::read(query).unwrap();
        let found = words.iter().all(|word| word.pattern.is_match(shown));
        assert_eq!(found, fits, "{query} in {shown}");
    }

    #[test]
    fn words_are_found_whatever_their_case_and_order() {
        let shown = "Ваш КОД: 4711 (a.b), счёт\nord-7\n380501234567\nShop\ndemo\nSENT\n";
        for query in [
            "",
            " ",
            "код",
            "4711 ваш",
            "SHOP ord",
            "sent",
            "a.b",
            "(a.b)",
            "demo ваш",
            "кОд СЧЁТ счет",
        ] {
            check(query, shown, true);
        }
        for query in ["axb", "код 4712", "ваш код:4711", "demosent", "Shop.*demo"] {
            check(query, shown, false);
        }
    }

    #[test]
    fn numbers_are_found_as_people_write_them() {
        let shown = "380501234567";
        for query in ["+380501234567", "+380 (50) 123-45-67", "1234567", "050-123"] {
            check(query, shown, true);
        }
        check("+3805012345678", shown, false);
        check("-", shown, false);
    }

    /// What is told before a message is looked at is right, or it would not be found.
    #[test]
    fn words_of_numbers_and_statuses_are_known() {
        for (word, is_of_number, is_of_status) in [
            ("380", true, false),
            ("+(38)-0", true, false),
            ("0", true, false),
            ("deliv", false, true),
            ("not_", false, true),
            ("-", false, false),
            ("x1", false, false),
        ] {
            let read = Word::read(word).unwrap();
            assert_eq!(
                (read.is_of_number, read.is_of_status),
                (is_of_number, is_of_status),
                "{word}"
            );
        }
    }

    #[test]
    fn a_query_has_a_bound() {
        assert!(Words::read(&"x".repeat(LONGEST_QUERY)).is_ok());
        assert!(Words::read(&"x".repeat(LONGEST_QUERY + 1)).is_err());
        assert!(Words::read(&"x ".repeat(MOST_WORDS + 1)).is_err());
    }
}

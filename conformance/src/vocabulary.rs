//! The words of the protocol: status codes of a reply and status words of a message.
//!
//! Written from the vendor's document; a test compares the tables with `fixtures/codes.yaml` and
//! `fixtures/statuses.yaml`, which the server is compared with too.

/// A status code that a reply can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The number, or the class of numbers.
    pub number: CodeNumber,
    /// The vendor's name.
    pub name: &'static str,
    /// What it means, for a person.
    pub meaning: &'static str,
}

/// The number of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeNumber {
    /// Exactly this.
    Exactly(i64),
    /// Anything greater than 0 (SEND-02).
    Positive,
}

/// A wrong login or password (AUTH-01).
pub const AUTH_FAILED: i64 = -1;

/// More than the balance pays for (SEND-04).
pub const NOT_ENOUGH_CREDITS: i64 = -3;

/// Nobody to send to (SEND-05).
pub const NO_RECIPIENTS: i64 = -4;

/// Every code: those of the vendor's document, then those of the extended revision (REPLY-07).
pub const CODES: &[Code] = &[
    code(AUTH_FAILED, "AUTH_FAILED", "wrong login or password"),
    code(-2, "XML_ERROR", "the XML is not in the right form"),
    code(
        NOT_ENOUGH_CREDITS,
        "NOT_ENOUGH_CREDITS",
        "not enough credits on the user's account",
    ),
    code(
        NO_RECIPIENTS,
        "NO_RECIPIENTS",
        "there is no valid recipient number",
    ),
    code(0, "OK", "the request is right"),
    Code {
        number: CodeNumber::Positive,
        name: "SEND_OK",
        meaning: "the number of messages sent: accepted recipients, not parts",
    },
    code(-5, "INVALID_TEXT", "the text is empty"),
    code(
        -7,
        "BAD_SENDER_NAME",
        "the sender is not one that may be used",
    ),
];

/// The code that `status` is, if it is one.
pub fn code_of(status: i64) -> Option<&'static Code> {
    CODES.iter().find(|code| match code.number {
        CodeNumber::Exactly(number) => number == status,
        CodeNumber::Positive => status > 0,
    })
}

const fn code(number: i64, name: &'static str, meaning: &'static str) -> Code {
    Code {
        number: CodeNumber::Exactly(number),
        name,
        meaning,
    }
}

/// A word that the attribute `status` of a row can hold (STATUS-04 to STATUS-06).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusWord {
    /// The word.
    pub word: &'static str,
    /// Whether a message that has it stays so for ever.
    pub stays: bool,
}

/// Every status word.
pub const STATUS_WORDS: &[StatusWord] = &[
    status("0", false),
    status("SENT", false),
    status("DELIVERED", true),
    status("NOT_DELIVERED", true),
    status("NOT_ALLOWED", true),
    status("INVALID_DESTINATION_ADDRESS", true),
    status("INVALID_SOURCE_ADDRESS", true),
    status("NOT_ENOUGH_CREDITS", true),
];

/// The entry of a status word, if it is one.
pub fn status_word(word: &str) -> Option<&'static StatusWord> {
    STATUS_WORDS.iter().find(|entry| entry.word == word)
}

const fn status(word: &'static str, stays: bool) -> StatusWord {
    StatusWord { word, stays }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_yaml::Value;

    use super::{CODES, CodeNumber, STATUS_WORDS, code_of, status_word};

    fn rows(file: &str) -> Vec<Value> {
        let path = format!("{}/../fixtures/{file}", env!("CARGO_MANIFEST_DIR"));
        serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    #[test]
    fn the_codes_are_those_of_the_fixtures() {
        let expected: BTreeSet<_> = rows("codes.yaml")
            .iter()
            .map(|row| {
                let number = match &row["code"] {
                    Value::String(word) => word.clone(),
                    number => number.as_i64().unwrap().to_string(),
                };
                let text = |field: &str| row[field].as_str().unwrap().to_owned();
                // The fixture writes sentences, the table fragments.
                let meaning = text("meaning").trim_end_matches('.').to_lowercase();
                (number, text("name"), meaning)
            })
            .collect();
        let ours: BTreeSet<_> = CODES
            .iter()
            .map(|code| {
                let number = match code.number {
                    CodeNumber::Exactly(number) => number.to_string(),
                    CodeNumber::Positive => "positive".to_owned(),
                };
                (number, code.name.to_owned(), code.meaning.to_lowercase())
            })
            .collect();
        assert_eq!(ours, expected);
    }

    #[test]
    fn the_status_words_are_those_of_the_fixtures() {
        let expected: BTreeSet<_> = rows("statuses.yaml")
            .iter()
            .map(|row| {
                (
                    row["word"].as_str().unwrap().to_owned(),
                    row["final"].as_bool().unwrap(),
                )
            })
            .collect();
        let ours: BTreeSet<_> = STATUS_WORDS
            .iter()
            .map(|entry| (entry.word.to_owned(), entry.stays))
            .collect();
        assert_eq!(ours, expected);
    }

    #[test]
    fn look_ups_know_what_is_not_there() {
        assert_eq!(code_of(17).unwrap().name, "SEND_OK");
        assert_eq!(code_of(-1).unwrap().name, "AUTH_FAILED");
        assert_eq!(code_of(-6), None);
        assert!(status_word("DELIVERED").unwrap().stays);
        assert_eq!(status_word("delivered"), None);
    }
}

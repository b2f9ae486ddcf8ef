//! The rules of numbers, senders and texts, row by row.

use serde_yaml::Value;

use super::{rows, text};
use crate::liar::lies::Tongue;
use crate::liar::number::Number;
use crate::liar::text::{Alphabet, Length, personalise};
use crate::liar::{money, sender};

#[track_caller]
fn check<T: std::fmt::Debug + PartialEq>(row: &Value, found: T, expected: T) {
    assert_eq!(found, expected, "{}", serde_yaml::to_string(row).unwrap());
}

#[test]
fn texts_have_the_length_of_the_table() {
    for row in rows("segments.yaml") {
        let repeat = row["repeat"].as_u64().unwrap_or(1);
        let then = row["then"].as_str().unwrap_or_default();
        let whole = text(&row, "text").repeat(repeat.try_into().unwrap()) + then;
        let number = |key: &str| row[key].as_u64().unwrap().try_into().unwrap();
        let expected = Length {
            alphabet: match text(&row, "encoding") {
                "gsm" => Alphabet::Gsm,
                "ucs2" => Alphabet::Ucs2,
                other => panic!("{other}"),
            },
            units: number("units"),
            parts: number("parts"),
        };
        check(&row, Length::of(&whole, Tongue::TRUE), expected);
    }
}

#[test]
fn numbers_are_read_as_the_table_says() {
    for row in rows("msisdns.yaml") {
        let expected = match (row["read"].as_str(), row["empty"].as_bool()) {
            (Some(digits), _) => Number::Valid(digits.to_owned()),
            (None, Some(true)) => Number::Empty,
            (None, _) => Number::Invalid,
        };
        check(
            &row,
            Number::read(text(&row, "written"), Tongue::TRUE),
            expected,
        );
    }
}

#[test]
fn senders_are_accepted_as_the_table_says() {
    for row in rows("senders.yaml") {
        let sender = text(&row, "sender");
        check(
            &row,
            sender::is_valid(Some(sender), Tongue::TRUE),
            row["valid"].as_bool().unwrap(),
        );
    }
    assert!(!sender::is_valid(None, Tongue::TRUE));
}

#[test]
fn texts_are_personalised_as_the_table_says() {
    for row in rows("personalisation.yaml") {
        let personal = personalise(
            text(&row, "template"),
            row["variables"].as_str(),
            Tongue::TRUE,
        );
        check(&row, personal.as_str(), text(&row, "text"));
    }
}

#[test]
fn the_longest_prefix_decides() {
    let price =
        |number| money::tariff(number, Tongue::TRUE).map(|price| price.decimal().to_string());
    assert_eq!(price("380501234567").as_deref(), Some("0.341"));
    assert_eq!(price("380991234567").as_deref(), Some("0.5"));
    assert_eq!(price("999000000001").as_deref(), Some("1"));
    assert_eq!(price("999000120001").as_deref(), Some("1.5"));
    assert_eq!(price("999000100001").as_deref(), Some("0.341"));
    assert_eq!(price("999000100003").as_deref(), Some("0.2235"));
    assert_eq!(price("999380990009").as_deref(), Some("1"));
    assert_eq!(price("210555000007"), None);
}

//! The functions of expressions that need nothing but their arguments.

use super::EvaluationProblem;
use crate::client::transport::percent_encode;
use crate::scenario::decimal::Decimal;
use crate::scenario::value::Value;

/// The most characters that a repeated text may have.
const MOST: usize = 2_000_000;

/// The text so many times.
pub(super) fn repeat(text: &str, times: Decimal) -> Result<Value, EvaluationProblem> {
    let times = times.count().ok_or(EvaluationProblem::Times)?;
    let characters = text.chars().count().checked_mul(times);
    if characters.is_some_and(|characters| characters <= MOST) {
        Ok(Value::Text(text.repeat(times)))
    } else {
        Err(EvaluationProblem::Long)
    }
}

/// A number as people write it, which SEND-06 reads: `999 (00) 000-00-01`.
pub(super) fn grouped(number: &str) -> Result<Value, EvaluationProblem> {
    let is_number =
        (7..=15).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err(EvaluationProblem::Grouped);
    }
    let (country, rest) = number.split_at(3);
    let (operator, mut rest) = rest.split_at(2);
    // Pairs are taken from the end while two or more digits stay in front of them.
    let mut groups = Vec::new();
    while rest.len() > 3 {
        let (front, pair) = rest.split_at(rest.len().saturating_sub(2));
        groups.insert(0, pair);
        rest = front;
    }
    groups.insert(0, rest);
    Ok(Value::Text(format!(
        "{country} ({operator}) {}",
        groups.join("-")
    )))
}

/// The bytes that are written as pairs of hexadecimal digits, with blanks between them or none.
pub(super) fn hex(digits: &str) -> Result<Value, EvaluationProblem> {
    let digit = |digit: &u8| char::from(*digit).to_digit(16).map(u8::try_from)?.ok();
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)?.checked_shl(4)? | digit(low)?),
        _ => None,
    };
    let pairs = digits
        .split_ascii_whitespace()
        .flat_map(|word| word.as_bytes().chunks(2));
    let bytes: Option<Vec<u8>> = pairs.map(pair).collect();
    bytes.map(Value::Bytes).ok_or(EvaluationProblem::Hex)
}

/// The text with small letters for capitals, and capitals for small letters.
pub(crate) fn other_case(text: &str) -> String {
    text.chars()
        .flat_map(|character| -> Vec<char> {
            if character.is_uppercase() {
                character.to_lowercase().collect()
            } else {
                character.to_uppercase().collect()
            }
        })
        .collect()
}

/// The text without its last character.
pub(crate) fn shortened(text: &str) -> String {
    let mut characters = text.chars();
    characters.next_back();
    characters.as_str().to_owned()
}

/// Percent-encoded as in a form; a text is taken in UTF-8.
pub(super) fn percent(value: &Value) -> Value {
    let encoded = match value {
        Value::Bytes(bytes) => percent_encode(bytes),
        Value::Text(text) | Value::Markup(text) => percent_encode(text.as_bytes()),
        Value::Number(number) => percent_encode(number.to_string().as_bytes()),
    };
    Value::Text(encoded.into_iter().map(char::from).collect())
}

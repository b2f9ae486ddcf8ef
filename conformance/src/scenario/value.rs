//! What a name in a scenario stands for.

use std::borrow::Cow;
use std::fmt;

use super::decimal::Decimal;

/// The value of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text, which is escaped where it is put into a document.
    Text(String),
    /// A number.
    Number(Decimal),
    /// Bytes that stay what they are, whatever the charset.
    Bytes(Vec<u8>),
    /// XML, which is put into a document as it is.
    Markup(String),
}

impl Value {
    /// The value as a text; markup is its source, and bytes have none.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) | Self::Markup(text) => Some(Cow::Borrowed(text)),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Bytes(_) => None,
        }
    }

    /// The value as a number: one, or a text that is written as one.
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
            Self::Bytes(_) | Self::Markup(_) => None,
        }
    }

    /// What kind of value it is, for messages, which never quote it: it may be a password.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(text) if text.is_empty() => "an empty text",
            Self::Text(_) if self.number().is_none() => "a text that is no number",
            Self::Text(_) | Self::Number(_) => "a number",
            Self::Bytes(_) => "bytes",
            Self::Markup(_) => "markup",
        }
    }
}

/// For people: bytes are shown as hexadecimal digits.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Markup(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Bytes(bytes) => {
                let pairs: Vec<_> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
                f.write_str(&pairs.join(" "))
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Decimal> for Value {
    fn from(number: Decimal) -> Self {
        Self::Number(number)
    }
}

#[cfg(test)]
mod tests {
    use super::Value;
    use crate::scenario::decimal::Decimal;

    #[test]
    fn each_kind_of_value_has_its_text_its_number_and_its_name() {
        #[track_caller]
        fn check(value: Value, text: Option<&str>, number: Option<&str>, kind: &str, shown: &str) {
            assert_eq!(value.text().as_deref(), text);
            assert_eq!(
                value.number().map(|number| number.to_string()).as_deref(),
                number
            );
            assert_eq!((value.kind(), value.to_string().as_str()), (kind, shown));
        }
        let (word, empty) = ("a text that is no number", "an empty text");
        check(Value::from("abc"), Some("abc"), None, word, "abc");
        check(Value::from("007"), Some("007"), None, word, "007");
        check(Value::from(""), Some(""), None, empty, "");
        check(
            Value::from("1.50".to_owned()),
            Some("1.50"),
            Some("1.5"),
            "a number",
            "1.50",
        );
        check(
            Value::from(Decimal::from(3_i64)),
            Some("3"),
            Some("3"),
            "a number",
            "3",
        );
        check(Value::Bytes(vec![0xFF, 0x0A]), None, None, "bytes", "FF 0A");
        check(
            Value::Markup("1".to_owned()),
            Some("1"),
            None,
            "markup",
            "1",
        );
    }
}

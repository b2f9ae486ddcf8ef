//! The notations that are ours: a recipient with its id and variables, an id to ask for, and a time with its unit.

use std::str::FromStr;
use std::time::Duration;

use crate::operation::Recipient;

/// Why a recipient cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither id=… nor vars=…; write NUMBER[,id=ID][,vars=A;B]")]
pub struct RecipientError(String);

impl FromStr for Recipient {
    type Err = RecipientError;

    fn from_str(text: &str) -> Result<Self, RecipientError> {
        let (number, mut rest) = split(text);
        let mut recipient = Self {
            number: number.to_owned(),
            id: None,
            variables: None,
        };
        while let Some(part) = rest {
            if let Some(variables) = part.strip_prefix("vars=") {
                recipient.variables = Some(variables.to_owned());
                break;
            }
            let (part, after) = split(part);
            let id = part
                .strip_prefix("id=")
                .ok_or_else(|| RecipientError(part.to_owned()))?;
            recipient.id = Some(id.to_owned());
            rest = after;
        }
        Ok(recipient)
    }
}

fn split(text: &str) -> (&str, Option<&str>) {
    text.split_once(',')
        .map_or((text, None), |(part, after)| (part, Some(after)))
}

/// An id to ask for. The empty one is no id (SEND-13), so there is nothing that it could ask for.
pub(super) fn message_id(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err(
            "an empty id is no id (SEND-13); write the one that `--to NUMBER,id=ID` gave the message"
                .to_owned(),
        );
    }
    Ok(text.to_owned())
}

/// A time such as `30s` or `500ms`.
pub(super) fn duration(text: &str) -> Result<Duration, crate::duration::DurationError> {
    crate::duration::parse(text)
}

#[cfg(test)]
mod tests {
    use super::{Recipient, message_id};

    #[test]
    fn a_recipient_is_a_number_and_perhaps_id_and_variables() {
        #[track_caller]
        fn check(text: &str, number: &str, id: Option<&str>, variables: Option<&str>) {
            let recipient: Recipient = text.parse().unwrap();
            assert_eq!(
                (
                    recipient.number.as_str(),
                    recipient.id.as_deref(),
                    recipient.variables.as_deref()
                ),
                (number, id, variables)
            );
        }
        check("380501234567", "380501234567", None, None);
        check("+1 (2),id=a", "+1 (2)", Some("a"), None);
        check(
            "1,vars=John; a car, or two;",
            "1",
            None,
            Some("John; a car, or two;"),
        );
        check("1,id=a:b,vars=", "1", Some("a:b"), Some(""));
        check("", "", None, None);
        check(",id=", "", Some(""), None);
    }

    #[test]
    fn other_recipients_ids_and_times_say_what_to_write() {
        let error = "1,name=x".parse::<Recipient>().unwrap_err().to_string();
        assert_eq!(
            error,
            "\"name=x\" is neither id=… nor vars=…; write NUMBER[,id=ID][,vars=A;B]"
        );
        assert!(message_id("").unwrap_err().contains("write the one"));
        assert_eq!(message_id("a"), Ok("a".to_owned()));
    }
}

//! A message as the model has it: what it may still become, and what has been seen of it.

use crate::reply::Row;
use crate::vocabulary::status_word;

/// What stands in a `<number>` (SEND-06, SEND-07).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// One that can be sent to.
    Valid,
    /// None.
    Invalid,
    /// Nothing: it is skipped.
    Blank,
}

impl Number {
    /// Reads a number as written: without blanks, dashes, brackets and one leading `+`, 7 to 15 digits that do not begin
    /// with 0 (SEND-06).
    pub fn of(written: &str) -> Self {
        let is_filler = |c: char| c.is_whitespace() || "-()".contains(c);
        if written.trim().is_empty() {
            return Self::Blank;
        }
        let bare = written.replace(is_filler, "");
        let digits = bare.strip_prefix('+').unwrap_or(&bare);
        let is_valid = (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if is_valid { Self::Valid } else { Self::Invalid }
    }
}

/// What a message may come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Anything: how a delivery ends is nobody's promise.
    Any,
    /// Nothing, for ever: test mode (MODE-02).
    Waits,
    /// INVALID_DESTINATION_ADDRESS (SEND-07).
    InvalidDestination,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Message {
    fate: Fate,
    seen: Standing,
}

/// How far a message has come: it never goes back, and what is final stays, dates included (STATUS-06).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Waiting,
    Sent,
    Final {
        status: String,
        sent: String,
        done: String,
    },
}

impl Message {
    /// A message of which nothing has been seen.
    pub fn new(fate: Fate) -> Self {
        Self {
            fate,
            seen: Standing::Waiting,
        }
    }

    /// Takes a row of a report, if the message may have come to that.
    pub fn see(&mut self, row: &Row) -> Result<(), String> {
        let word = status_word(&row.status)
            .ok_or_else(|| format!("the status {:?} of message {}", row.status, row.id))?;
        let standing = match word.word {
            "0" => Standing::Waiting,
            "SENT" => Standing::Sent,
            status => Standing::Final {
                status: status.to_owned(),
                sent: row.sent.clone(),
                done: row.done.clone(),
            },
        };
        let may_be = match self.fate {
            Fate::Any => true,
            Fate::Waits => standing == Standing::Waiting,
            Fate::InvalidDestination => {
                standing == Standing::Waiting || word.word == "INVALID_DESTINATION_ADDRESS"
            }
        };
        let is_onward = match (&self.seen, &standing) {
            (Standing::Final { .. }, now) => self.seen == *now,
            (Standing::Sent, Standing::Waiting) => false,
            (Standing::Waiting | Standing::Sent, _) => true,
        };
        if !may_be || !is_onward {
            return Err(format!(
                "message {} is {} ({}), after {:?}",
                row.id, row.status, row.done, self.seen
            ));
        }
        self.seen = standing;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::strategy::{Strategy as _, ValueTree as _};
    use proptest::test_runner::TestRunner;

    use super::{Fate, Message, Number};
    use crate::generate::number;
    use crate::reply::Row;

    #[test]
    fn numbers_are_read_as_they_are_generated() {
        let mut runner = TestRunner::deterministic();
        for _ in 0..2000 {
            let wrong = number::invalid().new_tree(&mut runner).unwrap().current();
            assert_eq!(Number::of(&wrong), Number::Invalid, "{wrong}");
        }
        for right in ["+999000000001", " (999)-000 0001", "9990000"] {
            assert_eq!(Number::of(right), Number::Valid, "{right}");
        }
        for blank in ["", "  \t\n "] {
            assert_eq!(Number::of(blank), Number::Blank, "{blank:?}");
        }
    }

    #[test]
    fn a_message_goes_on_and_stays_where_it_ends() {
        #[track_caller]
        fn check(fate: Fate, rows: &[(&str, &str)], holds: bool) {
            let mut message = Message::new(fate);
            let seen: Result<Vec<()>, String> = rows
                .iter()
                .map(|(status, done)| {
                    message.see(&Row {
                        id: "a".to_owned(),
                        sent: String::new(),
                        done: (*done).to_owned(),
                        status: (*status).to_owned(),
                    })
                })
                .collect();
            assert_eq!(seen.is_ok(), holds, "{seen:?}");
        }
        let end = ("DELIVERED", "1");
        check(Fate::Any, &[("0", ""), ("SENT", ""), end, end], true);
        check(Fate::Any, &[end], true);
        check(Fate::Any, &[("SENT", ""), ("0", "")], false);
        check(Fate::Any, &[end, ("SENT", "")], false);
        check(Fate::Any, &[end, ("DELIVERED", "2")], false);
        check(Fate::Any, &[end, ("NOT_DELIVERED", "1")], false);
        check(Fate::Any, &[("READ", "")], false);
        check(Fate::Waits, &[("0", ""), ("0", "")], true);
        check(Fate::Waits, &[("SENT", "")], false);
        let invalid = ("INVALID_DESTINATION_ADDRESS", "1");
        check(Fate::InvalidDestination, &[("0", ""), invalid], true);
        check(Fate::InvalidDestination, &[end], false);
    }
}

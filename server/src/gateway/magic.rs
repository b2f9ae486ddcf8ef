//! Magic numbers: under the unassigned country code 999 the number itself says what becomes of it.
//!
//! `999`, three digits that choose the outcome, then whatever makes the number unique: 999104000017 is the outcome
//! 104. Other numbers, and digits that stand for nothing, have no magic. A user's own scripts come first.

use std::num::NonZeroU32;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use super::code::Code;
use super::effect::Placed;
use super::msisdn::Msisdn;
use super::script::{Alternative, Outcome};
use super::status::Status;
use super::timeline::{Step, Timeline, Trigger};

/// One row of the table.
#[derive(Debug, Clone)]
pub struct Magic {
    /// The three digits after 999.
    pub digits: u16,
    /// What it is called, as a script would be.
    pub name: &'static str,
    /// What becomes of it, in words.
    pub what: &'static str,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// The country code that nobody has.
const COUNTRY: u64 = 999;

/// The magic of a number, if it has any.
pub fn of(msisdn: Msisdn) -> Option<&'static Magic> {
    let after = 10_u64.checked_pow(msisdn.digits().checked_sub(6)?)?;
    let leading = msisdn.get() / after;
    if leading / 1_000 != COUNTRY {
        return None;
    }
    TABLE
        .iter()
        .find(|magic| u64::from(magic.digits) == leading % 1_000)
}

/// Every row, in the order of their digits.
pub fn table() -> &'static [Magic] {
    &TABLE
}

static TABLE: LazyLock<Vec<Magic>> = LazyLock::new(|| {
    let refuse = |digits, name, what, code| Magic {
        digits,
        name,
        what,
        outcome: Outcome::Refuse(code),
    };
    vec![
        story(101, "waits", "0 for ever: never handed over", &[]),
        story(
            102,
            "stays-sent",
            "SENT after 1 s, and for ever: never final",
            &[(Status::Sent, seconds(1))],
        ),
        story(
            103,
            "delivered-at-once",
            "DELIVERED at once",
            &[(Status::Delivered, seconds(0))],
        ),
        story(
            104,
            "not-delivered",
            "SENT after 1 s, NOT_DELIVERED after 3 s",
            &[
                (Status::Sent, seconds(1)),
                (Status::NotDelivered, seconds(2)),
            ],
        ),
        story(
            105,
            "not-allowed",
            "NOT_ALLOWED at once: the operator is not served",
            &[(Status::NotAllowed, seconds(0))],
        ),
        story(
            106,
            "invalid-destination",
            "INVALID_DESTINATION_ADDRESS at once",
            &[(Status::InvalidDestinationAddress, seconds(0))],
        ),
        story(
            107,
            "invalid-source",
            "INVALID_SOURCE_ADDRESS at once",
            &[(Status::InvalidSourceAddress, seconds(0))],
        ),
        story(
            108,
            "message-unpaid",
            "NOT_ENOUGH_CREDITS at once, as the message's status",
            &[(Status::NotEnoughCredits, seconds(0))],
        ),
        story(
            201,
            "delivered-at-1st-poll",
            "DELIVERED at the first GETSTATUS",
            &[(Status::Delivered, polls(1))],
        ),
        story(
            202,
            "delivered-at-2nd-poll",
            "SENT at the first GETSTATUS, DELIVERED at the second",
            &[(Status::Sent, polls(1)), (Status::Delivered, polls(1))],
        ),
        story(
            203,
            "not-delivered-at-3rd-poll",
            "SENT at once, NOT_DELIVERED at the third GETSTATUS",
            &[(Status::Sent, seconds(0)), (Status::NotDelivered, polls(3))],
        ),
        story(
            204,
            "slow",
            "SENT after 30 s, DELIVERED after 10 minutes",
            &[
                (Status::Sent, seconds(30)),
                (Status::Delivered, seconds(570)),
            ],
        ),
        story(
            205,
            "slow-failure",
            "SENT after 30 s, NOT_DELIVERED after 24 hours",
            &[
                (Status::Sent, seconds(30)),
                (Status::NotDelivered, seconds(24 * 60 * 60 - 30)),
            ],
        ),
        story(
            206,
            "by-hand",
            "SENT after 1 s, then DELIVERED when somebody moves it",
            &[
                (Status::Sent, seconds(1)),
                (Status::Delivered, Trigger::Manual),
            ],
        ),
        refuse(
            401,
            "auth-failed",
            "SEND answers -1 AUTH_FAILED",
            Code::AuthFailed,
        ),
        refuse(
            402,
            "xml-error",
            "SEND answers -2 XML_ERROR",
            Code::XmlError,
        ),
        refuse(
            403,
            "not-enough-credits",
            "SEND answers -3 NOT_ENOUGH_CREDITS",
            Code::NotEnoughCredits,
        ),
        refuse(
            404,
            "no-recipients",
            "SEND answers -4 NO_RECIPIENTS",
            Code::NoRecipients,
        ),
        refuse(
            405,
            "invalid-text",
            "SEND answers -5 INVALID_TEXT (extended revision)",
            Code::InvalidText,
        ),
        refuse(
            407,
            "bad-sender-name",
            "SEND answers -7 BAD_SENDER_NAME (extended revision)",
            Code::BadSenderName,
        ),
        Magic {
            digits: 501,
            name: "lost-reply",
            what: "SEND is accepted and charged, then the connection closes without a reply",
            outcome: Outcome::Lose(Placed::After),
        },
        Magic {
            digits: 502,
            name: "lost-request",
            what: "the connection closes without a reply, and nothing is charged",
            outcome: Outcome::Lose(Placed::Before),
        },
    ]
});

fn story(
    digits: u16,
    name: &'static str,
    what: &'static str,
    steps: &[(Status, Trigger)],
) -> Magic {
    let steps: Vec<Step> = steps
        .iter()
        .map(|(status, trigger)| Step {
            status: *status,
            trigger: *trigger,
        })
        .collect();
    #[expect(clippy::expect_used, reason = "a test reads the whole table")]
    let timeline = Arc::new(Timeline::new(steps).expect("a story that goes forward"));
    Magic {
        digits,
        name,
        what,
        outcome: Outcome::Deliver(vec![Alternative {
            weight: 1,
            timeline,
        }]),
    }
}

const fn seconds(count: u64) -> Trigger {
    Trigger::After(Duration::from_secs(count))
}

const fn polls(count: u32) -> Trigger {
    // Zero polls would be no wait.
    match NonZeroU32::new(count) {
        Some(count) => Trigger::Polls(count),
        None => Trigger::After(Duration::ZERO),
    }
}

#[cfg(test)]
mod tests {
    use super::super::msisdn::Written;
    use super::*;

    #[track_caller]
    fn check(number: &str, expected: Option<&str>) {
        let Written::Number { msisdn, .. } = Msisdn::read(number) else {
            panic!("{number}")
        };
        assert_eq!(of(msisdn).map(|magic| magic.name), expected, "{number}");
    }

    #[test]
    fn the_number_says_it() {
        check("999104000001", Some("not-delivered"));
        check("9991040", Some("not-delivered"));
        check("999104000000001", Some("not-delivered"));
        check("999000000001", None);
        check("380104000001", None);
        check("99910400", Some("not-delivered"));
        check("1999104", None);
    }

    #[test]
    fn digits_and_names_are_unique_and_in_order() {
        assert!(
            table()
                .windows(2)
                .all(|pair| pair[0].digits < pair[1].digits)
        );
        let names: std::collections::BTreeSet<_> = table().iter().map(|magic| magic.name).collect();
        assert_eq!(names.len(), table().len());
    }
}

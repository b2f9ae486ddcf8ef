//! Steps that many properties take.

use crate::generate::id::Id;
use crate::generate::message::Mailing;
use crate::generate::template::literal;
use crate::scenario::mentions::Share;
use crate::scenario::model::{Expect, Question, Row, Step};
use crate::scenario::template::Template;

/// Every code of the documented revision (`fixtures/codes.yaml`), or none at all, as in a report.
pub const ANY_STATUS: &str = "0 or SEND_OK or -1 or -2 or -3 or -4 or absent";

/// The same of the extended revision (REPLY-07).
pub const ANY_EXTENDED_STATUS: &str = "0 or SEND_OK or -1 or -2 or -3 or -4 or -5 or -7 or absent";

/// Every word of STATUS-12.
pub const ANY_WORD: &str = "0 or SENT or DELIVERED or NOT_DELIVERED or NOT_ALLOWED or \
    INVALID_DESTINATION_ADDRESS or INVALID_SOURCE_ADDRESS or NOT_ENOUGH_CREDITS";

/// BALANCE, answered (BALANCE-01).
pub fn balance(name: &str) -> Step {
    Step {
        name: Some(name.to_owned()),
        ask: Some(Question::Balance),
        expect: Some(Expect {
            credits: Some(literal("number")),
            ..status("0")
        }),
        ..Step::default()
    }
}

/// BALANCE, which must be what it was before.
pub fn balance_as(before: &str) -> Step {
    Step {
        ask: Some(Question::Balance),
        expect: Some(Expect {
            same_as: Some(before.to_owned()),
            ..status("0")
        }),
        ..Step::default()
    }
}

/// GETPRICE, answered (PRICE-01).
pub fn price(name: &str, mailing: &Mailing) -> Step {
    Step {
        name: Some(name.to_owned()),
        price: Some(mailing.message()),
        expect: Some(Expect {
            credits: Some(literal("number")),
            ..status("0")
        }),
        ..Step::default()
    }
}

/// SEND, accepted for all valid numbers (SEND-02).
pub fn send(name: &str, mailing: &Mailing) -> Step {
    Step {
        name: Some(name.to_owned()),
        send: Some(mailing.message()),
        expect: Some(Expect {
            credits: Some(literal("number")),
            ..status(&mailing.valid().to_string())
        }),
        ..Step::default()
    }
}

/// GETSTATUS for ids of which nothing is known.
pub fn no_rows(ids: impl IntoIterator<Item = Template>) -> Step {
    Step {
        status: Some(ids.into_iter().collect()),
        expect: Some(Expect {
            root: Some(literal("deliveryreport")),
            count: Some(literal("0")),
            ..Expect::default()
        }),
        ..Step::default()
    }
}

/// A reply with this status, in HTTP 200.
pub fn status(comparison: &str) -> Expect {
    Expect {
        status: Some(literal(comparison)),
        http: Some(literal("200")),
        ..Expect::default()
    }
}

/// A reply that refuses: this status, no credits (REPLY-04), in the layout of REPLY-02.
pub fn refused(comparison: &str) -> Expect {
    Expect {
        credits: Some(literal("0")),
        root: Some(literal("RESPONSE")),
        layout: true,
        ..status(comparison)
    }
}

/// A row with this id, any word of the table, and dates that are dates (STATUS-01, STATUS-07, STATUS-12).
pub fn any_row(id: &Id) -> Row {
    Row {
        id: Some(id.expected()),
        status: Some(literal(ANY_WORD)),
        sentdate: Some(literal("date or zero")),
        donedate: Some(literal("date or zero")),
    }
}

/// A report of these rows, all of them, in order.
pub fn rows(rows: Vec<Row>) -> Expect {
    Expect {
        root: Some(literal("deliveryreport")),
        rows: Some(rows),
        http: Some(literal("200")),
        ..Expect::default()
    }
}

/// The step with this relation.
#[must_use]
pub fn with_relation(mut step: Step, relation: String) -> Step {
    step.relations.push(relation);
    step
}

/// The account main, shared with others.
pub fn shared() -> Vec<(&'static str, Share)> {
    vec![("main", Share::Shared)]
}

/// The account main, for one case alone: balances are compared.
pub fn alone() -> Vec<(&'static str, Share)> {
    vec![("main", Share::Alone)]
}

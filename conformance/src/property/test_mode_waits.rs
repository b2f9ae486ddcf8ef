//! In test mode a mailing is answered as ever, and its messages wait for ever.

use proptest::prelude::{BoxedStrategy, Strategy};
use proptest::prop_oneof;

use super::steps::{price, rows, send, with_relation};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::how;
use crate::generate::id::Id;
use crate::generate::message::{self, Mailing, To};
use crate::generate::number::Number;
use crate::generate::template::literal;
use crate::scenario::mentions::Share;
use crate::scenario::model::{Row, Step};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "test-mode-waits",
    requirement: "In test mode SEND answers as in real mode, and messages to valid numbers stay 0, with zero dates.",
    clauses: &["MODE-02", "STATUS-04", "PRICE-02", "SEND-07"],
    class: Class::Valid,
    obstacle: obstacle::tests,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    // Cheap, since the account may be charged.
    let to = message::crowd(message::to_valid(facts.recipients), message::Crowd::Few);
    let few = to.prop_map(|to| Mailing::new("a".to_owned(), to));
    let mixed = message::mixed(facts.recipients);
    (prop_oneof![few, mixed], how::any(), how::any())
        .prop_map(|(mailing, sent, asked)| {
            let mailing = mailing.with_ids();
            let size = mailing.to.len();
            Generated {
                steps: steps(&mailing, &sent, &asked).to_vec(),
                accounts: vec![("test_mode", Share::Shared)],
                size,
            }
        })
        .boxed()
}

fn steps(mailing: &Mailing, sent: &how::How, asked: &how::How) -> [Step; 3] {
    let ids = mailing.to.iter().filter_map(|to| to.id.as_ref());
    let status = Step {
        status: Some(ids.map(Id::template).collect()),
        until: Some(rows(mailing.to.iter().filter_map(row).collect())),
        ..Step::default()
    };
    let relation = "asked.credits = sent.credits".to_owned();
    let steps = [
        price("asked", mailing),
        sent.of(with_relation(send("sent", mailing), relation)),
        asked.of(status),
    ];
    steps.map(|step| Step {
        account: Some("test_mode".to_owned()),
        ..step
    })
}

/// What is told of a recipient; nothing of a number that is none at all.
fn row(to: &To) -> Option<Row> {
    let id = to.id.as_ref()?;
    let row = |status: &str, date: &str| Row {
        id: Some(id.expected()),
        status: Some(literal(status)),
        sentdate: Some(literal(date)),
        donedate: Some(literal(date)),
    };
    match to.number {
        Number::Valid(_) => Some(row("0", "zero")),
        Number::Invalid(_) => Some(row("INVALID_DESTINATION_ADDRESS", "date")),
        Number::Blank(_) => None,
    }
}

//! A wrong sender is charged and told of at the end, or refused in the extended revision.

use proptest::prelude::{BoxedStrategy, Strategy};

use super::steps::{alone, balance, balance_as, price, refused, rows, send, with_relation};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::how::{self, How};
use crate::generate::id::Id;
use crate::generate::message::{self, Mailing};
use crate::generate::template::literal;
use crate::generate::{sender, text};
use crate::scenario::model::{Revision, Row, Step};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "wrong-senders-are-told",
    requirement: "A message from a wrong sender is charged and ends as INVALID_SOURCE_ADDRESS; in the extended revision it is BAD_SENDER_NAME.",
    clauses: &["SEND-10", "SEND-09", "SEND-03", "STATUS-06"],
    class: Class::Semantic,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let revision = facts.revision;
    (
        sender::wrong(),
        text::plain(),
        message::to_valid(facts.recipients),
        how::any(),
    )
        .prop_map(move |(sender, text, to, how)| {
            let mailing = Mailing {
                sender: Some(sender),
                ..Mailing::new(text, vec![to]).with_ids()
            };
            Generated {
                steps: match revision {
                    Revision::Documented => charged(&mailing, &how),
                    Revision::Extended => refused_for_it(&mailing, &how),
                },
                accounts: alone(),
                size: 1,
            }
        })
        .boxed()
}

fn charged(mailing: &Mailing, how: &How) -> Vec<Step> {
    let id = Id::numbered(1);
    let row = Row {
        id: Some(id.expected()),
        status: Some(literal("INVALID_SOURCE_ADDRESS")),
        sentdate: Some(literal("date")),
        donedate: Some(literal("date")),
    };
    vec![
        balance("before"),
        price("asked", mailing),
        with_relation(
            how.of(send("sent", mailing)),
            "asked.credits = sent.credits".to_owned(),
        ),
        with_relation(
            balance("after"),
            "before.credits - after.credits = sent.credits".to_owned(),
        ),
        Step {
            status: Some(vec![id.template()]),
            until: Some(rows(vec![row])),
            ..Step::default()
        },
    ]
}

fn refused_for_it(mailing: &Mailing, how: &How) -> Vec<Step> {
    let sent = Step {
        send: Some(mailing.message()),
        expect: Some(refused("-7")),
        ..Step::default()
    };
    vec![balance("before"), how.of(sent), balance_as("before")]
}

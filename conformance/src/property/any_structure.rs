//! Whatever the structure of a document, there is one reply, and it is one of the table.

use proptest::prelude::{BoxedStrategy, Strategy};
use proptest::sample::select;

use super::steps::{ANY_EXTENDED_STATUS, ANY_STATUS, shared, status};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::damage::{Where, damage};
use crate::generate::id::Id;
use crate::generate::template::literal;
use crate::generate::{how, message, tree};
use crate::scenario::model::{Expect, Revision, Step};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "any-structure-one-reply",
    requirement: "Whatever elements a well-formed document has, it gets one reply of the table, in HTTP 200 and in the usual layout.",
    clauses: &[
        "REPLY-01",
        "REPLY-02",
        "REPLY-03",
        "REPLY-08",
        "XML-07",
        "XML-09",
        "OP-02",
        "SEND-11",
        "STATUS-09",
    ],
    class: Class::Structural,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let any = match facts.revision {
        Revision::Documented => ANY_STATUS,
        Revision::Extended => ANY_EXTENDED_STATUS,
    };
    let operations = ["BALANCE", "SEND", "GETPRICE", "GETSTATUS", "CREDITPRICE"];
    let mailing = message::mixed(facts.recipients).prop_map(message::Mailing::with_ids);
    (
        select(operations.to_vec()),
        mailing,
        damage(Where::Anywhere),
        how::any(),
    )
        .prop_map(move |(operation, mailing, damage, how)| {
            let size = mailing.to.len();
            let mut body = tree::mailing(&mailing);
            body.push(tree::statistics([Id::numbered(1).template()]));
            let document = damage.of(&tree::document(operation, body), Where::Anywhere);
            let step = Step {
                tree: Some(document),
                expect: Some(Expect {
                    root: Some(literal("RESPONSE or deliveryreport")),
                    layout: true,
                    ..status(any)
                }),
                ..Step::default()
            };
            Generated {
                steps: vec![how.of(step)],
                accounts: shared(),
                size,
            }
        })
        .boxed()
}

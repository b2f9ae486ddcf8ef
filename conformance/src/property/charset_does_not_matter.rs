//! What is said in one charset is known in another.

use proptest::prelude::{BoxedStrategy, Strategy};

use super::steps::{any_row, price, rows, send, shared};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::id::Id;
use crate::generate::message::{self, Mailing, To};
use crate::generate::{how, text};
use crate::scenario::model::{Expect, Step};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "charset-does-not-matter",
    requirement: "A document says the same in every charset: the price of a text, and the ids of its messages.",
    clauses: &["XML-04", "SEND-12", "STATUS-01", "MONEY-02"],
    class: Class::Equivalent,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let suffix = "[a-zа-яЁЇєґé中😀]{0,8}";
    let to = message::to_valid(facts.recipients);
    (
        text::any(),
        suffix,
        to,
        how::charset(),
        how::charset(),
        how::charset(),
    )
        .prop_map(|(text, suffix, to, first, second, third)| {
            let id = Id { number: 1, suffix };
            let to = To {
                id: Some(id.clone()),
                ..to
            };
            let size = text.len();
            let mailing = Mailing::new(text, vec![to]);
            let same = Step {
                expect: Some(Expect {
                    same_as: Some("asked".to_owned()),
                    ..Expect::default()
                }),
                ..price("again", &mailing)
            };
            let status = Step {
                status: Some(vec![id.template()]),
                expect: Some(rows(vec![any_row(&id)])),
                ..Step::default()
            };
            Generated {
                steps: vec![
                    first.of(price("asked", &mailing)),
                    second.of(same),
                    second.of(send("sent", &mailing)),
                    third.of(status),
                ],
                accounts: shared(),
                size,
            }
        })
        .boxed()
}

//! Without a valid number nothing is sent, whatever stands there instead.

use proptest::prelude::{BoxedStrategy, Strategy};

use super::steps::{no_rows, refused, shared};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::id::Id;
use crate::generate::{how, message};
use crate::scenario::model::Step;

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "no-valid-number-no-recipients",
    requirement: "A mailing without a valid number is NO_RECIPIENTS, for SEND and GETPRICE, and leaves no message behind.",
    clauses: &[
        "SEND-05",
        "PRICE-02",
        "SEND-06",
        "SEND-07",
        "REPLY-04",
        "STATUS-03",
    ],
    class: Class::Semantic,
    obstacle: obstacle::asks,
    strategy,
};

fn strategy(_: &Facts) -> BoxedStrategy<Generated> {
    (message::to_nobody(), how::any(), how::any())
        .prop_map(|(mailing, sent, asked)| {
            let mailing = mailing.with_ids();
            let size = mailing.to.len();
            let ids = (1..=size).map(|number| Id::numbered(number).template());
            let send = Step {
                send: Some(mailing.message()),
                expect: Some(refused("NO_RECIPIENTS")),
                ..Step::default()
            };
            let price = Step {
                price: Some(mailing.message()),
                expect: Some(refused("NO_RECIPIENTS")),
                ..Step::default()
            };
            Generated {
                steps: vec![sent.of(send), asked.of(price), no_rows(ids)],
                accounts: shared(),
                size,
            }
        })
        .boxed()
}

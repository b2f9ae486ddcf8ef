//! A mailing that costs more than there is costs nothing.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Strategy};
use proptest::prop_oneof;

use super::steps::{balance, balance_as, no_rows, price, refused};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::id::Id;
use crate::generate::message::{Mailing, To};
use crate::generate::number::{self, Number};
use crate::generate::{how, text};
use crate::scenario::mentions::Share;
use crate::scenario::model::Step;

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "not-enough-credits-costs-nothing",
    requirement: "A mailing that costs more than the balance is NOT_ENOUGH_CREDITS and costs nothing; its price can be asked.",
    clauses: &["SEND-04", "MONEY-04", "PRICE-02", "SEND-07", "REPLY-04"],
    class: Class::Semantic,
    obstacle: obstacle::refuses_the_poor,
    strategy,
};

fn strategy(_: &Facts) -> BoxedStrategy<Generated> {
    // The account can pay for one part to the first number, but not for two: of one message, or of several.
    let several = (text::of_several_parts(), vec(number::valid(1), 1..4));
    let many = (text::any(), vec(number::valid(1), 2..12));
    (prop_oneof![several, many], how::any())
        .prop_map(|((text, numbers), how)| {
            let to = numbers.into_iter().map(|number| To {
                number: Number::Valid(number),
                id: None,
                variables: None,
            });
            let mailing = Mailing::new(text, to.collect()).with_ids();
            let size = mailing.to.len();
            let ids = (1..=size).map(|number| Id::numbered(number).template());
            let sent = Step {
                send: Some(mailing.message()),
                expect: Some(refused("NOT_ENOUGH_CREDITS")),
                ..Step::default()
            };
            let steps = [
                balance("before"),
                how.of(price("asked", &mailing)),
                how.of(sent),
                balance_as("before"),
                no_rows(ids),
            ];
            let poor = steps.map(|step| Step {
                account: Some("poor".to_owned()),
                ..step
            });
            Generated {
                steps: poor.to_vec(),
                accounts: vec![("poor", Share::Alone)],
                size,
            }
        })
        .boxed()
}

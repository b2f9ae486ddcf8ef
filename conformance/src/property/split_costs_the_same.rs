//! A list of recipients costs what its halves cost.

use proptest::prelude::{BoxedStrategy, Strategy, any};
use proptest::prop_oneof;
use proptest::sample::Index;

use super::steps::{price, shared, with_relation};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::how;
use crate::generate::message::{self, Mailing, To};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "split-costs-the-same",
    requirement: "A mailing costs what two mailings to its halves cost together.",
    clauses: &["PRICE-01", "SEND-14", "MONEY-01", "MONEY-03", "VARS-03"],
    class: Class::Valid,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let first = prop_oneof![
        4 => message::valid(facts.recipients),
        1 => message::valid_crowd(facts.recipients),
    ];
    (
        first,
        message::to_valid(facts.recipients),
        any::<Index>(),
        how::any(),
    )
        .prop_map(|(mut whole, second, place, how)| {
            // Each half has somebody in it.
            whole.to.push(second);
            let place = place
                .index(whole.to.len().saturating_sub(1))
                .saturating_add(1);
            let (left, right) = whole.to.split_at_checked(place).unwrap_or_default();
            let half = |to: &[To]| Mailing::new(whole.text.clone(), to.to_vec());
            let together = with_relation(
                how.of(price("together", &whole)),
                "together.credits = left.credits + right.credits".to_owned(),
            );
            Generated {
                steps: vec![
                    price("left", &half(left)),
                    price("right", &half(right)),
                    together,
                ],
                accounts: shared(),
                size: whole.to.len(),
            }
        })
        .boxed()
}

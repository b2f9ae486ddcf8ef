//! The same list twice costs twice as much, in any order.

use proptest::prelude::{BoxedStrategy, Strategy};

use super::steps::{price, shared, with_relation};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::how;
use crate::generate::message::{self, Mailing};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "twice-costs-twice",
    requirement: "A list with every recipient twice costs twice as much, and its order does not matter.",
    clauses: &["SEND-08", "PRICE-01", "MONEY-01", "MONEY-03"],
    class: Class::Valid,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    (message::valid(facts.recipients), how::any())
        .prop_map(|(once, how)| {
            let reversed = once.to.iter().rev().cloned();
            let to = once.to.iter().cloned().chain(reversed).collect();
            let twice = Mailing::new(once.text.clone(), to);
            let twice = with_relation(
                how.of(price("twice", &twice)),
                "twice.credits = 2 * once.credits".to_owned(),
            );
            Generated {
                steps: vec![price("once", &once), twice],
                accounts: shared(),
                size: once.to.len(),
            }
        })
        .boxed()
}

//! Any sequence of operations, of several accounts and at the same time, is one that the model could have answered.

use proptest::prelude::{BoxedStrategy, Strategy};

use super::{Class, Facts, Generated, Property, obstacle};
use crate::history::{steps, transition};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "histories-are-explained",
    requirement: "Whatever several accounts do, one after the other and at the same time, some order of it explains every reply.",
    clauses: &[
        "MONEY-03",
        "SEND-02",
        "SEND-03",
        "SEND-04",
        "SEND-05",
        "SEND-07",
        "SEND-12",
        "SEND-13",
        "MONEY-04",
        "MODE-01",
        "MODE-02",
        "PRICE-01",
        "PRICE-02",
        "BALANCE-01",
        "CREDIT-01",
        "STATUS-01",
        "STATUS-02",
        "STATUS-03",
        "STATUS-06",
        "AUTH-01",
    ],
    class: Class::History,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    transition::sequences(facts)
        .prop_map(|transitions| steps::generated(&transitions))
        .boxed()
}

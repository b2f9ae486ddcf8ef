//! The price is the sum of parts times tariff, where the tariffs are known.

use proptest::prelude::{BoxedStrategy, Strategy};

use super::steps::{price, shared, with_relation};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::how;
use crate::generate::message::{self, Mailing, To};
use crate::generate::number::Number;

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "tariffs-make-the-price",
    requirement: "GETPRICE is the sum, over all recipients, of the tariff times the parts of the text.",
    clauses: &["MONEY-01", "MONEY-02", "PRICE-01", "VARS-03"],
    class: Class::Valid,
    obstacle: obstacle::knows_tariffs,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    (message::valid(facts.recipients), how::any())
        .prop_map(|(mailing, how)| {
            let terms = mailing.to.iter().filter_map(|to| term(&mailing, to));
            let terms: Vec<_> = terms.collect();
            let relation = format!("asked.credits = {}", terms.join(" + "));
            Generated {
                steps: vec![with_relation(how.of(price("asked", &mailing)), relation)],
                accounts: shared(),
                size: mailing.to.len(),
            }
        })
        .boxed()
}

/// What a recipient costs.
fn term(mailing: &Mailing, to: &To) -> Option<String> {
    match &to.number {
        Number::Valid(valid) => {
            let parts = mailing.parts_of(to);
            Some(format!("{parts} * tariff(to.{})", valid.place))
        }
        Number::Invalid(_) | Number::Blank(_) => None,
    }
}

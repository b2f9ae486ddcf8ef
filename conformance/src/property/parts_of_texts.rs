//! A text costs as often what "a" costs as it has parts.

use proptest::prelude::{BoxedStrategy, Strategy};
use proptest::prop_oneof;

use super::steps::{price, shared, with_relation};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::message::{self, Mailing};
use crate::generate::{how, text};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "parts-of-texts",
    requirement: "A text costs what one letter costs, times its parts in GSM 03.38 or UCS-2.",
    clauses: &["MONEY-02", "PRICE-01", "XML-05"],
    class: Class::Valid,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let text = prop_oneof![text::any(), text::at_a_border(), text::with_one_stranger()];
    (text, message::to_valid(facts.recipients), how::any())
        .prop_map(|(text, to, how)| {
            let parts = text::parts(&text);
            let size = text.len();
            let letter = Mailing::new("a".to_owned(), vec![to.clone()]);
            let whole = Mailing::new(text, vec![to]);
            let whole = with_relation(
                how.of(price("whole", &whole)),
                format!("whole.credits = {parts} * letter.credits"),
            );
            Generated {
                steps: vec![price("letter", &letter), whole],
                accounts: shared(),
                size,
            }
        })
        .boxed()
}

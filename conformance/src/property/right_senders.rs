//! A right sender is accepted and costs nothing more.

use proptest::prelude::{BoxedStrategy, Strategy};

use super::steps::{price, send, shared};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::message::Mailing;
use crate::generate::{how, message, sender, text};
use crate::scenario::model::{Expect, Step};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "right-senders-are-accepted",
    requirement: "A sender of up to 14 digits, or of up to 11 letters, digits and . - _ or blanks, is accepted, and the price is that of any other.",
    clauses: &["SEND-09", "SEND-02", "PRICE-01"],
    class: Class::Valid,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    (
        sender::right(),
        text::plain(),
        message::to_valid(facts.recipients),
        how::any(),
    )
        .prop_map(|(sender, text, to, how)| {
            let usual = Mailing::new(text, vec![to]);
            let mailing = Mailing {
                sender: Some(sender),
                ..usual.clone()
            };
            let same = Step {
                expect: Some(Expect {
                    same_as: Some("usual".to_owned()),
                    ..Expect::default()
                }),
                ..price("asked", &mailing)
            };
            Generated {
                steps: vec![
                    price("usual", &usual),
                    how.of(same),
                    how.of(send("sent", &mailing)),
                ],
                accounts: shared(),
                size: 1,
            }
        })
        .boxed()
}

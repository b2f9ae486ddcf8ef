//! What GETPRICE says is what SEND says is what the balance loses.

use proptest::prelude::{BoxedStrategy, Strategy};
use proptest::prop_oneof;

use super::steps::{alone, balance, price, send, with_relation};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::{how, message};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "price-is-charge",
    requirement: "GETPRICE, the credits in the reply to SEND, and what the balance loses are the same.",
    clauses: &[
        "SEND-03",
        "PRICE-01",
        "PRICE-02",
        "BALANCE-01",
        "MODE-01",
        "REPLY-05",
    ],
    class: Class::Valid,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let mailing = prop_oneof![
        2 => message::valid(facts.recipients),
        2 => message::mixed(facts.recipients),
        1 => message::valid_crowd(facts.recipients),
    ];
    (mailing, how::any(), how::any())
        .prop_map(|(mailing, asked, told)| {
            let sent = with_relation(
                send("sent", &mailing),
                "asked.credits = sent.credits".to_owned(),
            );
            let after = with_relation(
                balance("after"),
                "before.credits - after.credits = sent.credits".to_owned(),
            );
            Generated {
                steps: vec![
                    balance("before"),
                    asked.of(price("asked", &mailing)),
                    told.of(sent),
                    after,
                ],
                accounts: alone(),
                size: mailing.to.len(),
            }
        })
        .boxed()
}

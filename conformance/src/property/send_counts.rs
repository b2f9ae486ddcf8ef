//! SEND counts the recipients whose numbers are valid.

use proptest::prelude::{BoxedStrategy, Strategy};
use proptest::prop_oneof;

use super::steps::{send, shared};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::{how, message};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "send-counts-valid-recipients",
    requirement: "The status of SEND is the number of recipients with a valid number, however written and however often.",
    clauses: &[
        "SEND-02", "SEND-06", "SEND-07", "SEND-08", "SEND-14", "SEND-15",
    ],
    class: Class::Valid,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let mailing = prop_oneof![
        3 => message::mixed(facts.recipients),
        1 => message::valid_crowd(facts.recipients),
    ];
    (mailing, how::any())
        .prop_map(|(mailing, how)| Generated {
            steps: vec![how.of(send("sent", &mailing))],
            accounts: shared(),
            size: mailing.to.len(),
        })
        .boxed()
}

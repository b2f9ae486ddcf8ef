//! What is not well-formed is XML_ERROR, and costs nothing.

use proptest::prelude::{BoxedStrategy, Strategy};

use super::steps::{alone, balance, balance_as, no_rows, refused};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::id::Id;
use crate::generate::malformed;
use crate::scenario::model::Step;

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "malformed-is-xml-error",
    requirement: "A document that is not well-formed is XML_ERROR in one well-formed reply, costs nothing and leaves nothing behind.",
    clauses: &[
        "XML-08",
        "XML-04",
        "XML-06",
        "REPLY-01",
        "REPLY-02",
        "REPLY-04",
        "STATUS-08",
        "SEND-07",
    ],
    class: Class::Malformed,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(_: &Facts) -> BoxedStrategy<Generated> {
    malformed::step()
        .prop_map(|(step, size)| {
            let step = Step {
                expect: Some(refused("XML_ERROR")),
                ..step
            };
            Generated {
                steps: vec![
                    balance("before"),
                    step,
                    balance_as("before"),
                    no_rows([Id::numbered(1).template()]),
                ],
                accounts: alone(),
                size,
            }
        })
        .boxed()
}

//! A request that holds no document is XML_ERROR, and costs nothing.

use proptest::prelude::{BoxedStrategy, Strategy};

use super::steps::{alone, balance, balance_as, refused};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::http;
use crate::scenario::model::Step;

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "no-document-is-xml-error",
    requirement: "A request without a document in the field XML or as its body is XML_ERROR in HTTP 200, and costs nothing.",
    clauses: &[
        "FORM-10", "FORM-03", "FORM-07", "FORM-08", "FORM-11", "REPLY-01", "REPLY-02", "REPLY-04",
    ],
    class: Class::Http,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(_: &Facts) -> BoxedStrategy<Generated> {
    http::request()
        .prop_map(|(request, size)| {
            let step = Step {
                http: Some(request),
                expect: Some(refused("XML_ERROR")),
                ..Step::default()
            };
            Generated {
                steps: vec![balance("before"), step, balance_as("before")],
                accounts: alone(),
                size,
            }
        })
        .boxed()
}

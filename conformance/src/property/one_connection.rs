//! Requests on one connection are answered one after the other, right and wrong ones.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Just, Strategy};
use proptest::prop_oneof;

use super::steps::{balance, no_rows, price, refused, shared, status};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::how;
use crate::generate::id::Id;
use crate::generate::message::{self, Mailing};
use crate::generate::template::literal;
use crate::scenario::model::{Question, Step};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "one-connection-many-requests",
    requirement: "Requests on one connection are each answered for themselves, whatever came before.",
    clauses: &["FORM-09", "REPLY-01", "REPLY-06"],
    class: Class::Semantic,
    obstacle: obstacle::sends,
    strategy,
};

/// A request among others.
#[derive(Clone, Debug)]
enum Act {
    Balance,
    Price(Mailing),
    CreditPrice,
    Status,
    Nobody(Mailing),
    Empty,
    Unclosed,
}

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let act = prop_oneof![
        Just(Act::Balance),
        message::valid(facts.recipients).prop_map(Act::Price),
        Just(Act::CreditPrice),
        Just(Act::Status),
        message::to_nobody().prop_map(Act::Nobody),
        Just(Act::Empty),
        Just(Act::Unclosed),
    ];
    vec((act, how::any()), 2..10)
        .prop_map(|acts| {
            let size = acts.len();
            let steps = (0..).zip(acts).map(|(number, (act, how))| Step {
                connection: Some("one".to_owned()),
                ..how.of(act.step(number))
            });
            Generated {
                steps: steps.collect(),
                accounts: shared(),
                size,
            }
        })
        .boxed()
}

impl Act {
    fn step(&self, number: usize) -> Step {
        match self {
            Self::Balance => balance(&format!("s{number}")),
            Self::Price(mailing) => price(&format!("s{number}"), mailing),
            Self::CreditPrice => Step {
                ask: Some(Question::CreditPrice),
                expect: Some(status("0")),
                ..Step::default()
            },
            Self::Status => no_rows([Id::numbered(1).template()]),
            Self::Nobody(mailing) => Step {
                send: Some(mailing.message()),
                expect: Some(refused("NO_RECIPIENTS")),
                ..Step::default()
            },
            Self::Empty | Self::Unclosed => Step {
                xml: Some(literal(if matches!(self, Self::Empty) {
                    ""
                } else {
                    "<SMS>"
                })),
                expect: Some(refused("XML_ERROR")),
                ..Step::default()
            },
        }
    }
}

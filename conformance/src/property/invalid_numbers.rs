//! Invalid numbers do not count: not in the price, not in the status; with an id they are told of.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Strategy, any};
use proptest::sample::Index;

use super::steps::{price, rows, send, shared};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::how;
use crate::generate::id::Id;
use crate::generate::message::{self, Mailing, To};
use crate::generate::number::{self, Number};
use crate::generate::template::literal;
use crate::scenario::model::{Expect, Row, Step};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "invalid-numbers-do-not-count",
    requirement: "Invalid numbers among valid ones change neither price nor status; with an id they end as INVALID_DESTINATION_ADDRESS.",
    clauses: &["SEND-07", "SEND-06", "SEND-02", "PRICE-01", "STATUS-06"],
    class: Class::Semantic,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let invalid = vec((any::<Index>(), number::invalid()), 1..4);
    (
        message::valid(facts.recipients),
        invalid,
        how::any(),
        how::any(),
    )
        .prop_map(|(valid, invalid, asked, told)| {
            let mut mixed = valid.clone();
            let mut ids = Vec::new();
            for (number, (place, wrong)) in (1..).zip(invalid) {
                let id = Id::numbered(number);
                let place = place.index(mixed.to.len().saturating_add(1));
                ids.push(id.clone());
                mixed.to.insert(
                    place,
                    To {
                        number: Number::Invalid(wrong),
                        id: Some(id),
                        variables: None,
                    },
                );
            }
            Generated {
                steps: steps(&valid, &mixed, &ids, &asked, &told),
                accounts: shared(),
                size: mixed.to.len(),
            }
        })
        .boxed()
}

fn steps(
    valid: &Mailing,
    mixed: &Mailing,
    ids: &[Id],
    asked: &how::How,
    told: &how::How,
) -> Vec<Step> {
    let same = Step {
        expect: Some(Expect {
            same_as: Some("plain".to_owned()),
            ..Expect::default()
        }),
        ..price("mixed", mixed)
    };
    let found = ids.iter().map(|id| Row {
        id: Some(id.expected()),
        status: Some(literal("INVALID_DESTINATION_ADDRESS")),
        sentdate: None,
        donedate: None,
    });
    let status = Step {
        status: Some(ids.iter().map(Id::template).collect()),
        until: Some(rows(found.collect())),
        ..Step::default()
    };
    vec![
        price("plain", valid),
        asked.of(same),
        told.of(send("sent", mixed)),
        status,
    ]
}

//! An id comes back as it was given, whatever characters it has.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Strategy};

use super::steps::{any_row, no_rows, rows, send, shared};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::how;
use crate::generate::id::{self, Id};
use crate::generate::message::{Mailing, To};
use crate::scenario::model::Step;
use crate::scenario::template::Template;

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "ids-come-back",
    requirement: "An id of any characters that XML allows comes back as it was given, and no other id is taken for it.",
    clauses: &[
        "SEND-12",
        "STATUS-01",
        "STATUS-02",
        "STATUS-03",
        "XML-02",
        "XML-05",
    ],
    class: Class::Valid,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(_: &Facts) -> BoxedStrategy<Generated> {
    (vec(id::suffix(), 1..5), how::any(), how::any())
        .prop_map(|(suffixes, sent, asked)| {
            let ids = (1..).zip(suffixes);
            let ids: Vec<_> = ids.map(|(number, suffix)| Id { number, suffix }).collect();
            let to = ids.iter().map(|id| To {
                id: Some(id.clone()),
                ..To::plain(1)
            });
            let mailing = Mailing::new("a".to_owned(), to.collect());
            let status = Step {
                status: Some(ids.iter().map(Id::template).collect()),
                expect: Some(rows(ids.iter().map(any_row).collect())),
                ..Step::default()
            };
            let others: Vec<_> = ids.iter().flat_map(others).collect();
            Generated {
                size: ids.len(),
                steps: vec![
                    sent.of(send("sent", &mailing)),
                    asked.of(status),
                    no_rows(others),
                ],
                accounts: shared(),
            }
        })
        .boxed()
}

/// Ids that are nearly this one, but others: longer by a letter, or in other letters.
fn others(id: &Id) -> Vec<Template> {
    let swapped = |letter: char| match letter {
        'a'..='z' => letter.to_ascii_uppercase(),
        other => other.to_ascii_lowercase(),
    };
    let longer = format!("{}x", id.suffix);
    let other_case: String = id.suffix.chars().map(swapped).collect();
    [longer, other_case]
        .into_iter()
        .filter(|suffix| *suffix != id.suffix)
        .map(|suffix| {
            let id = Id {
                suffix,
                ..id.clone()
            };
            id.template()
        })
        .collect()
}

//! GETSTATUS has a row for each message with an id, in the order of the request.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Strategy};

use super::steps::{any_row, rows, send, shared};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::how::{self, How};
use crate::generate::id::Id;
use crate::generate::message::{self, Mailing};
use crate::scenario::model::{Expect, Step};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "status-rows",
    requirement: "GETSTATUS has a row for each message with an asked id, in the order of the request, oldest first, and none for others.",
    clauses: &[
        "STATUS-01",
        "STATUS-02",
        "STATUS-03",
        "STATUS-07",
        "STATUS-11",
        "STATUS-12",
        "SEND-12",
        "SEND-13",
        "SEND-15",
        "REPLY-08",
    ],
    class: Class::Valid,
    obstacle: obstacle::sends,
    strategy,
};

/// How many ids there are; those behind the recipients' own are unknown.
const IDS: usize = 5;

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    // Number 0 is no id.
    let mailing = (message::mixed(facts.recipients), vec(0..=IDS, 8));
    (
        vec((mailing, how::any()), 1..3),
        vec(1..=IDS.saturating_add(1), 1..8),
        how::any(),
    )
        .prop_map(|(mailings, asked, how)| {
            let mailings = mailings.into_iter();
            let mailings: Vec<_> = mailings
                .map(|((mailing, ids), how)| (with_ids(mailing, &ids), how))
                .collect();
            let size = mailings.iter().map(|(mailing, _)| mailing.to.len()).sum();
            Generated {
                steps: steps(&mailings, &asked, &how),
                accounts: shared(),
                size,
            }
        })
        .boxed()
}

/// Gives each recipient one of these ids, over and over; a number of nothing but blanks gets none (SEND-07).
fn with_ids(mut mailing: Mailing, ids: &[usize]) -> Mailing {
    for (to, id) in mailing.to.iter_mut().zip(ids.iter().cycle()) {
        let is_blank = matches!(to.number, crate::generate::number::Number::Blank(_));
        to.id = (*id > 0 && !is_blank).then(|| Id::numbered(*id));
    }
    mailing
}

fn steps(mailings: &[(Mailing, How)], asked: &[usize], how: &How) -> Vec<Step> {
    let sends = (1..).zip(mailings);
    let mut steps: Vec<_> = sends
        .map(|(number, (mailing, how))| how.of(send(&format!("sent{number}"), mailing)))
        .collect();
    let mut found = Vec::new();
    for number in asked {
        let id = Id::numbered(*number);
        let everybody = mailings.iter().flat_map(|(mailing, _)| &mailing.to);
        let meant = everybody.filter(|to| to.id.as_ref() == Some(&id));
        found.extend(meant.map(|_| any_row(&id)));
    }
    let status = Step {
        status: Some(
            asked
                .iter()
                .map(|number| Id::numbered(*number).template())
                .collect(),
        ),
        expect: Some(Expect {
            layout: true,
            ..rows(found)
        }),
        ..Step::default()
    };
    steps.push(how.of(status));
    steps
}

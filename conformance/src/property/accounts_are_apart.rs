//! What one account does, another does not see and does not pay.

use proptest::prelude::{BoxedStrategy, Strategy};

use super::steps::{any_row, balance, balance_as, no_rows, rows, send};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::id::Id;
use crate::generate::{how, message};
use crate::scenario::mentions::Share;
use crate::scenario::model::Step;

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "accounts-are-apart",
    requirement: "Messages of one account are unknown to another, which does not pay for them.",
    clauses: &["STATUS-03", "AUTH-01", "BALANCE-01", "SEND-12"],
    class: Class::Valid,
    obstacle: obstacle::has_two_accounts,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    (message::valid(facts.recipients), how::any(), how::any())
        .prop_map(|(mailing, sent, asked)| {
            let mailing = mailing.with_ids();
            let size = mailing.to.len();
            let ids = || (1..=size).map(Id::numbered);
            let other = |step: Step| Step {
                account: Some("other".to_owned()),
                ..step
            };
            let own = Step {
                status: Some(ids().map(|id| id.template()).collect()),
                expect: Some(rows(ids().map(|id| any_row(&id)).collect())),
                ..Step::default()
            };
            Generated {
                steps: vec![
                    other(balance("before")),
                    sent.of(send("sent", &mailing)),
                    asked.of(own),
                    other(no_rows(ids().map(|id| id.template()))),
                    other(balance_as("before")),
                ],
                accounts: vec![("main", Share::Shared), ("other", Share::Alone)],
                size,
            }
        })
        .boxed()
}

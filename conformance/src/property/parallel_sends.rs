//! Mailings at the same time: the balance loses the sum of what they cost.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Strategy};

use super::steps::{alone, balance, send, with_relation};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::{how, message};
use crate::scenario::model::{Branch, Step};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "parallel-sends-conserve",
    requirement: "Mailings that are sent at the same time cost together what the balance loses.",
    clauses: &["MONEY-03", "SEND-03"],
    class: Class::Valid,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let branch = (1..5_u32, message::mixed(facts.recipients), how::transport());
    vec(branch, 1..4)
        .prop_map(|branches| {
            let mut charges = vec!["0".to_owned()];
            let mut size = 0_usize;
            let mut inside = Vec::new();
            for (number, (copies, mailing, how)) in branches.into_iter().enumerate() {
                let name = format!("s{number}");
                charges.push(format!("sum({name}.credits)"));
                size = size.saturating_add(mailing.to.len());
                inside.push(Branch {
                    copies: Some(copies),
                    steps: vec![how.of(send(&name, &mailing))],
                });
            }
            let together = Step {
                parallel: Some(inside),
                ..Step::default()
            };
            let after = with_relation(
                balance("after"),
                format!("before.credits - after.credits = {}", charges.join(" + ")),
            );
            Generated {
                steps: vec![balance("before"), together, after],
                accounts: alone(),
                size,
            }
        })
        .boxed()
}

//! A status moves forward only, and its dates go with it.

use proptest::prelude::{BoxedStrategy, Strategy};
use proptest::prop_oneof;
use proptest::sample::select;

use super::steps::{any_row, rows, send, shared};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::how;
use crate::generate::id::Id;
use crate::generate::message::{self, Mailing, To};
use crate::generate::template::expression;
use crate::scenario::model::{Recipient, Step};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "statuses-move-forward",
    requirement: "A message is 0, then SENT, then final, never back; it has a sentdate unless it is 0, and a donedate only if it is final.",
    clauses: &[
        "STATUS-06",
        "STATUS-04",
        "STATUS-05",
        "STATUS-12",
        "MODE-01",
    ],
    class: Class::Valid,
    obstacle: obstacle::sends,
    strategy,
};

/// How often is asked.
const ASKS: std::ops::Range<usize> = 2..6;

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let ordinary = message::to_valid(facts.recipients).prop_map(|to| to.recipient());
    let words: Vec<String> = facts.numbers.clone();
    let recipient = if words.is_empty() {
        ordinary.boxed()
    } else {
        let special = select(words).prop_map(|word| Recipient {
            number: expression(&format!("number.{word}")),
            ..To::plain(1).recipient()
        });
        prop_oneof![1 => ordinary, 2 => special].boxed()
    };
    (recipient, ASKS, how::any())
        .prop_map(|(recipient, asks, how)| Generated {
            steps: steps(recipient, asks, &how),
            accounts: shared(),
            size: asks,
        })
        .boxed()
}

fn steps(recipient: Recipient, asks: usize, how: &how::How) -> Vec<Step> {
    let id = Id::numbered(1);
    let mut sent = send("sent", &Mailing::simplest());
    if let Some(message) = &mut sent.send {
        message.to = vec![Recipient {
            id: Some(id.template()),
            ..recipient
        }];
    }
    let mut steps = vec![how.of(sent)];
    for ask in 1..=asks {
        let mut relations = vec![
            // Dates and status say the same: STATUS-04, STATUS-05, STATUS-06.
            format!("{} = {}", is(ask, "status", "0"), is(ask, "sentdate", ZERO)),
            format!(
                "{} + {} = {}",
                is(ask, "status", "0"),
                is(ask, "status", "SENT"),
                is(ask, "donedate", ZERO)
            ),
        ];
        if ask > 1 {
            relations.push(format!("{} >= {}", rank(ask), rank(ask.saturating_sub(1))));
        }
        steps.push(Step {
            name: Some(format!("ask{ask}")),
            status: Some(vec![id.template()]),
            expect: Some(rows(vec![any_row(&id)])),
            relations,
            ..Step::default()
        });
    }
    steps
}

/// The date of what has not happened (STATUS-04).
const ZERO: &str = "0000-00-00 00:00:00";

/// 1 if the row says this, 0 if not.
fn is(ask: usize, what: &str, text: &str) -> String {
    format!("count(ask{ask}.rows[1].{what}, \"{text}\")")
}

/// 0 for 0, 1 for SENT, 2 for what is final.
fn rank(ask: usize) -> String {
    format!(
        "2 - 2 * {} - {}",
        is(ask, "status", "0"),
        is(ask, "status", "SENT")
    )
}

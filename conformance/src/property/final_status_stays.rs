//! What is final stays, dates and all.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Strategy};
use proptest::sample::select;

use super::steps::{rows, send, shared};
use super::{Class, FINAL_WORDS, Facts, Generated, Property, obstacle};
use crate::generate::how::{self, How};
use crate::generate::id::Id;
use crate::generate::message::Mailing;
use crate::generate::template::{expression, literal};
use crate::scenario::model::{Expect, Recipient, Row, Step};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "final-status-stays",
    requirement: "A final message has the word that it must end with and both dates, in their order, and never changes.",
    clauses: &["STATUS-06", "STATUS-02", "STATUS-07", "SEND-12"],
    class: Class::Valid,
    obstacle: obstacle::ends,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let known = FINAL_WORDS.iter().copied();
    let mut words: Vec<_> = known
        .filter(|word| facts.numbers.iter().any(|known| known == word))
        .collect();
    if words.is_empty() {
        // Then there is an obstacle, and nobody plays this.
        words.push("DELIVERED");
    }
    (vec(select(words), 1..5), how::any(), how::any())
        .prop_map(|(words, sent, asked)| Generated {
            steps: steps(&words, &sent, &asked),
            accounts: shared(),
            size: words.len(),
        })
        .boxed()
}

fn steps(words: &[&str], sent: &How, asked: &How) -> Vec<Step> {
    let ids: Vec<_> = (1..=words.len()).map(Id::numbered).collect();
    let mut send = send("sent", &Mailing::simplest());
    if let Some(message) = &mut send.send {
        let to = words.iter().zip(&ids).map(|(word, id)| Recipient {
            number: expression(&format!("number.{word}")),
            id: Some(id.template()),
            variables: None,
        });
        message.to = to.collect();
    }
    // A number that ends so may be one that is not even counted.
    send.expect = Some(super::steps::status("SEND_OK"));
    let found = words.iter().zip(&ids).map(|(word, id)| Row {
        id: Some(id.expected()),
        status: Some(literal(word)),
        sentdate: Some(literal("date")),
        donedate: Some(literal("date")),
    });
    let status = || Step {
        status: Some(ids.iter().map(Id::template).collect()),
        ..Step::default()
    };
    let ended = Step {
        name: Some("ended".to_owned()),
        until: Some(rows(found.collect())),
        relations: (1..=words.len())
            .map(|row| format!("ended.rows[{row}].sentdate <= ended.rows[{row}].donedate"))
            .collect(),
        ..status()
    };
    let again = Step {
        expect: Some(Expect {
            same_as: Some("ended".to_owned()),
            ..Expect::default()
        }),
        ..status()
    };
    vec![sent.of(send), ended, asked.of(again)]
}

//! Whatever is done, the balance loses what the replies to SEND say.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Just, Strategy};
use proptest::prop_oneof;
use proptest::sample::select;

use super::steps::{alone, balance, no_rows, price, refused, send, status, with_relation};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::id::Id;
use crate::generate::message::{self, Mailing};
use crate::generate::template::expression;
use crate::generate::{how, tree};
use crate::scenario::model::{Question, Step};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "balance-is-conserved",
    requirement: "After any sequence of operations the balance is what it was, less the credits of each accepted SEND.",
    clauses: &[
        "MONEY-03",
        "SEND-03",
        "BALANCE-01",
        "CREDIT-01",
        "PRICE-01",
        "SEND-05",
    ],
    class: Class::Valid,
    obstacle: obstacle::sends,
    strategy,
};

/// Something that may be asked.
#[derive(Clone, Debug)]
enum Act {
    Send(Mailing),
    Price(Mailing),
    Balance,
    CreditPrice,
    Status,
    Nobody(Mailing),
    WrongPassword,
    Refused(&'static str),
}

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let act = prop_oneof![
        4 => message::valid(facts.recipients).prop_map(Act::Send),
        2 => message::mixed(facts.recipients).prop_map(Act::Send),
        2 => message::mixed(facts.recipients).prop_map(Act::Price),
        1 => Just(Act::Balance),
        1 => Just(Act::CreditPrice),
        1 => Just(Act::Status),
        1 => message::to_nobody().prop_map(Act::Nobody),
        1 => Just(Act::WrongPassword),
        1 => select(&["", "send", "SEND SEND", "REFUND"][..]).prop_map(Act::Refused),
    ];
    vec((act, how::transport()), 1..8)
        .prop_map(|acts| {
            let mut steps = vec![balance("before")];
            let mut charges = vec!["0".to_owned()];
            let size = acts.len();
            for (number, (act, how)) in acts.into_iter().enumerate() {
                let name = format!("s{number}");
                if matches!(act, Act::Send(_)) {
                    charges.push(format!("{name}.credits"));
                }
                steps.push(how.of(act.step(&name)));
            }
            steps.push(with_relation(
                balance("after"),
                format!("before.credits - after.credits = {}", charges.join(" + ")),
            ));
            Generated {
                steps,
                accounts: alone(),
                size,
            }
        })
        .boxed()
}

impl Act {
    fn step(&self, name: &str) -> Step {
        match self {
            Self::Send(mailing) => send(name, mailing),
            Self::Price(mailing) => price(name, mailing),
            Self::Balance => balance(name),
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
            Self::WrongPassword => Step {
                send: Some(Mailing::simplest().message()),
                password: Some(expression("id.wrong")),
                expect: Some(refused("AUTH_FAILED")),
                ..Step::default()
            },
            Self::Refused(word) => Step {
                tree: Some(tree::document(word, tree::mailing(&Mailing::simplest()))),
                expect: Some(status("XML_ERROR")),
                ..Step::default()
            },
        }
    }
}

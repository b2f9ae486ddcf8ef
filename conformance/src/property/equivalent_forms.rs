//! The same document in several forms gets the same reply.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Just, Strategy};
use proptest::prop_oneof;

use super::steps::{alone, rows};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::how::{self, How};
use crate::generate::id::{self, Id};
use crate::generate::message::{self, Mailing, To};
use crate::generate::number::Number;
use crate::generate::rewriting::{Rewriting, rewriting};
use crate::generate::template::literal;
use crate::generate::tree;
use crate::scenario::markup::Markup;
use crate::scenario::model::{Expect, Row, Step};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "equivalent-forms-same-reply",
    requirement: "However a document travels, is written and arranged, its reply says the same.",
    clauses: &[
        "XML-07", "XML-01", "XML-02", "XML-03", "XML-04", "XML-05", "FORM-03", "FORM-04",
        "FORM-05", "FORM-06", "FORM-09", "OP-01",
    ],
    class: Class::Equivalent,
    obstacle: obstacle::sends,
    strategy,
};

/// What is asked, twice or more.
#[derive(Clone, Debug)]
enum Question {
    Balance,
    Price(Mailing),
    Send(Mailing),
    /// What became of messages that cannot be delivered: that never changes.
    Status(Vec<Id>),
}

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let question = prop_oneof![
        1 => Just(Question::Balance),
        4 => message::mixed(facts.recipients).prop_map(Question::Price),
        4 => message::valid(facts.recipients).prop_map(Question::Price),
        2 => message::mixed(facts.recipients).prop_map(Question::Send),
        2 => vec(id::any(3), 1..4).prop_map(Question::Status),
    ];
    let form = || (rewriting(), how::any());
    (question, how::any(), vec(form(), 1..3))
        .prop_map(|(question, how, forms)| question.generated(&how, &forms))
        .boxed()
}

impl Question {
    fn generated(&self, how: &How, forms: &[(Rewriting, How)]) -> Generated {
        let mut steps = self.preparation();
        let document = self.document();
        steps.push(how.of(Step {
            name: Some("plain".to_owned()),
            tree: Some(document.clone()),
            expect: Some(self.expected()),
            ..Step::default()
        }));
        for (rewriting, how) in forms {
            steps.push(how.of(Step {
                tree: Some(rewriting.of(&document)),
                expect: Some(Expect {
                    same_as: Some("plain".to_owned()),
                    ..Expect::default()
                }),
                ..Step::default()
            }));
        }
        Generated {
            steps,
            accounts: alone(),
            size: match self {
                Self::Balance => 1,
                Self::Price(mailing) | Self::Send(mailing) => mailing.to.len(),
                Self::Status(ids) => ids.len(),
            },
        }
    }

    fn document(&self) -> Markup {
        match self {
            Self::Balance => tree::document("BALANCE", Vec::new()),
            Self::Price(mailing) => tree::document("GETPRICE", tree::mailing(mailing)),
            Self::Send(mailing) => tree::document("SEND", tree::mailing(mailing)),
            Self::Status(ids) => tree::document(
                "GETSTATUS",
                vec![tree::statistics(ids.iter().map(Id::template))],
            ),
        }
    }

    fn expected(&self) -> Expect {
        let status = |text: &str| Expect {
            status: Some(literal(text)),
            ..Expect::default()
        };
        match self {
            Self::Balance | Self::Price(_) => status("0"),
            Self::Send(mailing) => status(&mailing.valid().to_string()),
            Self::Status(_) => Expect {
                root: Some(literal("deliveryreport")),
                ..Expect::default()
            },
        }
    }

    /// The messages that are asked for, sent and final.
    fn preparation(&self) -> Vec<Step> {
        let Self::Status(ids) = self else {
            return Vec::new();
        };
        let mut mailing = Mailing::simplest();
        let lost = ids.iter().map(|id| To {
            number: Number::Invalid("1".to_owned()),
            id: Some(id.clone()),
            variables: None,
        });
        mailing.to.extend(lost);
        let asked = Step {
            status: Some(vec![Id::template(ids.first().unwrap_or(&Id::numbered(1)))]),
            until: Some(rows(final_rows(ids))),
            ..Step::default()
        };
        vec![super::steps::send("sent", &mailing), asked]
    }
}

/// A row for each message that has the first of these ids.
fn final_rows(ids: &[Id]) -> Vec<Row> {
    let same = ids.iter().filter(|id| Some(*id) == ids.first());
    same.map(|id| Row {
        id: Some(id.expected()),
        status: Some(literal("INVALID_DESTINATION_ADDRESS")),
        sentdate: Some(literal("date")),
        donedate: Some(literal("date")),
    })
    .collect()
}

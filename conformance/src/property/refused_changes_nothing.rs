//! A SEND that is refused, for whatever reason, costs nothing and leaves nothing behind.

use proptest::prelude::{BoxedStrategy, Strategy};
use proptest::sample::select;

use super::steps::{alone, balance, balance_as, no_rows, refused};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::how;
use crate::generate::id::Id;
use crate::generate::message::{self, Mailing};
use crate::generate::template::expression;
use crate::generate::tree;
use crate::scenario::markup::{Markup, Part};
use crate::scenario::model::{Revision, Step};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "refused-changes-nothing",
    requirement: "A SEND that is refused costs nothing, and its ids are unknown afterwards.",
    clauses: &[
        "SEND-07", "SEND-11", "OP-02", "AUTH-01", "AUTH-04", "ORDER-01", "REPLY-04",
    ],
    class: Class::Semantic,
    obstacle: obstacle::sends,
    strategy,
};

/// Why a mailing is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    NoText,
    NoMessage,
    EmptyText,
    NoNumbers,
    WrongPassword,
    WrongUsername,
    NoLogin,
    LowerCase,
    NoOperation,
    TwoOperations,
    OtherRoot,
}

const REASONS: &[Reason] = &[
    Reason::NoText,
    Reason::NoMessage,
    Reason::EmptyText,
    Reason::NoNumbers,
    Reason::WrongPassword,
    Reason::WrongUsername,
    Reason::NoLogin,
    Reason::LowerCase,
    Reason::NoOperation,
    Reason::TwoOperations,
    Reason::OtherRoot,
];

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let revision = facts.revision;
    (
        select(REASONS),
        message::valid(facts.recipients),
        how::any(),
    )
        .prop_map(move |(reason, mailing, how)| {
            let mailing = mailing.with_ids();
            let size = mailing.to.len();
            let ids = (1..=size).map(|number| Id::numbered(number).template());
            Generated {
                steps: vec![
                    balance("before"),
                    how.of(reason.step(&mailing, revision)),
                    balance_as("before"),
                    no_rows(ids),
                ],
                accounts: alone(),
                size,
            }
        })
        .boxed()
}

impl Reason {
    fn step(self, mailing: &Mailing, revision: Revision) -> Step {
        let code = match (self, revision) {
            (Self::WrongPassword | Self::WrongUsername | Self::NoLogin, _) => "AUTH_FAILED",
            (Self::NoNumbers, _) => "NO_RECIPIENTS",
            (Self::EmptyText, Revision::Extended) => "-5",
            (
                Self::NoText
                | Self::NoMessage
                | Self::EmptyText
                | Self::LowerCase
                | Self::NoOperation
                | Self::TwoOperations
                | Self::OtherRoot,
                _,
            ) => "XML_ERROR",
        };
        let wrong = |reason| (self == reason).then(|| expression("id.wrong"));
        Step {
            tree: Some(self.document(mailing)),
            username: wrong(Self::WrongUsername),
            password: wrong(Self::WrongPassword),
            expect: Some(refused(code)),
            ..Step::default()
        }
    }

    fn document(self, mailing: &Mailing) -> Markup {
        let mut mailing = mailing.clone();
        if self == Self::EmptyText {
            mailing.text.clear();
        }
        let operation = if self == Self::LowerCase {
            "send"
        } else {
            "SEND"
        };
        let mut root = tree::document(operation, tree::mailing(&mailing));
        let without = match self {
            Self::NoMessage => "message",
            Self::NoNumbers => "numbers",
            Self::NoLogin => "authentication",
            Self::NoOperation => "operations",
            Self::NoText
            | Self::EmptyText
            | Self::WrongPassword
            | Self::WrongUsername
            | Self::LowerCase
            | Self::TwoOperations
            | Self::OtherRoot => "",
        };
        root.inside.retain(|part| !is(part, without));
        for part in &mut root.inside {
            if let Part::Element(element) = part {
                if self == Self::NoText && element.name == "message" {
                    element.inside.retain(|part| !is(part, "text"));
                }
                if self == Self::TwoOperations && element.name == "operations" {
                    element.inside.extend_from_within(..);
                }
            }
        }
        if self == Self::OtherRoot {
            root.name = "sms".to_owned();
        }
        root
    }
}

fn is(part: &Part, name: &str) -> bool {
    matches!(part, Part::Element(element) if element.name == name)
}

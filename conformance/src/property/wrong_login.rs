//! A wrong login reveals nothing: not whether it exists, nor anything of the document.

use proptest::prelude::{BoxedStrategy, Strategy};
use proptest::sample::select;

use super::steps::{alone, balance, balance_as, status};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::damage::{Where, damage};
use crate::generate::id::Id;
use crate::generate::template::{expression, literal};
use crate::generate::{how, message, tree};
use crate::scenario::markup::Markup;
use crate::scenario::model::{Expect, Step};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "wrong-login-reveals-nothing",
    requirement: "With a wrong password or login, any document of a known operation is AUTH_FAILED, with the same reply.",
    clauses: &[
        "AUTH-05",
        "AUTH-01",
        "AUTH-02",
        "ORDER-01",
        "REPLY-04",
        "STATUS-08",
        "XML-08",
    ],
    class: Class::Structural,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let operations = ["SEND", "GETPRICE", "GETSTATUS", "BALANCE", "CREDITPRICE"];
    let mailing = message::mixed(facts.recipients);
    (
        select(operations.to_vec()),
        mailing,
        damage(Where::BehindTheLogin),
        how::any(),
    )
        .prop_map(|(operation, mailing, damage, how)| {
            let size = mailing.to.len();
            let mut body = tree::mailing(&mailing);
            body.push(tree::statistics([Id::numbered(1).template()]));
            let document = damage.of(&tree::document(operation, body), Where::BehindTheLogin);
            Generated {
                steps: steps(operation, &document, &how),
                accounts: alone(),
                size,
            }
        })
        .boxed()
}

fn steps(operation: &str, document: &Markup, how: &how::How) -> Vec<Step> {
    let nothing = Some(literal("0"));
    let mut expect = Expect {
        root: Some(literal("RESPONSE")),
        layout: true,
        ..status("AUTH_FAILED")
    };
    if operation == "CREDITPRICE" {
        expect.price = nothing;
    } else {
        expect.credits = nothing;
    }
    let wrong_password = Step {
        name: Some("refused".to_owned()),
        tree: Some(document.clone()),
        password: Some(expression("id.wrong")),
        expect: Some(expect),
        ..Step::default()
    };
    let same = Some(Expect {
        same_as: Some("refused".to_owned()),
        ..Expect::default()
    });
    let wrong_username = Step {
        tree: Some(document.clone()),
        username: Some(expression("id.nobody")),
        expect: same.clone(),
        ..Step::default()
    };
    let both = Step {
        tree: Some(document.clone()),
        username: Some(expression("id.nobody")),
        password: Some(expression("id.wrong")),
        expect: same,
        ..Step::default()
    };
    vec![
        balance("before"),
        how.of(wrong_password),
        how.of(wrong_username),
        how.of(both),
        balance_as("before"),
    ]
}

//! A wrong login reveals nothing: not whether it exists, nor anything of the document.

use proptest::prelude::{BoxedStrategy, Just, Strategy};
use proptest::prop_oneof;
use proptest::sample::select;

use super::steps::{alone, balance, balance_as, status};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::damage::{Where, damage};
use crate::generate::id::Id;
use crate::generate::template::{Draft, expression, literal};
use crate::generate::{how, message, tree};
use crate::scenario::markup::Markup;
use crate::scenario::model::{Expect, Step};
use crate::scenario::template::Template;

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
        wrong("id.wrong", "password"),
        wrong("id.nobody", "username"),
        how::any(),
    )
        .prop_map(|(operation, mailing, damage, password, username, how)| {
            let size = mailing.to.len();
            let mut body = tree::mailing(&mailing);
            body.push(tree::statistics([Id::numbered(1).template()]));
            let document = damage.of(&tree::document(operation, body), Where::BehindTheLogin);
            Generated {
                steps: steps(operation, &document, &password, &username, &how),
                accounts: alone(),
                size,
            }
        })
        .boxed()
}

/// A word that is not the right one: another, or one that has the right one in it.
fn wrong(other: &'static str, right: &'static str) -> BoxedStrategy<Template> {
    prop_oneof![
        2 => Just(expression(other)),
        1 => Just(Draft::new().expression(right).literal("x").template()),
        1 => Just(Draft::new().literal("x").expression(right).template()),
    ]
    .boxed()
}

fn steps(
    operation: &str,
    document: &Markup,
    password: &Template,
    username: &Template,
    how: &how::How,
) -> Vec<Step> {
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
        password: Some(password.clone()),
        expect: Some(expect),
        ..Step::default()
    };
    let same = Some(Expect {
        same_as: Some("refused".to_owned()),
        ..Expect::default()
    });
    let wrong_username = Step {
        tree: Some(document.clone()),
        username: Some(username.clone()),
        expect: same.clone(),
        ..Step::default()
    };
    let both = Step {
        tree: Some(document.clone()),
        username: Some(username.clone()),
        password: Some(password.clone()),
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

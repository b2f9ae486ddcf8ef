//! What a client is asked to send, and to ask for: texts, senders, logins, ids, values and lists of recipients that nobody
//! wrote.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy};
use proptest::prop_oneof;
use proptest::sample::select;

use crate::generate::id::{self, Id};
use crate::generate::template::literal;
use crate::generate::{sender, text};
use crate::scenario::model::{Expect, Message, Recipient, Step};
use crate::scenario::template::Template;

/// Something to ask.
pub(super) fn any() -> BoxedStrategy<Step> {
    prop_oneof![
        5 => asked_to_send(),
        1 => asked_to_price(),
        1 => asked_for_status(),
    ]
    .boxed()
}

/// A recipient but for its number, which is that of its place in the list: nobody is sent to twice.
pub(super) type To = (Option<String>, Option<Vec<String>>);

pub(super) fn recipient(place: usize, (suffix, variables): &To) -> Recipient {
    let id = suffix.as_ref().map(|suffix| {
        let id = Id {
            number: place,
            suffix: suffix.clone(),
        };
        id.template()
    });
    Recipient {
        number: literal(&format!("999{place:09}")),
        id,
        variables: variables.as_ref().map(|values| literal(&values.join(";"))),
    }
}

fn message(texts: BoxedStrategy<String>) -> BoxedStrategy<Message> {
    let value = select(
        &[
            "John", "a car", "A & B", "<1>", "Їжак", "\"q\"", "1+1=2", "100%", "😀",
        ][..],
    );
    let values = vec(value.prop_map(str::to_owned), 2);
    let to = (
        option::weighted(0.8, id::suffix()),
        option::weighted(0.3, values),
    );
    let many = vec((Just(Some(String::new())), Just(None)), 50..400);
    let to = prop_oneof![12 => vec(to, 1..6), 1 => many];
    (texts, option::of(sender::right()), to)
        .prop_map(|(text, sender, to)| {
            let personal = to.iter().any(|(_, variables)| variables.is_some());
            let text = if personal {
                format!("{text} %1%, %2%")
            } else {
                text
            };
            Message {
                sender: sender.as_deref().map(literal),
                text: literal(&text),
                to: (1..)
                    .zip(&to)
                    .map(|(place, to)| recipient(place, to))
                    .collect(),
            }
        })
        .boxed()
}

/// Logins and passwords: nothing but what can be typed.
fn word() -> BoxedStrategy<Option<Template>> {
    let piece = select(
        &[
            "a", "B", "7", "&", "<", ">", "\"", "'", "+", "%", "%41", "=", ";", "#", "@", "ї", "€",
            "&amp;", "/", "\\",
        ][..],
    );
    let word = vec(piece, 4..12).prop_map(|pieces| Some(literal(&pieces.concat())));
    prop_oneof![2 => Just(None), 1 => word].boxed()
}

fn asked_to_send() -> BoxedStrategy<Step> {
    (message(text::any()), word(), word())
        .prop_map(|(message, username, password)| Step {
            send: Some(message),
            username,
            password,
            expect: Some(Expect {
                status: Some(literal("> 0")),
                ..Expect::default()
            }),
            ..Step::default()
        })
        .boxed()
}

fn asked_to_price() -> BoxedStrategy<Step> {
    message(text::any())
        .prop_map(|message| Step {
            price: Some(message),
            expect: Some(Expect {
                status: Some(literal("0")),
                ..Expect::default()
            }),
            ..Step::default()
        })
        .boxed()
}

fn asked_for_status() -> BoxedStrategy<Step> {
    let few = vec(id::suffix(), 1..8);
    let many = vec(Just(String::new()), 50..200);
    prop_oneof![4 => few, 1 => many]
        .prop_map(|suffixes| Step {
            status: Some(ids(&suffixes)),
            expect: Some(Expect {
                count: Some(literal(&suffixes.len().to_string())),
                ..Expect::default()
            }),
            ..Step::default()
        })
        .boxed()
}

pub(super) fn ids(suffixes: &[String]) -> Vec<Template> {
    let ids = (1..).zip(suffixes).map(|(number, suffix)| Id {
        number,
        suffix: suffix.clone(),
    });
    ids.map(|id| id.template()).collect()
}

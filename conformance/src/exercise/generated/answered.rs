//! What a client is answered: codes, amounts, rows, layouts and ways of carrying that nobody wrote.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy};
use proptest::prop_oneof;
use proptest::sample::select;

use super::asked::{ids, recipient};
use crate::generate::id::{self, Id};
use crate::generate::template::literal;
use crate::scenario::client::Given;
use crate::scenario::date;
use crate::scenario::model::{Expect, Message, Question, Row, Step};
use crate::scenario::template::Template;

/// Something to ask, with its reply.
pub(super) fn any() -> BoxedStrategy<Step> {
    prop_oneof![
        3 => response(),
        2 => delivery_report(),
    ]
    .boxed()
}

/// How a reply is written and carried.
fn given() -> BoxedStrategy<Option<Given>> {
    let layout = select(
        &[
            "lines",
            "one-line",
            "indented",
            "crlf",
            "blanks",
            "attributes-reversed",
            "single-quotes",
            "comments",
            "cdata",
            "references",
            "byte-order-mark",
            "no-declaration",
            "unknown-elements",
            "paired",
            "trailing",
        ][..],
    );
    let delivery = select(&["whole", "segments", "chunked", "until-close", "then-close"][..]);
    (layout, delivery)
        .prop_map(|(layout, delivery)| {
            Some(Given {
                layout: Some(literal(layout)),
                delivery: Some(literal(delivery)),
                ..Given::default()
            })
        })
        .boxed()
}

fn amount() -> BoxedStrategy<Template> {
    prop_oneof![
        Just("0".to_owned()),
        "[1-9][0-9]{0,8}",
        "(0|[1-9][0-9]{0,6})\\.[0-9]{0,3}[1-9]",
    ]
    .prop_map(|amount| literal(&amount))
    .boxed()
}

fn response() -> BoxedStrategy<Step> {
    #[derive(Clone, Copy, Debug)]
    enum Of {
        Send,
        Price,
        Balance,
        CreditPrice,
    }
    let refused = prop_oneof![3 => select(&[-1_i64, -2, -3, -4, -5, -7][..]), 1 => -200..-7_i64];
    let of = select(&[Of::Send, Of::Price, Of::Balance, Of::CreditPrice][..]);
    (
        of,
        option::weighted(0.3, refused),
        1..300_i64,
        amount(),
        option::of(amount()),
        given(),
    )
        .prop_map(|(of, refused, accepted, credits, amount, reply)| {
            let plain = || Message {
                sender: None,
                text: literal("a"),
                to: vec![recipient(1, &(None, None))],
            };
            let done = match of {
                Of::Send => accepted,
                Of::Price | Of::Balance | Of::CreditPrice => 0,
            };
            let status = refused.unwrap_or(done).to_string();
            let (credits, price) = match (of, refused) {
                (_, Some(_)) => (None, None),
                (Of::CreditPrice, None) => (None, Some(credits)),
                (Of::Send | Of::Price | Of::Balance, None) => (Some(credits), None),
            };
            let mut step = Step {
                expect: Some(Expect {
                    status: Some(literal(&status)),
                    credits,
                    price,
                    amount,
                    ..Expect::default()
                }),
                reply,
                ..Step::default()
            };
            match of {
                Of::Send => step.send = Some(plain()),
                Of::Price => step.price = Some(plain()),
                Of::Balance => step.ask = Some(Question::Balance),
                Of::CreditPrice => step.ask = Some(Question::CreditPrice),
            }
            step
        })
        .boxed()
}

fn delivery_report() -> BoxedStrategy<Step> {
    let word = prop_oneof![
        4 => select(&["SENT", "DELIVERED", "NOT_DELIVERED", "NOT_ALLOWED", "'0'", "INVALID_DESTINATION_ADDRESS"][..])
            .prop_map(str::to_owned),
        1 => "[A-Z]{3,12}(_[A-Z]{2,8})?",
    ];
    let date = prop_oneof![
        1 => Just(date::ZERO.to_owned()),
        3 => (2005..2040_u16, 1..13_u8, 1..29_u8, 0..24_u8, 0..60_u8, 0..60_u8).prop_map(
            |(year, month, day, hour, minute, second)| {
                format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
            }
        ),
    ];
    let row = (word, date.clone(), date);
    (vec(id::suffix(), 1..6), vec(row, 0..8), given())
        .prop_map(|(suffixes, rows, reply)| {
            let asked = ids(&suffixes);
            let expected: Vec<Template> = (1..)
                .zip(&suffixes)
                .map(|(number, suffix)| {
                    let id = Id {
                        number,
                        suffix: suffix.clone(),
                    };
                    id.expected()
                })
                .collect();
            let rows = rows.into_iter().zip(expected.into_iter().cycle());
            let rows = rows.map(|((status, sent, done), id)| Row {
                id: Some(id),
                status: Some(literal(&status)),
                sentdate: Some(literal(&format!("'{sent}'"))),
                donedate: Some(literal(&format!("'{done}'"))),
            });
            Step {
                status: Some(asked),
                expect: Some(Expect {
                    rows: Some(rows.collect()),
                    ..Expect::default()
                }),
                reply,
                ..Step::default()
            }
        })
        .boxed()
}

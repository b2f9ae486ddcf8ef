//! Rows about recipients, and about several requests.

use super::super::sample::{
    ONE, answered, asked, asking, at, form, lost, message, of, report, send, status, to, unasked,
};
use super::{Row, batch, one, other, row};
use crate::finding::Asked;
use crate::operation::Operation;

pub(super) fn recipients() -> Vec<Row> {
    let to_number = |number: &str| one(form(send("Hello", &ONE.replace("999000000001", number))));
    let two = format!("{ONE}{}", other("a2"));
    let both = asking(Operation::Send(crate::operation::Message {
        recipients: vec![to("999000000001", "a1"), to("999000000002", "a2")],
        ..message("Hello")
    }));
    vec![
        row(
            "number-form",
            to_number("+999 (00) 000-00-01"),
            "«+*** (**) ***-00-01» is written with signs",
            to_number("999000000001"),
        ),
        row(
            "number-invalid",
            to_number("99900"),
            "«*9900» is no number to send to: it has 5 digits, and 7 to 15 are right",
            to_number("9990000"),
        ),
        row(
            "number-invalid",
            to_number("9.99E+11"),
            "«*.99E+11» is no number to send to: character 2 is «.»: it was taken for a number somewhere",
            of(
                &asking(Operation::Send(crate::operation::Message {
                    recipients: vec![to("12ab", "a1")],
                    ..message("Hello")
                })),
                form(send("Hello", &ONE.replace("999000000001", "12ab"))),
            ),
        ),
        row(
            "number-invalid",
            to_number("00999000000001"),
            "«**********0001» is no number to send to: it begins with 00, and «********0001» would be the number",
            to_number(" 999000000001 "),
        ),
        row(
            "number-national",
            to_number("0501234567"),
            "«******4567» is no number to send to: it begins with 0 and has no country code, so that it is skipped",
            to_number("84901234567"),
        ),
        row(
            "number-national",
            to_number("89161234567"),
            "«*******4567» is no number to send to: it begins with the 8 that is dialled in the country, and has no country code",
            to_number("+89161234567"),
        ),
        row(
            "number-changed",
            of(
                &asked("Hello"),
                form(send("Hello", &ONE.replace("0001<", "0002<"))),
            ),
            "the message goes to «********0002», and «********0001» was asked",
            of(
                &asked("Hello"),
                form(send("Hello", &ONE.replace(">999", ">+999"))),
            ),
        ),
        row(
            "number-repeated",
            one(form(send(
                "Hello",
                &format!("{ONE}{}", other("a2").replace("0002<", "0001<")),
            ))),
            "«********0001» stands 2 times in the document: each is paid for",
            one(form(send("Hello", &two))),
        ),
        row(
            "recipients-lost",
            of(&both, form(send("Hello", ONE))),
            "1 of 2 recipients are not in what was sent: «********0002»",
            of(&both, form(send("Hello", &two))),
        ),
        row(
            "recipients-lost",
            of(
                &both,
                answered(
                    form(send("Hello", ONE)),
                    "<RESPONSE><status>1</status></RESPONSE>",
                ),
            ),
            "1 of 2 recipients are not in what was sent: «********0002»",
            of(
                &both,
                answered(
                    form(send("Hello", ONE)),
                    "<RESPONSE><status>-3</status></RESPONSE>",
                ),
            ),
        ),
        row(
            "no-recipients",
            one(form(send("Hello", "999000000001"))),
            "the number stands in <numbers> without a <number> around it",
            one(form(send("Hello", ONE))),
        ),
        row(
            "no-recipients",
            one(form(send("Hello", "<phone>999000000001</phone>"))),
            "<numbers> holds <phone>, not <number>",
            one(form(send("Hello", &format!("</numbers><numbers>{ONE}")))),
        ),
        row(
            "batch-large",
            one(form(send("Hello", &batch(10_001)))),
            "there are 10001 recipients in the document",
            one(form(send("Hello", &batch(10_000)))),
        ),
        row(
            "one-request-per-recipient",
            unasked((1..=3).map(|place| {
                let number = format!("<number messageID=\"n{place}\">99900000000{place}</number>");
                at(place * 300, form(send("Hello", &number)))
            })),
            "3 SENDs in a row send the same text to one number each; one document can hold all of them",
            unasked((1..=3).map(|place| {
                let number = format!("<number messageID=\"n{place}\">99900000000{place}</number>");
                at(
                    place * 300,
                    form(send(&format!("Hello {}", place / 2), &number)),
                )
            })),
        ),
        row(
            "one-request-per-recipient",
            vec![
                (form(send("Hello", ONE)), Some(both.clone())),
                (form(send("Hello", &other("a2"))), Some(both.clone())),
            ],
            "2 SENDs in a row send the same text to one number each; one document can hold all of them",
            of(&both, form(send("Hello", &two))),
        ),
    ]
}

pub(super) fn conversations() -> Vec<Row> {
    let hello = || form(send("Hello", ONE));
    let poll = |milliseconds: u64, ids: &[&str], rows: &[(&str, &str)]| {
        at(milliseconds, answered(form(status(ids)), &report(rows)))
    };
    let polls = |times: u64, pause: u64| {
        unasked((0..times).map(move |place| {
            at(
                place * pause,
                answered(form(status(&["a1"])), &report(&[("a1", "0")])),
            )
        }))
    };
    vec![
        row(
            "status-one-by-one",
            unasked(["a1", "a2", "a3"].map(|id| poll(0, &[id], &[]))),
            "3 GETSTATUS in a row ask for one id each; one can ask for all of them",
            unasked([
                poll(0, &["a1"], &[]),
                poll(9_000, &["a1"], &[]),
                poll(18_000, &["a2", "a3"], &[]),
            ]),
        ),
        row(
            "polls-too-often",
            polls(4, 900),
            "the id «a1» is asked for again less than a second after the poll before, three times in a row",
            polls(4, 1000),
        ),
        row(
            "polls-for-ever",
            polls(31, 5000),
            "the id «a1» was asked for more than 30 times with nothing new in the answers",
            polls(30, 5000),
        ),
        row(
            "polls-final",
            unasked([
                poll(0, &["a1"], &[("a1", "DELIVERED")]),
                poll(9_000, &["a1"], &[("a1", "DELIVERED")]),
            ]),
            "the id «a1» is asked for again, though its final word was answered before",
            unasked([
                poll(0, &["a1"], &[("a1", "SENT")]),
                poll(9_000, &["a1"], &[("a1", "DELIVERED")]),
            ]),
        ),
        row(
            "blind-retry",
            unasked([lost(hello()), at(9_000, hello())]),
            "the message to «********0001» is sent again after request 1 got no reply, and GETSTATUS was not asked in between",
            unasked([lost(hello()), poll(5_000, &["a1"], &[]), at(9_000, hello())]),
        ),
        row(
            "blind-retry",
            unasked([
                lost(hello()),
                poll(5_000, &["a1"], &[("a1", "SENT")]),
                at(9_000, hello()),
            ]),
            "the message to «********0001» is sent again, though GETSTATUS had a row for it: request 1 was accepted, and only its reply got lost",
            unasked([
                lost(hello()),
                at(9_000, form(send("Another", &ONE.replace("a1", "a2")))),
            ]),
        ),
        row(
            "blind-retry",
            unasked([
                answered(hello(), "<html>502</html>"),
                poll(5_000, &["b1"], &[]),
                at(9_000, hello()),
            ]),
            "the message to «********0001» is sent again after request 1 got no reply, and GETSTATUS was not asked in between",
            vec![
                (lost(hello()), Some(asked("Hello"))),
                (
                    at(9_000, hello()),
                    Some(Asked {
                        turn: 2,
                        ..asked("Hello")
                    }),
                ),
            ],
        ),
        row(
            "repeated-send",
            unasked([hello(), at(9_000, hello())]),
            "request 1 was the very same, and was accepted: 1 message was sent twice",
            unasked([
                answered(
                    hello(),
                    "<RESPONSE><status>-3</status><credits>0</credits></RESPONSE>",
                ),
                at(9_000, hello()),
            ]),
        ),
    ]
}

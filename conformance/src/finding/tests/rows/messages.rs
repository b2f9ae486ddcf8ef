//! Rows about ids, and about sender, text and values.

use super::super::sample::{ONE, asked, asking, at, form, message, of, send, status, to, unasked};
use super::{Row, one, other, row};
use crate::finding::{Asked, Ids};
use crate::operation::{Operation, Recipient};

pub(super) fn ids() -> Vec<Row> {
    let hello = send("Hello", ONE);
    let later = |text: &str, id: &str| at(60_000, form(send(text, &other(id))));
    let third = |id: &str| {
        at(
            120_000,
            form(send("Three", &other(id).replace("002<", "003<"))),
        )
    };
    vec![
        row(
            "id-constant",
            unasked([form(&hello), later("Bye", "a1")]),
            "all messages of 2 SENDs have the id «a1»",
            unasked([form(&hello), later("Bye", "a2")]),
        ),
        row(
            "id-repeated",
            unasked([form(&hello), later("Bye", "a2"), third("a1")]),
            "the id «a1» was that of another message before, to «********0001»",
            unasked([form(&hello), later("Bye", "a2"), third("a3")]),
        ),
        row(
            "id-repeated",
            one(form(send("Hello", &format!("{ONE}{}", other("a1"))))),
            "the id «a1» is that of «********0001» and of «********0002»",
            one(form(send("Hello", &format!("{ONE}{}", other("A1"))))),
        ),
        row(
            "id-and-number-swapped",
            one(form(send(
                "Hello",
                "<number messageID=\"999000000001\">a1</number>",
            ))),
            "<number> holds «a1», and messageID «********0001»",
            one(form(send(
                "Hello",
                "<number messageID=\"999000000002\">999000000001</number>",
            ))),
        ),
        row(
            "no-id",
            one(form(send("Hello", "<number>999000000001</number>"))),
            "«********0001» has no messageID",
            one(form(send("Hello", &ONE.replace("messageID", "messageid")))),
        ),
        row(
            "no-id",
            one(form(send(
                "Hello",
                &format!("{ONE}<number messageID=\"\">999000000002</number>"),
            ))),
            "1 of 2 recipients have no messageID",
            one(form(send("Hello", &ONE.replace("messageID", "messageId")))),
        ),
        row(
            "id-changed",
            of(
                &asked("Hello"),
                form(send("Hello", &ONE.replace("a1", "A1"))),
            ),
            "the id of «********0001» is «A1», and «a1» was asked",
            vec![(
                form(send("Hello", &ONE.replace("a1", "own"))),
                Some(Asked {
                    ids: Ids::Offered,
                    ..asked("Hello")
                }),
            )]
            .into_iter()
            .chain(of(&asked("Hello"), form(&hello)))
            .collect(),
        ),
        row(
            "id-changed",
            of(
                &asking(Operation::GetStatus(vec!["a&1".to_owned()])),
                form(status(&["a"])),
            ),
            "the id «a» is asked for, and «a&1» was asked",
            of(
                &asking(Operation::GetStatus(vec!["a&1".to_owned()])),
                form(status(&["a&amp;1"])),
            ),
        ),
    ]
}

pub(super) fn messages() -> Vec<Row> {
    let hello = send("Hello", ONE);
    let with =
        |variables: &str| ONE.replace("messageID", &format!("variables=\"{variables}\" messageID"));
    let named = |variables: &str| {
        asking(Operation::Send(crate::operation::Message {
            recipients: vec![Recipient {
                variables: Some(variables.to_owned()),
                ..to("999000000001", "a1")
            }],
            ..message("Hello %1%")
        }))
    };
    vec![
        row(
            "variables-mismatch",
            one(form(send("Hello %1%", ONE))),
            "the text has placeholders up to %1%, and «********0001» has no variables: the recipient reads %1% as it stands there",
            one(form(send("Hello %1%", &with("John;")))),
        ),
        row(
            "variables-mismatch",
            one(form(send("%1% %2%", &with("John")))),
            "the text has placeholders up to %2%, and «********0001» has 1 value: %2% becomes nothing",
            one(form(send("%1% %2%", &with("John;Doe")))),
        ),
        row(
            "variables-mismatch",
            one(form(send("Hello", &with("John")))),
            "«********0001» has 1 value, and the text has no placeholder",
            one(form(send("Hello %1%", &with("John")))),
        ),
        row(
            "variables-changed",
            of(&named("John;"), form(send("Hello %1%", &with("Jo")))),
            "the values of «********0001» are «Jo», and «John;» were asked",
            of(&named("John;"), form(send("Hello John", ONE))),
        ),
        row(
            "sender-breaks-rule",
            one(form(hello.replace("SMSKA", "SMSКА"))),
            "character 4 of the sender «SMSКА» is «К» (U+041A), a Cyrillic letter",
            one(form(hello.replace("SMSKA", "My-Shop 24."))),
        ),
        row(
            "sender-breaks-rule",
            one(form(hello.replace("SMSKA", "ABCDEFGHIJKL"))),
            "the sender «ABCDEFGHIJKL» has 12 characters, and 11 at most are right",
            one(form(hello.replace("SMSKA", "12345678901234"))),
        ),
        row(
            "sender-breaks-rule",
            one(form(hello.replace("<sender>SMSKA</sender>", ""))),
            "there is no <sender>",
            of(
                &asking(Operation::Send(crate::operation::Message {
                    sender: Some("Отправитель".to_owned()),
                    ..message("Hello")
                })),
                form(hello.replace("SMSKA", "Отправитель")),
            ),
        ),
        row(
            "sender-changed",
            of(&asked("Hello"), form(hello.replace("SMSKA", "SMSK"))),
            "the sender is «SMSK», and «SMSKA» was asked",
            of(&asked("Hello"), form(&hello)),
        ),
        row(
            "text-changed",
            of(&asked("Hello John"), form(send("Hello Jim", ONE))),
            "character 8 of the text is «i», and «o» was asked",
            of(&asked("Hello\r\nJohn"), form(send("Hello\nJohn", ONE))),
        ),
        row(
            "text-changed",
            of(&asked("Hello John"), form(send("Hello", ONE))),
            "the text arrives without its last 5 characters: 5 of 10",
            of(
                &asked("Hello John"),
                form(send("<![CDATA[Hello John]]>", ONE)),
            ),
        ),
        row(
            "text-changed",
            of(&asked(" Hello "), form(&hello)),
            "the text arrives with other blanks at its ends: «Hello»",
            of(&asked(" Hello "), form(send(" Hello ", ONE))),
        ),
        row(
            "text-empty",
            one(form(send("", ONE))),
            "<text> is empty",
            one(form(send(" ", ONE))),
        ),
        row(
            "text-empty",
            one(form(send("a", ONE).replace("message>", "msg>"))),
            "there is no <message>",
            of(&asked(""), form(send("", ONE))),
        ),
        row(
            "text-dearer",
            one(form(send(
                &format!("{}—{}", "a".repeat(50), "b".repeat(40)),
                ONE,
            ))),
            "character 51 of the text, «—» (U+2014), is not in the GSM alphabet: 2 parts instead of 1 without it",
            one(form(send(
                &format!("{}—{}", "a".repeat(20), "b".repeat(40)),
                ONE,
            ))),
        ),
    ]
}

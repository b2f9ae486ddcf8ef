//! Requests of good clients: nothing is wrong with them.

use super::rows::batch;
use super::sample::{
    ONE, Talk, answered, asked, asking, at, document, form, headed, judged, lost, multipart, post,
    raw, report, send, status, to, unasked,
};
use crate::finding::Asked;
use crate::finding::carried::Carried;
use crate::finding::rule::{Rules, Severity};
use crate::form;
use crate::operation::{Message, Operation};
use crate::stand_in::received::{Channel, End, Received};
use crate::xml::charset::Charset;

#[track_caller]
fn check(talk: &Talk) {
    let rules = Rules::built_in().unwrap();
    let (found, _) = judged(talk);
    let wrong: Vec<_> = found
        .iter()
        .filter(|finding| rules.get(finding.rule).unwrap().severity != Severity::Note)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[track_caller]
fn one(received: Received) {
    check(&unasked([received]));
}

const MIXED: &str = "Привет, John 😀! 5 &lt; 6 &amp; «ё» +1 100%1 ]] &gt;";

#[test]
fn every_good_way_to_send_is_right() {
    let text = send(MIXED, ONE);
    one(form(&text));
    one(multipart(&text));
    one(raw(text.clone()));
    one(form(text.replace("authentication", "authentification")));
    one(form(text.replace("messageID", "messageId")));
    one(form(text.replace("\r\n", "\n").replace('\n', "\r\n")));
    one(form(send("<![CDATA[<b>5 & 6</b> %41 + ;]]>", ONE)));
    one(form(text.replace(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "",
    )));
    one(form([b"\xEF\xBB\xBF", text.as_bytes()].concat()));
    one(raw([b"\xEF\xBB\xBF", text.as_bytes()].concat()));
    // curl, PHP streams, .NET.
    one(headed(
        multipart(&text),
        "Host",
        "Expect: 100-continue\r\nHost",
    ));
    one(headed(form(&text), "HTTP/1.1", "HTTP/1.0"));
    one(headed(multipart(&text), "boundary=x", "boundary=\"x\""));
    one(headed(
        form(&text),
        "/members/sms/xml.php",
        "http://127.0.0.1/members/sms/xml.php",
    ));
    // Node leaves ' ( ) ! * alone and writes %20.
    let node = send("It's (all) right!", ONE);
    let body = String::from_utf8(form(&node).body).unwrap();
    let body = body
        .replace('+', "%20")
        .replace("%27", "'")
        .replace("%28", "(")
        .replace("%21", "!");
    one(post("application/x-www-form-urlencoded", body));
    one(form(document("BALANCE", "")));
    one(form(document("CREDITPRICE", "")));
    one(form(status(&["a1", "a2"])));
}

#[test]
fn every_charset_that_is_declared_is_right() {
    let text = send("Привет, Ёжик №5", ONE);
    for charset in Charset::ALL {
        let declared = text.replace("UTF-8", charset.label());
        let mark = match charset {
            Charset::Utf16Le | Charset::Utf16Be => charset.byte_order_mark(),
            Charset::Utf8 | Charset::Windows1251 | Charset::Koi8R => b"",
        };
        let bytes = [mark, &charset.encode(&declared)].concat();
        one(form(&bytes));
        one(multipart(&bytes));
        one(raw(bytes));
    }
}

#[test]
fn large_documents_are_right() {
    one(form(send("Hello", &batch(500))));
    one(multipart(send("Hello", &batch(500))));
}

#[test]
fn what_was_asked_and_sent_is_right() {
    let recipients: Vec<_> = (0..500)
        .map(|place| to(&format!("99900{place:07}"), &format!("b{place}")))
        .collect();
    let batch_asked = asking(Operation::Send(Message {
        sender: Some("SMSKA".to_owned()),
        text: "Привет, John 😀! 5 < 6 & «ё» +1 100%1 ]] >".to_owned(),
        recipients,
    }));
    check(&vec![(form(send(MIXED, &batch(500))), Some(batch_asked))]);
    check(&vec![(
        form(status(&["a1", "x &amp; y"])),
        Some(asking(Operation::GetStatus(vec![
            "a1".to_owned(),
            "x & y".to_owned(),
        ]))),
    )]);
    check(&vec![(
        form(document("BALANCE", "")),
        Some(asking(Operation::Balance)),
    )]);
    // Whatever the kit asks for is not the client's fault.
    let odd = asking(Operation::Send(Message {
        sender: Some("Отправитель".to_owned()),
        text: "??????? &amp; ÐŸÑ€Ð¸ %1%".to_owned(),
        recipients: vec![to("12", "a"), to("12", "a"), to("999000000001", "a")],
    }));
    let numbers = "<number messageID=\"a\">12</number>".repeat(2) + &ONE.replace("a1", "a");
    let text = send("??????? &amp;amp; ÐŸÑ€Ð¸ %1%", &numbers).replace("SMSKA", "Отправитель");
    check(&vec![(form(text), Some(odd))]);
}

#[test]
fn a_careful_client_is_right() {
    let first = || form(send("Hello", ONE));
    let poll = |milliseconds: u64, rows: &[(&str, &str)]| {
        at(milliseconds, answered(form(status(&["a1"])), &report(rows)))
    };
    check(&unasked([
        lost(first()),
        poll(3_000, &[]),
        at(4_000, lost(first())),
        poll(7_000, &[]),
        at(8_000, first()),
        poll(10_000, &[("a1", "0")]),
        poll(20_000, &[("a1", "SENT")]),
        poll(40_000, &[("a1", "DELIVERED")]),
        at(50_000, form(send("Bye", &ONE.replace("a1", "a2")))),
    ]));
    // The kit asks twice with the same words.
    check(&vec![
        (first(), Some(asked("Hello"))),
        (
            at(100, first()),
            Some(Asked {
                turn: 2,
                ..asked("Hello")
            }),
        ),
    ]);
}

/// The raw requests of `fixtures/http`, those with one request each.
fn fixtures() -> Vec<(String, Received)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/http");
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let is_one = !["keep-alive", "chunked", "surplus"]
            .iter()
            .any(|kind| name.starts_with(kind));
        if path
            .extension()
            .is_some_and(|extension| extension == "http")
            && is_one
        {
            let bytes = std::fs::read(&path).unwrap();
            let end = super::super::carried::position(&bytes, b"\r\n\r\n").unwrap() + 4;
            all.push((
                name,
                Received {
                    number: 1,
                    connection: 1,
                    arrived: std::time::Duration::ZERO,
                    channel: Channel::Plain,
                    head: bytes[..end].to_vec(),
                    body: bytes[end..].to_vec(),
                    reply: Vec::new(),
                    end: End::Answered,
                    took: std::time::Duration::ZERO,
                },
            ));
        }
    }
    assert!(all.len() > 60);
    all
}

#[test]
fn the_document_is_the_one_that_the_form_holds() {
    for (name, received) in fixtures() {
        let whole = [received.head.as_slice(), &received.body].concat();
        let carried = Carried::of(&received).map(|carried| carried.document);
        let form = form::of_request(&whole);
        // Blanks before a document or a name, which the other reader does not know.
        if !name.contains("blank") {
            assert_eq!(carried, form, "{name}");
        }
        assert_eq!(
            carried.is_some(),
            received.method() == "POST" && has_document(&name),
            "{name}"
        );
    }
}

fn has_document(name: &str) -> bool {
    ![
        "multipart-file-part",
        "multipart-lower-case-name",
        "urlencoded-lower-case-name",
        "urlencoded-array",
        "urlencoded-array-escaped",
        "urlencoded-array-key",
        "unescaped-lower-case-name",
        "unescaped-no-content-type",
        "unescaped-text-xml",
        "query-xml",
    ]
    .contains(&name)
}

#[test]
fn the_place_in_the_body_is_that_of_the_byte() {
    for (name, received) in fixtures() {
        let Some(carried) = Carried::of(&received) else {
            continue;
        };
        for (offset, byte) in carried.document.iter().enumerate() {
            let place = carried.place(&received.body, offset);
            let written = received.body.get(place).copied().unwrap();
            let is_it = written == *byte
                || (carried.way.is_form()
                    && (written == b'%' || (written == b'+' && *byte == b' ')));
            assert!(is_it, "{name}: {offset} {place}");
        }
    }
}

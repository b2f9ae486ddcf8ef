//! The desk and the gateway, without a socket.

use std::time::Duration;

use super::super::answer::Answer;
use super::super::desk::{Commits, Desk, Scripted};
use super::super::gateway::{Gateway, Terms};
use super::super::received::{Channel, End, Received};
use crate::check::layout;
use crate::operation::{Credentials, Dialect, Message, Operation, Recipient};
use crate::password::Password;
use crate::xml::read::read;
use crate::xml::style::Style;
use crate::xml::write::write;

fn credentials(password: &str) -> Credentials {
    Credentials {
        username: "demo".to_owned(),
        password: Password::new(password),
    }
}

fn received(document: &[u8]) -> Received {
    Received {
        number: 1,
        connection: 1,
        arrived: Duration::from_secs(60),
        channel: Channel::Plain,
        head: b"POST / HTTP/1.1\r\nContent-Type: text/xml\r\n\r\n".to_vec(),
        body: document.to_vec(),
        reply: Vec::new(),
        end: End::Answered,
        took: Duration::ZERO,
    }
}

fn asks(operation: &Operation) -> Received {
    let document = operation.document(&credentials("secret"), Dialect::default());
    received(&write(&document, &Style::default()))
}

fn send(text: &str, to: &[(&str, Option<&str>)]) -> Operation {
    let recipients = to.iter().map(|(number, id)| Recipient {
        number: (*number).to_owned(),
        id: id.map(str::to_owned),
        variables: None,
    });
    Operation::Send(Message {
        sender: Some("SMSKA".to_owned()),
        text: text.to_owned(),
        recipients: recipients.collect(),
    })
}

fn status(ids: &[&str]) -> Operation {
    Operation::GetStatus(ids.iter().map(|id| (*id).to_owned()).collect())
}

/// What stands in the root of a reply, in one line; its layout is right.
fn inside(answer: &Answer) -> String {
    assert_eq!(answer.status, 200);
    let document = read(&answer.body).unwrap();
    assert_eq!(layout::actual(&document), layout::expected(&document));
    let text = document.source(document.root.span).replace('\n', "");
    let (_, inside) = text.split_once('>').unwrap();
    inside.rsplit_once("</").unwrap().0.to_owned()
}

#[test]
fn the_gateway_is_plausible() {
    let mut gateway = Gateway::new(Terms {
        credits: "10.5".parse().unwrap(),
        price: "0.25".parse().unwrap(),
        ..Terms::default()
    });
    let mut check = |operation: &Operation, expected: &str| {
        assert_eq!(inside(&gateway.answer(&asks(operation))), expected);
    };
    let two = [
        ("999000000001", Some("a")),
        ("+999 (00) 000-00-02", Some("b")),
    ];
    check(
        &Operation::Balance,
        "<status>0</status><credits>10.5</credits>",
    );
    check(
        &Operation::CreditPrice,
        "<status>0</status><price>0.05</price>",
    );
    check(
        &send("Hello", &two),
        "<status>2</status><credits>0.5</credits>",
    );
    check(
        &Operation::Balance,
        "<status>0</status><credits>10</credits>",
    );
    // 161 letters are two parts; an invalid number is not counted (SEND-07).
    let three = [two[0], two[1], ("12", Some("c"))];
    check(
        &send(&"a".repeat(161), &three),
        "<status>2</status><credits>1</credits>",
    );
    let row = |id: &str, done: &str, status: &str| {
        format!(
            "<message id=\"{id}\" sentdate=\"2026-01-02 03:05:06\" donedate=\"{done}\" status=\"{status}\" />"
        )
    };
    let (zero, done) = ("0000-00-00 00:00:00", "2026-01-02 03:05:09");
    let invalid = row("c", done, "INVALID_DESTINATION_ADDRESS");
    check(
        &status(&["a", "x", "c"]),
        &(row("a", zero, "SENT") + &row("a", zero, "SENT") + &invalid),
    );
    check(&status(&["a"]), &row("a", done, "DELIVERED").repeat(2));
    check(&status(&["a"]), &row("a", done, "DELIVERED").repeat(2));
    check(&status(&["x"]), "");
    check(
        &send(&"a".repeat(160 * 30), &two),
        "<status>-3</status><credits>0</credits>",
    );
    check(
        &send("Hello", &[("12", None)]),
        "<status>-4</status><credits>0</credits>",
    );
    check(&send("", &two), "<status>-2</status><credits>0</credits>");
    check(
        &Operation::Balance,
        "<status>0</status><credits>9</credits>",
    );
}

#[test]
fn waiting_is_told_if_it_is_wanted() {
    let mut gateway = Gateway::new(Terms {
        statuses: ["0", "NOT_DELIVERED"].map(str::to_owned).to_vec(),
        ..Terms::default()
    });
    gateway.answer(&asks(&send("Hello", &[("999000000001", Some("a"))])));
    let zero = "0000-00-00 00:00:00";
    assert_eq!(
        inside(&gateway.answer(&asks(&status(&["a"])))),
        format!("<message id=\"a\" sentdate=\"{zero}\" donedate=\"{zero}\" status=\"0\" />")
    );
    assert!(inside(&gateway.answer(&asks(&status(&["a"])))).contains("NOT_DELIVERED"));
}

#[test]
fn refusals_have_their_codes() {
    let mut gateway = Gateway::new(Terms {
        login: Some(credentials("other")),
        ..Terms::default()
    });
    let refused = inside(&gateway.answer(&asks(&Operation::Balance)));
    assert_eq!(refused, "<status>-1</status><credits>0</credits>");
    let refused = inside(&gateway.answer(&asks(&Operation::CreditPrice)));
    assert_eq!(refused, "<status>-1</status><price>0</price>");
    let refused = inside(&gateway.answer(&received(b"<SMS>")));
    assert_eq!(refused, "<status>-2</status><credits>0</credits>");
    let get = Received {
        head: b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        ..received(b"")
    };
    assert_eq!(
        inside(&gateway.answer(&get)),
        "<status>-2</status><credits>0</credits>"
    );
}

#[test]
fn a_script_is_followed_and_its_last_answer_stays() {
    let entry = |operation, bodies: &[&str], commits| Scripted {
        operation,
        answers: bodies.iter().map(|body| Answer::xml(*body)).collect(),
        commits,
    };
    let script = vec![
        entry("SEND", &["1", "2"], Commits::No),
        entry("GETPRICE", &["p"], Commits::No),
        entry("SEND", &["3"], Commits::Yes),
    ];
    let mut desk = Desk::new(script, Gateway::default());
    let asked = asks(&send("Hello", &[("999000000001", Some("a"))]));
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(String::from_utf8(desk.answer(&asked).body).unwrap());
    }
    assert_eq!(answers, ["1", "2", "3", "3"]);
    // What is not scripted is the gateway's, which heard of two of them.
    let report = inside(&desk.answer(&asks(&status(&["a"]))));
    assert_eq!(report.matches("<message ").count(), 2);
    desk.follow(Vec::new());
    assert_eq!(
        inside(&desk.answer(&asked)),
        "<status>1</status><credits>1</credits>"
    );
    let report = inside(&desk.answer(&asks(&status(&["a"]))));
    assert_eq!(report.matches("<message ").count(), 3);
}

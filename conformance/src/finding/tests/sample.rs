//! Requests and replies of tests, put together from documents.

use std::time::Duration;

use crate::client::transport::percent_encode;
use crate::finding::judge::Judge;
use crate::finding::{Asked, Finding, Ids};
use crate::operation::{Credentials, Message, Operation, Recipient};
use crate::password::Password;
use crate::stand_in::received::{Channel, End, Received};

/// The password of all tests.
pub(super) const PASSWORD: &str = "s3cret-pw";

/// A recipient with an id.
pub(super) const ONE: &str = r#"<number messageID="a1">999000000001</number>"#;

/// Requests in order, each with what was asked.
pub(super) type Talk = Vec<(Received, Option<Asked>)>;

/// A document of an operation.
pub(super) fn document(operation: &str, inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SMS>\n<operations>\n<operation>{operation}</operation>\n</operations>\n<authentication>\n<username>demo</username>\n<password>{PASSWORD}</password>\n</authentication>\n{inside}\n</SMS>"
    )
}

/// A SEND of a text, as it is written, to numbers, as they are written.
pub(super) fn send(text: &str, numbers: &str) -> String {
    document(
        "SEND",
        &format!(
            "<message>\n<sender>SMSKA</sender>\n<text>{text}</text>\n</message>\n<numbers>\n{numbers}\n</numbers>"
        ),
    )
}

/// A GETSTATUS of ids.
pub(super) fn status(ids: &[&str]) -> String {
    let ids: String = ids
        .iter()
        .map(|id| format!("<messageid>{id}</messageid>\n"))
        .collect();
    document("GETSTATUS", &format!("<statistics>\n{ids}</statistics>"))
}

/// A request with this label and body, answered.
pub(super) fn post(label: &str, body: impl Into<Vec<u8>>) -> Received {
    let body = body.into();
    let head = format!(
        "POST /members/sms/xml.php HTTP/1.1\r\nHost: 127.0.0.1:8621\r\nContent-Type: {label}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    Received {
        number: 1,
        connection: 1,
        arrived: Duration::ZERO,
        channel: Channel::Plain,
        head: head.into_bytes(),
        body,
        reply: b"<RESPONSE><status>1</status><credits>0.341</credits></RESPONSE>".to_vec(),
        end: End::Answered,
        took: Duration::ZERO,
    }
}

/// A percent-encoded form.
pub(super) fn form(document: impl AsRef<[u8]>) -> Received {
    let body = [b"XML=".to_vec(), percent_encode(document.as_ref())].concat();
    post("application/x-www-form-urlencoded", body)
}

/// A form that is not encoded.
pub(super) fn unescaped(document: &str) -> Received {
    post(
        "application/x-www-form-urlencoded",
        format!("XML={document}"),
    )
}

/// A multipart body.
pub(super) fn multipart(document: impl AsRef<[u8]>) -> Received {
    let body = [
        b"--x\r\nContent-Disposition: form-data; name=\"XML\"\r\n\r\n",
        document.as_ref(),
        b"\r\n--x--\r\n",
    ]
    .concat();
    post("multipart/form-data; boundary=x", body)
}

/// The body is the document.
pub(super) fn raw(document: impl Into<Vec<u8>>) -> Received {
    post("text/xml", document)
}

/// The same request with another head.
pub(super) fn headed(mut received: Received, from: &str, to: &str) -> Received {
    let head = String::from_utf8(received.head).unwrap();
    assert!(head.contains(from), "{head}");
    received.head = head.replacen(from, to, 1).into_bytes();
    received
}

/// The same request with another reply.
pub(super) fn answered(mut received: Received, reply: &str) -> Received {
    received.reply = reply.as_bytes().to_vec();
    received
}

/// A report with a row for each id.
pub(super) fn report(rows: &[(&str, &str)]) -> String {
    let rows: String = rows
        .iter()
        .map(|(id, status)| {
            format!("<message id=\"{id}\" sentdate=\"\" donedate=\"\" status=\"{status}\" />\n")
        })
        .collect();
    format!("<deliveryreport>\n{rows}</deliveryreport>")
}

/// The same request, its reply lost.
pub(super) fn lost(mut received: Received) -> Received {
    received.reply = Vec::new();
    received.end = End::Withheld;
    received
}

/// The same request, so many milliseconds after the beginning.
pub(super) fn at(milliseconds: u64, mut received: Received) -> Received {
    received.arrived = Duration::from_millis(milliseconds);
    received
}

/// Requests that nobody asked for.
pub(super) fn unasked(requests: impl IntoIterator<Item = Received>) -> Talk {
    requests
        .into_iter()
        .map(|request| (request, None))
        .collect()
}

/// One request of this asking.
pub(super) fn of(asked: &Asked, received: Received) -> Talk {
    vec![(received, Some(asked.clone()))]
}

/// An asking.
pub(super) fn asking(operation: Operation) -> Asked {
    Asked {
        turn: 1,
        operation,
        credentials: Credentials {
            username: "demo".to_owned(),
            password: Password::new(PASSWORD),
        },
        ids: Ids::Demanded,
    }
}

/// The asking that [`send`] with [`ONE`] is right for.
pub(super) fn asked(text: &str) -> Asked {
    asking(Operation::Send(message(text)))
}

/// The message of [`asked`].
pub(super) fn message(text: &str) -> Message {
    Message {
        sender: Some("SMSKA".to_owned()),
        text: text.to_owned(),
        recipients: vec![to("999000000001", "a1")],
    }
}

/// A recipient.
pub(super) fn to(number: &str, id: &str) -> Recipient {
    Recipient {
        number: number.to_owned(),
        id: Some(id.to_owned()),
        variables: None,
    }
}

/// Everything that is found in a talk, and the rules that were looked at.
pub(super) fn judged(talk: &Talk) -> (Vec<Finding>, Vec<&'static str>) {
    let mut judge = Judge::new();
    let mut found = Vec::new();
    for (place, (received, asked)) in talk.iter().enumerate() {
        let mut received = received.clone();
        received.number = place + 1;
        found.extend(judge.hear(&received, asked.as_ref()));
    }
    found.extend(judge.end());
    (found, judge.looked_at().iter().copied().collect())
}

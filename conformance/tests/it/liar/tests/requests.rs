//! Requests as they go over the wire: `fixtures/http` and `fixtures/bad-inputs.yaml`.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use serde_yaml::Value;

use super::documents::account;
use super::{read, rows, text};
use crate::liar::{Liar, Lie, Policy, Revision};

/// The endpoint with the accounts that the fixtures have.
pub(super) fn start(lie: Option<Lie>) -> Liar {
    let file: Value = serde_yaml::from_slice(&read("config/documented.yaml")).unwrap();
    let accounts = file["accounts"]
        .as_sequence()
        .unwrap()
        .iter()
        .map(account)
        .collect();
    Liar::serving(Policy::Refuse, Revision::Documented, lie, accounts)
}

/// What a client does after it has written.
#[derive(Clone, Copy)]
pub(super) enum Then {
    /// It says that nothing more comes.
    HalfClose,
    /// It waits.
    Wait,
}

/// All that comes back for these bytes until the connection ends.
pub(super) fn exchange(liar: &Liar, request: &[u8], then: Then) -> Vec<u8> {
    let mut stream = connect(liar);
    // Whoever is refused early may close before all of it is written.
    drop(stream.write_all(request));
    if let Then::HalfClose = then {
        drop(stream.shutdown(Shutdown::Write));
    }
    let mut received = Vec::new();
    drop(stream.read_to_end(&mut received));
    received
}

pub(super) fn connect(liar: &Liar) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", liar.server.port())).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// A reply: HTTP status, head and body.
pub(super) struct Received {
    pub(super) status: u16,
    head: String,
    pub(super) body: String,
}

/// The replies in what came back, interim ones left out.
pub(super) fn replies(received: &[u8]) -> Vec<Received> {
    let mut rest = std::str::from_utf8(received).unwrap();
    let mut replies = Vec::new();
    while let Some((head, behind)) = rest.split_once("\r\n\r\n") {
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head
            .split("Content-Length: ")
            .nth(1)
            .and_then(|value| value.lines().next());
        let length = length.map_or(0, |length| length.parse().unwrap());
        let (body, behind) = behind.split_at(length);
        if status != 100 {
            replies.push(Received {
                status,
                head: head.to_owned(),
                body: body.to_owned(),
            });
        }
        rest = behind;
    }
    assert_eq!(rest, "");
    replies
}

fn element<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = body.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>"))
        .map(|(inside, _)| inside)
}

#[track_caller]
fn check_reply(name: &str, received: &Received, expected: &Value) {
    let head = "Content-Type: text/xml; charset=UTF-8\r\n";
    assert!(received.head.contains(head), "{name}: {}", received.head);
    if let Some(rows) = expected["rows"].as_sequence() {
        for row in rows {
            let start = format!("<message id=\"{}\" sentdate=", text(row, "id"));
            assert!(received.body.contains(&start), "{name}: {}", received.body);
        }
        return;
    }
    let status = expected["status"].as_i64().unwrap().to_string();
    assert_eq!(
        element(&received.body, "status"),
        Some(status.as_str()),
        "{name}: {}",
        received.body
    );
    assert_eq!(
        element(&received.body, "credits"),
        expected["credits"].as_str(),
        "{name}: {}",
        received.body
    );
}

#[test]
fn requests_are_answered_as_the_fixtures_say() {
    let rows = rows("http/index.yaml");
    assert!(rows.len() > 80);
    for row in rows {
        let name = text(&row, "file");
        let liar = start(None);
        let received = replies(&exchange(
            &liar,
            &read(&format!("http/{name}")),
            Then::HalfClose,
        ));
        let expected: Vec<&Value> = match row["replies"].as_sequence() {
            Some(replies) => replies.iter().collect(),
            None => vec![&row["reply"]],
        };
        assert_eq!(received.len(), expected.len(), "{name}");
        for (received, expected) in received.iter().zip(expected) {
            assert_eq!(
                u64::from(received.status),
                row["http_status"].as_u64().unwrap(),
                "{name}"
            );
            check_reply(name, received, expected);
        }
    }
}

/// The bytes of a row of `bad-inputs.yaml`.
fn request(row: &Value) -> Vec<u8> {
    let repeated = |row: &Value| {
        let unit = text(row, "unit").repeat(row["times"].as_u64().unwrap().try_into().unwrap());
        format!("{}{unit}{}", text(row, "prefix"), text(row, "suffix")).into_bytes()
    };
    let bytes = |key: &str| {
        let plain = row[key].as_str().map(|plain| plain.as_bytes().to_vec());
        let encoded = row[format!("{key}_base64").as_str()].as_str().map(base64);
        let repeat = &row[format!("{key}_repeat").as_str()];
        plain
            .or(encoded)
            .or_else(|| (!repeat.is_null()).then(|| repeated(repeat)))
    };
    if let Some(raw) = bytes("raw") {
        return raw;
    }
    let body = bytes("body").unwrap();
    let content_type = row["content_type"]
        .as_str()
        .map(|kind| format!("Content-Type: {kind}\r\n"));
    let head = format!(
        "{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}Content-Length: {}\r\nConnection: close\r\n\r\n",
        row["method"].as_str().unwrap_or("POST"),
        row["path"].as_str().unwrap_or("/members/sms/xml.php"),
        content_type.unwrap_or_default(),
        body.len(),
    );
    [head.into_bytes(), body].concat()
}

fn base64(text: &str) -> Vec<u8> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0);
    for sign in text.bytes().filter(|&sign| sign != b'=') {
        let digit = alphabet.iter().position(|&other| other == sign).unwrap();
        bits = (bits << 6 | u32::try_from(digit).unwrap()) & 0xFFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xFF).unwrap());
        }
    }
    bytes
}

#[test]
fn bad_inputs_are_answered_as_the_fixtures_say() {
    let liar = start(None);
    let rows = rows("bad-inputs.yaml");
    assert!(rows.len() > 200);
    for row in rows {
        let expected = &row["expect"];
        // Here no body is too large.
        if expected["http"] == 413 {
            continue;
        }
        let name = text(&row, "name");
        let then = if row["end"] == "half-close" {
            Then::HalfClose
        } else {
            Then::Wait
        };
        let received = exchange(&liar, &request(&row), then);
        if received.is_empty() {
            assert!(
                expected["closed"] == true || expected["or_closed"] == true,
                "{name}: closed"
            );
            continue;
        }
        if expected["closed"] == true {
            continue;
        }
        let head = String::from_utf8_lossy(&received);
        let status = head.split(' ').nth(1).unwrap();
        assert_eq!(
            status,
            expected["http"].as_u64().unwrap().to_string(),
            "{name}: {head}"
        );
        if let Some(status) = expected["status"].as_i64() {
            assert_eq!(
                element(&head, "status"),
                Some(status.to_string().as_str()),
                "{name}: {head}"
            );
        }
    }
}

//! `fixtures/bad-inputs.yaml`: every broken request gets its documented answer, and the server stays up.

use std::time::Duration;

use epochta_mock::http::Limits;
use serde::Deserialize;
use tokio::io::AsyncWriteExt;

use crate::fixtures;
use crate::page::is_told_in_russian;
use crate::server::{Server, between, config, read_to_end, split};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(rename = "clauses")]
    _clauses: Vec<String>,
    raw: Option<String>,
    raw_base64: Option<String>,
    raw_repeat: Option<Repeat>,
    content_type: Option<String>,
    body: Option<String>,
    body_base64: Option<String>,
    body_repeat: Option<Repeat>,
    method: Option<String>,
    path: Option<String>,
    #[serde(default)]
    end: End,
    expect: Expect,
    #[serde(rename = "note")]
    _note: Option<String>,
}

#[derive(Deserialize)]
struct Repeat {
    prefix: String,
    unit: String,
    times: usize,
    suffix: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum End {
    #[default]
    Keep,
    HalfClose,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    http: Option<u16>,
    status: Option<i64>,
    #[serde(default)]
    closed: bool,
    #[serde(default)]
    or_closed: bool,
}

impl Repeat {
    fn bytes(&self) -> Vec<u8> {
        format!(
            "{}{}{}",
            self.prefix,
            self.unit.repeat(self.times),
            self.suffix
        )
        .into_bytes()
    }
}

impl Case {
    fn request(&self) -> Vec<u8> {
        let whole = [
            self.raw.as_ref().map(|text| latin1(text)),
            self.raw_base64.as_ref().map(|text| base64(text)),
            self.raw_repeat.as_ref().map(Repeat::bytes),
        ];
        if let Some(whole) = whole.into_iter().flatten().next() {
            return whole;
        }
        let body = [
            self.body.as_ref().map(|text| text.clone().into_bytes()),
            self.body_base64.as_ref().map(|text| base64(text)),
            self.body_repeat.as_ref().map(Repeat::bytes),
        ];
        let body = body
            .into_iter()
            .flatten()
            .next()
            .unwrap_or_else(|| panic!("{} has no body", self.name));
        let method = self.method.as_deref().unwrap_or("POST");
        let path = self.path.as_deref().unwrap_or("/members/sms/xml.php");
        let label = self
            .content_type
            .as_ref()
            .map(|label| format!("Content-Type: {label}\r\n"));
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}Content-Length: {}\r\nConnection: close\r\n\r\n",
            label.unwrap_or_default(),
            body.len()
        );
        [head.into_bytes(), body].concat()
    }
}

/// `\xNN` in YAML is the character U+00NN; in a request it is the byte.
fn latin1(text: &str) -> Vec<u8> {
    if text.chars().all(|character| u32::from(character) < 256) {
        text.chars()
            .map(|character| u8::try_from(u32::from(character)).unwrap())
            .collect()
    } else {
        text.as_bytes().to_vec()
    }
}

fn base64(text: &str) -> Vec<u8> {
    let value = |byte: u8| -> Option<u32> {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        alphabet
            .iter()
            .position(|known| *known == byte)
            .map(|at| u32::try_from(at).unwrap())
    };
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for value in text.bytes().filter_map(value) {
        bits = bits << 6 | value;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 255).unwrap());
        }
    }
    bytes
}

#[tokio::test]
async fn every_broken_request_gets_its_answer() {
    let limits = Limits {
        max_body: 1024 * 1024,
        max_head: 64 * 1024,
        head_timeout: Duration::from_millis(300),
        body_timeout: Duration::from_secs(1),
        ..Limits::default()
    };
    let server = Server::with(config("documented"), limits).await;
    let mut wrong = Vec::new();
    for case in fixtures::rows::<Case>("bad-inputs.yaml") {
        let mut stream = server.connect().await;
        // A server that has heard enough may close before everything is written.
        drop(stream.write_all(&case.request()).await);
        if matches!(case.end, End::HalfClose) {
            drop(stream.shutdown().await);
        }
        let reply = read_to_end(&mut stream).await;
        if let Err(reason) = check(&case.expect, &reply) {
            wrong.push(format!("{}: {reason}", case.name));
        }
        let newest = "/_mock/requests?order=newest&limit=1&brief=true";
        let (_, newest) = server.call("GET", newest, "").await;
        let reason = newest["requests"][0]["reason"].as_str();
        if let Some(reason) = reason.filter(|reason| !is_told_in_russian(reason)) {
            wrong.push(format!("{}: not told in Russian: {reason}", case.name));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} answers are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(
        server.balance("demo").await,
        "100",
        "nothing of it was charged, and the server is up"
    );
}

fn check(expect: &Expect, reply: &[u8]) -> Result<(), String> {
    // The end of the connection was seen, or this would not be reached.
    if reply.is_empty() && (expect.closed || expect.or_closed) {
        return Ok(());
    }
    // An answer to a request that ended too early says so.
    if expect.closed {
        return match split(reply).0 {
            400 | 408 => Ok(()),
            other => Err(format!("HTTP {other}; expected an end, or 400, or 408")),
        };
    }
    if reply.is_empty() {
        return Err(format!("closed without an answer; expected {expect:?}"));
    }
    let (status, body) = split(reply);
    let body = String::from_utf8_lossy(body);
    if expect.http != Some(status) {
        return Err(format!("HTTP {status}; expected {expect:?}: {body:.200}"));
    }
    let code = between(&body, "<status>", "</status>");
    match expect.status {
        Some(expected) if code != expected.to_string() => {
            Err(format!("{code}; expected {expect:?}: {body:.200}"))
        }
        _ => Ok(()),
    }
}

//! Every kind of fault as a raw socket sees it, before and after the charge; and what lets a held reply go.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use epochta_mock::Mock;
use epochta_mock::config::Config;
use epochta_mock::http::Limits;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::{Server, between, document, urlencoded};

/// A SEND of one message.
fn send(username: &str, number: &str, id: &str) -> String {
    let inside = format!(
        "<message><sender>Shop</sender><text>Hello</text></message><numbers><number messageID=\"{id}\">{number}</number></numbers>"
    );
    document("SEND", username, username, &inside)
}

/// How a connection ended, for its client.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// In order.
    Closed,
    /// By a reset.
    Reset,
    /// Not at all: the client lost its patience.
    Open,
}

/// What a client got.
#[derive(Debug)]
struct Seen {
    bytes: Vec<u8>,
    end: End,
}

impl Seen {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    fn head(&self) -> String {
        self.text().split("\r\n\r\n").next().unwrap().to_owned()
    }

    fn body(&self) -> String {
        between(&self.text(), "\r\n\r\n", "no end").to_owned()
    }

    fn length(&self) -> usize {
        let length = between(&self.text(), "Content-Length: ", "\r\n").to_owned();
        length.parse().unwrap()
    }
}

/// How long a client waits.
#[derive(Debug, Clone, Copy)]
enum Patience {
    /// To the end.
    Long,
    /// Not long: nothing will come.
    Short,
    /// To the first byte, and then not long.
    OnceBegun,
}
use Patience::{Long, OnceBegun, Short};

impl Patience {
    const fn after(self, bytes: &[u8]) -> Duration {
        match (self, bytes) {
            (Long, _) | (OnceBegun, []) => Duration::from_secs(60),
            (Short, _) => Duration::from_millis(100),
            (OnceBegun, _) => Duration::from_secs(1),
        }
    }
}

async fn see(address: SocketAddr, document: &str, patience: Patience) -> Seen {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&urlencoded(document)).await.unwrap();
    read(&mut stream, patience).await
}

async fn read(stream: &mut TcpStream, patience: Patience) -> Seen {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    let end = loop {
        match tokio::time::timeout(patience.after(&bytes), stream.read(&mut chunk)).await {
            Err(_) => break End::Open,
            Ok(Ok(0)) => break End::Closed,
            Ok(Ok(length)) => bytes.extend_from_slice(&chunk[..length]),
            Ok(Err(error)) => {
                assert_eq!(error.kind(), ErrorKind::ConnectionReset);
                break End::Reset;
            }
        }
    };
    Seen { bytes, end }
}

const REPLY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<RESPONSE>\n<status>1</status>\n<credits>1</credits>\n\
    </RESPONSE>\n";

/// Waits until so many requests have come.
async fn came(mock: &Mock, count: usize) {
    let so_far = async || {
        let journal = mock.call("GET", "requests", None).await.unwrap();
        journal["requests"].as_array().unwrap().len()
    };
    while so_far().await < count {
        tokio::task::yield_now().await;
    }
}

/// What a client sees of a SEND under this fault, whether it is placed before or after; and that the ledger and the
/// journal have it or not.
#[track_caller]
fn check(fault: &str, patience: Patience, end: End, seen_is: impl Fn(&Seen) -> bool) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for (placed, credits, messages, result) in
        [("before", "100", 0, "LOST"), ("after", "99", 1, "SEND_OK")]
    {
        runtime.block_on(async {
            let mock = Mock::start().await;
            mock.fault(&format!("{{ name: f, placed: {placed}, {fault} }}"));
            let seen = see(mock.address(), &send("demo", "380501234567", "m"), patience).await;
            // A client may give up before it was heard.
            came(&mock, 1).await;
            assert_eq!(seen.end, end, "{fault} {placed}: {:?}", seen.text());
            assert!(seen_is(&seen), "{fault} {placed}: {:?}", seen.text());
            assert_eq!(mock.balance("demo"), credits, "{fault} {placed}");
            assert_eq!(mock.messages("*").len(), messages, "{fault} {placed}");
            assert_eq!(mock.hits("f"), 1);
            let request = mock.call("GET", "requests/1", None).await.unwrap();
            let kind = between(fault, "kind: ", ",");
            let told = json!({ "name": "f", "kind": kind, "placed": placed, "committed": messages == 1 });
            assert_eq!((&request["fault"], request["result"].as_str()), (&told, Some(result)));
            let why = mock.call("GET", "requests/1/explain", None).await.unwrap();
            let lines: Vec<&str> = why["lines"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            let told = match placed {
                "before" => "The fault f did that, before anything happened: nothing of the request was kept.",
                _ => "The fault f did that, after everything had happened: to send it again is to send it twice.",
            };
            assert_eq!(lines.last(), Some(&told));
        });
    }
}

/// A reply that is whole HTTP.
fn is_whole(seen: &Seen, status: &str, label: &str, body: &str) -> bool {
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {label}\r\n");
    seen.head().starts_with(&head) && seen.length() == body.len() && seen.body() == body
}

const XML: &str = "text/xml; charset=UTF-8";

#[test]
fn a_delay() {
    let is_right = |seen: &Seen| is_whole(seen, "200 OK", XML, REPLY);
    check("kind: delay, for: 1ms", Long, End::Closed, is_right);
    check(
        "kind: delay, from: 1ms, to: 2ms",
        Long,
        End::Closed,
        is_right,
    );
    check(
        "kind: delay, median: 1ms, sigma: 0.5, most: 5ms",
        Long,
        End::Closed,
        is_right,
    );
    let is_nothing = |seen: &Seen| seen.bytes.is_empty();
    check("kind: delay, for: 1h", Short, End::Open, is_nothing);
}

#[test]
fn a_stall() {
    let is_nothing = |seen: &Seen| seen.bytes.is_empty();
    check("kind: stall,", Short, End::Open, is_nothing);
    check("kind: stall, for: 1h", Short, End::Open, is_nothing);
    check("kind: stall, for: 1ms", Long, End::Closed, is_nothing);
}

#[test]
fn a_reset_and_a_close() {
    let is_nothing = |seen: &Seen| seen.bytes.is_empty();
    check("kind: reset,", Long, End::Reset, is_nothing);
    check("kind: close,", Long, End::Closed, is_nothing);
}

#[test]
fn a_cut() {
    for (how, kept) in [
        ("bytes: 0", 0),
        ("bytes: 40", 40),
        // Something is always missing.
        ("bytes: 10000", REPLY.len() - 1),
        ("share: 100%", REPLY.len() - 1),
        ("share: 0.5", REPLY.len() / 2),
    ] {
        let is_cut = |seen: &Seen| seen.length() == REPLY.len() && seen.body() == REPLY[..kept];
        check(&format!("kind: cut, {how}"), Long, End::Closed, is_cut);
    }
}

#[test]
fn a_malformed_chunk() {
    check("kind: malformed_chunk,", Long, End::Closed, |seen| {
        let (right, wrong) = REPLY.split_at(REPLY.len() / 2);
        let body = format!(
            "{:x}\r\n{right}\r\nno length\r\n{wrong}\r\n0\r\n\r\n",
            right.len()
        );
        seen.head().contains("\r\nTransfer-Encoding: chunked\r\n")
            && !seen.head().contains("Content-Length")
            && seen.text().ends_with(&body)
    });
}

#[test]
fn a_drip() {
    let is_right = |seen: &Seen| is_whole(seen, "200 OK", XML, REPLY);
    check(
        "kind: drip, bytes: 7, pause: 1ms",
        Long,
        End::Closed,
        is_right,
    );
    // The first piece is there while the second is not.
    let is_begun = |seen: &Seen| seen.length() == REPLY.len() && seen.body() == REPLY[..7];
    check(
        "kind: drip, bytes: 7, pause: 1h",
        OnceBegun,
        End::Open,
        is_begun,
    );
    check(
        "kind: drip, bytes: 100000, pause: 1h",
        Long,
        End::Closed,
        is_right,
    );
}

#[test]
fn what_is_no_http_or_no_reply() {
    check("kind: garbage,", Long, End::Closed, |seen| {
        !seen.bytes.is_empty() && !seen.text().contains("HTTP") && seen.bytes.contains(&0xFF)
    });
    for status in [
        "500 Internal Server Error",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "504 Gateway Timeout",
    ] {
        let fault = format!("kind: html_error, status: {}", &status[..3]);
        check(&fault, Long, End::Closed, |seen| {
            let body = seen.body();
            is_whole(seen, status, "text/html", &body)
                && body.contains(&format!("<h1>{status}</h1>"))
        });
    }
    check("kind: empty,", Long, End::Closed, |seen| {
        is_whole(seen, "200 OK", XML, "")
    });
    check("kind: wrong_shape,", Long, End::Closed, |seen| {
        is_whole(seen, "200 OK", XML, &seen.body()) && seen.body().ends_with("</maintenance>\n")
    });
}

#[test]
fn what_is_nearly_a_reply() {
    check("kind: warning,", Long, End::Closed, |seen| {
        let body = seen.body();
        is_whole(seen, "200 OK", XML, &body)
            && body.starts_with("<br />\n<b>Warning</b>: ")
            && body.ends_with(&format!("<br />\n{REPLY}"))
    });
    check("kind: warning, text: Oops", Long, End::Closed, |seen| {
        is_whole(seen, "200 OK", XML, &format!("Oops{REPLY}"))
    });
    for (fault, charset) in [
        ("kind: wrong_charset,", "windows-1251"),
        ("kind: wrong_charset, charset: utf-16", "utf-16"),
    ] {
        let label = format!("text/xml; charset={charset}");
        check(fault, Long, End::Closed, |seen| {
            is_whole(seen, "200 OK", &label, REPLY)
        });
    }
}

/// A delayed reply is the reply, and its connection stays; so does that of a client that shut its side down.
#[tokio::test]
async fn a_delay_leaves_the_connection_as_it_is() {
    let mock = Mock::configured("faults: [{ kind: delay, for: 1ms }]").await;
    let request = String::from_utf8(urlencoded(&document("BALANCE", "demo", "demo", ""))).unwrap();
    let kept = request.replace("Connection: close\r\n", "");
    let mut stream = TcpStream::connect(mock.address()).await.unwrap();
    let mut pending = Vec::new();
    for _ in 0..2 {
        stream.write_all(kept.as_bytes()).await.unwrap();
        let reply = crate::server::read_reply(&mut stream, &mut pending).await;
        assert!(reply.ends_with(b"<credits>100</credits>\n</RESPONSE>\n"));
    }
    stream.write_all(kept.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let seen = read(&mut stream, Long).await;
    assert!(seen.text().ends_with("</RESPONSE>\n"), "{}", seen.text());
}

/// Stalled, delayed and dripping replies are let go by a reset of their space, and of no other.
#[tokio::test]
async fn a_reset_releases_what_is_held() {
    let mock = Mock::configured(
        "faults:\n  \
         - { kind: stall, when: { operation: send } }\n  \
         - { kind: delay, for: 1h, when: { operation: balance } }\n  \
         - { kind: drip, bytes: 1, pause: 1h }\n",
    )
    .await;
    let mut held = Vec::new();
    for operation in ["SEND", "BALANCE", "CREDITPRICE"] {
        let mut stream = TcpStream::connect(mock.address()).await.unwrap();
        let request = urlencoded(&document(operation, "demo", "demo", ""));
        stream.write_all(&request).await.unwrap();
        held.push(stream);
    }
    // All three are held before anybody is let go.
    came(&mock, 3).await;
    let mut other = TcpStream::connect(mock.address()).await.unwrap();
    let reset =
        b"POST /s/other/_mock/reset HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    other.write_all(reset).await.unwrap();
    assert!(read(&mut other, Long).await.text().contains(" 204 "));
    for stream in &mut held {
        assert_eq!(read(stream, Short).await.end, End::Open);
    }
    mock.call("POST", "reset", None).await.unwrap();
    for stream in &mut held {
        assert_eq!(read(stream, Long).await.end, End::Closed);
    }
}

fn stalls(limits: Limits) -> impl Future<Output = Server> {
    let config = "faults: [{ kind: stall, when: { operation: send } }, { kind: delay, for: 1h, when: { operation: price } }]";
    Server::with(Config::parse(config, "test").unwrap(), limits)
}

#[tokio::test]
async fn a_server_that_stops_lets_go() {
    let limits = Limits {
        drain_timeout: Duration::from_secs(3_600),
        ..Limits::default()
    };
    let server = stalls(limits).await;
    let mut held = Vec::new();
    for operation in ["SEND", "GETPRICE"] {
        let mut stream = server.connect().await;
        let request = urlencoded(&document(operation, "demo", "demo", ""));
        stream.write_all(&request).await.unwrap();
        assert_eq!(read(&mut stream, Short).await.end, End::Open);
        held.push(stream);
    }
    while server.app.spaces.main().requests() < 2 {
        tokio::task::yield_now().await;
    }
    server.stop().await.unwrap();
    for stream in &mut held {
        assert_eq!(read(stream, Long).await.end, End::Closed);
    }
}

/// Where there is room for one connection, the next one finds it when the client of a stall is gone.
#[tokio::test]
async fn a_stall_ends_with_its_client() {
    let limits = Limits {
        max_connections: 1,
        ..Limits::default()
    };
    let server = stalls(limits).await;
    let address = server.address;
    let balance = document("BALANCE", "demo", "demo", "");
    let mut stalled = server.connect().await;
    let request = urlencoded(&document("SEND", "demo", "demo", ""));
    stalled.write_all(&request).await.unwrap();
    assert_eq!(read(&mut stalled, Short).await.end, End::Open);
    assert!(see(address, &balance, Long).await.text().contains(" 503 "));
    drop(stalled);
    let mut seen = see(address, &balance, Long).await;
    while !seen.text().contains(" 200 ") {
        seen = see(address, &balance, Long).await;
    }
}

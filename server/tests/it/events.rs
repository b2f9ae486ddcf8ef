//! What happens in a space, told as it happens: each kind of event, coming back after a break, readers that are slow or
//! gone, spaces that are opened and closed, places, and the end of the server.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use epochta_mock::config::Config;
use epochta_mock::control::access::Access;
use epochta_mock::control::openapi;
use epochta_mock::http::counters::Count;
use epochta_mock::http::{App, Face, Limits};
use epochta_mock::reload::Configuration;
use epochta_mock::space::news::Notice;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::binary::directory;
use crate::hostile::{SHORT, count, documented};
use crate::server::{Server, document, exchange_at, read_to_end, send, split};

/// Somebody who listens.
struct Listener {
    stream: TcpStream,
    pending: String,
}

/// An event: its id, its kind, its data.
#[derive(Debug, Clone, PartialEq)]
struct Event {
    id: Option<String>,
    kind: String,
    data: Value,
}

impl Listener {
    /// Listens, and has been told that the stream is open.
    async fn new(server: &Server, path: &str, headers: &str) -> (Self, Event) {
        let mut stream = server.connect().await;
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut listener = Self {
            stream,
            pending: String::new(),
        };
        let head = listener.until("\r\n\r\n").await.expect("a head");
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        for line in [
            "Content-Type: text/event-stream",
            "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff",
            "Connection: close",
        ] {
            assert!(head.lines().any(|found| found == line), "{line}: {head}");
        }
        let open = listener.next().await.unwrap();
        assert_eq!(open.kind, "open");
        (listener, open)
    }

    async fn main(server: &Server) -> Self {
        Self::new(server, "/_mock/events", "").await.0
    }

    /// What comes up to an end; `None` if the stream is over.
    async fn until(&mut self, end: &str) -> Option<String> {
        let mut chunk = [0; 65_536];
        loop {
            if let Some((text, rest)) = self.pending.split_once(end) {
                let (text, rest) = (text.to_owned(), rest.to_owned());
                self.pending = rest;
                return Some(text);
            }
            match self.stream.read(&mut chunk).await {
                Ok(length @ 1..) => {
                    let text = std::str::from_utf8(&chunk[..length]).unwrap();
                    self.pending.push_str(text);
                }
                Ok(_) | Err(_) => return None,
            }
        }
    }

    async fn next(&mut self) -> Option<Event> {
        let text = self.until("\n\n").await?;
        let line = |name: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix(name));
            value.map(str::to_owned)
        };
        Some(Event {
            id: line("id: "),
            kind: line("event: ").unwrap_or_else(|| panic!("{text:?} is no event")),
            data: serde_json::from_str(&line("data: ").unwrap()).unwrap(),
        })
    }

    /// The next events are of these kinds, with this in their data.
    async fn hears(&mut self, expected: &[(&str, Value)]) -> Option<String> {
        let mut last = None;
        for (kind, data) in expected {
            let event = self.next().await.expect("an event");
            assert_eq!((event.kind.as_str(), &event.data), (*kind, data));
            last = event.id;
        }
        last
    }
}

/// Comes true in its time, as somebody else's task has to see to it.
async fn until(what: impl Fn() -> bool) {
    while !what() {
        tokio::task::yield_now().await;
    }
}

async fn built_in() -> Server {
    let config = Config::parse("", "test").unwrap();
    Server::with(config, Limits::default()).await
}

/// Each operation that changes something, and what is told of it. One that is new is missing here until it is told.
#[tokio::test]
async fn whatever_changes_is_told() {
    let file = directory("events").join("mock.yaml");
    fs::write(&file, "revision: documented").unwrap();
    let server = Server::configured(&file).await;
    fs::write(&file, "revision: extended").unwrap();
    server
        .post(&send("demo", "<number>999102000001</number>"))
        .await;
    let mut listener = Listener::main(&server).await;
    let account = |name: &str| ("account", json!({ "username": name }));
    let scripts = ("scripts", json!({}));
    let faults = ("faults", json!({}));
    let clock = ("clock", json!({}));
    let reset = |account: Value| ("reset", json!({ "account": account }));
    let moved = json!({ "account": "demo", "ordinal": 1, "count": 1 });
    let operations = [
        (
            "createAccount",
            "POST accounts",
            r#"{"username":"x"}"#,
            vec![account("x")],
        ),
        (
            "changeAccount",
            "PATCH accounts/x",
            r#"{"mode":"test"}"#,
            vec![account("x")],
        ),
        (
            "topUpAccount",
            "POST accounts/x/top-up",
            r#"{"credits":1}"#,
            vec![account("x")],
        ),
        (
            "resetAccount",
            "POST accounts/x/reset",
            "",
            vec![reset(json!("x"))],
        ),
        (
            "removeAccount",
            "DELETE accounts/x",
            "",
            vec![reset(json!("x"))],
        ),
        (
            "addScript",
            "POST scripts",
            r#"{"name":"s","lose":"reply"}"#,
            vec![scripts.clone()],
        ),
        (
            "removeScript",
            "DELETE scripts/s",
            "",
            vec![scripts.clone()],
        ),
        (
            "replaceScripts",
            "PUT scripts",
            r#"{"scripts":[]}"#,
            vec![scripts.clone()],
        ),
        ("removeScripts", "DELETE scripts", "", vec![scripts.clone()]),
        (
            "addFault",
            "POST faults",
            r#"{"name":"f","kind":"reset"}"#,
            vec![faults.clone()],
        ),
        (
            "putFault",
            "PUT faults/f",
            r#"{"kind":"close"}"#,
            vec![faults.clone()],
        ),
        ("removeFault", "DELETE faults/f", "", vec![faults.clone()]),
        (
            "setClock",
            "PUT clock",
            r#"{"mode":"frozen"}"#,
            vec![clock.clone()],
        ),
        (
            "advanceClock",
            "POST clock/advance",
            r#"{"by":"1m"}"#,
            vec![clock.clone()],
        ),
        (
            "moveMessage",
            "POST messages/demo/1/move",
            r#"{"status":"DELIVERED"}"#,
            vec![("message", moved)],
        ),
        (
            "reload",
            "POST reload",
            "",
            vec![("configuration", json!({}))],
        ),
        (
            "reset",
            "POST reset?account=demo",
            "",
            vec![reset(json!("demo"))],
        ),
        (
            "reset",
            "POST reset",
            "",
            vec![scripts, faults, reset(Value::Null)],
        ),
    ];
    let mut told = BTreeSet::from(["closeSpace", "verify"]);
    for (id, call, body, expected) in &operations {
        let (method, path) = call.split_once(' ').unwrap();
        let (status, answer) = server.call(method, &format!("/_mock/{path}"), body).await;
        assert!((200..300).contains(&status), "{call}: {answer}");
        listener.hears(expected).await;
        told.insert(id);
    }
    let document = openapi::document();
    let methods = document["paths"].as_object().unwrap().values();
    let methods = methods.flat_map(|path| path.as_object().unwrap());
    let changing = methods.filter(|(method, _)| *method != "get");
    let changing: BTreeSet<&str> = changing
        .map(|(_, operation)| operation["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(told, changing);
    // A file that is wrong is told of, too, and that it is right again.
    for text in ["revision: wrong", "revision: extended"] {
        fs::write(&file, text).unwrap();
        server.call("POST", "/_mock/reload", "").await;
        listener.hears(&[("configuration", json!({}))]).await;
    }
}

#[tokio::test]
async fn requests_are_told_with_their_messages() {
    let text = "auto_accounts: \"ci-*\"\nfaults: [{ kind: reset, placed: before, when: { account: lost } }]\n\
        accounts: [{ username: demo, password: demo }, { username: lost, password: lost }]";
    let server = Server::with(Config::parse(text, "test").unwrap(), Limits::default()).await;
    let mut listener = Listener::main(&server).await;
    let request = |number: u64, account: Value, operation: &str, result: &str| {
        let data = json!({ "number": number, "account": account, "operation": operation, "result": result });
        ("request", data)
    };
    let message = |account: &str, ordinal: u64, count: u64| {
        let data = json!({ "account": account, "ordinal": ordinal, "count": count });
        ("message", data)
    };
    let number = "<number>999103000001</number>";
    server.post(&send("demo", number)).await;
    server.post(&send("demo", &number.repeat(300))).await;
    server.post("<SMS").await;
    server.post(&document("BALANCE", "nobody", "x", "")).await;
    server.post(&document("BALANCE", "ci-1", "x", "")).await;
    exchange_at(
        server.address,
        "/members/sms/xml.php",
        &send("lost", number),
    )
    .await;
    let long = "x".repeat(100_000);
    server.post(&document("BALANCE", &long, "x", "")).await;
    listener
        .hears(&[
            message("demo", 1, 1),
            request(1, json!("demo"), "SEND", "SEND_OK"),
            // More than the credits pay for.
            request(2, json!("demo"), "SEND", "NOT_ENOUGH_CREDITS"),
            request(3, Value::Null, "-", "XML_ERROR"),
            request(4, json!("nobody"), "BALANCE", "AUTH_FAILED"),
            ("account", json!({ "username": "ci-1" })),
            request(5, json!("ci-1"), "BALANCE", "OK"),
            request(6, json!("lost"), "SEND", "LOST"),
            request(7, Value::Null, "BALANCE", "AUTH_FAILED"),
        ])
        .await;
    server.post(&send("demo", &number.repeat(30))).await;
    let told = [
        message("demo", 2, 30),
        request(8, json!("demo"), "SEND", "SEND_OK"),
    ];
    listener.hears(&told).await;
}

#[tokio::test]
async fn whoever_comes_back_hears_what_was_told_meanwhile() {
    let server = built_in().await;
    let (mut first, open) = Listener::new(&server, "/_mock/events", "").await;
    let begin = open.id.unwrap();
    let news = server.app.spaces.main().news();
    let account = |number: usize| ("account", json!({ "username": number.to_string() }));
    let tell = |number: usize| news.tell(Notice::Account(number.to_string().into()));
    (1..=3).for_each(tell);
    let third = first
        .hears(&[account(1), account(2), account(3)])
        .await
        .unwrap();
    drop(first);
    (4..=500).for_each(tell);
    // By the address, and by the header that an EventSource sends.
    for (query, header) in [
        (format!("?after={third}"), String::new()),
        (String::new(), format!("Last-Event-ID: {third}\r\n")),
    ] {
        let path = format!("/_mock/events{query}");
        let (mut back, open) = Listener::new(&server, &path, &header).await;
        assert_eq!(open.id.as_deref(), Some(third.as_str()));
        let expected: Vec<_> = (4..=500).map(account).collect();
        back.hears(&expected).await;
    }
    // What is no longer known, was never said, or is of another life.
    (501..=1_001).for_each(tell);
    let life = begin.split('-').next().unwrap();
    for after in [
        begin.clone(),
        "0-0".to_owned(),
        format!("{life}-5000"),
        "1-1".to_owned(),
    ] {
        let path = format!("/_mock/events?after={after}");
        let (mut late, _) = Listener::new(&server, &path, "").await;
        let now = late.hears(&[("gap", json!({}))]).await.unwrap();
        tell(0);
        let next = late.hears(&[account(0)]).await.unwrap();
        assert_ne!(next, now);
    }
    let (mut strange, _) = Listener::new(&server, "/_mock/events", "Last-Event-ID: x\r\n").await;
    strange.hears(&[("gap", json!({}))]).await;
    for wrong in [
        "after=",
        "after=x",
        "after=1-1&after=1-1",
        "since=1-1",
        "after=%31-x",
    ] {
        let (status, problem) = server
            .call("GET", &format!("/_mock/events?{wrong}"), "")
            .await;
        assert_eq!(status, 400, "{wrong}: {problem}");
    }
    let other = server.call("POST", "/_mock/events", "").await;
    assert_eq!(other.0, 405);
}

/// A head is asked for by programs that look whether something is there.
#[tokio::test]
async fn who_asks_for_the_head_alone_does_not_listen() {
    let server = built_in().await;
    let request = b"HEAD /_mock/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let reply = server.exchange(request).await;
    let text = String::from_utf8(reply).unwrap();
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    assert!(
        text.contains("Content-Type: text/event-stream\r\n"),
        "{text}"
    );
    assert_eq!(server.app.sockets.streams.open(), 0);
}

#[tokio::test]
async fn streams_have_a_bound_and_go_with_their_clients() {
    let server = built_in().await;
    let mut listeners = Vec::new();
    for _ in 0..64 {
        listeners.push(Listener::main(&server).await);
    }
    let (status, problem) = server.call("GET", "/_mock/events", "").await;
    assert_eq!(status, 503, "{problem}");
    assert_eq!(count(&server, Count::StreamRefused), 1);
    let (_, _) = server.call("GET", "/_mock/metrics", "").await;
    assert_eq!(server.app.sockets.streams.open(), 64);
    // One is gone, and nobody has to say anything for that to be seen.
    drop(listeners.pop());
    until(|| server.app.sockets.streams.open() == 63).await;
    listeners.push(Listener::main(&server).await);
    server.post("<SMS").await;
    for listener in &mut listeners {
        assert_eq!(listener.next().await.unwrap().kind, "request");
    }
    drop(listeners);
    until(|| server.app.sockets.streams.open() == 0).await;
}

/// Who does not read keeps nobody waiting, is told of the gap when it reads again, and is cut off if it does not.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_harms_nobody() {
    for (write_timeout, comes_back) in [(Duration::from_secs(600), true), (SHORT, false)] {
        let limits = Limits {
            write_timeout,
            ..Limits::default()
        };
        let server = documented(limits).await;
        let mut slow = Listener::main(&server).await;
        let mut quick = Listener::main(&server).await;
        let news = server.app.spaces.main().news();
        // More than any socket holds, a little at a time for the one that reads.
        let long: Arc<str> = "x".repeat(100_000).into();
        for _ in 0..200 {
            news.tell(Notice::Account(Arc::clone(&long)));
            assert_eq!(quick.next().await.unwrap().kind, "account");
        }
        for _ in 0..1_100 {
            news.tell(Notice::Clock);
        }
        assert_eq!(server.balance("demo").await, "100");
        if comes_back {
            let mut heard = slow.next().await.unwrap();
            while heard.kind == "account" {
                heard = slow.next().await.unwrap();
            }
            assert_eq!(heard.kind, "gap");
            news.tell(Notice::Scripts);
            while heard.kind != "scripts" {
                heard = slow.next().await.unwrap();
            }
        } else {
            until(|| count(&server, Count::ReplySlow) == 1).await;
            while slow.next().await.is_some() {}
        }
        drop(quick);
        let left = u64::from(comes_back);
        until(|| server.app.sockets.streams.open() == left).await;
    }
}

/// Whoever listens to a space opens none, hears when somebody opens it, and stays with its name.
#[tokio::test]
async fn a_stream_stays_with_the_name_of_its_space() {
    let server = built_in().await;
    let (mut listener, _) = Listener::new(&server, "/s/ci-7/_mock/events", "").await;
    let mut main = Listener::main(&server).await;
    let ask = async || {
        let path = "/s/ci-7/members/sms/xml.php";
        exchange_at(server.address, path, "<SMS").await.unwrap();
    };
    assert_eq!(server.app.spaces.all().len(), 1);
    ask().await;
    let gap = ("gap", json!({}));
    let first = listener.hears(std::slice::from_ref(&gap)).await;
    assert!(first.is_some());
    let request = |number: u64| {
        let data =
            json!({ "number": number, "account": null, "operation": "-", "result": "XML_ERROR" });
        ("request", data)
    };
    // The one that opened it may have been told already by the gap.
    ask().await;
    let mut heard = listener.next().await.unwrap();
    while heard.data["number"] == 1 {
        heard = listener.next().await.unwrap();
    }
    assert_eq!(
        (heard.kind.as_str(), heard.data),
        (request(2).0, request(2).1)
    );
    assert_eq!(
        server.call("DELETE", "/s/ci-7/_mock/space", "").await.0,
        204
    );
    assert_eq!(server.app.spaces.all().len(), 1, "nobody opened it anew");
    ask().await;
    listener.hears(&[gap]).await;
    // Nothing of it was heard elsewhere.
    server.post("<SMS").await;
    main.hears(&[request(1)]).await;
}

/// A place is needed more by others than by a page that can come back.
#[tokio::test]
async fn a_stream_is_the_first_to_leave_its_place() {
    let limits = Limits {
        max_connections: 3,
        ..Limits::default()
    };
    let server = documented(limits).await;
    let mut idle = server.connect().await;
    let mut listener = Listener::main(&server).await;
    let wait = b"GET /_mock/messages/wait?timeout=10m HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut waiting = server.connect().await;
    waiting.write_all(wait).await.unwrap();
    until(|| server.app.spaces.main().waiters.len() == 1).await;
    assert_eq!(server.balance("demo").await, "100");
    assert_eq!(listener.next().await, None, "it was let go");
    assert_eq!(count(&server, Count::LetGo), 1);
    // The one that did nothing was not, and is served.
    idle.write_all(b"GET /_mock/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    assert_eq!(split(&read_to_end(&mut idle).await).0, 200);
}

/// Neither the reader of a stream nor one that reads nothing holds up the end.
#[tokio::test(flavor = "multi_thread")]
async fn streams_end_with_the_server() {
    let limits = Limits {
        drain_timeout: Duration::from_secs(600),
        write_timeout: Duration::from_secs(600),
        ..Limits::default()
    };
    let server = documented(limits).await;
    let mut listener = Listener::main(&server).await;
    let (mut unopened, _) = Listener::new(&server, "/s/new/_mock/events", "").await;
    let _lazy = Listener::main(&server).await;
    let news = server.app.spaces.main().news();
    let long: Arc<str> = "x".repeat(100_000).into();
    for _ in 0..200 {
        news.tell(Notice::Account(Arc::clone(&long)));
        assert_eq!(listener.next().await.unwrap().kind, "account");
    }
    server.stop().await.unwrap();
    assert_eq!(listener.next().await, None);
    assert_eq!(unopened.next().await, None);
}

#[tokio::test]
async fn listening_is_for_who_may_use_the_control_api() {
    let access = Access::with_token("t0ken".to_owned());
    let config = Config::parse("", "test").unwrap();
    let app = App {
        access,
        ..Server::app(config, Configuration::built_in())
    };
    let server = Server::of(app, Face::Both).await;
    assert_eq!(server.call("GET", "/_mock/events", "").await.0, 401);
    let right = "Authorization: Bearer t0ken\r\n";
    let (mut listener, _) = Listener::new(&server, "/_mock/events", right).await;
    server.post("<SMS").await;
    assert_eq!(listener.next().await.unwrap().kind, "request");
}

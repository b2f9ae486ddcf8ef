//! Too many, too large and too slow at the same time: who gets a place, what all of them may take together, and how
//! the server stops amid them.

use std::time::Duration;

use epochta_mock::config::Config;
use epochta_mock::http::Limits;
use epochta_mock::http::counters::Count;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::hostile::{POST, SHORT, count, documented};
use crate::server::{Server, document, read_reply, read_to_end, send, split, urlencoded};

/// A BALANCE on a connection that stays open.
fn kept() -> Vec<u8> {
    let request = String::from_utf8(urlencoded(&document("BALANCE", "demo", "demo", ""))).unwrap();
    request
        .replacen("Connection: close\r\n", "", 1)
        .into_bytes()
}

/// A connection that was served once, so that the server certainly has it.
async fn served(server: &Server) -> TcpStream {
    let mut stream = server.connect().await;
    stream.write_all(&kept()).await.unwrap();
    assert_eq!(
        split(&read_reply(&mut stream, &mut Vec::new()).await).0,
        200
    );
    stream
}

/// All places are taken by those who do nothing, or do it slowly: each newcomer takes the place of the one who kept
/// the server waiting longest, and who has just been served keeps its own.
#[tokio::test]
async fn nobody_keeps_a_place_by_doing_nothing() {
    let limits = Limits {
        max_connections: 4,
        ..Limits::default()
    };
    let server = documented(limits).await;
    let mut idle = server.connect().await;
    let mut head = server.connect().await;
    head.write_all(POST.as_bytes()).await.unwrap();
    let mut body = server.connect().await;
    body.write_all(format!("{POST}Content-Length: 9\r\n\r\nXML").as_bytes())
        .await
        .unwrap();
    // Only this one is served, and it comes last.
    let mut ordinary = served(&server).await;
    while count(&server, Count::Requests) < 2 {
        tokio::task::yield_now().await;
    }
    for _ in 0..3 {
        drop(served(&server).await);
        ordinary.write_all(&kept()).await.unwrap();
        assert_eq!(
            split(&read_reply(&mut ordinary, &mut Vec::new()).await).0,
            200
        );
    }
    // They come and go; the three slow ones have to leave sooner or later, and are told so if they had begun.
    let mut more = Vec::new();
    while count(&server, Count::LetGo) < 3 {
        more.push(served(&server).await);
    }
    assert_eq!(read_to_end(&mut idle).await, b"");
    for begun in [&mut head, &mut body] {
        assert_eq!(split(&read_to_end(begun).await).0, 503);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_all_are_at_work_a_newcomer_is_refused() {
    let limits = Limits {
        max_connections: 2,
        ..Limits::default()
    };
    let server = documented(limits).await;
    let wait = b"GET /_mock/messages/wait?timeout=10m HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let mut stream = server.connect().await;
        stream.write_all(wait).await.unwrap();
        waiting.push(stream);
    }
    while server.app.spaces.main().waiters.len() < 2 {
        tokio::task::yield_now().await;
    }
    let mut third = server.connect().await;
    third.write_all(&kept()).await.unwrap();
    let reply = read_to_end(&mut third).await;
    assert_eq!(split(&reply).0, 503);
    assert!(String::from_utf8_lossy(&reply).contains("Retry-After: 1\r\n"));
    assert_eq!(count(&server, Count::Refused), 1);
    assert_eq!(count(&server, Count::LetGo), 0);
    server.app.spaces.main().waiters.release();
    for stream in &mut waiting {
        assert_eq!(split(&read_reply(stream, &mut Vec::new()).await).0, 409);
    }
    server.balance("demo").await;
}

/// 20,000 numbers with one id: eight ids are a report of 14 MB, more than any socket holds.
async fn with_large_reports(limits: Limits) -> (Server, Vec<u8>) {
    let text = "accounts: [{ username: demo, password: demo, credits: 100000 }]";
    let server = Server::with(Config::parse(text, "test").unwrap(), limits).await;
    let numbers = "<number messageID=\"k\">999000000001</number>".repeat(20_000);
    let sent = server.post(&send("demo", &numbers)).await;
    assert!(sent.contains("<status>20000</status>"), "{sent}");
    let ids = "<messageid>k</messageid>".repeat(8);
    let ids = format!("<statistics>{ids}</statistics>");
    let request = urlencoded(&document("GETSTATUS", "demo", "demo", &ids));
    (server, request)
}

/// Who reads nothing, and who reads a little now and then: a reply has its time once.
#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_not_taken_is_cut_off() {
    let limits = Limits {
        write_timeout: SHORT,
        ..Limits::default()
    };
    let (server, request) = with_large_reports(limits).await;
    for (reads, cut) in [(0_usize, 1), (100, 2)] {
        let mut lazy = server.connect().await;
        lazy.write_all(&request).await.unwrap();
        let mut some = vec![0; reads];
        let mut ticks = tokio::time::interval(Duration::from_millis(5));
        while count(&server, Count::ReplySlow) < cut {
            ticks.tick().await;
            if reads > 0 {
                drop(lazy.read(&mut some).await);
            }
        }
        assert_eq!(server.balance("demo").await, "80000");
    }
    while server.app.sockets.under_way.taken() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn large_bodies_and_replies_have_a_bound_together() {
    let limits = Limits {
        max_body: 4 << 20,
        // For one report, or for a little more than one body.
        max_under_way: 20 << 20,
        ..Limits::default()
    };
    let (server, request) = with_large_reports(limits).await;
    let mut lazy = server.connect().await;
    lazy.write_all(&request).await.unwrap();
    let mut first = [0; 12];
    lazy.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    let second = server.exchange(&request).await;
    assert_eq!(split(&second).0, 503);
    assert_eq!(count(&server, Count::ReplyCrowded), 1);
    // What is small is served all the same.
    assert_eq!(server.balance("demo").await, "80000");
    let begun = format!(
        "{POST}Content-Length: 1000000\r\n\r\n{}",
        "a".repeat(900_000)
    );
    let mut bodies = Vec::new();
    while count(&server, Count::BodyCrowded) == 0 {
        let mut body = server.connect().await;
        body.write_all(begun.as_bytes()).await.unwrap();
        bodies.push(body);
        server.balance("demo").await;
    }
    assert!(server.app.sockets.under_way.taken() <= 20 << 20);
    // It is given back with the connections.
    drop((bodies, lazy));
    while server.app.sockets.under_way.taken() > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(split(&server.exchange(&request).await).0, 200);
}

/// As many of each kind of client that never comes to an end by itself.
async fn hostile_clients(server: &Server) -> Vec<TcpStream> {
    let body = format!("{POST}Content-Length: 9\r\n\r\nXML");
    let chunks = format!("{POST}Transfer-Encoding: chunked\r\n\r\n1\r\n");
    let mut clients = Vec::new();
    for bytes in ["", "\r\n", POST, &body, &chunks] {
        for _ in 0..20 {
            let mut stream = server.connect().await;
            stream.write_all(bytes.as_bytes()).await.unwrap();
            clients.push(stream);
        }
    }
    clients
}

/// Stopping amid all this finishes the reply under way; the others run out of their own time.
#[tokio::test(flavor = "multi_thread")]
async fn stopping_amid_hostile_clients_finishes_a_reply() {
    let limits = Limits {
        head_timeout: SHORT,
        body_timeout: Duration::from_secs(5),
        drain_timeout: Duration::from_secs(600),
        ..Limits::default()
    };
    let (server, request) = with_large_reports(limits).await;
    let _hostile = hostile_clients(&server).await;
    let mut reading = server.connect().await;
    reading.write_all(&request).await.unwrap();
    let mut reply = vec![0; 12];
    reading.read_exact(&mut reply).await.unwrap();
    let stopped = server.stop();
    let rest = read_to_end(&mut reading).await;
    assert!(
        rest.ends_with(b"</deliveryreport>\n"),
        "the reply under way was cut after {} bytes",
        rest.len()
    );
    stopped.await.unwrap();
}

/// And who never comes to an end is cut off after the drain time.
#[tokio::test(flavor = "multi_thread")]
async fn stopping_ends_whatever_clients_do() {
    let limits = Limits {
        drain_timeout: SHORT,
        ..Limits::default()
    };
    let (server, request) = with_large_reports(limits).await;
    let _hostile = hostile_clients(&server).await;
    let mut lazy = server.connect().await;
    lazy.write_all(&request).await.unwrap();
    lazy.read_exact(&mut [0; 12]).await.unwrap();
    server.stop().await.unwrap();
}

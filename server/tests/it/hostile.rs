//! Whatever is done to a socket: it is answered or closed, it is counted, and others are served meanwhile.

use std::time::Duration;

use epochta_mock::http::Limits;
use epochta_mock::http::counters::Count;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::server::{Server, config, read_reply, read_to_end, split};

pub(crate) const POST: &str = "POST /members/sms/xml.php HTTP/1.1\r\nHost: 127.0.0.1\r\n";
/// What would be served if it came through behind a request that ends elsewhere than it seems.
const SMUGGLED: &str = "GET /_mock/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
/// As short as lets a machine under load write a request.
pub(crate) const SHORT: Duration = Duration::from_millis(500);

pub(crate) async fn documented(limits: Limits) -> Server {
    Server::with(config("documented"), limits).await
}

pub(crate) fn count(server: &Server, count: Count) -> u64 {
    server.app.sockets.counters.of(count)
}

/// Plays bytes; they are answered with this status and nothing else, the connection ends, this counter is one up,
/// and an ordinary client is served meanwhile.
async fn check(server: &Server, bytes: &[u8], status: u16, counter: Count) {
    let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).to_string();
    let before = count(server, counter);
    let mut stream = server.connect().await;
    drop(stream.write_all(bytes).await);
    assert_eq!(server.balance("demo").await, "100", "{shown:?}");
    let reply = read_to_end(&mut stream).await;
    let text = String::from_utf8_lossy(&reply);
    assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{shown:?}: {text}");
    assert_eq!(split(&reply).0, status, "{shown:?}: {text}");
    assert!(
        split(&reply).1.ends_with(b"\n"),
        "it is said why: {shown:?}: {text}"
    );
    assert_eq!(count(server, counter), before + 1, "{shown:?}: {counter:?}");
}

#[tokio::test]
async fn a_request_that_can_be_read_in_two_ways_is_refused() {
    let server = documented(Limits::default()).await;
    let chunked = "5\r\nXML=x\r\n0\r\n\r\n";
    for (headers, body) in [
        ("Content-Length: 5\r\nContent-Length: 5", "XML=x"),
        ("Content-Length: 5\r\nContent-Length: 6", "XML=x"),
        ("Content-Length: 5\r\nTransfer-Encoding: chunked", chunked),
        ("Transfer-Encoding: chunked\r\nContent-Length: 5", chunked),
        ("Transfer-Encoding: xchunked", chunked),
        ("Transfer-Encoding: chunked, identity", chunked),
        ("Transfer-Encoding: identity, chunked", chunked),
        ("Transfer-Encoding: gzip, chunked", chunked),
        (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            chunked,
        ),
        ("Transfer-Encoding: \tchunked,", chunked),
        ("Host: other", ""),
    ] {
        let bytes = format!("{POST}{headers}\r\n\r\n{body}{SMUGGLED}");
        check(&server, bytes.as_bytes(), 400, Count::HeadAmbiguous).await;
    }
    let old = POST.replace("HTTP/1.1", "HTTP/1.0");
    let old = format!("{old}Transfer-Encoding: chunked\r\n\r\n{chunked}{SMUGGLED}");
    check(&server, old.as_bytes(), 400, Count::HeadAmbiguous).await;
}

#[tokio::test]
async fn a_head_that_is_none_is_refused() {
    let server = documented(Limits::default()).await;
    for headers in [
        "Content-Length: -5",
        "Content-Length: +5",
        "Content-Length: 5, 5",
        "Content-Length: 0x5",
        "Content-Length: 99999999999999999999",
        "Content-Length: 18446744073709551615",
        "Content-Length:",
        "Content-Length : 5",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding:\r\n chunked",
        "X: a\r\n folded",
        "X: a\0b",
        "X\0: a",
        "X: a\rContent-Length: 5",
    ] {
        let bytes = format!("{POST}{headers}\r\n\r\nXML=x{SMUGGLED}");
        check(&server, bytes.as_bytes(), 400, Count::HeadMalformed).await;
    }
    for bytes in [
        &b"GET /\r\n\r\n"[..],
        b"GET / HTTP/3.0\r\n\r\n",
        &[0; 70_000],
        b"\xff\xfe",
    ] {
        check(&server, bytes, 400, Count::HeadMalformed).await;
    }
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00"[..],
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        check(&server, bytes, 400, Count::OtherProtocol).await;
    }
    for headers in [
        "X: ".to_owned() + &"a".repeat(70_000),
        "X: y\r\n".repeat(100) + "X: y",
    ] {
        let bytes = format!("{POST}{headers}\r\n\r\n");
        check(&server, bytes.as_bytes(), 431, Count::HeadLarge).await;
    }
}

/// What RFC 9112 lets every server take is taken.
#[tokio::test]
async fn unusual_heads_have_one_meaning() {
    let server = documented(Limits::default()).await;
    let body = "XML=%3CSMS%2F%3E";
    let length = format!("Content-Length: {}", body.len());
    let crlf = format!("\r\n\r\n{POST}{length}\r\n\r\n{body}");
    let absolute = crlf.replace("POST /", "POST http://gateway.example/");
    let chunked = format!(
        "{POST}Transfer-Encoding: CHUNKED\r\n\r\n8;x=y\r\nXML=%3CS\r\n8\r\nMS%2F%3E\r\n0\r\nT: 1\r\n\r\n"
    );
    for request in [&crlf, &crlf.replace("\r\n", "\n"), &absolute, &chunked] {
        let requests = count(&server, Count::Requests);
        // Three at once are answered in order, and the head of each is looked at.
        let bytes = format!("{request}{request}{SMUGGLED}");
        let mut stream = server.connect().await;
        stream.write_all(bytes.as_bytes()).await.unwrap();
        let mut pending = Vec::new();
        for _ in 0..2 {
            let reply = read_reply(&mut stream, &mut pending).await;
            assert!(
                String::from_utf8_lossy(&reply).contains("<status>-2</status>"),
                "{request}"
            );
        }
        let live = read_reply(&mut stream, &mut pending).await;
        assert!(live.ends_with(b"{\"status\":\"live\"}"), "{request}");
        assert_eq!(count(&server, Count::Requests), requests + 3);
        let two_lengths = format!("{request}{POST}Content-Length: 1\r\nContent-Length: 1\r\n\r\nx");
        let mut stream = server.connect().await;
        stream.write_all(two_lengths.as_bytes()).await.unwrap();
        let replies = read_to_end(&mut stream).await;
        let replies = String::from_utf8_lossy(&replies);
        assert_eq!(
            replies.matches("HTTP/1.1 ").count(),
            2,
            "{request}: {replies}"
        );
        assert!(
            replies.ends_with("two Content-Lengths\n"),
            "{request}: {replies}"
        );
    }
}

#[tokio::test]
async fn bodies_that_are_wrong_are_counted() {
    let limits = Limits {
        max_body: 1024,
        body_timeout: SHORT,
        ..Limits::default()
    };
    let server = documented(limits).await;
    for chunks in [
        "zz\r\n",
        "-1\r\n",
        "fffffffffffffffffff\r\n",
        "5\nhello",
        "1\r\nab\r\n0\r\n\r\n",
    ] {
        let bytes = format!("{POST}Transfer-Encoding: chunked\r\n\r\n{chunks}{SMUGGLED}");
        check(&server, bytes.as_bytes(), 400, Count::BodyBroken).await;
    }
    let large = format!("{POST}Content-Length: 1025\r\n\r\n{}", "a".repeat(1025));
    check(&server, large.as_bytes(), 413, Count::BodyLarge).await;
    let large = format!(
        "{POST}Transfer-Encoding: chunked\r\n\r\n500\r\n{}\r\n0\r\n\r\n",
        "a".repeat(0x500)
    );
    check(&server, large.as_bytes(), 413, Count::BodyLarge).await;
    let huge = format!("{POST}Content-Length: 9000000000000000000\r\n\r\nXML=");
    check(&server, huge.as_bytes(), 413, Count::BodyLarge).await;
    let slow = format!("{POST}Content-Length: 100\r\n\r\nXML=");
    check(&server, slow.as_bytes(), 408, Count::BodySlow).await;
    let mut cut = server.connect().await;
    cut.write_all(slow.as_bytes()).await.unwrap();
    cut.shutdown().await.unwrap();
    assert_eq!(split(&read_to_end(&mut cut).await).0, 400);
}

/// A byte now and then does not buy more time: what is limited is the whole.
#[tokio::test]
async fn a_slow_client_has_its_time_once() {
    let limits = Limits {
        head_timeout: SHORT,
        body_timeout: SHORT,
        ..Limits::default()
    };
    let server = documented(limits).await;
    let endless_chunks = format!("{POST}Transfer-Encoding: chunked\r\n\r\n");
    let endless_body = format!("{POST}Content-Length: 1000000\r\n\r\n");
    for (begun, drop_by_drop, counter, times) in [
        (POST, "X", Count::HeadSlow, 1),
        (POST, "a: b", Count::HeadSlow, 2),
        (endless_chunks.as_str(), "1\r\na\r\n", Count::BodySlow, 1),
        (endless_body.as_str(), "a", Count::BodySlow, 2),
    ] {
        let mut stream = server.connect().await;
        stream.write_all(begun.as_bytes()).await.unwrap();
        let (mut reader, mut writer) = stream.split();
        let mut reply = Vec::new();
        let dripping = async {
            let mut ticks = tokio::time::interval(Duration::from_millis(5));
            loop {
                ticks.tick().await;
                if writer.write_all(drop_by_drop.as_bytes()).await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        tokio::select! {
            _ = reader.read_to_end(&mut reply) => {}
            () = dripping => {}
        }
        assert_eq!(split(&reply).0, 408, "{begun:?}");
        assert_eq!(count(&server, counter), times, "{begun:?}");
        assert_eq!(server.balance("demo").await, "100");
    }
    let mut idle = server.connect().await;
    assert_eq!(read_to_end(&mut idle).await, b"");
    assert_eq!(count(&server, Count::Idle), 1);
    let mut cut = server.connect().await;
    cut.write_all(POST.as_bytes()).await.unwrap();
    cut.shutdown().await.unwrap();
    assert_eq!(split(&read_to_end(&mut cut).await).0, 400);
    assert_eq!(count(&server, Count::HeadMalformed), 1);
}

/// Every counter is told as one, with its help, and is explained in the README.
#[tokio::test]
async fn counters_are_told_as_counters() {
    let server = documented(Limits::default()).await;
    let request = b"GET /_mock/metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let reply = server.exchange(request).await;
    let told = String::from_utf8(split(&reply).1.to_vec()).unwrap();
    let readme = include_str!("../../../README.md");
    for counter in Count::ALL {
        let name = counter.name();
        let family = name.split('{').next().unwrap();
        assert!(family.ends_with("_total"), "{family}");
        for line in [
            format!("# HELP epochta_mock_{family} {}\n", counter.help()),
            format!("# TYPE epochta_mock_{family} counter\n"),
            format!("\nepochta_mock_{name} "),
        ] {
            assert_eq!(told.matches(&line).count(), 1, "{line:?} in {told}");
        }
        assert!(
            readme.contains(&format!("| `{name}` |")),
            "README.md has no row of {name}"
        );
    }
}

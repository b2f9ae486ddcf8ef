//! What no file can show: segments, time-outs, limits, parallel clients, shutting down.

use std::sync::Arc;
use std::time::Duration;

use epochta_mock::config::Config;
use epochta_mock::gateway::money::Credits;
use epochta_mock::http::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::server::{Server, config, document, read_reply, read_to_end, send, split, urlencoded};

const NUMBER: &str = "<number>999000000001</number>";

fn status(reply: &[u8]) -> u16 {
    split(reply).0
}

#[tokio::test(flavor = "multi_thread")]
async fn of_200_parallel_mailings_an_account_pays_for_120() {
    // 120 parts at 0.3333 are 39.996; what is left does not pay for another.
    let text = "accounts: [{ username: demo, password: demo, credits: 40.1 }]\ntariffs: { \"999\": 0.3333 }";
    let server =
        Arc::new(Server::with(Config::parse(text, "test").unwrap(), Limits::default()).await);
    let clients = (0..200).map(|_| {
        let server = Arc::clone(&server);
        tokio::spawn(async move { server.post(&send("demo", NUMBER)).await })
    });
    let (mut sent, mut refused) = (0, 0);
    for client in clients.collect::<Vec<_>>() {
        let reply = client.await.unwrap();
        if reply.contains("<status>1</status>\n<credits>0.3333</credits>") {
            sent += 1;
        } else {
            assert!(
                reply.contains("<status>-3</status>\n<credits>0</credits>"),
                "{reply}"
            );
            refused += 1;
        }
    }
    assert_eq!((sent, refused), (120, 80));
    assert_eq!(server.balance("demo").await, "0.104");
    let (charged, entries) = server
        .app
        .spaces
        .main()
        .world
        .with_account("demo", |account| {
            (
                account.ledger().charged(),
                account.ledger().entries().count(),
            )
        })
        .unwrap();
    assert_eq!(
        (charged, entries),
        ("39.996".parse::<Credits>().unwrap(), 121)
    );
}

#[tokio::test]
async fn head_and_body_may_come_apart() {
    let server = Server::documented().await;
    let request = urlencoded(&send("demo", NUMBER));
    let mut stream = server.connect().await;
    stream.set_nodelay(true).unwrap();
    for piece in request.chunks(7) {
        stream.write_all(piece).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert!(
        read_to_end(&mut stream)
            .await
            .ends_with(b"<status>1</status>\n<credits>1</credits>\n</RESPONSE>\n")
    );
}

#[tokio::test]
async fn a_client_that_expects_100_gets_it_before_its_body() {
    let server = Server::documented().await;
    let mut stream = server.connect().await;
    let body = format!("XML={}", send("demo", NUMBER));
    let head = format!(
        "POST /members/sms/xml.php HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nHost: 127.0.0.1\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\nConnection: Close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).await.unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body.as_bytes()).await.unwrap();
    assert_eq!(status(&read_to_end(&mut stream).await), 200);
}

#[tokio::test]
async fn a_reply_comes_in_one_piece() {
    let server = Server::documented().await;
    let mut stream = server.connect().await;
    stream
        .write_all(&urlencoded(&send("demo", NUMBER)))
        .await
        .unwrap();
    let mut first = [0; 65_536];
    let length = stream.read(&mut first).await.unwrap();
    let reply = String::from_utf8_lossy(&first[..length]).to_string();
    assert!(
        reply.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=UTF-8\r\n"),
        "{reply}"
    );
    assert!(reply.contains("\r\nContent-Length: "), "{reply}");
    assert!(reply.ends_with("</RESPONSE>\n"), "{reply}");
}

#[tokio::test]
async fn a_slow_head_and_a_slow_body_run_out_of_time() {
    let limits = Limits {
        head_timeout: Duration::from_millis(40),
        body_timeout: Duration::from_millis(40),
        ..Limits::default()
    };
    let server = Server::with(config("documented"), limits).await;
    for begun in [
        "POST /members/sms/xml.php HTTP/1.1\r\nHo",
        "POST / HTTP/1.1\r\nContent-Length: 9\r\n",
    ] {
        let mut stream = server.connect().await;
        stream.write_all(begun.as_bytes()).await.unwrap();
        assert_eq!(status(&read_to_end(&mut stream).await), 408, "{begun}");
    }
    let mut stream = server.connect().await;
    stream
        .write_all(
            b"POST /members/sms/xml.php HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nXML=",
        )
        .await
        .unwrap();
    assert_eq!(status(&read_to_end(&mut stream).await), 408);
    let mut idle = server.connect().await;
    assert_eq!(
        read_to_end(&mut idle).await,
        b"",
        "an idle connection is closed without a word"
    );
    assert_eq!(server.balance("demo").await, "100");
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_before_it_is_sent() {
    let server = Server::with(
        config("documented"),
        Limits {
            max_body: 10,
            ..Limits::default()
        },
    )
    .await;
    let mut stream = server.connect().await;
    stream
        .write_all(b"POST /members/sms/xml.php HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n")
        .await
        .unwrap();
    let reply = read_to_end(&mut stream).await;
    assert_eq!(status(&reply), 413);
    let told = String::from_utf8_lossy(&reply).to_string();
    assert!(
        told.ends_with("the body is larger than the limit of 10 bytes (limits.max_body)\n"),
        "{told}"
    );
}

#[tokio::test]
async fn stopping_finishes_the_request_under_way() {
    let server = Server::documented().await;
    let address = server.address;
    let mut stream = server.connect().await;
    let mut idle = server.connect().await;
    let request = urlencoded(&send("demo", NUMBER));
    let (first, rest) = request.split_at(request.len() / 2);
    let balance = urlencoded(&document("BALANCE", "demo", "demo", ""));
    // The server has certainly begun with the connection when it answers on it.
    let kept = balance.replace_once("Connection: close\r\n", "");
    for stream in [&mut stream, &mut idle] {
        stream.write_all(&kept).await.unwrap();
        read_reply(stream, &mut Vec::new()).await;
    }
    stream.write_all(first).await.unwrap();
    // A later request on another connection is answered, so the first half has been seen too.
    server.balance("demo").await;
    let stopped = server.stop();
    assert_eq!(
        read_to_end(&mut idle).await,
        b"",
        "an idle connection is closed"
    );
    stream.write_all(rest).await.unwrap();
    assert_eq!(status(&read_to_end(&mut stream).await), 200);
    stopped.await.unwrap();
    assert!(
        tokio::net::TcpStream::connect(address).await.is_err(),
        "nobody listens any more"
    );
}

#[tokio::test]
async fn old_messages_go_and_are_counted() {
    let text = "accounts: [{ username: demo, password: demo }]\nlimits: { max_messages: 3 }";
    let server = Server::with(Config::parse(text, "test").unwrap(), Limits::default()).await;
    for id in ["a", "b", "a", "c", "d"] {
        let number = format!("<number messageID=\"{id}\">999000000001</number>");
        server.post(&send("demo", &number)).await;
    }
    let ids = "<statistics><messageid>a</messageid><messageid>b</messageid><messageid>d</messageid></statistics>";
    let report = server
        .post(&document("GETSTATUS", "demo", "demo", ids))
        .await;
    let shown: Vec<&str> = report
        .lines()
        .filter_map(|line| line.strip_prefix("<message id=\"")?.split('"').next())
        .collect();
    assert_eq!(shown, ["a", "d"], "one a went, and b");
    let holdings = server.app.spaces.main().world.holdings();
    assert_eq!((holdings.messages, holdings.evicted), (3, 2));
}

/// STATUS-10, and a small request that must not make a reply without end.
#[tokio::test]
async fn a_report_has_a_bound() {
    let text =
        "accounts: [{ username: demo, password: demo, credits: 1000 }]\nlimits: { max_rows: 100 }";
    let server = Server::with(Config::parse(text, "test").unwrap(), Limits::default()).await;
    let numbers = "<number messageID=\"k\">999000000001</number>".repeat(30);
    server.post(&send("demo", &numbers)).await;
    for (asked, rows) in [(3, 90), (4, 0), (10_000, 0)] {
        let ids = format!(
            "<statistics>{}</statistics>",
            "<messageid>k</messageid>".repeat(asked)
        );
        let report = server
            .post(&document("GETSTATUS", "demo", "demo", &ids))
            .await;
        assert_eq!(report.matches("<message id").count(), rows, "{asked} ids");
        assert_eq!(
            report.contains("<status>-2</status>"),
            rows == 0,
            "{asked} ids"
        );
    }
}

/// Whoever takes none of its reply loses its place.
#[tokio::test]
async fn a_client_that_never_reads_is_let_go() {
    let text = "accounts: [{ username: demo, password: demo, credits: 100000 }]";
    let limits = Limits {
        max_connections: 1,
        write_timeout: Duration::from_millis(40),
        ..Limits::default()
    };
    let server = Server::with(Config::parse(text, "test").unwrap(), limits).await;
    let numbers = "<number messageID=\"k\">999000000001</number>".repeat(20_000);
    server.post(&send("demo", &numbers)).await;
    let ids = format!(
        "<statistics>{}</statistics>",
        "<messageid>k</messageid>".repeat(8)
    );
    let mut lazy = server.connect().await;
    while lazy
        .write_all(&urlencoded(&document("GETSTATUS", "demo", "demo", &ids)))
        .await
        .is_err()
    {
        lazy = server.connect().await;
    }
    // 18 MB wait for it, and its place is the only one.
    loop {
        let mut next = server.connect().await;
        drop(
            next.write_all(&urlencoded(&document("BALANCE", "demo", "demo", "")))
                .await,
        );
        if read_to_end(&mut next).await.starts_with(b"HTTP/1.1 200") {
            break;
        }
    }
    drop(lazy);
}

trait ReplaceOnce {
    fn replace_once(&self, what: &str, by: &str) -> Vec<u8>;
}

impl ReplaceOnce for Vec<u8> {
    fn replace_once(&self, what: &str, by: &str) -> Vec<u8> {
        let text = String::from_utf8(self.clone()).unwrap();
        assert!(text.contains(what));
        text.replacen(what, by, 1).into_bytes()
    }
}

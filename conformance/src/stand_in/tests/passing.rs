//! Another endpoint behind the listener.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::sync::mpsc::unbounded_channel;

use super::super::answer::Delivery;
use super::super::received::End;
use super::super::{Behind, Heard, Options, StandIn};
use super::{BALANCE, Seen, answering, ask, connect, plausible, read_until, runtime};

async fn before(url: &str, options: Options) -> StandIn {
    let behind = Behind::Upstream(url.parse().unwrap());
    StandIn::start(behind, options).await.unwrap()
}

#[test]
fn requests_and_replies_pass_byte_for_byte() {
    runtime().block_on(async {
        let upstream = plausible().await;
        let stand_in = before(&upstream.url(), Options::default()).await;
        let mut stream = connect(&stand_in).await;
        let request = BALANCE.replace("Host: a", "X_y:  z");
        for _ in 0..2 {
            stream.write_all(request.as_bytes()).await.unwrap();
            let reply = read_until(&mut stream, "</RESPONSE>\n").await;
            assert!(reply.contains("<credits>1000000</credits>"), "{reply}");
        }
        let (passed, came) = (stand_in.stop().await, upstream.stop().await);
        assert_eq!(passed.len(), 2);
        for (passed, came) in passed.iter().zip(&came) {
            assert_eq!([&*passed.head, &*passed.body].concat(), request.as_bytes());
            assert_eq!([&*came.head, &*came.body].concat(), request.as_bytes());
            assert_eq!((&came.reply, came.connection), (&passed.reply, 1));
        }
    });
}

/// What a client sees of an upstream that answers in this way is what it would see without anything in between.
#[track_caller]
fn check(delivery: Delivery, end: End) {
    runtime().block_on(async {
        let upstream = answering("<RESPONSE/>", delivery.clone()).await;
        let request = BALANCE.replace("Host: a", "Connection: close");
        let straight = ask(&upstream, &request).await;
        let (heard, mut hears) = unbounded_channel::<Heard>();
        let options = Options {
            heard: Some(heard),
            ..Options::default()
        };
        let stand_in = before(&upstream.url(), options).await;
        assert_eq!(ask(&stand_in, &request).await, straight, "{delivery:?}");
        let heard = hears.recv().await.unwrap();
        assert_eq!(heard.received.end, end, "{delivery:?}");
        match heard.upstream.unwrap() {
            Ok(reply) => {
                assert_eq!((reply.status, end), (200, End::Answered));
                assert_eq!(reply.body, b"<RESPONSE/>");
                assert_eq!(reply.raw, straight.0.as_bytes());
            }
            Err(why) => {
                assert_eq!(end, End::Withheld);
                assert!(why.starts_with("no whole reply from 127.0.0.1:"), "{why}");
            }
        }
        assert_eq!(stand_in.stop().await, []);
    });
}

#[test]
fn an_upstream_s_faults_are_passed_on() {
    check(Delivery::Whole, End::Answered);
    check(Delivery::Segments, End::Answered);
    check(Delivery::Chunked(3), End::Answered);
    check(Delivery::UntilClose, End::Answered);
    check(Delivery::ThenClose, End::Answered);
    let pause = Duration::from_millis(1);
    check(Delivery::Drip { bytes: 9, pause }, End::Answered);
    check(Delivery::Cut(4), End::Withheld);
    check(Delivery::BrokenChunk, End::Withheld);
    check(Delivery::Close, End::Withheld);
    check(Delivery::Reset, End::Withheld);
}

#[test]
fn an_upstream_that_is_down_is_said() {
    runtime().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        drop(listener);
        let stand_in = before(&url, Options::default()).await;
        let (reply, seen) = ask(&stand_in, BALANCE).await;
        assert!(reply.starts_with("HTTP/1.1 502 Bad Gateway\r\n"), "{reply}");
        assert!(reply.contains("is it running?"), "{reply}");
        assert_eq!(seen, Seen::Fin);
        assert_eq!(stand_in.stop().await[0].end, End::Answered);
    });
}

#[test]
fn chunks_and_what_waits_reach_the_upstream() {
    runtime().block_on(async {
        let upstream = plausible().await;
        let stand_in = before(&upstream.url(), Options::default()).await;
        let (head, body) = BALANCE.split_once("\r\n\r\n").unwrap();
        let head = head.replace(
            "Content-Length: 203",
            "Expect: 100-continue\r\nTransfer-Encoding: chunked",
        );
        let mut stream = connect(&stand_in).await;
        stream
            .write_all(format!("{head}\r\n\r\n").as_bytes())
            .await
            .unwrap();
        read_until(&mut stream, "100 Continue\r\n\r\n").await;
        let chunks = format!("cb\r\n{body}\r\n0\r\n\r\n");
        stream.write_all(chunks.as_bytes()).await.unwrap();
        let reply = read_until(&mut stream, "</RESPONSE>\n").await;
        assert!(reply.starts_with("HTTP/1.1 200 OK\r\n"), "{reply}");
        let came = upstream.stop().await;
        assert_eq!(came[0].body, body.as_bytes());
        assert_eq!(came[0].header("transfer-encoding"), Some("chunked"));
        assert_eq!(came[0].header("expect"), None);
    });
}

#[test]
fn a_client_that_leaves_is_noticed_while_the_upstream_thinks() {
    runtime().block_on(async {
        let upstream = answering("", Delivery::Stall).await;
        let stand_in = before(&upstream.url(), Options::default()).await;
        let mut stream = connect(&stand_in).await;
        stream.write_all(BALANCE.as_bytes()).await.unwrap();
        stream.set_zero_linger().unwrap();
        drop(stream);
        while stand_in.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(stand_in.stop().await[0].end, End::Left);
    });
}

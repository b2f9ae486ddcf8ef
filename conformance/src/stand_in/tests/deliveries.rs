//! Each delivery, byte for byte and to its end.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;

use super::super::answer::Delivery;
use super::super::received::End;
use super::{BALANCE, Seen, answering, ask, connect, read_until, runtime};

/// The body of all replies here.
const BODY: &str = "<RESPONSE/>";

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=UTF-8\r\n";

/// What a client sees that wants the connection to end, and what is kept of it.
#[track_caller]
fn check(delivery: Delivery, version: &str, expected: &str, seen: Seen, end: End) {
    runtime().block_on(async {
        let stand_in = answering(BODY, delivery.clone()).await;
        let request = BALANCE.replace(
            "HTTP/1.1\r\n",
            &format!("{version}\r\nConnection: close\r\n"),
        );
        let reply = ask(&stand_in, &request).await;
        assert_eq!(reply, (expected.to_owned(), seen), "{delivery:?}");
        let requests = stand_in.stop().await;
        assert_eq!(requests.len(), 1, "{delivery:?}");
        assert_eq!(requests[0].end, end, "{delivery:?}");
        let body = if end == End::Answered { BODY } else { "" };
        assert_eq!(requests[0].reply, body.as_bytes(), "{delivery:?}");
    });
}

#[test]
fn what_is_whole_is_whole() {
    let measured = format!("{HEAD}Content-Length: 11\r\nConnection: close\r\n\r\n{BODY}");
    let pause = Duration::from_millis(1);
    for delivery in [
        Delivery::Whole,
        Delivery::Segments,
        Delivery::ThenClose,
        Delivery::Drip { bytes: 7, pause },
    ] {
        for version in ["HTTP/1.0", "HTTP/1.1"] {
            check(
                delivery.clone(),
                version,
                &measured,
                Seen::Fin,
                End::Answered,
            );
        }
    }
    let closed = format!("{HEAD}Connection: close\r\n\r\n{BODY}");
    check(
        Delivery::UntilClose,
        "HTTP/1.1",
        &closed,
        Seen::Fin,
        End::Answered,
    );
    let chunked = format!(
        "{HEAD}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n\
         4\r\n<RES\r\n4\r\nPONS\r\n3\r\nE/>\r\n0\r\n\r\n"
    );
    check(
        Delivery::Chunked(4),
        "HTTP/1.1",
        &chunked,
        Seen::Fin,
        End::Answered,
    );
    // Who speaks HTTP/1.0 knows no chunks.
    check(
        Delivery::Chunked(4),
        "HTTP/1.0",
        &closed,
        Seen::Fin,
        End::Answered,
    );
}

#[test]
fn what_is_lost_is_lost_in_its_own_way() {
    let cut = format!("{HEAD}Content-Length: 11\r\nConnection: close\r\n\r\n<RES");
    check(Delivery::Cut(4), "HTTP/1.1", &cut, Seen::Fin, End::Withheld);
    let broken = format!(
        "{HEAD}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\n<RESP\r\n\r\nONSE/>\r\n0\r\n\r\n"
    );
    check(
        Delivery::BrokenChunk,
        "HTTP/1.1",
        &broken,
        Seen::Fin,
        End::Withheld,
    );
    check(Delivery::Close, "HTTP/1.1", "", Seen::Fin, End::Withheld);
    check(Delivery::Reset, "HTTP/1.1", "", Seen::Reset, End::Withheld);
}

#[test]
fn segments_and_drips_come_apart() {
    runtime().block_on(async {
        let pause = Duration::from_millis(20);
        for delivery in [Delivery::Segments, Delivery::Drip { bytes: 50, pause }] {
            let stand_in = answering(BODY, delivery).await;
            let mut stream = connect(&stand_in).await;
            stream.write_all(BALANCE.as_bytes()).await.unwrap();
            let mut piece = [0; 1024];
            let mut reads = Vec::new();
            while reads.iter().sum::<usize>() < HEAD.len() + 22 + BODY.len() {
                reads.push(stream.read(&mut piece).await.unwrap());
            }
            assert!(reads.len() > 1, "{reads:?}");
        }
    });
}

#[test]
fn what_never_ends_ends_when_the_client_goes() {
    runtime().block_on(async {
        let stand_in = answering(BODY, Delivery::Endless(Duration::from_millis(1))).await;
        let mut stream = connect(&stand_in).await;
        stream.write_all(BALANCE.as_bytes()).await.unwrap();
        let text = read_until(&mut stream, "<RESPONSE/   ").await;
        assert!(text.starts_with(&format!("{HEAD}Connection: close\r\n\r\n")));
        drop(stream);
        while stand_in.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(stand_in.stop().await[0].end, End::Left);
    });
}

#[test]
fn a_stall_lasts_until_the_client_goes_or_the_listener_ends() {
    runtime().block_on(async {
        let stand_in = answering(BODY, Delivery::Stall).await;
        let mut gone = connect(&stand_in).await;
        gone.write_all(BALANCE.as_bytes()).await.unwrap();
        drop(gone);
        while stand_in.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        let mut held = connect(&stand_in).await;
        held.write_all(BALANCE.as_bytes()).await.unwrap();
        while stand_in.shared.requests.load(Ordering::Relaxed) < 2 {
            tokio::task::yield_now().await;
        }
        let requests = stand_in.stop().await;
        let ends: Vec<_> = requests.iter().map(|received| received.end).collect();
        assert_eq!(ends, [End::Left, End::Withheld]);
        assert!(requests.iter().all(|received| received.reply.is_empty()));
        assert!(matches!(held.read(&mut [0]).await, Ok(0) | Err(_)));
    });
}

#[test]
fn who_leaves_before_the_reply_has_left() {
    runtime().block_on(async {
        let pause = Duration::from_millis(1);
        for delivery in [
            Delivery::Drip { bytes: 1, pause },
            Delivery::Segments,
            Delivery::Whole,
        ] {
            let stand_in = answering(BODY, delivery.clone()).await;
            let mut stream = connect(&stand_in).await;
            stream.write_all(BALANCE.as_bytes()).await.unwrap();
            drop(stream);
            while stand_in.requests().is_empty() {
                tokio::task::yield_now().await;
            }
            assert_eq!(stand_in.stop().await[0].end, End::Left, "{delivery:?}");
        }
    });
}

#[test]
fn who_closes_its_own_side_only_still_gets_the_reply() {
    runtime().block_on(async {
        for delivery in [Delivery::Whole, Delivery::Segments] {
            let stand_in = answering(BODY, delivery).await;
            let mut stream = connect(&stand_in).await;
            stream.write_all(BALANCE.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            let (reply, seen) = super::read_to_end(&mut stream).await;
            assert!(reply.ends_with(BODY), "{reply}");
            assert_eq!(seen, Seen::Fin);
            assert_eq!(stand_in.stop().await[0].end, End::Answered);
        }
    });
}

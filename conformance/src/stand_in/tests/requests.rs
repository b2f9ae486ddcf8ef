//! What clients send, right and wrong, in any pieces; and what is kept of it.

use tokio::io::AsyncWriteExt as _;

use super::super::StandIn;
use super::super::received::{Channel, Received};
use super::{BALANCE, Seen, ask, connect, plausible, read_to_end, read_until, runtime};

fn head_and_body() -> (&'static str, &'static str) {
    BALANCE.split_once("\r\n\r\n").unwrap()
}

fn lines(requests: &[Received]) -> Vec<String> {
    let lines = requests.iter().map(|received| {
        let line = format!("{} {}", received.method(), received.path());
        let document = received.document().map_or(0, |document| document.len());
        format!(
            "{} on {}: {line}, {document}, {:?}",
            received.number, received.connection, received.end
        )
    });
    lines.collect()
}

#[test]
fn every_byte_is_kept() {
    runtime().block_on(async {
        let stand_in = plausible().await;
        let request = BALANCE.replace("Host: a", "hOST:  a\r\nX_y:\tz\r\nConnection: close");
        let (reply, seen) = ask(&stand_in, &request).await;
        assert!(reply.contains("<credits>1000000</credits>"), "{reply}");
        assert_eq!(seen, Seen::Fin);
        let requests = stand_in.stop().await;
        let received = &requests[0];
        assert_eq!(
            [&*received.head, &*received.body].concat(),
            request.as_bytes()
        );
        assert!(reply.ends_with(std::str::from_utf8(&received.reply).unwrap()));
        assert_eq!(received.channel, Channel::Plain);
        assert_eq!(received.header("x_Y"), Some("z"));
    });
}

#[test]
fn connections_are_kept_and_requests_may_come_at_once() {
    runtime().block_on(async {
        let stand_in = plausible().await;
        let mut stream = connect(&stand_in).await;
        for _ in 0..2 {
            stream.write_all(BALANCE.as_bytes()).await.unwrap();
            read_until(&mut stream, "</RESPONSE>\n").await;
        }
        let mut other = connect(&stand_in).await;
        // Surplus line ends (FORM-09) belong to nothing.
        let both = format!("{BALANCE}\r\n\r\n{BALANCE}");
        other.write_all(both.as_bytes()).await.unwrap();
        let mut text = read_until(&mut other, "</RESPONSE>\n").await;
        if text.matches("</RESPONSE>").count() < 2 {
            text += &read_until(&mut other, "</RESPONSE>\n").await;
        }
        assert!(!text.contains("Connection:"), "{text}");
        let requests = stand_in.stop().await;
        let path = "/members/sms/xml.php";
        assert_eq!(
            lines(&requests),
            [
                format!("1 on 1: POST {path}, 151, Answered"),
                format!("2 on 1: POST {path}, 151, Answered"),
                format!("3 on 2: POST {path}, 151, Answered"),
                format!("4 on 2: POST {path}, 151, Answered"),
            ]
        );
    });
}

#[test]
fn http_1_0_is_closed_unless_it_says_otherwise() {
    runtime().block_on(async {
        let stand_in = plausible().await;
        let old = BALANCE.replace("HTTP/1.1", "HTTP/1.0");
        let (reply, seen) = ask(&stand_in, &old).await;
        assert!(reply.contains("Connection: close\r\n"), "{reply}");
        assert_eq!(seen, Seen::Fin);
        let mut stream = connect(&stand_in).await;
        let kept = old.replace("Host: a", "Connection: keep-alive");
        for _ in 0..2 {
            stream.write_all(kept.as_bytes()).await.unwrap();
            let reply = read_until(&mut stream, "</RESPONSE>\n").await;
            assert!(reply.contains("Connection: keep-alive\r\n"), "{reply}");
        }
    });
}

#[test]
fn a_body_that_waits_for_the_word_is_told() {
    runtime().block_on(async {
        let stand_in = plausible().await;
        let (head, body) = head_and_body();
        let mut stream = connect(&stand_in).await;
        let head = format!("{head}\r\nExpect: 100-continue\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let interim = read_until(&mut stream, "\r\n\r\n").await;
        assert_eq!(interim, "HTTP/1.1 100 Continue\r\n\r\n");
        stream.write_all(body.as_bytes()).await.unwrap();
        read_until(&mut stream, "</RESPONSE>\n").await;
        assert_eq!(stand_in.stop().await[0].body, body.as_bytes());
    });
}

#[test]
fn chunks_and_pieces_are_put_together() {
    runtime().block_on(async {
        let stand_in = plausible().await;
        let (head, body) = head_and_body();
        let head = head.replace("Content-Length: 203", "Transfer-Encoding: chunked");
        let (first, second) = body.split_at(100);
        let chunks = format!("64\r\n{first}\r\n67\r\n{second}\r\n0\r\n\r\n");
        let mut stream = connect(&stand_in).await;
        for byte in format!("{head}\r\n\r\n{chunks}").as_bytes() {
            stream.write_all(&[*byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
        read_until(&mut stream, "</RESPONSE>\n").await;
        assert_eq!(stand_in.stop().await[0].body, body.as_bytes());
    });
}

#[track_caller]
fn refused(request: &str, reply: &str, expected: &[&str]) {
    runtime().block_on(async {
        let stand_in = plausible().await;
        let mut stream = connect(&stand_in).await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let (text, _) = read_to_end(&mut stream).await;
        assert!(text.contains(reply), "{text}");
        assert_eq!(lines(&stand_in.stop().await), expected);
    });
}

#[test]
fn what_is_no_http_is_kept_and_refused() {
    let status = "HTTP/1.1 400 Bad Request\r\n";
    refused("<SMS/>\r\n\r\n", status, &["1 on 1:  , 0, Answered"]);
    // A handshake of TLS where none is spoken.
    refused("\u{16}\u{3}\u{1}\u{2}", status, &["1 on 1:  , 0, Answered"]);
    let wrong = BALANCE.replace("Content-Length: 203", "Content-Length: many");
    refused(
        &wrong,
        "the Content-Length is no number",
        &["1 on 1: POST /members/sms/xml.php, 151, Answered"],
    );
}

#[test]
fn what_stands_behind_a_length_that_is_too_short_is_kept() {
    runtime().block_on(async {
        let stand_in = plausible().await;
        let short = BALANCE.replace("Content-Length: 203", "Content-Length: 201");
        let mut stream = connect(&stand_in).await;
        stream.write_all(short.as_bytes()).await.unwrap();
        read_until(&mut stream, "</RESPONSE>\n").await;
        let requests = stand_in.stop().await;
        let first = "1 on 1: POST /members/sms/xml.php, 151, Answered";
        assert_eq!(lines(&requests), [first, "2 on 1:  , 0, Withheld"]);
        assert_eq!(requests[1].body, b"3E");
    });
}

#[test]
fn who_leaves_before_the_request_is_whole_is_kept_too() {
    runtime().block_on(async {
        let stand_in = plausible().await;
        let long = BALANCE.replace("Content-Length: 203", "Content-Length: 204");
        for request in [long.as_str(), "POST / HTTP", ""] {
            let mut stream = connect(&stand_in).await;
            stream.write_all(request.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            assert_eq!(read_to_end(&mut stream).await, (String::new(), Seen::Fin));
        }
        let mut waits = connect(&stand_in).await;
        waits.write_all(long.as_bytes()).await.unwrap();
        // Another connection that comes later and is answered: the first has been read by then.
        ask(&stand_in, &BALANCE.replace("Host: a", "Connection: close")).await;
        let requests = stand_in.stop().await;
        let path = "/members/sms/xml.php";
        assert_eq!(
            lines(&requests),
            [
                format!("1 on 1: POST {path}, 151, Left"),
                "2 on 2:  , 0, Left".to_owned(),
                format!("3 on 5: POST {path}, 151, Answered"),
                format!("4 on 4: POST {path}, 151, Withheld"),
            ]
        );
        assert_eq!(requests[1].body, b"POST / HTTP");
    });
}

#[test]
fn two_listeners_see_nothing_of_each_other() {
    runtime().block_on(async {
        let (one, two): (StandIn, StandIn) = (plausible().await, plausible().await);
        ask(&one, &BALANCE.replace("Host: a", "Connection: close")).await;
        assert_eq!((one.requests().len(), two.requests().len()), (1, 0));
        let address = two.address();
        two.stop().await;
        assert!(tokio::net::TcpStream::connect(address).await.is_err());
    });
}

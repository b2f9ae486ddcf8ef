//! Requests in any pieces, right and wrong.

use super::{After, Incoming, Reading, Step, Version};

/// Everything that comes of these bytes, fed so many at a time.
fn steps(bytes: &[u8], at_a_time: usize) -> (Vec<Step>, Option<Incoming>) {
    let mut reading = Reading::default();
    let mut steps = Vec::new();
    for piece in bytes.chunks(at_a_time) {
        reading.feed(piece);
        loop {
            match reading.step() {
                Step::More => break,
                broken @ Step::Broken(..) => {
                    steps.push(broken);
                    return (steps, None);
                }
                step => steps.push(step),
            }
        }
    }
    (steps, reading.rest())
}

fn shown(steps: &[Step]) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let steps = steps.iter().map(|step| match step {
        Step::More => "more".to_owned(),
        Step::Continue => "continue".to_owned(),
        Step::Whole(incoming) => {
            let line = text(&incoming.head).lines().next().unwrap().to_owned();
            format!("{line}: {}", text(&incoming.body))
        }
        Step::Broken(incoming, status, why) => format!(
            "{status} {why}: {}|{}",
            text(&incoming.head).lines().next().unwrap_or_default(),
            text(&incoming.body)
        ),
    });
    steps.collect()
}

#[test]
fn requests_are_read_in_any_pieces() {
    #[track_caller]
    fn check(request: &str, expected: &[&str]) {
        let request = request.replace('\n', "\r\n");
        for at_a_time in [1, 2, 3, 7, 1000] {
            let (steps, rest) = steps(request.as_bytes(), at_a_time);
            assert_eq!(shown(&steps), expected, "{at_a_time} at a time");
            assert_eq!(rest, None);
        }
    }
    check(
        "POST /a HTTP/1.1\nContent-Length: 3\n\nabcPOST /b HTTP/1.1\nContent-Length: 1\n\nx",
        &["POST /a HTTP/1.1: abc", "POST /b HTTP/1.1: x"],
    );
    check("\n\nGET / HTTP/1.0\n\n\n", &["GET / HTTP/1.0: "]);
    check(
        "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n3;x=y\nabc\nA\n0123456789\n0\nTrailer: x\n\nGET / HTTP/1.1\n\n",
        &["POST / HTTP/1.1: abc0123456789", "GET / HTTP/1.1: "],
    );
    check("POST / HTTP/1.1\n\n", &["POST / HTTP/1.1: "]);
}

#[test]
fn who_waits_for_the_word_to_go_on_is_told_once() {
    let request = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab";
    assert_eq!(
        shown(&steps(request, 1).0),
        ["continue", "POST / HTTP/1.1: ab"]
    );
    // Who does not wait is not told.
    assert_eq!(shown(&steps(request, 1000).0), ["POST / HTTP/1.1: ab"]);
    // HTTP/1.0 does not know it.
    let old = b"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab";
    assert_eq!(shown(&steps(old, 1).0), ["POST / HTTP/1.0: ab"]);
}

#[test]
fn what_is_no_request_says_why_and_is_kept() {
    #[track_caller]
    fn check(request: &str, expected: &str) {
        let request = request.replace('\n', "\r\n");
        assert_eq!(shown(&steps(request.as_bytes(), 1000).0), [expected]);
    }
    check(
        "<SMS/>\n",
        "400 it does not begin like an HTTP request: |<SMS/>\r\n",
    );
    check(
        "POST / HTTP/1.1\nno header\n\n",
        "400 a line of the head is no header: |POST / HTTP/1.1\r\nno header\r\n\r\n",
    );
    check(
        "POST / HTTP/3.1\n\n",
        "400 the request line does not end with HTTP/1.0 or HTTP/1.1: |POST / HTTP/3.1\r\n\r\n",
    );
    let body = |headers: &str| format!("POST / HTTP/1.1\n{headers}\n\nzz\n");
    check(
        &body("Content-Length: +2"),
        "400 the Content-Length is no number: POST / HTTP/1.1|zz\r\n",
    );
    check(
        &body("Content-Length: 2\nContent-Length: 3"),
        "400 there are several Content-Length, and they differ: POST / HTTP/1.1|zz\r\n",
    );
    check(
        &body("Content-Length: 2\nTransfer-Encoding: chunked"),
        "400 there are both Content-Length and Transfer-Encoding: POST / HTTP/1.1|zz\r\n",
    );
    check(
        &body("Transfer-Encoding: gzip"),
        "501 the Transfer-Encoding is not chunked: POST / HTTP/1.1|zz\r\n",
    );
    check(
        &body("Content-Length: 99999999999"),
        "413 the body is too long: POST / HTTP/1.1|zz\r\n",
    );
    check(
        &body("Transfer-Encoding: chunked"),
        "400 a chunk does not begin with its size: POST / HTTP/1.1|zz\r\n",
    );
    check(
        "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n1\nabc\n",
        "400 a chunk is longer than its size: POST / HTTP/1.1|abc\r\n",
    );
}

#[test]
fn nothing_grows_without_bound() {
    let long = format!("GET / HTTP/1.1\r\nA: {}", "a".repeat(70_000));
    assert_eq!(
        shown(&steps(long.as_bytes(), 4096).0)[0]
            .split_once(':')
            .unwrap()
            .0,
        "431 the head is too long"
    );
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "A: a\r\n".repeat(200));
    assert_eq!(
        shown(&steps(many.as_bytes(), 4096).0)[0]
            .split_once(':')
            .unwrap()
            .0,
        "431 there are too many headers"
    );
}

#[test]
fn what_is_not_whole_is_kept_too() {
    let (steps_, rest) = steps(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc", 5);
    assert_eq!(shown(&steps_), Vec::<String>::new());
    let rest = rest.unwrap();
    assert_eq!(rest.body, b"abc");
    assert!(rest.head.starts_with(b"POST"));
    let (_, rest) = steps(b"POST / HT", 5);
    assert_eq!(rest.unwrap().body, b"POST / HT");
}

#[test]
fn a_head_says_what_becomes_of_the_connection() {
    #[track_caller]
    fn check(head: &str, version: Version, after: After) {
        let (steps, _) = steps(format!("{head}\r\n\r\n").as_bytes(), 1000);
        let [Step::Whole(incoming)] = steps.as_slice() else {
            panic!("{steps:?}");
        };
        assert_eq!(
            (incoming.wishes.version, incoming.wishes.after),
            (version, after)
        );
    }
    check("GET / HTTP/1.1", Version::Http11, After::Kept);
    check(
        "GET / HTTP/1.1\r\nConnection: TE, Close",
        Version::Http11,
        After::Closed,
    );
    check("GET / HTTP/1.0", Version::Http10, After::Closed);
    check(
        "GET / HTTP/1.0\r\nConnection: Keep-Alive",
        Version::Http10,
        After::Kept,
    );
}

//! The head of a request before hyper sees it: whether it is one, and where its body ends. What comes through can be
//! read in one way only. Not for what the request wants.
//!
//! httparse reads it, as it does inside hyper; so a head that is one here is one there.

use std::mem::MaybeUninit;

use httparse::{Error, Request, Status};
use hyper::StatusCode;

use super::chunks::Chunks;
use super::counters::Count;

/// How many headers a head may have; hyper's own limit.
const MOST_HEADERS: usize = 100;

/// What the bytes at the beginning of a request are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// A whole head of this many bytes, and the body that follows.
    Whole(usize, Framing),
    /// So far the beginning of a head.
    Begun,
    /// No head that is answered.
    Refused(Refusal),
}

/// How the end of a body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// It has this many bytes.
    Length(u64),
    /// It says so itself.
    Chunked(Chunks),
}

/// Why a head is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is larger than `limits.max_head`.
    Large,
    /// It has more headers than fit.
    Headers,
    /// It is no HTTP.
    Malformed(&'static str),
    /// It could be read in two ways.
    Ambiguous(&'static str),
    /// A TLS handshake.
    Tls,
    /// HTTP/2 with prior knowledge.
    Http2,
    /// The client ended in the middle of it.
    Cut,
}

impl Refusal {
    /// What HTTP says of it, in a line.
    pub(super) const fn answer(self) -> (StatusCode, &'static str) {
        let bad = StatusCode::BAD_REQUEST;
        let large = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        match self {
            Self::Large => (
                large,
                "the head of the request is larger than limits.max_head",
            ),
            Self::Headers => (large, "the head of the request has more than 100 headers"),
            Self::Malformed(reason) | Self::Ambiguous(reason) => (bad, reason),
            Self::Tls => (
                bad,
                "this is TLS; this server speaks plain HTTP: use http://",
            ),
            Self::Http2 => (bad, "this is HTTP/2; this server speaks HTTP/1.1"),
            Self::Cut => (bad, "the head of the request was cut off"),
        }
    }

    /// Where it is counted.
    pub(super) const fn count(self) -> Count {
        match self {
            Self::Large | Self::Headers => Count::HeadLarge,
            Self::Malformed(_) | Self::Cut => Count::HeadMalformed,
            Self::Ambiguous(_) => Count::HeadAmbiguous,
            Self::Tls | Self::Http2 => Count::OtherProtocol,
        }
    }
}

/// Looks at what has come of a head, which begins where the request before ended.
pub(super) fn look(bytes: &[u8], max_head: usize) -> Look {
    if bytes.starts_with(&[0x16, 0x03]) {
        return Look::Refused(Refusal::Tls);
    }
    if bytes.starts_with(b"PRI * HTTP/2") {
        return Look::Refused(Refusal::Http2);
    }
    let mut headers = [const { MaybeUninit::uninit() }; MOST_HEADERS];
    let mut request = Request::new(&mut []);
    match request.parse_with_uninit_headers(bytes, &mut headers) {
        Ok(Status::Complete(length)) if length > max_head => Look::Refused(Refusal::Large),
        Ok(Status::Complete(length)) => match framing(&request) {
            Ok(framing) => Look::Whole(length, framing),
            Err(refusal) => Look::Refused(refusal),
        },
        Ok(Status::Partial) if bytes.len() > max_head => Look::Refused(Refusal::Large),
        Ok(Status::Partial) => Look::Begun,
        Err(error) => Look::Refused(malformed(error)),
    }
}

const fn malformed(error: Error) -> Refusal {
    Refusal::Malformed(match error {
        Error::TooManyHeaders => return Refusal::Headers,
        Error::Version => "the version is neither HTTP/1.0 nor HTTP/1.1",
        Error::HeaderName => {
            "a header's name is none: no blank may stand before its colon, and no line may go on in the next"
        }
        Error::HeaderValue => "a header's value holds a control character",
        Error::NewLine => "a line ends in a carriage return alone",
        Error::Token | Error::Status => "the first line is no request line of HTTP/1.1",
    })
}

/// RFC 9112, 6.3, without its leniency: a length that stands there once or chunks, and never both; one Host at most.
fn framing(request: &Request<'_, '_>) -> Result<Framing, Refusal> {
    let (mut length, mut chunked, mut hosts) = (None, false, 0_usize);
    for header in request.headers.iter() {
        if header.name.eq_ignore_ascii_case("content-length") {
            if length.replace(header.value).is_some() {
                return Err(Refusal::Ambiguous("the head has two Content-Lengths"));
            }
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            if chunked || !header.value.eq_ignore_ascii_case(b"chunked") {
                return Err(Refusal::Ambiguous(
                    "the Transfer-Encoding is not chunked, once and alone",
                ));
            }
            chunked = true;
        } else if header.name.eq_ignore_ascii_case("host") {
            hosts = hosts.saturating_add(1);
        }
    }
    if hosts > 1 {
        return Err(Refusal::Ambiguous("the head has two Hosts"));
    }
    match (length, chunked) {
        (Some(_), true) => Err(Refusal::Ambiguous(
            "the head has both Content-Length and Transfer-Encoding",
        )),
        (None, true) if request.version == Some(0) => {
            Err(Refusal::Ambiguous("HTTP/1.0 has no Transfer-Encoding"))
        }
        (None, true) => Ok(Framing::Chunked(Chunks::START)),
        (None, false) => Ok(Framing::Length(0)),
        (Some(value), false) => number(value).map(Framing::Length).ok_or(Refusal::Malformed(
            "the Content-Length is no number of bytes",
        )),
    }
}

/// Digits alone; no body is as long as what does not fit.
fn number(value: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(value).ok()?;
    let number = digits.parse().ok().filter(|number| *number <= u64::MAX / 2);
    number.filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether the head may have ended within these bytes: there is an empty line. Cheaper than reading it all again for
/// every byte of a slow client.
pub(super) fn may_end(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'\n', bytes).any(|at| {
        let after = bytes.get(at.saturating_add(1)..).unwrap_or_default();
        after.starts_with(b"\n") || after.starts_with(b"\r\n")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const POST: &str = "POST / HTTP/1.1\r\nHost: a\r\n";

    #[track_caller]
    fn check(head: &str, expected: Look) {
        assert_eq!(look(head.as_bytes(), 1024), expected, "{head:?}");
    }

    #[test]
    fn a_head_has_one_framing() {
        let whole = |head: &str, framing| check(head, Look::Whole(head.len(), framing));
        whole(&format!("{POST}\r\n"), Framing::Length(0));
        whole(
            &format!("{POST}content-length: 007\r\n\r\n"),
            Framing::Length(7),
        );
        whole(
            &format!("{POST}Transfer-Encoding: Chunked\r\n\r\n"),
            Framing::Chunked(Chunks::START),
        );
        whole("GET http://b/ HTTP/1.0\nX:\n\n", Framing::Length(0));
        whole("\r\n\nGET / HTTP/1.1\r\n\r\n", Framing::Length(0));
        for begun in ["", "\r\n", "G", "GET / HT", "GET / HTTP/1.1\r\nHo", POST] {
            check(begun, Look::Begun);
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        for headers in [
            "Content-Length: 5\r\nContent-Length: 5",
            "Content-Length: 5\r\nContent-Length: 6",
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: identity, chunked",
            "Transfer-Encoding: identity",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding:",
            "Host: b",
        ] {
            let head = format!("{POST}{headers}\r\n\r\n");
            let look = look(head.as_bytes(), 1024);
            assert!(
                matches!(look, Look::Refused(Refusal::Ambiguous(_))),
                "{headers}: {look:?}"
            );
        }
        let old = "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert!(matches!(
            look(old.as_bytes(), 1024),
            Look::Refused(Refusal::Ambiguous(_))
        ));
    }

    #[test]
    fn what_is_no_head_is_refused() {
        for headers in [
            "Content-Length: -5",
            "Content-Length: +5",
            "Content-Length: 5, 5",
            "Content-Length: 0x5",
            "Content-Length:",
            "Content-Length: 18446744073709551615",
            "Content-Length: 99999999999999999999999",
            "Content-Length : 5",
            "X: a\r\n b",
            "X: a\0b",
            "X\0: a",
            "X: a\rb",
        ] {
            let head = format!("{POST}{headers}\r\n\r\n");
            let look = look(head.as_bytes(), 1024);
            assert!(
                matches!(look, Look::Refused(Refusal::Malformed(_))),
                "{headers}: {look:?}"
            );
        }
        check(&"a".repeat(1025), Look::Refused(Refusal::Large));
        check(
            &format!("{POST}X: {}\r\n\r\n", "a".repeat(1024)),
            Look::Refused(Refusal::Large),
        );
        check(
            &format!("{POST}{}\r\n", "X: y\r\n".repeat(100)),
            Look::Refused(Refusal::Headers),
        );
        check("\u{16}\u{3}\u{1}", Look::Refused(Refusal::Tls));
        check("PRI * HTTP/2.0\r\n\r\n", Look::Refused(Refusal::Http2));
    }

    #[test]
    fn an_empty_line_may_be_the_end() {
        for (bytes, may) in [
            ("a\r\nb\r\n", false),
            ("a\r\n\r\n", true),
            ("a\n\n", true),
            ("\n\r\n", true),
            ("\r\n\r", false),
        ] {
            assert_eq!(may_end(bytes.as_bytes()), may, "{bytes:?}");
        }
    }
}

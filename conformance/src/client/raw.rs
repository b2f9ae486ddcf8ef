//! A request as bytes that nobody checks: any method, any version, any lie about its length (FORM-09, FORM-11).
//!
//! It says what is written, in which pieces, and what is waited for in between; [`super::conn`] does it.

use std::num::NonZeroUsize;

use hyper::Method;

use super::exchange::split_head;

/// A request that goes out byte for byte, piece by piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawRequest {
    /// What is done, in order. With no step at all nothing is sent, and a reply that comes nevertheless is read: the
    /// second one to two requests that were sent in one exchange.
    pub steps: Vec<Step>,
}

/// A step of sending. `Debug` counts bytes instead of showing them: they hold the password.
#[derive(Clone, PartialEq, Eq)]
pub enum Step {
    /// Writes these bytes, at once and apart from all others.
    Write(Vec<u8>),
    /// Waits for an interim reply, such as `100 Continue`. If the final reply comes instead, nothing more is sent.
    Await,
    /// Says that no more bytes will come; the reply can still be read.
    Finish,
}

impl RawRequest {
    /// All bytes in one write.
    pub fn whole(bytes: Vec<u8>) -> Self {
        Self {
            steps: vec![Step::Write(bytes)],
        }
    }

    /// The head in one write, all that is behind its empty line in another.
    pub fn head_apart(bytes: &[u8]) -> Self {
        let (head, rest) = parts(bytes);
        Self {
            steps: vec![Step::Write(head), Step::Write(rest)],
        }
    }

    /// The head, and what is behind it once the endpoint asks for it, as clients that send `Expect: 100-continue` do.
    pub fn body_on_demand(bytes: &[u8]) -> Self {
        let (head, rest) = parts(bytes);
        Self {
            steps: vec![Step::Write(head), Step::Await, Step::Write(rest)],
        }
    }

    /// Writes of this many bytes each; the last one may have fewer.
    pub fn in_pieces(bytes: &[u8], size: NonZeroUsize) -> Self {
        let pieces = bytes.chunks(size.get());
        Self {
            steps: pieces.map(|piece| Step::Write(piece.to_vec())).collect(),
        }
    }

    /// The method of the request line, which decides whether the reply has a body; `GET` if none can be read.
    pub(super) fn method(&self) -> Method {
        let bytes = self.steps.iter().filter_map(|step| match step {
            Step::Write(bytes) => Some(bytes),
            Step::Await | Step::Finish => None,
        });
        let word: Vec<u8> = bytes
            .flatten()
            .copied()
            .skip_while(u8::is_ascii_whitespace)
            .take_while(|byte| !byte.is_ascii_whitespace())
            .take(MAX_METHOD)
            .collect();
        Method::from_bytes(&word).unwrap_or_default()
    }
}

/// No word that is longer is the name of a method.
const MAX_METHOD: usize = 64;

/// The head with its empty line, and what is behind it.
fn parts(bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (_, rest) = split_head(bytes);
    let length = bytes.len().saturating_sub(rest.len());
    (
        bytes.get(..length).unwrap_or_default().to_vec(),
        rest.to_vec(),
    )
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Write(bytes) => write!(f, "Write({} bytes)", bytes.len()),
            Self::Await => f.write_str("Await"),
            Self::Finish => f.write_str("Finish"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::{RawRequest, Step};

    fn write(bytes: &[u8]) -> Step {
        Step::Write(bytes.to_vec())
    }

    #[test]
    fn requests_are_cut_where_asked() {
        #[track_caller]
        fn check(request: &RawRequest, expected: &[Step]) {
            assert_eq!(request.steps, expected);
        }
        let bytes = b"POST / HTTP/1.0\r\n\r\nbody";
        let (head, body) = (write(b"POST / HTTP/1.0\r\n\r\n"), write(b"body"));
        check(&RawRequest::whole(bytes.to_vec()), &[write(bytes)]);
        check(
            &RawRequest::head_apart(bytes),
            &[head.clone(), body.clone()],
        );
        check(
            &RawRequest::body_on_demand(bytes),
            &[head, Step::Await, body],
        );
        check(
            &RawRequest::in_pieces(b"abcde", NonZeroUsize::new(2).unwrap()),
            &[write(b"ab"), write(b"cd"), write(b"e")],
        );
    }

    #[test]
    fn the_method_is_found_in_any_pieces() {
        #[track_caller]
        fn check(bytes: &[u8], expected: &str) {
            for request in [
                RawRequest::whole(bytes.to_vec()),
                RawRequest::in_pieces(bytes, NonZeroUsize::MIN),
            ] {
                assert_eq!(request.method().as_str(), expected);
            }
        }
        check(b"HEAD / HTTP/1.1\r\n\r\n", "HEAD");
        check(b"\r\nPROPFIND / HTTP/1.1\r\n\r\n", "PROPFIND");
        // Methods have a case, so this one is not HEAD.
        check(b"head / HTTP/1.1\r\n\r\n", "head");
        check(b"<xml/>", "GET");
        check(b"", "GET");
    }

    #[test]
    fn debug_shows_no_bytes() {
        let request = RawRequest::body_on_demand(b"POST / HTTP/1.1\n\nXML=secret");
        assert_eq!(
            format!("{request:?}"),
            "RawRequest { steps: [Write(17 bytes), Await, Write(10 bytes)] }"
        );
    }
}

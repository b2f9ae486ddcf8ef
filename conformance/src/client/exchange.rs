//! What was on the wire: a request and its reply, byte for byte, in order.

use std::time::Duration;

/// A request and the reply to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Exchange {
    /// What was sent.
    pub request: Sent,
    /// What came back.
    pub response: Received,
    /// What becomes of the connection.
    pub afterwards: Afterwards,
    /// How long it took.
    pub timing: Timing,
}

/// What becomes of a connection after a reply, as far as the reply says (FORM-09). What an endpoint really does shows
/// in the next exchange, or in [`super::conn::Connection::until_closed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Afterwards {
    /// The next request may follow.
    Kept,
    /// The endpoint closes it: the reply says so, or is of HTTP/1.0 and does not say otherwise, or has no end but that
    /// of the connection. Or it came before the whole request was sent, and the kit closes it.
    Closed,
}

/// A request as sent. `Debug` counts the body instead of showing it: it holds the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Sent {
    /// The request line and the headers, one a line, without line ends.
    pub head: Vec<String>,
    /// The body: all that is behind the head, in its chunks if it was sent in chunks.
    pub body: Vec<u8>,
    /// Everything that was sent, which is less than there was to send if the endpoint did not wait for it.
    pub raw: Vec<u8>,
}

/// A reply as received.
#[derive(Clone, PartialEq, Eq)]
pub struct Received {
    /// The status line.
    pub status_line: String,
    /// The status code.
    pub status: u16,
    /// The headers in the order and the spelling of the endpoint.
    pub headers: Vec<Header>,
    /// The body, out of its chunks if it came in chunks.
    pub body: Vec<u8>,
    /// Everything that belongs to the reply, interim replies and chunk sizes included.
    pub raw: Vec<u8>,
    /// What came in one go with the reply and is no part of it: the next exchange on the connection begins with it.
    pub surplus: Vec<u8>,
}

/// One header of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The name as the endpoint spelled it.
    pub name: String,
    /// The value, without blanks around it.
    pub value: String,
}

/// How long the parts of an exchange took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Until the connection stood; zero if it stood already.
    pub connected: Duration,
    /// Until the head of the reply was there.
    pub head: Duration,
    /// Until the body was complete.
    pub total: Duration,
}

impl Received {
    /// The value of the first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))?;
        Some(&found.value)
    }

    /// Puts a reply together from all that was received, and the body that hyper took out of it.
    pub(crate) fn new(status: u16, raw: Vec<u8>, body: Vec<u8>) -> Self {
        let head = final_head(&raw);
        let mut lines = head.into_iter();
        Self {
            status_line: lines.next().unwrap_or_default(),
            status,
            headers: lines.map(|line| header(&line)).collect(),
            body,
            raw,
            surplus: Vec::new(),
        }
    }
}

impl Sent {
    /// Takes apart what was sent.
    pub(super) fn new(raw: Vec<u8>) -> Self {
        let (head, body) = split_head(&raw);
        Self {
            head,
            body: body.to_vec(),
            raw,
        }
    }
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exchange")
            .field("request", &self.request)
            .field("response", &self.response)
            .field("afterwards", &self.afterwards)
            .field("timing", &self.timing)
            .finish()
    }
}

impl std::fmt::Debug for Sent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sent")
            .field("head", &self.head)
            .field("body_length", &self.body.len())
            .finish()
    }
}

impl std::fmt::Debug for Received {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Received")
            .field("status_line", &self.status_line)
            .field("headers", &self.headers)
            .field("body_length", &self.body.len())
            .finish()
    }
}

/// The head that counts: behind interim replies such as `100 Continue` (FORM-09).
fn final_head(raw: &[u8]) -> Vec<String> {
    let (mut head, mut rest) = split_head(raw);
    while is_interim(&head) && !rest.is_empty() {
        (head, rest) = split_head(rest);
    }
    head
}

fn is_interim(head: &[String]) -> bool {
    let status = head.first().and_then(|line| line.split(' ').nth(1));
    status.is_some_and(|status| status.len() == 3 && status.starts_with('1'))
}

/// The lines up to the first empty one, and what is behind it.
pub(super) fn split_head(raw: &[u8]) -> (Vec<String>, &[u8]) {
    let mut head = Vec::new();
    let mut rest = raw;
    while let Some(length) = rest.iter().position(|byte| *byte == b'\n') {
        let (line, after) = rest.split_at(length);
        rest = after.strip_prefix(b"\n").unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        head.push(String::from_utf8_lossy(line).into_owned());
    }
    (head, rest)
}

fn header(line: &str) -> Header {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    Header {
        name: name.to_owned(),
        value: value.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Received, Sent};

    #[test]
    fn headers_keep_their_order_and_spelling() {
        let raw = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nx-B: 2\nContent-Length:  0 \r\n\r\nbody\r\n\r\n";
        let received = Received::new(200, raw.to_vec(), b"body".to_vec());
        assert_eq!(received.status_line, "HTTP/1.1 200 OK");
        let names: Vec<_> = received
            .headers
            .iter()
            .map(|header| header.name.as_str())
            .collect();
        assert_eq!(names, ["x-B", "Content-Length"]);
        assert_eq!(received.header("content-length"), Some("0"));
    }

    #[test]
    fn debug_shows_no_body() {
        let sent = Sent::new(b"POST / HTTP/1.1\r\nHost: x\r\n\r\nXML=secret".to_vec());
        assert_eq!(sent.body, b"XML=secret");
        assert_eq!(
            format!("{sent:?}"),
            "Sent { head: [\"POST / HTTP/1.1\", \"Host: x\"], body_length: 10 }"
        );
    }
}

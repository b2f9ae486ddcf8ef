//! A request as it came, byte for byte, and what became of it. Nothing is judged here.

use std::time::Duration;

use crate::form;

/// One request of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Which request it is, from 1, in the order in which they were whole, or given up.
    pub number: usize,
    /// Which connection it came over, from 1. Requests with the same one share a TCP connection.
    pub connection: usize,
    /// When it was whole, since the listener began.
    pub arrived: Duration,
    /// How it came.
    pub channel: Channel,
    /// The request line and the headers, with the empty line that ends them. Empty if what came does not begin like an
    /// HTTP request, or never came to the end of its head.
    pub head: Vec<u8>,
    /// The body, out of its chunks if it came in chunks; as much as came. Where the length or a chunk is wrong, all that
    /// came; without a head, everything.
    pub body: Vec<u8>,
    /// The body of the reply; empty if it was not sent whole.
    pub reply: Vec<u8>,
    /// How it ended.
    pub end: End,
    /// From `arrived` to the end.
    pub took: Duration,
}

/// What a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// HTTP, for everybody on the way to read.
    Plain,
    /// HTTP in TLS.
    Tls,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With a whole reply, taken by the client as far as can be seen.
    Answered,
    /// Without a whole reply, because that is what was to be done, or because the listener ended first.
    Withheld,
    /// The client went away before its request or its reply was whole.
    Left,
}

impl Received {
    /// The method: `POST`.
    pub fn method(&self) -> &str {
        self.request_line().next().unwrap_or_default()
    }

    /// The path with its query, as sent.
    pub fn path(&self) -> &str {
        self.request_line().nth(1).unwrap_or_default()
    }

    /// `HTTP/1.1`.
    pub fn version(&self) -> &str {
        self.request_line().nth(2).unwrap_or_default()
    }

    /// The first header of this name, without blanks around it; nothing if it is no UTF-8.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// All headers as they stand, in order.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines().skip(1).filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim(), value.trim()))
        })
    }

    /// The document in it, by PHP's rules (FORM-03 to FORM-08, FORM-10, FORM-11).
    pub fn document(&self) -> Option<Vec<u8>> {
        (self.method() == "POST")
            .then(|| form::document(self.header("content-type"), &self.body))
            .flatten()
    }

    fn request_line(&self) -> impl Iterator<Item = &str> {
        self.lines().next().unwrap_or_default().split(' ')
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        self.head
            .split(|byte| *byte == b'\n')
            .map(|line| std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line)))
            .filter_map(Result::ok)
    }
}

//! A reply as data: what it says, and how it is carried over the socket. Nothing is sent here.

use std::time::Duration;

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status: 200, also of refusals (REPLY-01).
    pub status: u16,
    /// Headers besides those that the way of carrying needs.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How it is carried.
    pub delivery: Delivery,
}

/// How a reply is carried, or lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// In one write, with its length; the connection stays.
    #[default]
    Whole,
    /// Head and body, and the halves of the body, in segments apart.
    Segments,
    /// In chunks of so many bytes (`Transfer-Encoding: chunked`).
    Chunked(usize),
    /// Without a length, up to the end of the connection (`Connection: close`).
    UntilClose,
    /// With its length, and `Connection: close`.
    ThenClose,
    /// So many bytes at a time, with pauses, until it is whole.
    Drip {
        /// Bytes at a time.
        bytes: usize,
        /// The pause before each but the first.
        pause: Duration,
    },
    /// The head, then one byte after each pause for ever: it never ends.
    Endless(Duration),
    /// Nothing, on an open connection, until the client goes.
    Stall,
    /// The head with the length of the whole body, then so many bytes of it, then FIN.
    Cut(usize),
    /// Chunks, one of them without a length.
    BrokenChunk,
    /// FIN without a byte.
    Close,
    /// RST without a byte.
    Reset,
}

impl Answer {
    /// The usual reply: 200, XML, in one piece.
    pub fn xml(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: vec![(
                "Content-Type".to_owned(),
                "text/xml; charset=UTF-8".to_owned(),
            )],
            body: body.into(),
            delivery: Delivery::Whole,
        }
    }
}

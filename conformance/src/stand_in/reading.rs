//! Bytes of a client to requests, byte for byte: heads by httparse, bodies by their length or in chunks (FORM-09). No I/O:
//! it is fed, and says what it has. What a request is worth is not asked here.

use httparse::Status;

use super::chunks::{Chunks, Stopped};

/// The longest head.
const LONGEST_HEAD: usize = 64 * 1024;

/// The longest body, with its chunks if it comes in chunks.
const LONGEST_BODY: usize = 32 * 1024 * 1024;

/// The most headers.
const MOST_HEADERS: usize = 128;

/// What has come over a connection, and is not handed out yet.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// What belongs to nothing yet.
    ahead: Vec<u8>,
    /// The head of the request under way, once it is whole.
    head: Option<Head>,
    /// The body so far, out of its chunks.
    body: Vec<u8>,
    /// The body so far, as sent.
    sent: Vec<u8>,
    chunks: Chunks,
    /// Whether the client was told to go on with the body.
    told: bool,
}

/// A request, as far as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Incoming {
    /// The request line and the headers, with the empty line; empty if what came is no HTTP.
    pub(super) head: Vec<u8>,
    /// The body, out of its chunks; or what is no HTTP.
    pub(super) body: Vec<u8>,
    /// The body as sent, in its chunks.
    pub(super) sent: Vec<u8>,
    /// What the head says of the reply.
    pub(super) wishes: Wishes,
}

/// What a client can take, and wants of the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wishes {
    /// The version.
    pub(super) version: Version,
    /// What becomes of the connection.
    pub(super) after: After,
    /// Whether the reply has a body.
    pub(super) reply: Wanted,
}

/// A version of HTTP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Version {
    /// HTTP/1.0: no chunks, and the connection is closed if nobody says otherwise.
    Http10,
    /// HTTP/1.1.
    #[default]
    Http11,
}

/// What becomes of a connection after a reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum After {
    /// Another request may follow.
    Kept,
    /// It ends.
    #[default]
    Closed,
}

/// How much of a reply the client takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it.
    #[default]
    Whole,
    /// The head alone, since it asked with HEAD.
    Head,
}

/// What there is to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Feed more.
    More,
    /// The client waits for `100 Continue` (FORM-09).
    Continue,
    /// A request is whole.
    Whole(Incoming),
    /// What came is no request: the HTTP status that says so, and why. Nobody knows what the next bytes are.
    Broken(Incoming, u16, &'static str),
}

#[derive(Debug)]
struct Head {
    bytes: Vec<u8>,
    framing: Framing,
    waits: bool,
    wishes: Wishes,
}

#[derive(Clone, Copy, Debug)]
enum Framing {
    Length(usize),
    Chunks,
}

/// An HTTP status, and why.
type Wrong = (u16, &'static str);

impl Reading {
    /// Takes bytes of the client.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.ahead.extend_from_slice(bytes);
    }

    /// How many bytes wait to be looked at.
    pub(super) fn waiting(&self) -> usize {
        self.ahead.len()
    }

    /// What has come, said step by step until there is [`Step::More`] to feed.
    pub(super) fn step(&mut self) -> Step {
        match self.advance() {
            Ok(step) => step,
            Err((status, why)) => {
                let broken = self.rest();
                Step::Broken(broken.unwrap_or_default(), status, why)
            }
        }
    }

    /// Whatever came and is not handed out, if anything did: the client went, or is not waited for.
    pub(super) fn rest(&mut self) -> Option<Incoming> {
        let ahead = std::mem::take(&mut self.ahead);
        if let Some(head) = self.head.take() {
            let mut incoming = self.handed_out(head);
            // What is neither chunk nor body shows what is wrong.
            incoming.sent.extend_from_slice(&ahead);
            incoming.body.extend_from_slice(&ahead);
            return Some(incoming);
        }
        let blank = ahead.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
        (!blank).then(|| Incoming {
            body: ahead,
            ..Incoming::default()
        })
    }

    fn advance(&mut self) -> Result<Step, Wrong> {
        if self.head.is_none() {
            // Line ends before a request are what a client sent too much (FORM-09).
            let surplus = self.ahead.iter().take_while(|b| matches!(b, b'\r' | b'\n'));
            let surplus = surplus.count();
            self.ahead.drain(..surplus);
            self.head = self.whole_head()?;
        }
        let Some(head) = &self.head else {
            return Ok(Step::More);
        };
        let (framing, waits) = (head.framing, head.waits);
        let is_whole = match framing {
            Framing::Length(length) => self.up_to(length),
            Framing::Chunks => self.chunks()?,
        };
        if is_whole && let Some(head) = self.head.take() {
            return Ok(Step::Whole(self.handed_out(head)));
        }
        if waits && !self.told && self.sent.is_empty() {
            self.told = true;
            return Ok(Step::Continue);
        }
        Ok(Step::More)
    }

    fn handed_out(&mut self, head: Head) -> Incoming {
        self.chunks = Chunks::default();
        self.told = false;
        Incoming {
            head: head.bytes,
            body: std::mem::take(&mut self.body),
            sent: std::mem::take(&mut self.sent),
            wishes: head.wishes,
        }
    }

    /// Takes the head off, if it is whole.
    fn whole_head(&mut self) -> Result<Option<Head>, Wrong> {
        if self.ahead.is_empty() {
            return Ok(None);
        }
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let parsed = request.parse(&self.ahead).map_err(|error| match error {
            httparse::Error::TooManyHeaders => (431, "there are too many headers"),
            httparse::Error::HeaderName => (400, "a line of the head is no header"),
            httparse::Error::HeaderValue => (
                400,
                "the value of a header has a character that no header may have",
            ),
            httparse::Error::Version => (
                400,
                "the request line does not end with HTTP/1.0 or HTTP/1.1",
            ),
            httparse::Error::NewLine | httparse::Error::Token | httparse::Error::Status => {
                (400, "it does not begin like an HTTP request")
            }
        })?;
        let Status::Complete(length) = parsed else {
            if self.ahead.len() > LONGEST_HEAD {
                return Err((431, "the head is too long"));
            }
            return Ok(None);
        };
        let framing = framing(request.headers);
        let wishes = wishes(&request);
        let says = |name: &str, word: &str| {
            words(request.headers, name).any(|found| found.eq_ignore_ascii_case(word))
        };
        let waits = wishes.version == Version::Http11 && says("expect", "100-continue");
        let bytes = self.ahead.drain(..length).collect();
        let head = Head {
            bytes,
            // A head with a wrong length is a head all the same: it is kept with what is wrong.
            framing: *framing.as_ref().unwrap_or(&Framing::Length(0)),
            waits,
            wishes,
        };
        if let Err(wrong) = framing {
            self.head = Some(head);
            return Err(wrong);
        }
        Ok(Some(head))
    }

    /// Takes what there is of a body of this length.
    fn up_to(&mut self, length: usize) -> bool {
        let missing = length.saturating_sub(self.body.len());
        let there = missing.min(self.ahead.len());
        let taken = self.ahead.drain(..there);
        let before = self.body.len();
        self.body.extend(taken);
        let new = self.body.get(before..).unwrap_or_default();
        self.sent.extend_from_slice(new);
        self.body.len() >= length
    }

    /// Takes what there is of chunks; whether the last one is there.
    fn chunks(&mut self) -> Result<bool, Wrong> {
        let read = self.chunks.read(&self.ahead, &mut self.body);
        self.sent.extend(self.ahead.drain(..read.length));
        if self.sent.len() > LONGEST_BODY {
            return Err((413, "the body is too long"));
        }
        match read.stopped {
            Stopped::ForMore => Ok(false),
            Stopped::AtTheEnd => Ok(true),
            Stopped::AtAFault(why) => Err((400, why)),
        }
    }
}

/// The values of the headers of this name, split at commas.
pub(super) fn words<'h>(
    headers: &'h [httparse::Header<'_>],
    name: &str,
) -> impl Iterator<Item = &'h str> {
    headers
        .iter()
        .filter(move |header| header.name.eq_ignore_ascii_case(name))
        .filter_map(|header| std::str::from_utf8(header.value).ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

/// How the end of the body is known: without a length and without chunks there is none, and what follows is another
/// request.
fn framing(headers: &[httparse::Header<'_>]) -> Result<Framing, Wrong> {
    let mut lengths = words(headers, "content-length");
    let length = lengths.next();
    if lengths.any(|other| Some(other) != length) {
        return Err((400, "there are several Content-Length, and they differ"));
    }
    let mut encodings = words(headers, "transfer-encoding").peekable();
    if encodings.peek().is_some() {
        if length.is_some() {
            return Err((400, "there are both Content-Length and Transfer-Encoding"));
        }
        let known = encodings.all(|word| word.eq_ignore_ascii_case("chunked"));
        return known
            .then_some(Framing::Chunks)
            .ok_or((501, "the Transfer-Encoding is not chunked"));
    }
    let Some(length) = length else {
        return Ok(Framing::Length(0));
    };
    // A plus would be read as part of a number.
    let digits = length.bytes().all(|byte| byte.is_ascii_digit());
    let length: usize = length
        .parse()
        .ok()
        .filter(|_| digits)
        .ok_or((400, "the Content-Length is no number"))?;
    if length > LONGEST_BODY {
        return Err((413, "the body is too long"));
    }
    Ok(Framing::Length(length))
}

fn wishes(request: &httparse::Request<'_, '_>) -> Wishes {
    let says = |word: &str| {
        words(request.headers, "connection").any(|found| found.eq_ignore_ascii_case(word))
    };
    let version = match request.version {
        Some(0) => Version::Http10,
        Some(_) | None => Version::Http11,
    };
    let kept = match version {
        Version::Http10 => says("keep-alive"),
        Version::Http11 => !says("close"),
    };
    Wishes {
        version,
        after: if kept { After::Kept } else { After::Closed },
        reply: if request.method == Some("HEAD") {
            Wanted::Head
        } else {
            Wanted::Whole
        },
    }
}

#[cfg(test)]
mod tests;

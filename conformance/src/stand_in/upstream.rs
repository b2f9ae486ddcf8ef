//! Another endpoint behind the listener: requests go to it byte for byte, but for `Host`, `Expect` and the path, and its
//! replies come back byte for byte as they come, faults included. Nothing is judged here.

use httparse::Status;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use std::io;
use std::time::Duration;

use super::carry::Then;
use super::chunks::{Chunks, Stopped};
use super::line::{Gone, Line};
use super::reading::{After, Incoming, Wanted, words};
use crate::client::endpoint::Endpoint;
use crate::client::exchange;

/// How long is waited for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest reply that is kept to be looked at; it is passed on however long it is.
const LONGEST_KEPT: usize = 16 * 1024 * 1024;

/// The endpoint behind one connection of a client, with a connection of its own.
#[derive(Debug)]
pub(super) struct Upstream {
    endpoint: Endpoint,
    link: Option<TcpStream>,
}

/// A request that was passed on.
#[derive(Debug)]
pub(super) struct Passed {
    /// The reply; or why there is no whole one.
    pub(super) reply: Result<exchange::Received, String>,
    /// What is to be done with the client's connection.
    pub(super) then: Then,
}

/// Why a request was not passed on: nothing has gone to the client.
#[derive(Debug)]
pub(super) struct Down(pub(super) String);

/// A reply under way.
#[derive(Debug, Default)]
struct Reply {
    /// Everything, up to a limit.
    raw: Vec<u8>,
    /// What is not understood yet.
    ahead: Vec<u8>,
    body: Vec<u8>,
    head: Option<Head>,
    chunks: Chunks,
}

#[derive(Clone, Copy, Debug)]
struct Head {
    status: u16,
    framing: Framing,
    after: After,
}

#[derive(Clone, Copy, Debug)]
enum Framing {
    Length(usize),
    Chunks,
    /// Up to the end of the connection.
    Close,
}

impl Upstream {
    /// An endpoint that nothing was sent to.
    pub(super) fn new(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            link: None,
        }
    }

    /// Passes a request on, and the reply back.
    pub(super) async fn pass(
        &mut self,
        incoming: &Incoming,
        line: &mut Line,
    ) -> Result<Result<Passed, Down>, Gone> {
        let authority = self.endpoint.authority();
        let down = |error: &dyn std::fmt::Display| {
            Down(format!(
                "no reply from {authority}: {error}; is it running?"
            ))
        };
        let mut link = match self.link().await {
            Ok(link) => link,
            Err(error) => return Ok(Err(down(&error))),
        };
        let request = [
            &head(&incoming.head, &self.endpoint),
            incoming.sent.as_slice(),
        ]
        .concat();
        if let Err(error) = link.write_all(&request).await {
            return Ok(Err(down(&error)));
        }
        let mut reply = Reply::default();
        loop {
            let mut piece = [0; 16 * 1024];
            let read = tokio::select! {
                gone = line.broken() => return Err(gone),
                read = link.read(&mut piece) => read,
            };
            let (then, why) = match read {
                Ok(length @ 1..) => {
                    let piece = piece.get(..length).unwrap_or_default();
                    line.write(piece).await?;
                    match reply.take(piece, incoming.wishes.reply) {
                        Ok(None) => continue,
                        Ok(Some(after)) => {
                            let then = match (after, incoming.wishes.after) {
                                (After::Kept, After::Kept) => Then::Stay,
                                (After::Closed, _) | (_, After::Closed) => Then::Close,
                            };
                            if then == Then::Stay {
                                self.link = Some(link);
                            }
                            return Ok(Ok(reply.passed(then)));
                        }
                        Err(why) => (Then::Close, why.to_owned()),
                    }
                }
                Ok(_) if reply.ends_with_the_connection() => {
                    return Ok(Ok(reply.passed(Then::Close)));
                }
                Ok(_) => (Then::Close, "it closed the connection too early".to_owned()),
                Err(error) => (Then::Reset, error.to_string()),
            };
            let came = reply.raw.len();
            return Ok(Ok(Passed {
                reply: Err(format!(
                    "no whole reply from {authority}: {why}, after {came} bytes"
                )),
                then,
            }));
        }
    }

    /// The connection of the last request if it still stands, or another.
    async fn link(&mut self) -> io::Result<TcpStream> {
        let is_quiet = |link: &TcpStream| {
            let tried = link.try_read(&mut [0]);
            tried.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
        };
        if let Some(link) = self.link.take().filter(is_quiet) {
            return Ok(link);
        }
        let connecting = TcpStream::connect((self.endpoint.host(), self.endpoint.port()));
        let link = timeout(PATIENCE, connecting).await??;
        link.set_nodelay(true)?;
        Ok(link)
    }
}

impl Reply {
    /// Takes bytes; what becomes of the connection if that makes it whole.
    fn take(&mut self, piece: &[u8], wanted: Wanted) -> Result<Option<After>, &'static str> {
        self.ahead.extend_from_slice(piece);
        if self.raw.len() <= LONGEST_KEPT {
            self.raw.extend_from_slice(piece);
        }
        while self.head.is_none() {
            let Some((head, length)) = parse(&self.ahead, wanted)? else {
                return Ok(None);
            };
            self.ahead.drain(..length);
            // Interim replies come before the one that counts.
            self.head = Some(head).filter(|head| !(100..200).contains(&head.status));
        }
        let Some(head) = self.head else {
            return Ok(None);
        };
        let is_whole = match head.framing {
            Framing::Length(length) => {
                let missing = length.saturating_sub(self.body.len());
                let there = missing.min(self.ahead.len());
                self.body.extend(self.ahead.drain(..there));
                self.body.len() >= length
            }
            Framing::Chunks => {
                let read = self.chunks.read(&self.ahead, &mut self.body);
                self.ahead.drain(..read.length);
                match read.stopped {
                    Stopped::ForMore => false,
                    Stopped::AtTheEnd => true,
                    Stopped::AtAFault(why) => return Err(why),
                }
            }
            Framing::Close => {
                self.body.append(&mut self.ahead);
                false
            }
        };
        if self.body.len() > LONGEST_KEPT {
            return Err("the reply is too long");
        }
        Ok(is_whole.then_some(head.after))
    }

    fn ends_with_the_connection(&self) -> bool {
        matches!(
            self.head,
            Some(Head {
                framing: Framing::Close,
                ..
            })
        )
    }

    fn passed(self, then: Then) -> Passed {
        let status = self.head.map_or(0, |head| head.status);
        Passed {
            reply: Ok(exchange::Received::new(status, self.raw, self.body)),
            then,
        }
    }
}

/// A head of a reply, if it is whole, and its length.
fn parse(bytes: &[u8], wanted: Wanted) -> Result<Option<(Head, usize)>, &'static str> {
    let mut headers = [httparse::EMPTY_HEADER; 128];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(bytes).map_err(|_| "its reply is no HTTP")?;
    let Status::Complete(length) = parsed else {
        return Ok(None);
    };
    let status = response.code.unwrap_or_default();
    let mut lengths = words(response.headers, "content-length");
    let chunked = words(response.headers, "transfer-encoding").any(|word| word == "chunked");
    let framing = match lengths.next().map(str::parse) {
        _ if wanted == Wanted::Head || [204, 304].contains(&status) || status < 200 => {
            Framing::Length(0)
        }
        _ if chunked => Framing::Chunks,
        Some(length) => Framing::Length(length.map_err(|_| "its Content-Length is no number")?),
        None => Framing::Close,
    };
    let says = |word: &str| {
        words(response.headers, "connection").any(|found| found.eq_ignore_ascii_case(word))
    };
    let kept = match response.version {
        Some(0) => says("keep-alive"),
        Some(_) | None => !says("close"),
    };
    let after = if kept { After::Kept } else { After::Closed };
    let head = Head {
        status,
        framing,
        after,
    };
    Ok(Some((head, length)))
}

/// The head for the endpoint: its path and its name, and nothing to wait for, since the body follows at once.
fn head(head: &[u8], endpoint: &Endpoint) -> Vec<u8> {
    let mut lines = head.split_inclusive(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let mut words = first.splitn(3, |byte| *byte == b' ');
    let (method, path, version) = (words.next(), words.next(), words.next());
    let query = path
        .and_then(|path| {
            path.iter()
                .position(|byte| *byte == b'?')
                .map(|at| (path, at))
        })
        .and_then(|(path, at)| path.get(at..))
        .filter(|_| !endpoint.path().contains('?'));
    let mut new = [
        method.unwrap_or_default(),
        b" ",
        endpoint.path().as_bytes(),
        query.unwrap_or_default(),
        b" ",
        version.unwrap_or_default(),
    ]
    .concat();
    for line in lines {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        if name.eq_ignore_ascii_case(b"host") {
            new.extend(format!("Host: {}\r\n", endpoint.authority()).into_bytes());
        } else if !name.eq_ignore_ascii_case(b"expect") {
            new.extend_from_slice(line);
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use super::head;

    #[test]
    fn only_path_host_and_waiting_are_the_hop_s() {
        #[track_caller]
        fn check(request: &str, endpoint: &str, expected: &str) {
            let new = head(request.as_bytes(), &endpoint.parse().unwrap());
            assert_eq!(String::from_utf8(new).unwrap(), expected);
        }
        check(
            "POST /members/sms/xml.php HTTP/1.0\r\nhost: a\r\nX_y:  z\r\nExpect: 100-continue\r\n\r\n",
            "http://127.0.0.1:1/x",
            "POST /x HTTP/1.0\r\nHost: 127.0.0.1:1\r\nX_y:  z\r\n\r\n",
        );
        check(
            "GET /?XML=a HTTP/1.1\n\n",
            "http://127.0.0.1:1/x",
            "GET /x?XML=a HTTP/1.1\n\n",
        );
        check(
            "GET /?XML=a HTTP/1.1\n\n",
            "http://127.0.0.1:1/x?b",
            "GET /x?b HTTP/1.1\n\n",
        );
    }
}

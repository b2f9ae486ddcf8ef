//! One connection: requests in, answers out, one after the other, and what became of each. How bytes are read and written
//! is for `line` and `carry`; what is answered, for the desk.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::answer::{Answer, Delivery};
use super::carry::{Carried, Then, carry};
use super::line::{Arrival, Gone, Line, Stream};
use super::reading::{Incoming, Wishes};
use super::received::{Channel, End, Received};
use super::upstream::{Down, Upstream};
use super::{Heard, Role, Shared, locked};
use crate::client::exchange;

/// The first byte of a handshake of TLS; no request begins with it.
const HANDSHAKE: u8 = 0x16;

/// A connection, and the request that is under way on it.
#[derive(Debug)]
pub(super) struct Conversation {
    shared: Arc<Shared>,
    connection: usize,
    line: Line,
    channel: Channel,
    under_way: Option<Received>,
    upstream: Option<Upstream>,
}

/// How a request ended, and with what.
struct Ended {
    carried: Result<Carried, Gone>,
    /// The body of the reply.
    reply: Vec<u8>,
    upstream: Option<Result<exchange::Received, String>>,
}

/// Finds out what a client speaks; nothing if it goes, or if the handshake fails.
pub(super) async fn greet(shared: &Shared, stream: TcpStream) -> Option<(Line, Channel)> {
    // Without delay, so that each write is a segment of its own.
    stream.set_nodelay(true).ok()?;
    let plain = |stream| (Line::new(Stream::Plain(stream)), Channel::Plain);
    let Some(config) = &shared.tls else {
        return Some(plain(stream));
    };
    let mut first = [0];
    if stream.peek(&mut first).await.ok()? == 0 {
        return None;
    }
    if first != [HANDSHAKE] {
        return Some(plain(stream));
    }
    match TlsAcceptor::from(Arc::clone(config)).accept(stream).await {
        Ok(stream) => Some((Line::new(Stream::Tls(Box::new(stream))), Channel::Tls)),
        Err(_) => {
            shared.handshakes_failed.fetch_add(1, Ordering::Relaxed);
            None
        }
    }
}

impl Conversation {
    /// A connection on which nothing was said.
    pub(super) fn new(
        shared: Arc<Shared>,
        connection: usize,
        line: Line,
        channel: Channel,
    ) -> Self {
        let upstream = match &shared.role {
            Role::Desk(_) => None,
            Role::Upstream(endpoint) => Some(Upstream::new(endpoint.clone())),
        };
        Self {
            shared,
            connection,
            line,
            channel,
            under_way: None,
            upstream,
        }
    }

    /// Answers requests until the connection ends.
    pub(super) async fn talk(&mut self) {
        loop {
            let ended = match self.line.next().await {
                Arrival::Request(incoming) => self.answer(incoming).await,
                Arrival::Broken(incoming, status, why) => {
                    self.begin(incoming);
                    self.carry(said(status, why), Wishes::default()).await
                }
                Arrival::Over(Some(incoming)) => {
                    self.begin(incoming);
                    self.end(End::Left, Vec::new(), None);
                    return self.line.close().await;
                }
                Arrival::Over(None) => return self.line.close().await,
            };
            let carried = match ended.carried {
                Ok(carried) => carried,
                Err(Gone) => {
                    self.end(End::Left, Vec::new(), ended.upstream);
                    return;
                }
            };
            self.end(carried.end, ended.reply, ended.upstream);
            match carried.then {
                Then::Stay => {}
                Then::Close => return self.line.close().await,
                Then::Reset => return self.line.reset(),
            }
        }
    }

    /// Takes note of what is under way when nobody goes on with it.
    pub(super) fn leave(&mut self) {
        if self.under_way.is_none()
            && let Some(incoming) = self.line.rest()
        {
            self.begin(incoming);
        }
        self.end(End::Withheld, Vec::new(), None);
    }

    async fn answer(&mut self, incoming: Incoming) -> Ended {
        let wishes = incoming.wishes;
        let received = self.begin(incoming.clone());
        if self.channel == Channel::Plain && self.shared.tls.is_some() {
            let answer = said(400, "this is plain HTTP, and https is spoken here");
            return self.carry(answer, wishes).await;
        }
        if let Some(upstream) = &mut self.upstream {
            return match upstream.pass(&incoming, &mut self.line).await {
                Err(gone) => Ended {
                    carried: Err(gone),
                    reply: Vec::new(),
                    upstream: None,
                },
                Ok(Ok(passed)) => Ended {
                    carried: Ok(Carried {
                        end: match &passed.reply {
                            Ok(_) => End::Answered,
                            Err(_) => End::Withheld,
                        },
                        then: passed.then,
                    }),
                    reply: passed
                        .reply
                        .as_ref()
                        .map_or(Vec::new(), |it| it.body.clone()),
                    upstream: Some(passed.reply),
                },
                Ok(Err(Down(why))) => {
                    let mut ended = self.carry(said(502, &why), wishes).await;
                    ended.upstream = Some(Err(why));
                    ended
                }
            };
        }
        let answer = match &self.shared.role {
            Role::Desk(desk) => locked(desk).answer(&received),
            Role::Upstream(_) => said(502, "nothing is behind this listener"),
        };
        self.carry(answer, wishes).await
    }

    async fn carry(&mut self, answer: Answer, wishes: Wishes) -> Ended {
        let carried = carry(&mut self.line, &answer, wishes).await;
        let whole = matches!(&carried, Ok(carried) if carried.end == End::Answered);
        Ended {
            carried,
            reply: if whole { answer.body } else { Vec::new() },
            upstream: None,
        }
    }

    fn begin(&mut self, incoming: Incoming) -> Received {
        let received = Received {
            number: self.shared.number(),
            connection: self.connection,
            arrived: self.shared.stopwatch.elapsed(),
            channel: self.channel,
            head: incoming.head,
            body: incoming.body,
            reply: Vec::new(),
            end: End::Withheld,
            took: std::time::Duration::ZERO,
        };
        self.under_way = Some(received.clone());
        received
    }

    fn end(
        &mut self,
        end: End,
        reply: Vec<u8>,
        upstream: Option<Result<exchange::Received, String>>,
    ) {
        if let Some(mut received) = self.under_way.take() {
            let now = self.shared.stopwatch.elapsed();
            received.took = now.saturating_sub(received.arrived);
            received.end = end;
            received.reply = reply;
            self.shared.note(Heard { received, upstream });
        }
    }
}

/// An answer that is none of the gateway's: an HTTP status with a sentence, after which the connection ends.
fn said(status: u16, why: &str) -> Answer {
    Answer {
        status,
        headers: vec![(
            "Content-Type".to_owned(),
            "text/plain; charset=utf-8".to_owned(),
        )],
        body: format!("{why}\n").into_bytes(),
        delivery: Delivery::ThenClose,
    }
}

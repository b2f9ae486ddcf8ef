//! One exchange on a stream that stands: our bytes go out, and hyper reads what comes back.
//!
//! Hyper is given a request that has the same method and nothing else, and what it writes is thrown away, so the
//! reply is read by hyper's rules (lengths, chunks, interim replies, HTTP/1.0) whatever was sent. Each exchange has a
//! hyper of its own: it knows nothing of the exchange before it, and the bytes it did not need are known.

use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::body::{Body, Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::ext::on_informational;
use hyper::{Request, Response, Version, header};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::Notify;
use tokio::task::unconstrained;

use super::exchange::Afterwards;
use super::raw::{RawRequest, Step};
use crate::clock::Stopwatch;

/// What came of an exchange.
pub(super) struct Talk {
    /// The reply, or why there is none.
    pub(super) reply: Result<Reply, hyper::Error>,
    /// What was sent.
    pub(super) sent: Vec<u8>,
    /// Whether that was all there was to send.
    pub(super) delivery: Delivery,
    /// What came.
    pub(super) received: Vec<u8>,
    /// What came behind the reply.
    pub(super) surplus: Vec<u8>,
}

/// A reply as hyper read it.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Bytes,
    pub(super) afterwards: Afterwards,
    /// When the head was there.
    pub(super) head: Duration,
}

/// How much of a request was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// All of it.
    Whole,
    /// The endpoint stopped listening, or answered too early.
    Partial,
}

/// Sends a request and reads the reply, which begins with what came `early`, behind the reply before it. Reading
/// stops with an error when more than `limit` bytes have come.
pub(super) async fn talk(
    stream: &mut TcpStream,
    early: Vec<u8>,
    request: &RawRequest,
    limit: usize,
    stopwatch: Stopwatch,
) -> Result<Talk, hyper::Error> {
    let (read, write) = stream.split();
    let asked_for_more = Arc::new(Notify::new());
    let wire = Wire {
        read,
        early,
        asked: Asked::NotYet,
        received: Vec::new(),
        limit,
    };
    let (mut sender, mut connection) = http1::handshake(TokioIo::new(wire)).await?;
    let mut stand_in = Request::new(Empty::<Bytes>::new());
    *stand_in.method_mut() = request.method();
    let asks_for_more = Arc::clone(&asked_for_more);
    on_informational(&mut stand_in, move |_| asks_for_more.notify_one());
    let response = sender.send_request(stand_in);

    let mut sent = Vec::new();
    let mut delivery = Delivery::Partial;
    let reply = {
        // Without constraint: whatever the network takes is written before anything is read, in however many
        // pieces, so that a quick answer does not decide how much of a request is sent.
        let mut writing = pin!(unconstrained(perform(
            request,
            write,
            &asked_for_more,
            &mut sent
        )));
        let mut reading = pin!(read_reply(response, stopwatch));
        let mut is_writing = true;
        let mut is_driving = true;
        loop {
            tokio::select! {
                biased;
                // A failure is the endpoint's doing, and reading tells more about it.
                result = &mut writing, if is_writing => {
                    is_writing = false;
                    if result.is_ok() {
                        delivery = Delivery::Whole;
                    }
                }
                // What the connection has to say about failures it says to the reply as well.
                _ = &mut connection, if is_driving => is_driving = false,
                reply = &mut reading => break reply,
            }
        }
    };
    let parts = connection.into_parts();
    let mut received = parts.io.into_inner().received;
    received.truncate(received.len().saturating_sub(parts.read_buf.len()));
    Ok(Talk {
        reply,
        sent,
        delivery,
        received,
        surplus: parts.read_buf.into(),
    })
}

async fn perform(
    request: &RawRequest,
    mut write: WriteHalf<'_>,
    asked_for_more: &Notify,
    sent: &mut Vec<u8>,
) -> io::Result<()> {
    for step in &request.steps {
        match step {
            Step::Write(bytes) => {
                let mut rest = bytes.as_slice();
                while !rest.is_empty() {
                    let length = write.write(rest).await?;
                    let (new, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
                    sent.extend_from_slice(new);
                    rest = after;
                }
                write.flush().await?;
            }
            Step::Await => asked_for_more.notified().await,
            Step::Finish => write.shutdown().await?,
        }
    }
    Ok(())
}

async fn read_reply(
    response: impl Future<Output = hyper::Result<Response<Incoming>>>,
    stopwatch: Stopwatch,
) -> hyper::Result<Reply> {
    let response = response.await?;
    let head = stopwatch.elapsed();
    let status = response.status().as_u16();
    let afterwards = afterwards(&response);
    let body = response.into_body().collect().await?.to_bytes();
    Ok(Reply {
        status,
        body,
        afterwards,
        head,
    })
}

/// What the head of a reply says about the connection.
fn afterwards(response: &Response<Incoming>) -> Afterwards {
    let says = |name, word: &str| {
        let values = response.headers().get_all(name).iter();
        let mut words = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        words.any(|said| said.trim().eq_ignore_ascii_case(word))
    };
    let persists = match response.version() {
        Version::HTTP_10 => says(header::CONNECTION, "keep-alive"),
        _ => !says(header::CONNECTION, "close"),
    };
    let ends_by_itself =
        response.body().size_hint().exact().is_some() || says(header::TRANSFER_ENCODING, "chunked");
    if persists && ends_by_itself {
        Afterwards::Kept
    } else {
        Afterwards::Closed
    }
}

/// What hyper takes for the stream: it keeps what is read, because hyper shows headers in its own order, and throws
/// away what is written.
struct Wire<'a> {
    read: ReadHalf<'a>,
    early: Vec<u8>,
    asked: Asked,
    received: Vec<u8>,
    limit: usize,
}

/// Whether hyper believes that it has asked for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    NotYet,
    Already,
}

impl AsyncRead for Wire<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.asked == Asked::NotYet {
            // Hyper takes a reply to nothing for an error, but an endpoint may answer as soon as it is connected.
            // Whoever writes wakes this.
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        if self.early.is_empty() {
            ready!(Pin::new(&mut self.read).poll_read(cx, buffer))?;
        } else {
            let length = self.early.len().min(buffer.remaining());
            buffer.put_slice(self.early.drain(..length).as_slice());
        }
        let new = buffer.filled().get(before..).unwrap_or_default();
        self.received.extend_from_slice(new);
        if self.received.len() > self.limit {
            return Poll::Ready(Err(io::ErrorKind::FileTooLarge.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire<'_> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.asked == Asked::NotYet {
            self.asked = Asked::Already;
            cx.waker().wake_by_ref();
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

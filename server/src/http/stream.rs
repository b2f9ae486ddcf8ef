//! The bytes of a connection on their way to hyper: each head is looked at before hyper has it, and a reply has its
//! time. Not for what is in a body.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

use super::head::{self, Framing, Look, Refusal};
use super::places::Place;

/// A connection.
#[derive(Debug)]
pub(super) struct Stream {
    inner: TcpStream,
    place: Arc<Place>,
    max_head: usize,
    /// What is due: a head, or the rest of a body.
    due: Due,
    /// What came and is not hyper's yet.
    pending: Vec<u8>,
    /// How much of it may go to hyper.
    cleared: usize,
    /// How much of it was looked at in vain.
    seen: usize,
    /// Since when the server waits for the present request.
    since: Option<u64>,
    refusal: Option<Refusal>,
    write_timeout: Duration,
    /// Runs while a reply waits for its client.
    writing: Option<Pin<Box<Sleep>>>,
    reply_slow: bool,
}

#[derive(Debug, Clone, Copy)]
enum Due {
    Head,
    Body(Framing),
    /// Nothing: a fault has the connection, and the server keeps the client waiting, not the other way round.
    Nothing,
}

impl Stream {
    pub(super) fn new(
        inner: TcpStream,
        place: Arc<Place>,
        max_head: usize,
        write_timeout: Duration,
    ) -> Self {
        Self {
            inner,
            place,
            max_head,
            due: Due::Head,
            pending: Vec::new(),
            cleared: 0,
            seen: 0,
            since: None,
            refusal: None,
            write_timeout,
            writing: None,
            reply_slow: false,
        }
    }

    /// Takes the connection out of hyper's hands: what comes from now on is passed on unseen.
    pub(super) fn take_over(&mut self) {
        self.due = Due::Nothing;
        self.place.works();
    }

    /// The socket itself, for what only a socket can do.
    pub(super) const fn socket(&self) -> &TcpStream {
        &self.inner
    }

    /// Why what came last goes no further.
    pub(super) const fn refusal(&self) -> Option<Refusal> {
        self.refusal
    }

    /// Whether a reply ran out of time.
    pub(super) const fn is_reply_slow(&self) -> bool {
        self.reply_slow
    }

    /// Whether a reply is not written to its end.
    pub(super) const fn is_replying(&self) -> bool {
        self.writing.is_some()
    }

    /// Whether a head was begun that is not whole.
    pub(super) fn has_begun(&self) -> bool {
        matches!(self.due, Due::Head) && !self.pending.is_empty()
    }

    /// Whether the rest of a body is due.
    pub(super) const fn is_owed(&self) -> bool {
        matches!(self.due, Due::Body(_))
    }

    /// How many of these bytes, which follow what was cleared last, may go to hyper: none if the head is not whole.
    fn clear(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut length = 0;
        if matches!(self.due, Due::Head) {
            let first = self.seen == 0;
            let news = bytes.get(self.seen.saturating_sub(3)..).unwrap_or_default();
            if first || bytes.len() > self.max_head || head::may_end(news) {
                match head::look(bytes, self.max_head) {
                    Look::Whole(whole, framing) => {
                        length = whole;
                        self.due = Due::Body(framing);
                    }
                    Look::Begun => {}
                    Look::Refused(refusal) => return self.refuse(refusal),
                }
            }
            if length == 0 {
                self.seen = bytes.len();
                return Ok(0);
            }
            self.seen = 0;
        }
        let body = bytes.get(length..).unwrap_or_default();
        if let Due::Body(framing) = &mut self.due {
            let (taken, is_whole) = framing.follow(body);
            length = length.saturating_add(taken);
            if is_whole {
                self.due = Due::Head;
                self.since = None;
            }
        }
        Ok(length)
    }

    /// Keeps what is not for hyper yet. Blank lines may come before a request, and begin none.
    fn keep(&mut self, bytes: &[u8]) {
        let blank = if matches!(self.due, Due::Head) && self.pending.is_empty() {
            bytes.iter().take_while(|byte| is_line_end(**byte)).count()
        } else {
            0
        };
        if blank > 0 {
            self.seen = 0;
        }
        self.pending
            .extend_from_slice(bytes.get(blank..).unwrap_or_default());
    }

    fn refuse<T>(&mut self, refusal: Refusal) -> io::Result<T> {
        self.refusal = Some(refusal);
        Err(io::Error::from(io::ErrorKind::InvalidData))
    }

    /// Notes that the server waits for this client, or no longer.
    fn note<T>(&mut self, came: Poll<T>) -> Poll<T> {
        if came.is_pending() {
            self.since = Some(self.place.waits(self.since));
        } else if self.is_owed() {
            // If it was told to leave, it is gone soon.
            self.place.works();
        }
        came
    }

    /// What is left of a reply's time; an error when there is none.
    fn in_time<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if self.reply_slow {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        if written.is_pending() {
            let timeout = self.write_timeout;
            let writing = self
                .writing
                .get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)));
            if writing.as_mut().poll(context).is_ready() {
                self.reply_slow = true;
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
        }
        written
    }
}

impl Framing {
    /// How many of these bytes belong to the body, and whether it is whole with them.
    fn follow(&mut self, bytes: &[u8]) -> (usize, bool) {
        match self {
            Self::Length(left) => {
                let taken =
                    usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                *left = left.saturating_sub(taken as u64);
                (taken, *left == 0)
            }
            Self::Chunked(chunks) => {
                let taken = chunks.follow(bytes);
                (taken, chunks.is_done())
            }
        }
    }
}

const fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if matches!(this.due, Due::Nothing) {
            return Pin::new(&mut this.inner).poll_read(context, buffer);
        }
        if this.refusal.is_some() {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        let is_between = matches!(this.due, Due::Head) && this.cleared == 0;
        // To hyper, the client has ended.
        if is_between && this.pending.is_empty() && this.place.is_stopping() {
            return Poll::Ready(Ok(()));
        }
        loop {
            if this.cleared == 0 && !this.pending.is_empty() {
                let pending = std::mem::take(&mut this.pending);
                let cleared = this.clear(&pending);
                this.pending = pending;
                this.cleared = cleared?;
            }
            if this.cleared > 0 {
                let length = this.cleared.min(buffer.remaining());
                buffer.put_slice(this.pending.get(..length).unwrap_or_default());
                this.pending.drain(..length);
                this.cleared = this.cleared.saturating_sub(length);
                return Poll::Ready(Ok(()));
            }
            // Nearly every head comes in one piece, and is looked at where hyper will read it.
            let before = buffer.filled().len();
            let came = Pin::new(&mut this.inner).poll_read(context, buffer);
            ready!(this.note(came))?;
            let came = buffer.filled().get(before..).unwrap_or_default();
            if came.is_empty() {
                if this.has_begun() {
                    this.refusal = Some(Refusal::Cut);
                }
                return Poll::Ready(Ok(()));
            }
            let length = if this.pending.is_empty() {
                this.clear(came)?
            } else {
                0
            };
            this.keep(came.get(length..).unwrap_or_default());
            buffer.set_filled(before.saturating_add(length));
            if length > 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.in_time(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(context, slices);
        self.in_time(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    /// hyper flushes when everything is written: the next reply has a time of its own.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.writing = None;
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

//! A connection's two directions: bytes read into [`Reading`], bytes written, and whether the client is still there. What is
//! written, and when, is for others.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::reading::{Incoming, Reading, Step};
use crate::clock;

/// How much of what a client sends unasked is read ahead.
const MOST_AHEAD: usize = 256 * 1024;

/// How long a client may say nothing between two pieces of a request, or between two requests.
const LONGEST_SILENCE: Duration = Duration::from_secs(300);

/// How long is waited for a client to close its side, once ours is closed.
const LONGEST_FAREWELL: Duration = Duration::from_secs(5);

/// The socket, in TLS or not.
#[derive(Debug)]
pub(super) enum Stream {
    /// As it is.
    Plain(TcpStream),
    /// In TLS.
    Tls(Box<TlsStream<TcpStream>>),
}

/// A connection of a client.
#[derive(Debug)]
pub(super) struct Line {
    stream: Stream,
    reading: Reading,
    /// Whether the client has closed its side.
    over: bool,
}

/// What came of waiting for a request.
#[derive(Debug)]
pub(super) enum Arrival {
    /// A request is whole.
    Request(Incoming),
    /// What came is none: the HTTP status that says so, and why.
    Broken(Incoming, u16, &'static str),
    /// The client went, or says nothing more; with what it had begun.
    Over(Option<Incoming>),
}

/// The client has gone.
#[derive(Debug)]
pub(super) struct Gone;

impl Line {
    /// A connection of which nothing has been read.
    pub(super) fn new(stream: Stream) -> Self {
        Self {
            stream,
            reading: Reading::default(),
            over: false,
        }
    }

    /// Waits for the next request.
    pub(super) async fn next(&mut self) -> Arrival {
        loop {
            match self.reading.step() {
                Step::Whole(incoming) => return Arrival::Request(incoming),
                Step::Broken(incoming, status, why) => {
                    return Arrival::Broken(incoming, status, why);
                }
                Step::Continue => {
                    if self.write(b"HTTP/1.1 100 Continue\r\n\r\n").await.is_err() {
                        return Arrival::Over(self.reading.rest());
                    }
                }
                Step::More => {
                    let reading = tokio::time::timeout(LONGEST_SILENCE, self.read()).await;
                    if self.over || !matches!(reading, Ok(Ok(_))) {
                        return Arrival::Over(self.reading.rest());
                    }
                }
            }
        }
    }

    /// What has come and is not whole.
    pub(super) fn rest(&mut self) -> Option<Incoming> {
        self.reading.rest()
    }

    /// Writes all of this, at once if the system takes it at once.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), Gone> {
        let written = match &mut self.stream {
            Stream::Plain(stream) => stream.write_all(bytes).await,
            // TLS holds records back until it is told to send them.
            Stream::Tls(stream) => match stream.write_all(bytes).await {
                Ok(()) => stream.flush().await,
                Err(error) => Err(error),
            },
        };
        written.map_err(|_| Gone)?;
        // A client that had gone before resets the connection when something comes. That is known at once on this
        // machine, and the next write would come too late to learn it.
        match self.tcp().take_error() {
            Ok(None) => Ok(()),
            Ok(Some(_)) | Err(_) => Err(Gone),
        }
    }

    /// Lets time pass, as long as the connection stands. A client that has closed its own side may still read: only
    /// writing to it tells.
    pub(super) async fn pause(&mut self, duration: Duration) -> Result<(), Gone> {
        tokio::select! {
            gone = self.broken() => Err(gone),
            () = clock::pause(duration) => Ok(()),
        }
    }

    /// Waits until the client closes its side or the connection breaks.
    pub(super) async fn until_over(&mut self) {
        while !self.over && self.read_ahead().await.is_ok() {}
    }

    /// Closes our side, and waits a little for the client to close its own: bytes of it that nobody has read would
    /// otherwise make a reset of the end.
    pub(super) async fn close(&mut self) {
        let closed = match &mut self.stream {
            Stream::Plain(stream) => stream.shutdown().await,
            Stream::Tls(stream) => stream.shutdown().await,
        };
        if closed.is_ok() && !self.over {
            let farewell = async {
                let mut read = 0_usize;
                while let Ok(length @ 1..) = self.read().await {
                    read = read.saturating_add(length);
                    // Nobody looks at it any more.
                    self.reading = Reading::default();
                    if read > MOST_AHEAD {
                        break;
                    }
                }
            };
            // A client that does not close its side is left.
            _ = tokio::time::timeout(LONGEST_FAREWELL, farewell).await;
        }
    }

    /// Makes a reset of the end of the connection, which comes when it is dropped.
    pub(super) fn reset(&mut self) {
        // If the system refuses, the client sees the connection end in another way.
        _ = self.tcp().set_zero_linger();
    }

    /// Waits until the connection breaks, for ever if it does not.
    pub(super) async fn broken(&mut self) -> Gone {
        while !self.over {
            if self.read_ahead().await.is_err() {
                return Gone;
            }
        }
        std::future::pending().await
    }

    /// Reads what a client sends while its reply is under way.
    async fn read_ahead(&mut self) -> io::Result<()> {
        if self.reading.waiting() > MOST_AHEAD {
            // It will have to wait for its reply.
            return std::future::pending().await;
        }
        self.read().await.map(|_| ())
    }

    async fn read(&mut self) -> io::Result<usize> {
        let mut piece = [0; 16 * 1024];
        let length = match &mut self.stream {
            Stream::Plain(stream) => stream.read(&mut piece).await?,
            Stream::Tls(stream) => match stream.read(&mut piece).await {
                // A client that leaves without the farewell of TLS has left all the same.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => 0,
                result => result?,
            },
        };
        self.over |= length == 0;
        self.reading.feed(piece.get(..length).unwrap_or_default());
        Ok(length)
    }

    fn tcp(&self) -> &TcpStream {
        match &self.stream {
            Stream::Plain(stream) => stream,
            Stream::Tls(stream) => stream.get_ref().0,
        }
    }
}

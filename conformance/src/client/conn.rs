//! One request over one connection of its own, by hyper, with time limits and every byte recorded.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::endpoint::Endpoint;
use super::exchange::{Exchange, Received, Sent, Timing};
use crate::clock::Stopwatch;

/// A reply longer than this is not read to its end; the longest real one is some hundred kilobytes.
const MAX_REPLY: usize = 16 * 1024 * 1024;

/// A POST that is ready to go.
#[derive(Clone)]
pub struct Outgoing {
    /// The header `Content-Type`; without one there is none.
    pub content_type: Option<String>,
    /// More headers, name and value.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For the connection.
    pub connect: Duration,
    /// For the whole exchange, the connection included.
    pub whole: Duration,
}

/// Why there is no reply. Each says what was tried, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// Nobody listens there, or the name is unknown.
    #[error("cannot connect to {endpoint}: {source}; is a gateway running there?")]
    Connect {
        /// Host and port.
        endpoint: String,
        /// What the system said.
        source: io::Error,
    },
    /// The connection did not come about in time.
    #[error(
        "no connection to {endpoint} within {waited:?}; check host and port, or allow more time"
    )]
    ConnectTimeout {
        /// Host and port.
        endpoint: String,
        /// How long.
        waited: Duration,
    },
    /// The reply did not come in time.
    #[error(
        "sent a request to {endpoint} and got no complete reply within {waited:?}; allow more time, or look at the gateway's log"
    )]
    Timeout {
        /// Host and port.
        endpoint: String,
        /// How long.
        waited: Duration,
    },
    /// The connection ended too early.
    #[error(
        "{endpoint} closed the connection before the reply was complete; look at the gateway's log"
    )]
    Closed {
        /// Host and port.
        endpoint: String,
    },
    /// The bytes that came are no HTTP.
    #[error(
        "{endpoint} answered with something that is not HTTP ({source}); is that the right port?"
    )]
    NotHttp {
        /// Host and port.
        endpoint: String,
        /// What hyper said.
        source: hyper::Error,
    },
    /// The reply is too long.
    #[error(
        "the reply of {endpoint} is longer than {MAX_REPLY} bytes, which no gateway sends; it was not read to its end"
    )]
    TooLong {
        /// Host and port.
        endpoint: String,
    },
    /// The request cannot be written.
    #[error(
        "cannot build a request for {endpoint}: {source}; check the path of the URL and the headers"
    )]
    Request {
        /// Host and port.
        endpoint: String,
        /// What is wrong with it.
        source: hyper::http::Error,
    },
    /// Anything else.
    #[error("the exchange with {endpoint} failed: {source}")]
    Other {
        /// Host and port.
        endpoint: String,
        /// What hyper said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Sends one request and waits for the reply, no longer than `patience` allows.
pub async fn exchange(
    endpoint: &Endpoint,
    outgoing: Outgoing,
    patience: Patience,
) -> Result<Exchange, ExchangeError> {
    let stopwatch = Stopwatch::start();
    let connecting = TcpStream::connect((endpoint.host(), endpoint.port()));
    let stream = timeout(patience.connect.min(patience.whole), connecting)
        .await
        .map_err(|_| ExchangeError::ConnectTimeout {
            endpoint: endpoint.authority(),
            waited: patience.connect.min(patience.whole),
        })?
        .and_then(|stream| stream.set_nodelay(true).map(|()| stream))
        .map_err(|source| ExchangeError::Connect {
            endpoint: endpoint.authority(),
            source,
        })?;
    let connected = stopwatch.elapsed();
    let talking = talk(endpoint, stream, outgoing, stopwatch, connected);
    timeout(patience.whole.saturating_sub(connected), talking)
        .await
        .map_err(|_| ExchangeError::Timeout {
            endpoint: endpoint.authority(),
            waited: patience.whole,
        })?
}

async fn talk(
    endpoint: &Endpoint,
    stream: TcpStream,
    outgoing: Outgoing,
    stopwatch: Stopwatch,
    connected: Duration,
) -> Result<Exchange, ExchangeError> {
    let failed = |error: hyper::Error| classify(endpoint, error);
    let request = request(endpoint, outgoing)?;
    let record = Record::default();
    let io = TokioIo::new(Recorded {
        stream,
        record: record.clone(),
    });
    let (mut sender, connection) = http1::Builder::new()
        .title_case_headers(true)
        .handshake(io)
        .await
        .map_err(failed)?;
    // A set ends its tasks when it goes, so no connection outlives its exchange, not even one that a time limit
    // cut off. What the task has to say about failures it says to the pending request as well.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let response = sender.send_request(request).await.map_err(failed)?;
    let head = stopwatch.elapsed();
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), MAX_REPLY)
        .collect()
        .await
        .map_err(|error| match error.downcast::<hyper::Error>() {
            Ok(error) => failed(*error),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => {
                ExchangeError::TooLong {
                    endpoint: endpoint.authority(),
                }
            }
            Err(source) => ExchangeError::Other {
                endpoint: endpoint.authority(),
                source,
            },
        })?
        .to_bytes();
    let total = stopwatch.elapsed();
    drop(driver);
    let Tape { sent, received } = record.take();
    Ok(Exchange {
        request: Sent::new(&sent),
        response: Received::new(status, received, body.to_vec()),
        timing: Timing {
            connected,
            head,
            total,
        },
    })
}

fn request(endpoint: &Endpoint, outgoing: Outgoing) -> Result<Request<Full<Bytes>>, ExchangeError> {
    let mut request = Request::post(endpoint.path())
        .header(header::HOST, endpoint.authority())
        .header(
            header::USER_AGENT,
            concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
        );
    if let Some(content_type) = outgoing.content_type {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    for (name, value) in outgoing.headers {
        request = request.header(name, value);
    }
    request
        .body(Full::new(Bytes::from(outgoing.body)))
        .map_err(|source| ExchangeError::Request {
            endpoint: endpoint.authority(),
            source,
        })
}

fn classify(endpoint: &Endpoint, error: hyper::Error) -> ExchangeError {
    let endpoint = endpoint.authority();
    if error.is_parse() {
        return ExchangeError::NotHttp {
            endpoint,
            source: error,
        };
    }
    let io =
        std::error::Error::source(&error).and_then(|source| source.downcast_ref::<io::Error>());
    let cut = io.is_some_and(|io| {
        matches!(
            io.kind(),
            io::ErrorKind::UnexpectedEof
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::BrokenPipe
        )
    });
    if cut || error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        return ExchangeError::Closed { endpoint };
    }
    ExchangeError::Other {
        endpoint,
        source: Box::new(error),
    }
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The body holds the password.
        f.debug_struct("Outgoing")
            .field("content_type", &self.content_type)
            .field("headers", &self.headers)
            .field("body_length", &self.body.len())
            .finish()
    }
}

/// The bytes that passed, each way.
#[derive(Default)]
struct Tape {
    sent: Vec<u8>,
    received: Vec<u8>,
}

/// A tape that the connection's task writes and the exchange takes.
#[derive(Clone, Default)]
struct Record(Arc<Mutex<Tape>>);

impl Record {
    fn with<T>(&self, act: impl FnOnce(&mut Tape) -> T) -> T {
        // A tape is whole after every call, so one that a panic left behind is as good as any.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn take(&self) -> Tape {
        self.with(std::mem::take)
    }
}

/// A stream that keeps what passes through it: hyper shows headers in its own order, the wire has another.
struct Recorded {
    stream: TcpStream,
    record: Record,
}

impl AsyncRead for Recorded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let new = buffer.filled().get(before..).unwrap_or_default();
        self.record
            .with(|tape| tape.received.extend_from_slice(new));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Recorded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        let new = bytes.get(..written).unwrap_or(bytes);
        self.record.with(|tape| tape.sent.extend_from_slice(new));
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

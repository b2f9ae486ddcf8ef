//! Connections with time limits, and exchanges on them: one, or several one after another.

use std::io;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::endpoint::Endpoint;
use super::exchange::{Afterwards, Exchange, Received, Sent, Timing};
use super::outgoing::Outgoing;
use super::raw::RawRequest;
use super::stream::{Delivery, Talk, talk};
use crate::clock::Stopwatch;

/// A reply longer than this is not read to its end; the longest real one is some hundred kilobytes.
const MAX_REPLY: usize = 16 * 1024 * 1024;

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
        "{endpoint} closed the connection before the reply was complete, after {received} bytes of it; look at the gateway's log"
    )]
    Closed {
        /// Host and port.
        endpoint: String,
        /// How many bytes of a reply came before.
        received: usize,
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
    /// An exchange failed before, or the reply came before the request was sent, so nobody knows what the next bytes
    /// on this connection belong to.
    #[error(
        "the connection to {endpoint} is of no use after an exchange that did not come to its end; open another"
    )]
    Spent {
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

/// A connection that is kept for several exchanges (FORM-09).
pub struct Connection {
    endpoint: Endpoint,
    patience: Patience,
    /// Nothing after an exchange that did not come to its end.
    stream: Option<TcpStream>,
    /// What came behind the last reply.
    surplus: Vec<u8>,
}

/// Sends one request over a connection of its own and waits for the reply, no longer than `patience` allows.
pub async fn exchange(
    endpoint: &Endpoint,
    outgoing: &Outgoing,
    patience: Patience,
) -> Result<Exchange, ExchangeError> {
    let request = raw(endpoint, outgoing)?;
    exchange_raw(endpoint, &request, patience).await
}

/// [`exchange`] for a request that nobody checks.
pub async fn exchange_raw(
    endpoint: &Endpoint,
    request: &RawRequest,
    patience: Patience,
) -> Result<Exchange, ExchangeError> {
    let stopwatch = Stopwatch::start();
    let mut connection = Connection::open(endpoint, patience).await?;
    let connected = stopwatch.elapsed();
    connection.talk(request, stopwatch, connected).await
}

impl Connection {
    /// Connects. `patience` holds for this, and its whole again for each exchange.
    pub async fn open(endpoint: &Endpoint, patience: Patience) -> Result<Self, ExchangeError> {
        let waited = patience.connect.min(patience.whole);
        let connecting = TcpStream::connect((endpoint.host(), endpoint.port()));
        let stream = timeout(waited, connecting)
            .await
            .map_err(|_| ExchangeError::ConnectTimeout {
                endpoint: endpoint.authority(),
                waited,
            })?
            // Without delay, so that each write is a segment of its own.
            .and_then(|stream| stream.set_nodelay(true).map(|()| stream))
            .map_err(|source| ExchangeError::Connect {
                endpoint: endpoint.authority(),
                source,
            })?;
        Ok(Self {
            endpoint: endpoint.clone(),
            patience,
            stream: Some(stream),
            surplus: Vec::new(),
        })
    }

    /// Sends a request and waits for the reply. If the endpoint has closed the connection since the last one, that is
    /// [`ExchangeError::Closed`].
    pub async fn exchange(&mut self, outgoing: &Outgoing) -> Result<Exchange, ExchangeError> {
        let request = raw(&self.endpoint, outgoing)?;
        self.exchange_raw(&request).await
    }

    /// [`Connection::exchange`] for a request that nobody checks.
    pub async fn exchange_raw(&mut self, request: &RawRequest) -> Result<Exchange, ExchangeError> {
        self.talk(request, Stopwatch::start(), Duration::ZERO).await
    }

    /// Whether another request may go out: the endpoint has neither closed the connection nor said anything unasked.
    pub fn is_quiet(&self) -> bool {
        let nothing = |stream: &TcpStream| {
            let tried = stream.try_read(&mut [0]);
            tried.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
        };
        self.surplus.is_empty() && self.stream.as_ref().is_some_and(nothing)
    }

    /// Waits until the endpoint closes the connection, and gives what it sent before that and behind its last reply.
    pub async fn until_closed(mut self) -> Result<Vec<u8>, ExchangeError> {
        let stream = self.stream.take().ok_or_else(|| self.spent())?;
        let mut rest = std::mem::take(&mut self.surplus);
        let limit = u64::try_from(MAX_REPLY).unwrap_or(u64::MAX);
        let mut stream = stream.take(limit);
        let ended = timeout(self.patience.whole, stream.read_to_end(&mut rest))
            .await
            .map_err(|_| self.timed_out())?;
        match ended {
            Ok(_) if stream.limit() == 0 => Err(self.too_long()),
            // A connection that is reset is closed as well.
            Ok(_) | Err(_) => Ok(rest),
        }
    }

    async fn talk(
        &mut self,
        request: &RawRequest,
        stopwatch: Stopwatch,
        connected: Duration,
    ) -> Result<Exchange, ExchangeError> {
        // It comes back when all has gone well, and is closed whenever this is left otherwise.
        let mut stream = self.stream.take().ok_or_else(|| self.spent())?;
        let early = std::mem::take(&mut self.surplus);
        let limit = self.patience.whole.saturating_sub(connected);
        let talking = talk(&mut stream, early, request, MAX_REPLY, stopwatch);
        let talk = timeout(limit, talking)
            .await
            .map_err(|_| self.timed_out())?
            .map_err(|error| self.classify(error, 0))?;
        let Talk {
            reply,
            sent,
            delivery,
            received,
            surplus,
        } = talk;
        let came = received.len().saturating_add(surplus.len());
        let reply = reply.map_err(|error| self.classify(error, came))?;
        let afterwards = match delivery {
            Delivery::Whole => {
                self.stream = Some(stream);
                self.surplus.clone_from(&surplus);
                reply.afterwards
            }
            Delivery::Partial => Afterwards::Closed,
        };
        Ok(Exchange {
            request: Sent::new(sent),
            response: Received {
                surplus,
                ..Received::new(reply.status, received, reply.body.into())
            },
            afterwards,
            timing: Timing {
                connected,
                head: reply.head,
                total: stopwatch.elapsed(),
            },
        })
    }

    fn spent(&self) -> ExchangeError {
        ExchangeError::Spent {
            endpoint: self.endpoint.authority(),
        }
    }

    fn timed_out(&self) -> ExchangeError {
        ExchangeError::Timeout {
            endpoint: self.endpoint.authority(),
            waited: self.patience.whole,
        }
    }

    fn too_long(&self) -> ExchangeError {
        ExchangeError::TooLong {
            endpoint: self.endpoint.authority(),
        }
    }

    /// What hyper's error means after this many bytes.
    fn classify(&self, error: hyper::Error, received: usize) -> ExchangeError {
        let endpoint = self.endpoint.authority();
        if received > MAX_REPLY {
            return ExchangeError::TooLong { endpoint };
        }
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
            return ExchangeError::Closed { endpoint, received };
        }
        ExchangeError::Other {
            endpoint,
            source: Box::new(error),
        }
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // An endpoint that echoes puts the password into what came behind a reply.
        f.debug_struct("Connection")
            .field("endpoint", &self.endpoint)
            .field("surplus_length", &self.surplus.len())
            .finish_non_exhaustive()
    }
}

fn raw(endpoint: &Endpoint, outgoing: &Outgoing) -> Result<RawRequest, ExchangeError> {
    let bytes = outgoing
        .to_bytes(endpoint)
        .map_err(|source| ExchangeError::Request {
            endpoint: endpoint.authority(),
            source,
        })?;
    Ok(RawRequest::whole(bytes))
}

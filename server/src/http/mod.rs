//! The hyper shell: sockets in, sockets out. Knows status codes, headers and limits, and nothing of the protocol.
//!
//! [`serve`] accepts connections ([`accept`]); a connection is a task of its own ([`connection`]), whose bytes are
//! looked at before hyper has them ([`stream`], [`head`]); [`endpoint`] turns one HTTP request into one HTTP response.

mod accept;
mod body;
mod budget;
mod chunks;
mod connection;
pub mod counters;
mod endpoint;
mod fault;
mod head;
mod live;
mod page;
mod places;
mod route;
mod stream;
mod takeover;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::control::access::Access;
use crate::reload::Configuration;
use crate::space::spaces::Spaces;
use budget::Budget;
use counters::Counters;

/// What a request may take of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest body, in bytes.
    pub max_body: usize,
    /// The longest head (request line and headers), in bytes.
    pub max_head: usize,
    /// How long a head may take, and how long a connection may idle.
    pub head_timeout: Duration,
    /// How long a body may take.
    pub body_timeout: Duration,
    /// How much all bodies and replies under way may take together that are larger than 64 KiB, in bytes.
    pub max_under_way: usize,
    /// How long a client may take to read a reply.
    pub write_timeout: Duration,
    /// How long a call may wait for a message by the machine's clock, whatever the space's clock says.
    pub wait_timeout: Duration,
    /// How many connections may be open.
    pub max_connections: usize,
    /// How deep elements may be nested.
    pub max_depth: u32,
    /// How long requests under way may take after the signal to stop.
    pub drain_timeout: Duration,
}

/// Everything that answering a request needs.
#[derive(Debug)]
pub struct App {
    /// The gateways.
    pub spaces: Spaces,
    /// Who may use the control API.
    pub access: Access,
    /// Where the configuration came from, and how it is read again.
    pub configuration: Configuration,
    /// Whether the control API changes nothing, whatever the configuration says.
    pub read_only: bool,
    /// Where the XML interface is, if not where the control API is.
    pub gateway: Option<SocketAddr>,
    /// What goes on at the sockets.
    pub sockets: Sockets,
}

/// What goes on at the sockets of a server.
#[derive(Debug, Default)]
pub struct Sockets {
    /// What happened there.
    pub counters: Counters,
    /// What all large bodies and replies under way take.
    pub under_way: Budget,
    /// How many connections are open.
    pub open: AtomicU64,
    /// Which of them tell events.
    pub streams: Streams,
}

/// The streams of events that there may be.
#[derive(Debug)]
pub struct Streams(Arc<Semaphore>);

/// How many: each is a page that somebody has open.
const MOST_STREAMS: usize = 64;

impl Default for Streams {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST_STREAMS)))
    }
}

impl Streams {
    /// One more, until it is dropped; `None` if there are too many.
    pub(crate) fn enter(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).try_acquire_owned().ok()
    }

    /// How many are open.
    pub fn open(&self) -> u64 {
        MOST_STREAMS.saturating_sub(self.0.available_permits()) as u64
    }
}

impl App {
    /// What a request that comes now may take.
    pub fn limits(&self) -> Limits {
        self.spaces.config().limits
    }

    /// Whether the control API changes nothing.
    pub fn is_read_only(&self) -> bool {
        self.read_only || self.spaces.config().read_only
    }
}

/// What a socket is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// The XML interface and the control API.
    Both,
    /// The XML interface alone.
    Gateway,
    /// The control API alone.
    Control,
}

/// Serves until `stop` comes true, then lets the requests under way finish.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    face: Face,
    stop: impl Future<Output = ()>,
) {
    // Connections hold a receiver each: the sender tells them to stop, and learns when the last one is gone.
    let (stopping, running) = watch::channel(());
    tokio::select! {
        () = accept::accept(&listener, &app, face, &running) => {}
        () = stop => {}
    }
    drop(listener);
    // Whoever waits for a message is told; their connections must not hold up the end.
    for space in app.spaces.all() {
        space.waiters.release();
    }
    drop(running);
    stopping.send_replace(());
    if tokio::time::timeout(app.limits().drain_timeout, stopping.closed())
        .await
        .is_err()
    {
        tracing::warn!(
            connections = stopping.receiver_count(),
            "connections were cut after the drain time"
        );
    }
}

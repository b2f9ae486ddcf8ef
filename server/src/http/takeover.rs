//! Connections that are taken out of hyper's hands: for a reply that is hurt, or for a stream that has no end. Not for
//! what is then done on the socket.

use std::future::pending;

use tokio::sync::mpsc;

use super::fault;
use crate::control::events::Listening;

/// The reply is not to reach the client: hyper closes the connection without one.
#[derive(Debug, thiserror::Error)]
#[error("the reply is lost on purpose")]
pub(super) struct Lost;

/// What becomes of a connection in other hands.
#[derive(Debug)]
pub(super) enum Takeover {
    /// Its reply is hurt.
    Hurt(fault::Order),
    /// Events are told on it.
    Live(Box<Listening>),
}

/// Takes orders to the connection that a request came by.
#[derive(Debug, Clone)]
pub(super) struct Orders(mpsc::Sender<Box<Takeover>>);

impl Orders {
    /// A way to a connection, and its other end. Once that is closed no connection is taken over.
    pub(super) fn new() -> (Self, mpsc::Receiver<Box<Takeover>>) {
        let (sender, receiver) = mpsc::channel(1);
        (Self(sender), receiver)
    }

    /// Has the connection taken over. Comes back only if it is not, because the server stops.
    pub(super) async fn give(&self, takeover: Takeover) -> Lost {
        match self.0.send(Box::new(takeover)).await {
            Ok(()) => pending().await,
            Err(_) => Lost,
        }
    }

    /// Comes true when the server stops.
    pub(super) async fn closed(&self) {
        self.0.closed().await;
    }
}

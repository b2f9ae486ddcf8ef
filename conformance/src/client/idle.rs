//! Connections that are kept for whoever asks next. Only for many requests of which none is about its connection:
//! scenarios have one each, or name those that they share.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::conn::{Connection, ExchangeError, Patience};
use super::endpoint::Endpoint;
use super::exchange::{Afterwards, Exchange};
use super::outgoing::Outgoing;
use crate::clock::Stopwatch;

/// A connection that idled for longer may be closed by the endpoint while the next request is on its way.
const FRESH: Duration = Duration::from_secs(1);

/// The connections that nobody uses just now.
#[derive(Debug, Default)]
pub struct Idle(Mutex<Vec<(Connection, Stopwatch)>>);

impl Idle {
    /// Sends a request over one of them, or over a new one if there is none, and keeps it if the endpoint does.
    pub async fn exchange(
        &self,
        endpoint: &Endpoint,
        outgoing: &Outgoing,
        patience: Patience,
    ) -> Result<Exchange, ExchangeError> {
        let mut connection = match self.take() {
            Some(connection) => connection,
            None => Connection::open(endpoint, patience).await?,
        };
        let exchange = connection.exchange(outgoing).await?;
        if exchange.afterwards == Afterwards::Kept && exchange.response.surplus.is_empty() {
            self.lock().push((connection, Stopwatch::start()));
        }
        Ok(exchange)
    }

    fn take(&self) -> Option<Connection> {
        let mut idle = self.lock();
        while let Some((connection, since)) = idle.pop() {
            if since.elapsed() < FRESH && connection.is_quiet() {
                return Some(connection);
            }
        }
        None
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(Connection, Stopwatch)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

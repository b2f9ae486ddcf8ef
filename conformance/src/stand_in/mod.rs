//! The kit in the gateway's place: a listener that keeps every byte that a client sends, and answers as it is told.
//! What a request is worth is for [`crate::finding`]; what a client is asked to do, for [`crate::exercise`].
//!
//! - [`received`]: a request as it came, and what became of it.
//! - [`answer`]: a reply, and how it is carried.
//! - [`desk`]: who answers: a script, and behind it the plausible [`gateway`]; [`question`]: a request as the gateway
//!   reads it.
//! - [`tls`]: certificates, right and wrong ones.
//! - `conversation`: one connection; `line`, `reading`, `chunks`: its bytes; `carry`: an answer on its way; `upstream`:
//!   another endpoint behind the listener.

pub mod answer;
mod carry;
mod chunks;
mod conversation;
pub mod desk;
pub mod gateway;
mod line;
pub mod question;
mod reading;
pub mod received;
pub mod tls;
mod upstream;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::rustls::ServerConfig;

use self::desk::{Desk, Scripted};
use self::received::Received;
use self::tls::{Authority, Certificate, TlsError};
use crate::client::endpoint::Endpoint;
use crate::client::exchange;
use crate::clock::{self, Stopwatch};

/// How many connections there may be at a time. The next ones wait.
const MOST_CONNECTIONS: usize = 800;

/// The pause after the system refused a connection: there are no places, and some have to be left first.
const REFUSED: Duration = Duration::from_millis(50);

/// A listener in the gateway's place. Dropping it ends it, and everything that is held back.
#[derive(Debug)]
pub struct StandIn {
    address: SocketAddr,
    shared: Arc<Shared>,
    stopping: watch::Sender<Stopping>,
    accepting: JoinSet<()>,
}

/// Who answers.
#[derive(Clone, Debug)]
pub enum Behind {
    /// The kit.
    Desk(Box<Desk>),
    /// Another endpoint.
    Upstream(Endpoint),
}

/// How to listen.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where: on a free port of the loopback if nothing is said.
    pub address: SocketAddr,
    /// Whether in TLS.
    pub tls: Option<Tls>,
    /// Who hears of each request as soon as it has ended. Then the listener itself keeps none.
    pub heard: Option<UnboundedSender<Heard>>,
}

/// How to listen in TLS.
#[derive(Clone, Debug)]
pub struct Tls {
    /// Who signs.
    pub authority: Arc<Authority>,
    /// What is shown.
    pub certificate: Certificate,
}

/// A request that has ended.
#[derive(Debug)]
pub struct Heard {
    /// The request.
    pub received: Received,
    /// The reply of another endpoint behind the listener, or why there is no whole one.
    pub upstream: Option<Result<exchange::Received, String>>,
}

/// Why there is no listener.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; is another program listening there?")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// There is no certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Whether connections go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stopping {
    NotYet,
    Now,
}

/// What all connections share.
#[derive(Debug)]
struct Shared {
    role: Role,
    tls: Option<Arc<ServerConfig>>,
    heard: Option<UnboundedSender<Heard>>,
    stopwatch: Stopwatch,
    /// How many requests were whole.
    requests: AtomicUsize,
    ended: Mutex<Vec<Received>>,
    handshakes_failed: AtomicUsize,
}

#[derive(Debug)]
enum Role {
    Desk(Mutex<Box<Desk>>),
    Upstream(Endpoint),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            tls: None,
            heard: None,
        }
    }
}

impl StandIn {
    /// Begins to listen.
    pub async fn start(behind: Behind, options: Options) -> Result<Self, StartError> {
        let tls = match &options.tls {
            None => None,
            Some(tls) => Some(Arc::new(tls.authority.serving(tls.certificate)?)),
        };
        let refused = |source| StartError::Listen {
            address: options.address,
            source,
        };
        let listener = TcpListener::bind(options.address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let shared = Arc::new(Shared {
            role: match behind {
                Behind::Desk(desk) => Role::Desk(Mutex::new(desk)),
                Behind::Upstream(endpoint) => Role::Upstream(endpoint),
            },
            tls,
            heard: options.heard,
            stopwatch: Stopwatch::start(),
            requests: AtomicUsize::new(0),
            ended: Mutex::default(),
            handshakes_failed: AtomicUsize::new(0),
        });
        let (stopping, stopped) = watch::channel(Stopping::NotYet);
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, Arc::clone(&shared), stopped));
        Ok(Self {
            address,
            shared,
            stopping,
            accepting,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL for a client: the path is that of the gateway's script (FORM-01).
    pub fn url(&self) -> String {
        let scheme = match self.shared.tls {
            Some(_) => "https",
            None => "http",
        };
        let mut address = self.address;
        // Nobody can connect to «everywhere».
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            IpAddr::V4(_) | IpAddr::V6(_) => {}
        }
        format!("{scheme}://{address}/members/sms/xml.php")
    }

    /// The requests that have ended, by number. Requests under way are not among them: [`StandIn::stop`] ends those.
    pub fn requests(&self) -> Vec<Received> {
        let mut requests = locked(&self.shared.ended).clone();
        requests.sort_by_key(|received| received.number);
        requests
    }

    /// How many clients did not come to an end with the handshake of TLS: what one does that does not trust the
    /// certificate.
    pub fn handshakes_failed(&self) -> usize {
        self.shared.handshakes_failed.load(Ordering::Relaxed)
    }

    /// Gives the desk another script, for another step of the same exercise. Nothing, if no desk answers.
    pub fn follow(&self, script: Vec<Scripted>) {
        match &self.shared.role {
            Role::Desk(desk) => locked(desk).follow(script),
            Role::Upstream(_) => {}
        }
    }

    /// Ends all connections, and gives all requests, by number: those too whose replies were held back, and those that
    /// were not whole.
    pub async fn stop(mut self) -> Vec<Received> {
        // It only fails if nobody listens any more.
        _ = self.stopping.send(Stopping::Now);
        while self.accepting.join_next().await.is_some() {}
        self.requests()
    }
}

impl Shared {
    /// The number of a request that is whole now.
    fn number(&self) -> usize {
        self.requests
            .fetch_add(1, Ordering::Relaxed)
            .saturating_add(1)
    }

    /// Takes note of a request that has ended.
    fn note(&self, heard: Heard) {
        match &self.heard {
            // Who does not want to hear any more does not.
            Some(sender) => _ = sender.send(heard),
            None => locked(&self.ended).push(heard.received),
        }
    }
}

async fn accept(
    listener: TcpListener,
    shared: Arc<Shared>,
    mut stopped: watch::Receiver<Stopping>,
) {
    let mut conversations = JoinSet::new();
    let mut connections = 0_usize;
    loop {
        let is_full = conversations.len() >= MOST_CONNECTIONS;
        tokio::select! {
            // The sender going away is an end as well.
            _ = stopped.changed() => break,
            Some(_) = conversations.join_next() => {}
            accepted = listener.accept(), if !is_full => match accepted {
                Ok((stream, _)) => {
                    connections = connections.saturating_add(1);
                    let shared = Arc::clone(&shared);
                    conversations.spawn(converse(shared, connections, stream, stopped.clone()));
                }
                Err(_) => clock::pause(REFUSED).await,
            },
        }
    }
    drop(listener);
    while conversations.join_next().await.is_some() {}
}

async fn converse(
    shared: Arc<Shared>,
    connection: usize,
    stream: TcpStream,
    mut stopped: watch::Receiver<Stopping>,
) {
    let greeting = conversation::greet(&shared, stream);
    let greeted = tokio::select! {
        greeted = greeting => greeted,
        _ = stopped.changed() => None,
    };
    let Some((line, channel)) = greeted else {
        return;
    };
    let mut conversation = conversation::Conversation::new(shared, connection, line, channel);
    tokio::select! {
        // What can be done is done first: a reply that the client has is noted as answered.
        biased;
        () = conversation.talk() => {}
        _ = stopped.changed() => conversation.leave(),
    }
}

/// A panic while it was held changes nothing here: what is in it is whole between two calls.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;

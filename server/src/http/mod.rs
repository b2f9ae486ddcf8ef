//! The hyper shell: sockets in, sockets out. Knows status codes, headers and limits, and nothing of the protocol.
//!
//! [`serve`] owns the accept loop; a connection is a task of its own ([`connection`]); [`endpoint`] turns one
//! HTTP request into one HTTP response.

mod body;
mod connection;
mod endpoint;
mod route;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::control::access::Access;
use crate::space::spaces::Spaces;

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
    /// How long a client may take none of its reply.
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
}

impl App {
    /// What a request may take.
    pub fn limits(&self) -> &Limits {
        &self.spaces.config().limits
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
    let free = Arc::new(Semaphore::new(app.limits().max_connections));
    let accept = async {
        // Running out of file descriptors is told once, not twenty times a second.
        let mut told = false;
        loop {
            match listener.accept().await {
                Ok((stream, _)) => match Arc::clone(&free).try_acquire_owned() {
                    Ok(place) => {
                        let (app, running) = (Arc::clone(&app), running.clone());
                        tokio::spawn(async move {
                            connection::run(stream, app, face, running).await;
                            drop(place);
                        });
                    }
                    Err(_) => connection::refuse(stream, app.limits().max_connections),
                },
                Err(error) => {
                    after_accept_error(&error, told).await;
                    told = true;
                    continue;
                }
            }
            told = false;
        }
    };
    tokio::select! {
        () = accept => {}
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

/// A connection that was lost before it was accepted is nothing; running out of file descriptors passes.
async fn after_accept_error(error: &io::Error, told: bool) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        if !told {
            tracing::warn!(%error, "no connection can be accepted just now");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

//! The accept loop: who gets a place, who is let go for it, and what happens when file descriptors run out. Not for
//! what happens on a connection.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hyper::StatusCode;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use super::counters::Count;
use super::places::{Place, Places};
use super::{App, Face, connection};

/// How many of those who are refused are listened to at a time; the others are cut off, perhaps before they have read
/// why.
const REFUSING: usize = 64;

/// Accepts connections for ever.
pub(super) async fn accept(
    listener: &TcpListener,
    app: &Arc<App>,
    face: Face,
    running: &watch::Receiver<()>,
) {
    let counters = &app.sockets.counters;
    let places = Arc::new(Places::default());
    let refusing = Arc::new(Semaphore::new(REFUSING));
    let mut spare = Spare::new();
    // Trouble is told once, not a thousand times a second.
    let (mut told, mut told_full) = (false, false);
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                counters.add(Count::Connections);
                told = false;
                spare.refill();
                let limit = app.limits().max_connections;
                if let Some(place) = places.enter(limit) {
                    told_full = false;
                    spawn(stream, app, face, running, place);
                } else {
                    counters.add(Count::Refused);
                    if !told_full {
                        tracing::warn!(
                            limit,
                            "connections are refused: too many are open, and all at work"
                        );
                        told_full = true;
                    }
                    let reason = format!("too many connections are open; the limit is {limit}");
                    refuse(stream, &refusing, reason);
                }
            }
            Err(error) if is_full(&error) => {
                counters.add(Count::NoDescriptor);
                if !told {
                    tracing::warn!(%error, "no file descriptor is left for a connection (ulimit -n)");
                    told = true;
                }
                if places.let_one_go() {
                    // Its descriptor is free as soon as its task has seen it.
                    tokio::time::sleep(Duration::from_millis(1)).await;
                } else if let Some(stream) = spare.lend(listener).await {
                    counters.add(Count::Connections);
                    counters.add(Count::Refused);
                    refuse_at_once(&stream, "no file descriptor is left");
                    drop(stream);
                    spare.refill();
                } else {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
            // A connection that was lost before it was accepted is nothing.
            Err(error) if is_lost(&error) => {}
            Err(error) => {
                counters.add(Count::AcceptFailed);
                if !told {
                    tracing::warn!(%error, "no connection can be accepted just now");
                    told = true;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

fn spawn(
    stream: TcpStream,
    app: &Arc<App>,
    face: Face,
    running: &watch::Receiver<()>,
    place: Place,
) {
    let (app, running) = (Arc::clone(app), running.clone());
    app.sockets.open.fetch_add(1, Ordering::Relaxed);
    tokio::spawn(async move {
        let _open = Open(Arc::clone(&app));
        connection::run(stream, app, face, running, place).await;
    });
}

/// A connection that is open; its end is noticed however it comes.
struct Open(Arc<App>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.sockets.open.fetch_sub(1, Ordering::Relaxed);
        if std::thread::panicking() {
            self.0.sockets.counters.add(Count::Panic);
        }
    }
}

/// Turns a connection away.
fn refuse(mut stream: TcpStream, refusing: &Arc<Semaphore>, reason: String) {
    if let Ok(permit) = Arc::clone(refusing).try_acquire_owned() {
        tokio::spawn(async move {
            connection::turn_away(&mut stream, StatusCode::SERVICE_UNAVAILABLE, &reason).await;
            drop(permit);
        });
    } else {
        refuse_at_once(&stream, &reason);
    }
}

/// Turns a connection away and keeps nothing of it.
fn refuse_at_once(stream: &TcpStream, reason: &str) {
    let answer = connection::refusal(StatusCode::SERVICE_UNAVAILABLE, reason);
    // A fresh socket takes this much at once; if not, its client learns by the close.
    drop(stream.try_write(answer.as_bytes()));
}

/// A file descriptor that is kept back: without one, a connection could not even be accepted to be refused.
struct Spare(Option<File>);

impl Spare {
    fn new() -> Self {
        let mut spare = Self(None);
        spare.refill();
        spare
    }

    fn refill(&mut self) {
        if self.0.is_none() {
            // Without one, whoever comes waits until a descriptor is free.
            self.0 = File::open("/dev/null").ok();
        }
    }

    /// Accepts a connection on the descriptor kept back.
    async fn lend(&mut self, listener: &TcpListener) -> Option<TcpStream> {
        self.0.take()?;
        let accepted = tokio::time::timeout(Duration::from_millis(10), listener.accept()).await;
        accepted.ok()?.ok().map(|(stream, _)| stream)
    }
}

/// EMFILE or ENFILE: the process, or the machine, has no descriptor left.
fn is_full(error: &io::Error) -> bool {
    cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24))
}

fn is_lost(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

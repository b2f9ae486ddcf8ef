//! The listener and a thread for each connection.

use std::collections::BTreeMap;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::http::{Arrival, Connection, Next, Response};
use super::lies::{Lie, Tongue};
use super::script::Script;

/// A server on a free port of the loopback, until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    port: u16,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    script: Script,
    tongue: Tongue,
    stopping: AtomicBool,
    open: Mutex<BTreeMap<u64, TcpStream>>,
}

impl Server {
    /// Starts to accept connections.
    pub(crate) fn start(script: Script, tongue: Tongue) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            script,
            tongue,
            stopping: AtomicBool::new(false),
            open: Mutex::default(),
        });
        let accepting = Arc::clone(&shared);
        let acceptor = std::thread::spawn(move || accept(&listener, &accepting));
        Self {
            port,
            shared,
            acceptor: Some(acceptor),
        }
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // Wakes the acceptor, which then sees that it is to stop.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        if let Some(acceptor) = self.acceptor.take() {
            drop(acceptor.join());
        }
        for stream in self.shared.lock_open().values() {
            drop(stream.shutdown(Shutdown::Both));
        }
    }
}

impl Shared {
    fn lock_open(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, TcpStream>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for (number, stream) in (0..).zip(listener.incoming()) {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        stream.set_nodelay(true).unwrap();
        shared
            .lock_open()
            .insert(number, stream.try_clone().unwrap());
        let shared = Arc::clone(shared);
        shared.script.gateway.callers.fetch_add(1, Ordering::SeqCst);
        std::thread::spawn(move || {
            serve(
                Connection::new(stream, shared.tongue),
                &shared.script,
                shared.tongue,
            );
            shared.lock_open().remove(&number);
            shared.script.gateway.callers.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

/// Answers the requests of one connection.
fn serve(mut connection: Connection, script: &Script, tongue: Tongue) {
    let mut first: Option<Response> = None;
    loop {
        let request = match connection.next() {
            Arrival::End => return,
            Arrival::Broken(status) => {
                let (bytes, _) = Response {
                    status,
                    body: Vec::new(),
                }
                .bytes(None, tongue);
                if connection.write(&bytes).is_ok() {
                    connection.close();
                }
                return;
            }
            Arrival::Request(request) => request,
        };
        if first.is_some() && tongue.tells(Lie::SecondRequestRefused) {
            return connection.close();
        }
        let repeated = first
            .take()
            .filter(|_| tongue.tells(Lie::SecondRequestRepeatsFirst));
        let response = repeated.unwrap_or_else(|| script.answer(&request));
        let (bytes, next) = response.bytes(Some(&request), tongue);
        if connection.write(&bytes).is_err() {
            return;
        }
        if next == Next::End {
            return connection.close();
        }
        first = Some(response);
    }
}

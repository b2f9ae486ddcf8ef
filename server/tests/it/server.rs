//! A server in the test's own process, on a free port of loopback, and raw exchanges with it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use epochta_mock::config::Config;
use epochta_mock::control::access::Access;
use epochta_mock::http::{self, App, Face, Limits, Sockets};
use epochta_mock::reload::Configuration;
use epochta_mock::space::spaces::Spaces;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::fixtures;

/// A server that runs until it is dropped, or stopped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) app: Arc<App>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Under `fixtures/config/documented.yaml`.
    pub(crate) async fn documented() -> Self {
        Self::with(config("documented"), Limits::default()).await
    }

    /// Under a configuration, with limits of the test's own.
    pub(crate) async fn with(config: Config, limits: Limits) -> Self {
        Self::serving(Config { limits, ..config }, Configuration::built_in()).await
    }

    /// Under a configuration file.
    pub(crate) async fn configured(file: &Path) -> Self {
        let (config, configuration) = Configuration::load(file, 0).unwrap();
        Self::serving(config, configuration).await
    }

    async fn serving(config: Config, configuration: Configuration) -> Self {
        Self::of(Self::app(config, configuration), Face::Both).await
    }

    /// What a server needs, to be changed by a test.
    pub(crate) fn app(config: Config, configuration: Configuration) -> App {
        App {
            spaces: Spaces::open(config),
            access: Access::local(),
            configuration,
            read_only: false,
            gateway: None,
            sockets: Sockets::default(),
        }
    }

    /// With one face of these.
    pub(crate) async fn of(app: App, face: Face) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Arc::new(app);
        let (stop, stopped) = oneshot::channel();
        let serving = http::serve(listener, Arc::clone(&app), face, async move {
            drop(stopped.await);
        });
        Self {
            address,
            app,
            stop: Some(stop),
            task: tokio::spawn(serving),
        }
    }

    /// Tells the server to stop; done when the last request is answered.
    pub(crate) fn stop(mut self) -> JoinHandle<()> {
        drop(self.stop.take());
        self.task
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Writes a request on a connection of its own and reads to the end of the connection.
    pub(crate) async fn exchange(&self, request: &[u8]) -> Vec<u8> {
        let mut stream = self.connect().await;
        stream.write_all(request).await.unwrap();
        read_to_end(&mut stream).await
    }

    /// A call of the control API: status, and body.
    pub(crate) async fn call(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let reply = self.exchange(request.as_bytes()).await;
        let (status, body) = split(&reply);
        (status, serde_json::from_slice(body).unwrap_or(Value::Null))
    }

    /// Posts a document as the field XML; the body of the reply.
    pub(crate) async fn post(&self, document: &str) -> String {
        let reply = self.exchange(&urlencoded(document)).await;
        let (_, body) = split(&reply);
        String::from_utf8(body.to_vec()).unwrap()
    }

    pub(crate) async fn balance(&self, username: &str) -> String {
        let reply = self
            .post(&document("BALANCE", username, username, ""))
            .await;
        between(&reply, "<credits>", "</credits>").to_owned()
    }
}

/// One of `fixtures/config/`.
pub(crate) fn config(name: &str) -> Config {
    let file = format!("config/{name}.yaml");
    Config::parse(&fixtures::text(&file), &file).unwrap()
}

/// A document of an operation with this login and this inside.
pub(crate) fn document(operation: &str, username: &str, password: &str, inside: &str) -> String {
    format!(
        "<SMS><operations><operation>{operation}</operation></operations><authentication><username>{username}\
         </username><password>{password}</password></authentication>{inside}</SMS>"
    )
}

/// A SEND of one text to these numbers.
pub(crate) fn send(username: &str, numbers: &str) -> String {
    let inside = format!(
        "<message><sender>SMSKA</sender><text>Hello</text></message><numbers>{numbers}</numbers>"
    );
    document("SEND", username, username, &inside)
}

/// A whole request that posts a document percent-encoded and closes the connection.
pub(crate) fn urlencoded(document: &str) -> Vec<u8> {
    let escaped: String = document
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    let body = format!("XML={escaped}");
    format!(
        "POST /members/sms/xml.php HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Reads until the server closes; a reset counts as a close.
pub(crate) async fn read_to_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut reply = Vec::new();
    drop(stream.read_to_end(&mut reply).await);
    reply
}

/// Reads one reply with a Content-Length from a connection that stays open, passing over 100 Continue.
pub(crate) async fn read_reply(stream: &mut TcpStream, pending: &mut Vec<u8>) -> Vec<u8> {
    let mut chunk = [0; 4096];
    loop {
        while pending.starts_with(b"HTTP/1.1 100") {
            let Some(end) = find(pending, b"\r\n\r\n") else {
                break;
            };
            pending.drain(..end + 4);
        }
        if let Some(end) = find(pending, b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&pending[..end]).to_string();
            let length: usize = between(&head, "Content-Length: ", "\r\n").parse().unwrap();
            if pending.len() >= end + 4 + length {
                return pending.drain(..end + 4 + length).collect();
            }
        }
        let read = stream.read(&mut chunk).await.unwrap();
        assert!(
            read > 0,
            "the connection ended within a reply: {:?}",
            String::from_utf8_lossy(pending)
        );
        pending.extend_from_slice(&chunk[..read]);
    }
}

/// Status of HTTP, and body.
pub(crate) fn split(reply: &[u8]) -> (u16, &[u8]) {
    let mut reply = reply;
    while reply.starts_with(b"HTTP/1.1 100") {
        reply = &reply[find(reply, b"\r\n\r\n").unwrap() + 4..];
    }
    let end = find(reply, b"\r\n\r\n")
        .unwrap_or_else(|| panic!("no reply: {:?}", String::from_utf8_lossy(reply)));
    let status = std::str::from_utf8(&reply[9..12]).unwrap().parse().unwrap();
    (status, &reply[end + 4..])
}

pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).map_or("", |(_, rest)| rest);
    rest.split_once(after).map_or(rest, |(value, _)| value)
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

/// Posts a document to a mock; the body of the reply, or nothing if the connection closed without one.
pub(crate) async fn exchange(address: SocketAddr, document: &str) -> Option<String> {
    exchange_at(address, "/members/sms/xml.php", document).await
}

/// The same at another path.
pub(crate) async fn exchange_at(address: SocketAddr, path: &str, document: &str) -> Option<String> {
    let request = String::from_utf8(urlencoded(document)).unwrap();
    let request = request.replacen("/members/sms/xml.php", path, 1);
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let reply = read_to_end(&mut stream).await;
    (!reply.is_empty()).then(|| String::from_utf8(split(&reply).1.to_vec()).unwrap())
}

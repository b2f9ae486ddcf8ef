//! The listener over real sockets, as a client's raw socket sees it.
//!
//! - `deliveries`: every way in which an answer is carried or lost.
//! - `requests`: what clients send, and what is kept of it.
//! - `secured`: TLS.
//! - `answers`: the desk and the plausible gateway.
//! - `passing`: another endpoint behind it.

mod answers;
mod deliveries;
mod passing;
mod requests;
mod secured;

use std::io::ErrorKind;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::answer::{Answer, Delivery};
use super::desk::{Commits, Desk, Scripted};
use super::gateway::Gateway;
use super::{Behind, Options, StandIn};

/// A request for the balance, as a form.
const BALANCE: &str = "POST /members/sms/xml.php HTTP/1.1\r\nHost: a\r\n\
    Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 203\r\n\r\n\
    XML=%3CSMS%3E%3Coperations%3E%3Coperation%3EBALANCE%3C/operation%3E%3C/operations%3E%3Cauthentication%3E\
    %3Cusername%3Edemo%3C/username%3E%3Cpassword%3Esecret%3C/password%3E%3C/authentication%3E%3C/SMS%3E";

/// How a connection ended for its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Fin,
    Reset,
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// A listener that answers everything with a gateway.
async fn plausible() -> StandIn {
    let desk = Desk::new(Vec::new(), Gateway::default());
    StandIn::start(Behind::Desk(Box::new(desk)), Options::default())
        .await
        .unwrap()
}

/// A listener that answers BALANCE in this way.
async fn answering(body: &str, delivery: Delivery) -> StandIn {
    let answer = Answer {
        delivery,
        ..Answer::xml(body)
    };
    let script = vec![Scripted {
        operation: "BALANCE",
        answers: vec![answer],
        commits: Commits::No,
    }];
    let desk = Desk::new(script, Gateway::default());
    StandIn::start(Behind::Desk(Box::new(desk)), Options::default())
        .await
        .unwrap()
}

async fn connect(stand_in: &StandIn) -> TcpStream {
    let stream = TcpStream::connect(stand_in.address()).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// Reads until this stands in what came, or the connection ends.
async fn read_until(stream: &mut TcpStream, mark: &str) -> String {
    let mut text = Vec::new();
    while !String::from_utf8_lossy(&text).contains(mark) {
        let mut piece = [0; 1024];
        match stream.read(&mut piece).await.unwrap() {
            0 => panic!("no {mark:?} in {:?}", String::from_utf8_lossy(&text)),
            length => text.extend_from_slice(&piece[..length]),
        }
    }
    String::from_utf8(text).unwrap()
}

/// Everything that comes until the connection ends, and how that is.
async fn read_to_end(stream: &mut TcpStream) -> (String, Seen) {
    let mut bytes = Vec::new();
    let seen = match stream.read_to_end(&mut bytes).await {
        Ok(_) => Seen::Fin,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => Seen::Reset,
        Err(error) => panic!("{error}"),
    };
    (String::from_utf8(bytes).unwrap(), seen)
}

/// What comes back for these bytes until the connection ends.
async fn ask(stand_in: &StandIn, request: &str) -> (String, Seen) {
    let mut stream = connect(stand_in).await;
    stream.write_all(request.as_bytes()).await.unwrap();
    read_to_end(&mut stream).await
}

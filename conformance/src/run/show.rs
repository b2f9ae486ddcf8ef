//! An exchange as it may be shown: as text, without secrets, with a command that makes it again.

use std::time::Duration;

use super::event;
use super::redaction::Redaction;
use super::request::{Prepared, Wire};
use crate::check::expect::Seen;
use crate::client::endpoint::Endpoint;
use crate::client::raw::Step;
use crate::client::transport::Transport;
use crate::password::MASK;
use crate::report::curl::{self, Reproduction};
use crate::xml::charset;

/// Whether a command that makes the request again is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// It is.
    Wanted,
    /// Nobody will make it again.
    Unwanted,
}

/// What was sent and what came back. `waited` is how long nothing came, if nothing did.
pub fn wire(
    prepared: &Prepared,
    seen: &Seen,
    waited: Duration,
    endpoint: &Endpoint,
    redaction: &Redaction,
    again: Again,
) -> event::Wire {
    let head = match &seen.exchange {
        Ok(exchange) => exchange.request.head.clone(),
        Err(_) => unanswered(prepared, endpoint),
    };
    let curl = match again {
        Again::Wanted => reproduction(prepared, &head, endpoint, redaction),
        Again::Unwanted => None,
    };
    let request_body = redaction.hide(&prepared.shown());
    match &seen.exchange {
        Ok(exchange) => {
            let response = &exchange.response;
            let headers = response.headers.iter();
            event::Wire {
                request_head: lines(&head, redaction),
                request_body,
                status_line: redaction.hide(&response.status_line),
                headers: headers
                    .map(|header| redaction.hide(&format!("{}: {}", header.name, header.value)))
                    .collect(),
                body: redaction.hide(&charset::decode_lossy(&response.body)),
                failure: None,
                milliseconds: milliseconds(exchange.timing.total),
                curl,
            }
        }
        Err(error) => event::Wire {
            request_head: lines(&head, redaction),
            request_body,
            status_line: String::new(),
            headers: Vec::new(),
            body: String::new(),
            // Our own words, in which a password that is one of them would be found.
            failure: Some(error.to_string()),
            milliseconds: milliseconds(waited),
            curl,
        },
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The head of a request as it was to be sent: where nothing came back, nobody says how much of it was.
fn unanswered(prepared: &Prepared, endpoint: &Endpoint) -> Vec<String> {
    let bytes: Vec<u8> = match &prepared.wire {
        Wire::Whole(outgoing) => outgoing.to_bytes(endpoint).unwrap_or_default(),
        Wire::Raw(raw) => {
            let pieces = raw.steps.iter().filter_map(|step| match step {
                Step::Write(bytes) => Some(bytes.as_slice()),
                Step::Await | Step::Finish => None,
            });
            pieces.flatten().copied().collect()
        }
    };
    let text = String::from_utf8_lossy(&bytes);
    let head = text.lines().take_while(|line| !line.is_empty());
    head.map(str::to_owned).collect()
}

fn lines(head: &[String], redaction: &Redaction) -> Vec<String> {
    head.iter().map(|line| redaction.hide(line)).collect()
}

/// The command for a request that keeps to HTTP; one that is written by hand is beyond curl. `head` is what was sent.
fn reproduction(
    prepared: &Prepared,
    head: &[String],
    endpoint: &Endpoint,
    redaction: &Redaction,
) -> Option<String> {
    let transport = prepared.transport?;
    let mut lines = head.iter();
    let mut request_line = lines.next()?.split(' ');
    let (method, path) = (request_line.next()?, request_line.next()?);
    let usual = transport.wrap(&[]).content_type;
    let headers = lines.filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        // What curl writes by itself; a boundary is made for the document.
        let by_itself = is("host")
            || is("user-agent")
            || is("content-length")
            || (is("content-type")
                && (usual.as_deref() == Some(value) || transport == Transport::Multipart));
        (!by_itself).then(|| (name.to_owned(), redaction.hide(value)))
    });
    // Another password than an account's is no secret, but it may hold one.
    let known = prepared.credentials.as_ref();
    let mask = if known.is_some_and(|credentials| redaction.knows(credentials)) {
        curl::MASK
    } else {
        MASK
    };
    Some(curl::command(&Reproduction {
        url: redaction.hide(&format!("http://{}{path}", endpoint.authority())),
        method: method.to_owned(),
        transport,
        headers: headers.collect(),
        document: redaction.hide_behind(&prepared.shown(), mask),
        charset: prepared.charset,
    }))
}

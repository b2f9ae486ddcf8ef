//! An exchange as it may be shown: as text, without secrets, with a command that makes it again.

use super::event;
use super::redaction::Redaction;
use super::request::{Prepared, Wire};
use crate::check::expect::Seen;
use crate::client::endpoint::Endpoint;
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

/// What was sent and what came back.
pub fn wire(
    prepared: &Prepared,
    seen: &Seen,
    endpoint: &Endpoint,
    redaction: &Redaction,
    again: Again,
) -> event::Wire {
    let curl = match again {
        Again::Wanted => reproduction(prepared, endpoint, redaction),
        Again::Unwanted => None,
    };
    let request_body = redaction.hide(&prepared.shown);
    match &seen.exchange {
        Ok(exchange) => {
            let response = &exchange.response;
            let headers = response.headers.iter();
            event::Wire {
                request_head: lines(&exchange.request.head, redaction),
                request_body,
                status_line: redaction.hide(&response.status_line),
                headers: headers
                    .map(|header| redaction.hide(&format!("{}: {}", header.name, header.value)))
                    .collect(),
                body: redaction.hide(&charset::decode_lossy(&response.body)),
                failure: None,
                milliseconds: u64::try_from(exchange.timing.total.as_millis()).unwrap_or(u64::MAX),
                curl,
            }
        }
        Err(error) => event::Wire {
            request_head: vec![format!("POST {} HTTP/1.1", endpoint.path())],
            request_body,
            status_line: String::new(),
            headers: Vec::new(),
            body: String::new(),
            failure: Some(redaction.hide(&error.to_string())),
            milliseconds: 0,
            curl,
        },
    }
}

fn lines(head: &[String], redaction: &Redaction) -> Vec<String> {
    head.iter().map(|line| redaction.hide(line)).collect()
}

/// The command for a request that keeps to HTTP; one that is written by hand is beyond curl.
fn reproduction(prepared: &Prepared, endpoint: &Endpoint, redaction: &Redaction) -> Option<String> {
    let transport = prepared.transport?;
    let (method, path, headers) = match &prepared.wire {
        Wire::Whole(outgoing) => (
            outgoing.method.to_string(),
            outgoing.path.clone(),
            outgoing.headers.clone(),
        ),
        Wire::Raw(_) => ("POST".to_owned(), None, Vec::new()),
    };
    // Another password than an account's is no secret, but it may hold one.
    let known = prepared.credentials.as_ref();
    let mask = match known.is_some_and(|credentials| redaction.knows(credentials)) {
        true => curl::MASK,
        false => MASK,
    };
    let path = path.unwrap_or_else(|| endpoint.path().to_owned());
    Some(curl::command(&Reproduction {
        url: format!("http://{}{path}", endpoint.authority()),
        method,
        transport,
        headers: headers
            .into_iter()
            .map(|(name, value)| (name, redaction.hide(&value)))
            .collect(),
        document: redaction.hide_behind(&prepared.shown, mask),
        charset: prepared.charset,
    }))
}

//! `fixtures/documents`: every document gets the exact reply, under a clock that stands where the index says.

use std::time::Duration;

use epochta_mock::gateway::code::Code;
use epochta_mock::gateway::draw::Digest;
use epochta_mock::gateway::reply::{Refusal, Reply};
use epochta_mock::wire;
use epochta_mock::world::World;
use jiff::Timestamp;
use serde::Deserialize;

use crate::{fixtures, server};

#[derive(Deserialize)]
struct Case {
    name: String,
    clauses: Vec<String>,
    config: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    at: f64,
    request: String,
    reply: String,
}

#[test]
fn every_document_gets_its_reply() {
    let start: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
    let mut wrong = Vec::new();
    for case in fixtures::rows::<Case>("documents/index.yaml") {
        let config = server::config(&case.config);
        let world = World::open(&config, start);
        for step in &case.steps {
            let document = fixtures::bytes(&format!("documents/{}", step.request));
            let now = start + Duration::from_secs_f64(step.at);
            let reply = answer(&world, &document, now);
            let reply = String::from_utf8(wire::reply::encode(&reply, &config.zone)).unwrap();
            let expected = fixtures::text(&format!("documents/{}", step.reply));
            if reply != expected {
                let (name, clauses) = (&case.name, case.clauses.join(" "));
                wrong.push(format!(
                    "{name} ({clauses}), {}:\n{reply}instead of\n{expected}",
                    step.request
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} replies are wrong:\n\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The straight line without the sockets: the document goes in multipart, where it needs no escapes.
fn answer(world: &World, document: &[u8], now: Timestamp) -> Reply {
    let boundary = "----------------a-boundary-that-no-document-has";
    let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"XML\"\r\n\r\n");
    let tail = format!("\r\n--{boundary}--\r\n");
    let body = [head.as_bytes(), document, tail.as_bytes()].concat();
    let label = format!("multipart/form-data; boundary={boundary}");
    match wire::read(Some(&label), &body, 64) {
        (_, Ok(request)) => {
            world
                .answer(request, now, Digest::default, || 0)
                .decision
                .reply
        }
        (_, Err(_)) => Reply::Refused(Refusal {
            code: Code::XmlError,
            of_credit_price: false,
        }),
    }
}

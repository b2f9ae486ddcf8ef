//! What a SEND costs without the sockets: decode, decide, apply, encode, for 1, 100 and 10,000 numbers.
//!
//! `cargo bench -p epochta-mock --bench core`

#![expect(clippy::expect_used, reason = "a bench that cannot go on has failed")]

use std::hint::black_box;

use divan::Bencher;
use epochta_mock::config::Config;
use epochta_mock::gateway::draw::Digest;
use epochta_mock::gateway::request::Request;
use epochta_mock::{clock, wire, world::World};

fn main() {
    divan::main();
}

const LABEL: Option<&str> = Some("application/x-www-form-urlencoded");
const NUMBERS: [usize; 4] = [1, 100, 1_000, 10_000];

/// A percent-encoded SEND, as Java's URLEncoder writes it.
fn body(numbers: usize) -> Vec<u8> {
    let numbers: String = (0..numbers)
        .map(|index| format!("<number messageID=\"msg{index:07}\">38050{index:07}</number>\n"))
        .collect();
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SMS>\n<operations>\n<operation>SEND</operation>\n</operations>\n\
         <authentification>\n<username>demo</username>\n<password>demo</password>\n</authentification>\n\
         <message>\n<sender>SMSKA</sender>\n<text>Hello</text>\n</message>\n<numbers>\n{numbers}</numbers>\n</SMS>"
    );
    let mut body = b"XML=".to_vec();
    for byte in document.bytes() {
        match byte {
            b' ' => body.push(b'+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => body.push(byte),
            _ => body.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
    body
}

fn world() -> World {
    let text = "accounts: [{ username: demo, password: demo, credits: 900000000000 }]";
    let config = Config::parse(text, "bench").expect("a configuration");
    World::open(&config, clock::now())
}

fn decode(body: &[u8]) -> Request {
    wire::read(LABEL, body, 64).1.expect("a request")
}

/// Form, charset, XML, typed request.
#[divan::bench(args = NUMBERS)]
fn read(bencher: Bencher<'_, '_>, numbers: usize) {
    let body = body(numbers);
    bencher.bench_local(|| decode(black_box(&body)));
}

/// Price, charge, store, write the reply.
#[divan::bench(args = NUMBERS)]
fn answer(bencher: Bencher<'_, '_>, numbers: usize) {
    let (world, body) = (world(), body(numbers));
    let zone = jiff::tz::TimeZone::UTC;
    bencher
        .with_inputs(|| decode(&body))
        .bench_local_values(|request| {
            wire::reply::encode(
                &world
                    .answer(request, clock::now(), Digest::default, || 0)
                    .decision
                    .reply,
                &zone,
            )
        });
}

/// All of it.
#[divan::bench(args = NUMBERS)]
fn whole(bencher: Bencher<'_, '_>, numbers: usize) {
    let (world, body) = (world(), body(numbers));
    let zone = jiff::tz::TimeZone::UTC;
    bencher.bench_local(|| {
        wire::reply::encode(
            &world
                .answer(
                    decode(black_box(&body)),
                    clock::now(),
                    Digest::default,
                    || 0,
                )
                .decision
                .reply,
            &zone,
        )
    });
}

/// GETSTATUS of one id among so many messages.
#[divan::bench(args = [100, 1_000_000])]
fn status_among(bencher: Bencher<'_, '_>, messages: usize) {
    let text = "accounts: [{ username: demo, password: demo, credits: 900000000000 }]\n\
                limits: { max_messages: 2000000, max_message_bytes: 1024MiB }";
    let config = Config::parse(text, "bench").expect("a configuration");
    let world = World::open(&config, clock::now());
    for _ in 0..messages / 100 {
        world.answer(decode(&body(100)), clock::now(), Digest::default, || 0);
    }
    let wanted = "<SMS><operations><operation>SEND</operation></operations><authentication><username>demo</username>\
        <password>demo</password></authentication><message><sender>S</sender><text>x</text></message><numbers>\
        <number messageID=\"wanted\">380501234567</number></numbers></SMS>";
    world.answer(
        wire::read(None, wanted.as_bytes(), 64)
            .1
            .expect("a request"),
        clock::now(),
        Digest::default,
        || 0,
    );
    let question = "<SMS><operations><operation>GETSTATUS</operation></operations><authentication><username>demo\
        </username><password>demo</password></authentication><statistics><messageid>wanted</messageid></statistics></SMS>";
    let zone = jiff::tz::TimeZone::UTC;
    bencher.bench_local(|| {
        let request = wire::read(None, black_box(question.as_bytes()), 64)
            .1
            .expect("a request");
        wire::reply::encode(
            &world
                .answer(request, clock::now(), Digest::default, || 0)
                .decision
                .reply,
            &zone,
        )
    });
}

//! Proves that the kit finds what clients do wrong: for each rule of `fixtures/findings.yaml` a client that breaks it, and
//! a good one that breaks none. The table of rules and clients is a committed snapshot, `clients.txt`.
//!
//! This program is both the tests and the clients: `--as MISTAKE` makes it the client with that mistake, `--as good` the
//! one without.
//!
//! - `mistake`: what a client can do wrong, and how it is asked to show it.
//! - `client`: the client. `document`, `http`, `reading`: what it writes, how it is sent, what it makes of the reply.
//! - `adapter`, `command`: how it is told what to do.
//! - `judged`: the tests.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic is a failed test or a client that crashed, and the client has a clock of its own"
)]

mod adapter;
mod client;
mod command;
mod document;
mod http;
mod judged;
mod mistake;
mod reading;

use std::process::ExitCode;

use mistake::Mistake;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() != Some("--as") {
        return judged::main();
    }
    let name = arguments.next().unwrap_or_default();
    let mistake = Mistake::named(&name);
    match arguments.next().as_deref() {
        Some("adapter") => adapter::main(mistake),
        _ => command::main(mistake),
    }
}

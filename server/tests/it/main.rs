//! The server's tests, one binary. Data first: most of them play what is in `fixtures/`.
//!
//! | module | what it holds the server to |
//! | --- | --- |
//! | [`tables`] | `codes`, `statuses`, `segments`, `msisdns`, `senders`, `personalisation` |
//! | [`documents`] | every document and its exact reply, under a clock that stands where the index says |
//! | [`requests`] | every raw HTTP request, over a socket |
//! | [`bad_inputs`] | every broken request, over a socket |
//! | [`shell`] | what no file can show: segments, time-outs, limits, parallel clients, shutting down |
//! | [`reasons`] | why a request was refused, and what was passed over: in the journal, not in the reply |
//! | [`hostile`] | whatever is done to a socket: an answer or a close, a counter, and others served meanwhile |
//! | [`crowd`] | too many, too large and too slow at the same time: places, bounds, stopping amid them |
//! | [`exposure`] | who may use the control API: headers, tokens, addresses |
//! | [`page`] | the page as it is served, what it is told first, spaces, and what is refused where nothing may be changed |
//! | [`events`] | what happens, told as it happens: each kind, resuming, slow readers, places, stopping |
//! | [`inbox`] | messages searched and paged through; a message, a request and a ledger in every detail |
//! | [`replay`] | state is the fold of its events, and the ledger adds up: random histories |
//! | [`directed`] | every status and code three ways, every magic number, scripts, modes |
//! | [`control`] | the control API: isolation, waiting, verification, journal; the mock in a test's process |
//! | [`faults`] | every kind of fault on a raw socket, before and after the charge |
//! | [`struck`] | which requests faults strike: by count, by chance, in any order; their control API |
//! | [`corpus`] | any bytes at any door: what was found once, and mutations of it |
//! | [`kit`] | the whole suite of the conformance kit |
//! | [`reload`] | the configuration read again: what each key does, what stays, under load |
//! | [`configuration`] | the screens of wrong configuration files, and the schema |
//! | [`binary`] | the command line: the program itself |
//! | [`tidy`] | rules of the house that no lint knows |

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod bad_inputs;
mod binary;
mod configuration;
mod control;
mod corpus;
mod crowd;
mod directed;
mod documents;
mod events;
mod exposure;
mod faults;
mod fixtures;
mod hostile;
mod inbox;
mod kit;
mod page;
mod reasons;
mod reload;
mod replay;
mod requests;
mod server;
mod shell;
mod struck;
mod tables;
mod tidy;

//! A mock of the ePochta SMS XML gateway (API 2.0).
//!
//! This file is the map of the crate. Data walks one straight line through it:
//!
//! ```text
//! socket bytes → http → wire::form → wire::charset → wire::cursor → wire::request
//!              → world → gateway::account (decide, apply) → wire::reply → socket bytes
//! ```
//!
//! | module | what it is |
//! | --- | --- |
//! | [`gateway`] | the core: pure, no I/O, no clock, no XML |
//! | [`wire`] | bytes to typed requests, typed replies to bytes: pure |
//! | [`world`] | the accounts of one gateway, each behind its lock |
//! | [`space`] | a whole gateway of its own: accounts, clock, journal, waiters |
//! | [`http`] | the hyper shell |
//! | [`control`] | the control API |
//! | [`reload`] | the configuration file, read again while the server runs |
//! | [`config`] | the configuration file |
//! | [`mock`] | a mock in the process of a Rust test |
//! | [`clock`] | the only code that reads the time |
//! | [`cli`] | the command line |
//!
//! Clauses such as `SEND-03` are in `fixtures/clauses.yaml`, with their source and grade.

pub mod cli;
pub mod clock;
pub mod config;
pub mod control;
pub mod gateway;
pub mod http;
pub mod mock;
pub mod reload;
pub mod space;
pub mod wire;
pub mod world;

pub use mock::Mock;

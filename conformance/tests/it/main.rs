//! The built program against an endpoint that records what it gets and answers what it is told.
//!
//! - `endpoint`: that endpoint, and how to run the program.
//! - `raw`: requests of any bytes, and connections that are kept; the library, not the program.
//! - `wire`: the exact bytes of each transport.
//! - `failures`: no reply, or none that makes sense.
//! - `screens`: what is shown, and what never is.
//! - `warnings`: what is said before a request that will go wrong.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect should stop there, in its helpers too"
)]

mod endpoint;
mod failures;
mod raw;
mod screens;
mod warnings;
mod wire;

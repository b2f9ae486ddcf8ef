//! One request, one reply, every byte of both.
//!
//! There is no redirect and no hidden header: what a check wants to know is what was on the wire.
//!
//! - [`endpoint`]: the URL of a gateway, parsed once.
//! - [`transport`]: a document to the body of a request, in each shape that clients use (FORM-03 to FORM-07).
//! - [`outgoing`]: a request that keeps to HTTP, and its bytes.
//! - [`raw`]: a request of any bytes, in any pieces.
//! - [`conn`]: connections with time limits, for one exchange or several.
//! - [`idle`]: connections that are kept, where no check is about them.
//! - [`damage`]: what a form in which nothing is escaped does to a document (FORM-07).
//! - [`exchange`]: what was sent and received, byte for byte.

pub mod conn;
pub mod damage;
pub mod endpoint;
pub mod exchange;
pub mod idle;
pub mod outgoing;
pub mod raw;
mod stream;
pub mod transport;

//! A conformance kit for the ePochta SMS XML gateway, API 2.0.
//!
//! It judges any endpoint that claims to be this gateway, and shares no code with one: its XML is an untyped
//! tree, and what it knows of the protocol is written down a second time, from the vendor's document. Clauses
//! such as `FORM-07` are those of `fixtures/clauses.yaml`.
//!
//! # Map
//!
//! A call goes from top to bottom:
//!
//! - [`cli`]: what can be typed, what is shown, how the program ends.
//! - [`operation`]: what a user asks, as an XML tree.
//! - [`xml`]: the tree, its writer (right or wrong documents, five charsets) and its strict reader.
//! - [`client`]: transports (FORM-*), one connection, and every byte of the exchange.
//! - [`form`]: which document a request holds, whoever sent it.
//! - [`reply`]: a reply's tree as a loose view.
//! - [`vocabulary`]: status codes and status words.
//! - [`outcome`]: accepted, refused, or not as documented.
//!
//! A client that is judged, from the socket to what is known of it:
//!
//! - [`stand_in`]: the kit in the gateway's place; [`observe`]: a client that others use meanwhile.
//! - [`exercise`]: what a client is asked, what it is answered, and which reaction is right.
//! - [`finding`]: the rules, and the judge of what a client sends.
//! - [`profile`]: everything that was learnt, as a file.
//!
//! Beside it:
//!
//! - [`password`]: keeps the password out of everything that is shown.
//! - [`clock`]: the only reader of the system's clock.

pub mod baseline;
pub mod check;
pub mod clause;
pub mod cli;
pub mod client;
pub mod clock;
pub mod duration;
pub mod exercise;
pub mod finding;
pub mod form;
pub mod fuzz;
pub mod generate;
pub mod history;
pub mod observe;
pub mod operation;
pub mod outcome;
pub mod password;
pub mod profile;
pub mod property;
pub mod reply;
pub mod report;
pub mod run;
pub mod scalar;
pub mod scenario;
pub mod stand_in;
pub mod target;
pub mod vocabulary;
pub mod xml;

pub use fuzz::properties::{Properties, properties};

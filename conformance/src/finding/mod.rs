//! What can be wrong with what a client sends, and with what it makes of replies: the rules (`fixtures/findings.yaml`),
//! and findings, which are rules that were broken, with the bytes that show it. What is done about them, and how they are
//! shown, is for others.
//!
//! A request goes from top to bottom:
//!
//! - [`carried`]: the bytes of the document, and how they came to be in the body.
//! - [`said`]: what the document says.
//! - [`judge`]: one request after the other, each alone and in the light of those before, by [`transport`],
//!   [`encoding`], [`charset`], [`markup`], [`operation`], [`login`], [`identity`], [`recipients`], [`personal`],
//!   [`sender`], [`text`], [`polling`], [`repeating`] and [`turn`]; [`notes`] is where they write.
//! - [`leaves`]: for [`markup`], what was not escaped, in what is no XML for that.
//! - [`evidence`]: the bytes that show a finding, as a person can read them, without what [`secrets`] knows.
//! - [`cases`]: findings as cases of a run and as rows of a profile.
//!
//! Beside it:
//!
//! - [`rule`]: the rules.
//! - [`language`]: which language a client is written in, for how to mend it.
//! - [`habits`]: how a client does what it may do in several ways.

pub mod carried;
pub mod cases;
pub mod charset;
pub mod encoding;
pub mod evidence;
pub mod habits;
pub mod identity;
pub mod judge;
pub mod language;
pub mod leaves;
pub mod login;
pub mod markup;
pub mod notes;
pub mod operation;
pub mod personal;
pub mod polling;
pub mod recipients;
pub mod repeating;
pub mod rule;
pub mod said;
pub mod secrets;
pub mod sender;
pub mod text;
pub mod transport;
pub mod turn;

#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::operation::{Credentials, Operation};

/// A rule that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The id of the rule.
    pub rule: &'static str,
    /// What is wrong here, in a sentence without its full stop: «the & at byte 212 ends the document». There is no password
    /// in it, and of numbers the last four digits only.
    pub detail: String,
    /// The bytes that show it.
    pub evidence: Option<Evidence>,
    /// The request in which it shows ([`Received::number`](crate::stand_in::received::Received::number)), if it is one.
    pub request: Option<usize>,
}

/// Bytes that show a finding. They may hold secrets: who shows them masks them ([`evidence::text`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What the bytes are of: «the body», «the document», «the request line».
    pub label: String,
    /// The bytes: some thousand around the marks, if there are more.
    pub bytes: Vec<u8>,
    /// Where they begin in what `label` says.
    pub offset: usize,
    /// What is wrong in them: places in `bytes`, in order.
    pub marks: Vec<Range<usize>>,
}

/// What a client was asked to do, where the kit knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Which asking this is, from 1: the same words asked a second time are another asking. All requests that come of one
    /// asking have the same number.
    pub turn: usize,
    /// The operation, with all that belongs to it.
    pub operation: Operation,
    /// The login.
    pub credentials: Credentials,
    /// Whether the ids of the recipients are the kit's (a client may give its own where they are offered only). The ids of
    /// GETSTATUS are always demanded.
    pub ids: Ids,
}

/// Whether a client has to take the ids that it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ids {
    /// It has to.
    Demanded,
    /// It may have its own.
    Offered,
}

//! Faults as they are written, in the configuration file and in the control API alike.

mod form;
mod read;
mod write;

use std::num::NonZeroU32;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use form::{Form, PARAMETERS};
pub use read::fault;
pub use write::keys;

use super::scalar::{Amount, Exact};
use crate::gateway::decimal::Decimal;
use crate::gateway::draw::Share;

/// A rule: how the replies to requests that are like this are hurt on their way. Of several, the first that strikes.
/// What strikes has all of `nth`, `every`, `times` and `probability` that are given.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping of keys")]
#[schemars(rename = "Fault")]
pub struct FaultKeys {
    /// Its name, by which it can be read, replaced and removed. Without this key: fault-1, fault-2, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How the reply is hurt.
    pub kind: KindKey,
    /// Before anything happens, or after everything has happened. Without this key: after.
    #[serde(default)]
    pub placed: PlacedKey,
    /// Which requests it is for. Without this key: all, also those that cannot be read.
    #[serde(default)]
    pub when: TargetKeys,
    /// It starts with the request of this number that it fits, in each account. Without this key: the first, or the
    /// one that `every` names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<NonZeroU32>,
    /// From there on each so-many-th.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<NonZeroU32>,
    /// It strikes so often, in each account. Without this key: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<NonZeroU32>,
    /// It strikes by chance: 0.25 or 25%. Drawn from the seed and from the request itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<Amount<Share>>,
    /// The seed of its draws. Without this key: the server's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// delay: how long. stall: for how long; without this key until the client gives up.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub lasting: Option<Exact<Duration>>,
    /// delay: drawn evenly from here …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Exact<Duration>>,
    /// … to here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Exact<Duration>>,
    /// delay: drawn log-normally, half of them shorter than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median: Option<Exact<Duration>>,
    /// delay: how far such draws spread, from 0 to 3; 0.5 doubles or halves some of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 3))]
    pub sigma: Option<Amount<Decimal<3>>>,
    /// delay: no such draw is longer. Without this key: 24h.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<Exact<Duration>>,
    /// cut: after so many bytes of the body. drip: so many bytes of the body at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u32>,
    /// cut: after such a share of the body: 0.5 or 50%.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Amount<Share>>,
    /// drip: how long between two pieces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<Exact<Duration>>,
    /// html_error: the status, from 500 to 599. Without this key: 503.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 500, max = 599))]
    pub status: Option<u16>,
    /// warning: what stands before the declaration. Without this key: a warning of PHP's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 10_000))]
    pub text: Option<String>,
    /// wrong_charset: what the header says. Without this key: windows-1251.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[A-Za-z0-9._:-]{1,40}$"))]
    pub charset: Option<String>,
}

/// Which requests a fault is for: all that is given must fit. In patterns `*` stands for anything, `?` for one
/// character.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a mapping of keys")]
#[schemars(rename = "Target")]
pub struct TargetKeys {
    /// A pattern of logins.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1_000))]
    pub account: Option<String>,
    /// What is asked.
    pub operation: AskedKey,
    /// A pattern of numbers, in digits: "380*"; one of those in a SEND or a GETPRICE.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1_000))]
    #[schemars(regex(pattern = r"^[0-9*?+()\s-]*[0-9*?][0-9*?+()\s-]*$"))]
    pub msisdn: Option<String>,
}

/// What is asked: an operation; `unreadable` is what is none, `any` is everything.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Asked")]
#[expect(missing_docs, reason = "as Asked says")]
pub enum AskedKey {
    #[default]
    Any,
    Send,
    Price,
    Status,
    Balance,
    CreditPrice,
    Unreadable,
}

/// Before anything happens, or after everything has happened.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Placed")]
#[expect(missing_docs, reason = "as Placed says")]
pub enum PlacedKey {
    Before,
    #[default]
    After,
}

/// How a reply is hurt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Kind")]
pub enum KindKey {
    /// The right reply comes late.
    Delay,
    /// Nothing comes, and the connection stays open.
    Stall,
    /// The connection is reset.
    Reset,
    /// The connection is closed without a reply.
    Close,
    /// The body is shorter than its Content-Length.
    Cut,
    /// A chunk of the body has no length.
    MalformedChunk,
    /// The right reply comes in small pieces.
    Drip,
    /// Bytes that are no HTTP.
    Garbage,
    /// A page for people, with a status of 500 to 599.
    HtmlError,
    /// 200, and no body.
    Empty,
    /// Something stands before the XML declaration.
    Warning,
    /// The Content-Type says another charset than the body's.
    WrongCharset,
    /// XML that is no reply to anything.
    WrongShape,
}

//! The core: one account as a state machine, `(state, request, now) -> (reply, events)`.
//!
//! No I/O, no clock, no threads, no XML and no HTTP: `now` is an argument, a request is a value, and the state
//! changes only through [`Event`](event::Event)s, so that replaying them rebuilds it.
//!
//! | module | concept |
//! | --- | --- |
//! | [`account`] | the aggregate: profile, ledger, messages |
//! | [`event`] | what happens to an account |
//! | [`request`], [`reply`] | input and output |
//! | [`code`], [`reason`], [`status`] | refusals of requests and why, statuses of messages |
//! | [`operation`] | the five operations, a file each |
//! | [`ledger`], [`money`], [`decimal`] | credits |
//! | [`messages`], [`timeline`] | what was sent, and its story |
//! | [`rules`] | what holds for every account |
//! | [`script`], [`magic`] | what becomes of messages that are not to go the usual way |
//! | [`fault`], [`effect`], [`draw`] | which replies are hurt on their way, how, and by what chance |
//! | [`tariff`], [`segments`], [`personalise`], [`sender`], [`msisdn`] | the rules of texts and numbers |

pub mod account;
pub mod code;
pub mod decimal;
pub mod draw;
pub mod effect;
pub mod event;
pub mod fault;
pub mod ledger;
pub mod magic;
pub mod messages;
pub mod money;
pub mod msisdn;
pub mod operation;
pub mod personalise;
pub mod reason;
pub mod reply;
pub mod request;
pub mod rules;
pub mod script;
pub mod segments;
pub mod sender;
pub mod status;
pub mod tariff;
pub mod timeline;

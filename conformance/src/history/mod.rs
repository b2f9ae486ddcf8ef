//! Histories: operations of several accounts, one after the other and at the same time, held to a model of the ledger
//! and of the messages. The model is written from the vendor's document; it knows nothing of an endpoint but what that
//! says of itself. Playing them is the business of [`crate::run`], making them smaller that of [`crate::fuzz`].
//!
//! - [`transition`], `whole`: what may be done next, and sequences of it.
//! - [`steps`]: a sequence as the steps of a scenario, with what the language can say of it: lanes, and what must come of
//!   each operation.
//! - [`model`], [`message`]: what the gateway holds, and what each operation does to it.
//! - [`linear`]: whether some order of the operations explains every reply.
//! - [`judge`]: the verdict.

#[cfg(test)]
mod hand;
pub mod judge;
pub mod linear;
pub mod message;
pub mod model;
pub mod steps;
pub mod transition;
mod whole;

//! The five operations, a file each, the quote that two of them share, and what scripts make of one.
//! An operation's file says what the operation decides; how it stands on the wire is in `wire`.

pub mod balance;
pub mod credit_price;
pub mod direct;
pub mod price;
pub mod quote;
pub mod send;
pub mod status;

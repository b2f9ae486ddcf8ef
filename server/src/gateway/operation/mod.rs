//! The five operations, a file each, and the quote that two of them share.
//! An operation's file says what the operation decides; how it stands on the wire is in `wire`.

pub mod balance;
pub mod credit_price;
pub mod price;
pub mod quote;
pub mod send;
pub mod status;

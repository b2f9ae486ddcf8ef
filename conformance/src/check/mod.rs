//! Judging what a scenario was answered.
//!
//! - [`expect`]: what a reply must be, one finding for each expectation.
//! - [`layout`]: the layout of a reply, byte for byte.
//! - [`normalise`]: all replies of a scenario as one text, in which what changes from run to run has a name.
//! - [`difference`]: two texts line by line, for a person.
//! - [`snapshot`]: that text beside the scenario, in insta's file format; compared, and written if it may be.
//! - [`review`]: accepting and rejecting what was written, and snapshots that nobody wants any more.

pub mod difference;
pub mod expect;
pub mod layout;
pub mod normalise;
pub mod review;
pub mod snapshot;

#[cfg(test)]
mod scratch;

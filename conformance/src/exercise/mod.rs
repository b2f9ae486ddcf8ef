//! What a client is asked to do, what it is answered, and which reaction is right: exercises are scenarios with a section
//! `client`, asked of a client instead of an endpoint, while the kit stands in the gateway's place.
//!
//! What a client sends is judged in [`crate::finding`]; here is what it makes of the replies.
//!
//! - [`reply`]: the reply that an expectation asks for; [`layout`]: how it is written; [`delivery`]: how it is carried,
//!   or lost.
//! - [`program`]: a client's process; [`command`]: one for each step; [`adapter`]: one for all, line by line.
//! - [`told`]: what a client says came of it; [`reaction`]: whether that is right; [`truth`]: the values.
//! - [`script`]: a step to what the client is asked, and what it is answered.
//! - [`show`]: a step as it may be shown; [`trust`]: the certificates of a run.
//! - [`play`]: one exercise; [`run`]: all of them (`teller`: verdicts and advice; `gathered`: what is known in the end); [`generated`]: inputs and replies that nobody wrote.

pub mod adapter;
pub mod command;
pub mod delivery;
mod gathered;
pub mod generated;
pub mod layout;
pub mod play;
pub mod program;
pub mod reaction;
pub mod reply;
pub mod run;
pub mod script;
pub mod show;
mod teller;
pub mod told;
pub mod trust;
pub mod truth;

//! What a run has to say, in the forms in which somebody wants to read it. No reporter changes a verdict.
//!
//! Written as the cases end:
//!
//! - [`human`]: for a person at a terminal.
//! - [`json_lines`]: one JSON object for each event, with a schema.
//! - [`github`]: workflow commands, which GitHub shows beside the lines of a change.
//!
//! Written when all cases have ended, sorted by their ids (`collected`):
//!
//! - [`junit`]: JUnit XML, for continuous integration.
//! - [`tap`]: the Test Anything Protocol, version 14.
//! - [`html`]: one page to look at, which needs nothing else.
//!
//! About clients:
//!
//! - [`html::profile`]: a page about one client.
//! - [`clients`]: several clients side by side, as text; [`html::clients`] as a page.
//!
//! Beside them:
//!
//! - [`curl`]: the shell command that makes a request again.
//! - `plain`: the parts of a case as lines of text, for all reporters that write text.
//! - `text`: texts that neither steer a terminal nor flood it.
//!
//! Every text of a case may come from the endpoint, so nothing is written as it is: each reporter escapes what has
//! a meaning where it stands.

pub mod clients;
mod collected;
pub mod curl;
pub mod github;
pub mod html;
pub mod human;
pub mod json_lines;
pub mod junit;
mod plain;
pub mod tap;
#[cfg(test)]
mod tests;
pub(crate) mod text;

//! Generated cases, played until one fails, which is made as small as it can be and written down.
//!
//! - [`draw`]: which case has which number.
//! - [`engine`]: plays cases, many at a time, and shrinks those that fail.
//! - [`oracle`]: whether a case is still of its class.
//! - [`failure`]: a failure as a scenario of the ordinary language.
//! - [`tally`]: how many cases of which property there were, and what came of them.
//! - [`properties`]: the same in somebody's `cargo test`.

pub mod draw;
pub mod engine;
pub mod failure;
pub mod oracle;
pub mod properties;
pub mod tally;

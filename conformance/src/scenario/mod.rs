//! Scenarios: what they are written in, and how they are read. `scenarios/README.md` is their language by example.
//!
//! Nothing here sends or waits; what a name stands for is asked of whoever plays.
//!
//! Files to scenarios:
//!
//! - [`suite`]: where scenarios come from: the program itself, or files.
//! - [`source`]: a YAML file, and its mistakes with place and excerpt; [`locate`]: where a value stands.
//! - [`model`], [`client`], [`recipient`], [`markup`]: every key of the language.
//! - [`loaded`]: a scenario that was found right; [`mentions`]: what it takes for granted;
//!   `spends`: whether it sends messages.
//! - [`select`]: which are meant.
//!
//! The small languages inside of them, each a pure function of texts:
//!
//! - [`template`]: a text with `${…}` in it.
//! - [`expression`]: what stands inside.
//! - [`relation`]: two expressions and how they compare: `before.credits - after.credits = sent.credits`.
//! - [`comparison`]: what one value of a reply must be: `> 0`, `SENT or DELIVERED`, `absent`.
//! - [`path`], [`value`], [`decimal`], [`date`]: a name, what it stands for, exact numbers, dates of a report.
//! - [`choice`]: one of several words.
//! - [`place`]: where in a text something is wrong.

pub mod choice;
pub mod client;
pub mod comparison;
mod cursor;
pub mod date;
pub mod decimal;
pub mod expression;
pub mod loaded;
pub mod locate;
pub mod markup;
pub mod mentions;
pub mod model;
pub mod path;
pub mod place;
pub mod recipient;
pub mod relation;
pub mod select;
mod sign;
pub mod source;
mod spends;
pub mod suite;
pub mod template;
pub mod value;

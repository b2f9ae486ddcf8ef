//! The kit's own view of XML: an untyped tree, a writer and a strict reader.
//!
//! Nothing here knows the gateway. The tree is a plain value, so a scenario may build any document, a right one
//! or a wrong one; the reader is strict, so a reply that is not well-formed cannot pass.
//!
//! - [`tree`]: `Element`, `Attribute`, `Node`, positions and look-ups.
//! - [`style`] and [`mod@write`]: tree to bytes, in a chosen style and charset.
//! - [`read`]: bytes to tree, or the first thing that is wrong and where.
//! - [`charset`]: characters to bytes and back (XML-04).
//! - [`grammar`]: the few productions of XML 1.0 that quick-xml leaves to its caller.

pub mod charset;
pub mod grammar;
pub mod read;
pub mod style;
pub mod tree;
pub mod write;

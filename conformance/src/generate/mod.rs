//! Strategies: what requests are made of, one concept a file. They know the language of scenarios and XML; what must
//! come of a request is for [`crate::property`] to say.
//!
//! Every strategy shrinks to the simplest: one recipient `${to.1}`, the text "a", urlencoded, UTF-8, nothing unusual.
//! That is why the first variant of each is the simplest one.
//!
//! - [`template`]: texts and bytes as templates.
//! - [`text`]: texts, and how many parts they are sent in.
//! - [`number`], [`id`], [`sender`], [`variables`]: what stands in a mailing.
//! - [`message`]: a mailing, as data.
//! - [`how`]: how a document travels and is written.
//! - [`tree`], [`rewriting`], [`damage`]: documents as trees: right, the same in another form, with a wrong structure.
//! - [`malformed`]: documents that are not well-formed.
//! - [`http`]: requests that hold no document.
//! - [`oracle`]: the bytes of a document, and whether they are well-formed.

pub mod damage;
pub mod how;
pub mod http;
pub mod id;
pub mod malformed;
pub mod message;
pub mod number;
pub mod oracle;
pub mod rewriting;
pub mod sender;
pub mod template;
pub mod text;
pub mod tree;
pub mod variables;

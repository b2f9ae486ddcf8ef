//! Bytes to values and back: the only place that knows XML names, form fields and charsets.
//!
//! Pure functions; a body goes through [`form`] (which document did the client mean?), [`charset`] (bytes to
//! text), [`cursor`] (text to elements) and [`request`] (elements to a typed request). [`reply`] writes the answer.
//! What had to be tolerated on the way is kept in [`Reading`], because users want to know.

pub mod charset;
pub mod cursor;
pub mod form;
pub mod multipart;
pub mod reply;
pub mod request;
pub mod tolerance;

use std::borrow::Cow;

use crate::gateway::request::Request;
use form::Transport;
use tolerance::Tolerances;

/// How a request was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// How the document was carried; `None` if there was none.
    pub transport: Option<Transport>,
    /// The charset that its bytes were read in.
    pub charset: Option<&'static str>,
    /// Everything that had to be tolerated.
    pub tolerances: Tolerances,
}

/// Why a body holds no request. All of it is XML_ERROR to the client (XML-08, OP-02).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// FORM-10: there is no document in it.
    #[error("{0}")]
    NoDocument(form::NoDocument),
    /// XML-04: its bytes are no text.
    #[error("{0}")]
    NotText(charset::NotText),
    /// XML-08: its text is no XML that could be a request.
    #[error("{0}")]
    Malformed(Box<cursor::Malformed>),
    /// OP-02: it does not name one known operation.
    #[error("{0}")]
    Operation(request::OperationError),
}

/// What is to be said of a request that is no POST (FORM-11).
pub fn not_posted() -> (Reading, Result<Request, Unreadable>) {
    let reading = Reading {
        transport: None,
        charset: None,
        tolerances: Tolerances::default(),
    };
    (
        reading,
        Err(Unreadable::NoDocument(form::NoDocument::NotPosted)),
    )
}

/// The bytes of the document that a body carries; of one that carries none, the body itself.
pub fn document<'a>(content_type: Option<&str>, body: &'a [u8]) -> Cow<'a, [u8]> {
    match form::document(content_type, body, &mut Tolerances::default()) {
        Ok((_, document)) => document,
        Err(_) => body.into(),
    }
}

/// Reads the body of a POST.
pub fn read(
    content_type: Option<&str>,
    body: &[u8],
    max_depth: u32,
) -> (Reading, Result<Request, Unreadable>) {
    let mut reading = Reading {
        transport: None,
        charset: None,
        tolerances: Tolerances::default(),
    };
    let request = read_into(content_type, body, max_depth, &mut reading);
    (reading, request)
}

fn read_into(
    content_type: Option<&str>,
    body: &[u8],
    max_depth: u32,
    reading: &mut Reading,
) -> Result<Request, Unreadable> {
    let tolerances = &mut reading.tolerances;
    let (transport, document) =
        form::document(content_type, body, tolerances).map_err(Unreadable::NoDocument)?;
    reading.transport = Some(transport);
    let decoded =
        charset::decode(&document, content_type, tolerances).map_err(Unreadable::NotText)?;
    reading.charset = Some(decoded.charset);
    request::read(&decoded.text, max_depth, tolerances)
}

//! Bytes to values and back: the only place that knows XML names, form fields and charsets.
//!
//! Pure functions; a body goes through [`form`] (which document did the client mean?), [`charset`] (bytes to
//! text), [`cursor`] (text to elements) and [`request`] (elements to a typed request). [`reply`] writes the answer.
//! What had to be tolerated on the way is kept in [`Reading`], because users want to know.

pub mod charset;
pub mod cursor;
pub mod form;
pub mod multipart;
pub mod parts;
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

/// The text of the document that a body carries, if it carries one and that is text.
pub fn text(content_type: Option<&str>, body: &[u8]) -> Option<String> {
    let document = document(content_type, body);
    let decoded = charset::decode(&document, content_type, &mut Tolerances::default());
    Some(decoded.ok()?.text.into_owned())
}

/// Where in a body the byte stands because of which it could not be read, if it is one.
pub fn bad_byte(content_type: Option<&str>, body: &[u8], reason: &Unreadable) -> Option<usize> {
    let in_document = match reason {
        Unreadable::Malformed(malformed) => {
            charset::place(&document(content_type, body), malformed.offset)?
        }
        Unreadable::NotText(charset::NotText::Invalid { position, .. }) => *position,
        Unreadable::NoDocument(_) | Unreadable::NotText(_) | Unreadable::Operation(_) => {
            return None;
        }
    };
    form::place(content_type, body, in_document)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The bad byte stands where `^` does.
    #[track_caller]
    fn check(label: &str, marked: &[u8]) {
        let at = memchr::memchr(b'^', marked).unwrap();
        let mut body = marked.to_vec();
        body.remove(at);
        let (_, read) = read(Some(label), &body, 64);
        let reason = read.expect_err("it can be read");
        assert_eq!(
            bad_byte(Some(label), &body, &reason),
            Some(at),
            "{reason} in {}",
            String::from_utf8_lossy(marked)
        );
    }

    #[test]
    fn the_place_of_a_bad_byte_is_that_in_the_body() {
        let form = "application/x-www-form-urlencoded";
        check("text/xml", b"<SMS><a>^</b></SMS>");
        check("text/xml", b"\xEF\xBB\xBF<SMS>\r\n\r\n\r<a>^</b></SMS>");
        check("text/xml", "<SMS>Ї<a>^</b></SMS>".as_bytes());
        check("text/xml", b"<SMS><a>^\xCF</a></SMS>");
        check(
            form,
            b"x=1&XML=%3CSMS%3E+%D0%87%3Ca%3E^%3C%2Fb%3E%3C%2FSMS%3E&y=2",
        );
        check(form, b"XML=<SMS>+%D0%87<a>^</b></SMS>");
        check(form, b"XML=<SMS/>&XML=%3CSMS%3E%3Ca%3E^%CF%3C%2Fa%3E");
        check(
            "multipart/form-data; boundary=b",
            b"--b\r\nContent-Disposition: form-data; name=\"XML\"\r\n\r\n<SMS><a>^</b></SMS>\r\n--b--\r\n",
        );
        let windows = b"<?xml version='1.0' encoding='windows-1251'?><SMS>\xAF\xAF<a>^</b></SMS>";
        check("text/xml", windows);
        let wide = "\u{FEFF}<SMS>Ї😀<a>^</b></SMS>";
        let at = wide.find('^').unwrap();
        let bytes =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let (before, after) = (bytes(&wide[..at]), bytes(&wide[at + 1..]));
        check("text/xml", &[before, b"^".to_vec(), after].concat());
    }
}

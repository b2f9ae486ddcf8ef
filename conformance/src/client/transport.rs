//! The shapes in which a document travels (FORM-03 to FORM-07): document bytes to content type and body.
//!
//! Percent-encoding and multipart are written out here, on bytes: a library would decide about charsets and
//! escapes by itself, and those decisions are what the kit has to make.

use std::fmt::Write as _;

use clap::ValueEnum;

use super::damage::{Damage, damages};

/// How a document is put into a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Transport {
    /// multipart/form-data, one part named XML: what PHP's curl makes of an array (FORM-03)
    #[default]
    Multipart,
    /// a form field XML, percent-encoded (FORM-04)
    Urlencoded,
    /// a form field XML with nothing escaped: the vendor's C# sample; &, + and %41 do not survive it (FORM-05, FORM-07)
    Unescaped,
    /// the document as the body, as text/xml (FORM-06)
    Raw,
    /// the document as the body, as text/xml; charset=utf-8, whatever its charset (FORM-06)
    RawUtf8,
    /// the document as the body, as text/xml, charset=windows-1251: with a comma (FORM-06)
    RawComma,
    /// the document as the body, labelled as a form (FORM-06)
    RawForm,
    /// the document as the body, with no Content-Type (FORM-06)
    RawBare,
}

/// The body of a request, with the document still apart from what is around it. `Debug` counts the document
/// instead of showing it: it holds the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload {
    /// The header, if there is one.
    pub content_type: Option<String>,
    /// What stands before the document.
    pub before: String,
    /// The document as it travels.
    pub document: Vec<u8>,
    /// What stands behind it.
    pub after: String,
}

impl Transport {
    /// Every transport, for tests that go through all of them.
    pub const ALL: [Self; 8] = [
        Self::Multipart,
        Self::Urlencoded,
        Self::Unescaped,
        Self::Raw,
        Self::RawUtf8,
        Self::RawComma,
        Self::RawForm,
        Self::RawBare,
    ];

    /// Puts a document into the body of a request.
    pub fn wrap(self, document: &[u8]) -> Payload {
        const FORM: &str = "application/x-www-form-urlencoded";
        let bare = |content_type: Option<&str>, before: &str, document: Vec<u8>| Payload {
            content_type: content_type.map(str::to_owned),
            before: before.to_owned(),
            document,
            after: String::new(),
        };
        let as_is = document.to_vec();
        match self {
            Self::Multipart => multipart(as_is),
            Self::Urlencoded => bare(Some(FORM), "XML=", percent_encode(document)),
            Self::Unescaped => bare(Some(FORM), "XML=", as_is),
            Self::Raw => bare(Some("text/xml"), "", as_is),
            Self::RawUtf8 => bare(Some("text/xml; charset=utf-8"), "", as_is),
            Self::RawComma => bare(Some("text/xml, charset=windows-1251"), "", as_is),
            Self::RawForm => bare(Some(FORM), "", as_is),
            Self::RawBare => bare(None, "", as_is),
        }
    }

    /// What an endpoint will not read as it stands in this document (FORM-07).
    pub fn damages(self, document: &[u8]) -> Vec<Damage> {
        match self {
            Self::Unescaped => damages(document),
            Self::Multipart
            | Self::Urlencoded
            | Self::Raw
            | Self::RawUtf8
            | Self::RawComma
            | Self::RawForm
            | Self::RawBare => Vec::new(),
        }
    }

    /// Whether the document travels in ASCII, its own charset hidden under percent-escapes.
    pub fn hides_charset(self) -> bool {
        match self {
            Self::Urlencoded => true,
            Self::Multipart
            | Self::Unescaped
            | Self::Raw
            | Self::RawUtf8
            | Self::RawComma
            | Self::RawForm
            | Self::RawBare => false,
        }
    }
}

impl Payload {
    /// The body, whole.
    pub fn body(&self) -> Vec<u8> {
        [
            self.before.as_bytes(),
            &self.document,
            self.after.as_bytes(),
        ]
        .concat()
    }
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Payload")
            .field("content_type", &self.content_type)
            .field("document_length", &self.document.len())
            .finish_non_exhaustive()
    }
}

/// Percent-encoding as of forms: a blank is `+`, and letters, digits and `*-._` stand for themselves.
pub fn percent_encode(bytes: &[u8]) -> Vec<u8> {
    let mut encoded = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b' ' => encoded.push('+'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => {
                encoded.push(char::from(*byte));
            }
            // Writing to a `String` cannot fail.
            _ => _ = write!(encoded, "%{byte:02X}"),
        }
    }
    encoded.into_bytes()
}

fn multipart(document: Vec<u8>) -> Payload {
    let boundary = boundary(&document);
    Payload {
        content_type: Some(format!("multipart/form-data; boundary={boundary}")),
        before: format!("--{boundary}\r\nContent-Disposition: form-data; name=\"XML\"\r\n\r\n"),
        document,
        after: format!("\r\n--{boundary}--\r\n"),
    }
}

/// The shape of curl's boundaries, but the same in every run, and no part of the document.
fn boundary(document: &[u8]) -> String {
    let mut boundary = "------------------------epochta".to_owned();
    let occurs = |boundary: &str| {
        document
            .windows(boundary.len())
            .any(|window| window == boundary.as_bytes())
    };
    while occurs(&boundary) {
        boundary.push('x');
    }
    boundary
}

#[cfg(test)]
mod tests {
    use super::{Transport, percent_encode};

    #[track_caller]
    fn check(transport: Transport, content_type: Option<&str>, body: &[u8]) {
        let payload = transport.wrap(b"<a>\xCF +&</a>");
        assert_eq!(payload.content_type.as_deref(), content_type);
        assert_eq!(payload.body(), body);
    }

    #[test]
    fn each_transport_has_its_bytes() {
        let form = Some("application/x-www-form-urlencoded");
        let document = b"<a>\xCF +&</a>";
        check(
            Transport::Urlencoded,
            form,
            b"XML=%3Ca%3E%CF+%2B%26%3C%2Fa%3E",
        );
        check(Transport::Unescaped, form, b"XML=<a>\xCF +&</a>");
        check(Transport::Raw, Some("text/xml"), document);
        check(
            Transport::RawUtf8,
            Some("text/xml; charset=utf-8"),
            document,
        );
        check(
            Transport::RawComma,
            Some("text/xml, charset=windows-1251"),
            document,
        );
        check(Transport::RawForm, form, document);
        check(Transport::RawBare, None, document);
        check(
            Transport::Multipart,
            Some("multipart/form-data; boundary=------------------------epochta"),
            b"--------------------------epochta\r\nContent-Disposition: form-data; name=\"XML\"\r\n\r\n\
              <a>\xCF +&</a>\r\n--------------------------epochta--\r\n",
        );
    }

    #[test]
    fn a_boundary_is_never_part_of_the_document() {
        let payload = Transport::Multipart.wrap(b"<a>------------------------epochta</a>");
        assert!(
            payload
                .before
                .starts_with("--------------------------epochtax\r\n")
        );
    }

    #[test]
    fn escapes_are_upper_case_and_few() {
        assert_eq!(
            percent_encode(b"aZ09*-._ ~\n\x00%"),
            b"aZ09*-._+%7E%0A%00%25"
        );
    }
}

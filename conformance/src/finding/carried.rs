//! How a document came to be in a body, by PHP's rules (FORM-03 to FORM-10), and where its bytes stand there. Which
//! document it is, is for [`crate::form`] to say; here is kept what it went through.

use std::ops::Range;

use percent_encoding::percent_decode;

use crate::form;
use crate::stand_in::received::Received;

/// The field, as it begins a body in nearly all clients.
const FIELD: &[u8] = b"XML";

/// A document as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// How it came.
    pub way: Way,
    /// The document as the gateway reads it.
    pub document: Vec<u8>,
    /// Where it stands in the body, as it is written there.
    pub value: Range<usize>,
}

/// How a document comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// In a form, percent-encoded (FORM-04).
    Encoded,
    /// In a form, as it is (FORM-05).
    Unescaped,
    /// In a part of a multipart body (FORM-03).
    Multipart,
    /// As the body itself (FORM-06).
    Raw,
}

impl Way {
    /// In words, for a profile.
    pub fn words(self) -> &'static str {
        match self {
            Self::Encoded => "form, percent-encoded",
            Self::Unescaped => "form, not encoded",
            Self::Multipart => "multipart",
            Self::Raw => "body is the document",
        }
    }

    /// Whether the document went through the decoding of a form.
    pub fn is_form(self) -> bool {
        matches!(self, Self::Encoded | Self::Unescaped)
    }
}

impl Carried {
    /// The document of a request; nothing if it has none.
    pub fn of(received: &Received) -> Option<Self> {
        if received.method() != "POST" {
            return None;
        }
        let body = received.body.as_slice();
        let media = media(received);
        if media == "application/x-www-form-urlencoded"
            && let Some(value) = field(body)
        {
            let written = body.get(value.clone()).unwrap_or_default();
            let way = if written.trim_ascii_start().starts_with(b"<") {
                Way::Unescaped
            } else {
                Way::Encoded
            };
            return Some(Self {
                way,
                document: form_decoded(written),
                value,
            });
        }
        if media == "multipart/form-data"
            && let Some(document) = form::document(received.header("content-type"), body)
            && document.as_slice() != body
        {
            let start = position(body, &document).unwrap_or_default();
            let value = start..start.saturating_add(document.len());
            return Some(Self {
                way: Way::Multipart,
                document,
                value,
            });
        }
        // FORM-10: without the field the body itself, if it is a document.
        is_document(body).then(|| Self {
            way: Way::Raw,
            document: body.to_vec(),
            value: 0..body.len(),
        })
    }

    /// Where in the body the byte of the document stands that has this offset.
    pub fn place(&self, body: &[u8], offset: usize) -> usize {
        if !self.way.is_form() {
            return self.value.start.saturating_add(offset);
        }
        let mut place = self.value.start;
        for _ in 0..offset {
            let step = match body.get(place..) {
                Some([b'%', high, low, ..])
                    if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
                {
                    3
                }
                Some([_, ..]) => 1,
                Some([]) | None => return place,
            };
            place = place.saturating_add(step);
        }
        place
    }

    /// What the client wrote, without what the form made of it: nothing ends at &, and + stays. Only for forms.
    pub fn uncut(&self, body: &[u8]) -> Vec<u8> {
        let rest = body.get(self.value.start..).unwrap_or_default();
        match self.way {
            Way::Encoded => percent_decode(rest).collect(),
            Way::Unescaped | Way::Multipart | Way::Raw => rest.to_vec(),
        }
    }
}

/// The media type of a request, in lower case.
pub fn media(received: &Received) -> String {
    let label = received.header("content-type").unwrap_or_default();
    let media = label.split([';', ',']).next().unwrap_or_default();
    media.trim().to_ascii_lowercase()
}

/// Whether bytes begin like a document: with `<` after blanks, with a byte order mark before them or without.
fn is_document(bytes: &[u8]) -> bool {
    let marked = |mark: &[u8], first: &[u8]| {
        bytes
            .strip_prefix(mark)
            .is_some_and(|rest| rest.starts_with(first))
    };
    bytes.trim_ascii_start().starts_with(b"<")
        || marked(b"\xEF\xBB\xBF", b"<")
        || marked(b"\xFF\xFE", b"<\0")
        || marked(b"\xFE\xFF", b"\0<")
}

/// Where the value of the last field of the name stands: of several PHP keeps that (FORM-07).
fn field(body: &[u8]) -> Option<Range<usize>> {
    let mut start = 0_usize;
    let mut found = None;
    for pair in body.split(|byte| *byte == b'&') {
        let end = start.saturating_add(pair.len());
        if let Some(equals) = pair.iter().position(|byte| *byte == b'=') {
            let name = pair.get(..equals).unwrap_or_default();
            if form_decoded(name).trim_ascii_start() == FIELD {
                let behind = start.saturating_add(equals).saturating_add(1);
                found = Some(behind..end);
            }
        }
        start = end.saturating_add(1);
    }
    found
}

/// What PHP makes of a name or a value.
pub fn form_decoded(text: &[u8]) -> Vec<u8> {
    let plain: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_decode(&plain).collect()
}

/// Where bytes stand in others.
pub fn position(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    if mark.is_empty() {
        return None;
    }
    bytes.windows(mark.len()).position(|window| window == mark)
}

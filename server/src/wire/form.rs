//! Which document did the client mean? Finds it in a body, as PHP would (FORM-01 to FORM-10).
//! Not for what the document says, nor for its charset: the result is bytes.

use std::borrow::Cow;

use memchr::memchr;

use super::multipart;
use super::tolerance::{Tolerance, Tolerances};

/// How a document was carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// FORM-03.
    Multipart,
    /// FORM-04.
    Urlencoded,
    /// FORM-05: urlencoded by its label, with nothing escaped.
    Unescaped,
    /// FORM-06: the body itself.
    Raw,
}

impl Transport {
    /// A short name, as logs show it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Multipart => "multipart",
            Self::Urlencoded => "urlencoded",
            Self::Unescaped => "unescaped",
            Self::Raw => "raw",
        }
    }
}

/// Why a body holds no document (FORM-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoDocument {
    /// FORM-11.
    #[error("the request is no POST")]
    NotPosted,
    /// FORM-11.
    #[error("the body is empty; send the document in the form field XML")]
    EmptyBody,
    /// FORM-08.
    #[error(
        "the body has neither a form field XML (in that case) nor a document of its own that begins with <"
    )]
    NoField,
    /// FORM-10: PHP reads no form under another label.
    #[error(
        "the body begins with XML= but its Content-Type is not application/x-www-form-urlencoded"
    )]
    OtherLabel,
    /// FORM-08.
    #[error("the form field is called XML, in that case; there is another spelling of it")]
    OtherCase,
    /// FORM-07.
    #[error("the form field XML is an array (XML[]); PHP does not read that as a text")]
    ArrayField,
    /// FORM-03.
    #[error(
        "the multipart part XML has a filename, so PHP takes it for an uploaded file; send it without"
    )]
    FileField,
    /// FORM-03.
    #[error("the multipart label names no boundary")]
    NoBoundary,
}

/// What a form said of its field `XML`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field<'a> {
    /// A text.
    Text(Cow<'a, [u8]>),
    /// `XML[]`, which is no text.
    Array,
    /// An uploaded file, which is no text.
    File,
}

/// FORM-10: the field `XML` if there is one, otherwise the body itself if it begins with `<`.
pub fn document<'a>(
    content_type: Option<&str>,
    body: &'a [u8],
    tolerances: &mut Tolerances,
) -> Result<(Transport, Cow<'a, [u8]>), NoDocument> {
    let label = content_type.map(media_type).unwrap_or_default();
    let begins = |prefix: &[u8]| {
        body.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let mut refusal = match body {
        [] => NoDocument::EmptyBody,
        _ if body.starts_with(b"XML=") => NoDocument::OtherLabel,
        _ if begins(b"xml=") => NoDocument::OtherCase,
        _ => NoDocument::NoField,
    };
    let (transport, field) = if label.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        urlencoded_field(body, tolerances)
    } else if label.eq_ignore_ascii_case("multipart/form-data") {
        match content_type.and_then(multipart::boundary) {
            Some(boundary) => (
                Transport::Multipart,
                multipart::field(body, boundary, tolerances),
            ),
            None => {
                refusal = NoDocument::NoBoundary;
                (Transport::Multipart, None)
            }
        }
    } else {
        (Transport::Raw, None)
    };
    match field {
        Some(Field::Text(document)) => return Ok((transport, document)),
        Some(Field::Array) => refusal = NoDocument::ArrayField,
        Some(Field::File) => refusal = NoDocument::FileField,
        None => {}
    }
    if begins_with_markup(body) {
        tolerances.note(Tolerance::NoField);
        return Ok((Transport::Raw, Cow::Borrowed(body)));
    }
    Err(refusal)
}

/// The media type of a label, without parameters. Some clients write a comma before them (FORM-06).
fn media_type(content_type: &str) -> &str {
    content_type
        .split([';', ','])
        .next()
        .unwrap_or_default()
        .trim()
}

/// Whether a body begins with `<` after blanks, in any charset that a document may be in: a byte order mark, and
/// the zero bytes of UTF-16, are looked past.
fn begins_with_markup(body: &[u8]) -> bool {
    let body = body
        .strip_prefix(b"\xEF\xBB\xBF")
        .or_else(|| body.strip_prefix(b"\xFF\xFE"))
        .or_else(|| body.strip_prefix(b"\xFE\xFF"))
        .unwrap_or(body);
    let blank = |byte: &&u8| byte.is_ascii_whitespace() || **byte == 0;
    body.iter().find(|byte| !blank(byte)) == Some(&b'<')
}

/// FORM-07: the last field `XML` of a urlencoded body.
fn urlencoded_field<'a>(
    body: &'a [u8],
    tolerances: &mut Tolerances,
) -> (Transport, Option<Field<'a>>) {
    match written_field(body, tolerances) {
        Some((Field::Text(value), unescaped)) => {
            let decoded = decode(&value, unescaped, tolerances);
            if unescaped {
                tolerances.note(Tolerance::Unescaped);
                (Transport::Unescaped, Some(Field::Text(decoded.into())))
            } else {
                (Transport::Urlencoded, Some(Field::Text(decoded.into())))
            }
        }
        Some((field, _)) => (Transport::Urlencoded, Some(field)),
        None => (Transport::Urlencoded, None),
    }
}

/// The same as it is written, and whether nothing in it is escaped.
fn written_field<'a>(body: &'a [u8], tolerances: &mut Tolerances) -> Option<(Field<'a>, bool)> {
    let mut found: Option<(Field<'a>, bool)> = None;
    let mut rest = body;
    let mut last_was_cut = false;
    loop {
        let end = memchr(b'&', rest);
        let pair = end.and_then(|end| rest.get(..end)).unwrap_or(rest);
        let equals = memchr(b'=', pair).unwrap_or(pair.len());
        let (name, value) = pair.split_at(equals);
        let value = value.get(1..).unwrap_or_default();
        match field_name(name) {
            FieldName::Xml => {
                if found.is_some() {
                    tolerances.note(Tolerance::RepeatedField);
                }
                let unescaped = memchr(b'<', value).is_some();
                // A document that is whole ends with its root: nothing of it is lost.
                last_was_cut = unescaped && value.trim_ascii_end().last() != Some(&b'>');
                found = Some((Field::Text(Cow::Borrowed(value)), unescaped));
            }
            FieldName::XmlArray => {
                last_was_cut = false;
                found = Some((Field::Array, false));
            }
            FieldName::Other => {
                // The rest of an unescaped document whose & was taken for the end of the field.
                if last_was_cut && !pair.is_empty() {
                    tolerances.note(Tolerance::CutAtAmpersand);
                }
            }
        }
        match end.and_then(|end| rest.get(end + 1..)) {
            Some(after) => rest = after,
            None => return found,
        }
    }
}

/// What a form's field is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldName {
    /// `XML`.
    Xml,
    /// `XML[]`.
    XmlArray,
    /// Any other.
    Other,
}

/// What PHP makes of a field's name: leading blanks are dropped, a NUL ends it, and `[` begins an array's key.
fn field_name(written: &[u8]) -> FieldName {
    if written == b"XML" {
        return FieldName::Xml;
    }
    let decoded = decode(written, false, &mut Tolerances::default());
    name_of(&decoded)
}

/// The same of a name that is decoded already.
pub(super) fn name_of(decoded: &[u8]) -> FieldName {
    let until_nul = decoded.split(|byte| *byte == 0).next().unwrap_or_default();
    let blanks = until_nul.iter().take_while(|byte| **byte == b' ').count();
    match until_nul.get(blanks..).unwrap_or_default() {
        b"XML" => FieldName::Xml,
        [b'X', b'M', b'L', b'[', key @ ..] if key.contains(&b']') => FieldName::XmlArray,
        _ => FieldName::Other,
    }
}

/// FORM-07: `+` is a blank, `%41` is decoded, an invalid escape stays as it is.
///
/// In an unescaped body both are worth a note: its author did not mean them.
fn decode(written: &[u8], unescaped: bool, tolerances: &mut Tolerances) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(written.len());
    let (mut plus, mut stray) = (false, false);
    let mut rest = written;
    loop {
        // What stands for itself goes over in one piece.
        let plain = rest
            .iter()
            .position(|byte| matches!(byte, b'+' | b'%'))
            .unwrap_or(rest.len());
        let (piece, special) = rest.split_at(plain);
        decoded.extend_from_slice(piece);
        rest = match special {
            [] => break,
            [b'%', high, low, after @ ..] if hex(*high) | hex(*low) < 16 => {
                decoded.push(hex(*high) << 4 | hex(*low));
                after
            }
            [b'+', after @ ..] => {
                plus = true;
                decoded.push(b' ');
                after
            }
            [byte, after @ ..] => {
                stray = true;
                decoded.push(*byte);
                after
            }
        };
    }
    if unescaped && plus {
        tolerances.note(Tolerance::PlusBecameBlank);
    }
    if stray {
        tolerances.note(Tolerance::StrayPercent);
    }
    decoded
}

/// Where in a body that byte stands which is at this place of its document.
pub(super) fn place(content_type: Option<&str>, body: &[u8], offset: usize) -> Option<usize> {
    let of_no_interest = &mut Tolerances::default();
    let (transport, document) = document(content_type, body, of_no_interest).ok()?;
    let (value, inside) = match transport {
        Transport::Multipart | Transport::Raw => (document, offset),
        Transport::Urlencoded | Transport::Unescaped => {
            let (Field::Text(value), _) = written_field(body, of_no_interest)? else {
                return None;
            };
            let inside = written_length(&value, offset);
            (value, inside)
        }
    };
    // What was not decoded is a piece of the body itself.
    let start = (value.as_ptr() as usize).checked_sub(body.as_ptr() as usize)?;
    let place = start.checked_add(inside)?;
    (place <= body.len()).then_some(place)
}

/// In how many bytes so many of a value are written.
fn written_length(written: &[u8], decoded: usize) -> usize {
    let mut length = 0;
    for _ in 0..decoded {
        length += match written.get(length..).unwrap_or_default() {
            [] => break,
            [b'%', high, low, ..] if hex(*high) | hex(*low) < 16 => 3,
            _ => 1,
        };
    }
    length
}

/// The value of a hexadecimal digit, or 255.
fn hex(digit: u8) -> u8 {
    HEX.get(usize::from(digit)).copied().unwrap_or(255)
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const HEX: [u8; 256] = {
    let mut table = [255; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            digit @ b'0'..=b'9' => digit - b'0',
            digit @ b'a'..=b'f' => digit - b'a' + 10,
            digit @ b'A'..=b'F' => digit - b'A' + 10,
            _ => 255,
        };
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(label: Option<&str>, body: &str, expected: Result<(Transport, &str), NoDocument>) {
        let found = document(label, body.as_bytes(), &mut Tolerances::default());
        let expected = expected.map(|(transport, text)| (transport, Cow::from(text.as_bytes())));
        assert_eq!(found, expected, "{body}");
    }

    /// FORM-07, each line measured on PHP 8.2.
    #[test]
    fn urlencoded_bodies_are_read_as_php_reads_them() {
        let label = Some("application/x-www-form-urlencoded");
        let escaped = |text| Ok((Transport::Urlencoded, text));
        check(label, "XML=%3CSMS%2f%3e", escaped("<SMS/>"));
        check(label, "a=1&XML=x&b=2", escaped("x"));
        check(label, "XML=1&XML=2", escaped("2"));
        check(label, "%58ML=2", escaped("2"));
        check(label, " XML=2", escaped("2"));
        check(label, "XML=+1%1%41%", escaped(" 1%1A%"));
        check(label, "XML=a=b", escaped("a=b"));
        check(label, "XML", escaped(""));
        check(label, "XML[]=1", Err(NoDocument::ArrayField));
        check(label, "XML[]=1&XML=2", escaped("2"));
        check(label, "xml=1", Err(NoDocument::OtherCase));
        check(label, "XML%20=1", Err(NoDocument::NoField));
        check(label, "", Err(NoDocument::EmptyBody));
        let cut = Ok((Transport::Unescaped, "<SMS>a"));
        check(label, "XML=<SMS>a&amp;b</SMS>", cut);
    }

    #[test]
    fn the_body_itself_is_read_under_any_label() {
        let raw = |text| Ok((Transport::Raw, text));
        for label in [
            None,
            Some("text/xml, charset=windows-1251"),
            Some("application/x-www-form-urlencoded"),
        ] {
            check(label, "\n <SMS/>", raw("\n <SMS/>"));
        }
        check(
            Some("text/xml"),
            "XML=%3CSMS/>",
            Err(NoDocument::OtherLabel),
        );
    }

    #[test]
    fn what_an_unescaped_body_lost_is_noted() {
        let label = Some("application/x-www-form-urlencoded; charset=utf-8");
        let mut tolerances = Tolerances::default();
        document(label, b"XML=<a>+1 100% &amp; more</a>", &mut tolerances).unwrap();
        assert_eq!(
            tolerances.to_string(),
            "unescaped,plus-became-blank,stray-percent,cut-at-ampersand"
        );
    }
}

//! Bytes to text, by what the document says of itself (XML-03, XML-04).
//! The HTTP header's charset is only compared, never believed: in practice it lies.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::tolerance::{Tolerance, Tolerances};

/// A document as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text, without byte order mark, its line ends all line feeds.
    pub text: Cow<'a, str>,
    /// The name of the charset.
    pub charset: &'static str,
}

/// Why bytes are no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// The declaration names nothing that is known.
    #[error("the XML declaration names the charset {0:?}, which is not known")]
    UnknownCharset(String),
    /// The .NET mistake: a string writer's declaration before UTF-8 bytes.
    #[error(
        "the XML declaration says {0} but the bytes are not: declare the charset that you send"
    )]
    NotUtf16(String),
    /// A byte that the charset does not have.
    #[error(
        "the byte at offset {position} is not valid in {charset}; declare the charset that you send: <?xml version=\"1.0\" encoding=\"windows-1251\"?>"
    )]
    Invalid {
        /// The charset.
        charset: &'static str,
        /// Which byte of the document, from 0.
        position: usize,
    },
}

/// Decodes a document: a byte order mark counts first, then the declaration, else UTF-8.
pub fn decode<'a>(
    document: &'a [u8],
    content_type: Option<&str>,
    tolerances: &mut Tolerances,
) -> Result<Decoded<'a>, NotText> {
    let (encoding, mark) = encoding_of(document)?;
    if mark > 0 {
        tolerances.note(Tolerance::ByteOrderMark);
    }
    let bytes = document.get(mark..).unwrap_or_default();
    if let Some(header) = header_charset(content_type)
        && header != encoding
    {
        tolerances.note(Tolerance::HeaderCharset);
    }
    let text = if encoding == UTF_8 {
        std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|error| error.valid_up_to())
    } else {
        encoding
            .decode_without_bom_handling_and_without_replacement(bytes)
            .ok_or_else(|| first_invalid(encoding, bytes))
    };
    let charset = encoding.name();
    match text {
        Ok(text) => Ok(Decoded {
            text: with_line_feeds(text),
            charset,
        }),
        Err(in_bytes) => {
            let position = document.len() - bytes.len() + in_bytes;
            Err(NotText::Invalid { charset, position })
        }
    }
}

/// The charset of a document, and how long the byte order mark is that says so.
fn encoding_of(document: &[u8]) -> Result<(&'static Encoding, usize), NotText> {
    match Encoding::for_bom(document) {
        Some(found) => Ok(found),
        None => Ok((declared(document)?, 0)),
    }
}

/// Where in a document that character stands which is at this byte of its text.
pub(super) fn place(document: &[u8], offset: usize) -> Option<usize> {
    let (encoding, mark) = encoding_of(document).ok()?;
    let bytes = document.get(mark..)?;
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    let (mut read, mut before) = (0, 0);
    let mut characters = text.chars().peekable();
    while read < offset
        && let Some(character) = characters.next()
    {
        before += character.len_utf8();
        // A carriage return before a line feed is not in the text.
        if character != '\r' || characters.peek() != Some(&'\n') {
            read += character.len_utf8();
        }
    }
    let before = text.get(..before)?;
    let length = if encoding == UTF_8 {
        before.len()
    } else if encoding == UTF_16LE || encoding == UTF_16BE {
        before.encode_utf16().count() * 2
    } else {
        encoding.encode(before).0.len()
    };
    Some(mark + length)
}

/// The charset that the XML declaration names; UTF-8 if there is none.
fn declared(document: &[u8]) -> Result<&'static Encoding, NotText> {
    let Some(label) = declared_label(document) else {
        return Ok(UTF_8);
    };
    if label.eq_ignore_ascii_case(b"utf-8") {
        return Ok(UTF_8);
    }
    let encoding = Encoding::for_label(label);
    let name = || String::from_utf8_lossy(label.get(..40).unwrap_or(label)).into_owned();
    match encoding {
        // Without a byte order mark these bytes were readable as ASCII so far: they are not UTF-16.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => {
            Err(NotText::NotUtf16(name()))
        }
        Some(encoding) => Ok(encoding),
        None => Err(NotText::UnknownCharset(name())),
    }
}

/// The value of `encoding` in a declaration at the beginning of an ASCII-compatible document.
fn declared_label(document: &[u8]) -> Option<&[u8]> {
    let declaration = document.trim_ascii_start().strip_prefix(b"<?xml")?;
    // <?xml-stylesheet …?> is none.
    if !declaration.first()?.is_ascii_whitespace() {
        return None;
    }
    let declaration = declaration.get(..memchr::memchr(b'>', declaration)?)?;
    // A declaration is short: no searcher is worth its making.
    let name = b"encoding";
    let at = declaration
        .windows(name.len())
        .position(|window| window == name)?;
    let after = declaration.get(at + name.len()..)?;
    let value = after
        .trim_ascii_start()
        .strip_prefix(b"=")?
        .trim_ascii_start();
    let (quote, value) = value.split_first()?;
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    value.get(..memchr::memchr(*quote, value)?)
}

/// The charset of the HTTP header, if it names a known one: after `;`, or after a comma (FORM-06).
fn header_charset(content_type: Option<&str>) -> Option<&'static Encoding> {
    let content_type = content_type?;
    let parameter = content_type
        .split([';', ','])
        .map(str::trim)
        .find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("charset").then_some(value)
        })?;
    Encoding::for_label(parameter.trim().trim_matches(['"', '\'']).as_bytes())
}

fn first_invalid(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut sink = String::with_capacity(bytes.len().saturating_mul(3));
    let (_, read) = decoder.decode_to_string_without_replacement(bytes, &mut sink, true);
    read.saturating_sub(1)
}

/// What every XML processor does first: CR LF, and CR alone, become LF.
fn with_line_feeds(text: Cow<'_, str>) -> Cow<'_, str> {
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return text;
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(document: &[u8], expected: Result<(&str, &str), &str>) {
        let decoded =
            decode(document, None, &mut Tolerances::default()).map_err(|error| error.to_string());
        let decoded = decoded
            .as_ref()
            .map(|decoded| (&*decoded.text, decoded.charset));
        assert_eq!(decoded.map_err(String::as_str), expected);
    }

    #[test]
    fn the_document_names_its_charset() {
        check("<a>Ї</a>".as_bytes(), Ok(("<a>Ї</a>", "UTF-8")));
        check(
            b"<?xml encoding='Windows-1251'?>\xCF",
            Ok(("<?xml encoding='Windows-1251'?>П", "windows-1251")),
        );
        check(
            b"\n<?xml encoding=\"koi8-r\"?>\xF0",
            Ok(("\n<?xml encoding=\"koi8-r\"?>П", "KOI8-R")),
        );
        check(b"\xEF\xBB\xBF<a/>\r\n\r", Ok(("<a/>\n\n", "UTF-8")));
        check(b"\xFF\xFE<\0a\0", Ok(("<a", "UTF-16LE")));
        check(b"\xFE\xFF\0<\0a", Ok(("<a", "UTF-16BE")));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_with_their_place() {
        check(
            b"<a>\xCF</a>",
            Err(
                "the byte at offset 3 is not valid in UTF-8; declare the charset that you send: <?xml version=\"1.0\" encoding=\"windows-1251\"?>",
            ),
        );
        check(
            b"\xEF\xBB\xBF<a>\xCF</a>",
            Err(
                "the byte at offset 6 is not valid in UTF-8; declare the charset that you send: <?xml version=\"1.0\" encoding=\"windows-1251\"?>",
            ),
        );
        check(
            b"<?xml encoding='windows-1251'?>\x98",
            Ok(("<?xml encoding='windows-1251'?>\u{98}", "windows-1251")),
        );
        check(
            b"<?xml encoding=\"utf-16\"?><a/>",
            Err(
                "the XML declaration says utf-16 but the bytes are not: declare the charset that you send",
            ),
        );
        check(
            b"<?xml encoding=\"klingon\"?><a/>",
            Err("the XML declaration names the charset \"klingon\", which is not known"),
        );
    }
}

//! Bytes of a document to its text (XML-03, XML-04).

use encoding_rs::{Encoding, KOI8_R, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252};

use super::lies::{Lie, Tongue};

/// The text of a document; none if the bytes are invalid in its charset, or nobody knows that charset.
///
/// `content_type` is that of the HTTP header, which says nothing of the charset to an honest reader.
pub(crate) fn decode(bytes: &[u8], content_type: Option<&str>, tongue: Tongue) -> Option<String> {
    let (mark, rest) = mark(bytes);
    let declared = declared(rest);
    if tongue.tells(Lie::ByteOrderMarkRefused) && mark == Some(UTF_8) {
        return None;
    }
    if tongue.tells(Lie::EncodingCaseCounts)
        && declared.as_ref().is_some_and(|label| has_lower_case(label))
    {
        return None;
    }
    let encoding = if tongue.tells(Lie::HttpCharsetHonoured)
        && let Some(header) = content_type.and_then(of_header)
    {
        header
    } else if tongue.tells(Lie::DeclarationBeforeMark)
        && let Some(label) = &declared
    {
        Encoding::for_label(label)?
    } else if let Some(mark) = mark {
        mark
    } else if let Some(label) = &declared {
        labelled(label, tongue)?
    } else if tongue.tells(Lie::DefaultIsWindows1251) {
        WINDOWS_1251
    } else {
        UTF_8
    };
    let encoding = told(encoding, tongue)?;
    if tongue.tells(Lie::InvalidBytesAccepted) {
        return Some(encoding.decode_without_bom_handling(rest).0.into_owned());
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(rest)?;
    Some(text.into_owned())
}

/// What a byte order mark says, and what stands behind it.
fn mark(bytes: &[u8]) -> (Option<&'static Encoding>, &[u8]) {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => (Some(UTF_8), rest),
        [0xFF, 0xFE, rest @ ..] => (Some(UTF_16LE), rest),
        [0xFE, 0xFF, rest @ ..] => (Some(UTF_16BE), rest),
        rest => (None, rest),
    }
}

/// The encoding of the XML declaration, if it can be read byte by byte.
fn declared(bytes: &[u8]) -> Option<Vec<u8>> {
    let declaration = bytes.trim_ascii_start().strip_prefix(b"<?xml")?;
    let end = declaration.iter().position(|&byte| byte == b'>')?;
    let declaration = &declaration[..end];
    let start = declaration
        .windows(8)
        .position(|word| word == b"encoding")?;
    let value = declaration[start + 8..]
        .trim_ascii_start()
        .strip_prefix(b"=")?
        .trim_ascii_start();
    let (&quote, value) = value.split_first()?;
    let end = value.iter().position(|&byte| byte == quote)?;
    matches!(quote, b'"' | b'\'').then(|| value[..end].to_vec())
}

fn has_lower_case(label: &[u8]) -> bool {
    label.iter().any(u8::is_ascii_lowercase)
}

/// The encoding of a declaration. UTF-16 needs its byte order mark.
fn labelled(label: &[u8], tongue: Tongue) -> Option<&'static Encoding> {
    let Some(encoding) = Encoding::for_label_no_replacement(label) else {
        return tongue.tells(Lie::UnknownCharsetAccepted).then_some(UTF_8);
    };
    if encoding == UTF_16LE || encoding == UTF_16BE {
        return tongue.tells(Lie::Utf16LabelAccepted).then_some(UTF_8);
    }
    Some(encoding)
}

/// The charset of a Content-Type, however it is separated.
fn of_header(content_type: &str) -> Option<&'static Encoding> {
    let (_, label) = content_type.split_once("charset=")?;
    Encoding::for_label(label.trim_matches('"').as_bytes())
}

/// What the lies make of a charset.
fn told(encoding: &'static Encoding, tongue: Tongue) -> Option<&'static Encoding> {
    let unknown = [
        (Lie::Windows1251Unknown, WINDOWS_1251),
        (Lie::Koi8RUnknown, KOI8_R),
        (Lie::Utf16LeUnknown, UTF_16LE),
        (Lie::Utf16BeUnknown, UTF_16BE),
    ];
    let taken_for = [
        (Lie::Windows1251IsLatin1, WINDOWS_1251, WINDOWS_1252),
        (Lie::Koi8RIsWindows1251, KOI8_R, WINDOWS_1251),
    ];
    if unknown
        .iter()
        .any(|&(lie, charset)| tongue.tells(lie) && charset == encoding)
    {
        return None;
    }
    let other = taken_for
        .iter()
        .find(|&&(lie, charset, _)| tongue.tells(lie) && charset == encoding);
    Some(other.map_or(encoding, |&(_, _, other)| other))
}

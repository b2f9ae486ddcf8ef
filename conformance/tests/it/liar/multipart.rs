//! The field XML of a multipart body (FORM-03).

use super::form::{Decoding, Field, decode};
use super::lies::{Lie, Tongue};

/// The field XML; the last one, if there are several.
pub(crate) fn field(body: &[u8], parameters: &str, tongue: Tongue) -> Option<Field> {
    let boundary = parameter(parameters, "boundary")?;
    let is_refused = (parameters.contains('"') && tongue.tells(Lie::QuotedBoundaryUnread))
        || (boundary.starts_with('-') && tongue.tells(Lie::DashedBoundaryUnread))
        || (!body.starts_with(b"--") && tongue.tells(Lie::PreambleUnread))
        || (tongue.tells(Lie::BareLineFeedsUnread) && has_bare_line_feeds(body));
    if boundary.is_empty() || is_refused {
        return None;
    }
    let mut found = parts(body, &format!("--{boundary}"), tongue)
        .into_iter()
        .filter_map(|part| xml_of(part, tongue));
    if tongue.tells(Lie::FirstFieldWins) {
        found.next()
    } else {
        found.next_back()
    }
}

/// Whether the head of a part ends with a bare line feed.
fn has_bare_line_feeds(body: &[u8]) -> bool {
    body.windows(2).any(|pair| pair == b"\n\n") && !body.windows(4).any(|end| end == b"\r\n\r\n")
}

/// A parameter of a header, with or without quotes.
fn parameter(parameters: &str, name: &str) -> Option<String> {
    let mut rest = parameters;
    loop {
        let (key, behind) = rest.split_once('=')?;
        let key = key.trim_matches([' ', '\t', ';']);
        let (value, behind) = match behind.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => behind.split_at(behind.find(';').unwrap_or(behind.len())),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(value.trim().to_owned());
        }
        rest = behind;
    }
}

/// What stands between the lines that are the delimiter. The last one may lack its end.
fn parts<'a>(body: &'a [u8], delimiter: &str, tongue: Tongue) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut start = None;
    let mut place = 0;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        if is_delimiter(line, delimiter, tongue) {
            if let Some(start) = start {
                let part: &[u8] = &body[start..place];
                let part = part.strip_suffix(b"\n").unwrap_or(part);
                parts.push(part.strip_suffix(b"\r").unwrap_or(part));
            }
            start = Some(place + line.len());
        }
        place += line.len();
    }
    parts.extend(start.map(|start| &body[start..]));
    parts
}

fn is_delimiter(line: &[u8], delimiter: &str, tongue: Tongue) -> bool {
    if tongue.tells(Lie::BoundaryInTextCuts) {
        return line
            .windows(delimiter.len())
            .any(|window| window == delimiter.as_bytes());
    }
    line.strip_prefix(delimiter.as_bytes())
        .is_some_and(|rest| matches!(rest.trim_ascii_end(), b"" | b"--"))
}

/// The part's value, if it is the field XML.
fn xml_of(part: &[u8], tongue: Tongue) -> Option<Field> {
    let mut name = None;
    let mut has_file = false;
    let mut has_type = false;
    let mut rest = part;
    loop {
        let end = rest.iter().position(|&byte| byte == b'\n')?;
        let line = String::from_utf8_lossy(&rest[..end]);
        rest = &rest[end + 1..];
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        let (header, value) = line.split_once(':').unwrap_or((line, ""));
        if header.trim().eq_ignore_ascii_case("content-disposition") {
            let parameters = value
                .split_once(';')
                .map_or("", |(_, parameters)| parameters);
            name = parameter(parameters, "name");
            has_file = parameter(parameters, "filename").is_some();
            if !parameters.contains('"') && tongue.tells(Lie::UnquotedPartNameUnread) {
                name = None;
            }
        }
        has_type |= header.trim().eq_ignore_ascii_case("content-type");
    }
    let name = name?;
    if (has_file && !tongue.tells(Lie::FilePartRead))
        || (has_type && tongue.tells(Lie::PartWithTypeUnread))
    {
        return None;
    }
    match name.as_str() {
        "XML" if rest.starts_with(b"%3C") && tongue.tells(Lie::EncodedPartDecoded) => {
            Some(Field::Value(decode(rest, Decoding::Escapes, tongue)))
        }
        "XML" => Some(Field::Value(rest.to_vec())),
        "xml" if tongue.tells(Lie::LowerCaseFieldRead) => Some(Field::Value(rest.to_vec())),
        name if name.starts_with("XML[") && name.contains(']') => Some(Field::Array),
        _ => None,
    }
}

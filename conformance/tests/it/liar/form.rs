//! Which bytes of a request are the document (FORM-03 to FORM-11), by the rules of PHP.

use super::http::Request;
use super::lies::{Lie, Tongue};
use super::multipart;

/// The field XML, as far as a form has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// Its value.
    Value(Vec<u8>),
    /// It is an array (`XML[]`), and so no document.
    Array,
}

/// The document of a request; none if it has none (FORM-10).
pub(crate) fn document(request: &Request, tongue: Tongue) -> Option<Vec<u8>> {
    if tongue.tells(Lie::QueryRead)
        && let Some(Field::Value(document)) = fields(request.query(), Decoding::Escapes, tongue)
    {
        return Some(document);
    }
    if request.method != "POST" && !tongue.tells(Lie::AnyMethodRead) {
        return None;
    }
    if tongue.tells(Lie::BodyComesFirst)
        && let Some(document) = raw(request, tongue)
    {
        return Some(document);
    }
    match field(request, tongue) {
        Some(Field::Value(document)) => Some(document),
        Some(Field::Array) => None,
        None => raw(request, tongue),
    }
}

fn field(request: &Request, tongue: Tongue) -> Option<Field> {
    let content_type = request.header("content-type").unwrap_or_default();
    let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    let kind = kind.trim().to_ascii_lowercase();
    if kind == "multipart/form-data" && !tongue.tells(Lie::MultipartUnread) {
        return multipart::field(&request.body, parameters, tongue);
    }
    let is_form = kind == "application/x-www-form-urlencoded"
        && !(content_type.contains("charset") && tongue.tells(Lie::FormWithCharsetUnread));
    if !is_form && !tongue.tells(Lie::UnlabelledFormRead) {
        return None;
    }
    if is_unescaped(&request.body) {
        if tongue.tells(Lie::UnescapedUnread) {
            return None;
        }
        return fields(&request.body, Decoding::Unescaped, tongue);
    }
    if tongue.tells(Lie::UrlencodedUnread) {
        return None;
    }
    let field = fields(&request.body, Decoding::Escapes, tongue);
    match field {
        Some(Field::Value(value)) if tongue.tells(Lie::TwiceDecoded) => {
            Some(Field::Value(decode(&value, Decoding::Escapes, tongue)))
        }
        field => field,
    }
}

/// Whether nothing in this form is escaped: its author wrote the document behind `XML=` as it is (FORM-05).
fn is_unescaped(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"XML=<")
}

/// How a form came to be, which only lies care about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decoding {
    /// It is percent-encoded.
    Escapes,
    /// It is written as it is.
    Unescaped,
}

/// The field XML of a form (FORM-07).
fn fields(form: &[u8], decoding: Decoding, tongue: Tongue) -> Option<Field> {
    let unescaped = decoding == Decoding::Unescaped;
    let pairs: Vec<&[u8]> = if unescaped && tongue.tells(Lie::AmpersandStays) {
        vec![form]
    } else {
        let semicolons = tongue.tells(Lie::SemicolonSeparates);
        form.split(|&byte| byte == b'&' || (byte == b';' && semicolons))
            .collect()
    };
    let mut found = pairs
        .into_iter()
        .filter_map(|pair| pair_of(pair, decoding, tongue));
    if tongue.tells(Lie::FirstFieldWins) {
        found.next()
    } else {
        found.next_back()
    }
}

/// One field, if it is XML.
fn pair_of(pair: &[u8], decoding: Decoding, tongue: Tongue) -> Option<Field> {
    let (name, value) = match pair.iter().position(|&byte| byte == b'=') {
        Some(place) => (&pair[..place], &pair[place + 1..]),
        None => (pair, &[][..]),
    };
    let value = match value.iter().position(|&byte| byte == b'=') {
        Some(place) if tongue.tells(Lie::SecondEqualsCuts) => &value[..place],
        Some(_) | None => value,
    };
    let name = if tongue.tells(Lie::EscapedNameUnread) {
        name.to_vec()
    } else {
        decode(name, Decoding::Escapes, tongue)
    };
    let name = name.trim_ascii_start();
    let is_xml = name == b"XML" || (name == b"xml" && tongue.tells(Lie::LowerCaseFieldRead));
    let is_array = name.starts_with(b"XML[") && name.contains(&b']');
    if is_xml || (is_array && tongue.tells(Lie::ArrayFieldRead)) {
        Some(Field::Value(decode(value, decoding, tongue)))
    } else if is_array {
        Some(Field::Array)
    } else {
        None
    }
}

/// `+` is a blank, `%41` is decoded, an invalid escape stays as it is (FORM-07).
pub(super) fn decode(value: &[u8], decoding: Decoding, tongue: Tongue) -> Vec<u8> {
    let unescaped = decoding == Decoding::Unescaped;
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((&byte, behind)) = rest.split_first() {
        let escape = (byte == b'%').then(|| escape(behind)).flatten();
        let stays = (unescaped && tongue.tells(Lie::EscapesStay))
            || (tongue.tells(Lie::LowerCaseEscapesStay)
                && behind.iter().take(2).any(u8::is_ascii_lowercase));
        rest = behind;
        match (byte, escape) {
            (b'%', Some(sign)) if !stays => {
                decoded.push(sign);
                rest = &behind[2..];
            }
            (b'%', None) if tongue.tells(Lie::InvalidEscapeDamaged) => {}
            (b'+', _) if !(unescaped && tongue.tells(Lie::PlusStays)) => decoded.push(b' '),
            (byte, _) => decoded.push(byte),
        }
    }
    decoded
}

/// The byte that two hexadecimal digits stand for.
fn escape(digits: &[u8]) -> Option<u8> {
    let digits = digits.get(..2)?;
    let value = |digit: u8| char::from(digit).to_digit(16);
    let byte = value(digits[0])? * 16 + value(digits[1])?;
    u8::try_from(byte).ok()
}

/// The body itself, if it starts with `<` after blanks (FORM-06, FORM-10).
fn raw(request: &Request, tongue: Tongue) -> Option<Vec<u8>> {
    // In UTF-8 a byte order mark may stand first; UTF-16 cannot start with <, but for its own mark.
    let is_marked = [&b"\xEF\xBB\xBF"[..], b"\xFF\xFE", b"\xFE\xFF"]
        .iter()
        .any(|mark| request.body.starts_with(mark));
    let begins = request.body.trim_ascii_start().starts_with(b"<") || is_marked;
    let blanks = request.body.first().is_some_and(u8::is_ascii_whitespace);
    let is_refused = tongue.tells(Lie::RawUnread)
        || (blanks && tongue.tells(Lie::LeadingBlanksUnread))
        || tongue.tells(label(request.header("content-type")));
    (begins && !is_refused).then(|| request.body.clone())
}

/// The lie that does not read a body with this Content-Type.
fn label(content_type: Option<&str>) -> Lie {
    let Some(label) = content_type else {
        return Lie::RawWithoutTypeUnread;
    };
    let label = label.to_ascii_lowercase();
    if label.contains(',') {
        Lie::RawWithCommaUnread
    } else if label.contains("form") {
        Lie::RawAsFormUnread
    } else if !label.contains("xml") {
        Lie::RawOtherTypeUnread
    } else if label.contains("charset") {
        Lie::RawWithCharsetUnread
    } else {
        Lie::RawTextXmlUnread
    }
}

//! Which document a request holds: the form, the multipart body or the body itself, by PHP's rules (FORM-03 to FORM-08,
//! FORM-10, FORM-11). Bytes to bytes; what the document says is not looked at.

use percent_encoding::percent_decode;

/// The field (FORM-03).
const FIELD: &[u8] = b"XML";

/// The document of a whole request, head and body; nothing if it holds none. What is no HTTP holds none.
pub fn of_request(request: &[u8]) -> Option<Vec<u8>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Request::new(&mut headers);
    let length = match head.parse(request) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) | Err(_) => return None,
    };
    let value = |name: &str| {
        let mut found = head.headers.iter();
        let found = found.find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(found.value).ok().map(str::trim)
    };
    let rest = request.get(length..)?;
    let said = value("content-length").and_then(|length| length.parse().ok());
    let body = said.and_then(|said| rest.get(..said)).unwrap_or(rest);
    // FORM-11: only POST has a form.
    (head.method == Some("POST")).then(|| document(value("content-type"), body))?
}

/// The document of a body that came under this `Content-Type`.
pub fn document(content_type: Option<&str>, body: &[u8]) -> Option<Vec<u8>> {
    let (media, parameters) = content_type
        .map(|content_type| {
            content_type
                .split_once([';', ','])
                .unwrap_or((content_type, ""))
        })
        .unwrap_or_default();
    let field = match media.trim().to_ascii_lowercase().as_str() {
        "application/x-www-form-urlencoded" => urlencoded(body),
        "multipart/form-data" => boundary(parameters).and_then(|boundary| part(body, &boundary)),
        _ => None,
    };
    // FORM-10: without the field the body itself, if it is a document.
    field.or_else(|| body.starts_with(b"<").then(|| body.to_vec()))
}

/// The last field of the name: of several PHP keeps that (FORM-07).
fn urlencoded(body: &[u8]) -> Option<Vec<u8>> {
    let mut fields = body.split(|byte| *byte == b'&').filter_map(|field| {
        let equals = field.iter().position(|byte| *byte == b'=')?;
        let (name, value) = field.split_at_checked(equals)?;
        (decoded(name) == FIELD).then(|| decoded(value.get(1..).unwrap_or_default()))
    });
    fields.next_back()
}

fn decoded(text: &[u8]) -> Vec<u8> {
    let plain: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_decode(&plain).collect()
}

fn boundary(parameters: &str) -> Option<Vec<u8>> {
    let mut parameters = parameters.split([';', ',']);
    let found = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_it = name.trim().eq_ignore_ascii_case("boundary");
        is_it.then(|| value.trim().trim_matches('"'))
    })?;
    (!found.is_empty()).then(|| [b"--", found.as_bytes()].concat())
}

/// The part of the name that is no file.
fn part(body: &[u8], boundary: &[u8]) -> Option<Vec<u8>> {
    let mut rest = behind(body, boundary)?;
    let mut found = None;
    while let Some(end) = delimiter(rest, boundary) {
        let part = rest.get(..end)?;
        rest = behind(rest, boundary)?;
        let (head, content) = split_head(part)?;
        let head = String::from_utf8_lossy(head);
        let is_field = head.contains("name=\"XML\"") || head.contains("name=XML");
        if is_field && !head.contains("filename=") {
            let content = content.strip_suffix(b"\n").unwrap_or(content);
            found = Some(content.strip_suffix(b"\r").unwrap_or(content).to_vec());
        }
    }
    found
}

fn split_head(part: &[u8]) -> Option<(&[u8], &[u8])> {
    let ends: [&[u8]; 2] = [b"\r\n\r\n", b"\n\n"];
    let places = ends
        .iter()
        .filter_map(|end| Some((position(part, end)?, end.len())));
    let (place, length) = places.min()?;
    Some((
        part.get(..place)?,
        part.get(place.saturating_add(length)..)?,
    ))
}

fn behind<'b>(bytes: &'b [u8], mark: &[u8]) -> Option<&'b [u8]> {
    bytes.get(delimiter(bytes, mark)?.saturating_add(mark.len())..)
}

/// Where the mark stands at the beginning of a line: inside of one it is text.
fn delimiter(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    let mut places = (0..bytes.len()).filter(|place| {
        let before = place.checked_sub(1).and_then(|before| bytes.get(before));
        before.is_none_or(|before| *before == b'\n')
    });
    places.find(|place| {
        bytes
            .get(*place..)
            .is_some_and(|rest| rest.starts_with(mark))
    })
}

fn position(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

#[cfg(test)]
mod tests {
    use super::of_request;

    #[test]
    fn a_request_holds_the_document_that_php_would_find() {
        #[track_caller]
        fn check(request: &str, expected: Option<&str>) {
            let request = request.replace('\n', "\r\n");
            let found = of_request(request.as_bytes());
            let found = found.map(|found| String::from_utf8(found).unwrap());
            assert_eq!(found.as_deref(), expected, "{request}");
        }
        let form = "Content-Type: application/x-www-form-urlencoded";
        check(
            &format!("POST / HTTP/1.1\n{form}\n\nXML=%3CSMS/%3E"),
            Some("<SMS/>"),
        );
        check(
            &format!("POST / HTTP/1.1\n{form}\n\nXML=a&b=c&%58ML=<a+b/>"),
            Some("<a b/>"),
        );
        check(
            &format!("POST / HTTP/1.1\n{form}\nContent-Length: 5\n\nXML=<SMS/>"),
            Some("<"),
        );
        check(&format!("POST / HTTP/1.1\n{form}\n\nxml=<SMS/>"), None);
        check(
            &format!("POST / HTTP/1.1\n{form}\n\n<SMS/>"),
            Some("<SMS/>"),
        );
        check(
            &format!("GET /?XML=<SMS/> HTTP/1.1\n{form}\n\nXML=<SMS/>"),
            None,
        );
        check(
            "POST / HTTP/1.1\nContent-Type: text/xml\n\nXML=<SMS/>",
            None,
        );
        check(
            "POST / HTTP/1.1\nContent-Type: text/xml\n\n<SMS/>",
            Some("<SMS/>"),
        );
        check("POST / HTTP/1.1\n\n<SMS/>", Some("<SMS/>"));
        check("nonsense", None);
        let multipart = |head: &str| {
            format!(
                "POST / HTTP/1.1\nContent-Type: multipart/form-data; boundary=\"x\"\n\n--x\nContent-Disposition: form-data; {head}\n\n<SMS/>\n--x--\n"
            )
        };
        check(&multipart("name=\"XML\""), Some("<SMS/>"));
        check(
            &multipart("name=\"XML\"").replace("<SMS/>", "<SMS>--x</SMS>"),
            Some("<SMS>--x</SMS>"),
        );
        check(&multipart("name=\"xml\""), None);
        check(&multipart("name=\"XML\"; filename=\"a\""), None);
    }
}

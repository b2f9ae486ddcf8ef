//! multipart/form-data, as PHP reads it (FORM-03): one field is looked up in a body that is already whole.
//! Not for streaming, nor for uploads. By hand, because hand-made bodies must be read as PHP reads them.

use std::borrow::Cow;

use memchr::memmem;

use super::form::{self, Field, FieldName};
use super::tolerance::{Tolerance, Tolerances};

/// The boundary that a label names: quoted, or up to the next `;` or `,`.
pub fn boundary(content_type: &str) -> Option<&str> {
    let at = content_type.to_ascii_lowercase().find("boundary")?;
    let value = content_type
        .get(at + "boundary".len()..)?
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let boundary = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => value.split([';', ',']).next()?.trim_end(),
    };
    (!boundary.is_empty()).then_some(boundary)
}

/// The last part that is the field XML. A file of that name is no field, and replaces none.
pub fn field<'a>(body: &'a [u8], boundary: &str, tolerances: &mut Tolerances) -> Option<Field<'a>> {
    let delimiter = [b"--", boundary.as_bytes()].concat();
    let delimiters = memmem::Finder::new(&delimiter);
    let mut found = None;
    let mut rest = body;
    // PHP begins a part after a line that is the delimiter and nothing else…
    while let Some(part) = after_delimiter_line(rest, &delimiters) {
        let Some((head, content)) = split_head(part) else {
            break;
        };
        // …and ends its content before any line that begins with it. An unfinished last part counts too.
        let end = line_start(content, &delimiters);
        let (value, next) = content
            .split_at_checked(end.unwrap_or(content.len()))
            .unwrap_or((content, b""));
        let value = match without_line_end(value) {
            Some((value, "\r\n")) if end.is_some() => value,
            Some((value, _)) if end.is_some() => {
                tolerances.note(Tolerance::HandMadeMultipart);
                value
            }
            _ => {
                tolerances.note(Tolerance::HandMadeMultipart);
                value
            }
        };
        let disposition = Disposition::of(head);
        match (
            disposition.name.as_deref().map(form::name_of),
            disposition.is_file,
        ) {
            (Some(FieldName::Xml), false) => {
                if matches!(found, Some(Field::Text(_))) {
                    tolerances.note(Tolerance::RepeatedField);
                }
                found = Some(Field::Text(Cow::Borrowed(value)));
            }
            (Some(FieldName::Xml), true) => found = found.or(Some(Field::File)),
            (Some(FieldName::XmlArray), _) => found = Some(Field::Array),
            (Some(FieldName::Other) | None, _) => {}
        }
        rest = next;
    }
    found
}

/// What follows the next line that is the delimiter and nothing else.
fn after_delimiter_line<'a>(text: &'a [u8], delimiters: &memmem::Finder<'_>) -> Option<&'a [u8]> {
    let length = delimiters.needle().len();
    delimiters
        .find_iter(text)
        .filter(|at| begins_line(text, *at))
        .find_map(|at| {
            let after = text.get(at + length..)?;
            after
                .strip_prefix(b"\r\n")
                .or_else(|| after.strip_prefix(b"\n"))
        })
}

/// Where the next line stands that begins with the delimiter.
fn line_start(text: &[u8], delimiters: &memmem::Finder<'_>) -> Option<usize> {
    delimiters.find_iter(text).find(|at| begins_line(text, *at))
}

fn begins_line(text: &[u8], at: usize) -> bool {
    at.checked_sub(1)
        .is_none_or(|before| text.get(before) == Some(&b'\n'))
}

/// The line end before a delimiter belongs to the delimiter.
fn without_line_end(value: &[u8]) -> Option<(&[u8], &'static str)> {
    value
        .strip_suffix(b"\r\n")
        .map(|value| (value, "\r\n"))
        .or_else(|| value.strip_suffix(b"\n").map(|value| (value, "\n")))
}

/// A part's header lines, and what stands after the empty line.
fn split_head(part: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 0;
    loop {
        let line = part.get(at..)?;
        let length = memchr::memchr(b'\n', line)?;
        let is_empty = matches!(line.get(..length)?, b"" | b"\r");
        if is_empty {
            return Some((part.get(..at)?, line.get(length + 1..)?));
        }
        at += length + 1;
    }
}

/// What `Content-Disposition` says.
#[derive(Debug, Default)]
struct Disposition {
    name: Option<Vec<u8>>,
    is_file: bool,
}

impl Disposition {
    /// The first one counts; its line may be folded.
    fn of(head: &[u8]) -> Self {
        let mut disposition = Self::default();
        let mut lines = head.split(|byte| *byte == b'\n').peekable();
        while let Some(line) = lines.next() {
            let Some(colon) = memchr::memchr(b':', line) else {
                continue;
            };
            let (label, value) = line.split_at(colon);
            if label
                .trim_ascii()
                .eq_ignore_ascii_case(b"Content-Disposition")
            {
                let mut value = value.get(1..).unwrap_or_default().to_vec();
                while let Some(more) =
                    lines.next_if(|line| matches!(line.first(), Some(b' ' | b'\t')))
                {
                    value.extend_from_slice(more);
                }
                disposition.read(&value);
                break;
            }
        }
        disposition
    }

    /// `form-data; name="XML"; filename="x.xml"`: values in double or single quotes, or bare.
    fn read(&mut self, value: &[u8]) {
        let mut rest = value;
        while let Some(semicolon) = memchr::memchr(b';', rest) {
            rest = rest
                .get(semicolon + 1..)
                .unwrap_or_default()
                .trim_ascii_start();
            let Some(equals) = memchr::memchr(b'=', rest) else {
                return;
            };
            let (key, after) = rest.split_at(equals);
            let after = after.get(1..).unwrap_or_default().trim_ascii_start();
            let (value, remaining) = match after {
                [quote @ (b'"' | b'\''), quoted @ ..] => {
                    let end = memchr::memchr(*quote, quoted).unwrap_or(quoted.len());
                    quoted.split_at(end)
                }
                bare => {
                    let end = memchr::memchr(b';', bare).unwrap_or(bare.len());
                    let (value, remaining) = bare.split_at(end);
                    (value.trim_ascii_end(), remaining)
                }
            };
            if key.trim_ascii().eq_ignore_ascii_case(b"name") {
                self.name = Some(value.to_vec());
            } else if key.trim_ascii().eq_ignore_ascii_case(b"filename") {
                self.is_file = true;
            }
            rest = remaining;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: Option<Field<'_>>, noted: &str) {
        let mut tolerances = Tolerances::default();
        assert_eq!(
            field(body.as_bytes(), "b", &mut tolerances),
            expected,
            "{body}"
        );
        assert_eq!(tolerances.to_string(), noted, "{body}");
    }

    fn text(value: &str) -> Option<Field<'_>> {
        Some(Field::Text(Cow::Borrowed(value.as_bytes())))
    }

    #[test]
    fn parts_are_read() {
        let head = "Content-Disposition: form-data; name=\"XML\"";
        check(
            &format!("--b\r\n{head}\r\n\r\nx\r\n--b--\r\n"),
            text("x"),
            "-",
        );
        check(
            &format!("preamble\r\n--b\r\n{head}\r\n\r\nx--b\r\n\r\n--b--"),
            text("x--b\r\n"),
            "-",
        );
        check(
            &format!("--b\n{head}\n\nx\n--b--"),
            text("x"),
            "hand-made-multipart",
        );
        check(
            &format!("--b\r\n{head}\r\n\r\nx"),
            text("x"),
            "hand-made-multipart",
        );
        let twice = format!("--b\r\n{head}\r\n\r\nx\r\n--b\r\n{head}\r\n\r\ny\r\n--b--");
        check(&twice, text("y"), "repeated-field");
        check(
            "--b\r\ncontent-disposition:form-data;name=XML\r\n\r\nx\r\n--b--",
            text("x"),
            "-",
        );
        check(
            &format!("--b\r\n{head}; filename=\"a\"\r\n\r\nx\r\n--b--"),
            Some(Field::File),
            "-",
        );
        check(
            "--b\r\nContent-Disposition: form-data; name=\"XML[]\"\r\n\r\nx\r\n--b--",
            Some(Field::Array),
            "-",
        );
        check("--b--", None, "-");
        check("", None, "-");
        check("--b\r\nno head", None, "-");
        // Measured on PHP 8.2.
        check(
            &format!("--b\r\n{head}\r\n\r\nx\r\n--b\r\n"),
            text("x"),
            "-",
        );
        check(
            &format!("--b\r\n{head}\r\n\r\nx\r\n--bXYZ\r\ny\r\n--b--"),
            text("x"),
            "-",
        );
        check(&format!("--bb\r\n{head}\r\n\r\nx\r\n--bb--"), None, "-");
        check(&format!("--b \r\n{head}\r\n\r\nx\r\n--b--"), None, "-");
        check(
            "--b\r\nContent-Disposition: form-data;\r\n name=\" XML\"\r\n\r\nx\r\n--b--",
            text("x"),
            "-",
        );
        let file =
            format!("--b\r\n{head}\r\n\r\nx\r\n--b\r\n{head}; filename=\"a\"\r\n\r\ny\r\n--b--");
        check(&file, text("x"), "-");
    }

    #[test]
    fn boundaries_are_found() {
        assert_eq!(boundary("multipart/form-data; boundary=abc"), Some("abc"));
        assert_eq!(
            boundary("multipart/form-data; BOUNDARY=\"a b;c\"; charset=x"),
            Some("a b;c")
        );
        assert_eq!(
            boundary("multipart/form-data; boundary=abc, x"),
            Some("abc")
        );
        assert_eq!(boundary("multipart/form-data; boundary="), None);
        assert_eq!(boundary("multipart/form-data"), None);
    }
}

//! multipart/form-data, as PHP reads it (FORM-03): one field is looked up in a body that is already whole.
//! Not for streaming, nor for uploads. By hand, because hand-made bodies must be read as PHP reads them.

use std::borrow::Cow;

use memchr::memmem;

use super::form::Field;
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

/// The last part with this name.
pub fn field<'a>(
    body: &'a [u8],
    boundary: &str,
    name: &[u8],
    tolerances: &mut Tolerances,
) -> Option<Field<'a>> {
    let delimiter = [b"--", boundary.as_bytes()].concat();
    let delimiters = memmem::Finder::new(&delimiter);
    let mut found = None;
    let mut rest = body.get(line_start(body, &delimiters)? + delimiter.len()..)?;
    loop {
        // After the boundary: the end of its line, or `--`, which ends the body.
        if rest.starts_with(b"--") {
            return found;
        }
        let content = after_line(rest)?;
        // An unfinished last part counts, as it does in PHP.
        let (part, next) = match line_start(content, &delimiters) {
            Some(at) => (content.get(..at)?, content.get(at + delimiter.len()..)),
            None => (content, None),
        };
        if next.is_none() {
            tolerances.note(Tolerance::HandMadeMultipart);
        }
        let (head, value) = split_head(part)?;
        let value = match without_line_end(value) {
            Some((value, "\r\n")) => value,
            Some((value, _)) => {
                tolerances.note(Tolerance::HandMadeMultipart);
                value
            }
            None => value,
        };
        let disposition = Disposition::of(head);
        if disposition.name.as_deref() == Some(name) {
            if found.is_some() {
                tolerances.note(Tolerance::RepeatedField);
            }
            found = Some(if disposition.is_file {
                Field::File
            } else {
                Field::Text(Cow::Borrowed(value))
            });
        } else if disposition.is_array_of(name) {
            found = Some(Field::Array);
        }
        match next {
            Some(next) => rest = next,
            None => return found,
        }
    }
}

/// Where the next delimiter stands that begins a line.
fn line_start(text: &[u8], delimiters: &memmem::Finder<'_>) -> Option<usize> {
    delimiters.find_iter(text).find(|at| {
        at.checked_sub(1)
            .is_none_or(|before| text.get(before) == Some(&b'\n'))
    })
}

fn after_line(text: &[u8]) -> Option<&[u8]> {
    text.get(memchr::memchr(b'\n', text)? + 1..)
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
    fn of(head: &[u8]) -> Self {
        let mut disposition = Self::default();
        for line in head.split(|byte| *byte == b'\n') {
            let Some(colon) = memchr::memchr(b':', line) else {
                continue;
            };
            let (label, value) = line.split_at(colon);
            if label
                .trim_ascii()
                .eq_ignore_ascii_case(b"Content-Disposition")
            {
                disposition.read(value.get(1..).unwrap_or_default());
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

    fn is_array_of(&self, name: &[u8]) -> bool {
        let key = self
            .name
            .as_deref()
            .and_then(|written| written.strip_prefix(name));
        key.is_some_and(|key| key.starts_with(b"[") && key.contains(&b']'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: Option<Field<'_>>, noted: &str) {
        let mut tolerances = Tolerances::default();
        assert_eq!(
            field(body.as_bytes(), "b", b"XML", &mut tolerances),
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
        check("--b\r\nno head", None, "hand-made-multipart");
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

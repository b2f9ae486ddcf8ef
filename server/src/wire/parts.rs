//! Which bytes of a body are a password, and which are something else for certain: a body can then be shown without
//! the one, and with the other. Not for reading a request, and of no help where a body cannot be read.

use std::ops::Range;

use super::charset;
use super::cursor::{Cursor, Malformed, Tag};
use super::form;
use super::tolerance::{Tolerance, Tolerances};

/// How many parts are told: more than any client sends.
const MOST: usize = 16;

/// What is known of the bytes of a body.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// The passwords, as they are written: what stands in `<password>`.
    pub passwords: Vec<Range<usize>>,
    /// The login around them, messages, numbers and ids: in each, every element and attribute is known.
    pub known: Vec<Range<usize>>,
}

/// The parts of a body that can be read; `None` of any other.
pub fn parts(content_type: Option<&str>, body: &[u8], max_depth: u32) -> Option<Parts> {
    let (_, document) = form::document(content_type, body, &mut Tolerances::default()).ok()?;
    let text = charset::decode(&document, content_type, &mut Tolerances::default()).ok()?;
    let mut walk = Walk {
        text: &text.text,
        parts: Parts::default(),
    };
    walk.document(max_depth).ok()?;
    let Parts { passwords, known } = walk.parts;
    if passwords.len() + known.len() > MOST {
        return None;
    }
    let place = |offset| form::place(content_type, body, charset::place(&document, offset)?);
    let places = |ranges: Vec<Range<usize>>| -> Option<Vec<Range<usize>>> {
        let ranges = ranges.into_iter();
        ranges
            .map(|range| Some(place(range.start)?..place(range.end)?))
            .collect()
    };
    Some(Parts {
        passwords: places(passwords)?,
        known: places(known)?,
    })
}

/// The parts found so far, as places in the text.
struct Walk<'a> {
    text: &'a str,
    parts: Parts,
}

impl<'a> Walk<'a> {
    fn document(&mut self, max_depth: u32) -> Result<(), Box<Malformed>> {
        let of_no_interest = &mut Tolerances::default();
        let mut cursor = Cursor::new(self.text, max_depth)?;
        cursor.root("SMS", of_no_interest)?;
        while let Some(tag) = cursor.child(of_no_interest)? {
            let children: &[&str] = match tag.name() {
                "authentication" | "authentification" => &["username", "password"],
                "message" => &["sender", "text"],
                "numbers" => &["number"],
                "statistics" => &["messageid"],
                _ => {
                    cursor.skip()?;
                    continue;
                }
            };
            self.element(tag, children, &mut cursor)?;
        }
        cursor.finish()
    }

    /// An element with such children, which is a part if there is nothing else in it.
    fn element(
        &mut self,
        tag: Tag<'a>,
        children: &[&str],
        cursor: &mut Cursor<'a>,
    ) -> Result<(), Box<Malformed>> {
        let tolerances = &mut Tolerances::default();
        let mut is_known = tag.attributes().next().is_none();
        let before = self.text.get(..cursor.position()).unwrap_or_default();
        let start = before.rfind('<').unwrap_or_default();
        let mut passwords = Vec::new();
        let mut scratch = String::new();
        while let Some(child) = cursor.child(tolerances)? {
            let name = child.name();
            let is_attribute_known = |attribute: &str| {
                name == "number"
                    && ["messageid", "variables"]
                        .iter()
                        .any(|known| attribute.eq_ignore_ascii_case(known))
            };
            is_known &= children.contains(&name);
            is_known &= child
                .attributes()
                .all(|(attribute, _)| is_attribute_known(attribute));
            let from = cursor.position();
            cursor.text(&mut scratch, tolerances)?;
            if name == "password" {
                let inside = self.text.get(from..cursor.position()).unwrap_or_default();
                passwords.push(from..from + inside.rfind("</").unwrap_or_default());
            }
        }
        let end = cursor.position();
        let written = self.text.get(start..end).unwrap_or_default();
        is_known &= !tolerances.has(Tolerance::Unknown) && !tolerances.has(Tolerance::StrayText);
        is_known &= !written.contains("<!--") && !written.contains("<?");
        if is_known {
            self.parts.known.push(start..end);
            self.parts.passwords.append(&mut passwords);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Passwords are written `p`, and what is known stands between `[` and `]`.
    #[track_caller]
    fn check(label: &str, marked: &str) {
        let body: String = marked.replace(['[', ']'], "");
        let (mut known, mut at) = (Vec::new(), 0);
        for sign in marked.chars() {
            match sign {
                '[' => known.push(at..at),
                ']' => known.last_mut().unwrap().end = at,
                _ => at += sign.len_utf8(),
            }
        }
        let found = parts(Some(label), body.as_bytes(), 64).unwrap();
        assert_eq!(found.known, known, "{marked}");
        for range in found.passwords {
            assert_eq!(&body[range], "p", "{marked}");
        }
    }

    #[test]
    fn what_is_known_to_be_no_secret_is_told() {
        let login =
            "[<authentification><username>u</username><password>p</password></authentification>]";
        let message = "[<message><sender>Login</sender><text>Ваш password: 1</text></message>]";
        let numbers = "[<numbers>\n<number messageID='user-1' variables='a;'>380</number><number/></numbers>]";
        check(
            "text/xml",
            &format!("\u{FEFF}<?xml version='1.0'?>\r\n<SMS>{login}\r\n{message}{numbers}</SMS>"),
        );
        check(
            "text/xml",
            &format!("<SMS a='password'>{login}<password>x</password>{numbers}</SMS>"),
        );
        check(
            "application/x-www-form-urlencoded",
            &format!(
                "password=x&XML={}&y=1",
                format!("<SMS>{login}{message}</SMS>")
                    .replace('<', "%3C")
                    .replace(' ', "+")
            ),
        );
        check(
            "text/xml",
            "<SMS>[<authentication><password>p</password><username/></authentication>]</SMS>",
        );
    }

    #[test]
    fn where_anything_else_stands_nothing_is() {
        for strange in [
            "<message>x<text/></message>",
            "<message><text>a<password>x</password></text></message>",
            "<message><!-- x --><text/></message>",
            "<message><text><?x y?></text></message>",
            "<message x='1'><text/></message>",
            "<message><text x='1'/></message>",
            "<numbers><number password='x'>380</number></numbers>",
            "<authentification><login>u</login></authentification>",
            "<operations><operation>SEND</operation></operations>",
        ] {
            check("text/xml", &format!("<SMS>{strange}</SMS>"));
        }
    }

    #[test]
    fn of_a_body_that_cannot_be_read_nothing_is_known() {
        for body in [
            "<SMS><authentification><password>p</authentification></SMS>",
            "<SMS/><SMS/>",
            "password=p",
            &format!("<SMS>{}</SMS>", "<message/>".repeat(MOST + 1)),
        ] {
            assert_eq!(parts(Some("text/xml"), body.as_bytes(), 64), None, "{body}");
        }
    }
}

//! Finds in a document that need not be XML what was not escaped in the values that others wrote: the reader says where it
//! stopped, and an author wants to know why.

use std::ops::Range;

use super::carried::position;
use crate::xml::grammar::{self, Problem, resolve};

/// The elements that hold what others wrote.
const LEAVES: &[&str] = &[
    "username",
    "password",
    "sender",
    "text",
    "number",
    "messageid",
];

/// A character of a value that is taken for markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unescaped {
    /// Where it stands.
    pub place: usize,
    /// How many bytes it has.
    pub length: usize,
    /// In what: `<text>`.
    pub inside: String,
    /// What is wrong with it.
    pub why: String,
}

/// The first & or < of a value, or the first quote inside an attribute, that was not escaped.
pub fn unescaped(source: &str) -> Option<Unescaped> {
    let found = LEAVES.iter().flat_map(|name| {
        let mut found = Vec::new();
        let mut from = 0_usize;
        while let Some((tag, content)) = leaf(source, from, name) {
            from = content.start.max(tag.end);
            found.extend(in_attributes(source, &tag, name));
            found.extend(in_content(source, &content, name));
        }
        found
    });
    found.min_by_key(|found| found.place)
}

/// The next element of this name: its attributes, and its content. One that is not closed ends with the document.
fn leaf(source: &str, from: usize, name: &str) -> Option<(Range<usize>, Range<usize>)> {
    let open = format!("<{name}");
    let mut from = from;
    let start = loop {
        let start = source
            .get(from..)?
            .find(&open)?
            .saturating_add(from)
            .saturating_add(open.len());
        // `<numbers>` begins like `<number>`.
        if !source
            .get(start..)?
            .starts_with(|c: char| c.is_ascii_alphanumeric())
        {
            break start;
        }
        from = start;
    };
    let rest = source.get(start..)?;
    // The end of the tag: a > outside quotes, or before the next line if a quote is missing.
    let end = tag_end(rest)?.saturating_add(start);
    let tag = start..end;
    let content = end.saturating_add(1);
    if source.get(..end)?.ends_with('/') {
        return Some((tag, content..content));
    }
    let close = format!("</{name}");
    let mut place = content;
    loop {
        let rest = source.get(place..).unwrap_or_default();
        let end = rest.find(&close);
        let before = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let Some(section) = before.find("<![CDATA[") else {
            return Some((tag, content..place.saturating_add(before.len())));
        };
        // What looks like an end tag may stand in the section.
        let Some(inside) = rest.get(section..).and_then(|section| section.find("]]>")) else {
            return Some((tag, content..source.len()));
        };
        place = place
            .saturating_add(section)
            .saturating_add(inside)
            .saturating_add(3);
    }
}

fn tag_end(rest: &str) -> Option<usize> {
    let mut quote = None;
    let mut fallback = None;
    for (place, sign) in rest.char_indices() {
        match (quote, sign) {
            (None, '"' | '\'') => quote = Some(sign),
            (None, '>') => return Some(place),
            (Some(open), sign) if open == sign => quote = None,
            (Some(_), '>') => fallback = fallback.or(Some(place)),
            (Some(_), '\n') if fallback.is_some() => return fallback,
            (None | Some(_), _) => {}
        }
    }
    fallback
}

fn in_content(source: &str, content: &Range<usize>, name: &str) -> Option<Unescaped> {
    let text = source.get(content.clone())?;
    let mut place = 0_usize;
    loop {
        let rest = text.get(place..)?;
        let sign = rest.find(['&', '<'])?;
        let from = rest.get(sign..)?;
        let skipped = if let Some(section) = from.strip_prefix("<![CDATA[") {
            section.find("]]>")?.saturating_add(12)
        } else if let Some(comment) = from.strip_prefix("<!--") {
            comment.find("-->")?.saturating_add(7)
        } else if let Some(length) = reference(from) {
            length
        } else {
            let is_ampersand = from.starts_with('&');
            // A document that ends here lacks a tag; that is no text.
            let after = from.get(1..).unwrap_or_default();
            if !is_ampersand && (after.starts_with('/') || after.is_empty()) {
                return None;
            }
            // Of an element that is never closed, everything behind it looks like text.
            let is_structure = [
                "numbers",
                "message",
                "operations",
                "SMS",
                "statistics",
                "auth",
            ]
            .iter()
            .chain(LEAVES)
            .any(|name| after.starts_with(name));
            if !is_ampersand && is_structure {
                return None;
            }
            return Some(Unescaped {
                place: content.start.saturating_add(place).saturating_add(sign),
                length: 1,
                inside: format!("<{name}>"),
                why: if is_ampersand {
                    ampersand(from)
                } else {
                    "is taken for the beginning of a tag: it must be written &lt;".to_owned()
                },
            });
        };
        place = place.saturating_add(sign).saturating_add(skipped);
    }
}

/// What is wrong with a & that begins no reference of XML.
fn ampersand(from: &str) -> String {
    let name = from.get(1..).and_then(|rest| rest.split_once(';'));
    match name {
        Some((name, _))
            if !name.is_empty()
                && name.len() <= 8
                && name.bytes().all(|b| b.is_ascii_alphanumeric()) =>
        {
            format!(
                "begins &{name};, which HTML knows and XML does not: it must be written as the character or its number"
            )
        }
        Some(_) | None => "begins no reference: it must be written &amp;".to_owned(),
    }
}

/// How long the reference is with which a text begins, if it is one that XML knows.
pub fn reference(text: &str) -> Option<usize> {
    let (name, _) = text.strip_prefix('&')?.split_once(';')?;
    (name.len() <= 10 && resolve(name).is_ok()).then(|| name.len().saturating_add(2))
}

fn in_attributes(source: &str, tag: &Range<usize>, name: &str) -> Option<Unescaped> {
    let raw = source.get(tag.clone())?;
    let attributes = grammar::attributes(raw.trim_end_matches('/'));
    let (offset, problem) = attributes.err()?;
    // The values are looked at for the sign itself; the reader tells where an attribute begins.
    let sign = raw.char_indices().find(|(place, sign)| {
        let from = raw.get(*place..).unwrap_or_default();
        match sign {
            '&' => reference(from).is_none(),
            '<' => true,
            _ => false,
        }
    });
    let (place, why) = match sign {
        Some((place, '&')) => (place, ampersand(raw.get(place..).unwrap_or_default())),
        Some((place, _)) => (
            place,
            "may not stand in an attribute: it must be written &lt;".to_owned(),
        ),
        None => {
            let is_syntax = matches!(problem, Problem::AttributeSyntax(_) | Problem::Name(_));
            if !is_syntax || !raw.contains(['"', '\'']) {
                return None;
            }
            // The quote that ends the value too early stands before what is no attribute.
            let quote = raw.get(..offset)?.rfind(['"', '\'']).unwrap_or(offset);
            (
                quote,
                "ends the value of the attribute too early: it must be written &quot;".to_owned(),
            )
        }
    };
    Some(Unescaped {
        place: tag.start.saturating_add(place),
        length: 1,
        inside: format!("an attribute of <{name}>"),
        why,
    })
}

/// A ]]> that ends a CDATA section in the middle of a value: there is one more than sections were begun.
pub fn sections(source: &str) -> Option<(&'static str, usize)> {
    for name in LEAVES {
        let open = format!("<{name}>");
        let close = format!("</{name}>");
        let mut from = 0_usize;
        while let Some(start) = source.get(from..).and_then(|rest| rest.find(&open)) {
            let start = from.saturating_add(start).saturating_add(open.len());
            from = start;
            let rest = source.get(start..).unwrap_or_default();
            if !rest.trim_start().starts_with("<![CDATA[") {
                continue;
            }
            let mut inside = 0_usize;
            let mut last_end = None;
            while let Some(sign) = rest.get(inside..) {
                if let Some(section) = sign.strip_prefix("<![CDATA[") {
                    let Some(end) = section.find("]]>") else {
                        break;
                    };
                    let end = inside.saturating_add(end).saturating_add(9);
                    last_end = Some(end);
                    inside = end.saturating_add(3);
                } else if sign.starts_with(&close) {
                    // What goes on behind the tag up to a ]]> was meant to be inside, too.
                    let after = sign.get(close.len()..).unwrap_or_default();
                    let again = after.find(&format!("]]>{close}"));
                    let next = after.find("<![CDATA[").unwrap_or(after.len());
                    if again.is_some_and(|again| again < next)
                        && let Some(end) = last_end
                    {
                        return Some((name, start.saturating_add(end)));
                    }
                    break;
                } else if sign.starts_with("]]>") {
                    let end = last_end.unwrap_or(inside);
                    return Some((name, start.saturating_add(end)));
                } else {
                    let step = sign.chars().next().map_or(1, char::len_utf8);
                    if sign.is_empty() {
                        break;
                    }
                    inside = inside.saturating_add(step);
                }
            }
        }
    }
    None
}

/// An element of a value that is not closed where it should be.
pub fn unclosed(source: &str) -> Option<(&'static str, usize)> {
    LEAVES.iter().find_map(|name| {
        let place = position(source.as_bytes(), format!("<{name}").as_bytes())?;
        Some((*name, place))
    })
}

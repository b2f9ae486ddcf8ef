//! What the lies make of markup: sections dropped, references left, and wrong documents that are taken for right ones.

use super::lies::{Lie, Tongue};
use super::markup::Wrong;

const CDATA: (&str, &str) = ("<![CDATA[", "]]>");

/// What a lie makes of a document.
type Change = fn(&str) -> String;

/// A well-formed document as the lies read it (XML-05).
pub(crate) fn told(text: &str, tongue: Tongue) -> Option<String> {
    let readings: [(Lie, Change); 5] = [
        (Lie::CdataDropped, |text| {
            pieces(text)
                .into_iter()
                .filter(|piece| !piece.starts_with(CDATA.0))
                .collect()
        }),
        (Lie::CdataDecoded, |text| {
            pieces(text).into_iter().map(undo_cdata).collect()
        }),
        (Lie::ReferencesUnresolved, |text| {
            outside_cdata(text, |piece| {
                escape_where(piece, "&", |rest| {
                    rest.starts_with('#') && !rest.starts_with("#x")
                })
            })
        }),
        (Lie::HexReferencesUnresolved, |text| {
            outside_cdata(text, |piece| {
                escape_where(piece, "&", |rest| rest.starts_with("#x"))
            })
        }),
        (Lie::EntitiesUnresolved, |text| {
            outside_cdata(text, |piece| escape_where(piece, "&", is_predefined))
        }),
    ];
    let reading = readings.iter().find(|(lie, _)| tongue.tells(*lie));
    reading.map(|(_, reading)| reading(text))
}

/// A document that is not well-formed, made right by the lie that accepts it (XML-08).
pub(crate) fn repaired(text: &str, tongue: Tongue) -> Option<String> {
    let repairs: [(Lie, Change); 9] = [
        (Lie::UnclosedAccepted, closed),
        (Lie::MismatchedAccepted, matched),
        (Lie::TwoRootsAccepted, without_second_root),
        (Lie::TextAfterRootAccepted, until_root_ends),
        (Lie::ControlCharactersAccepted, without_illegal_characters),
        (Lie::BareAmpersandAccepted, |text| {
            outside_cdata(text, |piece| {
                escape_where(piece, "&", |rest| !is_reference(rest))
            })
        }),
        (Lie::BareLessThanAccepted, |text| {
            outside_cdata(text, |piece| {
                escape_where(piece, "<", |rest| !begins_markup(rest))
            })
        }),
        (Lie::UnquotedAttributesAccepted, quoted),
        (Lie::UnknownEntitiesAccepted, |text| {
            outside_cdata(text, |piece| {
                escape_where(piece, "&", |rest| is_reference(rest) && !is_known(rest))
            })
        }),
    ];
    let repair = repairs.iter().find(|(lie, _)| tongue.tells(*lie));
    repair.map(|(_, repair)| repair(text))
}

/// The document with this prefix declared on its root.
pub(crate) fn bound(text: &str, prefix: &str) -> Result<String, Wrong> {
    let root = tags(text).into_iter().next().ok_or(Wrong::Malformed)?;
    let end = root.start + 1 + root.name.len();
    let declaration = format!(" xmlns:{prefix}=\"urn:{prefix}\"");
    // Were it there already, it would not be unknown: this cannot go round for ever.
    if text[end..].starts_with(&declaration) {
        return Err(Wrong::Malformed);
    }
    Ok(format!("{}{declaration}{}", &text[..end], &text[end..]))
}

/// Whether there is a reference to a character that cannot be, which the parser lets pass as U+FFFD.
pub(crate) fn has_impossible_reference(text: &str) -> bool {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        plain += &rest[..start];
        rest = match end_of_section(&rest[start..]) {
            Some(end) => rest[start..]
                .split_once(end)
                .map_or("", |(_, behind)| behind),
            None => &rest[start + 1..],
        };
    }
    plain += rest;
    let mut references = plain
        .split("&#")
        .skip(1)
        .filter_map(|rest| rest.split(';').next());
    references.any(|number| {
        let number = match number.strip_prefix('x') {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        number.map_or(true, |number| char::from_u32(number).is_none())
    })
}

/// The text, with CDATA sections as pieces of their own.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(CDATA.0) {
        let Some(length) = rest[start..].find(CDATA.1) else {
            break;
        };
        let end = start + length + CDATA.1.len();
        pieces.extend([&rest[..start], &rest[start..end]]);
        rest = &rest[end..];
    }
    pieces.push(rest);
    pieces
}

fn outside_cdata(text: &str, change: impl Fn(&str) -> String) -> String {
    let changed = pieces(text).into_iter().map(|piece| {
        if piece.starts_with(CDATA.0) {
            piece.to_owned()
        } else {
            change(piece)
        }
    });
    changed.collect()
}

fn undo_cdata(piece: &str) -> String {
    let inside = piece
        .strip_prefix(CDATA.0)
        .and_then(|rest| rest.strip_suffix(CDATA.1));
    match inside {
        Some(inside) => escape_where(&inside.replace('<', "&lt;"), "&", |rest| {
            !is_reference(rest)
        }),
        None => piece.to_owned(),
    }
}

/// Escapes a sign wherever what stands behind it is of this kind.
fn escape_where(text: &str, sign: &str, is_meant: impl Fn(&str) -> bool) -> String {
    let mut escaped = String::new();
    let mut rest = text;
    while let Some(place) = rest.find(sign) {
        let behind = &rest[place + 1..];
        escaped += &rest[..place];
        escaped += match (is_meant(behind), sign) {
            (false, sign) => sign,
            (true, "&") => "&amp;",
            (true, _) => "&lt;",
        };
        rest = behind;
    }
    escaped + rest
}

fn is_predefined(behind: &str) -> bool {
    ["amp;", "lt;", "gt;", "quot;", "apos;"]
        .iter()
        .any(|name| behind.starts_with(name))
}

fn is_known(behind: &str) -> bool {
    behind.starts_with('#') || is_predefined(behind)
}

fn is_reference(behind: &str) -> bool {
    let Some((name, _)) = behind.split_once(';') else {
        return false;
    };
    match name.strip_prefix('#') {
        Some(number) => number.parse::<u32>().is_ok() || number.starts_with('x'),
        None => !name.is_empty() && name.bytes().all(|sign| sign.is_ascii_alphanumeric()),
    }
}

fn begins_markup(behind: &str) -> bool {
    behind.starts_with(|sign: char| {
        sign.is_ascii_alphabetic() || matches!(sign, '/' | '!' | '?' | '_' | ':')
    })
}

/// A tag of an element.
struct Tag<'a> {
    start: usize,
    end: usize,
    name: &'a str,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Start,
    End,
    Empty,
}

/// The tags of a document, comments, instructions and CDATA left out.
fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut place = 0;
    while let Some(start) = text[place..].find('<').map(|found| place + found) {
        let rest = &text[start..];
        let closer = end_of_section(rest).unwrap_or(">");
        let Some(length) = rest.find(closer) else {
            break;
        };
        let end = start + length + closer.len();
        place = end;
        if closer != ">" || rest.starts_with("<!") {
            continue;
        }
        let inside = &rest[1..length];
        let kind = if inside.starts_with('/') {
            Kind::End
        } else if inside.ends_with('/') {
            Kind::Empty
        } else {
            Kind::Start
        };
        let name = inside
            .trim_matches('/')
            .split_ascii_whitespace()
            .next()
            .unwrap_or_default();
        tags.push(Tag {
            start,
            end,
            name,
            kind,
        });
    }
    tags
}

/// What ends the comment, the CDATA section or the instruction that begins here.
fn end_of_section(text: &str) -> Option<&'static str> {
    let sections = [CDATA, ("<!--", "-->"), ("<?", "?>")];
    let section = sections.iter().find(|(opener, _)| text.starts_with(opener));
    section.map(|&(_, closer)| closer)
}

/// End tags for what is open at the end.
fn closed(text: &str) -> String {
    let mut open = Vec::new();
    let mut end = 0;
    for tag in tags(text) {
        end = tag.end;
        match tag.kind {
            Kind::Start => open.push(tag.name),
            Kind::End => drop(open.pop()),
            Kind::Empty => {}
        }
    }
    if open.is_empty() {
        return text.to_owned();
    }
    // A tag that was begun is not closed, either.
    let end = text[end..]
        .find('<')
        .map_or(text.len(), |begun| end + begun);
    open.iter()
        .rev()
        .fold(text[..end].to_owned(), |closed, name| {
            closed + &format!("</{name}>")
        })
}

/// End tags with the names of what they end.
fn matched(text: &str) -> String {
    let mut open = Vec::new();
    let mut matched = String::new();
    let mut place = 0;
    for tag in tags(text) {
        match tag.kind {
            Kind::Start => open.push(tag.name),
            Kind::End => {
                matched += &text[place..tag.start];
                matched += &open
                    .pop()
                    .map_or(String::new(), |name| format!("</{name}>"));
                place = tag.end;
            }
            Kind::Empty => {}
        }
    }
    matched + &text[place..]
}

/// Where the first root ends.
fn end_of_root(text: &str) -> usize {
    let mut depth = 0_i32;
    for tag in tags(text) {
        depth += match tag.kind {
            Kind::Start => 1,
            Kind::End => -1,
            Kind::Empty => 0,
        };
        if depth <= 0 {
            return tag.end;
        }
    }
    text.len()
}

fn until_root_ends(text: &str) -> String {
    text[..end_of_root(text)].to_owned()
}

fn without_second_root(text: &str) -> String {
    let rest = text[end_of_root(text)..].trim_start();
    if rest
        .strip_prefix('<')
        .is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_alphabetic()))
    {
        until_root_ends(text)
    } else {
        text.to_owned()
    }
}

/// Without characters that XML does not allow, and without references to them.
fn without_illegal_characters(text: &str) -> String {
    let is_illegal = |sign: char| {
        (sign < ' ' && !matches!(sign, '\t' | '\r' | '\n'))
            || matches!(sign, '\u{FFFE}' | '\u{FFFF}')
    };
    let mut legal: String = text.chars().filter(|&sign| !is_illegal(sign)).collect();
    for number in 0..32 {
        if is_illegal(char::from(number)) {
            legal = legal
                .replace(&format!("&#{number};"), "")
                .replace(&format!("&#x{number:X};"), "");
        }
    }
    legal
}

/// Quotes around the values of attributes that have none.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    let mut place = 0;
    for tag in tags(text) {
        quoted += &text[place..tag.start];
        place = tag.end;
        let mut rest = &text[tag.start..tag.end];
        while let Some(equals) = rest.find('=') {
            quoted += &rest[..=equals];
            rest = &rest[equals + 1..];
            let quote = rest
                .chars()
                .next()
                .filter(|sign| matches!(sign, '"' | '\''));
            let end = match quote {
                Some(quote) => rest[1..].find(quote).map_or(rest.len(), |end| end + 2),
                None => rest
                    .find([' ', '\t', '\r', '\n', '>', '/'])
                    .unwrap_or(rest.len()),
            };
            let value = &rest[..end];
            quoted += &match quote {
                Some(_) => value.to_owned(),
                None => ["\"", value, "\""].concat(),
            };
            rest = &rest[end..];
        }
        quoted += rest;
    }
    quoted + &text[place..]
}

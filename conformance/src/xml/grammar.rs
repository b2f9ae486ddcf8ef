//! The productions of XML 1.0 that quick-xml leaves to its caller: characters, names, references, attributes.
//!
//! Each function says what is wrong as a [`Problem`]; where it stands is known to the reader, which adds it.

use super::tree::Attribute;

/// What makes a document not well-formed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nothing but blanks and comments.
    #[error("there is no root element")]
    NoRoot,
    /// A second element after the root.
    #[error("a second root element <{0}>; a document has one")]
    SecondRoot(String),
    /// Text, CDATA or a reference before or after the root.
    #[error("text outside the root element")]
    TextOutsideRoot,
    /// The end of the document inside an element.
    #[error("the document ends inside <{0}>")]
    Unclosed(String),
    /// A document type declaration (XML-06).
    #[error("a DOCTYPE; the gateway's XML has none")]
    Doctype,
    /// An XML declaration that is not the very first thing, or stands twice.
    #[error("an XML declaration anywhere but at the very start")]
    LateDeclaration,
    /// An XML declaration that is wrong in itself.
    #[error("a wrong XML declaration: {0}")]
    Declaration(String),
    /// A character that XML 1.0 does not allow, literal or as a reference.
    #[error("the character U+{:04X}, which XML does not allow", u32::from(*.0))]
    Character(char),
    /// `]]>` in text.
    #[error("\"]]>\" in text, where the > must be escaped")]
    CdataEnd,
    /// `&` that starts no reference.
    #[error("a bare &, which must be written &amp;")]
    BareAmpersand,
    /// A reference that XML does not predefine.
    #[error("the unknown reference &{0};")]
    Reference(String),
    /// A name that is none.
    #[error("{0:?} is not an XML name")]
    Name(String),
    /// An attribute without quotes, without a value, or without a blank before it.
    #[error("attributes must read name=\"value\", with blanks between them, here: {0:?}")]
    AttributeSyntax(String),
    /// The same attribute twice.
    #[error("the attribute {0:?} stands twice")]
    DuplicateAttribute(String),
    /// `<` in an attribute value.
    #[error("a < in the value of the attribute {0:?}")]
    LessThanInAttribute(String),
    /// Elements inside elements beyond the limit.
    #[error("elements are nested deeper than {0}")]
    Depth(usize),
    /// What quick-xml found by itself: unclosed markup, tags that do not match.
    #[error("{0}")]
    Markup(String),
}

/// Whether XML 1.0 allows the character at all.
pub fn is_character(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// Whether the character is a blank to XML.
pub fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

/// Whether `name` is a name to XML.
pub fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(starts_name) && characters.all(continues_name)
}

/// The character that a reference stands for, given what is between `&` and `;`.
pub fn resolve(reference: &str) -> Result<char, Problem> {
    let unknown = || Problem::Reference(reference.to_owned());
    let code = match reference {
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "amp" => return Ok('&'),
        "quot" => return Ok('"'),
        "apos" => return Ok('\''),
        // `from_str_radix` would let a sign pass.
        _ => match (reference.strip_prefix("#x"), reference.strip_prefix('#')) {
            (Some(digits), _) if digits.chars().all(|c| c.is_ascii_hexdigit()) => {
                u32::from_str_radix(digits, 16)
            }
            (None, Some(digits)) if digits.chars().all(|c| c.is_ascii_digit()) => digits.parse(),
            _ => return Err(unknown()),
        },
    };
    let character = code.ok().and_then(char::from_u32).ok_or_else(unknown)?;
    if is_character(character) {
        Ok(character)
    } else {
        Err(Problem::Character(character))
    }
}

/// Line ends as XML has them: CR LF and a lone CR are LF.
pub fn normalise_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The attributes in `raw`, which is a start tag after its name. An error comes with its offset in `raw`.
pub fn attributes(raw: &str) -> Result<Vec<Attribute>, (usize, Problem)> {
    let mut found: Vec<Attribute> = Vec::new();
    let mut rest = raw;
    loop {
        let start = rest.trim_start_matches(is_blank);
        if start.is_empty() {
            return Ok(found);
        }
        let offset = raw.len().saturating_sub(start.len());
        let wrong = |problem| (offset, problem);
        let syntax = || wrong(Problem::AttributeSyntax(start.to_owned()));
        if start.len() == rest.len() {
            return Err(syntax());
        }
        let (name, value) = start.split_once('=').ok_or_else(syntax)?;
        let name = name.trim_end_matches(is_blank);
        if !is_name(name) {
            return Err(syntax());
        }
        let value = value.trim_start_matches(is_blank);
        let quote = value
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))
            .ok_or_else(syntax)?;
        let (value, after) = value
            .strip_prefix(quote)
            .and_then(|value| value.split_once(quote))
            .ok_or_else(syntax)?;
        if value.contains('<') {
            return Err(wrong(Problem::LessThanInAttribute(name.to_owned())));
        }
        if found.iter().any(|attribute| attribute.name == name) {
            return Err(wrong(Problem::DuplicateAttribute(name.to_owned())));
        }
        found.push(Attribute {
            name: name.to_owned(),
            value: attribute_value(value).map_err(wrong)?,
        });
        rest = after;
    }
}

/// A literal blank of any kind is a space; one that was written as a reference stays what it is.
fn attribute_value(raw: &str) -> Result<String, Problem> {
    let mut value = String::with_capacity(raw.len());
    let mut pieces = raw.split('&');
    let push = |value: &mut String, literal: &str| {
        value.push_str(&normalise_line_ends(literal).replace(['\n', '\t'], " "));
    };
    push(&mut value, pieces.next().unwrap_or_default());
    for piece in pieces {
        let (reference, literal) = piece.split_once(';').ok_or(Problem::BareAmpersand)?;
        value.push(resolve(reference)?);
        push(&mut value, literal);
    }
    Ok(value)
}

fn starts_name(character: char) -> bool {
    matches!(character,
        ':' | '_' | 'A'..='Z' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
        | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

fn continues_name(character: char) -> bool {
    starts_name(character)
        || matches!(character,
            '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::{Problem, attributes, is_name, resolve};

    #[test]
    fn names_are_those_of_xml() {
        for name in ["a", "SMS", "_x", "a-b.c1", "имя", "xml:lang"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "1a", "-a", "a b", "a<b", "a\"", "."] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn references_resolve_or_say_why_not() {
        #[track_caller]
        fn check(reference: &str, expected: Result<char, Problem>) {
            assert_eq!(resolve(reference), expected);
        }
        let unknown = |name: &str| Err(Problem::Reference(name.to_owned()));
        check("amp", Ok('&'));
        check("#65", Ok('A'));
        check("#x41F", Ok('П'));
        check("#1", Err(Problem::Character('\u{1}')));
        for name in [
            "nbsp",
            "AMP",
            "",
            "#",
            "#x",
            "#+65",
            "#xD800",
            "#99999999999",
            "#X41",
            " amp",
        ] {
            check(name, unknown(name));
        }
    }

    #[track_caller]
    fn check(raw: &str, expected: &[(&str, &str)]) {
        let found = attributes(raw).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|a| (a.name.as_str(), a.value.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn attributes_are_unescaped_and_their_blanks_are_spaces() {
        check("", &[]);
        check("  ", &[]);
        check(" a = '1'\n b=\"2\" ", &[("a", "1"), ("b", "2")]);
        check(" a=\"x&amp;y&#10;z\t\r\n.\"", &[("a", "x&y\nz  .")]);
        check(" a='\"' b=\"'\"", &[("a", "\""), ("b", "'")]);
    }

    #[test]
    fn wrong_attributes_say_what_and_where() {
        #[track_caller]
        fn check(raw: &str, offset: usize, fragment: &str) {
            let (at, problem) = attributes(raw).unwrap_err();
            assert_eq!(at, offset);
            assert!(problem.to_string().contains(fragment), "{problem}");
        }
        check(" a=1", 1, "must read");
        check(" a", 1, "must read");
        check(" a='1'b='2'", 6, "blanks between");
        check(" a='1' a='2'", 7, "stands twice");
        check(" a='<'", 1, "a < in the value");
        check(" a='x & y'", 1, "bare &");
        check(" a='&x;'", 1, "unknown reference &x;");
        check(" /", 1, "must read");
    }
}

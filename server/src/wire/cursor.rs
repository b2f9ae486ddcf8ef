//! Text to elements: quick-xml's events, held to what XML 1.0 demands (XML-05, XML-06, XML-08, XML-09).
//!
//! quick-xml reads fast and forgives much: a second root, an unclosed document, a bare `]]>`, illegal characters.
//! This cursor forgives none of it, and knows where it stands. Not for what the elements mean.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};
use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::QName;
use quick_xml::reader::Reader;

use super::tolerance::{Tolerance, Tolerances};

/// A document that is no well-formed XML, or not of our root: where, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}, in {path}: {reason}")]
pub struct Malformed {
    /// What is wrong.
    pub reason: String,
    /// The byte of the text, from 0.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The elements that are open there: `/SMS/numbers/number`.
    pub path: String,
}

/// What is said of a login that is malformed, instead of what is wrong with it.
const LOGIN: &str = "the login is not well-formed XML; escape & as &amp; and < as &lt; in it";

/// Walks through a document, element by element.
#[derive(Debug)]
pub struct Cursor<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    depth: u32,
    max_depth: u32,
    /// The element last opened was `<a/>`: its end is still owed.
    owes_end: bool,
}

/// The start of an element.
#[derive(Debug)]
pub struct Tag<'a> {
    name: &'a str,
    attributes: Attributes<'a>,
}

/// What comes next inside an element.
enum Token<'a> {
    Start(Tag<'a>),
    End,
    Text(Cow<'a, str>),
    Reference(char),
    Eof,
}

impl<'a> Tag<'a> {
    /// The element's name, as it stands.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// Its attributes: name and value, which is normalised as XML demands. They are known to be well-formed.
    pub fn attributes(self) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
        let mut attributes = self.attributes;
        std::iter::from_fn(move || {
            let attribute = attributes.next().ok()??;
            Some((attribute.name, attribute.value().ok()?))
        })
    }
}

impl<'a> Cursor<'a> {
    /// A cursor before the document.
    pub fn new(text: &'a str, max_depth: u32) -> Result<Self, Box<Malformed>> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_comments = true;
        let cursor = Self {
            text,
            reader,
            depth: 0,
            max_depth,
            owes_end: false,
        };
        // quick-xml would pass over a byte order mark; the one that may stand here is gone already.
        if text.starts_with('\u{FEFF}') {
            return Err(cursor.malformed_at(0, "there is text before the root element"));
        }
        match illegal_character(text) {
            Some(offset) => {
                Err(cursor.malformed_at(offset, "this character is not allowed in XML 1.0"))
            }
            None => Ok(cursor),
        }
    }

    /// Enters the root element.
    pub fn root(&mut self, name: &str, tolerances: &mut Tolerances) -> Result<(), Box<Malformed>> {
        let mut before = "nothing";
        loop {
            let at = self.position();
            match self.event()? {
                Event::Text(text) if text.trim_ascii().is_empty() => {
                    if before == "nothing" {
                        before = "blanks";
                    }
                }
                Event::Decl(declaration) => {
                    match before {
                        "nothing" => {}
                        "blanks" => tolerances.note(Tolerance::BlanksBeforeDeclaration),
                        _ => {
                            return Err(self.malformed_at(
                                at,
                                "an XML declaration stands first or not at all",
                            ));
                        }
                    }
                    before = "a declaration";
                    check_declaration(&declaration)
                        .map_err(|wrong| self.malformed_at(at, wrong))?;
                }
                Event::Comment(_) | Event::PI(_) => before = "something",
                Event::Start(start) => return self.enter_root(at, name, start, false),
                Event::Empty(start) => return self.enter_root(at, name, start, true),
                Event::Eof => return Err(self.malformed_at(at, "there is no root element")),
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) | Event::End(_) => {
                    return Err(self.malformed_at(at, "there is text before the root element"));
                }
                Event::DocType(_) => return Err(self.doctype(at)),
            }
        }
    }

    /// Enters the next child of the current element, or leaves the element if there is none left.
    ///
    /// Text between children is ignored, and noted.
    pub fn child(
        &mut self,
        tolerances: &mut Tolerances,
    ) -> Result<Option<Tag<'a>>, Box<Malformed>> {
        // Blanks between elements are most of a document's events; nobody wants to see them.
        self.reader.config_mut().trim_text_start = true;
        loop {
            match self.token()? {
                Token::Start(tag) => return Ok(Some(tag)),
                Token::End => return Ok(None),
                Token::Text(text) => {
                    if !text.trim_ascii().is_empty() {
                        tolerances.note(Tolerance::StrayText);
                    }
                }
                Token::Reference(_) => tolerances.note(Tolerance::StrayText),
                Token::Eof => return Err(self.unclosed()),
            }
        }
    }

    /// Reads the text of the current element to `out`, which is cleared first, and leaves the element.
    ///
    /// Child elements are none of its text.
    pub fn text(
        &mut self,
        out: &mut String,
        tolerances: &mut Tolerances,
    ) -> Result<(), Box<Malformed>> {
        out.clear();
        self.reader.config_mut().trim_text_start = false;
        loop {
            match self.token()? {
                Token::Start(_) => {
                    tolerances.note(Tolerance::Unknown);
                    self.skip()?;
                }
                Token::End => return Ok(()),
                Token::Text(text) => out.push_str(&text),
                Token::Reference(character) => out.push(character),
                Token::Eof => return Err(self.unclosed()),
            }
        }
    }

    /// Leaves the current element, whatever is in it.
    pub fn skip(&mut self) -> Result<(), Box<Malformed>> {
        let outside = self.depth - 1;
        while self.depth > outside {
            if matches!(self.token()?, Token::Eof) {
                return Err(self.unclosed());
            }
        }
        Ok(())
    }

    /// Nothing but blanks, comments and processing instructions may follow the root.
    pub fn finish(&mut self) -> Result<(), Box<Malformed>> {
        loop {
            let at = self.position();
            match self.event()? {
                Event::Eof => return Ok(()),
                Event::Text(text) if text.trim_ascii().is_empty() => {}
                Event::Comment(_) | Event::PI(_) => {}
                Event::Start(_) | Event::Empty(_) => {
                    return Err(self.malformed_at(at, "there is a second root element"));
                }
                Event::DocType(_) => return Err(self.doctype(at)),
                Event::Text(_)
                | Event::CData(_)
                | Event::GeneralRef(_)
                | Event::End(_)
                | Event::Decl(_) => {
                    return Err(self.malformed_at(at, "something follows the root element"));
                }
            }
        }
    }

    /// An error at the place that was read last.
    pub fn malformed(&self, reason: impl Into<String>) -> Box<Malformed> {
        self.malformed_at(self.position(), reason)
    }

    fn enter_root(
        &mut self,
        at: usize,
        name: &str,
        start: BytesStart<'a>,
        is_empty: bool,
    ) -> Result<(), Box<Malformed>> {
        let tag = self.enter(at, start, is_empty)?;
        if tag.name() == name {
            Ok(())
        } else {
            let reason = format!("the root element is <{}>; it must be <{name}>", tag.name());
            Err(self.malformed_at(at, reason))
        }
    }

    fn token(&mut self) -> Result<Token<'a>, Box<Malformed>> {
        if self.owes_end {
            self.owes_end = false;
            self.depth -= 1;
            return Ok(Token::End);
        }
        loop {
            let at = self.position();
            return Ok(match self.event()? {
                Event::Start(start) => Token::Start(self.enter(at, start, false)?),
                Event::Empty(start) => Token::Start(self.enter(at, start, true)?),
                Event::End(_) => {
                    self.depth -= 1;
                    Token::End
                }
                Event::Text(text) => {
                    let text = text.into_inner();
                    if memchr(b'>', text.as_bytes()).is_some() && text.contains("]]>") {
                        return Err(self.malformed_at(at, "]]> stands in a text; write ]]&gt;"));
                    }
                    Token::Text(text)
                }
                Event::CData(text) => Token::Text(text.into_inner()),
                Event::GeneralRef(reference) => Token::Reference(self.resolve(at, &reference)?),
                Event::Comment(_) | Event::PI(_) => continue,
                Event::Decl(_) => {
                    return Err(
                        self.malformed_at(at, "an XML declaration stands first or not at all")
                    );
                }
                Event::DocType(_) => return Err(self.doctype(at)),
                Event::Eof => Token::Eof,
            });
        }
    }

    #[inline]
    fn event(&mut self) -> Result<Event<'a>, Box<Malformed>> {
        match self.reader.read_event() {
            Ok(Event::PI(instruction)) if !is_target(instruction.target()) => {
                Err(self.malformed("a processing instruction needs a target, and xml is none"))
            }
            Ok(event) => Ok(event),
            Err(error) => {
                let at = usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX);
                Err(self.malformed_at(at, in_our_words(&error)))
            }
        }
    }

    /// Everything that must hold of a start tag, known or not.
    fn enter(
        &mut self,
        at: usize,
        start: BytesStart<'a>,
        is_empty: bool,
    ) -> Result<Tag<'a>, Box<Malformed>> {
        self.depth += 1;
        self.owes_end = is_empty;
        if self.depth > self.max_depth {
            let reason = format!("elements are nested deeper than {}", self.max_depth);
            return Err(self.malformed_at(at, reason));
        }
        let content = self.content(&start, is_empty);
        let length = content
            .bytes()
            .take_while(|byte| !byte.is_ascii_whitespace())
            .count();
        let (name, attributes) = content.split_at_checked(length).unwrap_or((content, ""));
        if !is_name(name) {
            let reason = format!("{:?} is no name for an element", beginning(name));
            return Err(self.malformed_at(at, reason));
        }
        let attributes = Attributes { rest: attributes };
        if !attributes.rest.is_empty() {
            self.check_attributes(at, attributes)?;
        }
        Ok(Tag { name, attributes })
    }

    /// What stands between `<` and `>`: the reader has just passed it.
    fn content(&self, start: &BytesStart<'a>, is_empty: bool) -> &'a str {
        let end = self.position().saturating_sub(if is_empty { 2 } else { 1 });
        let content = self
            .text
            .get(end.saturating_sub(start.len())..end)
            .unwrap_or_default();
        debug_assert_eq!(content, &**start, "quick-xml's idea of a tag");
        content
    }

    /// All attributes of a tag have to be right, known or not.
    fn check_attributes(&self, at: usize, all: Attributes<'a>) -> Result<(), Box<Malformed>> {
        let mut attributes = all;
        let (mut first, mut count) = ("", 0_usize);
        let mut twice = None;
        while let Some(attribute) = attributes
            .next()
            .map_err(|wrong| self.malformed_at(at, wrong))?
        {
            self.check_value(at, &attribute)?;
            match count {
                0 => first = attribute.name,
                1 if first == attribute.name => twice = Some(first),
                _ => {}
            }
            count += 1;
        }
        if count > 2 {
            twice = all.twice();
        }
        match twice {
            Some(name) => {
                Err(self.malformed_at(at, format!("the attribute {name} stands there twice")))
            }
            None => Ok(()),
        }
    }

    fn check_value(&self, at: usize, attribute: &RawAttribute<'a>) -> Result<(), Box<Malformed>> {
        if attribute.is_plain {
            return Ok(());
        }
        let wrong = |reason: &str| {
            self.malformed_at(at, format!("the attribute {} {reason}", attribute.name))
        };
        if memchr(b'<', attribute.raw.as_bytes()).is_some() {
            return Err(wrong("has a < in it; write &lt;"));
        }
        let value = attribute
            .value()
            .map_err(|_| wrong("has a reference that is not known in XML, or a bare &"))?;
        if illegal_character(&value).is_some() {
            return Err(wrong("has a character that XML does not allow"));
        }
        Ok(())
    }

    fn resolve(&self, at: usize, reference: &str) -> Result<char, Box<Malformed>> {
        let character = match reference {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "apos" => Some('\''),
            "quot" => Some('"'),
            _ => quick_xml::events::BytesRef::new(reference)
                .resolve_char_ref()
                .ok()
                .flatten()
                .filter(|character| is_xml_character(*character)),
        };
        character.ok_or_else(|| {
            self.malformed_at(
                at,
                "this reference is not known in XML; write the character itself, or &#160;",
            )
        })
    }

    fn doctype(&self, at: usize) -> Box<Malformed> {
        self.malformed_at(at, "a DOCTYPE is not allowed")
    }

    fn unclosed(&self) -> Box<Malformed> {
        self.malformed_at(
            self.text.len(),
            "the document ends before its elements are closed",
        )
    }

    /// The byte of the text behind what was read last.
    pub fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    fn malformed_at(&self, offset: usize, reason: impl Into<String>) -> Box<Malformed> {
        let offset = self.text.floor_char_boundary(offset);
        // What is wrong stands after the blanks that were passed over before it.
        let rest = self.text.get(offset..).unwrap_or_default();
        let offset = offset + rest.len() - rest.trim_ascii_start().len();
        let before = self.text.get(..offset).unwrap_or_default();
        let line_start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1);
        let (path, in_login) = path(before);
        // What stands in a login must not reach a log, not even as the name of a wrong entity or element; and a
        // document may be one long name.
        let reason = if in_login {
            LOGIN.to_owned()
        } else {
            cut(&reason.into(), 200)
        };
        Box::new(Malformed {
            reason,
            offset,
            line: memchr_iter(b'\n', before.as_bytes()).count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            path,
        })
    }
}

/// The attributes of a start tag as they stand, by productions 40 and 41 of XML 1.0.
///
/// By hand: quick-xml's own iterator does not ask for the blank before an attribute, and takes longer.
#[derive(Debug, Clone, Copy)]
struct Attributes<'t> {
    rest: &'t str,
}

/// One attribute as it stands.
#[derive(Debug)]
struct RawAttribute<'t> {
    name: &'t str,
    raw: &'t str,
    /// Whether its value is what it is: no reference, no blank but spaces, no `<`.
    is_plain: bool,
}

impl<'t> Attributes<'t> {
    fn next(&mut self) -> Result<Option<RawAttribute<'t>>, &'static str> {
        let trimmed = self.rest.trim_ascii_start();
        if trimmed.is_empty() {
            return Ok(None);
        }
        if trimmed.len() == self.rest.len() {
            return Err("there is no blank before an attribute");
        }
        let ends = |byte: u8| byte == b'=' || byte.is_ascii_whitespace();
        let length = trimmed.bytes().position(ends).unwrap_or(trimmed.len());
        let (name, after) = trimmed.split_at_checked(length).unwrap_or((trimmed, ""));
        if !is_name(name) {
            return Err("an attribute has no proper name");
        }
        let after = after
            .trim_ascii_start()
            .strip_prefix('=')
            .ok_or("an attribute has no value")?;
        let after = after.trim_ascii_start();
        let Some(quote @ (b'"' | b'\'')) = after.bytes().next() else {
            return Err("the value of an attribute is not in quotes");
        };
        let quoted = after.get(1..).unwrap_or_default();
        let mut is_plain = true;
        let end = quoted.bytes().position(|byte| {
            is_plain &= !matches!(byte, b'<' | b'&' | b'\t' | b'\n');
            byte == quote
        });
        let end = end.ok_or("the value of an attribute does not end")?;
        let raw = quoted.get(..end).unwrap_or_default();
        self.rest = quoted.get(end + 1..).unwrap_or_default();
        Ok(Some(RawAttribute {
            name,
            raw,
            is_plain,
        }))
    }

    /// A name that stands there more than once.
    fn twice(mut self) -> Option<&'t str> {
        let names = std::iter::from_fn(|| self.next().ok()?.map(|attribute| attribute.name));
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names
            .array_windows()
            .find(|[one, other]| one == other)
            .map(|[name, _]| *name)
    }
}

impl<'t> RawAttribute<'t> {
    /// XML 1.0, 3.3.3: blanks of every kind become spaces, references what they stand for.
    fn value(&self) -> Result<Cow<'t, str>, quick_xml::Error> {
        if self.is_plain {
            return Ok(Cow::Borrowed(self.raw));
        }
        let attribute = Attribute {
            key: QName(self.name),
            value: Cow::Borrowed(self.raw),
        };
        attribute.normalized_value(XmlVersion::Implicit1_0)
    }
}

/// The elements that are open at the end of a text, and whether that is within a login: errors are rare, so nobody
/// keeps this while reading.
fn path(before: &str) -> (String, bool) {
    let mut reader = Reader::from_str(before);
    let mut open: Vec<String> = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => open.push(start.name().into_inner().to_owned()),
            Ok(Event::End(_)) => drop(open.pop()),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    // Whatever its spelling; what looks like an element in a password is a piece of it.
    let is_secret = |name: &String| {
        let name = name.to_ascii_lowercase();
        ["auth", "login", "user", "pass", "pwd"]
            .iter()
            .any(|word| name.contains(word))
    };
    let login = open.iter().position(is_secret);
    if let Some(login) = login {
        let known = open
            .get(login + 1)
            .is_some_and(|name| matches!(name.as_str(), "username" | "password"));
        open.truncate(login + 1 + usize::from(known));
    }
    // A document nested without end must not make an error without end.
    let shown = open.iter().take(8).map(|name| cut(name, 40));
    let more = if open.len() > 8 { "/…" } else { "" };
    (
        format!("/{}{more}", shown.collect::<Vec<_>>().join("/")),
        login.is_some(),
    )
}

/// A text of at most so many characters.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// What stands where a name should, as far as it could be one. A quote in a tag makes the tag go on to the next quote,
/// through other elements and a login; they are not to be told.
fn beginning(name: &str) -> String {
    let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | '=' | '&');
    match name.split_once(ends) {
        Some((beginning, _)) => format!("{beginning}…"),
        None => name.to_owned(),
    }
}

/// XML 1.0, production 2: where the first character stands that is none of XML's.
fn illegal_character(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    // One pass that the compiler can make wide; where exactly is only asked when something is there.
    if bytes
        .iter()
        .fold(false, |found, byte| found | control(byte))
    {
        return bytes.iter().position(control);
    }
    // U+FFFE and U+FFFF; their first byte is rare.
    memchr_iter(0xEF, bytes)
        .find(|at| matches!(bytes.get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF])))
}

fn is_xml_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// XML 1.0, productions 4 to 5.
fn is_name(name: &str) -> bool {
    // Nearly every name is letters.
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return true;
    }
    let mut characters = name.chars();
    characters.next().is_some_and(begins_name)
        && characters.all(|character| {
            begins_name(character)
                || character.is_ascii_digit()
                || matches!(character, '-' | '.' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
        })
}

const fn begins_name(character: char) -> bool {
    matches!(character,
        'a'..='z' | 'A'..='Z' | '_' | ':'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}'
        | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// XML 1.0, productions 23 to 26, 32 and 80: version, then perhaps encoding, then perhaps standalone.
fn check_declaration(declaration: &str) -> Result<(), &'static str> {
    let rest = declaration.strip_prefix("xml").unwrap_or(declaration);
    let mut attributes = Attributes { rest };
    let mut expected = ["version", "encoding", "standalone"].into_iter();
    let mut is_first = true;
    while let Some(RawAttribute { name, raw, .. }) = attributes.next()? {
        if !expected.any(|known| known == name) || (is_first && name != "version") {
            return Err(
                "an XML declaration has a version, then perhaps encoding and standalone, and nothing else",
            );
        }
        is_first = false;
        let is_right = match name {
            "version" => raw.strip_prefix("1.").is_some_and(|minor| {
                !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit())
            }),
            "encoding" => {
                let mut bytes = raw.bytes();
                bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
                    && bytes.all(|byte| {
                        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
                    })
            }
            _ => matches!(raw, "yes" | "no"),
        };
        if !is_right {
            return Err("a value in the XML declaration is not one that XML has");
        }
    }
    if is_first {
        Err("an XML declaration begins with its version")
    } else {
        Ok(())
    }
}

/// What quick-xml found, and what to do.
fn in_our_words(error: &quick_xml::Error) -> String {
    use quick_xml::errors::{Error, IllFormedError};
    match error {
        Error::IllFormed(IllFormedError::UnclosedReference) => {
            "there is a bare &; write &amp;".to_owned()
        }
        Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
            format!(
                "</{}> stands where </{}> must close the element",
                beginning(found).escape_debug(),
                expected.escape_debug()
            )
        }
        Error::IllFormed(IllFormedError::UnmatchedEndTag(found)) => {
            format!("</{}> closes nothing", beginning(found).escape_debug())
        }
        Error::IllFormed(IllFormedError::DoubleHyphenInComment) => {
            "there is a -- in a comment".to_owned()
        }
        Error::IllFormed(IllFormedError::MissingDeclVersion(_)) => {
            "an XML declaration begins with its version".to_owned()
        }
        Error::Syntax(error) => error.to_string(),
        other => other.to_string(),
    }
}

/// XML 1.0, production 17: a name other than `xml` in any case.
fn is_target(target: &str) -> bool {
    is_name(target) && !target.eq_ignore_ascii_case("xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(text: &str) -> Result<(), Box<Malformed>> {
        let tolerances = &mut Tolerances::default();
        let mut cursor = Cursor::new(text, 8)?;
        cursor.root("SMS", tolerances)?;
        while cursor.child(tolerances)?.is_some() {
            cursor.text(&mut String::new(), tolerances)?;
        }
        cursor.finish()
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found =
            walk(text).map_or_else(|error| error.to_string(), |()| "well-formed".to_owned());
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn what_is_well_formed_is_read() {
        for text in [
            "<SMS/>",
            "<?xml version='1.0'?><SMS></SMS >",
            "\n<?xml version=\"1.0\" encoding=\"x\" standalone=\"yes\"?>\n<SMS a='1'  b=\"&lt;\">x</SMS>\n",
            "<!-- a --><?pi x?><SMS><a><![CDATA[<&]]]]></a>&#65;&amp;</SMS><!-- b --><?pi?>",
            "<SMS><a b='x'/><c><d/></c></SMS>",
            "<SMS><й ї='1'/></SMS>",
        ] {
            check(text, "well-formed");
        }
    }

    #[test]
    fn what_is_not_is_refused_with_its_place() {
        check("", "line 1, column 1, in /: there is no root element");
        check(
            "text",
            "line 1, column 1, in /: there is text before the root element",
        );
        check(
            "<sms/>",
            "line 1, column 1, in /: the root element is <sms>; it must be <SMS>",
        );
        check(
            "<SMS/>\n<SMS/>",
            "line 2, column 1, in /: there is a second root element",
        );
        check(
            "<SMS/>x",
            "line 1, column 7, in /: something follows the root element",
        );
        check(
            "<SMS>\n<a>",
            "line 2, column 4, in /SMS/a: the document ends before its elements are closed",
        );
        check(
            "<SMS><a>]]></a></SMS>",
            "line 1, column 9, in /SMS/a: ]]> stands in a text; write ]]&gt;",
        );
        check(
            "<SMS>\u{1}</SMS>",
            "line 1, column 6, in /SMS: this character is not allowed in XML 1.0",
        );
        check(
            "<SMS>\u{FFFE}</SMS>",
            "line 1, column 6, in /SMS: this character is not allowed in XML 1.0",
        );
        check(
            "<SMS>&#1;</SMS>",
            "line 1, column 6, in /SMS: this reference is not known in XML; write the character itself, or &#160;",
        );
        check(
            "<SMS>&nbsp;</SMS>",
            "line 1, column 6, in /SMS: this reference is not known in XML; write the character itself, or &#160;",
        );
        check(
            "<!DOCTYPE SMS><SMS/>",
            "line 1, column 1, in /: a DOCTYPE is not allowed",
        );
        check(
            "<SMS><a/><?xml version='1.0'?></SMS>",
            "line 1, column 10, in /SMS: an XML declaration stands first or not at all",
        );
        check(
            "<SMS a='<'/>",
            "line 1, column 1, in /: the attribute a has a < in it; write &lt;",
        );
        check(
            "<SMS a='1'b='2'/>",
            "line 1, column 1, in /: there is no blank before an attribute",
        );
        check(
            "<SMS><1/></SMS>",
            "line 1, column 6, in /SMS: \"1\" is no name for an element",
        );
        check(
            "<SMS><a><a><a><a><a><a><a><a/></a></a></a></a></a></a></a></SMS>",
            "line 1, column 27, in /SMS/a/a/a/a/a/a/a: elements are nested deeper than 8",
        );
        check(
            "<SMS><a></b\"<password>secret</password>\"></SMS>",
            "line 1, column 9, in /SMS/a: </b…> stands where </a> must close the element",
        );
        check(
            "</b\"<password>secret</password>\">",
            "line 1, column 1, in /: </b…> closes nothing",
        );
        check(
            "<SMS><a\"<password>secret</password>\"/></SMS>",
            "line 1, column 6, in /SMS: \"a…\" is no name for an element",
        );
        check(
            "<SMS><password>a&secret;</password></SMS>",
            "line 1, column 17, in /SMS/password: \
            the login is not well-formed XML; escape & as &amp; and < as &lt; in it",
        );
        for text in [
            "<SMS a='1' a='2'/>",
            "<SMS a=1/>",
            "<SMS a/>",
            "<SMS a='&x;'/>",
            "<SMS a='&'/>",
            "<SMS a='&#0;'/>",
            "<SMS>a & b</SMS>",
            "<SMS>a < b</SMS>",
            "<SMS></sms>",
            "<SMS><a></SMS>",
            "<SMS><!-- a -- b --></SMS>",
            "<SMS><![CDATA[x</SMS>",
            "<SMS",
            "<?xml version='1.0'?>",
            "<?xml version='1.0' banana?><SMS/>",
            "<?xml version='9'?><SMS/>",
            "<?xml version='1.0' standalone='maybe'?><SMS/>",
            "<?xml version='1.0' encoding='a' encoding='a'?><SMS/>",
            "<?xml version='1.0' standalone='no' encoding='a'?><SMS/>",
            "<?xm\u{A0} ?><SMS/>",
            "<?xml encoding='x'?><SMS/>",
            "<SMS>&#xD800;</SMS>",
            "<a:SMS xmlns:a='x'/>",
            "<SMS><!ELEMENT a></SMS>",
            "</SMS>",
            "<SMS>&#;</SMS>",
            "<SMS>&lt</SMS>",
        ] {
            assert!(walk(text).is_err(), "{text}");
        }
    }
}

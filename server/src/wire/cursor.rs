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
pub struct Tag<'a>(BytesStart<'a>);

/// What comes next inside an element.
enum Token<'a> {
    Start(Tag<'a>),
    End,
    Text(Cow<'a, str>),
    Reference(char),
    Eof,
}

impl Tag<'_> {
    /// The element's name, as it stands.
    pub fn name(&self) -> &str {
        self.0.name().into_inner()
    }

    /// Its attributes: name and value, which is normalised as XML demands. They are known to be well-formed.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let mut attributes = Attributes::of(&self.0);
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
                    if let Err(error) = declaration.version() {
                        return Err(self.malformed_at(
                            at,
                            format!("the XML declaration is not right: {error}"),
                        ));
                    }
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
                Err(self.malformed_at(at, error.to_string()))
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
        if !is_name(start.name().into_inner()) {
            let reason = format!("{:?} is no name for an element", start.name().into_inner());
            return Err(self.malformed_at(at, reason));
        }
        if !start.attributes_raw().trim_ascii().is_empty() {
            self.check_attributes(at, &start)?;
        }
        Ok(Tag(start))
    }

    fn check_attributes(&self, at: usize, start: &BytesStart<'a>) -> Result<(), Box<Malformed>> {
        let mut attributes = Attributes::of(start);
        let mut names: [&str; 2] = [""; 2];
        let mut count = 0_usize;
        while let Some(attribute) = attributes
            .next()
            .map_err(|wrong| self.malformed_at(at, wrong))?
        {
            let wrong = |reason: &str| {
                self.malformed_at(at, format!("the attribute {} {reason}", attribute.name))
            };
            if !attribute.is_plain {
                if memchr(b'<', attribute.raw.as_bytes()).is_some() {
                    return Err(wrong("has a < in it; write &lt;"));
                }
                let value = attribute
                    .value()
                    .map_err(|error| wrong(&format!("is not right: {error}")))?;
                if illegal_character(&value).is_some() {
                    return Err(wrong("has a character that XML does not allow"));
                }
            }
            if let Some(place) = names.get_mut(count) {
                *place = attribute.name;
            }
            count += 1;
        }
        let twice = match names {
            [one, other] if count == 2 => (one == other).then_some(one),
            _ if count > 2 => Attributes::of(start).twice(),
            _ => None,
        };
        match twice {
            Some(name) => {
                Err(self.malformed_at(at, format!("the attribute {name} stands there twice")))
            }
            None => Ok(()),
        }
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
            self.malformed_at(at, format!("&{}; is not known", reference.escape_debug()))
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

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    fn malformed_at(&self, offset: usize, reason: impl Into<String>) -> Box<Malformed> {
        let offset = self.text.floor_char_boundary(offset);
        // What is wrong stands after the blanks that were passed over before it.
        let rest = self.text.get(offset..).unwrap_or_default();
        let offset = offset + rest.len() - rest.trim_ascii_start().len();
        let before = self.text.get(..offset).unwrap_or_default();
        let line_start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1);
        let path = path(before);
        // What stands in a password must not reach a log, not even as the name of a wrong entity.
        let reason = if path.contains("/password") {
            "the password is not well-formed XML; escape & as &amp; and < as &lt; in it".to_owned()
        } else {
            reason.into()
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
struct Attributes<'t> {
    rest: &'t str,
}

/// One attribute as it stands.
struct RawAttribute<'t> {
    name: &'t str,
    raw: &'t str,
    /// Whether its value is what it is: no reference, no blank but spaces, no `<`.
    is_plain: bool,
}

impl<'t> Attributes<'t> {
    fn of(start: &'t BytesStart<'_>) -> Self {
        Self {
            rest: start.attributes_raw(),
        }
    }

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

/// The elements that are open at the end of a text: errors are rare, so nobody keeps this while reading.
fn path(before: &str) -> String {
    let mut reader = Reader::from_str(before);
    let mut open: Vec<String> = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                let name = start.name().into_inner();
                open.push(name.to_owned());
                // What looks like an element in a password is a piece of it.
                if name == "password" {
                    break;
                }
            }
            Ok(Event::End(_)) => drop(open.pop()),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    // A document nested without end must not make an error without end.
    let shown = open
        .iter()
        .take(8)
        .map(|name| name.chars().take(40).collect::<String>());
    let more = if open.len() > 8 { "/…" } else { "" };
    format!("/{}{more}", shown.collect::<Vec<_>>().join("/"))
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

/// XML 1.0, productions 4 to 5, with everything beyond ASCII taken for a letter.
fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    let starts =
        |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':') || byte >= 0x80;
    let continues = |byte: u8| starts(byte) || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    bytes.next().is_some_and(starts) && bytes.all(continues)
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
            "line 1, column 6, in /SMS: &#1; is not known",
        );
        check(
            "<SMS>&nbsp;</SMS>",
            "line 1, column 6, in /SMS: &nbsp; is not known",
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
            "<SMS><password>a&secret;</password></SMS>",
            "line 1, column 17, in /SMS/password: \
            the password is not well-formed XML; escape & as &amp; and < as &lt; in it",
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

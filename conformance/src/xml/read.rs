//! Bytes to tree, for replies: strict, with the position of the first thing that is wrong.
//!
//! quick-xml finds the markup. It lets pass several roots, text beside the root, illegal characters, a missing
//! end, references of any name and attributes without blanks, so all of that is checked here. The raw layout
//! stays within reach: [`Document::text`] is what was read, and every span points into it.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::charset::{self, CharsetError};
use super::grammar::{self, Problem, is_blank, is_character, is_name};
use super::tree::{Element, Node, Position, Span};

/// Elements nested deeper than this are refused (XML-09); a reply needs two.
pub const MAX_DEPTH: usize = 64;

/// A well-formed document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The XML declaration, between `<?xml` and `?>`, if there is one.
    pub declaration: Option<String>,
    /// The root element.
    pub root: Element,
    /// The charset that the bytes were read in.
    pub encoding: &'static str,
    /// Whether a byte order mark came first.
    pub byte_order_mark: bool,
    /// The whole document as characters, without the mark; spans point into it.
    pub text: String,
}

/// Why bytes are not a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The bytes are no characters.
    #[error(transparent)]
    Charset(#[from] CharsetError),
    /// The characters are no well-formed XML.
    #[error("not well-formed XML at {position}: {problem}")]
    NotWellFormed {
        /// Where it goes wrong.
        position: Position,
        /// What is wrong there.
        problem: Problem,
    },
}

impl Document {
    /// The document as written, from the start of `span` to its end.
    pub fn source(&self, span: Span) -> &str {
        self.text
            .get(span.start.offset..span.end.offset)
            .unwrap_or_default()
    }
}

/// Reads `bytes` as one document, strictly.
pub fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    let decoded = charset::decode(bytes)?;
    let text = decoded.text;
    let parts = parse(&text).map_err(|(offset, problem)| ReadError::NotWellFormed {
        position: Cursor::new(&text).advance(offset),
        problem,
    })?;
    Ok(Document {
        declaration: parts.0,
        root: parts.1,
        encoding: decoded.encoding,
        byte_order_mark: decoded.byte_order_mark,
        text,
    })
}

/// A problem and the offset at which it shows.
type Found = (usize, Problem);

fn parse(text: &str) -> Result<(Option<String>, Element), Found> {
    if let Some((offset, character)) = text.char_indices().find(|(_, c)| !is_character(*c)) {
        return Err((offset, Problem::Character(character)));
    }
    if text.starts_with('\u{FEFF}') {
        // quick-xml would silently skip a second byte order mark.
        return Err((0, Problem::TextOutsideRoot));
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().enable_all_checks(true);
    let mut builder = Builder::new(text);
    loop {
        let start = offset(reader.buffer_position());
        let event = reader.read_event().map_err(|error| {
            let problem = match error {
                quick_xml::Error::IllFormed(
                    quick_xml::errors::IllFormedError::UnclosedReference,
                ) => Problem::BareAmpersand,
                other => Problem::Markup(other.to_string()),
            };
            (offset(reader.error_position()), problem)
        })?;
        let at = |problem| (start, problem);
        let end = offset(reader.buffer_position());
        match event {
            Event::Start(tag) => {
                let element = builder.tag(start, end, tag.name().0, tag.attributes_raw())?;
                builder.open(element).map_err(at)?;
            }
            Event::Empty(tag) => {
                let element = builder.tag(start, end, tag.name().0, tag.attributes_raw())?;
                builder.open(element).map_err(at)?;
                builder.close(end).map_err(at)?;
            }
            Event::End(_) => builder.close(end).map_err(at)?,
            Event::Text(raw) => {
                if let Some(inside) = raw.find("]]>") {
                    return Err((start.saturating_add(inside), Problem::CdataEnd));
                }
                builder.text(start, &grammar::normalise_line_ends(&raw))?;
            }
            Event::GeneralRef(name) => {
                let character = grammar::resolve(&name).map_err(at)?;
                builder.reference(character).map_err(at)?;
            }
            Event::CData(raw) => {
                builder
                    .cdata(grammar::normalise_line_ends(&raw))
                    .map_err(at)?;
            }
            Event::Comment(raw) => builder.aside(Node::Comment(grammar::normalise_line_ends(&raw))),
            Event::PI(raw) => {
                if !is_name(raw.target()) || raw.target().eq_ignore_ascii_case("xml") {
                    return Err(at(Problem::Name(raw.target().to_owned())));
                }
                builder.aside(Node::Instruction(grammar::normalise_line_ends(&raw)));
            }
            Event::Decl(raw) => {
                let inside = raw.strip_prefix("xml").unwrap_or_default();
                builder.declaration(start, inside).map_err(at)?;
            }
            Event::DocType(_) => return Err(at(Problem::Doctype)),
            Event::Eof => return builder.finish(),
        }
    }
}

/// The tree while it grows: the open elements, outermost first, and the root once it is closed.
struct Builder<'t> {
    cursor: Cursor<'t>,
    open: Vec<Element>,
    root: Option<Element>,
    declaration: Option<String>,
    length: usize,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            cursor: Cursor::new(text),
            open: Vec::new(),
            root: None,
            declaration: None,
            length: text.len(),
        }
    }

    fn tag(
        &mut self,
        start: usize,
        end: usize,
        name: &str,
        attributes: &str,
    ) -> Result<Element, Found> {
        if !is_name(name) {
            return Err((start, Problem::Name(name.to_owned())));
        }
        let attributes = grammar::attributes(attributes).map_err(|(inside, problem)| {
            // Behind the `<` and the name.
            (
                start
                    .saturating_add(1)
                    .saturating_add(name.len())
                    .saturating_add(inside),
                problem,
            )
        })?;
        let start = self.cursor.advance(start);
        let end = self.cursor.advance(end);
        Ok(Element {
            attributes,
            span: Span { start, end },
            ..Element::new(name)
        })
    }

    fn open(&mut self, element: Element) -> Result<(), Problem> {
        if self.open.is_empty() && self.root.is_some() {
            return Err(Problem::SecondRoot(element.name));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Problem::Depth(MAX_DEPTH));
        }
        self.open.push(element);
        Ok(())
    }

    fn close(&mut self, end: usize) -> Result<(), Problem> {
        // quick-xml compared the names; an end without a start did not come here.
        let mut element = self
            .open
            .pop()
            .ok_or_else(|| Problem::Markup("an end tag without a start tag".to_owned()))?;
        element.span.end = self.cursor.advance(end);
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, start: usize, text: &str) -> Result<(), Found> {
        if let Some(parent) = self.open.last_mut() {
            append(parent, text);
            return Ok(());
        }
        match text.find(|c| !is_blank(c)) {
            None => Ok(()),
            Some(inside) => Err((start.saturating_add(inside), Problem::TextOutsideRoot)),
        }
    }

    fn reference(&mut self, character: char) -> Result<(), Problem> {
        let parent = self.open.last_mut().ok_or(Problem::TextOutsideRoot)?;
        append(parent, character.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn cdata(&mut self, text: String) -> Result<(), Problem> {
        let parent = self.open.last_mut().ok_or(Problem::TextOutsideRoot)?;
        parent.children.push(Node::CData(text));
        Ok(())
    }

    /// Comments and instructions beside the root are allowed and not kept.
    fn aside(&mut self, node: Node) {
        if let Some(parent) = self.open.last_mut() {
            parent.children.push(node);
        }
    }

    fn declaration(&mut self, start: usize, inside: &str) -> Result<(), Problem> {
        if start > 0 {
            return Err(Problem::LateDeclaration);
        }
        check_declaration(inside)?;
        self.declaration = Some(inside.trim_matches(is_blank).to_owned());
        Ok(())
    }

    fn finish(self) -> Result<(Option<String>, Element), Found> {
        if let Some(unclosed) = self.open.last() {
            return Err((self.length, Problem::Unclosed(unclosed.name.clone())));
        }
        let root = self.root.ok_or((self.length, Problem::NoRoot))?;
        Ok((self.declaration, root))
    }
}

/// Text that references interrupt arrives in pieces; it becomes one node.
fn append(parent: &mut Element, text: &str) {
    match parent.children.last_mut() {
        Some(Node::Text(before)) => before.push_str(text),
        Some(_) | None => parent.children.push(Node::Text(text.to_owned())),
    }
}

fn check_declaration(inside: &str) -> Result<(), Problem> {
    let wrong = |what: &str| Problem::Declaration(what.to_owned());
    let parts = grammar::attributes(inside).map_err(|(_, problem)| wrong(&problem.to_string()))?;
    let mut parts = parts.iter().peekable();
    match parts.next() {
        Some(part) if part.name == "version" && part.value == "1.0" => {}
        Some(_) | None => return Err(wrong("it must begin with version=\"1.0\"")),
    }
    if let Some(part) = parts.next_if(|part| part.name == "encoding") {
        let mut characters = part.value.chars();
        let starts_well = characters.next().is_some_and(|c| c.is_ascii_alphabetic());
        if !starts_well
            || !characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
        {
            return Err(wrong("the encoding is no name of a charset"));
        }
    }
    if let Some(part) = parts.next_if(|part| part.name == "standalone")
        && !matches!(part.value.as_str(), "yes" | "no")
    {
        return Err(wrong("standalone must be yes or no"));
    }
    match parts.next() {
        None => Ok(()),
        Some(_) => Err(wrong(
            "it holds version, encoding and standalone, in that order",
        )),
    }
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// Counts lines and columns while offsets grow, so that a long document is walked once.
struct Cursor<'t> {
    text: &'t str,
    here: Position,
}

impl<'t> Cursor<'t> {
    fn new(text: &'t str) -> Self {
        let here = Position {
            offset: 0,
            line: 1,
            column: 1,
        };
        Self { text, here }
    }

    fn advance(&mut self, offset: usize) -> Position {
        let passed = self
            .text
            .get(self.here.offset..offset.min(self.text.len()))
            .unwrap_or_default();
        for character in passed.chars() {
            if character == '\n' {
                self.here.line = self.here.line.saturating_add(1);
                self.here.column = 1;
            } else {
                self.here.column = self.here.column.saturating_add(1);
            }
        }
        self.here.offset = self.here.offset.saturating_add(passed.len());
        self.here
    }
}

#[cfg(test)]
mod tests;

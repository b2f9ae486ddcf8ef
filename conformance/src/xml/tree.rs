//! An untyped XML tree: elements, attributes, text. No schema, no gateway.
//!
//! Builders make documents to send; look-ups read replies. A tree may hold what XML does not allow (a name with
//! a blank, a [`Node::Raw`]): that is how a scenario describes a wrong document.

use super::grammar::is_blank;

/// An element with everything inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// The name as written, a prefix included.
    pub name: String,
    /// The attributes in document order.
    pub attributes: Vec<Attribute>,
    /// What is inside, in document order.
    pub children: Vec<Node>,
    /// Where it was read; all zero in a tree that was built.
    pub span: Span,
}

/// One attribute, its value unescaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name as written.
    pub name: String,
    /// The value, references resolved.
    pub value: String,
}

/// Anything inside an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A child element.
    Element(Element),
    /// Text, references resolved.
    Text(String),
    /// A CDATA section; for [`Element::text`] the same as text.
    CData(String),
    /// A comment.
    Comment(String),
    /// A processing instruction: what stands between `<?` and `?>`.
    Instruction(String),
    /// Bytes that the writer copies as they are, right or wrong. The reader never makes one.
    Raw(Vec<u8>),
}

/// Where an element stands: from its `<` to behind its last `>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The position of the first character.
    pub start: Position,
    /// The position behind the last character.
    pub end: Position,
}

/// A place in a document, after decoding and without a byte order mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Bytes of UTF-8 before it; for a document in UTF-8 that is the offset in its bytes.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
}

impl Element {
    /// An empty element.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// An element that holds nothing but text.
    pub fn leaf(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(name).with_text(text)
    }

    /// The same element with one more attribute.
    #[must_use]
    pub fn with_attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.attributes.push(Attribute {
            name: name.into(),
            value: value.into(),
        });
        self
    }

    /// The same element with one more child element.
    #[must_use]
    pub fn with_child(self, child: Self) -> Self {
        self.with_node(Node::Element(child))
    }

    /// The same element with more child elements.
    #[must_use]
    pub fn with_children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children
            .extend(children.into_iter().map(Node::Element));
        self
    }

    /// The same element with text at its end; empty text adds nothing.
    #[must_use]
    pub fn with_text(self, text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() {
            self
        } else {
            self.with_node(Node::Text(text))
        }
    }

    /// The same element with one more node of any kind.
    #[must_use]
    pub fn with_node(mut self, node: Node) -> Self {
        self.children.push(node);
        self
    }

    /// The child elements, in document order.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_)
            | Node::CData(_)
            | Node::Comment(_)
            | Node::Instruction(_)
            | Node::Raw(_) => None,
        })
    }

    /// The child elements of this name.
    pub fn children_named(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.elements().filter(move |element| element.name == name)
    }

    /// The first child element of this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.elements().find(|element| element.name == name)
    }

    /// The element that a path of names leads to, taking the first at each step.
    pub fn descend(&self, path: &[&str]) -> Option<&Self> {
        path.iter()
            .try_fold(self, |element, name| element.child(name))
    }

    /// The value of the attribute of exactly this name.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self
            .attributes
            .iter()
            .find(|attribute| attribute.name == name)?;
        Some(&found.value)
    }

    /// The text of the element itself, CDATA included, that of its children not.
    pub fn text(&self) -> String {
        let pieces = self.children.iter().filter_map(|node| match node {
            Node::Text(text) | Node::CData(text) => Some(text.as_str()),
            Node::Element(_) | Node::Comment(_) | Node::Instruction(_) | Node::Raw(_) => None,
        });
        pieces.collect()
    }

    /// What the element means, without how it was written: CDATA is text, neighbouring texts are one, comments
    /// and instructions are gone, and so are blanks beside child elements and all positions.
    #[must_use]
    pub fn canonical(&self) -> Self {
        let mut children = Vec::new();
        for node in &self.children {
            match node {
                Node::Element(element) => children.push(Node::Element(element.canonical())),
                Node::Text(text) | Node::CData(text) => match children.last_mut() {
                    Some(Node::Text(before)) => before.push_str(text),
                    Some(_) | None => children.push(Node::Text(text.clone())),
                },
                Node::Comment(_) | Node::Instruction(_) => {}
                Node::Raw(bytes) => children.push(Node::Raw(bytes.clone())),
            }
        }
        let only_text = self.elements().next().is_none();
        children.retain(|node| {
            let Node::Text(text) = node else { return true };
            !text.is_empty() && (only_text || !text.chars().all(is_blank))
        });
        Self {
            name: self.name.clone(),
            attributes: self.attributes.clone(),
            children,
            span: Span::default(),
        }
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::{Element, Node};

    fn sample() -> Element {
        Element::new("SMS")
            .with_text("\n")
            .with_child(Element::new("numbers").with_children([
                Element::leaf("number", "1").with_attribute("messageID", "a"),
                Element::leaf("number", "2"),
            ]))
            .with_node(Node::Comment("x".to_owned()))
            .with_child(
                Element::leaf("text", "a")
                    .with_node(Node::CData("<b>".to_owned()))
                    .with_text("c"),
            )
    }

    #[test]
    fn look_ups_go_by_exact_name_and_document_order() {
        let root = sample();
        let numbers: Vec<_> = root
            .child("numbers")
            .unwrap()
            .children_named("number")
            .map(Element::text)
            .collect();
        assert_eq!(numbers, ["1", "2"]);
        let first = root.descend(&["numbers", "number"]).unwrap();
        assert_eq!(first.attribute("messageID"), Some("a"));
        assert_eq!(first.attribute("messageid"), None);
        assert_eq!(root.child("text").unwrap().text(), "a<b>c");
        assert_eq!(root.child("Text"), None);
    }

    #[test]
    fn canonical_forgets_how_it_was_written() {
        let written = Element::new("SMS")
            .with_child(Element::new("numbers").with_children([
                Element::leaf("number", "1").with_attribute("messageID", "a"),
                Element::leaf("number", "2"),
            ]))
            .with_child(Element::leaf("text", "a<b>c"));
        assert_eq!(sample().canonical(), written.canonical());
        assert_ne!(Element::leaf("a", " ").canonical(), Element::new("a"));
    }
}

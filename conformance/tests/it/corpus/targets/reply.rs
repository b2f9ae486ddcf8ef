//! What an endpoint answers: the strict reader, with roxmltree as a second opinion and the writer as a third, and all
//! that looks at what was read.

use std::collections::BTreeMap;

use epochta_conformance::check::{layout, normalise};
use epochta_conformance::client::exchange::Received;
use epochta_conformance::operation::Operation;
use epochta_conformance::outcome::Outcome;
use epochta_conformance::reply::Reply;
use epochta_conformance::xml::charset::{self, Charset, CharsetError};
use epochta_conformance::xml::grammar::{Problem, normalise_line_ends};
use epochta_conformance::xml::read::{Document, ReadError, read};
use epochta_conformance::xml::style::{
    Declaration, EmptyStyle, Layout, LineEnd, Quotes, Style, TextStyle,
};
use epochta_conformance::xml::tree::{Element, Position};
use epochta_conformance::xml::write::write;
use roxmltree::Error;

/// The bytes of a body.
pub(super) fn holds(bytes: &[u8]) {
    charset::decode_lossy(bytes);
    is_judged(bytes);
    let document = match read(bytes) {
        Ok(document) => document,
        Err(ReadError::Charset(error)) => {
            let CharsetError::Invalid { valid_up_to, .. } = error else {
                return;
            };
            return assert!(valid_up_to.is_none_or(|place| place < bytes.len()));
        }
        Err(ReadError::NotWellFormed { position, problem }) => {
            let text = charset::decode(bytes).unwrap().text;
            is_position(position, &text);
            let other = roxmltree::Document::parse(&text);
            return assert!(
                other.is_err() || is_stricter(&problem, &text),
                "only roxmltree takes it: {problem}"
            );
        }
    };
    is_spanned(&document, &document.root, 0, document.text.len());
    // roxmltree leaves a CR that stands before a reference.
    match roxmltree::Document::parse(&normalise_line_ends(&document.text)) {
        Ok(other) => says_the_same(&document.root, other.root_element()),
        Err(error) => assert!(
            is_about_namespaces(&error, &document.text),
            "only roxmltree refuses it: {error}"
        ),
    }
    let root = document.root.canonical();
    for style in styles() {
        let written = write(&root, &style);
        let again =
            read(&written).unwrap_or_else(|error| panic!("{error}: {}", written.escape_ascii()));
        assert_eq!(again.root.canonical(), root, "{style:?}");
    }
    drop(Reply::from_tree(&document.root));
    layout::expected(&document);
    layout::actual(&document);
    let step = normalise::Step {
        title: "1 send",
        reply: Ok(&document.root),
    };
    let once = normalise::normalise(&[step], &BTreeMap::new());
    let step = normalise::Step {
        reply: Ok(&root),
        ..step
    };
    assert_eq!(normalise::normalise(&[step], &BTreeMap::new()), once);
}

/// Whatever was asked: it is accepted, refused or not as documented, and can be told.
fn is_judged(bytes: &[u8]) {
    let received = Received {
        status_line: "HTTP/1.1 200 OK".to_owned(),
        status: 200,
        headers: Vec::new(),
        body: bytes.to_vec(),
        raw: Vec::new(),
        surplus: Vec::new(),
    };
    let asked = Operation::GetStatus(vec!["a".to_owned()]);
    for operation in [Operation::Balance, Operation::CreditPrice, asked] {
        let outcome = Outcome::of(&operation, &received);
        assert!(!outcome.summary(&operation).is_empty());
        outcome.missing(&operation);
    }
}

fn is_position(position: Position, text: &str) {
    let before = text.get(..position.offset).unwrap();
    let last = before.rsplit('\n').next().unwrap_or_default();
    assert_eq!(position.line, before.matches('\n').count() + 1);
    assert_eq!(position.column, last.chars().count() + 1);
}

/// An element stands from its `<` to its `>`, within the one around it.
fn is_spanned(document: &Document, element: &Element, from: usize, to: usize) {
    let (start, end) = (element.span.start, element.span.end);
    assert!(from <= start.offset && end.offset <= to);
    let source = document.source(element.span);
    let begins = source
        .strip_prefix('<')
        .is_some_and(|rest| rest.starts_with(&element.name));
    assert!(begins && source.ends_with('>'), "{source}");
    is_position(start, &document.text);
    is_position(end, &document.text);
    for child in element.elements() {
        is_spanned(document, child, start.offset, end.offset);
    }
}

/// What XML 1.0 does not allow and roxmltree lets pass, or what the gateway does not have.
fn is_stricter(problem: &Problem, text: &str) -> bool {
    match problem {
        Problem::Depth(_)
        | Problem::Doctype
        | Problem::Declaration(_)
        | Problem::LateDeclaration => true,
        Problem::Reference(reference) => reference.starts_with('#'),
        Problem::Name(name) => text.contains(&format!("<?{name}")),
        // An empty prefix is nothing to it.
        _ => text.starts_with('\u{FEFF}') || text.contains("<:") || text.contains("</:"),
    }
}

/// What is wrong only to those who know namespaces, which the gateway does not.
fn is_about_namespaces(error: &Error, text: &str) -> bool {
    // A name may begin or end with a colon, but not one with a prefix.
    let is_name = matches!(error, Error::InvalidName(_)) && text.contains(':');
    is_name
        || matches!(
            error,
            Error::InvalidXmlPrefixUri(_)
                | Error::UnexpectedXmlUri(_)
                | Error::UnexpectedXmlnsUri(_)
                | Error::InvalidElementNamePrefix(_)
                | Error::DuplicatedNamespace(..)
                | Error::UnknownNamespace(..)
                | Error::NamespacesLimitReached
        )
}

/// Names, attributes and texts, all the way down. Names with a prefix are not compared.
fn says_the_same(ours: &Element, theirs: roxmltree::Node<'_, '_>) {
    let is_local = |name: &str| !name.contains(':') && name != "xmlns";
    if is_local(&ours.name) {
        assert_eq!(ours.name, theirs.tag_name().name());
    }
    if ours
        .attributes
        .iter()
        .all(|attribute| is_local(&attribute.name))
    {
        let attributes = ours.attributes.iter();
        let attributes = attributes.map(|one| (one.name.as_str(), one.value.as_str()));
        let others = theirs.attributes();
        let others = others.map(|other| (other.name(), other.value()));
        assert!(attributes.eq(others), "other attributes");
    }
    let texts = theirs.children().filter(roxmltree::Node::is_text);
    let text: String = texts.filter_map(|text| text.text()).collect();
    assert_eq!(ours.text(), text);
    let children: Vec<_> = theirs
        .children()
        .filter(roxmltree::Node::is_element)
        .collect();
    assert_eq!(ours.elements().count(), children.len());
    for (ours, theirs) in ours.elements().zip(children) {
        says_the_same(ours, theirs);
    }
}

/// Some ways of writing, each choice in one of them.
fn styles() -> [Style; 3] {
    [
        Style::default(),
        Style {
            declaration: Declaration::Standalone,
            quotes: Quotes::Single,
            text: TextStyle::CData,
            empty: EmptyStyle::Short,
            layout: Layout::Indented,
            line_end: LineEnd::CrLf,
            charset: Charset::Utf16Le,
            ..Style::default()
        },
        Style {
            quotes: Quotes::Single,
            empty: EmptyStyle::ShortWithBlank,
            layout: Layout::Compact,
            charset: Charset::Utf8,
            ..Style::default()
        },
    ]
}

//! From bytes to elements: charset, prologue, well-formedness, root and depth (XML-03 to XML-09).

use roxmltree::{Error, Node, ParsingOptions};

use super::document::{self, Document};
use super::lies::{Lie, Tongue};
use super::{charset, repair};

/// How deep elements may nest, the root included (XML-09).
const DEEPEST: usize = 64;

/// Elements that hold elements.
const PARENTS: [&str; 7] = [
    "SMS",
    "operations",
    "authentication",
    "authentification",
    "message",
    "numbers",
    "statistics",
];

/// Elements that hold text.
const LEAVES: [&str; 7] = [
    "operation",
    "username",
    "password",
    "sender",
    "text",
    "number",
    "messageid",
];

/// A document that cannot be read.
#[derive(Clone, Debug)]
pub(crate) struct Unreadable {
    /// What is wrong with it.
    pub(crate) wrong: Wrong,
    /// Its text, as far as there is one.
    pub(crate) text: String,
}

/// What can be wrong with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// It is not well-formed, or its bytes are not of its charset (XML-04, XML-08).
    Malformed,
    /// It has a DOCTYPE (XML-06).
    Doctype,
    /// It has no root at all.
    Empty,
    /// It is well-formed, but not one of ours (XML-09).
    Foreign,
}

/// Reads a document.
pub(crate) fn read(
    bytes: &[u8],
    content_type: Option<&str>,
    tongue: Tongue,
) -> Result<Document, Unreadable> {
    let text = charset::decode(bytes, content_type, tongue).ok_or_else(|| Unreadable {
        wrong: Wrong::Malformed,
        text: String::new(),
    })?;
    let read = prologue(&text, tongue).and_then(|prepared| match parse(&prepared, tongue) {
        // Only what is well-formed is told otherwise, and only what is not is repaired.
        Ok(document) => {
            repair::told(&prepared, tongue).map_or(Ok(document), |told| parse(&told, tongue))
        }
        Err(Wrong::Malformed) => match repair::repaired(&prepared, tongue) {
            Some(repaired) => parse(&repaired, tongue),
            None => Err(Wrong::Malformed),
        },
        Err(wrong @ (Wrong::Doctype | Wrong::Empty | Wrong::Foreign)) => Err(wrong),
    });
    read.map_err(|wrong| Unreadable { wrong, text })
}

/// The document from its declaration on (XML-03).
fn prologue(text: &str, tongue: Tongue) -> Result<String, Wrong> {
    let trimmed = text.trim_start_matches([' ', '\t', '\r', '\n']);
    let declaration = trimmed
        .strip_prefix("<?xml")
        .filter(|rest| rest.starts_with([' ', '\t', '\r', '\n']))
        .and_then(|rest| rest.split_once("?>"));
    let tail = text.trim_end_matches([' ', '\t', '\r', '\n']).len();
    let refused = [
        (Lie::CarriageReturnsRefused, text.contains("\r\n")),
        (
            Lie::TrailingBlanksRefused,
            !matches!(&text[tail..], "" | "\n" | "\r\n"),
        ),
        (Lie::FinalLineFeedDemanded, !text.ends_with('\n')),
        (Lie::DeclarationDemanded, declaration.is_none()),
    ];
    let refused_of_declaration = |inside: &str| {
        [
            (Lie::DeclarationRefused, true),
            (
                Lie::BlanksBeforeDeclarationRefused,
                trimmed.len() < text.len(),
            ),
            (Lie::EncodingDemanded, !inside.contains("encoding")),
            (Lie::SingleQuotesRefused, inside.contains('\'')),
            (Lie::StandaloneRefused, inside.contains("standalone")),
        ]
    };
    let mut refused = refused.to_vec();
    refused.extend(
        declaration
            .iter()
            .flat_map(|(inside, _)| refused_of_declaration(inside)),
    );
    if refused
        .iter()
        .any(|&(lie, holds)| tongue.tells(lie) && holds)
    {
        return Err(Wrong::Malformed);
    }
    // Charset detection took one byte order mark away; the parser would take another.
    if text.starts_with('\u{FEFF}') {
        return Err(Wrong::Malformed);
    }
    Ok(match declaration {
        // The parser knows a declaration only by a blank.
        Some((inside, rest)) => format!("<?xml {}?>{rest}", &inside[1..]),
        None => text.to_owned(),
    })
}

fn parse(text: &str, tongue: Tongue) -> Result<Document, Wrong> {
    if text.trim().is_empty() {
        return Err(Wrong::Empty);
    }
    let has_entities = text.contains("<!ENTITY");
    let options = ParsingOptions {
        allow_dtd: (tongue.tells(Lie::DoctypeAccepted) && !has_entities)
            || (tongue.tells(Lie::EntitiesExpanded) && has_entities),
        ..ParsingOptions::default()
    };
    let tree = match roxmltree::Document::parse_with_options(text, options) {
        Ok(tree) => tree,
        // Namespaces are beyond this protocol: a prefix is a part of a name.
        Err(Error::UnknownNamespace(prefix, _)) => {
            return parse(&repair::bound(text, &prefix)?, tongue);
        }
        Err(Error::DtdDetected) => return Err(Wrong::Doctype),
        Err(Error::NoRootNode) => return Err(Wrong::Empty),
        Err(_) => return Err(Wrong::Malformed),
    };
    if repair::has_impossible_reference(text) || has_reserved_instruction(&tree) {
        return Err(Wrong::Malformed);
    }
    judge(&tree, tongue)?;
    Ok(document::read(tree.root_element(), tongue))
}

/// Whether it is a document of this protocol.
fn judge(tree: &roxmltree::Document<'_>, tongue: Tongue) -> Result<(), Wrong> {
    let root = name(tree.root_element());
    let in_namespace = tree.root_element().default_namespace().is_some();
    let is_root = (root == "SMS" && !(in_namespace && tongue.tells(Lie::NamespaceRefused)))
        || (root.eq_ignore_ascii_case("SMS") && tongue.tells(Lie::RootCaseIgnored))
        || tongue.tells(Lie::AnyRootAccepted);
    let too_deep = (!tongue.tells(Lie::DeepNestingAccepted) && is_deeper(tree, DEEPEST))
        || (tongue.tells(Lie::NestingLimitIsFive) && is_deeper(tree, 4));
    let refused = [
        (
            Lie::CommentsRefused,
            has_comment as fn(&roxmltree::Document<'_>) -> bool,
        ),
        (Lie::ShortElementsRefused, has_short_element),
        (Lie::UnknownElementsRefused, has_unknown_element),
        (Lie::UnknownAttributesRefused, has_unknown_attribute),
        (Lie::StrayTextRefused, has_stray_text),
        (Lie::OrderDemanded, is_in_other_order),
    ];
    let is_refused = refused
        .iter()
        .any(|&(lie, holds)| tongue.tells(lie) && holds(tree));
    if is_root && !too_deep && !is_refused {
        Ok(())
    } else {
        Err(Wrong::Foreign)
    }
}

/// Whether there is an instruction `XML`, which the parser lets pass unless it is in lower case.
fn has_reserved_instruction(tree: &roxmltree::Document<'_>) -> bool {
    let mut instructions = tree.descendants().filter_map(|node| node.pi());
    instructions.any(|instruction| instruction.target.eq_ignore_ascii_case("xml"))
}

/// Whether elements nest deeper than this, the root included.
fn is_deeper(tree: &roxmltree::Document<'_>, levels: usize) -> bool {
    let mut elements = tree.descendants().filter(Node::is_element);
    elements.any(|node| {
        node.ancestors()
            .filter(Node::is_element)
            .nth(levels)
            .is_some()
    })
}

fn has_comment(tree: &roxmltree::Document<'_>) -> bool {
    tree.descendants().any(|node| node.is_comment())
}

fn has_short_element(tree: &roxmltree::Document<'_>) -> bool {
    let mut elements = tree.descendants().filter(Node::is_element);
    elements.any(|node| source(node).ends_with("/>"))
}

fn has_unknown_element(tree: &roxmltree::Document<'_>) -> bool {
    let mut elements = tree.descendants().filter(Node::is_element);
    elements.any(|node| !PARENTS.contains(&name(node)) && !LEAVES.contains(&name(node)))
}

fn has_unknown_attribute(tree: &roxmltree::Document<'_>) -> bool {
    let mut attributes = tree.descendants().flat_map(|node| node.attributes());
    attributes.any(|attribute| {
        !["messageid", "variables"].contains(&attribute.name().to_ascii_lowercase().as_str())
    })
}

fn has_stray_text(tree: &roxmltree::Document<'_>) -> bool {
    let mut texts = tree.descendants().filter(Node::is_text);
    texts.any(|text| {
        let parent = text.parent().unwrap();
        PARENTS.contains(&name(parent)) && !text.text().unwrap().trim().is_empty()
    })
}

fn is_in_other_order(tree: &roxmltree::Document<'_>) -> bool {
    let place = |node: &Node<'_, '_>| match name(*node) {
        "operations" | "username" | "sender" => Some(0),
        "authentication" | "authentification" | "password" | "text" => Some(1),
        "message" => Some(2),
        "numbers" => Some(3),
        "statistics" => Some(4),
        _ => None,
    };
    let mut elements = tree.descendants().filter(Node::is_element);
    elements.any(|parent| {
        !parent
            .children()
            .filter_map(|child| place(&child))
            .is_sorted()
    })
}

/// The name of an element as it is written, prefix and all; nothing for what is no element.
pub(crate) fn name<'a>(node: Node<'a, '_>) -> &'a str {
    if !node.is_element() {
        return "";
    }
    let tag = source(node).strip_prefix('<').unwrap();
    let end = tag.find(|sign: char| sign.is_ascii_whitespace() || matches!(sign, '/' | '>'));
    &tag[..end.unwrap_or(tag.len())]
}

/// What stands between the tags of an element, as it is written.
pub(crate) fn inside(node: Node<'_, '_>) -> String {
    let element = source(node);
    let start = element.find('>').map_or(element.len(), |end| end + 1);
    let end = element.rfind("</").unwrap_or(element.len());
    element.get(start..end).unwrap_or_default().to_owned()
}

fn source<'a>(node: Node<'a, '_>) -> &'a str {
    &node.document().input_text()[node.range()]
}

/// The text with its references resolved, once more than is right.
pub(crate) fn resolve(text: &str) -> String {
    let wrapped = format!("<a>{}</a>", text.replace('<', "&lt;"));
    match roxmltree::Document::parse(&wrapped) {
        Ok(tree) => tree.root_element().text().unwrap_or_default().to_owned(),
        Err(_) => text.to_owned(),
    }
}

//! How the document of a reply is written: one content in all the ways that mean the same to a reader of XML (CLIENT-05).

use clap::ValueEnum;

use crate::xml::style::{
    ByteOrderMark, Declaration, EmptyStyle, Layout as Breaks, LineEnd, Quotes, Style, TextStyle,
};
use crate::xml::tree::{Attribute, Element, Node};
use crate::xml::write::write;

/// A way to write a reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Layout {
    /// As the gateway does (REPLY-02, REPLY-08).
    #[default]
    Lines,
    /// In one line.
    OneLine,
    /// With blanks before each element.
    Indented,
    /// With CR LF behind each line.
    Crlf,
    /// With blanks around values and inside tags.
    Blanks,
    /// With the attributes of a row, and the elements of a response, the other way round.
    AttributesReversed,
    /// With single quotes.
    SingleQuotes,
    /// With comments between the elements.
    Comments,
    /// With values in CDATA sections.
    Cdata,
    /// With character references for what need not be escaped.
    References,
    /// With a byte order mark.
    ByteOrderMark,
    /// Without a declaration.
    NoDeclaration,
    /// With elements and attributes that nobody knows.
    UnknownElements,
    /// With an end tag for each row, and short tags for what is empty otherwise.
    Paired,
    /// With blank lines and a comment behind the root.
    Trailing,
}

/// The document of a reply.
pub fn lay_out(root: &Element, layout: Layout) -> Vec<u8> {
    let plain = Style {
        // A report without rows stands in two tags.
        empty: if root.elements().next().is_some() {
            EmptyStyle::ShortWithBlank
        } else {
            EmptyStyle::Pair
        },
        ..Style::default()
    };
    let with = |change: &dyn Fn(&mut Style)| {
        let mut style = plain.clone();
        change(&mut style);
        write(root, &style)
    };
    match layout {
        Layout::Lines => write(root, &plain),
        Layout::OneLine => with(&|style| style.layout = Breaks::Compact),
        Layout::Indented => with(&|style| style.layout = Breaks::Indented),
        Layout::Crlf => with(&|style| style.line_end = LineEnd::CrLf),
        Layout::SingleQuotes => with(&|style| style.quotes = Quotes::Single),
        Layout::Cdata => with(&|style| style.text = TextStyle::CData),
        Layout::ByteOrderMark => with(&|style| style.byte_order_mark = ByteOrderMark::Present),
        Layout::NoDeclaration => with(&|style| style.declaration = Declaration::Absent),
        Layout::Paired => with(&|style| {
            style.empty = if root.elements().next().is_some() {
                EmptyStyle::Pair
            } else {
                EmptyStyle::Short
            };
        }),
        Layout::Blanks => in_tags(&write(
            &mapped(root, &|text| format!(" {text}\n"), &kept),
            &plain,
        )),
        Layout::AttributesReversed => write(&reversed(root), &plain),
        Layout::Comments => write(&commented(root), &plain),
        Layout::UnknownElements => write(&with_strangers(root), &plain),
        Layout::References => {
            // The writer would escape the ampersand of a reference.
            const AMPERSAND: &str = "\u{E000}";
            let referred = |text: &str| -> String {
                let letters = text.chars();
                letters
                    .map(|letter| format!("{AMPERSAND}#{};", u32::from(letter)))
                    .collect()
            };
            let bytes = write(&mapped(root, &referred, &referred), &plain);
            String::from_utf8_lossy(&bytes)
                .replace(AMPERSAND, "&")
                .into_bytes()
        }
        Layout::Trailing => {
            let mut bytes = write(root, &plain);
            bytes.extend_from_slice(b"\n\n<!-- 0.012 s -->\r\n \n");
            bytes
        }
    }
}

fn kept(text: &str) -> String {
    text.to_owned()
}

/// The same tree with other texts and other values of attributes.
fn mapped(
    element: &Element,
    text: &dyn Fn(&str) -> String,
    value: &dyn Fn(&str) -> String,
) -> Element {
    let mut copy = element.clone();
    for attribute in &mut copy.attributes {
        attribute.value = value(&attribute.value);
    }
    copy.children = element
        .children
        .iter()
        .map(|node| match node {
            Node::Element(child) => Node::Element(mapped(child, text, value)),
            Node::Text(found) | Node::CData(found) => Node::Text(text(found)),
            Node::Comment(_) | Node::Instruction(_) | Node::Raw(_) => node.clone(),
        })
        .collect();
    copy
}

/// A blank before the end of every tag: `>` stands nowhere else.
fn in_tags(document: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(document);
    let spaced = text.replace('>', " >");
    // Those ends are one piece.
    spaced
        .replace("? >", "?>")
        .replace("/ >", "/>")
        .into_bytes()
}

fn reversed(element: &Element) -> Element {
    let mut copy = element.clone();
    copy.attributes.reverse();
    // The order of rows means something.
    let is_report = element.children_named("message").next().is_some();
    copy.children = element
        .children
        .iter()
        .map(|node| match node {
            Node::Element(child) => Node::Element(reversed(child)),
            Node::Text(_)
            | Node::CData(_)
            | Node::Comment(_)
            | Node::Instruction(_)
            | Node::Raw(_) => node.clone(),
        })
        .collect();
    if !is_report && element.elements().next().is_some() {
        copy.children.reverse();
    }
    copy
}

/// A comment before each element, which holds what must not be taken for one.
fn commented(element: &Element) -> Element {
    let mut copy = element.clone();
    copy.children = element
        .children
        .iter()
        .flat_map(|node| {
            let comment = Node::Comment(" <status>-1</status> <message id=\"x\"/> ".to_owned());
            [comment, node.clone()]
        })
        .collect();
    copy
}

/// Elements and attributes of a later revision.
fn with_strangers(element: &Element) -> Element {
    let mut copy = element.clone();
    for node in &mut copy.children {
        let Node::Element(row) = node else { continue };
        if row.name == "message" {
            let attribute = |name: &str, value: &str| Attribute {
                name: name.to_owned(),
                value: value.to_owned(),
            };
            row.attributes.insert(0, attribute("parts", "1"));
            row.attributes.push(attribute("operator", "unknown"));
        }
    }
    let stranger = Element::new("server").with_children([
        Element::leaf("name", "gate-7"),
        Element::leaf("time", "0.012"),
    ]);
    copy.children.insert(0, Node::Element(stranger));
    copy.with_child(Element::leaf("request", "17").with_attribute("unit", "none"))
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::{Layout, lay_out};
    use crate::check::layout;
    use crate::reply::Reply;
    use crate::xml::read::read;
    use crate::xml::tree::Element;

    fn samples() -> [Element; 3] {
        let row = |id: &str, status: &str| {
            Element::new("message")
                .with_attribute("id", id)
                .with_attribute("sentdate", "2026-01-02 03:04:05")
                .with_attribute("donedate", "0000-00-00 00:00:00")
                .with_attribute("status", status)
        };
        [
            Element::new("RESPONSE").with_children([
                Element::leaf("status", "1"),
                Element::leaf("credits", "0.682"),
                Element::leaf("amount", "0.28"),
                Element::leaf("currency", "UAH"),
            ]),
            Element::new("deliveryreport").with_children([row("a&\"<'b", "SENT"), row("c", "0")]),
            Element::new("deliveryreport"),
        ]
    }

    #[test]
    fn every_layout_means_the_same_and_only_one_is_the_gateways() {
        for sample in samples() {
            let meant = Reply::from_tree(&sample).unwrap();
            let mut seen = std::collections::BTreeSet::new();
            for layout in Layout::value_variants() {
                let bytes = lay_out(&sample, *layout);
                let document =
                    read(&bytes).unwrap_or_else(|error| panic!("{layout:?}: {error}: {bytes:?}"));
                let found = Reply::from_tree(&document.root).unwrap();
                assert_eq!(found, meant, "{layout:?}");
                seen.insert(bytes);
                if *layout == Layout::Lines {
                    assert_eq!(layout::actual(&document), layout::expected(&document));
                }
            }
            // Not everything can be written in every way: a report without rows has no values.
            assert!(seen.len() >= 9, "{}", seen.len());
        }
    }
}

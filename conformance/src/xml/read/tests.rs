//! What the reader takes and refuses, with roxmltree as a third opinion, and the round trip with the writer.

use proptest::prelude::{Strategy, any, prop, prop_oneof};
use proptest::{prop_assert_eq, proptest};

use super::{Document, MAX_DEPTH, read};
use crate::xml::charset::Charset;
use crate::xml::grammar::is_character;
use crate::xml::style::{
    ByteOrderMark, Declaration, EmptyStyle, Layout, LineEnd, Quotes, Style, TextStyle,
};
use crate::xml::tree::{Attribute, Element, Node};
use crate::xml::write::write;

/// Documents that are well-formed.
const RIGHT: &[&str] = &[
    "<a/>",
    "<a></a>",
    "<a />",
    "<a\n></a >",
    "<?xml version=\"1.0\"?><a/>",
    "<?xml version='1.0' encoding='utf-8' standalone='no' ?>\r\n<a/>\r\n",
    "\u{FEFF}<a/>",
    "\n <a/> \n",
    "<!-- x --><a/><!-- y -->",
    "<?php x?><a><?y?></a>",
    "<a>x &amp; y &lt; &#65; &#x41F;</a>",
    "<a>]] > ></a>",
    "<a><![CDATA[<b> & ]] >]]></a>",
    "<a b='1' c=\"2\"/>",
    "<a b='>'/>",
    "<a b = '1'/>",
    "<имя атрибут='да'/>",
    "<a.b-c_d1/>",
    "<a><b/><b/>text<c/></a>",
];

/// Documents that are not, with what the message must hold.
const WRONG: &[(&str, &str)] = &[
    ("", "line 1, column 1: there is no root element"),
    ("  \n", "no root element"),
    ("<!-- x -->", "no root element"),
    ("hello", "line 1, column 1: text outside the root"),
    ("<a/>\n x", "line 2, column 2: text outside the root"),
    ("x<a/>", "text outside the root"),
    ("<a/>&amp;", "text outside the root"),
    ("<a/><![CDATA[]]>", "text outside the root"),
    ("\u{FEFF}\u{FEFF}<a/>", "text outside the root"),
    ("<a/><b/>", "line 1, column 5: a second root element <b>"),
    ("<a>", "line 1, column 4: the document ends inside <a>"),
    ("<a><b></b>", "ends inside <a>"),
    (
        "<a>\n<b></a></b>",
        "line 2, column 4: ill-formed document: expected `</b>`",
    ),
    ("</a>", "does not match any open tag"),
    ("<a/></a>", "does not match any open tag"),
    ("<a></A>", "expected `</a>`"),
    ("<a", "tag not closed"),
    ("<a><![CDATA[x</a>", "CDATA not closed"),
    ("<a><!-- x</a>", "comment not closed"),
    ("<a><!-- x -- y --></a>", "forbidden string `--`"),
    ("<a>x & y</a>", "line 1, column 6: a bare &"),
    ("<a>&</a>", "a bare &"),
    ("<a>&amp</a>", "a bare &"),
    (
        "<a>&nbsp;</a>",
        "line 1, column 4: the unknown reference &nbsp;",
    ),
    ("<a>&#1;</a>", "the character U+0001"),
    ("<a>&#xD800;</a>", "unknown reference"),
    ("<a>\u{1}</a>", "line 1, column 4: the character U+0001"),
    ("<a>\u{FFFF}</a>", "the character U+FFFF"),
    ("<a>x ]]> y</a>", "line 1, column 6: \"]]>\" in text"),
    (
        "<a b='1' b='2'/>",
        "line 1, column 10: the attribute \"b\" stands twice",
    ),
    ("<a b=1/>", "attributes must read"),
    ("<a b/>", "attributes must read"),
    ("<a b='1'c='2'/>", "with blanks between"),
    ("<a b='<'/>", "a < in the value"),
    ("<a b='x & y'/>", "a bare &"),
    ("< a/>", "is not an XML name"),
    ("<1a/>", "\"1a\" is not an XML name"),
    ("<a<b/>", "is not an XML name"),
    ("<>x</>", "is not an XML name"),
    ("<a></a b>", "expected `</a>`"),
    ("<!DOCTYPE a><a/>", "line 1, column 1: a DOCTYPE"),
    ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "a DOCTYPE"),
    (
        "\n<?xml version='1.0'?><a/>",
        "line 2, column 1: an XML declaration anywhere but",
    ),
    (
        "<a/><?xml version='1.0'?>",
        "an XML declaration anywhere but",
    ),
    (
        "<?xml version='1.0'?><?xml version='1.0'?><a/>",
        "an XML declaration anywhere but",
    ),
    ("<?XML version='1.0'?><a/>", "\"XML\" is not an XML name"),
    ("<?xml?><a/>", "it must begin with version"),
    ("<?xml encoding='utf-8'?><a/>", "it must begin with version"),
    (
        "<?xml version='1.0' standalone='maybe'?><a/>",
        "standalone must be yes or no",
    ),
    (
        "<?xml version='1.0' standalone='no' encoding='utf-8'?><a/>",
        "in that order",
    ),
    ("<?xml version='1.0'><a/>", "not closed"),
];

/// Documents that roxmltree lets pass: a reference to half a surrogate pair, a reserved instruction, and the
/// inside of a declaration, none of which XML 1.0 allows.
const STRICTER: &[&str] = &[
    "<a>&#xD800;</a>",
    "<?XML version='1.0'?><a/>",
    "<?xml?><a/>",
    "<?xml version='1.0' standalone='maybe'?><a/>",
];

#[test]
fn what_is_well_formed_is_read() {
    for text in RIGHT {
        let found = read(text.as_bytes());
        assert!(found.is_ok(), "{text:?}: {found:?}");
        assert!(
            roxmltree::Document::parse(text).is_ok(),
            "roxmltree refuses {text:?}"
        );
    }
}

#[test]
fn what_is_not_well_formed_says_what_and_where() {
    for (text, expected) in WRONG {
        let message = read(text.as_bytes()).expect_err(text).to_string();
        assert!(message.contains(expected), "{text:?}: {message}");
    }
}

#[test]
fn roxmltree_refuses_what_we_refuse_but_for_four() {
    let lenient: Vec<_> = WRONG
        .iter()
        .map(|(text, _)| *text)
        .filter(|text| roxmltree::Document::parse(text).is_ok())
        .collect();
    assert_eq!(lenient, STRICTER);
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    assert!(read(nested(MAX_DEPTH).as_bytes()).is_ok());
    let error = read(nested(200_000).as_bytes()).unwrap_err().to_string();
    assert!(error.ends_with("nested deeper than 64"), "{error}");
}

fn document(text: &str) -> Document {
    read(text.as_bytes()).unwrap()
}

#[test]
fn a_recorded_reply_reads_as_what_it_says() {
    let reply = document(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<deliveryreport>\n\
         <message id=\"a&amp;b\" sentdate=\"0000-00-00 00:00:00\" status=\"0\" />\n</deliveryreport>\n",
    );
    assert_eq!(
        reply.declaration.as_deref(),
        Some("version=\"1.0\" encoding=\"UTF-8\"")
    );
    let row = reply.root.child("message").unwrap();
    assert_eq!(row.attribute("id"), Some("a&b"));
    assert_eq!((row.span.start.line, row.span.start.column), (3, 1));
    assert!(
        reply
            .source(row.span)
            .starts_with("<message id=\"a&amp;b\"")
    );
    assert!(reply.source(row.span).ends_with("status=\"0\" />"));
    assert!(reply.source(reply.root.span).ends_with("</deliveryreport>"));
}

#[test]
fn text_comes_whole_with_line_ends_normalised() {
    let root = document("<a>x\r\ny&#13;&amp;z<![CDATA[\r<b>]]>!</a>").root;
    assert_eq!(root.text(), "x\ny\r&z\n<b>!");
    assert_eq!(root.children.len(), 3);
}

#[test]
fn columns_count_characters_not_bytes() {
    let error = read("<a>Привет & всё</a>".as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "not well-formed XML at line 1, column 11: a bare &, which must be written &amp;"
    );
}

fn text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => prop::char::range('a', 'z'),
        2 => prop::char::range('А', 'я'),
        3 => prop::sample::select(vec!['&', '<', '>', '"', '\'', ']', ' ', '\n', '\r', '\t', '%', '-']),
        1 => any::<char>().prop_filter("XML does not allow it", |c| is_character(*c)),
    ];
    prop::collection::vec(character, 0..12).prop_map(|characters| characters.into_iter().collect())
}

fn tree() -> impl Strategy<Value = Element> {
    let name = "[A-Za-z_][A-Za-z0-9_.-]{0,6}";
    let head = move || (name, prop::collection::btree_map(name, text(), 0..3));
    let build = |(name, attributes): (String, std::collections::BTreeMap<String, String>),
                 children| Element {
        attributes: attributes
            .into_iter()
            .map(|(name, value)| Attribute { name, value })
            .collect(),
        children,
        ..Element::new(name)
    };
    let leaf = (head(), text()).prop_map(move |(head, text)| build(head, vec![Node::Text(text)]));
    leaf.prop_recursive(4, 24, 5, move |inner| {
        let node = prop_oneof![
            3 => inner.prop_map(Node::Element),
            2 => text().prop_map(Node::Text),
            1 => text().prop_map(Node::CData),
            1 => "[a-z -]{0,8}".prop_map(Node::Comment),
        ];
        (head(), prop::collection::vec(node, 0..5))
            .prop_map(move |(head, children)| build(head, children))
    })
}

fn style() -> impl Strategy<Value = Style> {
    use prop::sample::select;
    (
        select(vec![Declaration::Encoding, Declaration::Standalone]),
        select(vec![Quotes::Double, Quotes::Single]),
        select(vec![TextStyle::Escaped, TextStyle::CData]),
        select(vec![
            EmptyStyle::Pair,
            EmptyStyle::Short,
            EmptyStyle::ShortWithBlank,
        ]),
        select(vec![Layout::Lines, Layout::Indented, Layout::Compact]),
        select(vec![LineEnd::Lf, LineEnd::CrLf]),
        select(Charset::ALL.to_vec()),
        select(vec![ByteOrderMark::IfNeeded, ByteOrderMark::Present]),
    )
        .prop_map(
            |(declaration, quotes, text, empty, layout, line_end, charset, byte_order_mark)| {
                Style {
                    declaration,
                    quotes,
                    text,
                    empty,
                    layout,
                    line_end,
                    charset,
                    byte_order_mark,
                }
            },
        )
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(tree in tree(), style in style()) {
        let bytes = write(&tree, &style);
        let found = read(&bytes).map_err(|error| {
            proptest::test_runner::TestCaseError::fail(format!("{error}: {:?}", String::from_utf8_lossy(&bytes)))
        })?;
        prop_assert_eq!(found.root.canonical(), tree.canonical());
        if let Ok(text) = std::str::from_utf8(&bytes) {
            proptest::prop_assert!(roxmltree::Document::parse(text).is_ok(), "{}", text);
        }
    }

    #[test]
    fn any_bytes_get_a_verdict_that_roxmltree_shares(text in "[<>/a&;!?='\" \\[\\]x#1-]{0,16}") {
        let ours = read(text.as_bytes()).is_ok();
        let theirs = roxmltree::Document::parse(&text).is_ok();
        prop_assert_eq!(ours, theirs, "{}", text);
    }
}

//! What continuous integration reads: well-formed whatever was said, in the elements that all readers know.
//! `conformance/tests/junit.xsd` says the same for tools that validate.

use insta::assert_snapshot;
use roxmltree::{Document, Node};

use super::sample::{Sample, hostile, sample};
use super::tell;
use crate::report::junit::Junit;

fn written(sample: &Sample) -> String {
    let mut out = Vec::new();
    tell(&mut Junit::new(&mut out), sample);
    String::from_utf8(out).unwrap()
}

fn count(node: Node<'_, '_>, name: &str) -> usize {
    node.descendants()
        .filter(|one| one.has_tag_name(name))
        .count()
}

/// The attributes that an element must have, and the elements that may be in it.
fn rules(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        "testsuites" => (&["tests", "failures", "errors", "time"], &["testsuite"]),
        "testsuite" => (
            &["name", "tests", "failures", "errors", "skipped", "time"],
            &["properties", "testcase"],
        ),
        "testcase" => (
            &["name", "classname", "time", "file", "line"],
            &["properties", "failure", "error", "skipped", "system-out"],
        ),
        "properties" => (&[], &["property"]),
        "property" => (&["name", "value"], &[]),
        "failure" | "error" | "skipped" => (&["type", "message"], &[]),
        "system-out" => (&[], &[]),
        other => panic!("no reader knows <{other}>"),
    }
}

#[track_caller]
fn check(text: &str) {
    let document = Document::parse(text).unwrap();
    assert!(document.root_element().has_tag_name("testsuites"));
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        let (attributes, children) = rules(name);
        for attribute in attributes {
            assert!(
                node.has_attribute(*attribute),
                "<{name}> has no {attribute}"
            );
        }
        for child in node.children().filter(Node::is_element) {
            assert!(
                children.contains(&child.tag_name().name()),
                "{child:?} in <{name}>"
            );
        }
        if matches!(name, "testsuites" | "testsuite") {
            for (attribute, element) in [
                ("tests", "testcase"),
                ("failures", "failure"),
                ("errors", "error"),
                ("skipped", "skipped"),
            ] {
                let said = node.attribute(attribute).unwrap();
                assert_eq!(
                    said,
                    count(node, element).to_string(),
                    "{attribute} of {name}"
                );
            }
        }
    }
}

#[test]
fn every_verdict_has_its_form() {
    assert_snapshot!(written(&sample()));
}

#[test]
fn readers_find_what_they_know() {
    check(&written(&sample()));
}

#[test]
fn no_text_breaks_the_document() {
    let every: String = (0..0x1_0000)
        .chain([0x1_F600, 0x10_FFFF])
        .filter_map(char::from_u32)
        .filter(|character| character.is_control() || !character.is_alphanumeric())
        .collect();
    check(&written(&hostile("]]></failure><x a=\"'&")));
    for part in every.chars().collect::<Vec<_>>().chunks(200) {
        check(&written(&hostile(&part.iter().collect::<String>())));
    }
}

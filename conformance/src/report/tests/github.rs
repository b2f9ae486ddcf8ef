//! What GitHub is told, and that nobody else can tell it something.

use insta::assert_snapshot;

use super::sample::{Sample, hostile, sample};
use super::tell;
use crate::report::github::Github;

fn written(sample: &Sample) -> String {
    let mut out = Vec::new();
    tell(&mut Github::new(&mut out), sample);
    String::from_utf8(out).unwrap()
}

#[test]
fn a_check_that_did_not_hold_is_a_line() {
    assert_snapshot!(written(&sample()));
}

#[test]
fn no_text_ends_a_command_or_begins_one() {
    let text = written(&hostile("a%\r\n::error file=x::b,c:d"));
    for line in text.lines() {
        let (properties, _) = line[2..].split_once("::").unwrap();
        let (command, properties) = properties.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&command), "{line}");
        let names: Vec<_> = properties
            .split(',')
            .map(|property| property.split_once('=').unwrap().0)
            .collect();
        assert_eq!(names, ["file", "line", "col", "title"], "{line}");
        assert!(!properties.contains(':'), "{line}");
    }
}

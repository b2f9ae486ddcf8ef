//! What a program reads, event by event.

use insta::assert_snapshot;
use serde_json::Value;

use super::sample::{hostile, sample};
use super::tell;
use crate::report::json_lines::{JsonLines, schema};

fn written(sample: &super::sample::Sample) -> String {
    let mut out = Vec::new();
    tell(&mut JsonLines::new(&mut out), sample);
    String::from_utf8(out).unwrap()
}

#[test]
fn an_event_is_a_line() {
    assert_snapshot!(written(&sample()));
}

#[test]
fn a_line_has_what_the_schema_requires() {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    let variants = schema["oneOf"].as_array().unwrap();
    for line in written(&hostile("\u{0}\n\u{2028}\"")).lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let event = &line["event"];
        let variant = variants
            .iter()
            .find(|variant| variant["properties"]["event"]["const"] == *event)
            .unwrap();
        let mut required = keys(variant);
        if let Some(reference) = variant["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap();
            required.extend(keys(&schema["$defs"][name]));
        }
        assert!(required.len() > 3, "{variant}");
        for key in required {
            assert!(line.get(key).is_some(), "{event} has no {key}");
        }
    }
}

fn keys(schema: &Value) -> Vec<&str> {
    let required = schema["required"].as_array().into_iter().flatten();
    required.map(|key| key.as_str().unwrap()).collect()
}

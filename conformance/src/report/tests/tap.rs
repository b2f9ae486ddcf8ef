//! What a harness reads, by a parser that forgives nothing.

use insta::assert_snapshot;
use serde_yaml::Value;

use super::sample::{Sample, hostile, sample};
use super::tell;
use crate::report::tap::Tap;
use crate::run::event::Verdict;

fn written(sample: &Sample) -> String {
    let mut out = Vec::new();
    tell(&mut Tap::new(&mut out), sample);
    String::from_utf8(out).unwrap()
}

/// A test point: whether it is ok, its description, its directive, its YAML.
#[derive(Debug)]
struct Point {
    ok: bool,
    description: String,
    directive: Option<(String, String)>,
    yaml: Option<Value>,
}

fn parse(text: &str) -> Vec<Point> {
    let mut lines = text.strip_suffix('\n').unwrap().split('\n').peekable();
    assert_eq!(lines.next(), Some("TAP version 14"));
    let plan: usize = lines
        .next()
        .unwrap()
        .strip_prefix("1..")
        .unwrap()
        .parse()
        .unwrap();
    let mut points: Vec<Point> = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with("# ") {
            continue;
        }
        if line == "  ---" {
            let mut yaml = String::new();
            loop {
                match lines.next().unwrap() {
                    "  ..." => break,
                    "" => yaml.push('\n'),
                    line => {
                        yaml.push_str(line.strip_prefix("  ").unwrap());
                        yaml.push('\n');
                    }
                }
            }
            let point = points.last_mut().unwrap();
            assert!(point.yaml.is_none());
            point.yaml = Some(serde_yaml::from_str(&yaml).unwrap());
            continue;
        }
        let (ok, rest) = match line.strip_prefix("not ok ") {
            Some(rest) => (false, rest),
            None => (true, line.strip_prefix("ok ").unwrap()),
        };
        let (number, rest) = rest.split_once(" - ").unwrap();
        assert_eq!(number, (points.len() + 1).to_string());
        let (description, directive) = split(rest);
        let directive = directive.map(|directive| {
            let (word, reason) = directive.split_once(' ').unwrap();
            assert!(["SKIP", "TODO"].contains(&word), "{line}");
            (word.to_owned(), reason.to_owned())
        });
        points.push(Point {
            ok,
            description,
            directive,
            yaml: None,
        });
    }
    assert_eq!(points.len(), plan);
    points
}

/// The two sides of the first ` # ` that is not escaped, unescaped.
fn split(text: &str) -> (String, Option<String>) {
    let (mut sides, mut side) = (Vec::new(), String::new());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => side.push(
                characters
                    .next()
                    .filter(|next| "\\#".contains(*next))
                    .unwrap(),
            ),
            '#' => sides.push(std::mem::take(&mut side)),
            other => side.push(other),
        }
    }
    sides.push(side);
    assert!(sides.len() <= 2, "{text}");
    let directive = sides
        .get(1)
        .map(|side| side.strip_prefix(' ').unwrap().to_owned());
    (sides[0].trim_end().to_owned(), directive)
}

#[test]
fn every_verdict_has_its_form() {
    assert_snapshot!(written(&sample()));
}

#[test]
fn a_strict_parser_finds_every_case() {
    for mut sample in [sample(), hostile("a # TODO \\b\n  ...\nnot ok 1 - x\u{1b}")] {
        let points = parse(&written(&sample));
        sample.cases.sort_by(|one, other| one.id.cmp(&other.id));
        for (case, point) in sample.cases.iter().zip(&points) {
            let word = point.directive.as_ref().map(|(word, _)| word.as_str());
            let expected = match &case.verdict {
                Verdict::Passed => (true, None, false),
                Verdict::Warned => (true, None, true),
                Verdict::Failed | Verdict::Stale(_) | Verdict::Errored(_) => (false, None, true),
                Verdict::Known(_) => (false, Some("TODO"), true),
                Verdict::Skipped(_) => (true, Some("SKIP"), false),
            };
            assert_eq!(
                (point.ok, word, point.yaml.is_some()),
                expected,
                "{point:?}"
            );
            assert!(
                point
                    .description
                    .starts_with(case.id.split('\n').next().unwrap())
            );
        }
    }
}

#[test]
fn a_case_that_never_ended_is_missing() {
    let mut sample = sample();
    sample.planned.selected += 1;
    assert!(written(&sample).starts_with("TAP version 14\n1..14\n"));
}

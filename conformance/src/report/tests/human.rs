//! What a person sees, on a terminal and elsewhere.

use insta::assert_snapshot;

use super::sample::{Sample, hostile, sample};
use super::tell;
use crate::report::human::{Colours, Human, Surface};
use crate::run::event::Verdict;

fn written(sample: &Sample, surface: Surface, colours: Colours) -> String {
    let mut out = Vec::new();
    tell(&mut Human::new(&mut out, surface, colours), sample);
    String::from_utf8(out).unwrap()
}

/// What is left on a terminal: a line that is taken back is written over.
fn left(written: &str) -> String {
    let line = |line: &str| -> String {
        let mut cells: Vec<char> = Vec::new();
        for part in line.split('\r') {
            let part: Vec<char> = part.chars().collect();
            let kept = cells.split_off(part.len().min(cells.len()));
            cells = part.into_iter().chain(kept).collect();
        }
        cells.into_iter().collect::<String>().trim_end().to_owned()
    };
    written.lines().map(|one| line(one) + "\n").collect()
}

#[test]
fn every_verdict_has_its_form() {
    assert_snapshot!(written(&sample(), Surface::File, Colours::Off));
}

#[test]
fn a_terminal_is_left_with_the_same_lines() {
    let terminal = written(&sample(), Surface::Terminal, Colours::Off);
    assert!(terminal.starts_with("0/13  http"));
    assert!(terminal.contains("\r3/13, 2 failed  "), "{terminal:?}");
    assert_eq!(
        left(&terminal),
        written(&sample(), Surface::File, Colours::Off)
    );
}

#[test]
fn without_colours_there_is_no_escape_sequence() {
    let hostile = hostile("\u{1b}[2J\u{9b}1A\u{202e}\r\u{8}");
    let strip = |written: String| written.replace(['\n', '\r'], "");
    for surface in [Surface::Terminal, Surface::File] {
        let text = strip(written(&hostile, surface, Colours::Off));
        assert!(
            !text.contains(|c: char| c.is_control() || c == '\u{202e}'),
            "{text:?}"
        );
    }
    let coloured = written(&hostile, Surface::File, Colours::On);
    assert!(!coloured.contains(['\r', '\u{9b}', '\u{8}']));
    let sequences = coloured.split('\u{1b}').skip(1);
    for sequence in sequences {
        let (code, _) = sequence.split_once('m').unwrap();
        assert!(
            ["[0", "[1", "[2", "[31", "[32", "[33", "[36", "[1;31"].contains(&code),
            "{code:?}"
        );
    }
}

#[test]
fn what_passes_is_not_mentioned() {
    let mut sample = sample();
    sample.cases.retain(|case| case.verdict == Verdict::Passed);
    assert_snapshot!(
        written(&sample, Surface::File, Colours::On),
        @"selected 1 / ran 1 / passed 1 / failed 0 / known 0 / skipped 0"
    );
}

#[test]
fn the_last_line_is_the_summary() {
    let sample = sample();
    for surface in [Surface::Terminal, Surface::File] {
        for colours in [Colours::On, Colours::Off] {
            let text = written(&sample, surface, colours);
            let last = text.strip_suffix('\n').unwrap().rsplit(['\n', '\r']).next();
            assert_eq!(last, Some(sample.summary().to_string().as_str()));
        }
    }
}

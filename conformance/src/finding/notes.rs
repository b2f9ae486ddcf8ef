//! Where the judges of a request write what they looked at and what they found; and the words in which values are shown in
//! details. Nothing is judged here.

use std::collections::BTreeSet;
use std::ops::Range;

use super::said::{Said, Value};
use super::{Asked, Evidence, Finding};
use crate::report::text::{shortened, spelled};
use crate::run::redaction::digits_but_four;
use crate::stand_in::received::Received;

/// How much of a value stands in a detail.
const LONGEST_QUOTE: usize = 40;

/// How many bytes are kept around the marks of evidence: more than is shown, so that a secret that is cut by this is not
/// among what is shown.
const KEPT: usize = 4096;

/// A request with all that is known about it.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'h> {
    /// As it came.
    pub received: &'h Received,
    /// What it says.
    pub said: &'h Said,
    /// What was asked for, if the kit asked.
    pub asked: Option<&'h Asked>,
}

/// What was looked at and found.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    /// What was found, in order.
    pub findings: Vec<Finding>,
    /// The rules that could have been broken.
    pub looked: BTreeSet<&'static str>,
}

impl Notes {
    /// This rule could be broken here.
    pub fn look(&mut self, rule: &'static str) {
        self.looked.insert(rule);
    }

    /// This rule is broken, by this request.
    pub fn found(
        &mut self,
        rule: &'static str,
        request: usize,
        detail: impl Into<String>,
        evidence: Option<Evidence>,
    ) {
        self.look(rule);
        self.findings.push(Finding {
            rule,
            detail: detail.into(),
            evidence,
            request: Some(request),
        });
    }

    /// Whether this rule was found broken.
    pub fn has(&self, rule: &str) -> bool {
        self.findings.iter().any(|finding| finding.rule == rule)
    }
}

impl Evidence {
    /// The part of the bytes around the mark.
    pub fn at(label: &str, bytes: &[u8], mark: Range<usize>) -> Self {
        Self::around(label, bytes, vec![mark])
    }

    /// The part of the bytes around the marks.
    pub fn around(label: &str, bytes: &[u8], mut marks: Vec<Range<usize>>) -> Self {
        marks.sort_by_key(|mark| mark.start);
        marks.truncate(8);
        let first = marks.first().map_or(0, |mark| mark.start);
        let start = first.saturating_sub(KEPT);
        // Marks far behind the first one are left out.
        let end = first.saturating_add(KEPT).min(bytes.len());
        let marks = marks
            .into_iter()
            .filter(|mark| mark.start <= end)
            .map(|mark| {
                let within = |place: usize| place.min(end).saturating_sub(start);
                within(mark.start)..within(mark.end)
            });
        Self {
            label: label.to_owned(),
            marks: marks.collect(),
            bytes: bytes.get(start..end).unwrap_or_default().to_vec(),
            offset: start,
        }
    }
}

impl Heard<'_> {
    /// Which request it is.
    pub fn number(&self) -> usize {
        self.received.number
    }

    /// The body with a mark.
    pub fn body(&self, mark: Range<usize>) -> Evidence {
        self.body_marks(vec![mark])
    }

    /// The body with marks.
    pub fn body_marks(&self, marks: Vec<Range<usize>>) -> Evidence {
        Evidence::around("the body", &self.received.body, marks)
    }

    /// The document, decoded, with a mark in [`Said::source`].
    pub fn document(&self, mark: Range<usize>) -> Evidence {
        self.document_marks(vec![mark])
    }

    /// The document, decoded, with marks in [`Said::source`].
    pub fn document_marks(&self, marks: Vec<Range<usize>>) -> Evidence {
        let mut evidence = Evidence::around("the document", self.said.source.as_bytes(), marks);
        evidence.offset = evidence.offset.saturating_add(self.said.before);
        evidence
    }

    /// The document with the content of an element marked.
    pub fn element(&self, value: &Value) -> Evidence {
        self.document(content(&self.said.source, &value.span))
    }

    /// The request line, all of it marked that stands in this place.
    pub fn line(&self, mark: Range<usize>) -> Evidence {
        let head = &self.received.head;
        let end = head.iter().position(|byte| *byte == b'\n');
        let line = head.get(..end.unwrap_or(head.len())).unwrap_or_default();
        Evidence::around("the request line", line.trim_ascii_end(), vec![mark])
    }
}

/// Where the content of an element stands: without its tags.
pub fn content(source: &str, span: &Range<usize>) -> Range<usize> {
    let element = source.get(span.clone()).unwrap_or_default();
    let start = element
        .find('>')
        .map_or(0, |place| place.saturating_add(1))
        .saturating_add(span.start);
    let end = element.rfind("</").unwrap_or(element.len());
    start..end.saturating_add(span.start).max(start)
}

/// A value in a detail, in quotes; the middle of a long one is left out.
pub fn quoted(text: &str) -> String {
    format!("«{}»", spelled(&shortened(text, LONGEST_QUOTE)))
}

/// A number in a detail: the last four digits only.
pub fn number(text: &str) -> String {
    quoted(&digits_but_four(text))
}

/// So many of something: `1 part`, `2 parts`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// A character in a detail, with its code point where it cannot be told by its looks.
pub fn character(character: char) -> String {
    if character.is_ascii_graphic() {
        format!("«{character}»")
    } else {
        format!(
            "«{}» (U+{:04X})",
            spelled(character.encode_utf8(&mut [0; 4])),
            u32::from(character)
        )
    }
}

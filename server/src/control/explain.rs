//! Why a request was answered as it was, in plain words: read once more from its bytes, which is all that it takes.

use super::mask;
use crate::gateway::account::Mode;
use crate::gateway::effect::{Hurt, Placed};
use crate::gateway::money::Credits;
use crate::space::Space;
use crate::space::hidden;
use crate::space::journal::Entry;
use crate::wire::form::{self, NoDocument, Transport};
use crate::wire::tolerance::{Tolerance, Tolerances};
use crate::wire::{self, Unreadable};

/// The explanation, sentence by sentence.
pub(super) fn lines(space: &Space, entry: &Entry) -> Vec<String> {
    let mut lines = vec![arrival(entry)];
    lines.extend(
        entry
            .reading
            .transport
            .map(|transport| carried(transport).to_owned()),
    );
    lines.extend(
        entry
            .reading
            .charset
            .map(|charset| format!("Its bytes were read as {charset} (XML-04).")),
    );
    lines.extend(entry.reading.tolerances.iter().map(tolerated));
    if entry.bytes.method() == "POST" {
        let max_depth = space.config().limits.max_depth;
        if let (_, Err(reason)) =
            wire::read(entry.bytes.content_type(), entry.bytes.body(), max_depth)
        {
            lines.extend(unreadable(space, entry, &reason));
        }
    }
    if entry.bytes.method() != "POST" {
        lines.push("The document has to come by POST, in the form field XML; its body was not read (FORM-11).".to_owned());
    }
    lines.extend(verdict(entry));
    let is_hidden = space.config().mask_numbers;
    lines
        .iter()
        .map(|line| hidden::numbers(line, is_hidden))
        .collect()
}

fn arrival(entry: &Entry) -> String {
    let label = match entry.bytes.content_type() {
        Some(label) => format!("labelled {:?}", mask::label(label)),
        None => "without a Content-Type".to_owned(),
    };
    format!(
        "It came by {} to {}, {label}, with {} bytes.",
        entry.bytes.method(),
        entry.bytes.path(),
        entry.bytes.body().len()
    )
}

const fn carried(transport: Transport) -> &'static str {
    match transport {
        Transport::Multipart => "The document is the part XML of a multipart form (FORM-03).",
        Transport::Urlencoded => {
            "The document is the field XML of a percent-encoded form (FORM-04)."
        }
        Transport::Unescaped => {
            "The document is the field XML of a form in which nothing is escaped (FORM-05): + became blanks, & ends it, \
             %41 would become A."
        }
        Transport::Raw => "The document is the body itself, without a form (FORM-06).",
    }
}

fn tolerated(tolerance: Tolerance) -> String {
    let what = match tolerance {
        Tolerance::OtherPath => "the path is not the documented one",
        Tolerance::Unescaped => {
            "nothing in the form is percent-encoded; use your library's form encoding"
        }
        Tolerance::NoField => "the document does not stand in the form field XML",
        Tolerance::HandMadeMultipart => {
            "the multipart body is not one that a library builds: bare line feeds, or no end"
        }
        Tolerance::PlusBecameBlank => "a + in the form became a blank, as PHP reads it; write %2B",
        Tolerance::StrayPercent => {
            "a % in the form begins no escape, and stayed as it is; write %25"
        }
        Tolerance::CutAtAmpersand => {
            "an & ended the field XML, as PHP reads it, and what followed was lost; write %26"
        }
        Tolerance::RepeatedField => {
            "the field XML stands there more than once; the last one counts"
        }
        Tolerance::HeaderCharset => {
            "the charset of the HTTP header is not the document's; the document's counts"
        }
        Tolerance::ByteOrderMark => "the document begins with a byte order mark",
        Tolerance::BlanksBeforeDeclaration => "blanks stand before the XML declaration",
        Tolerance::Authentification => {
            "the login stands in <authentification>; the document says <authentication>, and both are read"
        }
        Tolerance::IdAttributeCase => {
            "the id attribute is spelt otherwise than messageId or messageID"
        }
        Tolerance::Unknown => {
            "there are elements or attributes that the gateway does not know; they were ignored"
        }
        Tolerance::StrayText => "there is text between elements; it was ignored",
        Tolerance::SeveralNumbers => "there are several <numbers>; they count together",
        Tolerance::RepeatedElement => {
            "an element that may stand once stands there again; the first counts"
        }
        Tolerance::NumberMarks => {
            "a number has a plus, blanks, dashes or brackets; they were stripped"
        }
    };
    format!("Tolerated: {what} ({}).", tolerance.clause())
}

fn unreadable(space: &Space, entry: &Entry, reason: &Unreadable) -> Vec<String> {
    let mut lines = vec![format!("It could not be read: {reason}")];
    match reason {
        Unreadable::Malformed(malformed) => {
            lines.push(format!(
                "That is byte {} of its text, from 0.",
                malformed.offset
            ));
            if entry.reading.tolerances.has(Tolerance::CutAtAmpersand) {
                lines.push(cut_off(space, entry));
            }
        }
        Unreadable::NoDocument(
            NoDocument::NoField | NoDocument::OtherCase | NoDocument::OtherLabel,
        ) => {
            lines.push("Send the document as the form field XML: XML=… under application/x-www-form-urlencoded.".to_owned());
        }
        Unreadable::NoDocument(_) | Unreadable::NotText(_) | Unreadable::Operation(_) => {}
    }
    lines
}

/// What PHP's reading left of the document; of the masked one, and not if that is masked there.
fn cut_off(space: &Space, entry: &Entry) -> String {
    let mut of_no_interest = Tolerances::default();
    let body = mask::body(space, entry);
    let document = form::document(entry.bytes.content_type(), &body, &mut of_no_interest);
    let end = document.ok().and_then(|(_, document)| {
        let text = String::from_utf8_lossy(&document).into_owned();
        let skipped = text.chars().count().saturating_sub(30);
        let end: String = text.chars().skip(skipped).collect();
        (!end.contains('*')).then(|| format!("; what is left ends with {end:?}"))
    });
    let end = end.unwrap_or_default();
    format!(
        "PHP took an & in the unescaped form for the end of the field, so the document arrived without its end{end}."
    )
}

fn verdict(entry: &Entry) -> Vec<String> {
    let verdict = &entry.verdict;
    let mut lines = Vec::new();
    let account = verdict.account.as_deref().unwrap_or("nobody");
    lines.push(match &verdict.reason {
        _ if verdict.operation == "-" => format!("It was answered {}.", verdict.result),
        Some(reason) => format!(
            "{} of {account} was answered {}: {reason}.",
            verdict.operation, verdict.result
        ),
        None => format!(
            "{} of {account} was answered {}.",
            verdict.operation, verdict.result
        ),
    });
    if let Some(cause) = &verdict.cause {
        lines.push(format!("What became of it was decided by the {cause}."));
    }
    if verdict.messages > 0 {
        let why = match (verdict.mode, verdict.charged) {
            (Some(Mode::Simulate), _) => ", because the account is in simulate mode",
            (Some(Mode::Test), Credits::ZERO) => ", because the account is in test mode",
            _ => "",
        };
        lines.push(format!(
            "Messages: {}; charged: {} credits{why}.",
            verdict.messages, verdict.charged
        ));
    }
    if verdict.skipped > 0 {
        lines.push(format!("{} of what was asked for was passed over: numbers that are not valid (SEND-07), or ids that nothing has (STATUS-03).", verdict.skipped));
    }
    if verdict.ended > 0 {
        lines.push(format!("{} messages ended at once: no tariff covers their number (MONEY-05), or the sender is none (SEND-10).", verdict.ended));
    }
    if let Some(hurt) = &verdict.hurt {
        lines.extend(hurt_lines(hurt, verdict.messages));
    }
    lines
}

/// What was done to the reply, by what, and what was done in spite of it.
fn hurt_lines(hurt: &Hurt, messages: u32) -> Vec<String> {
    let mut lines = vec![format!("The reply {}.", hurt.effect)];
    if let Some(fault) = &hurt.fault {
        let placed = match hurt.placed {
            Placed::Before => "before anything happened: nothing of the request was kept",
            Placed::After if messages > 0 => {
                "after everything had happened: to send it again is to send it twice"
            }
            Placed::After => "after everything had happened",
        };
        lines.push(format!("The fault {fault} did that, {placed}."));
    }
    lines
}

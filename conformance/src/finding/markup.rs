//! Judges whether a document is XML that says what was meant: values that were not escaped, or twice, CDATA that ends too
//! early (XML-05, XML-06, XML-08, XML-09).

use std::ops::Range;

use super::encoding::words;
use super::leaves::{reference, sections, unclosed, unescaped};
use super::notes::{Heard, Notes, character, quoted};
use super::said::{Said, Value};
use crate::xml::grammar::{Problem, resolve};
use crate::xml::read::ReadError;

/// What stands in values that were escaped once too often.
const ESCAPES: &[(&str, &str)] = &[
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&#039;", "'"),
    ("&#34;", "\""),
    ("&amp;", "&"),
];

/// Judges one request.
pub fn judge(heard: &Heard<'_>, notes: &mut Notes) {
    let said = heard.said;
    let (Some(read), Some(_)) = (&said.read, &said.carried) else {
        return;
    };
    if said.source.trim().is_empty() {
        return;
    }
    for rule in ["text-not-escaped", "malformed", "doctype", "double-escaped"] {
        notes.look(rule);
    }
    if said.source.contains("<![CDATA[") {
        notes.look("cdata-broken");
    }
    match read {
        Ok(_) => whole(heard, notes),
        Err(_) if said.uncut.is_some() => whole(heard, notes),
        Err(ReadError::Charset(_)) => {}
        Err(ReadError::NotWellFormed { position, problem }) => {
            // What the form cut cannot be blamed for its end, but for what stands before it.
            broken(heard, position.offset, problem, notes);
        }
    }
}

/// A document that is well-formed.
fn whole(heard: &Heard<'_>, notes: &mut Notes) {
    let said = heard.said;
    notes.look("wrong-root");
    if let Some(document) = said.document()
        && document.root.name != "SMS"
    {
        let name = &document.root.name;
        notes.found(
            "wrong-root",
            heard.number(),
            format!(
                "the root element is <{}>, not <SMS>",
                crate::report::text::spelled(name)
            ),
            Some(heard.document(named(&document.root.span, name.len()))),
        );
    }
    for (name, value) in values(said) {
        if let Some(inner) = &value.element {
            notes.found(
                "text-not-escaped",
                heard.number(),
                format!("<{name}> holds the element <{inner}>: what should be text is taken for markup, and is not sent"),
                Some(inner_mark(heard, value, inner)),
            );
            return;
        }
    }
    if let Some((mark, place)) = sections(&said.source) {
        notes.found(
            "cdata-broken",
            heard.number(),
            format!(
                "the ]]> at byte {place} of the document ends the CDATA section inside <{mark}>"
            ),
            Some(heard.document(place..place.saturating_add(3))),
        );
    }
    double(heard, notes);
    read_as_reference(heard, notes);
}

/// Where the name of an element stands, with its `<`.
fn named(span: &crate::xml::tree::Span, length: usize) -> Range<usize> {
    span.start.offset..span.start.offset.saturating_add(length).saturating_add(1)
}

fn inner_mark(heard: &Heard<'_>, value: &Value, inner: &str) -> super::Evidence {
    let element = heard
        .said
        .source
        .get(value.span.clone())
        .unwrap_or_default();
    let place = element.find(&format!("<{inner}")).unwrap_or_default();
    let start = value.span.start.saturating_add(place);
    heard.document(start..start.saturating_add(inner.len()).saturating_add(1))
}

/// The values that others wrote, with the names of their elements.
fn values(said: &Said) -> impl Iterator<Item = (&'static str, &Value)> {
    let singles = [
        ("username", &said.username),
        ("password", &said.password),
        ("sender", &said.sender),
        ("text", &said.text),
    ];
    let singles = singles
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_ref()?)));
    let numbers = said
        .recipients
        .iter()
        .map(|recipient| ("number", &recipient.number));
    let ids = said.ids.iter().map(|id| ("messageid", id));
    singles.chain(numbers).chain(ids)
}

/// A document that is not well-formed: the reason that says most.
fn broken(heard: &Heard<'_>, offset: usize, problem: &Problem, notes: &mut Notes) {
    let said = heard.said;
    let source = said.source.as_str();
    let at = |place: usize| place.saturating_add(said.before);
    if *problem == Problem::Doctype {
        let place = source.find("<!DOCTYPE").unwrap_or(offset);
        notes.found(
            "doctype",
            heard.number(),
            format!("there is a DOCTYPE at byte {} of the document", at(place)),
            Some(heard.document(place..place.saturating_add(9))),
        );
        return;
    }
    if source.starts_with("&lt;") {
        notes.found(
            "double-escaped",
            heard.number(),
            "the document as a whole is escaped: it begins with &lt; instead of <",
            Some(heard.document(0..4)),
        );
        return;
    }
    if let Some((name, place)) = sections(source) {
        notes.found(
            "cdata-broken",
            heard.number(),
            format!(
                "the ]]> at byte {} of the document ends the CDATA section inside <{name}>",
                at(place)
            ),
            Some(heard.document(place..place.saturating_add(3))),
        );
        return;
    }
    let cut = notes.has("form-cut");
    if let Some(found) = unescaped(source) {
        let place = found.place;
        let sign = source.get(place..).and_then(|rest| rest.chars().next());
        let sign = sign.map_or_else(String::new, character);
        let sign = sign.trim_matches(['«', '»']).to_owned();
        notes.found(
            "text-not-escaped",
            heard.number(),
            format!(
                "the {sign} at byte {} of the document, in {}, {}",
                at(place),
                found.inside,
                found.why
            ),
            Some(heard.document(place..place.saturating_add(found.length))),
        );
        return;
    }
    if let Some((name, place)) = unclosed(source).filter(|_| !cut)
        && asked_specials(heard)
    {
        notes.found(
            "text-not-escaped",
            heard.number(),
            format!(
                "<{name}> at byte {} of the document holds markup that belongs to its text: {problem}",
                at(place)
            ),
            Some(heard.document(offset..offset.saturating_add(1))),
        );
        return;
    }
    let detail = if source.starts_with("%3C") || source.starts_with("%3c") {
        "the document is percent-encoded twice: after decoding it begins with %3C".to_owned()
    } else {
        let (line, column) = line_and_column(source, offset);
        format!(
            "{problem}, at byte {} of the document (line {line}, column {column})",
            at(offset)
        )
    };
    notes.found(
        "malformed",
        heard.number(),
        super::secrets::hidden(&detail),
        Some(heard.document(offset..offset.saturating_add(1))),
    );
}

fn line_and_column(source: &str, offset: usize) -> (usize, usize) {
    let before = source.get(..offset).unwrap_or(source);
    let line = before.matches('\n').count().saturating_add(1);
    let last = before.rsplit('\n').next().unwrap_or_default();
    (line, last.chars().count().saturating_add(1))
}

/// Whether a word that was asked holds what would be taken for markup.
fn asked_specials(heard: &Heard<'_>) -> bool {
    let Some(asked) = heard.asked else {
        return false;
    };
    super::turn::given(asked)
        .iter()
        .any(|word| word.contains('<') && heard.said.source.contains(word.as_str()))
}

/// Values that arrive with their escapes.
fn double(heard: &Heard<'_>, notes: &mut Notes) {
    let said = heard.said;
    if let Some(asked) = heard.asked {
        let found = words(asked, said).into_iter().any(|(asked, said)| {
            said != asked && again(&said) != said && again(&said).trim() == asked.trim()
        });
        if !found {
            return;
        }
    }
    for (name, value) in values(said) {
        let Some((escape, sign)) = ESCAPES
            .iter()
            .find(|(escape, _)| value.text.contains(escape))
        else {
            continue;
        };
        let element = said.source.get(value.span.clone()).unwrap_or_default();
        let written = [escape.replace('&', "&amp;"), (*escape).to_owned()];
        let place = written
            .iter()
            .find_map(|written| Some((element.find(written.as_str())?, written.len())));
        let (place, length) = place.unwrap_or((0, 1));
        let start = value.span.start.saturating_add(place);
        let how = if value.cdata {
            "in CDATA nothing is escaped"
        } else {
            "it was escaped twice"
        };
        notes.found(
            "double-escaped",
            heard.number(),
            format!("<{name}> says {escape} where {sign} was meant: {how}"),
            Some(heard.document(start..start.saturating_add(length))),
        );
        return;
    }
}

/// The text unescaped once more.
fn again(text: &str) -> String {
    ESCAPES
        .iter()
        .fold(text.to_owned(), |text, (escape, sign)| {
            text.replace(escape, sign)
        })
}

/// Values that were asked with something that looks like a reference, and arrive as what it stands for.
fn read_as_reference(heard: &Heard<'_>, notes: &mut Notes) {
    let Some(asked) = heard.asked else {
        return;
    };
    let found = words(asked, heard.said)
        .into_iter()
        .find(|(asked, said)| asked != said && resolved(asked) == *said);
    if let Some((asked, _)) = found
        && Some(asked.as_str()) != heard.asked.map(|asked| asked.credentials.password.expose())
    {
        notes.found(
            "text-not-escaped",
            heard.number(),
            format!("{} was asked, and its & is taken for the beginning of a reference: it must be written &amp;", quoted(&asked)),
            heard.said.text.as_ref().map(|text| heard.element(text)),
        );
    }
}

/// The text with its references resolved.
fn resolved(text: &str) -> String {
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest
        .find('&')
        .and_then(|place| rest.split_at_checked(place))
    {
        resolved.push_str(before);
        let length = reference(from);
        let name = length.and_then(|length| from.get(1..length.saturating_sub(1)));
        match (length, name.map(resolve)) {
            (Some(length), Some(Ok(character))) => {
                resolved.push(character);
                rest = from.get(length..).unwrap_or_default();
            }
            (Some(_) | None, Some(_) | None) => {
                resolved.push('&');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    resolved.push_str(rest);
    resolved
}

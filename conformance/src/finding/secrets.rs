//! What must not be shown of requests whose login nobody told the kit: it is looked up in the requests themselves, and in
//! the markup of those that cannot be read.

use std::collections::BTreeSet;
use std::ops::Range;

use super::said::Said;
use crate::operation::Credentials;
use crate::password::{MASK, Password};
use crate::run::redaction::{Redaction, digits_but_four};
use crate::stand_in::received::Received;

/// Of more numbers than this only those in `<number>` are hidden; a search for all of them would take too long.
const MOST_NUMBERS: usize = 500;

/// The logins and numbers of requests.
pub fn heard<'r>(requests: impl IntoIterator<Item = &'r Received>) -> Redaction {
    let mut accounts: Vec<Credentials> = Vec::new();
    let mut numbers: BTreeSet<String> = BTreeSet::new();
    for received in requests {
        let said = Said::of(received);
        if let Some(password) = &said.password {
            let account = Credentials {
                username: said.username.map(|name| name.text).unwrap_or_default(),
                password: Password::new(password.text.clone()),
            };
            if !accounts.contains(&account) {
                accounts.push(account);
            }
        }
        for recipient in &said.recipients {
            if numbers.len() < MOST_NUMBERS {
                numbers.insert(recipient.number.text.clone());
            }
        }
    }
    Redaction::new(&accounts, numbers.iter().map(String::as_str))
}

/// Everything that is hidden in bytes: what `redaction` knows, and what stands where secrets stand. In order, and apart
/// from each other.
pub fn places(bytes: &[u8], redaction: &Redaction) -> Vec<(Range<usize>, Vec<u8>)> {
    let mut found = redaction.places(bytes);
    found.extend(marked_up(bytes));
    found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut apart: Vec<(Range<usize>, Vec<u8>)> = Vec::new();
    for (range, shown) in found {
        match apart.last_mut() {
            Some((before, _)) if range.end <= before.end => {}
            Some((before, mask)) if range.start < before.end => {
                before.end = range.end;
                *mask = MASK.as_bytes().to_vec();
            }
            Some(_) | None => apart.push((range, shown)),
        }
    }
    apart
}

/// A text without passwords and numbers that stand in markup.
pub fn hidden(text: &str) -> String {
    let mut shown = Vec::new();
    let mut from = 0_usize;
    for (range, mask) in places(text.as_bytes(), &Redaction::new([], [])) {
        shown.extend_from_slice(text.as_bytes().get(from..range.start).unwrap_or_default());
        shown.extend_from_slice(&mask);
        from = range.end;
    }
    shown.extend_from_slice(text.as_bytes().get(from..).unwrap_or_default());
    String::from_utf8_lossy(&shown).into_owned()
}

/// How markup may be written: as it is, percent-encoded once or twice, escaped.
const OPENINGS: &[(&str, &str)] = &[
    ("<", ">"),
    ("%3C", "%3E"),
    ("%253C", "%253E"),
    ("&lt;", "&gt;"),
    ("%26lt%3B", "%26gt%3B"),
];

/// How the end of an element may begin.
const CLOSINGS: &[&str] = &["</", "%3C%2F", "%3C/", "%253C%252F", "&lt;/", "%26lt%3B%2F"];

/// By what a document can be told from other bodies.
const MARKUP: &[&str] = &[
    "<sms",
    "<?xml",
    "<password",
    "%3csms",
    "%3c%3fxml",
    "%3c?xml",
    "%3cpassword",
];

/// Fields of forms, queries and JSON that hold a password.
const FIELDS: &[&str] = &["password", "passwd", "pass", "pwd"];

fn marked_up(bytes: &[u8]) -> Vec<(Range<usize>, Vec<u8>)> {
    let lower = bytes.to_ascii_lowercase();
    let mut found = Vec::new();
    for (open, end) in OPENINGS {
        for range in contents(&lower, open, end, "password") {
            found.push((range, MASK.as_bytes().to_vec()));
        }
        for range in contents(&lower, open, end, "number") {
            let digits = bytes.get(range.clone()).unwrap_or_default();
            let digits = String::from_utf8_lossy(digits);
            found.push((range, digits_but_four(&digits).into_bytes()));
        }
    }
    let is_markup = MARKUP
        .iter()
        .any(|mark| super::carried::position(&lower, mark.as_bytes()).is_some());
    // Of a text in a document nobody knows what it means.
    for field in FIELDS.iter().filter(|_| !is_markup) {
        for range in fields(&lower, field) {
            found.push((range, MASK.as_bytes().to_vec()));
        }
    }
    found.retain(|(range, _)| !range.is_empty());
    found
}

/// The contents of every element of this name. One that is never closed goes on to the end.
fn contents(lower: &[u8], open: &str, end: &str, name: &str) -> Vec<Range<usize>> {
    let head = format!("{open}{name}").to_ascii_lowercase();
    let end = end.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut from = 0_usize;
    while let Some(start) = after(lower, from, head.as_bytes()) {
        from = start;
        // `<numbers>` begins like `<number>`.
        if lower.get(start).is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        let Some(content) = after(lower, start, end.as_bytes()) else {
            break;
        };
        let closing = |mark: &&str| {
            let mark = format!("{mark}{name}").to_ascii_lowercase();
            before(lower, content, mark.as_bytes())
        };
        let close = CLOSINGS.iter().filter_map(closing).min();
        let close = close.unwrap_or(lower.len());
        found.push(content..close);
        from = close;
    }
    found
}

/// The values of every field of this name, `password=…` or `"password": "…"`, with the rest of their lines: what is not
/// encoded as it should be ends anywhere.
fn fields(lower: &[u8], name: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0_usize;
    while let Some(start) = after(lower, from, name.as_bytes()) {
        from = start;
        let rest = lower.get(start..).unwrap_or_default();
        let is_value = rest.starts_with(b"=")
            || rest
                .strip_prefix(b"\"")
                .is_some_and(|rest| rest.trim_ascii_start().starts_with(b":"));
        if !is_value {
            continue;
        }
        let value = start.saturating_add(1);
        let rest = lower.get(value..).unwrap_or_default();
        let length = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let end = value.saturating_add(length.unwrap_or(rest.len()));
        found.push(value..end);
        from = end;
    }
    found
}

fn after(bytes: &[u8], from: usize, mark: &[u8]) -> Option<usize> {
    before(bytes, from, mark).map(|place| place.saturating_add(mark.len()))
}

fn before(bytes: &[u8], from: usize, mark: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    super::carried::position(rest, mark).map(|place| from.saturating_add(place))
}

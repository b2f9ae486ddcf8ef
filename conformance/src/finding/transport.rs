//! Judges how a request travels: method, path, head, and whether there is a document in it (FORM-02, FORM-08 to FORM-11,
//! CLIENT-10).

use super::carried::{form_decoded, media, position};
use super::notes::{Heard, Notes, count, quoted};
use super::secrets;
use crate::stand_in::received::Channel;
use crate::xml::grammar::Problem;
use crate::xml::read::ReadError;

/// The script (FORM-01) and the other ways to it (FORM-02).
const PATHS: &[&str] = &[
    "/members/sms/xml.php",
    "/members/sms/xml",
    "/sms/xml.php",
    "/sms/xml",
];

/// Judges one request.
pub fn judge(heard: &Heard<'_>, notes: &mut Notes) {
    let is_http = broken(heard, notes);
    if !is_http {
        return;
    }
    method(heard, notes);
    path(heard, notes);
    url(heard, notes);
    channel(heard, notes);
    document(heard, notes);
}

/// Whether it is HTTP at all.
fn broken(heard: &Heard<'_>, notes: &mut Notes) -> bool {
    const RULE: &str = "http-broken";
    notes.look(RULE);
    let received = heard.received;
    let is_token = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphabetic());
    if !is_token(received.method()) || !received.version().starts_with("HTTP/") {
        // What is no HTTP may have been kept as the body.
        let bytes = if received.head.is_empty() {
            &received.body
        } else {
            &received.head
        };
        notes.found(
            RULE,
            heard.number(),
            "these bytes are no HTTP request; they may be the rest of the body before them, if its Content-Length was too small",
            Some(super::Evidence::at(
                "the bytes",
                bytes,
                0..bytes.len().min(1),
            )),
        );
        return false;
    }
    let body = received.body.len();
    let length = received.header("content-length");
    let declared = length.and_then(|length| length.parse::<usize>().ok());
    if let (Some(length), None) = (length, declared) {
        notes.found(
            RULE,
            heard.number(),
            format!("Content-Length says {}, which is no number", quoted(length)),
            None,
        );
    }
    match declared {
        Some(declared) if declared > body => notes.found(
            RULE,
            heard.number(),
            format!(
                "Content-Length says {declared}, and {} came",
                count(body, "byte")
            ),
            Some(heard.body(body..body)),
        ),
        Some(declared) if declared < body => {
            let surplus = received.body.get(declared..).unwrap_or_default();
            if !surplus.trim_ascii().is_empty() {
                notes.found(
                    RULE,
                    heard.number(),
                    format!(
                        "Content-Length says {declared}, and {} came",
                        count(body, "byte")
                    ),
                    Some(heard.body(declared..body)),
                );
            }
        }
        Some(_) => counted_in_characters(heard, notes),
        None => {}
    }
    true
}

/// A document that stops where Content-Length ends, and holds letters of several bytes.
fn counted_in_characters(heard: &Heard<'_>, notes: &mut Notes) {
    let said = heard.said;
    let Some(Err(ReadError::NotWellFormed { problem, .. })) = &said.read else {
        return;
    };
    // What stops within a tag, and what stops between two.
    let stops = said.source.rfind('<') > said.source.rfind('>') || said.source.ends_with('>');
    let is_unclosed =
        matches!(problem, Problem::Unclosed(_)) || (matches!(problem, Problem::Markup(_)) && stops);
    let body = &heard.received.body;
    let to_the_end = said
        .carried
        .as_ref()
        .is_some_and(|carried| carried.value.end == body.len());
    let letters = said.source.chars().filter(|c| !c.is_ascii()).count();
    let surplus = said
        .source
        .chars()
        .filter(|c| !c.is_ascii())
        .map(|c| c.len_utf8().saturating_sub(1))
        .sum::<usize>();
    // Percent-encoded bodies are ASCII: there is nothing to count wrong.
    if is_unclosed && to_the_end && !body.is_ascii() && letters > 0 {
        notes.found(
            "http-broken",
            heard.number(),
            format!(
                "the document stops after the {} that Content-Length promised, with {} of several bytes in it: the length was counted in characters, so that at least {surplus} bytes were cut off",
                count(body.len(), "byte"),
                count(letters, "character")
            ),
            Some(heard.body(body.len()..body.len())),
        );
    }
}

fn method(heard: &Heard<'_>, notes: &mut Notes) {
    notes.look("wrong-method");
    let method = heard.received.method();
    if method != "POST" {
        notes.found(
            "wrong-method",
            heard.number(),
            format!(
                "the method is {}; the gateway reads POST only",
                quoted(method)
            ),
            Some(heard.line(0..method.len())),
        );
    }
}

fn path(heard: &Heard<'_>, notes: &mut Notes) {
    notes.look("wrong-path");
    let whole = heard.received.path();
    let path = whole.split(['?', '#']).next().unwrap_or_default();
    // What is said to a proxy begins with the host.
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|slash| rest.get(slash..)),
        None => Some(path),
    }
    .unwrap_or("/");
    let plain = path.strip_prefix('/').filter(|rest| rest.starts_with('/'));
    let plain = plain.unwrap_or(path);
    let plain = plain.strip_suffix('/').unwrap_or(plain);
    if !PATHS.contains(&plain) {
        let start = heard.received.method().len().saturating_add(1);
        notes.found(
            "wrong-path",
            heard.number(),
            format!(
                "the path is {}, where nothing of the gateway is",
                quoted(&secrets::hidden(path))
            ),
            Some(heard.line(start..start.saturating_add(whole.len()))),
        );
    }
}

fn url(heard: &Heard<'_>, notes: &mut Notes) {
    notes.look("password-in-url");
    let url = heard.received.path();
    let start = heard.received.method().len().saturating_add(1);
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let decoded = String::from_utf8_lossy(&form_decoded(query.as_bytes())).into_owned();
    let lower = decoded.to_ascii_lowercase();
    let named = query.split('&').find_map(|pair| {
        let (name, _) = pair.split_once('=')?;
        let is_one =
            ["password", "passwd", "pass", "pwd"].contains(&name.to_ascii_lowercase().as_str());
        is_one.then_some(name)
    });
    let known = heard
        .asked
        .map(|asked| asked.credentials.password.expose())
        .filter(|password| password.len() >= 4);
    let detail = if let Some(name) = named {
        format!("the field {} of the query holds the password", quoted(name))
    } else if lower.contains("<password") {
        "the document stands in the query, with the password in it".to_owned()
    } else if known.is_some_and(|password| decoded.contains(password)) {
        "the password stands in the query".to_owned()
    } else if url.split_once("://").is_some_and(|(_, rest)| {
        rest.split('/')
            .next()
            .is_some_and(|host| host.contains('@'))
    }) {
        "the login stands before the host".to_owned()
    } else {
        return;
    };
    // No bytes are shown: a query can hold a password under any name and in any form.
    let place = url.find('?').unwrap_or_default();
    let mark = start.saturating_add(place);
    let mut evidence = heard.line(mark..mark.saturating_add(1));
    evidence.bytes.truncate(mark.saturating_add(1));
    notes.found("password-in-url", heard.number(), detail, Some(evidence));
}

fn channel(heard: &Heard<'_>, notes: &mut Notes) {
    let Some(host) = heard.received.header("host") else {
        return;
    };
    if is_near(host) {
        return;
    }
    notes.look("plain-http");
    match heard.received.channel {
        Channel::Tls => {}
        Channel::Plain => notes.found(
            "plain-http",
            heard.number(),
            format!("the request to {} went over http://", quoted(host)),
            None,
        ),
    }
}

/// Whether a host is this machine, or one next to it: a name without a dot, an address of a private net.
fn is_near(host: &str) -> bool {
    let name = host.strip_prefix('[').map_or_else(
        || host.split(':').next().unwrap_or_default(),
        |rest| rest.split(']').next().unwrap_or_default(),
    );
    if let Ok(address) = name.parse::<std::net::IpAddr>() {
        return match address {
            std::net::IpAddr::V4(address) => {
                address.is_loopback() || address.is_private() || address.is_unspecified()
            }
            std::net::IpAddr::V6(address) => address.is_loopback() || address.is_unspecified(),
        };
    }
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let ends = [".localhost", ".local", ".internal", ".test", ".example"];
    !name.contains('.') || ends.iter().any(|end| name.ends_with(end))
}

fn document(heard: &Heard<'_>, notes: &mut Notes) {
    const RULE: &str = "no-document";
    notes.look(RULE);
    let received = heard.received;
    let is_empty = heard
        .said
        .carried
        .as_ref()
        .is_some_and(|carried| carried.document.trim_ascii().is_empty());
    if heard.said.carried.is_some() && !is_empty {
        return;
    }
    let body = received.body.as_slice();
    let media = media(received);
    let query = received
        .path()
        .split_once('?')
        .map_or("", |(_, query)| query);
    let has = |mark: &[u8]| position(body, mark);
    let (detail, mark) = if is_empty {
        ("the field XML is empty".to_owned(), None)
    } else if body.is_empty() && query.starts_with("XML=") {
        (
            "the body is empty: the document stands in the query, which is not read".to_owned(),
            None,
        )
    } else if body.is_empty() && received.header("content-length").is_none() {
        (
            "the body is empty, and there is no Content-Length".to_owned(),
            None,
        )
    } else if body.is_empty() {
        ("the body is empty".to_owned(), None)
    } else if body.trim_ascii_start().starts_with(b"{") || media == "application/json" {
        ("the body is JSON".to_owned(), Some(0..1))
    } else if media == "multipart/form-data"
        && received
            .header("content-type")
            .is_some_and(|label| !label.contains("boundary"))
    {
        (
            "Content-Type is multipart/form-data without a boundary: nothing can be found in the body".to_owned(),
            None,
        )
    } else if let Some(place) = has(b"filename=").filter(|_| media == "multipart/form-data") {
        (
            "the part has a filename: it is an upload, and no field".to_owned(),
            Some(place..place.saturating_add(9)),
        )
    } else if let Some(place) = other_name(body) {
        let name = String::from_utf8_lossy(body.get(place.clone()).unwrap_or_default());
        (
            format!(
                "the field is called {}; the gateway looks for XML, in upper case",
                quoted(&name)
            ),
            Some(place),
        )
    } else if let Some(place) =
        has(b"XML=").filter(|_| media != "application/x-www-form-urlencoded")
    {
        let label = received.header("content-type");
        (
            format!(
                "the body is a form, and Content-Type {}: only application/x-www-form-urlencoded is read as one",
                label.map_or_else(
                    || "is missing".to_owned(),
                    |label| format!("says {}", quoted(label))
                )
            ),
            Some(place..place.saturating_add(4)),
        )
    } else {
        (
            "the body has no field XML and does not begin with <".to_owned(),
            Some(0..1),
        )
    };
    let evidence = mark.map(|mark| heard.body(mark));
    notes.found(RULE, heard.number(), detail, evidence);
}

/// The name of a field that is nearly XML: in another case, or with brackets.
fn other_name(body: &[u8]) -> Option<std::ops::Range<usize>> {
    let lower = body.to_ascii_lowercase();
    let in_part = |mark: &[u8]| {
        let start = position(&lower, mark)?.saturating_add(mark.len());
        Some(start..start.saturating_add(3))
    };
    let in_form = || {
        let rest = lower.strip_prefix(b"xml")?;
        let end = rest.iter().position(|byte| *byte == b'=')?;
        (end <= 10).then(|| 0..end.saturating_add(3))
    };
    let found = in_part(b"name=\"xml").or_else(in_form)?;
    let name = body.get(found.clone())?;
    (name != b"XML" || body.starts_with(b"--")).then_some(found)
}

//! Judges what a form makes of a document: where it is cut, and which characters become others (FORM-05, FORM-07).

use std::ops::Range;

use super::Asked;
use super::carried::{Carried, Way, position};
use super::notes::{Heard, Notes, content, quoted};
use super::said::Said;
use super::secrets;
use crate::operation::Operation;

/// How much of a document is shown before the place where it is cut.
const SHOWN: usize = 36;

/// How many characters are looked at before that place.
const NEAR: usize = 4096;

/// Judges one request.
pub fn judge(heard: &Heard<'_>, notes: &mut Notes) {
    let Some(carried) = &heard.said.carried else {
        return;
    };
    if !carried.way.is_form() {
        return;
    }
    notes.look("form-cut");
    notes.look("plus-lost");
    notes.look("form-not-encoded");
    cut(heard, carried, notes);
    plus(heard, carried, notes);
    if carried.way == Way::Unescaped {
        decoded(heard, carried, notes);
        if !notes.has("form-cut") && !notes.has("plus-lost") {
            notes.found(
                "form-not-encoded",
                heard.number(),
                "the document stands in the form as it is, and Content-Type promises percent-encoding; this time nothing was changed",
                Some(heard.body(first(carried))),
            );
        }
    }
}

/// The `<` with which the document begins.
fn first(carried: &Carried) -> Range<usize> {
    carried.value.start..carried.value.start.saturating_add(1)
}

/// A & that ends the value in the middle of the document.
fn cut(heard: &Heard<'_>, carried: &Carried, notes: &mut Notes) {
    let body = &heard.received.body;
    let place = carried.value.end;
    let is_whole = matches!(heard.said.read, Some(Ok(_)));
    if is_whole || body.get(place) != Some(&b'&') {
        return;
    }
    let rest = body.get(place..).unwrap_or_default();
    let goes_on = match carried.way {
        Way::Unescaped => true,
        Way::Encoded => {
            let lower = rest.to_ascii_lowercase();
            ["%3c/", "%3c%2f", "</"]
                .iter()
                .any(|mark| position(&lower, mark.as_bytes()).is_some())
        }
        Way::Multipart | Way::Raw => false,
    };
    if goes_on {
        notes.found(
            "form-cut",
            heard.number(),
            format!(
                "the & at byte {place} of the body ends the document: PHP reads only {}",
                ending(heard.said, &carried.document)
            ),
            Some(heard.body(place..place.saturating_add(1))),
        );
    }
}

/// How a document that is cut begins and ends, without secrets.
fn ending(said: &Said, document: &[u8]) -> String {
    // The characters of what was written go further than those of what is read.
    let text = match &said.uncut {
        Some(_) => String::from_utf8_lossy(document).into_owned(),
        None => said.source.clone(),
    };
    // A password that is cut is not far from where it begins.
    let text = match text.char_indices().rev().nth(NEAR) {
        Some((place, _)) => format!(
            "{}{}",
            text.get(..SHOWN).unwrap_or_default(),
            secrets::hidden(text.get(place..).unwrap_or_default())
        ),
        None => secrets::hidden(&text),
    };
    let count = text.chars().count();
    if count <= SHOWN.saturating_mul(2) {
        return quoted(&text);
    }
    let head: String = text.chars().take(5).collect();
    let tail: String = text.chars().skip(count.saturating_sub(SHOWN)).collect();
    // `quoted` would shorten it where it matters most.
    format!("«{head} … {}»", crate::report::text::spelled(&tail))
}

/// A + that becomes a blank.
fn plus(heard: &Heard<'_>, carried: &Carried, notes: &mut Notes) {
    let body = &heard.received.body;
    let written = body.get(carried.value.clone()).unwrap_or_default();
    let mut places: Vec<usize> = pluses(written)
        .map(|place| place.saturating_add(carried.value.start))
        .collect();
    if carried.way == Way::Encoded && heard.asked.is_some() {
        // Most of them stand for blanks.
        let known = asked_pluses(heard, carried);
        places.retain(|place| known.is_empty() || known.contains(place));
    }
    let Some(place) = places.first().copied() else {
        return;
    };
    let lost = match carried.way {
        Way::Unescaped => match heard.asked {
            Some(asked) => !arrived(asked, heard.said),
            // Where values alone were encoded, a + stands for a blank that was meant.
            None => position(written, b"%20").is_some() || !has_escapes(written),
        },
        Way::Encoded => match heard.asked {
            Some(asked) => blanked(asked, heard.said),
            // Whoever writes %20 for a blank means something else by +.
            None => position(written, b"%20").is_some(),
        },
        Way::Multipart | Way::Raw => false,
    };
    if lost {
        let more = places.len().saturating_sub(1);
        let more = if more == 0 {
            String::new()
        } else {
            format!(", and {more} more")
        };
        notes.found(
            "plus-lost",
            heard.number(),
            format!("the + at byte {place} of the body becomes a blank{more}"),
            Some(
                heard.body_marks(
                    places
                        .iter()
                        .map(|place| *place..place.saturating_add(1))
                        .collect(),
                ),
            ),
        );
    }
}

/// Where in the body those + stand that were asked for.
fn asked_pluses(heard: &Heard<'_>, carried: &Carried) -> Vec<usize> {
    let said = heard.said;
    let Some(asked) = heard.asked else {
        return Vec::new();
    };
    let lost: Vec<(String, String)> = words(asked, said)
        .into_iter()
        .filter(|(asked, said)| asked != said && asked.replace('+', " ") == *said)
        .collect();
    let values = [&said.username, &said.password, &said.sender, &said.text];
    let values = values.into_iter().flatten().chain(&said.ids);
    let mut places = Vec::new();
    for value in values {
        let Some((asked, _)) = lost.iter().find(|(_, said)| *said == value.text) else {
            continue;
        };
        let content = content(&said.source, &value.span);
        if said.source.get(content.clone()) != Some(value.text.as_str()) {
            // It is escaped: the characters do not stand one for one.
            continue;
        }
        places.extend(asked.match_indices('+').map(|(place, _)| {
            let place = content
                .start
                .saturating_add(place)
                .saturating_add(said.before);
            carried.place(&heard.received.body, place)
        }));
    }
    places
}

/// Every + but those that begin a number, which is read without them (SEND-06).
fn pluses(written: &[u8]) -> impl Iterator<Item = usize> {
    written.iter().enumerate().filter_map(move |(place, byte)| {
        if *byte != b'+' {
            return None;
        }
        let before = written
            .get(place.saturating_sub(3)..place)
            .unwrap_or_default();
        let after = written.get(place.saturating_add(1));
        let begins = before.ends_with(b">") || before.eq_ignore_ascii_case(b"%3e");
        let is_number = begins && after.is_some_and(u8::is_ascii_digit);
        (!is_number).then_some(place)
    })
}

fn has_escapes(written: &[u8]) -> bool {
    escapes(written).next().is_some()
}

/// Every `%41` and so on: where it stands, and the byte that it becomes.
fn escapes(written: &[u8]) -> impl Iterator<Item = (usize, u8)> {
    written
        .windows(3)
        .enumerate()
        .filter_map(|(place, window)| {
            let [b'%', high, low] = window else {
                return None;
            };
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let byte = digit(*high)?
                .saturating_mul(16)
                .saturating_add(digit(*low)?);
            Some((place, u8::try_from(byte).ok()?))
        })
}

/// Whether the words arrived that were asked, whatever the form did.
fn arrived(asked: &Asked, said: &Said) -> bool {
    words(asked, said).iter().all(|(asked, said)| asked == said)
}

/// Whether a word arrived with a blank for a +.
fn blanked(asked: &Asked, said: &Said) -> bool {
    words(asked, said)
        .iter()
        .any(|(asked, said)| asked != said && asked.replace('+', " ") == *said)
}

/// What was asked and what is said in its place.
pub fn words(asked: &Asked, said: &Said) -> Vec<(String, String)> {
    let mut words = Vec::new();
    let mut pair = |asked: &str, said: Option<&str>| {
        if let Some(said) = said {
            words.push((asked.to_owned(), said.to_owned()));
        }
    };
    let text = |value: &Option<super::said::Value>| value.as_ref().map(|value| value.text.clone());
    pair(&asked.credentials.username, text(&said.username).as_deref());
    pair(
        asked.credentials.password.expose(),
        text(&said.password).as_deref(),
    );
    match &asked.operation {
        Operation::Send(message) | Operation::GetPrice(message) if said.is_message() => {
            pair(&message.text, text(&said.text).as_deref());
            if let Some(sender) = &message.sender {
                pair(sender, text(&said.sender).as_deref());
            }
            let recipients = message.recipients.iter().zip(&said.recipients);
            for (asked, said) in recipients {
                if let Some(variables) = &asked.variables {
                    pair(variables, said.variables.as_deref());
                }
                if let Some(id) = &asked.id {
                    pair(id, said.id.as_deref());
                }
            }
        }
        Operation::GetStatus(ids) => {
            for (asked, said) in ids.iter().zip(&said.ids) {
                pair(asked, Some(&said.text));
            }
        }
        Operation::Send(_)
        | Operation::GetPrice(_)
        | Operation::Balance
        | Operation::CreditPrice => {}
    }
    words
}

/// A %41 that becomes A.
fn decoded(heard: &Heard<'_>, carried: &Carried, notes: &mut Notes) {
    let body = &heard.received.body;
    let written = body.get(carried.value.clone()).unwrap_or_default();
    let changed = escapes(written).find(|(_, byte)| match heard.asked {
        Some(asked) => !arrived(asked, heard.said),
        // No encoder encodes a letter or a digit: it stands in the text by chance.
        None => byte.is_ascii_alphanumeric(),
    });
    if notes.has("form-cut") {
        return;
    }
    if let Some((place, byte)) = changed {
        let place = place.saturating_add(carried.value.start);
        let end = place.saturating_add(3);
        let sign = String::from_utf8_lossy(body.get(place..end).unwrap_or_default()).into_owned();
        let becomes = if byte.is_ascii_graphic() {
            format!("«{}»", char::from(byte))
        } else {
            format!("the byte {byte:02X}")
        };
        notes.found(
            "form-cut",
            heard.number(),
            format!("the {sign} at byte {place} of the body becomes {becomes}"),
            Some(heard.body(place..end)),
        );
    }
}

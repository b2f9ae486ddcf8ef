//! Judges the text of a message: whether it is the one that was asked, and what it costs (SEND-01, SEND-11, MONEY-02).

use super::notes::{Heard, Notes, character, count, quoted};
use super::recipients::asked;
use super::said::Value;
use crate::generate::text::{is_gsm, parts};
use crate::generate::variables::personalised;
use crate::operation::Message;

/// Of more characters than this a text is in another alphabet, and nothing is to be mended.
const FEW: usize = 3;

/// Judges one request.
pub fn judge(heard: &Heard<'_>, notes: &mut Notes) {
    let said = heard.said;
    if !said.is_message() {
        return;
    }
    notes.look("text-empty");
    let asked = asked(heard);
    let Some(text) = said.text.as_ref().filter(|text| !text.text.is_empty()) else {
        if asked.is_none_or(|message| !message.text.is_empty()) {
            let detail = match (&said.text, said.document()) {
                (Some(_), _) => "<text> is empty",
                (None, Some(document)) if document.root.child("message").is_none() => {
                    "there is no <message>"
                }
                (None, Some(_) | None) => "there is no <text> in <message>",
            };
            notes.found("text-empty", heard.number(), detail, None);
        }
        return;
    };
    match asked {
        Some(message) => changed(heard, message, text, notes),
        None => dearer(heard, text, notes),
    }
}

fn changed(heard: &Heard<'_>, message: &Message, text: &Value, notes: &mut Notes) {
    notes.look("text-changed");
    // XML has line feeds only, unless somebody goes to great lengths.
    let plain = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n");
    let (said, wanted) = (plain(&text.text), plain(&message.text));
    if said == wanted {
        return;
    }
    // A client may write the names into the text itself, in a document for each recipient.
    let is_personal = message.recipients.iter().any(|recipient| {
        recipient.variables.is_some()
            && plain(&personalised(&message.text, recipient.variables.as_deref())) == said
    });
    if is_personal {
        return;
    }
    notes.found(
        "text-changed",
        heard.number(),
        difference(&wanted, &said),
        Some(heard.element(text)),
    );
}

/// Where and how two texts differ.
fn difference(wanted: &str, said: &str) -> String {
    let (long, short) = (wanted.chars().count(), said.chars().count());
    if wanted.trim() == said.trim() {
        return format!(
            "the text arrives with other blanks at its ends: {}",
            quoted(said)
        );
    }
    if wanted.starts_with(said) {
        return format!(
            "the text arrives without its last {}: {short} of {long}",
            count(long.saturating_sub(short), "character")
        );
    }
    if said.starts_with(wanted) {
        return format!(
            "the text arrives with {} more: {}",
            count(short.saturating_sub(long), "character"),
            quoted(said.get(wanted.len()..).unwrap_or_default())
        );
    }
    let pairs = wanted.chars().zip(said.chars()).enumerate();
    match pairs.into_iter().find(|(_, (wanted, said))| wanted != said) {
        Some((place, (wanted, said))) => format!(
            "character {} of the text is {}, and {} was asked",
            place.saturating_add(1),
            character(said),
            character(wanted)
        ),
        None => format!("the text arrives as {}", quoted(said)),
    }
}

/// A few characters that keep a text out of the GSM alphabet.
fn dearer(heard: &Heard<'_>, value: &Value, notes: &mut Notes) {
    notes.look("text-dearer");
    let text = value.text.as_str();
    let strangers: Vec<(usize, char)> = text
        .chars()
        .enumerate()
        .filter(|(_, c)| !is_gsm(*c))
        .collect();
    let Some((place, stranger)) = strangers.first().copied() else {
        return;
    };
    let plain: String = text
        .chars()
        .map(|character| if is_gsm(character) { character } else { '.' })
        .collect();
    let (now, without) = (parts(text), parts(&plain));
    if strangers.len() > FEW || without >= now {
        return;
    }
    let others = match strangers.len() {
        1 => "it".to_owned(),
        several => format!("it and {}", count(several.saturating_sub(1), "other")),
    };
    notes.found(
        "text-dearer",
        heard.number(),
        format!(
            "character {} of the text, {}, is not in the GSM alphabet: {} instead of {} without {others}",
            place.saturating_add(1),
            character(stranger),
            count(now, "part"),
            without
        ),
        mark(heard, value, stranger),
    );
}

fn mark(heard: &Heard<'_>, value: &Value, stranger: char) -> Option<super::Evidence> {
    let element = heard.said.source.get(value.span.clone())?;
    let Some(place) = element.find(stranger) else {
        return Some(heard.element(value));
    };
    let start = value.span.start.saturating_add(place);
    Some(heard.document(start..start.saturating_add(stranger.len_utf8())))
}

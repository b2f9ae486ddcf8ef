//! Judges the ids of a single request (SEND-12, SEND-13). Ids that come again in later requests are for
//! [`super::repeating`].

use std::collections::BTreeMap;

use super::notes::{Heard, Notes, number, quoted};
use super::recipients::asked;
use super::said::{Recipient, bare};
use super::{Evidence, Ids};
use crate::history::message::Number;
use crate::operation::Operation;

/// Judges one request.
pub fn judge(heard: &Heard<'_>, notes: &mut Notes) {
    let said = heard.said;
    if said.is_send() {
        missing(heard, notes);
        twice(heard, notes);
    }
    if said.is_message()
        && said
            .recipients
            .iter()
            .any(|recipient| recipient.id.is_some())
    {
        swapped(heard, notes);
    }
    changed(heard, notes);
}

fn missing(heard: &Heard<'_>, notes: &mut Notes) {
    const RULE: &str = "no-id";
    let said = heard.said;
    if said.recipients.is_empty() {
        return;
    }
    // Where no id was offered, none need be sent.
    if let Some(message) = asked(heard)
        && message
            .recipients
            .iter()
            .any(|recipient| recipient.id.is_none())
    {
        return;
    }
    notes.look(RULE);
    let lacking: Vec<&Recipient> = said
        .recipients
        .iter()
        .filter(|recipient| recipient.id.is_none() && recipient.kind() != Number::Blank)
        .collect();
    let all = said.recipients.len();
    if let Some(first) = lacking.first() {
        let detail = match (lacking.len(), all) {
            (_, 1) => format!("{} has no messageID", number(&first.number.text)),
            (few, all) if few == all => format!("none of {all} recipients has a messageID"),
            (few, all) => format!("{few} of {all} recipients have no messageID"),
        };
        notes.found(
            RULE,
            heard.number(),
            detail,
            Some(heard.document(first.number.span.clone())),
        );
    }
}

/// The same id for several numbers of a document.
fn twice(heard: &Heard<'_>, notes: &mut Notes) {
    const RULE: &str = "id-repeated";
    if demanded(heard) {
        return;
    }
    let mut first: BTreeMap<&str, &Recipient> = BTreeMap::new();
    let with_id = heard
        .said
        .recipients
        .iter()
        .filter(|recipient| recipient.id.is_some());
    if with_id.clone().count() < 2 {
        return;
    }
    notes.look(RULE);
    for recipient in with_id {
        let Some(id) = recipient.id.as_deref() else {
            continue;
        };
        let earlier = *first.entry(id).or_insert(recipient);
        if bare(&earlier.number.text) != bare(&recipient.number.text) {
            notes.found(
                RULE,
                heard.number(),
                format!(
                    "the id {} is that of {} and of {}",
                    quoted(id),
                    number(&earlier.number.text),
                    number(&recipient.number.text)
                ),
                Some(both(heard, earlier, recipient)),
            );
            return;
        }
    }
}

fn both(heard: &Heard<'_>, one: &Recipient, other: &Recipient) -> Evidence {
    heard.document_marks(vec![one.number.span.clone(), other.number.span.clone()])
}

/// Whether the ids are those of the kit.
pub fn demanded(heard: &Heard<'_>) -> bool {
    heard.asked.is_some_and(|turn| match turn.ids {
        Ids::Demanded => true,
        // It took what it was offered.
        Ids::Offered => asked(heard).is_some_and(|message| {
            let said = &heard.said.recipients;
            said.iter().all(|recipient| {
                message
                    .recipients
                    .iter()
                    .any(|asked| asked.id == recipient.id)
            })
        }),
    })
}

fn swapped(heard: &Heard<'_>, notes: &mut Notes) {
    const RULE: &str = "id-and-number-swapped";
    notes.look(RULE);
    let wanted = asked(heard);
    let is_number = |text: &str| Number::of(text) == Number::Valid && bare(text).len() >= 10;
    let swapped = heard.said.recipients.iter().find(|recipient| {
        let id = recipient.id.as_deref().unwrap_or_default();
        let content = recipient.number.text.as_str();
        let as_asked = wanted.is_some_and(|message| {
            message.recipients.iter().any(|asked| {
                asked.id.as_deref() == Some(content) && asked.number == id && id != content
            })
        });
        as_asked || (wanted.is_none() && is_number(id) && recipient.kind() == Number::Invalid)
    });
    if let Some(recipient) = swapped {
        let id = recipient.id.as_deref().unwrap_or_default();
        notes.found(
            RULE,
            heard.number(),
            format!(
                "<number> holds {}, and messageID {}",
                quoted(&recipient.number.text),
                number(id)
            ),
            Some(heard.document(recipient.number.span.clone())),
        );
    }
}

/// Ids that were given, and are not sent.
fn changed(heard: &Heard<'_>, notes: &mut Notes) {
    const RULE: &str = "id-changed";
    let Some(asked) = heard.asked else {
        return;
    };
    let said = heard.said;
    match &asked.operation {
        Operation::Send(message) | Operation::GetPrice(message)
            if said.is_message() && asked.ids == Ids::Demanded =>
        {
            if message
                .recipients
                .iter()
                .all(|recipient| recipient.id.is_none())
            {
                return;
            }
            notes.look(RULE);
            for recipient in &said.recipients {
                let digits = bare(&recipient.number.text);
                let mut same = message
                    .recipients
                    .iter()
                    .filter(|asked| bare(&asked.number) == digits)
                    .peekable();
                let Some(first) = same.peek().copied() else {
                    continue;
                };
                // An empty id is no id (SEND-13).
                let wanted = |id: &Option<String>| id.clone().filter(|id| !id.is_empty());
                if !same.any(|asked| wanted(&asked.id) == recipient.id) {
                    let shown = |id: Option<&str>| id.map_or_else(|| "none".to_owned(), quoted);
                    notes.found(
                        RULE,
                        heard.number(),
                        format!(
                            "the id of {} is {}, and {} was asked",
                            number(&recipient.number.text),
                            shown(recipient.id.as_deref()),
                            shown(first.id.as_deref())
                        ),
                        Some(heard.document(recipient.number.span.clone())),
                    );
                    return;
                }
            }
        }
        Operation::GetStatus(ids) if said.operation() == Some("GETSTATUS") => {
            notes.look(RULE);
            if let Some(other) = said.ids.iter().find(|id| !ids.contains(&id.text)) {
                let near = ids.first().map(String::as_str).unwrap_or_default();
                let wanted = match ids.len() {
                    1 => quoted(near),
                    several => format!("one of {several} others"),
                };
                notes.found(
                    RULE,
                    heard.number(),
                    format!(
                        "the id {} is asked for, and {wanted} was asked",
                        quoted(&other.text)
                    ),
                    Some(heard.element(other)),
                );
            } else if said.ids.is_empty() && !ids.is_empty() {
                notes.found(
                    RULE,
                    heard.number(),
                    "no <messageid> is in <statistics>",
                    None,
                );
            }
        }
        Operation::Send(_)
        | Operation::GetPrice(_)
        | Operation::GetStatus(_)
        | Operation::Balance
        | Operation::CreditPrice => {}
    }
}

//! Judges whether placeholders and values fit, and whether the values are those that were asked (VARS-01, VARS-02).

use super::notes::{Heard, Notes, count, number, quoted};
use super::recipients::asked;
use super::said::{Recipient, bare};
use crate::generate::variables::{personalised, placeholders, values};
use crate::operation::Message;

/// Judges one request.
pub fn judge(heard: &Heard<'_>, notes: &mut Notes) {
    let said = heard.said;
    if !said.is_message() {
        return;
    }
    match asked(heard) {
        Some(message) => changed(heard, message, notes),
        None => fit(heard, notes),
    }
}

fn fit(heard: &Heard<'_>, notes: &mut Notes) {
    const RULE: &str = "variables-mismatch";
    let said = heard.said;
    let Some(text) = &said.text else {
        return;
    };
    let highest = placeholders(&text.text)
        .into_iter()
        .max()
        .unwrap_or_default();
    let with = said
        .recipients
        .iter()
        .filter(|recipient| recipient.variables.is_some());
    let with = with.count();
    if highest == 0 && with == 0 {
        return;
    }
    notes.look(RULE);
    let lacking: Vec<(&Recipient, usize)> = said
        .recipients
        .iter()
        .map(|recipient| (recipient, held(recipient)))
        .filter(|(_, held)| *held < highest)
        .collect();
    if let Some((first, held)) = lacking.first() {
        let has = match (&first.variables, held) {
            (None, _) => "no variables".to_owned(),
            (Some(_), held) => count(*held, "value"),
        };
        let all = said.recipients.len();
        let others = if all > 1 {
            format!(" ({} of {all} recipients)", lacking.len())
        } else {
            String::new()
        };
        let reads = if first.variables.is_none() {
            format!(": the recipient reads %{highest}% as it stands there")
        } else {
            format!(": %{highest}% becomes nothing")
        };
        notes.found(
            RULE,
            heard.number(),
            format!(
                "the text has placeholders up to %{highest}%, and {} has {has}{others}{reads}",
                number(&first.number.text)
            ),
            Some(heard.element(text)),
        );
        return;
    }
    let surplus = said
        .recipients
        .iter()
        .find(|recipient| held(recipient) > highest);
    if let Some(recipient) = surplus {
        let held = held(recipient);
        notes.found(
            RULE,
            heard.number(),
            format!(
                "{} has {}, and the text has {}",
                number(&recipient.number.text),
                count(held, "value"),
                if highest == 0 {
                    "no placeholder".to_owned()
                } else {
                    format!("placeholders up to %{highest}% only; was a ; part of a value?")
                }
            ),
            Some(heard.element(&recipient.number)),
        );
    }
}

fn held(recipient: &Recipient) -> usize {
    recipient
        .variables
        .as_deref()
        .map_or(0, |variables| values(variables).len())
}

fn changed(heard: &Heard<'_>, message: &Message, notes: &mut Notes) {
    const RULE: &str = "variables-changed";
    if message
        .recipients
        .iter()
        .all(|recipient| recipient.variables.is_none())
    {
        return;
    }
    notes.look(RULE);
    for said in &heard.said.recipients {
        let mut same = message
            .recipients
            .iter()
            .filter(|asked| bare(&asked.number) == bare(&said.number.text))
            .peekable();
        if same.peek().is_none() {
            continue;
        }
        let text = heard.said.text.as_ref().map(|text| text.text.as_str());
        let as_asked = same.clone().any(|asked| {
            let wanted = asked.variables.as_deref();
            wanted.map(values) == said.variables.as_deref().map(values)
                // A client may write the values into the text itself.
                || (said.variables.is_none() && text == Some(personalised(&message.text, wanted).as_str()))
        });
        if !as_asked {
            let wanted = same.next().and_then(|asked| asked.variables.as_deref());
            let shown = |values: Option<&str>| values.map_or_else(|| "none".to_owned(), quoted);
            notes.found(
                RULE,
                heard.number(),
                format!(
                    "the values of {} are {}, and {} were asked",
                    number(&said.number.text),
                    shown(said.variables.as_deref()),
                    shown(wanted)
                ),
                Some(heard.document(said.number.span.clone())),
            );
            return;
        }
    }
}

//! Judges whom a message comes from (SEND-09, SEND-10).

use super::notes::{Heard, Notes, character, quoted};
use super::recipients::asked;

/// Judges one request.
pub fn judge(heard: &Heard<'_>, notes: &mut Notes) {
    let said = heard.said;
    if !said.is_message() {
        return;
    }
    let asked = asked(heard);
    let wanted = asked.and_then(|message| message.sender.as_deref());
    let sender = said.sender.as_ref();
    if sender.is_none() && said.text.is_none() {
        // Without a message there is more to say than that.
        return;
    }
    let text = sender.map(|sender| sender.text.as_str());
    notes.look("sender-breaks-rule");
    if let Some(wanted) = wanted {
        notes.look("sender-changed");
        if text != Some(wanted) {
            notes.found(
                "sender-changed",
                heard.number(),
                match text {
                    Some(text) => format!(
                        "the sender is {}, and {} was asked",
                        quoted(text),
                        quoted(wanted)
                    ),
                    None => format!("there is no <sender>, and {} was asked", quoted(wanted)),
                },
                sender.map(|sender| heard.element(sender)),
            );
        }
    }
    let as_asked = asked.is_some() && text == wanted;
    if !as_asked && let Some(fault) = fault(text) {
        notes.found(
            "sender-breaks-rule",
            heard.number(),
            fault,
            sender.map(|sender| heard.element(sender)),
        );
    }
}

/// What is wrong with a sender, if anything is.
fn fault(sender: Option<&str>) -> Option<String> {
    let Some(sender) = sender else {
        return Some("there is no <sender>".to_owned());
    };
    if sender.trim().is_empty() {
        return Some("the sender is empty".to_owned());
    }
    let length = sender.chars().count();
    if sender.bytes().all(|byte| byte.is_ascii_digit()) {
        return (length > 14)
            .then(|| format!("the sender has {length} digits, and 14 at most are right"));
    }
    let is_right = |c: char| c.is_ascii_alphanumeric() || ".-_ ".contains(c);
    if let Some((place, stranger)) = sender.chars().enumerate().find(|(_, c)| !is_right(*c)) {
        let looks = if matches!(stranger, '\u{400}'..='\u{4FF}') {
            ", a Cyrillic letter"
        } else {
            ""
        };
        return Some(format!(
            "character {} of the sender {} is {}{looks}",
            place.saturating_add(1),
            quoted(sender),
            character(stranger)
        ));
    }
    (length > 11).then(|| {
        format!(
            "the sender {} has {length} characters, and 11 at most are right",
            quoted(sender)
        )
    })
}

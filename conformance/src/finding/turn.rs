//! Judges all requests of one asking together, when it has ended: whether everything that was asked was sent (OP-01,
//! SEND-01). A client may make several requests of one asking; what one lacks another may have.

use std::collections::BTreeMap;

use super::Asked;
use super::notes::{Heard, Notes, count, number, quoted};
use super::said::bare;
use crate::operation::{Message, Operation};
use crate::reply::Reply;
use crate::xml::read::read;

/// The asking under way.
#[derive(Debug, Default)]
pub struct Turns {
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    asked: Asked,
    operations: Vec<String>,
    /// How often each number was in a message.
    numbers: BTreeMap<String, usize>,
    last: usize,
    /// Something else was wrong with a request, so that it cannot be said what it lacks.
    unclear: bool,
}

impl Turns {
    /// The next request is of this asking: judges the one before, if it is another.
    pub fn turn(&mut self, next: Option<&Asked>, notes: &mut Notes) {
        let goes_on = match (&self.open, next) {
            (Some(open), Some(next)) => open.asked.turn == next.turn,
            (None, _) => return,
            (Some(_), None) => false,
        };
        if !goes_on && let Some(open) = self.open.take() {
            open.judge(notes);
        }
    }

    /// Takes a request, with what was found about it alone.
    pub fn hear(&mut self, heard: &Heard<'_>, alone: &Notes) {
        let Some(asked) = heard.asked else {
            return;
        };
        let open = self.open.get_or_insert_with(|| Open {
            asked: asked.clone(),
            operations: Vec::new(),
            numbers: BTreeMap::new(),
            last: heard.number(),
            unclear: false,
        });
        open.last = heard.number();
        match heard.said.operation() {
            Some(operation) => open.operations.push(operation.to_owned()),
            None => open.unclear = true,
        }
        let unclear = [
            "form-cut",
            "no-recipients",
            "id-and-number-swapped",
            "number-changed",
        ];
        open.unclear |= unclear.iter().any(|rule| alone.has(rule));
        if heard.said.is_message() {
            // Whoever is refused may well stop there.
            open.unclear |= !is_accepted(&heard.received.reply);
            for recipient in &heard.said.recipients {
                let times = open
                    .numbers
                    .entry(bare(&recipient.number.text))
                    .or_default();
                *times = times.saturating_add(1);
            }
        }
    }
}

impl Open {
    fn judge(&self, notes: &mut Notes) {
        let wanted = self.asked.operation.word();
        notes.look("operation-changed");
        if !self.operations.iter().any(|operation| operation == wanted) {
            if let Some(other) = self.operations.first().filter(|_| !self.unclear) {
                notes.found(
                    "operation-changed",
                    self.last,
                    format!("{wanted} was asked, and {} was sent", quoted(other)),
                    None,
                );
            }
            return;
        }
        match &self.asked.operation {
            Operation::Send(message) | Operation::GetPrice(message) => {
                self.recipients(message, notes);
            }
            Operation::GetStatus(_) | Operation::Balance | Operation::CreditPrice => {}
        }
    }

    fn recipients(&self, message: &Message, notes: &mut Notes) {
        const RULE: &str = "recipients-lost";
        if message.recipients.is_empty() {
            return;
        }
        notes.look(RULE);
        if self.unclear {
            return;
        }
        let mut left = self.numbers.clone();
        let mut lost: Vec<&str> = Vec::new();
        for recipient in &message.recipients {
            match left.get_mut(&bare(&recipient.number)) {
                Some(times) if *times > 0 => *times = times.saturating_sub(1),
                Some(_) | None => lost.push(&recipient.number),
            }
        }
        if let Some(first) = lost.first() {
            let all = message.recipients.len();
            notes.found(
                RULE,
                self.last,
                format!(
                    "{} of {} not in what was sent: {}",
                    lost.len(),
                    match all {
                        1 => "1 recipient is".to_owned(),
                        all => format!("{} are", count(all, "recipient")),
                    },
                    number(first)
                ),
                None,
            );
        }
    }
}

fn is_accepted(reply: &[u8]) -> bool {
    let reply = read(reply).ok();
    match reply.and_then(|document| Reply::from_tree(&document.root).ok()) {
        Some(Reply::Response(response)) => response.status >= 0,
        Some(Reply::DeliveryReport(_)) | None => false,
    }
}

/// Every word that an asking gives.
pub fn given(asked: &Asked) -> Vec<String> {
    let mut words = vec![
        asked.credentials.username.clone(),
        asked.credentials.password.expose().to_owned(),
    ];
    match &asked.operation {
        Operation::Send(message) | Operation::GetPrice(message) => {
            words.push(message.text.clone());
            words.extend(message.sender.clone());
            for recipient in &message.recipients {
                words.extend(recipient.id.clone());
                words.extend(recipient.variables.clone());
            }
        }
        Operation::GetStatus(ids) => words.extend(ids.clone()),
        Operation::Balance | Operation::CreditPrice => {}
    }
    words
}

/// Judges numbers that were not asked.
pub fn strangers(heard: &Heard<'_>, notes: &mut Notes) {
    const RULE: &str = "number-changed";
    let Some(message) = super::recipients::asked(heard) else {
        return;
    };
    if !heard.said.is_message() || message.recipients.is_empty() {
        return;
    }
    notes.look(RULE);
    let is_asked = |digits: &str| {
        let mut asked = message.recipients.iter();
        asked.any(|recipient| bare(&recipient.number) == digits)
    };
    let stranger = heard
        .said
        .recipients
        .iter()
        .find(|recipient| !is_asked(&bare(&recipient.number.text)));
    if let Some(stranger) = stranger {
        let wanted = match message.recipients.as_slice() {
            [one] => number(&one.number),
            several => format!("{} others", several.len()),
        };
        notes.found(
            RULE,
            heard.number(),
            format!(
                "the message goes to {}, and {wanted} was asked",
                number(&stranger.number.text)
            ),
            Some(heard.element(&stranger.number)),
        );
    }
}

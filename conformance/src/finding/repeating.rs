//! Judges one SEND in the light of those before: sent again, an id used again, a request for each recipient (CLIENT-07,
//! CLIENT-12, SEND-13).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::identity::demanded;
use super::notes::{Heard, Notes, count, number, quoted};
use super::polling::rows;
use super::said::bare;
use crate::reply::Reply;
use crate::stand_in::received::End;
use crate::xml::read::read;

/// SENDs that are further apart than this are not of one mailing.
const TOGETHER: Duration = Duration::from_secs(2);

/// So many SENDs of one mailing are too many, where nobody knows what was asked.
const MANY: usize = 3;

/// After so many SENDs the oldest are forgotten.
const KEPT: usize = 1000;

/// The SENDs so far.
#[derive(Debug, Default)]
pub struct Sends {
    sent: Vec<Sent>,
    /// The number and the text that an id was used for.
    ids: BTreeMap<String, (String, String)>,
    /// Whether the constant id was told.
    constant_told: bool,
    /// How many SENDs of one mailing, with one number each, came one after the other.
    row: Vec<String>,
    row_told: bool,
}

/// One SEND.
#[derive(Debug)]
struct Sent {
    request: usize,
    turn: Option<usize>,
    arrived: Duration,
    sender: String,
    text: String,
    /// Numbers, each with its id.
    numbers: BTreeMap<String, Option<String>>,
    fate: Fate,
}

/// What became of a SEND, as far as the client can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// A positive status.
    Accepted,
    /// A negative status: nothing was sent.
    Refused,
    /// No reply that says.
    Lost,
    /// GETSTATUS was asked for all ids, and had a row.
    Found,
    /// GETSTATUS was asked for all ids, and had no row: it may be sent again.
    Absent,
}

impl Sends {
    /// Takes one request.
    pub fn hear(&mut self, heard: &Heard<'_>, notes: &mut Notes) {
        let said = heard.said;
        if said.operation() == Some("GETSTATUS") {
            self.look_up(heard);
        }
        if !said.is_send() {
            self.row.clear();
            return;
        }
        let text = said.text.as_ref().map(|text| text.text.clone());
        let sent = Sent {
            request: heard.number(),
            turn: heard.asked.map(|asked| asked.turn),
            arrived: heard.received.arrived,
            sender: said
                .sender
                .as_ref()
                .map(|sender| sender.text.clone())
                .unwrap_or_default(),
            text: text.unwrap_or_default(),
            numbers: said
                .recipients
                .iter()
                .map(|recipient| (bare(&recipient.number.text), recipient.id.clone()))
                .collect(),
            fate: fate(heard),
        };
        self.again(heard, &sent, notes);
        self.identities(heard, &sent, notes);
        self.one_each(heard, &sent, notes);
        if self.sent.len() >= KEPT {
            self.sent.remove(0);
        }
        self.sent.push(sent);
    }

    /// A GETSTATUS tells what became of SENDs whose replies got lost.
    fn look_up(&mut self, heard: &Heard<'_>) {
        let Some(rows) =
            rows(&heard.received.reply).filter(|_| heard.received.end == End::Answered)
        else {
            return;
        };
        let asked: BTreeSet<&str> = heard.said.ids.iter().map(|id| id.text.trim()).collect();
        for sent in &mut self.sent {
            if !matches!(sent.fate, Fate::Lost | Fate::Absent) {
                continue;
            }
            let ids: Vec<&str> = sent
                .numbers
                .values()
                .flatten()
                .map(|id| id.trim())
                .collect();
            if rows.iter().any(|row| ids.contains(&row.id.trim())) {
                sent.fate = Fate::Found;
            } else if ids.len() == sent.numbers.len() && ids.iter().all(|id| asked.contains(id)) {
                sent.fate = Fate::Absent;
            }
        }
    }

    /// A message that was sent before.
    fn again(&self, heard: &Heard<'_>, now: &Sent, notes: &mut Notes) {
        let before = self.sent.iter().filter(|sent| sent.turn == now.turn);
        for sent in before.clone() {
            match sent.fate {
                Fate::Lost | Fate::Found | Fate::Absent => notes.look("blind-retry"),
                Fate::Accepted => notes.look("repeated-send"),
                Fate::Refused => {}
            }
        }
        match now.fate {
            Fate::Lost => notes.look("blind-retry"),
            Fate::Accepted => notes.look("repeated-send"),
            Fate::Refused | Fate::Found | Fate::Absent => {}
        }
        // The last time that the message was sent counts.
        let earlier = before.rev().find(|sent| {
            sent.text == now.text
                && sent
                    .numbers
                    .keys()
                    .any(|number| now.numbers.contains_key(number))
        });
        let Some(earlier) = earlier else {
            return;
        };
        let same = now
            .numbers
            .keys()
            .find(|number| earlier.numbers.contains_key(*number));
        let whom = same.map_or_else(String::new, |digits| number(digits));
        let since = earlier.request;
        match earlier.fate {
            Fate::Lost => notes.found(
                "blind-retry",
                heard.number(),
                format!("the message to {whom} is sent again after request {since} got no reply, and GETSTATUS was not asked in between"),
                heard.said.text.as_ref().map(|text| heard.element(text)),
            ),
            Fate::Found => notes.found(
                "blind-retry",
                heard.number(),
                format!("the message to {whom} is sent again, though GETSTATUS had a row for it: request {since} was accepted, and only its reply got lost"),
                heard.said.text.as_ref().map(|text| heard.element(text)),
            ),
            Fate::Accepted if earlier.numbers == now.numbers && earlier.sender == now.sender => {
                notes.found(
                    "repeated-send",
                    heard.number(),
                    format!("request {since} was the very same, and was accepted: {} sent twice", messages(now.numbers.len())),
                    heard.said.text.as_ref().map(|text| heard.element(text)),
                );
            }
            Fate::Accepted | Fate::Refused | Fate::Absent => {}
        }
    }

    /// An id that was used before for another message.
    fn identities(&mut self, heard: &Heard<'_>, now: &Sent, notes: &mut Notes) {
        let given = demanded(heard);
        let known = self.ids.len();
        let had_sends = !self.sent.is_empty();
        let mut repeated: Option<(String, String)> = None;
        for (digits, id) in &now.numbers {
            let Some(id) = id else {
                continue;
            };
            let this = (digits.clone(), now.text.clone());
            let earlier = self.ids.entry(id.clone()).or_insert_with(|| this.clone());
            if *earlier != this {
                repeated.get_or_insert((id.clone(), earlier.0.clone()));
            }
        }
        if given {
            return;
        }
        if known > 0 {
            notes.look("id-constant");
            notes.look("id-repeated");
        }
        let Some((id, earlier)) = repeated.filter(|_| had_sends) else {
            return;
        };
        let evidence = heard
            .said
            .recipients
            .iter()
            .find(|recipient| recipient.id.as_ref() == Some(&id))
            .map(|recipient| heard.document(recipient.number.span.clone()));
        if self.ids.len() == 1 {
            if !std::mem::replace(&mut self.constant_told, true) {
                let sends = self.sent.len().saturating_add(1);
                notes.found(
                    "id-constant",
                    heard.number(),
                    format!(
                        "all messages of {} have the id {}",
                        count(sends, "SEND"),
                        quoted(&id)
                    ),
                    evidence,
                );
            }
        } else if !notes.has("id-repeated") {
            notes.found(
                "id-repeated",
                heard.number(),
                format!(
                    "the id {} was that of another message before, to {}",
                    quoted(&id),
                    number(&earlier)
                ),
                evidence,
            );
        }
    }

    /// SENDs of one text with one number each.
    fn one_each(&mut self, heard: &Heard<'_>, now: &Sent, notes: &mut Notes) {
        const RULE: &str = "one-request-per-recipient";
        let goes_on = self.sent.last().is_some_and(|last| {
            last.turn == now.turn
                && last.text == now.text
                && last.sender == now.sender
                && now.arrived.saturating_sub(last.arrived) < TOGETHER
        });
        if now.numbers.len() > 1 || goes_on {
            notes.look(RULE);
        }
        if !goes_on {
            self.row.clear();
            self.row_told = false;
        }
        let mut numbers = now.numbers.keys();
        let (Some(only), None) = (numbers.next(), numbers.next()) else {
            self.row.clear();
            return;
        };
        if !self.row.contains(only) {
            self.row.push(only.clone());
        }
        // Where the kit asked for several at once, two are enough.
        let several =
            super::recipients::asked(heard).is_some_and(|message| message.recipients.len() > 1);
        let most = if several { 2 } else { MANY };
        if self.row.len() >= most && !std::mem::replace(&mut self.row_told, true) {
            notes.found(
                RULE,
                heard.number(),
                format!(
                    "{} in a row send the same text to one number each; one document can hold all of them",
                    count(self.row.len(), "SEND")
                ),
                heard.said.recipients.first().map(|recipient| heard.element(&recipient.number)),
            );
        }
    }
}

fn messages(number: usize) -> String {
    match number {
        1 => "1 message was".to_owned(),
        several => format!("{} were", count(several, "message")),
    }
}

/// What the client can know of a SEND by its reply.
fn fate(heard: &Heard<'_>) -> Fate {
    if heard.received.end != End::Answered {
        return Fate::Lost;
    }
    let reply = read(&heard.received.reply).ok();
    match reply.and_then(|document| Reply::from_tree(&document.root).ok()) {
        Some(Reply::Response(response)) if response.status > 0 => Fate::Accepted,
        Some(Reply::Response(_)) => Fate::Refused,
        Some(Reply::DeliveryReport(_)) | None => Fate::Lost,
    }
}

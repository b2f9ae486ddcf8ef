//! Judges how a client asks for statuses: how often, how long, and for how many at a time (CLIENT-11).

use std::collections::BTreeMap;
use std::time::Duration;

use super::notes::{Heard, Notes, quoted};
use crate::reply::{Reply, Row};
use crate::vocabulary::status_word;
use crate::xml::read::read;

/// Less than this between two polls for the same id is no pause.
const PAUSE: Duration = Duration::from_secs(1);

/// So many polls without a pause are too many.
const HASTY: usize = 3;

/// More polls than this with nothing new are without an end.
const ENDLESS: usize = 30;

/// So many GETSTATUS for one id each are one by one.
const ONE_BY_ONE: usize = 3;

/// What was asked about and answered so far.
#[derive(Debug, Default)]
pub struct Polls {
    ids: BTreeMap<String, Polled>,
    /// Single ids that were asked for one after the other.
    row: Vec<String>,
    /// Whether that was told already.
    told: bool,
    /// The asking that the polls are of, if the kit asked.
    turn: Option<usize>,
}

/// One id.
#[derive(Debug, Default)]
struct Polled {
    last: Option<Duration>,
    hasty: usize,
    same: usize,
    answer: Option<Vec<String>>,
    is_final: bool,
    told: Told,
}

#[derive(Debug, Default)]
struct Told {
    often: bool,
    for_ever: bool,
    after_end: bool,
}

impl Polls {
    /// Takes one request.
    pub fn hear(&mut self, heard: &Heard<'_>, notes: &mut Notes) {
        let turn = heard.asked.map(|asked| asked.turn);
        if turn != self.turn {
            // The kit asked anew: what it asks is not the client's doing.
            self.turn = turn;
            self.ids.clear();
            self.row.clear();
            self.told = false;
        }
        let said = heard.said;
        if said.operation() != Some("GETSTATUS") {
            self.row.clear();
            return;
        }
        notes.look("status-one-by-one");
        self.one_by_one(heard, notes);
        let mut ids: Vec<&str> = said.ids.iter().map(|id| id.text.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = rows(&heard.received.reply);
        let mut often: Vec<&str> = Vec::new();
        let mut for_ever: Vec<&str> = Vec::new();
        let mut after_end: Vec<&str> = Vec::new();
        for id in ids {
            let polled = self.ids.entry(id.to_owned()).or_default();
            if polled.last.is_some() {
                notes.look("polls-too-often");
                notes.look("polls-for-ever");
            }
            polled.ask(heard.received.arrived);
            if polled.is_final && !std::mem::replace(&mut polled.told.after_end, true) {
                after_end.push(id);
            }
            if polled.hasty >= HASTY && !std::mem::replace(&mut polled.told.often, true) {
                often.push(id);
            }
            if let Some(rows) = &rows {
                polled.answer(rows.iter().filter(|row| row.id == id));
                if polled.is_final {
                    notes.look("polls-final");
                }
            } else {
                polled.same = polled.same.saturating_add(1);
            }
            if polled.same > ENDLESS && !std::mem::replace(&mut polled.told.for_ever, true) {
                for_ever.push(id);
            }
        }
        let mut tell = |rule: &'static str, ids: &[&str], what: &str| {
            let Some(first) = ids.first() else {
                return;
            };
            let others = match ids.len() {
                1 => String::new(),
                several => format!(" and {} others", several.saturating_sub(1)),
            };
            let evidence = said.ids.iter().find(|id| id.text == *first);
            notes.found(
                rule,
                heard.number(),
                format!("the id {}{others} {what}", quoted(first)),
                evidence.map(|id| heard.element(id)),
            );
        };
        tell(
            "polls-final",
            &after_end,
            "is asked for again, though its final word was answered before",
        );
        tell(
            "polls-too-often",
            &often,
            "is asked for again less than a second after the poll before, three times in a row",
        );
        tell(
            "polls-for-ever",
            &for_ever,
            "was asked for more than 30 times with nothing new in the answers",
        );
    }

    fn one_by_one(&mut self, heard: &Heard<'_>, notes: &mut Notes) {
        let [one] = heard.said.ids.as_slice() else {
            self.row.clear();
            return;
        };
        if self.row.contains(&one.text) {
            // The same one again is polling, and is judged as that.
            return;
        }
        self.row.push(one.text.clone());
        if self.row.len() >= ONE_BY_ONE && !self.told {
            self.told = true;
            notes.found(
                "status-one-by-one",
                heard.number(),
                format!(
                    "{} GETSTATUS in a row ask for one id each; one can ask for all of them",
                    self.row.len()
                ),
                Some(heard.element(one)),
            );
        }
    }
}

impl Polled {
    fn ask(&mut self, now: Duration) {
        let is_hasty = self
            .last
            .is_some_and(|last| now.saturating_sub(last) < PAUSE);
        self.hasty = if is_hasty {
            self.hasty.saturating_add(1)
        } else {
            0
        };
        self.last = Some(now);
    }

    fn answer<'r>(&mut self, rows: impl Iterator<Item = &'r Row>) {
        let statuses: Vec<String> = rows.map(|row| row.status.clone()).collect();
        let is_final = |status: &String| status_word(status).is_some_and(|word| word.stays);
        self.is_final = !statuses.is_empty() && statuses.iter().all(is_final);
        if self.answer.as_ref() == Some(&statuses) {
            self.same = self.same.saturating_add(1);
        } else {
            self.same = 1;
            self.answer = Some(statuses);
        }
    }
}

/// The rows of a report; nothing if it is none.
pub fn rows(reply: &[u8]) -> Option<Vec<Row>> {
    match Reply::from_tree(&read(reply).ok()?.root).ok()? {
        Reply::DeliveryReport(rows) => Some(rows),
        Reply::Response(_) => None,
    }
}

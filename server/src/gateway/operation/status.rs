//! GETSTATUS: where messages stand (STATUS-01 to STATUS-09).

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::gateway::account::{Account, Decision};
use crate::gateway::code::Code;
use crate::gateway::event::Event;
use crate::gateway::reason::Reason;
use crate::gateway::reply::{Reply, Row};
use crate::gateway::request::Inquiry;
use crate::gateway::rules::Rules;

/// Answers GETSTATUS.
pub fn decide(account: &Account, rules: &Rules, inquiry: &Inquiry, now: Timestamp) -> Decision {
    let mut report = Report {
        rows: Vec::with_capacity(inquiry.ids.len()),
        polled: BTreeSet::new(),
    };
    let mut skipped = 0;
    // One more than allowed is enough to know that it is too many.
    let most = rules.max_rows.saturating_add(1);
    for id in &inquiry.ids {
        if report.rows.len() > rules.max_rows {
            break;
        }
        let asked = inquiry.words.at(*id);
        let before = report.rows.len();
        report.add(account, asked, now, most);
        // STATUS-09: blanks around an asked id are tolerated.
        if report.rows.len() == before {
            report.add(account, asked.trim(), now, most);
        }
        if report.rows.len() == before {
            skipped += 1;
        }
    }
    if report.rows.len() > rules.max_rows {
        return Decision::refuse(Code::XmlError, Reason::TooManyRows(rules.max_rows));
    }
    let Report { rows, polled } = report;
    let mut decision = Decision {
        skipped,
        ..Decision::answer(Reply::Report(rows))
    };
    if !polled.is_empty() {
        decision.events.push(Event::Polled {
            at: now,
            messages: polled.into_iter().collect(),
        });
    }
    decision
}

struct Report {
    rows: Vec<Row>,
    /// The messages whose stories wait for a poll; each is polled once by one request.
    polled: BTreeSet<u64>,
}

impl Report {
    /// STATUS-02, STATUS-03: a row for each message with this id, oldest first; none for an empty id.
    fn add(&mut self, account: &Account, id: &str, now: Timestamp, most: usize) {
        for kept in account
            .messages()
            .with_id(id)
            .take(most.saturating_sub(self.rows.len()))
        {
            let Some(message) = kept.message() else {
                continue;
            };
            let mut progress = kept.mailing.progress(message, kept.progress, now);
            let polled = kept
                .mailing
                .story(message)
                .and_then(|story| story.poll(progress, now));
            if let Some(polled) = polled {
                progress = polled;
                self.polled.insert(kept.ordinal);
            }
            self.rows.push(Row {
                mailing: Arc::clone(kept.mailing),
                position: kept.position,
                standing: progress.standing(),
            });
        }
    }
}

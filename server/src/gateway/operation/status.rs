//! GETSTATUS: where messages stand (STATUS-01 to STATUS-09).

use std::sync::Arc;

use jiff::Timestamp;

use crate::gateway::account::{Account, Decision};
use crate::gateway::reply::{Reply, Row};
use crate::gateway::request::Inquiry;

/// Answers GETSTATUS.
pub fn decide(account: &Account, inquiry: &Inquiry, now: Timestamp) -> Decision {
    let mut rows = Vec::with_capacity(inquiry.ids.len());
    for id in &inquiry.ids {
        let asked = inquiry.words.at(*id);
        let before = rows.len();
        report(account, asked, now, &mut rows);
        // STATUS-09: blanks around an asked id are tolerated.
        let trimmed = asked.trim();
        if rows.len() == before && trimmed.len() < asked.len() {
            report(account, trimmed, now, &mut rows);
        }
    }
    Decision::answer(Reply::Report(rows))
}

/// STATUS-02, STATUS-03: a row for each message with this id, oldest first; none for an empty id.
fn report(account: &Account, id: &str, now: Timestamp, rows: &mut Vec<Row>) {
    rows.extend(
        account
            .messages()
            .with_id(id)
            .filter_map(|(mailing, position)| {
                let standing = mailing.standing(mailing.message(position)?, now);
                Some(Row {
                    mailing: Arc::clone(mailing),
                    position,
                    standing,
                })
            }),
    );
}

//! GETSTATUS (STATUS-01 to STATUS-03, STATUS-09, STATUS-10).

use super::account::{Account, Standing};
use super::checks;
use super::document::Document;
use super::gateway::{Operation, Rules};
use super::lies::Lie;
use super::reply::{Reply, Response, Row};

/// The most rows of a report (STATUS-10).
const MOST_ROWS: usize = 200_000;

/// A message, by the places of its account and of itself.
type Place = (usize, usize);

/// Answers what became of the messages that are asked for.
pub(crate) fn report(
    rules: Rules,
    document: &Document,
    accounts: &mut [Account],
    own: usize,
) -> Reply {
    let mut asked: Vec<&str> = document
        .statistics
        .iter()
        .flatten()
        .map(String::as_str)
        .collect();
    if rules.tells(Lie::DoubledIdOnce) {
        let mut seen = std::collections::BTreeSet::new();
        asked.retain(|id| seen.insert(*id));
    } else if rules.tells(Lie::OnlyFirstIdRead) {
        asked.truncate(1);
    }
    let found: Vec<(&str, Vec<Place>)> = asked
        .into_iter()
        .map(|id| (id, places(rules, id, accounts, own)))
        .collect();
    let refused = |code| {
        Reply::Response(Response::refused(
            code,
            Some(Operation::GetStatus),
            rules.tongue,
        ))
    };
    if rules.tells(Lie::UnknownIdIsXmlError) && found.iter().any(|(_, places)| places.is_empty()) {
        return refused(checks::XML_ERROR);
    }
    let mut all: Vec<Place> = found
        .iter()
        .flat_map(|(_, places)| places.clone())
        .collect();
    if all.len() > MOST_ROWS && !rules.tells(Lie::ReportUnlimited) {
        return refused(checks::XML_ERROR);
    }
    if all.is_empty() && rules.tells(Lie::EmptyReportIsRefused) {
        return refused(checks::NO_RECIPIENTS);
    }
    // A request polls a message once, however often it asks.
    all.sort_unstable();
    all.dedup();
    for &(account, message) in &all {
        accounts[account].messages[message].poll(rules.tongue);
    }
    Reply::Report(rows(rules, &found, accounts))
}

fn rows(rules: Rules, found: &[(&str, Vec<Place>)], accounts: &[Account]) -> Vec<Row> {
    let mut rows: Vec<(Place, Row)> = Vec::new();
    for (id, places) in found {
        let is_empty = id.trim().is_empty();
        let has_row = (rules.tells(Lie::UnknownIdHasRow) && !is_empty)
            || (rules.tells(Lie::EmptyIdHasRow) && is_empty);
        if places.is_empty() && has_row {
            let standing = Standing {
                sent: None,
                done: None,
                status: "0",
            };
            rows.push((
                (usize::MAX, 0),
                Row {
                    id: (*id).to_owned(),
                    standing,
                },
            ));
        }
        for &place in places {
            let message = &accounts[place.0].messages[place.1];
            let id = message.id.clone().unwrap_or_default();
            rows.push((
                place,
                Row {
                    id,
                    standing: message.standing(rules.tongue),
                },
            ));
        }
    }
    if rules.tells(Lie::RowsByAge) {
        rows.sort_by_key(|(place, _)| *place);
    } else if rules.tells(Lie::RowsReversed) {
        rows.reverse();
    } else if rules.tells(Lie::FirstRowOnly) {
        rows.truncate(1);
    } else if rules.tells(Lie::WaitingHasNoRow) {
        rows.retain(|(_, row)| row.standing.status != "0");
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The messages that an asked id means, oldest first: those whose id it is exactly, or else without the blanks around
/// what was asked (STATUS-09).
fn places(rules: Rules, asked: &str, accounts: &[Account], own: usize) -> Vec<Place> {
    let trimmed = asked.trim();
    let mut places = if rules.tells(Lie::AskedIdTrimmed) {
        exactly(rules, trimmed, accounts, own)
    } else {
        exactly(rules, asked, accounts, own)
    };
    if places.is_empty() && trimmed != asked && !rules.tells(Lie::BlanksAroundIdCount) {
        places = exactly(rules, trimmed, accounts, own);
    }
    if rules.tells(Lie::NewestFirst) {
        places.reverse();
    } else if rules.tells(Lie::OldestOnly) {
        places.truncate(1);
    }
    places
}

fn exactly(rules: Rules, asked: &str, accounts: &[Account], own: usize) -> Vec<Place> {
    let is_meant = |id: &str| {
        id == asked
            || (rules.tells(Lie::IdCaseIgnored) && id.to_lowercase() == asked.to_lowercase())
    };
    let visible = accounts
        .iter()
        .enumerate()
        .filter(|(place, _)| *place == own || rules.tells(Lie::OthersVisible));
    let mut places = Vec::new();
    for (account, owner) in visible {
        let meant = owner.messages.iter().enumerate();
        let meant = meant.filter(|(_, message)| message.id.as_deref().is_some_and(is_meant));
        places.extend(meant.map(|(message, _)| (account, message)));
    }
    places
}

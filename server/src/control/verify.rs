//! Verification: what a test expects to have happened, and a readable difference if it did not.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::messages::{Meant, MessageQuery, regex};
use super::requests::{OPERATIONS, known_operation};
use super::search::search;
use super::{Answer, Bound, Problem, Result, ok};
use crate::config::Amount;
use crate::gateway::money::Credits;
use crate::space::journal::Entry;

/// What is expected. Only what is given is looked at.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Expectation {
    /// Which messages are meant; those to a number that is not valid were never accepted, and do not count. Without
    /// this key: all. Of `account` and `after` it also says which requests are meant; a request that could not be read
    /// has no account.
    messages: Meant,
    /// Exactly so many messages were accepted.
    sent: Option<u64>,
    /// At least so many.
    at_least: Option<u64>,
    /// At most so many.
    at_most: Option<u64>,
    /// They went in so many parts together.
    parts: Option<u64>,
    /// They cost so many credits together.
    price: Option<Amount<Credits>>,
    /// Their texts, in the order in which they were sent, are like these regular expressions.
    #[schemars(extend("items" = { "type": "string", "maxLength": 10_000, "format": "regex" }))]
    texts: Option<Vec<String>>,
    /// So many requests were refused, whatever their messages.
    refused: Option<u64>,
    /// So many credits were charged by the requests.
    charged: Option<Amount<Credits>>,
    /// Nothing else was asked: every request is of one of these operations.
    #[schemars(extend("items" = { "type": "string", "enum": OPERATIONS }))]
    only: Option<Vec<String>>,
}

/// What was found, where everything was as expected.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Verified {
    /// How many messages were meant.
    sent: u64,
    /// In how many parts.
    parts: u64,
    /// At what price.
    price: String,
    /// How many requests were refused.
    refused: u64,
    /// What was charged by the requests.
    charged: String,
}

/// Of how many things of a kind a difference tells.
const MOST_LINES: usize = 20;

pub(super) async fn verify(bound: Bound) -> Result<Answer> {
    let expected: Expectation = bound.body()?;
    let meant = MessageQuery::from(expected.messages);
    let wanted = meant.wanted(bound.space())?;
    let filter = &wanted.filter;
    let patterns = expected.texts.as_ref().map(|texts| {
        texts
            .iter()
            .map(|text| regex(text, "one of texts"))
            .collect::<Result<Vec<_>>>()
    });
    let patterns = patterns.transpose()?;
    let space = bound.space();
    for only in expected.only.iter().flatten() {
        known_operation(only, "only")?;
    }
    let (mut messages, evicted_messages) = search(space, &wanted, usize::MAX, None).await;
    messages.retain(|message| message.to.is_some() && !message.was_unpaid());
    if filter.after > space.requests() {
        let detail = format!("after: there were {} requests so far", space.requests());
        return Err(Problem::conflict(detail));
    }
    messages.reverse();
    let (entries, evicted_requests) = space.journal.all();
    let is_meant = |entry: &&std::sync::Arc<Entry>| {
        entry.number > filter.after
            && filter.account.as_ref().is_none_or(|account| {
                entry
                    .verdict
                    .account
                    .as_deref()
                    .is_some_and(|username| account.fits(username))
            })
    };
    let requests: Vec<_> = entries.iter().filter(is_meant).collect();
    let sum = |credits: &mut dyn Iterator<Item = Credits>| {
        credits.fold(Credits::ZERO, Credits::saturating_add)
    };
    let found = Verified {
        sent: messages.len() as u64,
        parts: messages
            .iter()
            .map(|message| u64::from(message.parts))
            .sum(),
        price: sum(&mut messages
            .iter()
            .filter_map(|message| message.price.parse().ok()))
        .to_string(),
        refused: requests
            .iter()
            .filter(|entry| !matches!(entry.verdict.result, "SEND_OK" | "OK" | "LOST"))
            .count() as u64,
        charged: sum(&mut requests.iter().map(|entry| entry.verdict.charged)).to_string(),
    };
    let mut lines = Vec::new();
    let mut compare = |what: &str, expected: Option<String>, found: String| {
        if let Some(expected) = expected.filter(|expected| *expected != found) {
            lines.push(format!("{what}: expected {expected}, found {found}"));
        }
    };
    let number = |value: Option<u64>| value.map(|value| value.to_string());
    let credits = |value: Option<Amount<Credits>>| value.map(|value| value.0.to_string());
    compare("sent", number(expected.sent), found.sent.to_string());
    compare("parts", number(expected.parts), found.parts.to_string());
    compare("price", credits(expected.price), found.price.clone());
    compare(
        "refused",
        number(expected.refused),
        found.refused.to_string(),
    );
    compare("charged", credits(expected.charged), found.charged.clone());
    if expected.at_least.is_some_and(|least| found.sent < least) {
        lines.push(format!(
            "sent: expected at least {}, found {}",
            expected.at_least.unwrap_or(0),
            found.sent
        ));
    }
    if expected.at_most.is_some_and(|most| found.sent > most) {
        lines.push(format!(
            "sent: expected at most {}, found {}",
            expected.at_most.unwrap_or(0),
            found.sent
        ));
    }
    if let Some(patterns) = &patterns {
        for (index, pattern) in patterns.iter().enumerate() {
            match messages.get(index) {
                Some(message) if pattern.is_match(&message.text) => {}
                Some(message) => {
                    lines.push(format!(
                        "text {}: expected one like {pattern}, found {:?}",
                        index + 1,
                        message.text
                    ));
                }
                None => lines.push(format!(
                    "text {}: expected one like {pattern}, found no message",
                    index + 1
                )),
            }
        }
        for message in messages.iter().skip(patterns.len()).take(MOST_LINES) {
            lines.push(format!("text: found one more, {:?}", message.text));
        }
    }
    if let Some(only) = &expected.only {
        let others = requests
            .iter()
            .filter(|entry| !only.iter().any(|known| known == entry.verdict.operation));
        lines.extend(others.take(MOST_LINES).map(|entry| {
            format!(
                "request {}: {} was not expected ({})",
                entry.number, entry.verdict.operation, entry.verdict.result
            )
        }));
    }
    let asks_messages = expected.sent.is_some()
        || expected.at_least.is_some()
        || expected.at_most.is_some()
        || expected.parts.is_some()
        || expected.price.is_some()
        || patterns.is_some();
    let asks_requests =
        expected.refused.is_some() || expected.charged.is_some() || expected.only.is_some();
    // What is no longer kept cannot be counted: then nobody knows, and that is no success.
    if asks_messages && evicted_messages > 0 {
        lines.push(format!(
            "unknown: {evicted_messages} older messages are no longer kept (limits.max_messages)"
        ));
    }
    let first_kept = entries.first().map_or(u64::MAX, |entry| entry.number);
    if asks_requests && evicted_requests > 0 && filter.after + 1 < first_kept {
        lines.push(format!("unknown: {evicted_requests} older requests are no longer kept (limits.max_journal_bytes)"));
    }
    if lines.is_empty() {
        return ok(&found);
    }
    if asks_messages {
        lines.extend(messages.iter().rev().take(20).map(|message| {
            let to = message.to.as_deref().unwrap_or("no number");
            format!(
                "there is: request {}, to {to}, {:?}, {}",
                message.request, message.text, message.status
            )
        }));
    }
    Err(Problem::conflict("what happened is not what was expected").with(lines))
}

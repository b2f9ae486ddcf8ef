//! How a client does what it may do in several ways: none of it is wrong. It is told so that two clients can be compared.

use std::collections::BTreeMap;

use super::carried::Way;
use super::said::Said;
use crate::profile::Habit;
use crate::stand_in::received::{Channel, Received};

/// The habits that show in these requests, by name; the same one with other values in several rows, the most frequent
/// first.
pub fn of<'r>(requests: impl IntoIterator<Item = &'r Received>) -> Vec<Habit> {
    let mut counts: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
    let mut connections: BTreeMap<usize, usize> = BTreeMap::new();
    for received in requests {
        for habit in of_one(received) {
            let count = counts.entry(habit).or_default();
            *count = count.saturating_add(1);
        }
        let on = connections.entry(received.connection).or_default();
        *on = on.saturating_add(1);
    }
    for requests in connections.values() {
        let value = if *requests > 1 {
            "kept for several requests"
        } else {
            "one for each request"
        };
        let count = counts.entry(("connections", value.to_owned())).or_default();
        *count = count.saturating_add(*requests);
    }
    let mut habits: Vec<Habit> = counts
        .into_iter()
        .map(|((name, value), requests)| Habit {
            name: name.to_owned(),
            value,
            requests,
        })
        .collect();
    habits.sort_by(|one, other| {
        let key = |habit: &Habit| {
            (
                habit.name.clone(),
                std::cmp::Reverse(habit.requests),
                habit.value.clone(),
            )
        };
        key(one).cmp(&key(other))
    });
    habits
}

fn of_one(received: &Received) -> Vec<(&'static str, String)> {
    let said = Said::of(received);
    let header = |name: &str| received.header(name).unwrap_or("none").to_owned();
    let mut habits = vec![
        ("HTTP version", received.version().to_owned()),
        ("user agent", header("user-agent")),
        ("Expect", header("expect")),
        (
            "channel",
            match received.channel {
                Channel::Plain => "http",
                Channel::Tls => "https",
            }
            .to_owned(),
        ),
        (
            "length of the body",
            if received.header("transfer-encoding").is_some() {
                "in chunks"
            } else {
                "Content-Length"
            }
            .to_owned(),
        ),
    ];
    let transport = said
        .carried
        .as_ref()
        .map_or("no document", |carried| carried.way.words());
    habits.push(("transport", transport.to_owned()));
    if let Some(carried) = &said.carried
        && carried.way == Way::Encoded
    {
        let value = received.body.get(carried.value.clone()).unwrap_or_default();
        let has = |mark: &[u8]| super::carried::position(value, mark).is_some();
        let blank = match (has(b"%20"), has(b"+")) {
            (true, true) => "both %20 and +",
            (true, false) => "%20",
            (false, true) => "+",
            (false, false) => "no blanks",
        };
        habits.push(("blanks in the form", blank.to_owned()));
    }
    let Some(document) = said.document() else {
        return habits;
    };
    habits.push(("charset", document.encoding.to_owned()));
    habits.push((
        "byte order mark",
        if document.byte_order_mark {
            "yes"
        } else {
            "no"
        }
        .to_owned(),
    ));
    habits.push((
        "declaration",
        document
            .declaration
            .clone()
            .unwrap_or_else(|| "none".to_owned()),
    ));
    if let Some(name) = &said.login_element {
        habits.push(("login element", name.clone()));
    }
    for spelling in said
        .recipients
        .iter()
        .filter_map(|recipient| recipient.id_spelling.clone())
        .take(1)
    {
        habits.push(("id attribute", spelling));
    }
    if let Some(text) = &said.text {
        let how = if text.cdata { "CDATA" } else { "escaped" };
        habits.push(("text", how.to_owned()));
    }
    habits
}

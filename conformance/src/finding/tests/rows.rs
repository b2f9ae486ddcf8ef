//! For each rule of requests: requests that break it, what is told, and requests that nearly do.

mod markup;
mod messages;
mod recipients;
mod travel;

use super::sample::{Talk, unasked};

/// A rule broken and not broken.
pub(super) struct Row {
    pub(super) rule: &'static str,
    pub(super) broken: Talk,
    /// What the detail says.
    pub(super) detail: &'static str,
    /// Other errors and warnings that are right, too.
    pub(super) also: &'static [&'static str],
    pub(super) near: Talk,
}

fn row(rule: &'static str, broken: Talk, detail: &'static str, near: Talk) -> Row {
    Row {
        rule,
        broken,
        detail,
        also: &[],
        near,
    }
}

fn one(received: crate::stand_in::received::Received) -> Talk {
    unasked([received])
}

/// All of them.
pub(super) fn all() -> Vec<Row> {
    let mut rows = travel::travel();
    rows.extend(travel::characters());
    rows.extend(markup::markup());
    rows.extend(markup::operations());
    rows.extend(messages::ids());
    rows.extend(messages::messages());
    rows.extend(recipients::recipients());
    rows.extend(recipients::conversations());
    rows
}

fn other(id: &str) -> String {
    format!("<number messageID=\"{id}\">999000000002</number>")
}

/// So many recipients with ids.
pub(super) fn batch(recipients: usize) -> String {
    (0..recipients)
        .map(|place| format!("<number messageID=\"b{place}\">99900{place:07}</number>"))
        .collect()
}

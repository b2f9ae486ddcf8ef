//! The server about itself: live, ready, metrics, its own description; and reset.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use hyper::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Bound, Problem, Result, no_content, ok, openapi};
use crate::http::counters::{Count, Counters};
use crate::space::Space;

/// That the server is there.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Health {
    /// `live` or `ready`.
    status: &'static str,
}

pub(super) fn live(_: &Bound) -> Result<Answer> {
    ok(&Health { status: "live" })
}

/// The socket is bound last, and the configuration was read before it: who gets an answer finds everything ready.
pub(super) fn ready(_: &Bound) -> Result<Answer> {
    ok(&Health { status: "ready" })
}

pub(super) fn description(_: &Bound) -> Result<Answer> {
    ok(&openapi::document())
}

/// What is to be as at the beginning.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ResetQuery {
    /// Only this account; its messages and its ledger. Without this: the whole space.
    account: Option<String>,
}

pub(super) fn reset(bound: &Bound) -> Result<Answer> {
    let ResetQuery { account } = bound.query()?;
    match account {
        None => bound.space().reset(),
        Some(username) => {
            if !bound.space().reset_account(&username) {
                return Err(Problem::missing(format!(
                    "there is no account {:?}",
                    super::cut(&username)
                )));
            }
        }
    }
    Ok(no_content())
}

/// Prometheus' text format.
pub(super) fn metrics(bound: &Bound) -> Result<Answer> {
    let mut lines: Vec<String> = Vec::new();
    let mut gauge = |name: &str, help: &str, value: u64| {
        lines.push(format!("# HELP epochta_mock_{name} {help}\n# TYPE epochta_mock_{name} gauge\nepochta_mock_{name} {value}\n"));
    };
    let spaces = bound.call.app.spaces.all();
    let (
        mut accounts,
        mut messages,
        mut evicted,
        mut requests,
        mut kept,
        mut bytes,
        mut gone,
        mut waiting,
    ) = (0, 0, 0, 0, 0, 0, 0, 0);
    for space in &spaces {
        let holdings = space.world.holdings();
        accounts += holdings.accounts;
        messages += holdings.messages;
        evicted += holdings.evicted;
        requests += space.requests();
        let (entries, size, lost) = space.journal.size();
        kept += entries as u64;
        bytes += size as u64;
        gone += lost;
        waiting += space.waiters.len() as u64;
    }
    gauge("spaces", "Spaces open.", spaces.len() as u64);
    gauge("accounts", "Accounts open.", accounts);
    gauge(
        "requests",
        "Requests of the XML interface since the start or the last reset.",
        requests,
    );
    gauge("messages_kept", "Messages kept.", messages);
    gauge("messages_evicted", "Messages no longer kept.", evicted);
    gauge("journal_entries", "Requests kept in journals.", kept);
    gauge(
        "journal_bytes",
        "Bytes of requests kept in journals.",
        bytes,
    );
    gauge(
        "journal_evicted",
        "Requests no longer kept in journals.",
        gone,
    );
    let standing = bound.call.app.configuration.standing();
    gauge(
        "configuration_reloads",
        "Times the configuration file was read again and was right.",
        standing.reloads,
    );
    gauge(
        "configuration_failures",
        "Times it was wrong, and the configuration before stayed in force.",
        standing.failures,
    );
    gauge("waiters", "Calls that wait for a message.", waiting);
    let sockets = &bound.call.app.sockets;
    let open = sockets.open.load(Ordering::Relaxed);
    gauge("connections", "Connections open.", open);
    gauge(
        "event_streams",
        "Streams of events open.",
        sockets.streams.open(),
    );
    gauge(
        "under_way_bytes",
        "Bytes of large bodies and replies under way.",
        sockets.under_way.taken() as u64,
    );
    lines.extend(counters(&sockets.counters));
    Ok(Answer {
        status: StatusCode::OK,
        media_type: "text/plain; version=0.0.4; charset=utf-8",
        body: lines.concat().into_bytes(),
        allow: None,
        live: None,
    })
}

/// What was counted since the start. Those of one name stand together, under one help.
fn counters(counters: &Counters) -> Vec<String> {
    let mut lines = Vec::new();
    let mut before = "";
    for count in Count::ALL {
        let name = count.name();
        let family = name.split_once('{').map_or(name, |(family, _)| family);
        if family != before {
            lines.push(format!(
                "# HELP epochta_mock_{family} {}\n# TYPE epochta_mock_{family} counter\n",
                count.help()
            ));
            before = family;
        }
        lines.push(format!("epochta_mock_{name} {}\n", counters.of(*count)));
    }
    lines
}

/// Closes a space and frees its name; the main one stays.
/// The spaces that are open.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SpaceList {
    /// But for the one without a name; by name.
    spaces: Vec<SpaceView>,
}

/// A space that is open.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Space")]
struct SpaceView {
    /// Its name.
    name: String,
    /// How many requests it had since it was opened, or reset.
    requests: u64,
}

/// Who is in one space learns nothing of others.
pub(super) fn spaces(bound: &Bound) -> Result<Answer> {
    if !bound.space().name.is_empty() {
        return Err(Problem::missing("the spaces are told at /_mock/spaces"));
    }
    let spaces = bound.call.app.spaces.all();
    let named = spaces.iter().filter(|space| !space.name.is_empty());
    let view = |space: &Arc<Space>| SpaceView {
        name: space.name.clone(),
        requests: space.requests(),
    };
    ok(&SpaceList {
        spaces: named.map(view).collect(),
    })
}

pub(super) fn close(bound: &Bound) -> Result<Answer> {
    let name = &bound.space().name;
    if name.is_empty() {
        return Err(Problem::conflict(
            "the space without a name stays; close one under /s/NAME/_mock/space",
        ));
    }
    // Somebody else may have closed it meanwhile, which is as good.
    bound.call.app.spaces.remove(name);
    Ok(no_content())
}

//! Messages phone by phone, as a handset would hold them: the newest of each number that got any. Not for the messages
//! of one of them.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use schemars::JsonSchema;
use serde::Serialize;

use super::message::MessageView;
use super::messages::MessageQuery;
use super::search::{Cursor, Eye, Place, Wanted, views, walk};
use super::{Answer, Bound, Result, ok};
use crate::gateway::msisdn::Msisdn;
use crate::space::Space;

/// A number that got messages.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Phone")]
struct PhoneView {
    /// How many of those that are meant it got.
    messages: u64,
    /// The newest of them.
    last: MessageView,
}

/// Numbers that got messages.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PhoneList {
    /// That with the newest message first. A number that is not valid is nobody's: each such message stands for itself.
    phones: Vec<PhoneView>,
    /// The cursor of the next page, if there is one.
    next: Option<String>,
    /// How many there are on all pages together.
    total: u64,
}

/// Whose messages are counted together; one to nobody has its place.
type Whose = (Option<Msisdn>, Option<Place>);

pub(super) async fn list(bound: Bound) -> Result<Answer> {
    let query: MessageQuery = bound.query()?;
    let space = bound.space();
    let (wanted, limit, cursor) = (query.wanted(space)?, query.limit()?, query.cursor()?);
    let usernames = wanted.accounts(space);
    let found = gather(space, &wanted, &usernames).await;
    let total = found.len() as u64;
    let mut newest: Vec<(Place, u64)> = found.into_values().collect();
    newest.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
    let is_after = |place: &Place| {
        let username = usernames.get(place.account).map_or("", String::as_str);
        cursor
            .as_ref()
            .is_none_or(|cursor| cursor.is_after(place.request, username, place.ordinal))
    };
    newest.retain(|(place, _)| is_after(place));
    let more = newest.len() > limit;
    newest.truncate(limit);
    let counts: BTreeMap<Place, u64> = newest.iter().copied().collect();
    let last = views(space, &usernames, counts.keys().copied());
    let phones: Vec<PhoneView> = last
        .into_iter()
        .map(|(place, last)| PhoneView {
            messages: counts.get(&place).copied().unwrap_or_default(),
            last,
        })
        .collect();
    let next = phones
        .last()
        .filter(|_| more)
        .map(|phone| Cursor::of(&phone.last));
    ok(&PhoneList {
        phones,
        next,
        total,
    })
}

/// The newest message of each number, and how many it got.
async fn gather(
    space: &Space,
    wanted: &Wanted,
    usernames: &[String],
) -> BTreeMap<Whose, (Place, u64)> {
    let mut eye = Eye::new(space, wanted);
    let mut found: BTreeMap<Whose, (Place, u64)> = BTreeMap::new();
    for (index, username) in usernames.iter().enumerate() {
        eye.turn(username);
        walk(space, username, u64::MAX, |kept| {
            let place = Place {
                request: kept.mailing.request,
                account: index,
                ordinal: kept.ordinal,
            };
            if place.request <= wanted.filter.after {
                return ControlFlow::Break(());
            }
            if eye.fits(username, kept) {
                let msisdn = kept.message().and_then(|message| message.msisdn);
                let whose = (msisdn, msisdn.is_none().then_some(place));
                let (newest, count) = found.entry(whose).or_insert((place, 0));
                *newest = place.max(*newest);
                *count = count.saturating_add(1);
            }
            ControlFlow::Continue(())
        })
        .await;
    }
    found
}

//! Looking for messages, the newest first, also among very many: whatever is asked for, an account is looked at from
//! its newest message on, and no longer than its messages can still be on the page. Not for what is shown of them.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use jiff::Timestamp;

use super::message::{MessageView, view};
use super::words::{Word, Words};

use crate::gateway::account::Account;
use crate::gateway::event::{Accepted, Message};
use crate::gateway::messages::{Kept, Messages};
use crate::gateway::personalise::substitute_into;
use crate::gateway::status::Status;
use crate::space::Space;
use crate::space::hidden;
use crate::space::waiters::Filter;

/// How many messages are looked at while their account is locked: clients of it are not to wait for a search.
const AT_A_TIME: usize = 2_000;

/// Among how many messages at most all that fit are counted.
const COUNTED: usize = 10_000;

/// Which messages are meant: all of it must fit.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    pub(super) filter: Filter,
    /// The status that it has now.
    pub(super) status: Option<Status>,
    pub(super) words: Words,
}

impl Wanted {
    /// Whether every message of an account is meant, if any is.
    fn is_whole_accounts(&self) -> bool {
        let Filter {
            account: _,
            msisdn,
            id,
            sender,
            text,
            after,
            hides_numbers: _,
        } = &self.filter;
        msisdn.is_none()
            && id.is_none()
            && sender.is_none()
            && text.is_none()
            && *after == 0
            && self.status.is_none()
            && self.words.is_empty()
    }

    /// The logins of the accounts whose messages can be meant.
    pub(super) fn accounts(&self, space: &Space) -> Vec<String> {
        let mut usernames = space.world.usernames();
        if let Some(account) = &self.filter.account {
            usernames.retain(|username| account.fits(username));
        }
        usernames
    }
}

/// What messages are compared with, one after another.
pub(super) struct Eye<'a> {
    filter: Filter,
    status: Option<Status>,
    words: &'a Words,
    now: Timestamp,
    hides_numbers: bool,
    /// The words that the present account's login does not hold.
    rest: Vec<&'a Word>,
    /// The present mailing, by its request, and whether its words can hold the present ones: its messages are many,
    /// perhaps, and its words are those of all of them.
    mailing: Option<(u64, bool)>,
    /// What is shown of the present message, to be looked through; kept, because there are many.
    shown: String,
}

impl<'a> Eye<'a> {
    pub(super) fn new(space: &Space, wanted: &'a Wanted) -> Self {
        Self {
            filter: Filter {
                // Its accounts have been chosen.
                account: None,
                ..wanted.filter.clone()
            },
            status: wanted.status,
            words: &wanted.words,
            now: space.clock.now(),
            hides_numbers: space.config().mask_numbers,
            rest: Vec::new(),
            mailing: None,
            shown: String::new(),
        }
    }

    /// Looks at this account's messages from now on.
    pub(super) fn turn(&mut self, username: &str) {
        let rest = self.words.iter();
        self.rest = rest
            .filter(|word| !word.pattern.is_match(username))
            .collect();
        self.mailing = None;
    }

    /// Whether a message of the present account is meant.
    pub(super) fn fits(&mut self, username: &str, kept: &Kept<'_>) -> bool {
        let Some(message) = kept.message() else {
            return false;
        };
        let standing = |now| kept.mailing.standing(message, kept.progress, now).status;
        self.filter.fits(username, kept.mailing, message)
            && self
                .status
                .is_none_or(|wanted| wanted == standing(self.now))
            && (self.rest.is_empty()
                || (self.may_hold(kept.mailing, message) && self.holds(kept, message)))
    }

    /// Whether the words can be in a message at all, by a look that costs little.
    fn may_hold(&mut self, mailing: &Accepted, message: &Message) -> bool {
        // What is masked is another text.
        if self.hides_numbers {
            return true;
        }
        let may_hold = match self.mailing {
            Some((request, may_hold)) if request == mailing.request => may_hold,
            Some(_) | None => {
                let all = mailing.words.all();
                let is_elsewhere = |word: &Word| word.is_of_number || word.is_of_status;
                let mut rest = self.rest.iter();
                let may_hold = rest.all(|word| is_elsewhere(word) || word.pattern.is_match(all));
                self.mailing = Some((mailing.request, may_hold));
                may_hold
            }
        };
        // What is put together of template and variables can hold what neither does.
        may_hold || (mailing.words.at(mailing.text).contains('%') && message.variables.is_some())
    }

    /// Whether the words are in what is shown of a message.
    fn holds(&mut self, kept: &Kept<'_>, message: &Message) -> bool {
        let mailing = kept.mailing;
        let is_any = |of: fn(&Word) -> bool| self.rest.iter().any(|word| of(word));
        let msisdn = message
            .msisdn
            .filter(|_| self.hides_numbers || is_any(|word| word.is_of_number))
            .map(|msisdn| msisdn.to_string());
        let status = is_any(|word| word.is_of_status)
            .then(|| mailing.standing(message, kept.progress, self.now).status)
            .filter(|status| *status != Status::Waiting);
        let shown = &mut self.shown;
        shown.clear();
        let template = mailing.words.at(mailing.text);
        match message.variables {
            Some(variables) => substitute_into(shown, template, mailing.words.at(variables)),
            None => shown.push_str(template),
        }
        for piece in [
            // Shown beside the text.
            message.variables.map_or("", |_| template),
            mailing.words.at(message.id),
            mailing.written(kept.position).unwrap_or_default(),
            mailing.words.at(mailing.sender),
            msisdn.as_deref().unwrap_or_default(),
            status.map_or("", Status::word),
        ] {
            // No word has a line feed, so none is found half in one and half in the other.
            shown.push('\n');
            shown.push_str(piece);
        }
        if self.hides_numbers {
            *shown = hidden::numbers(shown, true);
        }
        self.rest.iter().all(|word| word.pattern.is_match(shown))
    }
}

/// Where a message stands among all others: the newest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) request: u64,
    /// Which account, in the order of their logins.
    pub(super) account: usize,
    pub(super) ordinal: u64,
}

/// The newest of those that fit, so far.
struct Page<'a> {
    eye: Eye<'a>,
    before: Option<&'a Cursor>,
    most: usize,
    found: BTreeSet<Place>,
}

impl Page<'_> {
    /// Looks at a message; breaks off where all that follow are too old.
    fn look(&mut self, index: usize, username: &str, kept: &Kept<'_>) -> ControlFlow<()> {
        let place = Place {
            request: kept.mailing.request,
            account: index,
            ordinal: kept.ordinal,
        };
        let is_full = self.found.len() >= self.most;
        let is_late = is_full && self.found.first().is_none_or(|last| place < *last);
        if is_late || place.request <= self.eye.filter.after {
            return ControlFlow::Break(());
        }
        if self.eye.fits(username, kept) {
            self.found.insert(place);
            if is_full {
                self.found.pop_first();
            }
        }
        ControlFlow::Continue(())
    }

    /// The ordinal behind the first message that comes after the cursor. Within an account the numbers of requests
    /// grow with the ordinals.
    fn start(&self, username: &str, messages: &Messages) -> u64 {
        let end = messages.next_ordinal().get();
        let Some(cursor) = self.before else {
            return end;
        };
        let (mut from, mut to) = (messages.evicted().saturating_add(1), end);
        while from < to {
            let middle = from.midpoint(to);
            let is_after = messages
                .get(middle)
                .is_some_and(|kept| cursor.is_after(kept.mailing.request, username, kept.ordinal));
            if is_after {
                from = middle.saturating_add(1);
            } else {
                to = middle;
            }
        }
        from
    }
}

/// Looks at the messages of an account before this ordinal, the newest first. Clients are served in between, its own
/// and others.
pub(super) async fn walk(
    space: &Space,
    username: &str,
    mut before: u64,
    mut look: impl FnMut(&Kept<'_>) -> ControlFlow<()>,
) {
    let mut look_on = |account: &Account| {
        let messages = account.messages();
        let first = messages.evicted().saturating_add(1);
        let end = before.min(messages.next_ordinal().get());
        for (looked, ordinal) in (first..end).rev().enumerate() {
            if looked == AT_A_TIME {
                before = ordinal.saturating_add(1);
                return ControlFlow::Continue(());
            }
            let Some(kept) = messages.get(ordinal) else {
                break;
            };
            look(&kept)?;
        }
        ControlFlow::Break(())
    };
    while let Some(ControlFlow::Continue(())) = space.world.with_account(username, &mut look_on) {
        tokio::task::yield_now().await;
    }
}

/// The newest messages of a space that fit, at most so many, and how many are no longer kept.
pub(super) async fn search(
    space: &Space,
    wanted: &Wanted,
    most: usize,
    before: Option<&Cursor>,
) -> (Vec<MessageView>, u64) {
    let mut page = Page {
        eye: Eye::new(space, wanted),
        before,
        most,
        found: BTreeSet::new(),
    };
    let usernames = wanted.accounts(space);
    let mut evicted = 0_u64;
    for (index, username) in usernames.iter().enumerate() {
        page.eye.turn(username);
        let start = space.world.with_account(username, |account| {
            let messages = account.messages();
            // What went before the asked requests is not missed.
            let oldest = messages.iter().next();
            if wanted.filter.after < oldest.map_or(0, |kept| kept.mailing.request) {
                evicted = evicted.saturating_add(messages.evicted());
            }
            page.start(username, messages)
        });
        walk(space, username, start.unwrap_or_default(), |kept| {
            page.look(index, username, kept)
        })
        .await;
    }
    let views = views(space, &usernames, page.found.iter().copied());
    (views.into_iter().map(|(_, view)| view).collect(), evicted)
}

/// The messages of a page, the newest first.
pub(super) fn views(
    space: &Space,
    usernames: &[String],
    found: impl Iterator<Item = Place>,
) -> Vec<(Place, MessageView)> {
    let mut by_account: Vec<Place> = found.collect();
    by_account.sort_by_key(|place| (place.account, place.ordinal));
    let mut views: Vec<(Place, MessageView)> = Vec::with_capacity(by_account.len());
    for places in by_account.chunk_by(|one, other| one.account == other.account) {
        let Some(username) = places
            .first()
            .and_then(|place| usernames.get(place.account))
        else {
            continue;
        };
        space.world.with_account(username, |account| {
            views.extend(places.iter().filter_map(|place| {
                let kept = account.messages().get(place.ordinal)?;
                Some((*place, view(space, username, &kept)?))
            }));
        });
    }
    views.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
    views
}

/// How many messages there are on all pages, if that can be known without looking at very many.
pub(super) fn total(space: &Space, wanted: &Wanted) -> Option<u64> {
    let usernames = wanted.accounts(space);
    let counts = usernames.iter().filter_map(|username| {
        space
            .world
            .with_account(username, |account| account.messages().count())
    });
    let kept: usize = counts.fold(0, usize::saturating_add);
    if wanted.is_whole_accounts() {
        return Some(kept as u64);
    }
    if kept > COUNTED {
        return None;
    }
    let mut eye = Eye::new(space, wanted);
    let fitting = usernames.iter().filter_map(|username| {
        eye.turn(username);
        space.world.with_account(username, |account| {
            let messages = account.messages().iter();
            messages.filter(|kept| eye.fits(username, kept)).count() as u64
        })
    });
    Some(fitting.sum())
}

/// The last message of a page.
#[derive(Debug)]
pub(super) struct Cursor {
    request: u64,
    account: String,
    ordinal: u64,
}

impl Cursor {
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let request = parts.next()?.parse().ok()?;
        let ordinal = parts.next()?.parse().ok()?;
        Some(Self {
            request,
            ordinal,
            account: parts.next()?.to_owned(),
        })
    }

    pub(super) fn of(view: &MessageView) -> String {
        format!("{}.{}.{}", view.request, view.ordinal, view.account)
    }

    /// Whether a message comes after it, the newest being first.
    pub(super) fn is_after(&self, request: u64, account: &str, ordinal: u64) -> bool {
        (request, account, ordinal) < (self.request, self.account.as_str(), self.ordinal)
    }
}

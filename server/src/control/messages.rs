//! Messages: a page of them, one, and a hand for one. Not for how they are found, nor for what is shown of each.

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::message::{MessageView, seen};
use super::search::{Cursor, Wanted, search, total};
use super::words::Words;
use super::{Answer, Bound, Problem, Result, ok, schema};
use crate::config::script::{self, StatusKey};
use crate::gateway::event::Event;
use crate::gateway::script::Glob;
use crate::gateway::status::Status;
use crate::space::Space;
use crate::space::waiters::Filter;

/// Which messages are meant: all that is given must fit. In patterns `*` stands for anything, `?` for one character.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct MessageQuery {
    /// A pattern of logins.
    #[schemars(length(max = 1_000))]
    pub(super) account: Option<String>,
    /// A pattern of numbers, in digits.
    #[schemars(length(max = 1_000))]
    #[schemars(regex(pattern = r"^[0-9*?+()\s-]*[0-9*?][0-9*?+()\s-]*$"))]
    pub(super) to: Option<String>,
    /// A pattern of message ids.
    #[schemars(length(max = 1_000))]
    pub(super) id: Option<String>,
    /// A pattern of senders.
    #[schemars(length(max = 1_000))]
    pub(super) sender: Option<String>,
    /// A regular expression that is found in the text that the handset shows.
    #[schemars(length(max = 10_000), extend("format" = "regex"))]
    pub(super) text: Option<String>,
    /// The status that it has now: SENT, DELIVERED, …, or 0.
    #[schemars(schema_with = "schema::status")]
    pub(super) status: Option<String>,
    /// Words, each of which is found, whatever its case, in the text, the number, the id, the account, the sender or the
    /// status.
    #[schemars(length(max = 1_000))]
    pub(super) query: Option<String>,
    /// Only messages of later requests than this one.
    #[serde(deserialize_with = "super::given")]
    pub(super) after: Option<u64>,
    /// At most so many, the newest first. Without this: 100.
    #[serde(deserialize_with = "super::given")]
    #[schemars(range(min = 1, max = 10_000))]
    pub(super) limit: Option<u32>,
    /// Go on after the last page: its `next`.
    #[schemars(regex(pattern = r"^[0-9]{1,19}\.[0-9]{1,19}\."))]
    pub(super) cursor: Option<String>,
}

/// Which messages are meant, all of them: all that is given must fit. In patterns `*` stands for anything, `?` for one character.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Meant {
    /// A pattern of logins.
    #[schemars(length(max = 1_000))]
    account: Option<String>,
    /// A pattern of numbers, in digits.
    #[schemars(length(max = 1_000))]
    #[schemars(regex(pattern = r"^[0-9*?+()\s-]*[0-9*?][0-9*?+()\s-]*$"))]
    to: Option<String>,
    /// A pattern of message ids.
    #[schemars(length(max = 1_000))]
    id: Option<String>,
    /// A pattern of senders.
    #[schemars(length(max = 1_000))]
    sender: Option<String>,
    /// A regular expression that is found in the text that the handset shows.
    #[schemars(length(max = 10_000), extend("format" = "regex"))]
    text: Option<String>,
    /// The status that it has now: SENT, DELIVERED, …, or 0.
    #[schemars(schema_with = "schema::status")]
    status: Option<String>,
    /// Only messages of later requests than this one.
    after: Option<u64>,
}

/// Messages, the newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MessageList {
    /// The newest first.
    messages: Vec<MessageView>,
    /// The cursor of the next page, if there is one.
    next: Option<String>,
    /// How many messages that were once there are no longer kept.
    evicted: u64,
    /// How many there are on all pages together; null if that is not known without looking at more than 10,000 messages.
    total: Option<u64>,
}

/// Where a message is to go.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Move {
    /// The status that it is to have. Without this key: that of the next step of its story.
    status: Option<StatusKey>,
}

impl From<Meant> for MessageQuery {
    fn from(meant: Meant) -> Self {
        Self {
            account: meant.account,
            to: meant.to,
            id: meant.id,
            sender: meant.sender,
            text: meant.text,
            status: meant.status,
            query: None,
            after: meant.after,
            limit: None,
            cursor: None,
        }
    }
}

impl MessageQuery {
    /// Which messages it means.
    pub(super) fn wanted(&self, space: &Space) -> Result<Wanted> {
        let status = self.status.as_deref().map(|word| {
            Status::from_word(word).ok_or_else(|| {
                let known: Vec<&str> = Status::ALL.into_iter().map(Status::word).collect();
                Problem::bad(format!("status is one of {}", known.join(", ")))
            })
        });
        Ok(Wanted {
            filter: self.filter(space)?,
            status: status.transpose()?,
            words: Words::read(self.query.as_deref().unwrap_or_default())?,
        })
    }

    /// How many are on a page.
    pub(super) fn limit(&self) -> Result<usize> {
        let limit = self.limit.unwrap_or(100);
        if (1..=10_000).contains(&limit) {
            Ok(limit as usize)
        } else {
            Err(Problem::bad("limit is from 1 to 10000"))
        }
    }

    /// Behind which message the page begins.
    pub(super) fn cursor(&self) -> Result<Option<Cursor>> {
        let read = self.cursor.as_deref().map(|cursor| {
            Cursor::read(cursor).ok_or_else(|| Problem::bad("cursor is none that a page gave"))
        });
        read.transpose()
    }

    pub(super) fn filter(&self, space: &Space) -> Result<Filter> {
        let hides_numbers = space.config().mask_numbers;
        let glob = |pattern: &Option<String>, key| {
            let read = pattern.as_deref().map(|pattern| glob(pattern, key));
            read.transpose()
        };
        let shown = |pattern: Option<Glob>| {
            pattern.map(|pattern| Filter::pattern(pattern.as_str(), hides_numbers))
        };
        Ok(Filter {
            account: glob(&self.account, "account")?,
            msisdn: shown(number(self.to.as_deref())?),
            id: shown(glob(&self.id, "id")?),
            sender: shown(glob(&self.sender, "sender")?),
            text: self
                .text
                .as_deref()
                .map(|text| regex(text, "text"))
                .transpose()?,
            after: self.after.unwrap_or(0),
            hides_numbers,
        })
    }
}

/// The longest pattern, in characters.
const LONGEST_GLOB: usize = 1_000;

/// A pattern of a length that does not keep anybody waiting.
pub(super) fn glob(pattern: &str, key: &str) -> Result<Glob> {
    if pattern.chars().count() > LONGEST_GLOB {
        return Err(Problem::bad(format!(
            "{key} is a pattern of at most {LONGEST_GLOB} characters"
        )));
    }
    Ok(Glob::new(pattern))
}

/// A pattern of numbers.
fn number(pattern: Option<&str>) -> Result<Option<Glob>> {
    let read = pattern.map(|pattern| {
        glob(pattern, "to")?;
        script::number_pattern(pattern).map_err(|wrong| Problem::bad(format!("to is {wrong}")))
    });
    read.transpose()
}

/// A regular expression of a size of which there can be many.
pub(super) fn regex(text: &str, key: &str) -> Result<Regex> {
    script::pattern(text).map_err(|wrong| Problem::bad(format!("{key} is {wrong}")))
}

pub(super) async fn list(bound: Bound) -> Result<Answer> {
    let query: MessageQuery = bound.query()?;
    let space = bound.space();
    let (wanted, limit, cursor) = (query.wanted(space)?, query.limit()?, query.cursor()?);
    let (mut messages, evicted) =
        search(space, &wanted, limit.saturating_add(1), cursor.as_ref()).await;
    let more = messages.len() > limit;
    messages.truncate(limit);
    let next = messages.last().filter(|_| more).map(Cursor::of);
    ok(&MessageList {
        messages,
        next,
        evicted,
        total: total(space, &wanted),
    })
}

/// The message that a path names.
fn find(bound: &Bound) -> Result<(String, u64)> {
    let (account, ordinal) = (bound.capture(0), bound.capture(1));
    let nothing = || {
        Problem::missing(format!(
            "there is no message {} of {:?}",
            super::cut(ordinal),
            super::cut(account)
        ))
    };
    let ordinal = ordinal.parse().map_err(|_| nothing())?;
    let is_there = bound
        .space()
        .world
        .with_account(account, |account| account.messages().get(ordinal).is_some());
    if is_there == Some(true) {
        Ok((account.to_owned(), ordinal))
    } else {
        Err(nothing())
    }
}

pub(super) fn read(bound: &Bound) -> Result<Answer> {
    let (account, ordinal) = find(bound)?;
    ok(&seen(bound.space(), &account, ordinal)?)
}

pub(super) fn turn(bound: &Bound) -> Result<Answer> {
    let (account, message) = find(bound)?;
    let Move { status } = bound.body()?;
    let space = bound.space();
    let before = seen(space, &account, message)?.status;
    let event = Event::Moved {
        at: space.clock.now(),
        message,
        to: status.map(Into::into),
    };
    space.world.change(&account, |_| vec![event]);
    let after = seen(space, &account, message)?;
    if after.status == before {
        let detail =
            format!("the message is {before}, and cannot go there: a status moves forward only");
        return Err(Problem::conflict(detail));
    }
    ok(&after)
}

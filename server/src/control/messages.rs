//! Messages: search, read, wait, move. What a handset would show, with its parts, its price and its story.

use std::time::Duration;

use hyper::StatusCode;
use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Bound, Problem, Result, mask, ok, otp, schema};
use crate::config::Scalar;
use crate::config::script::{self, StatusKey, StepKeys, steps};
use crate::gateway::event::Event;
use crate::gateway::messages::Kept;
use crate::gateway::script::Glob;
use crate::gateway::segments::{Alphabet, Segments};
use crate::gateway::status::Status;
use crate::space::Space;
use crate::space::waiters::{Filter, Found, text};

/// Which messages are meant: all that is given must fit. In patterns `*` stands for anything, `?` for one character.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct MessageQuery {
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
    #[serde(deserialize_with = "super::given")]
    after: Option<u64>,
    /// At most so many, the newest first. Without this: 100.
    #[serde(deserialize_with = "super::given")]
    #[schemars(range(min = 1, max = 10_000))]
    limit: Option<u32>,
    /// Go on after the last page: its `next`.
    #[schemars(regex(pattern = r"^[0-9]{1,19}\.[0-9]{1,19}\."))]
    cursor: Option<String>,
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

/// Which message is waited for, how long, and what is to be taken out of it.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WaitQuery {
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
    /// Only messages of later requests than this one. Without this, one that is there already will do.
    #[serde(deserialize_with = "super::given")]
    after: Option<u64>,
    /// How long, by the clock of the space: 10s. Without this: 10s.
    #[schemars(extend("examples" = ["500ms", "2s", "10m"]))]
    timeout: Option<String>,
    /// What to take out of the text: `otp` for a code of 4 to 8 digits, or a regular expression, of which the first
    /// group counts, or all of it.
    #[schemars(length(max = 10_000), extend("format" = "regex"))]
    extract: Option<String>,
}

/// A message.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MessageView {
    /// The login of its account.
    account: String,
    /// Its number in the account, from 1.
    ordinal: u64,
    /// The number of the request that sent it.
    request: u64,
    /// When it was accepted.
    at: String,
    /// The number, unless it is not valid.
    #[schemars(regex(pattern = r"^[0-9*?+()\s-]*[0-9*?][0-9*?+()\s-]*$"))]
    to: Option<String>,
    /// Its id; empty if it has none.
    id: String,
    /// The sender.
    sender: String,
    /// The text that the handset shows.
    text: String,
    /// The text before personalisation, if it was personalised.
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    /// `gsm` or `ucs2`.
    alphabet: &'static str,
    /// How long the text is, in units of the alphabet.
    units: u32,
    /// In how many parts it goes.
    parts: u32,
    /// What it costs, in credits.
    price: String,
    /// Its status; `0`: not handed over.
    status: &'static str,
    /// When it was handed over.
    sent_at: Option<String>,
    /// When it became final.
    done_at: Option<String>,
    /// Its story, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    story: Option<Vec<StepKeys>>,
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
}

/// A message that was waited for.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Waited {
    /// It.
    message: MessageView,
    /// What `extract` took out of its text.
    extracted: Option<String>,
}

/// Where a message is to go.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Move {
    /// The status that it is to have. Without this key: that of the next step of its story.
    status: Option<StatusKey>,
}

fn view(space: &Space, account: &str, kept: &Kept<'_>) -> Option<MessageView> {
    let message = kept.message()?;
    let mailing = kept.mailing;
    let standing = mailing.standing(message, kept.progress, space.clock.now());
    let shown = text(mailing, message);
    let segments = Segments::of(&shown);
    let template = mailing.words.at(mailing.text);
    let hidden = space.config().mask_numbers;
    Some(MessageView {
        account: account.to_owned(),
        ordinal: kept.ordinal,
        request: mailing.request,
        at: mailing.at.to_string(),
        to: message
            .msisdn
            .map(|msisdn| mask::number(&msisdn.to_string(), hidden)),
        id: mask::numbers(mailing.words.at(message.id), hidden),
        sender: mailing.words.at(mailing.sender).to_owned(),
        template: (template != shown).then(|| mask::numbers(template, hidden)),
        text: mask::numbers(&shown, hidden),
        alphabet: match segments.alphabet {
            Alphabet::Gsm => "gsm",
            Alphabet::Ucs2 => "ucs2",
        },
        units: segments.units,
        parts: segments.parts,
        price: message.price.to_string(),
        status: standing.status.word(),
        sent_at: standing.sent.map(|at| at.to_string()),
        done_at: standing.done.map(|at| at.to_string()),
        story: mailing.story(message).map(steps),
    })
}

impl MessageView {
    /// Whether it was not accepted, because the balance did not last for it (MONEY-04).
    pub(super) fn was_unpaid(&self) -> bool {
        self.story.is_none() && self.status == Status::NotEnoughCredits.word()
    }

    pub(super) const fn request(&self) -> u64 {
        self.request
    }

    pub(super) fn to(&self) -> Option<&str> {
        self.to.as_deref()
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) const fn parts(&self) -> u32 {
        self.parts
    }

    pub(super) fn price(&self) -> &str {
        &self.price
    }

    pub(super) const fn status(&self) -> &'static str {
        self.status
    }
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
            after: meant.after,
            limit: None,
            cursor: None,
        }
    }
}

impl MessageQuery {
    pub(super) fn status(&self) -> Option<&str> {
        self.status.as_deref()
    }

    pub(super) fn filter(&self) -> Result<Filter> {
        if let Some(status) = &self.status
            && Status::from_word(status).is_none()
        {
            let known: Vec<&str> = Status::ALL.into_iter().map(Status::word).collect();
            return Err(Problem::bad(format!(
                "status is one of {}",
                known.join(", ")
            )));
        }
        let glob = |pattern: &Option<String>, key| {
            pattern
                .as_deref()
                .map(|pattern| glob(pattern, key))
                .transpose()
        };
        Ok(Filter {
            account: glob(&self.account, "account")?,
            msisdn: number(self.to.as_deref())?,
            id: glob(&self.id, "id")?,
            sender: glob(&self.sender, "sender")?,
            text: self
                .text
                .as_deref()
                .map(|text| regex(text, "text"))
                .transpose()?,
            after: self.after.unwrap_or(0),
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

/// All messages of a space that fit, the newest first, and how many are no longer kept.
pub(super) fn search(
    space: &Space,
    filter: &Filter,
    most: usize,
    before: Option<&Cursor>,
) -> (Vec<MessageView>, u64) {
    let mut found: Vec<MessageView> = Vec::new();
    let mut evicted = 0;
    for username in space.world.usernames() {
        if filter
            .account
            .as_ref()
            .is_some_and(|account| !account.fits(&username))
        {
            continue;
        }
        space.world.with_account(&username, |account| {
            // What went before the asked requests is not missed.
            let oldest = account
                .messages()
                .iter()
                .next()
                .map_or(0, |kept| kept.mailing.request);
            if filter.after < oldest {
                evicted += account.messages().evicted();
            }
            let fitting = account.messages().iter().rev().filter(|kept| {
                before.is_none_or(|cursor| {
                    cursor.is_after(kept.mailing.request, &username, kept.ordinal)
                }) && kept
                    .message()
                    .is_some_and(|message| filter.fits(&username, kept.mailing, message))
            });
            found.extend(
                fitting
                    .take(most)
                    .filter_map(|kept| view(space, &username, &kept)),
            );
        });
    }
    found.sort_by(|one, other| {
        let key = |view: &MessageView| (view.request, view.account.clone(), view.ordinal);
        key(other).cmp(&key(one))
    });
    found.truncate(most);
    (found, evicted)
}

/// The last message of a page.
pub(super) struct Cursor {
    request: u64,
    account: String,
    ordinal: u64,
}

impl Cursor {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let request = parts.next()?.parse().ok()?;
        let ordinal = parts.next()?.parse().ok()?;
        Some(Self {
            request,
            ordinal,
            account: parts.next()?.to_owned(),
        })
    }

    fn of(view: &MessageView) -> String {
        format!("{}.{}.{}", view.request, view.ordinal, view.account)
    }

    /// Whether a message comes after it, the newest being first.
    fn is_after(&self, request: u64, account: &str, ordinal: u64) -> bool {
        (request, account, ordinal) < (self.request, self.account.as_str(), self.ordinal)
    }
}

pub(super) fn list(bound: &Bound) -> Result<Answer> {
    let query: MessageQuery = bound.query()?;
    let filter = query.filter()?;
    let limit = query.limit.unwrap_or(100);
    if !(1..=10_000).contains(&limit) {
        return Err(Problem::bad("limit is from 1 to 10000"));
    }
    let cursor = query.cursor.as_deref().map(|cursor| {
        Cursor::read(cursor).ok_or_else(|| Problem::bad("cursor is none that a page gave"))
    });
    let cursor = cursor.transpose()?;
    let limit = limit as usize;
    // A status is only known once it is computed; so then all are looked at.
    let most = if query.status.is_some() {
        usize::MAX
    } else {
        limit + 1
    };
    let (mut messages, evicted) = search(bound.space(), &filter, most, cursor.as_ref());
    if let Some(status) = &query.status {
        messages.retain(|message| message.status == status);
    }
    let more = messages.len() > limit;
    messages.truncate(limit);
    let next = messages.last().filter(|_| more).map(Cursor::of);
    ok(&MessageList {
        messages,
        next,
        evicted,
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

fn seen(space: &Space, account: &str, ordinal: u64) -> Result<MessageView> {
    let gone = || Problem::missing("the message is no longer kept");
    let view = space.world.with_account(account, |kept| {
        kept.messages()
            .get(ordinal)
            .and_then(|kept| view(space, account, &kept))
    });
    view.flatten().ok_or_else(gone)
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

/// What to take out of a text.
enum Extract {
    Otp,
    Pattern(Regex),
}

impl Extract {
    fn from(&self, text: &str) -> Option<String> {
        match self {
            Self::Otp => otp::one_time_code(text),
            Self::Pattern(pattern) => {
                let captures = pattern.captures(text)?;
                let group = captures.get(1).or_else(|| captures.get(0))?;
                Some(group.as_str().to_owned())
            }
        }
    }
}

pub(super) async fn wait(bound: Bound) -> Result<Answer> {
    let query: WaitQuery = bound.query()?;
    let filter = MessageQuery {
        account: query.account,
        to: query.to,
        id: query.id,
        sender: query.sender,
        text: query.text,
        after: query.after,
        ..MessageQuery::default()
    };
    let filter = filter.filter()?;
    let extract = query.extract.as_deref().map(|extract| match extract {
        "otp" => Ok(Extract::Otp),
        pattern => regex(pattern, "extract").map(Extract::Pattern),
    });
    let extract = extract.transpose()?;
    let timeout = query.timeout.as_deref().map(Duration::read).transpose();
    let timeout = timeout.map_err(|wrong| Problem::bad(format!("timeout: {wrong}")))?;
    let space = &bound.call.space;
    let due = space
        .clock
        .now()
        .saturating_add(timeout.unwrap_or(Duration::from_secs(10)));
    let due = due.unwrap_or(jiff::Timestamp::MAX);
    // First to the list, then a look at what is there: nothing falls in between.
    let waiting = space.waiters.wait(filter.clone());
    let (there, _) = search(space, &filter, 1, None);
    let message = match there.into_iter().next() {
        Some(message) => message,
        None => tokio::select! {
            biased;
            found = waiting => match found {
                Ok(Found { account, ordinal }) => seen(space, &account, ordinal)?,
                Err(_) => return Err(Problem::conflict("the space was reset while you waited")),
            },
            () = space.clock.reaches(due) => return Err(nothing_came(space, &filter)),
            () = patience(space) => return Err(nothing_came(space, &filter)),
        },
    };
    let extracted = extract.and_then(|extract| extract.from(&message.text));
    ok(&Waited { message, extracted })
}

/// A clock that stands would let a wait last for ever, and a build with it: at most so long by the machine's clock.
async fn patience(space: &Space) {
    tokio::time::sleep(space.config().limits.wait_timeout).await;
}

/// A time-out shows what came nearest: the newest messages, and what is different about each.
fn nothing_came(space: &Space, filter: &Filter) -> Problem {
    let (newest, _) = search(
        space,
        &Filter {
            after: filter.after,
            ..Filter::default()
        },
        3,
        None,
    );
    let differs = |name: &str, glob: &Option<Glob>, found: &str| {
        glob.as_ref()
            .filter(|glob| !glob.fits(found))
            .map(|glob| format!("{name} is not {:?}", glob.as_str()))
    };
    // A number that is hidden cannot be compared any more.
    let hidden = space.config().mask_numbers;
    let lines = newest.iter().map(|message| {
        let differences = [
            differs("account", &filter.account, &message.account),
            (!hidden)
                .then(|| {
                    differs(
                        "to",
                        &filter.msisdn,
                        message.to.as_deref().unwrap_or_default(),
                    )
                })
                .flatten(),
            differs("id", &filter.id, &message.id),
            differs("sender", &filter.sender, &message.sender),
            filter
                .text
                .as_ref()
                .filter(|text| !text.is_match(&message.text))
                .map(|text| format!("text is not like {text}")),
        ];
        let differences: Vec<String> = differences.into_iter().flatten().collect();
        let text: String = message.text.chars().take(60).collect();
        format!(
            "request {}: from {:?} to {} by {}, {text:?}: {}",
            message.request,
            message.sender,
            message.to.as_deref().unwrap_or("no number"),
            message.account,
            differences.join(", ")
        )
    });
    let lines: Vec<String> = lines.collect();
    let detail = match lines.len() {
        0 => "no message came, not even another one",
        _ => "no such message came; these are the newest others",
    };
    Problem::new(StatusCode::REQUEST_TIMEOUT, detail).with(lines)
}

//! Waiting for a message, and taking a code out of it. Not for who is woken by what: that is `space::waiters`.

use std::time::Duration;

use hyper::StatusCode;
use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::message::{MessageView, seen};
use super::messages::{MessageQuery, regex};
use super::search::{Wanted, search};
use super::{Answer, Bound, Problem, Result, ok, otp};
use crate::config::Scalar;
use crate::gateway::script::Glob;
use crate::space::Space;
use crate::space::waiters::{Filter, Found};

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

/// A message that was waited for.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Waited {
    /// It.
    message: MessageView,
    /// What `extract` took out of its text.
    extracted: Option<String>,
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
    let filter = filter.filter(bound.space())?;
    let extract = query.extract.as_deref().map(|extract| match extract {
        "otp" => Ok(Extract::Otp),
        pattern => regex(pattern, "extract").map(Extract::Pattern),
    });
    let extract = extract.transpose()?;
    let timeout = query.timeout.as_deref().map(Duration::read).transpose();
    let timeout = timeout.map_err(|wrong| Problem::bad(format!("timeout: {wrong}")))?;
    // Whoever waits does it in the space that the message will come to; what is not right opens none.
    let spaces = &bound.call.app.spaces;
    let name = &bound.call.space.name;
    let space = if bound.call.app.is_read_only() {
        spaces.find(name)
    } else {
        spaces.get(name)
    };
    let space = &space.ok_or_else(|| {
        Problem::missing("this space is not open, and a mock that is read-only opens none here")
    })?;
    let due = space
        .clock
        .now()
        .saturating_add(timeout.unwrap_or(Duration::from_secs(10)));
    let due = due.unwrap_or(jiff::Timestamp::MAX);
    // First to the list, then a look at what is there: nothing falls in between.
    let waiting = space.waiters.wait(filter.clone());
    let wanted = Wanted {
        filter: filter.clone(),
        ..Wanted::default()
    };
    let (there, _) = search(space, &wanted, 1, None).await;
    let message = match there.into_iter().next() {
        Some(message) => message,
        None => tokio::select! {
            biased;
            found = waiting => match found {
                Ok(Found { account, ordinal }) => seen(space, &account, ordinal)?,
                Err(_) => return Err(Problem::conflict("the space was reset while you waited")),
            },
            () = space.clock.reaches(due) => return Err(nothing_came(space, &filter).await),
            () = patience(space) => return Err(nothing_came(space, &filter).await),
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
async fn nothing_came(space: &Space, filter: &Filter) -> Problem {
    let (newest, _) = search(
        space,
        &Wanted {
            filter: Filter {
                after: filter.after,
                ..Filter::default()
            },
            ..Wanted::default()
        },
        3,
        None,
    )
    .await;
    let differs = |name: &str, glob: &Option<Glob>, found: &str| {
        glob.as_ref()
            .filter(|glob| !glob.fits(found))
            .map(|glob| format!("{name} is not {:?}", glob.as_str()))
    };
    let lines = newest.iter().map(|message| {
        let differences = [
            differs("account", &filter.account, &message.account),
            differs(
                "to",
                &filter.msisdn,
                message.to.as_deref().unwrap_or_default(),
            ),
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

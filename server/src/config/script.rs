//! Scripts and stories as they are written, in the configuration file and in the control API alike.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scalar::Exact;
use crate::gateway::code::Code;
use crate::gateway::effect::Placed;
use crate::gateway::script::{Alternative, Condition, Glob, Outcome, Script};
use crate::gateway::status::Status;
use crate::gateway::timeline::{Step, StepError, Timeline, Trigger};

/// A rule: what becomes of messages that are like this. Of several, the first that fits. One of `refuse`, `lose`,
/// `story` and `any_of` says what.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a mapping of keys")]
#[schemars(rename = "Script")]
pub struct ScriptKeys {
    /// Its name, by which it can be read and removed. Without this key: script-1, script-2, …; of one that
    /// is added by the control API: added-1, added-2, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which messages it is for. Without this key: all.
    pub when: ConditionKeys,
    /// It starts with the SEND of this number that it fits, in each account. Without this key: the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub nth: Option<u32>,
    /// For so many SENDs, in each account. Without this key: for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub times: Option<u32>,
    /// The SEND is refused with this code, and nothing is charged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refuse: Option<CodeKey>,
    /// The connection closes without a reply: after the charge (`reply`), or before anything happened (`request`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lose: Option<LoseKey>,
    /// The message goes this way; the last step stays. No steps: it waits for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub story: Option<Vec<StepKeys>>,
    /// One of these stories is drawn by weight, from the seed and the message's own identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub any_of: Option<Vec<AlternativeKeys>>,
}

/// Which messages a script is for: all that is given must fit. In patterns `*` stands for anything, `?` for one
/// character.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a mapping of keys")]
#[schemars(rename = "Condition")]
pub struct ConditionKeys {
    /// A pattern of numbers, in digits: "380*".
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[0-9*?+()\s-]*[0-9*?][0-9*?+()\s-]*$"))]
    pub msisdn: Option<String>,
    /// A pattern of message ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// A pattern of logins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// A pattern of senders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// A regular expression that is found in the text, before personalisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A story beside others.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping of keys")]
#[schemars(rename = "Alternative")]
pub struct AlternativeKeys {
    /// Its share of the draws. Without this key: 1.
    #[serde(default = "one")]
    #[schemars(range(max = 1_000_000))]
    pub weight: u32,
    /// The story.
    pub story: Vec<StepKeys>,
}

const fn one() -> u32 {
    1
}

/// One step in the story of a message: a status, and one of `after`, `polls` and `manual`.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping of keys")]
#[schemars(rename = "Step")]
pub struct StepKeys {
    /// What the message becomes.
    pub status: StatusKey,
    /// How long after the step before it (the first: after acceptance).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Exact<Duration>>,
    /// At which GETSTATUS of the message, counted from the step before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub polls: Option<NonZeroU32>,
    /// When somebody moves it, by the control API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manual: Option<bool>,
}

/// A status that a message can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "Status")]
#[expect(missing_docs, reason = "the vendor's words")]
pub enum StatusKey {
    Sent,
    NotDelivered,
    Delivered,
    NotAllowed,
    InvalidDestinationAddress,
    InvalidSourceAddress,
    NotEnoughCredits,
}

/// A code with which a SEND can be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "Code")]
#[expect(missing_docs, reason = "the vendor's words")]
pub enum CodeKey {
    AuthFailed,
    XmlError,
    NotEnoughCredits,
    NoRecipients,
    InvalidText,
    BadSenderName,
}

/// What is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Lose")]
pub enum LoseKey {
    /// The SEND is accepted and charged, and its reply is lost.
    Reply,
    /// The SEND is lost before anything happened.
    Request,
}

/// What is wrong with a script or a fault: where in it, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct ScriptError {
    /// Keys and indices, from the script or the fault on.
    pub path: Vec<Place>,
    /// Why.
    pub reason: String,
}

/// A key, or an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Of a mapping.
    Key(&'static str),
    /// Of a list.
    Index(usize),
}

impl ScriptError {
    pub(super) fn at(path: impl Into<Vec<Place>>, reason: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            reason: reason.into(),
        }
    }

    fn under(
        mut self,
        outer: impl IntoIterator<Item = Place, IntoIter: DoubleEndedIterator>,
    ) -> Self {
        for place in outer.into_iter().rev() {
            self.path.insert(0, place);
        }
        self
    }
}

/// Reads a script; `otherwise` is its name if it has none.
pub fn script(keys: &ScriptKeys, otherwise: &str) -> Result<Script, ScriptError> {
    let name = keys.name.as_deref().unwrap_or(otherwise);
    if name.is_empty() {
        return Err(ScriptError::at(
            [Place::Key("name")],
            "a name cannot be empty",
        ));
    }
    for (key, value) in [("nth", keys.nth), ("times", keys.times)] {
        if value == Some(0) {
            return Err(ScriptError::at(
                [Place::Key(key)],
                format!("{key} counts from 1"),
            ));
        }
    }
    let outcome = match (keys.refuse, keys.lose, &keys.story, &keys.any_of) {
        (Some(code), None, None, None) => Outcome::Refuse(code.into()),
        (None, Some(LoseKey::Reply), None, None) => Outcome::Lose(Placed::After),
        (None, Some(LoseKey::Request), None, None) => Outcome::Lose(Placed::Before),
        (None, None, Some(steps), None) => {
            let timeline = timeline(steps).map_err(|error| error.under([Place::Key("story")]))?;
            Outcome::Deliver(vec![Alternative {
                weight: 1,
                timeline: Arc::new(timeline),
            }])
        }
        (None, None, None, Some(several)) => Outcome::Deliver(alternatives(several)?),
        _ => {
            return Err(ScriptError::at(
                [],
                "a script has exactly one of refuse, lose, story and any_of",
            ));
        }
    };
    let text = keys
        .when
        .text
        .as_deref()
        .map(pattern)
        .transpose()
        .map_err(|wrong| {
            ScriptError::at(
                [Place::Key("when"), Place::Key("text")],
                format!("this is {wrong}"),
            )
        })?;
    let glob = |pattern: &Option<String>| pattern.as_deref().map(Glob::new);
    let msisdn = keys
        .when
        .msisdn
        .as_deref()
        .map(number_pattern)
        .transpose()
        .map_err(|wrong| {
            ScriptError::at(
                [Place::Key("when"), Place::Key("msisdn")],
                format!("this is {wrong}"),
            )
        })?;
    Ok(Script {
        name: name.into(),
        serial: 0,
        when: Condition {
            msisdn,
            id: glob(&keys.when.id),
            account: glob(&keys.when.account),
            sender: glob(&keys.when.sender),
            text,
        },
        nth: keys.nth.unwrap_or(1),
        times: keys.times,
        outcome,
    })
}

/// The longest regular expression, in characters, and the largest, compiled: of some there can be many.
const LONGEST_PATTERN: usize = 10_000;
const LARGEST_PATTERN: usize = 256 * 1024;

/// Reads a regular expression, or says what it is instead.
pub fn pattern(text: &str) -> Result<Regex, String> {
    if text.chars().count() > LONGEST_PATTERN {
        return Err(format!(
            "a regular expression of more than {LONGEST_PATTERN} characters"
        ));
    }
    RegexBuilder::new(text).size_limit(LARGEST_PATTERN).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            "too large a regular expression; repeat less, and write [0-9] and [A-Za-z] for \\d and \\w".to_owned()
        }
        // The last line says why; the others draw it.
        error => {
            let why = error.to_string();
            let why = why.lines().last().unwrap_or_default();
            format!("no regular expression: {}", why.trim_start_matches("error: "))
        }
    })
}

/// Reads a pattern of numbers: marks are stripped as the gateway strips them; anything else could never fit.
pub fn number_pattern(text: &str) -> Result<Glob, String> {
    let mut stripped = text.to_owned();
    stripped.retain(|mark| !mark.is_whitespace() && !matches!(mark, '+' | '-' | '(' | ')'));
    if stripped.is_empty()
        || !stripped
            .chars()
            .all(|mark| mark.is_ascii_digit() || matches!(mark, '*' | '?'))
    {
        return Err("no pattern of numbers: digits, * and ?".to_owned());
    }
    Ok(Glob::new(&stripped))
}

fn alternatives(several: &[AlternativeKeys]) -> Result<Vec<Alternative>, ScriptError> {
    let mut read = Vec::with_capacity(several.len());
    for (index, keys) in several.iter().enumerate() {
        let within = [
            Place::Key("any_of"),
            Place::Index(index),
            Place::Key("story"),
        ];
        let timeline = timeline(&keys.story).map_err(|error| error.under(within))?;
        read.push(Alternative {
            weight: keys.weight,
            timeline: Arc::new(timeline),
        });
    }
    if read.iter().all(|alternative| alternative.weight == 0) {
        return Err(ScriptError::at(
            [Place::Key("any_of")],
            "there must be a story with a weight above zero",
        ));
    }
    Ok(read)
}

/// Reads a story.
pub fn timeline(steps: &[StepKeys]) -> Result<Timeline, ScriptError> {
    let mut read = Vec::with_capacity(steps.len());
    for (index, step) in steps.iter().enumerate() {
        let trigger = match (step.after, step.polls, step.manual) {
            (Some(after), None, None) => Trigger::After(after.0),
            (None, Some(polls), None) => Trigger::Polls(polls),
            (None, None, Some(true)) => Trigger::Manual,
            _ => {
                return Err(ScriptError::at(
                    [Place::Index(index)],
                    "a step has exactly one of after: 2s, polls: 2 and manual: true",
                ));
            }
        };
        read.push(Step {
            status: step.status.into(),
            trigger,
        });
    }
    Timeline::new(read).map_err(|error: StepError| {
        let at = [Place::Index(error.index - 1), Place::Key("status")];
        ScriptError::at(
            at,
            format!("{error}; a message goes forward: SENT at most once, then one final status"),
        )
    })
}

impl From<StatusKey> for Status {
    fn from(key: StatusKey) -> Self {
        match key {
            StatusKey::Sent => Self::Sent,
            StatusKey::NotDelivered => Self::NotDelivered,
            StatusKey::Delivered => Self::Delivered,
            StatusKey::NotAllowed => Self::NotAllowed,
            StatusKey::InvalidDestinationAddress => Self::InvalidDestinationAddress,
            StatusKey::InvalidSourceAddress => Self::InvalidSourceAddress,
            StatusKey::NotEnoughCredits => Self::NotEnoughCredits,
        }
    }
}

impl From<CodeKey> for Code {
    fn from(key: CodeKey) -> Self {
        match key {
            CodeKey::AuthFailed => Self::AuthFailed,
            CodeKey::XmlError => Self::XmlError,
            CodeKey::NotEnoughCredits => Self::NotEnoughCredits,
            CodeKey::NoRecipients => Self::NoRecipients,
            CodeKey::InvalidText => Self::InvalidText,
            CodeKey::BadSenderName => Self::BadSenderName,
        }
    }
}

/// A script as it would be written.
pub fn keys(script: &Script) -> ScriptKeys {
    let glob = |glob: &Option<Glob>| glob.as_ref().map(|glob| glob.as_str().to_owned());
    let mut keys = ScriptKeys {
        name: Some(script.name.to_string()),
        when: ConditionKeys {
            msisdn: glob(&script.when.msisdn),
            id: glob(&script.when.id),
            account: glob(&script.when.account),
            sender: glob(&script.when.sender),
            text: script
                .when
                .text
                .as_ref()
                .map(|text| text.as_str().to_owned()),
        },
        nth: (script.nth > 1).then_some(script.nth),
        times: script.times,
        ..ScriptKeys::default()
    };
    match &script.outcome {
        Outcome::Refuse(code) => keys.refuse = Some((*code).into()),
        Outcome::Lose(Placed::After) => keys.lose = Some(LoseKey::Reply),
        Outcome::Lose(Placed::Before) => keys.lose = Some(LoseKey::Request),
        Outcome::Deliver(alternatives) => match alternatives.as_slice() {
            [only] => keys.story = Some(steps(&only.timeline)),
            several => {
                let several = several.iter().map(|alternative| AlternativeKeys {
                    weight: alternative.weight,
                    story: steps(&alternative.timeline),
                });
                keys.any_of = Some(several.collect());
            }
        },
    }
    keys
}

/// A story as it would be written.
pub fn steps(timeline: &Timeline) -> Vec<StepKeys> {
    let step = |step: &Step| {
        let (after, polls, manual) = match step.trigger {
            Trigger::After(after) => (Some(Exact(after)), None, None),
            Trigger::Polls(polls) => (None, Some(polls), None),
            Trigger::Manual => (None, None, Some(true)),
        };
        // A story never goes back to waiting.
        Some(StepKeys {
            status: StatusKey::of(step.status)?,
            after,
            polls,
            manual,
        })
    };
    timeline.steps().iter().filter_map(step).collect()
}

impl StatusKey {
    /// The key of a status; `None` for one that a message cannot be given.
    pub const fn of(status: Status) -> Option<Self> {
        Some(match status {
            Status::Waiting => return None,
            Status::Sent => Self::Sent,
            Status::NotDelivered => Self::NotDelivered,
            Status::Delivered => Self::Delivered,
            Status::NotAllowed => Self::NotAllowed,
            Status::InvalidDestinationAddress => Self::InvalidDestinationAddress,
            Status::InvalidSourceAddress => Self::InvalidSourceAddress,
            Status::NotEnoughCredits => Self::NotEnoughCredits,
        })
    }
}

impl From<Code> for CodeKey {
    fn from(code: Code) -> Self {
        match code {
            Code::AuthFailed => Self::AuthFailed,
            Code::XmlError => Self::XmlError,
            Code::NotEnoughCredits => Self::NotEnoughCredits,
            Code::NoRecipients => Self::NoRecipients,
            Code::InvalidText => Self::InvalidText,
            Code::BadSenderName => Self::BadSenderName,
        }
    }
}

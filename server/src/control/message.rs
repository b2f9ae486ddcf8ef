//! A message as it is shown: what a handset would show, with its parts, its price and its story. Not for finding it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Problem, Result, otp};
use crate::config::script::{StepKeys, steps};
use crate::config::{Exact, Scalar};
use crate::gateway::event::{Accepted, Message};
use crate::gateway::messages::Kept;
use crate::gateway::segments::{Alphabet, Segments, boundaries};
use crate::gateway::status::Status;
use crate::gateway::timeline::{Progress, Step, Trigger};
use crate::space::Space;
use crate::space::hidden;
use crate::space::waiters::text;

/// A message.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MessageView {
    /// The login of its account.
    pub(super) account: String,
    /// Its number in the account, from 1.
    pub(super) ordinal: u64,
    /// The number of the request that sent it.
    pub(super) request: u64,
    /// When it was accepted.
    at: String,
    /// The number, unless it is not valid.
    #[schemars(regex(pattern = r"^[0-9*?+()\s-]*[0-9*?][0-9*?+()\s-]*$"))]
    pub(super) to: Option<String>,
    /// What stands in the place of the number, where that is not valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<String>,
    /// Its id; empty if it has none.
    pub(super) id: String,
    /// The sender.
    pub(super) sender: String,
    /// The text that the handset shows.
    pub(super) text: String,
    /// The text before personalisation, if it was personalised.
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    /// The values that were put into it, if it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    variables: Option<Vec<String>>,
    /// The one-time code in the text, if something there calls it one, or there is nothing else.
    code: Option<String>,
    /// `gsm` or `ucs2`.
    alphabet: &'static str,
    /// How long the text is, in units of the alphabet.
    units: u32,
    /// In how many parts it goes.
    pub(super) parts: u32,
    /// Where the parts after the first begin, in UTF-16 units of the text.
    boundaries: Vec<u32>,
    /// What it costs, in credits.
    pub(super) price: String,
    /// Its status; `0`: not handed over.
    pub(super) status: &'static str,
    /// When it was handed over.
    sent_at: Option<String>,
    /// When it became final.
    done_at: Option<String>,
    /// Its story, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    story: Option<Vec<StepKeys>>,
    /// The script or magic number that it has its story from.
    cause: Option<String>,
    /// What became of it so far, and what is to become of it, with the times that are known.
    timeline: Vec<MessageStep>,
}

/// A step that a message has taken, or has still ahead.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MessageStep {
    /// What it became, or is to become; the first is 0, its acceptance.
    status: &'static str,
    /// Whether the step is taken.
    taken: bool,
    /// When it was, or will be; null if nobody can say yet.
    at: Option<String>,
    /// What it waits for, or waited for: `time`, `polls`, `hand`; null if for nothing.
    waits_for: Option<&'static str>,
    /// How long after the step before it, if it waits for time.
    after: Option<String>,
    /// How many GETSTATUS it waits for.
    polls: Option<u32>,
    /// How many of those there were.
    polls_seen: Option<u32>,
}

pub(super) fn view(space: &Space, account: &str, kept: &Kept<'_>) -> Option<MessageView> {
    let message = kept.message()?;
    let mailing = kept.mailing;
    let progress = mailing.progress(message, kept.progress, space.clock.now());
    let standing = progress.standing();
    let shown = text(mailing, message);
    let segments = Segments::of(&shown);
    let template = mailing.words.at(mailing.text);
    let is_hidden = space.config().mask_numbers;
    Some(MessageView {
        account: account.to_owned(),
        ordinal: kept.ordinal,
        request: mailing.request,
        at: mailing.at.to_string(),
        to: message
            .msisdn
            .map(|msisdn| hidden::number(&msisdn.to_string(), is_hidden)),
        written: mailing
            .written(kept.position)
            .map(|written| hidden::numbers(written, is_hidden)),
        id: hidden::numbers(mailing.words.at(message.id), is_hidden),
        sender: hidden::numbers(mailing.words.at(mailing.sender), is_hidden),
        template: (template != shown).then(|| hidden::numbers(template, is_hidden)),
        variables: message.variables.map(|variables| {
            let values = mailing.words.at(variables).trim_end_matches(';').split(';');
            values
                .map(|value| hidden::numbers(value.trim(), is_hidden))
                .collect()
        }),
        code: otp::named_code(&shown).map(|code| hidden::numbers(&code, is_hidden)),
        text: hidden::numbers(&shown, is_hidden),
        alphabet: match segments.alphabet {
            Alphabet::Gsm => "gsm",
            Alphabet::Ucs2 => "ucs2",
        },
        units: segments.units,
        parts: segments.parts,
        boundaries: boundaries(&shown),
        price: message.price.to_string(),
        status: standing.status.word(),
        sent_at: standing.sent.map(|at| at.to_string()),
        done_at: standing.done.map(|at| at.to_string()),
        story: mailing.story(message).map(steps),
        cause: mailing.cause(message).map(ToString::to_string),
        timeline: timeline(mailing, message, progress),
    })
}

fn timeline(mailing: &Accepted, message: &Message, progress: Progress) -> Vec<MessageStep> {
    let standing = progress.standing();
    let story = mailing.story(message);
    let mut timeline = vec![MessageStep::bare(Status::Waiting, Some(mailing.at))];
    match story.and_then(|story| story.taken(progress)) {
        Some(taken) => timeline.extend(taken.iter().map(|step| {
            // A story has at most two steps: it is handed over, and it ends.
            let at = if step.status.is_final() {
                standing.done
            } else {
                standing.sent
            };
            MessageStep::of(*step, at)
        })),
        // It was turned, and has left its story; or it never had one.
        None => {
            if standing.status.is_final() && standing.sent != standing.done {
                timeline.push(MessageStep::bare(Status::Sent, standing.sent));
            }
            if standing.status != Status::Waiting {
                let at = standing.done.or(standing.sent);
                timeline.push(MessageStep {
                    waits_for: at.filter(|at| *at != mailing.at).map(|_| "hand"),
                    ..MessageStep::bare(standing.status, at)
                });
            }
        }
    }
    let ahead = story.map(|story| story.ahead(progress)).unwrap_or_default();
    timeline.extend(ahead.into_iter().enumerate().map(|(place, (step, at))| {
        let step = MessageStep::of(step, at);
        MessageStep {
            taken: false,
            // Only the next one has begun to count.
            polls_seen: step
                .polls
                .map(|_| if place == 0 { progress.polls() } else { 0 }),
            ..step
        }
    }));
    timeline
}

impl MessageStep {
    fn bare(status: Status, at: Option<Timestamp>) -> Self {
        Self {
            status: status.word(),
            taken: true,
            at: at.map(|at| at.to_string()),
            waits_for: None,
            after: None,
            polls: None,
            polls_seen: None,
        }
    }

    /// A step of a story that was taken.
    fn of(step: Step, at: Option<Timestamp>) -> Self {
        let bare = Self::bare(step.status, at);
        match step.trigger {
            Trigger::After(after) => Self {
                waits_for: Some("time"),
                after: Some(Exact(after).0.write()),
                ..bare
            },
            Trigger::Polls(polls) => Self {
                waits_for: Some("polls"),
                polls: Some(polls.get()),
                ..bare
            },
            Trigger::Manual => Self {
                waits_for: Some("hand"),
                ..bare
            },
        }
    }
}

impl MessageView {
    /// Whether it was not accepted, because the balance did not last for it (MONEY-04).
    pub(super) fn was_unpaid(&self) -> bool {
        self.story.is_none() && self.status == Status::NotEnoughCredits.word()
    }
}

/// The message of an account that has this ordinal.
pub(super) fn seen(space: &Space, account: &str, ordinal: u64) -> Result<MessageView> {
    let gone = || Problem::missing("the message is no longer kept");
    let view = space.world.with_account(account, |kept| {
        kept.messages()
            .get(ordinal)
            .and_then(|kept| view(space, account, &kept))
    });
    view.flatten().ok_or_else(gone)
}

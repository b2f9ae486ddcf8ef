//! Direction: what scripts and magic numbers make of a SEND that would otherwise be accepted.
//! Not for the stories themselves, nor for money.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::gateway::account::{Account, Cause};
use crate::gateway::code::Code;
use crate::gateway::effect::{Effect, Hurt, Placed};
use crate::gateway::event::{Directed, Event, Fate, Message};
use crate::gateway::magic;
use crate::gateway::request::Mailing;
use crate::gateway::rules::Rules;
use crate::gateway::script::{Outcome, Subject, draw};
use crate::gateway::status::Status;

const LOST_BEFORE: Hurt = Hurt {
    effect: Effect::Close,
    placed: Placed::Before,
    fault: None,
};
const LOST_AFTER: Hurt = Hurt {
    placed: Placed::After,
    ..LOST_BEFORE
};

/// What is directed to happen to a SEND.
#[derive(Debug, Default)]
pub struct Direction {
    /// It is refused.
    pub refused: Option<Code>,
    /// What is done to its reply, before anything happens or after it.
    pub hurt: Option<Hurt>,
    /// What decided, for those who ask.
    pub cause: Option<Cause>,
    /// The scripts that counted it.
    pub events: Vec<Event>,
    /// The stories that its messages go by.
    pub stories: Vec<Directed>,
}

/// Directs a SEND: sets the fates of its messages that are directed. The first that decides about the whole of it,
/// in the order of its numbers, decides.
pub fn direct(
    account: &Account,
    rules: &Rules,
    mailing: &Mailing,
    messages: &mut [Message],
) -> Direction {
    let mut direction = Direction::default();
    let mut counted: BTreeMap<u64, u32> = BTreeMap::new();
    let mut digits = String::new();
    for message in messages {
        let Some(msisdn) = message.msisdn else {
            continue;
        };
        let magic = magic::of(msisdn);
        if rules.scripts.is_empty() && magic.is_none() {
            continue;
        }
        digits.clear();
        digits.push_str(&msisdn.to_string());
        let subject = Subject {
            msisdn: &digits,
            id: mailing.words.at(message.id),
            account: &account.profile().username,
            sender: mailing.words.at(mailing.sender),
            text: mailing.words.at(mailing.text),
        };
        let script = rules.scripts.iter().find(|script| {
            script.when.fits(&subject) && {
                let before = *counted.entry(script.serial).or_insert_with(|| {
                    let before = account.fitted(script.serial);
                    if script.counts() {
                        direction.events.push(Event::Fitted {
                            script: script.serial,
                        });
                    }
                    before
                });
                script.applies_after(before)
            }
        });
        let (outcome, cause) = match (script, magic) {
            (Some(script), _) => (&script.outcome, Cause::Script(Arc::clone(&script.name))),
            (None, Some(magic)) => (&magic.outcome, Cause::Magic(magic.name)),
            (None, None) => continue,
        };
        direction.cause.get_or_insert_with(|| cause.clone());
        match outcome {
            Outcome::Refuse(code) => {
                direction.refused = Some(*code);
                // What is refused has a reply.
                direction.hurt = None;
                direction.cause = Some(cause);
                return direction;
            }
            Outcome::Lose(Placed::Before) => {
                direction.hurt = Some(LOST_BEFORE);
                direction.cause = Some(cause);
                return direction;
            }
            Outcome::Lose(Placed::After) => {
                if direction.hurt.is_none() {
                    direction.hurt = Some(LOST_AFTER);
                    direction.cause = Some(cause);
                }
            }
            Outcome::Deliver(alternatives) => {
                let identity = [subject.account, subject.msisdn, subject.id, subject.text];
                if let Some(drawn) = draw(alternatives, rules.seed, &identity) {
                    let directed = Directed {
                        story: Arc::clone(&drawn.timeline),
                        cause,
                    };
                    message.fate = scripted(message.fate, directed, &mut direction.stories);
                }
            }
        }
    }
    direction
}

/// The fate of a message that is to go by this story. In test mode nothing is sent; a sender that is none stays so.
fn scripted(fate: Fate, directed: Directed, stories: &mut Vec<Directed>) -> Fate {
    match fate {
        Fate::Wait
        | Fate::End(Status::InvalidSourceAddress | Status::InvalidDestinationAddress) => fate,
        Fate::Deliver | Fate::Scripted(_) | Fate::End(_) => {
            let is_this = |known: &Directed| {
                Arc::ptr_eq(&known.story, &directed.story) && known.cause == directed.cause
            };
            let known = stories.iter().position(is_this);
            let place = known.unwrap_or_else(|| {
                stories.push(directed);
                stories.len() - 1
            });
            u16::try_from(place).map_or(fate, Fate::Scripted)
        }
    }
}

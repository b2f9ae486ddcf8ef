//! What happened to an account. State changes only through these; replaying them rebuilds it.

use std::sync::Arc;

use jiff::Timestamp;

use super::account::{Cause, Profile};
use super::fault::Tried;
use super::messages::Capacity;
use super::money::Credits;
use super::msisdn::Msisdn;
use super::request::{Span, Words};
use super::status::Status;
use super::timeline::{Progress, Standing, Timeline};

/// Something that happened to one account; or, of faults, to those who have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It was opened, or opened anew with nothing left of what was.
    Opened {
        /// When.
        at: Timestamp,
        /// Who it is.
        profile: Arc<Profile>,
        /// What it begins with.
        credits: Credits,
    },
    /// Its profile changed: mode, interface, password.
    Changed {
        /// The new profile, whole.
        profile: Arc<Profile>,
    },
    /// Nobody may use its login any more; its messages and its ledger stay.
    Closed,
    /// Its login may be used again.
    Reopened,
    /// It is to keep so much; what is too much goes.
    Bounded {
        /// How much.
        capacity: Capacity,
    },
    /// Credits were bought.
    ToppedUp {
        /// When.
        at: Timestamp,
        /// How many.
        credits: Credits,
    },
    /// A mailing was accepted, and charged.
    Accepted(Arc<Accepted>),
    /// A script that counts fitted a SEND.
    Fitted {
        /// Its serial.
        script: u64,
    },
    /// A fault was tried on a request that it fits.
    Tried(Tried),
    /// Messages were asked for whose story waits for that.
    Polled {
        /// When.
        at: Timestamp,
        /// Their ordinals.
        messages: Vec<u64>,
    },
    /// Somebody lent a message a hand.
    Moved {
        /// When.
        at: Timestamp,
        /// Its ordinal.
        message: u64,
        /// Where it was turned to; `None`: to the next step of its story.
        to: Option<Status>,
    },
    /// Credits were given back.
    Refunded {
        /// When.
        at: Timestamp,
        /// How many.
        credits: Credits,
    },
}

/// A mailing that was accepted: written once, then shared by the event, the store and the replies.
#[derive(Debug, PartialEq, Eq)]
pub struct Accepted {
    /// When.
    pub at: Timestamp,
    /// The number of the request in the gateway's journal.
    pub request: u64,
    /// All words: sender, text, ids, variables.
    pub words: Words,
    /// The sender.
    pub sender: Span,
    /// The text, before personalisation.
    pub text: Span,
    /// Its messages, in the order of the document.
    pub messages: Box<[Message]>,
    /// What stands in the place of the number, of each message that has none, by its position.
    pub written: Box<[(u32, Span)]>,
    /// The usual story of those that are to be delivered.
    pub timeline: Arc<Timeline>,
    /// Other stories, of those that a script or a magic number has an eye on.
    pub scripted: Box<[Directed]>,
    /// What was taken for all of them together.
    pub charged: Credits,
}

/// A story that a message goes by because a script or a magic number says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directed {
    /// The story.
    pub story: Arc<Timeline>,
    /// What says so.
    pub cause: Cause,
}

/// One message of a mailing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// The number, unless it is not valid.
    pub msisdn: Option<Msisdn>,
    /// Its id; empty if it has none.
    pub id: Span,
    /// Its variables.
    pub variables: Option<Span>,
    /// What it costs, or would cost if it were charged.
    pub price: Credits,
    /// In how many parts it goes.
    pub parts: u32,
    /// What becomes of it.
    pub fate: Fate,
}

/// A mailing may have very many of them.
const _: () = assert!(size_of::<Message>() <= 48);

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is delivered as the mailing's timeline says.
    Deliver,
    /// It goes the way of this one of the mailing's scripted stories.
    Scripted(u16),
    /// It waits for ever: test mode (MODE-02).
    Wait,
    /// It is final at once.
    End(Status),
}

impl Accepted {
    /// The id of a message; empty if it has none.
    pub fn id(&self, position: u32) -> &str {
        self.message(position)
            .map_or("", |message| self.words.at(message.id))
    }

    /// One of its messages.
    pub fn message(&self, position: u32) -> Option<&Message> {
        self.messages.get(position as usize)
    }

    /// What stands in the place of the number of a message that has none.
    pub fn written(&self, position: u32) -> Option<&str> {
        let place = self.written.binary_search_by_key(&position, |(of, _)| *of);
        let (_, written) = self.written.get(place.ok()?)?;
        Some(self.words.at(*written))
    }

    /// The story of one of its messages; `None` if it has none: it waits for ever, or has ended at once.
    pub fn story(&self, message: &Message) -> Option<&Timeline> {
        match message.fate {
            Fate::Deliver => Some(&self.timeline),
            Fate::Scripted(_) => self.directed(message).map(|directed| &*directed.story),
            Fate::Wait | Fate::End(_) => None,
        }
    }

    /// The script or magic number that one of its messages has its story from.
    pub fn cause(&self, message: &Message) -> Option<&Cause> {
        self.directed(message).map(|directed| &directed.cause)
    }

    fn directed(&self, message: &Message) -> Option<&Directed> {
        match message.fate {
            Fate::Scripted(story) => self.scripted.get(usize::from(story)),
            Fate::Deliver | Fate::Wait | Fate::End(_) => None,
        }
    }

    /// How far one of its messages has come at `now`, if it had come so far before; `None`: if nothing but time
    /// has moved it.
    pub fn progress(
        &self,
        message: &Message,
        before: Option<Progress>,
        now: Timestamp,
    ) -> Progress {
        let before = before.unwrap_or(Progress::accepted(self.at));
        match (self.story(message), message.fate) {
            (Some(story), _) => story.pass(before, now),
            (None, Fate::End(status)) => before.turned(status, self.at).unwrap_or(before),
            (None, Fate::Wait | Fate::Deliver | Fate::Scripted(_)) => before,
        }
    }

    /// Where one of its messages stands.
    pub fn standing(
        &self,
        message: &Message,
        before: Option<Progress>,
        now: Timestamp,
    ) -> Standing {
        self.progress(message, before, now).standing()
    }

    /// About how many bytes it holds.
    pub const fn weight(&self) -> usize {
        size_of::<Self>()
            + self.words.bytes()
            + size_of_val(&*self.messages)
            + size_of_val(&*self.written)
    }
}

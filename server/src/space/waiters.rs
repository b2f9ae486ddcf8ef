//! Those who wait for a message: each is woken by its own message, and by no other. And replies that are held back on
//! purpose: a reset lets all of them go.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use regex::Regex;
use tokio::sync::{oneshot, watch};

use super::hidden;
use crate::gateway::event::{Accepted, Message};
use crate::gateway::personalise;
use crate::gateway::script::Glob;

/// Which messages somebody asks for: all that is given must fit.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The login, as a pattern.
    pub account: Option<Glob>,
    /// The number in digits, as a pattern.
    pub msisdn: Option<Glob>,
    /// The message id, as a pattern.
    pub id: Option<Glob>,
    /// The sender, as a pattern.
    pub sender: Option<Glob>,
    /// Something that is found in the text that the handset shows.
    pub text: Option<Regex>,
    /// Only messages of later requests than this one.
    pub after: u64,
    /// Whether numbers are hidden: what is compared is what is shown, or the rest could be found out by asking.
    pub hides_numbers: bool,
}

impl Filter {
    /// A pattern for what is shown of a number, or of a word that may hold one.
    pub fn pattern(pattern: &str, hides_numbers: bool) -> Glob {
        Glob::new(&hidden::numbers(pattern, hides_numbers))
    }

    /// Whether a message fits.
    pub fn fits(&self, account: &str, mailing: &Accepted, message: &Message) -> bool {
        let shown = |word: &str| hidden::numbers(word, self.hides_numbers);
        // What is not asked for is not looked at: among very many messages, each look costs more than all the rest.
        let glob = |glob: &Option<Glob>, word: &dyn Fn() -> String| {
            glob.as_ref().is_none_or(|glob| glob.fits(&word()))
        };
        mailing.request > self.after
            && glob(&self.account, &|| account.to_owned())
            && glob(&self.id, &|| shown(mailing.words.at(message.id)))
            && glob(&self.sender, &|| shown(mailing.words.at(mailing.sender)))
            && self.msisdn.as_ref().is_none_or(|wanted| {
                message.msisdn.is_some_and(|msisdn| {
                    wanted.fits(&hidden::number(&msisdn.to_string(), self.hides_numbers))
                })
            })
            && self
                .text
                .as_ref()
                .is_none_or(|wanted| wanted.is_match(&shown(&text(mailing, message))))
    }
}

/// The text of a message as the handset shows it (VARS-01).
pub fn text(mailing: &Accepted, message: &Message) -> String {
    let template = mailing.words.at(mailing.text);
    match message.variables {
        Some(variables) => personalise::substitute(template, mailing.words.at(variables)),
        None => template.to_owned(),
    }
}

/// A message that somebody waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its account.
    pub account: String,
    /// Its ordinal in the account.
    pub ordinal: u64,
}

/// Everybody who waits in a space.
#[derive(Debug, Default)]
pub struct Waiters {
    waiting: Mutex<Vec<Waiter>>,
    release: watch::Sender<()>,
}

/// Comes true when everybody is let go.
#[derive(Debug)]
pub struct Released(watch::Receiver<()>);

impl Released {
    /// Waits for it; a space that is gone lets go, too.
    pub async fn comes(&mut self) {
        drop(self.0.changed().await);
    }
}

#[derive(Debug)]
struct Waiter {
    filter: Filter,
    wake: oneshot::Sender<Found>,
}

impl Waiters {
    /// Begins to wait. The channel closes without a word if the space is reset.
    pub fn wait(&self, filter: Filter) -> oneshot::Receiver<Found> {
        let (wake, woken) = oneshot::channel();
        let mut waiters = self.waiters();
        // Whoever gave up is in nobody's way.
        waiters.retain(|waiter| !waiter.wake.is_closed());
        waiters.push(Waiter { filter, wake });
        woken
    }

    /// Wakes those who wait for one of these messages.
    pub(super) fn arrived(&self, account: &str, mailing: &Arc<Accepted>, first_message: u64) {
        let mut waiters = self.waiters();
        if waiters.is_empty() {
            return;
        }
        let waiting = std::mem::take(&mut *waiters);
        for waiter in waiting
            .into_iter()
            .filter(|waiter| !waiter.wake.is_closed())
        {
            let ordinals = first_message..;
            let found = ordinals
                .zip(&mailing.messages)
                .find(|(_, message)| waiter.filter.fits(account, mailing, message));
            match found {
                Some((ordinal, _)) => {
                    // Whoever no longer listens needs no message.
                    drop(waiter.wake.send(Found {
                        account: account.to_owned(),
                        ordinal,
                    }));
                }
                None => waiters.push(waiter),
            }
        }
    }

    /// Lets everybody go without a message.
    pub fn release(&self) {
        self.waiters().clear();
        self.release.send_replace(());
    }

    /// The next time that everybody is let go.
    pub fn released(&self) -> Released {
        Released(self.release.subscribe())
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiters()
            .iter()
            .filter(|waiter| !waiter.wake.is_closed())
            .count()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn waiters(&self) -> MutexGuard<'_, Vec<Waiter>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! What happens in a space, told in the order in which it happened to whoever listens. A ring with a bound: who falls
//! behind it, or comes with the cursor of another life of the space, is told of a gap.
//!
//! Not for state: a notice says where to look. Statuses that change by time alone are nobody's doing, and are not told.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::journal::Entry;
use crate::clock;
use crate::gateway::event::Event;

/// How many notices are kept for those who are a little behind.
const KEPT: usize = 1_000;

/// The longest login that is told: a stranger's can be as long as a body.
const LONGEST_LOGIN: usize = 1_000;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A request was answered, and stands in the journal.
    Request {
        /// Its number.
        number: u64,
        /// The login.
        account: Option<Arc<str>>,
        /// The operation; `-` if it could not be read.
        operation: &'static str,
        /// The result.
        result: &'static str,
        /// How many messages it made.
        messages: u32,
        /// The ordinal of the first of them.
        first_message: u64,
    },
    /// Somebody lent a message a hand.
    Message {
        /// Its account.
        account: Arc<str>,
        /// Its ordinal there.
        ordinal: u64,
    },
    /// An account was opened, or is set otherwise, or has other credits.
    Account(Arc<str>),
    /// The clock was set.
    Clock,
    /// The scripts are others.
    Scripts,
    /// The faults are others.
    Faults,
    /// The configuration file was read again.
    Configuration,
    /// Everything is as at the beginning; or one account is, or is gone.
    Reset(Option<Arc<str>>),
}

impl Notice {
    /// What is told of a request.
    pub(super) fn of_request(entry: &Entry) -> Self {
        let verdict = &entry.verdict;
        let account = verdict.account.clone();
        Self::Request {
            number: entry.number,
            account: account.filter(|login| login.len() <= LONGEST_LOGIN),
            operation: verdict.operation,
            result: verdict.result,
            messages: verdict.messages,
            first_message: verdict.first_message,
        }
    }

    /// What is told of something that happened to an account; nothing of what its request tells.
    pub(crate) fn of_event(account: &str, event: &Event) -> Option<Self> {
        match event {
            Event::Opened { .. } => Some(Self::Reset(Some(account.into()))),
            Event::Changed { .. }
            | Event::Closed
            | Event::Reopened
            | Event::Bounded { .. }
            | Event::ToppedUp { .. }
            | Event::Refunded { .. } => Some(Self::Account(account.into())),
            Event::Moved { message, .. } => Some(Self::Message {
                account: account.into(),
                ordinal: *message,
            }),
            Event::Accepted(_) | Event::Fitted { .. } | Event::Tried(_) | Event::Polled { .. } => {
                None
            }
        }
    }
}

/// A place among all that was told: which life of the space, and how much of it. `5f-12`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cursor {
    life: u64,
    told: u64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{}", self.life, self.told)
    }
}

/// Something that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cursor is the id of an event, such as 5f-12")]
pub struct NoCursor;

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let is_sign = |sign: u8| matches!(sign, b'0'..=b'9' | b'a'..=b'f' | b'-');
        if !text.bytes().all(is_sign) {
            return Err(NoCursor);
        }
        let (life, told) = text.split_once('-').ok_or(NoCursor)?;
        Ok(Self {
            life: u64::from_str_radix(life, 16).map_err(|_| NoCursor)?,
            told: told.parse().map_err(|_| NoCursor)?,
        })
    }
}

/// All that is told of one space.
#[derive(Debug)]
pub struct News {
    /// Tells this life of the space from others of the same name, before a restart or a closing.
    life: u64,
    ring: Mutex<Ring>,
    news: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Ring {
    /// The latest, oldest first.
    notices: VecDeque<Notice>,
    /// How many were told, with those that are no longer kept.
    told: u64,
}

impl Default for News {
    fn default() -> Self {
        Self {
            life: u64::try_from(clock::now().as_microsecond()).unwrap_or_default(),
            ring: Mutex::default(),
            news: watch::Sender::new(()),
        }
    }
}

impl News {
    /// Tells everybody who listens.
    pub fn tell(&self, notice: Notice) {
        let mut ring = self.ring();
        if ring.notices.len() == KEPT {
            ring.notices.pop_front();
        }
        ring.notices.push_back(notice);
        ring.told = ring.told.saturating_add(1);
        drop(ring);
        self.news.send_replace(());
    }

    /// Comes true whenever something is told.
    pub fn listen(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }

    /// Behind everything that was told.
    pub fn end(&self) -> Cursor {
        self.at(self.ring().told)
    }

    /// What was told after a cursor, at most so much, each with the cursor behind it. `None`: some of it is no longer
    /// kept, or the cursor is none of this life.
    pub fn after(&self, cursor: Cursor, most: usize) -> Option<Vec<(Cursor, Notice)>> {
        let ring = self.ring();
        let first = ring.told.checked_sub(ring.notices.len() as u64)?;
        if cursor.life != self.life || cursor.told > ring.told {
            return None;
        }
        let skipped = usize::try_from(cursor.told.checked_sub(first)?).ok()?;
        let news = ring.notices.iter().skip(skipped).take(most);
        let cursors = (cursor.told.saturating_add(1)..).map(|told| self.at(told));
        Some(cursors.zip(news.cloned()).collect())
    }

    const fn at(&self, told: u64) -> Cursor {
        Cursor {
            life: self.life,
            told,
        }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(news: &News, cursor: Cursor, expected: Option<&[u64]>) {
        let told = news.after(cursor, usize::MAX).map(|told| {
            told.into_iter()
                .map(|(cursor, notice)| {
                    assert_eq!(notice, Notice::Account(cursor.told.to_string().into()));
                    cursor.told
                })
                .collect::<Vec<_>>()
        });
        assert_eq!(told.as_deref(), expected, "{cursor}");
    }

    #[test]
    fn whoever_comes_back_gets_what_was_told_meanwhile_or_learns_of_the_gap() {
        let news = News::default();
        let begin = news.end();
        check(&news, begin, Some(&[]));
        let kept = KEPT as u64;
        (1..=kept).for_each(|number| news.tell(Notice::Account(number.to_string().into())));
        let all: Vec<u64> = (1..=kept).collect();
        check(&news, begin, Some(&all));
        check(&news, news.at(kept - 1), Some(&[kept]));
        check(&news, news.end(), Some(&[]));
        assert_eq!(news.after(begin, 3).map(|told| told.len()), Some(3));
        news.tell(Notice::Account((kept + 1).to_string().into()));
        check(&news, begin, None);
        check(&news, news.at(1), Some(&(2..=kept + 1).collect::<Vec<_>>()));
        check(&news, news.at(kept + 2), None);
        let other = Cursor {
            life: news.life + 1,
            told: 5,
        };
        check(&news, other, None);
    }

    #[test]
    fn a_cursor_is_read_as_it_is_written() {
        for cursor in ["0-0", "5f-12", "ffffffffffffffff-18446744073709551615"] {
            assert_eq!(cursor.parse::<Cursor>().unwrap().to_string(), cursor);
        }
        for wrong in [
            "",
            "-",
            "1",
            "x-1",
            "1-x",
            "1--1",
            "+1-1",
            "A-1",
            "10000000000000000-1",
        ] {
            assert_eq!(wrong.parse::<Cursor>(), Err(NoCursor), "{wrong}");
        }
    }
}

//! The clock: the only code that asks the machine for the time, and the clock of a gateway, which can be stopped.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::watch;

/// The present of this machine.
pub fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "this is clock.rs")]
    Timestamp::now()
}

/// The clock that a gateway goes by: the machine's, or one that stands until somebody moves it. It never goes back,
/// so that a message that is delivered stays delivered.
#[derive(Debug)]
pub struct Clock {
    hand: Mutex<Hand>,
    /// Told whenever the clock is set: whoever waits for a time looks again.
    set: watch::Sender<()>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Hand {
    frozen: Option<Timestamp>,
    /// How far ahead of the machine's it goes, because it stood at a later time before.
    ahead: Duration,
}

impl Hand {
    fn now(self) -> Timestamp {
        self.frozen
            .unwrap_or_else(|| now().saturating_add(self.ahead).unwrap_or(Timestamp::MAX))
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            hand: Mutex::default(),
            set: watch::Sender::new(()),
        }
    }
}

impl Clock {
    /// The present.
    pub fn now(&self) -> Timestamp {
        self.hand().now()
    }

    /// The present, and whether it stands.
    pub fn reading(&self) -> (Timestamp, bool) {
        let hand = *self.hand();
        (hand.now(), hand.frozen.is_some())
    }

    /// Where it stands, if it stands.
    pub fn frozen(&self) -> Option<Timestamp> {
        self.hand().frozen
    }

    /// Begins anew: at a time at which it stands, or with the machine's. Nothing has happened yet.
    pub fn begin(&self, frozen: Option<Timestamp>) {
        *self.hand() = Hand {
            frozen,
            ahead: Duration::ZERO,
        };
        self.set.send_replace(());
    }

    /// Lets it stand, at this time or where it is; the present, or `None` if that would be going back.
    pub fn freeze(&self, at: Option<Timestamp>) -> Option<Timestamp> {
        let mut hand = self.hand();
        let present = hand.now();
        let at = at.unwrap_or(present);
        if at < present {
            return None;
        }
        hand.frozen = Some(at);
        drop(hand);
        self.set.send_replace(());
        Some(at)
    }

    /// Lets it go on: with the machine's, or from where it stands if that is later.
    pub fn release(&self) {
        let mut hand = self.hand();
        if let Some(stood) = hand.frozen.take() {
            hand.ahead = Duration::try_from(stood.duration_since(now())).unwrap_or_default();
        }
        drop(hand);
        self.set.send_replace(());
    }

    /// Moves a clock that stands; the new present, or `None` if it does not stand.
    pub fn advance(&self, by: Duration) -> Option<Timestamp> {
        let mut hand = self.hand();
        let moved = hand.frozen.as_mut()?;
        *moved = moved.saturating_add(by).unwrap_or(Timestamp::MAX);
        let now = *moved;
        drop(hand);
        self.set.send_replace(());
        Some(now)
    }

    fn hand(&self) -> MutexGuard<'_, Hand> {
        self.hand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a time by this clock.
    pub async fn reaches(&self, due: Timestamp) {
        let mut set = self.set.subscribe();
        loop {
            set.mark_unchanged();
            let now = self.now();
            if now >= due {
                return;
            }
            let left = if self.frozen().is_some() {
                // Nothing but somebody's hand moves it.
                Duration::MAX
            } else {
                Duration::try_from(due.duration_since(now)).unwrap_or_default()
            };
            tokio::select! {
                _ = set.changed() => {}
                () = tokio::time::sleep(left) => {}
            }
        }
    }
}

/// Measures how long something takes; only ever told to people.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts.
    pub fn start() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is clock.rs")]
        Self(Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

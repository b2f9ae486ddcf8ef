//! The clock: the only code that asks the machine for the time, and the clock of a gateway, which can be stopped.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::watch;

/// The present of this machine.
pub fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "this is clock.rs")]
    Timestamp::now()
}

/// The clock that a gateway goes by: the machine's, or one that stands until somebody moves it.
#[derive(Debug)]
pub struct Clock {
    frozen: Mutex<Option<Timestamp>>,
    /// Told whenever the clock is set: whoever waits for a time looks again.
    set: watch::Sender<()>,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            frozen: Mutex::default(),
            set: watch::Sender::new(()),
        }
    }
}

impl Clock {
    /// The present.
    pub fn now(&self) -> Timestamp {
        self.frozen().unwrap_or_else(now)
    }

    /// Where it stands, if it stands.
    pub fn frozen(&self) -> Option<Timestamp> {
        *self.frozen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets it stand at a time, or go with the machine's.
    pub fn set(&self, frozen: Option<Timestamp>) {
        *self.frozen.lock().unwrap_or_else(PoisonError::into_inner) = frozen;
        self.set.send_replace(());
    }

    /// Moves a clock that stands; the new present, or `None` if it does not stand.
    pub fn advance(&self, by: Duration) -> Option<Timestamp> {
        let mut frozen = self.frozen.lock().unwrap_or_else(PoisonError::into_inner);
        let moved = frozen.as_mut()?;
        *moved = moved.saturating_add(by).unwrap_or(Timestamp::MAX);
        let now = *moved;
        drop(frozen);
        self.set.send_replace(());
        Some(now)
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

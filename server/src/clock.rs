//! The clock: the only code that asks the machine for the time.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// The present.
pub fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "this is clock.rs")]
    Timestamp::now()
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

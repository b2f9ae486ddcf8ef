//! The only reader of the operating system's clock in this crate: a stopwatch, the date, and what makes a run's ids
//! its own.
//!
//! Everything else takes times as values, so tests decide what time it is.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::civil::Date;

/// Measures how long something takes.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the file through which time enters"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// Today, in UTC.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the file through which time enters"
)]
pub fn today() -> Date {
    jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
}

/// A number that no other run on this machine has: nanoseconds of the day on which it began, and the process.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the file through which time enters"
)]
pub fn unique() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let nanoseconds = u64::try_from(since.as_nanos() % u128::from(u64::MAX)).unwrap_or_default();
    nanoseconds ^ u64::from(std::process::id()).rotate_left(40)
}

/// Waits. A run waits between tries of `until` only.
pub async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}

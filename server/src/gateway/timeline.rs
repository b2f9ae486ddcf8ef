//! The story of a message after it was accepted: which status it has when (MODE-03).
//! A pure function of the time of acceptance and the present; nothing ticks.

use std::time::Duration;

use jiff::Timestamp;

use super::status::Status;

/// One step of a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What the message becomes.
    pub status: Status,
    /// How long after the step before it (the first: after acceptance).
    pub after: Duration,
}

/// Steps that a message goes through; the last one stays. No steps: it waits for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline(Box<[Step]>);

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its status.
    pub status: Status,
    /// When it was handed over, or ended without that.
    pub sent: Option<Timestamp>,
    /// When it became final.
    pub done: Option<Timestamp>,
}

/// A step that its story forbids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("step {index}: a message cannot go from {} to {}", before.word(), status.word())]
pub struct StepError {
    /// Which step, from 1.
    pub index: usize,
    /// The status before it.
    pub before: Status,
    /// The status that cannot follow.
    pub status: Status,
}

impl Timeline {
    /// A story, if every step follows from the one before it.
    pub fn new(steps: impl Into<Box<[Step]>>) -> Result<Self, StepError> {
        let steps = steps.into();
        let mut before = Status::Waiting;
        for (position, step) in steps.iter().enumerate() {
            if !before.may_become(step.status) {
                return Err(StepError {
                    index: position + 1,
                    before,
                    status: step.status,
                });
            }
            before = step.status;
        }
        Ok(Self(steps))
    }

    /// MODE-03: SENT one second after acceptance, DELIVERED three seconds after acceptance.
    pub fn usual() -> Self {
        let sent = Step {
            status: Status::Sent,
            after: Duration::from_secs(1),
        };
        let delivered = Step {
            status: Status::Delivered,
            after: Duration::from_secs(2),
        };
        Self(Box::new([sent, delivered]))
    }

    /// Where a message stands at `now` that was accepted at `accepted`.
    pub fn standing(&self, accepted: Timestamp, now: Timestamp) -> Standing {
        let mut standing = Standing::WAITING;
        let mut due = accepted;
        for step in &self.0 {
            due = due.saturating_add(step.after).unwrap_or(Timestamp::MAX);
            if now < due {
                break;
            }
            standing = standing.then(step.status, due);
        }
        standing
    }
}

impl Standing {
    /// STATUS-04: not handed over.
    pub const WAITING: Self = Self {
        status: Status::Waiting,
        sent: None,
        done: None,
    };

    /// STATUS-06: final from the moment of acceptance.
    pub const fn ended(status: Status, at: Timestamp) -> Self {
        Self {
            status,
            sent: Some(at),
            done: Some(at),
        }
    }

    /// After a step taken at `at`.
    fn then(self, status: Status, at: Timestamp) -> Self {
        Self {
            status,
            sent: self.sent.or(Some(at)),
            done: status.is_final().then_some(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(seconds: i64, status: Status, sent: Option<i64>, done: Option<i64>) {
        let at = |second| Timestamp::from_second(second).unwrap();
        let standing = Timeline::usual().standing(at(1_000), at(1_000 + seconds));
        let expected = Standing {
            status,
            sent: sent.map(at),
            done: done.map(at),
        };
        assert_eq!(standing, expected, "{seconds} s after acceptance");
    }

    #[test]
    fn the_usual_story() {
        check(-5, Status::Waiting, None, None);
        check(0, Status::Waiting, None, None);
        check(1, Status::Sent, Some(1_001), None);
        check(2, Status::Sent, Some(1_001), None);
        check(3, Status::Delivered, Some(1_001), Some(1_003));
        check(1_000_000, Status::Delivered, Some(1_001), Some(1_003));
    }

    #[test]
    fn a_story_goes_forward() {
        let step = |status| Step {
            status,
            after: Duration::ZERO,
        };
        assert!(Timeline::new([step(Status::Delivered)]).is_ok());
        let wrong = Timeline::new([step(Status::Delivered), step(Status::Sent)]).unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "step 2: a message cannot go from DELIVERED to SENT"
        );
    }
}

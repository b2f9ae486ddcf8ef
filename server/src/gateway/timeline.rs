//! The story of a message after it was accepted: which status it has when (MODE-03).
//!
//! Nothing ticks: where a message stands is computed from where it stood, and now. Steps that wait for time alone
//! need no state at all; those that wait for a poll or for a hand leave a [`Progress`] behind.

use std::num::NonZeroU32;
use std::time::Duration;

use jiff::Timestamp;

use super::status::Status;

/// One step of a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What the message becomes.
    pub status: Status,
    /// What it waits for, once the step before it is taken.
    pub trigger: Trigger,
}

/// What a step waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// So much time after the step before it (the first: after acceptance).
    After(Duration),
    /// So many GETSTATUS of this message; the last of them shows the new status.
    Polls(NonZeroU32),
    /// Somebody's hand.
    Manual,
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

/// How far a message has come in its story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many steps are taken.
    taken: u32,
    /// When the last of them was, or the acceptance.
    since: Timestamp,
    /// How many polls the next one has seen.
    polls: u32,
    /// Where it stands.
    standing: Standing,
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
        let after = |status, seconds| Step {
            status,
            trigger: Trigger::After(Duration::from_secs(seconds)),
        };
        Self(Box::new([
            after(Status::Sent, 1),
            after(Status::Delivered, 2),
        ]))
    }

    /// Its steps.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// How far a message has come at `now`, by the passing of time alone.
    pub fn pass(&self, progress: Progress, now: Timestamp) -> Progress {
        let mut progress = progress;
        while let Some(Step {
            status,
            trigger: Trigger::After(wait),
        }) = self.next(progress)
        {
            let due = progress
                .since
                .saturating_add(wait)
                .unwrap_or(Timestamp::MAX);
            if now < due {
                break;
            }
            progress = progress.step(status, due);
        }
        progress
    }

    /// How far it has come once it was polled at `now`; `None` if a poll changes nothing but what time does.
    pub fn poll(&self, progress: Progress, now: Timestamp) -> Option<Progress> {
        let before = self.pass(progress, now);
        let Some(Step {
            status,
            trigger: Trigger::Polls(wanted),
        }) = self.next(before)
        else {
            return None;
        };
        let polls = before.polls + 1;
        Some(if polls < wanted.get() {
            Progress { polls, ..before }
        } else {
            self.pass(before.step(status, now), now)
        })
    }

    /// How far it has come once somebody lent a hand at `now`: the next step is taken, whatever it waits for.
    /// `None` if there is none.
    pub fn push(&self, progress: Progress, now: Timestamp) -> Option<Progress> {
        let before = self.pass(progress, now);
        let next = self.next(before)?;
        Some(self.pass(before.step(next.status, now), now))
    }

    /// The steps that a message has taken that has come so far; `None` if it was turned and has left its story.
    pub fn taken(&self, progress: Progress) -> Option<&[Step]> {
        self.0.get(..progress.taken as usize)
    }

    /// The steps that are still ahead of it, and when each is taken: `None` if nobody can say, because it waits for
    /// something else than time, or one before it does.
    pub fn ahead(&self, progress: Progress) -> Vec<(Step, Option<Timestamp>)> {
        let mut since = Some(progress.since);
        let rest = self.0.get(progress.taken as usize..).unwrap_or_default();
        let due = |step: &Step| {
            since = match step.trigger {
                Trigger::After(wait) => {
                    since.map(|since| since.saturating_add(wait).unwrap_or(Timestamp::MAX))
                }
                Trigger::Polls(_) | Trigger::Manual => None,
            };
            (*step, since)
        };
        rest.iter().map(due).collect()
    }

    fn next(&self, progress: Progress) -> Option<Step> {
        self.0.get(progress.taken as usize).copied()
    }
}

impl Progress {
    /// Just accepted.
    pub const fn accepted(at: Timestamp) -> Self {
        Self {
            taken: 0,
            since: at,
            polls: 0,
            standing: Standing::WAITING,
        }
    }

    /// Ended by somebody's hand, or against its story; `None` if the message may not go there.
    pub fn turned(self, status: Status, at: Timestamp) -> Option<Self> {
        let turned = Self {
            taken: u32::MAX,
            ..self.step(status, at)
        };
        self.standing.status.may_become(status).then_some(turned)
    }

    /// How many polls its next step has seen.
    pub const fn polls(self) -> u32 {
        self.polls
    }

    /// Where it stands.
    pub const fn standing(self) -> Standing {
        self.standing
    }

    fn step(self, status: Status, at: Timestamp) -> Self {
        let standing = self.standing.then(status, at);
        Self {
            taken: self.taken.saturating_add(1),
            since: at,
            polls: 0,
            standing,
        }
    }
}

impl Standing {
    /// STATUS-04: not handed over.
    pub const WAITING: Self = Self {
        status: Status::Waiting,
        sent: None,
        done: None,
    };

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

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[track_caller]
    fn check(seconds: i64, status: Status, sent: Option<i64>, done: Option<i64>) {
        let progress = Timeline::usual().pass(Progress::accepted(at(1_000)), at(1_000 + seconds));
        let expected = Standing {
            status,
            sent: sent.map(at),
            done: done.map(at),
        };
        assert_eq!(
            progress.standing(),
            expected,
            "{seconds} s after acceptance"
        );
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
    fn polls_and_hands_and_time_in_one_story() {
        let step = |status, trigger| Step { status, trigger };
        let story = Timeline::new([
            step(Status::Sent, Trigger::Polls(NonZeroU32::new(2).unwrap())),
            step(Status::Delivered, Trigger::After(Duration::from_secs(5))),
        ])
        .unwrap();
        let progress = Progress::accepted(at(0));
        let once = story.poll(progress, at(10)).unwrap();
        assert_eq!(once.standing(), Standing::WAITING);
        let twice = story.poll(once, at(20)).unwrap();
        assert_eq!(
            twice.standing(),
            Standing {
                status: Status::Sent,
                sent: Some(at(20)),
                done: None
            }
        );
        assert_eq!(story.poll(twice, at(24)), None, "it waits for time now");
        let done = Standing {
            status: Status::Delivered,
            sent: Some(at(20)),
            done: Some(at(25)),
        };
        assert_eq!(story.pass(twice, at(30)).standing(), done);
        let pushed = story.push(once, at(12)).unwrap();
        assert_eq!(pushed.standing().sent, Some(at(12)));
        let turned = pushed.turned(Status::NotDelivered, at(13)).unwrap();
        assert_eq!(
            story.pass(turned, at(99)).standing().status,
            Status::NotDelivered,
            "it has left its story"
        );
        assert_eq!(
            turned.turned(Status::Delivered, at(14)),
            None,
            "final is final"
        );
        assert_eq!(story.push(turned, at(14)), None);
    }

    /// STATUS-06: the hand's word stands, also where the story would have gone on by itself.
    #[test]
    fn a_message_that_was_turned_has_left_its_story() {
        #[track_caller]
        fn check(status: Status, done: Option<i64>) {
            let usual = Timeline::usual();
            let turned = Progress::accepted(at(0)).turned(status, at(0)).unwrap();
            let standing = Standing {
                status,
                sent: Some(at(0)),
                done: done.map(at),
            };
            assert_eq!(usual.pass(turned, at(99)).standing(), standing);
            assert_eq!(usual.push(turned, at(99)), None);
            assert_eq!(usual.poll(turned, at(99)), None);
        }
        check(Status::NotDelivered, Some(0));
        check(Status::Sent, None);
    }

    /// What is behind a message and what is ahead of it, with the times that are known.
    #[test]
    fn a_story_has_a_past_and_a_future() {
        let polls = NonZeroU32::new(2).unwrap();
        let story = [
            (Status::Sent, Trigger::Polls(polls)),
            (Status::Delivered, Trigger::After(Duration::from_secs(5))),
        ];
        let story = story.map(|(status, trigger)| Step { status, trigger });
        let [sent, delivered] = story;
        let story = Timeline::new(story).unwrap();
        let begin = Progress::accepted(at(0));
        assert_eq!(story.taken(begin), Some(&[][..]));
        assert_eq!(story.ahead(begin), [(sent, None), (delivered, None)]);
        let once = story.poll(begin, at(10)).unwrap();
        assert_eq!(once.polls(), 1);
        let twice = story.poll(once, at(20)).unwrap();
        assert_eq!(story.taken(twice), Some(&[sent][..]));
        assert_eq!(story.ahead(twice), [(delivered, Some(at(25)))]);
        let done = story.pass(twice, at(25));
        assert_eq!(story.taken(done), Some(&[sent, delivered][..]));
        assert_eq!(story.ahead(done), []);
        let turned = twice.turned(Status::NotDelivered, at(21)).unwrap();
        assert_eq!((story.taken(turned), story.ahead(turned)), (None, vec![]));
        let usual = Timeline::usual();
        let times: Vec<_> = usual.ahead(begin).into_iter().map(|(_, at)| at).collect();
        assert_eq!(times, [Some(at(1)), Some(at(3))]);
    }

    #[test]
    fn a_story_goes_forward() {
        let step = |status| Step {
            status,
            trigger: Trigger::Manual,
        };
        assert!(Timeline::new([step(Status::Delivered)]).is_ok());
        let wrong = Timeline::new([step(Status::Delivered), step(Status::Sent)]).unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "step 2: a message cannot go from DELIVERED to SENT"
        );
    }
}

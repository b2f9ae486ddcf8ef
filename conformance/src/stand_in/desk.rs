//! Who answers: a script, and behind it the plausible gateway. No I/O, and no clock but the times of requests.

use super::answer::Answer;
use super::gateway::Gateway;
use super::question::Question;
use super::received::Received;

/// A script, and who answers what it says nothing of.
#[derive(Clone, Debug, Default)]
pub struct Desk {
    script: Vec<Scripted>,
    gateway: Gateway,
}

/// What requests of one operation are answered.
#[derive(Clone, Debug)]
pub struct Scripted {
    /// The operation's word: `SEND`.
    pub operation: &'static str,
    /// The answers, for one request after the other. The last one stays, unless more is scripted for the operation.
    pub answers: Vec<Answer>,
    /// Whether the gateway behind hears of the requests.
    pub commits: Commits,
}

/// Whether the gateway takes note of a request that the script answers: a client that asks for the status of a message
/// whose reply got lost is then told of it, or not (CLIENT-07).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commits {
    /// It does.
    Yes,
    /// It does not.
    No,
}

impl Desk {
    /// A script, and the gateway behind it.
    pub fn new(script: Vec<Scripted>, gateway: Gateway) -> Self {
        Self { script, gateway }
    }

    /// Another script; the gateway stays as it is. So one exercise has several steps.
    pub fn follow(&mut self, script: Vec<Scripted>) {
        self.script = script;
    }

    /// Answers a request.
    pub fn answer(&mut self, received: &Received) -> Answer {
        let question = received.document().and_then(|it| Question::of(&it));
        let scripted = question.and_then(|question| self.scripted(question.word));
        match scripted {
            None => self.gateway.answer(received),
            Some((answer, commits)) => {
                if commits == Commits::Yes {
                    // What it would have said is not wanted.
                    self.gateway.answer(received);
                }
                answer
            }
        }
    }

    fn scripted(&mut self, word: &str) -> Option<(Answer, Commits)> {
        let mut entries = self.script.iter_mut();
        let mut left = entries
            .by_ref()
            .filter(|entry| entry.operation == word && !entry.answers.is_empty());
        let entry = left.next()?;
        let is_last = entry.answers.len() == 1 && left.next().is_none();
        let answer = if is_last {
            entry.answers.first()?.clone()
        } else {
            entry.answers.remove(0)
        };
        Some((answer, entry.commits))
    }
}

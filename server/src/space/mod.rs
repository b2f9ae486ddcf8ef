//! A space: one whole gateway of its own, with its accounts, its clock, its journal and those who wait for messages.
//!
//! What happens in one space is invisible in every other; a client chooses it by its path, `/s/<space>/…`. Not for
//! HTTP: a space takes a body and gives bytes.

pub mod journal;
pub mod spaces;
pub mod waiters;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::clock::{Clock, Stopwatch};
use crate::config::Config;
use crate::gateway::account::{Decision, Effect};
use crate::gateway::code::Code;
use crate::gateway::event::Event;
use crate::gateway::reply::{Refusal, Reply};
use crate::wire;
use crate::wire::tolerance::Tolerance;
use crate::world::{Answer, World};
use journal::{Bytes, Entry, Journal, Verdict};
use waiters::Waiters;

/// One gateway.
#[derive(Debug)]
pub struct Space {
    /// Its name; empty for the one without a prefix.
    pub name: String,
    /// Its accounts.
    pub world: World,
    /// Its time.
    pub clock: Clock,
    /// What was asked of it.
    pub journal: Journal,
    /// Who waits for a message.
    pub waiters: Waiters,
    config: Arc<Config>,
    number: AtomicU64,
    /// Held by every request while it changes something, and by a reset alone: none is half before and half after.
    gate: RwLock<()>,
}

/// A request as it came: the parts that matter.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// Its method.
    pub method: &'a str,
    /// Its path.
    pub path: &'a str,
    /// Whether that is the path that the document names.
    pub documented_path: bool,
    /// Its Content-Type.
    pub content_type: Option<&'a str>,
    /// Its body.
    pub body: &'a [u8],
}

/// What becomes of a request.
#[derive(Debug)]
pub struct Outcome {
    /// The reply; `None` if it is lost.
    pub reply: Option<Vec<u8>>,
    /// What the journal has of it.
    pub entry: Arc<Entry>,
}

impl Space {
    /// A space as the configuration says.
    pub fn open(name: &str, config: Arc<Config>) -> Self {
        let clock = Clock::default();
        clock.begin(config.clock);
        Self {
            name: name.to_owned(),
            world: World::open(&config, clock.now()),
            journal: Journal::new(config.journal_bytes),
            waiters: Waiters::default(),
            number: AtomicU64::new(0),
            gate: RwLock::default(),
            clock,
            config,
        }
    }

    /// The configuration it was opened with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Everything as it was at the beginning: accounts, scripts, clock, journal. Whoever waits is told.
    pub fn reset(&self) {
        let _alone = self.gate.write().unwrap_or_else(PoisonError::into_inner);
        self.clock.begin(self.config.clock);
        self.world.reset(&self.config, self.clock.now());
        self.journal.clear();
        self.number.store(0, Ordering::Relaxed);
        self.waiters.release();
    }

    /// One account as at its opening: as configured, or as it was opened; its credits, and no
    /// messages. Whether there is one.
    pub fn reset_account(&self, username: &str) -> bool {
        let at = self.clock.now();
        let configured = self
            .config
            .accounts
            .iter()
            .find(|(profile, _)| profile.username == username);
        let reset = self.world.change(username, |account| {
            let (profile, credits) = match configured {
                Some((profile, credits)) => (Arc::clone(profile), *credits),
                None => (Arc::clone(account.opened_as()), account.ledger().opening()),
            };
            vec![Event::Opened {
                at,
                profile,
                credits,
            }]
        });
        reset.is_some()
    }

    /// How many requests there were since the start, or the last reset.
    pub fn requests(&self) -> u64 {
        self.number.load(Ordering::Relaxed)
    }

    /// Answers a request of the XML interface.
    pub fn answer(&self, incoming: Incoming<'_>) -> Outcome {
        // A clock that stands makes runs comparable; so nothing takes any time then.
        let (at, stands) = self.clock.reading();
        let watch = (!stands).then(Stopwatch::start);
        let max_depth = self.config.limits.max_depth;
        let (mut reading, request) = if incoming.method == "POST" {
            wire::read(incoming.content_type, incoming.body, max_depth)
        } else {
            wire::not_posted()
        };
        if !incoming.documented_path {
            reading.tolerances.note(Tolerance::OtherPath);
        }
        let _among_others = self.gate.read().unwrap_or_else(PoisonError::into_inner);
        let number = || self.number.fetch_add(1, Ordering::Relaxed) + 1;
        let mut verdict = Verdict::unread();
        let (decision, unreadable, number) = match request {
            Ok(request) => {
                verdict.operation = request.operation.name();
                verdict.account = request
                    .credentials
                    .as_ref()
                    .map(|who| who.username.as_str().into());
                let Answer {
                    decision,
                    mode,
                    first_message,
                    evicts,
                    number,
                } = self.world.answer(request, at, number);
                verdict.mode = mode;
                verdict.first_message = first_message;
                verdict.evicts = evicts;
                (decision, None, number)
            }
            Err(reason) => {
                let refusal = Refusal {
                    code: Code::XmlError,
                    of_credit_price: false,
                };
                (
                    Decision::answer(Reply::Refused(refusal)),
                    Some(reason),
                    number(),
                )
            }
        };
        let Decision {
            reply,
            events,
            effects,
            cause,
            reason,
            skipped,
        } = decision;
        let is_lost = effects.contains(&Effect::LoseReply);
        // Of a request that was lost there is no reply, not even for the journal.
        let is_undecided = is_lost && matches!(reply, Reply::Refused(_));
        let bytes = if is_undecided {
            Vec::new()
        } else {
            wire::reply::encode(&reply, &self.config.zone)
        };
        let accepted = events.iter().find_map(|event| match event {
            Event::Accepted(mailing) => Some(mailing),
            _ => None,
        });
        verdict.reason = unreadable
            .as_ref()
            .map(ToString::to_string)
            .or(reason.map(|reason| reason.to_string()));
        verdict.skipped = skipped;
        verdict.settle(&reply, accepted.map(|mailing| &**mailing), cause, is_lost);
        let entry = Arc::new(Entry {
            number,
            at,
            micros: watch.map_or(0, |watch| {
                u64::try_from(watch.elapsed().as_micros()).unwrap_or(u64::MAX)
            }),
            bytes: Bytes::of(&incoming, &bytes),
            reading,
            verdict,
        });
        self.journal.write(Arc::clone(&entry));
        if let (Some(mailing), Some(account)) = (accepted, &entry.verdict.account) {
            self.waiters
                .arrived(account, mailing, entry.verdict.first_message);
        }
        Outcome {
            reply: (!is_lost).then_some(bytes),
            entry,
        }
    }
}

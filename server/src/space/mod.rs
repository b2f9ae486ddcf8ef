//! A space: one whole gateway of its own, with its accounts, its clock, its journal and those who wait for messages.
//!
//! What happens in one space is invisible in every other; a client chooses it by its path, `/s/<space>/…`. Not for
//! HTTP: a space takes a body and gives bytes.

pub mod hidden;
pub mod journal;
pub mod news;
pub mod spaces;
pub mod waiters;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::clock::{Clock, Stopwatch};
use crate::config::Config;
use crate::config::edit::Edit;
use crate::gateway::account::Decision;
use crate::gateway::draw::Digest;
use crate::gateway::effect::{Hurt, Placed};
use crate::gateway::event::Event;
use crate::wire;
use crate::wire::tolerance::Tolerance;
use crate::world::{Answer, World};
use journal::{Bytes, Entry, Journal, Verdict};
use news::{News, Notice};
use waiters::{Released, Waiters};

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
    /// Held by every request from its reading to its reply, and by a reset or a reload alone: none is judged half before
    /// and half after.
    config: RwLock<Arc<Config>>,
    number: AtomicU64,
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
    /// The reply.
    pub reply: Vec<u8>,
    /// What is done to it on its way, and what puts an end to that.
    pub hurt: Option<(Hurt, Released)>,
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
            clock,
            config: RwLock::new(config),
        }
    }

    /// The configuration in force.
    pub fn config(&self) -> Arc<Config> {
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another configuration in force: what `edit` says is different, and nothing else.
    pub fn adopt(&self, new: &Arc<Config>, edit: &Edit) {
        let mut config = self.config.write().unwrap_or_else(PoisonError::into_inner);
        self.world.adopt(edit, new, self.clock.now());
        self.journal.bound(new.journal_bytes);
        *config = Arc::clone(new);
        self.news().tell(Notice::Configuration);
    }

    /// Everything as it was at the beginning: accounts, scripts, clock, journal. Whoever waits is told.
    pub fn reset(&self) {
        let config = self.config.write().unwrap_or_else(PoisonError::into_inner);
        self.clock.begin(config.clock);
        self.world.reset(&config, self.clock.now());
        self.journal.clear();
        self.number.store(0, Ordering::Relaxed);
        self.waiters.release();
        self.news().tell(Notice::Reset(None));
    }

    /// What happens here, for whoever listens.
    pub const fn news(&self) -> &News {
        self.world.news()
    }

    /// One account as at its opening: as configured, or as it was opened; its credits, and no
    /// messages. Whether there is one.
    pub fn reset_account(&self, username: &str) -> bool {
        let at = self.clock.now();
        let config = self.config();
        let configured = config
            .accounts
            .iter()
            .find(|(profile, _)| profile.username == username);
        let reset = self.world.change(username, |account| {
            let (profile, credits) = match configured {
                Some((profile, credits)) => (Arc::clone(profile), *credits),
                None => (Arc::clone(account.opened_as()), account.ledger().opening()),
            };
            let opened = Event::Opened {
                at,
                profile,
                credits,
            };
            // What left the configuration does not come back by this.
            let closed = account.is_closed().then_some(Event::Closed);
            std::iter::once(opened).chain(closed).collect()
        });
        reset.is_some()
    }

    /// How many requests there were since the start, or the last reset.
    pub fn requests(&self) -> u64 {
        self.number.load(Ordering::Relaxed)
    }

    /// Answers a request of the XML interface.
    pub fn answer(&self, incoming: Incoming<'_>) -> Outcome {
        let config = self.config.read().unwrap_or_else(PoisonError::into_inner);
        // A clock that stands makes runs comparable; so nothing takes any time then.
        let (at, stands) = self.clock.reading();
        let watch = (!stands).then(Stopwatch::start);
        let max_depth = config.limits.max_depth;
        let (mut reading, request) = if incoming.method == "POST" {
            wire::read(incoming.content_type, incoming.body, max_depth)
        } else {
            wire::not_posted()
        };
        if !incoming.documented_path {
            reading.tolerances.note(Tolerance::OtherPath);
        }
        let number = || self.number.fetch_add(1, Ordering::Relaxed) + 1;
        let mut verdict = Verdict::unread();
        let document = || Digest::of(&wire::document(incoming.content_type, incoming.body));
        let (answer, unreadable) = match request {
            Ok(request) => {
                verdict.operation = request.operation.name();
                verdict.account = request
                    .credentials
                    .as_ref()
                    .map(|who| who.username.as_str().into());
                (self.world.answer(request, at, document, number), None)
            }
            Err(reason) => (self.world.answer_unreadable(document, number), Some(reason)),
        };
        let Answer {
            decision,
            mode,
            first_message,
            evicts,
            number,
        } = answer;
        verdict.mode = mode;
        verdict.first_message = first_message;
        verdict.evicts = evicts;
        let Decision {
            reply,
            events,
            hurt,
            cause,
            reason,
            skipped,
        } = decision;
        // Of a request that was lost there is no reply, not even for the journal.
        let is_undecided = hurt
            .as_ref()
            .is_some_and(|hurt| hurt.placed == Placed::Before && hurt.effect.loses());
        let bytes = if is_undecided {
            Vec::new()
        } else {
            wire::reply::encode(&reply, &config.zone)
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
        verdict.cause = cause;
        verdict.hurt = hurt.clone().map(Box::new);
        verdict.settle(&reply, accepted.map(|mailing| &**mailing));
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
        let tell = |entry: &Entry| self.news().tell(Notice::of_request(entry));
        self.journal.write(Arc::clone(&entry), tell);
        if let (Some(mailing), Some(account)) = (accepted, &entry.verdict.account) {
            self.waiters
                .arrived(account, mailing, entry.verdict.first_message);
        }
        Outcome {
            reply: bytes,
            // Begun while no reset can come in between.
            hurt: hurt.map(|hurt| (hurt, self.waiters.released())),
            entry,
        }
    }
}

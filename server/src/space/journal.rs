//! The journal: every request of a space, from its bytes to its verdict. A ring that is bounded in bytes; what it had
//! to let go is counted, so that nobody takes a gap for nothing.
//!
//! Not for state: an account's events are. Bytes are kept as they came; whoever shows them masks them first.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::gateway::account::{Cause, Mode};
use crate::gateway::effect::{Hurt, Placed};
use crate::gateway::event::{Accepted, Fate};
use crate::gateway::money::Credits;
use crate::gateway::reply::Reply;
use crate::space::Incoming;
use crate::wire::Reading;

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which request of its space it was, from 1.
    pub number: u64,
    /// When it came, by the clock of its space.
    pub at: Timestamp,
    /// How long the answer took; 0 while the clock stands.
    pub micros: u64,
    /// What came, and what went.
    pub bytes: Bytes,
    /// How it was read.
    pub reading: Reading,
    /// What was made of it.
    pub verdict: Verdict,
}

/// The bytes of a request and its reply: method, path, Content-Type, body and reply, one after another, because a
/// journal is written far more often than it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytes {
    all: Box<[u8]>,
    /// Where each but the last ends.
    ends: [u32; 4],
    has_content_type: bool,
}

impl Bytes {
    pub(super) fn of(incoming: &Incoming<'_>, reply: &[u8]) -> Self {
        let content_type = incoming.content_type.unwrap_or_default();
        let pieces = [
            incoming.method.as_bytes(),
            incoming.path.as_bytes(),
            content_type.as_bytes(),
            incoming.body,
            reply,
        ];
        let mut all = Vec::with_capacity(pieces.iter().map(|piece| piece.len()).sum());
        let mut ends = [0; 4];
        for (index, piece) in pieces.into_iter().enumerate() {
            all.extend_from_slice(piece);
            if let Some(end) = ends.get_mut(index) {
                // A body limit allows 1 GiB at most.
                *end = u32::try_from(all.len()).unwrap_or(u32::MAX);
            }
        }
        Self {
            all: all.into_boxed_slice(),
            ends,
            has_content_type: incoming.content_type.is_some(),
        }
    }

    /// Its method.
    pub fn method(&self) -> &str {
        let [method, ..] = self.ends;
        self.text(0, method)
    }

    /// Its path.
    pub fn path(&self) -> &str {
        let [method, path, ..] = self.ends;
        self.text(method, path)
    }

    /// Its Content-Type.
    pub fn content_type(&self) -> Option<&str> {
        let [_, path, content_type, _] = self.ends;
        self.has_content_type.then(|| self.text(path, content_type))
    }

    /// Its body.
    pub fn body(&self) -> &[u8] {
        let [_, _, content_type, body] = self.ends;
        self.piece(content_type, body)
    }

    /// The reply, also if it was lost or hurt on its way.
    pub fn reply(&self) -> &[u8] {
        let [.., body] = self.ends;
        self.all.get(body as usize..).unwrap_or_default()
    }

    fn piece(&self, from: u32, to: u32) -> &[u8] {
        self.all.get(from as usize..to as usize).unwrap_or_default()
    }

    fn text(&self, from: u32, to: u32) -> &str {
        std::str::from_utf8(self.piece(from, to)).unwrap_or_default()
    }
}

/// What was made of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The operation; `-` if it could not be read.
    pub operation: &'static str,
    /// The login.
    pub account: Option<Arc<str>>,
    /// The account's mode, if anybody has the login.
    pub mode: Option<Mode>,
    /// `SEND_OK`, `OK`, or the name of the code.
    pub result: &'static str,
    /// Why it was refused, in words.
    pub reason: Option<String>,
    /// How many of the things asked for were passed over: numbers that are not valid, ids that nothing has.
    pub skipped: u32,
    /// How many rows a delivery report has.
    pub rows: u32,
    /// How many messages ended at once, as no tariff covers them or their sender is none.
    pub ended: u32,
    /// Whether the account had to let old messages go for the first time.
    pub evicts: bool,
    /// What was charged.
    pub charged: Credits,
    /// How many messages it made.
    pub messages: u32,
    /// The ordinal of the first of them.
    pub first_message: u64,
    /// The script or magic number that decided, if one did.
    pub cause: Option<Cause>,
    /// What was done to the reply on its way.
    pub hurt: Option<Box<Hurt>>,
}

impl Verdict {
    /// Of a request that could not be read, so far.
    pub(super) const fn unread() -> Self {
        Self {
            operation: "-",
            account: None,
            mode: None,
            result: "-",
            reason: None,
            skipped: 0,
            rows: 0,
            ended: 0,
            evicts: false,
            charged: Credits::ZERO,
            messages: 0,
            first_message: 0,
            cause: None,
            hurt: None,
        }
    }

    /// Whether nothing of the reply came.
    pub fn is_lost(&self) -> bool {
        self.hurt.as_ref().is_some_and(|hurt| hurt.effect.loses())
    }

    fn is_forgotten(&self) -> bool {
        let hurt = self.hurt.as_ref();
        hurt.is_some_and(|hurt| hurt.placed == Placed::Before)
    }

    /// Completes it.
    pub(super) fn settle(&mut self, reply: &Reply, accepted: Option<&Accepted>) {
        self.result = match reply {
            // Nothing of it was decided, or what was decided never happened.
            _ if self.is_forgotten() => "LOST",
            Reply::Refused(refusal) => refusal.code.name(),
            Reply::Sent { .. } => "SEND_OK",
            Reply::Price(_) | Reply::Balance { .. } | Reply::CreditPrice(_) | Reply::Report(_) => {
                "OK"
            }
        };
        if let Reply::Report(rows) = reply {
            self.rows = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        }
        match accepted {
            Some(mailing) => {
                self.charged = mailing.charged;
                self.messages = u32::try_from(mailing.messages.len()).unwrap_or(u32::MAX);
                let ended = mailing.messages.iter().filter(|message| {
                    message.msisdn.is_some() && matches!(message.fate, Fate::End(_))
                });
                self.ended = u32::try_from(ended.count()).unwrap_or(u32::MAX);
            }
            None => self.first_message = 0,
        }
    }
}

/// The ring.
#[derive(Debug)]
pub struct Journal {
    /// In bytes.
    capacity: AtomicUsize,
    ring: Mutex<Ring>,
}

#[derive(Debug, Default)]
struct Ring {
    /// Those whose predecessors are not written yet: whoever reads on from a number must miss none.
    ahead: BTreeMap<u64, Arc<Entry>>,
    /// The number of the last entry in order.
    last: u64,
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
    evicted: u64,
}

impl Journal {
    /// An empty journal that holds so many bytes.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity: AtomicUsize::new(capacity),
            ring: Mutex::default(),
        }
    }

    /// Holds so many bytes from now on; what is too much goes with the next request.
    pub fn bound(&self, capacity: usize) {
        self.capacity.store(capacity, Ordering::Relaxed);
    }

    /// Writes a request down. Requests that ran side by side may come in any order; they appear in theirs, and each is
    /// told of when it appears.
    pub fn write(&self, entry: Arc<Entry>, mut appears: impl FnMut(&Entry)) {
        let mut ring = self.ring();
        ring.ahead.insert(entry.number, entry);
        loop {
            let next = ring.last + 1;
            let Some(entry) = ring.ahead.remove(&next) else {
                break;
            };
            ring.last = next;
            ring.bytes += weight(&entry);
            appears(&entry);
            ring.entries.push_back(entry);
        }
        let capacity = self.capacity.load(Ordering::Relaxed);
        while ring.bytes > capacity
            && let Some(oldest) = ring.entries.pop_front()
        {
            ring.bytes -= weight(&oldest);
            ring.evicted += 1;
        }
    }

    /// Forgets everything.
    pub fn clear(&self) {
        *self.ring() = Ring::default();
    }

    /// The request of this number, if it is still kept.
    pub fn get(&self, number: u64) -> Option<Arc<Entry>> {
        let ring = self.ring();
        if let Some(entry) = ring.ahead.get(&number) {
            return Some(Arc::clone(entry));
        }
        let place = ring
            .entries
            .binary_search_by_key(&number, |entry| entry.number)
            .ok()?;
        ring.entries.get(place).cloned()
    }

    /// The requests kept, oldest first, and how many older ones are not.
    pub fn all(&self) -> (Vec<Arc<Entry>>, u64) {
        let ring = self.ring();
        (ring.entries.iter().cloned().collect(), ring.evicted)
    }

    /// How many are kept, in how many bytes, and how many are not.
    pub fn size(&self) -> (usize, usize, u64) {
        let ring = self.ring();
        (ring.entries.len(), ring.bytes, ring.evicted)
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn weight(entry: &Entry) -> usize {
    size_of::<Entry>()
        + entry.bytes.all.len()
        + entry.verdict.reason.as_ref().map_or(0, String::len)
        + entry.verdict.account.as_ref().map_or(0, |name| name.len())
}

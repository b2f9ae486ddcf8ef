//! The messages of one account: kept in order, found by id, bounded in count and in bytes.
//! Not for what becomes of them: a message's standing is computed when somebody asks.

use std::collections::{BTreeMap, VecDeque};
use std::hash::BuildHasher;
use std::num::NonZeroU64;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::event::{Accepted, Message};
use super::timeline::Progress;

/// How much an account keeps. Beyond it the oldest messages go, and are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// How many messages.
    pub messages: usize,
    /// How many bytes of mailings.
    pub bytes: usize,
}

/// The message table.
///
/// A message has an *ordinal*, counted from 1 in each account and never used again. The messages with the same id
/// form a chain, oldest first (SEND-13); the index knows both of its ends.
#[derive(Debug)]
pub struct Messages {
    capacity: Capacity,
    /// The mailings that still have a message here, oldest first.
    mailings: VecDeque<Arc<Accepted>>,
    /// The ordinal of the first mailing in `mailings`, counted in mailings from 0.
    first_mailing: u64,
    /// The messages, oldest first.
    slots: VecDeque<Slot>,
    /// The ordinal of the first message in `slots`.
    first: NonZeroU64,
    /// The chains, by the hash of their id. Only ever looked up in, so its order reaches nothing.
    index: HashTable<Chain>,
    hasher: DefaultHashBuilder,
    bytes: usize,
    /// How far those messages have come, by ordinal, that more than time has moved.
    moved: BTreeMap<u64, Progress>,
}

/// A message that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept<'a> {
    /// Its ordinal in the account, from 1.
    pub ordinal: u64,
    /// Its mailing.
    pub mailing: &'a Arc<Accepted>,
    /// Which message of the mailing it is.
    pub position: u32,
    /// How far it has come, if more than time has moved it.
    pub progress: Option<Progress>,
}

impl<'a> Kept<'a> {
    /// The message itself.
    pub fn message(&self) -> Option<&'a Message> {
        self.mailing.message(self.position)
    }
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    mailing: u64,
    position: u32,
    /// The next message with the same id.
    next: Option<NonZeroU64>,
}

#[derive(Debug, Clone, Copy)]
struct Chain {
    hash: u64,
    first: NonZeroU64,
    last: NonZeroU64,
}

impl Messages {
    /// An empty table.
    pub fn new(capacity: Capacity) -> Self {
        Self {
            capacity,
            mailings: VecDeque::new(),
            first_mailing: 0,
            slots: VecDeque::new(),
            first: NonZeroU64::MIN,
            index: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            bytes: 0,
            moved: BTreeMap::new(),
        }
    }

    /// Adds the messages of a mailing, and lets the oldest go if that is too much.
    pub fn add(&mut self, mailing: &Arc<Accepted>) {
        let number = self.first_mailing + self.mailings.len() as u64;
        self.bytes += mailing.weight();
        self.mailings.push_back(Arc::clone(mailing));
        self.slots.reserve(mailing.messages.len());
        for position in 0_u32.. {
            let Some(message) = mailing.message(position) else {
                break;
            };
            let ordinal = self.next_ordinal();
            self.slots.push_back(Slot {
                mailing: number,
                position,
                next: None,
            });
            if !message.id.is_empty() {
                self.link(mailing.words.at(message.id), ordinal);
            }
        }
        while self.slots.len() > self.capacity.messages
            || (self.bytes > self.capacity.bytes && self.mailings.len() > 1)
        {
            self.evict_oldest();
        }
    }

    /// The messages with this id, oldest first.
    pub fn with_id<'a>(&'a self, id: &str) -> impl Iterator<Item = Kept<'a>> + use<'a> {
        let hash = self.hasher.hash_one(id);
        let chain = self.index.find(hash, |chain| self.id(chain.first) == id);
        let first = chain.map(|chain| chain.first);
        std::iter::successors(first, |ordinal| self.slot(*ordinal)?.next)
            .filter_map(|ordinal| self.get(ordinal.get()))
    }

    /// The message of this ordinal, if it is still kept.
    pub fn get(&self, ordinal: u64) -> Option<Kept<'_>> {
        let slot = self.slots.get(place_from(self.first.get(), ordinal)?)?;
        let mailing = self.mailing(slot.mailing)?;
        let progress = self.moved.get(&ordinal).copied();
        Some(Kept {
            ordinal,
            mailing,
            position: slot.position,
            progress,
        })
    }

    /// Notes how far a message has come.
    pub fn moved(&mut self, ordinal: u64, progress: Progress) {
        if self.get(ordinal).is_some() {
            self.moved.insert(ordinal, progress);
        }
    }

    /// The ordinal that the next message gets.
    pub fn next_ordinal(&self) -> NonZeroU64 {
        self.first.saturating_add(self.slots.len() as u64)
    }

    /// How many messages are kept.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// How many older messages are no longer kept.
    pub const fn evicted(&self) -> u64 {
        self.first.get() - 1
    }

    /// The messages kept, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Kept<'_>> {
        let first = self.first.get();
        (first..first + self.slots.len() as u64).filter_map(|ordinal| self.get(ordinal))
    }

    fn link(&mut self, id: &str, ordinal: NonZeroU64) {
        let hash = self.hasher.hash_one(id);
        let (slots, first, mailings, first_mailing) = (
            &mut self.slots,
            self.first,
            &self.mailings,
            self.first_mailing,
        );
        let known = self.index.find_mut(hash, |chain| {
            let slot = place(first, chain.first).and_then(|place| slots.get(place));
            slot.is_some_and(|slot| id_of(mailings, first_mailing, slot) == id)
        });
        if let Some(chain) = known {
            let tail = place(first, chain.last).and_then(|place| slots.get_mut(place));
            if let Some(tail) = tail {
                tail.next = Some(ordinal);
            }
            chain.last = ordinal;
        } else {
            let chain = Chain {
                hash,
                first: ordinal,
                last: ordinal,
            };
            self.index.insert_unique(hash, chain, |chain| chain.hash);
        }
    }

    fn evict_oldest(&mut self) {
        let Some(slot) = self.slots.front().copied() else {
            return;
        };
        let id = id_of(&self.mailings, self.first_mailing, &slot);
        if !id.is_empty() {
            let hash = self.hasher.hash_one(id);
            let oldest = self.first;
            if let Ok(mut entry) = self.index.find_entry(hash, |chain| chain.first == oldest) {
                match slot.next {
                    Some(next) => entry.get_mut().first = next,
                    None => drop(entry.remove()),
                }
            }
        }
        self.slots.pop_front();
        if !self.moved.is_empty() {
            self.moved.remove(&self.first.get());
        }
        self.first = self.first.saturating_add(1);
        let still_used = self
            .slots
            .front()
            .is_some_and(|next| next.mailing == slot.mailing);
        if !still_used && let Some(mailing) = self.mailings.pop_front() {
            self.bytes -= mailing.weight();
            self.first_mailing += 1;
        }
    }

    fn slot(&self, ordinal: NonZeroU64) -> Option<&Slot> {
        self.slots.get(place(self.first, ordinal)?)
    }

    fn mailing(&self, number: u64) -> Option<&Arc<Accepted>> {
        self.mailings.get(place_from(self.first_mailing, number)?)
    }

    fn id(&self, ordinal: NonZeroU64) -> &str {
        self.slot(ordinal)
            .map_or("", |slot| id_of(&self.mailings, self.first_mailing, slot))
    }
}

/// Where in the queue a message stands.
fn place(first: NonZeroU64, ordinal: NonZeroU64) -> Option<usize> {
    place_from(first.get(), ordinal.get())
}

fn place_from(first: u64, number: u64) -> Option<usize> {
    usize::try_from(number.checked_sub(first)?).ok()
}

fn id_of<'a>(mailings: &'a VecDeque<Arc<Accepted>>, first_mailing: u64, slot: &Slot) -> &'a str {
    place_from(first_mailing, slot.mailing)
        .and_then(|place| mailings.get(place))
        .map_or("", |mailing| mailing.id(slot.position))
}

/// Two tables are equal if they hold the same messages under the same ordinals.
impl PartialEq for Messages {
    fn eq(&self, other: &Self) -> bool {
        self.first == other.first && self.iter().eq(other.iter())
    }
}

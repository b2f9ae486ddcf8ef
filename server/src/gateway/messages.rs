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
        self.let_go();
    }

    /// Keeps so much from now on.
    pub fn bound(&mut self, capacity: Capacity) {
        self.capacity = capacity;
        self.let_go();
    }

    /// Lets the oldest go, until the rest is not too much.
    fn let_go(&mut self) {
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
    pub fn count(&self) -> usize {
        self.slots.len()
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
        self.moved.remove(&self.first.get());
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::event::Fate;
    use super::super::money::Credits;
    use super::super::request::{Span, Words};
    use super::super::timeline::Timeline;
    use super::*;

    const PLENTY: usize = 1_000_000;

    /// A mailing with a message for each id.
    fn mailing(ids: &[&str]) -> Arc<Accepted> {
        let mut words = Words::default();
        let message = |id: &&str| Message {
            msisdn: None,
            id: words.add(id),
            variables: None,
            price: Credits::ZERO,
            parts: 1,
            fate: Fate::Deliver,
        };
        let messages = ids.iter().map(message).collect();
        Arc::new(Accepted {
            at: Timestamp::UNIX_EPOCH,
            request: 0,
            words,
            sender: Span::default(),
            text: Span::default(),
            messages,
            written: Box::default(),
            timeline: Arc::new(Timeline::usual()),
            scripted: Box::default(),
            charged: Credits::ZERO,
        })
    }

    fn table(messages: usize, bytes: usize) -> Messages {
        Messages::new(Capacity { messages, bytes })
    }

    /// These ordinals are kept, and no others; of them, those have the id `a`.
    #[track_caller]
    fn check(table: &Messages, kept: &[u64], with_a: &[u64]) {
        let ordinals: Vec<u64> = table.iter().map(|kept| kept.ordinal).collect();
        let found: Vec<u64> = table.with_id("a").map(|kept| kept.ordinal).collect();
        assert_eq!((ordinals.as_slice(), found.as_slice()), (kept, with_a));
        assert_eq!(table.count(), kept.len());
        assert_eq!(table.evicted() + 1, kept[0]);
        let next = table.next_ordinal().get();
        assert_eq!(next, kept[kept.len() - 1] + 1);
        for ordinal in 0..=next {
            let is_kept = table.get(ordinal).is_some();
            assert_eq!(is_kept, kept.contains(&ordinal), "{ordinal}");
        }
    }

    #[test]
    fn beyond_the_count_the_oldest_messages_go() {
        let mut table = table(3, PLENTY);
        table.add(&mailing(&["a", "b"]));
        check(&table, &[1, 2], &[1]);
        table.add(&mailing(&["a"]));
        check(&table, &[1, 2, 3], &[1, 3]);
        table.add(&mailing(&["a"]));
        check(&table, &[2, 3, 4], &[3, 4]);
        table.add(&mailing(&["", "b", "c", "d"]));
        check(&table, &[6, 7, 8], &[]);
        table.add(&mailing(&["a"]));
        check(&table, &[7, 8, 9], &[9]);
    }

    #[test]
    fn beyond_the_bytes_the_oldest_mailings_go_but_the_last() {
        let two = mailing(&["a", "b"]);
        let mut table = table(PLENTY, 2 * two.weight());
        table.add(&two);
        table.add(&two);
        check(&table, &[1, 2, 3, 4], &[1, 3]);
        table.add(&two);
        check(&table, &[3, 4, 5, 6], &[3, 5]);
        table.add(&two);
        check(&table, &[5, 6, 7, 8], &[5, 7]);
        let heavy = mailing(&["a"; 50]);
        assert!(heavy.weight() > 2 * two.weight());
        table.add(&heavy);
        let all: Vec<u64> = (9..59).collect();
        check(&table, &all, &all);
        table.add(&two);
        check(&table, &[59, 60], &[59]);
    }

    /// What `replay` relies on: a table that lost a message, or holds another, is another table.
    #[test]
    fn tables_are_equal_if_they_hold_the_same() {
        let filled = |mailings: &[&[&str]], messages: usize| {
            let mut table = table(messages, PLENTY);
            mailings.iter().for_each(|ids| table.add(&mailing(ids)));
            table
        };
        assert_eq!(filled(&[&["a", "b"]], 5), filled(&[&["a", "b"]], 9));
        assert_ne!(filled(&[&["a", "b"]], 5), filled(&[&["a", "c"]], 5));
        assert_ne!(filled(&[&["a", "b"]], 5), filled(&[&["a"]], 5));
        assert_ne!(filled(&[&["a"]], 0), filled(&[], 0));
        let mut moved = filled(&[&["a"]], 5);
        moved.moved(1, Progress::accepted(Timestamp::MAX));
        assert_ne!(moved, filled(&[&["a"]], 5));
    }

    #[test]
    fn a_message_that_is_not_kept_cannot_be_moved() {
        let mut table = table(1, PLENTY);
        let far = Progress::accepted(Timestamp::MAX);
        table.add(&mailing(&["a"]));
        table.moved(2, far);
        table.add(&mailing(&["a"]));
        assert_eq!(table.get(2).map(|kept| kept.progress), Some(None));
        table.moved(2, far);
        assert_eq!(table.get(2).map(|kept| kept.progress), Some(Some(far)));
    }
}

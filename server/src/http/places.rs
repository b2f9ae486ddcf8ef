//! Who is connected, and who is let go when there is no room: whoever kept the server waiting longest. Nobody can
//! hold all places by doing nothing, nor by doing it slowly. Not for what happens on a connection.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The places of one socket.
#[derive(Debug, Default)]
pub(super) struct Places {
    taken: Mutex<Taken>,
    /// Numbers that grow: who began to wait before whom.
    next: AtomicU64,
}

#[derive(Debug, Default)]
struct Taken {
    by: BTreeMap<u64, Arc<Seat>>,
    /// How many of them were told to leave.
    leaving: usize,
}

/// What is known of a connection from outside.
#[derive(Debug)]
struct Seat {
    /// `AT_WORK`, `LEAVING`, or since when the server waits for its request.
    state: AtomicU64,
    told: Notify,
}

/// The server has the request, or what it needs of it.
const AT_WORK: u64 = 0;
/// It tells what happens, and nobody would miss much: it leaves before all who wait.
const LISTENING: u64 = 1;
const LEAVING: u64 = u64::MAX;

/// The place of one connection, free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    seat: Arc<Seat>,
    number: u64,
    places: Arc<Places>,
    stopping: AtomicBool,
}

impl Places {
    /// A place among at most `most`. If there is none, whoever kept the server waiting longest has to leave; `None`
    /// if all are at work.
    pub(super) fn enter(self: &Arc<Self>, most: usize) -> Option<Place> {
        let number = self.number();
        let seat = Arc::new(Seat {
            state: AtomicU64::new(number),
            told: Notify::new(),
        });
        let mut taken = self.taken();
        if taken.by.len().saturating_sub(taken.leaving) >= most && !taken.let_one_go() {
            return None;
        }
        taken.by.insert(number, Arc::clone(&seat));
        drop(taken);
        Some(Place {
            seat,
            number,
            places: Arc::clone(self),
            stopping: AtomicBool::new(false),
        })
    }

    /// Lets the one go that kept the server waiting longest; whether there was one.
    pub(super) fn let_one_go(&self) -> bool {
        self.taken().let_one_go()
    }

    fn number(&self) -> u64 {
        self.next
            .fetch_add(1, Ordering::Relaxed)
            .saturating_add(LISTENING + 1)
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn let_one_go(&mut self) -> bool {
        loop {
            let waiting = |seat: &&Arc<Seat>| {
                let since = seat.state.load(Ordering::Relaxed);
                (since != AT_WORK && since != LEAVING).then_some(since)
            };
            let longest = self
                .by
                .values()
                .filter_map(|seat| Some((waiting(&seat)?, seat)));
            let Some((since, seat)) = longest.min_by_key(|(since, _)| *since) else {
                return false;
            };
            // Its request may have come meanwhile; then it stays, and the next one is asked.
            if seat.turn(since, LEAVING) {
                seat.told.notify_one();
                self.leaving = self.leaving.saturating_add(1);
                return true;
            }
        }
    }
}

impl Seat {
    fn turn(&self, from: u64, to: u64) -> bool {
        let order = Ordering::AcqRel;
        self.state
            .compare_exchange(from, to, order, Ordering::Relaxed)
            .is_ok()
    }
}

impl Place {
    /// The server waits for the client; since when, as it stays while this one request comes. Whoever was at work
    /// until now begins anew.
    pub(super) fn waits(&self, since: Option<u64>) -> u64 {
        let state = self.seat.state.load(Ordering::Relaxed);
        if state != AT_WORK {
            return state;
        }
        let since = since.unwrap_or_else(|| self.places.number());
        self.seat.turn(AT_WORK, since);
        since
    }

    /// What the server needs has come; `false` if it is too late.
    pub(super) fn works(&self) -> bool {
        let state = self.seat.state.load(Ordering::Relaxed);
        state == AT_WORK || (state != LEAVING && self.seat.turn(state, AT_WORK))
    }

    /// A stream without an end begins: whenever a place is wanted, this is the first to be left.
    pub(super) fn listens(&self) {
        self.seat.turn(AT_WORK, LISTENING);
    }

    /// No further request is taken here.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether the present request is the last one.
    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Comes true when the place has to be left.
    pub(super) async fn told_to_leave(&self) {
        self.seat.told.notified().await;
    }
}

impl Place {
    /// Leaves it to others, before the client can know that the connection is over.
    pub(super) fn leave(&self) {
        let mut taken = self.places.taken();
        let was_taken = taken.by.remove(&self.number).is_some();
        if was_taken && self.seat.state.load(Ordering::Relaxed) == LEAVING {
            taken.leaving = taken.leaving.saturating_sub(1);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_leaving(place: &Place) -> bool {
        !place.works()
    }

    #[test]
    fn whoever_waits_longest_leaves_and_who_works_stays() {
        let places = Arc::new(Places::default());
        let (one, two, three) = (places.enter(3), places.enter(3), places.enter(3));
        let (one, two, three) = (one.unwrap(), two.unwrap(), three.unwrap());
        assert!(one.works() && two.works());
        two.waits(None);
        // `three` waits since it came, `two` only since now.
        let four = places.enter(3).unwrap();
        assert!(is_leaving(&three));
        let five = places.enter(3).unwrap();
        assert!(is_leaving(&two) && !is_leaving(&one));
        assert!(four.works() && five.works());
        assert!(places.enter(3).is_none(), "all are at work");
        drop((two, three));
        assert!(places.enter(3).is_none(), "they were no longer counted");
        drop(one);
        assert!(places.enter(3).is_some());
    }

    #[test]
    fn whoever_listens_leaves_before_all_who_wait() {
        let places = Arc::new(Places::default());
        let idle = places.enter(3).unwrap();
        let listening = [places.enter(3).unwrap(), places.enter(3).unwrap()];
        for place in &listening {
            assert!(place.works());
            place.listens();
        }
        let newcomers = [places.enter(3), places.enter(3)];
        assert!(newcomers.iter().all(Option::is_some));
        assert!(listening.iter().all(is_leaving));
        assert!(!is_leaving(&idle));
    }

    #[test]
    fn a_slow_request_keeps_its_rank() {
        let places = Arc::new(Places::default());
        let slow = places.enter(2).unwrap();
        let since = slow.waits(None);
        assert!(slow.works());
        let quick = places.enter(2).unwrap();
        // The head came; its body does not.
        slow.waits(Some(since));
        drop(places.enter(2).unwrap());
        assert!(is_leaving(&slow) && !is_leaving(&quick));
    }
}

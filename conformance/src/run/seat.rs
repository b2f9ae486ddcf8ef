//! Who plays at the same time as whom: an account whose balance a case compares is had alone, and only so many cases
//! play at once. A case that waits for something leaves its place to others.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{
    Mutex, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, OwnedSemaphorePermit, RwLock, Semaphore,
};

use super::plan::Case;
use crate::clock::pause;
use crate::scenario::mentions::Share;
use crate::target::Target;

/// The places of a run.
#[derive(Debug)]
pub struct Seats {
    /// By login: two names may be the same account.
    accounts: BTreeMap<String, Arc<RwLock<()>>>,
    jobs: Arc<Semaphore>,
}

/// The place of a case.
#[derive(Debug)]
pub struct Seat {
    /// In the order of their logins, so that no two cases wait for each other.
    wanted: Vec<(Arc<RwLock<()>>, Share)>,
    jobs: Arc<Semaphore>,
    taken: Mutex<Vec<Hold>>,
}

/// What a case has while it plays.
#[derive(Debug)]
#[expect(
    dead_code,
    reason = "what matters of a guard is that it is there, and when it goes"
)]
enum Hold {
    Shared(OwnedRwLockReadGuard<()>),
    Alone(OwnedRwLockWriteGuard<()>),
    Job(OwnedSemaphorePermit),
}

impl Seats {
    /// Places for so many cases at once, on the accounts of a target.
    pub fn new(target: &Target, jobs: usize) -> Self {
        let logins = target.accounts.values();
        Self {
            accounts: logins
                .map(|account| (account.username.clone(), Arc::default()))
                .collect(),
            jobs: Arc::new(Semaphore::new(jobs.max(1))),
        }
    }

    /// Waits until a case may play.
    pub async fn take(&self, case: &Case, target: &Target) -> Seat {
        let mut wanted: BTreeMap<&str, Share> = BTreeMap::new();
        for (name, share) in &case.loaded.mentions.accounts {
            if let Some(account) = target.accounts.get(name) {
                let entry = wanted.entry(&account.username).or_insert(*share);
                *entry = (*entry).max(*share);
            }
        }
        let wanted = wanted.into_iter().filter_map(|(login, share)| {
            let lock = self.accounts.get(login)?;
            Some((Arc::clone(lock), share))
        });
        let seat = Seat {
            wanted: wanted.collect(),
            jobs: Arc::clone(&self.jobs),
            taken: Mutex::default(),
        };
        seat.sit().await;
        seat
    }
}

impl Seat {
    /// Pauses. Others may play meanwhile, also on the same accounts, unless this case has one of them alone.
    pub async fn rest(&self, time: Duration) {
        if self.wanted.iter().all(|(_, share)| *share == Share::Shared) {
            self.taken.lock().await.clear();
            pause(time).await;
            self.sit().await;
        } else {
            pause(time).await;
        }
    }

    async fn sit(&self) {
        let mut taken = self.taken.lock().await;
        for (lock, share) in &self.wanted {
            let lock = Arc::clone(lock);
            taken.push(match share {
                Share::Shared => Hold::Shared(lock.read_owned().await),
                Share::Alone => Hold::Alone(lock.write_owned().await),
            });
        }
        // It is never closed; without a permit a case would only be played too early.
        let job = Arc::clone(&self.jobs).acquire_owned().await;
        taken.extend(job.map(Hold::Job));
    }
}

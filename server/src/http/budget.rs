//! How much all large bodies and replies under way may take together. Not for a single one: it has its own limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What is small is not counted: as many of these as there may be connections are the least that a server needs.
pub(super) const SMALL: usize = 64 * 1024;

/// What is taken at present.
#[derive(Debug, Clone, Default)]
pub struct Budget(Arc<AtomicUsize>);

impl Budget {
    /// Bytes taken.
    pub fn taken(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// A share of nothing yet.
    pub(super) fn share(&self) -> Share {
        Share {
            budget: self.clone(),
            size: 0,
        }
    }
}

/// A part of it, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    budget: Budget,
    size: usize,
}

impl Share {
    /// Grows to this size, unless that would be beyond `most` together with all others.
    pub(super) fn grow(&mut self, size: usize, most: usize) -> Result<(), Crowded> {
        let more = size.saturating_sub(self.size);
        if size <= SMALL || more == 0 {
            return Ok(());
        }
        let fits = |taken: usize| taken.checked_add(more).filter(|sum| *sum <= most);
        let order = Ordering::Relaxed;
        match self.budget.0.fetch_update(order, order, fits) {
            Ok(_) => {
                self.size = size;
                Ok(())
            }
            Err(_) => Err(Crowded),
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.0.fetch_sub(self.size, Ordering::Relaxed);
    }
}

/// All together would take too much.
#[derive(Debug)]
pub(super) struct Crowded;

/// Bytes that hold their share for as long as they are there.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) bytes: Vec<u8>,
    pub(super) _share: Share,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_fit_together_and_are_given_back() {
        let budget = Budget::default();
        let (mut one, mut two) = (budget.share(), budget.share());
        assert!(one.grow(SMALL, 0).is_ok(), "what is small always fits");
        assert!(one.grow(SMALL + 1, 100_000).is_ok());
        assert!(two.grow(SMALL + 1, 100_000).is_err());
        assert!(one.grow(100_000, 100_000).is_ok());
        assert_eq!(budget.taken(), 100_000);
        drop(one);
        assert!(two.grow(SMALL + 1, 100_000).is_ok());
        drop(two);
        assert_eq!(budget.taken(), 0);
    }
}

//! The ledger of one account: what came in, what went out, and what is left (MONEY-03).
//! Not for deciding whether a message may be sent.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::money::Credits;

/// Why credits moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movement {
    /// The credits that the account began with.
    Opening,
    /// Credits bought.
    TopUp,
    /// Credits taken for a mailing, which begins with the message of this ordinal.
    Charge {
        /// The ordinal of the mailing's first message in the account.
        first_message: u64,
    },
    /// Credits given back.
    Refund,
}

/// One line of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub movement: Movement,
    /// How much; never negative.
    pub credits: Credits,
    /// What was left after it.
    pub balance: Credits,
}

/// Totals, which are exact for ever, and the latest lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    opening: Credits,
    topped_up: Credits,
    charged: Credits,
    refunded: Credits,
    entries: VecDeque<Entry>,
    evicted: u64,
}

impl Ledger {
    /// How many lines are kept; the totals need none of them.
    pub const KEPT_ENTRIES: usize = 1_000;

    /// A ledger that begins with these credits.
    pub fn open(credits: Credits, at: Timestamp) -> Self {
        let mut ledger = Self {
            opening: Credits::ZERO,
            topped_up: Credits::ZERO,
            charged: Credits::ZERO,
            refunded: Credits::ZERO,
            entries: VecDeque::new(),
            evicted: 0,
        };
        ledger.post(Movement::Opening, credits, at);
        ledger
    }

    /// Writes one line.
    pub fn post(&mut self, movement: Movement, credits: Credits, at: Timestamp) {
        let total = match movement {
            Movement::Opening => &mut self.opening,
            Movement::TopUp => &mut self.topped_up,
            Movement::Charge { .. } => &mut self.charged,
            Movement::Refund => &mut self.refunded,
        };
        *total = total.saturating_add(credits);
        if self.entries.len() == Self::KEPT_ENTRIES {
            self.entries.pop_front();
            self.evicted += 1;
        }
        let balance = self.balance();
        self.entries.push_back(Entry {
            at,
            movement,
            credits,
            balance,
        });
    }

    /// Opening + top-ups - charges + refunds.
    pub fn balance(&self) -> Credits {
        let income = self
            .opening
            .saturating_add(self.topped_up)
            .saturating_add(self.refunded);
        income.checked_sub(self.charged).unwrap_or(Credits::ZERO)
    }

    /// What it began with.
    pub const fn opening(&self) -> Credits {
        self.opening
    }

    /// The sum of all charges.
    pub const fn charged(&self) -> Credits {
        self.charged
    }

    /// The latest lines, oldest first.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter()
    }

    /// How many older lines are no longer kept.
    pub const fn evicted(&self) -> u64 {
        self.evicted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines that are let go are counted, and the totals need none of them (MONEY-03).
    #[test]
    fn old_lines_go_and_the_balance_stays_exact() {
        let at = Timestamp::UNIX_EPOCH;
        let one = Credits::from_units(Credits::ONE);
        let mut ledger = Ledger::open(one.saturating_times(5_000), at);
        let kept = u64::try_from(Ledger::KEPT_ENTRIES).unwrap();
        for first_message in 1..kept {
            ledger.post(Movement::Charge { first_message }, one, at);
        }
        let oldest = |ledger: &Ledger| ledger.entries().next().map(|entry| entry.movement);
        assert_eq!(
            (oldest(&ledger), ledger.evicted()),
            (Some(Movement::Opening), 0)
        );
        for _ in 0..3 {
            ledger.post(Movement::Refund, one, at);
        }
        let third = Some(Movement::Charge { first_message: 3 });
        assert_eq!((oldest(&ledger), ledger.evicted()), (third, 3));
        assert_eq!(ledger.entries().count(), Ledger::KEPT_ENTRIES);
        assert_eq!(ledger.balance().to_string(), "4004");
        let latest = ledger.entries().next_back().map(|entry| entry.balance);
        assert_eq!(latest, Some(ledger.balance()));
    }
}

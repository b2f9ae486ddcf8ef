//! How many cases of which property there were, and what came of them.

use std::collections::BTreeMap;
use std::fmt;

use crate::property::Property;

/// The counts of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    properties: BTreeMap<&'static str, Counts>,
    clauses: BTreeMap<&'static str, u64>,
}

/// The counts of a property.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Cases that were played.
    pub cases: u64,
    /// Cases that did not hold.
    pub failed: u64,
    /// The largest of them.
    pub largest: usize,
}

impl Tally {
    /// Counts a case.
    pub fn count(&mut self, property: &Property, size: usize, holds: Holds) {
        let counts = self.properties.entry(property.name).or_default();
        counts.cases = counts.cases.saturating_add(1);
        counts.largest = counts.largest.max(size);
        if holds == Holds::No {
            counts.failed = counts.failed.saturating_add(1);
        }
        for clause in property.clauses {
            let cases = self.clauses.entry(clause).or_default();
            *cases = cases.saturating_add(1);
        }
    }

    /// All cases.
    pub fn cases(&self) -> u64 {
        self.properties.values().map(|counts| counts.cases).sum()
    }

    /// All cases that did not hold.
    pub fn failed(&self) -> u64 {
        self.properties.values().map(|counts| counts.failed).sum()
    }
}

/// Whether a case held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// It did.
    Yes,
    /// It did not.
    No,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:34} {:>8} {:>7} {:>8}",
            "property", "cases", "failed", "largest"
        )?;
        for (name, counts) in &self.properties {
            let Counts {
                cases,
                failed,
                largest,
            } = counts;
            writeln!(f, "{name:34} {cases:>8} {failed:>7} {largest:>8}")?;
        }
        let clauses: Vec<_> = self
            .clauses
            .iter()
            .map(|(clause, cases)| format!("{clause} {cases}"))
            .collect();
        writeln!(f, "cases by clause: {}", clauses.join(", "))
    }
}

//! Whether there is an order of calls in which the model gives every reply that was given: Wing and Gong's search for a
//! linearization, with Lowe's memory of what was tried.
//!
//! A call that ended before another began comes before it; so the calls of one lane stay in their order, and calls one
//! after the other have no other order at all. Only those beside each other are tried in all orders.

use std::collections::BTreeSet;

use super::model::{Model, State};
use crate::run::calls::Call;

/// Why there is no such order: as far as any order comes, and why no call can be next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexplained {
    /// The places of the calls in the order that explains most of them.
    pub explained: Vec<usize>,
    /// The places of the calls that could be next, and what is wrong with their replies there.
    pub next: Vec<(usize, String)>,
}

/// An order of the calls that explains every reply, by their places.
pub fn explain(model: &Model, calls: &[Call]) -> Result<Vec<usize>, Unexplained> {
    let mut search = Search {
        model,
        calls,
        order: Vec::with_capacity(calls.len()),
        tried: BTreeSet::new(),
        furthest: Unexplained {
            explained: Vec::new(),
            next: Vec::new(),
        },
    };
    if search.goes_on(&State::default()) {
        Ok(search.order)
    } else {
        Err(search.furthest)
    }
}

struct Search<'c> {
    model: &'c Model,
    calls: &'c [Call],
    /// The calls that have been put in order.
    order: Vec<usize>,
    /// Sets of calls and what they came to, from which nothing goes on. In which order they stood does not matter.
    tried: BTreeSet<(BTreeSet<usize>, State)>,
    furthest: Unexplained,
}

impl<'c> Search<'c> {
    /// Whether the calls that are left have an order after those that have one.
    fn goes_on(&mut self, state: &State) -> bool {
        if self.order.len() == self.calls.len() {
            return true;
        }
        let done: BTreeSet<usize> = self.order.iter().copied().collect();
        let here = (done, state.clone());
        if self.tried.contains(&here) {
            return false;
        }
        let mut wrong = Vec::new();
        for (place, call) in self.next(&here.0) {
            match self.model.after(state, call) {
                Ok(after) => {
                    self.order.push(place);
                    if self.goes_on(&after) {
                        return true;
                    }
                    self.order.pop();
                }
                Err(reason) => wrong.push((place, reason)),
            }
        }
        let is_further = self.order.len() > self.furthest.explained.len();
        if !wrong.is_empty() && (is_further || self.furthest.next.is_empty()) {
            self.furthest = Unexplained {
                explained: self.order.clone(),
                next: wrong,
            };
        }
        self.tried.insert(here);
        false
    }

    /// The calls that may come next: none of the others that are left ended before they began.
    fn next(&self, done: &BTreeSet<usize>) -> Vec<(usize, &'c Call)> {
        let left = || {
            let calls = self.calls.iter().enumerate();
            calls.filter(|(place, _)| !done.contains(place))
        };
        let first_end = left().map(|(_, call)| call.ended).min();
        left()
            .filter(|(_, call)| first_end.is_none_or(|end| call.began <= end))
            .collect()
    }
}

#[cfg(test)]
mod tests;

//! A sequence that is made simpler as a whole.
//!
//! `proptest_state_machine` takes away first what its own runner has not come to. Nobody counts here: a history is always
//! played to its end, since what it ends with is what shows the fault.

use std::fmt::Debug;
use std::sync::atomic::Ordering;

use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use proptest_state_machine::{Sequential, SequentialValueTree};

/// The sequences of that strategy, without what goes with them.
#[derive(Debug)]
pub(super) struct Whole<S, T, I, N>(pub(super) Sequential<S, T, I, N>);

/// A sequence of it.
pub(super) struct WholeTree<S, T, I, N>(SequentialValueTree<S, T, I, N>);

impl<S, T, I, N> Strategy for Whole<S, T, I, N>
where
    S: Clone + Debug,
    T: Clone + Debug,
    I: Strategy<Value = S>,
    N: Strategy<Value = T>,
{
    type Tree = WholeTree<S, T, I::Tree, N::Tree>;
    type Value = Vec<T>;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        self.0.new_tree(runner).map(WholeTree)
    }
}

impl<S, T, I, N> ValueTree for WholeTree<S, T, I, N>
where
    S: Clone + Debug,
    T: Clone + Debug,
    I: ValueTree<Value = S>,
    N: ValueTree<Value = T>,
{
    type Value = Vec<T>;

    fn current(&self) -> Vec<T> {
        self.0.current().1
    }

    fn simplify(&mut self) -> bool {
        let (_, transitions, seen) = self.0.current();
        if let Some(seen) = seen {
            seen.store(transitions.len(), Ordering::SeqCst);
        }
        self.0.simplify()
    }

    fn complicate(&mut self) -> bool {
        self.0.complicate()
    }
}

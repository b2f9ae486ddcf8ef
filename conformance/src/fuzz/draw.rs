//! Which case has which number: a pure function of seed and index.

use proptest::strategy::{BoxedStrategy, Strategy as _, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::property::{Facts, Generated, Property};

/// What the numbers of a run are drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u64);

/// A generated value that can be made simpler.
pub type Tree = Box<dyn ValueTree<Value = Generated>>;

/// Why nothing was generated.
#[derive(Debug, thiserror::Error)]
#[error("the property {property} generated nothing for case {index}: {reason}")]
pub struct DrawError {
    /// The property.
    pub property: &'static str,
    /// The number of the case.
    pub index: u64,
    /// What proptest said.
    pub reason: String,
}

/// A property, ready to generate for a target.
#[derive(Debug)]
pub struct Draw {
    /// The property.
    pub property: Property,
    strategy: BoxedStrategy<Generated>,
}

impl Draw {
    /// Gets ready.
    pub fn new(property: Property, facts: &Facts) -> Self {
        Self {
            property,
            strategy: (property.strategy)(facts),
        }
    }

    /// The one whose turn it is: each in turn.
    pub fn of(draws: &[Self], index: u64) -> Option<&Self> {
        let count = u64::try_from(draws.len()).ok()?;
        let place = usize::try_from(index.checked_rem(count)?).ok()?;
        draws.get(place)
    }

    /// The case of an index.
    pub fn tree(&self, seed: Seed, index: u64) -> Result<Tree, DrawError> {
        let mut bytes = [0_u8; 32];
        // The name is in it, so that a new property changes no case of an old one that is played alone.
        let parts = seed
            .0
            .to_le_bytes()
            .into_iter()
            .chain(index.to_le_bytes())
            .chain(self.property.name.bytes());
        for (place, byte) in parts.enumerate() {
            if let Some(slot) = bytes.get_mut(place % 32) {
                *slot = slot.rotate_left(3) ^ byte;
            }
        }
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let tree = self.strategy.new_tree(&mut runner);
        tree.map_err(|reason| DrawError {
            property: self.property.name,
            index,
            reason: reason.to_string(),
        })
    }
}

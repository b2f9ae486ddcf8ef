//! Which case has which number: a pure function of seed and index.

use proptest::strategy::{Strategy as _, ValueTree};
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

/// The property of a case: each in turn.
pub fn property(properties: &[Property], index: u64) -> Option<Property> {
    let count = u64::try_from(properties.len()).ok()?;
    let place = usize::try_from(index.checked_rem(count)?).ok()?;
    properties.get(place).copied()
}

/// The case of an index.
pub fn tree(property: &Property, facts: &Facts, seed: Seed, index: u64) -> Result<Tree, DrawError> {
    let mut bytes = [0_u8; 32];
    // The name is in it, so that a new property changes no case of an old one that is played alone.
    let parts = seed
        .0
        .to_le_bytes()
        .into_iter()
        .chain(index.to_le_bytes())
        .chain(property.name.bytes());
    for (place, byte) in parts.enumerate() {
        if let Some(slot) = bytes.get_mut(place % 32) {
            *slot = slot.rotate_left(3) ^ byte;
        }
    }
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = (property.strategy)(facts);
    let tree = strategy.new_tree(&mut runner);
    tree.map_err(|reason| DrawError {
        property: property.name,
        index,
        reason: reason.to_string(),
    })
}

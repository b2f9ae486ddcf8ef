//! Why a target cannot be asked.

use super::Facts;
use crate::scenario::model::Policy;

/// It has nobody who asks.
pub fn asks(facts: &Facts) -> Option<String> {
    account(facts, "main")
}

/// It has nobody who asks, or no number to send to.
pub fn sends(facts: &Facts) -> Option<String> {
    asks(facts).or_else(|| numbers(facts))
}

/// The same, and it does not say its tariffs.
pub fn knows_tariffs(facts: &Facts) -> Option<String> {
    let tariffs = || (!facts.tariffs).then(|| "the target does not say its tariffs".to_owned());
    sends(facts).or_else(tariffs)
}

/// It has nobody who asks, or no second account.
pub fn has_two_accounts(facts: &Facts) -> Option<String> {
    sends(facts).or_else(|| account(facts, "other"))
}

/// It has no account in test mode.
pub fn tests(facts: &Facts) -> Option<String> {
    numbers(facts).or_else(|| account(facts, "test_mode"))
}

/// It has no account that is short of credits, or does not refuse then.
pub fn refuses_the_poor(facts: &Facts) -> Option<String> {
    let policy = || {
        (facts.policy != Some(Policy::Refuse))
            .then(|| "the target's policy is not known to be refuse".to_owned())
    };
    numbers(facts)
        .or_else(|| account(facts, "poor"))
        .or_else(policy)
}

/// It has nobody who asks, or no number whose messages are known to end.
pub fn ends(facts: &Facts) -> Option<String> {
    let words = || {
        let ends = |word: &&str| facts.numbers.iter().any(|known| known == *word);
        (!super::FINAL_WORDS.iter().any(ends))
            .then(|| "the target has no number whose messages are known to end".to_owned())
    };
    asks(facts).or_else(words)
}

fn account(facts: &Facts, name: &str) -> Option<String> {
    (!facts.has(name)).then(|| format!("the target has no account {name}"))
}

fn numbers(facts: &Facts) -> Option<String> {
    (facts.recipients == 0).then(|| "the target has no ordinary number".to_owned())
}

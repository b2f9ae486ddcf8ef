//! Scripts: what becomes of a SEND and of its messages, decided by rules that a user wrote, or by the number itself
//! ([`magic`](super::magic)). Not for the passing of time: that is the [`Timeline`]'s.

use std::sync::Arc;

use regex::Regex;

use super::code::Code;
use super::draw::hash;
use super::effect::Placed;
use super::timeline::Timeline;

/// A rule: if a message is like this, that becomes of it. Of several, the first that fits.
#[derive(Debug, Clone)]
pub struct Script {
    /// Its name, unique in its gateway.
    pub name: Arc<str>,
    /// Tells it from every other that there ever was in its gateway, also of the same name: what it has counted is its
    /// own.
    pub serial: u64,
    /// Which messages it is for.
    pub when: Condition,
    /// It starts with the SEND of this number that it fits (from 1).
    pub nth: u32,
    /// For so many SENDs; `None`: for ever.
    pub times: Option<u32>,
    /// What becomes of them.
    pub outcome: Outcome,
}

/// Which messages a script is for: all that is given must fit.
#[derive(Debug, Clone, Default)]
pub struct Condition {
    /// The number, in digits.
    pub msisdn: Option<Glob>,
    /// The message id.
    pub id: Option<Glob>,
    /// The login.
    pub account: Option<Glob>,
    /// The sender.
    pub sender: Option<Glob>,
    /// The text, before personalisation.
    pub text: Option<Regex>,
}

/// A message as a condition sees it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The number, in digits.
    pub msisdn: &'a str,
    /// The message id; empty if it has none.
    pub id: &'a str,
    /// The login.
    pub account: &'a str,
    /// The sender.
    pub sender: &'a str,
    /// The text, before personalisation.
    pub text: &'a str,
}

/// What becomes of a SEND or a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The whole SEND is refused with this code, and nothing is charged.
    Refuse(Code),
    /// The connection closes without a reply: before anything happened, or after the SEND was accepted and charged.
    Lose(Placed),
    /// The message goes its way. With several stories, one is drawn by weight.
    Deliver(Vec<Alternative>),
}

/// A story, and how often it is drawn beside others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// Its share of the draws.
    pub weight: u32,
    /// The story.
    pub timeline: Arc<Timeline>,
}

impl Script {
    /// Whether it counts the SENDs that it fits.
    pub const fn counts(&self) -> bool {
        self.nth > 1 || self.times.is_some()
    }

    /// Whether it applies to the SEND that follows so many others that it fitted.
    pub fn applies_after(&self, fitted: u32) -> bool {
        let first = self.nth.saturating_sub(1);
        fitted >= first && self.times.is_none_or(|times| fitted - first < times)
    }
}

impl Condition {
    /// Whether a message is like this.
    pub fn fits(&self, subject: &Subject<'_>) -> bool {
        let glob =
            |glob: &Option<Glob>, text: &str| glob.as_ref().is_none_or(|glob| glob.fits(text));
        glob(&self.msisdn, subject.msisdn)
            && glob(&self.id, subject.id)
            && glob(&self.account, subject.account)
            && glob(&self.sender, subject.sender)
            && self
                .text
                .as_ref()
                .is_none_or(|text| text.is_match(subject.text))
    }
}

/// A pattern in which `*` stands for anything and `?` for one character; without them, for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(Box<str>);

impl Glob {
    /// A pattern.
    pub fn new(pattern: &str) -> Self {
        Self(pattern.into())
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a whole text is like it. Takes at most the product of both lengths.
    pub fn fits(&self, text: &str) -> bool {
        let (mut pattern, mut rest) = (self.0.chars(), text.chars());
        // Where to go on if what follows the last star does not fit.
        let mut retry = None;
        loop {
            let before = rest.clone();
            match (pattern.next(), rest.next()) {
                (None, None) => return true,
                (Some('*'), _) => {
                    rest = before.clone();
                    retry = Some((pattern.clone(), before));
                }
                (Some('?'), Some(_)) => {}
                (Some(wanted), Some(found)) if wanted == found => {}
                _ => {
                    let Some((after_star, mut from)) = retry.take() else {
                        return false;
                    };
                    if from.next().is_none() {
                        return false;
                    }
                    pattern = after_star.clone();
                    rest = from.clone();
                    retry = Some((after_star, from));
                }
            }
        }
    }
}

/// Draws one of several by weight, from a seed and an identity: the same message always draws the same, in
/// whatever order messages come.
pub fn draw<'a>(
    alternatives: &'a [Alternative],
    seed: u64,
    identity: &[&str],
) -> Option<&'a Alternative> {
    let total: u64 = alternatives
        .iter()
        .map(|alternative| u64::from(alternative.weight))
        .sum();
    let mut ticket = hash(seed, identity).checked_rem(total)?;
    alternatives.iter().find(|alternative| {
        let weight = u64::from(alternative.weight);
        let drawn = ticket < weight;
        ticket = ticket.saturating_sub(weight);
        drawn
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, fits: bool) {
        assert_eq!(Glob::new(pattern).fits(text), fits, "{pattern} and {text}");
    }

    #[test]
    fn globs() {
        check("380501234567", "380501234567", true);
        check("380501234567", "3805012345678", false);
        check("380*", "380501234567", true);
        check("380*", "79990000001", false);
        check("*67", "380501234567", true);
        check("380*1?3*", "380501234567", true);
        check("*", "", true);
        check("", "", true);
        check("", "x", false);
        check("?", "", false);
        check("a*b*c", "aXbXbXc", true);
        check("a*b*c", "aXbXbX", false);
        check("ord-??", "ord-ї1", true);
        check("**a", "ba", true);
    }

    #[test]
    fn a_draw_is_the_message_s_own() {
        let weights = [9, 1];
        let alternatives: Vec<Alternative> = weights
            .into_iter()
            .map(|weight| Alternative {
                weight,
                timeline: Arc::new(Timeline::usual()),
            })
            .collect();
        let drawn = |seed, id: &str| draw(&alternatives, seed, &["demo", id]).unwrap().weight;
        let rare = (0..10_000)
            .filter(|id| drawn(7, &id.to_string()) == 1)
            .count();
        assert!((900..1_100).contains(&rare), "{rare} of 10,000");
        assert_eq!(drawn(7, "a"), drawn(7, "a"));
        let differ = (0..1_000)
            .filter(|id| drawn(1, &id.to_string()) != drawn(2, &id.to_string()))
            .count();
        assert!(differ > 100, "the seed matters");
        assert_eq!(draw(&[], 1, &[]), None);
    }

    /// Worked out by another program from FNV-1a and splitmix64: whoever keeps a seed keeps its draws.
    #[test]
    fn a_seed_keeps_its_meaning() {
        #[track_caller]
        fn check(seed: u64, words: &[&str], expected: u64) {
            assert_eq!(hash(seed, words), expected, "{seed} and {words:?}");
        }
        check(0, &[], 0xC381_7C01_6BA4_FF30);
        let message = ["demo", "380501234567", "m", "Hello"];
        check(7, &message, 0x972B_B241_6893_C8DE);
        check(u64::MAX, &["a", "b"], 0x526C_FD4C_4159_EFD6);
        check(u64::MAX, &["ab", ""], 0xD6A2_8980_BA22_2D22);
        check(1, &["ї"], 0xFA45_D228_228E_D251);

        let alternatives = [2, 3, 5].map(|weight| Alternative {
            weight,
            timeline: Arc::new(Timeline::usual()),
        });
        let drawn = (0..12).map(|id| {
            let message = ["demo", "380501234567", &id.to_string(), "Hello"];
            draw(&alternatives, 7, &message).unwrap().weight
        });
        let drawn: Vec<u32> = drawn.collect();
        assert_eq!(drawn, [3, 3, 5, 3, 2, 2, 5, 5, 2, 5, 3, 5]);
    }

    #[test]
    fn nth_and_times() {
        let script = |nth, times| Script {
            name: "s".into(),
            serial: 1,
            when: Condition::default(),
            nth,
            times,
            outcome: Outcome::Lose(Placed::After),
        };
        let applies = |script: Script| {
            (0..5)
                .map(|fitted| script.applies_after(fitted))
                .collect::<Vec<_>>()
        };
        let counting = [(1, None), (2, None), (1, Some(1))];
        let counts = counting.map(|(nth, times)| script(nth, times).counts());
        assert_eq!(counts, [false, true, true], "only what must be counted is");
        assert_eq!(applies(script(1, None)), [true; 5]);
        assert_eq!(
            applies(script(2, Some(1))),
            [false, true, false, false, false]
        );
        assert_eq!(
            applies(script(1, Some(2))),
            [true, true, false, false, false]
        );
        assert_eq!(applies(script(3, None)), [false, false, true, true, true]);
    }
}

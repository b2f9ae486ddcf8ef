//! A fault to how it would be written.

use std::num::NonZeroU32;
use std::time::Duration;

use super::{AskedKey, FaultKeys, KindKey, PlacedKey, TargetKeys};
use crate::config::scalar::{Amount, Exact};
use crate::gateway::draw::Latency;
use crate::gateway::effect::{Cut, Effect, Placed};
use crate::gateway::fault::{Asked, Fault, Harm};
use crate::gateway::script::Glob;

/// A fault as it would be written.
pub fn keys(fault: &Fault) -> FaultKeys {
    let glob = |glob: &Option<Glob>| glob.as_ref().map(|glob| glob.as_str().to_owned());
    let trigger = &fault.trigger;
    let more_than_one = |number: NonZeroU32| (number > NonZeroU32::MIN).then_some(number);
    let keys = FaultKeys {
        name: Some(fault.name.to_string()),
        placed: fault.placed.into(),
        when: TargetKeys {
            account: glob(&fault.when.account),
            operation: fault.when.asked.into(),
            msisdn: glob(&fault.when.msisdn),
        },
        nth: (trigger.nth != trigger.every).then_some(trigger.nth),
        every: more_than_one(trigger.every),
        times: trigger.times.and_then(NonZeroU32::new),
        probability: trigger.chance.map(Amount),
        seed: trigger.seed,
        ..FaultKeys::of(KindKey::Delay)
    };
    match &fault.harm {
        Harm::Always(effect) => with_effect(keys, effect),
        Harm::Late(Latency::Uniform { from, to }) => FaultKeys {
            from: Some(Exact(*from)),
            to: Some(Exact(*to)),
            ..keys
        },
        Harm::Late(Latency::LogNormal {
            median,
            sigma,
            most,
        }) => FaultKeys {
            median: Some(Exact(*median)),
            sigma: Some(Amount(*sigma)),
            most: (*most != Latency::MOST).then_some(Exact(*most)),
            ..keys
        },
    }
}

fn with_effect(keys: FaultKeys, effect: &Effect) -> FaultKeys {
    let kind = |kind| FaultKeys {
        kind,
        ..keys.clone()
    };
    let time = |time: &Duration| Some(Exact(*time));
    match effect {
        Effect::Delay(lasting) => FaultKeys {
            lasting: time(lasting),
            ..keys
        },
        Effect::Stall(lasting) => FaultKeys {
            lasting: lasting.map(Exact),
            ..kind(KindKey::Stall)
        },
        Effect::Reset => kind(KindKey::Reset),
        Effect::Close => kind(KindKey::Close),
        Effect::Cut(Cut::Bytes(bytes)) => FaultKeys {
            bytes: Some(*bytes),
            ..kind(KindKey::Cut)
        },
        Effect::Cut(Cut::Share(share)) => FaultKeys {
            share: Some(Amount(*share)),
            ..kind(KindKey::Cut)
        },
        Effect::MalformedChunk => kind(KindKey::MalformedChunk),
        Effect::Drip { bytes, pause } => FaultKeys {
            bytes: Some(bytes.get()),
            pause: time(pause),
            ..kind(KindKey::Drip)
        },
        Effect::Garbage => kind(KindKey::Garbage),
        Effect::HtmlError(status) => FaultKeys {
            status: Some(*status),
            ..kind(KindKey::HtmlError)
        },
        Effect::Empty => kind(KindKey::Empty),
        Effect::Warning(text) => FaultKeys {
            text: text.as_ref().map(ToString::to_string),
            ..kind(KindKey::Warning)
        },
        Effect::WrongCharset(charset) => FaultKeys {
            charset: Some(charset.to_string()),
            ..kind(KindKey::WrongCharset)
        },
        Effect::WrongShape => kind(KindKey::WrongShape),
    }
}

impl FaultKeys {
    /// Of this kind, with no other key.
    const fn of(kind: KindKey) -> Self {
        Self {
            name: None,
            kind,
            placed: PlacedKey::After,
            when: TargetKeys {
                account: None,
                operation: AskedKey::Any,
                msisdn: None,
            },
            nth: None,
            every: None,
            times: None,
            probability: None,
            seed: None,
            lasting: None,
            from: None,
            to: None,
            median: None,
            sigma: None,
            most: None,
            bytes: None,
            share: None,
            pause: None,
            status: None,
            text: None,
            charset: None,
        }
    }
}

impl From<Option<Asked>> for AskedKey {
    fn from(asked: Option<Asked>) -> Self {
        match asked {
            None => Self::Any,
            Some(Asked::Send) => Self::Send,
            Some(Asked::Price) => Self::Price,
            Some(Asked::Status) => Self::Status,
            Some(Asked::Balance) => Self::Balance,
            Some(Asked::CreditPrice) => Self::CreditPrice,
            Some(Asked::Unreadable) => Self::Unreadable,
        }
    }
}

impl From<Placed> for PlacedKey {
    fn from(placed: Placed) -> Self {
        match placed {
            Placed::Before => Self::Before,
            Placed::After => Self::After,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fault;
    use super::*;

    #[track_caller]
    fn check(written: &str) {
        let read = |text: &str| -> Fault {
            let keys: FaultKeys = serde_yaml::from_str(text).unwrap();
            fault(&keys, "f").unwrap()
        };
        let there = read(written);
        let text = serde_yaml::to_string(&keys(&there)).unwrap();
        assert_eq!(read(&text), there, "{written} became {text}");
        // The journal calls a kind as the configuration does.
        if let Harm::Always(effect) = &there.harm {
            assert_eq!(effect.kind(), keys(&there).kind.word());
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        check("{ kind: delay, for: 2s, name: slow }");
        check("{ kind: delay, from: 1s, to: 3s, placed: before }");
        check("{ kind: delay, median: 1s, sigma: 0.5, most: 10s }");
        check("{ kind: delay, median: 1s, sigma: 0.5, probability: 12.5%, seed: 7 }");
        check("{ kind: stall }");
        check("{ kind: stall, for: 30s, nth: 2 }");
        check("{ kind: reset, every: 3 }");
        check("{ kind: close, every: 3, nth: 1, times: 2 }");
        check("{ kind: cut, bytes: 0 }");
        check("{ kind: cut, share: 50% }");
        check("{ kind: malformed_chunk, when: { operation: credit_price } }");
        check("{ kind: drip, bytes: 8, pause: 200ms }");
        check("{ kind: garbage, when: { account: \"ci-*\", msisdn: \"38098*\" } }");
        check("{ kind: html_error, status: 504 }");
        check("{ kind: empty, when: { operation: unreadable } }");
        check("{ kind: warning, text: oops }");
        check("{ kind: wrong_charset, charset: KOI8-R }");
        check("{ kind: wrong_shape }");
    }
}

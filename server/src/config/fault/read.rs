//! A fault as it is written to the fault that it is.

use std::num::NonZeroU32;
use std::time::Duration;

use super::{AskedKey, FaultKeys, KindKey, PlacedKey, form};
use crate::config::scalar::Exact;
use crate::config::script::{Place, ScriptError, number_pattern};
use crate::gateway::decimal::Decimal;
use crate::gateway::draw::Latency;
use crate::gateway::effect::{Cut, Effect, Placed};
use crate::gateway::fault::{Asked, Fault, Harm, Target, Trigger};
use crate::gateway::script::Glob;

/// Reads a fault; `otherwise` is its name if it has none.
pub fn fault(keys: &FaultKeys, otherwise: &str) -> Result<Fault, ScriptError> {
    let wrong = |key, reason: &str| Err(ScriptError::at([Place::Key(key)], reason));
    let name = keys.name.as_deref().unwrap_or(otherwise);
    if name.is_empty() {
        return wrong("name", "a name cannot be empty");
    }
    form::check(keys)?;
    if keys.from > keys.to {
        return wrong("to", "this is shorter than `from`");
    }
    if keys.sigma.is_some_and(|sigma| sigma.0.units() > 3_000) {
        return wrong("sigma", "this is more than 3");
    }
    if keys
        .status
        .is_some_and(|status| !(500..=599).contains(&status))
    {
        return wrong("status", "this is not from 500 to 599");
    }
    let is_length = |text: &String| (1..=10_000).contains(&text.chars().count());
    if !keys.text.as_ref().is_none_or(is_length) {
        return wrong("text", "a text has 1 to 10000 characters");
    }
    let is_mark = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
    let is_charset = |name: &String| (1..=40).contains(&name.len()) && name.bytes().all(is_mark);
    if !keys.charset.as_ref().is_none_or(is_charset) {
        return wrong(
            "charset",
            "this is no name of a charset: windows-1251, KOI8-R",
        );
    }
    let msisdn = keys.when.msisdn.as_deref().map(number_pattern).transpose();
    let msisdn = msisdn.map_err(|wrong| {
        let at = [Place::Key("when"), Place::Key("msisdn")];
        ScriptError::at(at, format!("this is {wrong}"))
    })?;
    let every = keys.every.unwrap_or(NonZeroU32::MIN);
    Ok(Fault {
        name: name.into(),
        serial: 0,
        when: Target {
            account: keys.when.account.as_deref().map(Glob::new),
            asked: keys.when.operation.asked(),
            msisdn,
        },
        trigger: Trigger {
            nth: keys.nth.unwrap_or(every),
            every,
            times: keys.times.map(NonZeroU32::get),
            chance: keys.probability.map(|share| share.0),
            seed: keys.seed,
        },
        placed: keys.placed.into(),
        harm: harm(keys)?,
    })
}

/// What a fault does; its keys are those of its kind.
fn harm(keys: &FaultKeys) -> Result<Harm, ScriptError> {
    let time = |key: Option<Exact<Duration>>| key.map_or(Duration::ZERO, |time| time.0);
    let effect = match keys.kind {
        KindKey::Delay => match (keys.lasting, keys.from, keys.median) {
            (None, Some(from), None) => {
                let (from, to) = (from.0, time(keys.to));
                return Ok(Harm::Late(Latency::Uniform { from, to }));
            }
            (None, None, Some(median)) => {
                return Ok(Harm::Late(Latency::LogNormal {
                    median: median.0,
                    sigma: keys.sigma.map_or(Decimal::ZERO, |sigma| sigma.0),
                    most: keys.most.map_or(Latency::MOST, |most| most.0),
                }));
            }
            (lasting, _, _) => Effect::Delay(time(lasting)),
        },
        KindKey::Stall => Effect::Stall(keys.lasting.map(|lasting| lasting.0)),
        KindKey::Reset => Effect::Reset,
        KindKey::Close => Effect::Close,
        KindKey::Cut => Effect::Cut(match (keys.share, keys.bytes) {
            (Some(share), _) => Cut::Share(share.0),
            (None, bytes) => Cut::Bytes(bytes.unwrap_or_default()),
        }),
        KindKey::MalformedChunk => Effect::MalformedChunk,
        KindKey::Drip => {
            let bytes = keys.bytes.and_then(NonZeroU32::new);
            let at = [Place::Key("bytes")];
            Effect::Drip {
                bytes: bytes.ok_or_else(|| ScriptError::at(at, "a piece has at least one byte"))?,
                pause: time(keys.pause),
            }
        }
        KindKey::Garbage => Effect::Garbage,
        KindKey::HtmlError => Effect::HtmlError(keys.status.unwrap_or(503)),
        KindKey::Empty => Effect::Empty,
        KindKey::Warning => Effect::Warning(keys.text.as_deref().map(Into::into)),
        KindKey::WrongCharset => {
            Effect::WrongCharset(keys.charset.as_deref().unwrap_or("windows-1251").into())
        }
        KindKey::WrongShape => Effect::WrongShape,
    };
    Ok(Harm::Always(effect))
}

impl AskedKey {
    const fn asked(self) -> Option<Asked> {
        Some(match self {
            Self::Any => return None,
            Self::Send => Asked::Send,
            Self::Price => Asked::Price,
            Self::Status => Asked::Status,
            Self::Balance => Asked::Balance,
            Self::CreditPrice => Asked::CreditPrice,
            Self::Unreadable => Asked::Unreadable,
        })
    }
}

impl From<PlacedKey> for Placed {
    fn from(key: PlacedKey) -> Self {
        match key {
            PlacedKey::Before => Self::Before,
            PlacedKey::After => Self::After,
        }
    }
}

//! Values of the configuration file that have a unit, read from their exact text.
//! A YAML number is taken as it stands: `0.341` never passes through a float.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::gateway::decimal::Decimal;
use crate::gateway::tariff::Prefix;

/// A value read from the text of a scalar.
pub trait Scalar: Sized {
    /// What it is, for an error: "a number of credits".
    const WHAT: &'static str;

    /// Reads it, or says what is wrong.
    fn read(text: &str) -> Result<Self, String>;

    /// Writes it so that it reads back.
    fn write(&self) -> String;

    /// Its JSON Schema.
    fn schema() -> Schema;
}

/// Wraps a [`Scalar`] so that serde reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact<T>(pub T);

impl<'de, T: Scalar> Deserialize<'de> for Exact<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text<T>(PhantomData<T>);
        impl<T: Scalar> Visitor<'_> for Text<T> {
            type Value = Exact<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::WHAT)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Exact<T>, E> {
                T::read(text)
                    .map(Exact)
                    .map_err(|wrong| E::custom(format!("{text:?} is not {}: {wrong}", T::WHAT)))
            }
        }
        deserializer.deserialize_str(Text(PhantomData))
    }
}

impl<T: Scalar> Serialize for Exact<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.write())
    }
}

impl<T: Scalar> JsonSchema for Exact<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::WHAT.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        T::schema()
    }
}

impl<const PLACES: u32> Scalar for Decimal<PLACES> {
    const WHAT: &'static str = "an amount";

    fn read(text: &str) -> Result<Self, String> {
        let amount = Self::from_str(text).map_err(|error| error.to_string())?;
        if amount < Self::ZERO {
            Err("it is below zero".to_owned())
        } else {
            Ok(amount)
        }
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn schema() -> Schema {
        json_schema!({ "type": ["number", "string"], "minimum": 0 })
    }
}

impl Scalar for Prefix {
    const WHAT: &'static str = "a prefix of numbers";

    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(str::to_owned)
    }

    fn write(&self) -> String {
        match self {
            Self::Any => "*".to_owned(),
            Self::Digits(_, digits) => digits.to_string(),
        }
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "pattern": "^(\\*|[1-9][0-9]{0,14})$" })
    }
}

impl Scalar for Duration {
    const WHAT: &'static str = "a length of time";

    fn read(text: &str) -> Result<Self, String> {
        let hint = || "write it with its unit: 500ms, 2s, 10m".to_owned();
        let duration: SignedDuration = text.parse().map_err(|_| hint())?;
        Self::try_from(duration).map_err(|_| "it is below zero".to_owned())
    }

    fn write(&self) -> String {
        SignedDuration::try_from(*self)
            .map_or_else(|_| String::new(), |duration| format!("{duration:#}"))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "examples": ["500ms", "2s", "10m"] })
    }
}

/// A count of bytes: `65536`, `64KiB`, `16MiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bytes(pub usize);

impl Scalar for Bytes {
    const WHAT: &'static str = "a number of bytes";

    fn read(text: &str) -> Result<Self, String> {
        let (digits, unit) = text.split_at(
            text.find(|c: char| !c.is_ascii_digit())
                .unwrap_or(text.len()),
        );
        let factor = match unit.trim() {
            "" => 1,
            "KiB" => 1024,
            "MiB" => 1024 * 1024,
            _ => return Err("write it as 65536, 64KiB or 16MiB".to_owned()),
        };
        let number: usize = digits
            .parse()
            .map_err(|_| "write it as 65536, 64KiB or 16MiB".to_owned())?;
        match number.checked_mul(factor) {
            Some(bytes) if (1..=1024 * 1024 * 1024).contains(&bytes) => Ok(Self(bytes)),
            _ => Err("it must be from 1 to 1024MiB".to_owned()),
        }
    }

    fn write(&self) -> String {
        self.0.to_string()
    }

    fn schema() -> Schema {
        json_schema!({ "type": ["integer", "string"], "examples": ["64KiB", "16MiB"] })
    }
}

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
use crate::gateway::draw::Share;
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

/// The same of JSON, where an amount may also be a number: it is taken by its shortest text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount<T>(pub T);

impl<'de, T: Scalar> Deserialize<'de> for Amount<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number<T>(PhantomData<T>);
        impl<T: Scalar> Number<T> {
            fn read<E: Error>(text: &str) -> Result<Amount<T>, E> {
                let wrong = |wrong| E::custom(format!("{text:?} is not {}: {wrong}", T::WHAT));
                T::read(text).map(Amount).map_err(wrong)
            }
        }
        impl<T: Scalar> Visitor<'_> for Number<T> {
            type Value = Amount<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::WHAT)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Amount<T>, E> {
                Self::read(text)
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Amount<T>, E> {
                Self::read(&number.to_string())
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Amount<T>, E> {
                Self::read(&number.to_string())
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Amount<T>, E> {
                Self::read(&number.to_string())
            }
        }
        deserializer.deserialize_any(Number(PhantomData))
    }
}

impl<T: Scalar> Serialize for Amount<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.write())
    }
}

impl<T: Scalar> JsonSchema for Amount<T> {
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
        // Sums of as many as there will ever be stay exact.
        let most = 1_000_000_000_000 * Self::ONE;
        if amount < Self::ZERO {
            Err("it is below zero".to_owned())
        } else if amount.units() > most {
            Err("it is more than 1000000000000".to_owned())
        } else {
            Ok(amount)
        }
    }

    fn write(&self) -> String {
        self.to_string()
    }

    fn schema() -> Schema {
        json_schema!({
            "type": ["number", "string"],
            "minimum": 0,
            "pattern": format!("^[0-9]+(\\.[0-9]{{1,{PLACES}}}0*)?$"),
        })
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

impl Scalar for Share {
    const WHAT: &'static str = "a share of the whole";

    fn read(text: &str) -> Result<Self, String> {
        let hint = || "write it as 0.25 or 25%, from 0 to 1".to_owned();
        let millionths = match text.strip_suffix('%') {
            Some(percent) => percent.trim_end().parse().map(Decimal::<4>::units),
            None => text.parse().map(Decimal::<6>::units),
        };
        let millionths = millionths.ok().and_then(|count| count.try_into().ok());
        millionths.and_then(Self::millionths).ok_or_else(hint)
    }

    fn write(&self) -> String {
        Decimal::<6>::from_units(i64::from(self.count())).to_string()
    }

    fn schema() -> Schema {
        json_schema!({
            "type": ["number", "string"],
            "minimum": 0,
            "maximum": 1,
            "multipleOf": 0.000_001,
            "pattern": r"^(0+(\.[0-9]{1,6})?|0*1(\.0{1,6})?|0*[0-9]{1,2}(\.[0-9]{1,4})? ?%|0*100(\.0{1,4})? ?%)$",
            "examples": [0.25, "25%"],
        })
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
            "GiB" => 1024 * 1024 * 1024,
            _ => return Err("write it as 65536, 64KiB or 16MiB".to_owned()),
        };
        let number: usize = digits
            .parse()
            .map_err(|_| "write it as 65536, 64KiB or 16MiB".to_owned())?;
        match number.checked_mul(factor) {
            Some(bytes) if (1..=1024 * 1024 * 1024).contains(&bytes) => Ok(Self(bytes)),
            _ => Err("it must be from 1 to 1GiB".to_owned()),
        }
    }

    fn write(&self) -> String {
        self.0.to_string()
    }

    fn schema() -> Schema {
        json_schema!({
            "type": ["integer", "string"],
            "minimum": 1,
            "maximum": 1024 * 1024 * 1024,
            "pattern": "^[0-9]+ *(KiB|MiB|GiB)?$",
            "examples": ["64KiB", "16MiB"],
        })
    }
}

/// A login or a password: any scalar, exactly as it is written; `None` if it is nothing or YAML's null. Only for
/// [`text`], which leaves it to serde to miss a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text(pub Option<String>);

/// Reads a [`Text`].
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
    Option::deserialize(deserializer).map(Text)
}

/// Reads a [`Text`] whose key may be missing.
pub(super) fn some_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Text>, D::Error> {
    text(deserializer).map(Some)
}

impl JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number"], "minLength": 1 })
    }
}

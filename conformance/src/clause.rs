//! The clauses: every statement about the gateway that can be tested, with its level and its grade.
//!
//! They are data, `fixtures/clauses.yaml`, built into the program. What tests them is for scenarios to say.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The registry as written.
const SOURCE: &str = include_str!("../../fixtures/clauses.yaml");

/// One statement.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its name for ever, such as `SEND-03`.
    pub id: String,
    /// How much it matters.
    pub level: Level,
    /// Who says so.
    pub grade: Grade,
    /// The heading of the vendor's document under which the matter stands, or ours in English.
    pub section: String,
    /// The statement, in our words.
    pub text: String,
    /// Why no scenario can test it, if none can.
    #[serde(default)]
    pub excluded: Option<String>,
}

/// How much a clause matters to those who talk to an endpoint.
#[derive(
    Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord, Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// An endpoint that does otherwise breaks clients.
    Must,
    /// A good emulation does so; it counts with `--strict`.
    Should,
    /// An endpoint may do as it likes; ours does so.
    Unspecified,
}

/// Who says so, the strongest first.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    JsonSchema,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// The vendor's document
    Documented,
    /// Replies of the real gateway, recorded by authors of clients
    Observed,
    /// What public clients send or rely on
    Inferred,
    /// Behaviour of PHP, the language of the vendor's script
    Measured,
    /// Nobody knows; this project decided
    Choice,
}

/// All clauses, in the order of the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registry {
    clauses: Vec<Clause>,
    places: BTreeMap<String, usize>,
}

/// Why a text is no registry.
#[derive(Debug, thiserror::Error)]
#[error("the registry of clauses cannot be read: {0}")]
pub struct RegistryError(String);

impl Registry {
    /// The registry that is built into the program.
    pub fn built_in() -> Result<Self, RegistryError> {
        Self::parse(SOURCE)
    }

    /// The registry that a text holds.
    pub(crate) fn parse(text: &str) -> Result<Self, RegistryError> {
        let clauses: Vec<Clause> =
            serde_yaml::from_str(text).map_err(|error| RegistryError(error.to_string()))?;
        let mut places = BTreeMap::new();
        for (place, clause) in clauses.iter().enumerate() {
            if places.insert(clause.id.clone(), place).is_some() {
                return Err(RegistryError(format!("{} stands twice", clause.id)));
            }
        }
        Ok(Self { clauses, places })
    }

    /// The clause of this id.
    pub fn get(&self, id: &str) -> Option<&Clause> {
        self.clauses.get(*self.places.get(id)?)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Clause> {
        self.clauses.iter()
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Unspecified => "unspecified",
        })
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Inferred => "inferred",
            Self::Measured => "measured",
            Self::Choice => "choice",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Registry;

    #[test]
    fn the_built_in_registry_is_whole() {
        let registry = Registry::built_in().unwrap();
        assert!(registry.iter().count() >= 74);
        for clause in registry.iter() {
            assert!(clause.text.ends_with(['.', ')']), "{}", clause.id);
            assert_eq!(registry.get(&clause.id), Some(clause));
        }
        assert!(registry.get("PIGEON-01").is_none());
    }

    #[test]
    fn an_id_stands_once() {
        let line = "- { id: A-01, level: must, grade: choice, section: s, text: t. }\n";
        let error = Registry::parse(&line.repeat(2)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the registry of clauses cannot be read: A-01 stands twice"
        );
    }
}

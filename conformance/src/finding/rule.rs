//! The rules: data, `fixtures/findings.yaml`, built into the program.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::language::Language;
use crate::clause::Level;

/// The registry as written.
const SOURCE: &str = include_str!("../../../fixtures/findings.yaml");

/// Something that a client can do wrong.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name for ever, such as `text-not-escaped`.
    pub id: String,
    /// The clause that it breaks, or by which it goes wrong.
    pub clause: String,
    /// How bad that is.
    pub severity: Severity,
    /// Whether it shows in what a client sends, or in what it makes of a reply.
    pub side: Side,
    /// What is wrong, in a few words: «The text is not escaped».
    pub title: String,
    /// What a good client does instead, as a statement: the requirement of the rule's case.
    pub right: String,
    /// What comes of it, for whom: one or two sentences.
    pub consequence: String,
    /// How to mend it in any language: one or two sentences.
    pub mend: String,
    /// How to mend it in this language, where there is more to say.
    #[serde(default)]
    pub mend_in: BTreeMap<Language, String>,
    /// How it can be seen that the rule does not apply, in words, for a report: «nothing was polled».
    #[serde(default)]
    pub needs: Option<String>,
}

/// How bad it is.
#[derive(
    Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord, Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Messages are lost, sent twice, wrong or unpaid for; secrets get out; the program hangs.
    Error,
    /// It works today, or for most; it counts with `--strict`.
    Warning,
    /// Worth knowing. It never fails a run.
    Note,
}

/// Where it shows.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// In requests.
    Request,
    /// In what is made of replies.
    Reaction,
}

/// All rules.
#[derive(Clone, Debug)]
pub struct Rules(Vec<Rule>);

impl Rules {
    /// The rules that are built in. An error says which line of the registry is wrong.
    pub fn built_in() -> Result<Self, serde_yaml::Error> {
        serde_yaml::from_str(SOURCE).map(Self)
    }

    /// The rule of this id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.0.iter().find(|rule| rule.id == id)
    }

    /// All of them, in the order of the registry.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.iter()
    }
}

impl Rule {
    /// In which line of the registry it stands, from 1.
    pub fn line(&self) -> usize {
        let head = format!("- id: {}", self.id);
        let place = SOURCE.lines().position(|line| line == head);
        place.unwrap_or_default().saturating_add(1)
    }

    /// How to mend it, for who writes in this language.
    pub fn mend(&self, language: Option<Language>) -> String {
        match language.and_then(|language| self.mend_in.get(&language)) {
            Some(more) => format!("{} {more}", self.mend),
            None => self.mend.clone(),
        }
    }
}

impl Severity {
    /// The level that counts the same for verdicts: an error always fails, a warning with `--strict`, a note never.
    pub fn level(self) -> Level {
        match self {
            Self::Error => Level::Must,
            Self::Warning => Level::Should,
            Self::Note => Level::Unspecified,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

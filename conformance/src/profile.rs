//! A client's profile: everything that a run learnt about it, as it may be shown. It is written as `profile.json`, and read
//! again by `matrix`; pages and tables are made of it elsewhere.

use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::language::Language;
use crate::finding::rule::{Rule, Rules, Severity, Side};
use crate::run::event::{CaseReport, Summary, Verdict};

/// The format of `profile.json` that this kit writes and reads.
pub const FORMAT: u32 = 1;

/// What is known about a client.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
pub struct Profile {
    /// The format of this file: 1.
    pub format: u32,
    /// What to call the client: its command, or what the user called it.
    pub client: String,
    /// How it was looked at.
    pub way: Way,
    /// What it is written in, as far as can be told.
    pub language: Option<Language>,
    /// The version of the kit.
    pub kit: String,
    /// The day, in UTC.
    #[schemars(with = "String")]
    pub day: Date,
    /// How it writes and sends its requests, the same habit with other values in several rows.
    pub habits: Vec<Habit>,
    /// What was found, worst first; each rule once for each different detail.
    pub findings: Vec<Found>,
    /// Every rule, in the order of the registry, and how the client stands to it.
    pub standings: Vec<Standing>,
    /// What was played or looked at, in the order of ids.
    pub cases: Vec<CaseReport>,
    /// The counts.
    pub summary: Summary,
}

/// How a client was looked at.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// Used by others, while the kit watched.
    Observed,
    /// Run as a command for each step.
    Command,
    /// Told what to do line by line.
    Adapter,
}

/// One habit, such as transport: percent-encoded form.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Habit {
    /// What it is about: transport, charset, declaration, login element, id attribute, HTTP version, user agent,
    /// connections, Expect.
    pub name: String,
    /// What it does there.
    pub value: String,
    /// In how many requests.
    pub requests: usize,
}

/// How a client stands to a rule.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The rule: `text-not-escaped`.
    pub rule: String,
    /// The clause.
    pub clause: String,
    /// How bad it is.
    pub severity: Severity,
    /// Where it shows.
    pub side: Side,
    /// What is wrong where it is broken, in a few words.
    pub title: String,
    /// How the client stands to it.
    pub stands: Stands,
}

/// How a client stands to a rule.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stands {
    /// It was looked at, and holds.
    Holds,
    /// It is broken, in so many cases.
    Broken(usize),
    /// It is broken, in so many cases, and the baseline says why that is known.
    Known(usize),
    /// Nothing that was done could have broken it.
    Unseen,
}

/// Why a profile cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// There is none, or it cannot be read.
    #[error("cannot read {}: {source}; `client --out DIR` writes it", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no profile.
    #[error("{}:{}:{}: this is no profile of this kit: {source}", path.display(), source.line(), source.column())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// It was written by another kit.
    #[error(
        "{} has the format {found}, this kit reads {FORMAT}; judge the client again with this kit",
        path.display()
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u64,
    },
}

impl Profile {
    /// Reads `profile.json`.
    pub fn read(path: &Path) -> Result<Self, ProfileError> {
        let text = std::fs::read_to_string(path).map_err(|source| ProfileError::Read {
            path: path.to_owned(),
            source,
        })?;
        let wrong = |source| ProfileError::Json {
            path: path.to_owned(),
            source,
        };
        // A later format may have lost what this one demands, so the number is looked at first.
        let any: serde_json::Value = serde_json::from_str(&text).map_err(wrong)?;
        if let Some(found) = any.get("format").and_then(serde_json::Value::as_u64)
            && found != u64::from(FORMAT)
        {
            return Err(ProfileError::Format {
                path: path.to_owned(),
                found,
            });
        }
        serde_json::from_str(&text).map_err(wrong)
    }

    /// Itself as `profile.json`.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

impl Standing {
    /// How the cases of a run leave every rule.
    pub fn of(rules: &Rules, cases: &[CaseReport]) -> Vec<Self> {
        let standing = |rule: &Rule| {
            let of_rule = || {
                let cases = cases.iter();
                cases.filter(|case| case.rule.as_deref() == Some(&rule.id))
            };
            let count = |wanted: fn(&Verdict) -> bool| {
                of_rule().filter(|case| wanted(&case.verdict)).count()
            };
            let broken = count(|verdict| matches!(verdict, Verdict::Failed | Verdict::Warned));
            let known = count(|verdict| matches!(verdict, Verdict::Known(_)));
            let holds = count(|verdict| matches!(verdict, Verdict::Passed | Verdict::Stale(_)));
            Self {
                rule: rule.id.clone(),
                clause: rule.clause.clone(),
                severity: rule.severity,
                side: rule.side,
                title: rule.title.clone(),
                stands: match (broken, known, holds) {
                    (0, 0, 0) => Stands::Unseen,
                    (0, 0, _) => Stands::Holds,
                    (0, known, _) => Stands::Known(known),
                    (broken, _, _) => Stands::Broken(broken),
                },
            }
        };
        rules.iter().map(standing).collect()
    }
}

/// A rule that was broken, with what there is to say about it.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The rule: `text-not-escaped`.
    pub rule: String,
    /// The clause.
    pub clause: String,
    /// How bad it is.
    pub severity: Severity,
    /// Where it shows.
    pub side: Side,
    /// What is wrong, in a few words.
    pub title: String,
    /// What is wrong here.
    pub detail: String,
    /// What comes of it.
    pub consequence: String,
    /// How to mend it, in the client's language if that is known.
    pub mend: String,
    /// The bytes that show it, as text with marks; masked.
    pub evidence: Option<String>,
    /// In which cases it was found first to last, by id; at most ten.
    pub cases: Vec<String>,
    /// How often it was found.
    pub count: usize,
}

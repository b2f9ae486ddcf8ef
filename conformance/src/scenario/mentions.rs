//! What a scenario takes for granted, read out of its text: accounts, numbers, tariffs, facts. A target that does not
//! have them cannot be asked.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::Value;

use super::expression::SyntaxError;
use super::locate::Turn;
use super::model::{Scenario, Step};
use super::path::{Path, Segment};
use super::relation::Relation;
use super::spends;
use super::template::Template;

/// Names that every scenario knows; others are its own variables and steps.
const BUILT_IN: &[&str] = &[
    "to",
    "number",
    "id",
    "username",
    "password",
    "account",
    "login",
    "path",
    "host",
    "length",
    "copy",
    "turn",
    "credit_price",
    "currency",
    "rate",
];

/// What is taken for granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// The accounts that ask, and whether the scenario must have them for itself.
    pub accounts: BTreeMap<String, Share>,
    /// Status words that a number is wanted for.
    pub numbers: BTreeSet<String>,
    /// How many ordinary numbers there must be.
    pub recipients: usize,
    /// Whether the target has to say its tariffs.
    pub tariffs: bool,
    /// Facts about the account main: `credit_price`, `currency`, `rate`.
    pub facts: BTreeSet<String>,
    /// Whether it sends messages.
    pub spends: Spends,
    /// How many parts it may send by each account: a guess, and rather too many.
    pub parts: BTreeMap<String, u64>,
}

/// Whether a scenario sends messages, which costs credits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spends {
    /// It does not.
    #[default]
    Nothing,
    /// It does, by the operation SEND.
    Messages,
    /// It may, by documents that are written by hand.
    ByHand,
}

/// Whether an account may be used by others at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Share {
    /// It may.
    Shared,
    /// It may not: balances are compared.
    Alone,
}

/// A name or text that means nothing, where it stands, and what is wrong with it.
pub(super) type Unknown = (Vec<Turn>, String);

impl Mentions {
    /// Reads a scenario, which was read from `value`.
    pub(super) fn of(scenario: &Scenario, value: &Value) -> Result<Self, Unknown> {
        let mut mentions = Self {
            tariffs: scenario.needs.tariffs,
            ..Self::default()
        };
        let mut names = Names::default();
        names.steps(&scenario.steps);
        names.own.extend(scenario.variables.keys().cloned());
        names.own.extend(scenario.matrix.keys().cloned());
        let mut path = Vec::new();
        mentions.walk(value, &mut path, &mut names)?;
        for step in &scenario.steps {
            mentions.step(step, 1, scenario);
        }
        if names.balance && names.compares {
            for share in mentions.accounts.values_mut() {
                *share = Share::Alone;
            }
        }
        Ok(mentions)
    }

    /// Looks into every text of the file.
    fn walk(
        &mut self,
        value: &Value,
        path: &mut Vec<Turn>,
        names: &mut Names,
    ) -> Result<(), Unknown> {
        match value {
            Value::String(text) => self.text(text, path, names),
            Value::Sequence(items) => {
                for (place, item) in items.iter().enumerate() {
                    path.push(Turn::Item(place));
                    self.walk(item, path, names)?;
                    path.pop();
                }
                Ok(())
            }
            Value::Mapping(entries) => {
                for (key, item) in entries {
                    let Some(key) = key.as_str() else { continue };
                    // Prose.
                    if matches!(key, "requirement") {
                        continue;
                    }
                    path.push(Turn::Key(key.to_owned()));
                    self.walk(item, path, names)?;
                    path.pop();
                }
                Ok(())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Tagged(_) => Ok(()),
        }
    }

    fn text(&mut self, text: &str, path: &[Turn], names: &mut Names) -> Result<(), Unknown> {
        let is = |key: &str| path.last() == Some(&Turn::Key(key.to_owned()));
        let within = |key: &str| path.iter().rev().nth(1) == Some(&Turn::Key(key.to_owned()));
        if is("same_as") && !names.steps.contains(text) {
            return Err((path.to_vec(), names.unknown(text, "no step is called")));
        }
        names.compares = names.compares || is("same_as") || within("relations");
        names.balance = names.balance || text.contains("BALANCE");
        let wrong = |error: SyntaxError| (path.to_vec(), error.to_string());
        let (relation, template);
        let (paths, functions) = if within("relations") {
            relation = Relation::parse(text).map_err(wrong)?;
            (relation.names(), relation.functions())
        } else if text.contains("${") {
            template = Template::parse(text).map_err(wrong)?;
            (template.names(), template.functions())
        } else {
            return Ok(());
        };
        self.tariffs = self.tariffs || functions.contains(&"tariff");
        for name in paths {
            self.name(name, names)
                .map_err(|message| (path.to_vec(), message))?;
        }
        Ok(())
    }

    fn name(&mut self, path: &Path, names: &Names) -> Result<(), String> {
        let first = path.first();
        let second = match path.segments().get(1) {
            Some(Segment::Name(name)) => Some(name.as_str()),
            Some(Segment::Index(_)) | None => None,
        };
        if names.own.contains(first) || names.steps.contains(first) {
            return Ok(());
        }
        match (first, second) {
            ("account", Some(account)) => {
                self.accounts
                    .entry(account.to_owned())
                    .or_insert(Share::Shared);
            }
            ("number", Some(word)) => {
                self.numbers.insert(word.to_owned());
            }
            ("to", Some(place)) => {
                let place: usize = place
                    .parse()
                    .map_err(|_| format!("{path}: write to.1 to to.9"))?;
                if !(1..=9).contains(&place) {
                    return Err(format!("{path}: write to.1 to to.9"));
                }
                self.recipients = self.recipients.max(place);
            }
            ("account" | "number" | "to" | "id", None) => {
                return Err(format!(
                    "{path} needs a name behind a point, such as {path}.1"
                ));
            }
            ("credit_price" | "currency" | "rate", _) => {
                self.facts.insert(first.to_owned());
            }
            _ if BUILT_IN.contains(&first) => {}
            _ => return Err(names.unknown(first, "nothing is called")),
        }
        Ok(())
    }

    /// The accounts that a step asks with, and what it sends by them if it is done so many times.
    fn step(&mut self, step: &Step, times: u64, scenario: &Scenario) {
        let times = times.saturating_mul(step.repeat.unwrap_or(1).into());
        for branch in step.parallel.iter().flatten() {
            let times = times.saturating_mul(branch.copies.unwrap_or(1).into());
            for step in &branch.steps {
                self.step(step, times, scenario);
            }
        }
        let spends = spends::of(step, scenario);
        self.spends = self.spends.max(spends);
        let parts = self.parts.entry(step.account().to_owned()).or_default();
        *parts = parts.saturating_add(step.parts(spends).saturating_mul(times));
        if !step.asks_with_account() {
            return;
        }
        self.accounts
            .entry(step.account().to_owned())
            .or_insert(Share::Shared);
    }
}

impl Step {
    /// The name of the account that asks.
    pub fn account(&self) -> &str {
        self.account.as_deref().unwrap_or("main")
    }

    /// How many parts it may send: those of a text that is computed are taken for two, a document written by hand for
    /// one message.
    fn parts(&self, spends: Spends) -> u64 {
        let Some(message) = &self.send else {
            return u64::from(spends == Spends::ByHand);
        };
        let recipients = u64::try_from(message.to.len()).unwrap_or(u64::MAX);
        if message.text.names().is_empty() && message.text.functions().is_empty() {
            recipients
        } else {
            recipients.saturating_mul(2)
        }
    }

    /// Whether the step has to know a login.
    fn asks_with_account(&self) -> bool {
        let typed = self.send.is_some()
            || self.price.is_some()
            || self.status.is_some()
            || self.ask.is_some();
        if typed {
            return self.username.is_none() || self.password.is_none();
        }
        let mut templates: Vec<&Template> = [&self.xml, &self.http, &self.username, &self.password]
            .into_iter()
            .flatten()
            .collect();
        templates.extend(self.tree.iter().flat_map(|tree| tree.templates()));
        templates.iter().any(|template| {
            template
                .names()
                .iter()
                .any(|name| matches!(name.first(), "login" | "username" | "password"))
        })
    }
}

/// The names that a scenario gives itself.
#[derive(Debug, Default)]
struct Names {
    own: BTreeSet<String>,
    steps: BTreeSet<String>,
    /// Whether a balance is asked for, in whatever form.
    balance: bool,
    /// Whether replies are compared with each other.
    compares: bool,
}

impl Names {
    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            self.steps.extend(step.name.clone());
            for branch in step.parallel.iter().flatten() {
                self.steps(&branch.steps);
            }
        }
    }

    fn unknown(&self, name: &str, what: &str) -> String {
        let known = BUILT_IN
            .iter()
            .copied()
            .chain(self.own.iter().map(String::as_str))
            .chain(self.steps.iter().map(String::as_str));
        let near = known.map(|known| (strsim::damerau_levenshtein(known, name), known));
        match near.min() {
            Some((distance, near)) if distance <= name.len().div_ceil(3) => {
                format!("{what} {name}; did you mean {near}?")
            }
            Some(_) | None => format!("{what} {name}"),
        }
    }
}

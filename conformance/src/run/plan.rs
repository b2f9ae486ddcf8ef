//! What will be played: scenarios, one case for each combination of a matrix, and why some of them will not.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::purse::Spending;
use crate::clause::Grade;
use crate::scenario::loaded::Loaded;
use crate::scenario::mentions::Spends;
use crate::scenario::select::{Names, Selector};
use crate::scenario::template::Template;
use crate::target::Target;

/// A scenario, or one combination of its matrix.
#[derive(Debug)]
pub struct Case {
    /// The scenario's id, with the values of the matrix: `form/FORM-04-form[utf-8]`.
    pub id: String,
    /// The scenario.
    pub loaded: Arc<Loaded>,
    /// Its variables, and those of the matrix.
    pub variables: BTreeMap<String, Template>,
    /// What it is judged by.
    pub judge: Judge,
}

/// What a case is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judge {
    /// What its steps say.
    Steps,
    /// That, and whether the model explains all replies ([`crate::history`]).
    Model,
}

/// Which cases are wanted.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Any of these; all, if there is none.
    pub only: Vec<Selector>,
    /// The weakest grade that counts.
    pub grade: Option<Grade>,
}

impl Case {
    /// The cases of a scenario.
    pub fn of(loaded: Arc<Loaded>) -> Vec<Self> {
        let scenario = &loaded.scenario;
        let mut cases = vec![(Vec::new(), scenario.variables.clone())];
        for (name, values) in &scenario.matrix {
            cases = cases
                .into_iter()
                .flat_map(|(labels, variables)| {
                    values.iter().enumerate().map(move |(number, value)| {
                        let mut labels: Vec<String> = labels.clone();
                        labels.push(label(value, number));
                        let mut variables = variables.clone();
                        variables.insert(name.clone(), value.clone());
                        (labels, variables)
                    })
                })
                .collect();
        }
        cases
            .into_iter()
            .map(|(labels, variables)| Self {
                id: if labels.is_empty() {
                    loaded.id.clone()
                } else {
                    format!("{}[{}]", loaded.id, labels.join(","))
                },
                loaded: Arc::clone(&loaded),
                variables,
                judge: Judge::Steps,
            })
            .collect()
    }

    /// What it can be chosen by.
    pub fn names(&self) -> Names<'_> {
        Names {
            id: &self.id,
            clauses: &self.loaded.scenario.clauses,
            tags: &self.loaded.scenario.tags,
        }
    }

    /// Why this target cannot be asked, if it cannot.
    pub fn obstacle(&self, target: &Target, spending: &Spending) -> Option<String> {
        let Loaded {
            scenario, mentions, ..
        } = &*self.loaded;
        if let Some(revision) = scenario.revision
            && revision != target.revision
        {
            return Some(format!("it is about the {revision} revision"));
        }
        for account in mentions.accounts.keys() {
            if !target.accounts.contains_key(account) {
                return Some(format!("the target has no account {account}"));
            }
        }
        for word in &mentions.numbers {
            if !target.numbers.contains_key(word) {
                return Some(format!("the target has no number that ends as {word}"));
            }
        }
        if mentions.recipients > target.recipients.len() {
            return Some(format!(
                "the target has fewer than {} recipients",
                mentions.recipients
            ));
        }
        if mentions.tariffs && target.tariffs.is_empty() {
            return Some("the target does not say its tariffs".to_owned());
        }
        for fact in &mentions.facts {
            let known = match fact.as_str() {
                "credit_price" => target.credit_price.is_some(),
                "rate" => target.rate.is_some(),
                _ => target.currency.is_some(),
            };
            if !known {
                return Some(format!("the target does not say its {fact}"));
            }
        }
        if let Some(policy) = scenario.needs.policy
            && target.policy != Some(policy)
        {
            return Some(format!("the target's policy is not known to be {policy}"));
        }
        if scenario.needs.standard_path && !target.endpoint.is_standard() {
            return Some("the target's path is not that of the vendor's document".to_owned());
        }
        match (spending, mentions.spends) {
            (Spending::Anything, _) | (_, Spends::Nothing) => None,
            (Spending::Nothing, Spends::Messages | Spends::ByHand) => Some(
                "it sends messages; on a live endpoint that needs --allow-to and --max-credits"
                    .to_owned(),
            ),
            (Spending::Within { .. }, Spends::Messages) => None,
            (Spending::Within { .. }, Spends::ByHand) => Some(
                "it sends documents written by hand, whose price cannot be asked first".to_owned(),
            ),
        }
    }
}

impl Selection {
    /// Whether a case is wanted.
    pub fn wants(&self, case: &Case) -> bool {
        let chosen = self.only.is_empty() || self.only.iter().any(|only| only.fits(case.names()));
        chosen && self.grade.is_none_or(|grade| case.loaded.grade <= grade)
    }
}

/// A value of a matrix as a part of an id: itself, if it is short and plain; otherwise its number.
fn label(value: &Template, number: usize) -> String {
    let text = value.to_string();
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "-_.+/ ;=".contains(character);
    if !text.is_empty() && text.len() <= 32 && text.chars().all(plain) && text.trim() == text {
        text
    } else {
        format!("#{}", number.saturating_add(1))
    }
}

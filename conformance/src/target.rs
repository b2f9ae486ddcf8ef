//! The endpoint that is judged, as its owner describes it: where it is, who may ask, and facts that make checks exact.
//!
//! No control API is needed, so anybody's endpoint can be described. What is not said is not known: scenarios that
//! need it are skipped.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use crate::client::endpoint::Endpoint;
use crate::operation::Credentials;
use crate::password::Password;
use crate::scalar::Scalar;
use crate::scenario::decimal::Decimal;
use crate::scenario::model::{Policy, Revision};
use crate::scenario::source::{Source, SourceError};

/// Numbers for `to.1` to `to.9` of a target that names none: nobody has the country code 999.
const RECIPIENTS: std::ops::RangeInclusive<u64> = 999_000_000_001..=999_000_000_009;

/// How long a final status may take on a target that does not say.
const FINAL_WITHIN: Duration = Duration::from_secs(5);

/// An endpoint and what is known of it.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its URL.
    pub endpoint: Endpoint,
    /// Its revision.
    pub revision: Revision,
    /// Logins by the names that scenarios use: main, poor, test_mode, poor_test_mode, closed, other; and main_2, main_3,
    /// and so on, for `fuzz`.
    pub accounts: BTreeMap<String, Credentials>,
    /// Numbers by the status that their messages end with.
    pub numbers: BTreeMap<String, String>,
    /// Ordinary numbers: `to.1` is the first.
    pub recipients: Vec<String>,
    /// Credits a part by prefix; `*` is every other number.
    pub tariffs: BTreeMap<String, Decimal>,
    /// What happens when credits run out.
    pub policy: Option<Policy>,
    /// What a credit costs the account main, in US dollars.
    pub credit_price: Option<Decimal>,
    /// The money of the account main.
    pub currency: Option<String>,
    /// How much of it a credit is.
    pub rate: Option<Decimal>,
    /// How long a final status may take.
    pub final_within: Duration,
}

/// A target file as written.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetFile {
    /// The URL of the gateway's script.
    url: String,
    /// documented (if not said) or extended.
    #[serde(default)]
    revision: Revision,
    /// Logins by the names that scenarios use: main (real mode, enough credits for the suite), poor (can pay for one
    /// part to the first recipient, not for two), test_mode, poor_test_mode (test mode, with exactly what a part to the
    /// first recipient costs), closed (its XML interface is off), other (like main). More accounts like main may be
    /// called main_2, main_3, and so on: `fuzz` spreads its cases over them.
    #[serde(default)]
    accounts: BTreeMap<String, AccountFile>,
    /// Numbers by the status that their messages end with: DELIVERED, NOT_DELIVERED, NOT_ALLOWED, … ; SENT for one
    /// that stays so, WAITING for one that is never handed over.
    #[serde(default)]
    numbers: BTreeMap<String, Scalar>,
    /// Ordinary numbers: valid, all different, what becomes of their messages does not matter.
    #[serde(default)]
    recipients: Vec<Scalar>,
    /// Credits a part by prefix, the longest wins; "*" is every other number. Without them prices are only compared
    /// with each other.
    #[serde(default)]
    tariffs: BTreeMap<String, Scalar>,
    /// What happens when credits run out: refuse or partial.
    policy: Option<Policy>,
    /// What a credit costs the account main, in US dollars.
    credit_price: Option<Scalar>,
    /// The money of the account main (extended revision).
    currency: Option<String>,
    /// How much of that money a credit is (extended revision).
    rate: Option<Scalar>,
    /// How long a final status may take, such as 5s or 500ms: 5s if not said.
    final_within: Option<String>,
}

/// A login.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct AccountFile {
    /// The login.
    username: Scalar,
    /// The password; better an environment variable.
    password: Option<Scalar>,
    /// The environment variable that holds the password.
    password_env: Option<String>,
}

/// Why a target cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The file is wrong; the text says where.
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl Target {
    /// A target of the simplest kind: a URL, and perhaps a login.
    pub fn simple(endpoint: Endpoint, main: Option<Credentials>) -> Self {
        Self {
            endpoint,
            revision: Revision::Documented,
            accounts: main
                .into_iter()
                .map(|main| ("main".to_owned(), main))
                .collect(),
            numbers: BTreeMap::new(),
            recipients: RECIPIENTS.map(|number| number.to_string()).collect(),
            tariffs: BTreeMap::new(),
            policy: None,
            credit_price: None,
            currency: None,
            rate: None,
            final_within: FINAL_WITHIN,
        }
    }

    /// Reads a target file. `environment` looks a variable up.
    pub fn read(
        source: &Source,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, TargetError> {
        let file: TargetFile = source.typed()?;
        let wrong = |path: &[&str], what: String| source.wrong(path, &what);
        let endpoint = file
            .url
            .parse()
            .map_err(|error| wrong(&["url"], format!("{error}")))?;
        let mut target = Self::simple(endpoint, None);
        for (name, account) in file.accounts {
            let password = match (account.password, account.password_env) {
                (Some(password), None) => password.to_string(),
                (None, Some(variable)) => environment(&variable).ok_or_else(|| {
                    wrong(
                        &["accounts", &name, "password_env"],
                        format!("the environment has no variable {variable}; export it"),
                    )
                })?,
                (None, None) | (Some(_), Some(_)) => {
                    return Err(wrong(
                        &["accounts", &name],
                        "an account has either password or password_env".to_owned(),
                    )
                    .into());
                }
            };
            let credentials = Credentials {
                username: account.username.to_string(),
                password: Password::new(password),
            };
            target.accounts.insert(name, credentials);
        }
        if !file.recipients.is_empty() {
            target.recipients = file.recipients.iter().map(ToString::to_string).collect();
        }
        let numbers = file.numbers.into_iter();
        target.numbers = numbers
            .map(|(word, number)| (word, number.to_string()))
            .collect();
        let decimal = |path: &[&str], text: &Scalar| {
            text.to_string()
                .parse::<Decimal>()
                .map_err(|error| wrong(path, error.to_string()))
        };
        for (prefix, tariff) in &file.tariffs {
            let tariff = decimal(&["tariffs", prefix], tariff)?;
            target.tariffs.insert(prefix.clone(), tariff);
        }
        let optional =
            |key: &str, text: Option<&Scalar>| text.map(|text| decimal(&[key], text)).transpose();
        target.credit_price = optional("credit_price", file.credit_price.as_ref())?;
        target.rate = optional("rate", file.rate.as_ref())?;
        target.currency = file.currency;
        target.policy = file.policy;
        target.revision = file.revision;
        if let Some(text) = file.final_within {
            target.final_within = crate::duration::parse(&text)
                .map_err(|error| wrong(&["final_within"], error.to_string()))?;
        }
        Ok(target)
    }

    /// What a part to this number costs, by the longest prefix (MONEY-01). The number may be spelled in any way.
    pub fn tariff(&self, number: &str) -> Option<Decimal> {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let fits = self
            .tariffs
            .iter()
            .filter(|(prefix, _)| digits.starts_with(prefix.as_str()));
        fits.max_by_key(|(prefix, _)| prefix.len())
            .map(|(_, tariff)| *tariff)
            .or_else(|| self.tariffs.get("*").copied())
    }
}

#[cfg(test)]
mod tests {
    use super::Target;
    use crate::scenario::source::Source;

    #[test]
    fn the_readme_s_targets_are_right() {
        for file in ["README.md", "scenarios/README.md"] {
            let path = format!("{}/../{file}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).unwrap();
            let mut blocks = text.split("```").skip(1).step_by(2);
            let block = blocks
                .find(|block| block.contains("accounts:\n  main:"))
                .unwrap();
            let source = Source {
                name: file.to_owned(),
                text: block.split_once('\n').unwrap().1.to_owned(),
            };
            Target::read(&source, &|_| Some("secret".to_owned())).unwrap();
        }
    }
}

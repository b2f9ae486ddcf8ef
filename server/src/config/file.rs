//! The configuration file as it is written: every key, its default and its documentation.
//! Everything is optional. What is read here is checked and turned into a [`Config`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};

use super::Config;
use super::error::Fault;
use super::fault::{FaultKeys, fault};
use super::locate::{Step as At, repeated_key};
use super::scalar::{Bytes, Exact, Text, some_text, text};
use super::script::{Place, ScriptError, ScriptKeys, StepKeys, script, timeline};
use crate::gateway;
use crate::gateway::account::{Currency, Mode, Profile};
use crate::gateway::messages::Capacity;
use crate::gateway::money::{Credits, Rate, Usd};
use crate::gateway::request::Password;
use crate::gateway::rules::{InsufficientCredits, Revision, Rules};
use crate::gateway::script::{Glob, Script};
use crate::gateway::tariff::Prefix;
use crate::gateway::timeline::Timeline;
use crate::http::Limits;
use crate::world::AutoAccounts;

/// The configuration of epochta-mock. Everything is optional.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a mapping of keys")]
#[schemars(title = "epochta-mock configuration")]
pub(super) struct File {
    /// Which revision of the protocol is spoken. `extended` adds amounts, currencies and the codes -5 and -7.
    revision: RevisionKey,
    /// The accounts. Without this key: demo / demo with 100 credits in real mode.
    accounts: Option<Vec<AccountKeys>>,
    /// Credits a part, by prefix of the number; the longest prefix wins, "*" is for all others. Numbers that no
    /// prefix covers end as NOT_ALLOWED. Without this key: one credit everywhere.
    tariffs: Option<BTreeMap<Exact<Prefix>, Exact<Credits>>>,
    /// The story of each message in real mode. Without this key: SENT after 1s, DELIVERED 2s later. An empty
    /// list: messages wait for ever.
    delivery: Option<Vec<StepKeys>>,
    /// What happens to a mailing that costs more than there is: it is refused whole, or its recipients are served
    /// in document order while the balance lasts.
    insufficient_credits: InsufficientCreditsKey,
    /// Whether a SEND in test mode is charged.
    test_mode_charges: bool,
    /// What becomes of SENDs and messages that are not to go the usual way; the first script that fits. They come
    /// before the magic numbers under 999.
    scripts: Vec<ScriptKeys>,
    /// Which replies are hurt on their way, and how; the first fault that strikes.
    faults: Vec<FaultKeys>,
    /// A pattern of logins, such as "ci-*": an account that does not exist yet is opened at its first request, set
    /// as `auto_account` says.
    auto_accounts: Option<String>,
    /// How accounts are set that `auto_accounts` opens.
    auto_account: TemplateKeys,
    /// The time zone of dates in replies, by its IANA name, such as Europe/Kyiv. Without this key: UTC.
    time_zone: Option<String>,
    /// The clock that everything goes by: real, or a time such as 2026-01-02T03:04:05Z at which it stands until the
    /// control API moves it. Without this key: real.
    clock: Option<String>,
    /// Whether the control API hides numbers but for their last four digits.
    mask_numbers: bool,
    /// Whether the control API changes nothing: every operation but a GET is refused. The XML interface goes on.
    read_only: bool,
    /// What a request may take of the server, and how much is kept.
    limits: LimitsKeys,
}

/// One account.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping of keys")]
#[schemars(rename = "Account")]
struct AccountKeys {
    /// Its login.
    #[serde(deserialize_with = "text")]
    username: Text,
    /// Its password.
    #[serde(deserialize_with = "text")]
    password: Text,
    /// The credits it begins with. Without this key: 100.
    credits: Option<Exact<Credits>>,
    /// Whether messages are sent. In test mode they wait for ever.
    #[serde(default)]
    mode: ModeKey,
    /// Whether the XML interface is on; if not, every request is AUTH_FAILED. Without this key: on.
    xml_interface: Option<bool>,
    /// What one credit costs in US dollars. Without this key: 0.05.
    credit_price: Option<Exact<Usd>>,
    /// The account's own currency, such as UAH, which the extended revision tells. Needs `rate`.
    #[schemars(regex(pattern = "^[A-Za-z]{1,10}$"))]
    currency: Option<String>,
    /// How much of that currency one credit is, with up to six decimals. Needs `currency`.
    rate: Option<Exact<Rate>>,
    /// Free trial messages left, which the extended revision tells on BALANCE.
    trial_sms: Option<u32>,
}

/// What a request may take, and how much is kept.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a mapping of keys")]
#[schemars(rename = "Limits")]
struct LimitsKeys {
    /// The longest body. Without this key: 16MiB. Beyond it: HTTP 413.
    max_body: Option<Exact<Bytes>>,
    /// The longest request line and headers, at least 8KiB. Without this key: 64KiB. Beyond it: HTTP 431.
    max_head: Option<Exact<Bytes>>,
    /// How long a head may take, and how long a connection may idle. Without this key: 30s. Beyond it: HTTP 408.
    head_timeout: Option<Exact<Duration>>,
    /// How long a body may take. Without this key: 60s. Beyond it: HTTP 408.
    body_timeout: Option<Exact<Duration>>,
    /// How much all bodies and replies under way may take together that are larger than 64 KiB. Without this key:
    /// 256MiB. Beyond it: HTTP 503.
    max_under_way: Option<Exact<Bytes>>,
    /// How long a client may take to read a reply. Without this key: 30s. Beyond it the connection is closed.
    write_timeout: Option<Exact<Duration>>,
    /// How long a call of messages/wait may last by the machine's clock, also while the space's clock stands. Without
    /// this key: 60s.
    wait_timeout: Option<Exact<Duration>>,
    /// How many rows a delivery report may have. Without this key: 200000. Beyond it: XML_ERROR.
    #[schemars(range(min = 1))]
    max_rows: Option<u32>,
    /// How many connections may be open. Without this key: 10000. Beyond it the one goes that kept the server waiting
    /// longest for a request; if all are at work: HTTP 503.
    #[schemars(range(min = 1, max = 1_000_000))]
    max_connections: Option<u32>,
    /// How deep elements may be nested. Without this key: 64. Beyond it: XML_ERROR.
    #[schemars(range(min = 4, max = 10_000))]
    max_depth: Option<u32>,
    /// How long requests under way may take after the signal to stop. Without this key: 10s.
    drain_timeout: Option<Exact<Duration>>,
    /// How many messages each account keeps; beyond it the oldest are forgotten. Without this key: 200000.
    #[schemars(range(min = 1))]
    max_messages: Option<u32>,
    /// How many bytes of mailings each account keeps; beyond it the oldest are forgotten. Without this key: 64MiB.
    max_message_bytes: Option<Exact<Bytes>>,
    /// How many bytes of requests each space keeps in its journal; beyond it the oldest are forgotten. Without this
    /// key: 16MiB.
    max_journal_bytes: Option<Exact<Bytes>>,
}

#[derive(Debug, Default, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Revision")]
enum RevisionKey {
    #[default]
    Documented,
    Extended,
}

#[derive(Debug, Default, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "InsufficientCredits")]
enum InsufficientCreditsKey {
    #[default]
    Refuse,
    Partial,
}

/// How accounts are set that open themselves.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, expecting = "a mapping of keys")]
#[schemars(rename = "Template")]
struct TemplateKeys {
    /// Their password. Without this key: whichever the first request has.
    #[serde(deserialize_with = "some_text")]
    #[schemars(with = "Text")]
    password: Option<Text>,
    /// The credits they begin with. Without this key: 100.
    credits: Option<Exact<Credits>>,
    /// Their mode.
    mode: ModeKey,
}

/// What happens to messages: sent; not sent, for ever waiting; or as if sent, but without a charge.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Mode")]
#[expect(missing_docs, reason = "as Mode says")]
pub enum ModeKey {
    #[default]
    Real,
    Test,
    Simulate,
}

impl From<ModeKey> for Mode {
    fn from(key: ModeKey) -> Self {
        match key {
            ModeKey::Real => Self::Real,
            ModeKey::Test => Self::Test,
            ModeKey::Simulate => Self::Simulate,
        }
    }
}

impl From<Mode> for ModeKey {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Real => Self::Real,
            Mode::Test => Self::Test,
            Mode::Simulate => Self::Simulate,
        }
    }
}

/// The JSON Schema of the configuration file.
pub fn schema() -> Schema {
    schema_for!(File)
}

/// Reads and checks a file.
pub(super) fn read(text: &str) -> Result<Config, Fault> {
    // An empty file, or one of comments only, is no mapping to YAML, and fine to us.
    if text
        .lines()
        .all(|line| matches!(line.trim_start().bytes().next(), None | Some(b'#')))
    {
        return Ok(Config::default());
    }
    if let Some(error) = repeated_key(text) {
        return Err(Fault::Yaml(error));
    }
    serde_yaml::from_str::<File>(text)
        .map_err(Fault::Yaml)?
        .into_config()
}

impl File {
    fn into_config(self) -> Result<Config, Fault> {
        let accounts = match self.accounts {
            Some(accounts) => checked_accounts(accounts)?,
            None => vec![demo()],
        };
        let tariff_count = self.tariffs.as_ref().map_or(1, BTreeMap::len);
        let tariffs = match self.tariffs {
            Some(tariffs) => tariffs
                .into_iter()
                .map(|(prefix, price)| (prefix.0, price.0))
                .collect(),
            None => [(Prefix::Any, Credits::from_units(Credits::ONE))]
                .into_iter()
                .collect(),
        };
        let timeline = match self.delivery {
            Some(steps) => {
                timeline(&steps).map_err(|error| script_fault([At::key("delivery")], error))?
            }
            None => Timeline::usual(),
        };
        let zone = match self.time_zone.as_deref() {
            Some(name) => TimeZone::get(name).map_err(|_| {
                Fault::at(
                    [At::key("time_zone")],
                    format!("{name:?} is not the IANA name of a time zone"),
                )
                .help("write it as UTC or Europe/Kyiv")
            })?,
            None => TimeZone::UTC,
        };
        let clock = match self.clock.as_deref() {
            None | Some("real") => None,
            Some(time) => Some(time.parse().map_err(|_| {
                Fault::at(
                    [At::key("clock")],
                    format!("{time:?} is neither real nor a time"),
                )
                .help("a clock that stands: 2026-01-02T03:04:05Z")
            })?),
        };
        let journal = self.limits.max_journal_bytes;
        let max_rows = within("max_rows", self.limits.max_rows, 1, u32::MAX, 200_000)?;
        let (limits, capacity) = self.limits.checked()?;
        let rules = Rules {
            revision: match self.revision {
                RevisionKey::Documented => Revision::Documented,
                RevisionKey::Extended => Revision::Extended,
            },
            tariffs,
            timeline: Arc::new(timeline),
            insufficient_credits: match self.insufficient_credits {
                InsufficientCreditsKey::Refuse => InsufficientCredits::Refuse,
                InsufficientCreditsKey::Partial => InsufficientCredits::Partial,
            },
            test_mode_charges: self.test_mode_charges,
            scripts: checked_scripts(&self.scripts)?,
            max_rows: max_rows as usize,
            faults: checked_faults(&self.faults, self.scripts.len())?,
            next_serial: (self.scripts.len() + self.faults.len()) as u64 + 1,
            seed: 0,
        };
        let template = self.auto_account;
        let at_password = [At::key("auto_account"), At::key("password")];
        let password = template
            .password
            .map(|password| filled(password, at_password, "a password"))
            .transpose()?;
        let auto_accounts = self.auto_accounts.map(|pattern| AutoAccounts {
            logins: Glob::new(&pattern),
            password: password.map(Password::new),
            credits: template
                .credits
                .map_or(DEFAULT_CREDITS, |credits| credits.0),
            mode: template.mode.into(),
        });
        let journal_bytes = journal.map_or(DEFAULT_JOURNAL, |bytes| bytes.0.0);
        Ok(Config {
            rules,
            accounts,
            auto_accounts,
            capacity,
            zone,
            limits,
            clock,
            journal_bytes,
            mask_numbers: self.mask_numbers,
            read_only: self.read_only,
            tariff_count,
        })
    }

    /// The configuration of no file.
    pub(super) fn into_config_or_default(self) -> Config {
        #[expect(clippy::expect_used, reason = "a test reads the defaults")]
        self.into_config().expect("the defaults are right")
    }
}

/// A text that is there.
fn filled(text: Text, at: impl Into<Vec<At>>, what: &str) -> Result<String, Fault> {
    let hint = "quote it: \"…\"; bare, what begins with # or & and the words null and ~ are nothing to YAML";
    text.0
        .filter(|text| !text.is_empty())
        .ok_or_else(|| Fault::at(at, format!("{what} cannot be empty")).help(hint))
}

fn checked_accounts(accounts: Vec<AccountKeys>) -> Result<Vec<(Arc<Profile>, Credits)>, Fault> {
    if accounts.is_empty() {
        return Err(Fault::at(
            [At::key("accounts")],
            "there must be at least one account".to_owned(),
        )
        .help("leave the key out to get demo / demo"));
    }
    let mut known = BTreeSet::new();
    let mut checked = Vec::with_capacity(accounts.len());
    for (index, account) in accounts.into_iter().enumerate() {
        let at = |key| [At::key("accounts"), At::Index(index), At::key(key)];
        let username = filled(account.username, at("username"), "a login")?;
        let password = filled(account.password, at("password"), "a password")?;
        if !known.insert(username.clone()) {
            let reason = format!("there is an account {username:?} already");
            return Err(Fault::at(at("username"), reason));
        }
        let currency = match (account.currency, account.rate) {
            (Some(code), _) if !is_currency(&code) => {
                let reason = "a currency is 1 to 10 letters from A to Z".to_owned();
                return Err(Fault::at(at("currency"), reason).help("write it as UAH"));
            }
            (Some(code), Some(rate)) => Some(Currency {
                code: code.into(),
                rate: rate.0,
            }),
            (None, None) => None,
            (Some(_), None) => {
                return Err(
                    Fault::at(at("currency"), "a currency needs its rate".to_owned())
                        .help("add `rate`: how much of the currency one credit is"),
                );
            }
            (None, Some(_)) => {
                return Err(
                    Fault::at(at("rate"), "a rate needs its currency".to_owned())
                        .help("add `currency`, such as UAH"),
                );
            }
        };
        let profile = Profile {
            username,
            password: Password::new(password),
            mode: account.mode.into(),
            xml_interface: account.xml_interface.unwrap_or(true),
            credit_price: account
                .credit_price
                .map_or(DEFAULT_CREDIT_PRICE, |price| price.0),
            currency,
            trial_sms: account.trial_sms,
        };
        checked.push((
            Arc::new(profile),
            account.credits.map_or(DEFAULT_CREDITS, |credits| credits.0),
        ));
    }
    Ok(checked)
}

fn is_currency(code: &str) -> bool {
    (1..=10).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphabetic())
}

const DEFAULT_JOURNAL: usize = 16 * 1024 * 1024;
pub(crate) const DEFAULT_CREDITS: Credits = Credits::from_units(100 * Credits::ONE);
pub(crate) const DEFAULT_CREDIT_PRICE: Usd = Usd::from_units(Usd::ONE / 20);

fn demo() -> (Arc<Profile>, Credits) {
    let profile = Profile {
        username: "demo".to_owned(),
        password: Password::new("demo".to_owned()),
        mode: Mode::Real,
        xml_interface: true,
        credit_price: DEFAULT_CREDIT_PRICE,
        currency: None,
        trial_sms: None,
    };
    (Arc::new(profile), DEFAULT_CREDITS)
}

/// The place of what is wrong in a script or a fault, from the top of the file.
fn script_fault(outer: impl IntoIterator<Item = At>, error: ScriptError) -> Fault {
    let inner = error.path.into_iter().map(|place| match place {
        Place::Key(key) => At::key(key),
        Place::Index(index) => At::Index(index),
    });
    let path: Vec<At> = outer.into_iter().chain(inner).collect();
    Fault::at(path, error.reason)
}

fn checked_scripts(scripts: &[ScriptKeys]) -> Result<Arc<[Script]>, Fault> {
    let mut known = BTreeSet::new();
    let mut checked = Vec::with_capacity(scripts.len());
    for (index, keys) in scripts.iter().enumerate() {
        let at = [At::key("scripts"), At::Index(index)];
        let script = script(keys, &format!("script-{}", index + 1))
            .map_err(|error| script_fault(at.clone(), error))?;
        if !known.insert(Arc::clone(&script.name)) {
            let at = at.into_iter().chain([At::key("name")]).collect::<Vec<_>>();
            return Err(Fault::at(
                at,
                format!("there is a script {:?} already", script.name),
            ));
        }
        checked.push(Script {
            serial: index as u64 + 1,
            ..script
        });
    }
    Ok(checked.into())
}

/// The faults; their serials follow those of so many scripts.
fn checked_faults(
    faults: &[FaultKeys],
    scripts: usize,
) -> Result<Arc<[gateway::fault::Fault]>, Fault> {
    let mut known = BTreeSet::new();
    let mut checked = Vec::with_capacity(faults.len());
    for (index, keys) in faults.iter().enumerate() {
        let at = [At::key("faults"), At::Index(index)];
        let fault = fault(keys, &format!("fault-{}", index + 1))
            .map_err(|error| script_fault(at.clone(), error))?;
        if !known.insert(Arc::clone(&fault.name)) {
            let at = at.into_iter().chain([At::key("name")]).collect::<Vec<_>>();
            let reason = format!("there is a fault {:?} already", fault.name);
            return Err(Fault::at(at, reason));
        }
        checked.push(gateway::fault::Fault {
            serial: (scripts + index) as u64 + 1,
            ..fault
        });
    }
    Ok(checked.into())
}

/// A limit that has a range.
fn within(
    key: &str,
    value: Option<u32>,
    least: u32,
    most: u32,
    otherwise: u32,
) -> Result<u32, Fault> {
    match value {
        Some(value) if !(least..=most).contains(&value) => {
            let reason = format!("{value} is not from {least} to {most}");
            Err(Fault::at([At::key("limits"), At::key(key)], reason))
        }
        Some(value) => Ok(value),
        None => Ok(otherwise),
    }
}

impl LimitsKeys {
    fn checked(self) -> Result<(Limits, Capacity), Fault> {
        let (limits, capacity) = (Limits::default(), Capacity::default());
        let count = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let max_connections = within(
            "max_connections",
            self.max_connections,
            1,
            1_000_000,
            count(limits.max_connections),
        )?;
        let max_depth = within("max_depth", self.max_depth, 4, 10_000, limits.max_depth)?;
        let messages = within(
            "max_messages",
            self.max_messages,
            1,
            u32::MAX,
            count(capacity.messages),
        )?;
        let max_head = self.max_head.map_or(limits.max_head, |bytes| bytes.0.0);
        if max_head < 8 * 1024 {
            let at = [At::key("limits"), At::key("max_head")];
            return Err(Fault::at(
                at,
                format!("{max_head} bytes are too few for a head; 8KiB is the least"),
            ));
        }
        let time =
            |value: Option<Exact<Duration>>, otherwise| value.map_or(otherwise, |time| time.0);
        let limits = Limits {
            max_body: self.max_body.map_or(limits.max_body, |bytes| bytes.0.0),
            max_head,
            head_timeout: time(self.head_timeout, limits.head_timeout),
            body_timeout: time(self.body_timeout, limits.body_timeout),
            max_under_way: self
                .max_under_way
                .map_or(limits.max_under_way, |bytes| bytes.0.0),
            write_timeout: time(self.write_timeout, limits.write_timeout),
            wait_timeout: time(self.wait_timeout, limits.wait_timeout),
            max_connections: max_connections as usize,
            max_depth,
            drain_timeout: time(self.drain_timeout, limits.drain_timeout),
        };
        let capacity = Capacity {
            messages: messages as usize,
            bytes: self
                .max_message_bytes
                .map_or(capacity.bytes, |bytes| bytes.0.0),
        };
        Ok((limits, capacity))
    }
}

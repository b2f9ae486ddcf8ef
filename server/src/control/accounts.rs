//! Accounts: create, read, change, top up, reset, remove.

use std::sync::Arc;

use hyper::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, Bound, Problem, Result, json, no_content, ok};
use crate::config::{Amount, DEFAULT_CREDIT_PRICE, ModeKey};
use crate::gateway::account::{Account, Profile};
use crate::gateway::event::Event;
use crate::gateway::ledger::{Entry, Movement};
use crate::gateway::money::{Credits, Usd};
use crate::gateway::request::Password;

/// No account ever has more: sums stay exact.
const MOST: Credits = Credits::from_units(1_000_000_000_000 * Credits::ONE);

/// How many lines of a ledger are told at once.
const MOST_LINES: u32 = 1_000;

/// An account to open.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAccount {
    /// Its login.
    #[schemars(length(min = 1, max = 1000))]
    username: String,
    /// Its password. Without this key: the login.
    password: Option<String>,
    /// The credits it begins with. Without this key: 100.
    credits: Option<Amount<Credits>>,
    /// Its mode.
    #[serde(default)]
    mode: ModeKey,
    /// What one credit costs in US dollars. Without this key: 0.05.
    credit_price: Option<Amount<Usd>>,
}

/// What is to change of an account.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountChange {
    /// Its password.
    password: Option<String>,
    /// Its mode.
    mode: Option<ModeKey>,
    /// Whether the XML interface is on.
    xml_interface: Option<bool>,
    /// What one credit costs in US dollars.
    credit_price: Option<Amount<Usd>>,
}

/// Credits to add.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TopUp {
    /// How many.
    credits: Amount<Credits>,
}

/// An account as it stands. Passwords are not told.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AccountState")]
pub(super) struct AccountView {
    /// Its login.
    username: String,
    /// What is left, as BALANCE says.
    credits: String,
    /// Its mode.
    mode: ModeKey,
    /// Whether the XML interface is on.
    xml_interface: bool,
    /// Whether the configuration file no longer has it: its login is refused, its messages and its ledger are kept.
    closed: bool,
    /// What one credit costs in US dollars.
    credit_price: String,
    /// The sum of all charges.
    charged: String,
    /// How many messages are kept.
    messages: u64,
    /// How many older ones are not.
    evicted: u64,
}

/// All accounts.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AccountList {
    /// By login.
    accounts: Vec<AccountView>,
}

/// Which lines of a ledger.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LedgerQuery {
    /// Only lines of smaller numbers than this one.
    #[serde(deserialize_with = "super::given")]
    before: Option<u64>,
    /// At most so many, the latest of them. Without this: 1000, which are all that are kept.
    #[serde(deserialize_with = "super::given")]
    #[schemars(range(min = 1, max = 1_000))]
    limit: Option<u32>,
}

/// The ledger of an account.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LedgerView {
    /// What is left.
    balance: String,
    /// The lines, oldest first.
    entries: Vec<LedgerLine>,
    /// How many older lines are no longer kept.
    evicted: u64,
}

/// A line of a ledger.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LedgerLine {
    /// Its number, from 1.
    number: u64,
    /// When.
    at: String,
    /// `opening`, `top-up`, `charge` or `refund`.
    movement: &'static str,
    /// The ordinal of the first message, of a charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_message: Option<u64>,
    /// The request, of a charge whose messages are still kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<u64>,
    /// How many credits.
    credits: String,
    /// What was left after it.
    balance: String,
}

fn view(account: &Account) -> AccountView {
    let profile = account.profile();
    AccountView {
        username: profile.username.clone(),
        credits: account.ledger().balance().to_string(),
        mode: profile.mode.into(),
        xml_interface: profile.xml_interface,
        closed: account.is_closed(),
        credit_price: profile.credit_price.to_string(),
        charged: account.ledger().charged().to_string(),
        messages: account.messages().count() as u64,
        evicted: account.messages().evicted(),
    }
}

fn nobody(username: &str) -> Problem {
    Problem::missing(format!(
        "there is no account {:?} in this space",
        super::cut(username)
    ))
}

fn found(bound: &Bound) -> Result<AccountView> {
    let username = bound.capture(0);
    bound
        .space()
        .world
        .with_account(username, view)
        .ok_or_else(|| nobody(username))
}

pub(super) fn list(bound: &Bound) -> Result<Answer> {
    let world = &bound.space().world;
    let accounts = world
        .usernames()
        .iter()
        .filter_map(|username| world.with_account(username, view))
        .collect();
    ok(&AccountList { accounts })
}

pub(super) fn create(bound: &Bound) -> Result<Answer> {
    let new: NewAccount = bound.body()?;
    let username = new.username;
    if username.is_empty() || username.chars().count() > 1_000 {
        return Err(Problem::bad("a login has from 1 to 1000 characters"));
    }
    if matches!(username.as_str(), "." | "..") {
        return Err(Problem::bad(
            "no browser could ask for an account of this name: . and .. mean something else in a path",
        ));
    }
    let credits = new
        .credits
        .map_or(Credits::from_units(100 * Credits::ONE), |credits| credits.0);
    let profile = Profile {
        password: Password::new(new.password.unwrap_or_else(|| username.clone())),
        username: username.clone(),
        mode: new.mode.into(),
        xml_interface: true,
        credit_price: new
            .credit_price
            .map_or(DEFAULT_CREDIT_PRICE, |price| price.0),
        currency: None,
        trial_sms: None,
    };
    let space = bound.space();
    if !space
        .world
        .create(Arc::new(profile), credits, space.clock.now())
    {
        return Err(Problem::conflict(format!(
            "there is an account {:?} already, or there are too many",
            super::cut(&username)
        )));
    }
    let view = space
        .world
        .with_account(&username, view)
        .ok_or_else(|| nobody(&username))?;
    json(StatusCode::CREATED, &view)
}

pub(super) fn read(bound: &Bound) -> Result<Answer> {
    ok(&found(bound)?)
}

pub(super) fn change(bound: &Bound) -> Result<Answer> {
    let change: AccountChange = bound.body()?;
    let username = bound.capture(0);
    let changed = bound.space().world.change(username, |account| {
        let mut profile = account.profile().clone();
        if let Some(password) = change.password {
            profile.password = Password::new(password);
        }
        if let Some(mode) = change.mode {
            profile.mode = mode.into();
        }
        if let Some(xml_interface) = change.xml_interface {
            profile.xml_interface = xml_interface;
        }
        if let Some(price) = change.credit_price {
            profile.credit_price = price.0;
        }
        vec![Event::Changed {
            profile: Arc::new(profile),
        }]
    });
    changed.ok_or_else(|| nobody(username))?;
    ok(&found(bound)?)
}

pub(super) fn top_up(bound: &Bound) -> Result<Answer> {
    let TopUp {
        credits: Amount(credits),
    } = bound.body()?;
    let username = bound.capture(0);
    let at = bound.space().clock.now();
    let mut too_many = false;
    let changed = bound.space().world.change(username, |account| {
        too_many = account
            .ledger()
            .balance()
            .checked_add(credits)
            .is_none_or(|sum| sum > MOST);
        if too_many {
            vec![]
        } else {
            vec![Event::ToppedUp { at, credits }]
        }
    });
    changed.ok_or_else(|| nobody(username))?;
    if too_many {
        return Err(Problem::conflict(format!(
            "no account can have more than {MOST} credits"
        )));
    }
    ok(&found(bound)?)
}

pub(super) fn reset(bound: &Bound) -> Result<Answer> {
    let username = bound.capture(0);
    if bound.space().reset_account(username) {
        ok(&found(bound)?)
    } else {
        Err(nobody(username))
    }
}

pub(super) fn remove(bound: &Bound) -> Result<Answer> {
    let username = bound.capture(0);
    if bound.space().world.remove(username) {
        Ok(no_content())
    } else {
        Err(nobody(username))
    }
}

pub(super) fn ledger(bound: &Bound) -> Result<Answer> {
    let LedgerQuery { before, limit } = bound.query()?;
    let limit = limit.unwrap_or(MOST_LINES);
    if !(1..=MOST_LINES).contains(&limit) {
        return Err(Problem::bad(format!("limit is from 1 to {MOST_LINES}")));
    }
    let username = bound.capture(0);
    let ledger = bound.space().world.with_account(username, |account| {
        let numbers = account.ledger().evicted().saturating_add(1)..;
        let before = before.unwrap_or(u64::MAX);
        let meant = numbers.zip(account.ledger().entries());
        let meant = meant.take_while(|(number, _)| *number < before);
        let mut entries: Vec<_> = meant.collect();
        let skipped = entries.len().saturating_sub(limit as usize);
        entries.drain(..skipped);
        LedgerView {
            balance: account.ledger().balance().to_string(),
            entries: entries
                .into_iter()
                .map(|(number, entry)| line(account, number, entry))
                .collect(),
            evicted: account.ledger().evicted(),
        }
    });
    ok(&ledger.ok_or_else(|| nobody(username))?)
}

fn line(account: &Account, number: u64, entry: &Entry) -> LedgerLine {
    let (movement, first_message) = match entry.movement {
        Movement::Opening => ("opening", None),
        Movement::TopUp => ("top-up", None),
        Movement::Charge { first_message } => ("charge", Some(first_message)),
        Movement::Refund => ("refund", None),
    };
    let message = first_message.and_then(|ordinal| account.messages().get(ordinal));
    LedgerLine {
        number,
        at: entry.at.to_string(),
        movement,
        first_message,
        request: message.map(|kept| kept.mailing.request),
        credits: entry.credits.to_string(),
        balance: entry.balance.to_string(),
    }
}

/// The line of an account's ledger that a request wrote, if it is still known.
pub(super) fn charge(account: &Account, request: u64) -> Option<LedgerLine> {
    let is_its = |entry: &Entry| match entry.movement {
        Movement::Charge { first_message } => account
            .messages()
            .get(first_message)
            .is_some_and(|kept| kept.mailing.request == request),
        Movement::Opening | Movement::TopUp | Movement::Refund => false,
    };
    let numbers = account.ledger().evicted().saturating_add(1)..;
    let mut lines = numbers.zip(account.ledger().entries());
    let (number, entry) = lines.find(|(_, entry)| is_its(entry))?;
    Some(line(account, number, entry))
}

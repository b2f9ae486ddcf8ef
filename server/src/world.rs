//! One gateway as clients see it: its accounts, each behind its own lock, and its rules.
//!
//! Not for deciding anything: an account does that. Two accounts never wait for each other.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use jiff::Timestamp;

use crate::config::{Config, DEFAULT_CREDIT_PRICE};
use crate::gateway::account::{Account, Decision, Mode, Profile};
use crate::gateway::event::Event;
use crate::gateway::messages::Capacity;
use crate::gateway::money::Credits;
use crate::gateway::reason::Reason;
use crate::gateway::request::{Arrival, Credentials, Password, Request};
use crate::gateway::rules::Rules;
use crate::gateway::script::Glob;

/// How many accounts a gateway may have; further ones do not open themselves.
const MOST_ACCOUNTS: usize = 100_000;

/// How long the login of an account may be that opens itself, in bytes.
const LONGEST_LOGIN: usize = 1_000;

/// The accounts of one gateway.
#[derive(Debug)]
pub struct World {
    rules: RwLock<Arc<Rules>>,
    accounts: RwLock<BTreeMap<String, Arc<Mutex<Account>>>>,
    auto_accounts: Option<AutoAccounts>,
    capacity: Capacity,
}

/// Which accounts open themselves at their first request, and how they are set.
#[derive(Debug, Clone)]
pub struct AutoAccounts {
    /// Their logins.
    pub logins: Glob,
    /// Their password; `None`: whichever the first request has.
    pub password: Option<Password>,
    /// What they begin with.
    pub credits: Credits,
    /// Their mode.
    pub mode: Mode,
}

/// What an account decided, and what else there is to know of it.
#[derive(Debug)]
pub struct Answer {
    /// The decision, already applied.
    pub decision: Decision,
    /// The account's mode; `None` if nobody has the login.
    pub mode: Option<Mode>,
    /// The ordinal that the first message of a SEND got.
    pub first_message: u64,
    /// Whether the account had to let old messages go for the first time.
    pub evicts: bool,
    /// The number that the request got.
    pub number: u64,
}

/// What all accounts hold together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Accounts.
    pub accounts: u64,
    /// Messages kept.
    pub messages: u64,
    /// Messages no longer kept, because the accounts' capacity was reached.
    pub evicted: u64,
}

impl World {
    /// A gateway as its configuration says, its accounts all opened at `now`.
    pub fn open(config: &Config, now: Timestamp) -> Self {
        let world = Self {
            rules: RwLock::new(Arc::new(config.rules.clone())),
            accounts: RwLock::default(),
            auto_accounts: config.auto_accounts.clone(),
            capacity: config.capacity,
        };
        world.reset(config, now);
        world
    }

    /// Everything as it was at the beginning, at `now`.
    pub fn reset(&self, config: &Config, now: Timestamp) {
        let accounts = config.accounts.iter().map(|(profile, credits)| {
            (
                profile.username.clone(),
                self.opened(Arc::clone(profile), *credits, now),
            )
        });
        *self
            .accounts
            .write()
            .unwrap_or_else(PoisonError::into_inner) = accounts.collect();
        self.set_rules(config.rules.clone());
    }

    /// Lets the account that is asked answer. AUTH-04: without a login, and for one that nobody has, the answer
    /// is the same as for a wrong password.
    ///
    /// `number` is asked for the request's number while the account is locked: within one account, numbers and
    /// ordinals of messages have the same order.
    pub fn answer(&self, request: Request, at: Timestamp, number: impl FnOnce() -> u64) -> Answer {
        let Request {
            credentials,
            operation,
        } = request;
        let account = credentials
            .as_ref()
            .and_then(|who| self.account_for(who, at));
        match (account, &credentials) {
            (Some(account), Some(credentials)) => {
                let rules = self.rules();
                let mut account = locked(&account);
                let arrival = Arrival {
                    at,
                    number: number(),
                };
                let first_message = account.messages().next_ordinal().get();
                let nothing_gone = account.messages().evicted() == 0;
                let decision = account.handle(&rules, credentials, operation, arrival);
                let evicts = nothing_gone && account.messages().evicted() > 0;
                Answer {
                    decision,
                    mode: Some(account.profile().mode),
                    first_message,
                    evicts,
                    number: arrival.number,
                }
            }
            (None, _) | (_, None) => {
                let reason = match &credentials {
                    Some(_) => Reason::UnknownLogin,
                    None => Reason::NoLogin,
                };
                let decision = Decision::refuse_login(&operation, reason);
                Answer {
                    decision,
                    mode: None,
                    first_message: 0,
                    evicts: false,
                    number: number(),
                }
            }
        }
    }

    /// The rules in force.
    pub fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts other rules in force.
    pub fn set_rules(&self, rules: Rules) {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
    }

    /// Puts other rules in force, made of those that are.
    pub fn change_rules(&self, change: impl FnOnce(&Rules) -> Rules) {
        let mut rules = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        *rules = Arc::new(change(&rules));
    }

    /// Opens an account; whether there was none of this name.
    pub fn create(&self, profile: Arc<Profile>, credits: Credits, now: Timestamp) -> bool {
        let mut accounts = self
            .accounts
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if accounts.contains_key(&profile.username) || accounts.len() >= MOST_ACCOUNTS {
            return false;
        }
        accounts.insert(profile.username.clone(), self.opened(profile, credits, now));
        true
    }

    /// Closes an account; whether there was one.
    pub fn remove(&self, username: &str) -> bool {
        self.accounts
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(username)
            .is_some()
    }

    /// Lets events happen to an account: those that `decide` says. `None` if there is no such account.
    pub fn change(
        &self,
        username: &str,
        decide: impl FnOnce(&Account) -> Vec<Event>,
    ) -> Option<()> {
        let account = self.account(username)?;
        let mut account = locked(&account);
        for event in decide(&account) {
            account.apply(&event);
        }
        Some(())
    }

    /// Lets `look` see one account.
    pub fn with_account<T>(&self, username: &str, look: impl FnOnce(&Account) -> T) -> Option<T> {
        let account = self.account(username)?;
        let account = locked(&account);
        Some(look(&account))
    }

    /// The logins, in their order.
    pub fn usernames(&self) -> Vec<String> {
        self.accounts
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .keys()
            .cloned()
            .collect()
    }

    /// What is kept, and what was let go.
    pub fn holdings(&self) -> Holdings {
        let accounts: Vec<_> = self
            .accounts
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect();
        let mut holdings = Holdings {
            accounts: accounts.len() as u64,
            ..Holdings::default()
        };
        for account in accounts {
            let account = locked(&account);
            holdings.messages += account.messages().count() as u64;
            holdings.evicted += account.messages().evicted();
        }
        holdings
    }

    fn opened(
        &self,
        profile: Arc<Profile>,
        credits: Credits,
        now: Timestamp,
    ) -> Arc<Mutex<Account>> {
        Arc::new(Mutex::new(Account::open(
            profile,
            credits,
            now,
            self.capacity,
        )))
    }

    fn account(&self, username: &str) -> Option<Arc<Mutex<Account>>> {
        self.accounts
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(username)
            .cloned()
    }

    /// The account of a login; opened now, if it is one that opens itself.
    fn account_for(&self, who: &Credentials, now: Timestamp) -> Option<Arc<Mutex<Account>>> {
        if let Some(account) = self.account(&who.username) {
            return Some(account);
        }
        let auto = self.auto_accounts.as_ref().filter(|auto| {
            who.username.len() <= LONGEST_LOGIN && auto.logins.fits(&who.username)
        })?;
        let profile = Profile {
            username: who.username.clone(),
            password: auto
                .password
                .clone()
                .unwrap_or_else(|| who.password.clone()),
            mode: auto.mode,
            xml_interface: true,
            credit_price: DEFAULT_CREDIT_PRICE,
            currency: None,
            trial_sms: None,
        };
        // Another request may have opened it in between; then that is the account.
        self.create(Arc::new(profile), auto.credits, now);
        self.account(&who.username)
    }
}

fn locked(account: &Mutex<Account>) -> MutexGuard<'_, Account> {
    account.lock().unwrap_or_else(PoisonError::into_inner)
}

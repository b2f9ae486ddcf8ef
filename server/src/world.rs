//! One gateway as clients see it: its accounts, each behind its own lock, and its rules.
//!
//! Not for deciding anything: an account does that. Two accounts never wait for each other.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use jiff::Timestamp;

use crate::config::edit::Edit;
use crate::config::{Config, DEFAULT_CREDIT_PRICE};
use crate::gateway::account::{Account, Decision, Mode, Profile};
use crate::gateway::code::Code;
use crate::gateway::draw::Digest;
use crate::gateway::event::Event;
use crate::gateway::fault::{Asked, Fault, Subject, Tally, Trial};
use crate::gateway::messages::Capacity;
use crate::gateway::money::Credits;
use crate::gateway::reason::Reason;
use crate::gateway::reply::{Refusal, Reply};
use crate::gateway::request::{Arrival, Credentials, Password, Request};
use crate::gateway::rules::Rules;
use crate::gateway::script::Glob;
use crate::space::news::{News, Notice};

/// How many accounts a gateway may have; further ones do not open themselves.
const MOST_ACCOUNTS: usize = 100_000;

/// How long the login of an account may be that opens itself, in bytes.
const LONGEST_LOGIN: usize = 1_000;

/// The accounts of one gateway.
#[derive(Debug)]
pub struct World {
    rules: RwLock<Arc<Rules>>,
    accounts: RwLock<BTreeMap<String, Arc<Mutex<Account>>>>,
    /// What faults have counted of those who have no account.
    strangers: Mutex<Tally>,
    openings: RwLock<Openings>,
    news: News,
}

/// How accounts are opened.
#[derive(Debug, Clone)]
struct Openings {
    auto_accounts: Option<AutoAccounts>,
    capacity: Capacity,
}

impl Openings {
    fn of(config: &Config) -> Self {
        Self {
            auto_accounts: config.auto_accounts.clone(),
            capacity: config.capacity,
        }
    }
}

/// Which accounts open themselves at their first request, and how they are set.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Accounts, but for closed ones.
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
            strangers: Mutex::default(),
            openings: RwLock::new(Openings::of(config)),
            news: News::default(),
        };
        world.reset(config, now);
        world
    }

    /// Everything as it was at the beginning, at `now`.
    pub fn reset(&self, config: &Config, now: Timestamp) {
        self.set_openings(config);
        let accounts = config.accounts.iter().map(|(profile, credits)| {
            (
                profile.username.clone(),
                self.opened(Arc::clone(profile), *credits, now),
            )
        });
        *self.accounts_mut() = accounts.collect();
        *self.strangers() = Tally::default();
        self.set_rules(config.rules.clone());
    }

    /// Lets an edit of the configuration take effect: events on the accounts, and other rules. What other hands have
    /// changed stays, unless it is what was edited. Whoever calls sees to it that no request is under way.
    pub fn adopt(&self, edit: &Edit, config: &Config, now: Timestamp) {
        self.set_openings(config);
        for username in &edit.closed {
            self.change(username, |_| vec![Event::Closed]);
        }
        for change in &edit.changed {
            self.change(&change.after.username, |account| {
                let profile = change.over(account.profile());
                let differs = profile != *account.profile();
                let profile = Arc::new(profile);
                differs
                    .then_some(Event::Changed { profile })
                    .into_iter()
                    .collect()
            });
        }
        for (profile, credits) in &edit.added {
            // Somebody else may have opened it, or it is back: its ledger goes on.
            let known = self.change(&profile.username, |account| {
                let profile = Arc::clone(profile);
                let reopened = account.is_closed().then_some(Event::Reopened);
                let changed = Event::Changed { profile };
                reopened.into_iter().chain([changed]).collect()
            });
            if known.is_none() {
                let opened = self.opened(Arc::clone(profile), *credits, now);
                self.accounts_mut().insert(profile.username.clone(), opened);
            }
        }
        for username in self.usernames() {
            let capacity = config.capacity;
            self.change(&username, |account| {
                let differs = account.capacity() != capacity;
                differs
                    .then_some(Event::Bounded { capacity })
                    .into_iter()
                    .collect()
            });
        }
        self.change_rules(|rules| {
            let (scripts, next_serial) = edit.scripts.over(&rules.scripts, rules.next_serial);
            let (faults, next_serial) = edit.faults.over(&rules.faults, next_serial);
            Rules {
                scripts,
                faults,
                next_serial,
                ..config.rules.clone()
            }
        });
    }

    /// Lets the account that is asked answer. AUTH-04: without a login, and for one that nobody has, the answer
    /// is the same as for a wrong password.
    ///
    /// `document` is asked for the request's document if a fault draws by it. `number` is asked for the request's
    /// number while the account is locked: within one account, numbers and ordinals of messages have the same order.
    pub fn answer(
        &self,
        request: Request,
        at: Timestamp,
        document: impl FnOnce() -> Digest,
        number: impl FnOnce() -> u64,
    ) -> Answer {
        let Request {
            credentials,
            operation,
        } = request;
        let account = credentials
            .as_ref()
            .and_then(|who| self.account_for(who, at));
        let rules = self.rules();
        let document = drawn_by(&rules, document);
        match (account, &credentials) {
            (Some(account), Some(credentials)) => {
                let mut account = locked(&account);
                let arrival = Arrival {
                    at,
                    number: number(),
                    document,
                };
                let first_message = account.messages().next_ordinal().get();
                let nothing_gone = account.messages().evicted() == 0;
                let decision = account.handle(&rules, credentials, operation, arrival);
                let evicts = nothing_gone && account.messages().evicted() > 0;
                Answer {
                    decision,
                    mode: (!account.is_closed()).then_some(account.profile().mode),
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
                let subject = Subject {
                    account: credentials.as_ref().map(|who| &*who.username),
                    asked: Asked::from(&operation),
                    recipients: operation.recipients(),
                    document,
                };
                let decision = Decision::refuse_login(&operation, reason);
                self.answer_stranger(&rules, decision, &subject, number)
            }
        }
    }

    /// The answer to what could not be read (XML-08).
    pub fn answer_unreadable(
        &self,
        document: impl FnOnce() -> Digest,
        number: impl FnOnce() -> u64,
    ) -> Answer {
        let rules = self.rules();
        let subject = Subject {
            account: None,
            asked: Asked::Unreadable,
            recipients: &[],
            document: drawn_by(&rules, document),
        };
        let refusal = Reply::Refused(Refusal {
            code: Code::XmlError,
            of_credit_price: false,
        });
        self.answer_stranger(&rules, Decision::answer(refusal), &subject, number)
    }

    /// The answer to somebody without an account: faults strike him too, and count all such requests together.
    fn answer_stranger(
        &self,
        rules: &Rules,
        decision: Decision,
        subject: &Subject<'_>,
        number: impl FnOnce() -> u64,
    ) -> Answer {
        let (decision, number) = if rules.faults.is_empty() {
            (decision, number())
        } else {
            let mut strangers = self.strangers();
            let decision = decision.disturbed(Trial::of(rules, &strangers, subject));
            for event in &decision.events {
                strangers.apply(event);
            }
            (decision, number())
        };
        Answer {
            decision,
            mode: None,
            first_message: 0,
            evicts: false,
            number,
        }
    }

    /// How often each of these faults struck, by its serial.
    pub fn struck(&self, faults: &[Fault]) -> BTreeMap<u64, u64> {
        let mut struck: BTreeMap<u64, u64> = BTreeMap::new();
        let mut count = |tally: &Tally| {
            for fault in faults {
                *struck.entry(fault.serial).or_default() += u64::from(tally.struck(fault.serial));
            }
        };
        count(&self.strangers());
        for account in self.all_accounts() {
            count(locked(&account).tally());
        }
        struck
    }

    /// The rules in force.
    pub fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts other rules in force.
    pub fn set_rules(&self, rules: Rules) {
        self.change_rules(|_| rules);
    }

    /// Puts other rules in force, made of those that are.
    pub fn change_rules(&self, change: impl FnOnce(&Rules) -> Rules) {
        let mut rules = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&rules);
        self.put(&mut rules, changed);
    }

    /// The same, unless `change` refuses; what it makes besides.
    pub fn try_change_rules<T, E>(
        &self,
        change: impl FnOnce(&Rules) -> Result<(Rules, T), E>,
    ) -> Result<T, E> {
        let mut rules = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        let (changed, made) = change(&rules)?;
        self.put(&mut rules, changed);
        Ok(made)
    }

    /// Puts rules in the place of others, and tells what is another.
    fn put(&self, rules: &mut Arc<Rules>, changed: Rules) {
        let before = std::mem::replace(rules, Arc::new(changed));
        if !Arc::ptr_eq(&before.scripts, &rules.scripts) {
            self.news.tell(Notice::Scripts);
        }
        if !Arc::ptr_eq(&before.faults, &rules.faults) {
            self.news.tell(Notice::Faults);
        }
    }

    /// What happens here, for whoever listens.
    pub const fn news(&self) -> &News {
        &self.news
    }

    /// Opens an account; whether there was none of this name.
    pub fn create(&self, profile: Arc<Profile>, credits: Credits, now: Timestamp) -> bool {
        let mut accounts = self.accounts_mut();
        if accounts.contains_key(&profile.username) || accounts.len() >= MOST_ACCOUNTS {
            return false;
        }
        let notice = Notice::Account(profile.username.as_str().into());
        accounts.insert(profile.username.clone(), self.opened(profile, credits, now));
        drop(accounts);
        self.news.tell(notice);
        true
    }

    /// Closes an account; whether there was one.
    pub fn remove(&self, username: &str) -> bool {
        let removed = self.accounts_mut().remove(username).is_some();
        if removed {
            self.news.tell(Notice::Reset(Some(username.into())));
        }
        removed
    }

    /// Lets events happen to an account: those that `decide` says. `None` if there is no such account.
    pub fn change(
        &self,
        username: &str,
        decide: impl FnOnce(&Account) -> Vec<Event>,
    ) -> Option<()> {
        let account = self.account(username)?;
        let mut account = locked(&account);
        let events = decide(&account);
        for event in &events {
            account.apply(event);
        }
        drop(account);
        let notices = events
            .iter()
            .filter_map(|event| Notice::of_event(username, event));
        notices.for_each(|notice| self.news.tell(notice));
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
        let mut holdings = Holdings::default();
        for account in self.all_accounts() {
            let account = locked(&account);
            holdings.accounts += u64::from(!account.is_closed());
            holdings.messages += account.messages().count() as u64;
            holdings.evicted += account.messages().evicted();
        }
        holdings
    }

    fn all_accounts(&self) -> Vec<Arc<Mutex<Account>>> {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        accounts.values().cloned().collect()
    }

    fn strangers(&self) -> MutexGuard<'_, Tally> {
        self.strangers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
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
            self.openings().capacity,
        )))
    }

    fn openings(&self) -> RwLockReadGuard<'_, Openings> {
        self.openings.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_openings(&self, config: &Config) {
        let mut openings = self
            .openings
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *openings = Openings::of(config);
    }

    fn accounts_mut(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Arc<Mutex<Account>>>> {
        self.accounts
            .write()
            .unwrap_or_else(PoisonError::into_inner)
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
        let auto = self.openings().auto_accounts.clone().filter(|auto| {
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

/// The document, if somebody draws by it.
fn drawn_by(rules: &Rules, document: impl FnOnce() -> Digest) -> Digest {
    let draws = rules.faults.iter().any(Fault::draws);
    draws.then(document).unwrap_or_default()
}

fn locked(account: &Mutex<Account>) -> MutexGuard<'_, Account> {
    account.lock().unwrap_or_else(PoisonError::into_inner)
}

//! One gateway as clients see it: its accounts, each behind its own lock, and its rules.
//!
//! Not for deciding anything: an account does that. Two accounts never wait for each other.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use crate::gateway::account::{Account, Decision, Profile};
use crate::gateway::code::Code;
use crate::gateway::messages::Capacity;
use crate::gateway::money::Credits;
use crate::gateway::reply::Reply;
use crate::gateway::request::Request;
use crate::gateway::rules::Rules;

/// The accounts of one gateway.
#[derive(Debug)]
pub struct World {
    rules: Rules,
    accounts: BTreeMap<String, Mutex<Account>>,
}

/// What all accounts hold together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Messages kept.
    pub messages: u64,
    /// Messages no longer kept, because the accounts' capacity was reached.
    pub evicted: u64,
}

impl World {
    /// A gateway whose accounts are all opened at `now`.
    pub fn open(
        rules: Rules,
        accounts: impl IntoIterator<Item = (Arc<Profile>, Credits)>,
        capacity: Capacity,
        now: Timestamp,
    ) -> Self {
        let accounts = accounts
            .into_iter()
            .map(|(profile, credits)| {
                let username = profile.username.clone();
                (
                    username,
                    Mutex::new(Account::open(profile, credits, now, capacity)),
                )
            })
            .collect();
        Self { rules, accounts }
    }

    /// Lets the account that is asked answer. AUTH-04: without a login, and for one that nobody has, the answer
    /// is the same as for a wrong password.
    pub fn answer(&self, request: Request, now: Timestamp) -> Decision {
        let Request {
            credentials,
            operation,
        } = request;
        let account = credentials
            .as_ref()
            .and_then(|who| self.accounts.get(&who.username));
        match (account, &credentials) {
            (Some(account), Some(credentials)) => {
                let mut account = account.lock().unwrap_or_else(PoisonError::into_inner);
                account.handle(&self.rules, credentials, operation, now)
            }
            _ => Decision::answer(Reply::refused(Code::AuthFailed, &operation)),
        }
    }

    /// Lets `look` see one account.
    pub fn with_account<T>(&self, username: &str, look: impl FnOnce(&Account) -> T) -> Option<T> {
        let account = self
            .accounts
            .get(username)?
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Some(look(&account))
    }

    /// What is kept, and what was let go.
    pub fn holdings(&self) -> Holdings {
        let mut holdings = Holdings::default();
        for account in self.accounts.values() {
            let account = account.lock().unwrap_or_else(PoisonError::into_inner);
            holdings.messages += account.messages().len() as u64;
            holdings.evicted += account.messages().evicted();
        }
        holdings
    }
}

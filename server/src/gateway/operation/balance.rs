//! BALANCE: what is left on the account (BALANCE-01).

use crate::gateway::account::{Account, Decision};
use crate::gateway::reply::Reply;
use crate::gateway::rules::{Revision, Rules};

/// Answers BALANCE.
pub fn decide(account: &Account, rules: &Rules) -> Decision {
    let balance = account.money(rules, account.ledger().balance());
    let trial_sms = match rules.revision {
        Revision::Documented => None,
        Revision::Extended => account.profile().trial_sms,
    };
    Decision::answer(Reply::Balance { balance, trial_sms })
}

//! GETPRICE: what a mailing would cost (PRICE-01, PRICE-02). Never too expensive: it does not look at the balance.

use super::quote::Quote;
use crate::gateway::account::{Account, Decision};
use crate::gateway::reply::Reply;
use crate::gateway::request::Mailing;
use crate::gateway::rules::Rules;

/// Answers GETPRICE.
pub fn decide(account: &Account, rules: &Rules, mailing: &Mailing) -> Decision {
    match Quote::of(rules, account.profile().mode, mailing) {
        Ok(quote) => {
            let reply = Reply::Price(account.money(rules, quote.cost));
            Decision {
                skipped: quote.skipped,
                ..Decision::answer(reply)
            }
        }
        Err((code, reason)) => Decision::refuse(code, reason),
    }
}

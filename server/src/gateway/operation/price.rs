//! GETPRICE: what a mailing would cost (PRICE-01, PRICE-02). Never too expensive: it does not look at the balance.

use super::quote::Quote;
use crate::gateway::account::{Account, Decision};
use crate::gateway::reply::{Refusal, Reply};
use crate::gateway::request::Mailing;
use crate::gateway::rules::Rules;

/// Answers GETPRICE.
pub fn decide(account: &Account, rules: &Rules, mailing: &Mailing) -> Decision {
    Decision::answer(match Quote::of(rules, account.profile().mode, mailing) {
        Ok(quote) => Reply::Price(account.money(rules, quote.cost)),
        Err(code) => Reply::Refused(Refusal {
            code,
            of_credit_price: false,
        }),
    })
}

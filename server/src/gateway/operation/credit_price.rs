//! CREDITPRICE: what one credit costs in US dollars (CREDIT-01).

use crate::gateway::account::{Account, Decision};
use crate::gateway::reply::Reply;

/// Answers CREDITPRICE.
pub fn decide(account: &Account) -> Decision {
    Decision::answer(Reply::CreditPrice(account.profile().credit_price))
}

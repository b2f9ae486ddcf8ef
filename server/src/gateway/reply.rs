//! What the gateway answers, typed: the core's output. Not for its bytes, which `wire` writes.

use std::sync::Arc;

use super::code::Code;
use super::event::Accepted;
use super::money::{Amount, Credits, Usd};
use super::timeline::Standing;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A code below zero.
    Refused(Refusal),
    /// SEND-02, SEND-03.
    Sent {
        /// How many recipients were accepted; at least one.
        recipients: u32,
        /// What was taken for them.
        charge: Money,
    },
    /// PRICE-01.
    Price(Money),
    /// BALANCE-01.
    Balance {
        /// What is left.
        balance: Money,
        /// Free trial messages left, where the extended revision tells (REPLY-07).
        trial_sms: Option<u32>,
    },
    /// CREDIT-01.
    CreditPrice(Usd),
    /// STATUS-01.
    Report(Vec<Row>),
}

/// A refusal and the shape that its reply has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub code: Code,
    /// REPLY-04: errors of CREDITPRICE carry a price, all others carry credits.
    pub of_credit_price: bool,
}

/// Credits, and what they are in the account's money where the extended revision tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// The credits.
    pub credits: Credits,
    /// The amount and its currency.
    pub amount: Option<(Amount, Arc<str>)>,
}

/// One row of a delivery report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The mailing that the message belongs to.
    pub mailing: Arc<Accepted>,
    /// Which of its messages.
    pub position: u32,
    /// Where it stands.
    pub standing: Standing,
}

impl Row {
    /// The id of the message.
    pub fn id(&self) -> &str {
        self.mailing.id(self.position)
    }
}

impl Reply {
    /// The number in `<status>`; `None` for a delivery report, which has none.
    pub fn status(&self) -> Option<i64> {
        match self {
            Self::Refused(refusal) => Some(i64::from(refusal.code.number())),
            Self::Sent { recipients, .. } => Some(i64::from(*recipients)),
            Self::Price(_) | Self::Balance { .. } | Self::CreditPrice(_) => Some(0),
            Self::Report(_) => None,
        }
    }
}

//! What a run may spend. On this machine anything; on a live endpoint nothing, or so many credits for messages to
//! named recipients, asked for by GETPRICE before each SEND.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::asking::ask;
use super::request::Prepared;
use crate::client::conn::Patience;
use crate::client::endpoint::Endpoint;
use crate::operation::Operation;
use crate::scenario::decimal::Decimal;

/// What may be spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spending {
    /// The endpoint is on this machine.
    Anything,
    /// Nothing is sent.
    Nothing,
    /// Messages to these numbers, as long as the credits last.
    Within {
        /// The numbers, digits only.
        recipients: BTreeSet<String>,
        /// The most credits.
        credits: Decimal,
    },
}

/// What may be spent, and what has been.
#[derive(Debug)]
pub struct Purse {
    spending: Spending,
    spent: Mutex<Decimal>,
}

/// Why a message is not sent.
#[derive(Debug, thiserror::Error)]
pub enum PurseError {
    /// It goes to somebody else.
    #[error("a message to a number that --allow-to does not name was not sent")]
    Recipient,
    /// It costs too much.
    #[error(
        "a message for {price} credits was not sent: {spent} of the {most} of --max-credits are spent"
    )]
    Credits {
        /// What it would cost.
        price: Decimal,
        /// What has been spent.
        spent: Decimal,
        /// What may be.
        most: Decimal,
    },
    /// Nobody says what it costs.
    #[error("a message was not sent, because GETPRICE did not say what it costs: {0}")]
    Price(String),
    /// Messages must not be sent.
    #[error("a message was not sent: a live endpoint needs --allow-to and --max-credits")]
    Nothing,
}

impl Purse {
    /// A full purse.
    pub fn new(spending: Spending) -> Self {
        Self {
            spending,
            spent: Mutex::new(Decimal::ZERO),
        }
    }

    /// Makes sure that a request may be sent, and takes what it will cost.
    pub async fn pay_for(
        &self,
        prepared: &Prepared,
        endpoint: &Endpoint,
        patience: Patience,
    ) -> Result<(), PurseError> {
        let (recipients, most) = match &self.spending {
            Spending::Anything => return Ok(()),
            Spending::Nothing => {
                return match &prepared.operation {
                    Some(Operation::Send(_)) => Err(PurseError::Nothing),
                    _ => Ok(()),
                };
            }
            Spending::Within {
                recipients,
                credits,
            } => (recipients, *credits),
        };
        let Some(Operation::Send(message)) = &prepared.operation else {
            return Ok(());
        };
        let mut reaches = false;
        for recipient in &message.recipients {
            let digits: String = recipient
                .number
                .chars()
                .filter(char::is_ascii_digit)
                .collect();
            // What no endpoint takes for a number reaches nobody.
            if digits.len() < 7 {
                continue;
            }
            reaches = true;
            if !recipients.contains(&digits) {
                return Err(PurseError::Recipient);
            }
        }
        if !reaches {
            return Ok(());
        }
        let price = self.price(prepared, endpoint, patience).await?;
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let total = spent.plus(price).ok().filter(|total| *total <= most);
        match total {
            Some(total) => {
                *spent = total;
                Ok(())
            }
            None => Err(PurseError::Credits {
                price,
                spent: *spent,
                most,
            }),
        }
    }

    /// What the same message costs by GETPRICE. A refusal says nothing: SEND may be another opinion.
    async fn price(
        &self,
        prepared: &Prepared,
        endpoint: &Endpoint,
        patience: Patience,
    ) -> Result<Decimal, PurseError> {
        let (Some(Operation::Send(message)), Some(credentials)) =
            (&prepared.operation, &prepared.credentials)
        else {
            return Ok(Decimal::ZERO);
        };
        let question = Operation::GetPrice(message.clone());
        let response = ask(&question, credentials, endpoint, patience)
            .await
            .map_err(PurseError::Price)?;
        if response.status < 0 {
            return Err(PurseError::Price(format!(
                "it answered {}",
                response.status
            )));
        }
        let credits = response.credits.unwrap_or_default();
        // A price below zero would make the purse fuller than it was.
        credits
            .parse()
            .ok()
            .filter(|price| *price >= Decimal::ZERO)
            .ok_or_else(|| PurseError::Price(format!("<credits> holds {credits:?}")))
    }
}

#[cfg(test)]
mod tests;

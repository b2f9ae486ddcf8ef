//! Whether the account main can pay for a run: asked once, before it begins, so that a run that spends an account empty
//! is not taken for an endpoint that refuses.

use super::asking::ask;
use super::runner::Chosen;
use crate::client::conn::Patience;
use crate::operation::{Message, Operation, Recipient};
use crate::scenario::decimal::Decimal;
use crate::target::Target;

/// The account that most scenarios send by.
const ACCOUNT: &str = "main";

/// Gives the cases that send by main an obstacle, if it may not have the credits for all of them. What an endpoint
/// does not answer as it should is for the cases to say.
pub async fn check(chosen: &mut [Chosen], target: &Target, patience: Patience) {
    let parts = |chosen: &Chosen| match chosen {
        (case, None) => {
            let parts = &case.loaded.mentions.parts;
            parts.get(ACCOUNT).copied().unwrap_or_default()
        }
        (_, Some(_)) => 0,
    };
    let wanted: u64 = chosen.iter().map(parts).sum();
    if wanted == 0 {
        return;
    }
    let Some(recipient) = target.recipients.first() else {
        return;
    };
    let message = Message {
        sender: Some("SMSKA".to_owned()),
        text: "Hello".to_owned(),
        recipients: vec![Recipient {
            number: recipient.clone(),
            id: None,
            variables: None,
        }],
    };
    let balance = credits(Operation::Balance, target, patience).await;
    let price = credits(Operation::GetPrice(message), target, patience).await;
    let Some((balance, price)) = balance.zip(price) else {
        return;
    };
    let Ok(needed) = price.times(Decimal::from(wanted)) else {
        return;
    };
    if needed <= balance {
        return;
    }
    let reason = format!(
        "it sends, and the account {ACCOUNT} has {balance} credits where all that send may need {needed}; give it \
         more, or choose with --only"
    );
    for entry in chosen.iter_mut() {
        if parts(entry) > 0 {
            entry.1 = Some(reason.clone());
        }
    }
}

async fn credits(operation: Operation, target: &Target, patience: Patience) -> Option<Decimal> {
    let account = target.accounts.get(ACCOUNT)?;
    let response = ask(&operation, account, &target.endpoint, patience)
        .await
        .ok()?;
    if response.status != 0 {
        return None;
    }
    response.credits?.parse().ok()
}

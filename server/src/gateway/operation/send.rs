//! SEND: a mailing is paid for and accepted, or refused and forgotten (SEND-01 to SEND-13, MONEY-04).

use std::sync::Arc;

use jiff::Timestamp;

use super::quote::Quote;
use crate::gateway::account::{Account, Decision, Mode};
use crate::gateway::code::Code;
use crate::gateway::event::{Accepted, Event, Fate};
use crate::gateway::money::Credits;
use crate::gateway::reply::{Refusal, Reply};
use crate::gateway::request::Mailing;
use crate::gateway::rules::{InsufficientCredits, Rules};
use crate::gateway::status::Status;

/// Answers SEND.
pub fn decide(account: &Account, rules: &Rules, mailing: Mailing, now: Timestamp) -> Decision {
    let mode = account.profile().mode;
    let balance = account.ledger().balance();
    let affordable = Quote::of(rules, mode, &mailing)
        .and_then(|quote| within(balance, rules.insufficient_credits, quote));
    let quote = match affordable {
        Ok(quote) => quote,
        Err(code) => {
            return Decision::answer(Reply::Refused(Refusal {
                code,
                of_credit_price: false,
            }));
        }
    };
    let charged = match mode {
        Mode::Real => quote.cost,
        Mode::Test if rules.test_mode_charges => quote.cost,
        Mode::Test => Credits::ZERO,
    };
    let Mailing {
        mut words,
        sender,
        text,
        recipients: _,
    } = mailing;
    words.shrink();
    let accepted = Accepted {
        at: now,
        words,
        sender,
        text,
        messages: quote.messages.into_boxed_slice(),
        timeline: Arc::clone(&rules.timeline),
        charged,
    };
    Decision {
        reply: Reply::Sent {
            recipients: quote.recipients,
            charge: account.money(rules, quote.cost),
        },
        events: vec![Event::Accepted(Arc::new(accepted))],
    }
}

/// MONEY-04: what of the quote this balance pays for.
fn within(balance: Credits, policy: InsufficientCredits, mut quote: Quote) -> Result<Quote, Code> {
    if quote.cost <= balance {
        return Ok(quote);
    }
    match policy {
        InsufficientCredits::Refuse => Err(Code::NotEnoughCredits),
        InsufficientCredits::Partial => {
            quote.cost = Credits::ZERO;
            let mut lasts = true;
            for message in quote
                .messages
                .iter_mut()
                .filter(|message| message.price > Credits::ZERO)
            {
                let with_it = quote.cost.saturating_add(message.price);
                lasts = lasts && with_it <= balance;
                if lasts {
                    quote.cost = with_it;
                } else {
                    message.price = Credits::ZERO;
                    message.fate = Fate::End(Status::NotEnoughCredits);
                    quote.recipients = quote.recipients.saturating_sub(1);
                }
            }
            if quote.recipients == 0 {
                Err(Code::NotEnoughCredits)
            } else {
                Ok(quote)
            }
        }
    }
}

//! SEND: a mailing is paid for and accepted, or refused and forgotten (SEND-01 to SEND-13, MONEY-04).

use std::sync::Arc;

use super::direct::{Direction, direct};
use super::quote::Quote;
use crate::gateway::account::{Account, Decision, Mode};
use crate::gateway::code::Code;
use crate::gateway::effect::Placed;
use crate::gateway::event::{Accepted, Event, Fate};
use crate::gateway::money::Credits;
use crate::gateway::reason::Reason;
use crate::gateway::reply::Reply;
use crate::gateway::request::{Arrival, Mailing};
use crate::gateway::rules::{InsufficientCredits, Rules};
use crate::gateway::status::Status;

/// Answers SEND.
pub fn decide(account: &Account, rules: &Rules, mailing: Mailing, arrival: Arrival) -> Decision {
    let mode = account.profile().mode;
    let mut quote = match Quote::of(rules, mode, &mailing) {
        Ok(quote) => quote,
        Err((code, reason)) => return Decision::refuse(code, reason),
    };
    let Direction {
        refused,
        hurt,
        cause,
        mut events,
        stories,
    } = direct(account, rules, &mailing, &mut quote.messages);
    let refusal = match (refused, &hurt) {
        (Some(code), _) => Some(Decision::refuse(code, Reason::Directed)),
        // A request that is lost has no reply; what stands here is never told.
        (None, Some(hurt)) if hurt.placed == Placed::Before => {
            Some(Decision::refuse(Code::XmlError, Reason::Lost))
        }
        (None, _) => None,
    };
    if let Some(refusal) = refusal {
        return Decision {
            events,
            hurt,
            cause,
            ..refusal
        };
    }
    let skipped = quote.skipped;
    let (cost, balance) = (quote.cost, account.ledger().balance());
    let Some(quote) = within(balance, rules.insufficient_credits, quote) else {
        let reason = Reason::NotEnoughCredits { cost, balance };
        return Decision {
            events,
            skipped,
            ..Decision::refuse(Code::NotEnoughCredits, reason)
        };
    };
    let charged = match mode {
        Mode::Real => quote.cost,
        Mode::Test if rules.test_mode_charges => quote.cost,
        Mode::Test | Mode::Simulate => Credits::ZERO,
    };
    let Mailing {
        mut words,
        sender,
        text,
        recipients: _,
    } = mailing;
    words.shrink();
    let accepted = Accepted {
        at: arrival.at,
        request: arrival.number,
        words,
        sender,
        text,
        messages: quote.messages.into_boxed_slice(),
        written: quote.written.into_boxed_slice(),
        timeline: Arc::clone(&rules.timeline),
        scripted: stories.into_boxed_slice(),
        charged,
    };
    events.push(Event::Accepted(Arc::new(accepted)));
    let charge = account.money(rules, quote.cost);
    let reply = Reply::Sent {
        recipients: quote.recipients,
        charge,
    };
    Decision {
        reply,
        events,
        hurt,
        cause,
        reason: None,
        skipped,
    }
}

/// MONEY-04: what of the quote this balance pays for.
fn within(balance: Credits, policy: InsufficientCredits, mut quote: Quote) -> Option<Quote> {
    if quote.cost <= balance {
        return Some(quote);
    }
    match policy {
        InsufficientCredits::Refuse => None,
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
            (quote.recipients > 0).then_some(quote)
        }
    }
}

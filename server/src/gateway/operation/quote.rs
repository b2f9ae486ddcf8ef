//! A mailing measured, priced and checked: what SEND and GETPRICE have in common, so that they always agree
//! (PRICE-02). Not for whether the account can pay.

use crate::gateway::account::Mode;
use crate::gateway::code::Code;
use crate::gateway::event::{Fate, Message};
use crate::gateway::money::Credits;
use crate::gateway::personalise::Template;
use crate::gateway::reason::Reason;
use crate::gateway::request::{Mailing, Span};
use crate::gateway::rules::{Revision, Rules};
use crate::gateway::sender;
use crate::gateway::status::Status;

/// What a mailing comes to.
#[derive(Debug)]
pub struct Quote {
    /// Its messages, with price, parts and fate.
    pub messages: Vec<Message>,
    /// How many of them go to a valid number.
    pub recipients: u32,
    /// What they cost together.
    pub cost: Credits,
    /// How many numbers are not valid.
    pub skipped: u32,
    /// What stands in the place of the number, of each message that has none.
    pub written: Vec<(u32, Span)>,
}

impl Quote {
    /// Measures a mailing, or says why it is refused (ORDER-01: text, sender, recipients).
    pub fn of(rules: &Rules, mode: Mode, mailing: &Mailing) -> Result<Self, (Code, Reason)> {
        let text = mailing.words.at(mailing.text);
        let sender_is_valid = sender::is_valid(mailing.words.at(mailing.sender));
        match (rules.revision, text.is_empty(), sender_is_valid) {
            (Revision::Documented, true, _) => return Err((Code::XmlError, Reason::EmptyText)),
            (Revision::Extended, true, _) => return Err((Code::InvalidText, Reason::EmptyText)),
            (Revision::Extended, false, false) => {
                return Err((Code::BadSenderName, Reason::BadSender));
            }
            (Revision::Documented, false, _) | (Revision::Extended, false, true) => {}
        }
        let template = Template::of(text);
        let plain_parts = template.without_variables().parts;
        let mut quote = Self {
            messages: Vec::with_capacity(mailing.recipients.len()),
            recipients: 0,
            cost: Credits::ZERO,
            skipped: 0,
            written: Vec::new(),
        };
        for recipient in &mailing.recipients {
            let mut message = Message {
                msisdn: recipient.msisdn,
                id: recipient.id,
                variables: recipient.variables,
                price: Credits::ZERO,
                parts: 0,
                fate: Fate::End(Status::InvalidDestinationAddress),
            };
            let Some(msisdn) = recipient.msisdn else {
                quote.skipped = quote.skipped.saturating_add(1);
                // SEND-07: kept only for whoever asks for its id.
                if !recipient.id.is_empty() {
                    let position = u32::try_from(quote.messages.len()).unwrap_or(u32::MAX);
                    quote.written.push((position, recipient.written));
                    quote.messages.push(message);
                }
                continue;
            };
            // VARS-03: measured after substitution.
            message.parts = recipient.variables.map_or(plain_parts, |variables| {
                template.with_variables(mailing.words.at(variables)).parts
            });
            let tariff = rules.tariffs.price(msisdn);
            message.price =
                tariff.map_or(Credits::ZERO, |part| part.saturating_times(message.parts));
            message.fate = match (mode, tariff) {
                (Mode::Test, _) => Fate::Wait,
                (Mode::Real | Mode::Simulate, None) => Fate::End(Status::NotAllowed),
                (Mode::Real | Mode::Simulate, Some(_)) if !sender_is_valid => {
                    Fate::End(Status::InvalidSourceAddress)
                }
                (Mode::Real | Mode::Simulate, Some(_)) => Fate::Deliver,
            };
            quote.recipients = quote.recipients.saturating_add(1);
            quote.cost = quote.cost.saturating_add(message.price);
            quote.messages.push(message);
        }
        match (quote.recipients, quote.skipped) {
            (0, 0) => Err((Code::NoRecipients, Reason::NoNumber)),
            (0, invalid) => Err((Code::NoRecipients, Reason::NoValidNumber(invalid))),
            _ => Ok(quote),
        }
    }
}

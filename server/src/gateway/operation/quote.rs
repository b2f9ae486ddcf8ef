//! A mailing measured, priced and checked: what SEND and GETPRICE have in common, so that they always agree
//! (PRICE-02). Not for whether the account can pay.

use crate::gateway::account::Mode;
use crate::gateway::code::Code;
use crate::gateway::event::{Fate, Message};
use crate::gateway::money::Credits;
use crate::gateway::personalise;
use crate::gateway::request::Mailing;
use crate::gateway::rules::{Revision, Rules};
use crate::gateway::segments::Segments;
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
}

impl Quote {
    /// Measures a mailing, or says why it is refused (ORDER-01: text, sender, recipients).
    pub fn of(rules: &Rules, mode: Mode, mailing: &Mailing) -> Result<Self, Code> {
        let text = mailing.words.at(mailing.text);
        let sender_is_valid = sender::is_valid(mailing.words.at(mailing.sender));
        match (rules.revision, text.is_empty(), sender_is_valid) {
            (Revision::Documented, true, _) => return Err(Code::XmlError),
            (Revision::Extended, true, _) => return Err(Code::InvalidText),
            (Revision::Extended, false, false) => return Err(Code::BadSenderName),
            (Revision::Documented, false, _) | (Revision::Extended, false, true) => {}
        }
        let plain_parts = Segments::of(text).parts;
        let is_personal = personalise::has_placeholder(text);
        let mut personal = String::new();
        let mut quote = Self {
            messages: Vec::with_capacity(mailing.recipients.len()),
            recipients: 0,
            cost: Credits::ZERO,
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
                // SEND-07: kept only for whoever asks for its id.
                if !recipient.id.is_empty() {
                    quote.messages.push(message);
                }
                continue;
            };
            // VARS-03: measured after substitution.
            message.parts = match recipient.variables {
                Some(variables) if is_personal => {
                    personalise::substitute(text, mailing.words.at(variables), &mut personal);
                    Segments::of(&personal).parts
                }
                _ => plain_parts,
            };
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
        if quote.recipients == 0 {
            Err(Code::NoRecipients)
        } else {
            Ok(quote)
        }
    }
}

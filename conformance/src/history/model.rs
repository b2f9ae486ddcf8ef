//! The gateway as the vendor's document has it, as small as it can be: accounts with a balance and messages, and what
//! each operation does to them.
//!
//! It knows no prices and no balances beforehand. What it is told first, it holds the endpoint to from then on.

use std::collections::{BTreeMap, BTreeSet};

use super::message::{Fate, Message, Number};
use crate::operation::{self, Operation};
use crate::reply::{Reply, Response, Row};
use crate::run::calls::Call;
use crate::scenario::decimal::Decimal;
use crate::scenario::model::Policy;
use crate::target::Target;
use crate::vocabulary::{AUTH_FAILED, NO_RECIPIENTS, NOT_ENOUGH_CREDITS, code_of};

/// The rules that hold while an endpoint is asked.
#[derive(Clone, Debug)]
pub struct Model {
    /// What happens when credits run out, if that is known (MONEY-04).
    pub policy: Option<Policy>,
    /// The accounts in test mode, by their names in the target (MODE-02).
    pub tests: BTreeSet<String>,
    /// Whether they are charged.
    pub tested: Tested,
}

/// Whether an account in test mode is charged: nobody says, but it is always the same (MODE-02).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tested {
    /// It is not.
    ForFree,
    /// It is.
    ForCredits,
}

/// What the gateway holds at one moment: its accounts. Nothing of the endpoint is known at first.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct State(BTreeMap<String, Account>);

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Account {
    /// The ledger (MONEY-03), once BALANCE has said where it stands.
    balance: Option<Decimal>,
    /// What CREDITPRICE says (CREDIT-01).
    credit_price: Option<Decimal>,
    /// What mailings cost: by SEND and by GETPRICE it is the same (PRICE-02).
    prices: BTreeMap<Mailing, Decimal>,
    /// The messages that can be asked for: those of each id, oldest first (STATUS-02).
    messages: BTreeMap<String, Vec<Message>>,
}

/// What a price depends on: the text, and each number with its variables.
type Mailing = (String, Vec<(String, Option<String>)>);

impl Model {
    /// The models of which one must explain what the target does.
    pub fn of(target: &Target) -> Vec<Self> {
        let names = target.accounts.keys();
        let tests: BTreeSet<_> = names
            .filter(|name| name.ends_with("test_mode"))
            .cloned()
            .collect();
        [Tested::ForFree, Tested::ForCredits]
            .map(|tested| Self {
                policy: target.policy,
                tests: tests.clone(),
                tested,
            })
            .to_vec()
    }

    /// What the gateway holds after a call, if the reply is the one that it had to give; otherwise what is wrong with it.
    pub fn after(&self, state: &State, call: &Call) -> Result<State, String> {
        let reply = call.reply.as_ref().map_err(Clone::clone)?;
        let mut state = state.clone();
        let Some(name) = &call.account else {
            // AUTH-01.
            return refused(response(reply)?, AUTH_FAILED).map(|()| state);
        };
        let account = state.0.entry(name.clone()).or_default();
        match &call.operation {
            Operation::Send(message) => self.send(name, account, message, response(reply)?)?,
            Operation::GetPrice(message) => account.price(message, response(reply)?)?,
            Operation::GetStatus(ids) => account.report(ids, rows(reply)?)?,
            Operation::Balance => {
                let response = accepted(response(reply)?)?;
                let told = decimal("credits", response.credits.as_ref())?;
                same("the balance", *account.balance.get_or_insert(told), told)?;
            }
            Operation::CreditPrice => {
                let response = accepted(response(reply)?)?;
                let told = decimal("price", response.price.as_ref())?;
                same(
                    "the price of a credit",
                    *account.credit_price.get_or_insert(told),
                    told,
                )?;
            }
        }
        Ok(state)
    }

    /// SEND-02 to SEND-05, MONEY-03, MONEY-04.
    fn send(
        &self,
        name: &str,
        account: &mut Account,
        message: &operation::Message,
        response: &Response,
    ) -> Result<(), String> {
        let valid = valid(message);
        if valid == 0 {
            return refused(response, NO_RECIPIENTS);
        }
        let known = account.prices.get(&mailing(message)).copied();
        let too_much = known
            .zip(account.balance)
            .is_some_and(|(price, balance)| price > balance);
        if too_much
            && (self.policy == Some(Policy::Refuse) || response.status == NOT_ENOUGH_CREDITS)
        {
            return refused(response, NOT_ENOUGH_CREDITS);
        }
        let told = decimal("credits", response.credits.as_ref())?;
        let mut fate = if self.tests.contains(name) {
            Fate::Waits
        } else {
            Fate::Any
        };
        if too_much {
            // Recipients were served while the balance lasted; how many only the reply says.
            fate = Fate::Any;
            if !(1..valid).contains(&response.status) {
                return Err(format!(
                    "status {}, where fewer than {valid} can be paid",
                    response.status
                ));
            }
        } else {
            if response.status != valid {
                return Err(format!(
                    "status {}, where {valid} recipients are valid",
                    response.status
                ));
            }
            let price = account.prices.entry(mailing(message)).or_insert(told);
            same("the price of the mailing", *price, told)?;
        }
        let charged = !self.tests.contains(name) || self.tested == Tested::ForCredits;
        if let Some(balance) = account.balance.filter(|_| charged) {
            let left = balance.minus(told).map_err(|error| error.to_string())?;
            if left < Decimal::ZERO {
                return Err(format!("{told} credits taken of {balance}"));
            }
            account.balance = Some(left);
        }
        account.keep(message, fate);
        Ok(())
    }
}

impl Account {
    /// GETPRICE (PRICE-01, PRICE-02).
    fn price(&mut self, message: &operation::Message, response: &Response) -> Result<(), String> {
        if valid(message) == 0 {
            return refused(response, NO_RECIPIENTS);
        }
        let told = decimal("credits", accepted(response)?.credits.as_ref())?;
        let price = self.prices.entry(mailing(message)).or_insert(told);
        same("the price of the mailing", *price, told)
    }

    /// Keeps the messages of an accepted mailing that have an id (SEND-07, SEND-12, SEND-13).
    fn keep(&mut self, message: &operation::Message, fate: Fate) {
        for recipient in &message.recipients {
            let fate = match Number::of(&recipient.number) {
                Number::Valid => fate,
                Number::Invalid => Fate::InvalidDestination,
                Number::Blank => continue,
            };
            if let Some(id) = recipient.id.as_ref().filter(|id| !id.is_empty()) {
                let messages = self.messages.entry(id.clone()).or_default();
                messages.push(Message::new(fate));
            }
        }
    }

    /// GETSTATUS: a row for each message of each id, and no other (STATUS-01 to STATUS-03).
    fn report(&mut self, ids: &[String], rows: &[Row]) -> Result<(), String> {
        let mut rows = rows.iter();
        for id in ids {
            for message in self.messages.get_mut(id).into_iter().flatten() {
                let row = rows.next().filter(|row| row.id == *id);
                let row = row.ok_or_else(|| format!("a message {id} has no row in its place"))?;
                message.see(row)?;
            }
        }
        match rows.next() {
            Some(row) => Err(format!("a row {} of no message", row.id)),
            None => Ok(()),
        }
    }
}

/// How many recipients have a valid number.
fn valid(message: &operation::Message) -> i64 {
    let numbers = message.recipients.iter();
    let valid = numbers.filter(|recipient| Number::of(&recipient.number) == Number::Valid);
    i64::try_from(valid.count()).unwrap_or(i64::MAX)
}

fn mailing(message: &operation::Message) -> Mailing {
    let recipients = message.recipients.iter();
    let recipients =
        recipients.map(|recipient| (recipient.number.clone(), recipient.variables.clone()));
    (message.text.clone(), recipients.collect())
}

fn response(reply: &Reply) -> Result<&Response, String> {
    match reply {
        Reply::Response(response) => Ok(response),
        Reply::DeliveryReport(_) => Err("a <deliveryreport>".to_owned()),
    }
}

fn rows(reply: &Reply) -> Result<&[Row], String> {
    match reply {
        Reply::DeliveryReport(rows) => Ok(rows),
        Reply::Response(response) => Err(format!(
            "status {}, where a report belongs",
            response.status
        )),
    }
}

fn accepted(response: &Response) -> Result<&Response, String> {
    match response.status {
        0 => Ok(response),
        status => Err(format!("status {status}, where it is 0")),
    }
}

/// A refusal takes nothing, and changes nothing (REPLY-04).
fn refused(response: &Response, code: i64) -> Result<(), String> {
    if response.status == code {
        return Ok(());
    }
    let name = code_of(code).map_or("a refusal", |code| code.name);
    Err(format!("status {}, where it is {name}", response.status))
}

fn decimal(element: &str, text: Option<&String>) -> Result<Decimal, String> {
    let text = text.ok_or_else(|| format!("no <{element}>"))?;
    text.parse()
        .map_err(|error| format!("<{element}>: {error}"))
}

fn same(what: &str, known: Decimal, told: Decimal) -> Result<(), String> {
    if known == told {
        return Ok(());
    }
    Err(format!("{told}, where {what} is {known}"))
}

#[cfg(test)]
mod tests;

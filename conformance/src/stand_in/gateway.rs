//! A plausible gateway, as small as it can be: it takes messages, charges for them, and delivers them as they are asked for.
//! The same requests always get the same replies. It is there to be talked to, not to be relied on: what a gateway must do
//! is for scenarios, and for the mock.

use std::collections::{BTreeMap, VecDeque};

use jiff::ToSpan as _;
use jiff::civil::{DateTime, date};

use super::answer::Answer;
use super::question::Question;
use super::received::Received;
use crate::generate::text::parts;
use crate::generate::variables::personalised;
use crate::history::message::Number;
use crate::operation::{Credentials, Message, Operation};
use crate::scenario::decimal::Decimal;
use crate::vocabulary::{AUTH_FAILED, NO_RECIPIENTS, NOT_ENOUGH_CREDITS};
use crate::xml::style::{EmptyStyle, Style};
use crate::xml::tree::Element;
use crate::xml::write::write;

/// The code of a document that is not right (XML-08).
const XML_ERROR: i64 = -2;

/// How many messages are kept; the oldest go first.
const MOST_MESSAGES: usize = 100_000;

/// How many accounts are kept.
const MOST_ACCOUNTS: usize = 1_000;

/// A date that is not there yet (STATUS-04).
const NO_DATE: &str = "0000-00-00 00:00:00";

/// The gateway.
#[derive(Clone, Debug, Default)]
pub struct Gateway {
    terms: Terms,
    accounts: BTreeMap<String, Account>,
    /// Login and id of each message that can be asked for, the oldest first.
    order: VecDeque<(String, String)>,
}

/// On which terms it works.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Who may ask: everybody with a login if nothing is said. Others get AUTH_FAILED.
    pub login: Option<Credentials>,
    /// The credits that an account begins with.
    pub credits: Decimal,
    /// What a part costs.
    pub price: Decimal,
    /// What a credit costs, in US dollars.
    pub credit_price: Decimal,
    /// What a message is when it is asked for first, second, and so on; the last word stays.
    pub statuses: Vec<String>,
}

#[derive(Clone, Debug)]
struct Account {
    balance: Decimal,
    messages: BTreeMap<String, VecDeque<Kept>>,
}

/// A message that can be asked for.
#[derive(Clone, Debug)]
struct Kept {
    accepted: DateTime,
    number: Number,
    asked: usize,
}

/// A code, and nothing done.
struct Refusal(i64);

impl Default for Terms {
    fn default() -> Self {
        Self {
            login: None,
            credits: Decimal::from(1_000_000_u64),
            price: Decimal::from(1_u64),
            // A whole number of dollars a credit would be no price.
            credit_price: "0.05".parse().unwrap_or_default(),
            statuses: vec!["SENT".to_owned(), "DELIVERED".to_owned()],
        }
    }
}

impl Gateway {
    /// A gateway that nobody has talked to.
    pub fn new(terms: Terms) -> Self {
        Self {
            terms,
            accounts: BTreeMap::new(),
            order: VecDeque::new(),
        }
    }

    /// Answers a request, in the layout of REPLY-02 and REPLY-08.
    pub fn answer(&mut self, received: &Received) -> Answer {
        let question = received.document().and_then(|it| Question::of(&it));
        let Some(question) = question else {
            return response(XML_ERROR, "credits", Decimal::ZERO);
        };
        let amount = match question.word {
            "CREDITPRICE" => "price",
            _ => "credits",
        };
        self.decide(question, received)
            .unwrap_or_else(|Refusal(code)| response(code, amount, Decimal::ZERO))
    }

    /// In the order of ORDER-01.
    fn decide(&mut self, question: Question, received: &Received) -> Result<Answer, Refusal> {
        let credentials = question.credentials.ok_or(Refusal(AUTH_FAILED))?;
        if self
            .terms
            .login
            .as_ref()
            .is_some_and(|login| *login != credentials)
        {
            return Err(Refusal(AUTH_FAILED));
        }
        let name = credentials.username;
        let operation = question.operation.ok_or(Refusal(XML_ERROR))?;
        match operation {
            Operation::Send(message) => {
                let (valid, credits) = self.quote(&message)?;
                let balance = self.balance(&name);
                let left = balance.minus(credits).ok();
                let left = left.filter(|left| *left >= Decimal::ZERO);
                let left = left.ok_or(Refusal(NOT_ENOUGH_CREDITS))?;
                self.keep(&name, &message, left, received);
                Ok(response(valid, "credits", credits))
            }
            Operation::GetPrice(message) => {
                let (_, credits) = self.quote(&message)?;
                Ok(response(0, "credits", credits))
            }
            Operation::GetStatus(ids) => Ok(self.report(&name, &ids)),
            Operation::Balance => Ok(response(0, "credits", self.balance(&name))),
            Operation::CreditPrice => Ok(response(0, "price", self.terms.credit_price)),
        }
    }

    /// The valid recipients, and what they cost (MONEY-02, VARS-03).
    fn quote(&self, message: &Message) -> Result<(i64, Decimal), Refusal> {
        if message.text.is_empty() {
            return Err(Refusal(XML_ERROR));
        }
        let recipients = message.recipients.iter();
        let valid = recipients.filter(|to| Number::of(&to.number) == Number::Valid);
        let parts = valid.map(|to| parts(&personalised(&message.text, to.variables.as_deref())));
        let (count, parts) = parts.fold((0_i64, 0_u64), |(count, sum), parts| {
            let parts = u64::try_from(parts).unwrap_or(u64::MAX);
            (count.saturating_add(1), sum.saturating_add(parts))
        });
        if count == 0 {
            return Err(Refusal(NO_RECIPIENTS));
        }
        let credits = self.terms.price.times(Decimal::from(parts));
        Ok((count, credits.map_err(|_| Refusal(NOT_ENOUGH_CREDITS))?))
    }

    fn balance(&self, name: &str) -> Decimal {
        let account = self.accounts.get(name);
        account.map_or(self.terms.credits, |account| account.balance)
    }

    /// Takes note of the messages that can be asked for (SEND-07, SEND-12, SEND-13).
    fn keep(&mut self, name: &str, message: &Message, left: Decimal, received: &Received) {
        if self.accounts.len() >= MOST_ACCOUNTS && !self.accounts.contains_key(name) {
            self.accounts.pop_first();
        }
        let account = self.accounts.entry(name.to_owned()).or_insert(Account {
            balance: left,
            messages: BTreeMap::new(),
        });
        account.balance = left;
        for recipient in &message.recipients {
            let number = Number::of(&recipient.number);
            let id = recipient.id.as_ref().filter(|id| !id.is_empty());
            if let (Some(id), Number::Valid | Number::Invalid) = (id, number) {
                let messages = account.messages.entry(id.clone()).or_default();
                messages.push_back(Kept {
                    accepted: moment(received),
                    number,
                    asked: 0,
                });
                self.order.push_back((name.to_owned(), id.clone()));
            }
        }
        while self.order.len() > MOST_MESSAGES {
            self.forget_one();
        }
    }

    fn forget_one(&mut self) {
        let Some((name, id)) = self.order.pop_front() else {
            return;
        };
        if let Some(account) = self.accounts.get_mut(&name)
            && let Some(messages) = account.messages.get_mut(&id)
        {
            messages.pop_front();
            if messages.is_empty() {
                account.messages.remove(&id);
            }
        }
    }

    /// A row for each message of each id (STATUS-01 to STATUS-06).
    fn report(&mut self, name: &str, ids: &[String]) -> Answer {
        let mut rows = Vec::new();
        for id in ids {
            let account = self.accounts.get_mut(name);
            let messages = account.and_then(|account| account.messages.get_mut(id));
            for message in messages.into_iter().flatten() {
                rows.push(row(id, message.ask(&self.terms.statuses), message.accepted));
            }
        }
        xml(&Element::new("deliveryreport").with_children(rows))
    }
}

impl Kept {
    /// What has become of it, now that it is asked for once more.
    fn ask<'s>(&mut self, statuses: &'s [String]) -> &'s str {
        let told = statuses.get(self.asked).or(statuses.last());
        self.asked = self.asked.saturating_add(1);
        match self.number {
            Number::Valid => told.map_or("0", String::as_str),
            Number::Invalid | Number::Blank => "INVALID_DESTINATION_ADDRESS",
        }
    }
}

/// When a request came, by a clock that begins with the listener, in the past.
fn moment(received: &Received) -> DateTime {
    let start = date(2026, 1, 2).at(3, 4, 5, 0);
    let since = i64::try_from(received.arrived.as_secs()).unwrap_or(0);
    start.saturating_add(since.seconds())
}

fn row(id: &str, status: &str, accepted: DateTime) -> Element {
    let written = |at: DateTime| at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let sent = written(accepted.saturating_add(1.seconds()));
    let done = written(accepted.saturating_add(4.seconds()));
    let (sent, done) = match status {
        "0" => (NO_DATE.to_owned(), NO_DATE.to_owned()),
        "SENT" => (sent, NO_DATE.to_owned()),
        _ => (sent, done),
    };
    Element::new("message")
        .with_attribute("id", id)
        .with_attribute("sentdate", sent)
        .with_attribute("donedate", done)
        .with_attribute("status", status)
}

fn response(status: i64, amount: &str, number: Decimal) -> Answer {
    xml(&Element::new("RESPONSE").with_children([
        Element::leaf("status", status.to_string()),
        Element::leaf(amount, number.to_string()),
    ]))
}

fn xml(root: &Element) -> Answer {
    // STATUS-03 for a report without rows, REPLY-08 for rows.
    let empty = if root.children.is_empty() {
        EmptyStyle::Pair
    } else {
        EmptyStyle::ShortWithBlank
    };
    let style = Style {
        empty,
        ..Style::default()
    };
    Answer::xml(write(root, &style))
}

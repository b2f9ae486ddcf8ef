//! One account: the aggregate that decides and changes. Two accounts know nothing of each other.
//! Not for finding the account of a login: that is [`World`](crate::world::World).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::code::Code;
use super::effect::{Hurt, Placed};
use super::event::Event;
use super::fault::{Asked, Subject, Tally, Trial};
use super::ledger::{Ledger, Movement};
use super::messages::{Capacity, Messages};
use super::money::{Credits, Rate, Usd};
use super::operation;
use super::reason::Reason;
use super::reply::{Money, Refusal, Reply};
use super::request::{Arrival, Credentials, Operation, Password};
use super::rules::{Revision, Rules};
use super::timeline::{Progress, Timeline};

/// Who an account is, and how it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its login.
    pub username: String,
    /// Its password.
    pub password: Password,
    /// Whether messages are sent.
    pub mode: Mode,
    /// «XML интерфейс включен» (AUTH-04).
    pub xml_interface: bool,
    /// What one credit costs (CREDIT-01).
    pub credit_price: Usd,
    /// Its own currency, which the extended revision tells (REPLY-07).
    pub currency: Option<Currency>,
    /// Free trial messages left, which the extended revision may tell on BALANCE (REPLY-07).
    pub trial_sms: Option<u32>,
}

/// «XML интерфейс: режим работы».
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// «Реальная отправка» (MODE-01).
    Real,
    /// «Тестовый режим» (MODE-02).
    Test,
    /// Ours: as in real mode, scripts and all, but nothing is charged.
    Simulate,
}

/// A currency, and how much of it one credit is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    /// Its code: `UAH`.
    pub code: Arc<str>,
    /// How much of it one credit is.
    pub rate: Rate,
}

/// The state of one account: the fold of its events.
#[derive(Debug, PartialEq)]
pub struct Account {
    profile: Arc<Profile>,
    /// As it was opened.
    opened_as: Arc<Profile>,
    ledger: Ledger,
    messages: Messages,
    capacity: Capacity,
    /// Whether its login is refused as if nobody had it.
    closed: bool,
    /// How many SENDs each counting script has fitted.
    fitted: BTreeMap<u64, u32>,
    /// What faults have counted.
    tally: Tally,
}

/// What an account makes of a request: the answer, what is to happen to the state, and what to the reply.
#[derive(Debug)]
pub struct Decision {
    /// What the client gets.
    pub reply: Reply,
    /// What changes; to be applied before the reply is given.
    pub events: Vec<Event>,
    /// What is done to the reply on its way, by the shell.
    pub hurt: Option<Hurt>,
    /// The script or the magic number that decided, if one did.
    pub cause: Option<Cause>,
    /// Why it was refused, if it was.
    pub reason: Option<Reason>,
    /// How many of the things asked for were passed over: numbers that are not valid, ids that nothing has.
    pub skipped: u32,
}

/// What decided otherwise than the protocol would have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A script, by its name.
    Script(Arc<str>),
    /// A magic number, by its name.
    Magic(&'static str),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Script(name) => write!(f, "script {name}"),
            Self::Magic(name) => write!(f, "magic number {name}"),
        }
    }
}

impl Decision {
    /// An answer that changes nothing.
    pub const fn answer(reply: Reply) -> Self {
        Self {
            reply,
            events: Vec::new(),
            hurt: None,
            cause: None,
            reason: None,
            skipped: 0,
        }
    }

    /// A refusal of anything but CREDITPRICE, which changes nothing.
    pub fn refuse(code: Code, reason: Reason) -> Self {
        let reply = Reply::Refused(Refusal {
            code,
            of_credit_price: false,
        });
        Self {
            reason: Some(reason),
            ..Self::answer(reply)
        }
    }

    /// A login that is refused (AUTH-01), in the shape that belongs to the operation.
    pub fn refuse_login(operation: &Operation, reason: Reason) -> Self {
        Self {
            reason: Some(reason),
            ..Self::answer(Reply::refused(Code::AuthFailed, operation))
        }
    }

    /// The same once faults were tried on it: they see a request before scripts do, and a reply after them.
    pub fn disturbed(mut self, trial: Trial) -> Self {
        let is_before = |hurt: &Hurt| hurt.placed == Placed::Before;
        if self.hurt.is_some() && !trial.hurt.as_ref().is_some_and(is_before) {
            // A script has lost the reply: nothing is left that could be hurt.
            return self;
        }
        if trial.hurt.as_ref().is_some_and(is_before) {
            self = Self {
                reason: Some(Reason::Lost),
                ..Self::answer(self.reply)
            };
        }
        self.hurt = trial.hurt;
        self.events.extend(trial.events);
        self
    }
}

impl Account {
    /// An account as it is opened.
    pub fn open(
        profile: Arc<Profile>,
        credits: Credits,
        at: Timestamp,
        capacity: Capacity,
    ) -> Self {
        let ledger = Ledger::open(credits, at);
        Self {
            opened_as: Arc::clone(&profile),
            profile,
            ledger,
            messages: Messages::new(capacity),
            capacity,
            closed: false,
            fitted: BTreeMap::new(),
            tally: Tally::default(),
        }
    }

    /// The state after these events, or `None` if they do not begin with an opening.
    pub fn replay<'a>(
        capacity: Capacity,
        events: impl IntoIterator<Item = &'a Event>,
    ) -> Option<Self> {
        let mut events = events.into_iter();
        let Some(Event::Opened {
            at,
            profile,
            credits,
        }) = events.next()
        else {
            return None;
        };
        let mut account = Self::open(Arc::clone(profile), *credits, *at, capacity);
        for event in events {
            account.apply(event);
        }
        Some(account)
    }

    /// Decides and applies in one step.
    pub fn handle(
        &mut self,
        rules: &Rules,
        credentials: &Credentials,
        operation: Operation,
        arrival: Arrival,
    ) -> Decision {
        let decision = self.decide(rules, credentials, operation, arrival);
        for event in &decision.events {
            self.apply(event);
        }
        decision
    }

    /// What this account answers, and what is to happen to it. Changes nothing itself.
    ///
    /// ORDER-01: the document was well-formed and its operation known, or there would be no request; here follow
    /// login, structure, recipients and money. Faults are tried on whatever is asked.
    pub fn decide(
        &self,
        rules: &Rules,
        credentials: &Credentials,
        operation: Operation,
        arrival: Arrival,
    ) -> Decision {
        let subject = Subject {
            account: Some(&self.profile.username),
            asked: Asked::from(&operation),
            recipients: operation.recipients(),
            document: arrival.document,
        };
        let trial = Trial::of(rules, &self.tally, &subject);
        self.undisturbed(rules, credentials, operation, arrival)
            .disturbed(trial)
    }

    fn undisturbed(
        &self,
        rules: &Rules,
        credentials: &Credentials,
        operation: Operation,
        arrival: Arrival,
    ) -> Decision {
        if let Err(reason) = self.admit(credentials) {
            return Decision::refuse_login(&operation, reason);
        }
        match operation {
            Operation::Send(Ok(mailing)) => operation::send::decide(self, rules, mailing, arrival),
            Operation::GetPrice(Ok(mailing)) => operation::price::decide(self, rules, &mailing),
            Operation::GetStatus(Ok(inquiry)) => {
                operation::status::decide(self, rules, &inquiry, arrival.at)
            }
            Operation::Balance => operation::balance::decide(self, rules),
            Operation::CreditPrice => operation::credit_price::decide(self),
            // SEND-11, STATUS-09: something is missing in the document.
            Operation::Send(Err(defect))
            | Operation::GetPrice(Err(defect))
            | Operation::GetStatus(Err(defect)) => {
                Decision::refuse(Code::XmlError, Reason::Missing(defect))
            }
        }
    }

    /// Lets something happen. The only way in which an account changes.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Opened {
                at,
                profile,
                credits,
            } => {
                *self = Self::open(Arc::clone(profile), *credits, *at, self.capacity);
            }
            Event::Changed { profile } => self.profile = Arc::clone(profile),
            Event::Closed => self.closed = true,
            Event::Reopened => self.closed = false,
            Event::Bounded { capacity } => {
                self.capacity = *capacity;
                self.messages.bound(*capacity);
            }
            Event::ToppedUp { at, credits } => self.ledger.post(Movement::TopUp, *credits, *at),
            Event::Fitted { script } => {
                let count = self.fitted.entry(*script).or_default();
                *count = count.saturating_add(1);
            }
            Event::Tried(tried) => self.tally.note(tried),
            Event::Polled { at, messages } => {
                for ordinal in messages {
                    self.advance(*ordinal, |story, before| story.poll(before, *at));
                }
            }
            Event::Moved {
                at,
                message,
                to: None,
            } => {
                self.advance(*message, |story, before| story.push(before, *at));
            }
            Event::Moved {
                at,
                message,
                to: Some(status),
            } => {
                if let Some(kept) = self.messages.get(*message)
                    && let Some(message) = kept.message()
                    && let Some(turned) = kept
                        .mailing
                        .progress(message, kept.progress, *at)
                        .turned(*status, *at)
                {
                    self.messages.moved(kept.ordinal, turned);
                }
            }
            Event::Refunded { at, credits } => self.ledger.post(Movement::Refund, *credits, *at),
            Event::Accepted(mailing) => {
                if mailing.charged != Credits::ZERO {
                    let first_message = self.messages.next_ordinal().get();
                    let movement = Movement::Charge { first_message };
                    self.ledger.post(movement, mailing.charged, mailing.at);
                }
                self.messages.add(mailing);
            }
        }
    }

    /// Moves a message on in its story, if the story has a way on.
    fn advance(&mut self, ordinal: u64, on: impl FnOnce(&Timeline, Progress) -> Option<Progress>) {
        let moved = self.messages.get(ordinal).and_then(|kept| {
            let before = kept.progress.unwrap_or(Progress::accepted(kept.mailing.at));
            on(kept.mailing.story(kept.message()?)?, before)
        });
        if let Some(progress) = moved {
            self.messages.moved(ordinal, progress);
        }
    }

    /// How many SENDs a script has fitted.
    pub fn fitted(&self, script: u64) -> u32 {
        self.fitted.get(&script).copied().unwrap_or_default()
    }

    /// What faults have counted.
    pub const fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Who it is.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Who it was when it was opened.
    pub const fn opened_as(&self) -> &Arc<Profile> {
        &self.opened_as
    }

    /// Whether its login is refused as if nobody had it.
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// How much it keeps.
    pub const fn capacity(&self) -> Capacity {
        self.capacity
    }

    /// Its money.
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Its messages.
    pub const fn messages(&self) -> &Messages {
        &self.messages
    }

    /// Credits, with what they are in the account's money if the revision tells (REPLY-07).
    pub fn money(&self, rules: &Rules, credits: Credits) -> Money {
        let amount = match (rules.revision, &self.profile.currency) {
            (Revision::Extended, Some(currency)) => {
                Some((credits.scaled(currency.rate), Arc::clone(&currency.code)))
            }
            (Revision::Documented, _) | (Revision::Extended, None) => None,
        };
        Money { credits, amount }
    }

    /// AUTH-01, AUTH-02, AUTH-04. The login is the account's own, or the account would not have been found.
    fn admit(&self, credentials: &Credentials) -> Result<(), Reason> {
        if self.closed {
            Err(Reason::Closed)
        } else if !self.profile.xml_interface {
            Err(Reason::InterfaceOff)
        } else if self.profile.password != credentials.password {
            Err(Reason::WrongPassword)
        } else {
            Ok(())
        }
    }
}

impl Reply {
    /// A refusal in the shape that belongs to the operation (REPLY-04).
    pub const fn refused(code: Code, operation: &Operation) -> Self {
        let of_credit_price = matches!(operation, Operation::CreditPrice);
        Self::Refused(Refusal {
            code,
            of_credit_price,
        })
    }
}

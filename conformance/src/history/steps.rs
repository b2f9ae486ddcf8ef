//! A history as the steps of a scenario, so that it is played, shown and kept like any other.
//!
//! What must come of an operation is said as far as it is the same in every order. Of a history without lanes that is
//! nearly all that the model demands, so that its file fails where it failed; of lanes it is what each costs, and what is
//! left in the end. That a status went back is for the model alone.

use std::collections::{BTreeMap, BTreeSet};

use super::transition::{Act, MAIN, POOR, Password, TEST_MODE, Transition};
use crate::generate::id::Id;
use crate::generate::message::{Mailing, To};
use crate::generate::number::Number;
use crate::generate::template::{expression, literal};
use crate::generate::text;
use crate::property::Generated;
use crate::property::steps::{ANY_WORD, balance, price, refused, rows, send, status};
use crate::scenario::mentions::Share;
use crate::scenario::model::{Branch, Expect, Question, Row, Step};

/// The steps of a sequence: what its accounts have and what its mailings cost, what comes before the lanes, the lanes, and
/// what there is in the end.
pub fn generated(transitions: &[Transition]) -> Generated {
    let accounts = transitions.iter().map(|one| one.account);
    let accounts: BTreeSet<_> = accounts.chain([MAIN]).collect();
    let mut writer = Writer::default();
    let mut steps: Vec<Step> = accounts.iter().map(|name| writer.opening(name)).collect();
    steps.extend(transitions.iter().filter_map(|one| writer.ask_price(one)));
    let in_lane = |lane: usize| transitions.iter().filter(move |one| one.lane == lane);
    steps.extend(in_lane(0).map(|one| writer.step(one)));
    writer.order = Order::Open;
    let lanes: BTreeSet<_> = transitions.iter().map(|one| one.lane).collect();
    let branches: Vec<_> = lanes
        .into_iter()
        .filter(|lane| *lane > 0)
        .map(|lane| Branch {
            copies: None,
            steps: in_lane(lane).map(|one| writer.step(one)).collect(),
        })
        .collect();
    if !branches.is_empty() {
        steps.push(Step {
            parallel: Some(branches),
            ..Step::default()
        });
    }
    writer.order = Order::Known;
    for name in &accounts {
        steps.extend(writer.ending(name));
    }
    Generated {
        steps,
        accounts: accounts.iter().map(|name| (*name, Share::Alone)).collect(),
        size: transitions.len(),
    }
}

/// Whether it is known which operations came before the one that is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Order {
    #[default]
    Known,
    Open,
}

/// What is known of each account while steps are written.
#[derive(Debug, Default)]
struct Writer {
    order: Order,
    written: usize,
    accounts: BTreeMap<&'static str, Account>,
    ids: BTreeMap<usize, Id>,
}

#[derive(Debug, Default)]
struct Account {
    /// The SENDs that may have been charged, by the names of their steps.
    charges: Vec<String>,
    /// The step that first said what a credit costs.
    credit_price: Option<String>,
    /// The mailings whose price was asked, and the step that did.
    prices: Vec<(Mailing, String)>,
    /// The messages of each id.
    messages: BTreeMap<usize, Vec<Sent>>,
}

/// A message that GETSTATUS can be asked for.
#[derive(Clone, Debug)]
struct Sent {
    /// What its row may say.
    row: (&'static str, &'static str),
    /// Whether it is known that it came after those before it.
    order: Order,
    /// The SEND, if that may have been refused.
    perhaps: Option<String>,
}

impl Writer {
    fn account(&mut self, name: &'static str) -> &mut Account {
        self.accounts.entry(name).or_default()
    }

    fn opening(&mut self, account: &'static str) -> Step {
        by(account, balance(&before(account)))
    }

    /// GETPRICE of a mailing that will be sent, unless it was asked before.
    fn ask_price(&mut self, transition: &Transition) -> Option<Step> {
        let (Password::Right, Act::Send(mailing)) = (transition.password, &transition.act) else {
            return None;
        };
        let bare = bare(mailing);
        let is_learnt = |account: &Account| account.prices.iter().any(|(known, _)| *known == bare);
        if bare.valid() == 0 || is_learnt(self.account(transition.account)) {
            return None;
        }
        let name = self.name("price");
        let step = price(&name, &bare);
        self.account(transition.account).prices.push((bare, name));
        Some(by(transition.account, step))
    }

    /// What an account has in the end, and what became of every id that was used by anybody.
    fn ending(&mut self, account: &'static str) -> Vec<Step> {
        let ids: Vec<Id> = self.ids.values().cloned().collect();
        let mut acts = vec![Act::Balance];
        if !ids.is_empty() {
            acts.push(Act::Status(ids));
        }
        let transition = |act| Transition {
            lane: 0,
            account,
            password: Password::Right,
            act,
        };
        acts.into_iter()
            .map(|act| self.step(&transition(act)))
            .collect()
    }

    fn step(&mut self, transition: &Transition) -> Step {
        let account = transition.account;
        self.know(transition.act.ids());
        let step = match (transition.password, &transition.act) {
            (Password::Wrong, act) => self.intrusion(act),
            (Password::Right, Act::Balance) => self.balance(account),
            (Password::Right, Act::CreditPrice) => self.credit_price(account),
            (Password::Right, Act::Status(ids)) => self.status(account, ids),
            (Password::Right, Act::Price(mailing)) => self.price(account, mailing),
            (Password::Right, Act::Send(mailing)) => self.send(account, mailing),
        };
        by(account, step)
    }

    /// AUTH-01.
    fn intrusion(&mut self, act: &Act) -> Step {
        let mut step = Step {
            name: Some(self.name("refused")),
            password: Some(expression("id.wrong")),
            expect: Some(status("AUTH_FAILED")),
            ..Step::default()
        };
        match act {
            Act::Balance => step.ask = Some(Question::Balance),
            Act::CreditPrice => step.ask = Some(Question::CreditPrice),
            Act::Status(ids) => step.status = Some(ids.iter().map(Id::template).collect()),
            Act::Price(mailing) => step.price = Some(mailing.message()),
            Act::Send(mailing) => step.send = Some(mailing.message()),
        }
        step
    }

    /// BALANCE-01, MONEY-03.
    fn balance(&mut self, account: &'static str) -> Step {
        let name = self.name("balance");
        let before = before(account);
        let charges = &self.account(account).charges;
        let charges: Vec<_> = charges
            .iter()
            .map(|sent| format!("{sent}.credits"))
            .collect();
        let relation = if self.order == Order::Open || account == TEST_MODE {
            format!("{before}.credits >= {name}.credits")
        } else if charges.is_empty() {
            format!("{before}.credits = {name}.credits")
        } else {
            let charges = charges.join(" + ");
            format!("{before}.credits - {name}.credits = {charges}")
        };
        let mut step = balance(&name);
        step.relations.push(relation);
        if account == POOR {
            step.relations.push(format!("{name}.credits >= 0"));
        }
        step
    }

    /// CREDIT-01.
    fn credit_price(&mut self, account: &'static str) -> Step {
        let name = self.name("credit_price");
        let first = self.account(account).credit_price.clone();
        let relation = first.map(|first| format!("{name}.price = {first}.price"));
        if self.order == Order::Known && relation.is_none() {
            self.account(account).credit_price = Some(name.clone());
        }
        Step {
            name: Some(name),
            ask: Some(Question::CreditPrice),
            expect: Some(Expect {
                price: Some(literal("number")),
                ..status("0")
            }),
            relations: relation.into_iter().collect(),
            ..Step::default()
        }
    }

    /// PRICE-01, PRICE-02.
    fn price(&mut self, account: &'static str, mailing: &Mailing) -> Step {
        let name = self.name("price");
        let mut step = price(&name, mailing);
        if mailing.valid() == 0 {
            step.expect = Some(refused("NO_RECIPIENTS"));
        } else if let Some(first) = self.account(account).learnt(mailing) {
            step.relations
                .push(format!("{name}.credits = {first}.credits"));
        }
        step
    }

    /// SEND-02 to SEND-05, MONEY-04.
    fn send(&mut self, account: &'static str, mailing: &Mailing) -> Step {
        let name = self.name("sent");
        let mut step = send(&name, mailing);
        let valid = mailing.valid();
        if valid == 0 {
            step.expect = Some(refused("NO_RECIPIENTS"));
            return step;
        }
        // It can pay for one part, but not for two.
        if account == POOR && valid.saturating_mul(text::parts(&mailing.text)) > 1 {
            step.expect = Some(refused("NOT_ENOUGH_CREDITS"));
            return step;
        }
        let perhaps = (account == POOR).then(|| name.clone());
        match &perhaps {
            // It may have spent its credits before.
            Some(_) => step.expect = Some(status("1 or NOT_ENOUGH_CREDITS")),
            None => {
                let first = self.account(account).learnt(mailing);
                let relation = first.map(|first| format!("{name}.credits = {first}.credits"));
                step.relations.extend(relation);
            }
        }
        let order = self.order;
        let known = self.account(account);
        known.charges.push(name);
        for to in &mailing.to {
            let (Some(id), Some(row)) = (&to.id, row(account, to)) else {
                continue;
            };
            let messages = known.messages.entry(id.number).or_default();
            messages.push(Sent {
                row,
                order,
                perhaps: perhaps.clone(),
            });
        }
        step
    }

    /// STATUS-01 to STATUS-03.
    fn status(&mut self, account: &'static str, ids: &[Id]) -> Step {
        let name = self.name("told");
        let mut step = Step {
            name: Some(name.clone()),
            status: Some(ids.iter().map(Id::template).collect()),
            expect: Some(rows(Vec::new())),
            ..Step::default()
        };
        let order = self.order;
        let known = self.account(account);
        let mut found = Vec::new();
        let mut perhaps = vec![format!("{name}.count = 0")];
        for id in ids {
            let messages = known.messages.get(&id.number);
            let messages = messages.map(Vec::as_slice).unwrap_or_default();
            let is_mixed = messages.iter().any(|sent| sent.order == Order::Open);
            for sent in messages {
                let (status, date) = if is_mixed { ANY } else { sent.row };
                match &sent.perhaps {
                    Some(name) => perhaps.push(format!("count({name}.status, '1')")),
                    None => found.push(Row {
                        id: Some(id.expected()),
                        status: Some(literal(status)),
                        sentdate: Some(literal(date)),
                        donedate: Some(literal(date)),
                    }),
                }
            }
        }
        let any = Expect {
            root: Some(literal("deliveryreport")),
            ..Expect::default()
        };
        if order == Order::Open {
            step.expect = Some(any);
        } else if perhaps.len() > 1 {
            // Only the account that is poor has such, and it has no others.
            step.expect = Some(any);
            step.relations.push(perhaps.join(" + "));
        } else {
            step.expect = Some(rows(found));
        }
        step
    }

    fn know(&mut self, ids: Vec<&Id>) {
        let ids = ids.into_iter();
        self.ids.extend(ids.map(|id| (id.number, id.clone())));
    }

    /// A name that no other step has.
    fn name(&mut self, what: &str) -> String {
        self.written = self.written.saturating_add(1);
        format!("{what}{}", self.written)
    }
}

impl Account {
    /// The step that first said what a mailing costs.
    fn learnt(&self, mailing: &Mailing) -> Option<&str> {
        let bare = bare(mailing);
        let found = self.prices.iter().find(|(known, _)| *known == bare);
        found.map(|(_, name)| name.as_str())
    }
}

/// Any word and any dates of a row.
const ANY: (&str, &str) = (ANY_WORD, "date or zero");

/// What the row of a recipient says, if it has one (STATUS-04, SEND-07).
fn row(account: &str, to: &To) -> Option<(&'static str, &'static str)> {
    match to.number {
        Number::Valid(_) if account == TEST_MODE => Some(("0", "zero")),
        Number::Valid(_) => Some(ANY),
        Number::Invalid(_) => Some(("0 or INVALID_DESTINATION_ADDRESS", "date or zero")),
        Number::Blank(_) => None,
    }
}

/// The mailing without its ids, which cost nothing.
fn bare(mailing: &Mailing) -> Mailing {
    let mut bare = mailing.clone();
    for to in &mut bare.to {
        to.id = None;
    }
    bare
}

/// The step that first said what an account has.
fn before(account: &str) -> String {
    format!("{account}_before")
}

/// The step, asked by this account.
fn by(account: &str, step: Step) -> Step {
    Step {
        account: Some(account.to_owned()),
        ..step
    }
}

//! SEND and GETPRICE: what a mailing costs, and what becomes of it (SEND-*, PRICE-*, MONEY-*, MODE-*).

use super::account::{Account, Fate, Message, Mode};
use super::checks::{self, Refusal};
use super::document::{Document, Recipient};
use super::gateway::{Operation, Rules};
use super::lies::Lie;
use super::money::{self, Credits};
use super::number::Number;
use super::reply::{Reply, Response};
use super::{Policy, Revision, sender, text};

/// What becomes of a message, by the beginning of its number. Every other number is SENT and then DELIVERED.
pub(crate) const FATES: [(&str, Fate); 7] = [
    ("999101", Fate::Waiting),
    ("999102", Fate::Sent),
    ("999103", Fate::Already("DELIVERED")),
    ("999104", Fate::Then("NOT_DELIVERED")),
    ("999106", Fate::Already("INVALID_DESTINATION_ADDRESS")),
    ("999107", Fate::Already("INVALID_SOURCE_ADDRESS")),
    ("999108", Fate::Already("NOT_ENOUGH_CREDITS")),
];

/// One recipient of a mailing.
#[derive(Clone, Debug)]
pub(crate) struct Line<'a> {
    recipient: &'a Recipient,
    /// The number as it is read.
    pub(crate) number: Number,
    /// Parts of the text that it gets.
    pub(crate) parts: usize,
    /// What one of them costs; none if no tariff covers the number.
    tariff: Option<Credits>,
}

impl Line<'_> {
    /// Whether the number is valid.
    pub(crate) fn is_valid(&self) -> bool {
        matches!(self.number, Number::Valid(_))
    }

    /// What the recipient costs.
    pub(crate) fn price(&self) -> Credits {
        self.tariff.unwrap_or_default().times(self.parts)
    }
}

/// The policy in force, or the one that is lied about (MONEY-04).
pub(crate) fn policy(rules: Rules) -> Policy {
    match rules.policy {
        Policy::Refuse if rules.tells(Lie::ServedWhileItLasts) => Policy::Partial,
        Policy::Partial if rules.tells(Lie::PartialRefuses) => Policy::Refuse,
        policy @ (Policy::Refuse | Policy::Partial) => policy,
    }
}

/// Whether a bad sender is refused, as the extended revision does (SEND-10).
pub(crate) fn refuses_senders(rules: Rules) -> bool {
    rules.revision_unless(Lie::BadSenderOfOtherRevision) == Revision::Extended
}

/// What each recipient costs.
pub(crate) fn quote<'a>(rules: Rules, document: &'a Document) -> Vec<Line<'a>> {
    let template = document
        .message
        .as_ref()
        .and_then(|message| message.text.as_deref())
        .unwrap_or_default();
    let first = document
        .recipients
        .first()
        .and_then(|recipient| recipient.variables.as_deref());
    let mut lines: Vec<Line<'a>> = Vec::new();
    for recipient in &document.recipients {
        let variables = if rules.tells(Lie::FirstVariablesForAll) {
            first
        } else {
            recipient.variables.as_deref()
        };
        let personal = if rules.tells(Lie::PartsOfTemplate) {
            template.to_owned()
        } else {
            text::personalise(template, variables, rules.tongue)
        };
        let mut line = Line {
            recipient,
            number: Number::read(&recipient.written, rules.tongue),
            parts: text::Length::of(&personal, rules.tongue).parts,
            tariff: None,
        };
        match &line.number {
            Number::Valid(digits) => {
                line.tariff = money::tariff(digits, rules.tongue);
                if line.tariff.is_none() && rules.tells(Lie::UntariffedRefused) {
                    line.number = Number::Invalid;
                }
            }
            Number::Invalid => {
                line.tariff = rules
                    .tells(Lie::InvalidNumberCharged)
                    .then_some(Credits::ONE);
            }
            Number::Empty if rules.tells(Lie::EmptyNumberKept) => line.number = Number::Invalid,
            Number::Empty => {}
        }
        lines.push(line);
    }
    if rules.tells(Lie::OnlyFirstNumberServed) {
        lines.truncate(1);
    } else if rules.tells(Lie::LastNumberForgotten) && lines.len() > 1 {
        lines.pop();
    } else if rules.tells(Lie::NumbersWithoutIdSkipped) {
        lines.retain(|line| line.recipient.id.is_some());
    } else if rules.tells(Lie::NumbersWithoutVariablesSkipped) {
        let has_variables = |line: &Line<'_>| line.recipient.variables.is_some();
        if lines.iter().any(has_variables) {
            lines.retain(has_variables);
        }
    } else if rules.tells(Lie::SameNumberMerged) {
        let mut seen = std::collections::BTreeSet::new();
        lines.retain(
            |line| !matches!(&line.number, Number::Valid(digits) if !seen.insert(digits.clone())),
        );
    }
    lines
}

/// Who can be served with these credits, in the order of the document (MONEY-04).
pub(crate) fn served(rules: Rules, lines: &[Line<'_>], credits: Credits) -> Vec<bool> {
    let mut left = credits;
    let mut is_over = false;
    let mut serve = |line: &Line<'_>| {
        let price = line.price();
        if price == Credits::ZERO {
            return true;
        }
        if price > left || is_over {
            is_over = !rules.tells(Lie::PartialGoesOn);
            return false;
        }
        left -= price;
        true
    };
    lines.iter().map(&mut serve).collect()
}

/// SEND.
pub(crate) fn send(rules: Rules, document: &Document, account: &mut Account) -> Reply {
    let lines = quote(rules, document);
    let served = match policy(rules) {
        Policy::Refuse => vec![true; lines.len()],
        Policy::Partial => served(rules, &lines, account.credits),
    };
    let charged: Vec<&Line<'_>> = lines
        .iter()
        .zip(&served)
        .filter(|(_, served)| **served)
        .map(|(line, _)| line)
        .collect();
    let is_free = rules.tells(Lie::BadSenderFree) && has_bad_sender(rules, document);
    let cost: Credits = if is_free {
        Credits::ZERO
    } else {
        charged.iter().map(|line| line.price()).sum()
    };
    let is_resent = lines.iter().any(|line| {
        let id = line.recipient.id.as_ref();
        id.is_some()
            && account
                .messages
                .iter()
                .any(|message| message.id.as_ref() == id)
    });
    keep(rules, document, &lines, &served, account);
    charge(rules, cost, account);
    if is_resent && rules.tells(Lie::ResentChargedTwice) {
        charge(rules, cost, account);
    }

    let told = told_credits(rules, cost, &lines, account);
    let counted = lines
        .iter()
        .zip(&served)
        .filter(|(line, served)| is_counted(rules, line, **served));
    let counted: Vec<&Line<'_>> = counted.map(|(line, _)| line).collect();
    let is_test = account.mode == Mode::Test;
    let status = if rules.tells(Lie::PartsCounted) {
        counted.iter().map(|line| line.parts).sum()
    } else if rules.tells(Lie::StatusIsOne) {
        1
    } else if rules.tells(Lie::StatusIsZero) || (is_test && rules.tells(Lie::TestModeStatusIsZero))
    {
        0
    } else {
        counted.len()
    };
    let mut response = Response::new(i64::try_from(status).unwrap());
    response.push("credits", printed(rules, told, &charged));
    response.money(rules, account, told);
    if rules.tells(Lie::TrialInSend) {
        response.push(
            "trialsms",
            account.trial_sms.unwrap_or_default().to_string(),
        );
    }
    Reply::Response(response)
}

fn is_counted(rules: Rules, line: &Line<'_>, served: bool) -> bool {
    match line.number {
        Number::Valid(_) if line.tariff.is_none() => !rules.tells(Lie::UntariffedUncounted),
        Number::Valid(_) => served || rules.tells(Lie::PartialCountsAll),
        Number::Invalid => rules.tells(Lie::InvalidNumberCounted),
        Number::Empty => false,
    }
}

/// The credits that the reply says were taken (SEND-03).
fn told_credits(rules: Rules, cost: Credits, lines: &[Line<'_>], account: &Account) -> Credits {
    if rules.tells(Lie::CreditsAreBalance) {
        account.credits
    } else if rules.tells(Lie::CreditsOfOne) {
        lines
            .iter()
            .find(|line| line.is_valid())
            .map_or(cost, Line::price)
    } else if policy(rules) == Policy::Partial && rules.tells(Lie::PartialChargesAll) {
        lines.iter().map(Line::price).sum()
    } else if account.mode == Mode::Test && rules.tells(Lie::TestModeFree) {
        Credits::ZERO
    } else {
        cost
    }
}

fn printed(rules: Rules, credits: Credits, lines: &[&Line<'_>]) -> String {
    if rules.tells(Lie::FloatsShow) {
        return in_floating_point(lines);
    }
    credits.decimal().print(rules.tongue)
}

#[expect(
    clippy::float_arithmetic,
    reason = "this is the mistake that is to be found"
)]
fn in_floating_point(lines: &[&Line<'_>]) -> String {
    let mut sum = 0.0;
    for line in lines {
        for _ in 0..line.parts {
            sum += line
                .tariff
                .unwrap_or_default()
                .decimal()
                .to_string()
                .parse::<f64>()
                .unwrap();
        }
    }
    sum.to_string()
}

fn charge(rules: Rules, cost: Credits, account: &mut Account) {
    let is_charged = match account.mode {
        Mode::Real => !rules.tells(Lie::NothingCharged),
        Mode::Test => rules.tells(Lie::TestModeCharges),
    };
    if !is_charged {
        return;
    }
    account.credits -= cost;
    if rules.tells(Lie::ChargedTwice) {
        account.credits -= cost;
    } else if rules.tells(Lie::ChargedPlusOne) {
        account.credits -= Credits(1);
    }
}

fn has_bad_sender(rules: Rules, document: &Document) -> bool {
    let sender = document
        .message
        .as_ref()
        .and_then(|message| message.sender.as_deref());
    !sender::is_valid(sender, rules.tongue)
}

/// Keeps the messages of a mailing.
fn keep(
    rules: Rules,
    document: &Document,
    lines: &[Line<'_>],
    served: &[bool],
    account: &mut Account,
) {
    if account.mode == Mode::Test && rules.tells(Lie::TestModeForgets) {
        return;
    }
    let bad_sender = has_bad_sender(rules, document);
    for (line, served) in lines.iter().zip(served) {
        let is_lost = !served && rules.tells(Lie::PartialForgets);
        let fate = match &line.number {
            Number::Empty => continue,
            Number::Invalid => invalid_fate(rules, account.mode),
            Number::Valid(_) if is_lost => continue,
            Number::Valid(_) if !served => Some(Fate::Already("NOT_ENOUGH_CREDITS")),
            Number::Valid(digits) => Some(fate(rules, line, digits, bad_sender, account.mode)),
        };
        let id = kept_id(rules, line.recipient.id.as_deref());
        let is_same = |message: &Message| id.is_some() && message.id == id;
        if rules.tells(Lie::SameIdReplaces) {
            account.messages.retain(|message| !is_same(message));
        } else if rules.tells(Lie::SameIdIgnored) && account.messages.iter().any(is_same) {
            continue;
        }
        account
            .messages
            .extend(fate.map(|fate| Message::new(id, fate, rules.tongue)));
    }
}

fn kept_id(rules: Rules, written: Option<&str>) -> Option<String> {
    let id = written.filter(|id| !id.is_empty() || rules.tells(Lie::EmptyIdStored))?;
    if rules.tells(Lie::IdsLost) {
        None
    } else if rules.tells(Lie::IdsCut) {
        Some(id.chars().take(64).collect())
    } else {
        Some(id.to_owned())
    }
}

fn invalid_fate(rules: Rules, mode: Mode) -> Option<Fate> {
    if rules.tells(Lie::InvalidNumberForgotten) {
        None
    } else if rules.tells(Lie::InvalidNumberNotDelivered) {
        Some(Fate::Already("NOT_DELIVERED"))
    } else if mode == Mode::Test && rules.tells(Lie::TestModeInvalidWaits) {
        Some(Fate::Waiting)
    } else {
        Some(Fate::Already("INVALID_DESTINATION_ADDRESS"))
    }
}

/// What becomes of a message to a valid number.
fn fate(rules: Rules, line: &Line<'_>, digits: &str, bad_sender: bool, mode: Mode) -> Fate {
    let ordinary = Fate::Then("DELIVERED");
    if mode == Mode::Test && !rules.tells(Lie::TestModeDelivers) {
        return Fate::Waiting;
    }
    if line.tariff.is_none() && !rules.tells(Lie::UntariffedDelivered) {
        return Fate::Already("NOT_ALLOWED");
    }
    if bad_sender && !rules.tells(Lie::BadSenderDelivered) {
        return Fate::Already("INVALID_SOURCE_ADDRESS");
    }
    if rules.tells(Lie::RealModeWaits) {
        return Fate::Waiting;
    }
    let special = FATES.iter().find(|(prefix, _)| digits.starts_with(prefix));
    special.map_or(ordinary, |&(_, fate)| fate)
}

/// GETPRICE.
pub(crate) fn price(rules: Rules, document: &Document, account: &mut Account) -> Reply {
    let mut lines = quote(rules, document);
    if rules.tells(Lie::PriceOfFirstPart) {
        for line in &mut lines {
            line.parts = 1;
        }
    } else if rules.tells(Lie::PriceOfOne) {
        lines.truncate(1);
    }
    let mut cost: Credits = lines.iter().map(Line::price).sum();
    if rules.tells(Lie::PriceDiffers) {
        cost += Credits(1);
    }
    let status = if rules.tells(Lie::PriceStatusIsOne) {
        1
    } else if rules.tells(Lie::PriceCounts) {
        lines.iter().filter(|line| line.is_valid()).count()
    } else {
        0
    };
    if rules.tells(Lie::PriceSends) {
        keep(rules, document, &lines, &vec![true; lines.len()], account);
    } else if rules.tells(Lie::PriceCharges) {
        account.credits -= cost;
    }
    let mut response = Response::new(i64::try_from(status).unwrap());
    let name = if rules.tells(Lie::PriceInMoney) {
        "price"
    } else {
        "credits"
    };
    response.push(
        name,
        printed(rules, cost, &lines.iter().collect::<Vec<_>>()),
    );
    if !rules.tells(Lie::PriceHasNoAmount) {
        response.money(rules, account, cost);
    }
    Reply::Response(response)
}

/// What a refused document leaves behind: nothing (SEND-07, MONEY-04).
pub(crate) fn after_refusal(
    rules: Rules,
    refusal: Refusal,
    document: &Document,
    operation: Option<Operation>,
    account: &mut Account,
) {
    if operation != Some(Operation::Send) {
        return;
    }
    if rules.tells(Lie::RefusedLeavesMessages) {
        let lines = quote(rules, document);
        keep(rules, document, &lines, &vec![true; lines.len()], account);
    }
    if refusal.code == checks::NOT_ENOUGH_CREDITS && rules.tells(Lie::RefusedButCharged) {
        account.credits = Credits::ZERO;
    }
}

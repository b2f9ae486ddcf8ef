//! Calls made by hand, for tests: an operation with its reply, by whom, and when.

use crate::operation::{Message, Operation, Recipient};
use crate::reply::{Reply, Response, Row};
use crate::run::calls::Call;

/// What was asked, and what was answered.
pub(super) type Said = (Operation, Reply);

fn response(status: i64, credits: Option<&str>, price: Option<&str>) -> Reply {
    Reply::Response(Response {
        status,
        credits: credits.map(str::to_owned),
        price: price.map(str::to_owned),
        amount: None,
        currency: None,
        trialsms: None,
    })
}

/// A mailing of one letter: numbers, with ids that are empty for none.
fn message(to: &[(&str, &str)]) -> Message {
    let recipient = |(number, id): &(&str, &str)| Recipient {
        number: (*number).to_owned(),
        id: (!id.is_empty()).then(|| (*id).to_owned()),
        variables: None,
    };
    Message {
        sender: None,
        text: "a".to_owned(),
        recipients: to.iter().map(recipient).collect(),
    }
}

pub(super) fn balance(credits: &str) -> Said {
    (Operation::Balance, response(0, Some(credits), None))
}

pub(super) fn credit_price(price: &str) -> Said {
    (Operation::CreditPrice, response(0, None, Some(price)))
}

pub(super) fn price(to: &[(&str, &str)], status: i64, credits: &str) -> Said {
    let reply = response(status, Some(credits), None);
    (Operation::GetPrice(message(to)), reply)
}

pub(super) fn send(to: &[(&str, &str)], status: i64, credits: &str) -> Said {
    let reply = response(status, Some(credits), None);
    (Operation::Send(message(to)), reply)
}

/// GETSTATUS of these ids, answered with rows of id and status.
pub(super) fn report(ids: &[&str], rows: &[(&str, &str)]) -> Said {
    let row = |(id, status): &(&str, &str)| Row {
        id: (*id).to_owned(),
        sent: String::new(),
        done: String::new(),
        status: (*status).to_owned(),
    };
    let ids = ids.iter().map(|id| (*id).to_owned()).collect();
    let rows = rows.iter().map(row).collect();
    (Operation::GetStatus(ids), Reply::DeliveryReport(rows))
}

/// What this account said, from one tick to another.
pub(super) fn call(account: &str, said: Said, began: usize, ended: usize) -> Call {
    Call {
        account: (account != "nobody").then(|| account.to_owned()),
        operation: said.0,
        reply: Ok(said.1),
        began,
        ended,
    }
}

/// What accounts said one after the other, from this tick on.
pub(super) fn in_turn(from: usize, said: Vec<(&str, Said)>) -> Vec<Call> {
    let ticks = (from..).step_by(2);
    ticks
        .zip(said)
        .map(|(tick, (account, said))| call(account, said, tick, tick + 1))
        .collect()
}

//! What was asked and answered in a case, and in which order: for what judges a case as a whole.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::operation::{Message, Operation};
use crate::reply::{Reply, Response};

/// One operation, and what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The account that asked, by its name in the target; nobody, if login or password is wrong.
    pub account: Option<String>,
    /// What was asked.
    pub operation: Operation,
    /// The reply, or why there is none.
    pub reply: Result<Reply, String>,
    /// When the request went out, in ticks.
    pub began: usize,
    /// When the reply was there, in ticks. A call that ended before another began came before it; others may have come
    /// in any order.
    pub ended: usize,
}

/// The calls of a case, and their clock. It goes on by one with each beginning and each end: the order is all that is
/// asked of it, and so no two of them are at the same time.
#[derive(Debug, Default)]
pub struct Calls {
    clock: AtomicUsize,
    kept: Mutex<Vec<Call>>,
}

impl Calls {
    /// The next tick.
    pub fn tick(&self) -> usize {
        self.clock.fetch_add(1, Ordering::SeqCst)
    }

    /// Keeps a call that has ended.
    pub fn keep(&self, call: Call) {
        // Whole after every call, so what a panic left behind is as good as any.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(call);
    }

    /// All calls so far, those that began first in front.
    pub fn by_beginning(&self) -> Vec<Call> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut calls = kept.clone();
        calls.sort_by_key(|call| call.began);
        calls
    }
}

/// A line for people: `main SEND to 2 [m1 -]: 2, 1.5 credits`.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = self.account.as_deref().unwrap_or("a wrong login");
        write!(f, "{account} {}", self.operation.word())?;
        match &self.operation {
            Operation::Send(message) | Operation::GetPrice(message) => {
                write!(f, " to {} {}", message.recipients.len(), ids(message))?;
            }
            Operation::GetStatus(ids) => write!(f, " {}", list(ids.iter().map(String::as_str)))?,
            Operation::Balance | Operation::CreditPrice => {}
        }
        match &self.reply {
            Ok(Reply::Response(response)) => write!(f, ": {}", amounts(response)),
            Ok(Reply::DeliveryReport(rows)) => {
                let rows: Vec<_> = rows
                    .iter()
                    .map(|row| format!("{} {}", row.id, row.status))
                    .collect();
                write!(f, ": {}", list(rows.iter().map(String::as_str)))
            }
            Err(reason) => write!(f, ": {reason}"),
        }
    }
}

fn ids(message: &Message) -> String {
    let ids = message.recipients.iter();
    list(ids.map(|recipient| recipient.id.as_deref().unwrap_or("-")))
}

fn list<'i>(items: impl Iterator<Item = &'i str>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

fn amounts(response: &Response) -> String {
    match (&response.credits, &response.price) {
        (Some(credits), _) => format!("{}, {credits} credits", response.status),
        (None, Some(price)) => format!("{}, price {price}", response.status),
        (None, None) => response.status.to_string(),
    }
}

//! The client: what it is asked, the request, the reply, what it says. Right, but for its mistake.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::document;
use crate::http::{self, Lost};
use crate::mistake::Mistake;
use crate::reading::{self, Reading};

/// What a client is asked to do.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) operation: Operation,
    pub(crate) url: String,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) timeout: Duration,
    pub(crate) sender: String,
    pub(crate) text: String,
    pub(crate) to: Vec<Recipient>,
    pub(crate) ids: Vec<String>,
}

/// The five operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Send,
    Price,
    Status,
    Balance,
    CreditPrice,
}

/// Whom a message goes to.
#[derive(Clone, Debug)]
pub(crate) struct Recipient {
    pub(crate) number: String,
    pub(crate) id: Option<String>,
    pub(crate) variables: Option<Vec<String>>,
}

/// Why an order was not carried out: a word of the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) String);

impl Refused {
    pub(crate) fn new(word: &str) -> Self {
        Self(word.to_owned())
    }
}

impl Operation {
    /// The word in the document.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Send => "SEND",
            Self::Price => "GETPRICE",
            Self::Status => "GETSTATUS",
            Self::Balance => "BALANCE",
            Self::CreditPrice => "CREDITPRICE",
        }
    }
}

/// Does what was asked: what a success tells, or why not.
pub(crate) fn perform(order: &Order, mistake: Mistake) -> Result<Value, Refused> {
    if mistake.is("crashes") && order.operation == Operation::Balance {
        std::process::abort();
    }
    if mistake.is("asks-nothing") {
        return Ok(json!({ "accepted": 1, "credits": "1", "price": "1", "messages": [] }));
    }
    let messages = matches!(order.operation, Operation::Send | Operation::Price);
    if messages && (order.to.is_empty() || order.text.is_empty()) {
        return Err(Refused::new("INVALID_INPUT"));
    }
    if messages && mistake.is("input-refused") && order.text.contains(['<', '&']) {
        return Err(Refused::new("INVALID_INPUT"));
    }
    let several = order.to.len() > 1 && order.operation == Operation::Send;
    if several && mistake.is("one-request-per-recipient") {
        return one_by_one(order, mistake);
    }
    if order.operation == Operation::Status
        && order.ids.len() > 1
        && mistake.is("status-one-by-one")
    {
        return ids_one_by_one(order, mistake);
    }
    let result = ask(order, mistake);
    if order.operation != Operation::Send {
        return result;
    }
    if result.is_ok() && mistake.is("repeated-send") {
        return ask(order, mistake);
    }
    if result == Err(Refused::new("NO_REPLY")) && mistake.is("blind-retry") {
        return ask(order, mistake);
    }
    if result.is_ok() {
        poll(order, mistake);
    }
    result
}

fn ask(order: &Order, mistake: Mistake) -> Result<Value, Refused> {
    let request = document::request(order, mistake);
    let patience = if mistake.is("slow-reply-lost") {
        order.timeout / 20
    } else {
        order.timeout
    };
    let reply = match http::post(order, &request, patience, mistake) {
        Ok(reply) => reply,
        Err(Lost) if mistake.is("lost-reply-misread") => return Err(Refused::new("AUTH_FAILED")),
        Err(Lost) => return Err(Refused::new("NO_REPLY")),
    };
    match reading::read(order.operation, &reply, mistake) {
        Ok(reading) => told(order, reading),
        Err(word) => Err(Refused(word)),
    }
}

/// What a reading is to the one who asked.
fn told(order: &Order, reading: Reading) -> Result<Value, Refused> {
    Ok(match (order.operation, reading) {
        (
            Operation::Send,
            Reading::Response {
                status, credits, ..
            },
        ) if status > 0 => {
            json!({ "accepted": status, "credits": credits })
        }
        (Operation::Price | Operation::Balance, Reading::Response { credits, .. }) => {
            json!({ "credits": credits })
        }
        (Operation::CreditPrice, Reading::Response { price, .. }) => json!({ "price": price }),
        (Operation::Status, Reading::Report(rows)) => json!({ "messages": rows }),
        _ => return Err(Refused::new("BAD_REPLY")),
    })
}

/// A request for each recipient, where one would do.
fn one_by_one(order: &Order, mistake: Mistake) -> Result<Value, Refused> {
    let mut accepted = 0;
    let mut credits = Value::Null;
    for recipient in &order.to {
        let one = Order {
            to: vec![recipient.clone()],
            ..order.clone()
        };
        let told = ask(&one, mistake)?;
        accepted += told
            .get("accepted")
            .and_then(Value::as_i64)
            .unwrap_or_default();
        credits = told.get("credits").cloned().unwrap_or_default();
    }
    Ok(json!({ "accepted": accepted, "credits": credits }))
}

/// A request for each id, where one would do.
fn ids_one_by_one(order: &Order, mistake: Mistake) -> Result<Value, Refused> {
    let mut rows = Vec::new();
    for id in &order.ids {
        let one = Order {
            ids: vec![id.clone()],
            ..order.clone()
        };
        let told = ask(&one, mistake)?;
        rows.extend(
            told.get("messages")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default(),
        );
    }
    Ok(json!({ "messages": rows }))
}

/// What a client does that follows its message, and does it wrong.
fn poll(order: &Order, mistake: Mistake) {
    let times = match mistake.name() {
        "polls-too-often" => 5,
        "polls-final" => 4,
        "polls-for-ever" => 40,
        _ => return,
    };
    let Some(id) = order.to.first().and_then(|recipient| recipient.id.clone()) else {
        return;
    };
    let question = Order {
        operation: Operation::Status,
        ids: vec![id],
        ..order.clone()
    };
    let deadline = Instant::now() + order.timeout;
    for _ in 0..times {
        if Instant::now() > deadline || ask(&question, mistake).is_err() {
            return;
        }
    }
}

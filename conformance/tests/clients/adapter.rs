//! The client told by lines of JSON.

use std::io::{BufRead, Write};
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Operation, Order, Recipient, Refused, perform};
use crate::mistake::Mistake;

pub(crate) fn main(mistake: Mistake) -> ExitCode {
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else {
            return ExitCode::FAILURE;
        };
        let result = match order(&line) {
            Some(order) => perform(&order, mistake),
            None => Err(Refused::new("INVALID_INPUT")),
        };
        let result = match result {
            Ok(mut told) => {
                told["ok"] = json!(true);
                told
            }
            Err(Refused(word)) => json!({ "ok": false, "error": word }),
        };
        let mut output = std::io::stdout().lock();
        if writeln!(output, "{result}")
            .and_then(|()| output.flush())
            .is_err()
        {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn order(line: &str) -> Option<Order> {
    let line: Value = serde_json::from_str(line).ok()?;
    let text = |name: &str| line.get(name).and_then(Value::as_str).map(str::to_owned);
    let texts = |value: &Value| {
        let values = value.as_array()?.iter();
        values
            .map(|value| value.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
    };
    let recipient = |value: &Value| {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Recipient {
            number: text("number")?,
            id: text("id"),
            variables: value.get("variables").and_then(texts),
        })
    };
    let to = line.get("to").and_then(Value::as_array);
    Some(Order {
        operation: match line.get("op")?.as_str()? {
            "send" => Operation::Send,
            "price" => Operation::Price,
            "status" => Operation::Status,
            "balance" => Operation::Balance,
            "credit_price" => Operation::CreditPrice,
            _ => return None,
        },
        url: text("url")?,
        username: text("username")?,
        password: text("password")?,
        timeout: Duration::from_secs_f64(
            line.get("timeout").and_then(Value::as_f64).unwrap_or(10.0),
        ),
        sender: text("sender").unwrap_or_default(),
        text: text("text").unwrap_or_default(),
        to: to
            .into_iter()
            .flatten()
            .map(recipient)
            .collect::<Option<Vec<_>>>()?,
        ids: line.get("ids").and_then(texts).unwrap_or_default(),
    })
}

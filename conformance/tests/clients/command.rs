//! The client told by its environment: does one thing, says how that came out, and ends.

use std::env::var;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::Value;

use crate::client::{Operation, Order, Recipient, Refused, perform};
use crate::mistake::Mistake;

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is a program for a terminal"
)]
pub(crate) fn main(mistake: Mistake) -> ExitCode {
    let Some(order) = order() else {
        eprintln!("the environment says nothing that can be done");
        return ExitCode::FAILURE;
    };
    if mistake.is("password-shown") {
        println!("asking as {} with {}", order.username, order.password);
    }
    match perform(&order, mistake) {
        Ok(told) => {
            if !mistake.is("credits-not-shown") {
                for name in ["accepted", "credits", "price"] {
                    if let Some(value) = told.get(name) {
                        println!(
                            "{name}: {}",
                            value
                                .as_str()
                                .map_or_else(|| value.to_string(), str::to_owned)
                        );
                    }
                }
            }
            if !mistake.is("id-not-shown") {
                for id in order
                    .to
                    .iter()
                    .filter_map(|recipient| recipient.id.as_deref())
                {
                    println!("id: {id}");
                }
            }
            for row in told
                .get("messages")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                println!("{row}");
            }
            ExitCode::SUCCESS
        }
        Err(Refused(word)) => {
            if !mistake.is("reason-not-shown") {
                eprintln!("refused: {word}");
            }
            ExitCode::FAILURE
        }
    }
}

fn order() -> Option<Order> {
    let text = |name: &str| var(format!("EPOCHTA_{name}")).ok();
    let list = |name: &str| {
        let list = text(name).filter(|list| !list.is_empty());
        list.map_or_else(Vec::new, |list| {
            list.split(',').map(str::to_owned).collect::<Vec<_>>()
        })
    };
    let ids = list("ID");
    let numbers = list("TO").into_iter().enumerate();
    let to = numbers.map(|(place, number)| Recipient {
        number,
        id: Some(
            ids.get(place)
                .cloned()
                .unwrap_or_else(|| format!("own-{}-{place}", std::process::id())),
        ),
        variables: None,
    });
    Some(Order {
        operation: match text("OPERATION")?.as_str() {
            "send" => Operation::Send,
            "price" => Operation::Price,
            "status" => Operation::Status,
            "balance" => Operation::Balance,
            "credit-price" => Operation::CreditPrice,
            _ => return None,
        },
        url: text("URL")?,
        username: text("USERNAME")?,
        password: text("PASSWORD")?,
        timeout: Duration::from_secs_f64(
            text("TIMEOUT")
                .and_then(|timeout| timeout.parse().ok())
                .unwrap_or(10.0),
        ),
        sender: text("SENDER").unwrap_or_default(),
        text: text("TEXT").unwrap_or_default(),
        to: to.collect(),
        ids,
    })
}

//! What a reply says, and whether a client's values are those: exactly, with amounts compared as numbers and dates that
//! are not there yet as null.

use serde_json::{Map, Value};

use crate::operation::Operation;
use crate::reply::{Reply, Response, Row};
use crate::scenario::date;
use crate::scenario::decimal::Decimal;
use crate::xml::read::read;

/// One value that was compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Its name: `credits`, `messages[1].status`.
    pub name: String,
    /// Whether the client has it right.
    pub holds: bool,
    /// What the reply says.
    pub expected: String,
    /// What the client says.
    pub actual: String,
}

/// What a reply says, if it is one.
pub fn of(body: &[u8]) -> Option<Reply> {
    Reply::from_tree(&read(body).ok()?.root).ok()
}

/// The amount that an operation's reply is about.
pub fn amount<'r>(operation: &Operation, reply: &'r Response) -> Option<&'r str> {
    match operation {
        Operation::CreditPrice => reply.price.as_deref(),
        Operation::Send(_)
        | Operation::GetPrice(_)
        | Operation::GetStatus(_)
        | Operation::Balance => reply.credits.as_deref(),
    }
}

/// Compares the values of a successful result with the reply.
pub fn compare(operation: &Operation, reply: &Reply, result: &Map<String, Value>) -> Vec<Compared> {
    match reply {
        Reply::Response(response) => {
            let mut compared = Vec::new();
            if matches!(operation, Operation::Send(_)) {
                let accepted = result.get("accepted");
                let status = response.status.to_string();
                compared.push(number("accepted", &status, accepted));
            }
            if let Some(expected) = amount(operation, response) {
                let name = match operation {
                    Operation::CreditPrice => "price",
                    Operation::Send(_)
                    | Operation::GetPrice(_)
                    | Operation::GetStatus(_)
                    | Operation::Balance => "credits",
                };
                compared.push(number(name, expected, result.get(name)));
            }
            compared
        }
        Reply::DeliveryReport(rows) => report(rows, result.get("messages")),
    }
}

fn report(rows: &[Row], messages: Option<&Value>) -> Vec<Compared> {
    let Some(Value::Array(messages)) = messages else {
        return vec![Compared {
            name: "messages".to_owned(),
            holds: false,
            expected: format!("a list of {} messages", rows.len()),
            actual: shown(messages),
        }];
    };
    let mut compared = vec![Compared {
        name: "messages".to_owned(),
        holds: messages.len() == rows.len(),
        expected: counted(rows.len()),
        actual: counted(messages.len()),
    }];
    for (place, (row, message)) in rows.iter().zip(messages).enumerate() {
        let fields = [
            ("id", Some(row.id.as_str())),
            ("status", Some(row.status.as_str())),
            ("sent", there(&row.sent)),
            ("done", there(&row.done)),
        ];
        for (name, expected) in fields {
            let actual = message.get(name);
            let holds = match (expected, actual) {
                (Some(expected), Some(Value::String(actual))) => expected == actual,
                // The 0 of a message that waits may come as a number.
                (Some(expected), Some(Value::Number(actual))) => expected == actual.to_string(),
                (None, None | Some(Value::Null)) => true,
                (_, _) => false,
            };
            compared.push(Compared {
                name: format!("messages[{}].{name}", place.saturating_add(1)),
                holds,
                expected: expected.map_or_else(|| "null".to_owned(), str::to_owned),
                actual: shown(actual),
            });
        }
    }
    compared
}

/// A date, if there is one.
fn there(date: &str) -> Option<&str> {
    (date != date::ZERO).then_some(date)
}

fn number(name: &str, expected: &str, actual: Option<&Value>) -> Compared {
    let text = match actual {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => None,
    };
    let holds = match (&text, expected.trim().parse::<Decimal>()) {
        (Some(text), Ok(expected)) => text.parse() == Ok(expected),
        (Some(text), Err(_)) => text == expected,
        (None, _) => false,
    };
    Compared {
        name: name.to_owned(),
        holds,
        expected: expected.trim().to_owned(),
        actual: shown(actual),
    }
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None => "absent".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}

fn counted(messages: usize) -> String {
    match messages {
        1 => "1 message".to_owned(),
        messages => format!("{messages} messages"),
    }
}

#[cfg(test)]
mod tests {
    use super::{compare, of};
    use crate::operation::{Message, Operation};

    #[track_caller]
    fn check(operation: &Operation, reply: &str, result: &str, wrong: &[&str]) {
        let reply = of(reply.as_bytes()).unwrap();
        let result = serde_json::from_str(result).unwrap();
        let compared = compare(operation, &reply, &result);
        assert!(!compared.is_empty());
        let found: Vec<_> = compared
            .iter()
            .filter(|compared| !compared.holds)
            .map(|compared| compared.name.as_str())
            .collect();
        assert_eq!(found, wrong);
    }

    #[test]
    fn amounts_are_compared_as_numbers() {
        let send = Operation::Send(Message {
            sender: None,
            text: "x".to_owned(),
            recipients: Vec::new(),
        });
        let reply = "<RESPONSE><status>2</status><credits>1.50</credits></RESPONSE>";
        check(&send, reply, r#"{"accepted":2,"credits":"1.5"}"#, &[]);
        check(&send, reply, r#"{"accepted":"2","credits":1.5}"#, &[]);
        check(
            &send,
            reply,
            r#"{"accepted":1,"credits":"1"}"#,
            &["accepted", "credits"],
        );
        check(&send, reply, "{}", &["accepted", "credits"]);
        let reply = "<RESPONSE><status>0</status><price>0.05</price></RESPONSE>";
        check(&Operation::CreditPrice, reply, r#"{"price":"0.050"}"#, &[]);
        check(
            &Operation::CreditPrice,
            reply,
            r#"{"credits":"0.05"}"#,
            &["price"],
        );
    }

    #[test]
    fn rows_are_compared_one_by_one() {
        let status = Operation::GetStatus(vec!["a".to_owned()]);
        let reply = "<deliveryreport><message id='a' sentdate='2026-01-02 03:04:05' \
                     donedate='0000-00-00 00:00:00' status='SENT'/></deliveryreport>";
        let right =
            r#"{"messages":[{"id":"a","status":"SENT","sent":"2026-01-02 03:04:05","done":null}]}"#;
        check(&status, reply, right, &[]);
        check(
            &status,
            reply,
            &right.replace("SENT", "0"),
            &["messages[1].status"],
        );
        check(
            &status,
            reply,
            &right.replace("null", "\"0000-00-00 00:00:00\""),
            &["messages[1].done"],
        );
        check(&status, reply, r#"{"messages":[]}"#, &["messages"]);
        check(&status, reply, r#"{"messages":null}"#, &["messages"]);
    }
}

//! What the client makes of a reply.

use epochta_conformance::xml::read::read as parse;
use epochta_conformance::xml::tree::Element;
use serde_json::{Value, json};

use crate::client::Operation;
use crate::http::Reply;
use crate::mistake::Mistake;

/// A reply that was understood.
#[derive(Clone, Debug)]
pub(crate) enum Reading {
    Response {
        status: i64,
        credits: Option<String>,
        price: Option<String>,
    },
    Report(Vec<Value>),
}

const KNOWN: [&str; 8] = [
    "0",
    "SENT",
    "NOT_DELIVERED",
    "DELIVERED",
    "NOT_ALLOWED",
    "INVALID_DESTINATION_ADDRESS",
    "INVALID_SOURCE_ADDRESS",
    "NOT_ENOUGH_CREDITS",
];

/// The reply, or the word of the contract for why it is none.
pub(crate) fn read(
    operation: Operation,
    reply: &Reply,
    mistake: Mistake,
) -> Result<Reading, String> {
    let bad = || "BAD_REPLY".to_owned();
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    if reply.status != 200 && !mistake.is("http-error-ignored") {
        return Err(bad());
    }
    if reply.status != 200 {
        return Ok(success(operation));
    }
    if reply.body.is_empty() && mistake.is("empty-reply-ignored") {
        return Ok(success(operation));
    }
    if mistake.is("minus-one-matched") && text.contains("-1") {
        return Err("AUTH_FAILED".to_owned());
    }
    if mistake.is("layout-matters")
        && !text.contains("?>\n<RESPONSE>\n<status>")
        && !text.contains("<deliveryreport>\n")
    {
        return Err(bad());
    }
    if mistake.is("reply-escapes") && operation == Operation::Status {
        return Ok(Reading::Report(by_hand(&text)));
    }
    if mistake.is("broken-reply-ignored") && text.contains("<status>") {
        return Ok(success(operation));
    }
    // Blank lines before the declaration are let pass, as most clients do.
    let document = parse(
        text.trim_start_matches(['\u{FEFF}', ' ', '\n', '\r', '\t'])
            .as_bytes(),
    );
    let root = document.map_err(|_| bad())?.root;
    match (operation, root.name.as_str()) {
        (Operation::Status, "deliveryreport") => report(&root, mistake).ok_or_else(bad),
        (Operation::Status, "RESPONSE") if mistake.is("error-in-report") => {
            Ok(Reading::Report(Vec::new()))
        }
        (_, "RESPONSE") => response(operation, &root, mistake),
        _ => Err(bad()),
    }
}

fn response(operation: Operation, root: &Element, mistake: Mistake) -> Result<Reading, String> {
    let value = |name: &str| {
        root.child(name)
            .map(|element| element.text().trim().to_owned())
    };
    let bad = || "BAD_REPLY".to_owned();
    if mistake.is("optional-elements") && root.elements().count() != 2 {
        return Err(bad());
    }
    let status: i64 = value("status")
        .and_then(|status| status.parse().ok())
        .ok_or_else(bad)?;
    if mistake.is("error-taken-for-success") && status < 0 {
        return Ok(success(operation));
    }
    if mistake.is("count-taken-for-failure") && status > 1 {
        return Err(status.to_string());
    }
    match status {
        -1 => return Err("AUTH_FAILED".to_owned()),
        -2 => return Err("XML_ERROR".to_owned()),
        -3 => return Err("NOT_ENOUGH_CREDITS".to_owned()),
        -4 => return Err("NO_RECIPIENTS".to_owned()),
        -5 => return Err("INVALID_TEXT".to_owned()),
        -7 => return Err("BAD_SENDER_NAME".to_owned()),
        other if other < 0 => return Err(other.to_string()),
        _ => {}
    }
    let amount = |name: &str| {
        let value = value(name);
        if mistake.is("credits-misread") {
            return value.map(|value| value.split('.').next().unwrap_or_default().to_owned());
        }
        value
    };
    let (credits, price) = (amount("credits"), amount("price"));
    let there = if operation == Operation::CreditPrice {
        &price
    } else {
        &credits
    };
    let number = |text: &String| {
        !text.is_empty() && text.bytes().all(|byte| b"0123456789.-".contains(&byte))
    };
    if operation == Operation::Status || !there.as_ref().is_some_and(number) {
        return Err(bad());
    }
    Ok(Reading::Response {
        status,
        credits,
        price,
    })
}

fn report(root: &Element, mistake: Mistake) -> Option<Reading> {
    let mut rows = Vec::new();
    for row in root.children_named("message") {
        let value = |name: &str| row.attribute(name).map(str::to_owned);
        let date = |name: &str| {
            let zero = "0000-00-00 00:00:00";
            if mistake.is("waiting-misread") {
                return value(name).map(|date| date.replace(zero, "-0001-11-30 00:00:00"));
            }
            value(name).filter(|date| date != zero)
        };
        let mut status = value("status")?;
        if mistake.is("unknown-status") && !KNOWN.contains(&status.as_str()) {
            return None;
        }
        if mistake.is("status-misread") && status != "DELIVERED" {
            status = "NOT_DELIVERED".to_owned();
        }
        rows.push(json!({
            "id": value("id")?,
            "status": status,
            "sent": date("sentdate"),
            "done": date("donedate"),
        }));
    }
    if rows.is_empty() && mistake.is("empty-report") {
        return None;
    }
    if mistake.is("rows-lost") {
        rows.dedup_by_key(|row| row["id"].clone());
    }
    Some(Reading::Report(rows))
}

/// Rows as a client reads them that has no parser.
fn by_hand(text: &str) -> Vec<Value> {
    let value = |row: &str, name: &str| {
        let (_, rest) = row.split_once(&format!("{name}=\""))?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    let date = |row: &str, name: &str| value(row, name).filter(|date| !date.starts_with("0000"));
    let rows = text.split("<message ").skip(1);
    rows.map(|row| {
        json!({
            "id": value(row, "id"),
            "status": value(row, "status"),
            "sent": date(row, "sentdate"),
            "done": date(row, "donedate"),
        })
    })
    .collect()
}

/// What one says who does not look.
fn success(operation: Operation) -> Reading {
    match operation {
        Operation::Status => Reading::Report(Vec::new()),
        Operation::Send | Operation::Price | Operation::Balance | Operation::CreditPrice => {
            Reading::Response {
                status: 1,
                credits: Some("1".to_owned()),
                price: Some("1".to_owned()),
            }
        }
    }
}

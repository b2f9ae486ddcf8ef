//! What came of one call: the gateway accepted, it refused with a code, or its reply is not as documented.
//!
//! This judges one reply by itself. Whether it was the right one for the request is for scenarios.

use std::collections::BTreeSet;

use crate::client::exchange::Received;
use crate::operation::Operation;
use crate::reply::{Reply, Response, Row};
use crate::vocabulary::{Code, code_of, status_word};
use crate::xml::read::read;

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The gateway did what it was asked.
    Accepted(Reply),
    /// The gateway answered with an error code.
    Refused(Response, &'static Code),
    /// The reply is not one that the clauses allow; the text says why.
    Undocumented(String),
}

impl Outcome {
    /// Judges the reply to `operation`.
    pub fn of(operation: &Operation, received: &Received) -> Self {
        judge(operation, received).unwrap_or_else(Self::Undocumented)
    }

    /// One word for the outcome, for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::Refused(..) => "refused",
            Self::Undocumented(_) => "undocumented",
        }
    }

    /// The ids that were asked for and have no row in the report (STATUS-03), each once. Blanks around an id do not
    /// count (STATUS-09). Empty for everything but a report.
    pub fn missing<'o>(&self, operation: &'o Operation) -> Vec<&'o str> {
        let (Self::Accepted(Reply::DeliveryReport(rows)), Operation::GetStatus(asked)) =
            (self, operation)
        else {
            return Vec::new();
        };
        let answered: BTreeSet<&str> = rows.iter().map(|row| row.id.trim()).collect();
        let mut missing = Vec::new();
        for id in asked {
            if !answered.contains(id.trim()) && !missing.contains(&id.as_str()) {
                missing.push(id.as_str());
            }
        }
        missing
    }

    /// What a person wants to know: one line, or a table of messages and the ids that have none.
    pub fn summary(&self, operation: &Operation) -> String {
        match self {
            Self::Accepted(Reply::Response(response)) => accepted(operation, response),
            Self::Accepted(Reply::DeliveryReport(rows)) => {
                let table = table(rows);
                match self.missing(operation).as_slice() {
                    [] => table,
                    missing => format!("{table}\nno row for: {}", missing.join(", ")),
                }
            }
            Self::Refused(response, code) => {
                format!("error {} {}: {}", response.status, code.name, code.meaning)
            }
            Self::Undocumented(why) => format!("not as documented: {why}"),
        }
    }
}

fn judge(operation: &Operation, received: &Received) -> Result<Outcome, String> {
    if received.status != 200 {
        return Err(format!(
            "HTTP status {}, where every result is 200 (REPLY-01)",
            received.status
        ));
    }
    let document = read(&received.body).map_err(|error| error.to_string())?;
    let reply = Reply::from_tree(&document.root).map_err(|error| error.to_string())?;
    let response = match reply {
        Reply::DeliveryReport(rows) => return report(operation, rows),
        Reply::Response(response) => response,
    };
    let status = response.status;
    if status < 0 {
        let code = code_of(status)
            .ok_or_else(|| format!("status {status}, which is no code of this gateway"))?;
        return Ok(Outcome::Refused(response, code));
    }
    let (status_fits, amount, name) = match operation {
        Operation::Send(_) => (status > 0, &response.credits, "credits"),
        Operation::GetPrice(_) | Operation::Balance => (status == 0, &response.credits, "credits"),
        Operation::CreditPrice => (status == 0, &response.price, "price"),
        Operation::GetStatus(_) => {
            return Err(format!(
                "status {status}, where GETSTATUS has a <deliveryreport> (STATUS-01)"
            ));
        }
    };
    if !status_fits {
        return Err(format!(
            "status {status}, which is no status of an accepted {}",
            operation.word()
        ));
    }
    match amount {
        Some(amount) if is_decimal(amount) => Ok(Outcome::Accepted(Reply::Response(response))),
        Some(amount) => Err(format!(
            "<{name}> holds {amount:?}, which is not a number (REPLY-05)"
        )),
        None => Err(format!("<RESPONSE> has no <{name}> (REPLY-03)")),
    }
}

fn report(operation: &Operation, rows: Vec<Row>) -> Result<Outcome, String> {
    match operation {
        Operation::GetStatus(_) => {}
        Operation::Send(_)
        | Operation::GetPrice(_)
        | Operation::Balance
        | Operation::CreditPrice => {
            return Err(format!(
                "a <deliveryreport> in answer to {}",
                operation.word()
            ));
        }
    }
    match rows.iter().find(|row| status_word(&row.status).is_none()) {
        Some(row) => Err(format!(
            "the status word {:?} of message {:?} is none (STATUS-06)",
            row.status, row.id
        )),
        None => Ok(Outcome::Accepted(Reply::DeliveryReport(rows))),
    }
}

/// Digits, and perhaps a point and more digits.
fn is_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    match text.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(text),
    }
}

fn accepted(operation: &Operation, response: &Response) -> String {
    let credits = credits(response.credits.as_deref().unwrap_or("?"));
    let money = match (&response.amount, &response.currency) {
        (Some(amount), Some(currency)) => format!(" ({amount} {currency})"),
        (Some(amount), None) => format!(" ({amount})"),
        (None, _) => String::new(),
    };
    match operation {
        Operation::Send(_) => {
            let recipients = if response.status == 1 {
                "recipient"
            } else {
                "recipients"
            };
            format!(
                "SEND accepted {} {recipients}, {credits} charged{money}",
                response.status
            )
        }
        Operation::GetPrice(_) => format!("GETPRICE {credits}{money}"),
        Operation::Balance => format!("BALANCE {credits}{money}"),
        Operation::CreditPrice => {
            format!(
                "CREDITPRICE {} US dollars a credit",
                response.price.as_deref().unwrap_or("?")
            )
        }
        Operation::GetStatus(_) => format!("GETSTATUS status {}", response.status),
    }
}

fn credits(amount: &str) -> String {
    match amount {
        "1" => "1 credit".to_owned(),
        amount => format!("{amount} credits"),
    }
}

fn table(rows: &[Row]) -> String {
    if rows.is_empty() {
        return "GETSTATUS no messages: none of the ids is known (STATUS-03)".to_owned();
    }
    let head = Row {
        id: "ID".to_owned(),
        sent: "SENT".to_owned(),
        done: "DONE".to_owned(),
        status: "STATUS".to_owned(),
    };
    let lines: Vec<&Row> = std::iter::once(&head).chain(rows).collect();
    let width = |cell: fn(&Row) -> &str| {
        lines
            .iter()
            .map(|row| cell(row).chars().count())
            .max()
            .unwrap_or(0)
    };
    let (id, sent, done) = (
        width(|row| &row.id),
        width(|row| &row.sent),
        width(|row| &row.done),
    );
    let lines = lines.iter().map(|row| {
        format!(
            "{:id$}  {:sent$}  {:done$}  {}",
            row.id, row.sent, row.done, row.status
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;

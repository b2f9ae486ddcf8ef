//! What came of one call: the gateway accepted, it refused with a code, or its reply is not as documented.
//!
//! This judges one reply by itself. Whether it was the right one for the request is for scenarios.

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

    /// What a person wants to know: one line, or a table of messages.
    pub fn summary(&self, operation: &Operation) -> String {
        match self {
            Self::Accepted(Reply::Response(response)) => accepted(operation, response),
            Self::Accepted(Reply::DeliveryReport(rows)) => table(rows),
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
    let credits = response.credits.as_deref().unwrap_or("?");
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
                "SEND accepted {} {recipients}, {credits} credits charged{money}",
                response.status
            )
        }
        Operation::GetPrice(_) => format!("GETPRICE {credits} credits{money}"),
        Operation::Balance => format!("BALANCE {credits} credits{money}"),
        Operation::CreditPrice => {
            format!(
                "CREDITPRICE {} US dollars a credit",
                response.price.as_deref().unwrap_or("?")
            )
        }
        Operation::GetStatus(_) => format!("GETSTATUS status {}", response.status),
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
mod tests {
    use insta::assert_snapshot;

    use super::Outcome;
    use crate::client::exchange::Received;
    use crate::operation::{Message, Operation};

    fn message() -> Message {
        Message {
            sender: None,
            text: String::new(),
            recipients: Vec::new(),
        }
    }

    fn outcome(operation: &Operation, status: u16, body: &str) -> Outcome {
        let raw = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        Outcome::of(
            operation,
            &Received::new(status, raw, body.as_bytes().to_vec()),
        )
    }

    #[track_caller]
    fn check(operation: &Operation, inside: &str, expected: &str) {
        let body = format!("<RESPONSE>{inside}</RESPONSE>");
        assert_eq!(outcome(operation, 200, &body).summary(operation), expected);
    }

    #[test]
    fn each_operation_has_its_line() {
        let send = Operation::Send(message());
        check(
            &send,
            "<status>2</status><credits>0.682</credits>",
            "SEND accepted 2 recipients, 0.682 credits charged",
        );
        check(
            &send,
            "<status>1</status><credits>0</credits>",
            "SEND accepted 1 recipient, 0 credits charged",
        );
        let price = Operation::GetPrice(message());
        check(
            &price,
            "<status>0</status><credits>1</credits>",
            "GETPRICE 1 credits",
        );
        check(
            &Operation::Balance,
            "<status>0</status><credits>195</credits><amount>79.82</amount><currency>UAH</currency>",
            "BALANCE 195 credits (79.82 UAH)",
        );
        check(
            &Operation::CreditPrice,
            "<status>0</status><price>0.2235</price>",
            "CREDITPRICE 0.2235 US dollars a credit",
        );
        let refused = "<status>-1</status><credits>0</credits>";
        check(
            &Operation::GetStatus(vec![]),
            refused,
            "error -1 AUTH_FAILED: wrong login or password",
        );
    }

    #[test]
    fn what_no_clause_allows_is_not_as_documented() {
        #[track_caller]
        fn check(operation: &Operation, status: u16, body: &str, expected: &str) {
            let outcome = outcome(operation, status, body);
            assert_eq!(outcome.word(), "undocumented");
            let summary = outcome.summary(operation);
            assert!(summary.contains(expected), "{summary}");
        }
        let send = Operation::Send(message());
        let price = Operation::CreditPrice;
        let status = Operation::GetStatus(vec![]);
        let row = |word: &str| {
            format!(
                "<deliveryreport><message id='a' sentdate='' donedate='' status='{word}'/></deliveryreport>"
            )
        };
        check(&send, 404, "<RESPONSE/>", "HTTP status 404");
        check(&send, 200, "", "no root element");
        check(&send, 200, "<html></html>", "root of the reply is <html>");
        check(
            &send,
            200,
            "<RESPONSE><status>0</status></RESPONSE>",
            "no status of an accepted SEND",
        );
        check(
            &send,
            200,
            "<RESPONSE><status>1</status></RESPONSE>",
            "has no <credits>",
        );
        check(
            &send,
            200,
            "<RESPONSE><status>1</status><credits>1,5</credits></RESPONSE>",
            "\"1,5\"",
        );
        check(
            &send,
            200,
            "<RESPONSE><status>-6</status></RESPONSE>",
            "status -6, which is no code",
        );
        check(
            &send,
            200,
            &row("SENT"),
            "a <deliveryreport> in answer to SEND",
        );
        check(
            &price,
            200,
            "<RESPONSE><status>1</status></RESPONSE>",
            "no status of an accepted CREDITPRICE",
        );
        check(
            &price,
            200,
            "<RESPONSE><status>0</status><credits>1</credits></RESPONSE>",
            "has no <price>",
        );
        check(
            &status,
            200,
            "<RESPONSE><status>0</status></RESPONSE>",
            "GETSTATUS has a <deliveryreport>",
        );
        check(
            &status,
            200,
            &row("LOST"),
            "status word \"LOST\" of message \"a\"",
        );
    }

    #[test]
    fn a_report_is_a_table() {
        let operation = Operation::GetStatus(vec![]);
        let body = "<deliveryreport>\n\
            <message id=\"a\" sentdate=\"2026-01-01 10:00:00\" donedate=\"0000-00-00 00:00:00\" status=\"SENT\" />\n\
            <message id=\"сообщение\" sentdate=\"2026-01-01 10:00:00\" donedate=\"2026-01-01 10:00:02\" status=\"DELIVERED\" />\n\
            </deliveryreport>\n";
        assert_snapshot!(outcome(&operation, 200, body).summary(&operation), @"
        ID         SENT                 DONE                 STATUS
        a          2026-01-01 10:00:00  0000-00-00 00:00:00  SENT
        сообщение  2026-01-01 10:00:00  2026-01-01 10:00:02  DELIVERED
        ");
        let none = outcome(&operation, 200, "<deliveryreport></deliveryreport>");
        assert!(
            none.summary(&operation)
                .starts_with("GETSTATUS no messages")
        );
    }
}

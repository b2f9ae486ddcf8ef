//! Replies and the line that a person reads about each.

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
        "GETPRICE 1 credit",
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
    check(
        &send,
        "<status>1</status><credits>1</credits>",
        "SEND accepted 1 recipient, 1 credit charged",
    );
    check(
        &Operation::Balance,
        "<status>0</status><credits>1</credits><amount>0.4</amount>",
        "BALANCE 1 credit (0.4)",
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

#[test]
fn ids_without_a_row_are_named_once() {
    #[track_caller]
    fn check(asked: &[&str], expected: &[&str]) {
        let operation = Operation::GetStatus(asked.iter().map(|id| (*id).to_owned()).collect());
        let body =
            "<deliveryreport><message id='a' sentdate='' donedate='' status='0'/></deliveryreport>";
        let outcome = outcome(&operation, 200, body);
        assert_eq!(outcome.missing(&operation), expected);
        let summary = outcome.summary(&operation);
        let named = (!expected.is_empty()).then(|| format!("no row for: {}", expected.join(", ")));
        assert_eq!(summary.lines().nth(2), named.as_deref(), "{summary}");
    }
    check(&["a"], &[]);
    check(&[" a "], &[]);
    check(&["huh", "a", "x", "huh", "A"], &["huh", "x", "A"]);
    let operation = Operation::GetStatus(vec!["huh".to_owned()]);
    let none = outcome(&operation, 200, "<deliveryreport></deliveryreport>");
    assert!(none.summary(&operation).ends_with("\nno row for: huh"));
}

//! AUTH-05: a reply tells a code and nothing else; why it was refused, and what was passed over, stands in the journal.

use epochta_mock::Mock;
use serde_json::json;

use crate::page::is_told_in_russian;
use crate::server::{document, exchange};

const CONFIG: &str = "
clock: 2026-01-02T03:04:05Z
accounts: [{ username: demo, password: demo, credits: 2 }, { username: off, password: off, xml_interface: false }]
tariffs: { \"380\": 1, \"999\": 1 }
limits: { max_rows: 1 }
";

/// A SEND or GETPRICE of this sender and text to these numbers.
fn mailing(operation: &str, sender: &str, text: &str, numbers: &str) -> String {
    let inside = format!(
        "<message><sender>{sender}</sender><text>{text}</text></message><numbers>{numbers}</numbers>"
    );
    document(operation, "demo", "demo", &inside)
}

/// GETSTATUS of these ids.
fn report(ids: &[&str]) -> String {
    let ids: String = ids
        .iter()
        .map(|id| format!("<messageid>{id}</messageid>"))
        .collect();
    let inside = format!("<statistics>{ids}</statistics>");
    document("GETSTATUS", "demo", "demo", &inside)
}

fn balance(login: &str, password: &str) -> String {
    document("BALANCE", login, password, "")
}

const ONE: &str = "<number messageID=\"m\">380501234567</number>";

/// What the journal tells of the last of some documents: its result, why, and how much was passed over.
async fn check(revision: &str, documents: &[String], expected: (&str, Option<&str>, u64)) {
    let mock = Mock::configured(&format!("revision: {revision}\n{CONFIG}")).await;
    for document in documents {
        exchange(mock.address(), document).await;
    }
    let last = format!("requests/{}", documents.len());
    let told = mock.call("GET", &last, None).await.unwrap();
    let (result, reason, skipped) = expected;
    assert_eq!(
        json!([told["result"], told["reason"], told["skipped"]]),
        json!([result, reason, skipped]),
        "{documents:?}"
    );
    if let Some(reason) = reason {
        assert!(is_told_in_russian(reason), "{reason}");
    }
}

#[tokio::test]
async fn a_refusal_says_why_in_the_journal_alone() {
    let no_login = "<SMS><operations><operation>BALANCE</operation></operations></SMS>".to_owned();
    let rows = [
        (
            no_login,
            "AUTH_FAILED",
            "the document has no <authentication> with a login",
        ),
        (
            balance("nobody", "demo"),
            "AUTH_FAILED",
            "nobody has this login",
        ),
        (
            balance("demo", "Demo"),
            "AUTH_FAILED",
            "the password is wrong; it is compared exactly, blanks and case included",
        ),
        (
            balance("off", "off"),
            "AUTH_FAILED",
            "the account's XML interface is off",
        ),
        (
            mailing("SEND", "S", "", ONE),
            "XML_ERROR",
            "the text is empty",
        ),
        (
            mailing("GETPRICE", "S", "", ONE),
            "XML_ERROR",
            "the text is empty",
        ),
        (
            mailing("SEND", "S", "x", ""),
            "NO_RECIPIENTS",
            "there is no <number> in <numbers>",
        ),
        (
            mailing("SEND", "S", "x", "<number>1</number><number>2</number>"),
            "NO_RECIPIENTS",
            "none of 2 numbers is valid: 7 to 15 digits that do not start with 0",
        ),
        (
            mailing("SEND", "S", "x", &ONE.repeat(3)),
            "NOT_ENOUGH_CREDITS",
            "it costs 3 credits and there are 2",
        ),
        (
            mailing("SEND", "S", "x", "<number>999403000001</number>"),
            "NOT_ENOUGH_CREDITS",
            "it was to be refused",
        ),
        (
            mailing("SEND", "S", "x", "<number>999502000001</number>"),
            "LOST",
            "it was to be lost before anything happened",
        ),
    ];
    for (document, result, reason) in rows {
        check("documented", &[document], (result, Some(reason), 0)).await;
    }
    let rows = [
        (
            mailing("SEND", "S", "", ONE),
            "INVALID_TEXT",
            "the text is empty",
        ),
        (
            mailing("SEND", "Ж", "x", ONE),
            "BAD_SENDER_NAME",
            "the sender is not up to 14 digits or up to 11 Latin letters and digits",
        ),
    ];
    for (document, result, reason) in rows {
        check("extended", &[document], (result, Some(reason), 0)).await;
    }
}

/// STATUS-10: one row is allowed here.
#[tokio::test]
async fn a_report_of_too_many_rows_says_how_many_it_may_have() {
    let twice = mailing("SEND", "S", "x", &ONE.repeat(2));
    let why =
        "the report would have more than 1 rows (limits.max_rows); ask for fewer ids at a time";
    let refused = ("XML_ERROR", Some(why), 0);
    check("documented", &[twice, report(&["m"])], refused).await;
    let once = mailing("SEND", "S", "x", ONE);
    check("documented", &[once.clone(), report(&["m", "m"])], refused).await;
    check("documented", &[once, report(&["m"])], ("OK", None, 0)).await;
}

/// SEND-07, STATUS-03: numbers that are not valid and ids that nothing has; STATUS-09: blanks around an id.
#[tokio::test]
async fn what_was_passed_over_is_counted() {
    let numbers = format!("{ONE}<number>1</number><number>2</number>");
    let rows = [
        (mailing("SEND", "S", "x", ONE), "SEND_OK", 0),
        (mailing("SEND", "S", "x", &numbers), "SEND_OK", 2),
        (mailing("GETPRICE", "S", "x", &numbers), "OK", 2),
        (
            mailing(
                "SEND",
                "S",
                "x",
                &format!("{}<number>1</number>", ONE.repeat(3)),
            ),
            "NOT_ENOUGH_CREDITS",
            1,
        ),
        (report(&["n", " n ", ""]), "OK", 3),
    ];
    for (document, result, skipped) in rows {
        let why = (result == "NOT_ENOUGH_CREDITS").then_some("it costs 3 credits and there are 2");
        check("documented", &[document], (result, why, skipped)).await;
    }
    let sent = mailing("SEND", "S", "x", ONE);
    check(
        "documented",
        &[sent, report(&["\t m\n", "n"])],
        ("OK", None, 1),
    )
    .await;
}

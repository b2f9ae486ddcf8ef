//! The purse against an endpoint on this machine that writes down what it is asked.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Purse, PurseError, Spending};
use crate::client::conn::Patience;
use crate::client::endpoint::Endpoint;
use crate::client::outgoing::Outgoing;
use crate::client::transport::Transport;
use crate::operation::{Credentials, Message, Operation, Recipient};
use crate::password::Password;
use crate::run::request::{Prepared, Wire};
use crate::xml::charset::Charset;

const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(30),
    whole: Duration::from_secs(30),
};

/// An endpoint that answers everything with this body, and what it was asked: it lives as long as the process.
fn endpoint(body: &str) -> (Endpoint, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let (heard, body) = (Arc::clone(&asked), body.to_owned());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            // The document ends the request.
            while !request.ends_with(b"%3C%2FSMS%3E%0A") {
                let length = stream.read(&mut buffer).unwrap();
                assert!(length > 0, "the request ends early");
                request.extend_from_slice(&buffer[..length]);
            }
            heard
                .lock()
                .unwrap()
                .push(String::from_utf8(request).unwrap());
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
            stream.write_all((head + &body).as_bytes()).unwrap();
        }
    });
    (url.parse().unwrap(), asked)
}

fn price(status: i32, credits: &str) -> String {
    format!("<RESPONSE><status>{status}</status><credits>{credits}</credits></RESPONSE>")
}

fn prepared(operation: Option<Operation>) -> Prepared {
    Prepared {
        wire: Wire::Whole(Outgoing::post(None, Vec::new())),
        operation,
        document: Vec::new(),
        transport: Some(Transport::Urlencoded),
        charset: Charset::Utf8,
        credentials: Some(Credentials {
            username: "demo".to_owned(),
            password: Password::new("demo"),
        }),
    }
}

fn send(numbers: &[&str]) -> Prepared {
    let recipients = numbers.iter().map(|number| Recipient {
        number: (*number).to_owned(),
        id: None,
        variables: None,
    });
    prepared(Some(Operation::Send(Message {
        sender: Some("SMSKA".to_owned()),
        text: "Hello".to_owned(),
        recipients: recipients.collect(),
    })))
}

fn within(credits: &str) -> Purse {
    Purse::new(Spending::Within {
        recipients: ["999000000001".to_owned(), "999000000002".to_owned()].into(),
        credits: credits.parse().unwrap(),
    })
}

fn pay(purse: &Purse, prepared: &Prepared, endpoint: &Endpoint) -> Result<(), PurseError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(purse.pay_for(prepared, endpoint, PATIENCE))
}

#[test]
fn the_price_of_the_same_message_is_asked_first() {
    let (endpoint, asked) = endpoint(&price(0, "0.4"));
    let numbers = ["+999 (00) 000-00-01", "999000000002", "12345", ""];
    pay(&within("1"), &send(&numbers), &endpoint).unwrap();
    let asked = asked.lock().unwrap();
    let [request] = asked.as_slice() else {
        panic!("{asked:?}")
    };
    for expected in [
        "%3Coperation%3EGETPRICE%3C",
        "Hello",
        "%3Cnumber%3E%2B999+%2800%29+000-00-01%3C",
        "%3Cnumber%3E999000000002%3C",
        "%3Cnumber%3E12345%3C",
    ] {
        assert!(request.contains(expected), "{expected}: {request}");
    }
    assert!(!request.contains("%3Coperation%3ESEND"), "{request}");
}

#[test]
fn recipients_that_are_not_allowed_are_not_even_asked_about() {
    let (endpoint, asked) = endpoint(&price(0, "0.4"));
    for numbers in [
        ["999000000003"].as_slice(),
        &["999000000001", "999000000003"],
        &["9990000000011"],
        &["999000000001,999000000002"],
        &["0000000"],
    ] {
        let refused = pay(&within("1"), &send(numbers), &endpoint);
        assert!(matches!(refused, Err(PurseError::Recipient)), "{numbers:?}");
    }
    assert_eq!(asked.lock().unwrap().len(), 0);
}

#[test]
fn the_cap_holds_over_all_messages() {
    let (endpoint, _) = endpoint(&price(0, "0.4"));
    let purse = within("1");
    let message = send(&["999000000001"]);
    pay(&purse, &message, &endpoint).unwrap();
    pay(&purse, &message, &endpoint).unwrap();
    for _ in 0..2 {
        let refused = pay(&purse, &message, &endpoint).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "a message for 0.4 credits was not sent: 0.8 of the 1 of --max-credits are spent"
        );
    }
    // To the last credit.
    let purse = within("0.8");
    pay(&purse, &message, &endpoint).unwrap();
    pay(&purse, &message, &endpoint).unwrap();
    pay(&purse, &message, &endpoint).unwrap_err();
}

#[test]
fn the_cap_holds_for_messages_at_the_same_time() {
    let (endpoint, _) = endpoint(&price(0, "0.4"));
    let purse = Arc::new(within("1"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let paid = runtime.block_on(async {
        let mut paying = tokio::task::JoinSet::new();
        for _ in 0..10 {
            let (purse, endpoint) = (Arc::clone(&purse), endpoint.clone());
            paying.spawn(async move {
                let message = send(&["999000000001"]);
                purse.pay_for(&message, &endpoint, PATIENCE).await.is_ok()
            });
        }
        paying.join_all().await
    });
    assert_eq!(paid.into_iter().filter(|paid| *paid).count(), 2);
}

#[test]
fn a_price_that_is_none_is_not_paid() {
    for body in [
        price(0, "free"),
        price(-3, "0"),
        price(0, "-5"),
        "<RESPONSE><status>0</status></RESPONSE>".to_owned(),
        "<deliveryreport></deliveryreport>".to_owned(),
        "sorry".to_owned(),
    ] {
        let (endpoint, _) = endpoint(&body);
        let refused = pay(&within("1"), &send(&["999000000001"]), &endpoint);
        assert!(
            matches!(refused, Err(PurseError::Price(_))),
            "{body}: {refused:?}"
        );
    }
}

#[test]
fn a_message_to_nobody_costs_nothing() {
    let (endpoint, _) = endpoint(&price(-4, "0"));
    pay(&within("0"), &send(&["12345"]), &endpoint).unwrap();
}

#[test]
fn without_leave_nothing_is_sent_and_everything_else_is_asked() {
    let (endpoint, asked) = endpoint(&price(0, "0.4"));
    let purse = Purse::new(Spending::Nothing);
    let refused = pay(&purse, &send(&["999000000001"]), &endpoint);
    assert!(matches!(refused, Err(PurseError::Nothing)));
    for purse in [purse, within("0")] {
        pay(&purse, &prepared(Some(Operation::Balance)), &endpoint).unwrap();
        pay(&purse, &prepared(None), &endpoint).unwrap();
    }
    assert_eq!(asked.lock().unwrap().len(), 0);
}

#[test]
fn on_this_machine_nobody_counts() {
    let (endpoint, asked) = endpoint(&price(0, "0.4"));
    pay(
        &Purse::new(Spending::Anything),
        &send(&["1234567"]),
        &endpoint,
    )
    .unwrap();
    assert_eq!(asked.lock().unwrap().len(), 0);
}

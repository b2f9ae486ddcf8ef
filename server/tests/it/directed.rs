//! Every status and every code, reached three ways: by magic number, by configuration, by the control API; and every
//! row of the magic numbers' table, over the wire.

use epochta_mock::Mock;
use epochta_mock::gateway::code::Code;
use epochta_mock::gateway::magic;
use epochta_mock::gateway::script::Outcome;
use epochta_mock::gateway::status::Status;
use serde_json::json;

use crate::server::{between, document, exchange};

/// SEND of one message with the id `m`; the code, or nothing if the reply was lost.
async fn send(mock: &Mock, number: &str) -> Option<String> {
    let inside = format!(
        "<message><sender>SMSKA</sender><text>Hello</text></message><numbers><number messageID=\"m\">{number}</number></numbers>"
    );
    let reply = exchange(mock.address(), &document("SEND", "demo", "demo", &inside)).await?;
    Some(between(&reply, "<status>", "</status>").to_owned())
}

/// GETSTATUS of the id `m`; its status words.
async fn status(mock: &Mock) -> Vec<String> {
    let ids = "<statistics><messageid>m</messageid></statistics>";
    let reply = exchange(mock.address(), &document("GETSTATUS", "demo", "demo", ids))
        .await
        .unwrap();
    reply
        .lines()
        .filter_map(|line| {
            Some(between(line.strip_prefix("<message ")?, "status=\"", "\"").to_owned())
        })
        .collect()
}

#[derive(Debug, Clone, Copy)]
enum Way {
    Magic,
    Configuration,
    Control,
}

/// A mock with a standing clock in which this becomes of a message to the number that is returned.
async fn directed(way: Way, revision: &str, digits: u16, what: &str) -> (Mock, String) {
    let usual = "999000000001".to_owned();
    let base = format!("revision: {revision}\nclock: 2026-01-02T03:04:05Z\n");
    match way {
        Way::Magic => (Mock::configured(&base).await, format!("999{digits}000001")),
        Way::Configuration => {
            let scripts =
                format!("{base}scripts:\n  - {{ when: {{ msisdn: \"{usual}\" }}, {what} }}\n");
            (Mock::configured(&scripts).await, usual)
        }
        Way::Control => {
            let mock = Mock::configured(&base).await;
            mock.script(&format!("{{ when: {{ msisdn: \"{usual}\" }}, {what} }}"));
            (mock, usual)
        }
    }
}

const WAYS: [Way; 3] = [Way::Magic, Way::Configuration, Way::Control];

#[tokio::test]
async fn every_status_is_reached_three_ways() {
    let rows = [
        (Status::Waiting, 101, "story: []"),
        (Status::Sent, 102, "story: [{ status: SENT, after: 1s }]"),
        (
            Status::Delivered,
            103,
            "story: [{ status: DELIVERED, after: 0s }]",
        ),
        (
            Status::NotDelivered,
            104,
            "story: [{ status: SENT, after: 1s }, { status: NOT_DELIVERED, after: 2s }]",
        ),
        (
            Status::NotAllowed,
            105,
            "story: [{ status: NOT_ALLOWED, after: 0s }]",
        ),
        (
            Status::InvalidDestinationAddress,
            106,
            "story: [{ status: INVALID_DESTINATION_ADDRESS, after: 0s }]",
        ),
        (
            Status::InvalidSourceAddress,
            107,
            "story: [{ status: INVALID_SOURCE_ADDRESS, after: 0s }]",
        ),
        (
            Status::NotEnoughCredits,
            108,
            "story: [{ status: NOT_ENOUGH_CREDITS, after: 0s }]",
        ),
    ];
    assert_eq!(rows.len(), Status::ALL.len());
    for (expected, digits, what) in rows {
        for way in WAYS {
            let (mock, number) = directed(way, "documented", digits, what).await;
            assert_eq!(
                send(&mock, &number).await.as_deref(),
                Some("1"),
                "{expected:?} by {way:?}"
            );
            mock.advance(std::time::Duration::from_secs(3_600));
            assert_eq!(status(&mock).await, [expected.word()], "by {way:?}");
        }
    }
}

#[tokio::test]
async fn every_code_is_reached_three_ways() {
    for code in Code::ALL {
        for way in WAYS {
            let digits = 400 + u16::from(code.number().unsigned_abs());
            let what = format!("refuse: {}", code.name());
            let (mock, number) = directed(way, "extended", digits, &what).await;
            assert_eq!(
                send(&mock, &number).await,
                Some(code.number().to_string()),
                "{code:?} by {way:?}"
            );
            assert_eq!(mock.balance("demo"), "100", "a refusal costs nothing");
            assert_eq!(status(&mock).await, [""; 0], "and leaves no message");
        }
    }
}

#[tokio::test]
async fn a_lost_reply_is_lost_after_the_charge_or_before() {
    for (digits, what, left, messages) in [
        (501, "lose: reply", "99", 1),
        (502, "lose: request", "100", 0),
    ] {
        for way in WAYS {
            let (mock, number) = directed(way, "documented", digits, what).await;
            assert_eq!(send(&mock, &number).await, None, "{what} by {way:?}");
            assert_eq!(
                (mock.balance("demo").as_str(), status(&mock).await.len()),
                (left, messages),
                "{what} by {way:?}"
            );
            assert!(
                mock.journal().contains("SEND of demo"),
                "{}",
                mock.journal()
            );
        }
    }
}

/// Each row of the table is played: what it says in words is what happens.
#[tokio::test]
async fn every_magic_number_does_what_the_table_says() {
    for row in magic::table() {
        let mock = Mock::configured("revision: extended\nclock: 2026-01-02T03:04:05Z\n").await;
        let number = format!("999{}000001", row.digits);
        let reply = send(&mock, &number).await;
        match &row.outcome {
            Outcome::Refuse(code) => {
                assert_eq!(reply, Some(code.number().to_string()), "{}", row.name);
                assert!(
                    row.what
                        .contains(&format!("{} {}", code.number(), code.name())),
                    "{}",
                    row.what
                );
            }
            Outcome::Lose(_) => assert_eq!(reply, None, "{}", row.name),
            Outcome::Deliver(_) => {
                assert_eq!(reply.as_deref(), Some("1"), "{}", row.name);
                // A day of polls, an hour apart, sees the end of every story but those that need a hand.
                let mut seen = status(&mock).await;
                for _ in 0..25 {
                    mock.advance(std::time::Duration::from_secs(3_600));
                    seen.extend(status(&mock).await);
                }
                if row.name == "by-hand" {
                    assert_eq!(seen.last().map(String::as_str), Some("SENT"));
                    mock.call("POST", "messages/demo/1/move", None)
                        .await
                        .unwrap();
                    seen.extend(status(&mock).await);
                }
                let last = seen.last().unwrap();
                let word = if last == "0" { "0 for ever" } else { last };
                assert!(
                    row.what.contains(word),
                    "{}: {} ended as {last}",
                    row.name,
                    row.what
                );
                let places = seen.iter().map(|word| Status::from_word(word).unwrap());
                let places: Vec<Status> = places.collect();
                assert!(
                    places
                        .windows(2)
                        .all(|pair| pair[0] == pair[1] || pair[0].may_become(pair[1])),
                    "{seen:?}"
                );
            }
        }
    }
}

/// The issue's own: SENT at once, NOT_DELIVERED at the third poll; and ten minutes under a standing clock.
#[tokio::test]
async fn stories_of_polls_and_of_minutes() {
    let mock = Mock::start().await;
    mock.freeze();
    mock.script("{ when: { msisdn: \"380*\" }, story: [{ status: SENT, after: 0s }, { status: NOT_DELIVERED, polls: 3 }] }");
    mock.script("{ when: { msisdn: \"7*\" }, story: [{ status: SENT, after: 30s }, { status: DELIVERED, after: 570s }] }");
    send(&mock, "380501234567").await;
    for expected in ["SENT", "SENT", "NOT_DELIVERED", "NOT_DELIVERED"] {
        assert_eq!(status(&mock).await, [expected]);
    }
    send(&mock, "79990000001").await;
    let mut seen = Vec::new();
    for minutes in [0, 1, 8, 1] {
        mock.advance(std::time::Duration::from_secs(minutes * 60));
        seen.push(status(&mock).await[1].clone());
    }
    assert_eq!(seen, ["0", "SENT", "SENT", "DELIVERED"]);
}

#[tokio::test]
async fn scripts_count_the_sends_they_fit() {
    let mock = Mock::start().await;
    mock.script(
        "{ name: flaky, when: { account: demo }, nth: 2, times: 1, refuse: NOT_ENOUGH_CREDITS }",
    );
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(send(&mock, "380501234567").await.unwrap());
    }
    assert_eq!(codes, ["1", "-3", "1", "1"]);
    assert!(
        mock.journal().contains("it was to be refused"),
        "{}",
        mock.journal()
    );
    let request = mock.call("GET", "requests/2", None).await.unwrap();
    assert_eq!(request["cause"], "script flaky");
}

/// What a script fits is counted before anybody looks at the balance.
#[tokio::test]
async fn a_script_counts_a_send_that_there_are_no_credits_for() {
    let mock =
        Mock::configured("accounts: [{ username: demo, password: demo, credits: 0.5 }]").await;
    mock.script(
        "{ name: second, when: { account: demo }, nth: 2, times: 1, refuse: NO_RECIPIENTS }",
    );
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(send(&mock, "380501234567").await.unwrap());
    }
    assert_eq!(codes, ["-3", "-4", "-3"]);
}

#[tokio::test]
async fn scripts_see_id_sender_and_text() {
    let mock = Mock::start().await;
    for when in [
        "{ id: \"m*\" }",
        "{ sender: SMSK? }",
        "{ text: \"^Hel+o$\" }",
        "{ account: \"d*\", msisdn: \"*67\" }",
    ] {
        mock.script(&format!(
            "{{ name: s, when: {when}, refuse: NO_RECIPIENTS }}"
        ));
        assert_eq!(
            send(&mock, "380501234567").await.as_deref(),
            Some("-4"),
            "{when}"
        );
        mock.call("DELETE", "scripts/s", None).await.unwrap();
        let other = when
            .replace("m*", "x*")
            .replace("SMSK?", "S?")
            .replace("Hel+o", "Hi")
            .replace("*67", "*8");
        mock.script(&format!(
            "{{ name: s, when: {other}, refuse: NO_RECIPIENTS }}"
        ));
        assert_eq!(
            send(&mock, "380501234567").await.as_deref(),
            Some("1"),
            "{other}"
        );
        mock.call("DELETE", "scripts/s", None).await.unwrap();
    }
}

/// MODE-02: nothing is sent; it is paid for only where that is configured.
#[tokio::test]
async fn test_mode_charges_where_that_is_configured() {
    for (charges, left) in [("false", "100"), ("true", "99")] {
        let mock = Mock::configured(&format!("test_mode_charges: {charges}")).await;
        mock.call("PATCH", "accounts/demo", Some(json!({ "mode": "test" })))
            .await
            .unwrap();
        assert_eq!(send(&mock, "380501234567").await.as_deref(), Some("1"));
        assert_eq!(status(&mock).await, ["0"], "{charges}");
        assert_eq!(mock.balance("demo"), left, "{charges}");
    }
}

#[tokio::test]
async fn the_mode_is_switched_at_run_time() {
    let mock = Mock::start().await;
    mock.freeze();
    let rows = [
        ("test", "0", "100"),
        ("simulate", "DELIVERED", "100"),
        ("real", "DELIVERED", "99"),
    ];
    for (index, (mode, expected, left)) in rows.into_iter().enumerate() {
        mock.call("PATCH", "accounts/demo", Some(json!({ "mode": mode })))
            .await
            .unwrap();
        send(&mock, "380501234567").await;
        mock.advance(std::time::Duration::from_secs(60));
        assert_eq!(status(&mock).await[index], expected, "{mode}");
        assert_eq!(mock.balance("demo"), left, "{mode}");
        let number = 2 * index + 1;
        let request = mock
            .call("GET", &format!("requests/{number}"), None)
            .await
            .unwrap();
        assert_eq!(request["mode"], mode);
    }
    let explained = mock
        .call("GET", "requests/3/explain", None)
        .await
        .unwrap()
        .to_string();
    assert!(
        explained.contains("because the account is in simulate mode"),
        "{explained}"
    );
}

//! Which requests faults strike: by count, by what is asked, by chance, beside scripts; and the control API of faults.

use std::collections::BTreeMap;
use std::sync::Arc;

use epochta_mock::Mock;
use serde_json::{Value, json};

use crate::server::{between, document, exchange, exchange_at};

/// A SEND of one message.
fn send(username: &str, number: &str, id: &str) -> String {
    let inside = format!(
        "<message><sender>Shop</sender><text>Hello</text></message><numbers><number messageID=\"{id}\">{number}</number></numbers>"
    );
    document("SEND", username, username, &inside)
}

#[tokio::test]
async fn what_is_counted_is_counted_for_each_account_and_for_strangers_together() {
    for (trigger, expected) in [
        ("nth: 2", "..x.xxxx"),
        ("nth: 2, times: 1", "..x.x.x."),
        ("every: 3", ".....x.x"),
        ("times: 1", "xx.x...."),
        ("nth: 1, every: 2", "xx.x.x.x"),
    ] {
        let mock = Mock::configured(&format!(
            "accounts: [{{ username: a, password: a }}, {{ username: b, password: b }}]\n\
             faults: [{{ name: f, kind: close, {trigger} }}]\n"
        ))
        .await;
        let mut seen = String::new();
        for (username, password) in [
            ("a", "a"),
            ("b", "b"),
            ("a", "a"),
            ("who", "who"),
            ("unreadable", ""),
            ("a", "a"),
            ("b", "wrong"),
            ("", ""),
        ] {
            let balance = match username {
                "unreadable" => "<SMS".to_owned(),
                _ => document("BALANCE", username, password, ""),
            };
            let reply = exchange(mock.address(), &balance).await;
            seen.push(if reply.is_none() { 'x' } else { '.' });
        }
        assert_eq!(seen, expected, "{trigger}");
        assert_eq!(mock.hits("f"), seen.matches('x').count() as u64);
        let other = document("BALANCE", "a", "a", "");
        let other = exchange_at(mock.address(), "/s/other/sms/xml.php", &other).await;
        assert_eq!(
            other.is_none(),
            expected.starts_with('x'),
            "{trigger}: a space counts for itself"
        );
    }
}

/// The letters of those requests that are struck.
#[tokio::test]
async fn what_is_asked_must_fit() {
    let text = "<message><sender>S</sender><text>x</text></message><numbers><number>3806712</number><number>\
        380501234567</number></numbers>";
    let requests = [
        ("s", document("SEND", "demo", "demo", text)),
        ("p", document("GETPRICE", "demo", "demo", text)),
        (
            "t",
            document("GETSTATUS", "demo", "demo", "<statistics></statistics>"),
        ),
        ("b", document("BALANCE", "demo", "demo", "")),
        ("c", document("CREDITPRICE", "demo", "demo", "")),
        ("u", "<SMS>".to_owned()),
        ("o", document("BALANCE", "other", "x", "")),
        (
            "n",
            "<SMS><operations><operation>BALANCE</operation></operations></SMS>".to_owned(),
        ),
    ];
    for (when, expected) in [
        ("", "sptbcuon"),
        ("operation: any", "sptbcuon"),
        ("operation: send", "s"),
        ("operation: price", "p"),
        ("operation: status", "t"),
        ("operation: balance", "bon"),
        ("operation: credit_price", "c"),
        ("operation: unreadable", "u"),
        ("account: demo", "sptbc"),
        ("account: \"*e*\"", "sptbco"),
        ("account: other, operation: send", ""),
        ("msisdn: \"38050*\"", "sp"),
        ("msisdn: \"+380 (50) 123-45-67\", operation: price", "p"),
        ("msisdn: \"38067*\"", "sp"),
        ("msisdn: \"7*\"", ""),
    ] {
        let mock =
            Mock::configured(&format!("faults: [{{ kind: close, when: {{ {when} }} }}]")).await;
        let mut struck = String::new();
        for (letter, request) in &requests {
            if exchange(mock.address(), request).await.is_none() {
                struck.push_str(letter);
            }
        }
        assert_eq!(struck, expected, "when: {{ {when} }}");
    }
}

/// What was done to each of 200 SENDs, some of them alike: the lines of the journal, told by their id.
async fn drawn(seed: u64, order: &[usize], clients: usize) -> BTreeMap<String, u32> {
    let config = format!(
        "auto_accounts: \"c*\"\nfaults:\n  \
         - {{ name: lost, kind: close, probability: 20%, seed: {seed} }}\n  \
         - {{ name: late, kind: delay, from: 0s, to: 2ms, probability: 0.3, seed: {seed} }}\n  \
         - {{ name: cut, kind: cut, bytes: 9, placed: before, probability: 0.1, seed: {seed} }}\n"
    );
    let mock = Arc::new(Mock::configured(&config).await);
    let shares = (0..clients).map(|client| {
        let mine: Vec<usize> = order
            .iter()
            .copied()
            .skip(client)
            .step_by(clients)
            .collect();
        let mock = Arc::clone(&mock);
        tokio::spawn(async move {
            for request in mine {
                // Four accounts, and each document three times but for the last ones.
                let (account, id) = (format!("c{}", request % 4), format!("m{}", request % 68));
                let document = send(&account, "380501234567", &id);
                drop(exchange(mock.address(), &document).await);
            }
        })
    });
    for share in shares.collect::<Vec<_>>() {
        share.await.unwrap();
    }
    let mut outcomes = BTreeMap::new();
    for number in 1..=order.len() {
        let path = format!("requests/{number}");
        let request = mock.call("GET", &path, None).await.unwrap();
        let body = request["body"].as_str().unwrap();
        let id = between(body, "%6D%65%73%73%61%67%65%49%44%3D%22", "%22");
        let path = format!("requests/{number}/explain");
        let explained = mock.call("GET", &path, None).await.unwrap();
        let lines = explained["lines"].as_array().unwrap().iter();
        let hurt = lines
            .filter_map(Value::as_str)
            .find(|line| line.starts_with("The reply "));
        let outcome = format!("{} {id} {}", request["account"], hurt.unwrap_or("came"));
        *outcomes.entry(outcome).or_default() += 1;
    }
    outcomes
}

/// A draw is the request's own: nothing depends on the order, nor on who else asks at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_requests_draw_the_same_faults_in_any_order_and_in_parallel() {
    let in_order: Vec<usize> = (0..200).collect();
    let shuffled: Vec<usize> = (0..200).map(|index| index * 67 % 200).collect();
    let first = drawn(7, &in_order, 1).await;
    assert_eq!(drawn(7, &shuffled, 1).await, first);
    assert_eq!(drawn(7, &shuffled, 8).await, first);
    assert_ne!(drawn(8, &in_order, 1).await, first, "the seed matters");
    let count = |what: &str| -> u32 {
        let of_it = first.iter().filter(|(outcome, _)| outcome.contains(what));
        of_it.map(|(_, count)| count).sum()
    };
    assert!((20..60).contains(&count("was lost")), "{first:?}");
    assert!((25..75).contains(&count("late")), "{first:?}");
    assert!((2..30).contains(&count("was cut")), "{first:?}");
    // Sent again, a document is another draw.
    let alike = first.keys().filter(|outcome| outcome.contains(" %6D%31 "));
    assert!(alike.count() > 1, "{first:?}");
}

/// Scripts and magic numbers say what becomes of a SEND, faults what becomes of its reply.
#[tokio::test]
async fn faults_go_with_scripts() {
    for (fault, number, credits, hits) in [
        // The magic number has lost the reply already.
        ("kind: empty, placed: after", "999501000001", "99", 0),
        // Nothing that a script wants happens before anything happens.
        ("kind: empty, placed: before", "999501000001", "100", 1),
        ("kind: empty, placed: before", "999502000001", "100", 1),
        ("kind: empty, placed: after", "999502000001", "100", 0),
        ("kind: empty, placed: after", "999403000001", "100", 1),
    ] {
        let mock = Mock::start().await;
        mock.fault(&format!("{{ name: f, {fault} }}"));
        let reply = exchange(mock.address(), &send("demo", number, "m")).await;
        assert_eq!(reply.is_some(), hits == 1, "{fault}, {number}");
        assert_eq!(
            (mock.balance("demo").as_str(), mock.hits("f")),
            (credits, hits),
            "{fault}, {number}"
        );
    }
    let mock = Mock::configured("scripts: [{ name: s, nth: 2, refuse: NO_RECIPIENTS }]").await;
    mock.fault("{ name: f, kind: empty, placed: before, times: 1 }");
    let mut codes = Vec::new();
    for _ in 0..3 {
        let reply = exchange(mock.address(), &send("demo", "380501234567", "m"))
            .await
            .unwrap();
        codes.push(between(&reply, "<status>", "</status>").to_owned());
    }
    assert_eq!(
        codes,
        ["", "1", "-4"],
        "a script does not count what never happened"
    );
}

/// GETSTATUS moves stories on, unless its fault comes before.
#[tokio::test]
async fn a_poll_before_which_something_failed_is_none() {
    for (placed, expected) in [("before", "0"), ("after", "DELIVERED")] {
        let mock = Mock::start().await;
        exchange(mock.address(), &send("demo", "999201000001", "m")).await;
        mock.fault(&format!(
            "{{ kind: close, placed: {placed}, when: {{ operation: status }} }}"
        ));
        let ids = "<statistics><messageid>m</messageid></statistics>";
        exchange(mock.address(), &document("GETSTATUS", "demo", "demo", ids)).await;
        assert_eq!(mock.messages("*")[0]["status"], expected, "{placed}");
    }
}

#[tokio::test]
async fn faults_are_added_read_replaced_and_removed() {
    let mock =
        Mock::configured("faults: [{ name: kept, kind: stall, when: { account: nobody } }]").await;
    let names = async || -> Vec<String> {
        let list = mock.call("GET", "faults", None).await.unwrap();
        let faults = list["faults"].as_array().unwrap().iter();
        faults
            .map(|one| one["fault"]["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let added = mock
        .call(
            "POST",
            "faults",
            Some(json!({ "kind": "close", "times": 1 })),
        )
        .await
        .unwrap();
    let told = json!({
        "fault": { "name": "added-1", "kind": "close", "placed": "after", "when": { "operation": "any" }, "times": 1 },
        "hits": 0
    });
    assert_eq!(added, told);
    assert_eq!(names().await, ["added-1", "kept"], "the newest comes first");
    let balance = document("BALANCE", "demo", "demo", "");
    assert!(exchange(mock.address(), &balance).await.is_none());
    assert!(exchange(mock.address(), &balance).await.is_some());
    assert_eq!(mock.hits("added-1"), 1);
    // In its place, and counting anew.
    let put = json!({ "kind": "empty", "times": 1 });
    mock.call("PUT", "faults/added-1", Some(put.clone()))
        .await
        .unwrap();
    assert_eq!(
        exchange(mock.address(), &balance).await.as_deref(),
        Some("")
    );
    assert_eq!(mock.hits("added-1"), 1);
    mock.call("PUT", "faults/b%2Fc", Some(put)).await.unwrap();
    assert_eq!(names().await, ["b/c", "added-1", "kept"]);
    mock.call("DELETE", "faults/b%2Fc", None).await.unwrap();
    mock.call("DELETE", "faults/kept", None).await.unwrap();
    assert_eq!(names().await, ["added-1"]);
    mock.call("POST", "reset", None).await.unwrap();
    assert_eq!(names().await, ["kept"], "as the configuration has it");
    for (method, path, body, status, detail) in [
        (
            "GET",
            "faults/none",
            None,
            404,
            "there is no fault \"none\" in this space",
        ),
        (
            "DELETE",
            "faults/none",
            None,
            404,
            "there is no fault \"none\" in this space",
        ),
        (
            "POST",
            "faults",
            Some(json!({ "name": "kept", "kind": "reset" })),
            409,
            "there is a fault \"kept\" already",
        ),
        (
            "POST",
            "faults",
            Some(json!({ "kind": "stall", "share": 0.5 })),
            400,
            "share: `share` is not for this kind: stall has for (optional)",
        ),
        (
            "POST",
            "faults",
            Some(json!({ "kind": "close", "when": { "msisdn": "38o*" } })),
            400,
            "when.msisdn: this is no pattern of numbers",
        ),
        (
            "PUT",
            "faults/a",
            Some(json!({ "name": "b", "kind": "close" })),
            409,
            "name: it is another than in the path",
        ),
        (
            "POST",
            "faults",
            // What is wrong is told, and not that 3.0 stands for 3.
            Some(json!({ "kind": "delay", "nth": 3.0, "median": "1s", "sigma": 1.2345 })),
            400,
            "more than 3 digits after the point",
        ),
        (
            "POST",
            "faults",
            Some(json!({ "name": "b" })),
            400,
            "missing field `kind`",
        ),
    ] {
        let problem = mock.call(method, path, body).await.unwrap_err();
        assert_eq!(problem["status"], status, "{problem}");
        assert!(
            problem["detail"].as_str().unwrap().contains(detail),
            "{problem}"
        );
    }
}

//! The control API: isolation, waiting, verification, the journal, determinism; and the mock in a test's process.

use std::sync::Arc;
use std::time::Duration;

use epochta_mock::Mock;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use crate::server::{between, document, exchange, exchange_at, read_to_end};

fn mailing(username: &str, number: &str, text: &str) -> String {
    let inside = format!(
        "<message><sender>Shop</sender><text>{text}</text></message><numbers><number messageID=\"m\">{number}</number></numbers>"
    );
    document("SEND", username, username, &inside)
}

async fn send(mock: &Mock, username: &str, number: &str, text: &str) -> String {
    let reply = exchange(mock.address(), &mailing(username, number, text))
        .await
        .unwrap();
    between(&reply, "<status>", "</status>").to_owned()
}

/// A call of the control API over the socket, as other languages make it.
async fn call(mock: &Mock, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = tokio::net::TcpStream::connect(mock.address())
        .await
        .unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let reply = read_to_end(&mut stream).await;
    let (status, body) = crate::server::split(&reply);
    (status, serde_json::from_slice(body).unwrap_or(Value::Null))
}

/// 300 tests in one mock, each with a story, a clock and credits of its own: by account, and by space.
#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_tests_see_nothing_of_each_other() {
    let mock =
        Arc::new(Mock::configured("auto_accounts: \"ci-*\"\nauto_account: { credits: 7 }").await);
    let by_account = (0..150).map(|test| {
        let mock = Arc::clone(&mock);
        tokio::spawn(async move {
            let username = format!("ci-{test}");
            let refuse = json!({ "when": { "account": username }, "nth": 2, "times": 1, "refuse": "NO_RECIPIENTS" });
            mock.call("POST", "scripts", Some(refuse)).await.unwrap();
            let mut codes = Vec::new();
            for text in ["one", "two", "three"] {
                codes.push(send(&mock, &username, "999103000001", &format!("{text} {test}")).await);
            }
            assert_eq!(codes, ["1", "-4", "1"]);
            let ids = "<statistics><messageid>m</messageid></statistics>";
            let report = exchange(mock.address(), &document("GETSTATUS", &username, &username, ids)).await.unwrap();
            assert_eq!(report.matches("DELIVERED").count(), 2, "{report}");
            let expected = json!({
                "messages": { "account": username }, "sent": 2, "charged": 2, "refused": 1,
                "texts": [format!("^one {test}$"), format!("^three {test}$")]
            });
            mock.call("POST", "verify", Some(expected)).await.unwrap();
            assert_eq!(mock.balance(&username), "5");
        })
    });
    let by_space = (0..150).map(|test| {
        let mock = Arc::clone(&mock);
        tokio::spawn(async move {
            let space = format!("/s/test-{test}");
            let clock =
                json!({ "mode": "frozen", "at": format!("2026-01-01T00:{:02}:00Z", test % 60) });
            assert_eq!(
                call(&mock, "PUT", &format!("{space}/_mock/clock"), Some(clock))
                    .await
                    .0,
                200
            );
            let reply = exchange_at(
                mock.address(),
                &format!("{space}/members/sms/xml.php"),
                &mailing("demo", "380501234567", "x"),
            )
            .await;
            assert!(reply.unwrap().contains("<status>1</status>"));
            call(
                &mock,
                "POST",
                &format!("{space}/_mock/clock/advance"),
                Some(json!({ "by": "3s" })),
            )
            .await;
            let (_, list) = call(&mock, "GET", &format!("{space}/_mock/messages"), None).await;
            assert_eq!(list["messages"].as_array().unwrap().len(), 1);
            assert_eq!(
                list["messages"][0]["done_at"],
                format!("2026-01-01T00:{:02}:03Z", test % 60)
            );
            let (_, account) =
                call(&mock, "GET", &format!("{space}/_mock/accounts/demo"), None).await;
            assert_eq!(account["credits"], "99");
        })
    });
    let tests: Vec<_> = by_account.chain(by_space).collect();
    for test in tests {
        test.await.unwrap();
    }
    assert_eq!(mock.balance("demo"), "100", "the main space saw none of it");
}

/// 1,000 wait, each for its own message; each is woken by it, and a reset frees those who are left.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_wait_and_each_gets_its_own() {
    let mock = Arc::new(
        Mock::configured("accounts: [{ username: demo, password: demo, credits: 5000 }]").await,
    );
    let wait = |test: usize| {
        let mock = Arc::clone(&mock);
        tokio::spawn(async move {
            let path = format!("messages/wait?to=38050{test:07}&extract=otp&timeout=1h");
            mock.call("GET", &path, None).await
        })
    };
    let lucky: Vec<_> = (0..1_000).map(wait).collect();
    let unlucky: Vec<_> = (1_000..1_100).map(wait).collect();
    // All are on the list before the first message is sent.
    while waiting(&mock).await < 1_100 {
        tokio::task::yield_now().await;
    }
    for test in (0..1_000).rev() {
        send(
            &mock,
            "demo",
            &format!("38050{test:07}"),
            &format!("code {}", 100_000 + test),
        )
        .await;
    }
    for (test, waiter) in lucky.into_iter().enumerate() {
        let waited = waiter.await.unwrap().unwrap();
        assert_eq!(waited["extracted"], (100_000 + test).to_string());
        assert_eq!(waited["message"]["to"], format!("38050{test:07}"));
    }
    assert_eq!(waiting(&mock).await, 100);
    mock.call("POST", "reset", None).await.unwrap();
    for waiter in unlucky {
        let problem = waiter.await.unwrap().unwrap_err();
        assert_eq!(problem["detail"], "the space was reset while you waited");
    }
}

async fn waiting(mock: &Mock) -> u64 {
    let request = b"GET /_mock/metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let mut stream = tokio::net::TcpStream::connect(mock.address())
        .await
        .unwrap();
    stream.write_all(request).await.unwrap();
    let reply = String::from_utf8(read_to_end(&mut stream).await).unwrap();
    let line = reply
        .lines()
        .find_map(|line| line.strip_prefix("epochta_mock_waiters "))
        .unwrap();
    line.parse().unwrap()
}

#[tokio::test]
async fn a_wait_in_vain_shows_what_came_nearest() {
    let mock = Mock::start().await;
    mock.freeze();
    send(&mock, "demo", "380501234567", "your code is 4711").await;
    let waiting = mock.call(
        "GET",
        "messages/wait?to=380501234568&text=code&timeout=10m",
        None,
    );
    let (problem, ()) = tokio::join!(waiting, async { mock.advance(Duration::from_secs(600)) });
    let problem = problem.unwrap_err();
    assert_eq!(problem["status"], 408);
    assert_eq!(
        problem["lines"][0],
        "request 1: from \"Shop\" to 380501234567 by demo, \"your code is 4711\": to is not \"380501234568\""
    );
    let there = mock
        .call(
            "GET",
            "messages/wait?text=code&extract=code+is+([0-9]%2B)",
            None,
        )
        .await
        .unwrap();
    assert_eq!(there["extracted"], "4711");
}

#[tokio::test]
async fn verification_tells_the_difference() {
    let mock = Mock::configured("tariffs: { \"*\": 0.35 }").await;
    send(&mock, "demo", "380501234567", "your code is 4711").await;
    send(&mock, "demo", "no", "your code is 4711").await;
    let right = json!({ "sent": 1, "at_least": 1, "at_most": 1, "parts": 1, "price": 0.35, "charged": "0.35",
        "refused": 1, "texts": ["code is [0-9]+"], "only": ["SEND"] });
    mock.call("POST", "verify", Some(right)).await.unwrap();
    let wrong = json!({ "sent": 2, "price": 0.7, "texts": ["Hi", "Ho"], "only": ["BALANCE"] });
    let problem = mock.call("POST", "verify", Some(wrong)).await.unwrap_err();
    let lines: Vec<&str> = problem["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line.as_str().unwrap())
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    sent: expected 2, found 1
    price: expected 0.7, found 0.35
    text 1: expected one like Hi, found "your code is 4711"
    text 2: expected one like Ho, found no message
    request 1: SEND was not expected (SEND_OK)
    request 2: SEND was not expected (NO_RECIPIENTS)
    there is: request 1, to 380501234567, "your code is 4711", 0
    "#);
}

/// A journal that had to let requests go is no proof that nothing happened.
#[tokio::test]
async fn what_is_no_longer_kept_is_unknown_and_not_zero() {
    let mock = Mock::configured("limits: { max_journal_bytes: 4KiB, max_messages: 2 }").await;
    for _ in 0..20 {
        send(&mock, "demo", "380501234567", "x").await;
    }
    let problem = mock
        .call("POST", "verify", Some(json!({ "sent": 2, "refused": 0 })))
        .await
        .unwrap_err();
    let told = problem.to_string();
    assert!(
        told.contains("unknown: 18 older messages are no longer kept"),
        "{told}"
    );
    assert!(told.contains("older requests are no longer kept"), "{told}");
    let (_, list) = call(&mock, "GET", "/_mock/requests", None).await;
    assert!(list["evicted"].as_u64().unwrap() > 0, "{list}");
    let gone = mock.call("GET", "requests/1", None).await.unwrap_err();
    assert_eq!(gone["status"], 404);
}

#[tokio::test]
async fn two_runs_write_the_same_journal() {
    let mut journals = Vec::new();
    for _ in 0..2 {
        let mock = Mock::configured("clock: 2026-01-02T03:04:05Z\nscripts:\n  - any_of: [{ weight: 1, story: [{ status: DELIVERED, after: 0s }] }, { weight: 1, story: [{ status: NOT_DELIVERED, after: 0s }] }]").await;
        for test in 0..40 {
            send(&mock, "demo", &format!("38050{test:07}"), "x").await;
            mock.advance(Duration::from_millis(137));
        }
        exchange(mock.address(), "<SMS").await;
        let requests = mock.call("GET", "requests", None).await.unwrap();
        let messages = mock.call("GET", "messages", None).await.unwrap();
        let drawn = messages
            .to_string()
            .matches("\"status\":\"DELIVERED\"")
            .count();
        assert!(drawn > 20 && drawn < 60, "both were drawn: {drawn}");
        journals.push((requests.to_string(), messages.to_string()));
    }
    assert_eq!(journals[0], journals[1]);
}

#[tokio::test]
async fn a_request_is_explained() {
    let mock = Mock::start().await;
    let body = document(
        "SEND",
        "demo",
        "demo",
        "<message><sender>S</sender><text>Fish &amp; chips</text></message>",
    );
    let request = format!(
        "POST /members/sms/xml.php HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\nXML={body}",
        body.len() + 4
    );
    let mut stream = tokio::net::TcpStream::connect(mock.address())
        .await
        .unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    read_to_end(&mut stream).await;
    exchange(mock.address(), &document("SEDN", "demo", "demo", "")).await;
    let mut told = Vec::new();
    for number in 1..=2 {
        let explained = mock
            .call("GET", &format!("requests/{number}/explain"), None)
            .await
            .unwrap();
        told.extend(
            explained["lines"]
                .as_array()
                .unwrap()
                .iter()
                .map(|line| line.as_str().unwrap().to_owned()),
        );
    }
    insta::assert_snapshot!(told.join("\n"), @r#"
    It came by POST to /members/sms/xml.php, labelled "application/x-www-form-urlencoded", with 216 bytes.
    The document is the field XML of a form in which nothing is escaped (FORM-05): + became blanks, & ends it, %41 would become A.
    Its bytes were read as UTF-8 (XML-04).
    Tolerated: nothing in the form is percent-encoded; use your library's form encoding (FORM-05).
    Tolerated: an & ended the field XML, as PHP reads it, and what followed was lost; write %26 (FORM-07).
    It could not be read: line 1, column 179, in /SMS/message/text: the document ends before its elements are closed
    That is byte 178 of its text, from 0.
    PHP took an & in the unescaped form for the end of the field, so the document arrived without its end; what is left ends with "><sender>S</sender><text>Fish ".
    It was answered XML_ERROR.
    It came by POST to /members/sms/xml.php, labelled "application/x-www-form-urlencoded", with 442 bytes.
    The document is the field XML of a percent-encoded form (FORM-04).
    Its bytes were read as UTF-8 (XML-04).
    It could not be read: the operation "SEDN" is not known; did you mean SEND?
    It was answered XML_ERROR.
    "#);
}

#[tokio::test]
async fn a_password_is_in_no_answer() {
    let mock =
        Mock::configured("accounts: [{ username: demo, password: hunter2 }]\nmask_numbers: true")
            .await;
    for password in ["hunter2", "hunter2 wrong", "hunter2&"] {
        exchange(mock.address(), &document("SEND", "demo", password, "<message><sender>S</sender><text>x</text></message><numbers><number>380501234567</number></numbers>")).await;
    }
    for path in [
        "requests",
        "requests/1",
        "requests/1/explain",
        "requests/3/explain",
        "accounts",
        "messages",
        "scripts",
        "clock",
    ] {
        let (status, answer) = call(&mock, "GET", &format!("/_mock/{path}"), None).await;
        let answer = answer.to_string();
        assert_eq!(status, 200, "{path}: {answer}");
        assert!(!answer.contains("hunter2"), "{path}: {answer}");
        assert!(!answer.contains("380501234567"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn a_web_page_of_another_origin_is_turned_away() {
    let mock = Mock::start().await;
    for headers in [
        "Host: 127.0.0.1\r\nOrigin: http://evil.example",
        "Host: evil.example",
    ] {
        let request =
            format!("GET /_mock/accounts HTTP/1.1\r\n{headers}\r\nConnection: close\r\n\r\n");
        let mut stream = tokio::net::TcpStream::connect(mock.address())
            .await
            .unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let reply = read_to_end(&mut stream).await;
        assert!(
            reply.starts_with(b"HTTP/1.1 403"),
            "{}",
            String::from_utf8_lossy(&reply)
        );
    }
}

#[tokio::test]
async fn the_ledger_is_told() {
    let mock = Mock::start().await;
    mock.freeze();
    mock.account("ci", "5");
    send(&mock, "ci", "380501234567", "x").await;
    mock.call(
        "POST",
        "accounts/ci/top-up",
        Some(json!({ "credits": 2.5 })),
    )
    .await
    .unwrap();
    let ledger = mock.call("GET", "accounts/ci/ledger", None).await.unwrap();
    let lines: Vec<String> = ledger["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            format!(
                "{} {} {}",
                line["movement"], line["credits"], line["balance"]
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            "\"opening\" \"5\" \"5\"",
            "\"charge\" \"1\" \"4\"",
            "\"top-up\" \"2.5\" \"6.5\""
        ]
    );
    mock.call("POST", "reset?account=ci", None).await.unwrap();
    assert_eq!(
        (mock.balance("ci").as_str(), mock.messages("*").len()),
        ("5", 0)
    );
    mock.call("DELETE", "accounts/ci", None).await.unwrap();
    assert_eq!(send(&mock, "ci", "380501234567", "x").await, "-1");
}

/// `curl /_mock/openapi.json > server/openapi.json` makes it anew.
#[test]
fn the_committed_description_is_fresh() {
    let fresh = format!("{:#}\n", epochta_mock::control::openapi::document());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap();
    // Both are long; the command says it better than their difference.
    assert!(
        committed == fresh,
        "run: cargo run -p epochta-mock -- openapi > server/openapi.json"
    );
}

#[tokio::test]
async fn expectations_are_verified_when_the_mock_goes() {
    let mock = Mock::start().await;
    mock.expect_sent("380*", 2);
    send(&mock, "demo", "380501234567", "only one").await;
    let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(mock)));
    let told = dropped.unwrap_err().downcast::<String>().unwrap();
    assert!(told.contains("sent: expected 2, found 1"), "{told}");
    assert!(
        told.contains("1 SEND of demo: SEND_OK, 1 messages, 1 credits"),
        "{told}"
    );
    let mock = Mock::start().await;
    mock.expect_sent("380*", 1);
    let (message, code) = tokio::join!(
        mock.wait_for("380*"),
        send(&mock, "demo", "380501234567", "hello")
    );
    assert_eq!(
        (message["text"].as_str(), code.as_str()),
        (Some("hello"), "1")
    );
}

/// A message that is delivered stays delivered, whatever is done to the clock (STATUS-06).
#[tokio::test]
async fn the_clock_never_goes_back() {
    let mock = Mock::start().await;
    mock.freeze();
    send(&mock, "demo", "380501234567", "x").await;
    mock.advance(Duration::from_secs(600));
    let status = |mock: &Mock| {
        mock.messages("*")
            .first()
            .map(|message| message["status"].clone())
    };
    assert_eq!(status(&mock), Some(json!("DELIVERED")));
    mock.call("PUT", "clock", Some(json!({ "mode": "real" })))
        .await
        .unwrap();
    assert_eq!(
        status(&mock),
        Some(json!("DELIVERED")),
        "real time goes on from where it stood"
    );
    let back = json!({ "mode": "frozen", "at": "2020-01-01T00:00:00Z" });
    let problem = mock
        .call("PUT", "clock", Some(back.clone()))
        .await
        .unwrap_err();
    assert_eq!(problem["status"], 409);
    mock.call("POST", "reset", None).await.unwrap();
    let clock = mock.call("PUT", "clock", Some(back)).await.unwrap();
    assert_eq!(
        clock["now"], "2020-01-01T00:00:00Z",
        "nothing has happened that could be undone"
    );
}

/// What was never accepted was never sent; and a misspelt word verifies nothing.
#[tokio::test]
async fn verification_counts_what_was_accepted() {
    let mock = Mock::start().await;
    let inside = "<message><sender>S</sender><text>x</text></message><numbers><number messageID=\"bad\">12</number>\
        <number>380501234567</number></numbers>";
    exchange(mock.address(), &document("SEND", "demo", "demo", inside)).await;
    mock.call(
        "POST",
        "verify",
        Some(json!({ "sent": 1, "parts": 1, "refused": 0 })),
    )
    .await
    .unwrap();
    for wrong in [
        json!({ "messages": { "status": "DELIVRED" }, "sent": 0 }),
        json!({ "messages": { "limit": 0 }, "sent": 0 }),
        json!({ "only": ["send"] }),
        json!({ "sned": 1 }),
    ] {
        let problem = mock
            .call("POST", "verify", Some(wrong.clone()))
            .await
            .unwrap_err();
        assert_eq!(problem["status"], 400, "{wrong}: {problem}");
    }
}

/// A clock that stands does not hold a build up for ever.
#[tokio::test]
async fn a_wait_ends_also_while_the_clock_stands() {
    let mock =
        Mock::configured("clock: 2026-01-02T03:04:05Z\nlimits: { wait_timeout: 30ms }").await;
    let problem = mock
        .call("GET", "messages/wait?timeout=1h", None)
        .await
        .unwrap_err();
    assert_eq!(problem["status"], 408);
}

#[tokio::test]
async fn spaces_are_closed() {
    let mock = Mock::start().await;
    let reply = exchange_at(
        mock.address(),
        "/s/a/sms/xml.php",
        &mailing("demo", "380501234567", "x"),
    )
    .await;
    assert!(reply.unwrap().contains("<status>1</status>"));
    assert_eq!(call(&mock, "DELETE", "/s/a/_mock/space", None).await.0, 204);
    let (_, account) = call(&mock, "GET", "/s/a/_mock/accounts/demo", None).await;
    assert_eq!(account["credits"], "100", "it was opened anew");
    assert_eq!(call(&mock, "DELETE", "/_mock/space", None).await.0, 409);
    let (status, problem) = call(&mock, "GET", "/s/bad!name/_mock/accounts", None).await;
    assert!(
        status == 404
            && problem["detail"]
                .as_str()
                .unwrap()
                .contains("a name has up to 64"),
        "{problem}"
    );
}

/// Probes are no requests of anybody's application.
#[tokio::test]
async fn probes_are_not_journalled() {
    let mock = Mock::start().await;
    for path in ["/_mock/ready", "/_mock/live"] {
        assert_eq!(call(&mock, "GET", path, None).await.0, 200);
    }
    mock.call("POST", "verify", Some(json!({ "refused": 0, "only": [] })))
        .await
        .unwrap();
}

/// What a script has counted is its own: one that is removed takes it along.
#[tokio::test]
async fn a_script_that_is_added_again_counts_anew() {
    let mock = Mock::start().await;
    for round in 0..3 {
        mock.script("{ when: { account: demo }, times: 1, refuse: NOT_ENOUGH_CREDITS }");
        for expected in ["-3", "1"] {
            assert_eq!(
                send(&mock, "demo", "380501234567", "x").await,
                expected,
                "round {round}"
            );
        }
        mock.call("DELETE", "scripts", None).await.unwrap();
    }
}

#[tokio::test]
async fn an_account_is_reset_as_it_was_opened() {
    let mock = Mock::start().await;
    mock.account("ci", "5");
    for username in ["demo", "ci"] {
        let change = json!({ "mode": "test", "password": "other", "xml_interface": false });
        mock.call("PATCH", &format!("accounts/{username}"), Some(change))
            .await
            .unwrap();
        mock.call("POST", &format!("reset?account={username}"), None)
            .await
            .unwrap();
        assert_eq!(
            send(&mock, username, "380501234567", "x").await,
            "1",
            "{username}"
        );
        let account = mock
            .call("GET", &format!("accounts/{username}"), None)
            .await
            .unwrap();
        assert_eq!(account["mode"], "real");
    }
}

/// What an operation does not know it refuses: a reset of one account must not become a reset of all.
#[tokio::test]
async fn what_is_not_declared_is_refused() {
    let mock = Mock::start().await;
    mock.script("{ name: kept, refuse: NO_RECIPIENTS }");
    for (method, path, body) in [
        ("POST", "reset", Some(json!({ "account": "nobody" }))),
        ("DELETE", "scripts?name=other", None),
        ("POST", "verify?sent=1", None),
        (
            "POST",
            "scripts",
            Some(json!({ "when": { "msisdn": "38o*" }, "lose": "reply" })),
        ),
        ("GET", "messages?to=all", None),
    ] {
        let problem = mock.call(method, path, body).await.unwrap_err();
        assert_eq!(problem["status"], 400, "{method} {path}: {problem}");
    }
    assert_eq!(
        send(&mock, "demo", "380501234567", "x").await,
        "-4",
        "the script is still there"
    );
}

/// Every sum of credits stays one that can be calculated with.
#[tokio::test]
async fn an_account_takes_no_more_credits_than_it_can_hold() {
    let mock = Mock::start().await;
    mock.account("rich", "999999999999");
    let top_up = async |credits: &str| {
        let body = json!({ "credits": credits });
        mock.call("POST", "accounts/rich/top-up", Some(body)).await
    };
    let problem = top_up("1.0001").await.unwrap_err();
    assert_eq!(
        (&problem["status"], &problem["detail"]),
        (
            &json!(409),
            &json!("no account can have more than 1000000000000 credits")
        )
    );
    assert_eq!(mock.balance("rich"), "999999999999");
    top_up("1").await.unwrap();
    assert_eq!(mock.balance("rich"), "1000000000000");
}

/// Numbers are meant as the gateway reads them.
#[tokio::test]
async fn numbers_are_looked_for_as_people_write_them() {
    let mock = Mock::start().await;
    mock.script("{ when: { msisdn: \"+7 (999)*\" }, refuse: NO_RECIPIENTS }");
    assert_eq!(send(&mock, "demo", "79990000001", "x").await, "-4");
    send(&mock, "demo", "380501234567", "x").await;
    for to in ["+380*", "380 50*", "+38 (050) 123-45-67"] {
        assert_eq!(mock.messages(to).len(), 1, "{to}");
    }
    let problem = mock
        .call(
            "POST",
            "verify",
            Some(json!({ "messages": { "to": "+380*" }, "sent": 0 })),
        )
        .await;
    assert_eq!(problem.unwrap_err()["status"], 409);
}

/// The mock has a thread of its own: a client may block the test's.
#[tokio::test]
async fn a_blocking_client_is_answered() {
    use std::io::{Read, Write};
    let mock = Mock::start().await;
    let mut stream = std::net::TcpStream::connect(mock.address()).unwrap();
    stream
        .write_all(&crate::server::urlencoded(&document(
            "BALANCE", "demo", "demo", "",
        )))
        .unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(
        reply.ends_with("<credits>100</credits>\n</RESPONSE>\n"),
        "{reply}"
    );
}

/// Eight clients at once, and somebody who reads the journal on from where he was: he misses nothing.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_on_misses_nothing() {
    let mock = Arc::new(Mock::configured("auto_accounts: \"c*\"").await);
    let clients = (0..8).map(|client| {
        let mock = Arc::clone(&mock);
        tokio::spawn(async move {
            for _ in 0..40 {
                send(&mock, &format!("c{client}"), "380501234567", "x").await;
            }
        })
    });
    let clients: Vec<_> = clients.collect();
    let (mut after, mut seen) = (0, Vec::new());
    while seen.len() < 320 {
        let page = mock
            .call("GET", &format!("requests?after={after}"), None)
            .await
            .unwrap();
        for request in page["requests"].as_array().unwrap() {
            after = request["number"].as_u64().unwrap();
            seen.push(after);
        }
        tokio::task::yield_now().await;
    }
    for client in clients {
        client.await.unwrap();
    }
    assert_eq!(seen, (1..=320).collect::<Vec<u64>>());
}

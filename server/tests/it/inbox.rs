//! What there is to be seen of messages, requests and ledgers, over a socket: searched, paged through, and in detail.

use std::collections::BTreeSet;

use epochta_mock::config::Config;
use epochta_mock::http::Limits;
use serde_json::{Value, json};

use crate::server::{Server, document, send};

async fn server(yaml: &str) -> Server {
    Server::with(Config::parse(yaml, "test").unwrap(), Limits::default()).await
}

/// A SEND of a text by an account of this login and password; numbers as `<number>` elements.
fn mailing(username: &str, sender: &str, text: &str, numbers: &str) -> String {
    let inside = format!(
        "<message><sender>{sender}</sender><text>{text}</text></message><numbers>{numbers}</numbers>"
    );
    document("SEND", username, username, &inside)
}

async fn get(server: &Server, path: &str) -> Value {
    let (status, answer) = server.call("GET", &format!("/_mock/{path}"), "").await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

fn ids(list: &Value) -> Vec<&str> {
    let messages = list["messages"].as_array().unwrap();
    messages
        .iter()
        .map(|message| message["id"].as_str().unwrap())
        .collect()
}

/// Each word in some part of what is shown, whatever its case; the newest first.
#[tokio::test]
async fn messages_are_found_by_words() {
    let yaml = "clock: 2026-01-02T03:04:05Z\naccounts: [{ username: shop, password: shop }, { username: bank, password: bank }]";
    let server = server(yaml).await;
    for (username, sender, text, numbers) in [
        (
            "shop",
            "SHOP",
            "Привет, %1%: код 4711",
            "<number messageID=\"a\" variables=\"Анна;\">380501234567</number><number messageID=\"b\" variables=\"Pat;\">999103000001</number>",
        ),
        (
            "bank",
            "MyBank",
            "Your code is 4711 (really)",
            "<number messageID=\"order-7\">380501234567</number>",
        ),
        (
            "bank",
            "MyBank",
            "100%% + a.b_c",
            "<number messageID=\"d\">not a number</number><number messageID=\"e\">79990000001</number>",
        ),
    ] {
        server.post(&mailing(username, sender, text, numbers)).await;
    }
    for (query, expected) in [
        ("", vec!["e", "d", "order-7", "b", "a"]),
        ("4711", vec!["order-7", "b", "a"]),
        ("КОД АННА", vec!["a"]),
        ("pat", vec!["b"]),
        // The template is shown beside the text.
        ("%251%25", vec!["b", "a"]),
        ("code mybank", vec!["order-7"]),
        ("ORDER", vec!["order-7"]),
        ("shop", vec!["b", "a"]),
        ("bank really", vec!["order-7"]),
        ("+380 (50) 123-45-67", vec!["order-7", "a"]),
        ("delivered", vec!["b"]),
        ("INVALID_DEST", vec!["d"]),
        ("not number", vec!["d"]),
        ("a.b_c", vec!["e", "d"]),
        ("a.b.c", vec![]),
        ("(really)", vec!["order-7"]),
        ("+ %2B", vec!["e", "d"]),
        ("nothing", vec![]),
    ] {
        let query = query
            .replace('+', "%2B")
            .replace(' ', "%20")
            .replace("%2B %2B", "%2B");
        let query: String = query
            .chars()
            .map(|sign| {
                if sign.is_ascii() {
                    sign.to_string()
                } else {
                    escaped(sign)
                }
            })
            .collect();
        let list = get(&server, &format!("messages?query={query}")).await;
        assert_eq!(ids(&list), expected, "{query}");
        assert_eq!(list["total"], expected.len(), "{query}");
    }
    let both = get(&server, "messages?query=4711&status=DELIVERED&account=s*").await;
    assert_eq!(ids(&both), ["b"]);
    let waiting = get(&server, "messages?status=0").await;
    assert_eq!(ids(&waiting), ["e", "order-7", "a"]);
    let long = "x".repeat(1_001);
    let many = "x%20".repeat(21);
    for wrong in [long, many] {
        let (status, _) = server
            .call("GET", &format!("/_mock/messages?query={wrong}"), "")
            .await;
        assert_eq!(status, 400);
    }
}

fn escaped(sign: char) -> String {
    let mut bytes = [0; 4];
    let bytes = sign.encode_utf8(&mut bytes).bytes();
    bytes.map(|byte| format!("%{byte:02X}")).collect()
}

/// What is hidden cannot be found out by looking for it.
#[tokio::test]
async fn hidden_numbers_are_not_found() {
    let server = server("mask_numbers: true").await;
    let number = "<number messageID=\"a\" variables=\"380501234567;\">380501234567</number>";
    server
        .post(&mailing("demo", "S", "code 4711 for %1%", number))
        .await;
    for (query, found) in [("380501234567", 0), ("38050", 0), ("4567", 1), ("4711", 1)] {
        let list = get(&server, &format!("messages?query={query}")).await;
        assert_eq!(list["total"], found, "{query}");
    }
    // Nor by asking for it digit by digit: what is compared is what is shown.
    for (query, found) in [
        ("to=3805*", 0),
        ("to=????????4567", 1),
        ("to=*4567", 1),
        ("to=380501234567", 1),
        ("to=380501234568", 0),
        ("text=38050", 0),
        ("text=4567", 1),
        ("id=a", 1),
    ] {
        let list = get(&server, &format!("messages?{query}")).await;
        assert_eq!(list["total"], found, "{query}");
    }
    let number = "<number messageID=\"of-380501234567\">380671112233</number>";
    server
        .post(&mailing("demo", "380509998877", "x", number))
        .await;
    has(
        &get(&server, "messages/demo/2").await,
        &json!({ "id": "of-********4567", "sender": "********8877" }),
    );
    for (query, found) in [
        ("id=of-3805*", 0),
        ("id=*4567", 1),
        ("sender=3805*", 0),
        ("sender=*8877", 1),
    ] {
        let list = get(&server, &format!("messages?{query}")).await;
        assert_eq!(list["total"], found, "{query}");
    }
    server
        .post("<SMS><operations><operation>SEND-380501234567</operation></operations></SMS>")
        .await;
    server.post("<SMS><n380501234567><x></SMS>").await;
    for path in [
        "requests/3",
        "requests/3/explain",
        "requests/4",
        "requests/4/explain",
    ] {
        let shown = get(&server, path).await.to_string();
        assert!(!shown.contains("380501234567"), "{shown}");
    }
    let message = get(&server, "messages/demo/1").await;
    assert_eq!(message["variables"], json!(["********4567"]));
    assert_eq!(message["code"], "4711");
    let request = get(&server, "requests/1").await;
    let digits: String = "380501234567"
        .bytes()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let hex = request["bytes"]["hex"].as_str().unwrap();
    assert!(!hex.contains(&digits), "{hex}");
}

/// Pages of several accounts together: each message once, in one order, from the newest to the oldest.
#[tokio::test]
async fn pages_have_each_message_once() {
    let server = server("auto_accounts: \"c*\"\nauto_account: { credits: 100000 }").await;
    let mut expected = Vec::new();
    for round in 0..40_u64 {
        let username = format!("c{}", round * round % 7);
        let numbers =
            "<number messageID=\"x\">380501234567</number>".repeat(1 + (round % 4) as usize);
        let text = if round % 3 == 0 { "three" } else { "other" };
        server.post(&mailing(&username, "S", text, &numbers)).await;
        expected.extend((0..=round % 4).map(|_| (round + 1, round % 3 == 0)));
    }
    expected.reverse();
    for (query, only_three) in [("", false), ("query=THREE&", true)] {
        let wanted = expected.iter().filter(|(_, three)| *three || !only_three);
        let wanted: Vec<u64> = wanted.map(|(request, _)| *request).collect();
        for limit in [1, 7, 50, 1_000] {
            let (mut found, mut seen, mut cursor) = (Vec::new(), BTreeSet::new(), String::new());
            loop {
                let list = get(&server, &format!("messages?{query}limit={limit}{cursor}")).await;
                assert_eq!(list["total"], wanted.len());
                let messages = list["messages"].as_array().unwrap();
                assert!(messages.len() <= limit);
                for message in messages {
                    found.push(message["request"].as_u64().unwrap());
                    assert!(
                        seen.insert((message["account"].to_string(), message["ordinal"].as_u64()))
                    );
                }
                match list["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(found, wanted, "{query}{limit}");
        }
    }
}

/// More than are looked at in one go, and more than are counted.
#[tokio::test]
async fn one_among_very_many_is_found() {
    let yaml = "accounts: [{ username: demo, password: demo, credits: 100000 }, { username: b, password: b }]";
    let server = server(yaml).await;
    let one = "<number messageID=\"one\">380501234567</number>";
    server.post(&mailing("demo", "S", "the needle", one)).await;
    server
        .post(&send(
            "demo",
            &"<number messageID=\"k\">380501234567</number>".repeat(9_999),
        ))
        .await;
    let list = get(&server, "messages?query=needle").await;
    assert_eq!((ids(&list), &list["total"]), (vec!["one"], &json!(1)));
    server.post(&mailing("b", "S", "hay", one)).await;
    let list = get(&server, "messages?query=needle").await;
    assert_eq!((ids(&list), &list["total"]), (vec!["one"], &Value::Null));
    let all = get(&server, "messages?limit=1").await;
    assert_eq!(
        (&all["total"], &all["messages"][0]["account"]),
        (&json!(10_001), &json!("b"))
    );
    let whole = get(&server, "messages?limit=1&account=demo").await;
    assert_eq!(whole["total"], 10_000);
    // On the page after all the others there is the oldest.
    let last = get(&server, "messages?limit=1&cursor=2.2.demo").await;
    assert_eq!((ids(&last), &last["next"]), (vec!["one"], &Value::Null));
}

/// The newest of each number, of all accounts together, on pages of any size; what is nobody's is not counted together.
#[tokio::test]
async fn messages_are_gathered_phone_by_phone() {
    let server = server("auto_accounts: \"c*\"").await;
    let mut expected: Vec<(String, u64, u64)> = Vec::new();
    for round in 0..30_u64 {
        let username = format!("c{}", round % 3);
        let number = format!("3805012345{:02}", round * round % 11);
        let text = if round % 2 == 0 { "even" } else { "odd" };
        let numbers = format!("<number>{number}</number>");
        server.post(&mailing(&username, "S", text, &numbers)).await;
        let before = expected.iter().position(|(to, _, _)| *to == number);
        let count = before.map_or(0, |place| expected.remove(place).2);
        expected.insert(0, (number, round + 1, count + 1));
    }
    let numbers = "<number messageID='x'>x</number><number messageID='y'>y</number><number>380509999999</number>";
    server.post(&mailing("c0", "S", "nobody", numbers)).await;
    for limit in [1, 3, 50] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let list = get(&server, &format!("phones?limit={limit}{cursor}")).await;
            assert_eq!(list["total"], expected.len() + 3);
            for phone in list["phones"].as_array().unwrap() {
                found.push((
                    phone["last"]["to"].as_str().unwrap_or("-").to_owned(),
                    phone["last"]["request"].as_u64().unwrap(),
                    phone["messages"].as_u64().unwrap(),
                ));
            }
            match list["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let last = ["380509999999", "-", "-"].map(|to| (to.to_owned(), 31, 1));
        assert_eq!(found[..3], last);
        assert_eq!(found[3..], expected);
    }
    // Only what is meant is counted, and the newest of that is shown.
    let list = get(&server, "phones?query=even&to=*00").await;
    has(&list["phones"][0], &json!({ "messages": 2 }));
    has(
        &list["phones"][0]["last"],
        &json!({ "request": 23, "text": "even" }),
    );
    let list = get(&server, "phones?account=c1&after=20").await;
    assert_eq!(list["total"], 3);
}

fn has(value: &Value, expected: &Value) {
    for (key, expected) in expected.as_object().unwrap() {
        assert_eq!(&value[key], expected, "{key} of {value}");
    }
}

/// A step of a timeline: status, when, and what it waits for.
fn step(status: &str, at: &str, waits_for: Value) -> Value {
    let at = (!at.is_empty()).then(|| format!("2026-01-02T03:{at}Z"));
    json!({ "status": status, "at": at, "waits_for": waits_for })
}

fn timeline(message: &Value) -> (Vec<Value>, usize) {
    let steps = message["timeline"].as_array().unwrap();
    let shown = steps.iter().map(|step| {
        json!({ "status": step["status"], "at": step["at"], "waits_for": step["waits_for"] })
    });
    let taken = steps
        .iter()
        .take_while(|step| step["taken"] == true)
        .count();
    assert!(steps[taken..].iter().all(|step| step["taken"] == false));
    (shown.collect(), taken)
}

#[tokio::test]
async fn a_message_is_shown_as_a_handset_would_and_as_it_went() {
    let yaml = "clock: 2026-01-02T03:04:05Z\nscripts:\n  - name: twice\n    when: { msisdn: \"38099*\" }\n    \
        story: [{ status: SENT, polls: 2 }, { status: NOT_DELIVERED, after: 10s }]";
    let server = server(yaml).await;
    let long = "я".repeat(140);
    let numbers = "<number messageID=\"a\" variables=\" Анна ; 77 ;\">380991234567</number>\
        <number messageID=\"b\">999206000001</number><number>380501234567</number><number messageID=\"d\">x</number>";
    server
        .post(&mailing(
            "demo",
            "SHOP",
            &format!("%1%, код 123-456. {long}"),
            numbers,
        ))
        .await;
    let message = async |ordinal: u64| get(&server, &format!("messages/demo/{ordinal}")).await;
    let advance = async |by: &str| {
        let body = json!({ "by": by }).to_string();
        assert_eq!(
            server.call("POST", "/_mock/clock/advance", &body).await.0,
            200
        );
    };
    let (time, polls, hand) = (json!("time"), json!("polls"), json!("hand"));
    let a = message(1).await;
    has(
        &a,
        &json!({
            "to": "380991234567", "id": "a", "sender": "SHOP", "alphabet": "ucs2", "units": 159, "parts": 3,
            "boundaries": [67, 134], "price": "3", "status": "0", "request": 1, "code": "123456",
            "variables": ["Анна", "77"], "template": format!("%1%, код 123-456. {long}"),
            "text": format!("Анна, код 123-456. {long}"), "cause": "script twice"
        }),
    );
    let accepted = step("0", "04:05", Value::Null);
    let ahead = [
        step("SENT", "", polls.clone()),
        step("NOT_DELIVERED", "", time.clone()),
    ];
    let expected = [std::slice::from_ref(&accepted), &ahead].concat();
    assert_eq!(timeline(&a), (expected, 1));
    assert_eq!(
        (&a["timeline"][1]["polls"], &a["timeline"][1]["polls_seen"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(a["timeline"][2]["after"], "10s");
    let poll = document(
        "GETSTATUS",
        "demo",
        "demo",
        "<statistics><messageid>a</messageid></statistics>",
    );
    server.post(&poll).await;
    assert_eq!(message(1).await["timeline"][1]["polls_seen"], 1);
    advance("5s").await;
    server.post(&poll).await;
    let sent = step("SENT", "04:10", polls);
    let failed = step("NOT_DELIVERED", "04:20", time.clone());
    let expected = vec![accepted.clone(), sent, failed];
    assert_eq!(timeline(&message(1).await), (expected.clone(), 2));
    advance("10s").await;
    assert_eq!(timeline(&message(1).await), (expected, 3));
    // Under a magic number, helped on by hand.
    let b = message(2).await;
    has(
        &b,
        &json!({ "cause": "magic number by-hand", "status": "SENT", "text": format!("%1%, код 123-456. {long}") }),
    );
    assert_eq!(
        (&b["template"], &b["variables"]),
        (&Value::Null, &Value::Null)
    );
    let sent = step("SENT", "04:06", time.clone());
    let expected = vec![
        accepted.clone(),
        sent.clone(),
        step("DELIVERED", "", hand.clone()),
    ];
    assert_eq!(timeline(&b), (expected, 2));
    server.call("POST", "/_mock/messages/demo/2/move", "").await;
    let expected = vec![
        accepted.clone(),
        sent.clone(),
        step("DELIVERED", "04:20", hand.clone()),
    ];
    assert_eq!(timeline(&message(2).await), (expected, 3));
    // Of no script, with a story of its own; and one that ended at once.
    let c = message(3).await;
    assert_eq!(c["cause"], Value::Null);
    let expected = vec![accepted.clone(), sent, step("DELIVERED", "04:08", time)];
    assert_eq!(timeline(&c), (expected, 3));
    let d = message(4).await;
    assert_eq!(d["to"], Value::Null);
    has(&message(4).await, &json!({ "to": null, "written": "x" }));
    assert_eq!(message(1).await["written"], Value::Null);
    let ended = step("INVALID_DESTINATION_ADDRESS", "04:05", Value::Null);
    assert_eq!(timeline(&d), (vec![accepted, ended], 2));
    // Turned against its story.
    server
        .post(&send("demo", "<number>380501234567</number>"))
        .await;
    advance("2s").await;
    let turn = r#"{"status":"NOT_DELIVERED"}"#;
    server
        .call("POST", "/_mock/messages/demo/5/move", turn)
        .await;
    let turned = vec![
        step("0", "04:20", Value::Null),
        step("SENT", "04:21", Value::Null),
        step("NOT_DELIVERED", "04:22", hand),
    ];
    assert_eq!(timeline(&message(5).await), (turned, 3));
}

#[tokio::test]
async fn a_request_is_shown_to_the_byte() {
    let server = server("accounts: [{ username: demo, password: hunter2 }]").await;
    let bad = "<SMS><authentication><username>demo</username><password>hunter2</password></authentication><a></b></SMS>";
    server.post(bad).await;
    let request = get(&server, "requests/1").await;
    let hex = request["bytes"]["hex"].as_str().unwrap();
    let bytes: Vec<u8> = (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect();
    let body = String::from_utf8(bytes).unwrap();
    assert_eq!(body, request["body"].as_str().unwrap());
    assert!(!body.contains("hunter2"), "{body}");
    has(
        &request["bytes"],
        &json!({ "from": 0, "length": body.len() }),
    );
    let defect = &request["unreadable"];
    let at = usize::try_from(defect["byte"].as_u64().unwrap()).unwrap();
    assert_eq!(&body[at..], "%3C%2F%62%3E%3C%2F%53%4D%53%3E");
    has(
        defect,
        &json!({ "line": 1, "path": "/SMS/a", "reason": request["reason"] }),
    );
    assert_eq!(request["ledger"], Value::Null);
    // Of a long one, what is around the bad byte.
    let padding = " ".repeat(200_000);
    let inside = "<SMS>x</SNS>";
    let request = format!(
        "POST /members/sms/xml.php HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{padding}{inside}{padding}",
        2 * padding.len() + inside.len()
    );
    server.exchange(request.as_bytes()).await;
    let request = get(&server, "requests/2").await;
    assert_eq!(request["unreadable"]["byte"], 200_006);
    has(
        &request["bytes"],
        &json!({ "length": 400_012, "from": 200_006 - 32_768 }),
    );
    assert_eq!(request["bytes"]["hex"].as_str().unwrap().len(), 2 * 65_536);
    // What is no fault of a byte.
    server
        .post("<SMS><operations><operation>SENT</operation></operations></SMS>")
        .await;
    let request = get(&server, "requests/3").await;
    assert_eq!(request["unreadable"]["byte"], Value::Null);
    assert!(
        request["unreadable"]["reason"]
            .as_str()
            .unwrap()
            .contains("SENT"),
        "{request}"
    );
    let refused = document("BALANCE", "demo", "wrong", "");
    server.post(&refused).await;
    assert_eq!(get(&server, "requests/4").await["unreadable"], Value::Null);
}

/// A charge has its line, with what was left; whoever is reset has none of before.
#[tokio::test]
async fn a_request_has_its_line_of_the_ledger() {
    let server = server("").await;
    let number = "<number>380501234567</number>";
    server.post(&send("demo", number)).await;
    server.post(&send("demo", &number.repeat(3))).await;
    let ledger = get(&server, "requests/2").await["ledger"].clone();
    has(
        &ledger,
        &json!({
            "number": 3, "movement": "charge", "credits": "3", "balance": "96", "first_message": 2, "request": 2
        }),
    );
    server.call("POST", "/_mock/reset?account=demo", "").await;
    server.post(&send("demo", number)).await;
    assert_eq!(get(&server, "requests/1").await["ledger"], Value::Null);
    assert_eq!(get(&server, "requests/3").await["ledger"]["balance"], "99");
}

#[tokio::test]
async fn requests_are_paged_through_from_either_end() {
    let server = server("").await;
    for _ in 0..10 {
        server.post("<SMS").await;
    }
    for (query, expected) in [
        ("limit=3", vec![1, 2, 3]),
        ("limit=3&after=3", vec![4, 5, 6]),
        ("limit=3&order=newest", vec![10, 9, 8]),
        ("limit=3&order=newest&before=8", vec![7, 6, 5]),
        ("order=oldest&after=2&before=5", vec![3, 4]),
        ("order=newest&before=1", vec![]),
    ] {
        let list = get(&server, &format!("requests?{query}")).await;
        let requests = list["requests"].as_array().unwrap();
        let numbers: Vec<_> = requests
            .iter()
            .map(|request| request["number"].as_u64().unwrap())
            .collect();
        assert_eq!(numbers, expected, "{query}");
        assert!(
            requests
                .iter()
                .all(|request| request["body"] != "" && request["reply"] != "")
        );
    }
    let list = get(&server, "requests?brief=true&limit=1").await;
    has(
        &list["requests"][0],
        &json!({ "number": 1, "body": "", "reply": "", "result": "XML_ERROR" }),
    );
    for wrong in ["order=latest", "order=", "brief=yes", "before=x"] {
        let (status, _) = server
            .call("GET", &format!("/_mock/requests?{wrong}"), "")
            .await;
        assert_eq!(status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn requests_are_found_by_words() {
    let server = server("").await;
    server
        .post(&mailing(
            "demo",
            "Shop",
            "Привет, 100% R&amp;D &lt;now&gt;",
            "<number>+380 (50) 123-45-67</number>",
        ))
        .await;
    server
        .post(&document("BALANCE", "demo", "hunter2", ""))
        .await;
    server.post("<SMS secret=").await;
    let numbers = async |query: &str| {
        let query: String = query.chars().map(escaped).collect();
        let list = get(&server, &format!("requests?query={query}&order=newest")).await;
        let requests = list["requests"].as_array().unwrap().iter();
        requests
            .map(|request| request["number"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers("").await, [3, 2, 1]);
    assert_eq!(numbers("привет shop send_ok").await, [1]);
    assert_eq!(numbers("123-45-67").await, [1]);
    for meant in ["R&D", "<now>", "R&amp;D"] {
        assert_eq!(numbers(meant).await, [1], "{meant}");
    }
    assert_eq!(numbers("auth_failed").await, [2]);
    assert_eq!(numbers("#2").await, [2]);
    assert_eq!(numbers("urlencoded balance demo").await, [2]);
    assert_eq!(numbers("<status>-2").await, [3]);
    assert_eq!(numbers("column").await, [3]);
    assert_eq!(numbers("привет balance").await, Vec::<u64>::new());
    // What is covered cannot be found out by looking for it.
    assert_eq!(numbers("hunter2").await, Vec::<u64>::new());
    assert_eq!(numbers("secret").await, Vec::<u64>::new());
}

#[tokio::test]
async fn a_ledger_is_paged_through() {
    let server = server("accounts: [{ username: demo, password: demo, credits: 5000 }]").await;
    for credits in 1..=1_004 {
        let body = json!({ "credits": credits }).to_string();
        server
            .call("POST", "/_mock/accounts/demo/top-up", &body)
            .await;
    }
    let numbers = async |query: &str| {
        let ledger = get(&server, &format!("accounts/demo/ledger{query}")).await;
        assert_eq!(ledger["evicted"], 5);
        let entries = ledger["entries"].as_array().unwrap();
        let numbers = entries
            .iter()
            .map(|entry| entry["number"].as_u64().unwrap());
        numbers.collect::<Vec<_>>()
    };
    assert_eq!(numbers("").await, (6..=1_005).collect::<Vec<_>>());
    assert_eq!(numbers("?limit=3").await, [1_003, 1_004, 1_005]);
    assert_eq!(numbers("?limit=3&before=1003").await, [1_000, 1_001, 1_002]);
    assert_eq!(numbers("?limit=3&before=8").await, [6, 7]);
    assert_eq!(numbers("?before=6").await, Vec::<u64>::new());
    let ledger = get(&server, "accounts/demo/ledger?limit=1").await;
    has(
        &ledger["entries"][0],
        &json!({ "movement": "top-up", "credits": "1004" }),
    );
    for wrong in ["limit=0", "limit=1001", "before=-1", "after=1"] {
        let (status, _) = server
            .call("GET", &format!("/_mock/accounts/demo/ledger?{wrong}"), "")
            .await;
        assert_eq!(status, 400, "{wrong}");
    }
}

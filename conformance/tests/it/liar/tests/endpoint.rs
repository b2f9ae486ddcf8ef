//! The endpoint as its target file describes it, over sockets.

use serde_yaml::Value;

use super::probes::{document, request};
use super::requests::{Then, exchange, replies};
use crate::liar::{Liar, Lie, Policy, Revision};

/// The body of what the endpoint replies to a document.
fn ask(liar: &Liar, document: &str) -> String {
    let request = request("POST", "/members/sms/xml.php", "text/xml", document);
    let mut replies = replies(&exchange(liar, &request, Then::Wait));
    let reply = replies.pop().unwrap();
    assert_eq!((reply.status, replies.len()), (200, 0));
    reply.body
}

/// `<username>` and `<password>` of an account of the target file.
fn login(target: &Value, account: &str) -> String {
    let [username, password] = ["username", "password"].map(|key| {
        let word = target["accounts"][account][key].as_str().unwrap();
        word.replace('&', "&amp;").replace('<', "&lt;")
    });
    format!("<username>{username}</username><password>{password}</password>")
}

fn target(liar: &Liar) -> Value {
    serde_yaml::from_str(&liar.target_yaml()).unwrap()
}

fn send(login: &str, numbers: &str) -> String {
    let rest = format!(
        "<message><sender>SMSKA</sender><text>Hello</text></message><numbers>{numbers}</numbers>"
    );
    document("SEND", login, &rest)
}

fn response(elements: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<RESPONSE>\n{elements}</RESPONSE>\n")
}

#[track_caller]
fn check_balance(revision: Revision, account: &str, expected: &str) {
    let liar = Liar::start(revision, None);
    let target = target(&liar);
    let found = ask(&liar, &document("BALANCE", &login(&target, account), ""));
    assert_eq!(found, response(expected), "{account}");
}

#[test]
fn the_accounts_of_the_target_file_are_there() {
    check_balance(
        Revision::Documented,
        "main",
        "<status>0</status>\n<credits>100000</credits>\n",
    );
    check_balance(
        Revision::Documented,
        "poor",
        "<status>0</status>\n<credits>0.5</credits>\n",
    );
    check_balance(
        Revision::Documented,
        "test_mode",
        "<status>0</status>\n<credits>50</credits>\n",
    );
    check_balance(
        Revision::Documented,
        "closed",
        "<status>-1</status>\n<credits>0</credits>\n",
    );
    check_balance(
        Revision::Documented,
        "other",
        "<status>0</status>\n<credits>100000</credits>\n",
    );
    let money = "<amount>40933.3</amount>\n<currency>UAH</currency>\n";
    let main =
        format!("<status>0</status>\n<credits>100000</credits>\n{money}<trialsms>3</trialsms>\n");
    check_balance(Revision::Extended, "main", &main);
}

#[test]
fn the_target_file_says_where_it_is_and_what_it_costs() {
    let liar = Liar::start(Revision::Extended, None);
    let target = target(&liar);
    assert_eq!(target["url"].as_str(), Some(liar.url().as_str()));
    assert_eq!(target["revision"].as_str(), Some("extended"));
    assert_eq!(target["policy"].as_str(), Some("refuse"));
    assert_eq!(target["credit_price"].as_f64(), Some(0.05));
    assert_eq!(target["rate"].as_f64(), Some(0.409_333));
    assert_eq!(target["tariffs"]["380"].as_f64(), Some(0.341));
    assert_eq!(target["recipients"][8].as_str(), Some("999380990009"));
    let price = ask(&liar, &document("CREDITPRICE", &login(&target, "main"), ""));
    assert_eq!(price, response("<status>0</status>\n<price>0.05</price>\n"));
}

/// The statuses of a message to this number, at each of four requests.
fn statuses(liar: &Liar, number: &str) -> Vec<String> {
    let login = login(&target(liar), "main");
    ask(
        liar,
        &send(
            &login,
            &format!("<number messageID=\"m\">{number}</number>"),
        ),
    );
    let report = document(
        "GETSTATUS",
        &login,
        "<statistics><messageid>m</messageid></statistics>",
    );
    let status = |_| {
        let reply = ask(liar, &report);
        reply
            .split("status=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    (0..4).map(status).collect()
}

#[test]
fn messages_go_on_when_they_are_asked_for() {
    let of = |key: &str| {
        let liar = Liar::start(Revision::Documented, None);
        let number = target(&liar)["numbers"][key].as_str().unwrap().to_owned();
        statuses(&liar, &number)
    };
    let liar = Liar::start(Revision::Documented, None);
    assert_eq!(
        statuses(&liar, "999000000001"),
        ["SENT", "DELIVERED", "DELIVERED", "DELIVERED"]
    );
    assert_eq!(
        of("NOT_DELIVERED"),
        ["SENT", "NOT_DELIVERED", "NOT_DELIVERED", "NOT_DELIVERED"]
    );
    assert_eq!(of("SENT"), ["SENT"; 4]);
    assert_eq!(of("WAITING"), ["0"; 4]);
    for word in [
        "DELIVERED",
        "NOT_ALLOWED",
        "INVALID_DESTINATION_ADDRESS",
        "INVALID_SOURCE_ADDRESS",
        "NOT_ENOUGH_CREDITS",
    ] {
        assert_eq!(of(word), [word; 4]);
    }
}

#[test]
fn credits_that_run_out_are_treated_by_the_policy() {
    let two = "<number>999000100001</number><number>999000100002</number>";
    let sent = |policy, lie| {
        let liar = Liar::start_under(policy, Revision::Documented, lie);
        let login = login(&target(&liar), "poor");
        ask(&liar, &send(&login, two))
    };
    let refused = response("<status>-3</status>\n<credits>0</credits>\n");
    let served = response("<status>1</status>\n<credits>0.341</credits>\n");
    assert_eq!(sent(Policy::Refuse, None), refused);
    assert_eq!(sent(Policy::Partial, None), served);
    assert_eq!(sent(Policy::Refuse, Some(Lie::ServedWhileItLasts)), served);
    assert_eq!(sent(Policy::Partial, Some(Lie::PartialRefuses)), refused);
}

#[test]
fn many_endpoints_stand_side_by_side_and_go() {
    let liars: Vec<Liar> = (0..20)
        .map(|_| Liar::start(Revision::Documented, None))
        .collect();
    let urls: Vec<String> = liars.iter().map(Liar::url).collect();
    for liar in &liars {
        let login = login(&target(liar), "poor");
        let reply = ask(liar, &send(&login, "<number>999000100001</number>"));
        assert_eq!(
            reply,
            response("<status>1</status>\n<credits>0.341</credits>\n")
        );
    }
    drop(liars);
    for url in urls {
        let address = url.trim_start_matches("http://").split('/').next().unwrap();
        assert!(std::net::TcpStream::connect(address).is_err(), "{url}");
    }
}

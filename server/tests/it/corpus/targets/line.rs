//! The whole line: a labelled body to the bytes of its reply, and to what the control API tells of it.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use epochta_mock::config::Config;
use epochta_mock::control::access::Access;
use epochta_mock::control::{self, Call, Head};
use epochta_mock::gateway::account::Account;
use epochta_mock::gateway::money::Credits;
use epochta_mock::http::{App, Sockets};
use epochta_mock::reload::Configuration;
use epochta_mock::space::spaces::Spaces;
use epochta_mock::space::{Incoming, Space};
use memchr::memmem;
use roxmltree::Document;

use super::request::{children, text_of};
use super::{SECRET, labelled};

/// A gateway whose clock stands.
const GATEWAY: &str = "
clock: \"2026-01-02T03:04:05Z\"
accounts:
  - { username: demo, password: S3cr3t-W0rd, credits: 100 }
  - { username: tester, password: tester, credits: 50, mode: test }
  - { username: closed, password: closed, credits: 10, xml_interface: false }
tariffs: { \"380\": 0.341, \"7\": 0.2235, \"999\": 1 }
";

thread_local! {
    /// Setting one up takes longer than a request.
    static APP: Arc<App> = Arc::new(App {
        spaces: Spaces::open(Config::parse(GATEWAY, "gateway").expect("a right configuration")),
        access: Access::local(),
        configuration: Configuration::built_in(),
        read_only: false,
        gateway: None,
        sockets: Sockets::default(),
    });
}

/// A label, and the body under it: asked twice, and once more from the beginning.
pub(super) fn holds(bytes: &[u8]) {
    APP.with(|app| {
        let space = app.spaces.main();
        let (content_type, body) = labelled(bytes);
        let ask = || {
            space.answer(Incoming {
                method: "POST",
                path: "/members/sms/xml.php",
                documented_path: true,
                content_type,
                body,
            })
        };
        space.reset();
        let opening = balances(space);
        let first = ask();
        let reply = first.reply;
        is_reply(&reply);
        let charged = first.entry.verdict.charged.units();
        assert_eq!(
            opening.units() - balances(space).units(),
            charged,
            "the ledger adds up"
        );
        assert!(charged == 0 || first.entry.verdict.result == "SEND_OK");
        is_reply(&ask().reply);
        is_told(app, bytes);
        space.reset();
        assert_eq!(ask().reply, reply, "the same request at the same time");
    });
}

/// What all accounts own together.
fn balances(space: &Space) -> Credits {
    let units = space.world.usernames().into_iter().filter_map(|username| {
        let balance = |account: &Account| account.ledger().balance();
        space
            .world
            .with_account(&username, balance)
            .map(Credits::units)
    });
    Credits::from_units(units.sum())
}

/// REPLY-02, REPLY-03, STATUS-01: a document of ours.
fn is_reply(reply: &[u8]) {
    let text = str::from_utf8(reply).expect("UTF-8");
    let document = Document::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let root = document.root_element();
    match root.tag_name().name() {
        "deliveryreport" => assert!(
            root.children()
                .all(|row| row.is_text() || row.attributes().len() == 4)
        ),
        "RESPONSE" => {
            let status = children(root, |name| name == "status").next().map(text_of);
            assert!(
                status.is_some_and(|status| status.parse::<i32>().is_ok()),
                "{text}"
            );
        }
        other => panic!("the root is {other}"),
    }
}

/// The control API tells of both requests, in JSON, and does not tell the password.
fn is_told(app: &Arc<App>, input: &[u8]) {
    let element = ["<password>", SECRET, "</password>"].concat();
    let is_secret = memmem::find(input, element.as_bytes()).is_some()
        && memmem::find_iter(input, SECRET.as_bytes()).count() == 1;
    for path in [
        "requests",
        "requests/1",
        "requests/2/explain",
        "messages",
        "accounts/demo/ledger",
    ] {
        let call = Call {
            app: Arc::clone(app),
            space: Arc::clone(app.spaces.main()),
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: String::new(),
            head: Head::default(),
            body: Vec::new(),
        };
        let mut call = pin!(control::answer(call));
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(answer) = call.as_mut().poll(&mut context) else {
            panic!("{path} waits");
        };
        assert_eq!(answer.status, 200, "{path}");
        serde_json::from_slice::<serde_json::Value>(&answer.body).expect(path);
        let hex: String = SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
        let shows = memmem::find(&answer.body, SECRET.as_bytes()).is_some()
            || memmem::find(&answer.body, hex.as_bytes()).is_some();
        assert!(!(is_secret && shows), "{path} shows the password");
    }
}

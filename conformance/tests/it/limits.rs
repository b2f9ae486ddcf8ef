//! What is not sent where it may cost money. Each run asks BALANCE and GETPRICE once before it begins to send. The address 192.0.2.1 is for documentation: nobody has it.

use insta::assert_snapshot;

use crate::canned::{Canned, credits, status};
use crate::folder::{Folder, Ran, judging};
use crate::verdicts::{BALANCE, with_credits};

const TWICE: &str = "\
clauses: [SEND-01]
requirement: A message is accepted, as often as it is sent.
steps:
  - send: { text: Hello, to: [\"${to.1}\"] }
    expect: { status: 1 }
  - send: { text: Hello, to: [\"${to.1}\"] }
    expect: { status: 1 }
";

fn gateway(price: &str) -> Canned {
    Canned::answering(&[
        ("GETPRICE", &credits(0, price)),
        ("BALANCE", &credits(0, "5")),
        ("SEND", &credits(1, price)),
    ])
}

/// With limits, as on another machine.
fn live(folder: &Folder, credits: &str) -> Ran {
    let limits = [
        "--live",
        "--allow-to",
        "+999 000 000 001",
        "--max-credits",
        credits,
    ];
    folder.run(&judging(&limits))
}

#[test]
fn other_machines_are_refused_before_anybody_is_asked() {
    let folder = Folder::with("live-refused", "money/BALANCE-01-credits", BALANCE);
    folder.write("target.yaml", "url: http://192.0.2.1/members/sms/xml.php\n");
    let ran = folder.judge(&[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.screen());
    assert_snapshot!(ran.stderr, @"error: http://192.0.2.1:80/members/sms/xml.php is not on this machine, and the real gateway sends real messages for real money; add --live if you mean it");
    let dry = folder.judge(&["--dry-run"]);
    assert_eq!(dry.screen(), ran.screen());
}

#[test]
fn without_leave_nothing_that_sends_would_be_played() {
    // Neither what the operations are nor what hides them.
    const BY_HAND: &str = "\
clauses: [XML-05]
requirement: Character references are read.
steps:
  - xml: <SMS><operations><operation>&#83;END</operation></operations>${login}<numbers><number>${to.1}</number></numbers></SMS>
";
    let folder = Folder::with("live-dry-run", "money/BALANCE-01-credits", BALANCE);
    folder.scenario("send/SEND-01-twice", TWICE);
    folder.scenario("xml/XML-05-references", BY_HAND);
    folder.write(
        "target.yaml",
        "url: http://192.0.2.1/\naccounts: { main: { username: demo, password: demo } }\n",
    );
    let ran = folder.judge(&["--live", "--dry-run"]);
    assert_eq!(ran.code, 0, "{}", ran.screen());
    assert_snapshot!(ran.stdout, @"
    would play  money/BALANCE-01-credits
    would skip  send/SEND-01-twice: it sends messages; on a live endpoint that needs --allow-to and --max-credits
    would skip  xml/XML-05-references: it sends messages; on a live endpoint that needs --allow-to and --max-credits
    selected 3 / ran 0 / passed 0 / failed 0 / known 0 / skipped 2
    ");
    let limits = [
        "--live",
        "--allow-to",
        "999000000001",
        "--max-credits",
        "1",
        "--dry-run",
    ];
    let ran = folder.judge(&limits);
    assert_snapshot!(ran.stdout, @"
    would play  money/BALANCE-01-credits
    would play  send/SEND-01-twice
    would skip  xml/XML-05-references: it sends documents written by hand, whose price cannot be asked first
    selected 3 / ran 0 / passed 0 / failed 0 / known 0 / skipped 1
    ");
}

#[test]
fn of_the_built_in_suite_nothing_that_sends_would_be_played() {
    let folder = Folder::new("live-suite");
    folder.write(
        "target.yaml",
        "url: http://192.0.2.1/\naccounts: { main: { username: demo, password: demo } }\n",
    );
    let ran = folder.run(&["server", "--target", "target.yaml", "--live", "--dry-run"]);
    for id in [
        "send/SEND-01-",
        "xml/XML-05-references",
        "xml/XML-05-cdata-in-pieces",
    ] {
        let played = format!("would play  {id}");
        let skipped = format!("would skip  {id}");
        assert!(!ran.stdout.contains(&played), "{id}");
        assert!(ran.stdout.contains(&skipped), "{id}");
    }
}

#[test]
fn the_price_is_asked_before_each_message_and_the_cap_holds() {
    let endpoint = gateway("0.4");
    let folder = Folder::with("live-cap", "send/SEND-01-twice", TWICE);
    folder.target(&endpoint, "");
    let ran = live(&folder, "0.8");
    assert_eq!(ran.code, 0, "{}", ran.screen());
    assert_eq!(
        endpoint.operations(),
        [
            "BALANCE", "GETPRICE", "GETPRICE", "SEND", "GETPRICE", "SEND"
        ]
    );

    let endpoint = gateway("0.4");
    folder.target(&endpoint, "");
    let ran = live(&folder, "0.7");
    assert_eq!(ran.code, 4, "{}", ran.screen());
    assert_snapshot!(ran.stdout, @"
    skipped 1: a message for 0.4 credits was not sent: 0.4 of the 0.7 of --max-credits are spent (send/SEND-01-twice)
    selected 1 / ran 0 / passed 0 / failed 0 / known 0 / skipped 1
    ");
    assert_eq!(
        endpoint.operations(),
        ["BALANCE", "GETPRICE", "GETPRICE", "SEND", "GETPRICE"]
    );
}

#[test]
fn a_price_that_nobody_names_is_not_paid() {
    for reply in [
        credits(0, "-5"),
        credits(0, "free"),
        status(0),
        "sorry".to_owned(),
    ] {
        let endpoint = Canned::answering(&[("GETPRICE", &reply), ("SEND", &credits(1, "1"))]);
        let folder = Folder::with("live-price", "send/SEND-01-twice", TWICE);
        folder.target(&endpoint, "");
        let ran = live(&folder, "100");
        assert_eq!(ran.code, 4, "{reply}: {}", ran.screen());
        let operations = endpoint.operations();
        assert_eq!(operations, ["BALANCE", "GETPRICE", "GETPRICE"], "{reply}");
    }
}

#[test]
fn nobody_else_is_sent_anything() {
    let endpoint = gateway("0.1");
    let folder = Folder::with(
        "live-others",
        "send/SEND-01-others",
        &TWICE.replace("${to.1}", "${to.1}\", \"999000000007"),
    );
    folder.target(&endpoint, "");
    let ran = live(&folder, "100");
    assert_eq!(ran.code, 4, "{}", ran.screen());
    assert!(
        ran.stdout
            .contains("a message to a number that --allow-to does not name was not sent")
    );
    assert_eq!(endpoint.operations(), ["BALANCE", "GETPRICE"]);
}

#[test]
fn with_live_alone_nothing_is_sent_on_this_machine_either() {
    let endpoint = with_credits("5");
    let folder = Folder::with("live-here", "send/SEND-01-twice", TWICE);
    folder.scenario("money/BALANCE-01-credits", BALANCE);
    folder.target(&endpoint, "");
    let ran = folder.judge(&["--live"]);
    assert_eq!(ran.code, 0, "{}", ran.screen());
    assert_eq!(endpoint.operations(), ["BALANCE"]);
}

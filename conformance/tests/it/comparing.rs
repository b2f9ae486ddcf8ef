//! The command `diff`: two endpoints that differ in one clause are told apart by it, and equal ones are not.

use insta::assert_snapshot;

use crate::canned::{Act, Canned, credits, status};
use crate::endpoint::settle;
use crate::folder::{Folder, Ran};
use crate::verdicts::{BALANCE, SHOULD};

const PRICE: &str = "\
clauses: [CREDIT-01]
requirement: CREDITPRICE says what a credit costs.
steps:
  - ask: CREDITPRICE
    expect: { status: 0, price: \"> 0\" }
";

fn folder(test: &str) -> Folder {
    let folder = Folder::with(test, "money/BALANCE-01-credits", BALANCE);
    folder.scenario("money/CREDIT-01-price", PRICE);
    folder
}

fn price(price: &str) -> String {
    format!("<RESPONSE>\n<status>0</status>\n<price>{price}</price>\n</RESPONSE>\n")
}

fn endpoint(amount: &str, credit: &str) -> Canned {
    Canned::answering(&[
        ("BALANCE", &credits(0, amount)),
        ("CREDITPRICE", &price(credit)),
    ])
}

fn compare(folder: &Folder, a: &Canned, b: &Canned) -> Ran {
    let login = ["--username", "demo", "--password", "s3cr3t-of-main"];
    let (a, b) = (a.url(), b.url());
    folder.run(
        &[
            ["diff", "scenarios", "--a", &a, "--b", &b].as_slice(),
            &login,
        ]
        .concat(),
    )
}

#[test]
fn equal_endpoints_do_not_differ() {
    let folder = folder("diff-equal");
    let ran = compare(&folder, &endpoint("5", "0.05"), &endpoint("5", "0.07"));
    assert_eq!(ran.code, 0, "{}", ran.screen());
    settle(|| {
        assert_snapshot!(ran.stdout, @"
        a  http://127.0.0.1:PORT/members/sms/xml.php
        b  http://127.0.0.1:PORT/members/sms/xml.php

        same 2 / different 0 / not compared 0
        ");
    });
}

#[test]
fn a_check_that_one_of_them_keeps_is_named_with_its_clause() {
    let folder = folder("diff-check");
    let ran = compare(&folder, &endpoint("5", "0.05"), &endpoint("7", "0.05"));
    assert_eq!(ran.code, 1, "{}", ran.screen());
    settle(|| {
        assert_snapshot!(ran.stdout, @"
        a  http://127.0.0.1:PORT/members/sms/xml.php
        b  http://127.0.0.1:PORT/members/sms/xml.php

        money/BALANCE-01-credits (BALANCE-01): BALANCE says how many credits there are.
          1.credits: a holds / b does not hold (7)

        same 1 / different 1 / not compared 0
        ");
    });
}

#[test]
fn replies_that_mean_something_else_are_shown() {
    let folder = Folder::with(
        "diff-replies",
        "money/MONEY-03-exact",
        &SHOULD.replace("{ credits: 5 }", "{ status: 0 }"),
    );
    let ran = compare(
        &folder,
        &endpoint("5", "0.05"),
        &Canned::answering(&[("BALANCE", &status(0))]),
    );
    assert_eq!(ran.code, 1, "{}", ran.screen());
    settle(|| {
        assert_snapshot!(ran.stdout, @"
        a  http://127.0.0.1:PORT/members/sms/xml.php
        b  http://127.0.0.1:PORT/members/sms/xml.php

        money/MONEY-03-exact (MONEY-03): The balance is exact.
          @@ -1,5 +1,4 @@
           # 1 ask
           <RESPONSE>
           <status>0</status>
          -<credits><<credits:1>></credits>
           </RESPONSE>

        same 0 / different 1 / not compared 0
        ");
    });
}

#[test]
fn chance_makes_no_difference() {
    // Of twenty at the same time some are refused, and nobody knows which.
    let endpoint = |first: u32| {
        let asked = std::sync::atomic::AtomicU32::new(first);
        Canned::start(move |_| {
            let turn = asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            Act::Says(status(if turn.is_multiple_of(2) { 0 } else { -3 }))
        })
    };
    let folder = Folder::with(
        "diff-chance",
        "money/MONEY-03-parallel",
        "\
clauses: [MONEY-03]
requirement: Whoever comes first is served.
steps:
  - parallel:
      - copies: 20
        steps: [{ ask: BALANCE }]
",
    );
    let ran = compare(&folder, &endpoint(0), &endpoint(1));
    assert_eq!(ran.code, 0, "{}", ran.screen());
}

#[test]
fn what_is_asked_of_neither_is_not_compared() {
    let folder = folder("diff-nothing");
    let (a, b) = (endpoint("5", "1"), endpoint("5", "1"));
    let ran = folder.run(&["diff", "scenarios", "--a", &a.url(), "--b", &b.url()]);
    assert_eq!(ran.code, 4, "{}", ran.screen());
    assert!(
        ran.stdout
            .ends_with("same 0 / different 0 / not compared 2\n"),
        "{}",
        ran.stdout
    );
}

#[test]
fn an_endpoint_that_is_not_there_is_said_to_be() {
    let folder = folder("diff-nobody");
    let (a, b) = (endpoint("5", "1"), endpoint("5", "1"));
    let gone = b.url();
    drop(b);
    let login = ["--username", "demo", "--password", "s3cr3t-of-main"];
    let ran = folder.run(
        &[
            ["diff", "scenarios", "--a", &a.url(), "--b", &gone].as_slice(),
            &login,
        ]
        .concat(),
    );
    assert_eq!(ran.code, 3, "{}", ran.screen());
    assert!(
        ran.stderr.contains("is a gateway running there?"),
        "{}",
        ran.screen()
    );
}

#[test]
fn other_machines_are_refused() {
    let folder = folder("diff-live");
    let a = endpoint("5", "1");
    let ran = folder.run(&[
        "diff",
        "scenarios",
        "--a",
        &a.url(),
        "--b",
        "http://192.0.2.1/",
    ]);
    assert_eq!(ran.code, 2, "{}", ran.screen());
    assert!(
        ran.stderr.contains("is not on this machine"),
        "{}",
        ran.stderr
    );
    assert_eq!(a.operations(), [""; 0]);
}

//! What a run of `server` shows, for each way in which it can come out.

use insta::assert_snapshot;

use crate::canned::{Act, Canned, credits, status};
use crate::endpoint::settle;
use crate::folder::{Folder, Ran};

/// Holds if there are 5 credits.
pub(crate) const BALANCE: &str = "\
clauses: [BALANCE-01]
requirement: BALANCE says how many credits there are.
steps:
  - ask: BALANCE
    expect: { status: 0, credits: 5 }
";

/// The same of a clause that an endpoint should hold, not must.
pub(crate) const SHOULD: &str = "\
clauses: [MONEY-03]
requirement: The balance is exact.
steps:
  - ask: BALANCE
    expect: { credits: 5 }
";

const CHARGE: &str = "\
clauses: [SEND-03, MONEY-03]
requirement: The credits in the reply to SEND are what the balance loses.
steps:
  - name: before
    ask: BALANCE
    expect: { status: 0 }
  - name: sent
    requirement: One recipient is accepted.
    send: { text: Hello, to: [\"${to.1}\"] }
    over: multipart
    expect: { status: 1, layout: true }
  - name: after
    ask: BALANCE
    relations: [\"before.credits - after.credits = sent.credits\"]
";

/// An endpoint on which an account has so many credits.
pub(crate) fn with_credits(amount: &str) -> Canned {
    Canned::answering(&[("BALANCE", &credits(0, amount))])
}

#[track_caller]
fn check(ran: &Ran, code: i32) {
    assert_eq!(ran.code, code, "{}", ran.screen());
    assert_eq!(ran.stderr, "");
}

#[test]
fn success_is_one_line() {
    let folder = Folder::with("success", "money/BALANCE-01-credits", BALANCE);
    let endpoint = with_credits("5");
    folder.target(&endpoint, "");
    let ran = folder.judge(&[]);
    check(&ran, 0);
    assert_snapshot!(ran.stdout, @"selected 1 / ran 1 / passed 1 / failed 0 / known 0 / skipped 0");
}

#[test]
fn a_failure_is_told_whole() {
    let folder = Folder::with("failure", "send/SEND-03-charge", CHARGE);
    let reply = "<RESPONSE>\n<credits>0.5</credits>\n<status>2</status>\n</RESPONSE>\n";
    let endpoint = Canned::answering(&[("BALANCE", &credits(0, "5")), ("SEND", reply)]);
    folder.target(&endpoint, "");
    let ran = folder.judge(&[]);
    check(&ran, 1);
    settle(|| {
        assert_snapshot!(ran.stdout, @r#"
        FAILED  send/SEND-03-charge (must, documented)
          The credits in the reply to SEND are what the balance loses.
          SEND-03   <credits> in the reply says how many credits were taken.
          MONEY-03  Credits are fixed-point with four decimals. Opening + top-ups - charges + refunds =
                    balance, always.
          scenarios/send/SEND-03-charge.yaml:2:14
          step before: ask: 1 of 1 checks held

          step sent: send
          One recipient is accepted.
          > POST /members/sms/xml.php HTTP/1.1
          > Host: 127.0.0.1:PORT
          > User-Agent: epochta-conformance/0.1.0
          > Content-Type: multipart/form-data; boundary=------------------------epochta
          > Content-Length: 438
          >
          > <?xml version="1.0" encoding="UTF-8"?>
          > <SMS>
          > <operations>
          > <operation>SEND</operation>
          > </operations>
          > <authentication>
          > <username>demo</username>
          > <password>***</password>
          > </authentication>
          > <message>
          > <sender>SMSKA</sender>
          > <text>Hello</text>
          > </message>
          > <numbers>
          > <number>********0001</number>
          > </numbers>
          > </SMS>

          < HTTP/1.1 200 OK
          < Content-Type: text/xml; charset=UTF-8
          < Content-Length: 65
          <
          < <RESPONSE>
          < <credits>0.5</credits>
          < <status>2</status>
          < </RESPONSE>
          * the reply was complete after N ms

          sent.status does not hold, scenarios/send/SEND-03-charge.yaml:11:23
            expected  1
            actual    2

          sent.layout does not hold, scenarios/send/SEND-03-charge.yaml:11:34
            expected  5 lines
            actual    4 lines
            difference
              @@ -1,4 +1,3 @@
              -<?xml version="1.0" encoding="UTF-8"?>
               <RESPONSE>
               <credits>0.5</credits>
               <status>2</status>

          the same request again, with the password in EPOCHTA_PASSWORD and masked numbers filled in:

        curl -sS http://127.0.0.1:PORT/members/sms/xml.php -F 'XML=<-' <<EOF
        <?xml version="1.0" encoding="UTF-8"?>
        <SMS>
        <operations>
        <operation>SEND</operation>
        </operations>
        <authentication>
        <username>demo</username>
        <password>${EPOCHTA_PASSWORD}</password>
        </authentication>
        <message>
        <sender>SMSKA</sender>
        <text>Hello</text>
        </message>
        <numbers>
        <number>********0001</number>
        </numbers>
        </SMS>
        EOF

          step after: ask
          > POST /members/sms/xml.php HTTP/1.1
          > Host: 127.0.0.1:PORT
          > User-Agent: epochta-conformance/0.1.0
          > Content-Type: application/x-www-form-urlencoded
          > Content-Length: 311
          >
          > <?xml version="1.0" encoding="UTF-8"?>
          > <SMS>
          > <operations>
          > <operation>BALANCE</operation>
          > </operations>
          > <authentication>
          > <username>demo</username>
          > <password>***</password>
          > </authentication>
          > </SMS>

          < HTTP/1.1 200 OK
          < Content-Type: text/xml; charset=UTF-8
          < Content-Length: 102
          <
          < <?xml version="1.0" encoding="UTF-8"?>
          < <RESPONSE>
          < <status>0</status>
          < <credits>5</credits>
          < </RESPONSE>
          * the reply was complete after N ms

          after.relations[1] does not hold, scenarios/send/SEND-03-charge.yaml:14:17
            expected  before.credits - after.credits = sent.credits
            actual    0 and 0.5

          the same request again, with the password in EPOCHTA_PASSWORD and masked numbers filled in:

        curl -sS http://127.0.0.1:PORT/members/sms/xml.php --data-urlencode XML@- <<EOF
        <?xml version="1.0" encoding="UTF-8"?>
        <SMS>
        <operations>
        <operation>BALANCE</operation>
        </operations>
        <authentication>
        <username>demo</username>
        <password>${EPOCHTA_PASSWORD}</password>
        </authentication>
        </SMS>
        EOF

        selected 1 / ran 1 / passed 0 / failed 1 / known 0 / skipped 0
        "#);
    });
}

#[test]
fn a_failure_of_many_cases_is_told_whole_once() {
    let folder = Folder::with(
        "failure-of-a-matrix",
        "xml/XML-01-spellings",
        "\
clauses: [XML-01]
requirement: Both spellings are read.
matrix: { spelling: [authentication, authentification] }
steps:
  - ask: BALANCE
    write: { authentication: \"${spelling}\" }
    expect: { status: 0, credits: 5 }
",
    );
    let endpoint = Canned::answering(&[("BALANCE", &status(-1))]);
    folder.target(&endpoint, "");
    let ran = folder.judge(&[]);
    check(&ran, 1);
    assert_eq!(ran.stdout.matches("the same request again").count(), 1);
    let again = ran
        .stdout
        .lines()
        .find(|line| line.contains("[authentification]"));
    assert_snapshot!(again.unwrap(), @"FAILED  xml/XML-01-spellings[authentification]  1.status: expected 0, actual -1, and 1 more");
}

#[test]
fn what_should_hold_warns_unless_it_is_strict() {
    let folder = Folder::with("warned", "money/MONEY-03-exact", SHOULD);
    let endpoint = with_credits("7");
    folder.target(&endpoint, "");
    let ran = folder.judge(&[]);
    check(&ran, 0);
    assert_snapshot!(ran.stdout, @"
    warned  money/MONEY-03-exact (should, choice): The balance is exact.
            1.credits: expected 5, actual 7, scenarios/money/MONEY-03-exact.yaml:5:24

    warned  1: what should hold, and does not; --strict counts it as failed, but for notes
    selected 1 / ran 1 / passed 1 / failed 0 / known 0 / skipped 0
    ");
    let ran = folder.judge(&["--strict"]);
    check(&ran, 1);
    let first = ran.stdout.lines().next().unwrap();
    assert_snapshot!(first, @"FAILED  money/MONEY-03-exact (should, choice)");
    assert!(
        ran.stdout
            .ends_with("passed 0 / failed 1 / known 0 / skipped 0\n")
    );
}

#[test]
fn what_cannot_be_asked_is_skipped_with_its_reason() {
    let folder = Folder::with(
        "skipped",
        "money/BALANCE-01-poor",
        &BALANCE.replace("- ask", "- as: poor\n    ask"),
    );
    let endpoint = with_credits("5");
    folder.target(&endpoint, "");
    let ran = folder.judge(&[]);
    check(&ran, 4);
    assert_snapshot!(ran.stdout, @"
    skipped 1: the target has no account poor (money/BALANCE-01-poor)
    selected 1 / ran 0 / passed 0 / failed 0 / known 0 / skipped 1
    ");
    assert_eq!(endpoint.operations(), [""; 0]);
}

#[test]
fn without_an_account_the_suite_says_what_it_lacks() {
    let folder = Folder::new("no-account");
    let endpoint = with_credits("5");
    let ran = folder.run(&["server", "--url", &endpoint.url(), "--only", "BALANCE-01"]);
    check(&ran, 4);
    let reasons: Vec<_> = ran.stdout.lines().collect();
    assert!(
        reasons
            .iter()
            .any(|line| line.contains("the target has no account main")),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_dry_run_asks_nobody() {
    let folder = Folder::with("dry-run", "money/BALANCE-01-credits", BALANCE);
    folder.scenario(
        "money/BALANCE-01-poor",
        &BALANCE.replace("- ask", "- as: poor\n    ask"),
    );
    let endpoint = with_credits("5");
    folder.target(&endpoint, "");
    let ran = folder.judge(&["--dry-run"]);
    check(&ran, 0);
    assert_snapshot!(ran.stdout, @"
    would play  money/BALANCE-01-credits
    would skip  money/BALANCE-01-poor: the target has no account poor
    selected 2 / ran 0 / passed 0 / failed 0 / known 0 / skipped 1
    ");
    assert_eq!(endpoint.operations(), [""; 0]);
}

#[test]
fn a_scenario_that_cannot_be_played_is_the_kit_s_trouble() {
    let folder = Folder::with(
        "errored",
        "money/BALANCE-01-wrong",
        "\
clauses: [BALANCE-01]
requirement: It is quoted by a pigeon.
steps:
  - ask: BALANCE
    write: { quotes: pigeon }
",
    );
    let endpoint = with_credits("5");
    folder.target(&endpoint, "");
    let ran = folder.judge(&[]);
    check(&ran, 3);
    assert_snapshot!(ran.stdout, @r#"
    ERROR   money/BALANCE-01-wrong: scenarios/money/BALANCE-01-wrong.yaml:5:12: write: "pigeon" is none of double, single
            that is the kit's trouble, and says nothing about what is judged
            scenarios/money/BALANCE-01-wrong.yaml:1:1

    selected 1 / ran 1 / passed 0 / failed 1 / known 0 / skipped 0
    "#);
}

#[test]
fn a_reply_that_does_not_come_is_a_failure_of_the_endpoint() {
    let folder = Folder::with(
        "no-reply",
        "form/FORM-09-closed",
        "\
clauses: [FORM-09]
requirement: There is a reply.
steps:
  - http: |
      GET ${path} HTTP/1.1
      Host: ${host}

",
    );
    let endpoint = Canned::start(|_| Act::Closes);
    folder.target(&endpoint, "");
    let ran = folder.judge(&[]);
    check(&ran, 1);
    settle(|| {
        assert_snapshot!(ran.stdout, @"
        FAILED  form/FORM-09-closed (must, inferred)
          There is a reply.
          FORM-09   HTTP/1.0 without keep-alive, surplus bytes after the declared Content-Length, Expect:
                    100-continue, several requests on one connection, header names with underscores, and head
                    and body in separate segments all work.
          scenarios/form/FORM-09-closed.yaml:2:14

          step 1 http
          > GET /members/sms/xml.php HTTP/1.1
          > Host: 127.0.0.1:PORT
          >

          * no reply after N ms: 127.0.0.1:PORT closed the connection before the reply was complete, after 0 bytes of it; look at the gateway's log

          1.reply does not hold, scenarios/form/FORM-09-closed.yaml:4:5
            expected  a reply
            actual    127.0.0.1:PORT closed the connection before the reply was complete, after 0 bytes of it; look at the gateway's log

        selected 1 / ran 1 / passed 0 / failed 1 / known 0 / skipped 0
        ");
    });
}

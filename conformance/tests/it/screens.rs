//! What a call shows, and that the password is never part of it.

use insta::assert_snapshot;

use crate::endpoint::{Answer, Endpoint, PASSWORD, call, run, settle, stderr, stdout};

const SEND: &[&str] = &[
    "send",
    "--from",
    "SMSKA",
    "--text",
    "Привет, %1%!",
    "--to",
    "999100000001,id=a,vars=Olga",
];
const ACCEPTED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<RESPONSE>\n<status>2</status>\n\
                        <credits>0.682</credits>\n</RESPONSE>\n";

#[test]
fn success_shows_request_reply_and_summary() {
    let endpoint = Endpoint::answering(ACCEPTED);
    let output = call(
        &endpoint.url(),
        &[SEND, &["--transport", "unescaped", "--charset", "koi8-r"]].concat(),
    );
    assert_eq!(output.status.code(), Some(0));
    settle(|| {
        assert_snapshot!(stdout(&output), @r#"
        * http://127.0.0.1:PORT/members/sms/xml.php
        > POST /members/sms/xml.php HTTP/1.1
        > Host: 127.0.0.1:PORT
        > User-Agent: epochta-conformance/0.1.0
        > Content-Type: application/x-www-form-urlencoded
        > Content-Length: 373
        >
        > XML=<?xml version="1.0" encoding="KOI8-R"?>
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
        > <text>Привет, %1%!</text>
        > </message>
        > <numbers>
        > <number messageID="a" variables="Olga">999100000001</number>
        > </numbers>
        > </SMS>

        < HTTP/1.1 200 OK
        < Content-Type: text/xml; charset=UTF-8
        < Content-Length: 106
        <
        < <?xml version="1.0" encoding="UTF-8"?>
        < <RESPONSE>
        < <status>2</status>
        < <credits>0.682</credits>
        < </RESPONSE>
        * the reply was complete after N ms

        SEND accepted 2 recipients, 0.682 credits charged
        "#);
    });
}

#[test]
fn an_error_code_is_named_and_explained() {
    let endpoint =
        Endpoint::answering("<RESPONSE>\n<status>-1</status>\n<credits>0</credits>\n</RESPONSE>\n");
    let output = call(&endpoint.url(), &["balance", "--transport", "urlencoded"]);
    assert_eq!(output.status.code(), Some(1));
    settle(|| {
        assert_snapshot!(stdout(&output), @"
        * http://127.0.0.1:PORT/members/sms/xml.php
        > POST /members/sms/xml.php HTTP/1.1
        > Host: 127.0.0.1:PORT
        > User-Agent: epochta-conformance/0.1.0
        > Content-Type: application/x-www-form-urlencoded
        > Content-Length: 348
        >
        > XML=%3C%3Fxml+version%3D%221.0%22+encoding%3D%22UTF-8%22%3F%3E%0A%3CSMS%3E%0A%3Coperations%3E%0A%3Coperation%3EBALANCE%3C%2Foperation%3E%0A%3C%2Foperations%3E%0A%3Cauthentication%3E%0A%3Cusername%3Edemo%3C%2Fusername%3E%0A%3Cpassword%3E***%3C%2Fpassword%3E%0A%3C%2Fauthentication%3E%0A%3C%2FSMS%3E%0A

        < HTTP/1.1 200 OK
        < Content-Type: text/xml; charset=UTF-8
        < Content-Length: 64
        <
        < <RESPONSE>
        < <status>-1</status>
        < <credits>0</credits>
        < </RESPONSE>
        * the reply was complete after N ms

        error -1 AUTH_FAILED: wrong login or password
        ");
    });
}

#[test]
fn json_is_one_object() {
    let endpoint = Endpoint::answering(
        "<deliveryreport>\n<message id=\"a\" sentdate=\"2026-01-01 10:00:00\" \
         donedate=\"0000-00-00 00:00:00\" status=\"SENT\" />\n</deliveryreport>\n",
    );
    let output = call(
        &endpoint.url(),
        &["status", "--id", "a", "--json", "--transport", "raw"],
    );
    assert_eq!(output.status.code(), Some(0));
    settle(|| {
        assert_snapshot!(stdout(&output), @r#"
        {
          "outcome": "accepted",
          "summary": "ID  SENT                 DONE                 STATUS\na   2026-01-01 10:00:00  0000-00-00 00:00:00  SENT",
          "operation": "GETSTATUS",
          "url": "http://127.0.0.1:PORT/members/sms/xml.php",
          "warnings": [],
          "request": {
            "head": [
              "POST /members/sms/xml.php HTTP/1.1",
              "Host: 127.0.0.1:PORT",
              "User-Agent: epochta-conformance/0.1.0",
              "Content-Type: text/xml",
              "Content-Length: 274"
            ],
            "body": "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SMS>\n<operations>\n<operation>GETSTATUS</operation>\n</operations>\n<authentication>\n<username>demo</username>\n<password>***</password>\n</authentication>\n<statistics>\n<messageid>a</messageid>\n</statistics>\n</SMS>\n"
          },
          "response": {
            "status_line": "HTTP/1.1 200 OK",
            "status": 200,
            "headers": [
              [
                "Content-Type",
                "text/xml; charset=UTF-8"
              ],
              [
                "Content-Length",
                "130"
              ]
            ],
            "body": "<deliveryreport>\n<message id=\"a\" sentdate=\"2026-01-01 10:00:00\" donedate=\"0000-00-00 00:00:00\" status=\"SENT\" />\n</deliveryreport>\n",
            "milliseconds": N
          },
          "reply": {
            "rows": [
              {
                "id": "a",
                "sentdate": "2026-01-01 10:00:00",
                "donedate": "0000-00-00 00:00:00",
                "status": "SENT"
              }
            ],
            "missing": []
          }
        }
        "#);
    });
}

#[test]
fn ids_without_a_row_are_named() {
    let report = "<deliveryreport>\n<message id=\"a\" sentdate=\"0000-00-00 00:00:00\" \
                  donedate=\"0000-00-00 00:00:00\" status=\"0\" />\n</deliveryreport>\n";
    let ask = ["status", "--id", "huh", "--id", "a", "--id", "x\u{9b}"];
    let output = call(
        &Endpoint::answering(report).url(),
        &[ask.as_slice(), &["--quiet"]].concat(),
    );
    assert_eq!(output.status.code(), Some(0));
    assert_snapshot!(stdout(&output), @"
    ID  SENT                 DONE                 STATUS
    a   0000-00-00 00:00:00  0000-00-00 00:00:00  0
    no row for: huh, x\\u{9b}
    ");
    let output = call(
        &Endpoint::answering(report).url(),
        &[ask.as_slice(), &["--json"]].concat(),
    );
    let shown: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        shown["reply"]["missing"],
        serde_json::json!(["huh", "x\u{9b}"])
    );
}

#[test]
fn of_one_word_for_login_password_and_sender_the_password_alone_is_hidden() {
    let arguments = |url: &str| {
        let words = "call send --from demo --text demo --to 1,id=demo --transport raw --username demo --password demo";
        let words = words.split(' ').chain(["--url", url]);
        run(&words.collect::<Vec<_>>())
    };
    let endpoint = Endpoint::start(Answer::Echo);
    let shown = stdout(&arguments(&endpoint.url()));
    let (request, reply) = shown.split_once("\n\n").unwrap();
    for expected in [
        "<username>demo<",
        "<password>***<",
        "<sender>demo<",
        "<text>demo<",
        "messageID=\"demo\"",
    ] {
        assert!(request.contains(expected), "{request}");
    }
    assert!(reply.contains("<username>demo<"), "{reply}");
    for expected in ["<password>***<", "<sender>***<", "<text>***<"] {
        assert!(reply.contains(expected), "{reply}");
    }
}

#[test]
fn the_password_is_in_no_output() {
    // What is left of it in any encoding: letters and digits are encoded as themselves everywhere.
    let needle = &PASSWORD[..6];
    let transports = [
        "multipart",
        "urlencoded",
        "unescaped",
        "raw",
        "raw-utf8",
        "raw-comma",
        "raw-form",
        "raw-bare",
    ];
    for transport in transports {
        for charset in ["utf-8", "windows-1251", "koi8-r", "utf-16le", "utf-16be"] {
            for output in [[].as_slice(), &["--json"], &["--quiet"], &["--cdata"]] {
                // The endpoint quotes the whole request in its reply.
                let endpoint = Endpoint::start(Answer::Echo);
                let arguments = [
                    &["balance", "--transport", transport, "--charset", charset],
                    output,
                ]
                .concat();
                let output = call(&endpoint.url(), &arguments);
                assert_eq!(output.status.code(), Some(1));
                let shown: String = (stdout(&output) + &stderr(&output))
                    .replace("\\u{0}", "")
                    .replace("\\u0000", "");
                let shown = shown.replace(['\0', '\u{FFFD}'], "").replace("%00", "");
                assert!(!shown.contains(needle), "{arguments:?}: {shown}");
                let request = endpoint.request();
                let sent: Vec<u8> = request.into_iter().filter(|byte| *byte != 0).collect();
                let sent = String::from_utf8_lossy(&sent).replace("%00", "");
                assert!(
                    sent.contains(needle),
                    "{arguments:?} did not send it: {sent}"
                );
            }
        }
    }
}

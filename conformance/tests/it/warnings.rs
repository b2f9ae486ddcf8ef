//! What is said before a request that will go wrong: on stderr, whatever else is shown, and in the JSON object.

use insta::assert_snapshot;

use crate::endpoint::{Endpoint, run, stderr};

const REPLY: &str = "<RESPONSE><status>-2</status><credits>0</credits></RESPONSE>";

/// The warnings about a call, from stderr, after a look at those of `--json`; and the document that was sent.
fn warnings(password: &str, arguments: &[&str]) -> (String, Vec<u8>) {
    let called = |output: &str| {
        let endpoint = Endpoint::answering(REPLY);
        let url = endpoint.url();
        let login = [
            "call",
            output,
            "--url",
            &url,
            "--username",
            "demo",
            "--password",
            password,
        ];
        let output = run(&[&login, arguments].concat());
        let request = endpoint.request();
        let start = request.windows(4).position(|four| four == b"XML=");
        let document = start.map_or_else(Vec::new, |start| request[start + 4..].to_vec());
        (output, document)
    };
    let (json, _) = called("--json");
    let (quiet, document) = called("--quiet");
    let said = stderr(&quiet);
    assert_eq!(stderr(&json), said);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let listed: String = json["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| format!("warning: {}\n", warning.as_str().unwrap()))
        .collect();
    assert_eq!(listed, said);
    (said, document)
}

fn unescaped<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [&["--transport", "unescaped"], arguments].concat()
}

fn send<'a>(text: &'a str, to: &'a str) -> [&'a str; 7] {
    ["send", "--from", "SMSKA", "--text", text, "--to", to]
}

#[test]
fn what_an_unescaped_form_does_to_a_document_is_said() {
    let (said, document) = warnings("demo", &unescaped(&send("2+2 & %41+", "1")));
    assert_snapshot!(said, @"
    warning: the + at byte 228 of the document, in <text>, is read as a blank: FORM-07; --transport urlencoded carries it whole
    warning: the & at byte 231 of the document ends it here, in <text>: FORM-07, a form field ends at & (XML writes &, <, > and what the charset lacks with one); expect XML_ERROR; --transport urlencoded carries it whole
    ");
    // Bytes count from 1.
    let ampersand = document.iter().position(|byte| *byte == b'&').unwrap();
    assert!(
        said.contains(&format!("& at byte {} of", ampersand + 1)),
        "{said}"
    );
}

#[test]
fn each_place_that_can_be_typed_is_named() {
    #[track_caller]
    fn check(password: &str, arguments: &[&str], expected: &str) {
        let (said, _) = warnings(password, &unescaped(arguments));
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains(expected), "{said}");
    }
    check("a&b", &["balance"], "ends it here, in <password>: FORM-07");
    check(
        "a+b+c",
        &["balance"],
        "in <password>, and 1 more like it, is read as a blank",
    );
    check("a<b", &["balance"], "ends it here, in <password>: FORM-07");
    check("demo", &["status", "--id", "a%20"], "the % at byte");
    check("demo", &["status", "--id", "a%20"], "in <messageid>");
    check("demo", &send("x", "1,id=a&b"), "ends it here, in <number>");
    check("demo", &send("x", "+1"), "in <number>, is read as a blank");
    // The charset lacks it, so a reference stands for it.
    check(
        "demo",
        &[send("€", "1").as_slice(), &["--charset", "koi8-r"]].concat(),
        "ends it here, in <text>",
    );
    check(
        "demo",
        &[
            send("a&b", "1").as_slice(),
            &["--charset", "utf-16be", "--cdata"],
        ]
        .concat(),
        "ends it here, in <text>",
    );
    // The escape is part of the password, so it is not quoted.
    let (said, _) = warnings("x%41y", &unescaped(&["balance"]));
    assert!(
        said.contains("in <password>") && !said.contains("%41"),
        "{said}"
    );
}

#[test]
fn a_missing_sender_is_said() {
    let message = ["--text", "x", "--to", "1"];
    let (said, _) = warnings("demo", &[["send"].as_slice(), &message].concat());
    assert_snapshot!(said, @"warning: the sender is missing: the message will be charged and end as INVALID_SOURCE_ADDRESS (SEND-10), or be refused as BAD_SENDER_NAME by the extended revision; give one with --from");
    let (said, _) = warnings(
        "demo",
        &[["price", "--from", ""].as_slice(), &message].concat(),
    );
    assert_snapshot!(said, @"warning: the sender is empty: if it is sent like this, the message will be charged and end as INVALID_SOURCE_ADDRESS (SEND-10), or be refused as BAD_SENDER_NAME by the extended revision; give one with --from");
}

#[test]
fn what_goes_well_goes_without_a_warning() {
    let difficult = send("& + %41", "+1,id=&");
    for transport in [
        "multipart",
        "urlencoded",
        "raw",
        "raw-utf8",
        "raw-comma",
        "raw-form",
        "raw-bare",
    ] {
        let (said, _) = warnings(
            "a&b",
            &[&["--transport", transport], difficult.as_slice()].concat(),
        );
        assert_eq!(said, "", "{transport}");
    }
    let (said, _) = warnings("demo", &unescaped(&send("100%, %1% and %1", "1,vars=a;b")));
    assert_eq!(said, "");
}

//! Passwords and numbers are in nothing that is written: not on the screen, in no report, baseline, snapshot or
//! difference, whatever way a request took and even if the endpoint quotes all of it.

use crate::canned::{Act, Canned, credits};
use crate::folder::{Folder, Ran, judging};

/// What every layer has to escape in its own way, and letters that each charset has elsewhere. In each the letters in
/// front stay as they are in any escape, so a part of it is searched for.
const MAIN: &str = "Xq7-main \"&<'тайна>$`";
const MAIN_PLAIN: &str = "Xq7-main";
/// Begins like the other one, so that hiding one must not leave the rest of the other.
const OTHER: &str = "Xq7-main-and-Zw9";
const OTHER_PLAIN: &str = "Zw9";

/// The numbers of the target, as digits.
const NUMBERS: [&str; 3] = ["999271828182", "999314159265", "999161803398"];

const TRANSPORTS: &str =
    "[multipart, urlencoded, unescaped, raw, raw-utf8, raw-comma, raw-form, raw-bare]";

/// Scenarios that fail on every endpoint, and put the secrets wherever they can stand.
const SCENARIOS: [(&str, &str); 6] = [
    (
        "send/SEND-01-typed",
        "\
clauses: [SEND-01]
requirement: A message is accepted over every transport and in every charset.
snapshot: true
matrix:
  transport: TRANSPORTS
  charset: [utf-8, windows-1251, koi8-r, utf-16le, utf-16be]
  text: [escaped, cdata]
steps:
  - name: sent
    send: { text: \"Hello ${to.1}\", to: [\"${to.1}\", { number: \"+${grouped(to.2)}\", id: \"${id.a}\" }, \"${number.DELIVERED}\"] }
    over: \"${transport}\"
    charset: \"${charset}\"
    write: { text: \"${text}\" }
    expect: { status: \"= ${to.1}\", body: \"${to.2} ${password}\", layout: true }
    relations: [\"sent.status = to.1\"]
",
    ),
    (
        "auth/AUTH-01-other",
        "\
clauses: [AUTH-01]
requirement: Another account is refused.
steps:
  - ask: BALANCE
    as: other
    expect: { status: 77, credits: \"${password}\" }
  - ask: BALANCE
    password: \"${account.other.password}\"
    expect: { status: 77 }
",
    ),
    (
        "xml/XML-05-written",
        "\
clauses: [XML-05]
requirement: A document that is written by hand is read.
snapshot: true
matrix: { transport: TRANSPORTS }
steps:
  - xml: |
      <SMS a=\"${password}\" b='${password}'><!-- ${to.1} --><operations><operation>SEND</operation></operations>${login}
      <PASSWORD>${password}</PASSWORD><numbers><number>${grouped(to.1)}</number><Number>${to.2}</Number></numbers></SMS>
    over: \"${transport}\"
    expect: { status: 77, root: \"${password}\" }
  - tree:
      SMS:
        - \"@login\": \"${password}\"
        - operations: [{ operation: SEND }]
        - { raw: \"${login}\" }
        - { cdata: \"${password} ${to.3}\" }
        - { comment: \"${to.3}\" }
    over: \"${transport}\"
    expect: { status: 77 }
",
    ),
    (
        "form/FORM-08-http",
        "\
clauses: [FORM-01]
requirement: A request that is written by hand is read.
snapshot: true
steps:
  - http: |
      POST ${path}?password=${percent(password)}&to=${percent(grouped(to.1))} HTTP/1.1
      Host: ${host}
      X-Number: +${to.2}
      Content-Type: application/x-www-form-urlencoded
      Content-Length: ${length}

      XML=${percent(\"<SMS>\")}${percent(login)}${percent(password)}&to=${percent(to.1)},+${percent(to.3)},${percent(grouped(to.2))},${password}
    expect: { status: 77, headers: { X-None: \"${to.1} ${password}\" } }
",
    ),
    (
        "form/FORM-01-path",
        "\
clauses: [FORM-01]
requirement: What stands in the path and in headers is hidden too.
steps:
  - ask: BALANCE
    path: \"${path}?to=${to.1}&login=${percent(login)}\"
    headers: { X-Number: \"${to.1}\", X-Password: \"${account.other.password}\" }
    expect: { status: 77 }
",
    ),
    (
        "status/STATUS-01-parallel",
        "\
clauses: [STATUS-01]
requirement: A report tells of the ids that were asked.
steps:
  - parallel:
      - copies: 2
        steps:
          - status: [\"${to.1}\", \"${password}\"]
            until: { rows: [{ id: \"${to.1}\" }, { id: \"${password}\" }] }
            within: 10ms
            every: 5ms
            expect: { count: \"${to.2}\" }
",
    ),
];

fn folder(test: &str, endpoint: &Canned) -> Folder {
    let folder = Folder::new(test);
    for (id, scenario) in SCENARIOS {
        // The name of a file begins with its clause.
        let id = id.replace("FORM-08-http", "FORM-01-http");
        folder.scenario(&id, &scenario.replace("TRANSPORTS", TRANSPORTS));
    }
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let target = format!(
        "url: {}\naccounts:\n  main: {{ username: demo, password: {} }}\n  other: {{ username: other, password: {} }}\n\
         recipients: [\"{}\", \"{}\", \"+{}\"]\nnumbers: {{ DELIVERED: \"{}\" }}\n",
        endpoint.url(),
        quoted(MAIN),
        quoted(OTHER),
        NUMBERS[0],
        NUMBERS[1],
        NUMBERS[2],
        NUMBERS[2],
    );
    folder.write("target.yaml", &target);
    folder
}

/// Looks for every secret in a text, whatever it was escaped by.
#[track_caller]
fn check(place: &str, text: &str) {
    // What stands between the letters of a text in UTF-16, in any notation.
    let mut shown = text.to_owned();
    for zero in [
        "\\u{0}", "\\u0000", "\\\\u{0}", "%00", "\0", "\u{2400}", "\\0", "&#0;",
    ] {
        shown = shown.replace(zero, "");
    }
    let position = |needle: &str| {
        shown.find(needle).map(|at| {
            let start = shown[..at]
                .char_indices()
                .rev()
                .nth(120)
                .map_or(0, |(at, _)| at);
            let end = shown[at..]
                .char_indices()
                .nth(120)
                .map_or(shown.len(), |(end, _)| at + end);
            shown[start..end].to_owned()
        })
    };
    // The longer password ends in letters of its own, of which nothing may be left either.
    for needle in [MAIN_PLAIN, OTHER_PLAIN, "тайна", "WHE3LW1haW", "hxNy1tYWlu"] {
        assert_eq!(position(needle), None, "{place} has {needle}");
    }
    let mut digits = String::new();
    let mut length = 0_usize;
    // Digits of a number may have signs and escapes of signs between them.
    let bare = shown
        .replace("%20", " ")
        .replace("%28", "(")
        .replace("%29", ")")
        .replace("%2B", "+");
    for character in bare.chars() {
        match character {
            '0'..='9' => digits.push(character),
            ' ' | '-' | '(' | ')' | '+' => {}
            _ => digits.clear(),
        }
        length += 1;
        for number in NUMBERS {
            assert!(
                !digits.ends_with(&number[..8]) && !digits.ends_with(&number[3..]),
                "{place} has {number} before character {length}: …{digits}"
            );
        }
    }
}

/// Every file but those that the test wrote, and both outputs.
#[track_caller]
fn check_all(folder: &Folder, ran: &Ran) {
    check("stdout", &ran.stdout);
    check("stderr", &ran.stderr);
    for name in folder.names() {
        let own = name == "target.yaml" || name.ends_with("yaml") && name.starts_with("scenarios/");
        if !own {
            check(&name, &folder.read(&name));
        }
    }
}

#[track_caller]
fn check_run(test: &str, endpoint: &Canned) {
    let folder = folder(test, endpoint);
    let arguments = [
        "--report",
        "junit:report.xml",
        "--report",
        "jsonl:report.jsonl",
        "--report",
        "tap:report.tap",
        "--report",
        "html:report.html",
        "--report",
        "github:report.txt",
        "--write-baseline",
        "baseline.yaml",
        "--reason",
        "planted",
        "--expires",
        "2999-12-31",
    ];
    let ran = folder.run(&judging(&arguments));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.contains(" / passed 0 / "), "{}", ran.stdout);
    assert!(ran.stdout.contains("***"));
    let names = folder.names();
    let proposals = names.iter().filter(|name| name.ends_with(".snap.new"));
    assert_eq!(proposals.count(), 3, "{names:?}");
    check_all(&folder, &ran);
    // Known and stale checks are told in other words.
    let ran = folder.run(&judging(&[
        "--baseline",
        "baseline.yaml",
        "--report",
        "tap:report.tap",
    ]));
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    check_all(&folder, &ran);
    let ran = folder.command(&["review"]).input("s\n").run();
    check_all(&folder, &ran);
    let ran = folder.run(&["list", "scenarios", "--json"]);
    check_all(&folder, &ran);
    let ran = folder.run(&judging(&["--dry-run"]));
    check_all(&folder, &ran);
}

#[test]
fn no_secret_is_in_anything_that_is_written() {
    check_run("secrets", &Canned::answering(&[("SMS", &credits(-1, "0"))]));
}

#[test]
fn an_endpoint_that_quotes_the_request_gives_nothing_away() {
    check_run("secrets-quoted", &Canned::start(|_| Act::Quotes));
}

#[test]
fn an_endpoint_that_quotes_the_request_as_a_document_gives_nothing_away() {
    // Well-formed, so that what it quotes goes into snapshots and differences.
    let quoting = || {
        Canned::start(|request| {
            // UTF-16 that is taken for UTF-8 makes no document.
            if request.contains('\0') {
                return Act::Quotes;
            }
            let text: String = request
                .chars()
                .filter(|character| !character.is_control() && *character != '\u{FFFE}')
                .collect();
            let text = text.replace("]]>", "]]]]><![CDATA[>");
            let escaped = text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('"', "&quot;");
            Act::Says(format!(
                "<RESPONSE><status a=\"{escaped}\"><![CDATA[{text}]]></status><credits>{escaped}</credits></RESPONSE>"
            ))
        })
    };
    check_run("secrets-document", &quoting());
}

#[test]
fn a_comparison_gives_nothing_away() {
    let quoting = Canned::start(|request| {
        let escaped = request.replace('&', "&amp;").replace('<', "&lt;");
        Act::Says(format!(
            "<RESPONSE><status>1</status><a>{escaped}</a></RESPONSE>"
        ))
    });
    let silent = Canned::answering(&[("SMS", &credits(-1, "0"))]);
    let folder = folder("secrets-compared", &quoting);
    let target = folder.read("target.yaml");
    folder.write("other.yaml", &target.replace(&quoting.url(), &silent.url()));
    let ran = folder.run(&[
        "diff",
        "scenarios",
        "--a",
        "target.yaml",
        "--b",
        "other.yaml",
    ]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    check("stdout", &ran.stdout);
    check("stderr", &ran.stderr);
}

#[test]
fn the_search_finds_what_is_planted() {
    let found = |text: &str| std::panic::catch_unwind(|| check("here", text)).is_err();
    for planted in [
        "Xq7-main%20",
        "X\0q\u{0}7\0-\0m\0a\0i\0n\0",
        "X%00q%007%00-%00m%00a%00i%00n",
        "999271828182",
        "271828182",
        "999 (27) 182-81-82",
        "%2B999+%2827%29+182-81-82",
        "9%009%009%002%007%001%008%002%008%001%008%002",
    ] {
        assert!(found(planted), "{planted}");
    }
    assert!(!found("********8182 *** (**) ***-81-82"));
}

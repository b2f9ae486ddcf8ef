//! The command `client`. The client is the kit's own `call`, as it is or in a shell that makes it wrong; what clients do to
//! their kit (they hang, die, talk, leave children behind) is done by a shell alone.

use std::collections::BTreeMap;

use epochta_conformance::clock::Stopwatch;
use serde_json::Value;

use crate::folder::{Folder, Ran};

/// Where the tests' client comes from.
const KIT: &str = env!("CARGO_BIN_EXE_epochta-conformance");

/// A client that does as it should, for one recipient.
const RIGHT: [&str; 17] = [
    KIT,
    "call",
    "send",
    "--url",
    "{url}",
    "--username",
    "{username}",
    "--password",
    "{password}",
    "--from",
    "{sender}",
    "--to",
    "{to}",
    "--text",
    "{text}",
    "--timeout",
    "{timeout}s",
];

/// Exercises that it can be asked.
const FOR_IT: [&str; 10] = [
    "CLIENT-01-refused-send",
    "CLIENT-02-one",
    "CLIENT-04-send",
    "CLIENT-05-layout-send",
    "CLIENT-06-broken-send",
    "CLIENT-06-lost-send",
    "CLIENT-07",
    "CLIENT-10-redirect-send",
    "CLIENT-15-credits",
    "CLIENT-15-reason",
];

fn judge(test: &str, options: &[&str], client: &[&str]) -> (Folder, Ran) {
    let folder = Folder::new(test);
    let arguments = [
        &["client"],
        options,
        &["--report", "jsonl:report.jsonl", "--"],
        client,
    ]
    .concat();
    let ran = folder.run(&arguments);
    (folder, ran)
}

/// The same client in a shell: `before`, then the client, then `behind`.
fn shell(before: &str, behind: &str) -> [String; 3] {
    let words: Vec<_> = RIGHT
        .iter()
        .map(|word| match *word {
            "{url}" => "\"$EPOCHTA_URL\"".to_owned(),
            "{username}" => "\"$EPOCHTA_USERNAME\"".to_owned(),
            "{password}" => "\"$EPOCHTA_PASSWORD\"".to_owned(),
            "{sender}" => "\"$EPOCHTA_SENDER\"".to_owned(),
            "{to}" => "\"$EPOCHTA_TO\"".to_owned(),
            "{text}" => "\"$EPOCHTA_TEXT\"".to_owned(),
            "{timeout}s" => "\"${EPOCHTA_TIMEOUT}s\"".to_owned(),
            word => word.to_owned(),
        })
        .collect();
    [
        "sh".to_owned(),
        "-c".to_owned(),
        format!("{before}\n{}\n{behind}", words.join(" ")),
    ]
}

/// Verdict and rules of each case that was played.
fn told(folder: &Folder) -> BTreeMap<String, (String, Vec<String>)> {
    let report = folder.read("report.jsonl");
    let lines = report
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let cases = lines.filter(|line| line.get("id").is_some());
    cases
        .map(|case| {
            let steps = case["steps"].as_array().cloned().unwrap_or_default();
            let checks = steps
                .iter()
                .flat_map(|step| step["checks"].as_array().cloned().unwrap_or_default());
            let rules =
                checks.filter_map(|check| Some(check["advice"]["rule"].as_str()?.to_owned()));
            let text = |key: &str| case[key].as_str().unwrap().to_owned();
            (text("id"), (text("verdict"), rules.collect()))
        })
        .collect()
}

fn only<'a>(names: &[&'a str]) -> Vec<&'a str> {
    names.iter().flat_map(|name| ["--only", name]).collect()
}

/// The exercise of one simple SEND, with a client that is killed early.
#[track_caller]
fn check_simple(test: &str, options: &[&str], client: &[&str], rule: &str, says: &str) {
    let options = [
        &["--only", "CLIENT-02-one", "--hang-after", "300ms"],
        options,
    ]
    .concat();
    let (folder, ran) = judge(test, &options, client);
    assert_eq!(ran.code, 1, "{}", ran.screen());
    assert!(ran.stdout.contains(says), "{}", ran.screen());
    let cases = told(&folder);
    assert_eq!(
        cases["client/CLIENT-02-one"],
        ("failed".to_owned(), vec![rule.to_owned()])
    );
}

#[test]
fn a_right_client_passes() {
    let (folder, ran) = judge("client-right", &only(&FOR_IT), &RIGHT);
    assert_eq!(ran.code, 0, "{}", ran.screen());
    let cases = told(&folder);
    let played = cases
        .values()
        .filter(|(verdict, _)| verdict == "passed")
        .count();
    assert!(played > 60, "{played}");
}

#[test]
fn a_client_that_ends_with_0_whatever_happens_is_found_out() {
    let client = shell("", "true");
    let client = client.each_ref().map(String::as_str);
    let (folder, ran) = judge(
        "client-zero",
        &only(&[
            "CLIENT-01-refused-send",
            "CLIENT-02-one",
            "CLIENT-06-lost-send",
        ]),
        &client,
    );
    assert_eq!(ran.code, 1, "{}", ran.screen());
    for (id, (verdict, rules)) in told(&folder) {
        let rule = if id.starts_with("client/CLIENT-01") {
            "error-taken-for-success"
        } else if id.starts_with("client/CLIENT-06") {
            "lost-reply-misread"
        } else {
            assert_eq!(verdict, "passed", "{id}");
            continue;
        };
        assert_eq!(
            (verdict.as_str(), rules.as_slice()),
            ("failed", [rule.to_owned()].as_slice()),
            "{id}"
        );
    }
}

#[test]
fn a_client_that_sends_again_is_found_out() {
    // A second SEND whatever came of the first.
    let again = shell("", "[ $? = 0 ] ||")[2].clone();
    let twice = format!("{again}\n{}", shell("", "")[2]);
    let (folder, ran) = judge(
        "client-again",
        &only(&["CLIENT-07-reply-lost-after", "CLIENT-07-refused"]),
        &["sh", "-c", &twice],
    );
    assert_eq!(ran.code, 1, "{}", ran.screen());
    let cases = told(&folder);
    let lost = &cases["client/CLIENT-07-reply-lost-after[close-after]"];
    assert_eq!(lost, &("failed".to_owned(), vec!["blind-retry".to_owned()]));
    let refused = &cases["client/CLIENT-07-refused[-3]"];
    assert_eq!(refused.0, "failed");
}

#[test]
fn a_password_that_a_client_shows_is_found_and_shown_nowhere() {
    let client = shell("echo \"my password is $EPOCHTA_PASSWORD\"", "");
    let client = client.each_ref().map(String::as_str);
    let names = [
        "CLIENT-10-password-in-output",
        "CLIENT-01-refused-send",
        "sends/",
    ];
    let (folder, ran) = judge(
        "client-password",
        &[only(&names), vec!["--strict", "--out", "out"]].concat(),
        &client,
    );
    assert_eq!(ran.code, 1, "{}", ran.screen());
    let shown = told(&folder)
        .values()
        .filter(|(_, rules)| rules.iter().any(|rule| rule == "password-shown"))
        .count();
    assert_eq!(shown, 3);
    for text in [
        ran.screen(),
        folder.read("report.jsonl"),
        folder.read("out/profile.json"),
    ] {
        assert!(!text.contains("secret-of-main"), "{text}");
    }
}

#[test]
fn a_client_that_does_not_ask_is_found_out() {
    check_simple(
        "client-false",
        &[],
        &["sh", "-c", "exit 1"],
        "asks-nothing",
        "no request came",
    );
    let much = "yes | head -c 3000000; yes | head -c 3000000 >&2; exit 1";
    check_simple(
        "client-talks",
        &[],
        &["sh", "-c", much],
        "asks-nothing",
        "no request came",
    );
}

#[test]
fn a_client_that_hangs_is_killed() {
    check_simple(
        "client-hangs",
        &[],
        &["sh", "-c", "sleep 600"],
        "crashes",
        "nothing within 0.3 s",
    );
    // Nobody waits for children that keep its output open.
    check_simple(
        "client-leaves",
        &[],
        &["sh", "-c", "sleep 600 & exit 1"],
        "asks-nothing",
        "no request came",
    );
    check_simple(
        "adapter-hangs",
        &["--adapter"],
        &["sh", "-c", "sleep 600"],
        "crashes",
        "nothing within 0.3 s",
    );
}

#[test]
fn a_client_that_dies_is_found_out() {
    check_simple(
        "client-dies",
        &[],
        &["sh", "-c", "kill -9 $$"],
        "crashes",
        "signal: 9",
    );
    check_simple(
        "adapter-ends",
        &["--adapter"],
        &["sh", "-c", "exit 3"],
        "crashes",
        "exit code 3",
    );
    check_simple(
        "adapter-talks",
        &["--adapter"],
        &["sh", "-c", "echo hello"],
        "crashes",
        "no JSON object: hello",
    );
    check_simple(
        "adapter-has-no-ok",
        &["--adapter"],
        &["sh", "-c", "echo '{}'"],
        "crashes",
        "its result has no",
    );
    check_simple(
        "adapter-closes",
        &["--adapter"],
        &[
            "sh",
            "-c",
            "exec <&-; echo '{\"ok\":false,\"error\":\"NO_REPLY\"}'; sleep 600",
        ],
        "asks-nothing",
        "no request came",
    );
}

/// Whether a process has ended: it is gone, or nobody has asked for its end yet.
#[cfg(target_os = "linux")]
fn has_ended(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).map_or(true, |stat| stat.contains(") Z"))
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_client_left_behind_is_killed_too() {
    let (folder, ran) = judge(
        "client-children",
        &["--only", "CLIENT-02-one", "--hang-after", "300ms"],
        &["sh", "-c", "sleep 600 & echo $! > child; sleep 600"],
    );
    assert_eq!(ran.code, 1, "{}", ran.screen());
    let child = folder.read("child");
    let watch = Stopwatch::start();
    while !has_ended(child.trim()) {
        assert!(watch.elapsed().as_secs() < 60, "{child} runs on");
        std::thread::yield_now();
    }
}

#[test]
fn a_client_that_is_not_there_is_said_at_once() {
    for client in ["no-such-client-anywhere", "./no/such/client"] {
        let (_, ran) = judge("client-nowhere", &[], &[client]);
        assert_eq!(ran.code, 3, "{}", ran.screen());
        assert!(
            ran.stderr.contains("there is no program"),
            "{}",
            ran.screen()
        );
        assert!(ran.stderr.contains(client), "{}", ran.screen());
    }
}

#[test]
fn exercises_are_for_clients_and_say_so() {
    let folder = Folder::new("client-exercises");
    let ran = folder.run(&["list", "--only", "CLIENT-02-one"]);
    assert_eq!(ran.code, 0, "{}", ran.screen());
    assert!(
        ran.stdout
            .starts_with("client/CLIENT-02-one (must, documented, for clients): "),
        "{}",
        ran.screen()
    );
    let url = "http://127.0.0.1:9/members/sms/xml.php";
    let ran = folder.run(&[
        "server",
        "--url",
        url,
        "--only",
        "CLIENT-02-one",
        "--dry-run",
    ]);
    assert_eq!(ran.code, 4, "{}", ran.screen());
    assert!(
        ran.stderr.contains("is an exercise for clients"),
        "{}",
        ran.screen()
    );
    let ran = folder.run(&["server", "--url", url, "--dry-run"]);
    assert!(!ran.stdout.contains("client/"), "{}", ran.screen());
}

#[test]
fn rules_alone_can_be_chosen() {
    let scenario = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../scenarios/client/CLIENT-02-one.yaml"
    );
    let (folder, ran) = judge(
        "client-rules",
        &[
            "--only",
            "sends/XML-08-text-not-escaped",
            "--scenarios",
            scenario,
        ],
        &RIGHT,
    );
    assert_eq!(ran.code, 0, "{}", ran.screen());
    let cases = told(&folder);
    assert_eq!(
        cases.keys().collect::<Vec<_>>(),
        ["sends/XML-08-text-not-escaped"]
    );
}

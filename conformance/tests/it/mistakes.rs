//! Wrong files, targets that cannot be asked, and names that fit nothing: what is said, and that nobody is asked.

use insta::assert_snapshot;

use crate::canned::Canned;
use crate::endpoint::settle;
use crate::folder::{Folder, Ran};
use crate::verdicts::{BALANCE, with_credits};

/// Whatever is wrong with it, a scenario is refused by `check` and by `server` in the same words.
#[track_caller]
fn check_scenario(test: &str, scenario: &str) -> String {
    let folder = Folder::with(test, "money/BALANCE-01-credits", scenario);
    let endpoint = with_credits("5");
    folder.target(&endpoint, "");
    let checked = folder.run(&["check", "scenarios"]);
    let judged = folder.judge(&[]);
    for ran in [&checked, &judged] {
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.screen());
    }
    assert_eq!(checked.stderr, judged.stderr);
    assert_eq!(endpoint.operations(), [""; 0]);
    checked.stderr
}

#[track_caller]
fn check_target(test: &str, target: &str) -> String {
    let folder = Folder::with(test, "money/BALANCE-01-credits", BALANCE);
    folder.write("target.yaml", target);
    let ran = folder.judge(&[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.screen());
    ran.stderr
}

fn refused(ran: &Ran, code: i32) -> &str {
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (code, ""),
        "{}",
        ran.screen()
    );
    &ran.stderr
}

#[test]
fn an_unknown_key_is_shown_in_its_place() {
    let said = check_scenario("unknown-key", &BALANCE.replace("expect:", "expects:"));
    assert_snapshot!(said, @"
    error: steps[0]: unknown field `expects`, expected one of `name`, `requirement`, `send`, `price`, `status`, `ask`, `tree`, `xml`, `http`, `parallel`, `as`, `username`, `password`, `over`, `charset`, `write`, `method`, `path`, `headers`, `split`, `connection`, `repeat`, `expect`, `until`, `within`, `every`, `relations`, `reply`, `reaction`
     --> scenarios/money/BALANCE-01-credits.yaml:5:5
      |
    5 |     expects: { status: 0, credits: 5 }
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ");
}

#[test]
fn a_clause_that_does_not_exist_is_shown_in_its_place() {
    let said = check_scenario(
        "wrong-clause",
        &BALANCE
            .replace("[BAL", "[BALANCE-01, BAL")
            .replace("01]", "99]"),
    );
    assert_snapshot!(said, @"
    error: BALANCE-99 is no clause of fixtures/clauses.yaml
     --> scenarios/money/BALANCE-01-credits.yaml:1:23
      |
    1 | clauses: [BALANCE-01, BALANCE-99]
      |                       ^^^^^^^^^^^
    ");
}

#[test]
fn the_name_of_a_file_is_that_of_its_clause() {
    let said = check_scenario("wrong-name", &BALANCE.replace("BALANCE-01", "CREDIT-01"));
    assert_snapshot!(said, @"
    error: the file's name must begin with its first clause: CREDIT-01-BALANCE-01-credits
     --> scenarios/money/BALANCE-01-credits.yaml:1:11
      |
    1 | clauses: [CREDIT-01]
      |           ^^^^^^^^^^
    ");
}

#[test]
fn a_step_does_one_thing() {
    let said = check_scenario(
        "two-actions",
        &BALANCE.replace("    expect", "    status: [\"${id.a}\"]\n    expect"),
    );
    assert_snapshot!(said, @"
    error: a step does one thing; leave it one of send, price, status, ask, tree, xml, http, parallel
     --> scenarios/money/BALANCE-01-credits.yaml:4:5
      |
    4 |   - ask: BALANCE
      |     ^^^^^^^^^^^^
    ");
    let said = check_scenario("no-action", &BALANCE.replace("ask: BALANCE", "name: idle"));
    assert_snapshot!(said, @"
    error: the step does nothing; give it one of send, price, status, ask, tree, xml, http, parallel
     --> scenarios/money/BALANCE-01-credits.yaml:4:5
      |
    4 |   - name: idle
      |     ^^^^^^^^^^
    ");
}

#[test]
fn a_name_that_means_nothing_has_a_nearest() {
    let said = check_scenario(
        "unknown-variable",
        &BALANCE.replace("credits: 5", "credits: \"${credit_prise}\""),
    );
    assert_snapshot!(said, @r#"
    error: nothing is called credit_prise; did you mean credit_price?
     --> scenarios/money/BALANCE-01-credits.yaml:5:35
      |
    5 |     expect: { status: 0, credits: "${credit_prise}" }
      |                                   ^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn an_expression_that_cannot_be_read_is_shown_in_its_place() {
    let said = check_scenario(
        "wrong-expression",
        &BALANCE.replace("credits: 5", "credits: \"${credit_price +}\""),
    );
    assert_snapshot!(said, @r#"
    error: steps[0].expect.credits: column 17: `}` stands where a name, a number, a "text" or a bracket is expected
     --> scenarios/money/BALANCE-01-credits.yaml:5:35
      |
    5 |     expect: { status: 0, credits: "${credit_price +}" }
      |                                   ^^^^^^^^^^^^^^^^^^^^^
    "#);
    let said = check_scenario(
        "wrong-relation",
        &format!("{BALANCE}    relations: [\"1 + 1\"]\n"),
    );
    assert_snapshot!(said, @r#"
    error: column 6: the end stands where an operator or one of = != < <= > >= is expected
     --> scenarios/money/BALANCE-01-credits.yaml:6:17
      |
    6 |     relations: ["1 + 1"]
      |                 ^^^^^^^^
    "#);
}

#[test]
fn what_is_no_yaml_is_shown_in_its_place() {
    let said = check_scenario("no-yaml", &BALANCE.replace("steps:", "steps: ["));
    assert_snapshot!(said, @"
    error: did not find expected node content
     --> scenarios/money/BALANCE-01-credits.yaml:4:3
      |
    4 |   - ask: BALANCE
      |   ^^^^^^^^^^^^^^
    ");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = Folder::new("no-file");
    let ran = folder.run(&["check", "scenarios/money.yaml"]);
    assert_snapshot!(refused(&ran, 2), @"error: scenarios/money.yaml cannot be read: No such file or directory (os error 2)");
    let ran = folder.run(&["server", "--target", "target.yaml"]);
    assert_snapshot!(refused(&ran, 2), @"error: target.yaml cannot be read: No such file or directory (os error 2)");
}

#[test]
fn a_wrong_target_is_shown_in_its_place() {
    let said = check_target(
        "target-key",
        "url: http://127.0.0.1:1/\nnumber: { DELIVERED: 999103000001 }\n",
    );
    assert_snapshot!(said, @"
    error: unknown field `number`, expected one of `url`, `revision`, `accounts`, `numbers`, `recipients`, `tariffs`, `policy`, `credit_price`, `currency`, `rate`, `final_within`
     --> target.yaml:2:1
      |
    2 | number: { DELIVERED: 999103000001 }
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ");
    let said = check_target("target-url", "url: https://127.0.0.1/\n");
    assert_snapshot!(said, @"
    error: https is not supported; write http://, or put a proxy in between that speaks TLS
     --> target.yaml:1:6
      |
    1 | url: https://127.0.0.1/
      |      ^^^^^^^^^^^^^^^^^^
    ");
    let said = check_target(
        "target-tariff",
        "url: http://127.0.0.1:1/\ntariffs: { \"*\": free }\n",
    );
    assert_snapshot!(said, @r#"
    error: "free" is no number; numbers are written as 195, 0.682 or -1
     --> target.yaml:2:17
      |
    2 | tariffs: { "*": free }
      |                 ^^^^^^
    "#);
}

#[test]
fn a_wrong_account_is_told_without_its_password() {
    let target = |account: &str| format!("url: http://127.0.0.1:1/\naccounts:\n  main:\n{account}");
    for (number, account) in [
        "    username: demo\n    passwort: s3cr3t\n",
        "    username: demo\n    password: [s3cr3t]\n",
        "    - s3cr3t\n",
        "    s3cr3t\n",
        "    username: demo\n    password: s3cr3t\n    password_env: OTHER\n",
    ]
    .iter()
    .enumerate()
    {
        let said = check_target(&format!("target-account-{number}"), &target(account));
        assert!(said.starts_with("error: target.yaml:"), "{said}");
        assert!(
            said.contains("accounts.main") || said.contains("an account has"),
            "{said}"
        );
        assert!(!said.contains("s3cr3t"), "{said}");
    }
    let account = "    username: demo\n    password_env: EPOCHTA_TEST_PASSWORD\n";
    let said = check_target("target-environment", &target(account));
    assert_snapshot!(said, @"error: target.yaml:5:19: the environment has no variable EPOCHTA_TEST_PASSWORD; export it");
}

#[test]
fn a_password_is_no_template() {
    let folder = Folder::with("target-template", "money/BALANCE-01-credits", BALANCE);
    let endpoint = Canned::answering(&[(
        "<password>a${b $${c</password>",
        &crate::canned::credits(0, "5"),
    )]);
    let target = format!(
        "url: {}\naccounts: {{ main: {{ username: demo, password: 'a${{b $${{c' }} }}\n",
        endpoint.url()
    );
    folder.write("target.yaml", &target);
    let ran = folder.judge(&[]);
    assert_eq!(ran.code, 0, "{}", ran.screen());
}

#[test]
fn a_target_where_nobody_listens_is_said_once() {
    let folder = Folder::with("nobody", "money/BALANCE-01-credits", BALANCE);
    // Bound and not listening: the port is taken, and nobody answers.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    folder.write(
        "target.yaml",
        &format!("url: http://{}/\n", socket.local_addr().unwrap()),
    );
    let ran = folder.judge(&[]);
    settle(|| {
        assert_snapshot!(refused(&ran, 3), @"error: cannot connect to 127.0.0.1:PORT: Connection refused (os error 111); is a gateway running there?");
    });
}

#[test]
fn a_name_that_fits_nothing_has_a_nearest() {
    let folder = Folder::with("nothing", "money/BALANCE-01-credits", BALANCE);
    let endpoint = with_credits("5");
    folder.target(&endpoint, "");
    let ran = folder.judge(&["--only", "BALANCE-10"]);
    assert_snapshot!(refused(&ran, 4), @"error: no scenario is called BALANCE-10; did you mean BALANCE-01?; `list` names them all");
    let ran = folder.judge(&["--only", "weather"]);
    assert_snapshot!(refused(&ran, 4), @"error: no scenario is called weather; `list` names them all");
    folder.scenario(
        "money/BALANCE-01-credits",
        &BALANCE.replace("BALANCE-01", "MONEY-03"),
    );
    std::fs::rename(
        folder
            .path()
            .join("scenarios/money/BALANCE-01-credits.yaml"),
        folder.path().join("scenarios/money/MONEY-03-credits.yaml"),
    )
    .unwrap();
    let ran = folder.judge(&["--grade", "documented"]);
    assert_snapshot!(refused(&ran, 4), @"error: nothing is selected: no scenario fits --only and --grade");
    assert_eq!(endpoint.operations(), [""; 0]);
}

#[test]
fn arguments_that_lack_others_say_so() {
    #[track_caller]
    fn check(arguments: &[&str], expected: &str) {
        let folder = Folder::new("arguments");
        let ran = folder.run(arguments);
        assert!(refused(&ran, 2).contains(expected), "{}", ran.stderr);
    }
    check(&["server"], "give --target FILE, or --url URL");
    let url = ["server", "--url", "http://127.0.0.1:1/"];
    check(
        &[&url, ["--username", "demo"].as_slice()].concat(),
        "set EPOCHTA_PASSWORD",
    );
    check(
        &[&url, ["--password", "demo"].as_slice()].concat(),
        "give --username",
    );
    check(
        &[&url, ["--report", "xml:x"].as_slice()].concat(),
        "write for example junit:report.xml",
    );
    check(
        &[&url, ["--write-baseline", "x"].as_slice()].concat(),
        "--reason <TEXT>",
    );
    check(
        &[&url, ["--max-credits", "1"].as_slice()].concat(),
        "--allow-to <NUMBER>",
    );
    check(&[&url, ["--allow-to", "1"].as_slice()].concat(), "--live");
}

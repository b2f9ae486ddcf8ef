//! The law of the baseline: a listed failure is known, a listed check that holds is stale, an entry past its day is
//! stale, and what is not listed counts as it is.

use insta::assert_snapshot;

use crate::canned::{Canned, status};
use crate::folder::{Folder, Ran};
use crate::verdicts::{BALANCE, SHOULD, with_credits};

const ENTRY: &str = "money/BALANCE-01-credits:1.credits";

fn folder(test: &str, endpoint: &Canned) -> Folder {
    let folder = Folder::with(test, "money/BALANCE-01-credits", BALANCE);
    folder.target(endpoint, "");
    folder
}

fn entry(check: &str, expires: &str) -> String {
    format!("- {{ check: \"{check}\", reason: it counts in cents, expires: {expires} }}\n")
}

#[track_caller]
fn judge(folder: &Folder, baseline: &str, code: i32) -> Ran {
    folder.write("baseline.yaml", baseline);
    let ran = folder.judge(&["--baseline", "baseline.yaml"]);
    assert_eq!(ran.code, code, "{}", ran.screen());
    ran
}

#[test]
fn a_listed_failure_is_known() {
    let endpoint = with_credits("7");
    let folder = folder("baseline-known", &endpoint);
    let ran = judge(&folder, &entry(ENTRY, "2999-12-31"), 0);
    assert_snapshot!(ran.stdout, @"
    known   1: it counts in cents (money/BALANCE-01-credits)

    selected 1 / ran 1 / passed 0 / failed 0 / known 1 / skipped 0
    ");
}

#[test]
fn a_listed_check_that_holds_is_stale() {
    let endpoint = with_credits("5");
    let folder = folder("baseline-stale", &endpoint);
    let ran = judge(&folder, &entry(ENTRY, "2999-12-31"), 1);
    assert_snapshot!(ran.stdout, @"
    STALE   money/BALANCE-01-credits: money/BALANCE-01-credits:1.credits holds, but is listed: it counts in cents

    selected 1 / ran 1 / passed 0 / failed 1 / known 0 / skipped 0
    ");
}

#[test]
fn an_entry_past_its_day_is_stale() {
    let endpoint = with_credits("7");
    let folder = folder("baseline-expired", &endpoint);
    let ran = judge(&folder, &entry(ENTRY, "2020-01-31"), 1);
    assert_snapshot!(ran.stdout, @"
    STALE   money/BALANCE-01-credits: money/BALANCE-01-credits:1.credits expired on 2020-01-31
            1.credits: expected 5, actual 7, scenarios/money/BALANCE-01-credits.yaml:5:35

    selected 1 / ran 1 / passed 0 / failed 1 / known 0 / skipped 0
    ");
}

#[test]
fn what_is_not_listed_fails() {
    let endpoint = Canned::answering(&[("BALANCE", &status(-1))]);
    let folder = folder("baseline-unlisted", &endpoint);
    let ran = judge(&folder, &entry(ENTRY, "2999-12-31"), 1);
    assert!(
        ran.stdout.starts_with("FAILED  money/BALANCE-01-credits"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("1.status does not hold"),
        "{}",
        ran.stdout
    );
    assert!(
        !ran.stdout.contains("1.credits does not hold"),
        "{}",
        ran.stdout
    );
    judge(&folder, &entry("money/BALANCE-01-credits", "2999-12-31"), 0);
}

#[test]
fn a_warning_does_not_hide_a_stale_entry() {
    let endpoint = with_credits("7");
    let folder = Folder::with(
        "baseline-warned",
        "money/MONEY-03-exact",
        &SHOULD.replace("{ credits", "{ status: 0, credits"),
    );
    folder.target(&endpoint, "");
    let ran = judge(
        &folder,
        &entry("money/MONEY-03-exact:1.status", "2999-12-31"),
        1,
    );
    assert!(
        ran.stdout.starts_with("STALE   money/MONEY-03-exact: "),
        "{}",
        ran.stdout
    );
}

#[test]
fn an_entry_for_a_case_that_does_not_exist_is_refused() {
    let endpoint = with_credits("5");
    let folder = folder("baseline-orphan", &endpoint);
    let ran = judge(
        &folder,
        &entry("money/BALANCE-01-credit:1.credits", "2999-12-31"),
        2,
    );
    assert_snapshot!(ran.stderr, @"error: the baseline lists money/BALANCE-01-credit:1.credits, and there is no such case; take it out, or correct it");
    assert_eq!(endpoint.operations(), [""; 0]);
}

#[test]
fn a_wrong_baseline_is_shown_in_its_place() {
    let endpoint = with_credits("5");
    let folder = folder("baseline-wrong", &endpoint);
    let ran = judge(&folder, &entry(ENTRY, "soon"), 2);
    assert!(
        ran.stderr.contains("--> baseline.yaml:1:"),
        "{}",
        ran.stderr
    );
}

#[test]
fn what_was_written_makes_every_failure_known() {
    let endpoint = with_credits("7");
    let folder = folder("baseline-written", &endpoint);
    folder.scenario("money/MONEY-03-exact", SHOULD);
    let writing = [
        "--write-baseline",
        "baseline.yaml",
        "--reason",
        "it counts in: cents",
        "--expires",
        "2999-12-31",
    ];
    // Writing it does not make the run better.
    assert_eq!(folder.judge(&writing).code, 1);
    assert_snapshot!(folder.read("baseline.yaml"), @"
    - check: money/BALANCE-01-credits:1.credits
      reason: 'it counts in: cents'
      expires: 2999-12-31
    - check: money/MONEY-03-exact:1.credits
      reason: 'it counts in: cents'
      expires: 2999-12-31
    ");
    let ran = folder.judge(&["--baseline", "baseline.yaml", "--strict"]);
    assert_eq!(ran.code, 0, "{}", ran.screen());
    assert_snapshot!(ran.stdout, @"
    known   2: it counts in: cents (money/BALANCE-01-credits, money/MONEY-03-exact)

    selected 2 / ran 2 / passed 0 / failed 0 / known 2 / skipped 0
    ");
}

#[test]
fn checks_with_brackets_in_their_names_are_known_too() {
    let endpoint = with_credits("7");
    let folder = Folder::with(
        "baseline-brackets",
        "money/BALANCE-01-credits",
        "\
clauses: [BALANCE-01]
requirement: BALANCE says how many credits there are.
matrix: { over: [raw, multipart] }
steps:
  - name: asked
    ask: BALANCE
    over: \"${over}\"
    relations: [\"asked.credits = 5\"]
",
    );
    folder.target(&endpoint, "");
    let writing = [
        "--write-baseline",
        "baseline.yaml",
        "--reason",
        "x",
        "--expires",
        "2999-12-31",
    ];
    folder.judge(&writing);
    assert!(
        folder
            .read("baseline.yaml")
            .contains("[raw]:asked.relations[1]")
    );
    let ran = folder.judge(&["--baseline", "baseline.yaml"]);
    assert_eq!(ran.code, 0, "{}", ran.screen());
}

#[test]
fn a_baseline_that_cannot_be_written_is_named() {
    let endpoint = with_credits("7");
    let folder = folder("baseline-nowhere", &endpoint);
    let writing = [
        "--write-baseline",
        "nowhere/b.yaml",
        "--reason",
        "x",
        "--expires",
        "2999-12-31",
    ];
    let ran = folder.judge(&writing);
    assert_eq!(ran.code, 2, "{}", ran.screen());
    assert_snapshot!(ran.stderr, @"error: cannot write nowhere/b.yaml: No such file or directory (os error 2)");
}

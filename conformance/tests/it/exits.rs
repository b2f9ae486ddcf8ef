//! The exit codes of the commands that judge, one command for each.

use crate::canned::Canned;
use crate::folder::{Folder, judging};
use crate::verdicts::{BALANCE, with_credits};

#[track_caller]
fn check(endpoint: &Canned, arguments: &[&str], expected: i32) {
    let name = format!("exit-{expected}-{}", arguments.join("-").replace('/', "_"));
    let folder = Folder::with(&name, "money/BALANCE-01-credits", BALANCE);
    folder.target(endpoint, "");
    let ran = folder.run(arguments);
    assert_eq!(ran.code, expected, "{}", ran.screen());
}

#[test]
fn zero_is_for_what_holds() {
    let right = with_credits("5");
    check(&right, &judging(&[]), 0);
    check(&right, &["check", "scenarios"], 0);
    check(&right, &["list", "scenarios"], 0);
    check(&right, &["coverage"], 0);
    check(&right, &["schema", "scenario"], 0);
}

#[test]
fn one_is_for_what_does_not_hold() {
    let wrong = with_credits("7");
    check(&wrong, &judging(&[]), 1);
    // One scenario does not cover every clause.
    check(&wrong, &["coverage", "scenarios"], 1);
}

#[test]
fn two_is_for_wrong_arguments_and_files() {
    let right = with_credits("5");
    check(&right, &["server", "scenarios"], 2);
    check(&right, &["check", "nowhere"], 2);
    check(
        &right,
        &judging(&["--report", "junit:nowhere/report.xml"]),
        2,
    );
    check(&right, &judging(&["--baseline", "nowhere.yaml"]), 2);
    check(&right, &["accept", "target.yaml"], 2);
    check(&right, &["reject", "nowhere"], 2);
}

#[test]
fn three_is_for_what_cannot_be_reached() {
    let gone = with_credits("5");
    let folder = Folder::with("exit-3", "money/BALANCE-01-credits", BALANCE);
    folder.target(&gone, "");
    drop(gone);
    assert_eq!(folder.judge(&[]).code, 3);
}

#[test]
fn four_is_for_nothing() {
    let right = with_credits("5");
    check(&right, &judging(&["--only", "SEND-03"]), 4);
    check(&right, &["list", "scenarios", "--only", "SEND-03"], 4);
}

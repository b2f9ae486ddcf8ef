//! Histories made by hand: those that have an order, and those that have none: money spent twice, updates lost, reads that
//! are stale or torn, messages lost.

use std::collections::BTreeSet;

use super::super::hand::{Said, balance, call, in_turn, price, report, send};
use super::{Unexplained, explain};
use crate::history::model::{Model, Tested};
use crate::run::calls::Call;
use crate::scenario::model::Policy;

const A: &[(&str, &str)] = &[("999000000001", "a")];
const B: &[(&str, &str)] = &[("999000000001", "b")];

/// What comes first, what is done from tick 100 to 200, each by its own ticks, and what comes behind it.
fn explained(
    before: Vec<(&str, Said)>,
    beside: Vec<(usize, usize, &str, Said)>,
    behind: Vec<(&str, Said)>,
) -> Result<Vec<usize>, Unexplained> {
    let model = Model {
        policy: Some(Policy::Refuse),
        tests: BTreeSet::new(),
        tested: Tested::ForFree,
    };
    let mut calls: Vec<Call> = in_turn(0, before);
    let beside = beside.into_iter();
    calls.extend(beside.map(|(began, ended, account, said)| call(account, said, began, ended)));
    calls.extend(in_turn(1000, behind));
    explain(&model, &calls)
}

#[track_caller]
fn check(
    account: &str,
    credits: &str,
    beside: Vec<(usize, usize, &str, Said)>,
    behind: Vec<(&str, Said)>,
    holds: bool,
) {
    let before = vec![(account, balance(credits)), (account, price(A, 0, "1"))];
    let found = explained(before, beside, behind);
    assert_eq!(found.is_ok(), holds, "{found:?}");
}

#[test]
fn mailings_beside_each_other_are_both_charged() {
    let both = || {
        vec![
            (100, 150, "main", send(A, 1, "1")),
            (110, 140, "main", send(B, 1, "1")),
        ]
    };
    check("main", "10", both(), vec![("main", balance("8"))], true);
    // A lost update: one of them wrote over the other.
    check("main", "10", both(), vec![("main", balance("9"))], false);
    check("main", "10", both(), vec![("main", balance("7"))], false);
}

#[test]
fn a_credit_is_spent_once() {
    let both = |second| {
        vec![
            (100, 150, "poor", send(A, 1, "1")),
            (110, 140, "poor", second),
        ]
    };
    let end = || vec![("poor", balance("0"))];
    check("poor", "1", both(send(B, -3, "0")), end(), true);
    // Both were served.
    check("poor", "1", both(send(B, 1, "1")), end(), false);
    // Neither was, though one could be.
    let neither = vec![
        (100, 150, "poor", send(A, -3, "0")),
        (110, 140, "poor", send(B, -3, "0")),
    ];
    check("poor", "1", neither, vec![("poor", balance("1"))], false);
}

#[test]
fn what_is_read_beside_a_mailing_is_from_before_or_behind_it() {
    let read = |began, ended, credits| {
        vec![
            (100, 150, "main", send(A, 1, "1")),
            (began, ended, "main", balance(credits)),
        ]
    };
    check("main", "10", read(110, 140, "10"), vec![], true);
    check("main", "10", read(110, 140, "9"), vec![], true);
    // A torn balance.
    check("main", "10", read(110, 140, "9.5"), vec![], false);
    // A stale read: the mailing had its reply before anybody asked.
    check("main", "10", read(151, 160, "10"), vec![], false);
    check("main", "10", read(151, 160, "9"), vec![], true);
    // And nothing is known of it before it is sent.
    check("main", "10", read(90, 99, "9"), vec![], false);
}

#[test]
fn two_readers_agree_on_the_order() {
    let readers = |first, second| {
        vec![
            (100, 200, "main", send(A, 1, "1")),
            (110, 120, "main", balance(first)),
            (130, 140, "main", balance(second)),
        ]
    };
    check("main", "10", readers("10", "9"), vec![], true);
    check("main", "10", readers("9", "9"), vec![], true);
    // Back in time.
    check("main", "10", readers("9", "10"), vec![], false);
}

#[test]
fn no_message_is_lost_and_rows_are_in_the_order_of_the_mailings() {
    let wrong: &[(&str, &str)] = &[("999000000001", "a"), ("12345", "a")];
    let both = || {
        vec![
            (100, 150, "main", send(A, 1, "1")),
            (110, 140, "main", send(wrong, 1, "1")),
        ]
    };
    let ask = |rows: &[(&str, &str)]| vec![("main", report(&["a"], rows))];
    let invalid = ("a", "INVALID_DESTINATION_ADDRESS");
    let sent = ("a", "SENT");
    check("main", "9", both(), ask(&[sent, invalid, sent]), true);
    check("main", "9", both(), ask(&[sent, sent, invalid]), true);
    check("main", "9", both(), ask(&[invalid, sent, sent]), false);
    check("main", "9", both(), ask(&[sent, invalid]), false);
    check("main", "9", both(), ask(&[sent, sent]), false);
    // The report shows one order, the balance beside it the other.
    let torn = |credits| {
        vec![
            (100, 150, "main", send(A, 1, "1")),
            (110, 120, "main", report(&["a"], &[sent])),
            (130, 140, "main", balance(credits)),
        ]
    };
    check("main", "9", torn("8"), vec![], true);
    check("main", "9", torn("9"), vec![], false);
}

#[test]
fn accounts_do_not_wait_for_each_other() {
    let before = vec![("main", balance("5")), ("other", balance("5"))];
    let beside = vec![
        (100, 150, "main", send(A, 1, "1")),
        (110, 140, "other", report(&["a"], &[])),
        (111, 141, "other", send(A, 1, "2")),
    ];
    let behind = vec![
        ("main", balance("4")),
        ("other", balance("3")),
        ("other", report(&["a"], &[("a", "0")])),
    ];
    assert!(explained(before, beside, behind).is_ok());
}

#[test]
fn what_cannot_be_explained_is_told() {
    let found = explained(
        vec![("main", balance("10"))],
        vec![
            (100, 150, "main", send(A, 1, "1")),
            (110, 140, "main", send(B, 1, "1")),
        ],
        vec![("main", balance("9")), ("main", balance("9"))],
    );
    let Unexplained { explained, next } = found.unwrap_err();
    assert_eq!(explained, [0, 1, 2]);
    assert_eq!(next, [(3, "9, where the balance is 8".to_owned())]);
}

/// Lanes as long as a history has them, in which nothing is in order: all that was tried is remembered, so that this
/// ends.
#[test]
fn the_longest_lanes_are_searched_in_no_time() {
    let mut beside = Vec::new();
    for lane in 0..4 {
        for turn in 0..3 {
            let began = 100 + turn * 10 + lane;
            beside.push((began, began + 9, "main", send(A, 1, "1")));
        }
    }
    let end = |credits| vec![("main", balance(credits))];
    check("main", "100", beside.clone(), end("88"), true);
    check("main", "100", beside, end("89"), false);
}

//! What the model takes for a right reply, and what it says of a wrong one: each operation by itself, and refusals.

use std::collections::BTreeSet;

use super::super::hand::{Said, balance, credit_price, in_turn, price, report, send};
use super::{Model, State, Tested};
use crate::scenario::model::Policy;

const ONE: &[(&str, &str)] = &[("999000000001", "m1")];
const TWO: &[(&str, &str)] = &[("999000000001", "m1"), ("999000000002", "m2")];

fn model(policy: Option<Policy>, tested: Tested) -> Model {
    Model {
        policy,
        tests: BTreeSet::from(["test_mode".to_owned()]),
        tested,
    }
}

/// What is wrong with the last of these calls; those before it are right.
fn fault(model: &Model, said: Vec<(&str, Said)>) -> Option<String> {
    let calls = in_turn(0, said);
    let (last, before) = calls.split_last().unwrap();
    let state = before.iter().fold(State::default(), |state, call| {
        model.after(&state, call).unwrap()
    });
    model.after(&state, last).err()
}

#[track_caller]
fn check(said: Vec<(&str, Said)>, fault_is: Option<&str>) {
    let model = model(Some(Policy::Refuse), Tested::ForFree);
    assert_eq!(fault(&model, said).as_deref(), fault_is);
}

#[test]
fn a_send_costs_its_price_and_no_more() {
    let before = |after| {
        vec![
            ("main", balance("10")),
            ("main", price(TWO, 0, "1.5")),
            ("main", send(TWO, 2, "1.5")),
            ("main", after),
        ]
    };
    check(before(balance("8.5")), None);
    check(before(balance("10")), Some("10, where the balance is 8.5"));
    check(before(send(TWO, 2, "1.5")), None);
    check(
        before(send(TWO, 2, "1.6")),
        Some("1.6, where the price of the mailing is 1.5"),
    );
    check(
        before(send(TWO, 1, "1.5")),
        Some("status 1, where 2 recipients are valid"),
    );
    check(
        before(price(TWO, 0, "2")),
        Some("2, where the price of the mailing is 1.5"),
    );
    check(before(price(ONE, 0, "0.7")), None);
}

#[test]
fn what_is_refused_changes_nothing() {
    let none: &[(&str, &str)] = &[("12345", "m1"), ("", "m2")];
    let before = |refused, after| {
        vec![
            ("poor", balance("1")),
            ("poor", price(TWO, 0, "1.5")),
            refused,
            ("poor", after),
        ]
    };
    for refused in [
        ("poor", send(TWO, -3, "0")),
        ("poor", send(none, -4, "0")),
        ("poor", price(none, -4, "0")),
        ("nobody", send(ONE, -1, "0")),
    ] {
        check(before(refused.clone(), balance("1")), None);
        check(
            before(refused.clone(), balance("0")),
            Some("0, where the balance is 1"),
        );
        let ids = ["m1", "m2"];
        check(before(refused.clone(), report(&ids, &[])), None);
        check(
            before(refused, report(&ids, &[("m1", "0")])),
            Some("a row m1 of no message"),
        );
    }
    check(
        vec![("poor", balance("1")), ("poor", send(TWO, -3, "0"))],
        Some("status -3, where 2 recipients are valid"),
    );
    check(
        vec![
            ("poor", balance("1")),
            ("poor", price(TWO, 0, "1.5")),
            ("poor", send(TWO, 2, "1.5")),
        ],
        Some("status 2, where it is NOT_ENOUGH_CREDITS"),
    );
    check(
        vec![("nobody", send(ONE, 1, "1"))],
        Some("status 1, where it is AUTH_FAILED"),
    );
}

#[test]
fn each_message_of_an_id_has_a_row_oldest_first() {
    let mixed: &[(&str, &str)] = &[("12345", "m1"), ("999000000001", "m1"), (" ", "m1")];
    let invalid = ("m1", "INVALID_DESTINATION_ADDRESS");
    let before = |account, after| {
        vec![
            ("main", send(mixed, 1, "1")),
            ("main", send(TWO, 2, "2")),
            (account, after),
        ]
    };
    let rows = [invalid, ("m1", "SENT"), ("m1", "0"), ("m2", "DELIVERED")];
    check(before("main", report(&["m1", "m2"], &rows)), None);
    check(
        before("main", report(&["m1", "m2"], &rows[..3])),
        Some("a message m2 has no row in its place"),
    );
    check(
        before("main", report(&["m2", "m1"], &rows)),
        Some("a message m2 has no row in its place"),
    );
    let swapped = [("m1", "SENT"), invalid, ("m1", "0")];
    let fault = "message m1 is SENT (), after Waiting";
    check(before("main", report(&["m1"], &swapped)), Some(fault));
    check(before("main", report(&["m9"], &[])), None);
    check(before("other", report(&["m1", "m2"], &[])), None);
    check(
        before("other", report(&["m2"], &[("m2", "0")])),
        Some("a row m2 of no message"),
    );
}

#[test]
fn a_credit_costs_the_same_every_time() {
    check(
        vec![
            ("main", credit_price("0.05")),
            ("other", credit_price("0.06")),
            ("main", credit_price("0.05")),
        ],
        None,
    );
    check(
        vec![
            ("main", credit_price("0.05")),
            ("main", credit_price("0.06")),
        ],
        Some("0.06, where the price of a credit is 0.05"),
    );
}

#[test]
fn an_account_in_test_mode_waits_and_is_charged_always_or_never() {
    let said = |left: &str, status| {
        vec![
            ("test_mode", balance("10")),
            ("test_mode", send(ONE, 1, "1")),
            ("test_mode", balance(left)),
            ("test_mode", report(&["m1"], &[("m1", status)])),
        ]
    };
    let free = model(Some(Policy::Refuse), Tested::ForFree);
    let charged = model(Some(Policy::Refuse), Tested::ForCredits);
    assert_eq!(fault(&free, said("10", "0")), None);
    assert_eq!(fault(&charged, said("9", "0")), None);
    let sent = fault(&free, said("10", "SENT")).unwrap();
    assert!(sent.contains("is SENT"), "{sent}");
    let left = fault(&charged, said("10", "0").drain(..3).collect());
    assert_eq!(left.as_deref(), Some("10, where the balance is 9"));
}

#[test]
fn where_the_policy_is_not_refuse_the_reply_says_who_was_served() {
    for policy in [None, Some(Policy::Partial)] {
        let model = model(policy, Tested::ForFree);
        let said = |sent, left| {
            vec![
                ("poor", balance("1")),
                ("poor", price(TWO, 0, "2")),
                ("poor", sent),
                ("poor", balance(left)),
            ]
        };
        assert_eq!(fault(&model, said(send(TWO, 1, "1"), "0")), None);
        assert_eq!(fault(&model, said(send(TWO, -3, "0"), "1")), None);
        let stays = fault(&model, said(send(TWO, 1, "1"), "1"));
        assert_eq!(stays.as_deref(), Some("1, where the balance is 0"));
    }
}

//! Which reactions are right, and which rule another one breaks.

use std::time::Duration;

use super::{Happened, Right, has_number};
use crate::exercise::delivery::Carrying;
use crate::exercise::told::{Outcome, Told};
use crate::finding::{Asked, Ids};
use crate::operation::{Credentials, Message, Operation, Recipient};
use crate::password::Password;
use crate::scenario::client::{Expected, Shown};
use crate::scenario::comparison::Comparison;
use crate::stand_in::received::{Channel, End, Received};

const ACCEPTED: &str = "<RESPONSE><status>1</status><credits>0.341</credits></RESPONSE>";

fn received(operation: &str, reply: &str, end: End) -> Received {
    let body = format!(
        "<SMS><operations><operation>{operation}</operation></operations><authentication>\
         <username>demo</username><password>s3cret-word</password></authentication>\
         <numbers><number messageID='k1'>1</number></numbers></SMS>"
    );
    Received {
        number: 1,
        connection: 1,
        arrived: Duration::ZERO,
        channel: Channel::Plain,
        head: b"POST / HTTP/1.1\r\n\r\n".to_vec(),
        body: body.into_bytes(),
        reply: reply.as_bytes().to_vec(),
        end,
        took: Duration::ZERO,
    }
}

fn right() -> Right {
    Right {
        asked: Asked {
            turn: 1,
            operation: Operation::Send(Message {
                sender: None,
                text: "x".to_owned(),
                recipients: vec![Recipient {
                    number: "1".to_owned(),
                    id: None,
                    variables: None,
                }],
            }),
            credentials: Credentials {
                username: "demo".to_owned(),
                password: Password::new("s3cret-word"),
            },
            ids: Ids::Offered,
        },
        rule: "rule".to_owned(),
        carrying: Carrying::Whole,
        outcome: Expected::Succeeds,
        errors: Vec::new(),
        shows: Vec::new(),
        requests: None,
    }
}

fn told(result: Outcome, shown: &str) -> Told {
    Told {
        result,
        shown: shown.to_owned(),
    }
}

fn result(json: &str) -> Outcome {
    Outcome::Succeeded(Some(serde_json::from_str(json).unwrap()))
}

fn failure(error: &str) -> Outcome {
    Outcome::Failed(Some(error.to_owned()))
}

/// The checks that do not hold, with the rules that are broken.
#[track_caller]
fn check(right: &Right, told: &Told, received: &[Received], expected: &[(&str, &str)]) {
    let happened = Happened {
        told,
        received,
        strayed: &[],
    };
    let checks = right.judge(happened);
    assert!(!checks.is_empty());
    let wrong: Vec<_> = checks
        .iter()
        .filter(|check| !check.holds)
        .map(|check| (check.name.as_str(), check.rule.as_str()))
        .collect();
    assert_eq!(wrong, expected);
}

#[test]
fn success_is_told_with_the_values_of_the_reply() {
    let seen = [received("SEND", ACCEPTED, End::Answered)];
    let good = result(r#"{"accepted":1,"credits":"0.3410"}"#);
    check(&right(), &told(good, ""), &seen, &[]);
    check(&right(), &told(Outcome::Succeeded(None), ""), &seen, &[]);
    let other = result(r#"{"accepted":1,"credits":"0"}"#);
    check(&right(), &told(other, ""), &seen, &[("credits", "rule")]);
    check(
        &right(),
        &told(failure("AUTH_FAILED"), ""),
        &seen,
        &[("outcome", "rule")],
    );
}

#[test]
fn a_failure_has_the_right_word() {
    let seen = [received(
        "SEND",
        "<RESPONSE><status>-3</status></RESPONSE>",
        End::Answered,
    )];
    let fails = Right {
        outcome: Expected::Fails,
        errors: vec!["NOT_ENOUGH_CREDITS".to_owned()],
        ..right()
    };
    check(&fails, &told(failure("NOT_ENOUGH_CREDITS"), ""), &seen, &[]);
    check(&fails, &told(Outcome::Failed(None), ""), &seen, &[]);
    check(
        &fails,
        &told(failure("NO_REPLY"), ""),
        &seen,
        &[("error", "rule")],
    );
    check(
        &fails,
        &told(Outcome::Succeeded(None), ""),
        &seen,
        &[("outcome", "rule")],
    );
}

#[test]
fn who_makes_no_request_has_refused_the_input_or_asked_nothing() {
    check(
        &right(),
        &told(failure("INVALID_INPUT"), ""),
        &[],
        &[("asks", "input-refused")],
    );
    check(
        &right(),
        &told(Outcome::Succeeded(None), ""),
        &[],
        &[("asks", "asks-nothing")],
    );
}

#[test]
fn who_hangs_breaks_the_rule_of_what_made_it_hang() {
    let hung = told(Outcome::Hung("nothing".to_owned()), "");
    for (carrying, rule) in [
        (Carrying::Whole, "crashes"),
        (Carrying::Stall, "no-time-out"),
        (Carrying::Endless, "no-whole-time-out"),
        (Carrying::Chunked, "rule"),
    ] {
        let right = Right {
            carrying,
            ..right()
        };
        check(&right, &hung, &[], &[("ends", rule)]);
    }
    let died = told(Outcome::Died("dead".to_owned()), "");
    check(&right(), &died, &[], &[("ends", "crashes")]);
}

#[test]
fn a_lost_send_is_success_only_if_getstatus_was_asked() {
    let lost = Right {
        carrying: Carrying::CloseAfter,
        outcome: Expected::Fails,
        ..right()
    };
    let success = told(Outcome::Succeeded(None), "");
    let send = received("SEND", "", End::Withheld);
    check(
        &lost,
        &success,
        std::slice::from_ref(&send),
        &[("outcome", "rule")],
    );
    let status = received("GETSTATUS", "<deliveryreport/>", End::Answered);
    check(&lost, &success, &[send.clone(), status.clone()], &[]);
    let not_taken = Right {
        carrying: Carrying::CloseBefore,
        ..lost
    };
    check(
        &not_taken,
        &success,
        &[send, status],
        &[("outcome", "rule")],
    );
}

#[test]
fn requests_of_the_operation_are_counted() {
    let once = Right {
        requests: Some(Comparison::parse("1").unwrap()),
        ..right()
    };
    let success = told(Outcome::Succeeded(None), "");
    let send = received("SEND", ACCEPTED, End::Answered);
    let balance = received("BALANCE", ACCEPTED, End::Answered);
    check(&once, &success, &[send.clone(), balance], &[]);
    check(
        &once,
        &success,
        &[send.clone(), send],
        &[("requests", "rule")],
    );
}

#[test]
fn nobody_else_gets_a_request() {
    let sealed = Right {
        carrying: Carrying::TlsExpired,
        outcome: Expected::Fails,
        ..right()
    };
    let failed = told(failure("NO_REPLY"), "");
    check(&sealed, &failed, &[], &[]);
    let seen = [received("SEND", ACCEPTED, End::Answered)];
    check(&sealed, &failed, &seen, &[("trusts", "rule")]);
    let redirect = Right {
        carrying: Carrying::Redirect,
        ..sealed
    };
    let happened = |strayed| Happened {
        told: &failed,
        received: &seen,
        strayed,
    };
    let wrong = |strayed| {
        let checks = redirect.judge(happened(strayed));
        let wrong = checks.into_iter().filter(|check| !check.holds);
        wrong.map(|check| check.actual).collect::<Vec<_>>()
    };
    assert!(wrong(&[]).is_empty());
    assert_eq!(wrong(&seen), ["a request with the password"]);
}

#[test]
fn what_a_person_should_see_is_looked_for() {
    #[track_caller]
    fn shows(shown: Shown, reply: &str, text: &str, holds: bool) {
        let right = Right {
            outcome: Expected::Either,
            shows: vec![shown],
            ..right()
        };
        let seen = [received("SEND", reply, End::Answered)];
        let told = told(Outcome::Failed(None), text);
        let happened = Happened {
            told: &told,
            received: &seen,
            strayed: &[],
        };
        let checks = right.judge(happened);
        assert_eq!(checks.iter().all(|check| check.holds), holds, "{text}");
    }
    let refused = "<RESPONSE><status>-3</status></RESPONSE>";
    shows(Shown::Credits, ACCEPTED, "charged: 0.3410.", true);
    shows(Shown::Credits, ACCEPTED, "sent 1 for 10.341", false);
    shows(Shown::Reason, refused, "error -3", true);
    shows(Shown::Reason, refused, "Not enough credits!", true);
    shows(Shown::Reason, refused, "error 3", false);
    shows(Shown::Id, ACCEPTED, "id: k1", true);
    shows(Shown::Id, ACCEPTED, "sent", false);
    shows(Shown::NoPassword, ACCEPTED, "demo", true);
    shows(
        Shown::NoPassword,
        ACCEPTED,
        "url?p=s3cret%2Dword&s3cret-word",
        false,
    );
}

#[test]
fn a_number_is_found_in_any_spelling() {
    for text in ["0.341", "(0,341)", "cost=0.3410;", "0.341."] {
        assert!(has_number(text, "0.341"), "{text}");
    }
    for text in ["", "10.341", "0.3411", "341"] {
        assert!(!has_number(text, "0.341"), "{text}");
    }
}

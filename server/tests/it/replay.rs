//! State is the fold of its events, the ledger adds up, and the index finds what is there: over random histories.

use std::sync::Arc;
use std::time::Duration;

use epochta_mock::config::Config;
use epochta_mock::gateway::account::{Account, Mode, Profile};
use epochta_mock::gateway::effect::Placed;
use epochta_mock::gateway::event::Event;
use epochta_mock::gateway::messages::Capacity;
use epochta_mock::gateway::money::Credits;
use epochta_mock::gateway::msisdn::{Msisdn, Written};
use epochta_mock::gateway::reply::Reply;
use epochta_mock::gateway::request::{
    Credentials, Inquiry, Mailing, Operation, Password, Recipient, Words,
};
use epochta_mock::gateway::rules::{InsufficientCredits, Rules};
use epochta_mock::gateway::status::Status;
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;

/// Something that is done to an account.
#[derive(Debug, Clone)]
enum Deed {
    /// Numbers, each with an id out of a few.
    Send(Vec<(String, u8)>),
    Price(Vec<(String, u8)>),
    Status(u8),
    TopUp(i64),
    Refund(i64),
    Mode(bool),
    /// The configuration no longer has it, or has it again.
    Close(bool),
    /// So many messages are kept from now on.
    Bound(usize),
    Wait(u64),
    /// Of the message of this ordinal, to its next step or to NOT_DELIVERED.
    Move(u64, bool),
}

fn arb_deed() -> impl Strategy<Value = Deed> {
    let number = prop_oneof![
        4 => Just("380501234567".to_owned()),
        2 => Just("79990000001".to_owned()),
        1 => Just("111111111".to_owned()),
        1 => Just("no number".to_owned()),
        1 => Just("999202000001".to_owned()),
        1 => Just("999203000001".to_owned()),
    ];
    let numbers = vec((number, 0..6_u8), 0..5);
    prop_oneof![
        6 => numbers.clone().prop_map(Deed::Send),
        1 => numbers.prop_map(Deed::Price),
        2 => (0..6_u8).prop_map(Deed::Status),
        1 => (0..30_000_i64).prop_map(Deed::TopUp),
        1 => (0..30_000_i64).prop_map(Deed::Refund),
        1 => any::<bool>().prop_map(Deed::Mode),
        1 => any::<bool>().prop_map(Deed::Close),
        1 => (1..20_usize).prop_map(Deed::Bound),
        1 => (0..4_000_u64).prop_map(Deed::Wait),
        1 => (1..30_u64, any::<bool>()).prop_map(|(ordinal, turn)| Deed::Move(ordinal, turn)),
    ]
}

fn mailing(numbers: &[(String, u8)]) -> Mailing {
    let mut words = Words::default();
    let (sender, text) = (words.add("SMSKA"), words.add("Hello"));
    let recipients = numbers
        .iter()
        .map(|(number, id)| Recipient {
            msisdn: match Msisdn::read(number) {
                Written::Number { msisdn, .. } => Some(msisdn),
                Written::Nothing | Written::Invalid => None,
            },
            // Id 0 is none.
            id: if *id == 0 {
                Default::default()
            } else {
                words.add(&format!("id{id}"))
            },
            variables: None,
            written: words.add(number),
        })
        .collect();
    Mailing {
        words,
        sender,
        text,
        recipients,
    }
}

fn rules(policy: InsufficientCredits) -> Rules {
    let text = "tariffs: { \"380\": 0.341, \"7\": 0.2235, \"999\": 0.1 }\n\
        scripts: [{ when: { id: id5 }, nth: 2, refuse: NO_RECIPIENTS }]\n\
        faults:\n  \
          - { kind: close, placed: before, every: 5 }\n  \
          - { kind: delay, from: 1s, to: 2s, probability: 0.3, when: { operation: send } }\n";
    Rules {
        insufficient_credits: policy,
        ..Config::parse(text, "test").unwrap().rules
    }
}

proptest! {
    #[test]
    fn replaying_the_events_rebuilds_the_state(
        deeds in vec(arb_deed(), 0..60),
        partial in any::<bool>(),
        kept in 1..20_usize,
        bytes in 300..5_000_usize,
    ) {
        let rules = rules(if partial { InsufficientCredits::Partial } else { InsufficientCredits::Refuse });
        let capacity = Capacity { messages: kept, bytes };
        let demo = Profile::clone(&Config::default().accounts[0].0);
        let mut now = Timestamp::UNIX_EPOCH;
        let opening: Credits = "3".parse().unwrap();
        let mut events =
            vec![Event::Opened { at: now, profile: Arc::new(demo.clone()), credits: opening }];
        let mut account = Account::replay(capacity, &events).unwrap();
        let mut expected = opening.units();
        let mut sent = 0_u64;
        let mut bound = kept;
        for deed in deeds {
            let happened = match deed {
                Deed::Send(numbers) => {
                    let before = account.ledger().balance();
                    let credentials = credentials();
                    let decision = account.handle(&rules, &credentials, Operation::Send(Ok(mailing(&numbers))), now.into());
                    let charged = before.checked_sub(account.ledger().balance()).unwrap();
                    expected -= charged.units();
                    let is_forgotten = decision.hurt.as_ref().is_some_and(|hurt| hurt.placed == Placed::Before);
                    match &decision.reply {
                        _ if is_forgotten => prop_assert_eq!(charged, Credits::ZERO, "nothing happened"),
                        Reply::Sent { charge, .. } => {
                            let is_charged = account.profile().mode == Mode::Real;
                            prop_assert_eq!(charged, if is_charged { charge.credits } else { Credits::ZERO });
                        }
                        _ => prop_assert_eq!(charged, Credits::ZERO, "a refusal costs nothing"),
                    }
                    sent += decision.events.iter().map(|event| match event {
                        Event::Accepted(mailing) => mailing.messages.len() as u64,
                        _ => 0,
                    }).sum::<u64>();
                    decision.events
                }
                Deed::Price(numbers) => {
                    let operation = Operation::GetPrice(Ok(mailing(&numbers)));
                    account.handle(&rules, &credentials(), operation, now.into()).events
                }
                Deed::Status(id) => {
                    let id = format!("id{id}");
                    let found: Vec<_> = account.messages().with_id(&id).collect();
                    let searched: Vec<_> = account
                        .messages()
                        .iter()
                        .filter(|kept| kept.mailing.id(kept.position) == id)
                        .collect();
                    prop_assert_eq!(found, searched);
                    let mut words = Words::default();
                    let ids = vec![words.add(&id)];
                    let operation = Operation::GetStatus(Ok(Inquiry { words, ids }));
                    account.handle(&rules, &credentials(), operation, now.into()).events
                }
                Deed::TopUp(units) => {
                    expected += units;
                    vec![Event::ToppedUp { at: now, credits: Credits::from_units(units) }]
                }
                Deed::Refund(units) => {
                    expected += units;
                    vec![Event::Refunded { at: now, credits: Credits::from_units(units) }]
                }
                Deed::Mode(real) => {
                    let mode = if real { Mode::Real } else { Mode::Test };
                    vec![Event::Changed { profile: Arc::new(Profile { mode, ..demo.clone() }) }]
                }
                Deed::Close(true) => vec![Event::Closed],
                Deed::Close(false) => vec![Event::Reopened],
                Deed::Bound(messages) => {
                    bound = messages;
                    vec![Event::Bounded { capacity: Capacity { messages, bytes } }]
                }
                Deed::Move(message, turn) => {
                    let to = turn.then_some(Status::NotDelivered);
                    vec![Event::Moved { at: now, message, to }]
                }
                Deed::Wait(milliseconds) => {
                    now += Duration::from_millis(milliseconds);
                    vec![]
                }
            };
            for event in &happened {
                // Requests have applied their own already.
                let is_of_a_request = matches!(
                    event,
                    Event::Accepted(_) | Event::Polled { .. } | Event::Fitted { .. } | Event::Tried(_)
                );
                if !is_of_a_request {
                    account.apply(event);
                }
            }
            events.extend(happened);
            prop_assert_eq!(account.ledger().balance().units(), expected, "the ledger adds up");
        }
        prop_assert_eq!(account.messages().count() as u64 + account.messages().evicted(), sent);
        prop_assert!(account.messages().count() <= bound);
        let replayed = Account::replay(capacity, &events).unwrap();
        for id in (0..6).map(|id| format!("id{id}")) {
            let found = |account: &Account| -> Vec<u64> {
                account.messages().with_id(&id).map(|kept| kept.ordinal).collect()
            };
            prop_assert_eq!(found(&replayed), found(&account));
        }
        prop_assert_eq!(replayed, account);
    }
}

fn credentials() -> Credentials {
    Credentials {
        username: "demo".to_owned(),
        password: Password::new("demo".to_owned()),
    }
}

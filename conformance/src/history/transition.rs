//! What may be done next, and the sequences that are made of it.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy};
use proptest::prop_oneof;
use proptest::sample::select;
use proptest::strategy::Union;
use proptest_state_machine::Sequential;

use super::whole::Whole;
use crate::generate::id::Id;
use crate::generate::message::{self, Mailing, To};
use crate::generate::text;
use crate::property::Facts;
use crate::scenario::model::Policy;

/// How many ids there are: so few that they come again.
const IDS: usize = 6;

/// How many lanes there are at most. With the number of operations it bounds the orders to be tried.
const LANES: usize = 4;

/// How many operations a history has at most, beside those that it begins and ends with.
const MOST: usize = 12;

/// The accounts that may be used.
const ACCOUNTS: [&str; 4] = [MAIN, "other", TEST_MODE, POOR];

/// The account that every history asks.
pub(super) const MAIN: &str = "main";

/// The account whose messages are not sent (MODE-02).
pub(super) const TEST_MODE: &str = "test_mode";

/// The account that can pay for one part to the first recipient, not for two.
pub(super) const POOR: &str = "poor";

/// One operation.
#[derive(Clone, Debug)]
pub struct Transition {
    /// Where it is done: 0 is before all others, one after the other; every other number is a lane of its own.
    pub lane: usize,
    /// Who asks, by the name in the target.
    pub account: &'static str,
    /// Whether the password is right.
    pub password: Password,
    /// What is asked.
    pub act: Act,
}

/// Whether a password is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Password {
    /// It is.
    Right,
    /// It is not.
    Wrong,
}

/// What is asked.
#[derive(Clone, Debug)]
pub enum Act {
    /// BALANCE.
    Balance,
    /// CREDITPRICE.
    CreditPrice,
    /// GETSTATUS.
    Status(Vec<Id>),
    /// GETPRICE.
    Price(Mailing),
    /// SEND.
    Send(Mailing),
}

impl Act {
    /// The ids in it.
    pub(super) fn ids(&self) -> Vec<&Id> {
        match self {
            Self::Balance | Self::CreditPrice => Vec::new(),
            Self::Status(ids) => ids.iter().collect(),
            Self::Price(mailing) | Self::Send(mailing) => {
                mailing.to.iter().filter_map(|to| to.id.as_ref()).collect()
            }
        }
    }
}

/// What is known while a history is made up: enough to ask for what is there, and for what others have.
#[derive(Clone, Debug)]
struct Known {
    /// How many lanes there are.
    lanes: usize,
    /// The ids that an account has sent by.
    ids: BTreeMap<&'static str, BTreeSet<usize>>,
}

/// Sequences of operations.
///
/// [`proptest_state_machine::ReferenceStateMachine`] cannot make them: its functions have no receiver, and so nothing of
/// the target. Its strategy can, as it takes closures. Its test runner is of no use either: it plays at once, in the
/// same thread, and ends by a panic, where the endpoint is across a socket and a failure is a value.
pub(crate) fn sequences(facts: &Facts) -> impl Strategy<Value = Vec<Transition>> + use<> {
    let facts = facts.clone();
    // Half of them have no lane.
    let lanes = || prop_oneof![Just(0), 1..=LANES];
    let known = move || {
        lanes()
            .prop_map(|lanes| Known {
                lanes,
                ids: BTreeMap::new(),
            })
            .boxed()
    };
    Whole(Sequential::new(
        (1..=MOST).into(),
        known,
        // Whatever is asked, the model knows what must be answered.
        |_: &Known, _: &Transition| true,
        move |known: &Known| transition(&facts, known),
        Known::after,
    ))
}

impl Known {
    fn after(mut self, transition: &Transition) -> Self {
        if let Act::Send(_) = &transition.act {
            let known = self.ids.entry(transition.account).or_default();
            known.extend(transition.act.ids().into_iter().map(|id| id.number));
        }
        self
    }

    /// An id: one that the account has used, one that another has, or any.
    fn id(&self, account: &str) -> BoxedStrategy<Id> {
        let used = |own: bool| -> Vec<usize> {
            let accounts = self.ids.iter();
            let accounts = accounts.filter(|(name, _)| (**name == account) == own);
            accounts.flat_map(|(_, ids)| ids.iter().copied()).collect()
        };
        let mut ids = vec![(2, (1..=IDS).boxed())];
        for (weight, used) in [(3, used(true)), (2, used(false))] {
            if !used.is_empty() {
                ids.push((weight, select(used).boxed()));
            }
        }
        Union::new_weighted(ids).prop_map(Id::numbered).boxed()
    }
}

fn transition(facts: &Facts, known: &Known) -> BoxedStrategy<Transition> {
    let is_there = |account: &&str| match *account {
        POOR => facts.has(POOR) && facts.policy == Some(Policy::Refuse),
        account => facts.has(account),
    };
    let accounts = ACCOUNTS.into_iter().filter(is_there);
    let acts = accounts.map(|account| {
        let act = act(facts, known, account).prop_map(move |act| (account, act));
        (if account == MAIN { 3 } else { 1 }, act.boxed())
    });
    let password = prop_oneof![14 => Just(Password::Right), 1 => Just(Password::Wrong)];
    (
        0..=known.lanes,
        Union::new_weighted(acts.collect()),
        password,
    )
        .prop_map(|(lane, (account, act), password)| Transition {
            lane,
            account,
            password,
            act,
        })
        .boxed()
}

fn act(facts: &Facts, known: &Known, account: &'static str) -> BoxedStrategy<Act> {
    let mailing = mailing(facts, known, account);
    prop_oneof![
        2 => Just(Act::Balance),
        1 => Just(Act::CreditPrice),
        3 => vec(known.id(account), 1..4).prop_map(Act::Status),
        1 => mailing.clone().prop_map(Act::Price),
        5 => mailing.prop_map(Act::Send),
    ]
    .boxed()
}

fn mailing(facts: &Facts, known: &Known, account: &str) -> BoxedStrategy<Mailing> {
    let mailing = if account == POOR {
        // Mostly more than it can pay, also when nothing has been spent yet: what fails so fails elsewhere too.
        let text = prop_oneof![3 => text::of_several_parts(), 2 => Just("a".to_owned())];
        (text, vec(Just(To::plain(1)), 1..4))
            .prop_map(|(text, to)| Mailing::new(text, to))
            .boxed()
    } else {
        // An account in test mode may be charged, and need not have much.
        let borders = if account == TEST_MODE { 0 } else { 1 };
        let text = prop_oneof![3 => text::plain(), borders => text::at_a_border()];
        let mixed = (message::mixed(facts.recipients), text)
            .prop_map(|(mailing, text)| Mailing { text, ..mailing });
        prop_oneof![9 => mixed, 1 => message::to_nobody()].boxed()
    };
    // As many ids as there are recipients at most.
    let ids = vec(option::weighted(0.7, known.id(account)), 7);
    (mailing, ids)
        .prop_map(|(mut mailing, ids)| {
            for (to, id) in mailing.to.iter_mut().zip(ids) {
                to.id = id;
            }
            mailing
        })
        .boxed()
}

//! Mailings as data: sender, text, and recipients with or without ids and variables (SEND-01, SEND-15).
//!
//! Mostly one recipient or a few, sometimes hundreds, rarely thousands.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy};
use proptest::prop_oneof;

use super::id::Id;
use super::number::{self, Number, Valid};
use super::template::literal;
use super::{text, variables};
use crate::scenario::model::{Message, Recipient};

/// A mailing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailing {
    /// The sender: SMSKA if not said.
    pub sender: Option<String>,
    /// The text.
    pub text: String,
    /// The recipients.
    pub to: Vec<To>,
}

/// A recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct To {
    /// The number.
    pub number: Number,
    /// Its id.
    pub id: Option<Id>,
    /// Its variables.
    pub variables: Option<String>,
}

/// How many recipients there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crowd {
    /// A few.
    Few,
    /// Sometimes hundreds, rarely thousands. Only for what costs little.
    Many,
}

/// A mailing to valid numbers.
pub fn valid(recipients: usize) -> BoxedStrategy<Mailing> {
    let to = number::valid(recipients).prop_map(Number::Valid);
    (text::any(), crowd(with_variables(to), Crowd::Few))
        .prop_map(|(text, to)| Mailing::new(text, to))
        .boxed()
}

/// A short mailing to valid numbers, of which there may be many.
pub fn valid_crowd(recipients: usize) -> BoxedStrategy<Mailing> {
    let to = number::valid(recipients).prop_map(Number::Valid);
    (text::plain(), crowd(bare(to), Crowd::Many))
        .prop_map(|(text, to)| Mailing::new(text, to))
        .boxed()
}

/// A mailing to numbers of every kind, at least one of them valid.
pub fn mixed(recipients: usize) -> BoxedStrategy<Mailing> {
    (
        text::plain(),
        to_valid(recipients),
        vec(with_variables(number::any(recipients)), 0..6),
        0..6_usize,
    )
        .prop_map(|(text, valid, mut to, place)| {
            to.insert(place.min(to.len()), valid);
            Mailing::new(text, to)
        })
        .boxed()
}

/// A mailing to nobody: no number of it is valid, or there is none.
pub fn to_nobody() -> BoxedStrategy<Mailing> {
    (text::plain(), vec(bare(number::none()), 0..6))
        .prop_map(|(text, to)| Mailing::new(text, to))
        .boxed()
}

/// One valid recipient.
pub fn to_valid(recipients: usize) -> BoxedStrategy<To> {
    bare(number::valid(recipients).prop_map(Number::Valid))
}

/// A list of such recipients, at least one.
pub fn crowd(to: BoxedStrategy<To>, crowd: Crowd) -> BoxedStrategy<Vec<To>> {
    let few = vec(to.clone(), 1..4);
    match crowd {
        Crowd::Few => prop_oneof![9 => few, 1 => vec(to, 4..12)].boxed(),
        Crowd::Many => prop_oneof![
            60 => few,
            20 => vec(to.clone(), 4..20),
            3 => vec(to.clone(), 100..300),
            1 => vec(to, 1000..2000),
        ]
        .boxed(),
    }
}

fn bare(number: impl Strategy<Value = Number> + 'static) -> BoxedStrategy<To> {
    number
        .prop_map(|number| To {
            number,
            id: None,
            variables: None,
        })
        .boxed()
}

fn with_variables(number: impl Strategy<Value = Number> + 'static) -> BoxedStrategy<To> {
    let attribute = prop_oneof![
        2 => Just(None),
        1 => option::of(variables::attribute()).prop_map(Option::flatten),
    ];
    (number, attribute)
        .prop_map(|(number, variables)| To {
            number,
            id: None,
            variables,
        })
        .boxed()
}

impl Mailing {
    /// A mailing from SMSKA.
    pub fn new(text: String, to: Vec<To>) -> Self {
        Self {
            sender: None,
            text,
            to,
        }
    }

    /// A mailing of one `a` to the first number.
    pub fn simplest() -> Self {
        Self::new("a".to_owned(), vec![To::plain(1)])
    }

    /// The same mailing, each recipient with an id of its own: `${id.m1}` and on.
    #[must_use]
    pub fn with_ids(mut self) -> Self {
        for (number, to) in (1..).zip(&mut self.to) {
            to.id = Some(Id::numbered(number));
        }
        self
    }

    /// As a scenario has it.
    pub fn message(&self) -> Message {
        Message {
            sender: self.sender.as_deref().map(literal),
            text: literal(&self.text),
            to: self.to.iter().map(To::recipient).collect(),
        }
    }

    /// How many recipients have a valid number.
    pub fn valid(&self) -> usize {
        let is_valid = |to: &&To| matches!(to.number, Number::Valid(_));
        self.to.iter().filter(is_valid).count()
    }

    /// How many parts a recipient gets (VARS-03).
    pub fn parts_of(&self, to: &To) -> usize {
        let text = variables::personalised(&self.text, to.variables.as_deref());
        text::parts(&text)
    }
}

impl To {
    /// The number of this place, plainly written.
    pub fn plain(place: usize) -> Self {
        Self {
            number: Number::Valid(Valid::plain(place)),
            id: None,
            variables: None,
        }
    }

    /// As a scenario has it.
    pub fn recipient(&self) -> Recipient {
        Recipient {
            number: self.number.template(),
            id: self.id.as_ref().map(Id::template),
            variables: self.variables.as_deref().map(literal),
        }
    }
}

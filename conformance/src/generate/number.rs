//! Numbers of recipients as they are written: right in every spelling of SEND-06, wrong in every way, or nothing but
//! blanks (SEND-07).

use proptest::prelude::{BoxedStrategy, Strategy};
use proptest::prop_oneof;
use proptest::sample::select;

use super::template::{Draft, literal};
use crate::scenario::template::Template;

/// The most numbers that scenarios know by name: `${to.9}` is the last.
pub const MOST: usize = 9;

/// A number as it stands in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Number {
    /// One of the target, in some spelling.
    Valid(Valid),
    /// None that anybody could call.
    Invalid(String),
    /// Nothing but blanks: it is skipped (SEND-07).
    Blank(&'static str),
}

/// A number of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Valid {
    /// Which one: 1 is `${to.1}`.
    pub place: usize,
    /// How it is written.
    pub spelling: Spelling,
}

/// How a number is written (SEND-06).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spelling {
    before: &'static str,
    grouped: Grouped,
    behind: &'static str,
}

/// Whether there are blanks, dashes and brackets in a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grouped {
    No,
    Yes,
}

/// What may stand before a number. A `+` does not stand behind a bracket here; those are for the fixtures.
const BEFORE: &[&str] = &["", "+", " ", "(", "-", " +", "\t", "\n  ", "+ ", "--"];

/// What may stand behind it.
const BEHIND: &[&str] = &["", " ", "-", ")", "\n", "\r\n\t"];

/// What is no number, whatever may be stripped from it (SEND-06).
const WRONG: &[&str] = &[
    "1",
    "999000",
    "phone",
    "+",
    "-",
    "()",
    "0501234567",
    "0000000",
    "00999000000001",
    "+0501234567",
    "9990000000000001",
    "++999000000001",
    "+ +999000000001",
    "999+000000001",
    "999000000001+",
    "999.000.000.001",
    "999/000000001",
    "999000000001;",
    "999000000001,999000000002",
    "999_000000001",
    "[999]000000001",
    "99900000000a",
    "tel:999000000001",
    "9.99E+11",
    "0x999999999",
    "%2B999000000001",
    "999–000000001",
    "＋999000000001",
    "９９９０００００００１",
    "٩٩٩٠٠٠٠٠٠٠٠١",
    "99900000000²",
    "999\u{200B}000000001",
    "SMSKA",
    "<number>",
    "&",
    "😀",
];

/// Nothing but blanks.
const BLANKS: &[&str] = &["", " ", "  \t\n "];

/// A number of a target that has so many.
pub fn valid(recipients: usize) -> BoxedStrategy<Valid> {
    let grouped = select(vec![Grouped::No, Grouped::Yes]);
    let spelling =
        (select(BEFORE), grouped, select(BEHIND)).prop_map(|(before, grouped, behind)| Spelling {
            before,
            grouped,
            behind,
        });
    (1..=recipients.clamp(1, MOST), spelling)
        .prop_map(|(place, spelling)| Valid { place, spelling })
        .boxed()
}

/// What is no number.
pub fn invalid() -> BoxedStrategy<String> {
    prop_oneof![
        4 => select(WRONG).prop_map(str::to_owned),
        1 => "[1-9][0-9]{0,5}",
        1 => "[1-9][0-9]{15,40}",
        1 => "0[0-9]{6,14}",
    ]
    .boxed()
}

/// Any number, most of them right.
pub fn any(recipients: usize) -> BoxedStrategy<Number> {
    prop_oneof![
        6 => valid(recipients).prop_map(Number::Valid),
        2 => invalid().prop_map(Number::Invalid),
        1 => select(BLANKS).prop_map(Number::Blank),
    ]
    .boxed()
}

/// No valid number.
pub fn none() -> BoxedStrategy<Number> {
    prop_oneof![
        3 => invalid().prop_map(Number::Invalid),
        1 => select(BLANKS).prop_map(Number::Blank),
    ]
    .boxed()
}

impl Number {
    /// As it stands in a document.
    pub fn template(&self) -> Template {
        match self {
            Self::Valid(valid) => valid.template(),
            Self::Invalid(text) => literal(text),
            Self::Blank(blanks) => literal(blanks),
        }
    }
}

impl Valid {
    /// The number of this place, plainly written.
    pub fn plain(place: usize) -> Self {
        Self {
            place,
            spelling: Spelling {
                before: "",
                grouped: Grouped::No,
                behind: "",
            },
        }
    }

    /// As it stands in a document.
    pub fn template(self) -> Template {
        let number = match self.spelling.grouped {
            Grouped::No => format!("to.{}", self.place),
            Grouped::Yes => format!("grouped(to.{})", self.place),
        };
        Draft::new()
            .literal(self.spelling.before)
            .expression(&number)
            .literal(self.spelling.behind)
            .template()
    }
}

//! Senders, right (SEND-09) and wrong (SEND-10).

use proptest::prelude::{BoxedStrategy, Just, Strategy};
use proptest::prop_oneof;
use proptest::sample::select;

/// What is no sender: too long, of other letters, or nothing.
const WRONG: &[&str] = &[
    "ABCDEFGHIJKL",
    "123456789012345",
    "",
    " ",
    "   ",
    "Отправитель",
    "SMS+KA",
    "SMS/KA",
    "SMS,KA",
    "a@b",
    "SMSKÄ",
    "SMS&KA",
    "<SMSKA>",
    "😀",
    "９９９",
];

/// One that is right.
pub fn right() -> BoxedStrategy<String> {
    prop_oneof![
        Just("SMSKA".to_owned()),
        "[A-Za-z]{1,11}",
        "[0-9]{1,14}",
        // Blanks stand inside only: whether others are stripped, nobody knows.
        "[A-Za-z0-9][A-Za-z0-9._ -]{0,9}[A-Za-z0-9]",
    ]
    .boxed()
}

/// One that is wrong.
pub fn wrong() -> BoxedStrategy<String> {
    prop_oneof![
        3 => select(WRONG).prop_map(str::to_owned),
        1 => "[A-Za-z]{12,40}",
        1 => "[0-9]{15,40}",
    ]
    .boxed()
}

//! Numbers of recipients as they are written (SEND-06, SEND-07).

use super::lies::{Lie, Tongue};

/// What a `<number>` holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    /// The digits of a valid number.
    Valid(String),
    /// Something that is no number.
    Invalid,
    /// Nothing but blanks.
    Empty,
}

impl Number {
    /// Reads what is written in a `<number>` (SEND-06).
    pub(crate) fn read(written: &str, tongue: Tongue) -> Self {
        if written.trim().is_empty() {
            return Self::Empty;
        }
        let refused = [
            (
                Lie::BlanksInNumberRefused,
                written.trim().contains(char::is_whitespace),
            ),
            (
                Lie::OtherWhiteSpaceRefused,
                written.contains(|sign: char| sign.is_whitespace() && !sign.is_ascii()),
            ),
            (Lie::DashesRefused, written.contains('-')),
            (Lie::BracketsRefused, written.contains(['(', ')'])),
            (Lie::PlusRefused, written.contains('+')),
        ];
        if refused
            .iter()
            .any(|&(lie, holds)| tongue.tells(lie) && holds)
        {
            return Self::Invalid;
        }
        let bare: String = written
            .chars()
            .filter(|&sign| !sign.is_whitespace() && !matches!(sign, '-' | '(' | ')'))
            .collect();
        let bare = bare.strip_prefix('+').unwrap_or(&bare);
        let digits = told(bare, tongue);
        if is_valid(&digits, tongue) {
            Self::Valid(digits)
        } else {
            Self::Invalid
        }
    }
}

/// What the lies make of a number whose blanks, dashes, brackets and + are stripped.
fn told(bare: &str, tongue: Tongue) -> String {
    if tongue.tells(Lie::SecondPlusStripped) {
        return bare.replace('+', "");
    }
    if tongue.tells(Lie::LettersStripped) {
        return bare.chars().filter(char::is_ascii_digit).collect();
    }
    if tongue.tells(Lie::WideDigitsAccepted) {
        return bare.chars().map(narrow).collect();
    }
    if tongue.tells(Lie::HomeNumbersGuessed) {
        match (bare.len(), bare.as_bytes()) {
            (11, [b'8', ..]) => return format!("7{}", &bare[1..]),
            (10, [b'0', ..]) => return format!("38{bare}"),
            (_, _) => {}
        }
    }
    bare.to_owned()
}

/// An ASCII digit for a full-width one.
fn narrow(sign: char) -> char {
    match sign {
        '０'..='９' => {
            char::from_u32(u32::from(sign) - u32::from('０') + u32::from('0')).unwrap()
        }
        other => other,
    }
}

fn is_valid(digits: &str, tongue: Tongue) -> bool {
    let fewest = if tongue.tells(Lie::SixDigitsAccepted) {
        6
    } else if tongue.tells(Lie::SevenDigitsRefused) {
        8
    } else {
        7
    };
    let most = if tongue.tells(Lie::FifteenDigitsRefused) {
        14
    } else if tongue.tells(Lie::SixteenDigitsAccepted) {
        16
    } else {
        15
    };
    (fewest..=most).contains(&digits.len())
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && (!digits.starts_with('0') || tongue.tells(Lie::LeadingZeroAccepted))
}

//! Telephone numbers as the gateway reads them (SEND-06). Not for any country's numbering plan.

use std::fmt;
use std::num::NonZeroU64;

/// A subscriber's number: 7 to 15 digits, the first not 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Msisdn(NonZeroU64);

/// What a `<number>` element held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Nothing, or blanks: skipped (SEND-07).
    Nothing,
    /// A number; `plain` if it stood there as bare digits.
    Number {
        /// The number as read.
        msisdn: Msisdn,
        /// Whether nothing had to be stripped.
        plain: bool,
    },
    /// Something that is no number.
    Invalid,
}

impl Msisdn {
    /// Reads a number as clients write them: `+380 (50) 123-45-67` is 380501234567.
    pub fn read(written: &str) -> Written {
        if let Some(msisdn) = Self::from_digits(written.bytes()) {
            return Written::Number {
                msisdn,
                plain: true,
            };
        }
        let mut marks = written
            .chars()
            .filter(|mark| !mark.is_whitespace() && !matches!(mark, '-' | '(' | ')'))
            .peekable();
        if marks.peek().is_none() {
            return if written.trim().is_empty() {
                Written::Nothing
            } else {
                Written::Invalid
            };
        }
        marks.next_if_eq(&'+');
        let digits = marks.map(|mark| u8::try_from(mark).unwrap_or(b'?'));
        match Self::from_digits(digits) {
            Some(msisdn) => Written::Number {
                msisdn,
                plain: false,
            },
            None => Written::Invalid,
        }
    }

    fn from_digits(digits: impl Iterator<Item = u8>) -> Option<Self> {
        let mut value = 0_u64;
        let mut length = 0;
        for digit in digits {
            if !digit.is_ascii_digit() || length == 15 || (length == 0 && digit == b'0') {
                return None;
            }
            value = value * 10 + u64::from(digit - b'0');
            length += 1;
        }
        if length < 7 {
            None
        } else {
            NonZeroU64::new(value).map(Self)
        }
    }

    /// The number as an integer; its decimal digits are the number.
    pub const fn get(self) -> u64 {
        self.0.get()
    }

    /// How many digits it has: 7 to 15.
    pub const fn digits(self) -> u32 {
        self.0.ilog10() + 1
    }
}

impl fmt::Display for Msisdn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Msisdn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

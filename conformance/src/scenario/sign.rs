//! The signs of comparisons.

use std::cmp::Ordering;

use super::cursor::Cursor;

/// A sign between two things that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Longer ones first: `<` begins `<=`.
const SIGNS: [Sign; 6] = [
    Sign::Unequal,
    Sign::LessOrEqual,
    Sign::GreaterOrEqual,
    Sign::Equal,
    Sign::Less,
    Sign::Greater,
];

impl Sign {
    /// Reads one, if it stands here.
    pub(super) fn take(cursor: &mut Cursor<'_>) -> Option<Self> {
        SIGNS.into_iter().find(|sign| cursor.take(sign.text()))
    }

    /// How it is written.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// Whether it stands rightly between two things of this order.
    pub(super) fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

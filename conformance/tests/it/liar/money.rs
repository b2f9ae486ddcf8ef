//! Credits, tariffs and amounts, in whole ten-thousandths (MONEY-01, MONEY-03).

use std::fmt::{Display, Formatter, Result};
use std::ops::{AddAssign, Sub, SubAssign};

use super::lies::{Lie, Tongue};

/// Credits, or dollars: ten-thousandths of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Credits(pub(crate) i64);

impl Credits {
    /// None.
    pub(crate) const ZERO: Self = Self(0);
    /// One.
    pub(crate) const ONE: Self = Self(10_000);

    /// So many of them.
    pub(crate) fn times(self, count: usize) -> Self {
        Self(self.0 * i64::try_from(count).unwrap())
    }

    /// What they are in the account's money, at so many millionths a credit: in hundredths, halves rounded up
    /// (REPLY-07).
    pub(crate) fn amount(self, rate: i64, tongue: Tongue) -> Decimal {
        if tongue.tells(Lie::AmountIsCredits) {
            return self.decimal();
        }
        let exact = i128::from(self.0) * i128::from(rate);
        Decimal {
            digits: (exact + 50_000_000).div_euclid(100_000_000),
            decimals: 2,
        }
    }

    /// The number to print.
    pub(crate) fn decimal(self) -> Decimal {
        Decimal {
            digits: i128::from(self.0),
            decimals: 4,
        }
    }
}

impl AddAssign for Credits {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Credits {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl SubAssign for Credits {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl std::iter::Sum for Credits {
    fn sum<I: Iterator<Item = Self>>(prices: I) -> Self {
        Self(prices.map(|price| price.0).sum())
    }
}

/// A number with a point, printed without padding (REPLY-05).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    digits: i128,
    decimals: usize,
}

impl Display for Decimal {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let digits = format!("{:0>1$}", self.digits.abs(), self.decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - self.decimals);
        let fraction = fraction.trim_end_matches('0');
        let point = if fraction.is_empty() { "" } else { "." };
        write!(formatter, "{sign}{whole}{point}{fraction}")
    }
}

impl Decimal {
    /// The number as a reply has it.
    pub(crate) fn print(self, tongue: Tongue) -> String {
        let right = self.to_string();
        if tongue.tells(Lie::NumbersPadded) {
            let (whole, fraction) = right.split_once('.').unwrap_or((&right, ""));
            return format!("{whole}.{fraction:0<4}");
        }
        if tongue.tells(Lie::DecimalComma) {
            return right.replace('.', ",");
        }
        if tongue.tells(Lie::NoLeadingZero) {
            return right
                .strip_prefix('0')
                .filter(|rest| rest.starts_with('.'))
                .unwrap_or(&right)
                .to_owned();
        }
        if tongue.tells(Lie::ThousandsGrouped) {
            let whole = right.split('.').next().unwrap().len();
            let mut grouped = right.clone();
            for place in (1..whole)
                .rev()
                .filter(|place| (whole - place).is_multiple_of(3))
            {
                grouped.insert(place, ' ');
            }
            return grouped;
        }
        if tongue.tells(Lie::TwoDecimals) && self.decimals > 2 {
            let scale = 10_i128.pow(u32::try_from(self.decimals).unwrap() - 2);
            let digits = (self.digits + scale / 2).div_euclid(scale);
            return Self {
                digits,
                decimals: 2,
            }
            .to_string();
        }
        right
    }
}

/// Credits a part, by prefix. Prefixes stand inside others, so that the longest and the shortest differ.
pub(crate) const TARIFFS: [(&str, Credits); 7] = [
    ("380", Credits(3_410)),
    ("38099", Credits(5_000)),
    ("7", Credits(2_235)),
    ("999", Credits(10_000)),
    ("9990001", Credits(15_000)),
    ("99900010000", Credits(3_410)),
    ("999000100003", Credits(2_235)),
];

/// What a part to this number costs; none if no tariff covers it (MONEY-01, MONEY-05).
pub(crate) fn tariff(number: &str, tongue: Tongue) -> Option<Credits> {
    let covering = TARIFFS.iter().filter(|(prefix, _)| {
        number.starts_with(prefix) || (tongue.tells(Lie::PrefixAnywhere) && number.contains(prefix))
    });
    let covering: Vec<_> = covering.collect();
    let chosen = if tongue.tells(Lie::ShortestPrefix) {
        covering.iter().min_by_key(|(prefix, _)| prefix.len())
    } else {
        covering.iter().max_by_key(|(prefix, _)| prefix.len())
    };
    match chosen {
        Some(_) if tongue.tells(Lie::OneTariffForAll) => Some(TARIFFS[0].1),
        Some(&&(_, price)) => Some(price),
        None if tongue.tells(Lie::UntariffedCharged) => Some(Credits::ONE),
        None => None,
    }
}

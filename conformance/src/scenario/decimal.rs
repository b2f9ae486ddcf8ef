//! Exact decimals for credits and prices, with twelve digits behind the point. No float is ever near them.

use std::fmt;
use std::str::FromStr;

use super::place::excerpt;

/// How many digits there are behind the point.
const PLACES: usize = 12;

/// The units in 1.
const ONE: i128 = 1_000_000_000_000;

/// A number with up to twelve digits behind the point. Written as in REPLY-05.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(i128);

/// Why a text is no [`Decimal`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// It is not written as one.
    #[error("{0:?} is no number; numbers are written as 195, 0.682 or -1")]
    Malformed(String),
    /// It has too many digits behind the point.
    #[error("{0:?} has more than 12 digits behind the point")]
    TooFine(String),
    /// It has too many digits in front of the point.
    #[error("{0:?} is too large a number to calculate with")]
    TooLarge(String),
}

/// Why a calculation has no exact result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArithmeticError {
    /// The result has too many digits behind the point.
    #[error("the result has more than 12 digits behind the point")]
    Inexact,
    /// The result, or a step on the way to it, has too many digits in front of the point.
    #[error("the result is too large a number to calculate with")]
    TooLarge,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// The sum.
    pub fn plus(self, other: Self) -> Result<Self, ArithmeticError> {
        let sum = self.0.checked_add(other.0);
        sum.map(Self).ok_or(ArithmeticError::TooLarge)
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Result<Self, ArithmeticError> {
        let difference = self.0.checked_sub(other.0);
        difference.map(Self).ok_or(ArithmeticError::TooLarge)
    }

    /// The product, if twelve digits behind the point hold it.
    pub fn times(self, other: Self) -> Result<Self, ArithmeticError> {
        let product = self.0.checked_mul(other.0);
        let product = product.ok_or(ArithmeticError::TooLarge)?;
        if product % ONE == 0 {
            Ok(Self(product / ONE))
        } else {
            Err(ArithmeticError::Inexact)
        }
    }

    /// The same number as a count, if it is a whole one and not below zero.
    pub fn count(self) -> Option<usize> {
        let whole = self.0 % ONE == 0;
        whole.then(|| usize::try_from(self.0 / ONE).ok()).flatten()
    }
}

/// Whether a number is written as REPLY-05 has it: a point with digits on both sides of it or none, no padding
/// zeros, no leading zeros, no plus. Whether it can be calculated with is another matter.
pub fn is_canonical(text: &str) -> bool {
    let padded = |fraction: Option<&str>| fraction.is_some_and(|digits| digits.ends_with('0'));
    split(text).is_some_and(|(_, fraction)| text != "-0" && !padded(fraction))
}

/// The digits in front of the point, and those behind it if there is one.
fn split(text: &str) -> Option<(&str, Option<&str>)> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let written = is_digits(whole) && fraction.is_none_or(is_digits);
    (written && (whole == "0" || !whole.starts_with('0'))).then_some((whole, fraction))
}

/// Padding behind the point is read; leading zeros are not: `007` is a text.
impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let (whole, fraction) =
            split(text).ok_or_else(|| DecimalError::Malformed(excerpt(text)))?;
        let fraction = fraction.unwrap_or_default();
        if fraction.len() > PLACES {
            return Err(DecimalError::TooFine(excerpt(text)));
        }
        let sign = if text.starts_with('-') { "-" } else { "" };
        let units = format!("{sign}{whole}{fraction:0<PLACES$}").parse();
        units
            .map(Self)
            .map_err(|_| DecimalError::TooLarge(excerpt(text)))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let units = self.0.unsigned_abs();
        let (whole, fraction) = (units / ONE.unsigned_abs(), units % ONE.unsigned_abs());
        write!(f, "{sign}{whole}")?;
        if fraction != 0 {
            let digits = format!("{fraction:0PLACES$}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        Ok(())
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self(i128::from(number).saturating_mul(ONE))
    }
}

impl From<u64> for Decimal {
    fn from(number: u64) -> Self {
        Self(i128::from(number).saturating_mul(ONE))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq};
    use proptest::{prop_assert, proptest};

    use super::{ArithmeticError, Decimal, is_canonical};

    /// The largest number, in units.
    const MOST: &str = "170141183460469231731687303.715884105727";

    #[track_caller]
    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn numbers_are_read_and_written_without_padding() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(decimal(text).to_string(), expected);
        }
        check("0", "0");
        check("-0", "0");
        check("-0.0", "0");
        check("0.682", "0.682");
        check("-1", "-1");
        check("-0.05", "-0.05");
        check("780.64", "780.64");
        check("195.00", "195");
        check("0.00000001", "0.00000001");
        check("1.50000000", "1.5");
        check("999000000001999", "999000000001999");
        check(MOST, MOST);
    }

    #[test]
    fn what_is_no_number_says_why() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(text.parse::<Decimal>().unwrap_err().to_string(), expected);
        }
        for text in [
            "", "-", "+1", "1,5", ".5", "5.", "-.5", "1.-5", "--1", "007", "00.5", " 1", "1 ",
            "1e3", "١", "1.2.3", "NaN",
        ] {
            let expected =
                format!("{text:?} is no number; numbers are written as 195, 0.682 or -1");
            check(text, &expected);
        }
        check(
            "0.1234567890123",
            "\"0.1234567890123\" has more than 12 digits behind the point",
        );
        let huge = "9".repeat(70);
        let expected = format!(
            "\"{}…\" is too large a number to calculate with",
            "9".repeat(60)
        );
        check(&huge, &expected);
    }

    #[test]
    fn the_canonical_form_has_nothing_to_spare() {
        for text in [
            "0",
            "195",
            "780.64",
            "0.682",
            "0.2235",
            "-1",
            "-0.5",
            "0.123456789123",
        ] {
            assert!(is_canonical(text), "{text}");
        }
        for text in [
            "", "-", "-0", "-0.0", "0.0", "1.", ".5", "01", "00", "1.50", "195.00", "+1", "1,5",
            " 1", "1e2",
        ] {
            assert!(!is_canonical(text), "{text}");
        }
    }

    #[test]
    fn calculations_are_exact_or_refused() {
        type Calculation = fn(Decimal, Decimal) -> Result<Decimal, ArithmeticError>;
        #[track_caller]
        fn check(left: &str, calculation: Calculation, right: &str, expected: &str) {
            let result = calculation(decimal(left), decimal(right));
            let told = result.map_or_else(|error| error.to_string(), |number| number.to_string());
            assert_eq!(told, expected);
        }
        let too_large = "the result is too large a number to calculate with";
        check("0.1", Decimal::plus, "0.2", "0.3");
        check(MOST, Decimal::plus, "0.000000000001", too_large);
        check("1", Decimal::minus, "1.341", "-0.341");
        check("-1", Decimal::minus, MOST, too_large);
        check("0.341", Decimal::times, "-3", "-1.023");
        check("0.000001", Decimal::times, "0.000001", "0.000000000001");
        check("1000000000000", Decimal::times, "1000000000000", too_large);
        check(
            "0.000001",
            Decimal::times,
            "0.0000001",
            "the result has more than 12 digits behind the point",
        );
    }

    #[test]
    fn counts_are_whole_and_not_below_zero() {
        assert_eq!(decimal("80").count(), Some(80));
        assert_eq!(decimal("0").count(), Some(0));
        assert_eq!(decimal("0.5").count(), None);
        assert_eq!(decimal("-1").count(), None);
        assert_eq!(decimal(MOST).count(), None);
        assert_eq!(Decimal::from(-7_i64).to_string(), "-7");
        assert_eq!(Decimal::from(u64::MAX).to_string(), u64::MAX.to_string());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(units in any::<i128>()) {
            let number = Decimal(units);
            let text = number.to_string();
            prop_assert!(is_canonical(&text), "{}", text);
            prop_assert_eq!(text.parse(), Ok(number));
        }

        #[test]
        fn what_is_added_can_be_taken_away(left in any::<i64>(), right in any::<i64>()) {
            let (left, right) = (Decimal(left.into()), Decimal(right.into()));
            let sum = left.plus(right).unwrap();
            prop_assert_eq!(sum.minus(right), Ok(left));
            prop_assert_eq!(sum.minus(left), Ok(right));
            prop_assert_eq!(sum > left, right > Decimal::ZERO);
        }

        #[test]
        fn a_product_is_repeated_addition(number in any::<i64>(), times in 0_u64..50) {
            let number = Decimal(number.into());
            let sum = (0..times).try_fold(Decimal::ZERO, |sum, _| sum.plus(number));
            prop_assert_eq!(number.times(Decimal::from(times)), sum);
        }
    }
}

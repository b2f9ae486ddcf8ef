//! Fixed-point numbers: exact decimals with a fixed count of places, on an `i64`.
//! Not for anything binary or floating: money never meets a float (MONEY-03).

use std::fmt;
use std::str::FromStr;

/// A decimal with `PLACES` digits after the point, held as an integer of its last place.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal<const PLACES: u32>(i64);

/// Why a text is no decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Something other than digits, one point, and a leading minus.
    #[error("it is not a plain decimal number such as 12 or 0.341")]
    Malformed,
    /// More digits after the point than the unit has.
    #[error("it has more than {0} digits after the point")]
    TooPrecise(u32),
    /// Beyond what 64 bits hold.
    #[error("it is too large")]
    TooLarge,
}

impl<const PLACES: u32> Decimal<PLACES> {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// How many units of the last place make one.
    pub const ONE: i64 = 10_i64.pow(PLACES);

    /// From a count of the last place: `Decimal::<4>::from_units(3410)` is 0.341.
    pub const fn from_units(units: i64) -> Self {
        Self(units)
    }

    /// The count of the last place.
    pub const fn units(self) -> i64 {
        self.0
    }

    /// The sum, or `None` beyond 64 bits.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or `None` beyond 64 bits.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The product with a count, held at the largest value rather than wrapped.
    pub const fn saturating_times(self, count: u32) -> Self {
        Self(self.0.saturating_mul(count as i64))
    }

    /// The sum, held at the largest value rather than wrapped.
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The product with a number of other places, rounded half up to `TO` places. Neither is below zero.
    pub fn scaled<const BY: u32, const TO: u32>(self, by: Decimal<BY>) -> Decimal<TO> {
        let exact = i128::from(self.0) * i128::from(by.0);
        let divisor = 10_i128.pow((PLACES + BY).saturating_sub(TO));
        let rounded = (exact + divisor / 2) / divisor;
        Decimal(i64::try_from(rounded).unwrap_or(i64::MAX))
    }
}

impl<const PLACES: u32> FromStr for Decimal<PLACES> {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let has_point_without_digits = digits.contains('.') && fraction.is_empty();
        if whole.is_empty()
            || has_point_without_digits
            || !all_digits(whole)
            || !all_digits(fraction)
        {
            return Err(DecimalError::Malformed);
        }
        let significant = fraction.trim_end_matches('0');
        if significant.len() > PLACES as usize {
            return Err(DecimalError::TooPrecise(PLACES));
        }
        let padded = format!("{whole}{significant:0<width$}", width = PLACES as usize);
        let units: i64 = padded.parse().map_err(|_| DecimalError::TooLarge)?;
        Ok(Self(if negative { -units } else { units }))
    }
}

/// REPLY-05: a point and no padding: `195`, `780.64`, `0.682`.
impl<const PLACES: u32> fmt::Display for Decimal<PLACES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = self.0.unsigned_abs();
        let one = Self::ONE.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, mut fraction) = (units / one, units % one);
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let mut width = PLACES as usize;
        while fraction.is_multiple_of(10) {
            fraction /= 10;
            width -= 1;
        }
        write!(f, "{sign}{whole}.{fraction:0width$}")
    }
}

impl<const PLACES: u32> fmt::Debug for Decimal<PLACES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Result<(i64, &str), DecimalError>) {
        let read = text.parse::<Decimal<4>>();
        assert_eq!(read.map(Decimal::units), expected.map(|(units, _)| units));
        if let (Ok(value), Ok((_, printed))) = (read, expected) {
            assert_eq!(value.to_string(), printed);
        }
    }

    #[test]
    fn reads_and_prints_without_padding() {
        check("195", Ok((1_950_000, "195")));
        check("780.64", Ok((7_806_400, "780.64")));
        check("0.2235", Ok((2_235, "0.2235")));
        check("0.68200", Ok((6_820, "0.682")));
        check("-1.5", Ok((-15_000, "-1.5")));
        check("-0.5", Ok((-5_000, "-0.5")));
        check("0", Ok((0, "0")));
        check("0.00001", Err(DecimalError::TooPrecise(4)));
        check("1e3", Err(DecimalError::Malformed));
        check("", Err(DecimalError::Malformed));
        check(".5", Err(DecimalError::Malformed));
        check("1.", Err(DecimalError::Malformed));
        check("+1", Err(DecimalError::Malformed));
        check("99999999999999999999", Err(DecimalError::TooLarge));
    }

    #[test]
    fn scales_to_the_money_of_an_account() {
        // REPLY-07: 195 credits were seen beside 79.82 UAH.
        let credits: Decimal<4> = "195".parse().unwrap();
        let rate: Decimal<6> = "0.409333".parse().unwrap();
        assert_eq!(credits.scaled::<6, 2>(rate).to_string(), "79.82");
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(units in any::<i32>()) {
            let value = Decimal::<4>::from_units(i64::from(units));
            prop_assert_eq!(value.to_string().parse(), Ok(value));
        }
    }
}

//! What a part costs, by the longest prefix of the number that has a price (MONEY-01).
//! Not for how many parts there are.

use std::collections::BTreeMap;

use super::money::Credits;
use super::msisdn::Msisdn;

/// A price list: credits a part, by prefix.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tariffs {
    /// By length of the prefix, the longest first, then by prefix.
    by_length: Vec<(u32, BTreeMap<u64, Credits>)>,
    /// The price of every number that no prefix covers, `"*"`.
    otherwise: Option<Credits>,
}

/// The digits a tariff is for, or every number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prefix {
    /// `"*"`.
    Any,
    /// One to fifteen digits, the first not 0: their count, and their value.
    Digits(u32, u64),
}

impl std::str::FromStr for Prefix {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        match (is_number, text.len(), text.parse::<u64>()) {
            (true, 1..=15, Ok(value)) => Ok(Self::Digits(value.ilog10() + 1, value)),
            _ => Err("a tariff is for \"*\" or for 1 to 15 digits that do not start with 0"),
        }
    }
}

impl FromIterator<(Prefix, Credits)> for Tariffs {
    fn from_iter<I: IntoIterator<Item = (Prefix, Credits)>>(rows: I) -> Self {
        let mut by_length: BTreeMap<u32, BTreeMap<u64, Credits>> = BTreeMap::new();
        let mut otherwise = None;
        for (prefix, price) in rows {
            match prefix {
                Prefix::Any => otherwise = Some(price),
                Prefix::Digits(length, value) => {
                    by_length.entry(length).or_default().insert(value, price);
                }
            }
        }
        Self {
            by_length: by_length.into_iter().rev().collect(),
            otherwise,
        }
    }
}

impl Tariffs {
    /// The price of one part to this number, or `None` if no tariff covers it (MONEY-05).
    pub fn price(&self, msisdn: Msisdn) -> Option<Credits> {
        let digits = msisdn.digits();
        for (length, prices) in &self.by_length {
            if *length <= digits {
                let prefix = msisdn.get() / 10_u64.pow(digits - length);
                if let Some(price) = prices.get(&prefix) {
                    return Some(*price);
                }
            }
        }
        self.otherwise
    }
}

#[cfg(test)]
mod tests {
    use super::super::msisdn::Written;
    use super::*;

    #[track_caller]
    fn check(number: &str, expected: Option<&str>) {
        let tariffs: Tariffs = [("380", "0.341"), ("38050", "0.5"), ("7", "0.2235")]
            .into_iter()
            .map(|(prefix, price)| (prefix.parse().unwrap(), price.parse().unwrap()))
            .collect();
        let Written::Number { msisdn, .. } = Msisdn::read(number) else {
            panic!("{number}")
        };
        assert_eq!(
            tariffs.price(msisdn),
            expected.map(|price| price.parse().unwrap())
        );
    }

    #[test]
    fn the_longest_prefix_wins() {
        check("380501234567", Some("0.5"));
        check("380671234567", Some("0.341"));
        check("79990000001", Some("0.2235"));
        check("99900000001", None);
    }

    #[test]
    fn a_prefix_is_digits_or_a_star() {
        assert_eq!("*".parse(), Ok(Prefix::Any));
        assert_eq!("380".parse(), Ok(Prefix::Digits(3, 380)));
        for wrong in ["", "0", "+380", "38x", "1234567890123456"] {
            assert!(wrong.parse::<Prefix>().is_err(), "{wrong}");
        }
    }
}

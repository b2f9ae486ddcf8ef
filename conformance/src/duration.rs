//! A time with its unit, as it is written in arguments and files: `500ms`, `5s`, `2m`.

use std::time::Duration;

/// Why a text is no time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time; write a whole number with its unit, such as 30s, 500ms or 2m")]
pub struct DurationError(String);

/// Reads `500ms`, `5s` or `2m`.
pub fn parse(text: &str) -> Result<Duration, DurationError> {
    let wrong = || DurationError(text.to_owned());
    let number = |digits: &str| digits.parse::<u64>().map_err(|_| wrong());
    if let Some(digits) = text.strip_suffix("ms") {
        return number(digits).map(Duration::from_millis);
    }
    if let Some(digits) = text.strip_suffix('s') {
        return number(digits).map(Duration::from_secs);
    }
    let minutes = number(text.strip_suffix('m').ok_or_else(wrong)?)?;
    minutes
        .checked_mul(60)
        .map(Duration::from_secs)
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::parse;

    #[test]
    fn a_time_is_a_number_with_its_unit() {
        assert_eq!(parse("50ms"), Ok(Duration::from_millis(50)));
        assert_eq!(parse("3s"), Ok(Duration::from_secs(3)));
        assert_eq!(parse("2m"), Ok(Duration::from_secs(120)));
        for wrong in ["", "3", "s", "-1s", "1.5s", "1h", "18446744073709551615m"] {
            let error = parse(wrong).unwrap_err().to_string();
            assert!(error.contains("30s, 500ms or 2m"), "{error}");
        }
    }
}

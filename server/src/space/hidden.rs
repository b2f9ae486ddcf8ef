//! Numbers where the configuration hides them: what is shown of one, and what may be asked for. Not for the bytes of a
//! request, nor for passwords.

/// How many digits in a row are taken for a number.
pub const SHORTEST: usize = 7;
/// How many digits of a number are shown, its last.
pub const SHOWN: usize = 4;

/// A number but for its last four digits, if numbers are hidden.
pub fn number(number: &str, hidden: bool) -> String {
    if !hidden {
        return number.to_owned();
    }
    let shown = number.len().saturating_sub(SHOWN);
    number
        .char_indices()
        .map(|(at, digit)| if at < shown { '*' } else { digit })
        .collect()
}

/// A text with the same done to every run of seven or more digits.
pub fn numbers(text: &str, hidden: bool) -> String {
    if !hidden {
        return text.to_owned();
    }
    let mut masked = String::with_capacity(text.len());
    let mut digits = String::new();
    for character in text.chars().chain(['\0']) {
        if character.is_ascii_digit() {
            digits.push(character);
            continue;
        }
        masked.push_str(&number(&digits, digits.len() >= SHORTEST));
        digits.clear();
        masked.push(character);
    }
    masked.pop();
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_last_four() {
        assert_eq!(
            numbers("to 380501234567, 1234", true),
            "to ********4567, 1234"
        );
        assert_eq!(numbers("380501234567", false), "380501234567");
    }
}

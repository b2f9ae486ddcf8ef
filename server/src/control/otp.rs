//! One-time codes: which of the numbers in a text is the one that a person would type. Not for what a user's own
//! regular expression takes out.

/// The one-time code in a text: the group of 4 to 8 digits nearest to a word for it, in English, Russian or Ukrainian;
/// without such a word the first. 123-456 is one group; dates and the like are none.
pub(super) fn one_time_code(text: &str) -> Option<String> {
    nearest(text).map(|(code, _)| code)
}

/// The same, but none where nothing calls a number a code: 2026 in a text is none, though somebody who waits for a code
/// may take it for one. A text that is nothing but a code needs no word.
pub(super) fn named_code(text: &str) -> Option<String> {
    let is_bare = !text.chars().any(char::is_alphabetic);
    nearest(text)
        .filter(|(_, is_named)| *is_named || is_bare)
        .map(|(code, _)| code)
}

/// The code nearest to a word for it, and whether there is such a word.
fn nearest(text: &str) -> Option<(String, bool)> {
    let characters: Vec<char> = text.to_lowercase().chars().collect();
    let mut groups = Vec::new();
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(first) = characters.get(at) {
        let rest = characters.get(at..).unwrap_or_default();
        let length = if first.is_ascii_digit() {
            let length = digits(rest);
            let run: String = rest.iter().take(length).collect();
            groups.extend(code(&run).map(|code| (at, at + length, code)));
            length
        } else if first.is_alphabetic() {
            let length = rest
                .iter()
                .take_while(|character| character.is_alphabetic())
                .count();
            let word: String = rest.iter().take(length).collect();
            if is_word_for_a_code(&word) {
                words.push((at, at + length));
            }
            length
        } else {
            1
        };
        at += length;
    }
    let distance = |from: usize, to: usize| {
        let to_word = |(begin, end): &(usize, usize)| {
            if *begin >= to {
                begin - to
            } else {
                from.saturating_sub(*end)
            }
        };
        words.iter().map(to_word).min().unwrap_or(0)
    };
    groups
        .into_iter()
        .min_by_key(|(from, to, _)| distance(*from, *to))
        .map(|(_, _, code)| (code, !words.is_empty()))
}

/// How long a run of digits is, with the marks that join digits.
fn digits(rest: &[char]) -> usize {
    let mut length = 0;
    loop {
        length += rest
            .iter()
            .skip(length)
            .take_while(|character| character.is_ascii_digit())
            .count();
        match (rest.get(length), rest.get(length + 1)) {
            (Some('-' | '.' | '/' | ':' | ',' | ' '), Some(next)) if next.is_ascii_digit() => {
                length += 1;
            }
            _ => return length,
        }
    }
}

/// The code that a run of digits is, if it is one.
fn code(run: &str) -> Option<String> {
    let joined: String = run.chars().filter(char::is_ascii_digit).collect();
    let is_one = match run.len() - joined.len() {
        0 => (4..=8).contains(&joined.len()),
        // 123-456, 123 456.
        1 => matches!(run.as_bytes(), [_, _, _, b'-' | b' ', _, _, _]),
        _ => false,
    };
    is_one.then_some(joined)
}

fn is_word_for_a_code(word: &str) -> bool {
    matches!(
        word,
        "code"
            | "codes"
            | "otp"
            | "pin"
            | "passcode"
            | "password"
            | "код"
            | "кода"
            | "коду"
            | "кодом"
    ) || ["парол", "подтвержд", "підтвердж", "verif"]
        .iter()
        .any(|beginning| word.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, code: Option<&str>) {
        assert_eq!(one_time_code(text).as_deref(), code, "{text}");
    }

    #[test]
    fn one_time_codes() {
        check("4711", Some("4711"));
        check(
            "Shop 2000: your code is 123-456. Call 0800 1234",
            Some("123456"),
        );
        check("Ваш код: 4711 & спасибо", Some("4711"));
        check("Пароль 00123456", Some("00123456"));
        check("123 456 is your PIN", Some("123456"));
        check("no code at all", None);
        check("call 380501234567", None);
        check("2000 ways, 1 code", Some("2000"));
        check("Shopping 2024! Your code is 4711", Some("4711"));
        check("Spinner 1000: code 55555", Some("55555"));
        check("Закодировано 2024. Ваш код: 9911", Some("9911"));
        check("4711 is your code. Order 20261122", Some("20261122"));
        check("4711 — код. Тел. 80441234", Some("4711"));
        check("Your code expires 12-05-2026: 998877", Some("998877"));
        check("Your code 4711 is valid until 18:30", Some("4711"));
        check("Use 482913 to verify your order 20261122", Some("482913"));
    }

    #[test]
    fn a_number_that_nothing_calls_a_code_is_none_to_look_at() {
        for (text, code) in [
            ("Your code is 4711", Some("4711")),
            ("482913", Some("482913")),
            ("482 913.", Some("482913")),
            ("4711 — подтверждение входа", Some("4711")),
            ("В 2026 году 15000 грн", None),
            ("msg 2499", None),
            ("no number, but a code", None),
        ] {
            assert_eq!(named_code(text).as_deref(), code, "{text}");
        }
    }
}

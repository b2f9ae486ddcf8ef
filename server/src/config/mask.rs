//! What of a line may be shown in an error: no password. Not for passwords in values, which no error repeats.
//!
//! A wrong file can hold a password anywhere, so this goes by what is known to be none. Outside of the keys that have
//! to do with accounts a line is shown as it is; among them, only known keys and their values are.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Keys at the top of the file with nothing secret under them.
const HARMLESS: [&str; 5] = ["tariffs", "delivery", "scripts", "faults", "limits"];

/// Keys at the top of the file that have one word each, on their own line.
const ONE_WORD: [&str; 6] = [
    "revision",
    "insufficient_credits",
    "test_mode_charges",
    "auto_accounts",
    "time_zone",
    "clock",
];

static BEGINNING: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:\s|-\s|[\[{])*"));
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?:,\s*)?["']?\b(accounts|auto_account|password|username|credits|mode|xml_interface|credit_price|currency|rate|trial_sms|revision|insufficient_credits|test_mode_charges|auto_accounts|time_zone|clock)["']?\s*:"#,
    )
});
static VALUE: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"^\s*(?:"[^"\s]*"|'[^'\s]*'|[^\s,}\]"']+)?[\s}\]]*"#));
static STRUCTURE: LazyLock<Regex> = LazyLock::new(|| regex(r"^[\s\[{\]}]*"));
/// A password in braces; else it goes to the end of the line.
static IN_BRACES: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"^\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^"',}][^,}]*)"#));
static CLOSED: LazyLock<Regex> = LazyLock::new(|| regex(r"^[\s}\]]*"));

fn regex(pattern: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "a test masks with each of them")]
    Regex::new(pattern).expect("a regular expression")
}

/// Whether a line (from 1) is near passwords, or could be for all we know.
pub(super) fn is_secret(text: &str, line: usize) -> bool {
    let mut is_harmless = false;
    let mut after_one_word = false;
    let mut here = "";
    for text in text.lines().take(line) {
        here = text;
        // What belongs to the key before it is indented, or a list without indentation, or closes a bracket.
        let opens = |c: char| !c.is_whitespace() && !matches!(c, '-' | '#' | ']' | '}');
        let key = text.split(':').next().unwrap_or_default();
        let key = key.trim_end().trim_matches(['"', '\'']);
        if text.starts_with(opens) {
            is_harmless = HARMLESS.contains(&key) || ONE_WORD.contains(&key);
        } else if !text.trim().is_empty() {
            is_harmless &= !after_one_word;
        }
        after_one_word = ONE_WORD.contains(&key);
    }
    let here = here.to_lowercase();
    !is_harmless || here.contains("pass") || here.contains("username")
}

/// A line near passwords, with everything that is not known to be none made of asterisks, one a character.
/// `name` is a place that is known to be the name of a key.
pub(super) fn masked(line: &str, name: Option<Range<usize>>) -> String {
    let length = |regex: &Regex, from: usize| {
        let found = line.get(from..).and_then(|rest| regex.find(rest));
        found.map_or(0, |found| found.len())
    };
    let mut shown: Vec<Range<usize>> = Vec::new();
    shown.push(0..length(&BEGINNING, 0));
    if let Some(name) = name {
        // With its colon.
        shown.push(name.start..name.end + 2);
    }
    let mut at = 0;
    while let Some(found) = KEY.captures_at(line, at) {
        let (Some(whole), Some(key)) = (found.get(0), found.get(1)) else {
            break;
        };
        at = whole.end();
        shown.push(whole.range());
        let rest = match key.as_str() {
            "password" => {
                let is_in_braces = line.get(..whole.start()).unwrap_or_default().contains('{')
                    || whole.as_str().starts_with('{');
                let secret = if is_in_braces {
                    length(&IN_BRACES, at)
                } else {
                    line.len() - at
                };
                let value = line.get(at..at + secret).unwrap_or_default();
                shown.push(at..at + (value.len() - value.trim_start().len()));
                at += value.trim_end().len();
                length(&CLOSED, at)
            }
            "accounts" | "auto_account" => length(&STRUCTURE, at),
            _ => length(&VALUE, at),
        };
        shown.push(at..at + rest);
        at += rest;
    }
    let last = line.trim_end().len();
    line.char_indices()
        .map(|(at, c)| {
            let is_shown = at >= last || shown.iter().any(|range| range.contains(&at));
            if is_shown { c } else { '*' }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        assert_eq!(masked(line, None), expected, "{line}");
    }

    #[test]
    fn only_what_is_known_is_shown() {
        check("    credits: -1", "    credits: -1");
        check("  - username: shop", "  - username: shop");
        check("    password: hunter2 x  ", "    password: *********  ");
        check("    password hunter2", "    ****************");
        check("accounts: [[a, hunter2]]", "accounts: [[************");
        check("    credits: 5 hunter2", "    credits: 5 *******");
        check("    pasword: hunter2", "    ****************");
        check(
            "  - { username: a, password: \"}, x\", rate: 0.4 }",
            "  - { username: a, password: ******, rate: 0.4 }",
        );
        check(
            "  - {\"username\":\"a\",\"password\":\"p\\\"q\",\"rate\":1}",
            "  - {\"username\":\"a\",\"password\":******,\"rate\":1}",
        );
        check("{ password: { x: y } }", "{ password: ****** } }");
        check("  пароль: тайна", "  *************");
        assert_eq!(masked("  usrname: a", Some(2..9)), "  usrname: *");
    }

    #[test]
    fn the_section_decides() {
        let text = "limits:\n  max_depth: x\naccounts:\n- username: a\n  credits: x\ntariffs: {}\nother: x\n";
        let secret: Vec<bool> = (1..=7).map(|line| is_secret(text, line)).collect();
        assert_eq!(secret, [false, false, true, true, true, false, true]);
        assert!(is_secret("{ limits: x }", 1));
        assert!(is_secret("limits:\n  password x", 2));
    }
}

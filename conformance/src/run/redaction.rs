//! What is hidden in everything that a run shows: the passwords of the target, and numbers but for their last four
//! digits. It is applied where a report is made, so that no reporter can forget it.

use std::ops::Range;

use crate::client::transport::percent_encode;
use crate::operation::Credentials;
use crate::password::Password;
use crate::password::{MASK, PasswordMask, password_forms};
use crate::scenario::expression::{other_case, shortened};
use crate::xml::charset::Charset;

/// The secrets of a target.
#[derive(Debug)]
pub struct Redaction {
    accounts: Vec<Credentials>,
    /// Every form in which a password or a number of the target may be written.
    mask: PasswordMask,
}

impl Redaction {
    /// The secrets: logins with their passwords, and numbers as written. Texts that are shown are characters, but an
    /// endpoint may quote a request in the charset in which it came, escaped or not.
    pub fn new<'s>(
        accounts: impl IntoIterator<Item = &'s Credentials>,
        numbers: impl IntoIterator<Item = &'s str>,
    ) -> Self {
        let mut known: Vec<Credentials> = Vec::new();
        for account in accounts {
            if !known.contains(account) {
                known.push(account.clone());
            }
        }
        let numbers = numbers.into_iter().flat_map(forms);
        let numbers = numbers.map(|(form, shown)| (form.into_bytes(), shown.into_bytes()));
        // Scenarios also send what is nearly a password: without its last letter, and in the other case.
        let near = known.iter().flat_map(|account| {
            let password = account.password.expose();
            let near = [shortened(password), other_case(password)];
            near.map(|password| Credentials {
                username: account.username.clone(),
                password: Password::new(password),
            })
        });
        let all: Vec<Credentials> = known.iter().cloned().chain(near).collect();
        let charsets = |account| Charset::ALL.map(|charset| password_forms(account, charset));
        let passwords = all.iter().flat_map(charsets).flatten();
        Self {
            // A number that is a password is hidden whole.
            mask: PasswordMask::of(numbers.chain(passwords)),
            accounts: known,
        }
    }

    /// Whether these are the login and the password of an account of the target.
    pub fn knows(&self, credentials: &Credentials) -> bool {
        self.accounts.contains(credentials)
    }

    /// The passwords and numbers of the target that stand in bytes of any kind, in order, and what is shown there instead.
    pub fn places(&self, bytes: &[u8]) -> Vec<(Range<usize>, Vec<u8>)> {
        self.mask.places(bytes)
    }

    /// The text without the secrets.
    pub fn hide(&self, text: &str) -> String {
        self.hide_behind(text, MASK)
    }

    /// The same, with another mask inside `<password>`.
    pub fn hide_behind(&self, text: &str, mask: &str) -> String {
        let text = inside(text, "password", &|_| mask.to_owned());
        let text = inside(&text, "number", &digits_but_four);
        String::from_utf8_lossy(&self.mask.hide(text.as_bytes())).into_owned()
    }
}

/// A number as written, its digits alone, and grouped are found; each percent-encoded too, and in UTF-16.
fn forms(number: &str) -> Vec<(String, String)> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let grouped = crate::scenario::expression::grouped(&digits).unwrap_or_default();
    let mut forms = Vec::new();
    for form in [number, &digits, &grouped] {
        if form.chars().filter(char::is_ascii_digit).count() > 4 {
            let shown = written(&digits_but_four(form));
            forms.extend(written(form).into_iter().zip(shown));
        }
    }
    forms
}

/// A text as it is, percent-encoded, and both in UTF-16 that is taken for UTF-8: between two characters is the same
/// byte, whichever end comes first.
fn written(text: &str) -> [String; 5] {
    let encoded = |text: &str| {
        let bytes = percent_encode(text.as_bytes());
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let letters: Vec<String> = text.chars().map(String::from).collect();
    let escaped: Vec<String> = letters.iter().map(|letter| encoded(letter)).collect();
    [
        text.to_owned(),
        encoded(text),
        encoded(text).replace('+', "%20"),
        letters.join("\0"),
        escaped.join("%00"),
    ]
}

/// Stars for all digits but the last four.
pub(crate) fn digits_but_four(text: &str) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let mut passed = 0_usize;
    text.chars()
        .map(|character| {
            if !character.is_ascii_digit() {
                return character;
            }
            passed = passed.saturating_add(1);
            if passed.saturating_add(4) <= digits {
                '*'
            } else {
                character
            }
        })
        .collect()
}

/// Changes what stands in every `<name …>…</name>` of a text that need not be XML.
fn inside(text: &str, name: &str, change: &dyn Fn(&str) -> String) -> String {
    let (open, close) = (format!("<{name}"), format!("</{name}"));
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(&open) {
        shown.push_str(before);
        shown.push_str(&open);
        rest = after;
        // `<numbers>` begins like `<number>`.
        if after.starts_with(|next: char| next.is_ascii_alphanumeric()) {
            continue;
        }
        let Some((tag, content)) = after.split_once('>') else {
            break;
        };
        shown.push_str(tag);
        shown.push('>');
        rest = content;
        if tag.ends_with('/') {
            continue;
        }
        let end = content.find(&close).unwrap_or(content.len());
        let (content, after) = content.split_at_checked(end).unwrap_or((content, ""));
        shown.push_str(&change(content));
        rest = after;
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::Redaction;
    use crate::operation::Credentials;
    use crate::password::Password;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let account = Credentials {
            username: "demo".to_owned(),
            password: Password::new("s3cret&"),
        };
        let redaction = Redaction::new([&account], ["999000000001"]);
        assert_eq!(redaction.hide(text), expected);
    }

    #[test]
    fn passwords_are_hidden_wherever_they_stand() {
        check("s3cret& s3cret&amp; s3cret%26", "*** *** ***");
        check("<password>x</password>", "<password>***</password>");
        check("<password>half", "<password>***");
        check("<password/>x", "<password/>x");
    }

    #[test]
    fn of_numbers_the_last_four_digits_stay() {
        check("to 999000000001,", "to ********0001,");
        check("%2B999000000001", "%2B********0001");
        check(
            "9%009%009%000%000%000%000%000%000%000%000%001",
            "*%00*%00*%00*%00*%00*%00*%00*%000%000%000%001",
        );
        check(
            "<number id=\"7\">+38 (050) 123-45-67</number><numbers>1</numbers>",
            "<number id=\"7\">+** (***) ***-45-67</number><numbers>1</numbers>",
        );
        check("<number>123</number>", "<number>123</number>");
        check("999 (00) 000-00-01", "*** (**) ***-00-01");
        check("2026-01-02 03:04:05", "2026-01-02 03:04:05");
    }
}

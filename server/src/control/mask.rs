//! What must not be shown: passwords always, numbers by configuration. The bytes of a request are kept as they came,
//! and masked here, before anybody sees them.

/// A body with the passwords in it overwritten, byte for byte, so that places stay.
///
/// A password stands between `<password>` and its end, in whatever spelling, escaped or not, in any charset in which
/// ASCII is ASCII or has zero bytes between; or in an attribute of such a name.
pub(super) fn passwords(content_type: Option<&str>, body: &[u8]) -> Vec<u8> {
    let is_form =
        content_type.is_some_and(|label| label.to_ascii_lowercase().contains("urlencoded"));
    let signs = signs(body, is_form);
    let mut masked = body.to_vec();
    let mut at = 0;
    while let Some(begin) = find(&signs, at, b"<") {
        let name_end = begin
            + 1
            + signs
                .get(begin + 1..)
                .unwrap_or_default()
                .iter()
                .take_while(|sign| {
                    !matches!(sign.byte, b'>' | b' ' | b'/' | b'\t' | b'\r' | b'\n' | b'<')
                })
                .count();
        let name: Vec<u8> = signs
            .get(begin + 1..name_end)
            .unwrap_or_default()
            .iter()
            .map(|sign| sign.byte)
            .collect();
        let is_secret = is_secret(&name);
        let Some(tag_end) = find(&signs, name_end, b">") else {
            // A tag without an end: nobody knows what is in it.
            if is_secret {
                cover(&mut masked, &signs, name_end, signs.len());
            }
            break;
        };
        attributes(&mut masked, &signs, name_end, tag_end);
        at = tag_end + 1;
        if is_secret {
            // To its own end tag; a `<` in between is a piece of the password.
            let mut end_tag = b"</".to_vec();
            end_tag.extend_from_slice(&name);
            let end = find(&signs, at, &end_tag).unwrap_or(signs.len());
            cover(&mut masked, &signs, at, end);
            at = end;
            if end < signs.len() {
                at += end_tag.len();
            }
        }
    }
    masked
}

/// Values of attributes with such a name within a tag.
fn attributes(masked: &mut [u8], signs: &[Sign], from: usize, to: usize) {
    let text: Vec<u8> = signs
        .get(from..to)
        .unwrap_or_default()
        .iter()
        .map(|sign| sign.byte)
        .collect();
    let mut at = 0;
    while let Some(equals) = text
        .get(at..)
        .and_then(|rest| memchr::memchr(b'=', rest))
        .map(|found| at + found)
    {
        let name = text.get(at..equals).unwrap_or_default().trim_ascii();
        let value = equals + 1;
        let rest = text.get(value..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_ascii_start().len();
        let length = match rest.trim_ascii_start() {
            [quote @ (b'"' | b'\''), quoted @ ..] => {
                memchr::memchr(*quote, quoted).map_or(quoted.len() + 1, |end| end + 2)
            }
            bare => bare
                .iter()
                .take_while(|byte| !byte.is_ascii_whitespace())
                .count(),
        };
        let end = value + blanks + length;
        if is_secret(name) {
            cover(masked, signs, from + value, from + end);
        }
        at = end.max(equals + 1);
    }
}

fn is_secret(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let holds = |word: &[u8]| memchr::memmem::find(&name, word).is_some();
    holds(b"pass") || holds(b"pwd") || holds(b"secret")
}

/// One byte of the document, and where in the body it stands.
#[derive(Clone, Copy)]
struct Sign {
    byte: u8,
    from: usize,
    to: usize,
}

/// The bytes of the document: escapes of a form are resolved, the zero bytes of UTF-16 passed over.
fn signs(body: &[u8], is_form: bool) -> Vec<Sign> {
    let digit = |at: usize| char::from(*body.get(at)?).to_digit(16);
    let mut signs = Vec::with_capacity(body.len());
    let mut at = 0;
    while let Some(byte) = body.get(at) {
        let escaped = (is_form && *byte == b'%')
            .then(|| u8::try_from(digit(at + 1)? * 16 + digit(at + 2)?).ok())
            .flatten();
        let (byte, to) = match escaped {
            Some(byte) => (byte, at + 3),
            None => (*byte, at + 1),
        };
        if byte != 0 {
            signs.push(Sign { byte, from: at, to });
        }
        at = to;
    }
    signs
}

/// The place of a word, without regard to case.
fn find(signs: &[Sign], from: usize, word: &[u8]) -> Option<usize> {
    let rest = signs.get(from..)?;
    let is_here = |window: &[Sign]| {
        window
            .iter()
            .zip(word)
            .all(|(sign, byte)| sign.byte.eq_ignore_ascii_case(byte))
    };
    rest.windows(word.len())
        .position(is_here)
        .map(|at| from + at)
}

fn cover(masked: &mut [u8], signs: &[Sign], from: usize, to: usize) {
    for sign in signs.get(from..to.min(signs.len())).unwrap_or_default() {
        for byte in masked.get_mut(sign.from..sign.to).unwrap_or_default() {
            *byte = b'*';
        }
    }
}

/// A number but for its last four digits, if numbers are hidden.
pub(super) fn number(number: &str, hidden: bool) -> String {
    if !hidden {
        return number.to_owned();
    }
    let shown = number.len().saturating_sub(4);
    number
        .char_indices()
        .map(|(at, digit)| if at < shown { '*' } else { digit })
        .collect()
}

/// A text with the same done to every run of seven or more digits.
pub(super) fn numbers(text: &str, hidden: bool) -> String {
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
        masked.push_str(&number(&digits, digits.len() >= 7));
        digits.clear();
        masked.push(character);
    }
    masked.pop();
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(is_form: bool, body: &str, expected: &str) {
        let label = if is_form {
            "application/x-www-form-urlencoded"
        } else {
            "text/xml"
        };
        assert_eq!(
            String::from_utf8_lossy(&passwords(Some(label), body.as_bytes())),
            expected
        );
    }

    #[test]
    fn passwords_are_covered() {
        check(
            false,
            "<a><password>x&amp;y</password></a>",
            "<a><password>*******</password></a>",
        );
        check(
            false,
            "<password><![CDATA[a<b]]></password>b",
            "<password>***************</password>b",
        );
        check(false, "<Password >x</Password>", "<Password >*</Password>");
        check(false, "<password>x", "<password>*");
        check(
            false,
            "<a password=\"x y\" b='1'/>z",
            "<a password=***** b='1'/>z",
        );
        check(
            false,
            "<pwd>1</pwd><pass>2</pass><user>3</user>",
            "<pwd>*</pwd><pass>*</pass><user>3</user>",
        );
        check(
            true,
            "XML=%3Cpassword%3Ex%26y%3C%2Fpassword%3E",
            "XML=%3Cpassword%3E*****%3C%2Fpassword%3E",
        );
        check(
            true,
            "XML=<password>x+y</password>",
            "XML=<password>***</password>",
        );
        let wide: Vec<u8> = "<password>x</password>"
            .bytes()
            .flat_map(|byte| [byte, 0])
            .collect();
        assert!(!passwords(None, &wide).contains(&b'x'));
    }

    #[test]
    fn numbers_keep_their_last_four() {
        assert_eq!(
            numbers("to 380501234567, 1234", true),
            "to ********4567, 1234"
        );
        assert_eq!(numbers("380501234567", false), "380501234567");
    }
}

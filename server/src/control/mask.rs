//! What must not be shown of a request: passwords always, numbers by configuration. Its bytes are kept as they came, and
//! masked here, before anybody sees them.

use crate::space::Space;
use crate::space::hidden::{SHORTEST, SHOWN};
use crate::space::journal::Entry;
use crate::wire::parts::{Parts, parts};

/// Words that stand around a login, in whatever form somebody wrote it.
const WORDS: [&[u8]; 8] = [
    b"auth", b"login", b"user", b"pass", b"pwd", b"pw", b"secret", b"token",
];

/// A body with the passwords in it overwritten, byte for byte, so that places stay.
///
/// Where the body can be read, and holds nothing strange, that is the password alone. Where it cannot, which is when
/// somebody looks, all that may be a login is covered: see [`cover`].
///
/// Numbers are covered besides, if the configuration says so.
pub(super) fn body(space: &Space, entry: &Entry) -> Vec<u8> {
    let config = space.config();
    let mut masked = passwords(
        entry.bytes.content_type(),
        entry.bytes.body(),
        config.limits.max_depth,
    );
    if config.mask_numbers {
        cover_numbers(&mut masked);
    }
    masked
}

fn passwords(content_type: Option<&str>, body: &[u8], max_depth: u32) -> Vec<u8> {
    let Parts { passwords, known } = parts(content_type, body, max_depth).unwrap_or_default();
    // A text that speaks of a password is none.
    let mut strange = body.to_vec();
    for range in known {
        strange.get_mut(range).unwrap_or_default().fill(b' ');
    }
    let mut masked = body.to_vec();
    cover(&strange, &mut masked);
    for range in passwords {
        // The `>` before it tells how many bytes a sign has; half of a sign of UTF-16 may be anything.
        let before = masked.get(..range.start).unwrap_or_default();
        let star = match before {
            [.., b'>', 0] => "*\0",
            [.., 0, b'>'] => "\0*",
            _ => "*",
        };
        let stars = star.bytes().cycle();
        let covered = masked.get_mut(range).unwrap_or_default();
        covered
            .iter_mut()
            .zip(stars)
            .for_each(|(byte, star)| *byte = star);
    }
    masked
}

/// Covers what may be a login, whatever form somebody wrote it in.
///
/// Everything from the first word that stands around a login to the last is covered, or to the end, unless the last one
/// is that of an end tag. Escapes of a form and the zero bytes of UTF-16 are looked through, whatever the label says.
fn cover(bytes: &[u8], masked: &mut [u8]) {
    let signs = signs(bytes);
    let lower: Vec<u8> = signs
        .iter()
        .map(|sign| sign.byte.to_ascii_lowercase())
        .collect();
    let first = WORDS
        .iter()
        .filter_map(|word| memchr::memmem::find(&lower, word))
        .min();
    let Some(first) = first else {
        return;
    };
    // The longest word that ends last: `</username>` is the end tag of `user`.
    let last = WORDS
        .iter()
        .filter_map(|word| memchr::memmem::rfind(&lower, word))
        .max()
        .unwrap_or(first);
    let before = lower.get(..last).unwrap_or_default();
    let name = before
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    let is_end_tag = before
        .get(..last - name)
        .is_some_and(|before| before.ends_with(b"</"));
    let end = if is_end_tag {
        last - name - 2
    } else {
        signs.len()
    };
    for sign in signs.get(first..end).unwrap_or_default() {
        masked
            .get_mut(sign.from..sign.to)
            .unwrap_or_default()
            .fill(b'*');
    }
}

/// A Content-Type with the same done to it.
pub(super) fn label(content_type: &str) -> String {
    let mut masked = content_type.as_bytes().to_vec();
    cover(content_type.as_bytes(), &mut masked);
    String::from_utf8_lossy(&masked).into_owned()
}

/// One byte of the document, and where in the body it stands.
#[derive(Clone, Copy)]
struct Sign {
    byte: u8,
    from: usize,
    to: usize,
}

fn signs(body: &[u8]) -> Vec<Sign> {
    let bytes = body.iter().enumerate().filter(|(_, byte)| **byte != 0);
    let plain: Vec<Sign> = bytes
        .map(|(at, byte)| Sign {
            byte: *byte,
            from: at,
            to: at + 1,
        })
        .collect();
    let mut signs = Vec::with_capacity(plain.len());
    let mut rest = plain.as_slice();
    while let [sign, after @ ..] = rest {
        let digit = |sign: &Sign| char::from(sign.byte).to_digit(16);
        rest = after;
        let mut sign = *sign;
        if let (b'%', [high, low, after @ ..]) = (sign.byte, after)
            && let (Some(one), Some(two)) = (digit(high), digit(low))
            && let Ok(byte) = u8::try_from(one * 16 + two)
        {
            sign = Sign {
                byte,
                to: low.to,
                ..sign
            };
            rest = after;
        }
        signs.push(sign);
    }
    signs
}

/// Hides the numbers in bytes, so that places stay; escapes of a form and UTF-16 are looked through.
fn cover_numbers(bytes: &mut [u8]) {
    let signs = signs(bytes);
    for digits in
        signs.chunk_by(|one, other| one.byte.is_ascii_digit() && other.byte.is_ascii_digit())
    {
        let is_number =
            digits.len() >= SHORTEST && digits.iter().all(|sign| sign.byte.is_ascii_digit());
        let hidden = if is_number { digits.len() - SHOWN } else { 0 };
        for sign in digits.iter().take(hidden) {
            bytes
                .get_mut(sign.from..sign.to)
                .unwrap_or_default()
                .fill(b'*');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(body: &str, expected: &str) {
        assert_eq!(
            String::from_utf8_lossy(&passwords(Some("text/xml"), body.as_bytes(), 64)),
            expected
        );
    }

    #[test]
    fn what_stands_around_it_stays() {
        check(
            "<a>1</a><authentication><username>u</username><password>p</password></authentication><b>2</b>",
            "<a>1</a><***********************************************************</authentication><b>2</b>",
        );
        check("<a>nothing of the kind</a>", "<a>nothing of the kind</a>");
        check("<a/><password>x", "<a/><**********");
    }

    #[test]
    fn of_what_can_be_read_the_password_alone_is_covered() {
        let login = "<authentification><username>u</username><password>";
        let after = "</password></authentification><message><text>Your password is 7</text></message>\
            <numbers><number messageID=\"user-1\">380</number></numbers></SMS>";
        check(
            &format!("<SMS>{login}<![CDATA[p]]>{after}"),
            &format!("<SMS>{login}*************{after}"),
        );
        check(
            &format!("<SMS><!-- {login}p -->{login}p{after}"),
            &format!(
                "<SMS><!-- <{}",
                "*".repeat(login.len() * 2 - 1 + "p -->p".len() + after.len())
            ),
        );
        let wide =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let body = wide(&format!("\u{FEFF}<SMS>{login}pé😀{after}"));
        let masked = passwords(Some("text/xml"), &body, 64);
        assert_eq!(masked, wide(&format!("\u{FEFF}<SMS>{login}****{after}")));
        check(
            "<SMS><authentification><password>p</password></authentification><password>q</password></SMS>",
            "<SMS><authentification><password>*</password></authentification><**********</password></SMS>",
        );
    }

    proptest! {
        /// Whatever the form in which it stands there, and whatever stands around it.
        #[test]
        fn a_password_is_covered_in_every_form(
            form in prop::sample::select(vec![
                "<password>S</password>", "<authentification <password>S</password>", "<!--<password>S</password>-->",
                "<![CDATA[<password>S]]>", "<<password>S", "1 < 2 <password>S", "<password S</password>",
                "<x username=\"a>b\" password=\"S\"/>", "XML=%3Cpassword%3ES%3C%2Fpassword%3E", "%253Cpassword%253ES",
                "&lt;password&gt;S&lt;/password&gt;", "login=demo&password=S", "{\"password\":\"S\"}", "<pw>S</pw>",
                "<auth><S></auth>", "XML=%3C%70assword%3ES", "<Password>a</S></Password>",
                "Content-Disposition: form-data; name=\"password\"\r\n\r\nS\r\n--b--", "<login>S</login>", "<auth>S",
            ]),
            before in "[a-z<>/= ]{0,12}",
            after in "(</a>|[b-z> ]){0,6}",
            wide in any::<bool>(),
        ) {
            let secret = "QZ7";
            let body = format!("{before}{}{after}", form.replace('S', secret));
            let body: Vec<u8> = if wide { body.bytes().flat_map(|byte| [byte, 0]).collect() } else { body.into_bytes() };
            let shown: Vec<u8> = passwords(Some("text/xml"), &body, 64).into_iter().filter(|byte| *byte != 0).collect();
            let shown = String::from_utf8_lossy(&shown).into_owned();
            prop_assert!(!shown.contains(secret), "{}", shown);
        }
    }

    #[test]
    fn numbers_in_bytes_keep_their_last_four() {
        for (bytes, expected) in [
            ("\0to 380501234567!", "\0to ********4567!"),
            (
                "3\x008\x000\x005\x000\x001\x002\0",
                "*\0*\0*\x005\x000\x001\x002\0",
            ),
            ("%33805012+123456", "*****5012+123456"),
        ] {
            let mut masked = bytes.as_bytes().to_vec();
            cover_numbers(&mut masked);
            assert_eq!(String::from_utf8_lossy(&masked), expected);
        }
    }
}

//! A password, and how it is kept out of everything the kit shows.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::Range;
use std::str::FromStr;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::client::transport::percent_encode;
use crate::operation::Credentials;
use crate::xml::charset::Charset;
use crate::xml::style::{Style, TextStyle};
use crate::xml::write::write_text;

/// What stands in the place of a password.
pub const MASK: &str = "***";

/// The password of an account. It has no `Display`, and its `Debug` is the mask.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Takes any text, the empty one included: what is a right password is the endpoint's decision.
    pub fn new(password: impl Into<String>) -> Self {
        Self(password.into())
    }

    /// The password that is not one, for documents that are shown instead of sent.
    pub fn masked() -> Self {
        Self(MASK.to_owned())
    }

    /// The password itself, for the one place that writes it into a document.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Password {
    type Err = Infallible;

    fn from_str(password: &str) -> Result<Self, Infallible> {
        Ok(Self::new(password))
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(MASK)
    }
}

/// Replaces a password in bytes that came from an endpoint, which may quote the request in its reply.
///
/// It knows the forms in which a request carries the password: as it is, escaped once or twice, in CDATA,
/// percent-encoded, in the charset of the request and in UTF-8, and the former taken for the latter. What stands in `<username>` and is the login stays: whoever uses one
/// word for both has to see that the login arrived. A password of fewer than four characters is left alone: it would
/// stand in every second number, and the mask would make the reply unreadable.
pub struct PasswordMask {
    search: Option<AhoCorasick>,
    masks: Vec<Vec<u8>>,
}

/// What is looked for, and what is shown in its place.
pub type Form = (Vec<u8>, Vec<u8>);

impl PasswordMask {
    /// The mask for a password that is sent in `charset`, with its login.
    pub fn new(credentials: &Credentials, charset: Charset) -> Self {
        Self::of(password_forms(credentials, charset))
    }

    /// The mask for these forms. Of two at the same place the longer one is found; of two that are the same, the last.
    pub fn of(forms: impl IntoIterator<Item = Form>) -> Self {
        let forms: BTreeMap<Vec<u8>, Vec<u8>> = forms.into_iter().collect();
        let search = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(forms.keys());
        Self {
            // It is only refused if there are more forms than a machine has memory for.
            search: search.ok().filter(|_| !forms.is_empty()),
            masks: forms.into_values().collect(),
        }
    }

    /// Where forms stand in the bytes, in order, and what is shown there instead.
    pub fn places(&self, bytes: &[u8]) -> Vec<(Range<usize>, Vec<u8>)> {
        let Some(search) = &self.search else {
            return Vec::new();
        };
        let found = search.find_iter(bytes);
        let shown = found.filter_map(|form| {
            let mask = self.masks.get(form.pattern().as_usize())?;
            Some((form.range(), mask.clone()))
        });
        shown.collect()
    }

    /// The same bytes with the mask in the place of every form.
    pub fn hide(&self, bytes: &[u8]) -> Vec<u8> {
        match &self.search {
            Some(search) => search.replace_all_bytes(bytes, &self.masks),
            None => bytes.to_vec(),
        }
    }
}

/// The forms in which requests and replies may hold a password that is sent in `charset`, with its login.
pub fn password_forms(credentials: &Credentials, charset: Charset) -> Vec<Form> {
    let password = &credentials.password.0;
    let mut forms = Vec::new();
    if password.chars().count() < 4 {
        return forms;
    }
    let charsets = [charset, Charset::Utf8];
    // A form of the login stands for itself. It is found before a password inside it, being longer and beginning
    // earlier; a password that is the very same bytes comes later and takes its place.
    for charset in charsets {
        let (open, close) = (charset.encode("<username>"), charset.encode("</username>"));
        for text in written(&credentials.username) {
            let form = [open.as_slice(), &charset.encode(&text), &close].concat();
            for form in [percent_encode(&form), lower_escapes(&form), form] {
                forms.push((form.clone(), form));
            }
        }
    }
    let mask = || MASK.as_bytes().to_vec();
    for charset in charsets {
        let mut texts = written(password);
        // Whoever quotes a document in another one escapes it again.
        let again: Vec<String> = texts.iter().flat_map(|text| escaped(text)).collect();
        texts.extend(again);
        for text in texts {
            let form = charset.encode(&text);
            let percent = [percent_encode(&form), lower_escapes(&form)];
            // A scenario may encode a document twice, to see that it is decoded once.
            let twice = percent.clone().map(|form| percent_encode(&form));
            for form in percent.into_iter().chain(twice) {
                forms.push((replaced(&form, b'+', b"%20"), mask()));
                forms.push((form, mask()));
            }
            // What one charset has for the password is no text in another.
            forms.push((String::from_utf8_lossy(&form).into_owned().into(), mask()));
            forms.push((form, charset.encode(MASK)));
        }
    }
    forms
}

/// A text as it may stand in a document or in a message of ours: as it is, escaped, in CDATA, in quotes.
fn written(text: &str) -> Vec<String> {
    let style = Style {
        text: TextStyle::CData,
        ..Style::default()
    };
    let section = String::from_utf8_lossy(&write_text(text, &style)).into_owned();
    let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
    let inside = section
        .strip_prefix("<![CDATA[")
        .and_then(|rest| rest.strip_suffix("]]>"));
    let inside = inside.unwrap_or_default().to_owned();
    let mut all = escaped(text);
    all.extend([text.to_owned(), section, inside, quoted]);
    all.retain(|text| !text.is_empty());
    all.sort();
    all.dedup();
    all
}

/// A text escaped as XML wants it, and what some escape besides: `&` and `<` always, `>` and quotes or not.
fn escaped(text: &str) -> Vec<String> {
    let least = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        // A literal CR would be read as a line end.
        .replace('\r', "&#13;");
    let mut all = vec![least];
    for (sign, name) in [('>', "&gt;"), ('"', "&quot;"), ('\'', "&apos;")] {
        let more: Vec<String> = all.iter().map(|text| text.replace(sign, name)).collect();
        all.extend(more);
    }
    all
}

fn replaced(bytes: &[u8], byte: u8, text: &[u8]) -> Vec<u8> {
    bytes
        .split(|found| *found == byte)
        .collect::<Vec<_>>()
        .join(text)
}

/// Percent-encoding with hexadecimal digits in lower case, and every letter that stands for itself as it is.
fn lower_escapes(bytes: &[u8]) -> Vec<u8> {
    let mut encoded = percent_encode(bytes);
    let mut digits = 0_u8;
    for byte in &mut encoded {
        if *byte == b'%' {
            digits = 2;
        } else if digits > 0 {
            byte.make_ascii_lowercase();
            digits = digits.saturating_sub(1);
        }
    }
    encoded
}

impl std::fmt::Debug for PasswordMask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PasswordMask({} forms)", self.masks.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{Password, PasswordMask};
    use crate::operation::Credentials;
    use crate::xml::charset::Charset;

    fn mask(username: &str, password: &str, charset: Charset) -> PasswordMask {
        let credentials = Credentials {
            username: username.to_owned(),
            password: Password::new(password),
        };
        PasswordMask::new(&credentials, charset)
    }

    #[track_caller]
    fn check(password: &str, charset: Charset, reply: &[u8], expected: &[u8]) {
        assert_eq!(mask("demo", password, charset).hide(reply), expected);
    }

    #[test]
    fn every_form_that_a_request_carries_is_hidden() {
        let utf8 = Charset::Utf8;
        check("p<&>s", utf8, b"[p<&>s]", b"[***]");
        check("p<&>s", utf8, b"[p&lt;&amp;&gt;s]", b"[***]");
        check("p<&>s", utf8, b"<![CDATA[p<&>s]]>", b"***");
        check("p<&>s", utf8, b"p%3C%26%3Es p%3c%26%3es", b"*** ***");
        check("P<S>", utf8, b"P%3CS%3E P%3cS%3e", b"*** ***");
        check("p<&>s", utf8, b"p%26lt%3B%26amp%3B%26gt%3Bs", b"***");
        check(
            "p<&>s",
            utf8,
            b"p&amp;lt;&amp;amp;&amp;gt;s p&lt;&amp;>s",
            b"*** ***",
        );
        check("p\"'>s", utf8, b"p&quot;&apos;>s p\\\"'>s", b"*** ***");
        check(
            "p]]>s",
            utf8,
            b"a<![CDATA[b p]]]]><![CDATA[>s c]]>",
            b"a<![CDATA[b *** c]]>",
        );
        check("a b c", utf8, b"a+b+c a%20b%20c", b"*** ***");
        check("\u{43f}abc", Charset::Koi8R, b"%D0abc %d0abc", b"*** ***");
        check(
            "\u{43f}abc",
            Charset::Koi8R,
            "\u{FFFD}abc".as_bytes(),
            b"***",
        );
        check("abcd", Charset::Utf16Be, b"%00a%00b%00c%00d", b"***");
        check(
            "тайна",
            Charset::Windows1251,
            b"<\xF2\xE0\xE9\xED\xE0>",
            b"<***>",
        );
        check(
            "тайна",
            Charset::Windows1251,
            "<тайна>".as_bytes(),
            b"<***>",
        );
        check(
            "abcd",
            Charset::Utf16Le,
            b"x\0a\0b\0c\0d\0y\0",
            b"x\0*\0*\0*\0y\0",
        );
    }

    #[test]
    fn short_passwords_and_everything_else_stay() {
        check(
            "1",
            Charset::Utf8,
            b"<status>1</status>",
            b"<status>1</status>",
        );
        check("secret", Charset::Utf8, b"secre", b"secre");
    }

    #[test]
    fn the_login_stays_where_it_is_one() {
        #[track_caller]
        fn check(login: &str, password: &str, charset: Charset, reply: &[u8], expected: &[u8]) {
            let hidden = mask(login, password, charset).hide(reply);
            assert_eq!(
                String::from_utf8_lossy(&hidden),
                String::from_utf8_lossy(expected)
            );
        }
        let utf8 = Charset::Utf8;
        check(
            "demo",
            "demo",
            utf8,
            b"<username>demo</username>\n<password>demo</password> demo",
            b"<username>demo</username>\n<password>***</password> ***",
        );
        check(
            "demo",
            "demo",
            utf8,
            b"%3Cusername%3Edemo%3C%2Fusername%3E%3cpassword%3edemo%3c%2fpassword%3e",
            b"%3Cusername%3Edemo%3C%2Fusername%3E%3cpassword%3e***%3c%2fpassword%3e",
        );
        check(
            "my-demo",
            "demo",
            utf8,
            b"<username><![CDATA[my-demo]]></username> my-demo",
            b"<username><![CDATA[my-demo]]></username> my-***",
        );
        // Another login than the one that was given is nothing that was typed there.
        check(
            "other",
            "demo",
            utf8,
            b"<username>demo</username>",
            b"<username>***</username>",
        );
        check(
            "\u{434}\u{430}\u{434}\u{430}",
            "\u{434}\u{430}\u{434}\u{430}",
            Charset::Windows1251,
            b"<username>\xE4\xE0\xE4\xE0</username>\xE4\xE0\xE4\xE0",
            b"<username>\xE4\xE0\xE4\xE0</username>***",
        );
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Password::new("secret")), "***");
        let mask = mask("secret", "secret", Charset::Utf8);
        assert!(!format!("{mask:?}").contains("secret"));
    }
}

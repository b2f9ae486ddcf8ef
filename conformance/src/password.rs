//! A password, and how it is kept out of everything the kit shows.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::str::FromStr;

use crate::client::transport::percent_encode;
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
/// It knows the forms in which a request carries the password: as it is, escaped, in CDATA, percent-encoded, in
/// the charset of the request and in UTF-8. A password of fewer than four characters is left alone: it would
/// stand in every second number, and the mask would make the reply unreadable.
pub struct PasswordMask {
    /// Longest first, so that a form is found before a part of it is.
    forms: Vec<(Vec<u8>, Vec<u8>)>,
}

impl PasswordMask {
    /// The mask for a password that is sent in `charset`.
    pub fn new(password: &Password, charset: Charset) -> Self {
        let mut forms = BTreeMap::new();
        if password.0.chars().count() >= 4 {
            for charset in [charset, Charset::Utf8] {
                let mask = charset.encode(MASK);
                let mut written = vec![charset.encode(&password.0)];
                for text in [TextStyle::Escaped, TextStyle::CData] {
                    let style = Style {
                        text,
                        charset,
                        ..Style::default()
                    };
                    written.push(write_text(&password.0, &style));
                }
                for form in written {
                    let escaped = percent_encode(&form);
                    forms.insert(escaped.to_ascii_lowercase(), MASK.as_bytes().to_vec());
                    forms.insert(escaped, MASK.as_bytes().to_vec());
                    forms.insert(form, mask.clone());
                }
            }
        }
        let mut forms: Vec<_> = forms.into_iter().collect();
        forms.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
        Self { forms }
    }

    /// The same bytes with the mask in the place of every form of the password.
    pub fn hide(&self, bytes: &[u8]) -> Vec<u8> {
        let mut shown = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        while let Some((first, tail)) = rest.split_first() {
            let found = self
                .forms
                .iter()
                .find_map(|(form, mask)| Some((rest.strip_prefix(form.as_slice())?, mask)));
            match found {
                Some((after, mask)) => {
                    shown.extend_from_slice(mask);
                    rest = after;
                }
                None => {
                    shown.push(*first);
                    rest = tail;
                }
            }
        }
        shown
    }
}

impl std::fmt::Debug for PasswordMask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PasswordMask({} forms)", self.forms.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{Password, PasswordMask};
    use crate::xml::charset::Charset;

    #[track_caller]
    fn check(password: &str, charset: Charset, reply: &[u8], expected: &[u8]) {
        let mask = PasswordMask::new(&Password::new(password), charset);
        assert_eq!(mask.hide(reply), expected);
    }

    #[test]
    fn every_form_that_a_request_carries_is_hidden() {
        let utf8 = Charset::Utf8;
        check("p<&>s", utf8, b"[p<&>s]", b"[***]");
        check("p<&>s", utf8, b"[p&lt;&amp;&gt;s]", b"[***]");
        check("p<&>s", utf8, b"<![CDATA[p<&>s]]>", b"***");
        check("p<&>s", utf8, b"p%3C%26%3Es p%3c%26%3es", b"*** ***");
        check("p<&>s", utf8, b"p%26lt%3B%26amp%3B%26gt%3Bs", b"***");
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
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Password::new("secret")), "***");
        let mask = PasswordMask::new(&Password::new("secret"), Charset::Utf8);
        assert!(!format!("{mask:?}").contains("secret"));
    }
}

//! Characters to bytes and back, in the charsets that clients of the gateway use (XML-04).
//!
//! Writing knows five charsets by name. Reading takes any charset that `encoding_rs` has a label for, because
//! what a reply declares is the endpoint's decision, not ours.

use clap::ValueEnum;
use encoding_rs::{Encoding, KOI8_R, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251};

/// A charset that the kit can write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Charset {
    /// UTF-8.
    #[default]
    #[value(name = "utf-8")]
    Utf8,
    /// windows-1251, one byte a character.
    #[value(name = "windows-1251")]
    Windows1251,
    /// KOI8-R, one byte a character.
    #[value(name = "koi8-r")]
    Koi8R,
    /// UTF-16, little end first.
    #[value(name = "utf-16le")]
    Utf16Le,
    /// UTF-16, big end first.
    #[value(name = "utf-16be")]
    Utf16Be,
}

impl Charset {
    /// Every charset, for tests that go through all of them.
    pub const ALL: [Self; 5] = [
        Self::Utf8,
        Self::Windows1251,
        Self::Koi8R,
        Self::Utf16Le,
        Self::Utf16Be,
    ];

    /// The name that stands in an XML declaration.
    pub fn label(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Windows1251 => "windows-1251",
            Self::Koi8R => "KOI8-R",
            // The byte order mark says which end comes first.
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
        }
    }

    /// The byte order mark; empty for charsets that have none.
    pub fn byte_order_mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 => b"\xEF\xBB\xBF",
            Self::Windows1251 | Self::Koi8R => b"",
            Self::Utf16Le => b"\xFF\xFE",
            Self::Utf16Be => b"\xFE\xFF",
        }
    }

    /// Whether the charset has this character.
    pub fn holds(self, character: char) -> bool {
        let single_byte = match self {
            Self::Utf8 | Self::Utf16Le | Self::Utf16Be => return true,
            Self::Windows1251 => WINDOWS_1251,
            Self::Koi8R => KOI8_R,
        };
        let (_, _, unmappable) = single_byte.encode(character.encode_utf8(&mut [0; 4]));
        !unmappable
    }

    /// The bytes of `text`. A character that the charset lacks becomes a decimal character reference, which is
    /// what XML wants in text and attribute values.
    pub fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Windows1251 => WINDOWS_1251.encode(text).0.into_owned(),
            Self::Koi8R => KOI8_R.encode(text).0.into_owned(),
            Self::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }

    /// The characters of `bytes`, for showing: what is invalid becomes U+FFFD.
    pub fn decode_lossy(self, bytes: &[u8]) -> String {
        let encoding = match self {
            Self::Utf8 => UTF_8,
            Self::Windows1251 => WINDOWS_1251,
            Self::Koi8R => KOI8_R,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
        };
        encoding.decode_with_bom_removal(bytes).0.into_owned()
    }
}

/// A document as characters, and how it was found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The characters, without the byte order mark.
    pub text: String,
    /// The charset, under its WHATWG name.
    pub encoding: &'static str,
    /// Whether the bytes began with a byte order mark.
    pub byte_order_mark: bool,
}

/// Why bytes are no characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CharsetError {
    /// The declaration names a charset nobody knows.
    #[error("the XML declaration names the charset {label:?}, which is unknown")]
    Unknown {
        /// The name as it stands in the declaration.
        label: String,
    },
    /// The declaration, readable as ASCII, claims to be UTF-16.
    #[error("the XML declaration says {label:?}, but the bytes before it are not UTF-16")]
    Contradiction {
        /// The name as it stands in the declaration.
        label: String,
    },
    /// The bytes are not valid in the charset.
    #[error("the bytes are not valid {encoding}, {}", at_byte(*.valid_up_to))]
    Invalid {
        /// The charset, under its WHATWG name.
        encoding: &'static str,
        /// How many bytes are right, where that is known.
        valid_up_to: Option<usize>,
    },
}

/// Reads `bytes` as characters: a byte order mark counts first, then the XML declaration, else UTF-8 (XML-04).
pub fn decode(bytes: &[u8]) -> Result<Decoded, CharsetError> {
    let (encoding, mark_length) = detect(bytes)?;
    let body = bytes.get(mark_length..).unwrap_or_default();
    let text = encoding
        .decode_without_bom_handling_and_without_replacement(body)
        .ok_or_else(|| CharsetError::Invalid {
            encoding: encoding.name(),
            valid_up_to: (encoding == UTF_8)
                .then(|| std::str::from_utf8(body).err())
                .flatten()
                .map(|error| mark_length.saturating_add(error.valid_up_to())),
        })?;
    Ok(Decoded {
        text: text.into_owned(),
        encoding: encoding.name(),
        byte_order_mark: mark_length > 0,
    })
}

/// Reads `bytes` for showing to a person: never fails, and what is invalid becomes U+FFFD.
pub fn decode_lossy(bytes: &[u8]) -> String {
    let (encoding, mark_length) = detect(bytes).unwrap_or((UTF_8, 0));
    let body = bytes.get(mark_length..).unwrap_or_default();
    encoding.decode_without_bom_handling(body).0.into_owned()
}

fn at_byte(valid_up_to: Option<usize>) -> String {
    match valid_up_to {
        Some(offset) => format!("first at byte {offset}"),
        None => "somewhere in the body".to_owned(),
    }
}

fn detect(bytes: &[u8]) -> Result<(&'static Encoding, usize), CharsetError> {
    if let Some(found) = Encoding::for_bom(bytes) {
        return Ok(found);
    }
    let Some(label) = declared(bytes) else {
        return Ok((UTF_8, 0));
    };
    match Encoding::for_label(label.as_bytes()) {
        None => Err(CharsetError::Unknown { label }),
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => {
            Err(CharsetError::Contradiction { label })
        }
        Some(encoding) => Ok((encoding, 0)),
    }
}

/// The value of `encoding` in an XML declaration at the very start of `bytes`, read as ASCII.
fn declared(bytes: &[u8]) -> Option<String> {
    let after = bytes.strip_prefix(b"<?xml")?;
    let length = after.windows(2).position(|pair| pair == b"?>")?;
    let inside = std::str::from_utf8(after.get(..length)?).ok()?;
    let (_, value) = inside.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (label, _) = value.strip_prefix(quote)?.split_once(quote)?;
    Some(label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Charset, CharsetError, decode, decode_lossy};

    #[track_caller]
    fn check(bytes: &[u8], text: &str, encoding: &str) {
        let decoded = decode(bytes).unwrap();
        assert_eq!((decoded.text.as_str(), decoded.encoding), (text, encoding));
    }

    #[test]
    fn a_byte_order_mark_counts_before_the_declaration() {
        check(b"<a/>", "<a/>", "UTF-8");
        check(b"\xEF\xBB\xBF<a/>", "<a/>", "UTF-8");
        check(b"\xFF\xFE<\0a\0", "<a", "UTF-16LE");
        check(b"\xFE\xFF\0<\0a", "<a", "UTF-16BE");
        let text = "<?xml version='1.0' encoding = 'Windows-1251'?>";
        check(
            &[text.as_bytes(), b"\xCF"].concat(),
            &format!("{text}\u{41F}"),
            "windows-1251",
        );
        check(&[b"\xEF\xBB\xBF", text.as_bytes()].concat(), text, "UTF-8");
    }

    #[test]
    fn bytes_that_cannot_be_read_say_why() {
        let check = |bytes: &[u8], expected: &str| {
            assert_eq!(decode(bytes).unwrap_err().to_string(), expected);
        };
        check(
            b"<a>\xCF</a>",
            "the bytes are not valid UTF-8, first at byte 3",
        );
        check(
            b"<?xml version=\"1.0\" encoding=\"klingon\"?><a/>",
            "the XML declaration names the charset \"klingon\", which is unknown",
        );
        check(
            b"<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>",
            "the XML declaration says \"UTF-16\", but the bytes before it are not UTF-16",
        );
        check(
            b"\xFF\xFE<",
            "the bytes are not valid UTF-16LE, somewhere in the body",
        );
        assert_eq!(decode_lossy(b"<a>\xCF</a>"), "<a>\u{FFFD}</a>");
    }

    #[test]
    fn an_unknown_charset_keeps_its_label() {
        let error = decode(b"<?xml version='1.0' encoding='x'?>").unwrap_err();
        assert_eq!(
            error,
            CharsetError::Unknown {
                label: "x".to_owned()
            }
        );
    }

    #[test]
    fn what_a_charset_lacks_becomes_a_reference() {
        assert_eq!(
            Charset::Windows1251.encode("\u{41F}\u{4F60}"),
            b"\xCF&#20320;"
        );
        assert!(Charset::Koi8R.holds('\u{44F}') && !Charset::Koi8R.holds('\u{4F60}'));
        for charset in Charset::ALL {
            assert_eq!(charset.decode_lossy(&charset.encode("Привет")), "Привет");
        }
    }
}

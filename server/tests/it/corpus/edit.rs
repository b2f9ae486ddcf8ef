//! Small changes to bytes, such as a careless client or a hostile one makes. Not for what is expected of them.

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Words that mean something to some reader.
const WORDS: &[&str] = &[
    "<",
    ">",
    "&",
    "=",
    "\"",
    "'",
    "/>",
    "</",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "<!DOCTYPE SMS>",
    "&amp;",
    "&#0;",
    "&#x10FFFF;",
    "%",
    "%3C",
    "%00",
    "+",
    "XML=",
    "XML[]=",
    "&XML=",
    "\r\n",
    "\n",
    "\r",
    "\t",
    "\0",
    "--",
    "; ",
    "boundary=",
    "charset=",
    "multipart/form-data",
    "application/x-www-form-urlencoded",
    "Content-Disposition: ",
    "encoding=\"windows-1251\"",
    "encoding=\"utf-16\"",
    "\u{FEFF}",
    "\u{2028}",
    "\u{85}",
    "ї",
    "😀",
    "\u{FFFE}",
    "<SMS>",
    "<numbers>",
    "<number messageID=\"1\" variables=\"a;b\">",
    "</number>",
    "<password>",
    "%1%",
    "SEND",
    "GETSTATUS",
    "999000000001",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    "#",
    "*a",
    "&a ",
    "!!",
    "|\n",
    "~",
    "-1",
    "0.0000001",
    "1e999",
    "18446744073709551616",
    "accounts:",
    "password: ",
    "tariffs:",
    "scripts:",
    "msisdn: ",
];

/// One change. Places are fractions of what there is when it is made.
#[derive(Debug, Clone)]
pub(super) enum Edit {
    /// Another byte stands there.
    Byte(Index, u8),
    /// From one place to the other, nothing is left.
    Cut(Index, Index),
    /// What stands between two places stands there so many times more.
    Repeat(Index, Index, usize),
    /// A word is put in.
    Word(Index, &'static str),
    /// Everything from there on is the end of another file.
    Splice(Index, Index, Index),
}

/// Any change.
pub(super) fn edit() -> impl Strategy<Value = Edit> {
    let at = any::<Index>;
    prop_oneof![
        2 => (at(), any::<u8>()).prop_map(|(at, byte)| Edit::Byte(at, byte)),
        2 => (at(), at()).prop_map(|(one, other)| Edit::Cut(one, other)),
        1 => (at(), at(), 1..40_usize).prop_map(|(one, other, times)| Edit::Repeat(one, other, times)),
        4 => (at(), select(WORDS)).prop_map(|(at, word)| Edit::Word(at, word)),
        1 => (at(), at(), at()).prop_map(|(at, file, from)| Edit::Splice(at, file, from)),
    ]
}

impl Edit {
    /// Makes the change; `files` are what may be spliced in.
    pub(super) fn apply(&self, mut bytes: Vec<u8>, files: &[(String, Vec<u8>)]) -> Vec<u8> {
        let place = |at: &Index| at.index(bytes.len() + 1);
        let range = |one: &Index, other: &Index| {
            let (one, other) = (place(one), place(other));
            one.min(other)..one.max(other)
        };
        match self {
            Self::Byte(at, byte) => {
                let at = place(at);
                bytes.splice(at..(at + 1).min(bytes.len()), [*byte]);
            }
            Self::Cut(one, other) => drop(bytes.drain(range(one, other))),
            Self::Repeat(one, other, times) => {
                let range = range(one, other);
                // A few kilobytes are enough of anything.
                let most = 8_000_usize.checked_div(range.len()).unwrap_or_default();
                let more = bytes[range.clone()].repeat(most.min(*times));
                bytes.splice(range.end..range.end, more);
            }
            Self::Word(at, word) => {
                let at = place(at);
                bytes.splice(at..at, word.bytes());
            }
            Self::Splice(at, file, from) => {
                let (_, other) = file.get(files);
                bytes.truncate(place(at));
                bytes.extend_from_slice(&other[from.index(other.len() + 1)..]);
            }
        }
        bytes
    }
}

//! Texts of messages, and how many parts they are sent in: MONEY-02 written down once more.
//!
//! No text begins or ends with a blank, and none is empty: nobody says what becomes of such blanks, and an empty text is
//! a matter of its own (SEND-11).

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy};
use proptest::prop_oneof;
use proptest::sample::select;

/// The GSM 03.38 default alphabet, without its escape.
const DEFAULT: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Its extension table, where each character takes an escape and a septet.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// What texts are put together from, the plainest first: letters, then what XML, forms, and alphabets make special.
const PIECES: &[&str] = &[
    "a",
    "b",
    "Z",
    "0",
    " ",
    ".",
    "'",
    "\"",
    "&",
    "<",
    ">",
    "]]>",
    "+",
    "%",
    "%41",
    "%1%",
    "%2%",
    "%zz",
    "\n",
    "\r\n",
    "\t",
    "$",
    "${",
    "@",
    "_",
    "\\",
    "{",
    "}",
    "[",
    "]",
    "~",
    "|",
    "^",
    "€",
    "é",
    "Ç",
    "ç",
    "Δ",
    "Ω",
    "`",
    "я",
    "Привет",
    "ї",
    "«",
    "—",
    "№",
    "中文",
    "😀",
    "👨\u{200D}👩",
    "e\u{301}",
    "\u{A0}",
    "\u{AD}",
    "\u{FFFD}",
    "\u{2028}",
    "&amp;",
    "&#65;",
    "<b>",
    "</text>",
    "<![CDATA[",
    "-->",
    "<?xml?>",
    "XML=",
    ";",
    "=",
];

/// Characters in and beside the GSM alphabet that look like each other.
const NEIGHBOURS: &[&str] = &[
    "Ç", "ç", "`", "á", "à", "€", "[", "~", "ń", "Ω", "ω", "А", "ß", "|", "“", "_",
];

/// What long texts are filled with: one septet, one unit (both more often), two septets, two units.
const FILLS: &[&str] = &["a", "a", "я", "я", "€", "😀"];

/// How many septets fill a part, and how many need one more (MONEY-02).
const GSM_EDGES: [usize; 6] = [160, 161, 306, 307, 459, 460];

/// The same in units of UTF-16.
const UCS2_EDGES: [usize; 6] = [70, 71, 134, 135, 201, 202];

/// A text of one part, of letters only.
pub fn plain() -> BoxedStrategy<String> {
    prop_oneof![
        Just("a".to_owned()),
        vec(select(vec!["a", "b", "Z", "0", "."]), 1..12).prop_map(|letters| letters.concat()),
    ]
    .boxed()
}

/// Any text, mostly short.
pub fn any() -> BoxedStrategy<String> {
    prop_oneof![
        3 => plain(),
        6 => vec(select(PIECES), 1..12).prop_map(|pieces| settled(&pieces.concat())),
        3 => at_a_border(),
        1 => vec(select(PIECES), 12..90).prop_map(|pieces| settled(&pieces.concat())),
    ]
    .boxed()
}

/// A text as long as a part, or nearly so.
pub fn at_a_border() -> BoxedStrategy<String> {
    let length = prop_oneof![
        1 => (1..=480_usize).prop_map(Err),
        // The edge that most texts meet, then the others.
        2 => (0..2_usize).prop_map(Ok),
        1 => (2..GSM_EDGES.len()).prop_map(Ok),
    ];
    let tail = prop_oneof![
        3 => Just(""),
        1 => select(PIECES),
    ];
    (select(FILLS), length, tail)
        .prop_map(|(fill, length, tail)| {
            let length = length.map_or_else(
                |length| length,
                |number| edge(&format!("{fill}{tail}"), number),
            );
            filled(fill, length, tail)
        })
        .boxed()
}

/// A text of at least two parts, of letters only.
pub fn of_several_parts() -> BoxedStrategy<String> {
    (161..400_usize)
        .prop_map(|letters| "a".repeat(letters))
        .boxed()
}

/// So many letters that one more character decides how many parts they take: by its alphabet, or by its length.
pub fn with_one_stranger() -> BoxedStrategy<String> {
    let letters = prop_oneof![Just(70_usize), Just(159), 1..160_usize];
    (select(NEIGHBOURS), letters)
        .prop_map(|(stranger, letters)| format!("{}{stranger}", "a".repeat(letters)))
        .boxed()
}

/// Which edge of a part a text is filled up to, if any.
pub fn border() -> BoxedStrategy<Option<usize>> {
    option::weighted(0.9, 0..GSM_EDGES.len()).boxed()
}

/// How long a text of such characters is at this edge.
pub fn edge(sample: &str, number: usize) -> usize {
    let edges = if septets(sample).is_some() {
        GSM_EDGES
    } else {
        UCS2_EDGES
    };
    edges.get(number).copied().unwrap_or_default()
}

/// So many units of a fill, with this at the end.
fn filled(fill: &str, length: usize, tail: &str) -> String {
    let whole = |text: &str| match septets(&format!("{fill}{tail}")) {
        Some(_) => units(text),
        None => text.encode_utf16().count(),
    };
    let times = length.saturating_sub(whole(tail)).checked_div(whole(fill));
    settled(&format!("{}{tail}", fill.repeat(times.unwrap_or(1).max(1))))
}

/// The text without blanks at its ends; `a` if nothing else is left.
fn settled(text: &str) -> String {
    match text.trim() {
        "" => "a".to_owned(),
        text => text.to_owned(),
    }
}

/// The parts that a text is sent in (MONEY-02).
pub fn parts(text: &str) -> usize {
    let (single, several) = if septets(text).is_some() {
        (160, 153)
    } else {
        (70, 67)
    };
    match units(text) {
        units if units <= single => 1,
        units => units.div_ceil(several),
    }
}

/// How long a text is: in septets of GSM 03.38 if it has all its characters, otherwise in units of UTF-16 (MONEY-02).
pub fn units(text: &str) -> usize {
    septets(text).unwrap_or_else(|| text.encode_utf16().count())
}

/// Whether GSM 03.38 has the character, in its alphabet or its extension table.
pub fn is_gsm(character: char) -> bool {
    EXTENSION.contains(character) || DEFAULT.contains(character)
}

fn septets(text: &str) -> Option<usize> {
    let of = |character: char| {
        if EXTENSION.contains(character) {
            Some(2_usize)
        } else {
            DEFAULT.contains(character).then_some(1)
        }
    };
    text.chars().map(of).sum()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{parts, units};

    #[derive(Deserialize)]
    struct Row {
        text: String,
        #[serde(default = "once")]
        repeat: usize,
        #[serde(default)]
        then: String,
        units: usize,
        parts: usize,
    }

    fn once() -> usize {
        1
    }

    #[test]
    fn parts_are_those_of_the_fixture() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/segments.yaml");
        let rows: Vec<Row> = serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert!(rows.len() > 100);
        for row in rows {
            let text = format!("{}{}", row.text.repeat(row.repeat), row.then);
            assert_eq!(
                (units(&text), parts(&text)),
                (row.units, row.parts),
                "{text:?}"
            );
        }
    }
}

//! Judges which characters arrive: whether some were lost on the way into a charset, and whether the bytes are what the
//! document declares (XML-04).

use encoding_rs::{Encoding, WINDOWS_1251, WINDOWS_1252};

use super::notes::{Heard, Notes, quoted};
use super::said::{Said, Value};
use crate::operation::Operation;
use crate::xml::charset::CharsetError;
use crate::xml::read::ReadError;

/// Judges one request.
pub fn judge(heard: &Heard<'_>, notes: &mut Notes) {
    let said = heard.said;
    let Some(read) = &said.read else {
        return;
    };
    notes.look("charset-not-as-declared");
    if let Err(ReadError::Charset(error)) = read {
        invalid(heard, error, notes);
        return;
    }
    header(heard, notes);
    for (name, value) in texts(said) {
        let known = asked(heard, name);
        notes.look("charset-lost");
        if known.as_deref() == Some(value.text.as_str()) {
            continue;
        }
        if mojibake(heard, name, value, notes) {
            return;
        }
        if lost(heard, name, value, known.as_deref(), notes) {
            return;
        }
    }
}

/// The values that people read or write.
fn texts(said: &Said) -> impl Iterator<Item = (&'static str, &Value)> {
    let text = said.text.iter().map(|value| ("text", value));
    let sender = said.sender.iter().map(|value| ("sender", value));
    text.chain(sender)
}

fn asked(heard: &Heard<'_>, name: &str) -> Option<String> {
    match &heard.asked?.operation {
        Operation::Send(message) | Operation::GetPrice(message) => match name {
            "text" => Some(message.text.clone()),
            _ => message.sender.clone(),
        },
        Operation::GetStatus(_) | Operation::Balance | Operation::CreditPrice => None,
    }
}

/// Bytes that are no characters in the charset that the document declares.
fn invalid(heard: &Heard<'_>, error: &CharsetError, notes: &mut Notes) {
    const RULE: &str = "charset-not-as-declared";
    let Some(carried) = &heard.said.carried else {
        return;
    };
    let document = carried.document.as_slice();
    let (detail, evidence) = match error {
        CharsetError::Unknown { label } => (
            format!(
                "the declaration names the charset {}, which nobody knows",
                quoted(label)
            ),
            None,
        ),
        CharsetError::Contradiction { label } => (
            format!(
                "the declaration says {}, and the bytes are not UTF-16",
                quoted(label)
            ),
            None,
        ),
        CharsetError::Invalid {
            encoding,
            valid_up_to: Some(place),
        } => {
            // The reader was given the document without the blanks before it.
            let place = place.saturating_add(heard.said.before);
            let mark = place..place.saturating_add(1);
            let byte = document.get(place).copied().unwrap_or_default();
            let (guess, _) =
                WINDOWS_1251.decode_without_bom_handling(document.get(place..).unwrap_or_default());
            let word: String = guess.chars().take_while(|c| c.is_alphabetic()).collect();
            let guess = if word.chars().count() > 1 && word.chars().all(is_cyrillic) {
                format!("; read as windows-1251 it begins {}", quoted(&word))
            } else {
                String::new()
            };
            (
                format!(
                    "the byte {byte:02X} at {place} of the document is no {encoding}, which the document {}{guess}",
                    if declares(document) {
                        "declares"
                    } else {
                        "is without a declaration"
                    }
                ),
                Some(super::Evidence::at("the document", document, mark)),
            )
        }
        CharsetError::Invalid {
            encoding,
            valid_up_to: None,
        } => (
            format!("the bytes are no {encoding}, which the document declares"),
            None,
        ),
    };
    notes.found(RULE, heard.number(), detail, evidence);
}

fn declares(document: &[u8]) -> bool {
    let document = document.trim_ascii_start();
    let end = document.windows(2).position(|pair| pair == b"?>");
    let declaration = document.get(..end.unwrap_or_default()).unwrap_or_default();
    super::carried::position(declaration, b"encoding").is_some()
}

/// The charset of the head and that of the document.
fn header(heard: &Heard<'_>, notes: &mut Notes) {
    let Some(label) = heard.received.header("content-type") else {
        return;
    };
    let lower = label.to_ascii_lowercase();
    let Some((_, named)) = lower.split_once("charset=") else {
        return;
    };
    let named = named.split([';', ',', ' ']).next().unwrap_or_default();
    let named = named.trim_matches('"');
    notes.look("charset-header-differs");
    let Some(document) = heard.said.document() else {
        return;
    };
    let head = Encoding::for_label(named.as_bytes()).map(Encoding::name);
    // UTF-16 has two names in documents and one in heads.
    let family = |name: &str| {
        name.trim_end_matches("LE")
            .trim_end_matches("BE")
            .to_owned()
    };
    let says = head.map_or_else(|| named.to_owned(), family);
    // What is ASCII is the same in all but UTF-16.
    let is_same = says == family(document.encoding)
        || (document.text.is_ascii()
            && document
                .declaration
                .as_ref()
                .is_none_or(|text| !text.contains("encoding"))
            && head.is_some());
    if !is_same {
        notes.found(
            "charset-header-differs",
            heard.number(),
            format!(
                "Content-Type names {}, and the document is in {}",
                quoted(named),
                document.encoding
            ),
            None,
        );
    }
}

/// A text that was read in another charset than it was written in, once or before it was sent.
fn mojibake(heard: &Heard<'_>, name: &str, value: &Value, notes: &mut Notes) -> bool {
    let Some((meant, how)) = mended(&value.text) else {
        return false;
    };
    notes.found(
        "charset-not-as-declared",
        heard.number(),
        format!(
            "the {name} arrives as {}; it is {} in {how}",
            quoted(&value.text),
            quoted(&meant)
        ),
        Some(heard.element(value)),
    );
    true
}

/// The text that was meant, if the characters are those of another one in the wrong charset.
fn mended(text: &str) -> Option<(String, &'static str)> {
    if text.is_ascii() {
        return None;
    }
    for (charset, how) in [
        (WINDOWS_1251, "UTF-8, taken for windows-1251"),
        (WINDOWS_1252, "UTF-8, taken for ISO-8859-1"),
    ] {
        let (bytes, _, unmappable) = charset.encode(text);
        if unmappable {
            continue;
        }
        if let Ok(meant) = std::str::from_utf8(&bytes) {
            let letters = meant.chars().filter(|c| !c.is_ascii()).count();
            let is_sensible = !meant.chars().any(char::is_control);
            if letters >= 2 && is_sensible {
                return Some((meant.to_owned(), how));
            }
        }
    }
    // Four letters with accents in a row are a word in no language, and Cyrillic in windows-1251.
    let is_accented = |c: char| matches!(c, '\u{C0}'..='\u{FF}');
    let word = text
        .split(|c: char| !c.is_alphabetic())
        .find(|word| word.chars().count() >= 4 && word.chars().all(is_accented))?;
    let (_, _, unmappable) = WINDOWS_1252.encode(text);
    let (bytes, _, _) = WINDOWS_1252.encode(if unmappable { word } else { text });
    let (meant, _) = WINDOWS_1251.decode_without_bom_handling(&bytes);
    Some((meant.into_owned(), "windows-1251, taken for ISO-8859-1"))
}

fn is_cyrillic(character: char) -> bool {
    matches!(character, '\u{400}'..='\u{4FF}')
}

/// Question marks where letters were.
fn lost(
    heard: &Heard<'_>,
    name: &str,
    value: &Value,
    asked: Option<&str>,
    notes: &mut Notes,
) -> bool {
    let text = value.text.as_str();
    let (is_lost, instead) = match asked {
        Some(asked) => (
            !asked.is_ascii() && masked(asked) == masked(text) && marks(text) > marks(asked),
            format!(" for {}", quoted(asked)),
        ),
        None => (text.contains('\u{FFFD}') || looks_lost(text), String::new()),
    };
    if is_lost {
        notes.found(
            "charset-lost",
            heard.number(),
            format!("the {name} arrives as {}{instead}", quoted(text)),
            Some(heard.element(value)),
        );
    }
    is_lost
}

fn marks(text: &str) -> usize {
    let is_mark = |c: &char| matches!(c, '?' | '\u{FFFD}');
    text.chars().filter(is_mark).count()
}

/// The text with one ? for each run of characters that ASCII lacks, and of question marks.
fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() && character != '?' {
            masked.push(character);
        } else if !masked.ends_with('?') {
            masked.push('?');
        }
    }
    masked
}

/// Whether question marks stand where words should: a word of four, or two words of five together.
fn looks_lost(text: &str) -> bool {
    let words = text.split(|c: char| c.is_whitespace() || ",.!:;-()\"".contains(c));
    let lengths: Vec<usize> = words
        .filter(|word| word.starts_with('?'))
        .map(|word| word.chars().take_while(|c| *c == '?').count())
        .collect();
    lengths.iter().any(|length| *length >= 4)
        || (lengths.len() >= 2 && lengths.iter().sum::<usize>() >= 5)
}

//! How a text is cut into parts (segments) for the air, which is what is paid for (MONEY-02).
//! Not for the packing of septets into octets: nothing here is ever sent.

/// The alphabet a text needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// The GSM 03.38 default alphabet and its extension table; a unit is a septet.
    Gsm,
    /// UCS-2; a unit is a UTF-16 code unit.
    Ucs2,
}

/// A text measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segments {
    /// The alphabet it needs.
    pub alphabet: Alphabet,
    /// Its length in units of that alphabet.
    pub units: u32,
    /// How many parts it is sent in; at least one.
    pub parts: u32,
}

impl Segments {
    /// Measures a text.
    pub fn of(text: &str) -> Self {
        let (mut septets, mut utf16, mut gsm) = (0_u32, 0_u32, true);
        for character in text.chars() {
            utf16 += if character > '\u{FFFF}' { 2 } else { 1 };
            match septets_of(character) {
                Some(count) => septets += count,
                None => gsm = false,
            }
        }
        let (alphabet, units, single, joined) = if gsm {
            (Alphabet::Gsm, septets, 160, 153)
        } else {
            (Alphabet::Ucs2, utf16, 70, 67)
        };
        let parts = if units <= single {
            1
        } else {
            units.div_ceil(joined)
        };
        Self {
            alphabet,
            units,
            parts,
        }
    }
}

/// How many septets a character takes in GSM 03.38, or `None` if it is not in it.
const fn septets_of(character: char) -> Option<u32> {
    match character {
        // Most texts are ASCII; these stand in the table at their own place or another.
        'a'..='z' | 'A'..='Z' | '0'..='9' | ' '..='#' | '%'..='?' => Some(1),
        '$' | '@' | '_' | '\n' | '\r' => Some(1),
        '^' | '{' | '}' | '\\' | '[' | ']' | '~' | '|' | '€' | '\u{C}' => Some(2),
        '£' | '¥' | 'è' | 'é' | 'ù' | 'ì' | 'ò' | 'Ç' | 'Ø' | 'ø' | 'Å' | 'å' => {
            Some(1)
        }
        'Δ' | 'Φ' | 'Γ' | 'Λ' | 'Ω' | 'Π' | 'Ψ' | 'Σ' | 'Θ' | 'Ξ' => Some(1),
        'Æ' | 'æ' | 'ß' | 'É' | '¤' | '¡' | 'Ä' | 'Ö' | 'Ñ' | 'Ü' | '§' | '¿' => {
            Some(1)
        }
        'ä' | 'ö' | 'ñ' | 'ü' | 'à' => Some(1),
        _ => None,
    }
}

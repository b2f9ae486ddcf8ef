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
        Measure::of(text).segments()
    }
}

/// Where the parts of a text after the first begin, in UTF-16 units from its start. What falls on a boundary, an
/// extension character or a surrogate pair, is counted to the part in which it ends, as nothing can be shown in halves.
pub fn boundaries(text: &str) -> Vec<u32> {
    let Segments {
        alphabet, parts, ..
    } = Segments::of(text);
    let mut boundaries = Vec::new();
    let (mut units, mut at) = (0_u32, 0_u32);
    for character in text.chars().filter(|_| parts > 1) {
        let length = character.len_utf16() as u32;
        let (more, part) = match alphabet {
            Alphabet::Gsm => (septets_of(character).unwrap_or(1), GSM_JOINED),
            Alphabet::Ucs2 => (length, UCS2_JOINED),
        };
        units = units.saturating_add(more);
        if units.saturating_sub(1) / part > boundaries.len() as u32 {
            boundaries.push(at);
        }
        at = at.saturating_add(length);
    }
    boundaries
}

/// How long a part is in a message of several: the rest says which part it is.
const GSM_JOINED: u32 = 153;
const UCS2_JOINED: u32 = 67;

/// How long a text is in both alphabets. Measures of pieces add up to that of the whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measure {
    septets: u32,
    utf16: u32,
    /// It holds something that GSM 03.38 has not.
    beyond_gsm: bool,
}

impl Measure {
    /// Measures a text.
    pub fn of(text: &str) -> Self {
        let mut measure = Self::default();
        for character in text.chars() {
            measure.utf16 += character.len_utf16() as u32;
            match septets_of(character) {
                Some(count) => measure.septets += count,
                None => measure.beyond_gsm = true,
            }
        }
        measure
    }

    /// With another piece, so many times. Lengths stay at the largest rather than wrap.
    #[must_use]
    pub const fn and(self, piece: Self, times: u32) -> Self {
        Self {
            septets: self
                .septets
                .saturating_add(piece.septets.saturating_mul(times)),
            utf16: self.utf16.saturating_add(piece.utf16.saturating_mul(times)),
            beyond_gsm: self.beyond_gsm || piece.beyond_gsm,
        }
    }

    /// How a text of this length is cut.
    pub const fn segments(self) -> Segments {
        let (alphabet, units, single, joined) = if self.beyond_gsm {
            (Alphabet::Ucs2, self.utf16, 70, UCS2_JOINED)
        } else {
            (Alphabet::Gsm, self.septets, 160, GSM_JOINED)
        };
        let parts = if units <= single {
            1
        } else {
            units.div_ceil(joined)
        };
        Segments {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[u32]) {
        assert_eq!(boundaries(text), expected, "{text}");
        assert_eq!(Segments::of(text).parts as usize, expected.len() + 1);
    }

    /// MONEY-02.
    #[test]
    fn parts_begin_where_the_one_before_is_full() {
        check("", &[]);
        check(&"a".repeat(160), &[]);
        check(&"a".repeat(161), &[153]);
        check(&"a".repeat(306), &[153]);
        check(&"a".repeat(307), &[153, 306]);
        check(&"я".repeat(70), &[]);
        check(&"я".repeat(71), &[67]);
        check(&"я".repeat(135), &[67, 134]);
        // Two septets each, so that the 77th ends in the second part.
        check(&"€".repeat(81), &[76]);
        check(&format!("{}€{}", "a".repeat(152), "a".repeat(10)), &[152]);
        check(&format!("{}€{}", "a".repeat(151), "a".repeat(10)), &[152]);
        // The 34th pair stands on the boundary; each is two units.
        check(&"😀".repeat(36), &[66]);
        check(&format!("{}😀{}", "я".repeat(65), "я".repeat(5)), &[67]);
    }
}

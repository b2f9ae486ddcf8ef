//! The text that a recipient gets, and its parts: personalisation (VARS-*) and segments (MONEY-02).

use super::lies::{Lie, Tongue};

/// The GSM 03.38 default alphabet, without its escape.
const DEFAULT: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNO\
                       PQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Its extension table: each of them is an escape and a septet.
const EXTENSION: &str = "\x0C^{}\\[~]|€";

/// What a text is sent in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alphabet {
    /// Septets of GSM 03.38.
    Gsm,
    /// Units of UTF-16.
    Ucs2,
}

/// How long a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Length {
    /// What its units are.
    pub(crate) alphabet: Alphabet,
    /// Septets, or units of UTF-16.
    pub(crate) units: usize,
    /// Messages that it takes.
    pub(crate) parts: usize,
}

impl Length {
    /// Measures a text (MONEY-02).
    pub(crate) fn of(text: &str, tongue: Tongue) -> Self {
        let septets: Option<usize> = text.chars().map(|sign| septets(sign, tongue)).sum();
        if let Some(units) = septets {
            let single = if tongue.tells(Lie::GsmPartOf161) {
                161
            } else if tongue.tells(Lie::GsmPartOf159) {
                159
            } else {
                160
            };
            let several = if tongue.tells(Lie::GsmPartsOf160) {
                160
            } else {
                153
            };
            return Self {
                alphabet: Alphabet::Gsm,
                units,
                parts: parts(units, single, several),
            };
        }
        let units = if tongue.tells(Lie::CharactersCounted) {
            text.chars().count()
        } else if tongue.tells(Lie::BytesCounted) {
            text.len()
        } else {
            text.encode_utf16().count()
        };
        let single = if tongue.tells(Lie::UnicodePartOf71) {
            71
        } else if tongue.tells(Lie::UnicodePartOf69) {
            69
        } else {
            70
        };
        let several = if tongue.tells(Lie::UnicodePartsOf70) {
            70
        } else {
            67
        };
        Self {
            alphabet: Alphabet::Ucs2,
            units,
            parts: parts(units, single, several),
        }
    }
}

/// How many septets a character takes; none if it is not in the alphabet.
fn septets(sign: char, tongue: Tongue) -> Option<usize> {
    if tongue.tells(Lie::EverythingIsGsm) || (sign == 'ç' && tongue.tells(Lie::SmallCedillaIsGsm))
    {
        return Some(1);
    }
    if EXTENSION.contains(sign) {
        if tongue.tells(Lie::ExtensionIsUnicode) {
            return None;
        }
        return Some(if tongue.tells(Lie::ExtensionCountsOne) {
            1
        } else {
            2
        });
    }
    if !sign.is_ascii() && tongue.tells(Lie::AsciiOnly) {
        return None;
    }
    DEFAULT.contains(sign).then_some(1)
}

/// A text that is empty is one part, too.
fn parts(units: usize, single: usize, several: usize) -> usize {
    if units <= single {
        1
    } else {
        units.div_ceil(several)
    }
}

/// The text that a number with these variables gets (VARS-01, VARS-02).
pub(crate) fn personalise(template: &str, variables: Option<&str>, tongue: Tongue) -> String {
    let variables = match variables {
        Some(variables) if !(variables.is_empty() && tongue.tells(Lie::EmptyAttributeIsNone)) => {
            variables
        }
        None if tongue.tells(Lie::MissingAttributeEmpties) => "",
        Some(_) | None => return template.to_owned(),
    };
    if tongue.tells(Lie::VariablesIgnored) {
        return template.to_owned();
    }
    let values = values(variables, tongue);
    let mut text = substitute(template, &values, tongue);
    if tongue.tells(Lie::SubstitutedTwice) {
        text = substitute(&text, &values, tongue);
    }
    if tongue.tells(Lie::SurplusValuesAppended) {
        let used = (1..=values.len()).filter(|place| template.contains(&format!("%{place}%")));
        for value in &values[used.max().unwrap_or(0)..] {
            text += value;
        }
    }
    text
}

/// The values of the attribute `variables`.
fn values(variables: &str, tongue: Tongue) -> Vec<String> {
    let separators: &[char] = if tongue.tells(Lie::SplitAtCommas) {
        &[';', ',']
    } else {
        &[';']
    };
    let mut values: Vec<String> = variables
        .split(separators)
        .map(|value| {
            if tongue.tells(Lie::ValuesUntrimmed) {
                value
            } else {
                value.trim()
            }
        })
        .map(str::to_owned)
        .collect();
    if values.last().is_some_and(String::is_empty) {
        values.pop();
    }
    if tongue.tells(Lie::EmptyValuesSkipped) {
        values.retain(|value| !value.is_empty());
    }
    values
}

/// One pass over the text, from the left.
fn substitute(template: &str, values: &[String], tongue: Tongue) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(start) = rest.find('%') {
        text += &rest[..start];
        rest = &rest[start..];
        let Some((place, length)) = placeholder(rest, tongue) else {
            text.push('%');
            rest = &rest[1..];
            continue;
        };
        let first = if tongue.tells(Lie::CountedFromZero) {
            0
        } else {
            1
        };
        match place.checked_sub(first).and_then(|index| values.get(index)) {
            Some(value) => text += value,
            None if tongue.tells(Lie::MissingValueLeft) => text += &rest[..length],
            None => {}
        }
        rest = &rest[length..];
        if tongue.tells(Lie::FirstOccurrenceOnly) {
            break;
        }
    }
    text + rest
}

/// The number of the placeholder that a text begins with, and how long it is: `%` and `%`, and in between one to
/// four digits, of which the first is not 0.
fn placeholder(text: &str, tongue: Tongue) -> Option<(usize, usize)> {
    let digits = text[1..].find(|sign: char| !sign.is_ascii_digit())?;
    let most = if tongue.tells(Lie::LongPlaceholder) {
        9
    } else if tongue.tells(Lie::OneDigitOnly) {
        1
    } else {
        4
    };
    let may_be_zero = tongue.tells(Lie::LeadingZeroPlaceholder);
    if !(1..=most).contains(&digits) || (text.as_bytes()[1] == b'0' && !may_be_zero) {
        return None;
    }
    if text.as_bytes()[digits + 1] != b'%' {
        return None;
    }
    Some((text[1..=digits].parse().unwrap(), digits + 2))
}

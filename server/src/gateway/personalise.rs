//! Personalisation: `%1%` in a text stands for the first of a number's variables (VARS-01, VARS-02).
//!
//! A template is read once; then each number costs what its own variables are long, however many placeholders there
//! are: most of what is asked of it is how long the result would be, not the result.

use super::segments::{Measure, Segments};

/// A text with its placeholders found.
#[derive(Debug)]
pub struct Template<'t> {
    text: &'t str,
    /// The text without its placeholders.
    plain: Measure,
    /// How often each placeholder stands there: `%1%` first.
    uses: Vec<u32>,
}

impl<'t> Template<'t> {
    /// Reads a text.
    pub fn of(text: &'t str) -> Self {
        let mut uses: Vec<u32> = Vec::new();
        let (mut plain, mut from) = (Measure::default(), 0);
        for placeholder in Placeholders::of(text) {
            plain = plain.and(
                Measure::of(text.get(from..placeholder.start).unwrap_or_default()),
                1,
            );
            from = placeholder.end;
            if uses.len() < placeholder.number {
                uses.resize(placeholder.number, 0);
            }
            if let Some(count) = uses.get_mut(placeholder.number - 1) {
                *count += 1;
            }
        }
        plain = plain.and(Measure::of(text.get(from..).unwrap_or_default()), 1);
        Self { text, plain, uses }
    }

    /// How the text is cut that a number without the attribute gets: placeholders stay.
    pub fn without_variables(&self) -> Segments {
        Segments::of(self.text)
    }

    /// How the text is cut that a number with these variables gets (VARS-03).
    pub fn with_variables(&self, variables: &str) -> Segments {
        let mut measure = self.plain;
        for (value, uses) in variables
            .split(';')
            .zip(&self.uses)
            .filter(|(_, uses)| **uses > 0)
        {
            measure = measure.and(Measure::of(value.trim()), *uses);
        }
        measure.segments()
    }
}

/// The text that a number with these variables gets.
///
/// `variables` is the attribute as it stands: values split at `;`, each trimmed. A value that is missing gives
/// empty text. One pass: a value that looks like a placeholder stays as it is.
pub fn substitute(template: &str, variables: &str) -> String {
    let mut text = String::with_capacity(template.len());
    substitute_into(&mut text, template, variables);
    text
}

/// The same at the end of a text that is there already.
pub fn substitute_into(text: &mut String, template: &str, variables: &str) {
    // An empty tail after the last `;` is no value, which needs no care: it is empty.
    let values: Vec<&str> = variables.split(';').map(str::trim).collect();
    let mut from = 0;
    for placeholder in Placeholders::of(template) {
        text.push_str(template.get(from..placeholder.start).unwrap_or_default());
        text.push_str(
            values
                .get(placeholder.number - 1)
                .copied()
                .unwrap_or_default(),
        );
        from = placeholder.end;
    }
    text.push_str(template.get(from..).unwrap_or_default());
}

struct Placeholder {
    /// From 1.
    number: usize,
    start: usize,
    end: usize,
}

/// The placeholders of a template, from left to right: `%`, a number from 1 to 9999 without leading zeros, `%`.
struct Placeholders<'a> {
    template: &'a [u8],
    from: usize,
}

impl<'a> Placeholders<'a> {
    const fn of(template: &'a str) -> Self {
        Self {
            template: template.as_bytes(),
            from: 0,
        }
    }
}

impl Iterator for Placeholders<'_> {
    type Item = Placeholder;

    fn next(&mut self) -> Option<Placeholder> {
        loop {
            let rest = self.template.get(self.from..)?;
            let start = self.from + memchr::memchr(b'%', rest)?;
            let digits = self.template.get(start + 1..)?;
            let count = digits
                .iter()
                .take(5)
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            let closed = digits.get(count) == Some(&b'%');
            if closed && (1..=4).contains(&count) && digits.first() != Some(&b'0') {
                let number = digits
                    .iter()
                    .take(count)
                    .fold(0, |number, digit| number * 10 + usize::from(digit - b'0'));
                let end = start + count + 2;
                self.from = end;
                return Some(Placeholder { number, start, end });
            }
            self.from = start + 1;
        }
    }
}

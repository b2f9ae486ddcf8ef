//! Personalisation: `%1%` in a text stands for the first of a number's variables (VARS-01, VARS-02).
//! Not for measuring or pricing the result.

/// Whether a text holds anything that could be a placeholder.
pub fn has_placeholder(template: &str) -> bool {
    Placeholders::of(template).next().is_some()
}

/// Writes the text that a number with these variables gets to `out`, which is cleared first.
///
/// `variables` is the attribute as it stands: values split at `;`, each trimmed. A value that is missing gives
/// empty text. One pass: a value that looks like a placeholder stays as it is.
pub fn substitute(template: &str, variables: &str, out: &mut String) {
    out.clear();
    let mut copied = 0;
    for placeholder in Placeholders::of(template) {
        out.push_str(template.get(copied..placeholder.start).unwrap_or_default());
        out.push_str(value(variables, placeholder.number));
        copied = placeholder.end;
    }
    out.push_str(template.get(copied..).unwrap_or_default());
}

/// The nth value, from 1. An empty tail after the last `;` is no value, which needs no care here: it is empty.
fn value(variables: &str, number: usize) -> &str {
    variables
        .split(';')
        .nth(number - 1)
        .unwrap_or_default()
        .trim()
}

struct Placeholder {
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

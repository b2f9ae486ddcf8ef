//! What becomes of a document that travels in a form with nothing escaped (FORM-05), by the rules of FORM-07.

/// A kind of damage, where it begins, and how often it occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// What happens.
    pub harm: Harm,
    /// The bytes of the document before the first place.
    pub offset: usize,
    /// How many places there are.
    pub count: usize,
}

/// What happens to a byte of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harm {
    /// It is a `&`, and the document ends before it.
    Ends,
    /// It is a `+`, and becomes a blank.
    Blank,
    /// It is a `%` before two hexadecimal digits, and becomes one byte with them.
    Decoded,
}

/// Each kind of damage to a document, in the order of the first places. Behind the first `&` nothing counts.
pub fn damages(document: &[u8]) -> Vec<Damage> {
    let end = document.iter().position(|byte| *byte == b'&');
    let read = end.and_then(|end| document.get(..end)).unwrap_or(document);
    let pluses = read.iter().enumerate();
    let pluses = pluses.filter_map(|(offset, byte)| (*byte == b'+').then_some(offset));
    let escapes = read.windows(3).enumerate();
    let escapes = escapes.filter_map(|(offset, bytes)| is_escape(bytes).then_some(offset));
    let mut found: Vec<Damage> = [
        damage(Harm::Blank, pluses),
        damage(Harm::Decoded, escapes),
        damage(Harm::Ends, end.into_iter()),
    ]
    .into_iter()
    .flatten()
    .collect();
    found.sort_by_key(|damage| damage.offset);
    found
}

fn damage(harm: Harm, mut offsets: impl Iterator<Item = usize>) -> Option<Damage> {
    let offset = offsets.next()?;
    Some(Damage {
        harm,
        offset,
        count: offsets.count().saturating_add(1),
    })
}

fn is_escape(bytes: &[u8]) -> bool {
    matches!(bytes, [b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::{Damage, Harm, damages};

    #[track_caller]
    fn check(document: &[u8], expected: &[(Harm, usize, usize)]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|&(harm, offset, count)| Damage {
                harm,
                offset,
                count,
            })
            .collect();
        assert_eq!(damages(document), expected);
    }

    #[test]
    fn what_does_not_survive_is_found() {
        check(b"", &[]);
        check(b"<a>50% off, %1%, %1, 100%</a>", &[]);
        check(b"a&amp;b", &[(Harm::Ends, 1, 1)]);
        check(b"1+1+1", &[(Harm::Blank, 1, 2)]);
        check(b"%e2%41 +", &[(Harm::Decoded, 0, 2), (Harm::Blank, 7, 1)]);
        // The tenth variable looks like an escape.
        check(b"%9% %10%", &[(Harm::Decoded, 4, 1)]);
        check(b"+&+%41", &[(Harm::Blank, 0, 1), (Harm::Ends, 1, 1)]);
        check(b"%4&1", &[(Harm::Ends, 2, 1)]);
    }
}

//! Where a value stands in a YAML text. serde_yaml keeps no positions of values, but its errors have them: the text
//! is read once more by a visitor that fails exactly there.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::place::Place;

/// One step of a path into a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Into a mapping.
    Key(String),
    /// Into a list, from 0.
    Item(usize),
}

/// Line and column, both from 1, of the value at `path`; of the innermost that exists.
pub fn locate(text: &str, path: &[Turn]) -> (usize, usize) {
    let found = (0..=path.len()).rev().find_map(|length| {
        let search = Search(path.get(..length)?);
        let error = search
            .deserialize(serde_yaml::Deserializer::from_str(text))
            .err()?;
        Some(counted(text, error.location()?.index()))
    });
    found.unwrap_or((1, 1))
}

/// Line and column, both from 1, of the character at an offset, in lines that end with LF. serde_yaml's own also end
/// with a lone CR, U+0085, U+2028 and U+2029, and there is one more behind the end of a text that does not end with any.
pub(super) fn counted(text: &str, offset: usize) -> (usize, usize) {
    let before = text.split_at(text.floor_char_boundary(offset)).0;
    let here = Place::START.after(before);
    (here.line, here.column)
}

/// Follows the path, and fails at its end.
#[derive(Clone, Copy)]
struct Search<'p>(&'p [Turn]);

impl<'de> DeserializeSeed<'de> for Search<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.0.is_empty() {
            deserializer.deserialize_any(Found)
        } else {
            deserializer.deserialize_any(self)
        }
    }
}

impl<'de> Visitor<'de> for Search<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping or a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = map.next_key()? {
            match self.0.split_first() {
                Some((Turn::Key(wanted), rest)) if *wanted == name => {
                    map.next_value_seed(Search(rest))?;
                }
                Some(_) | None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut place = 0_usize;
        loop {
            let more = match self.0.split_first() {
                Some((Turn::Item(wanted), rest)) if *wanted == place => {
                    list.next_element_seed(Search(rest))?.is_some()
                }
                Some(_) | None => list.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                return Ok(());
            }
            place = place.saturating_add(1);
        }
    }
}

/// Expects nothing, so that it fails where it is.
struct Found;

impl Visitor<'_> for Found {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the place that was looked for")
    }
}

/// A key, read as text whatever it looks like.
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyText;
        impl Visitor<'_> for AnyText {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Name, E> {
                Ok(Name(text.to_owned()))
            }
        }
        deserializer.deserialize_str(AnyText)
    }
}

#[cfg(test)]
mod tests {
    use super::{Turn, locate};

    #[track_caller]
    fn check(path: &[&str], expected: (usize, usize)) {
        let text = "a: 1\nsteps:\n  - ask: BALANCE\n    expect: { status: 0, rows: [{ id: x }] }\n";
        let path: Vec<_> = path
            .iter()
            .map(|turn| match turn.parse() {
                Ok(place) => Turn::Item(place),
                Err(_) => Turn::Key((*turn).to_owned()),
            })
            .collect();
        assert_eq!(locate(text, &path), expected);
    }

    #[test]
    fn a_value_is_found_or_the_innermost_around_it() {
        check(&["a"], (1, 4));
        check(&["steps", "0", "expect", "status"], (4, 23));
        check(&["steps", "0", "expect", "rows", "0", "id"], (4, 39));
        check(&["steps", "0", "expect", "credits"], (4, 13));
        check(&["steps", "7"], (3, 3));
        check(&[], (1, 1));
    }
}

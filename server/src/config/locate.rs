//! Where a value stands in a YAML text. serde_yaml keeps no positions of values, but its errors have them: so the
//! text is read once more by a visitor that fails exactly there.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

/// One step of a path into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Into a mapping.
    Key(String),
    /// Into a list.
    Index(usize),
}

impl Step {
    pub(super) fn key(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

/// Line and column, both from 1, of the value at a path; of the innermost that exists.
pub(super) fn locate(text: &str, path: &[Step]) -> Option<(usize, usize)> {
    (0..=path.len()).rev().find_map(|length| {
        let probe = Probe(path.get(..length)?);
        let error = probe
            .deserialize(serde_yaml::Deserializer::from_str(text))
            .err()?;
        let location = error.location()?;
        Some((location.line(), location.column()))
    })
}

#[derive(Clone, Copy)]
struct Probe<'p>(&'p [Step]);

impl<'de> DeserializeSeed<'de> for Probe<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.0.first() {
            None => deserializer.deserialize_any(Here),
            Some(_) => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Probe<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Key>()? {
            match self.0.split_first() {
                Some((Step::Key(wanted), rest)) if *wanted == key.0 => {
                    map.next_value_seed(Probe(rest))?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut index = 0;
        loop {
            let found = match self.0.split_first() {
                Some((Step::Index(wanted), rest)) if *wanted == index => {
                    list.next_element_seed(Probe(rest))?.is_some()
                }
                _ => list.next_element::<IgnoredAny>()?.is_some(),
            };
            if !found {
                return Ok(());
            }
            index += 1;
        }
    }
}

/// Fails where it is.
struct Here;

impl<'de> Visitor<'de> for Here {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing: this is the place")
    }
}

/// A key of a mapping, whatever its type.
struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Key, E> {
                Ok(Key(text.to_owned()))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found() {
        let text = "a: 1\nlist:\n  - { x: 1 }\n  - { x: 22, \"380\": z }\n";
        let list = |index, key| [Step::key("list"), Step::Index(index), Step::key(key)];
        assert_eq!(locate(text, &[Step::key("a")]), Some((1, 4)));
        assert_eq!(locate(text, &list(1, "x")), Some((4, 10)));
        assert_eq!(locate(text, &list(1, "380")), Some((4, 21)));
        assert_eq!(
            locate(text, &list(1, "missing")),
            Some((4, 5)),
            "the innermost that exists"
        );
    }
}

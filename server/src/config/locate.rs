//! Where a value stands in a YAML text. serde_yaml keeps no positions of values, but its errors have them: so the
//! text is read once more by a visitor that fails exactly there.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};
use serde_yaml::Location;

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
        Some(place(text, &error.location()?))
    })
}

/// Line and column, both from 1, of a place that serde_yaml names, as editors count them. It ends a line at a lone CR,
/// U+0085, U+2028 and U+2029 too, and names one more at the end of a file that has no last line end.
pub(super) fn place(text: &str, location: &Location) -> (usize, usize) {
    let offset = text.floor_char_boundary(location.index());
    let before = text.get(..offset).unwrap_or_default();
    let last = before.rsplit('\n').next().unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    (line, last.chars().count() + 1)
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

/// The error of a key that stands twice in its mapping, at the second one. serde_yaml finds none in a map, and the
/// first place in a struct.
pub(super) fn repeated_key(text: &str) -> Option<serde_yaml::Error> {
    let found = Cell::new(false);
    let error = Once { found: &found }
        .deserialize(serde_yaml::Deserializer::from_str(text))
        .err()?;
    found.get().then_some(error)
}

/// Anything, in which no key stands twice.
#[derive(Clone, Copy)]
struct Once<'c> {
    found: &'c Cell<bool>,
}

impl<'de> DeserializeSeed<'de> for Once<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<(), E> {
        Ok(())
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        while map
            .next_key_seed(NewKey {
                seen: &mut seen,
                found: self.found,
            })?
            .is_some()
        {
            map.next_value_seed(self)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<(), A::Error> {
        data.variant::<IgnoredAny>()?.1.newtype_variant_seed(self)
    }
}

/// A key that its mapping has not had yet.
struct NewKey<'s> {
    seen: &'s mut BTreeSet<String>,
    found: &'s Cell<bool>,
}

impl<'de> DeserializeSeed<'de> for NewKey<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NewKey<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if self.seen.insert(text.to_owned()) {
            return Ok(());
        }
        self.found.set(true);
        Err(E::custom(format!("the key `{text}` is written twice")))
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

    #[test]
    fn lines_are_those_of_an_editor() {
        let text = "# a\u{2028}\u{2029}\u{85}\r \na: 1\r\nї: 2";
        assert_eq!(locate(text, &[Step::key("a")]), Some((2, 4)));
        assert_eq!(locate(text, &[Step::key("ї")]), Some((3, 4)));
        let error = serde_yaml::from_str::<IgnoredAny>("a: {").unwrap_err();
        assert_eq!(place("a: {", &error.location().unwrap()), (1, 5));
    }

    #[test]
    fn a_key_that_stands_twice_is_found() {
        let place = |text| Some(place(text, &repeated_key(text)?.location()?));
        assert_eq!(place("a: 1\nb: { x: 1, \"x\": 2 }\n"), Some((2, 12)));
        assert_eq!(place("a: [{ b: 1 }, { b: 1.5 }]\nc: ~\nd: !x y\n"), None);
        assert_eq!(place("a: [\n"), None, "that is another error");
    }
}

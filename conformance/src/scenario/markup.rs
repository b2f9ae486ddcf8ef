//! A document as a tree, in YAML: `{ SMS: [ { operations: [ { operation: SEND } ] } ] }`.
//!
//! An element is a mapping of its name to its text, or to a list of what is inside: texts, elements, attributes
//! (`"@name"`), `cdata`, `comment` and `raw`, which is markup as it stands. Only the root may be a mapping of one
//! name; a list may hold any number of mappings.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::template::Template;

/// The root of a tree.
#[derive(Clone, Debug)]
pub struct Markup {
    /// Its name.
    pub name: String,
    /// What is inside.
    pub inside: Vec<Part>,
}

/// Something inside an element.
#[derive(Clone, Debug)]
pub enum Part {
    /// Text.
    Text(Template),
    /// An element.
    Element(Markup),
    /// An attribute of the element around it.
    Attribute(String, Template),
    /// Text in a CDATA section.
    CData(Template),
    /// A comment.
    Comment(Template),
    /// Markup as it stands, right or wrong.
    Raw(Template),
}

/// Documents nested deeper than this are for `xml`.
const MAX_DEPTH: usize = 100;

impl<'de> Deserialize<'de> for Markup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Root;
        impl<'de> Visitor<'de> for Root {
            type Value = Markup;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a mapping of the root's name to what is inside, such as { SMS: [ … ] }",
                )
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Markup, A::Error> {
                let wrong = || A::Error::custom("a document has one root");
                let name: String = map.next_key()?.ok_or_else(wrong)?;
                let Inside(inside) = map.next_value()?;
                match map.next_key::<String>()? {
                    None => Ok(Markup { name, inside }),
                    Some(_) => Err(wrong()),
                }
            }
        }
        let root = deserializer.deserialize_map(Root)?;
        if root.depth() > MAX_DEPTH {
            return Err(D::Error::custom(format!(
                "a tree nested deeper than {MAX_DEPTH}; write it as xml"
            )));
        }
        Ok(root)
    }
}

impl Markup {
    fn depth(&self) -> usize {
        let inside = self.inside.iter().map(|part| match part {
            Part::Element(element) => element.depth(),
            Part::Text(_)
            | Part::Attribute(..)
            | Part::CData(_)
            | Part::Comment(_)
            | Part::Raw(_) => 0,
        });
        inside.max().unwrap_or(0).saturating_add(1)
    }

    /// Every template in it, in order.
    pub fn templates(&self) -> Vec<&Template> {
        let parts = self.inside.iter().flat_map(|part| match part {
            Part::Element(element) => element.templates(),
            Part::Text(template)
            | Part::Attribute(_, template)
            | Part::CData(template)
            | Part::Comment(template)
            | Part::Raw(template) => vec![template],
        });
        parts.collect()
    }
}

impl Serialize for Markup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(&self.name, &self.inside)?;
        map.end()
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entry = |name: &str, value: &Template, serializer: S| {
            let mut map = serializer.serialize_map(Some(1))?;
            map.serialize_entry(name, value)?;
            map.end()
        };
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::Element(element) => element.serialize(serializer),
            Self::Attribute(name, value) => entry(&format!("@{name}"), value, serializer),
            Self::CData(text) => entry("cdata", text, serializer),
            Self::Comment(text) => entry("comment", text, serializer),
            Self::Raw(text) => entry("raw", text, serializer),
        }
    }
}

/// What stands behind a name: nothing, a text, or a list.
struct Inside(Vec<Part>);

impl<'de> Deserialize<'de> for Inside {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Inside;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a list of texts and elements")
            }

            fn visit_unit<E: Error>(self) -> Result<Inside, E> {
                Ok(Inside(Vec::new()))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Inside, E> {
                Ok(Inside(vec![Part::Text(
                    Template::parse(text).map_err(E::custom)?,
                )]))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Inside, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Inside, A::Error> {
                let mut parts = Vec::new();
                while let Some(Item(item)) = list.next_element()? {
                    parts.extend(item);
                }
                Ok(Inside(parts))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// One entry of a list: a text, or a mapping whose every key is a part.
struct Item(Vec<Part>);

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Item;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or { name: inside }")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Item, E> {
                Ok(Item(vec![Part::Text(
                    Template::parse(text).map_err(E::custom)?,
                )]))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Item, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Item, A::Error> {
                let mut parts = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    parts.push(match name.as_str() {
                        "cdata" => Part::CData(map.next_value()?),
                        "comment" => Part::Comment(map.next_value()?),
                        "raw" => Part::Raw(map.next_value()?),
                        _ => match name.strip_prefix('@') {
                            Some(attribute) => {
                                Part::Attribute(attribute.to_owned(), map.next_value()?)
                            }
                            None => {
                                let Inside(inside) = map.next_value()?;
                                Part::Element(Markup { name, inside })
                            }
                        },
                    });
                }
                Ok(Item(parts))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl JsonSchema for Markup {
    fn schema_name() -> Cow<'static, str> {
        "Tree".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A document as a tree: { SMS: [ { operations: [ { operation: SEND } ] } ] }. An element is \
                a mapping of its name to its text, or to a list of what is inside: texts, elements, \"@name\" for an \
                attribute, cdata, comment, raw.",
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Markup, Part};

    fn describe(markup: &Markup) -> String {
        let inside = markup.inside.iter().map(|part| match part {
            Part::Text(text) => format!("{text:}"),
            Part::Element(element) => describe(element),
            Part::Attribute(name, value) => format!("@{name}={value}"),
            Part::CData(text) => format!("cdata {text}"),
            Part::Comment(text) => format!("comment {text}"),
            Part::Raw(text) => format!("raw {text}"),
        });
        format!("{}({})", markup.name, inside.collect::<Vec<_>>().join(", "))
    }

    #[track_caller]
    fn check(yaml: &str, expected: &str) {
        let read = match serde_yaml::from_str::<Markup>(yaml) {
            Ok(markup) => describe(&markup),
            Err(error) => error.to_string(),
        };
        assert!(read.starts_with(expected), "{read}");
    }

    #[test]
    fn a_tree_is_read_with_everything_that_can_be_inside() {
        check(
            "{ SMS: [ { a: x, b: [ 1, \"@c\": d ] } ] }",
            "SMS(a(x), b(1, @c=d))",
        );
        check("SMS:\n", "SMS()");
        check(
            "SMS:\n - cdata: <\n - comment: c\n - raw: <\n",
            "SMS(cdata <, comment c, raw <)",
        );
    }

    #[test]
    fn what_is_no_tree_says_so() {
        check(
            "[]",
            "invalid type: sequence, expected a mapping of the root's name",
        );
        check("{}", "a document has one root");
        check("{ a: b, c: d }", "a document has one root");
        check(
            "{ a: { b: c } }",
            "a: invalid type: map, expected a text, or a list",
        );
        check(
            "{ a: [ [ b ] ] }",
            "a[0]: invalid type: sequence, expected a text, or {",
        );
    }
}

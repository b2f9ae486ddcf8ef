//! A recipient in YAML: a number, or a mapping with an id and variables. Written by hand, because serde's untagged
//! enums say of every mistake the same.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::model::Recipient;
use super::template::Template;

/// The mapping.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Spelled {
    /// The number as written.
    number: Template,
    /// Its messageID.
    id: Option<Template>,
    /// Its variables, with `;` between them.
    variables: Option<Template>,
}

impl<'de> Deserialize<'de> for Recipient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = Recipient;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or { number, id, variables }")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Recipient, E> {
        Ok(Recipient {
            number: Template::parse(text).map_err(E::custom)?,
            id: None,
            variables: None,
        })
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Recipient, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Recipient, A::Error> {
        let spelled = Spelled::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Recipient {
            number: spelled.number,
            id: spelled.id,
            variables: spelled.variables,
        })
    }
}

impl Serialize for Recipient {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = [("id", &self.id), ("variables", &self.variables)];
        let there = fields.iter().filter(|(_, value)| value.is_some());
        if there.clone().count() == 0 {
            return self.number.serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("number", &self.number)?;
        for (name, value) in there {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl JsonSchema for Recipient {
    fn schema_name() -> Cow<'static, str> {
        "Recipient".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let number = generator.subschema_for::<Template>();
        let spelled = generator.subschema_for::<Spelled>();
        json_schema!({
            "description": "A number, or a number with an id and variables.",
            "anyOf": [number, spelled],
        })
    }
}

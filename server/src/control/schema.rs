//! Schemas that say as much as the code refuses: bounds, forms, and which keys exclude each other; and whether a body
//! has the shape of its schema. Not for what only the state can tell: that is a conflict.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::config::fault::{Form, KindKey, PARAMETERS};
use crate::gateway::status::Status;

/// A status as GETSTATUS says it, or null.
pub(super) fn status(_: &mut SchemaGenerator) -> Schema {
    let words: Vec<&str> = Status::ALL.into_iter().map(Status::word).collect();
    let mut words = json!(words);
    if let Some(words) = words.as_array_mut() {
        words.push(Value::Null);
    }
    json_schema!({ "type": ["string", "null"], "enum": words })
}

/// Adds to schemas, however deep, what their types cannot say.
pub(super) fn sharpen(schema: &mut Value) {
    match schema {
        Value::Array(several) => several.iter_mut().for_each(sharpen),
        Value::Object(keys) => {
            // A key that may be left out has no value then; null is not what it defaults to.
            if keys.get("default").is_some_and(Value::is_null) {
                keys.remove("default");
            }
            let most = match keys.get("format").and_then(Value::as_str) {
                Some("uint64") => Some(u64::MAX),
                Some("uint32") => Some(u64::from(u32::MAX)),
                _ => None,
            };
            if let Some(most) = most {
                keys.entry("maximum").or_insert_with(|| json!(most));
            }
            let is_amount = names(keys).contains(&"number") && names(keys).contains(&"string");
            if is_amount && !keys.contains_key("maximum") {
                keys.insert("maximum".to_owned(), json!(1_000_000_000_000_u64));
                keys.insert("multipleOf".to_owned(), json!(0.0001));
                let pattern = r"^0*([0-9]{1,12}(\.[0-9]{1,4}0*)?|1000000000000(\.0+)?)$";
                keys.insert("pattern".to_owned(), json!(pattern));
            }
            // The other kind, with three digits behind the point.
            if is_amount && keys.get("maximum") == Some(&json!(3)) {
                keys.insert("multipleOf".to_owned(), json!(0.001));
                let pattern = r"^0*([0-2](\.[0-9]{1,3}0*)?|3(\.0+)?)$";
                keys.insert("pattern".to_owned(), json!(pattern));
            }
            if keys.get("examples") == Some(&json!(["500ms", "2s", "10m"])) {
                keys.insert("pattern".to_owned(), json!(*LENGTH));
            }
            keys.values_mut().for_each(sharpen);
        }
        _ => {}
    }
}

/// A length of time: units from the longest to the shortest, each at most once, and at least one.
static LENGTH: LazyLock<String> = LazyLock::new(|| {
    let units = ["h", "m", "s", "ms", "(us|µs)", "ns"];
    let first = |(at, unit): (usize, &&str)| {
        let others = units.iter().skip(at + 1);
        let others: String = others
            .map(|unit| format!("( ?[0-9]{{1,15}}{unit})?"))
            .collect();
        format!("[0-9]{{1,15}}{unit}{others}")
    };
    let forms: Vec<String> = units.iter().enumerate().map(first).collect();
    format!("^({})$", forms.join("|"))
});

/// Says of scripts what only reading them checks.
pub(super) fn sharpen_scripts(definitions: &mut Map<String, Value>) {
    let one_of = |keys: &[&str], given: &dyn Fn(&str) -> Value| -> Value {
        let form = |chosen: &&str| {
            let properties: Map<String, Value> = keys
                .iter()
                .map(|key| {
                    let is = if key == chosen {
                        given(key)
                    } else {
                        json!({ "type": "null" })
                    };
                    ((*key).to_owned(), is)
                })
                .collect();
            json!({ "required": [chosen], "properties": properties })
        };
        keys.iter().map(form).collect()
    };
    let present = |key: &str| match key {
        "manual" => json!({ "const": true }),
        "polls" => json!({ "type": "integer" }),
        "after" | "refuse" | "lose" => json!({ "type": "string" }),
        _ => json!({ "type": "array" }),
    };
    let story = json!([
        { "maxItems": 1 },
        {
            "minItems": 2,
            "maxItems": 2,
            "prefixItems": [
                { "properties": { "status": { "const": "SENT" } } },
                { "properties": { "status": { "not": { "const": "SENT" } } } }
            ]
        }
    ]);
    let mut add = |name: &str, path: &str, key: &str, value: Value| {
        if let Some(Value::Object(keys)) = definitions
            .get_mut(name)
            .and_then(|definition| definition.pointer_mut(path))
        {
            keys.insert(key.to_owned(), value);
        }
    };
    let outcomes = one_of(&["refuse", "lose", "story", "any_of"], &present);
    add("Script", "", "oneOf", outcomes);
    add("Script", "/properties/name", "minLength", json!(1));
    add("Script", "/properties/name", "maxLength", json!(1_000));
    add("Script", "/properties/story", "anyOf", story.clone());
    let some_weight = json!({ "properties": { "weight": { "minimum": 1 } } });
    add("Script", "/properties/any_of", "contains", some_weight);
    add("Alternative", "/properties/story", "anyOf", story);
    let triggers = one_of(&["after", "polls", "manual"], &present);
    add("Step", "", "oneOf", triggers);
    for pattern in ["msisdn", "id", "account", "sender"] {
        let path = format!("/properties/{pattern}");
        add("Condition", &path, "maxLength", json!(1_000));
    }
    add("Condition", "/properties/text", "maxLength", json!(10_000));
    add("Condition", "/properties/text", "format", json!("regex"));
}

/// Says of faults which keys belong to which kind.
pub(super) fn sharpen_faults(definitions: &mut Map<String, Value>) {
    let shape = |kind: KindKey, form: &Form| {
        let mut properties = Map::new();
        for key in PARAMETERS {
            if form.required.contains(&key) {
                properties.insert(key.to_owned(), json!({ "not": { "type": "null" } }));
            } else if !form.optional.contains(&key) {
                properties.insert(key.to_owned(), json!({ "type": "null" }));
            }
        }
        if kind == KindKey::Drip {
            properties.insert(
                "bytes".to_owned(),
                json!({ "type": "integer", "minimum": 1 }),
            );
        }
        properties.insert("kind".to_owned(), json!({ "const": kind.word() }));
        json!({ "properties": properties, "required": form.required })
    };
    let shapes = KindKey::ALL
        .into_iter()
        .flat_map(|kind| kind.forms().iter().map(move |form| shape(kind, form)));
    let Some(Value::Object(fault)) = definitions.get_mut("Fault") else {
        return;
    };
    fault.insert("oneOf".to_owned(), shapes.collect());
    if let Some(Value::Object(name)) = fault
        .get_mut("properties")
        .and_then(|properties| properties.get_mut("name"))
    {
        name.extend([
            ("minLength".to_owned(), json!(1)),
            ("maxLength".to_owned(), json!(1_000)),
        ]);
    }
}

/// Writes every whole number without a point; whether there was one with it.
pub(super) fn whole(value: &mut Value) -> bool {
    match value {
        // No short cut: all of them are to be written.
        Value::Array(several) => several
            .iter_mut()
            .map(whole)
            .fold(false, |any, one| any | one),
        Value::Object(keys) => keys
            .values_mut()
            .map(whole)
            .fold(false, |any, one| any | one),
        Value::Number(number) => {
            let text = number.to_string();
            let digits = text
                .strip_suffix(".0")
                .and_then(|digits| digits.parse::<u64>().ok());
            if let Some(digits) = digits {
                *number = digits.into();
            }
            digits.is_some()
        }
        _ => false,
    }
}

/// Where a body has another type than its schema says, if anywhere. serde alone also takes a list for an object, and
/// an object for a word.
pub(super) fn misfit<T: JsonSchema>(value: &Value) -> Option<String> {
    let settings = SchemaSettings::draft2020_12();
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let schema = schema.to_value();
    let definitions = schema.get("$defs").unwrap_or(&Value::Null);
    misfit_in(&schema, value, definitions, "body")
}

fn misfit_in(schema: &Value, value: &Value, definitions: &Value, place: &str) -> Option<String> {
    let inner = |schema, value, place: &str| misfit_in(schema, value, definitions, place);
    let reference = schema.get("$ref").and_then(Value::as_str);
    if let Some(name) = reference.and_then(|reference| reference.strip_prefix("#/$defs/")) {
        return inner(definitions.get(name)?, value, place);
    }
    if let Some(forms) = schema.get("anyOf").or_else(|| schema.get("oneOf")) {
        let mut misfits = forms
            .as_array()?
            .iter()
            .map(|form| inner(form, value, place));
        let first = misfits.next()?;
        return first.filter(|_| misfits.all(|misfit| misfit.is_some()));
    }
    let types = names(schema.as_object()?);
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = |name: &&str| *name == is || (is == "number" && *name == "integer");
    if !types.is_empty() && !types.iter().any(fits) {
        return Some(format!(
            "{place} is of the type {is}; it must be {}",
            types.join(" or ")
        ));
    }
    match value {
        Value::Array(several) => {
            let items = schema.get("items")?;
            several
                .iter()
                .enumerate()
                .find_map(|(index, value)| inner(items, value, &format!("{place}[{index}]")))
        }
        Value::Object(keys) => {
            let properties = schema.get("properties")?;
            keys.iter().find_map(|(key, value)| {
                inner(properties.get(key)?, value, &format!("{place}.{key}"))
            })
        }
        _ => None,
    }
}

/// The types that a schema allows.
fn names(schema: &Map<String, Value>) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::script::ScriptKeys;

    #[test]
    fn a_body_has_the_types_of_its_schema() {
        let misfit = |value| misfit::<ScriptKeys>(&value);
        let step = json!({ "status": "SENT", "after": "1s" });
        assert_eq!(
            misfit(json!({ "name": null, "story": [step], "when": { "id": "x" } })),
            None
        );
        for wrong in [
            json!([]),
            json!({ "when": ["380*"] }),
            json!({ "story": [["SENT", "1s"]] }),
            json!({ "refuse": { "AUTH_FAILED": null } }),
            json!({ "lose": { "reply": null } }),
        ] {
            assert!(misfit(wrong.clone()).is_some(), "{wrong}");
        }
        assert_eq!(
            misfit(json!({ "story": [["SENT"]] })).as_deref(),
            Some("body.story[0] is of the type array; it must be object")
        );
    }

    #[test]
    fn lengths_of_time_have_a_form() {
        let form = regex::Regex::new(&LENGTH).unwrap();
        for length in ["0s", "500ms", "2s", "1h 30m 5s", "1m30s", "1s 1ms 1µs 1ns"] {
            assert!(form.is_match(length), "{length}");
        }
        for other in ["", "2", "s", "1s 1h", "1s 1s", "-1s", "1d"] {
            assert!(!form.is_match(other), "{other}");
        }
    }
}

//! The OpenAPI document, made from the table of operations: what is routed is what is described.

use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use super::operations::{OPERATIONS, Operation, problem};
use super::schema;

/// The document.
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    // What is read may leave out more than what is written does.
    let mut generators = Generators {
        read: settings.clone().into_generator(),
        written: settings.for_serialize().into_generator(),
    };
    let problem = problem(&mut generators.written).to_value();
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let described = describe(operation, &mut generators, &problem);
        let path = paths
            .entry(format!("/_mock/{}", operation.path))
            .or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.method.to_ascii_lowercase(), described);
        }
    }
    // Of what is both read and written, the stricter description is that of reading.
    let mut schemas = generators.written.take_definitions(true);
    schemas.append(&mut generators.read.take_definitions(true));
    schema::sharpen_scripts(&mut schemas);
    schema::sharpen_faults(&mut schemas);
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "epochta-mock control API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Everything that a test needs to script and to see. The same paths under /s/{space} are \
                about the space of that name. A mock that others can reach demands a bearer token.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" }
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } }
        },
        "security": [{}, { "token": [] }]
    });
    schema::sharpen(&mut document);
    document
}

/// One for each direction.
struct Generators {
    read: SchemaGenerator,
    written: SchemaGenerator,
}

fn describe(operation: &Operation, generators: &mut Generators, problem: &Value) -> Value {
    let mut parameters: Vec<Value> = operation
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| {
            let (schema, example) = match name {
                "ordinal" | "number" => {
                    (json!({ "type": "integer", "format": "uint64", "minimum": 1 }), json!(1))
                }
                "name" if operation.path.starts_with("faults") => (
                    json!({ "type": "string", "minLength": 1, "maxLength": 1_000 }),
                    json!("added-1"),
                ),
                "name" => (json!({ "type": "string", "minLength": 1 }), json!("script-1")),
                _ => (json!({ "type": "string", "minLength": 1 }), json!("demo")),
            };
            json!({ "name": name, "in": "path", "required": true, "schema": schema, "example": example })
        })
        .collect();
    if let Some(query) = operation.query {
        // Of its own: a query becomes parameters, and no schema.
        let mut generator = SchemaGenerator::default();
        let schema = query(&mut generator).to_value();
        parameters.extend(query_parameters(&schema, &generator));
    }
    let mut responses = Map::new();
    let success = match (operation.answer, operation.id) {
        (Some(answer), _) => json!({
            "description": operation.summary,
            "content": { "application/json": { "schema": answer(&mut generators.written).to_value() } }
        }),
        (None, "metrics") => json!({
            "description": operation.summary,
            "content": { "text/plain": { "schema": { "type": "string" } } }
        }),
        (None, "listen") => json!({
            "description": operation.summary,
            "content": { "text/event-stream": { "schema": { "type": "string" } } }
        }),
        (None, _) => json!({ "description": "Done" }),
    };
    let head = json!({ "description": "The path and the headers are larger than limits.max_head" });
    responses.insert("431".to_owned(), head);
    responses.insert(operation.status.to_string(), success);
    for status in [400, 401, 403, 405, 408, 413, 503]
        .iter()
        .chain(operation.failures)
    {
        let response = match status {
            401 => json!({
                "description": "A problem document",
                "headers": {
                    "WWW-Authenticate": { "description": "Bearer", "schema": { "type": "string" } }
                },
                "content": { "application/problem+json": { "schema": problem } }
            }),
            405 => json!({
                "description": "A problem document",
                "headers": {
                    "Allow": { "description": "The methods that there are", "schema": { "type": "string" } }
                },
                "content": { "application/problem+json": { "schema": problem } }
            }),
            _ => json!({
                "description": "A problem document",
                "content": { "application/problem+json": { "schema": problem } }
            }),
        };
        responses.insert(status.to_string(), response);
    }
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": parameters,
        "responses": responses
    });
    if let (Some(body), Some(described)) = (operation.body, described.as_object_mut()) {
        let schema = body(&mut generators.read).to_value();
        let name = name_of(&schema);
        // A script has no key that it always needs, but it needs one.
        let required = name == "Script"
            || generators
                .read
                .definitions()
                .get(name)
                .is_some_and(|definition| definition.get("required").is_some());
        described.insert(
            "requestBody".to_owned(),
            json!({
                "required": required,
                "content": { "application/json": { "schema": schema } }
            }),
        );
    }
    described
}

/// A query's keys as parameters.
fn query_parameters(schema: &Value, generator: &SchemaGenerator) -> Vec<Value> {
    let definition = generator
        .definitions()
        .get(name_of(schema))
        .unwrap_or(schema);
    let properties = definition.get("properties").and_then(Value::as_object);
    let parameter = |(name, schema): (&String, &Value)| {
        let mut schema = schema.clone();
        let description = schema
            .as_object_mut()
            .and_then(|schema| schema.remove("description"));
        // A query has no null: what may be left out is left out.
        if let Some(types) = schema.get_mut("type")
            && let Some(Value::String(one)) = types.as_array().and_then(|types| types.first())
        {
            *types = Value::String(one.clone());
        }
        if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
            values.retain(|value| !value.is_null());
        }
        json!({ "name": name, "in": "query", "description": description, "schema": schema })
    };
    properties.into_iter().flatten().map(parameter).collect()
}

fn name_of(schema: &Value) -> &str {
    let reference = schema
        .get("$ref")
        .and_then(Value::as_str)
        .unwrap_or_default();
    reference.rsplit('/').next().unwrap_or_default()
}

//! The OpenAPI document, made from the table of operations: what is routed is what is described.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::operations::{OPERATIONS, Operation, problem};

/// The document.
pub fn document() -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator();
    let problem = problem(&mut generator).to_value();
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let described = describe(operation, &mut generator, &problem);
        let path = paths
            .entry(format!("/_mock/{}", operation.path))
            .or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.method.to_ascii_lowercase(), described);
        }
    }
    json!({
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
            "schemas": generator.take_definitions(true),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } }
        },
        "security": [{}, { "token": [] }]
    })
}

fn describe(
    operation: &Operation,
    generator: &mut schemars::SchemaGenerator,
    problem: &Value,
) -> Value {
    let mut parameters: Vec<Value> = operation
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| {
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } })
        })
        .collect();
    if let Some(query) = operation.query {
        let schema = query(generator).to_value();
        parameters.extend(query_parameters(&schema, generator));
    }
    let mut responses = Map::new();
    let success = match (operation.answer, operation.id) {
        (Some(answer), _) => json!({
            "description": operation.summary,
            "content": { "application/json": { "schema": answer(generator).to_value() } }
        }),
        (None, "metrics") => json!({
            "description": operation.summary,
            "content": { "text/plain": { "schema": { "type": "string" } } }
        }),
        (None, _) => json!({ "description": "Done" }),
    };
    responses.insert(operation.status.to_string(), success);
    for status in [400, 401, 403, 405, 413].iter().chain(operation.failures) {
        responses.insert(
            status.to_string(),
            json!({
                "description": "A problem document",
                "content": { "application/problem+json": { "schema": problem } }
            }),
        );
    }
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": parameters,
        "responses": responses
    });
    if let (Some(body), Some(described)) = (operation.body, described.as_object_mut()) {
        let schema = body(generator).to_value();
        let required = generator
            .definitions()
            .get(name_of(&schema))
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
fn query_parameters(schema: &Value, generator: &schemars::SchemaGenerator) -> Vec<Value> {
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

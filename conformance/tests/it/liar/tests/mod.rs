//! The endpoint held to the fixtures without a lie, and every lie found out.
//!
//! - `tables`: the rules, row by row.
//! - `documents`: `fixtures/documents`, without sockets.
//! - `requests`: `fixtures/http` and `fixtures/bad-inputs.yaml`, over sockets.
//! - `endpoint`: the accounts and numbers of the target file, over sockets.
//! - `probes`: what no fixture asks.
//! - `found_out`: each lie changes an answer.

mod documents;
mod endpoint;
mod found_out;
mod probes;
mod requests;
mod tables;

use std::path::PathBuf;

use serde_yaml::Value;

/// A file of `fixtures/`.
fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures")
        .join(name)
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(fixture(name)).unwrap()
}

/// The rows of a YAML file in `fixtures/`.
fn rows(name: &str) -> Vec<Value> {
    serde_yaml::from_slice(&read(name)).unwrap()
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap()
}

fn clauses(row: &Value) -> Vec<String> {
    serde_yaml::from_value(row["clauses"].clone()).unwrap()
}

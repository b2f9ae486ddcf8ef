//! Texts with `${…}` in them, which may stand in nearly every place of a scenario.
//!
//! `$${` is a `${` that begins nothing. A `$` right in front of what an expression stands for is `${"$"}`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

use super::expression::parse::Parser;
use super::expression::{EvaluationError, Expression, Scope, SyntaxError, SyntaxProblem};
use super::path::Path;
use super::value::Value;

/// A text with expressions in it, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Expression(Expression),
}

/// A piece of a template of which every expression has its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// What was written: it stays as it is, and in the document's charset.
    Literal(String),
    /// What an expression stands for: a text that has to be escaped, markup, or bytes.
    Value(Value),
}

impl Template {
    /// Reads a text.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut parser = Parser::new(text);
        let mut parts = Vec::new();
        let mut literal = String::new();
        loop {
            let plain = parser
                .cursor
                .rest()
                .find('$')
                .unwrap_or(parser.cursor.rest().len());
            literal.push_str(parser.cursor.pass(plain));
            if parser.cursor.take("$${") {
                literal.push_str("${");
            } else if parser.cursor.take("${") {
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal)));
                }
                parts.push(Part::Expression(parser.expression()?));
                if !parser.cursor.take("}") {
                    return Err(parser.unexpected(SyntaxProblem::Unclosed));
                }
            } else if parser.cursor.take("$") {
                literal.push('$');
            } else {
                break;
            }
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        let text = text.to_owned();
        Ok(Self { text, parts })
    }

    /// The template that stands for exactly this text, whatever is in it.
    pub fn literal(text: &str) -> Self {
        let parts = match text {
            "" => Vec::new(),
            text => vec![Part::Literal(text.to_owned())],
        };
        Self {
            text: text.replace("${", "$${"),
            parts,
        }
    }

    /// The text with every expression's value in its place. Markup goes in as it is; bytes cannot.
    pub fn render_text(&self, scope: &Scope<'_>) -> Result<String, EvaluationError> {
        let mut rendered = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => rendered.push_str(text),
                Part::Expression(expression) => {
                    rendered.push_str(&expression.evaluate_text(scope)?);
                }
            }
        }
        Ok(rendered)
    }

    /// What is written and what expressions stand for, kept apart, for documents in which values are escaped.
    pub fn render_pieces(&self, scope: &Scope<'_>) -> Result<Vec<Piece>, EvaluationError> {
        let pieces = self.parts.iter().map(|part| match part {
            Part::Literal(text) => Ok(Piece::Literal(text.clone())),
            Part::Expression(expression) => expression.evaluate(scope).map(Piece::Value),
        });
        pieces.collect()
    }

    /// Every name that stands in its expressions, from left to right.
    pub fn names(&self) -> Vec<&Path> {
        self.expressions().flat_map(Expression::names).collect()
    }

    /// The name of every function in its expressions, from left to right.
    pub fn functions(&self) -> Vec<&'static str> {
        self.expressions().flat_map(Expression::functions).collect()
    }

    fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.parts.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Expression(expression) => Some(expression),
        })
    }
}

/// As it was written.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Template {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        Self::parse(text)
    }
}

/// As it was written.
impl serde::Serialize for Template {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// Takes numbers and `true` and `false` for the texts that they are written as, so that `status: 2` needs no quotes.
impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Scalar;

        impl Visitor<'_> for Scalar {
            type Value = Template;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a number, true or false")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Template, E> {
                Template::parse(text).map_err(E::custom)
            }

            fn visit_bool<E: Error>(self, word: bool) -> Result<Template, E> {
                self.visit_str(&word.to_string())
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Template, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Template, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_i128<E: Error>(self, number: i128) -> Result<Template, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_u128<E: Error>(self, number: u128) -> Result<Template, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Template, E> {
                self.visit_str(&number.to_string())
            }
        }

        deserializer.deserialize_any(Scalar)
    }
}

impl JsonSchema for Template {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Template".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

#[cfg(test)]
mod tests;

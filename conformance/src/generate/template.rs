//! Texts, bytes and expressions as templates that mean exactly them, whatever is in them.

use std::fmt::Write as _;

use crate::scenario::template::Template;

/// The template that stands for exactly this text.
pub fn literal(text: &str) -> Template {
    Template::literal(text)
}

/// The template of one expression: `${to.1}` for `to.1`.
pub fn expression(expression: &str) -> Template {
    Draft::new().expression(expression).template()
}

/// The template that stands for exactly these bytes: valid UTF-8 as it is, other bytes as `${hex("FF")}`.
pub fn bytes(bytes: &[u8]) -> Template {
    Draft::new().bytes(bytes).template()
}

/// A template while it is put together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Expression(String),
}

impl Draft {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// This text behind it.
    #[must_use]
    pub fn literal(mut self, text: &str) -> Self {
        match self.pieces.last_mut() {
            Some(Piece::Literal(before)) => before.push_str(text),
            Some(Piece::Expression(_)) | None => self.pieces.push(Piece::Literal(text.to_owned())),
        }
        self
    }

    /// What this expression stands for behind it.
    #[must_use]
    pub fn expression(mut self, expression: &str) -> Self {
        self.pieces.push(Piece::Expression(expression.to_owned()));
        self
    }

    /// These bytes behind it.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        for chunk in bytes.utf8_chunks() {
            if !chunk.valid().is_empty() {
                self = self.literal(chunk.valid());
            }
            if !chunk.invalid().is_empty() {
                self = self.hex(chunk.invalid());
            }
        }
        self
    }

    /// These bytes behind it, none of them as text.
    #[must_use]
    pub fn hex(self, bytes: &[u8]) -> Self {
        let mut digits = String::new();
        for byte in bytes {
            // Writing to a `String` cannot fail.
            _ = write!(digits, "{byte:02X}");
        }
        self.expression(&format!("hex(\"{digits}\")"))
    }

    /// The template.
    pub fn template(&self) -> Template {
        let mut text = String::new();
        let mut pieces = self.pieces.iter().peekable();
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Expression(expression) => {
                    text.push_str("${");
                    text.push_str(expression);
                    text.push('}');
                }
                Piece::Literal(literal) => {
                    let before_expression = matches!(pieces.peek(), Some(Piece::Expression(_)));
                    let bare = literal.trim_end_matches('$');
                    let signs = literal.strip_prefix(bare).unwrap_or_default();
                    text.push_str(&bare.replace("${", "$${"));
                    if before_expression && !signs.is_empty() {
                        // Right in front of a `${`, a `$` would make it none.
                        text.push_str("${\"");
                        text.push_str(signs);
                        text.push_str("\"}");
                    } else {
                        text.push_str(signs);
                    }
                }
            }
        }
        // Only an expression that is none could be refused; then it stands there as a text, and is seen.
        Template::parse(&text).unwrap_or_else(|_| Template::literal(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::{Draft, bytes, expression, literal};
    use crate::scenario::expression::{Question, Unbound};
    use crate::scenario::template::{Piece, Template};
    use crate::scenario::value::Value;

    fn rendered(template: &Template) -> Vec<u8> {
        // What is written must survive a failure file, too.
        let again = Template::parse(&template.to_string()).unwrap();
        let scope = |_: Question<'_>| -> Result<Value, Unbound> { Ok("<to>".into()) };
        let pieces = again.render_pieces(&scope).unwrap();
        pieces
            .into_iter()
            .flat_map(|piece| match piece {
                Piece::Literal(text) | Piece::Value(Value::Text(text)) => text.into_bytes(),
                Piece::Value(Value::Bytes(bytes)) => bytes,
                Piece::Value(other) => other.text().unwrap().into_owned().into_bytes(),
            })
            .collect()
    }

    #[test]
    fn a_literal_is_itself() {
        for text in [
            "",
            "a",
            "${to.1}",
            "$${",
            "$",
            "$$",
            "a$",
            "${",
            "$${to.1}$",
        ] {
            assert_eq!(rendered(&literal(text)), text.as_bytes(), "{text}");
            let both = Draft::new().literal(text).expression("to.1").literal(text);
            assert_eq!(
                rendered(&both.template()),
                format!("{text}<to>{text}").as_bytes(),
                "{text}"
            );
        }
        assert_eq!(rendered(&expression("to.1")), b"<to>");
    }

    #[test]
    fn bytes_are_themselves() {
        for sample in [
            &b""[..],
            b"a",
            b"\xFF",
            b"a\xFF\xFEb\xD0\x9F\xD0",
            b"${\xFF${",
        ] {
            assert_eq!(rendered(&bytes(sample)), sample);
        }
    }
}

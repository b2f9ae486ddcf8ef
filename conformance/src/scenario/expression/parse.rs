//! Reads expressions, by hand: each rank of operators is a function.
//!
//! The parser stops where an expression ends, so that templates and relations can go on from there.

use super::{Call, Expression, Kind, Node, Operator, Span, SyntaxError, SyntaxProblem};
use crate::scenario::cursor::{Cursor, is_word};
use crate::scenario::path::{Path, Segment};
use crate::scenario::place::{Place, excerpt};

/// How deep brackets, functions and signs may stand in each other: each costs a few frames of the stack.
const MAX_DEPTH: usize = 50;

/// Reads expressions where its cursor is.
pub(in crate::scenario) struct Parser<'t> {
    pub(in crate::scenario) cursor: Cursor<'t>,
    depth: usize,
}

type Parsed<T> = Result<T, SyntaxError>;

impl<'t> Parser<'t> {
    pub(in crate::scenario) fn new(text: &'t str) -> Self {
        let cursor = Cursor::new(text);
        Self { cursor, depth: 0 }
    }

    /// An expression, and the blanks around it.
    pub(in crate::scenario) fn expression(&mut self) -> Parsed<Expression> {
        self.cursor.skip_blanks();
        let start = self.cursor.here();
        let root = self.sum()?;
        Ok(Expression {
            text: self.cursor.since(start).trim_end().to_owned(),
            start,
            root,
        })
    }

    /// The end of the text must be here.
    pub(in crate::scenario) fn end(&mut self) -> Parsed<()> {
        self.cursor.skip_blanks();
        match self.cursor.rest() {
            "" => Ok(()),
            _ => Err(self.unexpected(SyntaxProblem::Surplus)),
        }
    }

    /// Says that what stands here should not.
    pub(in crate::scenario) fn unexpected(
        &self,
        problem: fn(String) -> SyntaxProblem,
    ) -> SyntaxError {
        self.cursor.here().with(problem(self.cursor.found()))
    }

    fn sum(&mut self) -> Parsed<Node> {
        let operators = [("+", Operator::Plus), ("-", Operator::Minus)];
        self.chain(&operators, Self::product)
    }

    fn product(&mut self) -> Parsed<Node> {
        self.chain(&[("*", Operator::Times)], Self::factor)
    }

    fn chain(
        &mut self,
        operators: &[(&str, Operator)],
        operand: fn(&mut Self) -> Parsed<Node>,
    ) -> Parsed<Node> {
        let first = operand(self)?;
        let mut rest = Vec::new();
        let mut span = first.span;
        loop {
            self.cursor.skip_blanks();
            let found = operators.iter().find(|(token, _)| self.cursor.take(token));
            let Some((_, operator)) = found else { break };
            let next = operand(self)?;
            span.end = next.span.end;
            rest.push((*operator, next));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        let kind = Kind::Chain(Box::new(first), rest);
        Ok(Node { span, kind })
    }

    fn factor(&mut self) -> Parsed<Node> {
        self.cursor.skip_blanks();
        let start = self.cursor.here();
        let kind = match self.cursor.peek() {
            Some('-') => self.deeper(|parser| {
                parser.cursor.take("-");
                Ok(Kind::Negated(Box::new(parser.factor()?)))
            })?,
            Some('(') => self.deeper(Self::bracket)?,
            Some(quote @ ('"' | '\'')) => self.quoted(quote)?,
            Some('0'..='9') => self.number()?,
            Some(first) if is_word(first) => self.name()?,
            Some(_) | None => return Err(self.unexpected(SyntaxProblem::Operand)),
        };
        let end = self.cursor.here().offset;
        let span = Span { start, end };
        Ok(Node { span, kind })
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == MAX_DEPTH {
            return Err(self.cursor.here().with(SyntaxProblem::Depth));
        }
        self.depth = self.depth.saturating_add(1);
        let result = read(self);
        self.depth = self.depth.saturating_sub(1);
        result
    }

    fn bracket(&mut self) -> Parsed<Kind> {
        self.cursor.take("(");
        let inside = self.sum()?;
        if self.cursor.take(")") {
            Ok(inside.kind)
        } else {
            Err(self.unexpected(SyntaxProblem::Bracket))
        }
    }

    fn quoted(&mut self, quote: char) -> Parsed<Kind> {
        let start = self.cursor.here();
        let text = self.cursor.quoted(quote);
        let text = text.ok_or_else(|| start.with(SyntaxProblem::Quote(quote)))?;
        Ok(Kind::Text(text.to_owned()))
    }

    fn number(&mut self) -> Parsed<Kind> {
        let start = self.cursor.here();
        let digits = self
            .cursor
            .run(|character| character.is_ascii_digit() || character == '.');
        let number = digits.parse();
        number
            .map(Kind::Number)
            .map_err(|error| start.with(SyntaxProblem::Number(error)))
    }

    /// A name, or a function with its arguments.
    fn name(&mut self) -> Parsed<Kind> {
        let start = self.cursor.here();
        let path = self.path()?;
        let is_called = self.cursor.rest().trim_start().starts_with('(');
        match path.segments() {
            [Segment::Name(name)] if is_called => self
                .deeper(|parser| parser.call(name, start))
                .map(Kind::Call),
            _ => Ok(Kind::Name(path)),
        }
    }

    fn path(&mut self) -> Parsed<Path> {
        let mut segments = vec![self.segment()?];
        loop {
            if self.cursor.take(".") {
                segments.push(self.segment()?);
            } else if self.cursor.peek() == Some('[') {
                let start = self.cursor.here();
                self.cursor.take("[");
                let index = self
                    .cursor
                    .run(|character| character.is_ascii_digit())
                    .parse();
                let index = index
                    .ok()
                    .filter(|index| *index > 0 && self.cursor.take("]"));
                let index = index.ok_or_else(|| start.with(SyntaxProblem::Index))?;
                segments.push(Segment::Index(index));
            } else {
                return Ok(Path::new(segments));
            }
        }
    }

    fn segment(&mut self) -> Parsed<Segment> {
        match self.cursor.run(is_word) {
            "" => Err(self.unexpected(SyntaxProblem::Segment)),
            word => Ok(Segment::Name(word.to_owned())),
        }
    }

    fn call(&mut self, name: &str, start: Place) -> Parsed<Call> {
        self.cursor.skip_blanks();
        self.cursor.take("(");
        let (call, usage) = match name {
            "count" => {
                let usage = "count(sent.status, \"1\")";
                let path = self.path_argument(usage)?;
                self.token(",", usage)?;
                (Call::Count(path, self.argument()?), usage)
            }
            "grouped" => (Call::Grouped(self.argument()?), "grouped(to.1)"),
            "other_case" => (Call::OtherCase(self.argument()?), "other_case(password)"),
            "hex" => (Call::Hex(self.argument()?), "hex(\"FF FE\")"),
            "percent" => (Call::Percent(self.argument()?), "percent(\"a b\")"),
            "repeat" => {
                let usage = "repeat(\"ab\", 80)";
                let text = self.argument()?;
                self.token(",", usage)?;
                (Call::Repeat(text, self.argument()?), usage)
            }
            "shortened" => (Call::Shortened(self.argument()?), "shortened(password)"),
            "sum" => {
                let usage = "sum(sent.credits)";
                (Call::Sum(self.path_argument(usage)?), usage)
            }
            "tariff" => (Call::Tariff(self.argument()?), "tariff(to.1)"),
            unknown => return Err(start.with(SyntaxProblem::Function(excerpt(unknown)))),
        };
        self.token(")", usage)?;
        Ok(call)
    }

    fn argument(&mut self) -> Parsed<Box<Node>> {
        self.sum().map(Box::new)
    }

    /// A name that stands for itself.
    fn path_argument(&mut self, usage: &'static str) -> Parsed<Path> {
        self.cursor.skip_blanks();
        let is_name = |first: char| is_word(first) && !first.is_ascii_digit();
        if self.cursor.peek().is_some_and(is_name) {
            self.path()
        } else {
            Err(self.misused(usage))
        }
    }

    fn token(&mut self, token: &str, usage: &'static str) -> Parsed<()> {
        self.cursor.skip_blanks();
        if self.cursor.take(token) {
            Ok(())
        } else {
            Err(self.misused(usage))
        }
    }

    fn misused(&self, usage: &'static str) -> SyntaxError {
        let found = self.cursor.found();
        self.cursor
            .here()
            .with(SyntaxProblem::Arguments { found, usage })
    }
}

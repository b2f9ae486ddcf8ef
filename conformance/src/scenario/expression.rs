//! What stands inside `${…}`: names, numbers, texts, `+ - *`, brackets and functions.
//!
//! An expression is read once and evaluated often. What a name stands for, what a tariff is and what the turns of
//! a step add up to is asked of the caller; the other functions are answered here.

mod function;
pub(super) mod parse;

use std::fmt;

use self::parse::Parser;
use super::decimal::{ArithmeticError, Decimal, DecimalError};
use super::path::Path;
use super::place::{Located, Place, excerpt};
use super::value::Value;

/// An expression, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// Without the blanks around it.
    text: String,
    /// Where it begins in the text that it was read from.
    start: Place,
    root: Node,
}

pub(crate) use self::function::{other_case, shortened};

/// A number as people write it, with blanks, dashes and brackets; nothing for what is no number.
pub(crate) fn grouped(number: &str) -> Option<String> {
    match function::grouped(number) {
        Ok(Value::Text(text)) => Some(text),
        Ok(_) | Err(_) => None,
    }
}

/// What an expression asks of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question<'a> {
    /// What a name stands for.
    Name(&'a Path),
    /// What a part to this number costs.
    Tariff(&'a str),
    /// The sum of what a name stands for, over all turns and copies of its step.
    Sum(&'a Path),
    /// How many turns and copies of a step there are for which a name stands for this text.
    Count(&'a Path, &'a str),
}

/// Answers the questions of an expression.
pub type Scope<'a> = dyn Fn(Question<'_>) -> Result<Value, Unbound> + 'a;

/// Why a question has no answer; shown behind what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unbound(pub String);

/// What is wrong in a template, an expression or a relation, and where.
pub type SyntaxError = Located<SyntaxProblem>;

/// What is wrong in a template, an expression or a relation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxProblem {
    /// Something else stands in the place of an operand.
    #[error("{0} stands where a name, a number, a \"text\" or a bracket is expected")]
    Operand(String),
    /// The expression is over, and something follows.
    #[error("{0} stands where an operator or the end is expected")]
    Surplus(String),
    /// A `(` has no `)`.
    #[error("{0} stands where an operator or `)` is expected")]
    Bracket(String),
    /// A text has no second quote.
    #[error("the text that begins here is not closed with another {0}")]
    Quote(char),
    /// A number that cannot be read.
    #[error(transparent)]
    Number(#[from] DecimalError),
    /// Nothing stands behind the point of a name.
    #[error("{0} stands where a part of a name is expected: letters, digits or _")]
    Segment(String),
    /// What stands in `[…]` is no index.
    #[error("an index is a whole number from 1, as in rows[1]")]
    Index,
    /// A function that there is none of.
    #[error(
        "there is no function {0}; there are count, grouped, hex, other_case, percent, repeat, shortened, sum and tariff"
    )]
    Function(String),
    /// A function has other arguments than it takes.
    #[error("{found} stands where it should not; the function is written {usage}")]
    Arguments {
        /// What stands there.
        found: String,
        /// An example of the function.
        usage: &'static str,
    },
    /// Brackets, functions and signs stand too deep in each other.
    #[error("brackets, functions and signs stand more than 50 deep in each other")]
    Depth,
    /// A `${` has no `}`.
    #[error(
        "{0} stands where an operator or `}}` is expected; a `${{` that begins nothing is written `$${{`"
    )]
    Unclosed(String),
    /// A relation has no sign that compares.
    #[error("{0} stands where an operator or one of = != < <= > >= is expected")]
    Sign(String),
}

/// What has no value, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {source_text}: {problem}")]
pub struct EvaluationError {
    /// Where it stands.
    pub place: Place,
    /// What stands there. Values are not quoted, since one may be a password.
    pub source_text: String,
    /// Why it has no value.
    pub problem: EvaluationProblem,
}

/// Why an expression, or a part of one, has no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationProblem {
    /// The caller has no answer.
    #[error(transparent)]
    Unbound(#[from] Unbound),
    /// Something else than a number stands beside `+`, `-` or `*`, or says how often.
    #[error("it is {0}, and a number is needed")]
    Number(&'static str),
    /// Something else than a text stands where one is needed.
    #[error("it is {0}, and a text is needed")]
    Text(&'static str),
    /// The result is not exact.
    #[error(transparent)]
    Arithmetic(#[from] ArithmeticError),
    /// A text cannot be repeated so often.
    #[error("a text is repeated a whole number of times, from 0")]
    Times,
    /// A text would become too long.
    #[error("it would have more than 2000000 characters")]
    Long,
    /// What is no number of a phone.
    #[error("only a number of 7 to 15 digits can be grouped")]
    Grouped,
    /// What is no bytes.
    #[error("bytes are written as pairs of hexadecimal digits, such as FF FE")]
    Hex,
}

/// A part of an expression, with the place where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Node {
    span: Span,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: Place,
    /// Bytes before its end.
    end: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Number(Decimal),
    Text(String),
    Name(Path),
    Negated(Box<Node>),
    /// Operands of one rank from left to right: in a list, so that a long sum is no deep tree.
    Chain(Box<Node>, Vec<(Operator, Node)>),
    Call(Call),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Plus,
    Minus,
    Times,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Call {
    Count(Path, Box<Node>),
    Grouped(Box<Node>),
    Hex(Box<Node>),
    OtherCase(Box<Node>),
    Percent(Box<Node>),
    Repeat(Box<Node>, Box<Node>),
    Shortened(Box<Node>),
    Sum(Path),
    Tariff(Box<Node>),
}

/// A problem and the part that has it.
struct Fault {
    span: Span,
    problem: EvaluationProblem,
}

impl Expression {
    /// Reads an expression that is the whole text.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut parser = Parser::new(text);
        let expression = parser.expression()?;
        parser.end()?;
        Ok(expression)
    }

    /// The value, with the answers of `scope`.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, EvaluationError> {
        let value = self.root.value(scope);
        value.map_err(|fault| self.error(fault.span, fault.problem))
    }

    /// The value as a text, which bytes are not.
    pub fn evaluate_text(&self, scope: &Scope<'_>) -> Result<String, EvaluationError> {
        self.text_of(&self.evaluate(scope)?)
    }

    /// The text of its own value.
    pub(super) fn text_of(&self, value: &Value) -> Result<String, EvaluationError> {
        let text = value.text().map(|text| text.into_owned());
        text.ok_or_else(|| self.error(self.root.span, EvaluationProblem::Text(value.kind())))
    }

    /// Every name that stands in it, from left to right.
    pub fn names(&self) -> Vec<&Path> {
        let mut names = Vec::new();
        self.root.visit(&mut |node| match &node.kind {
            Kind::Name(path) | Kind::Call(Call::Sum(path) | Call::Count(path, _)) => {
                names.push(path);
            }
            Kind::Number(_)
            | Kind::Text(_)
            | Kind::Negated(_)
            | Kind::Chain(..)
            | Kind::Call(_) => {}
        });
        names
    }

    /// The name of every function that stands in it, from left to right.
    pub fn functions(&self) -> Vec<&'static str> {
        let mut functions = Vec::new();
        self.root.visit(&mut |node| match &node.kind {
            Kind::Call(call) => functions.push(call.name()),
            Kind::Number(_)
            | Kind::Text(_)
            | Kind::Name(_)
            | Kind::Negated(_)
            | Kind::Chain(..) => {}
        });
        functions
    }

    fn error(&self, span: Span, problem: EvaluationProblem) -> EvaluationError {
        let inside = |offset: usize| offset.saturating_sub(self.start.offset);
        let text = self.text.get(inside(span.start.offset)..inside(span.end));
        EvaluationError {
            place: span.start,
            source_text: excerpt(text.unwrap_or_default()),
            problem,
        }
    }
}

/// As it was written, without the blanks around it.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Node {
    fn value(&self, scope: &Scope<'_>) -> Result<Value, Fault> {
        match &self.kind {
            Kind::Number(number) => Ok(Value::Number(*number)),
            Kind::Text(text) => Ok(Value::Text(text.clone())),
            Kind::Name(path) => self.told(scope(Question::Name(path))),
            Kind::Negated(operand) => {
                let negated = Decimal::ZERO.minus(operand.number(scope)?);
                self.told(negated.map(Value::Number))
            }
            Kind::Chain(first, rest) => {
                let mut result = first.number(scope)?;
                for (operator, operand) in rest {
                    let operand = operand.number(scope)?;
                    result = self.told(match operator {
                        Operator::Plus => result.plus(operand),
                        Operator::Minus => result.minus(operand),
                        Operator::Times => result.times(operand),
                    })?;
                }
                Ok(Value::Number(result))
            }
            Kind::Call(call) => self.call(call, scope),
        }
    }

    fn call(&self, call: &Call, scope: &Scope<'_>) -> Result<Value, Fault> {
        match call {
            Call::Count(path, text) => {
                let text = text.text(scope)?;
                self.told(scope(Question::Count(path, &text)))
            }
            Call::Grouped(number) => self.told(function::grouped(&number.text(scope)?)),
            Call::Hex(digits) => self.told(function::hex(&digits.text(scope)?)),
            Call::OtherCase(text) => Ok(Value::Text(other_case(&text.text(scope)?))),
            Call::Percent(text) => Ok(function::percent(&text.value(scope)?)),
            Call::Repeat(text, times) => {
                let (text, times) = (text.text(scope)?, times.number(scope)?);
                self.told(function::repeat(&text, times))
            }
            Call::Shortened(text) => Ok(Value::Text(shortened(&text.text(scope)?))),
            Call::Sum(path) => self.told(scope(Question::Sum(path))),
            Call::Tariff(number) => {
                let number = number.text(scope)?;
                self.told(scope(Question::Tariff(&number)))
            }
        }
    }

    fn number(&self, scope: &Scope<'_>) -> Result<Decimal, Fault> {
        let value = self.value(scope)?;
        let number = value.number();
        self.told(number.ok_or_else(|| EvaluationProblem::Number(value.kind())))
    }

    fn text(&self, scope: &Scope<'_>) -> Result<String, Fault> {
        let value = self.value(scope)?;
        let text = value.text().map(|text| text.into_owned());
        self.told(text.ok_or_else(|| EvaluationProblem::Text(value.kind())))
    }

    /// The same result; a problem is this part's.
    fn told<T, P: Into<EvaluationProblem>>(&self, result: Result<T, P>) -> Result<T, Fault> {
        result.map_err(|problem| Fault {
            span: self.span,
            problem: problem.into(),
        })
    }

    /// Shows this part, then those inside it from left to right.
    fn visit<'n>(&'n self, see: &mut dyn FnMut(&'n Self)) {
        see(self);
        match &self.kind {
            Kind::Number(_) | Kind::Text(_) | Kind::Name(_) => {}
            Kind::Negated(operand) => operand.visit(see),
            Kind::Chain(first, rest) => {
                first.visit(see);
                rest.iter().for_each(|(_, operand)| operand.visit(see));
            }
            Kind::Call(call) => match call {
                Call::Sum(_) => {}
                Call::Count(_, inside)
                | Call::Grouped(inside)
                | Call::Hex(inside)
                | Call::OtherCase(inside)
                | Call::Percent(inside)
                | Call::Shortened(inside)
                | Call::Tariff(inside) => inside.visit(see),
                Call::Repeat(text, times) => {
                    text.visit(see);
                    times.visit(see);
                }
            },
        }
    }
}

impl Call {
    fn name(&self) -> &'static str {
        match self {
            Self::Count(..) => "count",
            Self::Grouped(_) => "grouped",
            Self::Hex(_) => "hex",
            Self::OtherCase(_) => "other_case",
            Self::Percent(_) => "percent",
            Self::Repeat(..) => "repeat",
            Self::Shortened(_) => "shortened",
            Self::Sum(_) => "sum",
            Self::Tariff(_) => "tariff",
        }
    }
}

#[cfg(test)]
mod tests;

//! Relations: two expressions and how they compare, as in `before.credits - after.credits = sent.credits`.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;

use super::expression::parse::Parser;
use super::expression::{EvaluationError, Expression, Scope, SyntaxError, SyntaxProblem};
use super::path::Path;
use super::sign::Sign;

/// Two expressions with a sign between them: `=`, `!=`, `<`, `<=`, `>` or `>=`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, with = "String")]
pub struct Relation {
    left: Expression,
    sign: Sign,
    right: Expression,
}

/// What both sides of a relation are, as texts for a message, and whether it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// The left side.
    pub left: String,
    /// The right side.
    pub right: String,
    /// Whether the relation holds.
    pub holds: bool,
}

impl Relation {
    /// Reads a relation.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut parser = Parser::new(text);
        let left = parser.expression()?;
        let sign = Sign::take(&mut parser.cursor);
        let sign = sign.ok_or_else(|| parser.unexpected(SyntaxProblem::Sign))?;
        let right = parser.expression()?;
        parser.end()?;
        Ok(Self { left, sign, right })
    }

    /// Evaluates both sides and compares them: as numbers if both are, otherwise as texts.
    pub fn weigh(&self, scope: &Scope<'_>) -> Result<Weighed, EvaluationError> {
        let values = (self.left.evaluate(scope)?, self.right.evaluate(scope)?);
        let left = self.left.text_of(&values.0)?;
        let right = self.right.text_of(&values.1)?;
        let numbers = values.0.number().zip(values.1.number());
        let ordering = numbers.map_or_else(|| left.cmp(&right), |(left, right)| left.cmp(&right));
        let holds = self.sign.holds(ordering);
        Ok(Weighed { left, right, holds })
    }

    /// Every name that stands in it, from left to right.
    pub fn names(&self) -> Vec<&Path> {
        [self.left.names(), self.right.names()].concat()
    }

    /// The name of every function in it, from left to right.
    pub fn functions(&self) -> Vec<&'static str> {
        [self.left.functions(), self.right.functions()].concat()
    }
}

/// As it was written, with one blank on each side of the sign.
impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.left, self.sign.text(), self.right)
    }
}

impl FromStr for Relation {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Relation {
    type Error = SyntaxError;

    fn try_from(text: String) -> Result<Self, SyntaxError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use schemars::schema_for;

    use super::Relation;
    use crate::scenario::expression::{Question, Unbound};
    use crate::scenario::value::Value;

    fn scope(question: Question<'_>) -> Result<Value, Unbound> {
        let told = match question {
            Question::Name(path) => path.to_string(),
            Question::Tariff(_) | Question::Sum(_) | Question::Count(..) => return Ok("1.5".into()),
        };
        match told.as_str() {
            "before.credits" => Ok("100".into()),
            "after.credits" => Ok("99.318".into()),
            "sent.credits" => Ok("0.682".into()),
            "word" => Ok("SENT".into()),
            _ => Err(Unbound("nobody said so".to_owned())),
        }
    }

    #[test]
    fn both_sides_are_compared() {
        #[track_caller]
        fn check(text: &str, holds: bool, left: &str, right: &str) {
            let weighed = Relation::parse(text).unwrap().weigh(&scope).unwrap();
            let sides = (weighed.left.as_str(), weighed.right.as_str());
            assert_eq!((weighed.holds, sides), (holds, (left, right)));
        }
        let money = "before.credits - after.credits = sent.credits";
        check(money, true, "0.682", "0.682");
        check("after.credits = before.credits", false, "99.318", "100");
        check("after.credits < before.credits", true, "99.318", "100");
        check("after.credits != before.credits", true, "99.318", "100");
        check("1.0 = 1", true, "1", "1");
        check("\"1.0\" = 1", true, "1.0", "1");
        check("1!=1", false, "1", "1");
        check("1 <= 1", true, "1", "1");
        check("2 <= 1", false, "2", "1");
        check("1 >= 1", true, "1", "1");
        check("1 >= 2", false, "1", "2");
        check("1 < 1", false, "1", "1");
        check("10 > 9", true, "10", "9");
        check("-1 < 0", true, "-1", "0");
        check("sum(sent.credits) > 1", true, "1.5", "1");
    }

    #[test]
    fn what_is_no_number_is_compared_as_a_text() {
        #[track_caller]
        fn check(text: &str, holds: bool) {
            let weighed = Relation::parse(text).unwrap().weigh(&scope).unwrap();
            assert_eq!(weighed.holds, holds, "{text}");
        }
        check("word = 'SENT'", true);
        check("word = 'sent'", false);
        check("'007' = '7'", false);
        check("'a = b' != 'a'", true);
        check("'2026-01-02 03:04:05' < '2026-01-02 03:04:06'", true);
        check("'10' > '9x'", false);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let error = match text.parse::<Relation>() {
                Ok(relation) => relation.weigh(&scope).unwrap_err().to_string(),
                Err(error) => error.to_string(),
            };
            assert_eq!(error, expected);
        }
        let operand = "stands where a name, a number, a \"text\" or a bracket is expected";
        let sign = "stands where an operator or one of = != < <= > >= is expected";
        let end = "stands where an operator or the end is expected";
        check("", &format!("column 1: the end {operand}"));
        check("= 1", &format!("column 1: `=` {operand}"));
        check("a.b", &format!("column 4: the end {sign}"));
        check("a.b is 1", &format!("column 5: `is` {sign}"));
        check("a ! b", &format!("column 3: `!` {sign}"));
        check("a == b", &format!("column 4: `=` {operand}"));
        check("a => b", &format!("column 4: `>` {operand}"));
        check("a =", &format!("column 4: the end {operand}"));
        check("a = b = c", &format!("column 7: `=` {end}"));
        check("1 = a.b", "column 5: a.b: nobody said so");
        check(
            "1 = hex('FF')",
            "column 5: hex('FF'): it is bytes, and a text is needed",
        );
        check(
            "1 = 2 + word",
            "column 9: word: it is a text that is no number, and a number is needed",
        );
    }

    #[test]
    fn it_is_shown_as_it_was_written_and_says_what_it_needs() {
        let text = " sum(sent.credits)  <=tariff(to.1) * a ";
        let relation = Relation::parse(text).unwrap();
        assert_eq!(
            relation.to_string(),
            "sum(sent.credits) <= tariff(to.1) * a"
        );
        let names: Vec<_> = relation.names().iter().map(ToString::to_string).collect();
        assert_eq!(names, ["sent.credits", "to.1", "a"]);
        assert_eq!(relation.functions(), ["sum", "tariff"]);
    }

    #[test]
    fn a_scenario_holds_relations_as_texts() {
        let relations: Vec<Relation> = serde_yaml::from_str("[\"a.b  = 1\"]").unwrap();
        assert_eq!(relations, [Relation::parse("a.b  = 1").unwrap()]);
        let error = serde_yaml::from_str::<Vec<Relation>>("[a]").unwrap_err();
        assert!(
            error.to_string().contains("column 2: the end stands where"),
            "{error}"
        );
        let schema = schema_for!(Vec<Relation>);
        let items = schema.get("items").unwrap();
        assert_eq!(items["type"], "string", "{items}");
    }
}

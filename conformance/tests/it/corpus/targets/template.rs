//! The small languages inside scenarios: templates, expressions, relations, comparisons.

use epochta_conformance::duration;
use epochta_conformance::scenario::comparison::Comparison;
use epochta_conformance::scenario::date::is_date;
use epochta_conformance::scenario::decimal::{Decimal, is_canonical};
use epochta_conformance::scenario::expression::{EvaluationError, Expression, Question, Unbound};
use epochta_conformance::scenario::place::Place;
use epochta_conformance::scenario::relation::Relation;
use epochta_conformance::scenario::template::Template;
use epochta_conformance::scenario::value::Value;

/// A text, read as each of them.
pub(super) fn holds(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    // What a text has to be repeated to is its author's memory, not ours.
    let is_large = text.matches("repeat").count() > 2;
    let evaluated = |result: Result<String, EvaluationError>| {
        if let Err(error) = &result {
            is_place(error.place, text);
            assert!(error.to_string().len() < 1_000, "{error}");
        }
        result.ok()
    };
    match Template::parse(text) {
        Ok(template) => {
            assert_eq!(template.to_string(), text);
            if !is_large {
                let rendered = evaluated(template.render_text(&scope));
                let pieces = template.render_pieces(&scope);
                assert!(rendered.is_none() || pieces.is_ok());
            }
        }
        Err(error) => is_place(error.place, text),
    }
    let literal = Template::literal(text);
    let again = Template::parse(&literal.to_string()).unwrap();
    assert_eq!(again.render_text(&scope).as_deref(), Ok(text));
    assert_eq!(again, literal);
    match Expression::parse(text) {
        Ok(expression) => {
            let again = Expression::parse(&expression.to_string()).unwrap();
            assert_eq!(again.to_string(), expression.to_string());
            assert_eq!(again.names(), expression.names());
            assert_eq!(again.functions(), expression.functions());
            if !is_large {
                let value = evaluated(expression.evaluate_text(&scope));
                assert_eq!(value, again.evaluate_text(&scope).ok());
            }
        }
        Err(error) => is_place(error.place, text),
    }
    match Relation::parse(text) {
        Ok(relation) => {
            let again = Relation::parse(&relation.to_string()).unwrap();
            assert_eq!(again.to_string(), relation.to_string());
            if !is_large {
                let weighed = relation.weigh(&scope).ok();
                assert_eq!(weighed, again.weigh(&scope).ok());
            }
        }
        Err(error) => is_place(error.place, text),
    }
    for read in [Comparison::parse, Comparison::parse_status] {
        match read(text) {
            Ok(comparison) => {
                assert!(text.is_empty() || !comparison.to_string().is_empty());
                comparison.holds(None);
                comparison.holds(Some(text));
            }
            Err(error) => is_place(error.place, text),
        }
    }
    if let Ok(number) = text.parse::<Decimal>() {
        assert_eq!(number.to_string().parse(), Ok(number));
        assert!(is_canonical(&number.to_string()));
        assert!(!is_canonical(text) || number.to_string() == text);
    }
    is_date(text);
    drop(duration::parse(text));
}

/// Offset, line and column are those of one place in the text.
fn is_place(place: Place, text: &str) {
    let before = text.get(..place.offset).unwrap();
    assert_eq!(place, Place::START.after(before));
}

/// Names stand for what they are, but for a few.
fn scope(question: Question<'_>) -> Result<Value, Unbound> {
    let name = match question {
        Question::Name(path) | Question::Sum(path) | Question::Count(path, _) => path.to_string(),
        Question::Tariff(number) => number.to_owned(),
    };
    match name.len() % 5 {
        0 => Ok(Value::Number(Decimal::from(7_u64))),
        1 => Ok(Value::Bytes(vec![0xFF, 0])),
        2 => Ok(Value::Markup("<a/>".to_owned())),
        3 => Err(Unbound("nobody said so".to_owned())),
        _ => Ok(Value::Text(name)),
    }
}

//! Templates, their values, and how they stand in YAML.

use proptest::prelude::{any, prop, prop_oneof};
use proptest::{prop_assert_eq, proptest};
use schemars::schema_for;

use super::{Piece, Template};
use crate::scenario::expression::{Question, Unbound};
use crate::scenario::value::Value;

fn scope(question: Question<'_>) -> Result<Value, Unbound> {
    match question {
        Question::Name(path) if path.first() == "to" => Ok("999000000001".into()),
        Question::Name(path) if path.first() == "login" => Ok(Value::Markup("<login/>".to_owned())),
        Question::Name(path) if path.first() == "missing" => {
            Err(Unbound("the target has none".to_owned()))
        }
        Question::Name(path) => Ok(path.to_string().into()),
        Question::Tariff(_) | Question::Sum(_) | Question::Count(..) => Ok("1".into()),
    }
}

fn render(text: &str) -> Result<String, String> {
    let template = Template::parse(text).map_err(|error| error.to_string())?;
    template
        .render_text(&scope)
        .map_err(|error| error.to_string())
}

#[test]
fn expressions_are_replaced_and_the_rest_stays() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(render(text).as_deref(), Ok(expected));
        assert_eq!(Template::parse(text).unwrap().to_string(), text);
    }
    check("", "");
    check("Hello, день", "Hello, день");
    check("${to.1}", "999000000001");
    check(
        "a ${ id.a } b ${1 + 1}${to.1}\n",
        "a id.a b 2999000000001\n",
    );
    check("${'}'}${\"${\"}", "}${");
    check("<SMS>${login}</SMS>", "<SMS><login/></SMS>");
    check("$ 5 $$ %1% {x} }", "$ 5 $$ %1% {x} }");
    check("$${to.1}", "${to.1}");
    check("$$${to.1}", "$${to.1}");
    check("$${a} ${'$'}${to.1}", "${a} $999000000001");
    check("5$", "5$");
}

#[test]
fn pieces_keep_what_was_written_apart_from_values() {
    let template = Template::parse("a$${${'<'}${login}${hex('FF')}b${1}").unwrap();
    let expected = [
        Piece::Literal("a${".to_owned()),
        Piece::Value("<".into()),
        Piece::Value(Value::Markup("<login/>".to_owned())),
        Piece::Value(Value::Bytes(vec![0xFF])),
        Piece::Literal("b".to_owned()),
        Piece::Value(Value::Number("1".parse().unwrap())),
    ];
    assert_eq!(template.render_pieces(&scope).unwrap(), expected);
    assert_eq!(
        Template::parse("").unwrap().render_pieces(&scope),
        Ok(vec![])
    );
}

#[test]
fn a_mistake_is_named_with_its_place() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(render(text).unwrap_err(), expected);
    }
    let unclosed =
        "stands where an operator or `}` is expected; a `${` that begins nothing is written `$${`";
    let operand = "stands where a name, a number, a \"text\" or a bracket is expected";
    check("costs ${5", &format!("column 10: the end {unclosed}"));
    check("${a b}", &format!("column 5: `b` {unclosed}"));
    check("${a)}", &format!("column 4: `)` {unclosed}"));
    check("день ${}", &format!("column 8: `}}` {operand}"));
    check(
        "a\nb ${x} ${ + }",
        &format!("line 2, column 11: `+` {operand}"),
    );
    check(
        "${\"a}",
        "column 3: the text that begins here is not closed with another \"",
    );
    check(
        "a ${1 - missing.x}",
        "column 9: missing.x: the target has none",
    );
    check(
        "\n ${hex('FF')}",
        "line 2, column 4: hex('FF'): it is bytes, and a text is needed",
    );
}

#[test]
fn what_it_needs_is_known_without_a_value() {
    let template = Template::parse("${tariff(to.1)} ${sum(a.b)} $${c} ${to.1}").unwrap();
    let names: Vec<_> = template.names().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["to.1", "a.b", "to.1"]);
    assert_eq!(template.functions(), ["tariff", "sum"]);
}

#[test]
fn yaml_scalars_are_templates() {
    #[track_caller]
    fn check(yaml: &str, expected: &str) {
        let template: Template = serde_yaml::from_str(yaml).unwrap();
        assert_eq!(template.to_string(), expected);
    }
    check("2", "2");
    check("-4", "-4");
    check("0.682", "0.682");
    check("007", "007");
    check("18446744073709551615", "18446744073709551615");
    check("999100000001234567890", "999100000001234567890");
    check("-999100000001234567890", "-999100000001234567890");
    check("true", "true");
    check("false", "false");
    check("'> ${price}'", "> ${price}");
    check("|\n  a\n  ${b}\n", "a\n${b}\n");
    check("''", "");
}

#[test]
fn yaml_that_is_no_template_says_why() {
    #[track_caller]
    fn check(yaml: &str, expected: &str) {
        let error = serde_yaml::from_str::<Vec<Template>>(yaml).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    check("[~]", "expected a text, a number, true or false");
    check("[[a]]", "expected a text, a number, true or false");
    check("[{ a: b }]", "expected a text, a number, true or false");
    check(
        "['a ${1 +}']",
        "column 8: `}` stands where a name, a number, a \"text\" or a bracket is expected",
    );
}

#[test]
fn the_schema_allows_what_is_read() {
    let schema = schema_for!(Vec<Template>);
    let expected = serde_json::json!({ "type": ["string", "number", "boolean"] });
    assert_eq!(schema.get("items"), Some(&expected));
}

proptest! {
    #[test]
    fn what_is_written_is_shown_again(
        pieces in prop::collection::vec(prop_oneof![
            any::<String>(),
            "[$ {}a-z]*",
            "\\$\\{ *[a-z]\\.[0-9] *\\}",
            "\\$\\{\"[^\"]*\"\\}",
        ], 0..6)
    ) {
        let text = pieces.concat();
        if let Ok(template) = Template::parse(&text) {
            prop_assert_eq!(template.to_string(), text);
            prop_assert_eq!(Template::parse(&template.to_string()), Ok(template));
        }
    }

    #[test]
    fn any_text_can_be_written(text in prop_oneof![any::<String>(), "[$ {}a-z]*"]) {
        prop_assert_eq!(render(&text.replace("${", "$${")), Ok(text));
    }
}

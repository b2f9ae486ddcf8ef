//! What expressions stand for, and what is said of those that stand for nothing.

use proptest::proptest;

use super::{Expression, Question, Unbound};
use crate::scenario::decimal::Decimal;
use crate::scenario::value::Value;

/// A name stands for what it is called, unless it is one of a few.
fn scope(question: Question<'_>) -> Result<Value, Unbound> {
    match question {
        Question::Name(path) => match path.to_string().as_str() {
            "before.credits" => Ok("100.5".into()),
            "count" => Ok(Decimal::from(3_u64).into()),
            "empty" => Ok("".into()),
            "to.1" => Ok("999000000001".into()),
            "login" => Ok(Value::Markup("<username>demo</username>".to_owned())),
            "missing.credits" => Err(Unbound("no step has this name".to_owned())),
            name => Ok(name.into()),
        },
        Question::Tariff("999000000001") => Ok("0.341".parse::<Decimal>().unwrap().into()),
        Question::Tariff(_) => Err(Unbound("no tariff covers this number".to_owned())),
        Question::Sum(path) => Ok(format!("sum of {path}").into()),
        Question::Count(path, text) => Ok(format!("{path} that are {text}").into()),
    }
}

fn evaluate(text: &str) -> Result<Value, String> {
    let expression = Expression::parse(text).map_err(|error| error.to_string())?;
    expression
        .evaluate(&scope)
        .map_err(|error| error.to_string())
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(evaluate(text).unwrap().to_string(), expected);
}

#[track_caller]
fn check_error(text: &str, expected: &str) {
    assert_eq!(evaluate(text).unwrap_err(), expected);
}

#[test]
fn names_have_points_and_indexes() {
    check("username", "username");
    check(" id.a ", "id.a");
    check("account.test_mode.username", "account.test_mode.username");
    check("number.NOT_DELIVERED", "number.NOT_DELIVERED");
    check("step.rows[1].status", "step.rows[1].status");
    check("step.rows[012].status", "step.rows[12].status");
    check("_x1", "_x1");
}

#[test]
fn numbers_are_calculated_exactly() {
    check("0.1 + 0.2", "0.3");
    check("1 + 2 * 3", "7");
    check("(1 + 2) * 3", "9");
    check("10 - 3 - 2", "5");
    check("10-3", "7");
    check("10 - -3", "13");
    check("-(1 + 2)", "-3");
    check("2 * -3 * - - 1", "-6");
    check("before.credits - 2 * tariff(to.1)", "99.818");
    check("count*count", "9");
    check("'2' + \"3\"", "5");
    check("((((7))))", "7");
}

#[test]
fn texts_stand_in_either_quotes() {
    check("\"it's\"", "it's");
    check("'say \"yes\"'", "say \"yes\"");
    check("'}) + 1 = ${'", "}) + 1 = ${");
    check("''", "");
    check("'день\n'", "день\n");
}

#[test]
fn functions_are_answered_here_or_by_the_caller() {
    check("repeat(\"ab\", 3)", "ababab");
    check("repeat('ab', 0)", "");
    check("repeat('день', 1 + 1)", "деньдень");
    check("repeat(7, count)", "777");
    check("shortened('день')", "ден");
    check("shortened('')", "");
    check("other_case('Ab-Жж1')", "aB-жЖ1");
    check("grouped(to.1)", "999 (00) 000-00-01");
    check("grouped('9990001')", "999 (00) 01");
    check("grouped('99900123')", "999 (00) 123");
    check("grouped('999001234')", "999 (00) 12-34");
    check("grouped(999000000000001)", "999 (00) 00-00-00-00-01");
    check("hex(\"FF FE\")", "FF FE");
    check("hex('fffe 0a')", "FF FE 0A");
    check("hex('')", "");
    check("percent('a b&\u{434}')", "a+b%26%D0%B4");
    check("percent(hex('FF'))", "%FF");
    check("percent(login)", "%3Cusername%3Edemo%3C%2Fusername%3E");
    check("percent(0.5)", "0.5");
    check("sum(sent.credits)", "sum of sent.credits");
    check("count( sent.status , \"1\" )", "sent.status that are 1");
    check(
        "count(sent.rows[1].status, 1 + 1)",
        "sent.rows[1].status that are 2",
    );
    check("tariff (\"999000000001\")", "0.341");
    let long = evaluate("repeat('ab', 1000000)").unwrap();
    assert_eq!(long.to_string().len(), 2_000_000);
}

#[test]
fn values_keep_their_kinds() {
    assert_eq!(evaluate("hex('FF FE')"), Ok(Value::Bytes(vec![0xFF, 0xFE])));
    assert!(matches!(evaluate("login"), Ok(Value::Markup(_))));
    assert!(matches!(evaluate("(before.credits)"), Ok(Value::Text(_))));
    assert!(matches!(
        evaluate("before.credits + 0"),
        Ok(Value::Number(_))
    ));
}

#[test]
fn a_mistake_is_named_with_its_place() {
    let operand = "stands where a name, a number, a \"text\" or a bracket is expected";
    let end = "stands where an operator or the end is expected";
    check_error("", &format!("column 1: the end {operand}"));
    check_error(" ", &format!("column 2: the end {operand}"));
    check_error("1 +", &format!("column 4: the end {operand}"));
    check_error("1 + * 2", &format!("column 5: `*` {operand}"));
    check_error("'день' + )", &format!("column 10: `)` {operand}"));
    check_error("a +\n b +\n +", &format!("line 3, column 2: `+` {operand}"));
    check_error("деньги", &format!("column 1: `д` {operand}"));
    check_error("a b.c", &format!("column 3: `b` {end}"));
    check_error("5x", &format!("column 2: `x` {end}"));
    check_error("a / b", &format!("column 3: `/` {end}"));
    check_error("a)", &format!("column 2: `)` {end}"));
    check_error("to.1(2)", &format!("column 5: `(` {end}"));
    check_error("a-b c", &format!("column 5: `c` {end}"));
    let long = format!("1 {}", "x".repeat(70));
    let excerpt = "x".repeat(60);
    check_error(&long, &format!("column 3: `{excerpt}…` {end}"));
    check_error(
        "(1 + 2",
        "column 7: the end stands where an operator or `)` is expected",
    );
    check_error(
        "(a b)",
        "column 4: `b` stands where an operator or `)` is expected",
    );
    check_error(
        "1 + 'abc",
        "column 5: the text that begins here is not closed with another '",
    );
    check_error(
        "\"abc'",
        "column 1: the text that begins here is not closed with another \"",
    );
    let form = "is no number; numbers are written as 195, 0.682 or -1";
    check_error("1 + 1.2.3", &format!("column 5: \"1.2.3\" {form}"));
    check_error("007", &format!("column 1: \"007\" {form}"));
    check_error("1.", &format!("column 1: \"1.\" {form}"));
    check_error(
        "0.1234567890123",
        "column 1: \"0.1234567890123\" has more than 12 digits behind the point",
    );
    let segment = "stands where a part of a name is expected: letters, digits or _";
    check_error("step.", &format!("column 6: the end {segment}"));
    check_error("step. credits", &format!("column 6: ` ` {segment}"));
    check_error("a..b", &format!("column 3: `.` {segment}"));
    for text in [
        "rows[0]",
        "rows[]",
        "rows[1",
        "rows[-1]",
        "rows[a]",
        "rows[99999999999999999999]",
    ] {
        check_error(
            text,
            "column 5: an index is a whole number from 1, as in rows[1]",
        );
    }
}

#[test]
fn a_function_that_is_misused_shows_how_it_is_used() {
    check_error(
        "1 + average(a)",
        "column 5: there is no function average; there are count, grouped, hex, other_case, percent, repeat, shortened, sum and tariff",
    );
    #[track_caller]
    fn check(text: &str, found: &str, usage: &str) {
        let expected =
            format!("{found} stands where it should not; the function is written {usage}");
        check_error(text, &expected);
    }
    check("sum(1)", "column 5: `1`", "sum(sent.credits)");
    check("sum()", "column 5: `)`", "sum(sent.credits)");
    check("sum(a.b + 1)", "column 9: `+`", "sum(sent.credits)");
    check("sum(a.b, c)", "column 8: `,`", "sum(sent.credits)");
    check("sum(a.b", "column 8: the end", "sum(sent.credits)");
    check("count(a.b)", "column 10: `)`", "count(sent.status, \"1\")");
    check(
        "count('a', 1)",
        "column 7: `'`",
        "count(sent.status, \"1\")",
    );
    check("repeat('ab')", "column 12: `)`", "repeat(\"ab\", 80)");
    check("repeat('ab', 1, 2)", "column 15: `,`", "repeat(\"ab\", 80)");
    check("grouped(1, 2)", "column 10: `,`", "grouped(to.1)");
    check("hex('FF' 'FE')", "column 10: `'`", "hex(\"FF FE\")");
    check("percent(a", "column 10: the end", "percent(\"a b\")");
    check("tariff(a; b)", "column 9: `;`", "tariff(to.1)");
}

#[test]
fn the_usage_of_each_function_is_right() {
    for name in [
        "count", "grouped", "hex", "percent", "repeat", "sum", "tariff",
    ] {
        let error = evaluate(&format!("{name}(a,b,c)")).unwrap_err();
        let usage = error.split("is written ").nth(1).unwrap();
        let expression = Expression::parse(usage).unwrap();
        assert_eq!(expression.functions(), [name]);
        expression.evaluate(&scope).unwrap();
    }
}

#[test]
fn what_has_no_value_is_named_with_its_place_and_not_quoted() {
    check_error(
        "1 + missing.credits",
        "column 5: missing.credits: no step has this name",
    );
    check_error(
        "2 *\n tariff(id.a)",
        "line 2, column 2: tariff(id.a): no tariff covers this number",
    );
    let needed = "and a number is needed";
    check_error(
        "1 + (password) * 2",
        &format!("column 5: (password): it is a text that is no number, {needed}"),
    );
    check_error(
        "- empty",
        &format!("column 3: empty: it is an empty text, {needed}"),
    );
    check_error(
        "login+1",
        &format!("column 1: login: it is markup, {needed}"),
    );
    check_error(
        "1 - hex( 'FF' ) ",
        &format!("column 5: hex( 'FF' ): it is bytes, {needed}"),
    );
    check_error(
        "repeat(hex('FF'), 2)",
        "column 8: hex('FF'): it is bytes, and a text is needed",
    );
    check_error(
        "0.0000001 * 0.0000001",
        "column 1: 0.0000001 * 0.0000001: the result has more than 12 digits behind the point",
    );
    check_error(
        "(-99999999999999999999 * 99999999999999999999)",
        "column 1: (-99999999999999999999 * 99999999999999999999): the result is too large a number to calculate \
         with",
    );
    let times = "a text is repeated a whole number of times, from 0";
    check_error(
        "repeat('a', 0.5)",
        &format!("column 1: repeat('a', 0.5): {times}"),
    );
    check_error(
        "repeat('a', -1)",
        &format!("column 1: repeat('a', -1): {times}"),
    );
    let long = "it would have more than 2000000 characters";
    check_error(
        "repeat('ab', 1000001)",
        &format!("column 1: repeat('ab', 1000001): {long}"),
    );
    check_error(
        "repeat('abc', 18446744073709551615)",
        &format!("column 1: repeat('abc', 18446744073709551615): {long}"),
    );
    let grouped = "only a number of 7 to 15 digits can be grouped";
    for number in [
        "'123456'",
        "'1234567890123456'",
        "'+9990001'",
        "'999д000'",
        "''",
    ] {
        let text = format!("grouped({number})");
        check_error(&text, &format!("column 1: {text}: {grouped}"));
    }
    let pairs = "bytes are written as pairs of hexadecimal digits, such as FF FE";
    for digits in ["'F'", "'FF F'", "'F FF'", "'GG'", "'+F'", "'дд'"] {
        let text = format!("hex({digits})");
        check_error(&text, &format!("column 1: {text}: {pairs}"));
    }
    let name = "x".repeat(70);
    check_error(
        &format!("-{name}"),
        &format!(
            "column 2: {}…: it is a text that is no number, {needed}",
            "x".repeat(60)
        ),
    );
}

#[test]
fn bytes_are_no_text() {
    let expression = Expression::parse(" hex('FF')").unwrap();
    let error = expression.evaluate_text(&scope).unwrap_err();
    let expected = "column 2: hex('FF'): it is bytes, and a text is needed";
    assert_eq!(error.to_string(), expected);
    let number = Expression::parse("1.50").unwrap();
    assert_eq!(number.evaluate_text(&scope).unwrap(), "1.5");
}

#[test]
fn depth_is_limited_and_length_is_not() {
    let nested = |open: &str, depth: usize, close: &str| {
        format!("{}1{}", open.repeat(depth), close.repeat(depth))
    };
    check(&nested("(", 50, ")"), "1");
    check(&nested("-", 50, ""), "1");
    check(&nested("repeat(", 50, ",1)"), "1");
    let deep = "brackets, functions and signs stand more than 50 deep in each other";
    check_error(&nested("(", 51, ")"), &format!("column 51: {deep}"));
    check_error(&nested("-(", 1_000_000, ")"), &format!("column 51: {deep}"));
    check_error(
        &nested("repeat(", 1_000_000, ",1)"),
        &format!("column 357: {deep}"),
    );
    check(&format!("0{}", "+(1)-1*1+2".repeat(100_000)), "200000");
    let text = "д".repeat(1_000_000);
    check(&format!("'{text}'"), &text);
}

#[test]
fn what_it_needs_is_known_without_a_value() {
    #[track_caller]
    fn check(text: &str, names: &[&str], functions: &[&str]) {
        let expression = Expression::parse(text).unwrap();
        let found: Vec<_> = expression.names().iter().map(ToString::to_string).collect();
        assert_eq!(found, names);
        assert_eq!(expression.functions(), functions);
        assert_eq!(expression.to_string(), text.trim());
    }
    check("1 + 'a'", &[], &[]);
    check(" to.1 ", &["to.1"], &[]);
    check("-(a - b) * a", &["a", "b", "a"], &[]);
    check(
        "count(sent.status, id.a) + sum(x.credits)",
        &["sent.status", "id.a", "x.credits"],
        &["count", "sum"],
    );
    check(
        "repeat(grouped(to.1), turn) ",
        &["to.1", "turn"],
        &["repeat", "grouped"],
    );
    check("percent(hex('FF'))", &[], &["percent", "hex"]);
    check(
        "tariff(number.DELIVERED)",
        &["number.DELIVERED"],
        &["tariff"],
    );
}

proptest! {
    #[test]
    fn whatever_is_written_gets_an_answer(text in "([a-z0-9.,+*() \"'\\[\\]-]|to\\.1|sum\\(|hex\\()*") {
        _ = evaluate(&text);
    }
}

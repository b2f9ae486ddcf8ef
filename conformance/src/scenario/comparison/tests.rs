//! What holds for which values, what is said of it, and what cannot be read.

use proptest::{prop_assert, prop_assert_eq, proptest};

use super::Comparison;

#[track_caller]
fn check(text: &str, right: &[&str], wrong: &[&str]) {
    let comparison = Comparison::parse(text).unwrap();
    for actual in right {
        assert!(
            comparison.holds(Some(actual)),
            "{text} does not hold for {actual:?}"
        );
    }
    for actual in wrong {
        assert!(
            !comparison.holds(Some(actual)),
            "{text} holds for {actual:?}"
        );
    }
    assert!(!comparison.holds(None), "{text} holds for nothing");
}

#[test]
fn numbers_are_compared_as_numbers() {
    check(
        "2",
        &["2", "2.0", "2.00"],
        &["3", "", "02", "+2", " 2", "2 ", "-2"],
    );
    check("0.682", &["0.682", "0.6820"], &["0.683", "0,682", ".682"]);
    check("-1", &["-1"], &["1", "−1"]);
    check("> 0", &["1", "0.00000001"], &["0", "-1", "", "abc", "0x1"]);
    check(">=1.5", &["1.5", "1.50", "2"], &["1.49", "x"]);
    check(" <  10 ", &["9", "-1"], &["10", "100", ""]);
    check("<= 0", &["0", "-0", "-4"], &["0.1", ""]);
    check("!= 0", &["1", "-1", "abc", ""], &["0", "0.0"]);
    check("= 2", &["2.0"], &["3"]);
}

#[test]
fn texts_are_compared_exactly() {
    check("SENT", &["SENT"], &["sent", "SENT ", " SENT", "", "SENTX"]);
    check("  UAH  ", &["UAH"], &["  UAH  "]);
    check("", &[""], &[" ", "0"]);
    check("!= UAH", &["USD", ""], &["UAH"]);
    check("день", &["день"], &["День"]);
    check("007", &["007"], &["7"]);
    check("1e3", &["1e3"], &["1000"]);
    check(
        "0.1234567890123",
        &["0.1234567890123"],
        &["0.12345678901230"],
    );
    check("Present", &["Present"], &["x"]);
    check("it's 'so'", &["it's 'so'"], &["so"]);
    check(
        "2026-01-02 03:04:05",
        &["2026-01-02 03:04:05"],
        &["2026-01-02"],
    );
}

#[test]
fn quotes_make_a_text_of_anything() {
    check("'absent'", &["absent"], &["", "'absent'"]);
    check("\"present\"", &["present"], &["x"]);
    check("''", &[""], &[" "]);
    check("' a '", &[" a "], &["a"]);
    check("'1.0'", &["1.0"], &["1", "1.00"]);
    check("!= '1.0'", &["1", "2"], &["1.0"]);
    check("'A or B'", &["A or B"], &["A", "B"]);
    check("'> 0'", &["> 0"], &["1"]);
    check("\"it's\"or'x'", &["it's", "x"], &["or"]);
}

#[test]
fn alternatives_are_any_comparisons() {
    check(
        "SENT or DELIVERED",
        &["SENT", "DELIVERED"],
        &["SENT or DELIVERED", "0", ""],
    );
    check("A or B or C", &["A", "B", "C"], &["D"]);
    check("0  or\n> 10", &["0", "11"], &["5", "10"]);
    check("'a or b' or c", &["a or b", "c"], &["a", "b"]);
    check(
        "zero or date",
        &["0000-00-00 00:00:00", "2026-01-02 03:04:05"],
        &[""],
    );
    check("order or color", &["order", "color"], &["or"]);
    check("1 or ''", &["1", ""], &["2"]);
}

#[test]
fn absent_holds_for_nothing_else() {
    #[track_caller]
    fn check(text: &str, nothing: bool, empty: bool, zero: bool) {
        let comparison = Comparison::parse(text).unwrap();
        let holds = [None, Some(""), Some("0")].map(|actual| comparison.holds(actual));
        assert_eq!(holds, [nothing, empty, zero]);
    }
    check("absent", true, false, false);
    check("present", false, true, true);
    check("absent or 0", true, false, true);
    check("!= 0", false, true, false);
}

#[test]
fn numbers_and_dates_have_their_right_forms() {
    check(
        "number",
        &["0", "195", "780.64", "0.682", "-1", "0.123456789"],
        &[
            "", "195.00", "0,5", "007", "+1", ".5", "1.", "-0", "1e3", "abc",
        ],
    );
    check(
        "date",
        &[
            "2026-01-02 03:04:05",
            "2024-02-29 23:59:59",
            "1999-12-31 00:00:00",
        ],
        &[
            "0000-00-00 00:00:00",
            "2026-02-29 00:00:00",
            "2026-13-01 00:00:00",
            "2026-00-10 00:00:00",
            "2026-01-02 24:00:00",
            "2026-01-02 23:59:60",
            "2026-01-02 03:60:00",
            "2026-01-02T03:04:05",
            "2026-01-02 03:04",
            "2026-01-02 3:04:05",
            "2026-1-2 03:04:05",
            "2026-01-02 03:04:05 ",
            " 2026-01-02 03:04:05",
            "2026-01-02  03:04:05",
            "2026-01-02 03:04:05.0",
            "2026-01-02 03:04:05Z",
            "2026-01-02 03:04:05[UTC]",
            "02.01.2026 03:04:05",
            "+02026-01-02 03:04:05",
            "2026-01-02",
            "",
        ],
    );
    check(
        "zero",
        &["0000-00-00 00:00:00"],
        &["0", "", "0000-00-00", "2026-01-02 03:04:05"],
    );
}

#[test]
fn a_status_may_be_a_name() {
    #[track_caller]
    fn check(text: &str, shown: &str, right: &[&str], wrong: &[&str]) {
        let comparison = Comparison::parse_status(text).unwrap();
        assert_eq!(comparison.to_string(), shown);
        for (expected, values) in [(true, right), (false, wrong)] {
            for actual in values {
                assert_eq!(comparison.holds(Some(actual)), expected, "{actual}");
            }
        }
    }
    check("AUTH_FAILED", "-1", &["-1"], &["1", "AUTH_FAILED"]);
    check("OK", "0", &["0"], &["1"]);
    check("SEND_OK", "> 0", &["1", "100"], &["0", "-1"]);
    check("!= SEND_OK", "<= 0", &["0", "-1"], &["1"]);
    check("!= XML_ERROR", "!= -2", &["0"], &["-2"]);
    check("> BAD_SENDER_NAME", "> -7", &["-5"], &["-7"]);
    check(
        "NO_RECIPIENTS or INVALID_TEXT",
        "-4 or -5",
        &["-4", "-5"],
        &["-3"],
    );
    check("-3", "-3", &["-3"], &["3"]);
    check("> 0 or present", "> 0 or present", &["1", "x"], &[]);
    check("'OK'", "OK", &["OK"], &["0"]);
}

#[test]
fn what_is_expected_is_shown_in_words() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(Comparison::parse(text).unwrap().to_string(), expected);
    }
    check("2", "2");
    check("1.50", "1.5");
    check(">0", "> 0");
    check(">=  0.5", ">= 0.5");
    check("!= UAH", "!= UAH");
    check("SENT  or DELIVERED", "SENT or DELIVERED");
    check("absent or present", "absent or present");
    check("number", "a number such as 0.682");
    check(
        "zero or date",
        "0000-00-00 00:00:00 or a date such as 2026-01-02 03:04:05",
    );
    check("\"absent\"", "'absent'");
    check("", "''");
    check("' a'", "' a'");
    check("'1'", "'1'");
    check("!= 'A or B'", "!= 'A or B'");
    check("\"'a'\"", "\"'a'\"");
    check("'abc'", "abc");
    check("\"it's\"", "it's");
    check("'> 0'", "'> 0'");
}

#[test]
fn a_mistake_is_named_with_its_place() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(Comparison::parse(text).unwrap_err().to_string(), expected);
    }
    let missing = "stands where a number or a text is expected; write '' for an empty text";
    check(" ", &format!("column 2: the end {missing}"));
    check(">", &format!("column 2: the end {missing}"));
    check("!= or 1", &format!("column 4: `or` {missing}"));
    check("or", &format!("column 1: `or` {missing}"));
    check("SENT or", &format!("column 8: the end {missing}"));
    check("SENT or or 1", &format!("column 9: `or` {missing}"));
    check(
        "1 or 'abc",
        "column 6: the text that begins here is not closed with another '",
    );
    check(
        "'a' b",
        "column 5: `b` stands where `or` or the end is expected",
    );
    check(
        "'день'ом",
        "column 7: `о` stands where `or` or the end is expected",
    );
    check(
        "1 or\n'a' orb",
        "line 2, column 5: `orb` stands where `or` or the end is expected",
    );
    check(
        "> abc",
        "column 3: \"abc\" is no number; `>` compares numbers",
    );
    check(
        "1 or <= '1'",
        "column 9: \"1\" is no number; `<=` compares numbers",
    );
    check(
        "> > 1",
        "column 3: \"> 1\" is no number; `>` compares numbers",
    );
    check(
        "< 1,5",
        "column 3: \"1,5\" is no number; `<` compares numbers",
    );
    check(
        &format!(">= {}", "9".repeat(70)),
        &format!(
            "column 4: \"{}…\" is no number; `>=` compares numbers",
            "9".repeat(60)
        ),
    );
    check(
        "!= absent",
        "column 4: `!=` does not go with `absent`; in quotes, 'absent' is a text",
    );
    check(
        "1 or > date",
        "column 8: `>` does not go with `date`; in quotes, 'date' is a text",
    );
}

#[test]
fn a_name_that_is_no_status_is_named() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(
            Comparison::parse_status(text).unwrap_err().to_string(),
            expected
        );
    }
    let names = "write a number or one of AUTH_FAILED, XML_ERROR, NOT_ENOUGH_CREDITS, NO_RECIPIENTS, OK, SEND_OK, \
                 INVALID_TEXT, BAD_SENDER_NAME";
    check(
        "AUTH_FAILD",
        &format!("column 1: \"AUTH_FAILD\" is no status; {names}"),
    );
    check(
        "0 or ok",
        &format!("column 6: \"ok\" is no status; {names}"),
    );
    check(
        "> SENT",
        &format!("column 3: \"SENT\" is no status; {names}"),
    );
    check(
        "> SEND_OK",
        "column 3: SEND_OK is every number above 0; `>` does not go with it",
    );
    check(
        "",
        "column 1: the end stands where a number or a text is expected; write '' for an empty text",
    );
}

proptest! {
    #[test]
    fn whatever_is_written_gets_an_answer(text in "([a-zA-Z0-9 .<>=!'\"-]|or| or |absent)*") {
        _ = Comparison::parse(&text);
        _ = Comparison::parse_status(&text);
    }

    #[test]
    fn every_text_can_be_written_in_quotes(text in "[^']*") {
        let comparison = Comparison::parse(&format!("'{text}'")).unwrap();
        prop_assert!(comparison.holds(Some(&text)));
        let longer = format!("{text}.0");
        prop_assert!(!comparison.holds(Some(&longer)));
        prop_assert_eq!(Comparison::parse(&comparison.to_string()), Ok(comparison));
    }
}

#[test]
fn an_example_of_a_comparison_fits_it() {
    #[track_caller]
    fn check(text: &str, likely: &[&str], expected: Option<&str>) {
        let comparison = Comparison::parse(text).unwrap();
        let example = comparison.example(likely);
        assert_eq!(example.as_deref(), expected, "{text}");
        assert!(comparison.holds(example.as_deref()), "{text}");
    }
    check("> 0", &["0.682"], Some("0.682"));
    check("> 1", &["0.682"], Some("2"));
    check("< 0", &["0.682"], Some("-1"));
    check(">= 7.5", &[], Some("7.5"));
    check("!= 0", &["0"], Some("1"));
    check("SENT or DELIVERED", &["DELIVERED"], Some("DELIVERED"));
    check("SENT or DELIVERED", &["0"], Some("SENT"));
    check("!= SENT", &["SENT"], Some("SENTx"));
    check("absent", &["1"], None);
    check("present", &["x"], Some("x"));
    check("number", &["1.50"], Some("1"));
    check("date", &[], Some("2026-01-02 03:04:05"));
    check("zero", &["0"], Some("0000-00-00 00:00:00"));
}

//! Evidence as text: readable, and without secrets.

use insta::assert_snapshot;

use super::rows;
use super::sample::{
    ONE, PASSWORD, asked, form, headed, judged, multipart, of, raw, send, unasked, unescaped,
};
use crate::clause::Registry;
use crate::finding::cases::{Telling, found, id, of as cases};
use crate::finding::language::Language;
use crate::finding::rule::Rules;
use crate::finding::{Evidence, evidence, habits, secrets};
use crate::run::event::Verdict;
use crate::run::redaction::Redaction;
use crate::run::runner::Strictness;
use crate::stand_in::received::Received;

fn nothing() -> Redaction {
    Redaction::new([], [])
}

fn shown(received: Received) -> String {
    let talk = unasked([received]);
    let (found, _) = judged(&talk);
    let redaction = secrets::heard(talk.iter().map(|(received, _)| received));
    let page = found.iter().map(|finding| {
        let evidence = finding
            .evidence
            .as_ref()
            .map(|bytes| evidence::text(bytes, &redaction));
        format!(
            "{}: {}\n{}\n",
            finding.rule,
            finding.detail,
            evidence.unwrap_or_default()
        )
    });
    page.collect()
}

#[test]
fn an_author_sees_which_byte_is_wrong() {
    assert_snapshot!(shown(unescaped(&send("Fish &amp; Chips", ONE))));
    assert_snapshot!(shown(multipart(send("Fish & Chips", ONE))));
    assert_snapshot!(shown(form(
        crate::xml::charset::Charset::Windows1251.encode(&send("Привет", ONE))
    )));
    assert_snapshot!(shown(form(send("Hello", &ONE.replace("a1", "a\"1")))));
    assert_snapshot!(shown(form(send(
        "Hello",
        &format!("{ONE}\n{ONE}").replace("0001", "00 O1")
    ))));
}

#[test]
fn marks_are_below_what_they_mark() {
    #[track_caller]
    fn check(bytes: &[u8], mark: std::ops::Range<usize>, expected: &str) {
        let evidence = Evidence::around("the body", bytes, vec![mark]);
        assert_eq!(evidence::text(&evidence, &nothing()), expected);
    }
    check(b"a&b", 1..2, "the body, byte 1\na&b\n ^");
    check("пр&в".as_bytes(), 4..5, "the body, byte 4\nпр&в\n  ^");
    check(
        b"a\r\n\x01&\xFF",
        5..6,
        "the body, byte 5\na\\r\\n\\u{1}&\\xFF\n           ^^^^",
    );
    check(b"abc", 3..3, "the body, byte 3\nabc\n   ^");
    check(b"", 0..0, "the body, byte 0\n\n^");
    let long = format!("{}&{}", "a".repeat(5000), "b".repeat(9000));
    let line = format!("…{}&{}…", "a".repeat(30), "b".repeat(30));
    check(
        long.as_bytes(),
        5000..5001,
        &format!("the body, byte 5000\n{line}\n{}^", " ".repeat(31)),
    );
}

/// Every form of a request with a secret in it, and something wrong beside or in the secret.
fn with_secrets(password: &str) -> Vec<Received> {
    let escaped = password.replace('&', "&amp;").replace('<', "&lt;");
    let mut all = Vec::new();
    for written in [password.to_owned(), escaped] {
        let document = send("Fish & Chips", ONE).replace(PASSWORD, &written);
        let right = send("Fish &amp; Chips", ONE).replace(PASSWORD, &written);
        for document in [document, right] {
            all.push(form(&document));
            all.push(unescaped(&document));
            all.push(multipart(&document));
            all.push(raw(document.clone()));
            all.push(headed(
                raw(document.clone()),
                "text/xml",
                "application/json",
            ));
            all.push(form(document.replace("</password>", "")));
            all.push(raw(document.replace("<SMS>", "<sms>")));
            all.push(raw(document.replace("demo", "&")));
            all.push(raw(format!(
                "{{\"password\": \"{written}\", \"text\": \"a\"}}"
            )));
            all.push(raw(format!("user=demo&password={written}&text=a")));
            let query = String::from_utf8(form(&document).body).unwrap();
            all.push(headed(form(""), "xml.php", &format!("xml.php?{query}")));
        }
    }
    all
}

#[test]
fn no_secret_is_in_what_is_shown() {
    let mut pages = 0;
    for password in [
        "s3cret",
        "s3c&ret",
        "s3c<ret",
        "пар0ль",
        "s3c+ret",
        "s3c%41ret",
        "a&b",
    ] {
        for received in with_secrets(password) {
            let page = shown(received.clone());
            pages += usize::from(!page.is_empty());
            for piece in ["s3c", "ret", "пар0", "a&b", "a&amp;b", "s3c%"] {
                let body = String::from_utf8_lossy(&received.body).into_owned();
                let found = page.contains(piece) && password.contains(&piece.replace("&amp;", "&"));
                assert!(!found, "{piece} of {password}\n{page}\n{body}");
            }
            assert!(!page.contains("999000000001"), "{page}");
            assert!(!page.contains("99900000"), "{page}");
        }
    }
    assert!(pages > 200, "{pages}");
}

#[test]
fn a_password_that_the_kit_gave_is_not_in_a_detail() {
    let document = send("Hello", ONE).replace(PASSWORD, "another-one");
    for talk in [
        of(&asked("Hello"), form(&document)),
        of(
            &asked("Hello"),
            form(send("Hello", ONE).replace(PASSWORD, "S3CRET-PW")),
        ),
        of(
            &asked("Hello"),
            unescaped(&document.replace("another-one", "s3cret pw")),
        ),
    ] {
        let (found, _) = judged(&talk);
        assert!(
            found.iter().any(|finding| finding.rule == "login-changed"),
            "{found:#?}"
        );
        for finding in &found {
            let lower = finding.detail.to_lowercase();
            assert!(
                !lower.contains("s3cret") && !lower.contains("another-one"),
                "{lower}"
            );
        }
    }
}

fn telling<'t>(rules: &'t Rules, registry: &'t Registry, redaction: &'t Redaction) -> Telling<'t> {
    Telling {
        rules,
        registry,
        language: Some(Language::Php),
        redaction,
        strictness: Strictness::Must,
    }
}

#[test]
fn a_rule_is_a_case() {
    let (rules, registry, redaction) = (
        Rules::built_in().unwrap(),
        Registry::built_in().unwrap(),
        nothing(),
    );
    let telling = telling(&rules, &registry, &redaction);
    let talk = unasked([
        unescaped(&send("C++", ONE)),
        unescaped(&send("C++", ONE)),
        form(send("Hello", "<number>999000000001</number>")),
    ]);
    let (found, looked) = judged(&talk);
    let looked = looked.into_iter().collect();
    let cases = cases(&found, &looked, &telling);
    assert_eq!(
        cases.len(),
        rules.iter().filter(|rule| rule.needs.is_some()).count()
    );
    let case = |name: &str| cases.iter().find(|case| case.id == name).unwrap();
    let broken = case("sends/FORM-07-plus-lost");
    assert_eq!(broken.verdict, Verdict::Failed);
    assert_eq!(broken.clauses, ["FORM-07"]);
    let [step] = broken.steps.as_slice() else {
        panic!("{broken:#?}");
    };
    let [check] = step.checks.as_slice() else {
        panic!("{step:#?}");
    };
    assert_eq!(
        check.actual,
        "the + at byte 236 of the body becomes a blank, and 1 more (2 times, first in request 1)"
    );
    assert!(check.difference.as_deref().unwrap().contains("C++"));
    let advice = check.advice.as_ref().unwrap();
    assert!(advice.mend.contains("http_build_query"), "{}", advice.mend);
    assert_eq!(case("sends/SEND-12-no-id").verdict, Verdict::Warned);
    assert_eq!(case("sends/FORM-11-wrong-method").verdict, Verdict::Passed);
    assert_eq!(
        case("sends/CLIENT-11-polls-final").verdict,
        Verdict::Skipped("no final word was answered".to_owned())
    );
    for rule in rules.iter().filter(|rule| rule.needs.is_some()) {
        assert_eq!(case(&id(rule)).location.line, rule.line());
    }
}

#[test]
fn the_worst_stands_first_in_a_profile() {
    let (rules, registry, redaction) = (
        Rules::built_in().unwrap(),
        Registry::built_in().unwrap(),
        nothing(),
    );
    let mut findings = Vec::new();
    for row in rows::all() {
        findings.extend(judged(&row.broken).0);
    }
    let once = findings.iter().map(|finding| ("send/a", finding));
    let twice = once.clone().chain(once);
    let rows = found(twice, &telling(&rules, &registry, &redaction));
    assert!(rows.is_sorted_by_key(|row| row.severity));
    for row in &rows {
        assert_eq!(row.cases, ["send/a"]);
        assert!(row.count >= 2);
    }
}

#[test]
fn habits_are_counted() {
    let requests = [
        form(send("Hello", ONE)),
        form(send("<![CDATA[Hello]]>", ONE).replace("authentication", "authentification")),
        multipart(send("Hello", ONE)),
    ];
    let habits: Vec<String> = habits::of(&requests)
        .into_iter()
        .map(|habit| format!("{}: {} ({})", habit.name, habit.value, habit.requests))
        .collect();
    assert_snapshot!(habits.join("\n"));
}

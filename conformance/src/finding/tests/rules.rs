//! The registry and the code: every rule has its clause, is looked for, is found where it is broken, and is not found
//! where it is nearly broken.

use std::collections::BTreeSet;
use std::path::Path;

use super::rows;
use super::sample::judged;
use crate::clause::Registry;
use crate::finding::rule::{Rules, Severity, Side};

fn request_rules(rules: &Rules) -> BTreeSet<&str> {
    rules
        .iter()
        .filter(|rule| rule.side == Side::Request)
        .map(|rule| rule.id.as_str())
        .collect()
}

#[test]
fn every_rule_is_whole() {
    let rules = Rules::built_in().unwrap();
    let registry = Registry::built_in().unwrap();
    let mut ids = BTreeSet::new();
    for rule in rules.iter() {
        let id = &rule.id;
        assert!(ids.insert(id), "{id} stands twice");
        assert!(
            registry.get(&rule.clause).is_some(),
            "{id} cites {}",
            rule.clause
        );
        for text in [&rule.right, &rule.consequence, &rule.mend] {
            assert!(text.ends_with('.'), "{id}: {text}");
        }
        for text in rule.mend_in.values() {
            assert!(text.ends_with(['.', ')']), "{id}: {text}");
        }
        assert!(!rule.title.ends_with('.'), "{id}");
        assert_eq!(rule.needs.is_some(), rule.side == Side::Request, "{id}");
        assert!(rule.line() > 1, "{id}");
    }
    assert!(ids.len() >= 81);
}

/// The code that judges.
fn code() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/finding");
    let mut code = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            code.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
    code
}

#[test]
fn every_rule_of_requests_is_in_the_code() {
    let rules = Rules::built_in().unwrap();
    let code = code();
    for rule in request_rules(&rules) {
        assert!(
            code.contains(&format!("\"{rule}\"")),
            "nothing looks for {rule}"
        );
    }
}

#[test]
fn every_rule_that_is_looked_at_exists() {
    let rules = Rules::built_in().unwrap();
    let known = request_rules(&rules);
    for row in rows::all() {
        for talk in [&row.broken, &row.near] {
            let (found, looked) = judged(talk);
            for rule in found.iter().map(|finding| finding.rule).chain(looked) {
                assert!(known.contains(rule), "{rule} is no rule");
            }
        }
    }
}

#[test]
fn every_rule_of_requests_has_rows() {
    let rules = Rules::built_in().unwrap();
    let tested: BTreeSet<&str> = rows::all().iter().map(|row| row.rule).collect();
    assert_eq!(tested, request_rules(&rules));
}

#[test]
fn a_rule_is_found_where_it_is_broken_and_nothing_else_is() {
    let rules = Rules::built_in().unwrap();
    let mut wrong = Vec::new();
    for row in rows::all() {
        let (found, looked) = judged(&row.broken);
        assert!(looked.contains(&row.rule), "{} was not looked at", row.rule);
        let told: Vec<String> = found
            .iter()
            .map(|finding| format!("{}: {}", finding.rule, finding.detail))
            .collect();
        let wanted = format!("{}: {}", row.rule, row.detail);
        let is_alone = found.iter().all(|finding| {
            finding.rule == row.rule
                || row.also.contains(&finding.rule)
                || rules.get(finding.rule).unwrap().severity == Severity::Note
        });
        if !told.contains(&wanted) || !is_alone {
            wrong.push((wanted, told));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_rule_is_not_found_where_it_is_nearly_broken() {
    for row in rows::all() {
        let (found, looked) = judged(&row.near);
        let told: Vec<String> = found
            .iter()
            .filter(|finding| finding.rule == row.rule)
            .map(|finding| finding.detail.clone())
            .collect();
        assert!(told.is_empty(), "{}: {told:#?}", row.rule);
        assert!(
            looked.contains(&row.rule) || row.rule == "plain-http",
            "{} was not looked at where it is nearly broken: {looked:?}",
            row.rule
        );
    }
}

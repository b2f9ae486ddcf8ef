//! Reports in files: each is read by a strict reader of its format, and all agree about the counts.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use serde_json::Value;

use crate::canned::{Canned, status};
use crate::folder::{Folder, Ran, judging};
use crate::verdicts::{BALANCE, SHOULD, with_credits};

/// One case of each verdict: passed, warned, failed, known, stale, errored, skipped.
fn folder(test: &str, endpoint: &Canned) -> Folder {
    let folder = Folder::with(test, "money/BALANCE-01-fails", BALANCE);
    folder.target(endpoint, "");
    let passes = BALANCE.replace("status: 0, credits: 5", "status: -1");
    folder.scenario("money/BALANCE-01-passes", &passes);
    folder.scenario("money/BALANCE-01-stale", &passes);
    folder.scenario("money/BALANCE-01-known", BALANCE);
    folder.scenario(
        "money/BALANCE-01-errs",
        &BALANCE.replace("    expect", "    write: { quotes: pigeon }\n    expect"),
    );
    folder.scenario(
        "money/BALANCE-01-skips",
        &BALANCE.replace("- ask", "- as: poor\n    ask"),
    );
    folder.scenario("money/MONEY-03-warns", SHOULD);
    let entry = |name: &str| {
        format!(
            "- {{ check: money/BALANCE-01-{name}, reason: \"# ours\\\\\", expires: 2999-12-31 }}\n"
        )
    };
    folder.write("baseline.yaml", &(entry("known") + &entry("stale")));
    folder
}

fn judged(test: &str, reports: &[&str]) -> (Folder, Ran) {
    let endpoint = Canned::answering(&[("BALANCE", &status(-1))]);
    let folder = folder(test, &endpoint);
    let mut arguments = vec!["--baseline", "baseline.yaml"];
    for report in reports {
        arguments.extend(["--report", report]);
    }
    let ran = folder.judge(&arguments);
    assert_eq!(ran.code, 3, "{}", ran.screen());
    (folder, ran)
}

const LAST: &str = "selected 7 / ran 6 / passed 2 / failed 3 / known 1 / skipped 1";

#[test]
fn the_counts_are_the_last_line() {
    let (_, ran) = judged("report-human", &[]);
    assert_eq!(ran.stdout.lines().last(), Some(LAST));
}

#[test]
fn junit_has_the_same_counts() {
    let (folder, _) = judged("report-junit", &["junit:report.xml"]);
    let text = folder.read("report.xml");
    let document = roxmltree::Document::parse(&text).unwrap();
    let all = |name: &str| {
        let found = document
            .descendants()
            .filter(|node| node.has_tag_name(name));
        found.count().to_string()
    };
    assert_eq!(
        ["testcase", "failure", "error", "skipped"].map(all),
        ["7", "2", "1", "2"]
    );
    let suite = document
        .descendants()
        .find(|node| node.has_tag_name("testsuite"))
        .unwrap();
    for node in [document.root_element(), suite] {
        let counts = ["tests", "failures", "errors"].map(|name| node.attribute(name));
        assert_eq!(counts, [Some("7"), Some("2"), Some("1")]);
    }
    assert_eq!(suite.attribute("skipped"), Some("2"), "{text}");
}

/// A test point of TAP: whether it is ok, its number, its description and its directive.
type Point = (bool, usize, String, Option<String>);

/// Reads TAP 14, and refuses what is none.
fn points(text: &str) -> Vec<Point> {
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("TAP version 14"));
    let plan = lines.next().unwrap().strip_prefix("1..").unwrap();
    let mut points = Vec::new();
    let mut inside = false;
    for line in lines {
        if inside {
            assert!(line.is_empty() || line.starts_with("  "), "{line:?}");
            inside = line != "  ...";
        } else if line == "  ---" {
            assert!(!points.is_empty());
            inside = true;
        } else if let Some(point) = line.strip_prefix("not ok ") {
            points.push(point_of(false, point));
        } else if let Some(point) = line.strip_prefix("ok ") {
            points.push(point_of(true, point));
        } else {
            assert!(line.starts_with("# "), "{line:?}");
        }
    }
    assert!(!inside);
    assert_eq!(points.len().to_string(), plan);
    points
}

fn point_of(ok: bool, text: &str) -> Point {
    let (number, rest) = text.split_once(" - ").unwrap();
    let (mut description, mut directive) = (String::new(), None);
    let mut characters = rest.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => description.push(characters.next().unwrap()),
            '#' => {
                directive = Some(characters.as_str().trim().to_owned());
                break;
            }
            other => description.push(other),
        }
    }
    (
        ok,
        number.parse().unwrap(),
        description.trim_end().to_owned(),
        directive,
    )
}

#[test]
fn tap_is_strict_and_counts_the_same() {
    let (folder, _) = judged("report-tap", &["tap:report.tap"]);
    let points = points(&folder.read("report.tap"));
    let numbers: Vec<_> = points.iter().map(|point| point.1).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
    let found = |ok: bool, directive: &str| {
        let fits = |point: &&Point| {
            let said = point.3.as_deref().unwrap_or_default();
            point.0 == ok && said.starts_with(directive) && said.is_empty() == directive.is_empty()
        };
        points.iter().filter(fits).count()
    };
    let counts = [
        found(true, ""),
        found(true, "SKIP"),
        found(false, ""),
        found(false, "TODO"),
    ];
    assert_eq!(counts, [2, 1, 3, 1]);
    let known = points
        .iter()
        .find(|point| point.2.ends_with("known"))
        .unwrap();
    assert_eq!(known.3.as_deref(), Some(r"TODO known: \# ours\\"));
}

/// Holds a value to a part of the schema: types, constants, required keys, no others where there are none.
fn hold(value: &Value, schema: &Value, root: &Value) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.strip_prefix("#/$defs/").unwrap();
        hold(value, &root["$defs"][name], root)?;
    }
    for word in ["oneOf", "anyOf"] {
        let Some(choices) = schema[word].as_array() else {
            continue;
        };
        let tried: Vec<_> = choices
            .iter()
            .map(|choice| hold(value, choice, root))
            .collect();
        let held = tried.iter().filter(|tried| tried.is_ok()).count();
        if held == 0 || (word == "oneOf" && held > 1) {
            return Err(format!("{value} fits {held} of {tried:?}"));
        }
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let own = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !types.is_empty() && !types.contains(&own) {
        return Err(format!("{value} is none of {types:?}"));
    }
    if schema
        .get("const")
        .is_some_and(|expected| expected != value)
    {
        return Err(format!("{value} is not {}", schema["const"]));
    }
    if schema["enum"]
        .as_array()
        .is_some_and(|words| !words.contains(value))
    {
        return Err(format!("{value} is none of {}", schema["enum"]));
    }
    for item in value.as_array().into_iter().flatten() {
        hold(item, &schema["items"], root)?;
    }
    for key in schema["required"].as_array().into_iter().flatten() {
        if value.get(key.as_str().unwrap()).is_none() {
            return Err(format!("{key} is missing in {value}"));
        }
    }
    for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = value.get(key) {
            hold(value, schema, root)?;
        }
    }
    Ok(())
}

#[test]
fn every_json_line_holds_to_its_schema() {
    let (folder, _) = judged("report-jsonl", &["jsonl:report.jsonl"]);
    let schema = folder.run(&["schema", "report"]).stdout;
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let text = folder.read("report.jsonl");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for line in &lines {
        assert_eq!(hold(line, &schema, &schema), Ok(()));
    }
    assert!(hold(&serde_json::json!({ "event": "case" }), &schema, &schema).is_err());
    let (first, last) = (&lines[0], &lines[lines.len() - 1]);
    assert_eq!(
        (&first["event"], &first["selected"]),
        (&"planned".into(), &7.into())
    );
    assert_eq!(last["event"], "ended");
    let counts = [
        "selected", "ran", "passed", "failed", "known", "skipped", "warned", "errored",
    ];
    let counts = counts.map(|name| last[name].as_u64().unwrap());
    assert_eq!(counts, [7, 6, 2, 3, 1, 1, 1, 1]);
    let verdicts: BTreeSet<_> = lines[1..8]
        .iter()
        .map(|line| line["verdict"].as_str().unwrap())
        .collect();
    let all = [
        "errored", "failed", "known", "passed", "skipped", "stale", "warned",
    ];
    assert_eq!(verdicts, all.into_iter().collect());
}

#[test]
fn the_page_needs_nobody_else() {
    let (folder, _) = judged("report-html", &["html:report.html"]);
    let page = folder.read("report.html");
    let target = folder.read("target.yaml");
    let own = target
        .lines()
        .next()
        .unwrap()
        .strip_prefix("url: http://")
        .unwrap();
    let (own, _) = own.split_once('/').unwrap();
    for scheme in ["http://", "https://"] {
        for (place, _) in page.match_indices(scheme) {
            let host = &page[place + scheme.len()..];
            assert!(host.starts_with(own), "{}", &host[..60]);
        }
    }
    for loading in ["src=", "@import", "url(", "<link", "<iframe"] {
        assert!(!page.contains(loading), "{loading}");
    }
    assert!(page.contains(LAST.split(" / ").next().unwrap()) || page.contains("selected"));
}

#[test]
fn annotations_name_the_line_of_the_expectation() {
    let (folder, _) = judged("report-github", &["github:report.txt"]);
    let text = folder.read("report.txt");
    let scenario = folder.read("scenarios/money/BALANCE-01-fails.yaml");
    let line = scenario
        .lines()
        .position(|line| line.contains("credits: 5"))
        .unwrap()
        + 1;
    let place = format!("::error file=scenarios/money/BALANCE-01-fails.yaml,line={line},col=");
    assert_eq!(text.matches(&place).count(), 1, "{text}");
    assert!(
        text.contains("::warning file=scenarios/money/MONEY-03-warns.yaml,line=5,"),
        "{text}"
    );
    for line in text.lines() {
        assert!(line.starts_with("::"), "{line}");
    }
}

#[test]
fn a_report_on_standard_output_has_it_alone() {
    let (_, ran) = judged("report-stdout", &["tap"]);
    assert_eq!(points(&ran.stdout).len(), 7);
    assert_eq!(ran.stderr.lines().last(), Some(LAST));
}

#[test]
fn annotations_are_written_where_github_reads_them() {
    let folder = Folder::with("annotations", "money/BALANCE-01-credits", BALANCE);
    let endpoint = with_credits("7");
    folder.target(&endpoint, "");
    let ran = folder
        .command(&judging(&[]))
        .env("GITHUB_ACTIONS", "true")
        .run();
    assert_eq!(ran.code, 1, "{}", ran.screen());
    let annotations: Vec<_> = ran
        .stdout
        .lines()
        .filter(|line| line.starts_with("::"))
        .collect();
    assert_snapshot!(annotations.join("\n"), @"::error file=scenarios/money/BALANCE-01-credits.yaml,line=5,col=35,title=money/BALANCE-01-credits%3A 1.credits::BALANCE says how many credits there are.%0Aexpected  5%0Aactual    7");
    let plain = folder.judge(&[]);
    assert!(!plain.stdout.contains("::error"), "{}", plain.stdout);
}

#[test]
fn colours_are_for_terminals_and_for_who_asks() {
    let folder = Folder::with("colours", "money/BALANCE-01-credits", BALANCE);
    let endpoint = with_credits("7");
    folder.target(&endpoint, "");
    for (arguments, coloured) in [
        ([].as_slice(), false),
        (&["--color", "never"], false),
        (&["--color", "always"], true),
    ] {
        let ran = folder.judge(arguments);
        assert_eq!(ran.stdout.contains('\u{1b}'), coloured, "{arguments:?}");
    }
}

//! What a browser shows, and that it does nothing else.

use insta::assert_snapshot;

use super::sample::{Sample, hostile, sample};
use super::sha256::base64_sha256;
use super::tell;
use crate::report::html::Html;

fn written(sample: &Sample) -> String {
    let mut out = Vec::new();
    tell(&mut Html::new(&mut out), sample);
    String::from_utf8(out).unwrap()
}

/// The text of the only element of this name.
#[track_caller]
fn inside<'p>(page: &'p str, name: &str) -> &'p str {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    assert_eq!(
        (page.matches(&open).count(), page.matches(&close).count()),
        (1, 1),
        "{name}"
    );
    let (_, after) = page.split_once(&open).unwrap();
    after.split_once(&close).unwrap().0
}

/// The page without its style and its script.
fn markup(page: &str) -> String {
    page.replace(inside(page, "style"), "")
        .replace(inside(page, "script"), "")
}

#[test]
fn every_verdict_has_its_form() {
    let page = markup(&written(&sample()));
    // A line for each element, so that a change can be read.
    assert_snapshot!(page.replace("><", ">\n<"));
}

#[test]
fn style_and_script_are_those_of_the_policy() {
    let page = written(&sample());
    let (_, policy) = page
        .split_once("http-equiv=\"Content-Security-Policy\" content=\"")
        .unwrap();
    let (policy, _) = policy.split_once('"').unwrap();
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'",
            base64_sha256(inside(&page, "style").as_bytes()),
            base64_sha256(inside(&page, "script").as_bytes())
        ),
        "a changed page.css or page.js needs its new hash in html.rs"
    );
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let page = written(&sample());
    for forbidden in [
        "src=", "@import", "url(", "<link", "<iframe", "<object", "<base", "<img", "fetch(",
        "style=",
    ] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    for link in markup(&page).split("href=\"").skip(1) {
        let (place, _) = link.split_once('"').unwrap();
        let name = place.strip_prefix('#').unwrap();
        assert!(
            page.contains(&format!("id=\"{name}\"")),
            "{name} leads nowhere"
        );
    }
}

#[test]
fn what_an_endpoint_says_is_text() {
    let page = markup(&written(&hostile(
        "\"'><script>alert(1)</script><b onclick=x>&amp;\u{1b}\u{202e}",
    )));
    assert!(page.contains("&lt;script&gt;alert(1)"));
    for forbidden in ["<script>alert", "<b onclick", "\"'>", "\u{1b}", "\u{202e}"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    // What is text already is not text twice.
    assert!(page.contains("&amp;amp;"));
}

#[test]
fn places_have_names_of_their_own() {
    let page = written(&sample());
    let mut names: Vec<&str> = page
        .split(" id=\"")
        .skip(1)
        .map(|rest| rest.split_once('"').unwrap().0)
        .collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}

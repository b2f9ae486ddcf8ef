//! The page as it is served, and what it is told first; who gets the page alone; and a mock whose control API changes
//! nothing.

use std::sync::LazyLock;

use epochta_mock::config::Config;
use epochta_mock::control::access::Access;
use epochta_mock::control::openapi;
use epochta_mock::http::counters::Count;
use epochta_mock::http::{App, Face, Limits};
use epochta_mock::reload::Configuration;
use regex::Regex;
use serde_json::{Value, json};

use crate::server::{Server, config, document, exchange, split};

fn app(yaml: &str) -> App {
    let config = Config::parse(yaml, "test").unwrap();
    Server::app(config, Configuration::built_in())
}

/// A mock that others can reach.
async fn exposed() -> Server {
    let access = Access::with_token("t0ken".to_owned());
    let app = App { access, ..app("") };
    Server::of(app, Face::Both).await
}

/// The whole reply to a line with headers.
async fn ask(server: &Server, line: &str, headers: &str) -> (u16, String) {
    let request =
        format!("{line} HTTP/1.1\r\nHost: 127.0.0.1:8620\r\n{headers}Connection: close\r\n\r\n");
    let reply = server.exchange(request.as_bytes()).await;
    (split(&reply).0, String::from_utf8(reply).unwrap())
}

fn header<'a>(reply: &'a str, name: &str) -> &'a str {
    let head = reply.split("\r\n\r\n").next().unwrap();
    let line = head.lines().find_map(|line| {
        let (found, value) = line.split_once(": ")?;
        found.eq_ignore_ascii_case(name).then_some(value)
    });
    line.unwrap_or_default()
}

/// Each operation that there is: method, and a path that fits its form.
fn operations() -> Vec<(String, String)> {
    let document = openapi::document();
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, methods)| {
        let path = path
            .replace("{ordinal}", "1")
            .replace("{number}", "1")
            .replace("{name}", "x")
            .replace("{username}", "demo")
            .replace("{account}", "demo");
        assert!(!path.contains('{'), "{path}");
        let methods = methods.as_object().unwrap().keys();
        methods.map(move |method| (method.to_ascii_uppercase(), path.clone()))
    });
    let operations: Vec<_> = operations.collect();
    assert!(operations.len() > 30, "{operations:?}");
    operations
}

/// What the page can tell in Russian of why a request was refused.
static REASONS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let holes = Regex::new(r"\\\{(\w+)\\\}").unwrap();
    let table = include_str!("../../src/page/reasons.ru.js");
    let rows = table.lines().filter_map(|line| {
        let row = line.trim().strip_suffix(',')?;
        serde_json::from_str::<[String; 2]>(row).ok()
    });
    rows.map(|[said, meant]| {
        let is_cyrillic = |sign: char| ('а'..='я').contains(&sign);
        assert!(meant.contains(is_cyrillic), "{meant}");
        let pattern = regex::escape(&said);
        let pattern = holes.replace_all(&pattern, "(?<h$1>.*?)");
        Regex::new(&format!("(?s)^{pattern}$")).unwrap()
    })
    .collect()
});

/// Whether one of its sentences is like this reason.
pub(crate) fn is_told_in_russian(reason: &str) -> bool {
    let mut found = REASONS.iter().filter_map(|said| said.captures(reason));
    found.any(|found| {
        // What stands behind a place is a reason of its own; a very long one is cut.
        let rest = found.name("hreason").map(|rest| rest.as_str());
        rest.is_none_or(|rest| rest.ends_with('…') || is_told_in_russian(rest))
    })
}

/// In the main space and in any other, opened or not; to everybody, as there is nothing in it.
#[tokio::test]
async fn the_page_is_served_with_headers_that_hold_a_browser_to_it() {
    for server in [Server::documented().await, exposed().await] {
        for (path, label) in [
            ("/", "text/html; charset=utf-8"),
            ("/s/ci-7/", "text/html; charset=utf-8"),
            ("/_mock/page/app.js", "text/javascript; charset=utf-8"),
            ("/s/ci-7/_mock/page/style.css", "text/css; charset=utf-8"),
        ] {
            // A link on another page leads here like any other; what is not for other pages is what the API holds.
            for from in ["", "Sec-Fetch-Site: cross-site\r\n"] {
                let (status, reply) = ask(&server, &format!("GET {path}"), from).await;
                assert_eq!(status, 200, "{path}: {reply}");
                for (name, expected) in [
                    ("Content-Type", label),
                    ("X-Content-Type-Options", "nosniff"),
                    ("X-Frame-Options", "DENY"),
                    ("Referrer-Policy", "no-referrer"),
                    ("Cross-Origin-Resource-Policy", "same-origin"),
                    ("Cache-Control", "no-cache"),
                ] {
                    assert_eq!(header(&reply, name), expected, "{path}: {name}");
                }
                let policy = header(&reply, "Content-Security-Policy");
                for part in [
                    "default-src 'none'",
                    "script-src 'self'",
                    "connect-src 'self'",
                    "frame-ancestors 'none'",
                    "base-uri 'none'",
                    "require-trusted-types-for 'script'",
                ] {
                    assert!(policy.contains(part), "{path}: {policy}");
                }
                assert!(!policy.contains("unsafe"), "{policy}");
                let tag = header(&reply, "ETag");
                let length = header(&reply, "Content-Length");
                let (_, head) = ask(&server, &format!("HEAD {path}"), from).await;
                assert_eq!(header(&head, "ETag"), tag);
                assert_eq!(header(&head, "Content-Length"), length);
                assert!(head.ends_with("\r\n\r\n"), "{head}");
                for known in [tag.to_owned(), format!("W/{tag}"), format!("\"x\", {tag}")] {
                    let headers = format!("If-None-Match: {known}\r\n");
                    let (status, reply) = ask(&server, &format!("GET {path}"), &headers).await;
                    assert_eq!(status, 304, "{known}: {reply}");
                    assert!(reply.ends_with("\r\n\r\n"), "{reply}");
                }
                let headers = "If-None-Match: \"x\"\r\n";
                assert_eq!(ask(&server, &format!("GET {path}"), headers).await.0, 200);
            }
        }
        assert_eq!(server.app.spaces.all().len(), 1, "looking opens no space");
    }
}

#[tokio::test]
async fn addresses_near_the_page_lead_to_it() {
    let server = Server::documented().await;
    for (path, to) in [
        ("/s/ci-7", "ci-7/"),
        ("/s/ci-7/_mock/", "../"),
        ("/_mock/", "../"),
        ("//s/ci-7", "ci-7/"),
    ] {
        let (status, reply) = ask(&server, &format!("GET {path}"), "").await;
        assert_eq!((status, header(&reply, "Location")), (307, to), "{path}");
    }
    assert_eq!(ask(&server, "GET /favicon.ico", "").await.0, 204);
    for line in [
        "GET /s/no!name/",
        "GET /s/no!name",
        "GET /s/no%0Aname",
        "GET /_mock/page/",
        "GET /_mock/page/other.js",
        "GET /_mock/page/../page/app.js",
        "GET /_mock/page/%2e%2e/app.js",
        "POST /",
        "POST /_mock/page/app.js",
        "DELETE /s/ci-7/",
    ] {
        assert_eq!(ask(&server, line, "").await.0, 404, "{line}");
    }
}

/// Where the control API has an address of its own, the page is there.
#[tokio::test]
async fn the_page_is_where_the_control_api_is() {
    let gateway = Server::of(app(""), Face::Gateway).await;
    let (status, reply) = ask(&gateway, "GET /", "").await;
    assert_eq!(status, 200);
    assert_eq!(header(&reply, "Content-Type"), "text/plain; charset=utf-8");
    assert_eq!(ask(&gateway, "GET /_mock/page/app.js", "").await.0, 404);
    let apart = App {
        gateway: Some("127.0.0.1:1234".parse().unwrap()),
        ..app("")
    };
    let control = Server::of(apart, Face::Control).await;
    let (status, reply) = ask(&control, "GET /", "").await;
    assert_eq!(status, 200);
    assert_eq!(header(&reply, "Content-Type"), "text/html; charset=utf-8");
    let (_, told) = control.call("GET", "/_mock/page.json", "").await;
    assert_eq!(told["url"], "http://127.0.0.1:1234/members/sms/xml.php");
}

#[tokio::test]
async fn the_page_is_told_first_where_it_is() {
    let server = Server::of(app(""), Face::Both).await;
    let (_, reply) = ask(&server, "GET /_mock/page.json", "").await;
    let told: Value = serde_json::from_str(reply.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    for (key, expected) in [
        ("version", json!(env!("CARGO_PKG_VERSION"))),
        ("token_needed", json!(false)),
        ("read_only", json!(false)),
        ("space", json!("")),
        ("url", json!("http://127.0.0.1:8620/members/sms/xml.php")),
        ("account", json!({ "username": "demo", "password": "demo" })),
        ("mask_numbers", json!(false)),
    ] {
        assert_eq!(told[key], expected, "{key}");
    }
    let magic = told["magic"].as_array().unwrap();
    assert!(magic.iter().any(|magic| magic["number"] == "999104000001"));
    let last = json!({ "word": "NOT_ENOUGH_CREDITS", "is_final": true });
    assert!(told["statuses"].as_array().unwrap().contains(&last));
    assert_eq!(header(&reply, "Cache-Control"), "no-store");
    assert_eq!(header(&reply, "X-Content-Type-Options"), "nosniff");
    let (_, told) = server.call("GET", "/s/ci-7/_mock/page.json", "").await;
    assert_eq!(told["space"], "ci-7");
    assert_eq!(told["url"], "http://127.0.0.1/s/ci-7/members/sms/xml.php");
    assert_eq!(server.app.spaces.all().len(), 1);
}

/// The password of the built-in account is no secret on this machine, and any other is one.
#[tokio::test]
async fn a_password_that_is_a_secret_is_not_told() {
    for (yaml, username, password) in [
        (
            "accounts: [{ username: demo, password: demo }]",
            "demo",
            json!("demo"),
        ),
        (
            "accounts: [{ username: demo, password: other }]",
            "demo",
            Value::Null,
        ),
        (
            "accounts: [{ username: shop, password: demo }]",
            "shop",
            Value::Null,
        ),
        (
            "accounts: [{ username: a, password: a, xml_interface: false }, { username: b, password: b }]",
            "b",
            Value::Null,
        ),
    ] {
        let server = Server::of(app(yaml), Face::Both).await;
        let (_, told) = server.call("GET", "/_mock/page.json", "").await;
        let expected = json!({ "username": username, "password": password });
        assert_eq!(told["account"], expected, "{yaml}");
    }
    let server = Server::of(app(""), Face::Both).await;
    server.call("DELETE", "/_mock/accounts/demo", "").await;
    let (_, told) = server.call("GET", "/_mock/page.json", "").await;
    assert_eq!(told["account"], Value::Null);
    let server = exposed().await;
    let right = "Authorization: Bearer t0ken\r\n";
    let (_, reply) = ask(&server, "GET /_mock/page.json", right).await;
    assert!(
        reply.contains(r#""account":{"username":"demo","password":null}"#),
        "{reply}"
    );
}

/// Over the table: whatever is added to the control API demands the token, too.
#[tokio::test]
async fn beyond_loopback_everything_but_the_page_demands_the_token() {
    let server = exposed().await;
    let right = "Authorization: Bearer t0ken\r\n";
    for (method, path) in operations() {
        for path in [path.clone(), format!("/s/a{path}")] {
            // Probes tell nothing; of the page they say no more than that it has to ask for the token.
            let is_open = ["/live", "/ready"].iter().any(|end| path.ends_with(end));
            let is_page = path.ends_with("/page.json");
            let (status, reply) = ask(&server, &format!("{method} {path}"), "").await;
            let expected = if is_open || is_page { 200 } else { 401 };
            assert_eq!(status, expected, "{method} {path}: {reply}");
            if is_page {
                let version = env!("CARGO_PKG_VERSION");
                let told = format!(r#"{{"version":"{version}","token_needed":true}}"#);
                assert!(reply.ends_with(&told), "{reply}");
            }
            let wrong = "Authorization: Bearer wrong\r\n";
            let (status, _) = ask(&server, &format!("{method} {path}"), wrong).await;
            assert_eq!(status, if is_open { 200 } else { 401 }, "{method} {path}");
        }
    }
    assert_eq!(server.app.spaces.all().len(), 1);
    let (status, _) = ask(&server, "GET /_mock/accounts", right).await;
    assert_eq!(status, 200);
    // A page of another origin is not even told whether there is a token.
    let foreign = "Origin: http://evil.example\r\n";
    assert_eq!(ask(&server, "GET /_mock/page.json", foreign).await.0, 403);
}

/// The page's own calls are let in, those of other pages are not: a browser says which they are.
#[tokio::test]
async fn calls_of_the_page_itself_are_let_in() {
    let server = Server::of(app(""), Face::Both).await;
    let own = "Origin: http://127.0.0.1:8620\r\nSec-Fetch-Site: same-origin\r\n";
    let typed = "Sec-Fetch-Site: none\r\n";
    for (line, headers, expected) in [
        (
            "GET /_mock/page.json",
            "Sec-Fetch-Site: same-origin\r\n",
            200,
        ),
        ("GET /_mock/page.json", typed, 200),
        ("POST /_mock/reset", own, 204),
        (
            "GET /_mock/page.json",
            "Sec-Fetch-Site: cross-site\r\n",
            403,
        ),
        ("GET /_mock/spaces", "Sec-Fetch-Site: same-site\r\n", 403),
        ("GET /_mock/events", "Origin: http://evil.example\r\n", 403),
        (
            "POST /_mock/reset",
            "Origin: http://127.0.0.1:3000\r\n",
            403,
        ),
    ] {
        let (status, reply) = ask(&server, line, headers).await;
        assert_eq!(status, expected, "{line} {headers}: {reply}");
    }
}

/// Over the table: whatever is added to the control API is refused, too, if it is no question.
#[tokio::test]
async fn a_read_only_mock_changes_nothing() {
    let by_option = App {
        read_only: true,
        ..app("")
    };
    for app in [by_option, app("read_only: true")] {
        let server = Server::of(app, Face::Both).await;
        let mut refused = 0;
        for (method, path) in operations() {
            for path in [path.clone(), format!("/s/a{path}")] {
                if method == "GET" {
                    // Streams have no end, and waiting takes its time.
                    if !path.ends_with("/events") && !path.ends_with("/wait") {
                        let (status, answer) = server.call(&method, &path, "").await;
                        assert_ne!(status, 403, "{path}: {answer}");
                    }
                    continue;
                }
                for body in ["", "{}", r#"{"mode":"frozen"}"#, "no JSON"] {
                    let (status, answer) = server.call(&method, &path, body).await;
                    assert_eq!(status, 403, "{method} {path}: {answer}");
                    assert_eq!(answer["type"], "read-only", "{method} {path}: {answer}");
                    refused += 1;
                }
            }
        }
        assert_eq!(
            server.app.sockets.counters.of(Count::DeniedReadOnly),
            refused
        );
        let wait = "/s/a/_mock/messages/wait?timeout=0s";
        assert_eq!(server.call("GET", wait, "").await.0, 404);
        assert_eq!(
            server.app.spaces.all().len(),
            1,
            "not even a space is opened"
        );
        let (_, told) = server.call("GET", "/_mock/page.json", "").await;
        assert_eq!(told["read_only"], true);
        let (_, accounts) = server.call("GET", "/_mock/accounts", "").await;
        assert_eq!(accounts["accounts"][0]["mode"], "real");
        // What the applications do goes on.
        let reply = exchange(server.address, &document("BALANCE", "demo", "demo", "")).await;
        assert!(reply.unwrap().contains("<credits>100</credits>"));
    }
}

#[tokio::test]
async fn the_open_spaces_are_told_to_who_is_in_none() {
    let server = Server::with(config("documented"), Limits::default()).await;
    let spaces = async || server.call("GET", "/_mock/spaces", "").await.1["spaces"].clone();
    assert_eq!(spaces().await, json!([]));
    for (name, times) in [("b", 2), ("a", 0)] {
        server
            .call(
                "PUT",
                &format!("/s/{name}/_mock/clock"),
                r#"{"mode":"real"}"#,
            )
            .await;
        for _ in 0..times {
            let path = format!("/s/{name}/members/sms/xml.php");
            server.call("POST", &path, "XML=").await;
        }
    }
    let expected = json!([{ "name": "a", "requests": 0 }, { "name": "b", "requests": 2 }]);
    assert_eq!(spaces().await, expected);
    assert_eq!(server.call("GET", "/s/a/_mock/spaces", "").await.0, 404);
    server.call("DELETE", "/s/b/_mock/space", "").await;
    assert_eq!(spaces().await, json!([{ "name": "a", "requests": 0 }]));
}

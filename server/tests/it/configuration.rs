//! Configuration files: the screens of wrong ones, and the schema.

use epochta_mock::config::{self, Config};
use insta::assert_snapshot;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::fixtures;

fn screen(text: &str) -> String {
    Config::parse(text, "mock.yaml")
        .expect_err("this file is wrong")
        .to_string()
}

#[test]
fn wrong_files_are_told_where_and_what_to_do() {
    assert_snapshot!(
        "unknown key",
        screen("revision: documented\naccounts:\n  - { usrname: a, password: b }\n")
    );
    assert_snapshot!("unknown variant", screen("revision: documentd\n"));
    assert_snapshot!("wrong type", screen("limits:\n  max_depth: many\n"));
    assert_snapshot!("too precise", screen("tariffs:\n  \"380\": 0.34125\n"));
    assert_snapshot!(
        "below zero",
        screen("accounts:\n  - username: a\n    password: b\n    credits: -1\n")
    );
    assert_snapshot!("bad prefix", screen("tariffs: { \"38x\": 1 }\n"));
    assert_snapshot!(
        "no unit",
        screen("delivery:\n  - { status: SENT, after: 2 }\n")
    );
    assert_snapshot!(
        "backwards",
        screen(
            "delivery:\n  - { status: DELIVERED, after: 2s }\n  - { status: SENT, after: 1s }\n"
        )
    );
    assert_snapshot!(
        "same login",
        screen("accounts:\n  - { username: a, password: b }\n  - { username: a, password: c }\n")
    );
    assert_snapshot!("no accounts", screen("accounts: []\n"));
    assert_snapshot!(
        "rate alone",
        screen("accounts:\n  - { username: a, password: b, rate: 0.4 }\n")
    );
    assert_snapshot!(
        "key twice",
        screen("revision: documented\nrevision: extended\n")
    );
    assert_snapshot!("no yaml", screen("accounts: [\n  - a\n"));
    assert_snapshot!("time zone", screen("time_zone: Kyiv\n"));
    assert_snapshot!("too few bytes", screen("limits: { max_head: 1KiB }\n"));
    assert_snapshot!("missing password", screen("accounts:\n  - username: a\n"));
    assert_snapshot!("a list", screen("- a\n"));
}

#[test]
fn wrong_faults_are_told_where_and_what_to_do() {
    for (name, fault) in [
        ("no kind", "{ name: lost, placed: after }"),
        ("misspelt kind", "{ kind: html-error }"),
        ("misspelt place", "{ kind: reset, placed: afer }"),
        (
            "misspelt operation",
            "{ kind: reset, when: { operation: SEND } }",
        ),
        ("foreign key", "{ kind: stall, share: 50% }"),
        ("key of no use", "{ kind: reset, for: 2s }"),
        ("half a key", "{ kind: drip, bytes: 8 }"),
        ("two forms", "{ kind: cut, bytes: 8, share: 0.5 }"),
        ("no piece", "{ kind: drip, bytes: 0, pause: 1s }"),
        ("more than the whole", "{ kind: close, probability: 110% }"),
        ("never", "{ kind: close, times: 0 }"),
        ("longest first", "{ kind: delay, from: 2s, to: 1s }"),
        ("wide", "{ kind: delay, median: 2s, sigma: 3.5 }"),
        ("no failure", "{ kind: html_error, status: 404 }"),
        (
            "no charset",
            "{ kind: wrong_charset, charset: \"utf-8; x\" }",
        ),
        ("no number", "{ kind: close, when: { msisdn: 38o* } }"),
        (
            "twice",
            "{ name: a, kind: close }\n  - { name: a, kind: reset }",
        ),
    ] {
        let text = format!("revision: documented\nfaults:\n  - {fault}\n");
        assert_snapshot!(format!("fault {name}"), screen(&text));
    }
}

#[test]
fn a_key_stands_once() {
    assert_snapshot!(
        "tariff twice",
        screen("tariffs:\n  \"380\": 0.3\n  \"7\": 1\n  380: 0.4\n")
    );
    assert_snapshot!(
        "password twice",
        screen("accounts:\n  - { username: a, password: topsecret, password: topsecret2 }\n")
    );
}

#[test]
fn types_are_told_in_the_words_of_the_field() {
    assert_snapshot!("a number as limits", screen("limits: 5\n"));
    assert_snapshot!(
        "a mapping as delivery",
        screen("delivery: { status: SENT, after: 1s }\n")
    );
    assert_snapshot!("a list as tariffs", screen("tariffs: [1]\n"));
    assert_snapshot!(
        "below one",
        screen("delivery: [{ status: SENT, polls: 0 }]\n")
    );
    assert_snapshot!(
        "a list as mode",
        screen("accounts: [{ username: a, password: b, mode: [test] }]\n")
    );
    assert_snapshot!(
        "no as a boolean",
        screen("accounts:\n  - username: a\n    password: b\n    xml_interface: no\n")
    );
    assert_snapshot!("yes as a boolean", screen("test_mode_charges: yes\n"));
    for text in [
        "- a\n",
        "limits: []\n",
        "accounts: 5\n",
        "accounts: [5]\n",
        "auto_account: x\n",
        "scripts: [x]\n",
        "scripts: [{ when: x }]\n",
        "scripts: [{ nth: x }]\n",
        "scripts: [{ any_of: [x] }]\n",
        "delivery: [x]\n",
        "limits: { max_depth: -1 }\n",
        "limits: { max_depth: 99999999999 }\n",
        "revision: []\n",
    ] {
        let screen = screen(text);
        for leak in [
            "struct", "Keys", "u32", "enum", "YAML tag", "invalid", "sequence", "field", "variant",
        ] {
            assert!(!screen.contains(leak), "{screen}");
        }
    }
}

#[test]
fn what_is_out_of_range_names_its_key() {
    assert_snapshot!("connections", screen("limits:\n  max_connections: 0\n"));
    assert_snapshot!("too many bytes", screen("limits: { max_body: 2GiB }\n"));
    assert_snapshot!(
        "currency",
        screen("accounts:\n  - { username: a, password: b, currency: 'грн', rate: 1 }\n")
    );
    assert_snapshot!("clock", screen("clock: yesterday\n"));
    Config::parse("limits: { max_body: 1GiB }\n", "mock.yaml").unwrap();
}

#[test]
fn what_yaml_takes_for_something_else_is_to_be_quoted() {
    assert_snapshot!("bare star", screen("tariffs:\n  \"380\": 1\n  *: 2\n"));
    assert_snapshot!("bare star in braces", screen("tariffs: { *: 2 }\n"));
    assert_snapshot!(
        "password with a star",
        screen("accounts:\n  - { username: a, password: *topsecret }\n")
    );
    assert_snapshot!(
        "password with an at",
        screen("accounts:\n  - username: a\n    password: @topsecret\n")
    );
    assert_snapshot!(
        "empty password",
        screen("accounts:\n  - username: a\n    password:\n")
    );
    assert_snapshot!(
        "password with an and",
        screen("accounts:\n  - { username: a, password: &topsecret }\n")
    );
    assert_snapshot!("tab", screen("limits:\n\tmax_depth: 5\n"));
    for value in [
        "",
        "~",
        "null",
        "\"\"",
        "''",
        "#topsecret",
        "&topsecret",
        "!topsecret",
    ] {
        let account = screen(&format!(
            "accounts:\n  - username: a\n    password: {value}\n"
        ));
        let login = screen(&format!(
            "accounts:\n  - username: {value}\n    password: a\n"
        ));
        let template = screen(&format!(
            "auto_accounts: ci-*\nauto_account:\n  password: {value}\n"
        ));
        for (screen, expected) in [
            (account, "accounts[0].password: a password cannot be empty"),
            (login, "accounts[0].username: a login cannot be empty"),
            (
                template,
                "auto_account.password: a password cannot be empty",
            ),
        ] {
            assert!(
                screen.contains(expected) && screen.contains("quote it"),
                "{screen}"
            );
        }
    }
}

#[test]
fn another_encoding_is_told() {
    let screen = |bytes: &[u8]| {
        Config::from_bytes(bytes, "mock.yaml")
            .unwrap_err()
            .to_string()
    };
    let utf16: Vec<u8> = "\u{feff}revision: extended\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_snapshot!("utf 16", screen(&utf16));
    assert_eq!(screen(&utf16), screen(&utf16[2..]), "without its mark");
    assert_snapshot!(
        "windows 1251",
        screen(b"# ok\n# \xcf\xf0\xe8\xe2\xe5\xf2\n")
    );
    Config::from_bytes("\u{feff}revision: extended\n".as_bytes(), "mock.yaml").unwrap();
}

#[test]
fn a_password_is_in_no_screen() {
    for text in [
        "accounts:\n  - { username: a, password: hunter2, credits: -1 }\n",
        "accounts:\n  - { username: a, password: hunter2, credis: 1 }\n",
        "accounts:\n  - username: a\n    credis: 1\n    password: hunter2\n",
        "accounts:\n  - { username: a, password: [hunter2] }\n",
        "accounts:\n  - { username: a, password: { x: hunter2 } }\n",
        "accounts: hunter2\n",
        "accounts: [hunter2]\n",
        "accounts: [[a, hunter2]]\n",
        "accounts:\n  - [a, hunter2]\n",
        "accounts: { a: hunter2 }\n",
        "accounts:\n  a: hunter2\n",
        "accounts:\n  - a: hunter2\n",
        "accounts:\n  - { a, hunter2 }\n",
        "accounts:\n  - { username: a, hunter2 }\n",
        "accounts:\n  - { ci:hunter2 }\n",
        "accounts: [{ hunter2, hunter2 }]\n",
        "accounts:\n  - username a\n    password hunter2\n",
        "- username a\n  password hunter2\n",
        "username a\npassword hunter2\n",
        "username: a\npassword: hunter2\n",
        "password: hunter2\nusername: a\n",
        "accounts:\n  - username: a\n    password hunter2\n",
        "accounts:\n  - username: a\n    credits: 5\n      password hunter2\n",
        "accounts:\n  - username: a\n    mode: real\n      password hunter2\n",
        "accounts:\n  - username: a\n    trial_sms: 5\n      hunter2\n",
        "accounts:\n  - username: a\n    mode: real\n      hunter2\n    password: x\n",
        "accounts:\n  - username: a\n    pasword: hunter2\n",
        "accounts:\n  - username: a\n    pass: hunter2\n",
        "accounts:\n  - username: a\n    password: *hunter2\n",
        "accounts:\n  - username: a\n    password: @hunter2\n",
        "accounts:\n  - username: a\n    password: &hunter2\n",
        "accounts:\n  - username: a\n    password: 'hunter2\n",
        "accounts:\n  - username: a\n    password: \"hunter2\\\"\n",
        "accounts:\n  - username: a\n    password: \"x\" hunter2\n",
        "accounts:\n  - { username: a, password: \"x\ny hunter2\", credits: -1 }\n",
        "accounts:\n  - { username: a, password: hunter2 hunter2: }\n",
        "accounts:\n  - { username: a, password: hunter2, password: hunter2 }\n",
        "accounts:\n  - username: a\n    password: hunter2\n    credits: -1 hunter2\n",
        "acounts: [{ username: a, password: hunter2 }]\n",
        "acounts: [[a, hunter2]]\n",
        "{ acounts: [[a, hunter2]] }\n",
        "{\"accounts\": [{\"username\": \"a\", \"password\": \"hunter2\", \"credits\": -1}]}\n",
        "auto_accounts: ci-*\nauto_account: hunter2\n",
        "auto_account: [hunter2]\n",
        "auto_account: { password: hunter2, mode: reel }\n",
        "limits: { max_depth: 5 }\n  password: hunter2\n",
    ] {
        let screen = screen(text);
        assert!(!screen.contains("hunter2"), "{text}\n{screen}");
    }
    assert_snapshot!(
        "lost colons",
        screen("accounts:\n  - username a\n    password topsecret\n")
    );
    assert_snapshot!("account as a list", screen("accounts: [[a, topsecret]]\n"));
    assert_snapshot!(
        "accounts as a mapping",
        screen("accounts:\n  ci: topsecret\n")
    );
    assert_snapshot!(
        "misspelt password",
        screen("accounts:\n  - username: a\n    pasword: topsecret\n")
    );
}

#[test]
fn what_is_left_out_has_its_default() {
    for text in ["", "# only a comment\n", "revision: documented\n"] {
        let config = Config::parse(text, "mock.yaml").unwrap();
        let (profile, credits) = &config.accounts[0];
        assert_eq!(
            (profile.username.as_str(), credits.to_string().as_str()),
            ("demo", "100"),
            "{text}"
        );
    }
}

#[test]
fn numbers_are_exact() {
    let text = "accounts: [{ username: a, password: 0123, credits: 50.5, credit_price: 0.0001 }]\ntariffs: { 380: 0.341 }";
    let config = Config::parse(text, "mock.yaml").unwrap();
    let (profile, credits) = &config.accounts[0];
    assert_eq!(
        (credits.to_string(), profile.credit_price.to_string()),
        ("50.5".into(), "0.0001".into())
    );
}

/// `epochta-mock schema > server/config.schema.json` makes it anew.
#[test]
fn the_committed_schema_is_fresh() {
    let fresh = format!("{:#}\n", config::schema().to_value());
    let committed =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/config.schema.json"))
            .unwrap();
    // Both are long; the command says it better than their difference.
    assert!(
        committed == fresh,
        "run: cargo run -p epochta-mock -- schema > server/config.schema.json"
    );
}

#[test]
fn the_fixtures_configurations_are_right() {
    for name in ["documented", "extended", "partial"] {
        let file = format!("config/{name}.yaml");
        Config::parse(&fixtures::text(&file), &file).unwrap();
    }
}

/// The sample has every key that the schema has, so that none is forgotten in it.
#[test]
fn the_sample_is_right_and_complete() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/mock.yaml");
    let sample = std::fs::read_to_string(path).unwrap();
    let config = Config::parse(&sample, path).unwrap();
    assert_eq!(config.notes(), Vec::<&str>::new());
    let schema = config::schema().to_value();
    let definitions = schema["$defs"].as_object().unwrap().values();
    for keys in definitions
        .chain([&schema])
        .filter_map(|definition| definition["properties"].as_object())
    {
        for key in keys.keys() {
            let is_there = sample.match_indices(&format!("{key}:")).any(|(at, _)| {
                sample[..at].ends_with(|before: char| !before.is_alphanumeric() && before != '_')
                    || at == 0
            });
            assert!(is_there, "examples/mock.yaml has no {key}");
        }
    }
}

#[test]
fn the_readme_s_configurations_are_right() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let blocks: Vec<&str> = readme
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        Config::parse(block, "README.md").unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn what_may_not_be_meant_is_noted() {
    let notes = |text| Config::parse(text, "mock.yaml").unwrap().notes().join("; ");
    assert_eq!(
        notes("tariffs: {}\n"),
        "no tariff: every number ends as NOT_ALLOWED"
    );
    assert_eq!(
        notes("delivery: []\n"),
        "no step of delivery: messages wait for ever"
    );
    assert_eq!(notes("revision: extended\n"), "");
}

/// Files that were right until something was typed into them or lost.
const DAMAGED: [&str; 3] = [
    "accounts:\n  - username: ci\n    password: hunter2\n    credits: 50.5\n    mode: test\n",
    "accounts: [{ username: ci, password: \"hunter2\", credits: 50.5, trial_sms: 3 }]\ntariffs: { \"*\": 1 }\n",
    "auto_accounts: ci-*\nauto_account:\n  mode: real\n  password: 'hunter2'\n  credits: 1\nlimits:\n  max_depth: 64\n",
];

proptest! {
    // The same cases each time: nobody can promise it for every file that there is.
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0),
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_password_is_in_no_screen_of_a_damaged_file(
        which in 0..DAMAGED.len(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..3_usize, "[-:{}\\[\\],\"'#*&!@%|> \n\ta1]{0,3}"), 1..4),
    ) {
        let mut text = DAMAGED[which].to_owned();
        for (at, lost, typed) in edits {
            let at = at.index(text.len());
            let secret = text.find("hunter2").unwrap();
            let is_secret = |at: usize| secret < at && at < secret + "hunter2".len();
            let end = (at + lost).min(text.len());
            // The password itself stays whole.
            if !(is_secret(at) || is_secret(end) || at <= secret && secret < end) {
                text.replace_range(at..end, &typed);
            }
        }
        if let Err(error) = Config::parse(&text, "mock.yaml") {
            prop_assert!(!error.to_string().contains("hunter2"), "{text}\n{error}");
        }
    }
}

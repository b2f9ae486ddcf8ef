//! Configuration files: the screens of wrong ones, and the schema.

use epochta_mock::config::{self, Config};
use insta::assert_snapshot;

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
fn a_password_is_in_no_screen() {
    for text in [
        "accounts:\n  - { username: a, password: hunter2, credits: -1 }\n",
        "accounts:\n  - { username: a, password: hunter2, credis: 1 }\n",
        "accounts:\n  - username: a\n    credis: 1\n    password: hunter2\n",
        "accounts:\n  - { username: a, password: [hunter2] }\n",
        "accounts:\n  - { username: a, password: { x: hunter2 } }\n",
        "accounts: hunter2\n",
        "accounts:\n  - { username: a, password: hunter2 hunter2: }\n",
    ] {
        let screen = screen(text);
        let is_value_of_password = text.contains("password");
        assert!(
            !is_value_of_password || !screen.contains("hunter2"),
            "{screen}"
        );
    }
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
    assert_eq!(
        committed, fresh,
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

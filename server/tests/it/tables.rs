//! The tables of `fixtures/`: double entry against the server's own.

use epochta_mock::gateway::code::Code;
use epochta_mock::gateway::msisdn::{Msisdn, Written};
use epochta_mock::gateway::personalise::{self, Template};
use epochta_mock::gateway::segments::{Alphabet, Segments};
use epochta_mock::gateway::sender;
use epochta_mock::gateway::status::Status;
use proptest::prelude::*;
use serde::Deserialize;

use crate::fixtures;

#[test]
fn codes() {
    #[derive(Deserialize)]
    struct Row {
        code: String,
        name: String,
    }
    let mut refusals = 0;
    for row in fixtures::rows::<Row>("codes.yaml") {
        let Ok(number @ ..0) = row.code.parse::<i8>() else {
            continue;
        };
        refusals += 1;
        let code = Code::ALL.into_iter().find(|code| code.number() == number);
        assert_eq!(code.map(Code::name), Some(row.name.as_str()), "{number}");
    }
    assert_eq!(refusals, Code::ALL.len());
}

#[test]
fn statuses() {
    #[derive(Deserialize)]
    struct Row {
        word: String,
        r#final: bool,
    }
    let rows = fixtures::rows::<Row>("statuses.yaml");
    assert_eq!(rows.len(), Status::ALL.len());
    for row in rows {
        let status = Status::from_word(&row.word).unwrap_or_else(|| panic!("{}", row.word));
        assert_eq!(status.is_final(), row.r#final, "{}", row.word);
    }
}

#[test]
fn segments() {
    #[derive(Deserialize)]
    struct Row {
        text: String,
        #[serde(default = "once")]
        repeat: usize,
        #[serde(default)]
        then: String,
        encoding: String,
        units: u32,
        parts: u32,
    }
    fn once() -> usize {
        1
    }
    for row in fixtures::rows::<Row>("segments.yaml") {
        let text = row.text.repeat(row.repeat) + &row.then;
        let alphabet = match row.encoding.as_str() {
            "gsm" => Alphabet::Gsm,
            "ucs2" => Alphabet::Ucs2,
            other => panic!("{other}"),
        };
        let expected = Segments {
            alphabet,
            units: row.units,
            parts: row.parts,
        };
        assert_eq!(Segments::of(&text), expected, "{text:?}");
    }
}

#[test]
fn msisdns() {
    #[derive(Deserialize)]
    struct Row {
        written: String,
        read: Option<String>,
        #[serde(default)]
        empty: bool,
    }
    for row in fixtures::rows::<Row>("msisdns.yaml") {
        let (read, empty) = match Msisdn::read(&row.written) {
            Written::Nothing => (None, true),
            Written::Invalid => (None, false),
            Written::Number { msisdn, .. } => (Some(msisdn.to_string()), false),
        };
        assert_eq!((read, empty), (row.read, row.empty), "{:?}", row.written);
    }
}

#[test]
fn senders() {
    #[derive(Deserialize)]
    struct Row {
        sender: String,
        valid: bool,
    }
    for row in fixtures::rows::<Row>("senders.yaml") {
        assert_eq!(sender::is_valid(&row.sender), row.valid, "{:?}", row.sender);
    }
}

#[test]
fn personalisation() {
    #[derive(Deserialize)]
    struct Row {
        template: String,
        variables: Option<String>,
        text: String,
    }
    for row in fixtures::rows::<Row>("personalisation.yaml") {
        let template = Template::of(&row.template);
        let (text, segments) = match &row.variables {
            Some(variables) => (
                personalise::substitute(&row.template, variables),
                template.with_variables(variables),
            ),
            None => (row.template.clone(), template.without_variables()),
        };
        assert_eq!(
            text, row.text,
            "{:?} with {:?}",
            row.template, row.variables
        );
        assert_eq!(
            segments,
            Segments::of(&text),
            "measured without writing it: {text:?}"
        );
    }
}

proptest! {
    /// VARS-03: what a personalised text costs is known without writing it.
    #[test]
    fn a_personalised_text_is_measured_as_it_would_be_written(
        template in "(%[0-9]{1,2}%|[a-zїЖ€^% ]|%){0,40}",
        variables in "([a-zЖ€^; %1]|\u{1F600}){0,60}",
    ) {
        let written = personalise::substitute(&template, &variables);
        prop_assert_eq!(Template::of(&template).with_variables(&variables), Segments::of(&written));
    }
}

//! The documents of `fixtures/`, in order, each case on a gateway of its own; dates and delivery left out, since here
//! messages go on when they are asked for.

use serde_yaml::Value;

use super::{clauses, read, rows, text};
use crate::liar::account::{Account, Currency, Interface, Mode};
use crate::liar::gateway::{Gateway, Rules};
use crate::liar::lies::{Lie, Tongue};
use crate::liar::money::Credits;
use crate::liar::{Policy, Revision, target};

/// Documents that are asked one after the other, and what each must get.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) clauses: Vec<String>,
    world: World,
    steps: Vec<Step>,
}

/// The accounts and rules that a case is played under.
#[derive(Clone)]
pub(super) enum World {
    /// A file of `fixtures/config`.
    Config(String),
    /// The endpoint's own.
    Own(Revision),
}

struct Step {
    request: Vec<u8>,
    reply: Option<Vec<u8>>,
}

impl Case {
    /// A case that is no fixture.
    pub(super) fn own(name: &str, revision: Revision, documents: &[String]) -> Self {
        let step = |document: &String| Step {
            request: document.clone().into_bytes(),
            reply: None,
        };
        Self {
            name: name.to_owned(),
            clauses: Vec::new(),
            world: World::Own(revision),
            steps: documents.iter().map(step).collect(),
        }
    }

    /// What each document gets.
    pub(super) fn play(&self, lie: Option<Lie>) -> Vec<String> {
        let tongue = Tongue::telling(lie);
        let gateway = self.world.gateway(tongue);
        let answer = |step: &Step| {
            let reply = gateway.answer(&step.request, Some("text/xml; charset=koi8-r"));
            String::from_utf8(reply.bytes(tongue)).unwrap()
        };
        self.steps.iter().map(answer).collect()
    }
}

impl World {
    fn gateway(&self, tongue: Tongue) -> Gateway {
        match self {
            Self::Own(revision) => {
                let rules = Rules {
                    revision: *revision,
                    policy: Policy::Refuse,
                    tongue,
                };
                Gateway::new(rules, target::accounts())
            }
            Self::Config(name) => {
                let file: Value =
                    serde_yaml::from_slice(&read(&format!("config/{name}.yaml"))).unwrap();
                let revision = match text(&file, "revision") {
                    "extended" => Revision::Extended,
                    _ => Revision::Documented,
                };
                let policy = match file["insufficient_credits"].as_str() {
                    Some("partial") => Policy::Partial,
                    _ => Policy::Refuse,
                };
                let accounts = file["accounts"]
                    .as_sequence()
                    .unwrap()
                    .iter()
                    .map(account)
                    .collect();
                Gateway::new(
                    Rules {
                        revision,
                        policy,
                        tongue,
                    },
                    accounts,
                )
            }
        }
    }
}

/// An account as the fixtures have it.
pub(super) fn account(row: &Value) -> Account {
    let number = |key: &str, decimals: usize| {
        let written = serde_yaml::to_string(&row[key]).unwrap();
        let (whole, fraction) = written
            .trim()
            .split_once('.')
            .unwrap_or((written.trim(), ""));
        format!("{whole}{fraction:0<decimals$}").parse().ok()
    };
    let credits = Credits(number("credits", 4).unwrap());
    let currency = row["currency"].as_str().map(|_| Currency {
        name: "UAH",
        rate: number("rate", 6).unwrap(),
    });
    Account {
        username: text(row, "username").to_owned(),
        password: text(row, "password").to_owned(),
        opening: credits,
        credits,
        credit_price: Credits(number("credit_price", 4).unwrap_or(500)),
        mode: if row["mode"].is_null() {
            Mode::Real
        } else {
            Mode::Test
        },
        interface: if row["xml_interface"].is_null() {
            Interface::On
        } else {
            Interface::Off
        },
        currency,
        trial_sms: row["trial_sms"]
            .as_u64()
            .map(|trial| trial.try_into().unwrap()),
        messages: Vec::new(),
    }
}

/// The cases of `fixtures/documents`.
pub(super) fn cases() -> Vec<Case> {
    let file = |step: &Value, key: &str| read(&format!("documents/{}", text(step, key)));
    let step = |step: &Value| Step {
        request: file(step, "request"),
        reply: Some(file(step, "reply")),
    };
    let case = |row: Value| Case {
        name: text(&row, "name").to_owned(),
        clauses: clauses(&row),
        world: World::Config(text(&row, "config").to_owned()),
        steps: row["steps"]
            .as_sequence()
            .unwrap()
            .iter()
            .map(step)
            .collect(),
    };
    rows("documents/index.yaml").into_iter().map(case).collect()
}

/// A reply without what depends on time: dates, and how far an ordinary message is.
fn timeless(reply: &str) -> String {
    let mut lines = Vec::new();
    for line in reply.split('\n') {
        let Some((id, rest)) = line.split_once(" sentdate=\"") else {
            lines.push(line.to_owned());
            continue;
        };
        let (_, status) = rest.split_once(" status=\"").unwrap();
        let under_way = ["0\"", "SENT\"", "DELIVERED\""]
            .iter()
            .any(|word| status.starts_with(word));
        lines.push(if under_way {
            id.to_owned()
        } else {
            format!("{id} {status}")
        });
    }
    lines.join("\n")
}

#[test]
fn documents_are_answered_as_the_fixtures_say() {
    let cases = cases();
    assert!(cases.len() > 400, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        for (place, (step, found)) in case.steps.iter().zip(case.play(None)).enumerate() {
            let expected = String::from_utf8(step.reply.clone().unwrap()).unwrap();
            if timeless(&found) != timeless(&expected) {
                wrong.push(format!(
                    "{} {}: {found}\ninstead of {expected}",
                    case.name,
                    place + 1
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} wrong",
        wrong.join("\n"),
        wrong.len()
    );
}

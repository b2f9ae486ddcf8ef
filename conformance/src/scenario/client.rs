//! The keys of a scenario that are for clients only: what makes it an exercise, what the client is answered instead of
//! the plain reply, and which reaction is right. Whoever plays against an endpoint passes over them.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choice::one_of;
use super::comparison::Comparison;
use super::locate::Turn;
use super::model::{Scenario, Step};
use super::template::Template;
use crate::exercise::delivery::Carrying;
use crate::exercise::layout::Layout;
use crate::finding::rule::{Rules, Side};

/// The rules that an exercise may name; none if the registry is wrong, which a test of it finds.
static RULES: LazyLock<Option<Rules>> = LazyLock::new(|| Rules::built_in().ok());

/// What makes a scenario an exercise: the same requests are asked of a client, and the kit answers as `expect` says.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// The rule of fixtures/findings.yaml that a client breaks whose reaction is not the right one.
    pub finding: String,
    /// Whether it is for clients only, and never played against an endpoint.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only: bool,
    /// How a client has to be run for it: as a command, as an adapter, or either (if not said).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ways: Vec<Way>,
}

/// How a client is run.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// Once for each step; its exit code and its output are all that it says.
    Command,
    /// Once; it answers line by line, and exactly.
    Adapter,
}

/// What a client is answered, where that is not the plain reply that `expect` asks for.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// How the document is written: lines (the layout of REPLY-02, if not said), one-line, indented, crlf, blanks,
    /// attributes-reversed, single-quotes, comments, cdata, references, byte-order-mark, no-declaration,
    /// unknown-elements, paired, trailing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<Template>,
    /// How it is carried, or lost: whole (if not said), segments, chunked, until-close, then-close, drip, endless, stall,
    /// cut, broken-chunk, close-before, close-after, reset-before, reset-after, tls-untrusted, tls-wrong-name,
    /// tls-expired, redirect. Before and after say whether the gateway has taken the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Template>,
    /// The HTTP status: 200, and 307 of a redirect, if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<Template>,
    /// The Content-Type: text/xml; charset=UTF-8 if not said.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub media_type: Option<Template>,
    /// The body exactly as written, whatever `expect` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Template>,
}

/// What a client must make of it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Reaction {
    /// What it must tell its user. If not said: success, where a whole reply came that is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Expected>,
    /// The words of which an adapter's `error` must be one. If not said: that of the code, or NO_REPLY or BAD_REPLY.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub error: Vec<Template>,
    /// What a command's output must show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shows: Vec<Shown>,
    /// How many requests of the step's operation must have come: a comparison.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<Template>,
    /// Another rule than that of the scenario, for this step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
}

/// What a client tells its user.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Expected {
    /// That it worked.
    Succeeds,
    /// That it did not, or that nobody knows.
    Fails,
    /// Either, as long as it says something.
    Either,
}

/// Something that a person should see.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Shown {
    /// The credits of the reply.
    Credits,
    /// The id of each message.
    Id,
    /// The code of a refusal, or the vendor's word for it.
    Reason,
    /// No password: neither whole nor in any spelling of it.
    #[serde(rename = "no-password")]
    NoPassword,
}

/// What is wrong, and where below the scenario.
type Mistake = (Vec<Turn>, String);

/// The keys of a step that a client cannot be asked to do, and whether they are there.
fn beyond(step: &Step) -> impl Iterator<Item = (&'static str, bool)> {
    [
        ("tree", step.tree.is_some()),
        ("xml", step.xml.is_some()),
        ("http", step.http.is_some()),
        ("parallel", step.parallel.is_some()),
        ("over", step.over.is_some()),
        ("charset", step.charset.is_some()),
        ("write", step.write != super::model::Write::default()),
        ("method", step.method.is_some()),
        ("path", step.path.is_some()),
        ("headers", !step.headers.is_empty()),
        ("split", step.split.is_some()),
        ("connection", step.connection.is_some()),
        ("repeat", step.repeat.is_some()),
    ]
    .into_iter()
}

/// Whether the keys for clients make sense; `steps` are those of the scenario.
pub(super) fn check(scenario: &Scenario) -> Result<(), Mistake> {
    let key = |key: &str| Turn::Key(key.to_owned());
    if let Some(client) = &scenario.client {
        rule(&client.finding).map_err(|message| (vec![key("client"), key("finding")], message))?;
    }
    for (place, step) in scenario.steps.iter().enumerate() {
        let at = |keys: &[&str]| -> Vec<Turn> {
            let path = [key("steps"), Turn::Item(place)].into_iter();
            path.chain(keys.iter().map(|name| key(name))).collect()
        };
        let own = [
            ("reply", step.reply.is_some()),
            ("reaction", step.reaction.is_some()),
        ];
        if scenario.client.is_none() {
            if let Some((name, _)) = own.into_iter().find(|(_, there)| *there) {
                let message = format!("{name} is for clients; give the scenario a client section");
                return Err((at(&[name]), message));
            }
            continue;
        }
        if let Some((name, _)) = beyond(step).find(|(_, there)| *there) {
            let message = format!(
                "a client cannot be told {name}; an exercise has send, price, status and ask, and how a \
                 document is written is the client's own"
            );
            return Err((at(&[name]), message));
        }
        check_step(step).map_err(|(keys, message)| (at(&keys), message))?;
    }
    Ok(())
}

fn check_step(step: &Step) -> Result<(), (Vec<&'static str>, String)> {
    let closed = |template: &Option<Template>| {
        let template = template.as_ref()?;
        (template.names().is_empty() && template.functions().is_empty())
            .then(|| template.to_string())
    };
    if let Some(reply) = &step.reply {
        if let Some(text) = closed(&reply.layout) {
            one_of::<Layout>(&text).map_err(|message| (vec!["reply", "layout"], message))?;
        }
        if let Some(text) = closed(&reply.delivery) {
            one_of::<Carrying>(&text).map_err(|message| (vec!["reply", "delivery"], message))?;
        }
        if let Some(text) = closed(&reply.http) {
            http_status(&text).map_err(|message| (vec!["reply", "http"], message))?;
        }
    }
    if let Some(reaction) = &step.reaction {
        if let Some(finding) = &reaction.finding {
            rule(finding).map_err(|message| (vec!["reaction", "finding"], message))?;
        }
        if let Some(text) = closed(&reaction.requests) {
            Comparison::parse(&text)
                .map_err(|error| (vec!["reaction", "requests"], error.to_string()))?;
        }
    }
    Ok(())
}

/// An HTTP status with a reply behind it.
pub fn http_status(text: &str) -> Result<u16, String> {
    let status = text
        .parse::<u16>()
        .ok()
        .filter(|status| (200..=599).contains(status));
    status.ok_or_else(|| format!("{text:?} is no HTTP status of a reply; write 200 to 599"))
}

fn rule(id: &str) -> Result<(), String> {
    let Some(rules) = RULES.as_ref() else {
        return Ok(());
    };
    match rules.get(id) {
        Some(rule) if rule.side == Side::Reaction || id == "blind-retry" => Ok(()),
        Some(_) => Err(format!(
            "{id} is found in requests, not in reactions; name a rule of side reaction"
        )),
        None => {
            let near = rules.iter().map(|rule| {
                let distance = strsim::damerau_levenshtein(&rule.id, id);
                (distance, rule.id.as_str())
            });
            Err(match near.min() {
                Some((distance, near)) if distance <= id.len().div_ceil(3) => {
                    format!("{id} is no rule of fixtures/findings.yaml; did you mean {near}?")
                }
                Some(_) | None => format!("{id} is no rule of fixtures/findings.yaml"),
            })
        }
    }
}

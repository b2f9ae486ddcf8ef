//! A scenario as it is written: every key of the language, with its documentation. `scenarios/README.md` tells it by
//! example; the JSON Schema comes from here.
//!
//! What cannot be said by types (exactly one action a step, names that exist) is for [`super::loaded`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::client::{Client, Given, Reaction};
use super::markup::Markup;
use super::template::Template;

/// One thing that a clause demands, and how an endpoint is asked for it.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Ids of `fixtures/clauses.yaml`. The first is that of the file's name; it gives the scenario its level and grade.
    pub clauses: Vec<String>,
    /// Clauses that it does not test, but takes for true: an endpoint that does otherwise there may be right and fail.
    /// The scenario has the level and the grade of the weakest of them, if that is weaker than its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<String>,
    /// One sentence: what is demanded.
    pub requirement: String,
    /// Words to select by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Only for targets of this revision; without it for both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
    /// Facts about the target that nothing else in the scenario mentions.
    #[serde(default, skip_serializing_if = "is_default")]
    pub needs: Needs,
    /// Variables with several values; the scenario is played once for each combination.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub matrix: BTreeMap<String, Vec<Template>>,
    /// Names for texts that are used more than once.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, Template>,
    /// Whether the replies are compared with the snapshot beside the file.
    #[serde(default, skip_serializing_if = "is_default")]
    pub snapshot: bool,
    /// What makes it an exercise for clients too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<Client>,
    /// What is done, in order.
    pub steps: Vec<Step>,
}

/// Which codes and elements a gateway knows (REPLY-07).
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Revision {
    /// What the vendor's document has.
    #[default]
    Documented,
    /// With amount and currency, and the codes -5 and -7.
    Extended,
}

/// What a gateway does when credits run out (MONEY-04).
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// The whole document is refused.
    Refuse,
    /// Recipients are served while the balance lasts.
    Partial,
}

/// Facts about the target.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// What happens when credits run out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// Whether the target has to say its tariffs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tariffs: bool,
    /// Whether the target's path has to be that of the vendor's document, because others are compared with it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub standard_path: bool,
}

/// One step: one thing that is done, how, and what must come of it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The step's name, for `${name.credits}`, `same_as`, and reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What this step demands, if the scenario's sentence does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,

    /// SEND.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send: Option<Message>,
    /// GETPRICE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Message>,
    /// GETSTATUS for these ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Vec<Template>>,
    /// BALANCE or CREDITPRICE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<Question>,
    /// A document as a tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tree: Option<Markup>,
    /// A document exactly as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub xml: Option<Template>,
    /// A whole HTTP request exactly as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<Template>,
    /// Branches that run at the same time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallel: Option<Vec<Branch>>,

    /// The account that asks: main if not said.
    #[serde(rename = "as")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// A login instead of the account's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Template>,
    /// A password instead of the account's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Template>,
    /// How the document travels: multipart, urlencoded (the default), unescaped, raw, raw-utf8, raw-comma, raw-form,
    /// raw-bare.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over: Option<Template>,
    /// utf-8 (the default), windows-1251, koi8-r, utf-16le, utf-16be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charset: Option<Template>,
    /// How a typed operation or a tree is written.
    #[serde(default, skip_serializing_if = "is_default")]
    pub write: Write,
    /// The HTTP method: POST if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Template>,
    /// The HTTP path: that of the target's URL if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Template>,
    /// More HTTP headers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Template>,
    /// Where the request is cut into segments: `head`, `await` (behind the head, and the rest waits for 100 Continue),
    /// or a number of bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<Template>,
    /// Steps with the same name share a TCP connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<String>,
    /// How often the step is done, one after the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeat: Option<u32>,

    /// What the reply must be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expect>,
    /// What the reply must come to be: the step is repeated until it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Expect>,
    /// How long `until` may take, such as 5s: the target's `final_within` if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<Template>,
    /// The pause between tries of `until`: 100ms if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<Template>,
    /// Comparisons that must hold after the step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<String>,
    /// For clients: what they are answered, where that is not the plain reply of `expect`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<Given>,
    /// For clients: what they must make of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reaction: Option<Reaction>,
}

impl Scenario {
    /// Whether no endpoint is ever asked it.
    pub fn is_for_clients_only(&self) -> bool {
        self.client.as_ref().is_some_and(|client| client.only)
    }
}

/// What SEND and GETPRICE take.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// The sender: SMSKA if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<Template>,
    /// The text.
    pub text: Template,
    /// The recipients.
    pub to: Vec<Recipient>,
}

/// A recipient: a number, or a number with an id and variables.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// The number as written.
    pub number: Template,
    /// Its `messageID`.
    pub id: Option<Template>,
    /// Its `variables`.
    pub variables: Option<Template>,
}

/// An operation that takes nothing.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Question {
    /// BALANCE.
    Balance,
    /// CREDITPRICE.
    CreditPrice,
}

/// Steps that run beside others.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// How many of this branch there are: one if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copies: Option<u32>,
    /// What each of them does, in order.
    pub steps: Vec<Step>,
}

/// How a document is written down.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Write {
    /// none, version, encoding (the default), standalone, or the text of a declaration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declaration: Option<Template>,
    /// double (the default) or single.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quotes: Option<Template>,
    /// escaped (the default) or cdata.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Template>,
    /// pair (the default), short, short-with-blank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub empty: Option<Template>,
    /// lines (the default), indented, compact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<Template>,
    /// lf (the default) or crlf.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line_end: Option<Template>,
    /// Whether a byte order mark comes first; if not said, for UTF-16 only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub byte_order_mark: Option<Template>,
    /// authentication (the default) or authentification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication: Option<Template>,
    /// messageID (the default), messageId, messageid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Template>,
}

/// What a reply must be.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// `<status>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Template>,
    /// `<credits>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credits: Option<Template>,
    /// `<price>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Template>,
    /// `<amount>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Template>,
    /// `<currency>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Template>,
    /// `<trialsms>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trialsms: Option<Template>,
    /// The name of the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root: Option<Template>,
    /// The names of the elements in the root, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elements: Option<Vec<Template>>,
    /// The rows of the report, all of them, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<Vec<Row>>,
    /// How many rows there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<Template>,
    /// The name of a step whose reply means the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    /// Whether the layout is that of REPLY-02 and REPLY-08.
    #[serde(default, skip_serializing_if = "is_default")]
    pub layout: bool,
    /// The body, byte for byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Template>,
    /// The HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<Template>,
    /// HTTP headers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Template>,
    /// The encoding in the XML declaration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Template>,
    /// Whether the connection ends without a reply.
    #[serde(default, skip_serializing_if = "is_default")]
    pub closed: bool,
}

/// What a row of a report must be.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Template>,
    /// Its status word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Template>,
    /// When the message was handed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentdate: Option<Template>,
    /// When it became final.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub donedate: Option<Template>,
}

/// Whether a value need not be written.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Documented => "documented",
            Self::Extended => "extended",
        })
    }
}

impl std::fmt::Display for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Refuse => "refuse",
            Self::Partial => "partial",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Scenario;
    use crate::clause::Registry;
    use crate::scenario::suite;

    #[test]
    fn every_scenario_is_written_and_read_again() {
        for loaded in suite::built_in(&Registry::built_in().unwrap()).unwrap() {
            let written = serde_yaml::to_string(&loaded.scenario).unwrap();
            let again: Scenario = serde_yaml::from_str(&written)
                .unwrap_or_else(|error| panic!("{}: {error}\n{written}", loaded.id));
            assert_eq!(
                serde_yaml::to_string(&again).unwrap(),
                written,
                "{}",
                loaded.id
            );
        }
    }
}

//! A scenario as it is written: every key of the language, with its documentation. `scenarios/README.md` tells it by
//! example; the JSON Schema comes from here.
//!
//! What cannot be said by types (exactly one action a step, names that exist) is for [`super::parse`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::markup::Markup;
use super::template::Template;

/// One thing that a clause demands, and how an endpoint is asked for it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Ids of `fixtures/clauses.yaml`. The first is that of the file's name; it gives the scenario its level and grade.
    pub clauses: Vec<String>,
    /// Clauses that it does not test, but takes for true: an endpoint that does otherwise there may be right and fail.
    /// The scenario has the level and the grade of the weakest of them, if that is weaker than its own.
    #[serde(default)]
    pub rests_on: Vec<String>,
    /// One sentence: what is demanded.
    pub requirement: String,
    /// Words to select by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Only for targets of this revision; without it for both.
    pub revision: Option<Revision>,
    /// Facts about the target that nothing else in the scenario mentions.
    #[serde(default)]
    pub needs: Needs,
    /// Variables with several values; the scenario is played once for each combination.
    #[serde(default)]
    pub matrix: BTreeMap<String, Vec<Template>>,
    /// Names for texts that are used more than once.
    #[serde(default)]
    pub variables: BTreeMap<String, Template>,
    /// Whether the replies are compared with the snapshot beside the file.
    #[serde(default)]
    pub snapshot: bool,
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
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// What happens when credits run out.
    pub policy: Option<Policy>,
    /// Whether the target has to say its tariffs.
    #[serde(default)]
    pub tariffs: bool,
    /// Whether the target's path has to be that of the vendor's document, because others are compared with it.
    #[serde(default)]
    pub standard_path: bool,
}

/// One step: one thing that is done, how, and what must come of it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The step's name, for `${name.credits}`, `same_as`, and reports.
    pub name: Option<String>,
    /// What this step demands, if the scenario's sentence does not say it.
    pub requirement: Option<String>,

    /// SEND.
    pub send: Option<Message>,
    /// GETPRICE.
    pub price: Option<Message>,
    /// GETSTATUS for these ids.
    pub status: Option<Vec<Template>>,
    /// BALANCE or CREDITPRICE.
    pub ask: Option<Question>,
    /// A document as a tree.
    pub tree: Option<Markup>,
    /// A document exactly as written.
    pub xml: Option<Template>,
    /// A whole HTTP request exactly as written.
    pub http: Option<Template>,
    /// Branches that run at the same time.
    pub parallel: Option<Vec<Branch>>,

    /// The account that asks: main if not said.
    #[serde(rename = "as")]
    pub account: Option<String>,
    /// A login instead of the account's.
    pub username: Option<Template>,
    /// A password instead of the account's.
    pub password: Option<Template>,
    /// How the document travels: multipart, urlencoded (the default), unescaped, raw, raw-utf8, raw-comma, raw-form,
    /// raw-bare.
    pub over: Option<Template>,
    /// utf-8 (the default), windows-1251, koi8-r, utf-16le, utf-16be.
    pub charset: Option<Template>,
    /// How a typed operation or a tree is written.
    #[serde(default)]
    pub write: Write,
    /// The HTTP method: POST if not said.
    pub method: Option<Template>,
    /// The HTTP path: that of the target's URL if not said.
    pub path: Option<Template>,
    /// More HTTP headers.
    #[serde(default)]
    pub headers: BTreeMap<String, Template>,
    /// Where the request is cut into segments: `head`, `await` (behind the head, and the rest waits for 100 Continue),
    /// or a number of bytes.
    pub split: Option<Template>,
    /// Steps with the same name share a TCP connection.
    pub connection: Option<String>,
    /// How often the step is done, one after the other.
    pub repeat: Option<u32>,

    /// What the reply must be.
    pub expect: Option<Expect>,
    /// What the reply must come to be: the step is repeated until it is.
    pub until: Option<Expect>,
    /// How long `until` may take, such as 5s: the target's `final_within` if not said.
    pub within: Option<Template>,
    /// The pause between tries of `until`: 100ms if not said.
    pub every: Option<Template>,
    /// Comparisons that must hold after the step.
    #[serde(default)]
    pub relations: Vec<String>,
}

/// What SEND and GETPRICE take.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// The sender: SMSKA if not said.
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
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
pub enum Question {
    /// BALANCE.
    Balance,
    /// CREDITPRICE.
    CreditPrice,
}

/// Steps that run beside others.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// How many of this branch there are: one if not said.
    pub copies: Option<u32>,
    /// What each of them does, in order.
    pub steps: Vec<Step>,
}

/// How a document is written down.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Write {
    /// none, version, encoding (the default), standalone, or the text of a declaration.
    pub declaration: Option<Template>,
    /// double (the default) or single.
    pub quotes: Option<Template>,
    /// escaped (the default) or cdata.
    pub text: Option<Template>,
    /// pair (the default), short, short-with-blank.
    pub empty: Option<Template>,
    /// lines (the default), indented, compact.
    pub layout: Option<Template>,
    /// lf (the default) or crlf.
    pub line_end: Option<Template>,
    /// Whether a byte order mark comes first; if not said, for UTF-16 only.
    pub byte_order_mark: Option<Template>,
    /// authentication (the default) or authentification.
    pub authentication: Option<Template>,
    /// messageID (the default), messageId, messageid.
    pub id: Option<Template>,
}

/// What a reply must be.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// `<status>`.
    pub status: Option<Template>,
    /// `<credits>`.
    pub credits: Option<Template>,
    /// `<price>`.
    pub price: Option<Template>,
    /// `<amount>`.
    pub amount: Option<Template>,
    /// `<currency>`.
    pub currency: Option<Template>,
    /// `<trialsms>`.
    pub trialsms: Option<Template>,
    /// The name of the root.
    pub root: Option<Template>,
    /// The names of the elements in the root, in order.
    pub elements: Option<Vec<Template>>,
    /// The rows of the report, all of them, in order.
    pub rows: Option<Vec<Row>>,
    /// How many rows there are.
    pub count: Option<Template>,
    /// The name of a step whose reply means the same.
    pub same_as: Option<String>,
    /// Whether the layout is that of REPLY-02 and REPLY-08.
    #[serde(default)]
    pub layout: bool,
    /// The body, byte for byte.
    pub body: Option<Template>,
    /// The HTTP status.
    pub http: Option<Template>,
    /// HTTP headers.
    #[serde(default)]
    pub headers: BTreeMap<String, Template>,
    /// The encoding in the XML declaration.
    pub encoding: Option<Template>,
    /// Whether the connection ends without a reply.
    #[serde(default)]
    pub closed: bool,
}

/// What a row of a report must be.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its id.
    pub id: Option<Template>,
    /// Its status word.
    pub status: Option<Template>,
    /// When the message was handed over.
    pub sentdate: Option<Template>,
    /// When it became final.
    pub donedate: Option<Template>,
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

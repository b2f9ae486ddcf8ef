//! Requests: the journal, read. Passwords are masked, and numbers by configuration.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::messages::glob;
use super::words::Words;
use super::{Answer, Bound, Problem, Result, explain, mask, ok, sought};
use crate::config::ModeKey;
use crate::config::fault::PlacedKey;
use crate::space::Space;
use crate::space::hidden;
use crate::space::journal::Entry;
use crate::wire::form::Transport;

/// What a request can be of.
pub(super) const OPERATIONS: [&str; 6] = [
    "SEND",
    "GETPRICE",
    "GETSTATUS",
    "BALANCE",
    "CREDITPRICE",
    "-",
];

/// In how many bytes of bodies words are looked for at once.
const AT_A_TIME: usize = 256 * 1024;

/// Refuses what no request is of: a misspelt operation would be one that nobody asked for.
pub(super) fn known_operation(operation: &str, key: &str) -> Result<()> {
    if OPERATIONS.contains(&operation) {
        return Ok(());
    }
    Err(Problem::bad(format!(
        "{key}: {:?} is none of {}",
        super::cut(operation),
        OPERATIONS.join(", ")
    )))
}

/// Which requests are meant: all that is given must fit.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RequestQuery {
    /// A pattern of logins.
    #[schemars(length(max = 1_000))]
    account: Option<String>,
    /// The operation: SEND, GETPRICE, GETSTATUS, BALANCE, CREDITPRICE; `-` for one that could not be read.
    #[schemars(extend("enum" = OPERATIONS))]
    operation: Option<String>,
    /// The result: SEND_OK, OK, AUTH_FAILED, …
    result: Option<String>,
    /// Words that are all found in what is shown of the request: its path, login, operation, result, reason, document,
    /// reply, …
    #[schemars(length(max = 1_000))]
    query: Option<String>,
    /// Only later requests than this one.
    #[serde(deserialize_with = "super::given")]
    after: Option<u64>,
    /// Only earlier requests than this one.
    #[serde(deserialize_with = "super::given")]
    before: Option<u64>,
    /// Which are the first on a page. Without this: `oldest`.
    #[serde(deserialize_with = "super::given")]
    #[schemars(with = "Option<String>", extend("enum" = ["oldest", "newest"]))]
    order: Option<Order>,
    /// Whether body and reply are left empty: of a list that is only looked over.
    #[serde(deserialize_with = "super::given")]
    brief: Option<bool>,
    /// At most so many. Without this: 100.
    #[serde(deserialize_with = "super::given")]
    #[schemars(range(min = 1, max = 10_000))]
    limit: Option<u32>,
}

/// Which requests are the first on a page.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Order {
    Oldest,
    Newest,
}

/// A request.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RequestView {
    /// Its number in the space, from 1.
    pub(super) number: u64,
    /// When it came.
    at: String,
    /// How long the answer took, in microseconds; 0 while the clock stands.
    micros: u64,
    /// Its method.
    pub(super) method: String,
    /// Its path.
    pub(super) path: String,
    /// Its Content-Type.
    pub(super) content_type: Option<String>,
    /// How the document was carried.
    pub(super) transport: Option<&'static str>,
    /// The charset that it was read in.
    pub(super) charset: Option<&'static str>,
    /// What had to be tolerated.
    tolerated: Vec<Tolerated>,
    /// The operation; `-` if it could not be read.
    pub(super) operation: &'static str,
    /// The login.
    pub(super) account: Option<String>,
    /// The account's mode: `simulate` charges nothing.
    mode: Option<ModeKey>,
    /// SEND_OK, OK, or the name of the code.
    pub(super) result: &'static str,
    /// Why it was refused.
    pub(super) reason: Option<String>,
    /// The script or magic number that decided.
    pub(super) cause: Option<String>,
    /// Whether nothing of the reply came, on purpose.
    lost: bool,
    /// The fault that hurt the reply.
    pub(super) fault: Option<FaultView>,
    /// What was charged.
    charged: String,
    /// How many messages it made, and the ordinal of the first.
    messages: u32,
    /// See `messages`.
    first_message: u64,
    /// How many numbers were not valid, or ids unknown.
    skipped: u32,
    /// The body, as text; bytes that are none are replaced. In a brief list it is empty.
    body: String,
    /// The reply. In a brief list it is empty.
    reply: String,
}

/// A fault that hurt a reply.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FaultView {
    /// Its name.
    pub(super) name: String,
    /// Its kind.
    pub(super) kind: &'static str,
    /// Before or after what the request asked for was done.
    placed: PlacedKey,
    /// Whether a mailing was accepted, though its client may not know.
    committed: bool,
}

/// Something that had to be tolerated.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Tolerated {
    /// What.
    name: &'static str,
    /// The clause that tells of it.
    clause: &'static str,
}

/// Requests.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RequestList {
    /// The oldest first, unless `order` says otherwise.
    requests: Vec<RequestView>,
    /// How many older requests are no longer kept.
    evicted: u64,
}

/// Why a request was answered as it was.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Explanation {
    /// Which request.
    number: u64,
    /// In plain words.
    lines: Vec<String>,
}

/// A request, as it is shown.
pub(super) fn view(space: &Space, entry: &Entry) -> RequestView {
    let is_hidden = space.config().mask_numbers;
    RequestView {
        body: String::from_utf8_lossy(&mask::body(space, entry)).into_owned(),
        reply: hidden::numbers(&String::from_utf8_lossy(entry.bytes.reply()), is_hidden),
        ..outline(space, entry)
    }
}

/// A request without its body and its reply.
pub(super) fn outline(space: &Space, entry: &Entry) -> RequestView {
    let is_hidden = space.config().mask_numbers;
    let verdict = &entry.verdict;
    let tolerated = entry.reading.tolerances.iter();
    RequestView {
        number: entry.number,
        at: entry.at.to_string(),
        micros: entry.micros,
        method: entry.bytes.method().to_owned(),
        path: entry.bytes.path().to_owned(),
        content_type: entry.bytes.content_type().map(mask::label),
        transport: entry.reading.transport.map(Transport::name),
        charset: entry.reading.charset,
        tolerated: tolerated
            .map(|tolerance| Tolerated {
                name: tolerance.name(),
                clause: tolerance.clause(),
            })
            .collect(),
        operation: verdict.operation,
        account: verdict.account.as_deref().map(ToOwned::to_owned),
        mode: verdict.mode.map(Into::into),
        result: verdict.result,
        reason: verdict
            .reason
            .as_deref()
            .map(|reason| hidden::numbers(reason, is_hidden)),
        cause: verdict.cause.as_ref().map(ToString::to_string),
        lost: verdict.is_lost(),
        fault: verdict.hurt.as_ref().and_then(|hurt| {
            Some(FaultView {
                name: hurt.fault.as_ref()?.to_string(),
                kind: hurt.effect.kind(),
                placed: hurt.placed.into(),
                committed: verdict.messages > 0,
            })
        }),
        charged: verdict.charged.to_string(),
        messages: verdict.messages,
        first_message: verdict.first_message,
        skipped: verdict.skipped,
        body: String::new(),
        reply: String::new(),
    }
}

pub(super) async fn list(bound: Bound) -> Result<Answer> {
    let query: RequestQuery = bound.query()?;
    let limit = query.limit.unwrap_or(100);
    if !(1..=10_000).contains(&limit) {
        return Err(Problem::bad("limit is from 1 to 10000"));
    }
    let space = bound.space();
    let (mut entries, evicted) = space.journal.all();
    if let Some(Order::Newest) = query.order {
        entries.reverse();
    }
    let fits = |wanted: &Option<String>, found: Option<&str>| {
        wanted.as_deref().is_none_or(|wanted| Some(wanted) == found)
    };
    let account = query
        .account
        .as_deref()
        .map(|account| glob(account, "account"));
    let account = account.transpose()?;
    if let Some(operation) = &query.operation {
        known_operation(operation, "operation")?;
    }
    let words = Words::read(query.query.as_deref().unwrap_or_default())?;
    let fitting = entries.iter().filter(|entry| {
        entry.number > query.after.unwrap_or(0)
            && entry.number < query.before.unwrap_or(u64::MAX)
            && account.as_ref().is_none_or(|account| {
                entry
                    .verdict
                    .account
                    .as_deref()
                    .is_some_and(|login| account.fits(login))
            })
            && fits(&query.operation, Some(entry.verdict.operation))
            && fits(&query.result, Some(entry.verdict.result))
    });
    let mut requests = Vec::new();
    let mut looked = 0_usize;
    for entry in fitting {
        if requests.len() >= limit as usize {
            break;
        }
        if !words.is_empty() {
            // Clients are served meanwhile.
            looked = looked.saturating_add(entry.bytes.body().len());
            if looked >= AT_A_TIME {
                tokio::task::yield_now().await;
                looked = 0;
            }
            if !sought::holds(&words, space, entry) {
                continue;
            }
        }
        requests.push(match query.brief {
            Some(true) => outline(space, entry),
            Some(false) | None => view(space, entry),
        });
    }
    ok(&RequestList { requests, evicted })
}

/// The request that a path names.
pub(super) fn find(bound: &Bound) -> Result<std::sync::Arc<Entry>> {
    let number = bound.capture(0);
    let entry = number
        .parse()
        .ok()
        .and_then(|number| bound.space().journal.get(number));
    entry.ok_or_else(|| {
        let (kept, _, evicted) = bound.space().journal.size();
        Problem::missing(format!(
            "there is no request {}; {kept} are kept, and {evicted} older ones are not",
            super::cut(number)
        ))
    })
}

pub(super) fn explain(bound: &Bound) -> Result<Answer> {
    let entry = find(bound)?;
    let lines = explain::lines(bound.space(), &entry);
    ok(&Explanation {
        number: entry.number,
        lines,
    })
}

//! Requests that hold no document: wrong fields, bad multipart, bad escapes, nothing at all, other methods, a length that
//! is too short (FORM-07, FORM-08, FORM-10, FORM-11). All are HTTP, so that none of them hangs.
//!
//! Wherever a document stands that is not to be read, it is one that would cost if it were.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any};
use proptest::prop_oneof;
use proptest::sample::select;

use super::template::Draft;
use crate::scenario::template::Template;

/// A request that holds no document.
#[derive(Clone, Debug)]
struct Request {
    method: &'static str,
    /// Whether the document stands in the query.
    query: Query,
    content_type: Option<&'static str>,
    /// How many bytes fewer the head tells of than there are.
    missing: usize,
    body: Body,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Query {
    Nothing,
    Document,
}

#[derive(Clone, Debug)]
enum Body {
    /// This, which is no form with the field.
    Text(&'static str),
    Bytes(Vec<u8>),
    /// The document in a field of this name.
    Field(&'static str),
    /// The document in the right field, which begins with this instead of `%3C`.
    Escape(&'static str),
    /// The document in a part that has this head.
    Part(&'static str),
}

const FORM: &str = "application/x-www-form-urlencoded";

const MULTIPART: &str = "multipart/form-data; boundary=AaB03x";

/// What bodies are said to be.
const TYPES: &[Option<&str>] = &[
    Some(FORM),
    Some("text/xml"),
    None,
    Some(MULTIPART),
    Some("text/plain"),
    Some("application/json"),
    Some("multipart/form-data"),
    Some("application/x-www-form-urlencoded; charset=utf-8"),
];

const NOTHING: &[&str] = &[
    "",
    " ",
    "\n",
    "XML=",
    "XML",
    "=",
    "&",
    "&&&",
    "XML=&XML=",
    "XML==",
    "XML=x",
    "XML=%3C",
    "XML=%",
    "XML=%00",
    "XML[]=%3CSMS/%3E",
    "{}",
    "null",
    "a=1&b=2",
    "%58%4D%4C=",
    "--AaB03x--",
    "--AaB03x\r\n",
    "--",
    "--AaB03x\r\nContent-Disposition: form-data; name=\"XML\"\r\n\r\n\r\n--AaB03x--\r\n",
    "--AaB03x\r\nContent-Disposition: form-data; na",
];

/// Names that are not that of the field (FORM-07, FORM-08).
const FIELDS: &[&str] = &[
    "xml", "Xml", "X", "XMLS", "XML[]", "XML[0]", "XML[a]", "_XML", "text", "", "%58%4D",
];

const ESCAPES: &[&str] = &[
    "%253C", "%", "%3", "%zz", "%u003C", "%C3", "%00", "x", "%26lt;",
];

/// Heads of parts that are not that of the field (FORM-03).
const PARTS: &[&str] = &[
    "Content-Disposition: form-data; name=\"xml\"",
    "Content-Disposition: form-data; name=\"XML\"; filename=\"sms.xml\"",
    "Content-Disposition: form-data; name=\"XML[]\"",
    "Content-Disposition: form-data; name=\"\"",
    "Content-Disposition: form-data",
    "Content-Type: text/xml",
];

/// Methods that are not POST; the replies to all of them have a body.
const METHODS: &[&str] = &["GET", "PUT", "DELETE", "PATCH", "PROPFIND", "OPTIONS"];

/// A request that holds no document, and about how many bytes it has.
pub fn request() -> BoxedStrategy<(Template, usize)> {
    let post = |content_type: Option<&'static str>, body: Body| Request {
        method: "POST",
        query: Query::Nothing,
        content_type,
        missing: 0,
        body,
    };
    let query = select(vec![Query::Nothing, Query::Document]);
    let with_query = query.clone();
    prop_oneof![
        3 => (select(TYPES), select(NOTHING), query).prop_map(move |(content_type, text, query)| Request {
            query,
            ..post(content_type, Body::Text(text))
        }),
        2 => select(FIELDS).prop_map(move |name| post(Some(FORM), Body::Field(name))),
        2 => select(ESCAPES).prop_map(move |escape| post(Some(FORM), Body::Escape(escape))),
        2 => select(PARTS).prop_map(move |head| post(Some(MULTIPART), Body::Part(head))),
        // A form that says it is none.
        1 => select(&["text/xml", "text/plain", "application/json"][..])
            .prop_map(move |content_type| post(Some(content_type), Body::Field("XML"))),
        // A boundary that is another, or none.
        1 => select(&["multipart/form-data; boundary=other", "multipart/form-data", "multipart/form-data; boundary="][..])
            .prop_map(move |content_type| post(Some(content_type), Body::Part(RIGHT_PART))),
        1 => (select(TYPES), noise()).prop_map(move |(content_type, bytes)| post(content_type, Body::Bytes(bytes))),
        2 => (select(METHODS), with_query, prop_oneof![
            Just(Body::Text("")),
            Just(Body::Field("XML")),
        ]).prop_map(move |(method, query, body)| Request {
            method,
            query,
            ..post(Some(FORM), body)
        }),
        1 => (1..200_usize).prop_map(move |missing| Request {
            missing,
            ..post(Some(FORM), Body::Field("XML"))
        }),
    ]
    .prop_map(|request| {
        let template = request.draft().template();
        let size = template.to_string().len();
        (template, size)
    })
    .boxed()
}

/// The head of the part that would be the field.
const RIGHT_PART: &str = "Content-Disposition: form-data; name=\"XML\"";

/// Bytes of any kind, which do not begin as a document does.
fn noise() -> BoxedStrategy<Vec<u8>> {
    vec(any::<u8>(), 0..200)
        .prop_map(|mut bytes| {
            bytes.insert(0, b'.');
            bytes
        })
        .boxed()
}

impl Request {
    fn draft(&self) -> Draft {
        let mut draft = Draft::new()
            .literal(self.method)
            .literal(" ")
            .expression("path");
        if self.query == Query::Document {
            draft = percent(draft.literal("?XML="), "%3C");
        }
        draft = draft.literal(" HTTP/1.1\nHost: ").expression("host");
        if let Some(content_type) = self.content_type {
            draft = draft.literal("\nContent-Type: ").literal(content_type);
        }
        draft = draft
            .literal("\nContent-Length: ")
            .expression(&format!("length - {}", self.missing))
            .literal("\n\n");
        match &self.body {
            Body::Text(text) => draft.literal(text),
            Body::Bytes(bytes) => draft.bytes(bytes),
            Body::Field(name) => percent(draft.literal(name).literal("="), "%3C"),
            Body::Escape(escape) => percent(draft.literal("XML="), escape),
            Body::Part(head) => document(
                draft
                    .literal("--AaB03x\r\n")
                    .literal(head)
                    .literal("\r\n\r\n"),
            )
            .literal("\r\n--AaB03x--\r\n"),
        }
    }
}

/// Before and behind the login, and behind the number.
const PIECES: [&str; 3] = [
    "<SMS><operations><operation>SEND</operation></operations>",
    "<message><sender>SMSKA</sender><text>a</text></message><numbers><number>",
    "</number></numbers></SMS>",
];

/// A document that costs.
fn document(draft: Draft) -> Draft {
    let [before, between, behind] = PIECES;
    draft
        .literal(before)
        .expression("login")
        .literal(between)
        .expression("to.1")
        .literal(behind)
}

/// The same, percent-encoded, with this instead of the first `%3C`.
fn percent(draft: Draft, first: &str) -> Draft {
    let [before, between, behind] = PIECES.map(|piece| {
        let bytes = crate::client::transport::percent_encode(piece.as_bytes());
        String::from_utf8_lossy(&bytes).into_owned()
    });
    draft
        .literal(first)
        .literal(before.strip_prefix("%3C").unwrap_or(&before))
        .expression("percent(login)")
        .literal(&between)
        .expression("percent(to.1)")
        .literal(&behind)
}

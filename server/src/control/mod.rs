//! The control API: everything that a test needs to script and to see, as JSON under `/_mock/`.
//!
//! A table of operations ([`operations`]) is both what is routed and what the OpenAPI document says. Not for the
//! XML interface, and not for HTTP: a call comes in as a value and an answer goes out as one.

pub mod access;
mod accounts;
mod clock;
mod configuration;
pub mod events;
mod explain;
mod faults;
mod mask;
mod message;
mod messages;
pub mod openapi;
mod operations;
mod otp;
mod page;
mod phones;
mod problem;
mod request;
mod requests;
mod schema;
mod scripts;
mod search;
mod service;
mod sought;
mod verify;
mod wait;
mod words;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use hyper::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::{Deserialize, DeserializeOwned, Deserializer};

use crate::http::App;
use crate::http::counters::Count;
use crate::space::Space;
use events::Listening;
use operations::OPERATIONS;
pub use problem::Problem;

/// A call of the control API.
#[derive(Debug, Clone)]
pub struct Call {
    /// The server.
    pub app: Arc<App>,
    /// The space that it is about.
    pub space: Arc<Space>,
    /// Its method.
    pub method: String,
    /// Its path after `/_mock/`.
    pub path: String,
    /// Its query string.
    pub query: String,
    /// What else of its head matters.
    pub head: Head,
    /// Its body.
    pub body: Vec<u8>,
}

/// Parts of the head of a call.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// What the client calls this machine.
    pub host: Option<String>,
    /// Which event its browser had last.
    pub last_event_id: Option<String>,
}

/// What it is answered.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The media type.
    pub media_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
    /// The methods that there are, where the one asked for is not.
    pub allow: Option<String>,
    /// What is told from now on, in place of a body.
    pub live: Option<Box<Listening>>,
}

type Result<T> = std::result::Result<T, Problem>;
type Future_ = Pin<Box<dyn Future<Output = Result<Answer>> + Send>>;

/// Answers a call. Whatever comes, there is an answer.
pub async fn answer(call: Call) -> Answer {
    let mut allowed = Vec::new();
    for operation in OPERATIONS {
        if let Some(captures) = captures(operation.path, &call.path) {
            if operation.method == call.method {
                if operation.method != "GET" && call.app.is_read_only() {
                    call.app.sockets.counters.add(Count::DeniedReadOnly);
                    return problem_answer(&Problem::read_only());
                }
                if let Some(problem) = undeclared(operation, &call) {
                    return problem_answer(&problem);
                }
                return match (operation.run)(Bound { call, captures }).await {
                    Ok(answer) => answer,
                    Err(problem) => problem_answer(&problem),
                };
            }
            allowed.push(operation.method);
            if operation.method == "GET" {
                allowed.push("HEAD");
            }
        }
    }
    if allowed.is_empty() {
        let known = "see /_mock/openapi.json for what there is";
        return problem_answer(&Problem::missing(format!(
            "there is no /_mock/{}; {known}",
            cut(&call.path)
        )));
    }
    let allow = allowed.join(", ");
    let detail = format!("/_mock/{} can be asked by {allow}", cut(&call.path));
    Answer {
        allow: Some(allow),
        ..problem_answer(&Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail))
    }
}

/// What is said of a space that cannot be.
pub const NO_SPACE: &str = "there is no such space: a name has up to 64 letters, digits, dots, dashes and underscores, and there \
    may be 10000 spaces (DELETE /s/NAME/_mock/space closes one)";

/// The same as an answer.
pub fn no_space() -> Answer {
    problem_answer(&Problem::missing(NO_SPACE))
}

/// What somebody is told who may not ask.
pub fn denied(denied: access::Denied) -> Answer {
    let status = match denied {
        access::Denied::Token => StatusCode::UNAUTHORIZED,
        access::Denied::Origin | access::Denied::Host => StatusCode::FORBIDDEN,
    };
    problem_answer(&Problem::new(status, denied.to_string()))
}

/// What the page is told that has no token yet.
pub fn locked_page() -> Answer {
    match ok(&page::PageView::locked()) {
        Ok(answer) => answer,
        Err(problem) => problem_answer(&problem),
    }
}

/// What an operation does not know it does not ignore: `POST reset` with an account in its body must not reset all.
fn undeclared(operation: &operations::Operation, call: &Call) -> Option<Problem> {
    if operation.query.is_none() && !call.query.is_empty() {
        return Some(Problem::bad(format!("{} has no query", operation.id)));
    }
    let is_empty = matches!(call.body.trim_ascii(), b"" | b"{}");
    (operation.body.is_none() && !is_empty)
        .then(|| Problem::bad(format!("{} has no body", operation.id)))
}

/// A problem document as an answer.
pub fn problem_answer(problem: &Problem) -> Answer {
    let body = serde_json::to_vec(problem).unwrap_or_default();
    Answer {
        status: problem.status(),
        media_type: "application/problem+json",
        body,
        allow: None,
        live: None,
    }
}

/// A call with the parts of its path that are variable.
struct Bound {
    call: Call,
    captures: Vec<String>,
}

impl Bound {
    /// A variable part of the path, from 0.
    fn capture(&self, index: usize) -> &str {
        self.captures.get(index).map_or("", String::as_str)
    }

    /// The query.
    fn query<T: DeserializeOwned>(&self) -> Result<T> {
        if percent_decoded(&self.call.query).is_none() {
            return Err(Problem::bad(
                "the query is not right: an escape in it is none, or is no UTF-8; write % as %25",
            ));
        }
        serde_html_form::from_str(&self.call.query).map_err(|error| {
            match error.to_string().as_str() {
                "unsupported value" => {
                    Problem::bad("the query is not right: a key stands there twice")
                }
                error => Problem::bad(format!("the query is not right: {error}")),
            }
        })
    }

    /// The body; an empty one is an empty object.
    fn body<T: DeserializeOwned + JsonSchema>(&self) -> Result<T> {
        let body: &[u8] = if self.call.body.trim_ascii().is_empty() {
            b"{}"
        } else {
            &self.call.body
        };
        let wrong = |wrong: String| Problem::bad(format!("the body is not right: {wrong}"));
        // To JSON 2.0 is an integer; to serde it is none, so it is read once more as 2.
        let whole = |error: serde_json::Error| {
            let mut value = serde_json::from_slice(body).unwrap_or_default();
            if schema::whole(&mut value) {
                serde_json::from_value(value).map_err(|again| wrong(again.to_string()))
            } else {
                Err(wrong(error.to_string()))
            }
        };
        let read = serde_json::from_slice(body).or_else(whole)?;
        let value = serde_json::from_slice(body).map_err(|error| wrong(error.to_string()))?;
        schema::misfit::<T>(&value).map_or(Ok(read), |misfit| Err(wrong(misfit)))
    }

    fn space(&self) -> &Space {
        &self.call.space
    }
}

/// Reads a key of a query that has a number: without one, the key is wrong, and not as good as missing.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> std::result::Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn json(status: StatusCode, value: &impl Serialize) -> Result<Answer> {
    let body = serde_json::to_vec(value)
        .map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(Answer {
        status,
        media_type: "application/json",
        body,
        allow: None,
        live: None,
    })
}

fn ok(value: &impl Serialize) -> Result<Answer> {
    json(StatusCode::OK, value)
}

const fn no_content() -> Answer {
    Answer {
        status: StatusCode::NO_CONTENT,
        media_type: "",
        body: Vec::new(),
        allow: None,
        live: None,
    }
}

/// The variable parts of a path, if it is of this form: `accounts/{username}`.
fn captures(form: &str, path: &str) -> Option<Vec<String>> {
    let mut captures = Vec::new();
    let (mut forms, mut parts) = (form.split('/'), path.split('/'));
    loop {
        match (forms.next(), parts.next()) {
            (None, None) => return Some(captures),
            (Some(form), Some(part)) if form.starts_with('{') => {
                let part = percent_decoded(part)?;
                if part.is_empty() {
                    return None;
                }
                captures.push(part);
            }
            (Some(form), Some(part)) if form == part => {}
            _ => return None,
        }
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

/// Something of the client's, in a length that can be shown.
fn cut(text: &str) -> String {
    text.chars().take(100).collect()
}

impl std::fmt::Debug for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bound")
            .field("path", &self.call.path)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_variable_parts() {
        assert_eq!(captures("accounts", "accounts"), Some(vec![]));
        assert_eq!(
            captures("accounts/{username}", "accounts/a%2Fb"),
            Some(vec!["a/b".to_owned()])
        );
        assert_eq!(captures("accounts/{username}", "accounts/"), None);
        assert_eq!(captures("accounts/{username}", "accounts/a/b"), None);
        assert_eq!(captures("accounts/{username}", "accounts/%FF"), None);
        assert_eq!(captures("accounts/{username}", "accounts/%4"), None);
    }

    #[test]
    fn operations_are_told_apart() {
        let forms = |operation: &operations::Operation| (operation.method, operation.path);
        let all: std::collections::BTreeSet<_> = OPERATIONS.iter().map(forms).collect();
        assert_eq!(all.len(), OPERATIONS.len());
    }
}

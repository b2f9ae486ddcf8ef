//! What the control API says when it cannot do something: problem documents (RFC 9457).

use hyper::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

/// A problem document.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Problem {
    /// What kind of problem: `read-only`; of all others `about:blank`, so that the title is HTTP's own.
    #[serde(rename = "type")]
    kind: &'static str,
    /// HTTP's words for the status.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What is wrong, and what to do.
    detail: String,
    /// More lines, where one does not say it: differences, near misses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<String>,
}

impl Problem {
    /// A problem of this status.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Problem"),
            status: status.as_u16(),
            detail: detail.into(),
            lines: Vec::new(),
        }
    }

    /// With more lines.
    pub(super) fn with(mut self, lines: Vec<String>) -> Self {
        self.lines = lines;
        self
    }

    pub(super) fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    pub(super) fn missing(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    pub(super) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    /// Nothing may be changed.
    pub(super) fn read_only() -> Self {
        let detail = "this mock is read-only: its control API changes nothing (--read-only, or read_only in its configuration)";
        Self {
            kind: "read-only",
            ..Self::new(StatusCode::FORBIDDEN, detail)
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

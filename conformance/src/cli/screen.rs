//! A call as a person reads it, and as a program does. Every text in a [`View`] is free of the password.

use serde::Serialize;

use super::call::shown_body;
use super::lower::Call;
use crate::client::conn::ExchangeError;
use crate::client::exchange::Exchange;
use crate::outcome::Outcome;
use crate::password::PasswordMask;
use crate::reply::Reply;
use crate::xml::charset;

/// All that is shown of a call; its fields are the JSON output.
#[derive(Debug, Serialize)]
pub struct View {
    /// `accepted`, `refused` or `undocumented`.
    pub outcome: &'static str,
    /// The line, or the table, that `--quiet` shows.
    pub summary: String,
    /// The word in `<operation>`.
    pub operation: &'static str,
    /// The endpoint.
    pub url: String,
    /// What will go wrong, known before it was sent.
    pub warnings: Vec<String>,
    /// What was sent.
    pub request: RequestView,
    /// What came back.
    pub response: ResponseView,
    /// What it means; null if it is not as documented.
    pub reply: Option<ReplyView>,
}

/// The request in a [`View`].
#[derive(Debug, Serialize)]
pub struct RequestView {
    /// The request line and the headers.
    pub head: Vec<String>,
    /// The body.
    pub body: String,
}

/// The reply in a [`View`].
#[derive(Debug, Serialize)]
pub struct ResponseView {
    /// The status line.
    pub status_line: String,
    /// The HTTP status.
    pub status: u16,
    /// The headers in order, each a name and a value.
    pub headers: Vec<(String, String)>,
    /// The body, decoded.
    pub body: String,
    /// How long the whole exchange took.
    pub milliseconds: u64,
}

/// What a reply means, in a [`View`]. Fields that a reply does not have are left out.
#[derive(Debug, Default, Serialize)]
pub struct ReplyView {
    /// The status of a `<RESPONSE>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<i64>,
    /// The name of the status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// Credits, as text: they are decimal, and JSON numbers are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credits: Option<String>,
    /// The price of a credit, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// The credits in the account's money, as text (REPLY-07).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// The account's money (REPLY-07).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Free messages that are left, as text (REPLY-07).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trialsms: Option<String>,
    /// The rows of a `<deliveryreport>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<Vec<RowView>>,
    /// The ids that were asked for and have no row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
}

/// A row of a `<deliveryreport>`, in a [`View`]; the names are those of its attributes.
#[derive(Debug, Serialize)]
pub struct RowView {
    /// The id.
    pub id: String,
    /// When it was handed over.
    pub sentdate: String,
    /// When it became final.
    pub donedate: String,
    /// The status word.
    pub status: String,
}

impl View {
    /// Looks at a call through the mask.
    pub fn new(call: &Call, warnings: Vec<String>, exchange: &Exchange, outcome: &Outcome) -> Self {
        let mask = PasswordMask::new(&call.credentials, call.style.charset);
        let hide = |text: &str| String::from_utf8_lossy(&mask.hide(text.as_bytes())).into_owned();
        let response = &exchange.response;
        // Before and after decoding: an endpoint may quote the request in another charset than its own.
        let body = hide(&charset::decode_lossy(&mask.hide(&response.body)));
        let summary = outcome.summary(&call.operation);
        Self {
            outcome: outcome.word(),
            summary: match outcome {
                // What it quotes can be anything; the others are made of codes, amounts, ids and dates, which
                // scripts read and which must stay what they are.
                Outcome::Undocumented(_) => {
                    match first_line(&body).filter(|_| response.status != 200) {
                        Some(line) => format!("{}: {line}", hide(&summary)),
                        None => hide(&summary),
                    }
                }
                Outcome::Accepted(_) | Outcome::Refused(..) => summary,
            },
            operation: call.operation.word(),
            url: call.endpoint.to_string(),
            warnings,
            request: RequestView {
                head: exchange.request.head.clone(),
                body: shown_body(call),
            },
            response: ResponseView {
                status_line: hide(&response.status_line),
                status: response.status,
                headers: response
                    .headers
                    .iter()
                    .map(|header| (hide(&header.name), hide(&header.value)))
                    .collect(),
                body,
                milliseconds: u64::try_from(exchange.timing.total.as_millis()).unwrap_or(u64::MAX),
            },
            reply: ReplyView::new(call, outcome),
        }
    }

    /// The summary alone.
    pub fn quiet(&self) -> String {
        let mut screen = Screen::default();
        screen.lines("", &self.summary);
        screen.text.trim_end().to_owned()
    }

    /// Request, reply and summary, the way curl marks them: `>` sent, `<` received, `*` ours.
    pub fn full(&self) -> String {
        let mut screen = Screen::default();
        screen.line("*", &self.url);
        for line in &self.request.head {
            screen.line(">", line);
        }
        screen.line(">", "");
        screen.lines(">", &self.request.body);
        screen.line("", "");
        screen.line("<", &self.response.status_line);
        for (name, value) in &self.response.headers {
            screen.line("<", &format!("{name}: {value}"));
        }
        screen.line("<", "");
        screen.lines("<", &self.response.body);
        screen.line(
            "*",
            &format!(
                "the reply was complete after {} ms",
                self.response.milliseconds
            ),
        );
        screen.line("", "");
        screen.lines("", &self.summary);
        screen.text.trim_end().to_owned()
    }

    /// The whole view as a JSON object.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }
}

/// The JSON object for a call that got no reply.
pub fn failure(
    call: &Call,
    warnings: Vec<String>,
    error: &ExchangeError,
) -> Result<String, serde_json::Error> {
    #[derive(Serialize)]
    struct FailureView {
        outcome: &'static str,
        summary: String,
        operation: &'static str,
        url: String,
        warnings: Vec<String>,
    }
    serde_json::to_string_pretty(&FailureView {
        outcome: "failed",
        summary: error.to_string(),
        operation: call.operation.word(),
        url: call.endpoint.to_string(),
        warnings,
    })
}

impl ReplyView {
    fn new(call: &Call, outcome: &Outcome) -> Option<Self> {
        let (response, code) = match outcome {
            Outcome::Undocumented(_) => return None,
            Outcome::Accepted(Reply::DeliveryReport(rows)) => {
                let rows = rows.iter().map(|row| RowView {
                    id: row.id.clone(),
                    sentdate: row.sent.clone(),
                    donedate: row.done.clone(),
                    status: row.status.clone(),
                });
                let missing = outcome.missing(&call.operation).into_iter();
                return Some(Self {
                    rows: Some(rows.collect()),
                    missing: Some(missing.map(str::to_owned).collect()),
                    ..Self::default()
                });
            }
            Outcome::Accepted(Reply::Response(response)) => {
                (response, crate::vocabulary::code_of(response.status))
            }
            Outcome::Refused(response, code) => (response, Some(*code)),
        };
        Some(Self {
            status: Some(response.status),
            code: code.map(|code| code.name),
            credits: response.credits.clone(),
            price: response.price.clone(),
            amount: response.amount.clone(),
            currency: response.currency.clone(),
            trialsms: response.trialsms.clone(),
            rows: None,
            missing: None,
        })
    }
}

/// The first line of a body that is text, for a summary. Markup begins with a line that says nothing. What is
/// too long is cut here, behind the mask: half a password would not have been found.
fn first_line(body: &str) -> Option<String> {
    const LONGEST: usize = 200;
    let line = body.lines().map(str::trim).find(|line| !line.is_empty())?;
    let binary = |character: char| {
        (character.is_control() && character != '\t') || character == char::REPLACEMENT_CHARACTER
    };
    if line.starts_with('<') || line.contains(binary) {
        return None;
    }
    Some(match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end)?),
        None => line.to_owned(),
    })
}

/// Lines with a mark in front. Control characters are spelled out: an endpoint must not steer the terminal.
#[derive(Default)]
struct Screen {
    text: String,
}

impl Screen {
    fn lines(&mut self, mark: &str, text: &str) {
        for line in text.lines() {
            self.line(mark, line);
        }
    }

    fn line(&mut self, mark: &str, line: &str) {
        self.text.push_str(mark);
        if !mark.is_empty() && !line.is_empty() {
            self.text.push(' ');
        }
        for character in line.chars() {
            if character.is_control() && character != '\t' {
                self.text.extend(character.escape_unicode());
            } else {
                self.text.push(character);
            }
        }
        self.text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::{Screen, first_line};

    #[test]
    fn the_first_line_of_a_text_is_shown_and_nothing_of_the_rest() {
        #[track_caller]
        fn check(body: &str, expected: Option<&str>) {
            assert_eq!(first_line(body).as_deref(), expected);
        }
        check("\r\n  no such page \r\nmore", Some("no such page"));
        check("", None);
        check(" \n\t\n", None);
        check("<html>\n404", None);
        check("a\u{1b}[2J", None);
        check("a\u{FFFD}", None);
        check(&"я".repeat(200), Some(&"я".repeat(200)));
        check(&"я".repeat(201), Some(&("я".repeat(200) + "…")));
    }

    #[test]
    fn an_endpoint_cannot_steer_the_terminal() {
        let mut screen = Screen::default();
        screen.lines("<", "a\u{1b}[2Jb\r\n\n\tc\u{9b}");
        assert_eq!(screen.text, "< a\\u{1b}[2Jb\n<\n< \tc\\u{9b}\n");
    }
}

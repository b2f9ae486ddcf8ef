//! What a reply must be, looked at: one finding for each expectation.

use crate::client::conn::ExchangeError;
use crate::client::exchange::Exchange;
use crate::scenario::comparison::Comparison;
use crate::scenario::locate::Turn;
use crate::scenario::model::Expect;
use crate::scenario::template::Template;
use crate::xml::read::{Document, read};
use crate::xml::tree::Element;

use super::difference::difference;
use super::layout;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is called: `credits`, `rows[1].status`.
    pub name: String,
    /// Where below the step it is demanded.
    pub path: Vec<Turn>,
    /// Whether it is as it must be.
    pub holds: bool,
    /// What it must be.
    pub expected: String,
    /// What it is.
    pub actual: String,
    /// Both line by line, where one line does not show it.
    pub difference: Option<String>,
}

/// What an endpoint did with a request.
#[derive(Debug)]
pub struct Seen {
    /// The exchange, or why there is none.
    pub exchange: Result<Exchange, ExchangeError>,
    /// The reply's document, or why there is none.
    pub document: Result<Document, String>,
}

/// Why an expectation cannot be looked at. That is the scenario's mistake, not the endpoint's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpectError {
    /// Where below the step.
    pub path: Vec<Turn>,
    /// What is wrong.
    pub message: String,
}

/// Renders a template.
pub type Render<'r> = dyn Fn(&Template) -> Result<String, String> + 'r;

impl Seen {
    /// Reads the reply of an exchange.
    pub fn new(exchange: Result<Exchange, ExchangeError>) -> Self {
        let document = match &exchange {
            Ok(exchange) => read(&exchange.response.body).map_err(|error| error.to_string()),
            Err(error) => Err(format!("no reply: {error}")),
        };
        Self { exchange, document }
    }

    /// The root of the reply.
    pub fn root(&self) -> Option<&Element> {
        self.document.as_ref().ok().map(|document| &document.root)
    }
}

/// Looks at everything that `expect` demands, which stands under `key` in the step. `other` is the reply to the step
/// of a name.
pub fn examine(
    expect: &Expect,
    key: &str,
    seen: &Seen,
    render: &Render<'_>,
    other: &dyn Fn(&str) -> Option<Element>,
) -> Result<Vec<Finding>, ExpectError> {
    let mut examiner = Examiner {
        seen,
        render,
        path: vec![Turn::Key(key.to_owned())],
        findings: Vec::new(),
    };
    if expect.closed {
        examiner.closed();
        return Ok(examiner.findings);
    }
    if let Err(error) = &seen.exchange {
        examiner.fails("reply", "a reply", &error.to_string());
        return Ok(examiner.findings);
    }
    examiner.http(expect)?;
    if expect.http.is_some() && !expect.wants_document() {
        return Ok(examiner.findings);
    }
    let document = match &seen.document {
        Ok(document) => document,
        Err(error) => {
            examiner.fails("reply", "a well-formed XML document", error);
            return Ok(examiner.findings);
        }
    };
    let root = &document.root;
    let status = child(root, "status");
    examiner.value("status", expect.status.as_ref(), status, Kind::Status)?;
    for (name, template) in [
        ("credits", &expect.credits),
        ("price", &expect.price),
        ("amount", &expect.amount),
        ("currency", &expect.currency),
        ("trialsms", &expect.trialsms),
    ] {
        examiner.value(name, template.as_ref(), child(root, name), Kind::Value)?;
    }
    let name = Some(root.name.clone());
    examiner.value("root", expect.root.as_ref(), name, Kind::Value)?;
    let count = root.children_named("message").count().to_string();
    examiner.value("count", expect.count.as_ref(), Some(count), Kind::Value)?;
    let encoding = document.declaration.as_deref().and_then(encoding);
    examiner.value("encoding", expect.encoding.as_ref(), encoding, Kind::Value)?;
    if let Some(elements) = &expect.elements {
        examiner.elements(elements, root)?;
    }
    if let Some(rows) = &expect.rows {
        let found: Vec<_> = root.children_named("message").collect();
        let place = vec![Turn::Key("rows".to_owned())];
        if root.name != "deliveryreport" {
            examiner.finding(
                "rows",
                place,
                "a <deliveryreport>",
                &format!("<{}>", root.name),
            );
        } else if found.len() != rows.len() {
            let (expected, actual) = (counted(rows.len()), counted(found.len()));
            examiner.finding("rows", place, &expected, &actual);
        } else {
            for (place, (row, found)) in rows.iter().zip(found).enumerate() {
                for (name, template) in [
                    ("id", &row.id),
                    ("status", &row.status),
                    ("sentdate", &row.sentdate),
                    ("donedate", &row.donedate),
                ] {
                    let Some(template) = template else { continue };
                    let turns = [
                        Turn::Key("rows".to_owned()),
                        Turn::Item(place),
                        Turn::Key(name.to_owned()),
                    ];
                    let label = format!("rows[{}].{name}", place.saturating_add(1));
                    let actual = found.attribute(name).map(str::to_owned);
                    examiner.compare(&label, &turns, template, actual, Kind::Value)?;
                }
            }
        }
    }
    if expect.layout {
        examiner.layout(document);
    }
    if let Some(step) = &expect.same_as {
        examiner.same_as(step, root, other);
    }
    Ok(examiner.findings)
}

impl Expect {
    /// Whether anything is demanded of the document in the reply.
    fn wants_document(&self) -> bool {
        let values = [
            &self.status,
            &self.credits,
            &self.price,
            &self.amount,
            &self.currency,
            &self.trialsms,
            &self.root,
            &self.count,
            &self.encoding,
        ];
        values.iter().any(|value| value.is_some())
            || self.elements.is_some()
            || self.rows.is_some()
            || self.same_as.is_some()
            || self.layout
    }
}

/// How a value is written in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A status may be named.
    Status,
    /// Anything else.
    Value,
}

struct Examiner<'e> {
    seen: &'e Seen,
    render: &'e Render<'e>,
    path: Vec<Turn>,
    findings: Vec<Finding>,
}

impl Examiner<'_> {
    fn http(&mut self, expect: &Expect) -> Result<(), ExpectError> {
        let Ok(exchange) = &self.seen.exchange else {
            return Ok(());
        };
        let response = &exchange.response;
        match &expect.http {
            Some(_) => {
                let status = Some(response.status.to_string());
                self.value("http", expect.http.as_ref(), status, Kind::Value)?;
            }
            None if response.status != 200 => {
                self.fails(
                    "http",
                    "HTTP status 200 (REPLY-01)",
                    &response.status.to_string(),
                );
            }
            None => {}
        }
        for (name, template) in &expect.headers {
            let turns = [Turn::Key("headers".to_owned()), Turn::Key(name.clone())];
            let actual = response.header(name).map(str::to_owned);
            self.compare(
                &format!("headers.{name}"),
                &turns,
                template,
                actual,
                Kind::Value,
            )?;
        }
        if let Some(body) = &expect.body {
            let expected = self.rendered(&[Turn::Key("body".to_owned())], body)?;
            let actual = String::from_utf8_lossy(&response.body);
            self.texts("body", &expected, &actual);
        }
        Ok(())
    }

    /// Compares a value under a key of its own name.
    fn value(
        &mut self,
        name: &str,
        template: Option<&Template>,
        actual: Option<String>,
        kind: Kind,
    ) -> Result<(), ExpectError> {
        match template {
            Some(template) => {
                let turns = [Turn::Key(name.to_owned())];
                self.compare(name, &turns, template, actual, kind)
            }
            None => Ok(()),
        }
    }

    fn compare(
        &mut self,
        name: &str,
        turns: &[Turn],
        template: &Template,
        actual: Option<String>,
        kind: Kind,
    ) -> Result<(), ExpectError> {
        let text = self.rendered(turns, template)?;
        let comparison = match kind {
            Kind::Status => Comparison::parse_status(&text),
            Kind::Value => Comparison::parse(&text),
        };
        let comparison = comparison.map_err(|error| self.error(turns, &error.to_string()))?;
        let holds = comparison.holds(actual.as_deref());
        self.findings.push(Finding {
            name: name.to_owned(),
            path: [self.path.as_slice(), turns].concat(),
            holds,
            expected: comparison.to_string(),
            actual: actual.unwrap_or_else(|| "absent".to_owned()),
            difference: None,
        });
        Ok(())
    }

    fn elements(&mut self, expected: &[Template], root: &Element) -> Result<(), ExpectError> {
        let turns = [Turn::Key("elements".to_owned())];
        let mut names = Vec::with_capacity(expected.len());
        for template in expected {
            names.push(self.rendered(&turns, template)?);
        }
        let actual: Vec<_> = root
            .elements()
            .map(|element| element.name.clone())
            .collect();
        self.findings.push(Finding {
            name: "elements".to_owned(),
            path: [self.path.as_slice(), &turns].concat(),
            holds: names == actual,
            expected: names.join(", "),
            actual: actual.join(", "),
            difference: None,
        });
        Ok(())
    }

    fn layout(&mut self, document: &Document) {
        let (expected, actual) = (layout::expected(document), layout::actual(document));
        self.texts("layout", &expected, &actual);
    }

    fn same_as(&mut self, step: &str, root: &Element, other: &dyn Fn(&str) -> Option<Element>) {
        let spelled = |root: &Element| {
            let style = crate::xml::style::Style {
                declaration: crate::xml::style::Declaration::Absent,
                ..Default::default()
            };
            let bytes = crate::xml::write::write(&root.canonical(), &style);
            String::from_utf8_lossy(&bytes).into_owned()
        };
        match other(step) {
            Some(other) => self.texts("same_as", &spelled(&other), &spelled(root)),
            None => {
                let turns = vec![Turn::Key("same_as".to_owned())];
                let expected = format!("the reply to {step}");
                self.finding(
                    "same_as",
                    turns,
                    &expected,
                    "that step had no well-formed reply",
                );
            }
        }
    }

    fn closed(&mut self) {
        let (holds, actual) = match &self.seen.exchange {
            Err(ExchangeError::Closed { .. }) => (true, "closed".to_owned()),
            Err(error) => (false, error.to_string()),
            Ok(exchange) => (false, exchange.response.status_line.clone()),
        };
        self.findings.push(Finding {
            name: "closed".to_owned(),
            path: [self.path.as_slice(), &[Turn::Key("closed".to_owned())]].concat(),
            holds,
            expected: "the connection ends without a reply".to_owned(),
            actual,
            difference: None,
        });
    }

    /// Two texts of several lines.
    fn texts(&mut self, name: &str, expected: &str, actual: &str) {
        let holds = expected == actual;
        self.findings.push(Finding {
            name: name.to_owned(),
            path: [self.path.as_slice(), &[Turn::Key(name.to_owned())]].concat(),
            holds,
            expected: summary(expected),
            actual: summary(actual),
            difference: (!holds).then(|| difference(expected, actual)),
        });
    }

    /// Something that cannot be compared, because it is not there.
    fn fails(&mut self, name: &str, expected: &str, actual: &str) {
        self.finding(name, Vec::new(), expected, actual);
    }

    fn finding(&mut self, name: &str, turns: Vec<Turn>, expected: &str, actual: &str) {
        self.findings.push(Finding {
            name: name.to_owned(),
            path: [self.path.as_slice(), &turns].concat(),
            holds: false,
            expected: expected.to_owned(),
            actual: actual.to_owned(),
            difference: None,
        });
    }

    fn rendered(&self, turns: &[Turn], template: &Template) -> Result<String, ExpectError> {
        (self.render)(template).map_err(|message| self.error(turns, &message))
    }

    fn error(&self, turns: &[Turn], message: &str) -> ExpectError {
        ExpectError {
            path: [self.path.as_slice(), turns].concat(),
            message: message.to_owned(),
        }
    }
}

fn child(root: &Element, name: &str) -> Option<String> {
    root.child(name).map(Element::text)
}

/// The encoding in a declaration such as `version="1.0" encoding="UTF-8"`.
fn encoding(declaration: &str) -> Option<String> {
    let (_, rest) = declaration.split_once("encoding=")?;
    let quote = rest.chars().next()?;
    let (name, _) = rest.strip_prefix(quote)?.split_once(quote)?;
    Some(name.to_owned())
}

fn counted(rows: usize) -> String {
    match rows {
        1 => "1 row".to_owned(),
        rows => format!("{rows} rows"),
    }
}

/// A text in one line, for where its difference is shown apart.
fn summary(text: &str) -> String {
    match text.lines().count() {
        0 | 1 => text.trim_end().to_owned(),
        lines => format!("{lines} lines"),
    }
}

#[cfg(test)]
mod tests;

//! A step of a scenario to the request that it stands for: every template rendered, the document written and wrapped.

use std::num::NonZeroUsize;

use hyper::Method;

use super::bindings::{Bindings, Context};
use crate::client::endpoint::Endpoint;
use crate::client::outgoing::Outgoing;
use crate::client::raw::RawRequest;
use crate::client::transport::Transport;
use crate::operation::{
    AuthenticationSpelling, Credentials, Dialect, IdSpelling, Message, Operation, Recipient,
};
use crate::password::Password;
use crate::scenario::choice::one_of;
use crate::scenario::expression::Question;
use crate::scenario::markup::{Markup, Part};
use crate::scenario::model::{self, Step};
use crate::scenario::template::{Piece, Template};
use crate::scenario::value::Value;
use crate::xml::charset::Charset;
use crate::xml::style::{
    ByteOrderMark, Declaration, EmptyStyle, Layout, LineEnd, Quotes, Style, TextStyle,
};
use crate::xml::tree::{Element, Node};
use crate::xml::write::write;

/// A request that is ready to go.
#[derive(Debug)]
pub struct Prepared {
    /// What goes out.
    pub wire: Wire,
    /// What was asked, if it is one of the five operations as they should be.
    pub operation: Option<Operation>,
    /// The document; of a request that is written by hand, the body.
    pub document: Vec<u8>,
    /// How the document travels; nothing for a request that is written by hand.
    pub transport: Option<Transport>,
    /// The charset of the document.
    pub charset: Charset,
    /// Who asks.
    pub credentials: Option<Credentials>,
}

/// What goes out.
#[derive(Debug)]
pub enum Wire {
    /// A request that keeps to HTTP.
    Whole(Outgoing),
    /// Bytes, perhaps in several segments.
    Raw(RawRequest),
}

/// Why a step stands for no request. That is the scenario's mistake, not the endpoint's.
#[derive(Debug, thiserror::Error)]
#[error("{key}: {message}")]
pub struct RequestError {
    /// The key of the step.
    pub key: &'static str,
    /// What is wrong with it.
    message: String,
}

impl Prepared {
    /// The document as text.
    pub fn shown(&self) -> String {
        self.charset.decode_lossy(&self.document)
    }
}

impl RequestError {
    /// Something is wrong with a key of the step.
    pub fn new(key: &'static str, message: &str) -> Self {
        wrong(key, message)
    }
}

/// Renders the templates of a step.
#[derive(Debug)]
pub struct Author<'p> {
    /// What names stand for.
    pub bindings: &'p Bindings,
    /// Where the target is.
    pub endpoint: &'p Endpoint,
    /// The account of the step, if the target has it.
    pub account: Option<&'p Credentials>,
    /// Where in the case the step stands.
    pub context: Context,
}

impl Author<'_> {
    /// The request of a step that sends one.
    pub fn prepare(&mut self, step: &Step) -> Result<Prepared, RequestError> {
        self.context.credentials = self.account.cloned();
        self.context.credentials = self.credentials(step)?;
        let charset = self.choice("charset", step.charset.as_ref(), Charset::Utf8)?;
        let style = self.style(&step.write, charset)?;
        let dialect = Dialect {
            authentication: self.choice(
                "write",
                step.write.authentication.as_ref(),
                AuthenticationSpelling::default(),
            )?,
            id: self.choice("write", step.write.id.as_ref(), IdSpelling::default())?,
        };
        self.context.spelling = dialect.authentication;
        if let Some(http) = &step.http {
            return self.by_hand(step, http, charset);
        }
        let operation = self.operation(step)?;
        let document = match (&operation, &step.tree, &step.xml) {
            (Some(operation), _, _) => {
                let credentials = self.context.credentials.as_ref();
                let credentials =
                    credentials.ok_or_else(|| wrong("as", "the target has no such account"))?;
                write(&operation.document(credentials, dialect), &style)
            }
            (None, Some(tree), _) => write(&self.element(tree, charset)?, &style),
            (None, None, Some(xml)) => {
                let mut bytes = Vec::new();
                // Exactly as written: nothing is added that nobody asked for.
                if style.byte_order_mark == ByteOrderMark::Present {
                    bytes.extend_from_slice(charset.byte_order_mark());
                }
                bytes.extend(self.pieces("xml", xml, charset, Quoting::Escaped)?);
                bytes
            }
            (None, None, None) => return Err(wrong("steps", "the step sends nothing")),
        };
        let transport = self.choice("over", step.over.as_ref(), Transport::Urlencoded)?;
        let payload = transport.wrap(&document);
        let mut outgoing = Outgoing::post(payload.content_type.clone(), payload.body());
        if let Some(method) = &step.method {
            let method = self.text("method", method)?;
            outgoing.method = Method::from_bytes(method.as_bytes())
                .map_err(|_| wrong("method", "that is no HTTP method"))?;
        }
        if let Some(path) = &step.path {
            outgoing.path = Some(self.text("path", path)?);
        }
        for (name, value) in &step.headers {
            let value = self.text("headers", value)?;
            if name.eq_ignore_ascii_case("content-type") {
                outgoing.content_type = Some(value);
            } else {
                outgoing.headers.push((name.clone(), value));
            }
        }
        let wire = match &step.split {
            None => Wire::Whole(outgoing),
            Some(split) => {
                let bytes = outgoing
                    .to_bytes(self.endpoint)
                    .map_err(|error| wrong("headers", &error.to_string()))?;
                Wire::Raw(self.cut(split, &bytes)?)
            }
        };
        Ok(Prepared {
            wire,
            operation,
            document,
            transport: Some(transport),
            charset,
            credentials: self.context.credentials.clone(),
        })
    }

    /// A template as a text.
    pub fn text(&self, key: &'static str, template: &Template) -> Result<String, RequestError> {
        let scope = |question: Question<'_>| self.bindings.answer(question, &self.context);
        template
            .render_text(&scope)
            .map_err(|error| wrong(key, &error.to_string()))
    }

    fn credentials(&self, step: &Step) -> Result<Option<Credentials>, RequestError> {
        let username = match &step.username {
            Some(username) => Some(self.text("username", username)?),
            None => self.account.map(|account| account.username.clone()),
        };
        let password = match &step.password {
            Some(password) => Some(Password::new(self.text("password", password)?)),
            None => self.account.map(|account| account.password.clone()),
        };
        let both = username.zip(password);
        Ok(both.map(|(username, password)| Credentials { username, password }))
    }

    fn operation(&self, step: &Step) -> Result<Option<Operation>, RequestError> {
        if let Some(message) = &step.send {
            return Ok(Some(Operation::Send(self.message("send", message)?)));
        }
        if let Some(message) = &step.price {
            return Ok(Some(Operation::GetPrice(self.message("price", message)?)));
        }
        if let Some(ids) = &step.status {
            let ids = ids.iter().map(|id| self.text("status", id));
            return Ok(Some(Operation::GetStatus(ids.collect::<Result<_, _>>()?)));
        }
        Ok(step.ask.map(|question| match question {
            model::Question::Balance => Operation::Balance,
            model::Question::CreditPrice => Operation::CreditPrice,
        }))
    }

    fn message(
        &self,
        key: &'static str,
        message: &model::Message,
    ) -> Result<Message, RequestError> {
        let optional = |template: Option<&Template>| {
            template
                .map(|template| self.text(key, template))
                .transpose()
        };
        let sender = match &message.sender {
            Some(sender) => self.text(key, sender)?,
            None => "SMSKA".to_owned(),
        };
        let mut recipients = Vec::with_capacity(message.to.len());
        for recipient in &message.to {
            recipients.push(Recipient {
                number: self.text(key, &recipient.number)?,
                id: optional(recipient.id.as_ref())?,
                variables: optional(recipient.variables.as_ref())?,
            });
        }
        Ok(Message {
            sender: Some(sender),
            text: self.text(key, &message.text)?,
            recipients,
        })
    }

    fn style(&self, how: &model::Write, charset: Charset) -> Result<Style, RequestError> {
        let word_of = |template: Option<&Template>, names: &[&str]| {
            let Some(template) = template else {
                return Ok(0);
            };
            let text = self.text("write", template)?;
            let place = names.iter().position(|name| *name == text);
            place.ok_or_else(|| {
                wrong(
                    "write",
                    &format!("{text:?} is none of {}", names.join(", ")),
                )
            })
        };
        let declaration = match &how.declaration {
            None => Declaration::default(),
            Some(template) => match self.text("write", template)?.as_str() {
                "none" => Declaration::Absent,
                "version" => Declaration::Version,
                "encoding" => Declaration::Encoding,
                "standalone" => Declaration::Standalone,
                verbatim => Declaration::Verbatim(verbatim.to_owned()),
            },
        };
        Ok(Style {
            declaration,
            quotes: match word_of(how.quotes.as_ref(), &["double", "single"])? {
                1 => Quotes::Single,
                _ => Quotes::Double,
            },
            text: match word_of(how.text.as_ref(), &["escaped", "cdata"])? {
                1 => TextStyle::CData,
                _ => TextStyle::Escaped,
            },
            empty: match word_of(how.empty.as_ref(), &["pair", "short", "short-with-blank"])? {
                1 => EmptyStyle::Short,
                2 => EmptyStyle::ShortWithBlank,
                _ => EmptyStyle::Pair,
            },
            layout: match word_of(how.layout.as_ref(), &["lines", "indented", "compact"])? {
                1 => Layout::Indented,
                2 => Layout::Compact,
                _ => Layout::Lines,
            },
            line_end: match word_of(how.line_end.as_ref(), &["lf", "crlf"])? {
                1 => LineEnd::CrLf,
                _ => LineEnd::Lf,
            },
            charset,
            byte_order_mark: match &how.byte_order_mark {
                None => ByteOrderMark::IfNeeded,
                mark => match word_of(mark.as_ref(), &["true", "false"])? {
                    0 => ByteOrderMark::Present,
                    _ => ByteOrderMark::Absent,
                },
            },
        })
    }

    fn element(&self, markup: &Markup, charset: Charset) -> Result<Element, RequestError> {
        let mut element = Element::new(&markup.name);
        for part in &markup.inside {
            element = match part {
                Part::Element(inside) => element.with_child(self.element(inside, charset)?),
                Part::Text(text) => element.with_text(self.text("tree", text)?),
                Part::Attribute(name, value) => {
                    element.with_attribute(name, self.text("tree", value)?)
                }
                Part::CData(text) => element.with_node(Node::CData(self.text("tree", text)?)),
                Part::Comment(text) => element.with_node(Node::Comment(self.text("tree", text)?)),
                Part::Raw(raw) => {
                    let bytes = self.pieces("tree", raw, charset, Quoting::AsItIs)?;
                    element.with_node(Node::Raw(bytes))
                }
            };
        }
        Ok(element)
    }

    /// What a template stands for, in bytes of the charset.
    fn pieces(
        &self,
        key: &'static str,
        template: &Template,
        charset: Charset,
        quoting: Quoting,
    ) -> Result<Vec<u8>, RequestError> {
        let scope = |question: Question<'_>| self.bindings.answer(question, &self.context);
        let pieces = template
            .render_pieces(&scope)
            .map_err(|error| wrong(key, &error.to_string()))?;
        let mut bytes = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Literal(text) | Piece::Value(Value::Markup(text)) => {
                    bytes.extend(charset.encode(&text));
                }
                Piece::Value(Value::Bytes(raw)) => bytes.extend(raw),
                Piece::Value(Value::Text(text)) => bytes.extend(charset.encode(&match quoting {
                    Quoting::Escaped => escaped(&text),
                    Quoting::AsItIs => text,
                })),
                Piece::Value(Value::Number(number)) => {
                    bytes.extend(charset.encode(&number.to_string()));
                }
            }
        }
        Ok(bytes)
    }

    /// A whole HTTP request. The body is rendered first, so that the head can tell its length.
    fn by_hand(
        &mut self,
        step: &Step,
        http: &Template,
        charset: Charset,
    ) -> Result<Prepared, RequestError> {
        self.context.length = Some(0);
        let draft = self.pieces("http", http, charset, Quoting::AsItIs)?;
        self.context.length = Some(split_head(&draft).1.len());
        let written = self.pieces("http", http, charset, Quoting::AsItIs)?;
        let (head, body) = split_head(&written);
        let mut bytes = Vec::with_capacity(written.len());
        for line in head.split(|byte| *byte == b'\n') {
            bytes.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(body);
        let document = body.to_vec();
        let raw = match &step.split {
            None => RawRequest::whole(bytes),
            Some(split) => self.cut(split, &bytes)?,
        };
        Ok(Prepared {
            wire: Wire::Raw(raw),
            operation: None,
            document,
            transport: None,
            charset,
            credentials: self.context.credentials.clone(),
        })
    }

    fn cut(&self, split: &Template, bytes: &[u8]) -> Result<RawRequest, RequestError> {
        let how = self.text("split", split)?;
        match how.as_str() {
            "head" => Ok(RawRequest::head_apart(bytes)),
            "await" => Ok(RawRequest::body_on_demand(bytes)),
            number => {
                let size: NonZeroUsize = number.parse().map_err(|_| {
                    wrong(
                        "split",
                        &format!("{how:?} is neither head nor await nor a number"),
                    )
                })?;
                Ok(RawRequest::in_pieces(bytes, size))
            }
        }
    }

    fn choice<T: clap::ValueEnum>(
        &self,
        key: &'static str,
        template: Option<&Template>,
        default: T,
    ) -> Result<T, RequestError> {
        let Some(template) = template else {
            return Ok(default);
        };
        let text = self.text(key, template)?;
        one_of(&text).map_err(|message| wrong(key, &message))
    }
}

/// Whether the value of a variable is escaped where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quoting {
    /// In a document.
    Escaped,
    /// In markup and in a request that are written by hand.
    AsItIs,
}

fn wrong(key: &'static str, message: &str) -> RequestError {
    RequestError {
        key,
        message: message.to_owned(),
    }
}

/// A text as it may stand in an element and in an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&apos;")
}

/// The lines of the head without the line end of the last, and what is behind the first empty line.
fn split_head(written: &[u8]) -> (&[u8], &[u8]) {
    let mut start = 0_usize;
    for line in written.split_inclusive(|byte| *byte == b'\n') {
        let end = start.saturating_add(line.len());
        if matches!(line, b"\n" | b"\r\n") {
            return (
                written.get(..start).unwrap_or_default(),
                written.get(end..).unwrap_or_default(),
            );
        }
        start = end;
    }
    (written, &[])
}

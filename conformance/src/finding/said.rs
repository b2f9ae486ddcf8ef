//! What a request says: its document read as the gateway reads it, element by element, with the places where they stand.
//! Whether it should say that, is not looked at.

use std::ops::Range;

use super::carried::Carried;
use crate::history::message::Number;
use crate::stand_in::received::Received;
use crate::xml::charset;
use crate::xml::read::{Document, ReadError, read};
use crate::xml::tree::{Element, Node};

/// A request that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// How its document came, if it has one.
    pub carried: Option<Carried>,
    /// The document as the gateway reads it, or why it cannot.
    pub read: Option<Result<Document, ReadError>>,
    /// What was written, where the form cut it and the rest makes it whole: from here on, that is what is looked at.
    pub uncut: Option<Document>,
    /// The characters in which the places below count, without a byte order mark and blanks before the document.
    pub source: String,
    /// How many bytes stand before them in the document.
    pub before: usize,
    /// Every `<operation>`.
    pub operations: Vec<Value>,
    /// How the element of the login is spelled.
    pub login_element: Option<String>,
    /// The login.
    pub username: Option<Value>,
    /// The password.
    pub password: Option<Value>,
    /// `<sender>`.
    pub sender: Option<Value>,
    /// `<text>`.
    pub text: Option<Value>,
    /// Every `<number>` in `<numbers>`.
    pub recipients: Vec<Recipient>,
    /// Every `<messageid>` in `<statistics>`.
    pub ids: Vec<Value>,
}

/// The content of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// What it says.
    pub text: String,
    /// Where the element stands in [`Said::source`].
    pub span: Range<usize>,
    /// The first element inside it, where there should be text only.
    pub element: Option<String>,
    /// Whether there is CDATA in it.
    pub cdata: bool,
}

/// One `<number>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The number as written.
    pub number: Value,
    /// The attribute messageID, however it is spelled (XML-02); an empty one is none (SEND-13).
    pub id: Option<String>,
    /// How the attribute is spelled.
    pub id_spelling: Option<String>,
    /// The attribute variables.
    pub variables: Option<String>,
}

impl Said {
    /// Reads a request.
    pub fn of(received: &Received) -> Self {
        let carried = Carried::of(received);
        let Some(carried) = carried else {
            return Self::nothing();
        };
        let read = read_document(&carried.document);
        let uncut = match &read {
            Ok(_) => None,
            Err(_) if carried.way.is_form() => read_document(&carried.uncut(&received.body)).ok(),
            Err(_) => None,
        };
        let mut said = Self {
            source: uncut.as_ref().or(read.as_ref().ok()).map_or_else(
                || charset::decode_lossy(carried.document.trim_ascii_start()),
                |document| document.text.clone(),
            ),
            before: carried
                .document
                .len()
                .saturating_sub(carried.document.trim_ascii_start().len()),
            ..Self::nothing()
        };
        if let Some(document) = uncut.as_ref().or(read.as_ref().ok()) {
            said.look_up(&document.root);
        }
        said.carried = Some(carried);
        said.read = Some(read);
        said.uncut = uncut;
        said
    }

    /// The document that can be looked at.
    pub fn document(&self) -> Option<&Document> {
        let read = self.read.as_ref().and_then(|read| read.as_ref().ok());
        self.uncut.as_ref().or(read)
    }

    /// The operation, without blanks around it, if there is one only (OP-02).
    pub fn operation(&self) -> Option<&str> {
        match self.operations.as_slice() {
            [one] => Some(one.text.trim()),
            [] | [_, ..] => None,
        }
    }

    /// Whether it asks for messages to be sent, or for what that costs.
    pub fn is_message(&self) -> bool {
        matches!(self.operation(), Some("SEND" | "GETPRICE"))
    }

    /// Whether it sends.
    pub fn is_send(&self) -> bool {
        self.operation() == Some("SEND")
    }

    fn nothing() -> Self {
        Self {
            carried: None,
            read: None,
            uncut: None,
            source: String::new(),
            before: 0,
            operations: Vec::new(),
            login_element: None,
            username: None,
            password: None,
            sender: None,
            text: None,
            recipients: Vec::new(),
            ids: Vec::new(),
        }
    }

    fn look_up(&mut self, root: &Element) {
        let all = |outer: &str, inner: &'static str| {
            let outer: Vec<&Element> = root.children_named(outer).collect();
            let inner = outer
                .into_iter()
                .flat_map(move |element| element.children_named(inner));
            inner.collect::<Vec<_>>()
        };
        let values = |elements: Vec<&Element>| elements.into_iter().map(Value::of).collect();
        self.operations = values(all("operations", "operation"));
        self.ids = values(all("statistics", "messageid"));
        self.recipients = all("numbers", "number")
            .into_iter()
            .map(Recipient::of)
            .collect();
        let login = root
            .elements()
            .find(|element| matches!(element.name.as_str(), "authentication" | "authentification"));
        self.login_element = login.map(|login| login.name.clone());
        let within = |outer: Option<&Element>, name: &str| {
            outer.and_then(|outer| outer.child(name)).map(Value::of)
        };
        self.username = within(login, "username");
        self.password = within(login, "password");
        let message = root.child("message");
        self.sender = within(message, "sender");
        self.text = within(message, "text");
    }
}

/// Blanks before an XML declaration are let pass (XML-03).
fn read_document(bytes: &[u8]) -> Result<Document, ReadError> {
    read(bytes.trim_ascii_start())
}

impl Value {
    fn of(element: &Element) -> Self {
        Self {
            text: element.text(),
            span: element.span.start.offset..element.span.end.offset,
            element: element.elements().next().map(|inner| inner.name.clone()),
            cdata: element
                .children
                .iter()
                .any(|node| matches!(node, Node::CData(_))),
        }
    }
}

impl Recipient {
    fn of(element: &Element) -> Self {
        let attribute = |name: &str| {
            let mut found = element.attributes.iter();
            found.find(|attribute| attribute.name.eq_ignore_ascii_case(name))
        };
        let id = attribute("messageid");
        Self {
            number: Value::of(element),
            id: id
                .map(|id| id.value.clone())
                .filter(|value| !value.is_empty()),
            id_spelling: id.map(|id| id.name.clone()),
            variables: attribute("variables").map(|variables| variables.value.clone()),
        }
    }

    /// Whether the number can be sent to (SEND-06).
    pub fn kind(&self) -> Number {
        Number::of(&self.number.text)
    }
}

/// The number without blanks, dashes, brackets and one leading + (SEND-06).
pub fn bare(number: &str) -> String {
    let bare: String = number
        .chars()
        .filter(|character| !(character.is_whitespace() || "-()".contains(*character)))
        .collect();
    bare.strip_prefix('+').unwrap_or(&bare).to_owned()
}

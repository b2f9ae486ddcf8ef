//! Requests: the five operations as documents, written from the vendor's document alone (OP-01).
//!
//! An [`Operation`] holds what a user wants to ask; [`Operation::document`] says it in XML, in one of the
//! dialects that clients speak. Nothing is validated: what is wrong is for the endpoint to refuse.

use clap::ValueEnum;

use crate::password::Password;
use crate::xml::tree::Element;

/// One of the five things that the gateway can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Send a message (SEND-01).
    Send(Message),
    /// Say what sending it would cost (PRICE-01).
    GetPrice(Message),
    /// Say what became of the messages with these ids (STATUS-01).
    GetStatus(Vec<String>),
    /// Say how many credits the account has (BALANCE-01).
    Balance,
    /// Say what a credit costs (CREDIT-01).
    CreditPrice,
}

/// A text from a sender to recipients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Whom it comes from; without one there is no `<sender>`.
    pub sender: Option<String>,
    /// The text, with `%1%` and so on for the variables (VARS-01).
    pub text: String,
    /// Whom it goes to.
    pub recipients: Vec<Recipient>,
}

/// One `<number>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The phone number as written.
    pub number: String,
    /// The id to ask for with GETSTATUS (SEND-12).
    pub id: Option<String>,
    /// The values for `%1%`, `%2%` and so on, with `;` between them (VARS-01).
    pub variables: Option<String>,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The login.
    pub username: String,
    /// The password.
    pub password: Password,
}

/// The spellings in which the vendor's document and public clients differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    /// The element around login and password.
    pub authentication: AuthenticationSpelling,
    /// The id attribute of `<number>`.
    pub id: IdSpelling,
}

/// DIFFERENCE: the vendor's document writes `authentication`; every public client, and the vendor's live page,
/// `authentification` (XML-01).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
pub enum AuthenticationSpelling {
    /// As in the vendor's document.
    #[default]
    Authentication,
    /// As in public clients.
    Authentification,
}

/// DIFFERENCE: the prose of the vendor's document writes `messageID`, its samples `messageId`, and one client
/// `messageid` (XML-02).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum IdSpelling {
    /// As in the prose, and in nearly all clients.
    #[default]
    #[value(name = "messageID")]
    Prose,
    /// As in the samples.
    #[value(name = "messageId")]
    Sample,
    /// As in one client.
    #[value(name = "messageid")]
    Lower,
}

impl Operation {
    /// The word in `<operation>`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Send(_) => "SEND",
            Self::GetPrice(_) => "GETPRICE",
            Self::GetStatus(_) => "GETSTATUS",
            Self::Balance => "BALANCE",
            Self::CreditPrice => "CREDITPRICE",
        }
    }

    /// The whole request document, in the order of the vendor's samples. It holds the password in clear; for
    /// showing, build it again with [`Password::masked`].
    pub fn document(&self, credentials: &Credentials, dialect: Dialect) -> Element {
        let head = [
            Element::new("operations").with_child(Element::leaf("operation", self.word())),
            Element::new(dialect.authentication.name()).with_children([
                Element::leaf("username", &credentials.username),
                Element::leaf("password", credentials.password.expose()),
            ]),
        ];
        let root = Element::new("SMS").with_children(head);
        match self {
            Self::Send(message) | Self::GetPrice(message) => {
                root.with_children(message.elements(dialect))
            }
            Self::GetStatus(ids) => root.with_child(
                Element::new("statistics")
                    .with_children(ids.iter().map(|id| Element::leaf("messageid", id))),
            ),
            Self::Balance | Self::CreditPrice => root,
        }
    }
}

impl Message {
    fn elements(&self, dialect: Dialect) -> [Element; 2] {
        let sender = self
            .sender
            .iter()
            .map(|sender| Element::leaf("sender", sender));
        let text = Element::leaf("text", &self.text);
        let numbers = self
            .recipients
            .iter()
            .map(|recipient| recipient.element(dialect));
        [
            Element::new("message")
                .with_children(sender)
                .with_child(text),
            Element::new("numbers").with_children(numbers),
        ]
    }
}

impl Recipient {
    fn element(&self, dialect: Dialect) -> Element {
        let mut element = Element::leaf("number", &self.number);
        if let Some(id) = &self.id {
            element = element.with_attribute(dialect.id.name(), id);
        }
        if let Some(variables) = &self.variables {
            element = element.with_attribute("variables", variables);
        }
        element
    }
}

impl AuthenticationSpelling {
    /// The name of the element.
    pub fn name(self) -> &'static str {
        match self {
            Self::Authentication => "authentication",
            Self::Authentification => "authentification",
        }
    }
}

impl IdSpelling {
    fn name(self) -> &'static str {
        match self {
            Self::Prose => "messageID",
            Self::Sample => "messageId",
            Self::Lower => "messageid",
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::{
        AuthenticationSpelling, Credentials, Dialect, IdSpelling, Message, Operation, Recipient,
    };
    use crate::password::Password;
    use crate::xml::style::{Declaration, Style};
    use crate::xml::write::write;

    fn written(operation: &Operation, dialect: Dialect) -> String {
        let credentials = Credentials {
            username: "demo".to_owned(),
            password: Password::new("p&ss"),
        };
        let style = Style {
            declaration: Declaration::Absent,
            ..Style::default()
        };
        String::from_utf8(write(&operation.document(&credentials, dialect), &style)).unwrap()
    }

    fn message() -> Message {
        Message {
            sender: Some("SMSKA".to_owned()),
            text: "Hello %1% I've bought you %2%".to_owned(),
            recipients: vec![
                Recipient {
                    number: "999100000001".to_owned(),
                    id: None,
                    variables: None,
                },
                Recipient {
                    number: "999100000002".to_owned(),
                    id: Some("msg12".to_owned()),
                    variables: Some("Peter;cookies;".to_owned()),
                },
            ],
        }
    }

    #[test]
    fn send_is_the_vendors_sample() {
        assert_snapshot!(written(&Operation::Send(message()), Dialect::default()), @r#"
        <SMS>
        <operations>
        <operation>SEND</operation>
        </operations>
        <authentication>
        <username>demo</username>
        <password>p&amp;ss</password>
        </authentication>
        <message>
        <sender>SMSKA</sender>
        <text>Hello %1% I've bought you %2%</text>
        </message>
        <numbers>
        <number>999100000001</number>
        <number messageID="msg12" variables="Peter;cookies;">999100000002</number>
        </numbers>
        </SMS>
        "#);
    }

    #[test]
    fn the_others_differ_where_the_vendors_document_says() {
        let status = Operation::GetStatus(vec!["a".to_owned(), "b".to_owned()]);
        let dialect = Dialect {
            authentication: AuthenticationSpelling::Authentification,
            id: IdSpelling::Sample,
        };
        assert_snapshot!(written(&status, dialect), @"
        <SMS>
        <operations>
        <operation>GETSTATUS</operation>
        </operations>
        <authentification>
        <username>demo</username>
        <password>p&amp;ss</password>
        </authentification>
        <statistics>
        <messageid>a</messageid>
        <messageid>b</messageid>
        </statistics>
        </SMS>
        ");
        let price = written(&Operation::GetPrice(message()), dialect);
        assert!(price.contains("<operation>GETPRICE<") && price.contains("messageId=\"msg12\""));
        for (operation, word) in [
            (Operation::Balance, "BALANCE"),
            (Operation::CreditPrice, "CREDITPRICE"),
        ] {
            let text = written(&operation, Dialect::default());
            assert!(text.contains(&format!("<operation>{word}</operation>")));
            assert!(text.ends_with("</authentication>\n</SMS>\n"));
        }
    }
}

//! What the gateway is asked: the XML document.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::error::invalid;
use crate::{Error, Recipient};

pub(crate) enum Operation<'a> {
    Send(Mailing<'a>),
    Price(Mailing<'a>),
    Status(&'a [String]),
    Balance,
    CreditPrice,
}

impl Operation<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Send(_) => "SEND",
            Self::Price(_) => "GETPRICE",
            Self::Status(_) => "GETSTATUS",
            Self::Balance => "BALANCE",
            Self::CreditPrice => "CREDITPRICE",
        }
    }

    /// The root of the reply.
    pub(crate) fn root(&self) -> &'static str {
        match self {
            Self::Status(_) => "deliveryreport",
            Self::Send(_) | Self::Price(_) | Self::Balance | Self::CreditPrice => "RESPONSE",
        }
    }
}

/// What SEND and GETPRICE have in common.
pub(crate) struct Mailing<'a> {
    sender: &'a str,
    text: &'a str,
    recipients: &'a [Recipient],
}

impl<'a> Mailing<'a> {
    pub(crate) fn new(
        sender: &'a str,
        text: &'a str,
        recipients: &'a [Recipient],
    ) -> Result<Self, Error> {
        if text.is_empty() {
            return Err(invalid("the text is empty"));
        }
        if recipients.is_empty() {
            return Err(invalid("there are no recipients"));
        }
        let mut variables = recipients.iter().flat_map(|one| &one.variables);
        if let Some(value) = variables.find(|value| value.contains(';')) {
            let reason = "a variable holds a semicolon, which ends variables";
            return Err(invalid(format!("{reason}: {value}")));
        }
        Ok(Self {
            sender,
            text,
            recipients,
        })
    }
}

pub(crate) fn write(
    username: &str,
    password: &str,
    operation: &Operation<'_>,
) -> Result<String, Error> {
    let document = write_document(username, password, operation)
        .map_err(|error| invalid(error.to_string()))?;
    // quick-xml escapes, but it lets pass what XML cannot hold in any spelling.
    match document.chars().find(|character| is_forbidden(*character)) {
        Some(character) => Err(invalid(format!("XML cannot hold {character:?}"))),
        None => Ok(document),
    }
}

fn is_forbidden(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => false,
        _ => character < ' ' || character == '\u{FFFE}' || character == '\u{FFFF}',
    }
}

type Xml = Writer<Vec<u8>>;

fn write_document(username: &str, password: &str, operation: &Operation<'_>) -> io::Result<String> {
    let mut xml = Writer::new(Vec::new());
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("SMS").write_inner_content(|xml| {
        xml.create_element("operations")
            .write_inner_content(|xml| write_text(xml, "operation", operation.name()))?;
        // The vendor's document says "authentication"; every client in use says this.
        xml.create_element("authentification")
            .write_inner_content(|xml| {
                write_text(xml, "username", username)?;
                write_text(xml, "password", password)
            })?;
        match operation {
            Operation::Send(mailing) | Operation::Price(mailing) => write_mailing(xml, mailing),
            Operation::Status(ids) => write_ids(xml, ids),
            Operation::Balance | Operation::CreditPrice => Ok(()),
        }
    })?;
    String::from_utf8(xml.into_inner()).map_err(io::Error::other)
}

fn write_mailing(xml: &mut Xml, mailing: &Mailing<'_>) -> io::Result<()> {
    xml.create_element("message").write_inner_content(|xml| {
        write_text(xml, "sender", mailing.sender)?;
        write_text(xml, "text", mailing.text)
    })?;
    xml.create_element("numbers").write_inner_content(|xml| {
        let mut recipients = mailing.recipients.iter();
        recipients.try_for_each(|recipient| write_number(xml, recipient))
    })?;
    Ok(())
}

fn write_number(xml: &mut Xml, recipient: &Recipient) -> io::Result<()> {
    let mut number = xml.create_element("number");
    if let Some(id) = recipient.id.as_deref().filter(|id| !id.is_empty()) {
        number = number.with_attribute(("messageID", id));
    }
    let variables: String = recipient
        .variables
        .iter()
        .flat_map(|value| [value, ";"])
        .collect();
    if !variables.is_empty() {
        number = number.with_attribute(("variables", variables.as_str()));
    }
    number.write_text_content(BytesText::new(&recipient.number))?;
    Ok(())
}

fn write_ids(xml: &mut Xml, ids: &[String]) -> io::Result<()> {
    xml.create_element("statistics")
        .write_inner_content(|xml| {
            ids.iter()
                .try_for_each(|id| write_text(xml, "messageid", id))
        })?;
    Ok(())
}

fn write_text(xml: &mut Xml, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name)
        .write_text_content(BytesText::new(text))?;
    Ok(())
}

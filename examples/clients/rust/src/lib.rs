//! A client of the ePochta SMS XML gateway, API 2.0. `src/bin/call.rs` shows how to use it.

mod document;
mod error;
mod reply;

use std::time::Duration;

use document::{Mailing, Operation};
pub use error::Error;
use error::{bad_reply, invalid};
use roxmltree::Node;

/// One message of a mailing.
#[derive(Debug, Clone, Default)]
pub struct Recipient {
    pub number: String,
    /// What [`Client::status`] asks for. Give each message one of its own, and keep it before you
    /// send.
    pub id: Option<String>,
    /// They stand for `%1%`, `%2%`, … in the text.
    pub variables: Vec<String>,
}

/// The answer to [`Client::send`].
#[derive(Debug, Clone)]
pub struct Accepted {
    pub recipients: i32,
    /// A decimal, kept as text: in floats they would not add up.
    pub credits: String,
}

/// What became of a message.
#[derive(Debug, Clone)]
pub struct Report {
    pub id: String,
    /// The gateway's word, `0` for a message that is not handed over yet.
    pub status: String,
    /// A date like 2026-01-02 03:04:05, once it has come.
    pub sent: Option<String>,
    /// Likewise.
    pub done: Option<String>,
}

/// One gateway under one login.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    url: String,
    username: String,
    password: String,
}

impl Client {
    /// The timeout is for a whole request, from connecting to the last byte of the reply.
    pub fn new(url: &str, username: &str, password: &str, timeout: Duration) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(timeout))
            // A redirect would carry the password to who knows where.
            .max_redirects(0)
            .http_status_as_error(false)
            // The gateway may close a kept connection just when a message is sent on it, and then
            // nobody knows what became of the message.
            .max_idle_connections(0)
            .build();
        Self {
            agent: config.into(),
            url: url.to_owned(),
            username: username.to_owned(),
            password: password.to_owned(),
        }
    }

    /// Sends the text to all recipients, in one document.
    pub fn send(
        &self,
        sender: &str,
        text: &str,
        recipients: &[Recipient],
    ) -> Result<Accepted, Error> {
        let mailing = Mailing::new(sender, text, recipients)?;
        self.ask(&Operation::Send(mailing), |root| {
            let recipients = reply::status(root)?;
            if recipients == 0 {
                return Err(bad_reply("nothing was accepted, and no reason given"));
            }
            let credits = reply::amount(root, "credits")?;
            Ok(Accepted {
                recipients,
                credits,
            })
        })
    }

    /// How many credits [`Self::send`] would take.
    pub fn price(
        &self,
        sender: &str,
        text: &str,
        recipients: &[Recipient],
    ) -> Result<String, Error> {
        let mailing = Mailing::new(sender, text, recipients)?;
        self.ask(&Operation::Price(mailing), |root| {
            reply::amount(root, "credits")
        })
    }

    /// What became of messages. An id that the gateway does not know has no row, one that was used
    /// several times has several.
    pub fn status(&self, ids: &[String]) -> Result<Vec<Report>, Error> {
        if ids.is_empty() {
            return Err(invalid("there are no ids to ask for"));
        }
        self.ask(&Operation::Status(ids), reply::reports)
    }

    /// How many credits the account has.
    pub fn balance(&self) -> Result<String, Error> {
        self.ask(&Operation::Balance, |root| reply::amount(root, "credits"))
    }

    /// What a credit costs, in US dollars.
    pub fn credit_price(&self) -> Result<String, Error> {
        self.ask(&Operation::CreditPrice, |root| reply::amount(root, "price"))
    }

    fn ask<T>(
        &self,
        operation: &Operation<'_>,
        read: impl FnOnce(Node<'_, '_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let document = document::write(&self.username, &self.password, operation)?;
        let body = self.post(&document)?;
        reply::read(&body, operation.root(), read)
    }

    /// Returns the body of the reply.
    fn post(&self, document: &str) -> Result<String, Error> {
        let mut response = self
            .agent
            .post(&self.url)
            // In a form a bare + would arrive as a blank, and a bare & would end the field; this
            // encodes them.
            .send_form([("XML", document)])
            .map_err(Error::NoReply)?;
        if response.status() != 200 {
            return Err(bad_reply(format!("HTTP {}", response.status())));
        }
        let body = response
            .body_mut()
            .with_config()
            // The default is 10 MB; a report of many messages is longer.
            .limit(u64::MAX)
            .read_to_vec()
            .map_err(Error::NoReply)?;
        String::from_utf8(body).map_err(|error| bad_reply(format!("it is not UTF-8: {error}")))
    }
}

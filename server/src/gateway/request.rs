//! What a client asks, typed: the core's input. Not for how it stood on the wire, which `wire` knows.

use std::fmt;

use jiff::Timestamp;

use super::draw::Digest;
use super::msisdn::Msisdn;

/// A request that is well-formed and names one known operation.
#[derive(Debug)]
pub struct Request {
    /// Who asks; `None` if the document has no login at all (AUTH-04).
    pub credentials: Option<Credentials>,
    /// What is asked.
    pub operation: Operation,
}

/// When a request came, and which one it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// The present.
    pub at: Timestamp,
    /// Its number in the gateway's journal, from 1; 0 if there is none.
    pub number: u64,
    /// Its document, for those who draw by it; nothing if nobody does.
    pub document: Digest,
}

impl From<Timestamp> for Arrival {
    fn from(at: Timestamp) -> Self {
        Self {
            at,
            number: 0,
            document: Digest::default(),
        }
    }
}

/// A login with its password, as they stand in the document (AUTH-02).
#[derive(Debug)]
pub struct Credentials {
    /// The account's name.
    pub username: String,
    /// Its password.
    pub password: Password,
}

/// A password: compared, never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Takes a password in.
    pub const fn new(password: String) -> Self {
        Self(password)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// One of the five operations (OP-01). What an operation lacks is a [`Defect`], which is only told to a client
/// whose login is right (ORDER-01).
#[derive(Debug)]
pub enum Operation {
    /// SEND.
    Send(Result<Mailing, Defect>),
    /// GETPRICE.
    GetPrice(Result<Mailing, Defect>),
    /// GETSTATUS.
    GetStatus(Result<Inquiry, Defect>),
    /// BALANCE.
    Balance,
    /// CREDITPRICE.
    CreditPrice,
}

impl Operation {
    /// The vendor's word for it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Send(_) => "SEND",
            Self::GetPrice(_) => "GETPRICE",
            Self::GetStatus(_) => "GETSTATUS",
            Self::Balance => "BALANCE",
            Self::CreditPrice => "CREDITPRICE",
        }
    }

    /// To whom a text is to go, or would.
    pub fn recipients(&self) -> &[Recipient] {
        match self {
            Self::Send(Ok(mailing)) | Self::GetPrice(Ok(mailing)) => &mailing.recipients,
            Self::Send(Err(_))
            | Self::GetPrice(Err(_))
            | Self::GetStatus(_)
            | Self::Balance
            | Self::CreditPrice => &[],
        }
    }
}

/// What a document of the right form lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    /// SEND-11.
    #[error("there is no <message>")]
    NoMessage,
    /// SEND-11.
    #[error("there is no <text> in <message>")]
    NoText,
    /// STATUS-09.
    #[error("there is no <statistics>")]
    NoStatistics,
}

/// A text for many numbers: what SEND and GETPRICE take.
///
/// Its words (sender, text, ids, variables) stand in one string, and the rest points into it: a mailing of ten
/// thousand numbers is two allocations.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Mailing {
    /// All words, one after another.
    pub words: Words,
    /// The sender; empty if there is none.
    pub sender: Span,
    /// The text, before personalisation.
    pub text: Span,
    /// To whom.
    pub recipients: Vec<Recipient>,
}

/// One `<number>` that is not empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipient {
    /// The number, or `None` if it is not valid (SEND-07).
    pub msisdn: Option<Msisdn>,
    /// Its message id; empty if it has none (SEND-13).
    pub id: Span,
    /// Its variables, if it has the attribute (VARS-02).
    pub variables: Option<Span>,
    /// What stands there, if it is not valid; cut to a length that can be shown.
    pub written: Span,
}

/// The ids that GETSTATUS asks for, in order.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Inquiry {
    /// All ids, one after another.
    pub words: Words,
    /// Each id asked for.
    pub ids: Vec<Span>,
}

/// A place in some [`Words`].
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Whether it covers nothing.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// Many short texts in one allocation.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Words(String);

impl Words {
    /// None yet, with room for so many bytes.
    pub fn with_room(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Adds a text; its place. Beyond 4 GiB, which no body limit allows, the place is empty.
    pub fn add(&mut self, text: &str) -> Span {
        let start = self.0.len();
        self.0.push_str(text);
        match (u32::try_from(start), u32::try_from(self.0.len())) {
            (Ok(start), Ok(end)) => Span { start, end },
            _ => Span::default(),
        }
    }

    /// The text at a place.
    pub fn at(&self, span: Span) -> &str {
        self.0
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// All of them, one after another with nothing in between.
    pub fn all(&self) -> &str {
        &self.0
    }

    /// How many bytes it holds.
    pub const fn bytes(&self) -> usize {
        self.0.len()
    }

    /// Gives back what it does not need, if that is worth it: it is about to be kept.
    pub fn shrink(&mut self) {
        if self.0.capacity() - self.0.len() > 64 + self.0.len() / 8 {
            self.0.shrink_to_fit();
        }
    }
}

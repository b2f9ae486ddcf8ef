//! Elements to a typed request (XML-01, XML-02, XML-07, OP-01, OP-02, AUTH-02).
//! Not for judging it: what is missing becomes a [`Defect`], which the core weighs after the login.

use super::Unreadable;
use super::cursor::{Cursor, Malformed, Tag};
use super::tolerance::{Tolerance, Tolerances};
use crate::gateway::msisdn::{Msisdn, Written};
use crate::gateway::request::{
    Credentials, Defect, Inquiry, Mailing, Operation, Password, Recipient, Request, Span, Words,
};

/// How much is kept of a number that is none, in bytes.
const LONGEST_WRITTEN: usize = 200;

/// OP-02: a document that does not name one known operation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OperationError {
    /// No `<operation>` in `<operations>`.
    #[error("there is no <operations><operation>")]
    None,
    /// More than one.
    #[error("there are {0} operations; a request has one")]
    Several(usize),
    /// One that is not known; and the nearest that is.
    #[error("the operation {found:?} is not known; did you mean {nearest}?")]
    Unknown {
        /// What stands there, cut to a length that can be shown.
        found: String,
        /// The known operation that is most like it.
        nearest: &'static str,
    },
}

/// Reads a document.
pub fn read(
    text: &str,
    max_depth: u32,
    tolerances: &mut Tolerances,
) -> Result<Request, Unreadable> {
    let draft = Draft::collect(text, max_depth, tolerances).map_err(Unreadable::Malformed)?;
    draft.into_request().map_err(Unreadable::Operation)
}

/// A document's elements in whatever order they came: what an operation needs is only known at the end.
#[derive(Debug, Default)]
struct Draft {
    /// The last operation, and how many there are.
    operation: String,
    operations: usize,
    login: Option<Login>,
    message: Option<Message>,
    numbers: u32,
    recipients: Vec<Recipient>,
    statistics: Option<Vec<Span>>,
    /// Sender, text, ids and variables.
    words: Words,
    /// The text of the element being read.
    scratch: String,
}

#[derive(Debug, Default)]
struct Login {
    username: Option<String>,
    password: Option<Password>,
}

#[derive(Debug, Default)]
struct Message {
    sender: Option<Span>,
    text: Option<Span>,
}

impl Draft {
    fn collect(
        text: &str,
        max_depth: u32,
        tolerances: &mut Tolerances,
    ) -> Result<Self, Box<Malformed>> {
        // Most documents are short, and their words a fraction of them: no growing in small steps.
        let mut draft = Self {
            words: Words::with_room(text.len() / 8 + 32),
            scratch: String::with_capacity(64),
            ..Self::default()
        };
        let mut cursor = Cursor::new(text, max_depth)?;
        cursor.root("SMS", tolerances)?;
        while let Some(tag) = cursor.child(tolerances)? {
            match tag.name() {
                "operations" => draft.operations(&mut cursor, tolerances)?,
                "authentication" => draft.login(&mut cursor, tolerances)?,
                "authentification" => {
                    tolerances.note(Tolerance::Authentification);
                    draft.login(&mut cursor, tolerances)?;
                }
                "message" => draft.message(&mut cursor, tolerances)?,
                "numbers" => draft.numbers(&mut cursor, tolerances)?,
                "statistics" => draft.statistics(&mut cursor, tolerances)?,
                _ => unknown(&mut cursor, tolerances)?,
            }
        }
        cursor.finish()?;
        Ok(draft)
    }

    fn operations(
        &mut self,
        cursor: &mut Cursor<'_>,
        tolerances: &mut Tolerances,
    ) -> Result<(), Box<Malformed>> {
        while let Some(tag) = cursor.child(tolerances)? {
            if tag.name() == "operation" {
                cursor.text(&mut self.operation, tolerances)?;
                self.operations += 1;
            } else {
                unknown(cursor, tolerances)?;
            }
        }
        Ok(())
    }

    fn login(
        &mut self,
        cursor: &mut Cursor<'_>,
        tolerances: &mut Tolerances,
    ) -> Result<(), Box<Malformed>> {
        if self.login.is_some() {
            return repeated(cursor, tolerances);
        }
        let mut login = Login::default();
        while let Some(tag) = cursor.child(tolerances)? {
            match tag.name() {
                "username" if login.username.is_none() => {
                    cursor.text(&mut self.scratch, tolerances)?;
                    login.username = Some(self.scratch.clone());
                }
                "password" if login.password.is_none() => {
                    let mut password = String::new();
                    cursor.text(&mut password, tolerances)?;
                    login.password = Some(Password::new(password));
                }
                "username" | "password" => repeated(cursor, tolerances)?,
                _ => unknown(cursor, tolerances)?,
            }
        }
        self.login = Some(login);
        Ok(())
    }

    fn message(
        &mut self,
        cursor: &mut Cursor<'_>,
        tolerances: &mut Tolerances,
    ) -> Result<(), Box<Malformed>> {
        if self.message.is_some() {
            return repeated(cursor, tolerances);
        }
        let mut message = Message::default();
        while let Some(tag) = cursor.child(tolerances)? {
            match tag.name() {
                "sender" if message.sender.is_none() => {
                    message.sender = Some(self.word(cursor, tolerances)?);
                }
                "text" if message.text.is_none() => {
                    message.text = Some(self.word(cursor, tolerances)?);
                }
                "sender" | "text" => repeated(cursor, tolerances)?,
                _ => unknown(cursor, tolerances)?,
            }
        }
        self.message = Some(message);
        Ok(())
    }

    fn numbers(
        &mut self,
        cursor: &mut Cursor<'_>,
        tolerances: &mut Tolerances,
    ) -> Result<(), Box<Malformed>> {
        self.numbers += 1;
        if self.numbers == 2 {
            tolerances.note(Tolerance::SeveralNumbers);
        }
        while let Some(tag) = cursor.child(tolerances)? {
            if tag.name() == "number" {
                self.number(tag, cursor, tolerances)?;
            } else {
                unknown(cursor, tolerances)?;
            }
        }
        Ok(())
    }

    fn number(
        &mut self,
        tag: Tag<'_>,
        cursor: &mut Cursor<'_>,
        tolerances: &mut Tolerances,
    ) -> Result<(), Box<Malformed>> {
        let (mut id, mut variables) = (None, None);
        for (name, value) in tag.attributes() {
            // XML-02: attribute names are compared without case.
            if name.eq_ignore_ascii_case("messageid") {
                if !matches!(name, "messageId" | "messageID") {
                    tolerances.note(Tolerance::IdAttributeCase);
                }
                id.get_or_insert_with(|| self.words.add(&value));
            } else if name.eq_ignore_ascii_case("variables") {
                variables.get_or_insert_with(|| self.words.add(&value));
            } else {
                tolerances.note(Tolerance::Unknown);
            }
        }
        cursor.text(&mut self.scratch, tolerances)?;
        let mut written = Span::default();
        let msisdn = match Msisdn::read(&self.scratch) {
            // SEND-07: an empty element is skipped.
            Written::Nothing => return Ok(()),
            Written::Invalid => {
                let shown = self.scratch.trim();
                let end = shown.floor_char_boundary(LONGEST_WRITTEN);
                written = self.words.add(shown.get(..end).unwrap_or_default());
                None
            }
            Written::Number { msisdn, plain } => {
                if !plain {
                    tolerances.note(Tolerance::NumberMarks);
                }
                Some(msisdn)
            }
        };
        self.recipients.push(Recipient {
            msisdn,
            id: id.unwrap_or_default(),
            variables,
            written,
        });
        Ok(())
    }

    fn statistics(
        &mut self,
        cursor: &mut Cursor<'_>,
        tolerances: &mut Tolerances,
    ) -> Result<(), Box<Malformed>> {
        // XML-07: only of <numbers> do several count together.
        if self.statistics.is_some() {
            return repeated(cursor, tolerances);
        }
        let mut ids = Vec::new();
        while let Some(tag) = cursor.child(tolerances)? {
            if tag.name() == "messageid" {
                ids.push(self.word(cursor, tolerances)?);
            } else {
                unknown(cursor, tolerances)?;
            }
        }
        self.statistics = Some(ids);
        Ok(())
    }

    fn word(
        &mut self,
        cursor: &mut Cursor<'_>,
        tolerances: &mut Tolerances,
    ) -> Result<Span, Box<Malformed>> {
        cursor.text(&mut self.scratch, tolerances)?;
        Ok(self.words.add(&self.scratch))
    }

    fn into_request(self) -> Result<Request, OperationError> {
        match self.operations {
            0 => return Err(OperationError::None),
            1 => {}
            several => return Err(OperationError::Several(several)),
        }
        let Self {
            operation,
            login,
            message,
            recipients,
            statistics,
            words,
            ..
        } = self;
        let credentials = login.map(|login| Credentials {
            username: login.username.unwrap_or_default(),
            password: login
                .password
                .unwrap_or_else(|| Password::new(String::new())),
        });
        let operation = match operation.trim() {
            "SEND" => Operation::Send(mailing(message, recipients, words)),
            "GETPRICE" => Operation::GetPrice(mailing(message, recipients, words)),
            "GETSTATUS" => Operation::GetStatus(match statistics {
                Some(ids) => Ok(Inquiry { words, ids }),
                None => Err(Defect::NoStatistics),
            }),
            "BALANCE" => Operation::Balance,
            "CREDITPRICE" => Operation::CreditPrice,
            _ => return Err(unknown_operation(operation.trim())),
        };
        Ok(Request {
            credentials,
            operation,
        })
    }
}

fn mailing(
    message: Option<Message>,
    recipients: Vec<Recipient>,
    words: Words,
) -> Result<Mailing, Defect> {
    let message = message.ok_or(Defect::NoMessage)?;
    let text = message.text.ok_or(Defect::NoText)?;
    Ok(Mailing {
        words,
        sender: message.sender.unwrap_or_default(),
        text,
        recipients,
    })
}

fn unknown_operation(found: &str) -> OperationError {
    let found: String = found.chars().take(40).collect();
    let upper = found.to_uppercase();
    let likeness = |name: &str| strsim::jaro_winkler(name, &upper);
    let nearest = ["SEND", "GETPRICE", "GETSTATUS", "BALANCE", "CREDITPRICE"]
        .into_iter()
        .max_by(|one, other| likeness(one).total_cmp(&likeness(other)))
        .unwrap_or("SEND");
    OperationError::Unknown { found, nearest }
}

fn unknown(cursor: &mut Cursor<'_>, tolerances: &mut Tolerances) -> Result<(), Box<Malformed>> {
    tolerances.note(Tolerance::Unknown);
    cursor.skip()
}

fn repeated(cursor: &mut Cursor<'_>, tolerances: &mut Tolerances) -> Result<(), Box<Malformed>> {
    tolerances.note(Tolerance::RepeatedElement);
    cursor.skip()
}

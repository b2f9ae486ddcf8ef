//! Why an operation failed.

/// Why an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The gateway said so, by this code.
    #[error("the gateway answered {} ({_0})", vendor_word(*_0).unwrap_or("an unknown error"))]
    Refused(i32),
    /// No whole reply came. Nobody knows what the gateway did with the request.
    #[error("no usable reply: {0}")]
    NoReply(#[source] ureq::Error),
    /// A reply came, and it is not the gateway's. Nobody knows, either.
    #[error("no usable reply: {0}")]
    BadReply(String),
    /// The client refused before it asked.
    #[error("{0}")]
    InvalidInput(String),
}

impl Error {
    /// The vendor's word, or the code as text if nobody knows a word for it; `NO_REPLY`,
    /// `BAD_REPLY` or `INVALID_INPUT` for what the gateway did not say.
    pub fn word(&self) -> String {
        match self {
            Self::Refused(code) => vendor_word(*code)
                .map(str::to_owned)
                .unwrap_or_else(|| code.to_string()),
            Self::NoReply(_) => "NO_REPLY".to_owned(),
            Self::BadReply(_) => "BAD_REPLY".to_owned(),
            Self::InvalidInput(_) => "INVALID_INPUT".to_owned(),
        }
    }

    /// May the gateway have done what it was asked? Never send again then: ask
    /// [`status`](crate::Client::status) for the ids first. A row means that the message was
    /// accepted.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::NoReply(_) | Self::BadReply(_))
    }
}

fn vendor_word(code: i32) -> Option<&'static str> {
    match code {
        -1 => Some("AUTH_FAILED"),
        -2 => Some("XML_ERROR"),
        -3 => Some("NOT_ENOUGH_CREDITS"),
        -4 => Some("NO_RECIPIENTS"),
        -5 => Some("INVALID_TEXT"),
        -7 => Some("BAD_SENDER_NAME"),
        _ => None,
    }
}

pub(crate) fn bad_reply(message: impl Into<String>) -> Error {
    Error::BadReply(message.into())
}

pub(crate) fn invalid(message: impl Into<String>) -> Error {
    Error::InvalidInput(message.into())
}

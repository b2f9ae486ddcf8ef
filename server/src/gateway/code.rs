//! The codes with which a reply refuses a request (the vendor's status tables).
//! Not for the statuses of messages: those are in [`status`](super::status).

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// AUTH-01: wrong login or password.
    AuthFailed,
    /// XML-08 and others: the document is not what it should be.
    XmlError,
    /// SEND-04.
    NotEnoughCredits,
    /// SEND-05.
    NoRecipients,
    /// SEND-11, in the extended revision.
    InvalidText,
    /// SEND-10, in the extended revision.
    BadSenderName,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 6] = [
        Self::AuthFailed,
        Self::XmlError,
        Self::NotEnoughCredits,
        Self::NoRecipients,
        Self::InvalidText,
        Self::BadSenderName,
    ];

    /// The number in `<status>`.
    pub const fn number(self) -> i8 {
        match self {
            Self::AuthFailed => -1,
            Self::XmlError => -2,
            Self::NotEnoughCredits => -3,
            Self::NoRecipients => -4,
            Self::InvalidText => -5,
            Self::BadSenderName => -7,
        }
    }

    /// The vendor's name for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuthFailed => "AUTH_FAILED",
            Self::XmlError => "XML_ERROR",
            Self::NotEnoughCredits => "NOT_ENOUGH_CREDITS",
            Self::NoRecipients => "NO_RECIPIENTS",
            Self::InvalidText => "INVALID_TEXT",
            Self::BadSenderName => "BAD_SENDER_NAME",
        }
    }
}

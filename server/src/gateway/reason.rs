//! Why a well-formed request was refused, for its author's eyes: the reply tells a code and nothing else (AUTH-05).

use super::money::Credits;
use super::request::Defect;

/// Why a request was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// AUTH-04.
    #[error("the document has no <authentication> with a login")]
    NoLogin,
    /// AUTH-01.
    #[error("nobody has this login")]
    UnknownLogin,
    /// AUTH-01: the account left the configuration.
    #[error(
        "the account is closed, for the configuration no longer has it; its messages and its ledger are kept"
    )]
    Closed,
    /// AUTH-01.
    #[error("the password is wrong; it is compared exactly, blanks and case included")]
    WrongPassword,
    /// AUTH-04.
    #[error("the account's XML interface is off")]
    InterfaceOff,
    /// SEND-11, STATUS-09.
    #[error("{0}")]
    Missing(Defect),
    /// SEND-11.
    #[error("the text is empty")]
    EmptyText,
    /// SEND-10.
    #[error("the sender is not up to 14 digits or up to 11 Latin letters and digits")]
    BadSender,
    /// SEND-05.
    #[error("there is no <number> in <numbers>")]
    NoNumber,
    /// SEND-05, SEND-06.
    #[error("none of {0} numbers is valid: 7 to 15 digits that do not start with 0")]
    NoValidNumber(u32),
    /// SEND-04.
    #[error("it costs {cost} credits and there are {balance}")]
    NotEnoughCredits {
        /// What it would cost.
        cost: Credits,
        /// What is there.
        balance: Credits,
    },
    /// STATUS-10.
    #[error(
        "the report would have more than {0} rows (limits.max_rows); ask for fewer ids at a time"
    )]
    TooManyRows(usize),
    /// A script, a magic number or a fault wanted it lost.
    #[error("it was to be lost before anything happened")]
    Lost,
    /// A script or a magic number wanted it so.
    #[error("it was to be refused")]
    Directed,
}

//! The delivery status of one message and how it may move (STATUS-04 to STATUS-06).
//! Not for the status codes of a reply: those are in [`code`](super::code).

/// The status of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Not handed over yet; `0` on the wire.
    Waiting,
    /// Handed over to the operator.
    Sent,
    /// On the handset.
    Delivered,
    /// Given up.
    NotDelivered,
    /// The operator is not served.
    NotAllowed,
    /// Not a number that a message can go to.
    InvalidDestinationAddress,
    /// Not a sender that a message can come from.
    InvalidSourceAddress,
    /// There were no credits left for it.
    NotEnoughCredits,
}

impl Status {
    /// Every status, in the order of the vendor's table.
    pub const ALL: [Self; 8] = [
        Self::Waiting,
        Self::Sent,
        Self::NotDelivered,
        Self::Delivered,
        Self::NotAllowed,
        Self::InvalidDestinationAddress,
        Self::InvalidSourceAddress,
        Self::NotEnoughCredits,
    ];

    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "0",
            Self::Sent => "SENT",
            Self::Delivered => "DELIVERED",
            Self::NotDelivered => "NOT_DELIVERED",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::InvalidDestinationAddress => "INVALID_DESTINATION_ADDRESS",
            Self::InvalidSourceAddress => "INVALID_SOURCE_ADDRESS",
            Self::NotEnoughCredits => "NOT_ENOUGH_CREDITS",
        }
    }

    /// The status of a word on the wire.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }

    /// Whether a message in this status stays in it (STATUS-06).
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Waiting | Self::Sent)
    }

    /// Whether a message may move from this status to that one: forward only, and never out of a final one.
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Waiting => !matches!(next, Self::Waiting),
            Self::Sent => next.is_final(),
            Self::Delivered
            | Self::NotDelivered
            | Self::NotAllowed
            | Self::InvalidDestinationAddress
            | Self::InvalidSourceAddress
            | Self::NotEnoughCredits => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_move_forward_only() {
        for from in Status::ALL {
            for to in Status::ALL {
                let forward = match (from, to) {
                    (Status::Waiting, Status::Waiting)
                    | (Status::Sent, Status::Waiting | Status::Sent) => false,
                    (Status::Waiting | Status::Sent, _) => true,
                    _ => false,
                };
                assert_eq!(from.may_become(to), forward, "{from:?} to {to:?}");
            }
        }
    }
}

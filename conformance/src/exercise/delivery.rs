//! How a reply of an exercise is carried over the socket, or lost: the words of a scenario, and what they stand for.

use std::time::Duration;

use clap::ValueEnum;

use crate::stand_in::answer::Delivery;

/// A word for how a reply is carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Carrying {
    /// In one piece, with its length.
    #[default]
    Whole,
    /// Head and body in segments apart.
    Segments,
    /// In chunks.
    Chunked,
    /// Without a length, up to the end of the connection.
    UntilClose,
    /// With its length, and the connection closes.
    ThenClose,
    /// Slowly, but in time.
    Drip,
    /// Slowly, and never whole.
    Endless,
    /// Not at all, on an open connection.
    Stall,
    /// Half of the body, then the end.
    Cut,
    /// A chunk that has no length.
    BrokenChunk,
    /// Not at all: the connection ends, and the gateway took nothing.
    CloseBefore,
    /// The same, and the gateway took the message.
    CloseAfter,
    /// Not at all: the connection is reset, and the gateway took nothing.
    ResetBefore,
    /// The same, and the gateway took the message.
    ResetAfter,
    /// Over TLS with a certificate of nobody that is trusted.
    TlsUntrusted,
    /// Over TLS with a certificate for another host.
    TlsWrongName,
    /// Over TLS with a certificate that has expired.
    TlsExpired,
    /// As a redirect to another host.
    Redirect,
}

/// What the connection of an exercise is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seal {
    /// Plain HTTP.
    Open,
    /// A certificate of nobody that is trusted.
    Untrusted,
    /// A certificate for another host.
    WrongName,
    /// A certificate that has expired.
    Expired,
}

/// Whether the gateway took note of a message whose reply is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It did.
    Yes,
    /// It did not.
    No,
}

/// The pieces of a reply that comes slowly, and about how long its head is, which comes so too.
const PIECES: usize = 10;
const HEAD: usize = 200;

impl Carrying {
    /// How the socket carries a body of so many bytes, to a client that gives up after `patience`.
    pub fn delivery(self, length: usize, patience: Duration) -> Delivery {
        // A third of what the client waits, all in all; and for what never ends, a byte before any pause gets long.
        let pause = |parts: u32| patience.checked_div(parts).unwrap_or_default();
        match self {
            Self::Whole
            | Self::TlsUntrusted
            | Self::TlsWrongName
            | Self::TlsExpired
            | Self::Redirect => Delivery::Whole,
            Self::Segments => Delivery::Segments,
            Self::Chunked => Delivery::Chunked(7),
            Self::UntilClose => Delivery::UntilClose,
            Self::ThenClose => Delivery::ThenClose,
            Self::Drip => Delivery::Drip {
                bytes: length.saturating_add(HEAD).div_ceil(PIECES),
                pause: pause(30),
            },
            Self::Endless => Delivery::Endless(pause(6)),
            Self::Stall => Delivery::Stall,
            Self::Cut => Delivery::Cut(length / 2),
            Self::BrokenChunk => Delivery::BrokenChunk,
            Self::CloseBefore | Self::CloseAfter => Delivery::Close,
            Self::ResetBefore | Self::ResetAfter => Delivery::Reset,
        }
    }

    /// Whether a whole reply of the gateway reaches a client that does as it should.
    pub fn arrives(self) -> bool {
        match self {
            Self::Whole
            | Self::Segments
            | Self::Chunked
            | Self::UntilClose
            | Self::ThenClose
            | Self::Drip => true,
            Self::Endless
            | Self::Stall
            | Self::Cut
            | Self::BrokenChunk
            | Self::CloseBefore
            | Self::CloseAfter
            | Self::ResetBefore
            | Self::ResetAfter
            | Self::TlsUntrusted
            | Self::TlsWrongName
            | Self::TlsExpired
            | Self::Redirect => false,
        }
    }

    /// Whether the client has to wait for it: those exercises begin first.
    pub fn takes_long(self) -> bool {
        matches!(self, Self::Drip | Self::Endless | Self::Stall)
    }

    /// Whether the gateway takes note of the message.
    pub fn taken(self) -> Taken {
        match self {
            Self::CloseBefore
            | Self::ResetBefore
            | Self::TlsUntrusted
            | Self::TlsWrongName
            | Self::TlsExpired
            | Self::Redirect => Taken::No,
            Self::Whole
            | Self::Segments
            | Self::Chunked
            | Self::UntilClose
            | Self::ThenClose
            | Self::Drip
            | Self::Endless
            | Self::Stall
            | Self::Cut
            | Self::BrokenChunk
            | Self::CloseAfter
            | Self::ResetAfter => Taken::Yes,
        }
    }

    /// What the connection is like.
    pub fn seal(self) -> Seal {
        match self {
            Self::TlsUntrusted => Seal::Untrusted,
            Self::TlsWrongName => Seal::WrongName,
            Self::TlsExpired => Seal::Expired,
            Self::Whole
            | Self::Segments
            | Self::Chunked
            | Self::UntilClose
            | Self::ThenClose
            | Self::Drip
            | Self::Endless
            | Self::Stall
            | Self::Cut
            | Self::BrokenChunk
            | Self::CloseBefore
            | Self::CloseAfter
            | Self::ResetBefore
            | Self::ResetAfter
            | Self::Redirect => Seal::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clap::ValueEnum as _;

    use super::{Carrying, Taken};
    use crate::stand_in::answer::Delivery;

    #[test]
    fn a_slow_reply_is_in_time_and_an_endless_one_pauses_less_than_the_client_waits() {
        let patience = Duration::from_secs(3);
        for length in [0, 1, 9, 10, 11, 95, 4000] {
            let Delivery::Drip { bytes, pause } = Carrying::Drip.delivery(length, patience) else {
                panic!("no drip");
            };
            let pauses = u32::try_from((length + 200).div_ceil(bytes)).unwrap();
            assert!(pause * pauses <= patience / 2, "{length}");
        }
        assert_eq!(
            Carrying::Endless.delivery(9, patience),
            Delivery::Endless(patience / 6)
        );
    }

    #[test]
    fn what_arrives_was_taken() {
        for carrying in Carrying::value_variants() {
            assert!(
                !carrying.arrives() || carrying.taken() == Taken::Yes,
                "{carrying:?}"
            );
        }
    }
}

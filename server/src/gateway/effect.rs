//! Effects: what is done to a reply on its way to the client, as data. Decided here, done by the shell, after the
//! account's lock is released. Not for what decides it: that is a [`fault`](super::fault) or a script.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use super::draw::Share;

/// Something done to a reply on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The right reply comes, but late.
    Delay(Duration),
    /// Nothing comes, and the connection stays open: so long, or until the client gives up.
    Stall(Option<Duration>),
    /// The connection is reset.
    Reset,
    /// The connection is closed without a reply.
    Close,
    /// The reply ends early, though its head said that there is more.
    Cut(Cut),
    /// A chunk in its middle has no length.
    MalformedChunk,
    /// The right reply comes in small pieces.
    Drip {
        /// How many bytes at a time.
        bytes: NonZeroU32,
        /// How long after the piece before.
        pause: Duration,
    },
    /// Bytes come that are no HTTP.
    Garbage,
    /// A page for people comes, with this status.
    HtmlError(u16),
    /// The reply is empty.
    Empty,
    /// Something stands before the declaration: this, or what PHP says when it warns.
    Warning(Option<Arc<str>>),
    /// The head says another charset than that of the reply.
    WrongCharset(Arc<str>),
    /// XML comes that is no reply to anything.
    WrongShape,
}

/// Where a reply is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// After so many of its bytes.
    Bytes(u32),
    /// After such a share of it.
    Share(Share),
}

impl Cut {
    /// After how many bytes of a reply of this length; something is always missing.
    pub fn at(self, length: usize) -> usize {
        let kept = match self {
            Self::Bytes(bytes) => bytes as usize,
            Self::Share(share) => share.of(length),
        };
        kept.min(length.saturating_sub(1))
    }
}

/// When a reply is hurt: before or after that which it tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placed {
    /// Nothing is charged, kept or moved: what the reply says never happened.
    Before,
    /// Everything has happened; whoever asks again does it twice.
    After,
}

/// A reply that does not reach its client as it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hurt {
    /// What is done to it.
    pub effect: Effect,
    /// When.
    pub placed: Placed,
    /// The fault that did it, by its name; `None` if it was a script or a magic number.
    pub fault: Option<Arc<str>>,
}

impl Effect {
    /// Its kind, as it is written in the configuration.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Delay(_) => "delay",
            Self::Stall(_) => "stall",
            Self::Reset => "reset",
            Self::Close => "close",
            Self::Cut(_) => "cut",
            Self::MalformedChunk => "malformed_chunk",
            Self::Drip { .. } => "drip",
            Self::Garbage => "garbage",
            Self::HtmlError(_) => "html_error",
            Self::Empty => "empty",
            Self::Warning(_) => "warning",
            Self::WrongCharset(_) => "wrong_charset",
            Self::WrongShape => "wrong_shape",
        }
    }

    /// Whether nothing of a reply comes at all.
    pub const fn loses(&self) -> bool {
        match self {
            Self::Stall(_) | Self::Reset | Self::Close => true,
            Self::Delay(_)
            | Self::Cut(_)
            | Self::MalformedChunk
            | Self::Drip { .. }
            | Self::Garbage
            | Self::HtmlError(_)
            | Self::Empty
            | Self::Warning(_)
            | Self::WrongCharset(_)
            | Self::WrongShape => false,
        }
    }
}

/// What became of the reply, as the end of a sentence.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delay(pause) => write!(f, "came {pause:?} late"),
            Self::Stall(None) => f.write_str("never came, and the connection stayed open"),
            Self::Stall(Some(pause)) => {
                write!(
                    f,
                    "never came, and the connection stayed open for {pause:?}"
                )
            }
            Self::Reset => f.write_str("never came: the connection was reset"),
            Self::Close => f.write_str("was lost on purpose: the connection closed without it"),
            Self::Cut(Cut::Bytes(bytes)) => write!(f, "was cut after {bytes} bytes of its body"),
            Self::Cut(Cut::Share(share)) => {
                let (percent, rest) = (share.count() / 10_000, share.count() % 10_000);
                let rest = format!("{rest:04}");
                let rest = rest.trim_end_matches('0');
                let point = if rest.is_empty() { "" } else { "." };
                write!(f, "was cut after {percent}{point}{rest}% of its body")
            }
            Self::MalformedChunk => f.write_str("had a chunk in it without a length"),
            Self::Drip { bytes, pause } => {
                write!(
                    f,
                    "came slowly: bytes at a time: {bytes}, one piece each {pause:?}"
                )
            }
            Self::Garbage => f.write_str("was replaced by bytes that are no HTTP"),
            Self::HtmlError(status) => write!(f, "was replaced by a page with the status {status}"),
            Self::Empty => f.write_str("was empty"),
            Self::Warning(_) => f.write_str("had a warning before its XML declaration"),
            Self::WrongCharset(charset) => write!(f, "was labelled {charset}, which it is not"),
            Self::WrongShape => f.write_str("was replaced by XML that is no reply"),
        }
    }
}

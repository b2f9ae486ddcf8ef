//! What holds for every account of a gateway: the configuration that decisions are made by.
//! Not for what belongs to one account: that is its [`Profile`](super::account::Profile).

use std::sync::Arc;

use super::fault::Fault;
use super::script::Script;
use super::tariff::Tariffs;
use super::timeline::Timeline;

/// The rules of one gateway.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Which revision of the protocol is spoken.
    pub revision: Revision,
    /// What a part costs.
    pub tariffs: Tariffs,
    /// The story of a message in real mode.
    pub timeline: Arc<Timeline>,
    /// What happens to a mailing that costs more than there is.
    pub insufficient_credits: InsufficientCredits,
    /// Whether a SEND in test mode is charged (MODE-02).
    pub test_mode_charges: bool,
    /// What becomes of SENDs and messages that are not to go the usual way; the first that fits.
    pub scripts: Arc<[Script]>,
    /// Which replies are hurt on their way; the first that strikes.
    pub faults: Arc<[Fault]>,
    /// The serial that the next script or fault gets.
    pub next_serial: u64,
    /// How many rows a delivery report may have (STATUS-10).
    pub max_rows: usize,
    /// The seed of what scripts and faults draw.
    pub seed: u64,
}

/// The revision of the protocol (REPLY-07).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revision {
    /// The vendor's document, as it is.
    Documented,
    /// With amounts, currencies and two more codes.
    Extended,
}

/// What happens to a mailing that costs more than there is (MONEY-04).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InsufficientCredits {
    /// It is refused whole.
    Refuse,
    /// Recipients are served in document order while the balance lasts.
    Partial,
}

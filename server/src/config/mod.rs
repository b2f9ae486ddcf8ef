//! What the gateway is set to: read from one YAML file, checked once, and then a value that cannot be wrong.
//! Not for the command line, which is in `cli`.

pub mod edit;
mod error;
pub mod fault;
mod file;
mod locate;
mod mask;
mod scalar;
pub mod script;
mod words;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use error::ConfigError;
pub(crate) use file::DEFAULT_CREDIT_PRICE;
pub use file::{ModeKey, schema};
pub use scalar::{Amount, Exact, Scalar};

use crate::gateway::account::Profile;
use crate::gateway::messages::Capacity;
use crate::gateway::money::Credits;
use crate::gateway::rules::Rules;
use crate::gateway::timeline::Timeline;
use crate::http::Limits;
use crate::world::AutoAccounts;

/// A configuration, complete and checked.
#[derive(Debug)]
pub struct Config {
    /// What holds for every account.
    pub rules: Rules,
    /// The accounts, and what they begin with.
    pub accounts: Vec<(Arc<Profile>, Credits)>,
    /// Which accounts open themselves.
    pub auto_accounts: Option<AutoAccounts>,
    /// How much an account keeps.
    pub capacity: Capacity,
    /// The zone of dates in replies.
    pub zone: TimeZone,
    /// What a request may take.
    pub limits: Limits,
    /// Where the clock stands at the beginning; `None`: it goes with the machine's.
    pub clock: Option<Timestamp>,
    /// How many bytes of requests each space keeps.
    pub journal_bytes: usize,
    /// Whether the control API hides numbers but for their last four digits.
    pub mask_numbers: bool,
    /// Whether the control API changes nothing.
    pub read_only: bool,
    /// How many tariffs there are; for people.
    pub tariff_count: usize,
}

impl Config {
    /// Reads a configuration file.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let bytes = std::fs::read(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::from_bytes(&bytes, &path.display().to_string())
    }

    /// Reads a configuration from the bytes of a file; `name` is what errors call it.
    pub fn from_bytes(bytes: &[u8], name: &str) -> Result<Self, ConfigError> {
        Self::parse(error::utf8(bytes, name)?, name)
    }

    /// Reads a configuration from text; `name` is what errors call it.
    pub fn parse(text: &str, name: &str) -> Result<Self, ConfigError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        file::read(text).map_err(|fault| fault.into_error(text, name))
    }

    /// What is legal, and perhaps not meant.
    pub fn notes(&self) -> Vec<&'static str> {
        let mut notes = Vec::new();
        if self.tariff_count == 0 {
            notes.push("no tariff: every number ends as NOT_ALLOWED");
        }
        if Timeline::new([]).is_ok_and(|empty| empty == *self.rules.timeline) {
            notes.push("no step of delivery: messages wait for ever");
        }
        notes
    }
}

/// No file at all: the account `demo`, 100 credits, one credit a part everywhere.
impl Default for Config {
    fn default() -> Self {
        file::File::default().into_config_or_default()
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body: 16 * 1024 * 1024,
            max_head: 64 * 1024,
            head_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(60),
            max_under_way: 256 * 1024 * 1024,
            write_timeout: Duration::from_secs(30),
            wait_timeout: Duration::from_secs(60),
            max_connections: 10_000,
            max_depth: 64,
            drain_timeout: Duration::from_secs(10),
        }
    }
}

impl Default for Capacity {
    fn default() -> Self {
        Self {
            messages: 200_000,
            bytes: 64 * 1024 * 1024,
        }
    }
}

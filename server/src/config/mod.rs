//! What the gateway is set to: read from one YAML file, checked once, and then a value that cannot be wrong.
//! Not for the command line, which is in `cli`.

mod error;
mod file;
mod locate;
mod scalar;
pub mod script;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use error::ConfigError;
pub(crate) use file::DEFAULT_CREDIT_PRICE;
pub use file::{ModeKey, schema};
pub use scalar::{Exact, Scalar};

use crate::gateway::account::Profile;
use crate::gateway::messages::Capacity;
use crate::gateway::money::Credits;
use crate::gateway::rules::Rules;
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
}

impl Config {
    /// Reads a configuration file.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text, &path.display().to_string())
    }

    /// Reads a configuration from text; `name` is what errors call it.
    pub fn parse(text: &str, name: &str) -> Result<Self, ConfigError> {
        file::read(text).map_err(|fault| fault.into_error(text, name))
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
            write_timeout: Duration::from_secs(30),
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

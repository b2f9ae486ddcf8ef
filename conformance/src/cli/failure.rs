//! Why a command could not do its work, and how it ends then.

use std::io;
use std::path::PathBuf;

use super::Exit;
use crate::check::snapshot::SnapshotError;
use crate::clause::RegistryError;
use crate::client::conn::ExchangeError;
use crate::exercise::run::RunError;
use crate::observe::record::RecordError;
use crate::profile::ProfileError;
use crate::scenario::source::SourceError;
use crate::scenario::suite::SuiteError;
use crate::stand_in::StartError;
use crate::target::TargetError;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The endpoint may be the real gateway.
    #[error(
        "{0} is not on this machine, and the real gateway sends real messages for real money; add --live if you mean it"
    )]
    NotLoopback(String),
    /// The arguments do not go together, or one is missing.
    #[error("{0}")]
    Usage(String),
    /// A name that no case has.
    #[error("no scenario is called {name}{}; `list` names them all", did_you_mean(nearest.as_deref()))]
    NoSuchCase {
        /// The name.
        name: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// No case is left.
    #[error("nothing is selected: no scenario fits --only and --grade")]
    NothingSelected,
    /// A file is wrong, or cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A target file is wrong.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The suite cannot be read.
    #[error(transparent)]
    Suite(#[from] SuiteError),
    /// The registry is wrong; a fault of this program.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A profile cannot be read.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A snapshot cannot be read, written or removed.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// There is no reply.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// A client cannot be run, or not to its end.
    #[error(transparent)]
    Client(#[from] RunError),
    /// Somebody stopped the run.
    #[error("interrupted; the client was killed")]
    Interrupted,
    /// The registry of rules is wrong; a fault of this program.
    #[error("fixtures/findings.yaml cannot be read: {0}")]
    Rules(serde_yaml::Error),
    /// An exercise was named where endpoints are judged.
    #[error("{0} is an exercise for clients; the command `client` plays it")]
    ForClients(String),
    /// Generated cases could not be played.
    #[error("{0}")]
    Fuzz(String),
    /// The kit cannot stand in the gateway's place.
    #[error(transparent)]
    Listen(#[from] StartError),
    /// What was observed cannot be recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The runtime does not start.
    #[error("cannot start the network runtime: {0}")]
    Runtime(io::Error),
    /// A report cannot be begun, or a baseline cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The result cannot be shown.
    #[error("cannot write the result: {0}")]
    Output(#[from] io::Error),
    /// The result cannot be put into JSON.
    #[error("cannot write the result as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The result cannot be put into YAML.
    #[error("cannot write the result as YAML: {0}")]
    Yaml(#[from] serde_yaml::Error),
}

impl Failure {
    /// How to end after it.
    pub fn exit(&self) -> Exit {
        match self {
            Self::NotLoopback(_)
            | Self::Usage(_)
            | Self::Source(_)
            | Self::Target(_)
            | Self::Suite(_)
            | Self::Profile(_)
            | Self::Snapshot(
                SnapshotError::Read { .. }
                | SnapshotError::Folder { .. }
                | SnapshotError::NotPending { .. },
            )
            | Self::Report { .. } => Exit::Usage,
            Self::NoSuchCase { .. } | Self::NothingSelected | Self::ForClients(_) => Exit::Nothing,
            Self::Registry(_)
            | Self::Snapshot(SnapshotError::Change { .. } | SnapshotError::Dialogue(_))
            | Self::Exchange(_)
            | Self::Client(_)
            | Self::Interrupted
            | Self::Fuzz(_)
            | Self::Listen(_)
            | Self::Record(_)
            | Self::Rules(_)
            | Self::Runtime(_)
            | Self::Output(_)
            | Self::Json(_)
            | Self::Yaml(_) => Exit::Unreachable,
        }
    }

    /// What stands on the screen. An excerpt says by itself that it is an error.
    pub fn screen(&self) -> String {
        let text = self.to_string();
        if text.starts_with("error: ") {
            text
        } else {
            format!("error: {text}")
        }
    }
}

pub(super) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"))
}

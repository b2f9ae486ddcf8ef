//! The configuration file, read again while the server runs: on SIGHUP, when the control API is asked to, and when the
//! file changes ([`watch`]). A right one takes effect in every space; a wrong one changes nothing, and is reported.
//!
//! Not for what an edit means ([`Edit`]), nor for what it does to a space ([`Space::adopt`](crate::space::Space::adopt)).

pub mod watch;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::config::edit::Edit;
use crate::config::{Config, ConfigError};
use crate::space::news::Notice;
use crate::space::spaces::Spaces;

/// Where the configuration came from, and what became of reading it again.
#[derive(Debug)]
pub struct Configuration {
    source: Option<Source>,
    /// Held for the whole of a reload: there is one at a time.
    state: Mutex<State>,
}

#[derive(Debug)]
struct Source {
    file: PathBuf,
    /// The seed is no key of the file.
    seed: u64,
}

#[derive(Debug)]
struct State {
    /// What was read last, right or wrong.
    read: Content,
    standing: Standing,
}

/// The bytes of the file, or why they could not be read.
type Content = Result<Vec<u8>, String>;

/// How the configuration stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which configuration since the start is in force, from 1.
    pub generation: u64,
    /// How many times the file was read again and was right.
    pub reloads: u64,
    /// How many times it was wrong.
    pub failures: u64,
    /// What is wrong with the file, if what was read last is not in force.
    pub error: Option<Failure>,
}

/// Why the file is read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// It changed.
    Change,
    /// A signal.
    Hangup,
    /// The control API.
    Call,
}

/// A configuration that was read again.
#[derive(Debug)]
pub struct Reloaded {
    /// Which configuration is in force.
    pub generation: u64,
    /// What it changed; perhaps nothing.
    pub edit: Edit,
}

/// A configuration that cannot be used. The one before stays in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The file.
    pub file: String,
    /// Line and column, from 1, if they are known.
    pub place: Option<(usize, usize)>,
    /// What is wrong.
    pub reason: String,
    /// The same as at the start: with the line, and what to do.
    pub screen: String,
}

/// Why nothing was reloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotReloaded {
    /// There is no file.
    NoFile,
    /// The file is wrong.
    Wrong(Failure),
}

impl Configuration {
    /// A configuration that did not come from a file.
    pub fn built_in() -> Self {
        Self::new(None, Ok(Vec::new()))
    }

    /// Reads a configuration from a file, and remembers how to do so again.
    pub fn load(file: &Path, seed: u64) -> Result<(Config, Self), ConfigError> {
        let bytes = std::fs::read(file).map_err(|source| ConfigError::Unreadable {
            path: file.to_owned(),
            source,
        })?;
        let source = Source {
            file: file.to_owned(),
            seed,
        };
        let config = source.config(&bytes)?;
        Ok((config, Self::new(Some(source), Ok(bytes))))
    }

    fn new(source: Option<Source>, read: Content) -> Self {
        let standing = Standing {
            generation: 1,
            reloads: 0,
            failures: 0,
            error: None,
        };
        Self {
            source,
            state: Mutex::new(State { read, standing }),
        }
    }

    /// The file.
    pub fn file(&self) -> Option<&Path> {
        self.source.as_ref().map(|source| source.file.as_path())
    }

    /// How the configuration stands.
    pub fn standing(&self) -> Standing {
        self.state().standing.clone()
    }

    /// Reads the file again, now. Whoever asks has finished writing it.
    pub fn reload(&self, spaces: &Spaces, cause: Cause) -> Result<Reloaded, NotReloaded> {
        let source = self.source.as_ref().ok_or(NotReloaded::NoFile)?;
        let mut state = self.state();
        let read = source.content();
        source
            .take(&mut state, read, spaces, cause)
            .map_err(NotReloaded::Wrong)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Source {
    fn content(&self) -> Content {
        // A pipe has been read to its end at the start; another look could wait for ever.
        let is_plain = std::fs::metadata(&self.file).map(|found| found.is_file());
        match is_plain {
            Ok(false) => Err("it is no plain file, so it was read once, at the start".to_owned()),
            Ok(true) => std::fs::read(&self.file).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn name(&self) -> String {
        self.file.display().to_string()
    }

    fn config(&self, bytes: &[u8]) -> Result<Config, ConfigError> {
        let mut config = Config::from_bytes(bytes, &self.name())?;
        config.rules.seed = self.seed;
        Ok(config)
    }

    /// Takes what was read, or says what is wrong with it.
    fn take(
        &self,
        state: &mut State,
        read: Content,
        spaces: &Spaces,
        cause: Cause,
    ) -> Result<Reloaded, Failure> {
        let is_known = state.read == read;
        // Whoever sends a signal sees nothing but the log; what the control API says need not be said twice.
        let is_told = !is_known || cause == Cause::Hangup;
        let config = self.checked(&read);
        state.read = read;
        let config = match config {
            Ok(config) => config,
            Err(failure) => {
                state.standing.failures += 1;
                if is_told {
                    tracing::error!(
                        %cause,
                        generation = state.standing.generation,
                        "the configuration was not reloaded, and the one before stays in force\n{}",
                        failure.screen
                    );
                }
                state.standing.error = Some(failure.clone());
                if !is_known {
                    spaces.tell(&Notice::Configuration);
                }
                return Err(failure);
            }
        };
        for note in config.notes() {
            tracing::warn!("{}: {note}", self.name());
        }
        let edit = spaces.adopt(config);
        let standing = &mut state.standing;
        standing.reloads += 1;
        if standing.error.take().is_some() && edit.is_empty() {
            spaces.tell(&Notice::Configuration);
        }
        if !edit.is_empty() {
            standing.generation += 1;
        }
        let generation = standing.generation;
        if is_told {
            tracing::info!(%cause, generation, changed = %edit, "the configuration was reloaded");
        }
        Ok(Reloaded { generation, edit })
    }

    fn checked(&self, read: &Content) -> Result<Config, Failure> {
        let unreadable = |reason: String| Failure {
            screen: format!("the configuration {}: {reason}", self.name()),
            file: self.name(),
            place: None,
            reason,
        };
        let bytes = match read {
            Ok(bytes) => bytes,
            Err(reason) => return Err(unreadable(format!("it cannot be read: {reason}"))),
        };
        // At the start that is no configuration at all. Now it is a file that somebody is about to write.
        if bytes.trim_ascii().is_empty() {
            let reason = "it is empty; to go back to the defaults, write a comment into it";
            return Err(unreadable(reason.to_owned()));
        }
        self.config(bytes).map_err(|error| match error {
            ConfigError::Wrong(report) => Failure {
                screen: report.to_string(),
                file: report.name,
                place: report.place,
                reason: report.reason,
            },
            ConfigError::Unreadable { .. } | ConfigError::NotUtf8 { .. } => Failure {
                screen: error.to_string(),
                ..unreadable(error.to_string())
            },
        })
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Change => "the file changed",
            Self::Hangup => "SIGHUP",
            Self::Call => "POST reload",
        })
    }
}

/// `mock.yaml:3:5: …`.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

//! The properties in somebody's `cargo test`: generated cases against an endpoint of their own, and the smallest one that
//! fails in the panic's message.
//!
//! ```no_run
//! use epochta_conformance::operation::Credentials;
//! use epochta_conformance::password::Password;
//! use epochta_conformance::target::Target;
//!
//! let main = Credentials {
//!     username: "demo".to_owned(),
//!     password: Password::new("demo"),
//! };
//! let url = "http://127.0.0.1:8620/members/sms/xml.php".parse().unwrap();
//! let target = Target::simple(url, Some(main));
//! epochta_conformance::properties(&target).cases(256).check();
//! ```

use std::fmt::Write as _;

use super::draw::Seed;
use super::engine::{Engine, EngineError, Note, Plan};
use super::failure::Failure;
use crate::clause::{Registry, RegistryError};
use crate::property;
use crate::run::runner::Options;
use crate::target::Target;

/// What will be checked.
#[derive(Clone, Debug)]
pub struct Properties {
    target: Target,
    cases: u64,
    seed: Seed,
    only: Vec<String>,
}

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The registry is wrong; a fault of this library.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A case could not be played.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The runtime does not start.
    #[error("cannot start the network runtime: {0}")]
    Runtime(#[from] std::io::Error),
    /// There is no such property, or the target cannot be asked any.
    #[error("no property is left to check; `epochta-conformance fuzz --list` names them")]
    Nothing,
}

/// Checks every property that the target can be asked.
pub fn properties(target: &Target) -> Properties {
    Properties {
        target: target.clone(),
        cases: 256,
        seed: Seed(0),
        only: Vec::new(),
    }
}

impl Properties {
    /// How many cases: 256 if not said.
    #[must_use]
    pub fn cases(mut self, cases: u64) -> Self {
        self.cases = cases;
        self
    }

    /// What they are drawn from: 0 if not said, so that a test is the same every time.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Seed(seed);
        self
    }

    /// Only this property; say it again for more.
    #[must_use]
    pub fn only(mut self, property: &str) -> Self {
        self.only.push(property.to_owned());
        self
    }

    /// Plays the cases.
    ///
    /// # Panics
    ///
    /// If one does not hold, with the smallest such case as a scenario, or if one could not be played.
    #[expect(clippy::panic, reason = "this is for tests, which fail so")]
    #[track_caller]
    pub fn check(self) {
        match self.failures() {
            Ok(failures) => {
                if let Some((failure, text)) = failures.first() {
                    panic!(
                        "{} does not hold ({} in all):\n{text}",
                        failure.property.name,
                        failures.len()
                    );
                }
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Plays the cases; gives those that do not hold, each as small as it could be made, with its text for a person.
    pub fn failures(self) -> Result<Vec<(Failure, String)>, CheckError> {
        // On a thread of its own, so that it may be called inside of a runtime.
        let played = std::thread::scope(|scope| scope.spawn(|| self.play()).join());
        played.unwrap_or(Err(CheckError::Nothing))
    }

    fn play(&self) -> Result<Vec<(Failure, String)>, CheckError> {
        let registry = Registry::built_in()?;
        let chosen: Vec<_> = property::all()
            .iter()
            .filter(|property| {
                self.only.is_empty() || self.only.iter().any(|name| name == property.name)
            })
            .copied()
            .collect();
        let engine = Engine::new(
            self.target.clone(),
            Options::many(),
            &chosen,
            registry.clone(),
        );
        if engine.is_idle() {
            return Err(CheckError::Nothing);
        }
        let plan = Plan {
            seed: self.seed,
            first: 0,
            cases: self.cases,
            time: None,
            max_failures: 1,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let mut failures = Vec::new();
        let (_, played) =
            runtime.block_on(engine.run(&plan, std::future::pending(), &mut |note| {
                if let Note::Failed(failure) = note {
                    failures.push(failure.clone());
                }
            }));
        played?;
        Ok(failures
            .into_iter()
            .map(|failure| {
                let text = told(&failure, &registry);
                (failure, text)
            })
            .collect())
    }
}

fn told(failure: &Failure, registry: &Registry) -> String {
    let mut text = String::new();
    for check in failure.failed() {
        // Writing to a string cannot fail.
        _ = writeln!(text, "{check}");
    }
    text.push_str(&failure.text(registry).unwrap_or_default());
    text
}

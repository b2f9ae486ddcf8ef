//! Which scenarios are meant, and whom they are played against: the arguments that several commands share.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::Failure;
use super::values::duration;
use crate::clause::{Grade, Registry};
use crate::client::conn::Patience;
use crate::client::endpoint::Endpoint;
use crate::exercise::generated::SUBJECTS;
use crate::finding::cases;
use crate::finding::rule::Rules;
use crate::operation::Credentials;
use crate::password::Password;
use crate::run::plan::{Case, Selection};
use crate::scenario::loaded::Loaded;
use crate::scenario::select::{Names, Selector};
use crate::scenario::source::Source;
use crate::scenario::suite;
use crate::target::Target;

/// Which scenarios.
#[derive(Args, Debug)]
pub struct SuiteArgs {
    /// Scenario files, or folders with some, instead of the suite that is built in.
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Only these: a clause (SEND-03, SEND), a tag, an id (send/SEND-03-charge) or the beginning of one (send/);
    /// repeat it for more.
    #[arg(long, value_name = "NAME", help_heading = "Selection")]
    pub(super) only: Vec<String>,
    /// Only what is demanded by a source of this grade, or a stronger one.
    #[arg(long, value_enum, help_heading = "Selection")]
    pub(super) grade: Option<Grade>,
}

/// Whom to ask, and how patiently.
#[derive(Args, Debug)]
pub struct TargetArgs {
    /// A target file: URL, accounts, numbers, tariffs.
    #[arg(long, value_name = "FILE", help_heading = "Target")]
    pub(super) target: Option<PathBuf>,
    /// The URL of the gateway, in the place of the target file's; without a target file also from EPOCHTA_URL.
    #[arg(long, help_heading = "Target")]
    pub(super) url: Option<Endpoint>,
    /// The login of the account main, in real mode.
    #[arg(
        long,
        env = "EPOCHTA_USERNAME",
        hide_env_values = true,
        help_heading = "Target"
    )]
    pub(super) username: Option<String>,
    /// Its password; better in the environment, where `ps` does not show it.
    #[arg(
        long,
        env = "EPOCHTA_PASSWORD",
        hide_env_values = true,
        help_heading = "Target"
    )]
    pub(super) password: Option<Password>,
    /// How long to wait for a whole reply: 30s, 500ms.
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration, help_heading = "Target")]
    pub(super) timeout: Duration,
    /// How long to wait for a connection.
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = duration, help_heading = "Target")]
    pub(super) connect_timeout: Duration,
}

impl TargetArgs {
    /// The options that name the same target once more; what comes from the environment stays there.
    pub(super) fn again(&self) -> String {
        let target = self.target.as_ref();
        let target =
            target.map_or_else(String::new, |path| format!(" --target {}", path.display()));
        let url = self.url.as_ref();
        let url = url.map_or_else(String::new, |url| format!(" --url {url}"));
        let username = self.username.as_ref();
        let username = username.map_or_else(String::new, |name| format!(" --username {name}"));
        format!("{target}{url}{username}")
    }
}

impl SuiteArgs {
    /// The scenarios that were named, or the suite.
    pub(super) fn scenarios(&self, registry: &Registry) -> Result<Vec<Loaded>, Failure> {
        Ok(if self.paths.is_empty() {
            suite::built_in(registry)?
        } else {
            suite::from_paths(&self.paths, registry)?
        })
    }

    /// The cases for endpoints that are wanted. Names that fit none are an error, which names the nearest.
    pub(super) fn cases(&self, registry: &Registry) -> Result<Vec<Case>, Failure> {
        self.all(registry, Audience::Endpoints)
    }

    /// The same, of exercises for clients.
    pub(super) fn exercises(&self, registry: &Registry) -> Result<Vec<Case>, Failure> {
        self.all(registry, Audience::Clients)
    }

    /// All of them, for whomever they are.
    pub(super) fn everything(&self, registry: &Registry) -> Result<Vec<Case>, Failure> {
        self.all(registry, Audience::Anybody)
    }

    /// What `--only` says.
    pub(super) fn selectors(&self) -> Vec<Selector> {
        self.only.iter().map(|only| Selector::new(only)).collect()
    }

    fn all(&self, registry: &Registry, audience: Audience) -> Result<Vec<Case>, Failure> {
        let scenarios = self.scenarios(registry)?.into_iter().map(Arc::new);
        let (cases, others): (Vec<Case>, Vec<Case>) = scenarios
            .flat_map(Case::of)
            .partition(|case| audience.is_asked(case));
        let selection = Selection {
            only: self.selectors(),
            grade: self.grade,
        };
        for selector in &selection.only {
            if cases.iter().any(|case| selector.fits(case.names())) {
                continue;
            }
            match (
                audience,
                others.iter().find(|case| selector.fits(case.names())),
            ) {
                (Audience::Endpoints, Some(other)) => {
                    return Err(Failure::ForClients(other.loaded.id.clone()));
                }
                // A rule of requests has its case too, which is no scenario.
                (Audience::Clients, _) if is_of_a_rule(selector) => {}
                (Audience::Endpoints | Audience::Clients | Audience::Anybody, _) => {
                    return Err(Failure::NoSuchCase {
                        name: selector.to_string(),
                        nearest: selector.nearest(cases.iter().map(Case::names)),
                    });
                }
            }
        }
        let mut cases = cases;
        cases.retain(|case| selection.wants(case));
        if cases.is_empty() {
            return Err(Failure::NothingSelected);
        }
        Ok(cases)
    }
}

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Audience {
    Endpoints,
    Clients,
    Anybody,
}

impl Audience {
    fn is_asked(self, case: &Case) -> bool {
        let scenario = &case.loaded.scenario;
        match self {
            Self::Endpoints => !scenario.is_for_clients_only(),
            Self::Clients => scenario.client.is_some(),
            Self::Anybody => true,
        }
    }
}

/// Whether a selector names a rule, or a clause that rules are about.
fn is_of_a_rule(selector: &Selector) -> bool {
    let rules = Rules::built_in();
    let generated = SUBJECTS.iter().any(|subject| {
        selector.fits(Names {
            id: subject.id(),
            clauses: &[],
            tags: &[],
        })
    });
    generated
        || rules.iter().flat_map(Rules::iter).any(|rule| {
            selector.fits(Names {
                id: &cases::id(rule),
                clauses: std::slice::from_ref(&rule.clause),
                tags: &[],
            })
        })
}

impl TargetArgs {
    /// The target that is meant.
    pub(super) fn target(&self) -> Result<Target, Failure> {
        let account = || match (&self.username, &self.password) {
            (Some(username), Some(password)) => Ok(Some(Credentials {
                username: username.clone(),
                password: password.clone(),
            })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(Failure::Usage(
                "--username needs a password; set EPOCHTA_PASSWORD, or give --password".to_owned(),
            )),
            (None, Some(_)) => Err(Failure::Usage(
                "--password needs a login; give --username, or set EPOCHTA_USERNAME".to_owned(),
            )),
        };
        if let Some(path) = &self.target {
            let mut target = read_target(path)?;
            if let Some(url) = &self.url {
                target.endpoint = url.clone();
            }
            return Ok(target);
        }
        let url = match (&self.url, std::env::var("EPOCHTA_URL")) {
            (Some(url), _) => url.clone(),
            (None, Ok(url)) => url
                .parse()
                .map_err(|error| Failure::Usage(format!("EPOCHTA_URL: {error}")))?,
            (None, Err(_)) => {
                return Err(Failure::Usage(
                    "whom to ask is missing; give --target FILE, or --url URL with --username and a password in \
                     EPOCHTA_PASSWORD"
                        .to_owned(),
                ));
            }
        };
        Ok(Target::simple(url, account()?))
    }

    /// How long to wait.
    pub(super) fn patience(&self) -> Patience {
        Patience {
            connect: self.connect_timeout,
            whole: self.timeout,
        }
    }
}

/// Reads a target file; passwords may come from the environment.
pub(super) fn read_target(path: &std::path::Path) -> Result<Target, Failure> {
    let source = Source::read(path)?;
    Ok(Target::read(&source, &|name| std::env::var(name).ok())?)
}

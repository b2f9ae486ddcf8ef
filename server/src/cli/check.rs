//! `check FILE…`: whether configurations can be used, what they say, and if not, where they are wrong.
//! Passwords are not told.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::banner;
use crate::config::{Config, ConfigError};
use crate::gateway::rules::Revision;

pub(super) fn run(files: &[PathBuf]) -> ExitCode {
    let mut all_right = true;
    for file in files {
        let is_stdin = file.as_os_str() == "-";
        let read = if is_stdin {
            from_stdin()
        } else {
            Config::load(file)
        };
        match read {
            Ok(config) => {
                let name = if is_stdin {
                    "stdin".to_owned()
                } else {
                    file.display().to_string()
                };
                super::say(&format!("{name}: ok\n{}", Summary(&config)));
            }
            Err(error) => {
                super::complain(&error.to_string());
                all_right = false;
            }
        }
    }
    if all_right {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    }
}

fn from_stdin() -> Result<Config, ConfigError> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|source| ConfigError::Unreadable {
            path: Path::new("stdin").to_owned(),
            source,
        })?;
    Config::from_bytes(&bytes, "stdin")
}

/// What a configuration says.
struct Summary<'a>(&'a Config);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = self.0;
        let revision = match config.rules.revision {
            Revision::Documented => "documented",
            Revision::Extended => "extended",
        };
        writeln!(out, "  revision  {revision}")?;
        for (profile, credits) in &config.accounts {
            let account = banner::Account {
                profile,
                credits: *credits,
            };
            writeln!(out, "  account   {account}")?;
        }
        if let Some(auto) = &config.auto_accounts {
            writeln!(out, "  opens     {}", banner::Opens(auto))?;
        }
        writeln!(out, "  tariffs   {}", config.tariff_count)?;
        let scripts: Vec<&str> = config
            .rules
            .scripts
            .iter()
            .map(|script| &*script.name)
            .collect();
        if scripts.is_empty() {
            writeln!(out, "  scripts   none")?;
        } else {
            writeln!(out, "  scripts   {}: {}", scripts.len(), scripts.join(", "))?;
        }
        if !config.rules.faults.is_empty() {
            let faults: Vec<&str> = config
                .rules
                .faults
                .iter()
                .map(|fault| &*fault.name)
                .collect();
            writeln!(out, "  faults    {}: {}", faults.len(), faults.join(", "))?;
        }
        for note in config.notes() {
            writeln!(out, "  note: {note}")?;
        }
        Ok(())
    }
}

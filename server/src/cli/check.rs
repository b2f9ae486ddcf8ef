//! `check FILE`: whether a configuration can be used, and if not, where it is wrong.

use std::path::Path;
use std::process::ExitCode;

use crate::config::Config;

pub(super) fn run(file: &Path) -> ExitCode {
    match Config::load(file) {
        Ok(config) => {
            let accounts = config.accounts.len();
            let noun = if accounts == 1 { "account" } else { "accounts" };
            super::say(&format!("{}: ok, {accounts} {noun}\n", file.display()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            super::complain(&error.to_string());
            ExitCode::from(2)
        }
    }
}

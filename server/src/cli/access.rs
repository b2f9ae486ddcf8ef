//! Who may use the control API, as the command line and the environment say. The token is never an argument: those
//! are in the list of processes, for everybody on the machine to read.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context;

use super::ServeArgs;
use crate::control::access::Access;

/// The environment variable that gives the token.
const TOKEN: &str = "EPOCHTA_MOCK_TOKEN";

/// Who may use the control API at this address, and the token if it was made here: it is told once.
pub(super) fn access(
    args: &ServeArgs,
    address: SocketAddr,
) -> anyhow::Result<(Access, Option<String>)> {
    let given = match &args.token_file {
        Some(file) => Some(from_file(file)?),
        None => match std::env::var(TOKEN) {
            Ok(token) if token.is_empty() => None,
            Ok(token) => Some(some(token, TOKEN)?),
            Err(std::env::VarError::NotPresent) => None,
            Err(std::env::VarError::NotUnicode(_)) => {
                anyhow::bail!("{TOKEN} is no text in UTF-8")
            }
        },
    };
    let (access, made) = match given {
        Some(token) => (Access::with_token(token), None),
        None if address.ip().is_loopback() => (Access::local(), None),
        None => {
            let token = made()?;
            (Access::with_token(token.clone()), Some(token))
        }
    };
    Ok((access.called(&args.allow_host), made))
}

fn from_file(file: &Path) -> anyhow::Result<String> {
    let name = file.display();
    let token = std::fs::read_to_string(file)
        .with_context(|| format!("the token cannot be read from {name}"))?;
    some(token, &name.to_string())
}

/// A token that is there, and that a header can show.
fn some(token: String, from: &str) -> anyhow::Result<String> {
    let token = token.trim();
    anyhow::ensure!(
        !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()),
        "the token in {from} cannot be one: write one word of letters, digits and signs of ASCII"
    );
    Ok(token.to_owned())
}

fn made() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow::anyhow!("no token could be made: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    /// Whether a token was made, and what the access is, at an address.
    #[track_caller]
    fn check(address: &str, demands: bool) {
        let args = Cli::parse_from(["epochta-mock"]).serve;
        let (access, made) = access(&args, address.parse().unwrap()).unwrap();
        assert_eq!(
            made.is_some_and(|token| token.len() == 32),
            demands,
            "{address}"
        );
        let shown = format!("{access:?}");
        assert_eq!(
            shown,
            if demands {
                "Access(token)"
            } else {
                "Access(local)"
            }
        );
    }

    #[test]
    fn beyond_loopback_a_token_is_demanded() {
        for address in ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1"] {
            check(address, false);
        }
        for address in ["0.0.0.0:1", "[::]:1", "192.0.2.1:1", "[2001:db8::1]:1"] {
            check(address, true);
        }
    }
}

//! The log: one line a request to stderr, as text or JSON. Not for what is in the lines.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use super::lines::{self, Rest};

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

/// Starts the log, or says what is wrong with the level. What is left of it is written when the rest goes.
pub(super) fn start(level: &str, format: Format) -> Result<Rest, String> {
    let filter = EnvFilter::builder()
        .parse(level)
        .map_err(|error| format!("--log {level}: {error}; use off, error, warn, info or debug"))?;
    let (lines, rest) = lines::to_stderr();
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(lines)
        .log_internal_errors(false)
        .with_target(false);
    match format {
        Format::Text => log.with_ansi(io::stderr().is_terminal()).init(),
        Format::Json => log.json().flatten_event(true).init(),
    }
    Ok(rest)
}

//! The log: one line a request to stderr, as text or JSON. Not for what is in the lines.

use std::io::{self, IsTerminal};

use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

/// Starts the log, or says what is wrong with the level. What is left of it is written when the guard goes.
pub(super) fn start(level: &str, format: Format) -> Result<WorkerGuard, String> {
    let filter = EnvFilter::builder()
        .parse(level)
        .map_err(|error| format!("--log {level}: {error}; use off, error, warn, info or debug"))?;
    // A pipe that nobody reads, or that is closed, must not stop the gateway: lines are dropped then.
    let (writer, guard) = tracing_appender::non_blocking(io::stderr());
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .log_internal_errors(false)
        .with_target(false);
    match format {
        Format::Text => log.with_ansi(io::stderr().is_terminal()).init(),
        Format::Json => log.json().flatten_event(true).init(),
    }
    Ok(guard)
}

//! The command line: what can be asked of the binary, and the exit codes.
//!
//! Not for the work itself: [`serve`], [`check`] and [`health`] do it.

mod access;
mod banner;
mod check;
mod health;
mod lines;
mod log;
mod outcomes;
mod serve;

use std::io::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::FalseyValueParser;
use clap::{Args, CommandFactory, Parser, Subcommand};

const AFTER_HELP: &str = "\
Exit codes: 0 done; 1 it could not be done, and stderr says why; 2 wrong usage or a wrong configuration.
Environment: EPOCHTA_MOCK_LISTEN, _CONFIG, _LOG, _READ_ONLY, _ALLOW_HOST and _TOKEN_FILE stand for the options of these
names; EPOCHTA_MOCK_TOKEN is the token of the control API. No option takes a secret: arguments can be read by everybody on the
machine (ps). Passwords are in the configuration file, the token is in the environment or in the file of --token-file.

Examples:
  epochta-mock                                     account demo / demo on 127.0.0.1:8620
  epochta-mock --config ci.yaml --listen 127.0.0.1:0 --port-file mock.port
  epochta-mock check ci.yaml";

/// A mock of the ePochta SMS XML gateway (API 2.0): clients change nothing but host and port.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, after_help = AFTER_HELP)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the gateway until SIGTERM or Ctrl-C (what happens without a command, too)
    Serve(ServeArgs),
    /// Check configuration files without starting, and tell what they say
    Check {
        /// The files; - is stdin
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Ask a running mock whether it answers; for container probes
    Health {
        /// Its address: 127.0.0.1:8620, or a whole URL that begins with http://
        #[arg(default_value = "127.0.0.1:8620", env = "EPOCHTA_MOCK_LISTEN")]
        url: String,
    },
    /// List the magic numbers: what becomes of a message to each
    Outcomes {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the JSON Schema of the configuration file, for editors
    Schema,
    /// Print the OpenAPI document of the control API
    Openapi,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// How to serve.
#[derive(Debug, Args)]
struct ServeArgs {
    /// Address and port; port 0 takes a free one
    #[arg(
        long,
        value_name = "ADDR:PORT",
        default_value = "127.0.0.1:8620",
        env = "EPOCHTA_MOCK_LISTEN",
        value_parser = listen_address
    )]
    listen: String,
    /// Serve the control API at an address of its own
    #[arg(long, value_name = "ADDR:PORT", value_parser = listen_address)]
    admin_listen: Option<String>,
    /// A name by which clients call this machine, besides localhost and the addresses of loopback: the control API
    /// answers nobody who calls it by another, as a web page could; several times, or with commas
    #[arg(
        long,
        value_name = "NAME",
        env = "EPOCHTA_MOCK_ALLOW_HOST",
        value_delimiter = ','
    )]
    allow_host: Vec<String>,
    /// The file with the token that the control API demands, in place of EPOCHTA_MOCK_TOKEN
    #[arg(long, value_name = "FILE", env = "EPOCHTA_MOCK_TOKEN_FILE")]
    token_file: Option<PathBuf>,
    /// Let the control API, and so the page, change nothing: every operation but a GET is refused. The XML interface goes
    /// on, and so do edits of the configuration file
    #[arg(long, env = "EPOCHTA_MOCK_READ_ONLY", value_parser = FalseyValueParser::new())]
    read_only: bool,
    /// Write the port, alone, to this file as soon as the server accepts; it is removed at the start and at the end
    #[arg(long, value_name = "FILE")]
    port_file: Option<PathBuf>,
    /// The configuration file, read again when it changes and on SIGHUP; without it: account demo / demo, 100 credits,
    /// 1 credit a part
    #[arg(long, value_name = "FILE", env = "EPOCHTA_MOCK_CONFIG")]
    config: Option<PathBuf>,
    /// Do not read the configuration file again by itself when it changes; SIGHUP and POST /_mock/reload still do
    #[arg(long)]
    no_reload: bool,
    /// The seed of what is drawn by chance: the stories of scripts with any_of, and faults
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// What is logged to stderr: off, error, warn, info (a line a request), debug
    #[arg(
        long,
        value_name = "LEVEL", value_parser = ["off", "error", "warn", "info", "debug", "trace"],
        default_value = "info",
        env = "EPOCHTA_MOCK_LOG"
    )]
    log: String,
    /// How it is logged
    #[arg(long, value_enum, default_value_t = log::Format::Text)]
    log_format: log::Format,
}

/// Runs the command line.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(args) => serve::run(&args),
        Command::Check { files } => check::run(&files),
        Command::Health { url } => health::run(&url),
        Command::Openapi => {
            say(&format!("{:#}\n", crate::control::openapi::document()));
            ExitCode::SUCCESS
        }
        Command::Outcomes { json } => outcomes::run(json),
        Command::Schema => print_schema(),
        Command::Completions { shell } => print_completions(shell),
    }
}

/// HOST:PORT, before anything is bound.
fn listen_address(text: &str) -> Result<String, String> {
    let is_host = |host: &str| {
        let inside_brackets = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        if let Some(inside) = inside_brackets {
            return inside.parse::<Ipv6Addr>().is_ok();
        }
        if host
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
        {
            return host.parse::<Ipv4Addr>().is_ok();
        }
        host.chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
    };
    match text.rsplit_once(':') {
        Some((host, port)) if is_host(host) && port.parse::<u16>().is_ok() => Ok(text.to_owned()),
        _ => Err("write it as 127.0.0.1:8620 or localhost:0".to_owned()),
    }
}

/// Written to a buffer first: clap_complete panics at a closed pipe.
fn print_completions(shell: clap_complete::Shell) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "epochta-mock", &mut script);
    say(&String::from_utf8_lossy(&script));
    ExitCode::SUCCESS
}

fn print_schema() -> ExitCode {
    say(&format!("{:#}\n", crate::config::schema().to_value()));
    ExitCode::SUCCESS
}

/// Tells stdout; if nobody listens any more, that is no failure.
fn say(text: &str) {
    let mut out = io::stdout().lock();
    drop(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

/// Tells stderr why something could not be done.
fn complain(text: &str) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_address_has_a_host_and_a_port() {
        for right in [
            "127.0.0.1:8620",
            "localhost:0",
            "[::1]:8620",
            "my-host.example:65535",
        ] {
            assert_eq!(listen_address(right).as_deref(), Ok(right));
        }
        for wrong in [
            "",
            "8080",
            ":0",
            "localhost",
            "localhost:",
            "127.0.0.1:99999",
            "127.0.0.1:-1",
            "127.0.0.1:80:90",
            "::1",
            "127.0.0:80",
            "[]:80",
            "http://127.0.0.1:80",
            "my host:80",
        ] {
            assert!(listen_address(wrong).is_err(), "{wrong}");
        }
    }
}

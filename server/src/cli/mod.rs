//! The command line: what can be asked of the binary, and the exit codes.
//!
//! Not for the work itself: [`serve`], [`check`] and [`health`] do it.

mod banner;
mod check;
mod health;
mod log;
mod serve;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};

const AFTER_HELP: &str = "\
Exit codes: 0 done; 1 it could not be done, and stderr says why; 2 wrong usage or a wrong configuration.

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
    /// Check a configuration file without starting
    Check {
        /// The file
        file: PathBuf,
    },
    /// Ask a running mock whether it answers; for container probes
    Health {
        /// Its address
        #[arg(default_value = "http://127.0.0.1:8620/members/sms/xml.php")]
        url: String,
    },
    /// Print the JSON Schema of the configuration file, for editors
    Schema,
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
        env = "EPOCHTA_MOCK_LISTEN"
    )]
    listen: String,
    /// Write the port, alone, to this file as soon as the server accepts
    #[arg(long, value_name = "FILE")]
    port_file: Option<PathBuf>,
    /// The configuration file; without it: account demo / demo, 100 credits, 1 credit a part
    #[arg(long, value_name = "FILE", env = "EPOCHTA_MOCK_CONFIG")]
    config: Option<PathBuf>,
    /// The seed of everything that is drawn by chance (which nothing is, yet)
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// What is logged to stderr: off, error, warn, info (a line a request), debug
    #[arg(
        long,
        value_name = "LEVEL",
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
        Command::Check { file } => check::run(&file),
        Command::Health { url } => health::run(&url),
        Command::Schema => print_schema(),
        Command::Completions { shell } => {
            clap_complete::generate(
                shell,
                &mut Cli::command(),
                "epochta-mock",
                &mut io::stdout(),
            );
            ExitCode::SUCCESS
        }
    }
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

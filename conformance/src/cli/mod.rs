//! The command line: what can be typed, and what is shown.
//!
//! - [`args`]: the arguments, as clap reads them, and the values they stand for.
//! - [`server`]: the command `server`: judges an endpoint; [`suite`]: which scenarios, and whom they are played against.
//! - [`observe`]: the command `observe`: judges a client that others use.
//! - [`client`]: the command `client`: judges a client.
//! - [`reports`]: how a run is told, and what is known beforehand: the options that both share.
//! - [`differ`]: the command `diff`: where two endpoints differ.
//! - [`matrix`]: the command `matrix`: clients side by side; `profile`: the folder that is kept of each.
//! - [`fuzz`]: the commands `fuzz`, `replay`, `promote`: generated cases.
//! - [`list`], [`coverage`], [`check`], [`schema`], [`review`]: about the scenarios themselves.
//! - [`call`]: the command `call`: one request, one reply, one exit code; [`lower`]: the call that its arguments stand
//!   for; [`screen`]: a call as a person reads it, and as a program does; [`warning`]: what will go wrong with it.
//! - [`values`]: the notations of arguments that are ours.
//! - [`failure`]: why a command could not do its work.

pub mod args;
pub mod call;
pub mod check;
pub mod client;
pub mod coverage;
pub mod differ;
pub mod failure;
pub mod fuzz;
pub mod list;
pub mod lower;
pub mod matrix;
pub mod observe;
mod profile;
pub mod reports;
pub mod review;
pub mod schema;
pub mod screen;
pub mod server;
pub mod suite;
pub mod values;
pub mod warning;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use self::args::{Cli, Command};
pub use self::failure::Failure;

/// How the program ends. The numbers are part of the interface: scripts read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It is as it should be; of `call`: the gateway accepted.
    Done,
    /// It is not: a check failed, a baseline is stale, endpoints differ; the gateway answered with an error code.
    Against,
    /// The arguments, or a file that they name, make no sense.
    Usage,
    /// The target does not answer, or the kit could not do its work.
    Unreachable,
    /// Nothing was selected, or nothing could be played.
    Nothing,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Against => 1,
            Exit::Usage => 2,
            Exit::Unreachable => 3,
            Exit::Nothing => 4,
        })
    }
}

/// Does what was typed, and says how to end.
pub fn run(cli: Cli) -> Exit {
    let result = match cli.command {
        Command::Server(args) => server::run(&args),
        Command::Observe(args) => observe::run(&args),
        Command::Client(args) => client::run(&args),
        Command::Diff(args) => differ::run(&args),
        Command::Fuzz(args) => fuzz::fuzz(&args),
        Command::Replay(args) => fuzz::replay(&args),
        Command::Promote(args) => fuzz::promote(&args),
        Command::List(args) => list::run(&args),
        Command::Coverage(args) => coverage::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Review(args) => review::review(&args),
        Command::Accept(args) => review::accept(&args),
        Command::Reject(args) => review::reject(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Matrix(args) => matrix::run(&args),
        Command::Call(args) => call::run(args),
    };
    match result {
        Ok(exit) => exit,
        Err(failure) => {
            // Nothing is left to do if even this cannot be written.
            _ = writeln!(std::io::stderr().lock(), "{}", failure.screen());
            failure.exit()
        }
    }
}

/// What all network work of a command runs on: one thread is enough, and leaves the other cores to the endpoint.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)
}

/// Writes a file that was asked for.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|source| Failure::Report {
        path: path.to_owned(),
        source,
    })
}

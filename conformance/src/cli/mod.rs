//! The command line: what can be typed, and what is shown.
//!
//! - [`args`]: the arguments, as clap reads them, and the values they stand for.
//! - [`call`]: the command `call`: one request, one reply, one exit code.
//! - [`lower`]: the call that the arguments stand for.
//! - [`screen`]: a call as a person reads it, and as a program does.
//! - [`values`]: the notations of arguments that are ours.
//! - [`warning`]: what will go wrong with a call, said before it is made.

pub mod args;
pub mod call;
pub mod lower;
pub mod screen;
pub mod values;
pub mod warning;

use std::io::Write as _;
use std::process::ExitCode;

use self::args::{Cli, Command};

/// How the program ends. The numbers are part of the interface: scripts read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The gateway accepted.
    Accepted,
    /// The gateway answered with an error code, or not as documented.
    Refused,
    /// The arguments make no sense.
    Usage,
    /// There is no reply, or it could not be shown.
    NoReply,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Accepted => 0,
            Exit::Refused => 1,
            Exit::Usage => 2,
            Exit::NoReply => 3,
        })
    }
}

/// Does what was typed, and says how to end.
pub fn run(cli: Cli) -> Exit {
    let result = match cli.command {
        Command::Call(args) => call::run(args),
    };
    match result {
        Ok(exit) => exit,
        Err(failure) => {
            // Nothing is left to do if even this cannot be written.
            _ = writeln!(std::io::stderr().lock(), "error: {failure}");
            failure.exit()
        }
    }
}

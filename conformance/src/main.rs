//! The program `epochta-conformance`: arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser as _;
use epochta_conformance::cli::{self, args::Cli};

fn main() -> ExitCode {
    cli::run(Cli::parse()).into()
}

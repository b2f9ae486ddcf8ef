//! The binary `epochta-mock`: all of it is in the library's [`cli`](epochta_mock::cli).

use std::process::ExitCode;

fn main() -> ExitCode {
    epochta_mock::cli::run()
}

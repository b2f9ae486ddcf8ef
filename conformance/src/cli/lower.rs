//! What the arguments stand for: one [`Call`], complete and free of contradictions, or what to type instead.

use super::args::{CallArgs, CallOperation, MessageArgs};
use crate::client::conn::Patience;
use crate::client::endpoint::Endpoint;
use crate::client::transport::Transport;
use crate::operation::{Credentials, Dialect, Message, Operation};
use crate::xml::style::{Style, TextStyle};

/// A call, ready to be made.
#[derive(Debug)]
pub struct Call {
    /// What to ask.
    pub operation: Operation,
    /// Whom to ask.
    pub endpoint: Endpoint,
    /// Whether whom to ask may be somebody else's machine.
    pub reach: Reach,
    /// Who asks.
    pub credentials: Credentials,
    /// How to spell it.
    pub dialect: Dialect,
    /// How to write it.
    pub style: Style,
    /// How to send it.
    pub transport: Transport,
    /// How long to wait.
    pub patience: Patience,
    /// What to show.
    pub output: Output,
}

/// Which hosts may be contacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// This machine only.
    Loopback,
    /// Any.
    Anywhere,
}

/// What a call shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Request, reply and summary.
    Full,
    /// The summary.
    Summary,
    /// A JSON object.
    Json,
}

/// What is wrong with arguments that are right one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsageError {
    /// Neither a login nor a password.
    #[error(
        "--username <USERNAME> and --password <PASSWORD> are missing; give them, or set EPOCHTA_USERNAME and EPOCHTA_PASSWORD"
    )]
    NoCredentials,
    /// No login.
    #[error("--username <USERNAME> is missing; give it, or set EPOCHTA_USERNAME")]
    NoUsername,
    /// No password.
    #[error("--password <PASSWORD> is missing; set EPOCHTA_PASSWORD, or give it")]
    NoPassword,
    /// Two kinds of output.
    #[error("--quiet cannot be used with --json; leave one of them out")]
    TwoOutputs,
}

impl CallArgs {
    /// The call that was typed.
    pub fn lower(self) -> Result<Call, UsageError> {
        let request = self.request;
        let credentials = match (request.username, request.password) {
            (Some(username), Some(password)) => Credentials { username, password },
            (None, None) => return Err(UsageError::NoCredentials),
            (None, Some(_)) => return Err(UsageError::NoUsername),
            (Some(_), None) => return Err(UsageError::NoPassword),
        };
        Ok(Call {
            operation: self.operation.lower(),
            endpoint: request.url,
            reach: if request.live {
                Reach::Anywhere
            } else {
                Reach::Loopback
            },
            credentials,
            dialect: Dialect {
                authentication: request.spelling,
                id: request.id_spelling,
            },
            style: Style {
                charset: request.charset,
                text: if request.cdata {
                    TextStyle::CData
                } else {
                    TextStyle::Escaped
                },
                ..Style::default()
            },
            transport: request.transport,
            patience: Patience {
                connect: request.connect_timeout,
                whole: request.timeout,
            },
            output: match (request.quiet, request.json) {
                (true, true) => return Err(UsageError::TwoOutputs),
                (false, true) => Output::Json,
                (true, false) => Output::Summary,
                (false, false) => Output::Full,
            },
        })
    }
}

impl CallOperation {
    fn lower(self) -> Operation {
        match self {
            Self::Send(args) => Operation::Send(args.lower()),
            Self::Price(args) => Operation::GetPrice(args.lower()),
            Self::Status(args) => Operation::GetStatus(args.id),
            Self::Balance => Operation::Balance,
            Self::CreditPrice => Operation::CreditPrice,
        }
    }
}

impl MessageArgs {
    fn lower(self) -> Message {
        Message {
            sender: self.from,
            text: self.text,
            recipients: self.to,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::{Call, Output, Reach, UsageError};
    use crate::cli::args::{Cli, Command};
    use crate::operation::Operation;

    fn lowered(arguments: &[&str]) -> Result<Call, UsageError> {
        let program = ["epochta-conformance", "call"];
        let cli = Cli::try_parse_from([&program, arguments].concat()).unwrap();
        assert!(!format!("{cli:?}").contains("secret"));
        let Command::Call(args) = cli.command else {
            panic!("another command");
        };
        args.lower()
    }

    #[test]
    fn options_may_stand_on_either_side_of_the_operation() {
        #[track_caller]
        fn check(arguments: &[&str]) {
            let call = lowered(arguments).unwrap();
            assert_eq!(call.operation, Operation::GetStatus(vec!["a".to_owned()]));
            assert_eq!((call.output, call.reach), (Output::Json, Reach::Anywhere));
            assert_eq!(call.endpoint.to_string(), "http://127.0.0.1:1/x");
            assert_eq!(call.credentials.username, "u");
            assert_eq!(call.credentials.password.expose(), "secret");
        }
        let options = [
            "--username",
            "u",
            "--password",
            "secret",
            "--json",
            "--live",
            "--url",
            "http://127.0.0.1:1/x",
        ];
        let operation = ["status", "--id", "a"];
        check(&[options.as_slice(), &operation].concat());
        check(&[operation.as_slice(), &options].concat());
        for place in 1..options.len() {
            // Between an option and its value there is no place.
            if options[place].starts_with("--") {
                let (before, behind) = options.split_at(place);
                check(&[before, operation.as_slice(), behind].concat());
            }
        }
        // What is said twice counts where it was said last.
        let url = ["--url", "http://127.0.0.1:2/y"];
        check(&[url.as_slice(), &operation, &options].concat());
    }

    #[test]
    fn what_is_missing_or_contradicts_itself_is_said() {
        #[track_caller]
        fn check(arguments: &[&str], expected: UsageError) {
            assert_eq!(lowered(arguments).unwrap_err(), expected);
        }
        let login = ["--username", "u", "--password", "secret"];
        check(
            &[["--json", "balance", "-q"].as_slice(), &login].concat(),
            UsageError::TwoOutputs,
        );
        assert!(
            UsageError::NoUsername
                .to_string()
                .contains("EPOCHTA_USERNAME")
        );
        assert!(
            UsageError::NoPassword
                .to_string()
                .contains("EPOCHTA_PASSWORD")
        );
    }
}

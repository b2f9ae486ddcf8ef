//! The arguments, as clap reads them. [`CallOperation::lower`] turns them into values that the rest understands.

use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use super::values::duration;
use crate::client::conn::Patience;
use crate::client::endpoint::Endpoint;
use crate::client::transport::Transport;
use crate::operation::{
    AuthenticationSpelling, Credentials, Dialect, IdSpelling, Message, Operation, Recipient,
};
use crate::password::Password;
use crate::xml::charset::Charset;
use crate::xml::style::{Style, TextStyle};

const EXIT_CODES: &str = "\
Exit codes:
  0  the gateway accepted the request
  1  the gateway answered with an error code, or with a reply that is not as documented
  2  the arguments are wrong; nothing was sent
  3  there is no reply (nobody listens, the time ran out, what came is not HTTP),
     or it could not be shown";

const SEND_EXAMPLES: &str = "\
Examples:
  # One message, from the shell, with login and password from the environment.
  export EPOCHTA_USERNAME=demo EPOCHTA_PASSWORD=demo-password
  epochta-conformance call send --from SMSKA --text 'Hello' --to 380501234567

  # Two personal messages whose status can be asked for later.
  epochta-conformance call send --from SMSKA --text 'Hello %1%, here is %2%' \\
      --to '380501234567,id=msg11,vars=John;a car' --to '380501234568,id=msg12,vars=Peter;cookies'

  # As an old Windows client would send it.
  epochta-conformance call send --from SMSKA --text 'Привет' --to 380501234567 \\
      --transport unescaped --charset windows-1251 --spelling authentification

";

const STATUS_EXAMPLES: &str = "\
Examples:
  epochta-conformance call status --id msg11 --id msg12
  epochta-conformance call status --id msg11 --json | jq -r '.reply.rows[0].status'

";

const ACCOUNT_EXAMPLES: &str = "\
Examples:
  epochta-conformance call balance --quiet
  epochta-conformance call credit-price --transport raw

";

/// A conformance kit for the ePochta SMS XML gateway, API 2.0.
///
/// It talks to any endpoint that claims to be this gateway, and looks at the bytes.
#[derive(Debug, Parser)]
#[command(name = "epochta-conformance", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make one request to an endpoint, and show the request and the reply.
    ///
    /// The password is shown as ***, wherever it stands. Hosts other than this machine are refused unless --live
    /// is given: the real gateway costs money.
    #[command(after_help = EXIT_CODES)]
    Call {
        /// What to ask.
        #[command(subcommand)]
        operation: CallOperation,
    },
}

/// The five operations.
#[derive(Debug, Subcommand)]
pub enum CallOperation {
    /// Send a message (SEND).
    #[command(after_help = joined(&[SEND_EXAMPLES, EXIT_CODES]))]
    Send(MessageArgs),
    /// Ask what a message would cost (GETPRICE).
    #[command(after_help = EXIT_CODES)]
    Price(MessageArgs),
    /// Ask what became of messages (GETSTATUS).
    #[command(after_help = joined(&[STATUS_EXAMPLES, EXIT_CODES]))]
    Status(StatusArgs),
    /// Ask how many credits the account has (BALANCE).
    #[command(after_help = joined(&[ACCOUNT_EXAMPLES, EXIT_CODES]))]
    Balance(RequestArgs),
    /// Ask what a credit costs (CREDITPRICE).
    #[command(after_help = joined(&[ACCOUNT_EXAMPLES, EXIT_CODES]))]
    CreditPrice(RequestArgs),
}

/// A message and the request around it.
#[derive(Args, Debug)]
pub struct MessageArgs {
    /// The sender: up to 14 digits, or up to 11 Latin letters and digits.
    #[arg(long, value_name = "SENDER")]
    from: Option<String>,
    /// The text; %1%, %2% and so on stand for the values of vars.
    #[arg(long)]
    text: String,
    /// A recipient; repeat it for more.
    ///
    /// NUMBER, then perhaps ",id=ID" (the id for `call status`), then perhaps ",vars=A;B" (the values for %1%, %2%).
    /// vars comes last and takes the rest, commas included. Quote it: the shell has its own idea of a semicolon.
    #[arg(long, value_name = "NUMBER[,id=ID][,vars=A;B]", required = true)]
    to: Vec<Recipient>,
    #[command(flatten)]
    request: RequestArgs,
}

/// Ids and the request around them.
#[derive(Args, Debug)]
pub struct StatusArgs {
    /// The id of a message; repeat it for more.
    #[arg(long, required = true)]
    id: Vec<String>,
    #[command(flatten)]
    request: RequestArgs,
}

/// What every call takes.
#[derive(Args, Debug)]
pub struct RequestArgs {
    /// The URL of the gateway.
    #[arg(
        long,
        env = "EPOCHTA_URL",
        hide_env_values = true,
        help_heading = "Gateway",
        default_value = "http://127.0.0.1:8620/members/sms/xml.php"
    )]
    url: Endpoint,
    /// The login.
    #[arg(
        long,
        env = "EPOCHTA_USERNAME",
        hide_env_values = true,
        help_heading = "Gateway"
    )]
    username: String,
    /// The password; better in the environment, where `ps` does not show it.
    #[arg(
        long,
        env = "EPOCHTA_PASSWORD",
        hide_env_values = true,
        help_heading = "Gateway"
    )]
    password: Password,
    /// Allow hosts other than this machine. The real gateway sends real messages for real money.
    #[arg(long, help_heading = "Gateway")]
    live: bool,
    /// How long to wait for the whole reply: 30s, 500ms.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration, help_heading = "Gateway")]
    timeout: Duration,
    /// How long to wait for the connection.
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = duration, help_heading = "Gateway")]
    connect_timeout: Duration,

    /// How the document travels.
    #[arg(long, value_enum, default_value_t, help_heading = "Document")]
    transport: Transport,
    /// The charset of the document and of its declaration.
    #[arg(long, value_enum, default_value_t, help_heading = "Document")]
    charset: Charset,
    /// How the element around login and password is spelled.
    #[arg(long, value_enum, default_value_t, help_heading = "Document")]
    spelling: AuthenticationSpelling,
    /// How the id attribute of a number is spelled.
    #[arg(long, value_enum, default_value_t, help_heading = "Document")]
    id_spelling: IdSpelling,
    /// Put every text into a CDATA section instead of escaping it.
    #[arg(long, help_heading = "Document")]
    cdata: bool,

    /// Show the summary only.
    #[arg(long, short, conflicts_with = "json", help_heading = "Output")]
    quiet: bool,
    /// Show one JSON object.
    #[arg(long, help_heading = "Output")]
    json: bool,
}

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

impl CallOperation {
    /// The call that was typed.
    pub fn lower(self) -> Call {
        match self {
            Self::Send(args) => {
                let (message, request) = args.lower();
                request.lower(Operation::Send(message))
            }
            Self::Price(args) => {
                let (message, request) = args.lower();
                request.lower(Operation::GetPrice(message))
            }
            Self::Status(args) => args.request.lower(Operation::GetStatus(args.id)),
            Self::Balance(request) => request.lower(Operation::Balance),
            Self::CreditPrice(request) => request.lower(Operation::CreditPrice),
        }
    }
}

impl MessageArgs {
    fn lower(self) -> (Message, RequestArgs) {
        let message = Message {
            sender: self.from,
            text: self.text,
            recipients: self.to,
        };
        (message, self.request)
    }
}

impl RequestArgs {
    fn lower(self, operation: Operation) -> Call {
        Call {
            operation,
            endpoint: self.url,
            reach: if self.live {
                Reach::Anywhere
            } else {
                Reach::Loopback
            },
            credentials: Credentials {
                username: self.username,
                password: self.password,
            },
            dialect: Dialect {
                authentication: self.spelling,
                id: self.id_spelling,
            },
            style: Style {
                charset: self.charset,
                text: if self.cdata {
                    TextStyle::CData
                } else {
                    TextStyle::Escaped
                },
                ..Style::default()
            },
            transport: self.transport,
            patience: Patience {
                connect: self.connect_timeout,
                whole: self.timeout,
            },
            output: match (self.quiet, self.json) {
                (_, true) => Output::Json,
                (true, false) => Output::Summary,
                (false, false) => Output::Full,
            },
        }
    }
}

/// One help text out of several.
fn joined(parts: &[&str]) -> String {
    parts.concat()
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::{Cli, Command, Output, Reach};
    use crate::operation::Operation;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn flags_become_values_at_once() {
        let cli = Cli::parse_from([
            "epochta-conformance",
            "call",
            "status",
            "--id",
            "a",
            "--username",
            "u",
            "--password",
            "secret",
            "--json",
            "--live",
        ]);
        assert!(!format!("{cli:?}").contains("secret"));
        let Command::Call { operation } = cli.command;
        let call = operation.lower();
        assert_eq!(call.operation, Operation::GetStatus(vec!["a".to_owned()]));
        assert_eq!((call.output, call.reach), (Output::Json, Reach::Anywhere));
    }
}

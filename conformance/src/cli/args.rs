//! The arguments, as clap reads them. What they stand for is [`super::lower`].

use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use super::check::CheckArgs;
use super::client::ClientArgs;
use super::coverage::CoverageArgs;
use super::differ::DiffArgs;
use super::fuzz::{FuzzArgs, PromoteArgs, ReplayArgs};
use super::list::ListArgs;
use super::matrix::MatrixArgs;
use super::observe::ObserveArgs;
use super::review::{RejectArgs, ReviewArgs};
use super::schema::SchemaArgs;
use super::server::ServerArgs;
use super::values::{duration, message_id};
use crate::client::endpoint::Endpoint;
use crate::client::transport::Transport;
use crate::operation::{AuthenticationSpelling, IdSpelling, Recipient};
use crate::password::Password;
use crate::xml::charset::Charset;

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

const SERVER_EXAMPLES: &str = "\
Examples:
  # The simplest case: a URL and a login. What needs more is skipped, and the report says why.
  EPOCHTA_PASSWORD=demo epochta-conformance server --url http://127.0.0.1:8620/members/sms/xml.php --username demo

  # Everything that a target file makes possible, with reports for CI and for people.
  epochta-conformance server --target target.yaml --strict --report junit:report.xml --report html:report.html

  # One clause; what a failing one demands stands in the report.
  epochta-conformance server --target target.yaml --only SEND-03

";

const CLIENT_EXAMPLES: &str = "\
Examples:
  # A program that sends one message and ends; it reads EPOCHTA_URL, EPOCHTA_TO, EPOCHTA_TEXT and so on.
  epochta-conformance client -- php send.php

  # One that takes arguments.
  epochta-conformance client -- ./send --url {url} --user {username} --password {password} --to {to} --text {text}

  # One that can do all five operations.
  epochta-conformance client --operations send,price,status,balance,credit-price -- python3 tool.py

  # An adapter around a library: exact checks, and generated inputs. CLIENTS.md says what it reads and writes.
  epochta-conformance client --adapter --out profile -- python3 adapter.py

";

const CLIENT_EXIT_CODES: &str = "\
Exit codes:
  0  no errors were found; with --strict, no warnings either
  1  something is wrong with the client, or the baseline is stale
  2  the arguments or a file are wrong; nothing was run
  3  the client cannot be run, or the kit could not do its work
  4  nothing was selected, or nothing could be played";

const SERVER_EXIT_CODES: &str = "\
Exit codes:
  0  everything that was played holds
  1  a check does not hold, or the baseline is stale
  2  the arguments or a file are wrong; nothing was sent
  3  the target does not answer, or the kit could not do its work
  4  nothing was selected, or nothing could be played";

const OBSERVE_EXAMPLES: &str = "\
Examples:
  # Use the client by hand, with this URL in the place of the gateway's.
  epochta-conformance observe --listen 127.0.0.1:8621

  # Stand in front of the mock: it answers, and the kit looks at both sides. What was seen becomes a scenario.
  epochta-conformance observe --upstream http://127.0.0.1:8620/members/sms/xml.php --record SEND-01-shop.yaml

  # In the background of a test suite: until the suite is over, with a report for CI.
  epochta-conformance observe --for 60s --strict --report junit:client.xml --out client

";

const OBSERVE_EXIT_CODES: &str = "\
Exit codes:
  0  no errors were found
  1  the client sent something wrong; with --strict, warnings count too
  2  the arguments are wrong
  3  the address cannot be listened on, or the kit could not do its work
  4  no request came";

/// A conformance kit for the ePochta SMS XML gateway, API 2.0.
///
/// It talks to any endpoint that claims to be this gateway, and looks at the bytes.
#[derive(Debug, Parser)]
#[command(name = "epochta-conformance", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge an endpoint: play the scenarios against it, and say which clauses it does not hold.
    ///
    /// Hosts other than this machine are refused unless --live is given: the real gateway costs money.
    #[command(after_help = joined(&[SERVER_EXAMPLES, SERVER_EXIT_CODES]))]
    Server(ServerArgs),
    /// Stand in the gateway's place and judge what a client sends, while others use it.
    ///
    /// Point the client at the URL that is printed. Any login is taken, and messages are delivered when they are asked
    /// for the second time. With --upstream another endpoint answers instead. Ctrl-C ends it with a summary.
    #[command(after_help = joined(&[OBSERVE_EXAMPLES, OBSERVE_EXIT_CODES]))]
    Observe(ObserveArgs),
    /// Judge a client: stand in the gateway's place, ask the client to do things, and look at what it sends and at what it
    /// makes of the replies.
    #[command(after_help = joined(&[CLIENT_EXAMPLES, CLIENT_EXIT_CODES]))]
    Client(ClientArgs),
    /// Play the scenarios against two endpoints, and say where they differ.
    #[command(after_help = SERVER_EXIT_CODES)]
    Diff(DiffArgs),
    /// Play generated requests against an endpoint on this machine, and make what fails as small as it can be.
    #[command(after_help = SERVER_EXIT_CODES)]
    Fuzz(FuzzArgs),
    /// Play stored failures again.
    #[command(after_help = SERVER_EXIT_CODES)]
    Replay(ReplayArgs),
    /// Make a stored failure a scenario.
    Promote(PromoteArgs),
    /// List the cases: scenarios, and the combinations of their matrices.
    List(ListArgs),
    /// Say of each clause which scenarios test it; fail if one is forgotten.
    Coverage(CoverageArgs),
    /// Say whether scenario files are right.
    Check(CheckArgs),
    /// Look at snapshots that differ, one by one.
    Review(ReviewArgs),
    /// Accept all snapshots that differ.
    Accept(ReviewArgs),
    /// Reject all snapshots that differ.
    Reject(RejectArgs),
    /// Print the JSON Schema of a file that the kit reads or writes.
    Schema(SchemaArgs),
    /// Put clients that were judged before side by side: a row for each rule, a column for each client.
    Matrix(MatrixArgs),
    /// Make one request to an endpoint, and show the request and the reply.
    ///
    /// The password is shown as ***, wherever it stands. Hosts other than this machine are refused unless --live
    /// is given: the real gateway costs money.
    #[command(after_help = EXIT_CODES)]
    Call(CallArgs),
}

/// An operation and the request around it, whose options may stand before the operation or behind it.
#[derive(Args, Debug)]
pub struct CallArgs {
    #[command(flatten)]
    pub(super) request: RequestArgs,
    /// What to ask.
    #[command(subcommand)]
    pub(super) operation: CallOperation,
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
    Balance,
    /// Ask what a credit costs (CREDITPRICE).
    #[command(after_help = joined(&[ACCOUNT_EXAMPLES, EXIT_CODES]))]
    CreditPrice,
}

/// A message.
#[derive(Args, Debug)]
pub struct MessageArgs {
    /// The sender: up to 14 digits, or up to 11 Latin letters and digits. A message without one is not delivered.
    #[arg(long, value_name = "SENDER")]
    pub(super) from: Option<String>,
    /// The text; %1%, %2% and so on stand for the values of vars.
    #[arg(long)]
    pub(super) text: String,
    /// A recipient; repeat it for more.
    ///
    /// NUMBER, then perhaps ",id=ID" (the id for `call status`), then perhaps ",vars=A;B" (the values for %1%, %2%).
    /// vars comes last and takes the rest, commas included. Quote it: the shell has its own idea of a semicolon.
    #[arg(long, value_name = "NUMBER[,id=ID][,vars=A;B]", required = true)]
    pub(super) to: Vec<Recipient>,
}

/// Ids.
#[derive(Args, Debug)]
pub struct StatusArgs {
    /// The id of a message; repeat it for more.
    #[arg(long, required = true, value_parser = message_id)]
    pub(super) id: Vec<String>,
}

/// What every call takes. clap cannot require what may stand on either side of the operation, so
/// [`super::lower`] does.
#[derive(Args, Debug)]
pub struct RequestArgs {
    /// The URL of the gateway; without a path, /members/sms/xml.php.
    #[arg(
        long,
        global = true,
        env = "EPOCHTA_URL",
        hide_env_values = true,
        help_heading = "Gateway",
        default_value = "http://127.0.0.1:8620/members/sms/xml.php"
    )]
    pub(super) url: Endpoint,
    /// The login; required.
    #[arg(
        long,
        global = true,
        env = "EPOCHTA_USERNAME",
        hide_env_values = true,
        help_heading = "Gateway"
    )]
    pub(super) username: Option<String>,
    /// The password; required, and better in the environment, where `ps` does not show it.
    #[arg(
        long,
        global = true,
        env = "EPOCHTA_PASSWORD",
        hide_env_values = true,
        help_heading = "Gateway"
    )]
    pub(super) password: Option<Password>,
    /// Allow hosts other than this machine. The real gateway sends real messages for real money.
    #[arg(long, global = true, help_heading = "Gateway")]
    pub(super) live: bool,
    /// How long to wait for the whole reply: 30s, 500ms.
    #[arg(long, global = true, value_name = "TIME", default_value = "30s", value_parser = duration, help_heading = "Gateway")]
    pub(super) timeout: Duration,
    /// How long to wait for the connection.
    #[arg(long, global = true, value_name = "TIME", default_value = "5s", value_parser = duration, help_heading = "Gateway")]
    pub(super) connect_timeout: Duration,

    /// How the document travels.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        help_heading = "Document"
    )]
    pub(super) transport: Transport,
    /// The charset of the document and of its declaration.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        help_heading = "Document"
    )]
    pub(super) charset: Charset,
    /// How the element around login and password is spelled.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        help_heading = "Document"
    )]
    pub(super) spelling: AuthenticationSpelling,
    /// How the id attribute of a number is spelled.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        help_heading = "Document"
    )]
    pub(super) id_spelling: IdSpelling,
    /// Put every text into a CDATA section instead of escaping it.
    #[arg(long, global = true, help_heading = "Document")]
    pub(super) cdata: bool,

    /// Show the summary only; not with --json.
    #[arg(long, short, global = true, help_heading = "Output")]
    pub(super) quiet: bool,
    /// Show one JSON object.
    #[arg(long, global = true, help_heading = "Output")]
    pub(super) json: bool,
}

/// One help text out of several.
fn joined(parts: &[&str]) -> String {
    parts.concat()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}

//! The command `call`: one request to one endpoint.

use std::io::{self, Write as _};

use super::args::CallArgs;
use super::lower::{Call, Output, Reach};
use super::screen::{self, View};
use super::{Exit, Failure, warning};
use crate::client::conn::exchange;
use crate::client::outgoing::Outgoing;
use crate::outcome::Outcome;
use crate::password::Password;
use crate::xml::write::write;

/// Makes the call and shows it.
pub fn run(args: CallArgs) -> Result<Exit, Failure> {
    let call = args
        .lower()
        .map_err(|error| Failure::Usage(error.to_string()))?;
    if call.reach == Reach::Loopback && !call.endpoint.is_loopback() {
        return Err(Failure::NotLoopback(call.endpoint.to_string()));
    }
    let document = call.operation.document(&call.credentials, call.dialect);
    let document = write(&document, &call.style);
    let warnings = warning::of(&call, &document);
    for warning in &warnings {
        // A call that can be made does not fail for want of a place to warn.
        _ = writeln!(io::stderr().lock(), "warning: {warning}");
    }
    let payload = call.transport.wrap(&document);
    let body = payload.body();
    let outgoing = Outgoing::post(payload.content_type, body);
    let runtime = super::runtime()?;
    let result = runtime.block_on(exchange(&call.endpoint, &outgoing, call.patience));
    // A slow look-up of a name must not hold up the end beyond the time limit.
    runtime.shutdown_background();
    let exchange = match result {
        Ok(exchange) => exchange,
        Err(error) => {
            if call.output == Output::Json {
                show(&screen::failure(&call, warnings, &error)?)?;
            }
            return Err(error.into());
        }
    };
    let outcome = Outcome::of(&call.operation, &exchange.response);
    let view = View::new(&call, warnings, &exchange, &outcome);
    show(&match call.output {
        Output::Full => view.full(),
        Output::Summary => view.quiet(),
        Output::Json => view.json()?,
    })?;
    Ok(exit(&outcome))
}

fn show(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{text}")?;
    output.flush()
}

fn exit(outcome: &Outcome) -> Exit {
    match outcome {
        Outcome::Accepted(_) => Exit::Done,
        Outcome::Refused(..) | Outcome::Undocumented(_) => Exit::Against,
    }
}

/// The request body as it may be shown: written again with the mask for a password. Nothing is searched for in it,
/// so whatever else was typed is shown as it was typed, even if it has the letters of the password.
pub(super) fn shown_body(call: &Call) -> String {
    let mut credentials = call.credentials.clone();
    credentials.password = Password::masked();
    let document = call.operation.document(&credentials, call.dialect);
    let payload = call.transport.wrap(&write(&document, &call.style));
    let document = if call.transport.hides_charset() {
        String::from_utf8_lossy(&payload.document).into_owned()
    } else {
        call.style.charset.decode_lossy(&payload.document)
    };
    [payload.before, document, payload.after].concat()
}

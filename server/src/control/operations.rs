//! The table of the control API: each operation once, with everything that routing and the OpenAPI document need.

use std::pin::Pin;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::problem::Problem;
use super::{
    Bound, Future_, Result, accounts, clock, configuration, events, faults, message, messages,
    page, phones, request, requests, scripts, service, verify, wait,
};
use crate::config::fault::FaultKeys;
use crate::config::script::ScriptKeys;

/// Something that can be asked.
pub(super) struct Operation {
    pub(super) method: &'static str,
    /// Under `/_mock/`; `{…}` is variable.
    pub(super) path: &'static str,
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    /// The schema of the query, of the body, and of the answer.
    pub(super) query: Option<SchemaOf>,
    pub(super) body: Option<SchemaOf>,
    pub(super) answer: Option<SchemaOf>,
    /// The status of success.
    pub(super) status: u16,
    /// The statuses of failure, besides 400.
    pub(super) failures: &'static [u16],
    pub(super) run: fn(Bound) -> Future_,
}

pub(super) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// An operation that is done at once.
macro_rules! at_once {
    ($run:path) => {
        |bound| {
            let answer: Result<super::Answer> = $run(&bound);
            Box::pin(std::future::ready(answer)) as Pin<Box<_>>
        }
    };
}

macro_rules! operations {
    ($($method:literal $path:literal $id:literal $summary:literal
        { $(query: $query:ty,)? $(body: $body:ty,)? $(answer: $answer:ty,)? status: $status:literal, failures: $failures:expr, run: $run:expr }
    )*) => {
        /// Every operation.
        pub(super) const OPERATIONS: &[Operation] = &[$(Operation {
            method: $method,
            path: $path,
            id: $id,
            summary: $summary,
            query: operations!(@schema $($query)?),
            body: operations!(@schema $($body)?),
            answer: operations!(@schema $($answer)?),
            status: $status,
            failures: $failures,
            run: $run,
        }),*];
    };
    (@schema) => { None };
    (@schema $type:ty) => { Some(of::<$type>) };
}

operations! {
    "GET" "live" "live" "Whether the server runs"
        { answer: service::Health, status: 200, failures: &[], run: at_once!(service::live) }
    "GET" "ready" "ready" "Whether the server answers requests"
        { answer: service::Health, status: 200, failures: &[], run: at_once!(service::ready) }
    "GET" "metrics" "metrics" "Counters in Prometheus' text format"
        { status: 200, failures: &[], run: at_once!(service::metrics) }
    "GET" "openapi.json" "openapi" "This description"
        { answer: serde_json::Value, status: 200, failures: &[], run: at_once!(service::description) }
    "POST" "reset" "reset" "Everything, or one account, as at the beginning; whoever waits is let go"
        { query: service::ResetQuery, status: 204, failures: &[404], run: at_once!(service::reset) }

    "GET" "page.json" "readPage" "What the page needs first; without the token that it may have to show, whether it has to"
        { answer: page::PageView, status: 200, failures: &[], run: at_once!(page::read) }
    "GET" "events" "listen" "What happens in the space, as it happens"
        { query: events::EventQuery, status: 200, failures: &[], run: at_once!(events::listen) }

    "GET" "configuration" "readConfiguration" "Which configuration is in force, and what is wrong with its file"
        { answer: configuration::ConfigurationView, status: 200, failures: &[], run: at_once!(configuration::read) }
    "POST" "reload" "reload" "Read the configuration file again, for all spaces; 409 and the place if it is wrong"
        { answer: configuration::ReloadedView, status: 200, failures: &[409], run: |bound| Box::pin(configuration::reload(bound)) }

    "GET" "spaces" "listSpaces" "The names of the spaces that are open; not in a space that has a name"
        { answer: service::SpaceList, status: 200, failures: &[404], run: at_once!(service::spaces) }
    "DELETE" "space" "closeSpace" "Close this space; a later request of its name opens it anew"
        { status: 204, failures: &[409], run: at_once!(service::close) }

    "GET" "accounts" "listAccounts" "All accounts"
        { answer: accounts::AccountList, status: 200, failures: &[], run: at_once!(accounts::list) }
    "POST" "accounts" "createAccount" "Open an account"
        { body: accounts::NewAccount, answer: accounts::AccountView, status: 201, failures: &[409], run: at_once!(accounts::create) }
    "GET" "accounts/{username}" "readAccount" "One account"
        { answer: accounts::AccountView, status: 200, failures: &[404], run: at_once!(accounts::read) }
    "PATCH" "accounts/{username}" "changeAccount" "Change mode, password, interface or credit price"
        { body: accounts::AccountChange, answer: accounts::AccountView, status: 200, failures: &[404], run: at_once!(accounts::change) }
    "DELETE" "accounts/{username}" "removeAccount" "Close an account"
        { status: 204, failures: &[404], run: at_once!(accounts::remove) }
    "POST" "accounts/{username}/top-up" "topUpAccount" "Add credits"
        { body: accounts::TopUp, answer: accounts::AccountView, status: 200, failures: &[404, 409], run: at_once!(accounts::top_up) }
    "POST" "accounts/{username}/reset" "resetAccount" "Opening credits, no messages"
        { answer: accounts::AccountView, status: 200, failures: &[404], run: at_once!(accounts::reset) }
    "GET" "accounts/{username}/ledger" "readLedger" "Lines of the ledger, the latest of them, the oldest first"
        { query: accounts::LedgerQuery, answer: accounts::LedgerView, status: 200, failures: &[404], run: at_once!(accounts::ledger) }

    "GET" "scripts" "listScripts" "All scripts; the first that fits counts"
        { answer: scripts::ScriptList, status: 200, failures: &[], run: at_once!(scripts::list) }
    "POST" "scripts" "addScript" "Add a script before all others"
        { body: ScriptKeys, answer: ScriptKeys, status: 201, failures: &[409], run: at_once!(scripts::add) }
    "PUT" "scripts" "replaceScripts" "Replace all scripts"
        { body: scripts::ScriptList, answer: scripts::ScriptList, status: 200, failures: &[409], run: at_once!(scripts::replace) }
    "DELETE" "scripts" "removeScripts" "Remove all scripts"
        { status: 204, failures: &[], run: at_once!(scripts::remove_all) }
    "DELETE" "scripts/{name}" "removeScript" "Remove a script"
        { status: 204, failures: &[404], run: at_once!(scripts::remove) }

    "GET" "faults" "listFaults" "All faults; the first that strikes counts"
        { answer: faults::FaultList, status: 200, failures: &[], run: at_once!(faults::list) }
    "POST" "faults" "addFault" "Add a fault before all others"
        { body: FaultKeys, answer: faults::FaultView, status: 201, failures: &[409], run: at_once!(faults::add) }
    "GET" "faults/{name}" "readFault" "A fault, and how often it struck"
        { answer: faults::FaultView, status: 200, failures: &[404], run: at_once!(faults::read) }
    "PUT" "faults/{name}" "putFault" "Put a fault in the place of the one of this name, or before all others; it counts anew"
        { body: FaultKeys, answer: faults::FaultView, status: 200, failures: &[409], run: at_once!(faults::put) }
    "DELETE" "faults/{name}" "removeFault" "Remove a fault"
        { status: 204, failures: &[404], run: at_once!(faults::remove) }

    "GET" "clock" "readClock" "The clock of the space"
        { answer: clock::ClockView, status: 200, failures: &[], run: at_once!(clock::read) }
    "PUT" "clock" "setClock" "Freeze the clock, or let it go"
        { body: clock::ClockChange, answer: clock::ClockView, status: 200, failures: &[409], run: at_once!(clock::set) }
    "POST" "clock/advance" "advanceClock" "Move a frozen clock"
        { body: clock::Advance, answer: clock::ClockView, status: 200, failures: &[409], run: at_once!(clock::advance) }

    "GET" "messages" "listMessages" "Messages, the newest first"
        { query: messages::MessageQuery, answer: messages::MessageList, status: 200, failures: &[], run: |bound| Box::pin(messages::list(bound)) }
    "GET" "phones" "listPhones" "Messages phone by phone: the newest of each, and how many there are"
        { query: messages::MessageQuery, answer: phones::PhoneList, status: 200, failures: &[], run: |bound| Box::pin(phones::list(bound)) }
    "GET" "messages/wait" "waitForMessage" "Wait for a message, and take a code out of it"
        { query: wait::WaitQuery, answer: wait::Waited, status: 200, failures: &[404, 408, 409], run: |bound| Box::pin(wait::wait(bound)) }
    "GET" "messages/{account}/{ordinal}" "readMessage" "One message"
        { answer: message::MessageView, status: 200, failures: &[404], run: at_once!(messages::read) }
    "POST" "messages/{account}/{ordinal}/move" "moveMessage" "Take the next step of its story, or a status"
        { body: messages::Move, answer: message::MessageView, status: 200, failures: &[404, 409], run: at_once!(messages::turn) }

    "GET" "requests" "listRequests" "The journal, the oldest first"
        { query: requests::RequestQuery, answer: requests::RequestList, status: 200, failures: &[], run: |bound| Box::pin(requests::list(bound)) }
    "GET" "requests/{number}" "readRequest" "One request, with the bytes of its body"
        { answer: request::RequestDetail, status: 200, failures: &[404], run: at_once!(request::read) }
    "GET" "requests/{number}/explain" "explainRequest" "Why it was answered so"
        { answer: requests::Explanation, status: 200, failures: &[404], run: at_once!(requests::explain) }

    "POST" "verify" "verify" "Whether that happened which was expected; 409 and the difference if not"
        { body: verify::Expectation, answer: verify::Verified, status: 200, failures: &[409], run: |bound| Box::pin(verify::verify(bound)) }
}

/// The schema of a problem document.
pub(super) fn problem(generator: &mut SchemaGenerator) -> Schema {
    of::<Problem>(generator)
}

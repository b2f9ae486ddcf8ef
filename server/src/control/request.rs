//! One request in every detail: its bytes, the one because of which it could not be read, and what it cost. Not for the
//! list of all of them.

use schemars::JsonSchema;
use serde::Serialize;

use super::accounts::{self, LedgerLine};
use super::requests::{RequestView, find, view};
use super::{Answer, Bound, Result, mask, ok};
use crate::space::Space;
use crate::space::hidden;
use crate::space::journal::Entry;
use crate::wire::{self, Unreadable};

/// How many bytes of a body are shown.
const SHOWN: usize = 64 * 1024;

/// A request, with the bytes of its body.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Request")]
pub(super) struct RequestDetail {
    #[serde(flatten)]
    request: RequestView,
    /// The bytes of the body, without the login in it.
    bytes: BodyBytes,
    /// Why it could not be read, if it could not.
    unreadable: Option<Defect>,
    /// The line that it wrote in the ledger of its account, if it is still known.
    ledger: Option<LedgerLine>,
}

/// Bytes of a body.
#[derive(Debug, Serialize, JsonSchema)]
struct BodyBytes {
    /// How many there are.
    length: usize,
    /// Which of them is the first that is shown, from 0: of a long body the 64 KiB around the bad byte are.
    from: usize,
    /// Those that are shown, two hexadecimal digits each.
    hex: String,
}

/// Why a request could not be read.
#[derive(Debug, Serialize, JsonSchema)]
struct Defect {
    /// In words.
    reason: String,
    /// The byte of the body at which that was found, from 0, if it was at one.
    byte: Option<usize>,
    /// The line of the document, from 1.
    line: Option<usize>,
    /// The column in characters, from 1.
    column: Option<usize>,
    /// The elements that are open there.
    path: Option<String>,
}

pub(super) fn read(bound: &Bound) -> Result<Answer> {
    let (space, entry) = (bound.space(), find(bound)?);
    let unreadable = unreadable(space, &entry);
    let account = entry.verdict.account.as_deref();
    let ledger = account.and_then(|username| {
        space
            .world
            .with_account(username, |account| accounts::charge(account, entry.number))?
    });
    ok(&RequestDetail {
        request: view(space, &entry),
        bytes: bytes(
            space,
            &entry,
            unreadable.as_ref().and_then(|defect| defect.byte),
        ),
        unreadable,
        ledger,
    })
}

/// What is wrong with a request; found by reading it once more.
fn unreadable(space: &Space, entry: &Entry) -> Option<Defect> {
    if entry.verdict.operation != "-" || entry.bytes.method() != "POST" {
        return None;
    }
    let (label, body) = (entry.bytes.content_type(), entry.bytes.body());
    let (_, read) = wire::read(label, body, space.config().limits.max_depth);
    let reason = read.err()?;
    let malformed = match &reason {
        Unreadable::Malformed(malformed) => Some(malformed),
        Unreadable::NoDocument(_) | Unreadable::NotText(_) | Unreadable::Operation(_) => None,
    };
    Some(Defect {
        byte: wire::bad_byte(label, body, &reason),
        line: malformed.map(|malformed| malformed.line),
        column: malformed.map(|malformed| malformed.column),
        path: malformed
            .map(|malformed| hidden::numbers(&malformed.path, space.config().mask_numbers)),
        reason: hidden::numbers(&reason.to_string(), space.config().mask_numbers),
    })
}

fn bytes(space: &Space, entry: &Entry, bad: Option<usize>) -> BodyBytes {
    let body = mask::body(space, entry);
    let around = bad.unwrap_or_default().saturating_sub(SHOWN / 2);
    let from = around.min(body.len().saturating_sub(SHOWN));
    let shown = body.iter().skip(from).take(SHOWN);
    BodyBytes {
        length: body.len(),
        from,
        hex: shown.map(|byte| format!("{byte:02x}")).collect(),
    }
}

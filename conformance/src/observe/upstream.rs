//! What is wrong with the replies of an endpoint behind the listener, by the clauses. A client has no part in it, and
//! `server` finds much more.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::check::difference::difference;
use crate::check::layout;
use crate::clause::{Grade, Level, Registry};
use crate::client::exchange;
use crate::outcome::Outcome;
use crate::run::event::{CaseReport, CheckOutcome, CheckReport, Location, StepReport, Verdict};
use crate::run::redaction::Redaction;
use crate::stand_in::question::Question;
use crate::stand_in::received::Received;
use crate::xml::read::read;

/// Something that is wrong with a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The clause that it breaks.
    pub clause: &'static str,
    /// What is wrong.
    pub what: String,
    /// It in lines, if one does not show it.
    pub difference: Option<String>,
}

impl Fault {
    /// Takes secrets out of it: an endpoint may quote what it was sent.
    pub fn hide(&mut self, redaction: &Redaction) {
        self.what = redaction.hide(&self.what);
        self.difference = self.difference.as_ref().map(|lines| redaction.hide(lines));
    }
}

/// What is wrong with the reply to a request; nothing if no endpoint is behind the listener.
pub fn faults(
    received: &Received,
    upstream: Option<&Result<exchange::Received, String>>,
) -> Vec<Fault> {
    let fault = |clause, what| Fault {
        clause,
        what,
        difference: None,
    };
    let reply = match upstream {
        None => return Vec::new(),
        Some(Err(why)) => return vec![fault("REPLY-06", why.clone())],
        Some(Ok(reply)) => reply,
    };
    let question = received.document().and_then(|it| Question::of(&it));
    let mut faults = Vec::new();
    if let Some(operation) = question.and_then(|question| question.operation)
        && let Outcome::Undocumented(why) = Outcome::of(&operation, reply)
    {
        faults.push(fault("REPLY-03", why));
    } else if reply.status != 200 {
        let what = format!("the HTTP status is {}, not 200", reply.status);
        faults.push(fault("REPLY-01", what));
    }
    if reply.status == 200
        && let Ok(document) = read(&reply.body)
    {
        let (expected, actual) = (layout::expected(&document), layout::actual(&document));
        if expected != actual {
            faults.push(Fault {
                clause: "REPLY-02",
                what: "the layout of the reply is another".to_owned(),
                difference: Some(difference(&expected, &actual)),
            });
        }
    }
    faults
}

/// Faults as cases, one for each clause. They warn: it is the client that is judged.
pub fn cases(faults: &[(usize, Fault)], registry: &Registry) -> Vec<CaseReport> {
    let mut by_clause: BTreeMap<&'static str, Vec<CheckReport>> = BTreeMap::new();
    for (request, fault) in faults {
        let expected = registry.get(fault.clause);
        let checks = by_clause.entry(fault.clause).or_default();
        checks.push(CheckReport {
            name: "reply".to_owned(),
            outcome: CheckOutcome::Failed,
            expected: expected.map_or_else(String::new, |clause| clause.text.clone()),
            actual: format!("{} (request {request})", fault.what),
            difference: fault.difference.clone(),
            location: location(),
            advice: None,
        });
    }
    by_clause
        .into_iter()
        .map(|(clause, checks)| CaseReport {
            rule: None,
            id: format!("upstream/{clause}-replies"),
            requirement: "The endpoint behind the listener answers as documented.".to_owned(),
            clauses: vec![clause.to_owned()],
            level: Level::Should,
            grade: registry
                .get(clause)
                .map_or(Grade::Choice, |clause| clause.grade),
            location: location(),
            verdict: Verdict::Warned,
            steps: vec![StepReport {
                name: "replies".to_owned(),
                requirement: None,
                location: location(),
                attempts: 1,
                wire: None,
                checks,
            }],
            duration: Duration::ZERO,
        })
        .collect()
}

/// The clauses: no scenario says it.
fn location() -> Location {
    Location {
        file: "fixtures/clauses.yaml".to_owned(),
        line: 1,
        column: 1,
    }
}

//! Judges the requests of a client: each alone, and in the light of those before. What is wrong is for the modules beside
//! this one; here is told which of several findings of one mistake is the most telling.

use std::collections::BTreeSet;

use super::notes::{Heard, Notes};
use super::polling::Polls;
use super::repeating::Sends;
use super::said::Said;
use super::turn::Turns;
use super::{Asked, Finding};
use super::{
    charset, encoding, identity, login, markup, operation, personal, recipients, sender, text,
    transport, turn,
};
use crate::stand_in::received::Received;

/// Where the first is found, the others come of it, and are not told.
const BECAUSE: &[(&str, &[&str])] = &[
    ("http-broken", &["no-document", "wrong-method", "malformed"]),
    ("wrong-method", &["no-document"]),
    (
        "form-cut",
        &[
            "form-not-encoded",
            "malformed",
            "charset-not-as-declared",
            "text-changed",
            "login-changed",
            "sender-changed",
            "id-changed",
            "variables-changed",
            "number-changed",
        ],
    ),
    (
        "plus-lost",
        &[
            "form-not-encoded",
            "text-changed",
            "login-changed",
            "sender-changed",
            "id-changed",
            "variables-changed",
        ],
    ),
    (
        "cdata-broken",
        &["text-not-escaped", "malformed", "text-changed"],
    ),
    ("doctype", &["malformed"]),
    (
        "text-not-escaped",
        &[
            "malformed",
            "double-escaped",
            "text-changed",
            "login-changed",
            "sender-changed",
            "id-changed",
            "variables-changed",
            "text-empty",
            "no-recipients",
        ],
    ),
    (
        "double-escaped",
        &[
            "malformed",
            "text-changed",
            "login-changed",
            "sender-changed",
            "id-changed",
            "variables-changed",
            "sender-breaks-rule",
        ],
    ),
    (
        "charset-not-as-declared",
        &[
            "charset-lost",
            "malformed",
            "text-changed",
            "login-changed",
            "sender-changed",
            "sender-breaks-rule",
            "variables-changed",
            "text-dearer",
        ],
    ),
    (
        "charset-lost",
        &[
            "text-changed",
            "login-changed",
            "sender-changed",
            "sender-breaks-rule",
            "variables-changed",
        ],
    ),
    (
        "wrong-root",
        &[
            "operation-wrong",
            "login-changed",
            "text-empty",
            "no-recipients",
        ],
    ),
    ("sender-changed", &["sender-breaks-rule"]),
    (
        "id-and-number-swapped",
        &[
            "number-invalid",
            "number-national",
            "number-changed",
            "id-changed",
            "recipients-lost",
        ],
    ),
    ("number-invalid", &["number-changed"]),
    ("text-empty", &["text-changed"]),
];

/// Judges the requests of a client in the order in which they ended.
#[derive(Debug, Default)]
pub struct Judge {
    looked: BTreeSet<&'static str>,
    sends: Sends,
    polls: Polls,
    turns: Turns,
}

impl Judge {
    /// A judge who has heard nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Judges one more request, when its reply is known. `asked` is what the client was asked to do when it made the
    /// request, if the kit asked. What is found may be about earlier requests too.
    pub fn hear(&mut self, received: &Received, asked: Option<&Asked>) -> Vec<Finding> {
        let mut notes = Notes::default();
        // First what is wrong with the asking that has ended, if this is of another.
        self.turns.turn(asked, &mut notes);
        let said = Said::of(received);
        let heard = Heard {
            received,
            said: &said,
            asked,
        };
        let mut alone = Notes::default();
        transport::judge(&heard, &mut alone);
        encoding::judge(&heard, &mut alone);
        charset::judge(&heard, &mut alone);
        markup::judge(&heard, &mut alone);
        operation::judge(&heard, &mut alone);
        login::judge(&heard, &mut alone);
        recipients::judge(&heard, &mut alone);
        identity::judge(&heard, &mut alone);
        personal::judge(&heard, &mut alone);
        turn::strangers(&heard, &mut alone);
        sender::judge(&heard, &mut alone);
        text::judge(&heard, &mut alone);
        self.sends.hear(&heard, &mut alone);
        self.polls.hear(&heard, &mut alone);
        self.turns.hear(&heard, &alone);
        most_telling(&mut alone.findings);
        notes.findings.append(&mut alone.findings);
        self.looked.append(&mut alone.looked);
        self.looked.append(&mut notes.looked);
        notes.findings
    }

    /// Judges what can be said when no more requests come.
    pub fn end(&mut self) -> Vec<Finding> {
        let mut notes = Notes::default();
        self.turns.turn(None, &mut notes);
        self.looked.append(&mut notes.looked);
        notes.findings
    }

    /// The rules that could have been broken by what was heard.
    pub fn looked_at(&self) -> &BTreeSet<&'static str> {
        &self.looked
    }
}

fn most_telling(findings: &mut Vec<Finding>) {
    let found: Vec<&'static str> = findings.iter().map(|finding| finding.rule).collect();
    findings.retain(|finding| {
        !BECAUSE
            .iter()
            .any(|(cause, others)| found.contains(cause) && others.contains(&finding.rule))
    });
}

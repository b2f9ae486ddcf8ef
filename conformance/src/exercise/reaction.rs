//! Whether what a client made of a reply is right: what it says came of it, the values, what a person can see, and how many
//! requests it made.

use super::delivery::{Carrying, Seal, Taken};
use super::told::{Outcome, Told};
use super::truth;
use crate::finding::Asked;
use crate::form;
use crate::operation::Operation;
use crate::password::PasswordMask;
use crate::reply::Reply;
use crate::scenario::client::{Expected, Shown};
use crate::scenario::comparison::Comparison;
use crate::scenario::decimal::Decimal;
use crate::stand_in::received::{End, Received};
use crate::vocabulary::code_of;
use crate::xml::charset::Charset;
use crate::xml::read::read;
use crate::xml::tree::Element;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name within the step.
    pub name: String,
    /// Whether it is right.
    pub holds: bool,
    /// What is right.
    pub expected: String,
    /// What there was.
    pub actual: String,
    /// The rule that is broken if it is not.
    pub rule: String,
}

/// What is right in a step.
#[derive(Clone, Debug)]
pub struct Right {
    /// What the client was asked.
    pub asked: Asked,
    /// The rule that is broken by another reaction.
    pub rule: String,
    /// How the reply is carried.
    pub carrying: Carrying,
    /// What the client must say.
    pub outcome: Expected,
    /// The words of which an adapter's error must be one; any, if there is none.
    pub errors: Vec<String>,
    /// What a command must show.
    pub shows: Vec<Shown>,
    /// How many requests there must be.
    pub requests: Option<Comparison>,
}

/// What happened in a step.
#[derive(Clone, Copy, Debug)]
pub struct Happened<'h> {
    /// What the client said.
    pub told: &'h Told,
    /// The requests that came.
    pub received: &'h [Received],
    /// How many requests came to where a redirect points.
    pub strayed: &'h [Received],
}

/// The document of a request.
pub fn document(received: &Received) -> Option<Element> {
    let bytes = received
        .document()
        .or_else(|| form::document(received.header("content-type"), &received.body))?;
    Some(read(&bytes).ok()?.root)
}

/// The operation that a request names.
fn operation(received: &Received) -> Option<String> {
    let root = document(received)?;
    let word = root.descend(&["operations", "operation"])?.text();
    Some(word.trim().to_owned())
}

impl Right {
    /// Looks at all of it.
    pub fn judge(&self, happened: Happened<'_>) -> Vec<Check> {
        let mut checks = Vec::new();
        let told = happened.told;
        // Some clients look at a certificate only when the handshake has ended, and that cannot be seen.
        let reached = !happened.received.is_empty() || self.carrying.seal() != Seal::Open;
        match &told.result {
            Outcome::Hung(how) => {
                checks.push(check("ends", "a result", Err(how.clone()), self.hanging()));
            }
            Outcome::Died(how) => {
                checks.push(check("ends", "a result", Err(how.clone()), "crashes"));
            }
            Outcome::Succeeded(_) | Outcome::Failed(_) if !reached => {
                let rule = match &told.result {
                    Outcome::Failed(Some(word)) if word == "INVALID_INPUT" => "input-refused",
                    // Who asks over a connection that is closed sends nothing, either.
                    Outcome::Failed(_) if self.rule == "kept-connection" => &self.rule,
                    Outcome::Failed(_)
                    | Outcome::Succeeded(_)
                    | Outcome::Hung(_)
                    | Outcome::Died(_) => "asks-nothing",
                };
                let actual = format!("no request came; the client says: {}", told.result.words());
                checks.push(check(
                    "asks",
                    "a request to the URL that it was told",
                    Err(actual),
                    rule,
                ));
            }
            Outcome::Succeeded(_) | Outcome::Failed(_) => self.result(happened, &mut checks),
        }
        self.trust(happened, &mut checks);
        if let Some(comparison) = &self.requests {
            let word = self.asked.operation.word();
            let ours = happened.received.iter();
            let ours = ours.filter(|received| operation(received).as_deref() == Some(word));
            let count = ours.count().to_string();
            let holds = comparison.holds(Some(&count));
            let expected = format!("requests of {word}: {comparison}");
            let result = if holds { Ok(count) } else { Err(count) };
            checks.push(check("requests", &expected, result, &self.rule));
        }
        checks
    }

    /// The rule that a client breaks which says nothing at all.
    fn hanging(&self) -> &str {
        match self.carrying {
            Carrying::Stall => "no-time-out",
            Carrying::Endless => "no-whole-time-out",
            Carrying::Segments
            | Carrying::Chunked
            | Carrying::UntilClose
            | Carrying::ThenClose
            | Carrying::Drip => &self.rule,
            Carrying::Whole
            | Carrying::Cut
            | Carrying::BrokenChunk
            | Carrying::CloseBefore
            | Carrying::CloseAfter
            | Carrying::ResetBefore
            | Carrying::ResetAfter
            | Carrying::TlsUntrusted
            | Carrying::TlsWrongName
            | Carrying::TlsExpired
            | Carrying::Redirect => "crashes",
        }
    }

    /// What the client says came of it.
    fn result(&self, happened: Happened<'_>, checks: &mut Vec<Check>) {
        let told = happened.told;
        let words = told.result.words();
        let (expected, holds) = match (self.outcome, &told.result) {
            (Expected::Either, _) => ("a result", true),
            (Expected::Succeeds, result) => ("success", matches!(result, Outcome::Succeeded(_))),
            (Expected::Fails, result) if self.learnt_better(happened.received) => {
                let says = matches!(result, Outcome::Succeeded(_) | Outcome::Failed(_));
                ("failure, or success after GETSTATUS had a row", says)
            }
            (Expected::Fails, result) => ("failure", matches!(result, Outcome::Failed(_))),
        };
        let result = if holds { Ok(words) } else { Err(words) };
        checks.push(check("outcome", expected, result, &self.rule));
        if !holds {
            return;
        }
        match &told.result {
            Outcome::Failed(Some(error)) if !self.errors.is_empty() => {
                let holds = self.errors.contains(error);
                let result = if holds {
                    Ok(error.clone())
                } else {
                    Err(error.clone())
                };
                checks.push(check(
                    "error",
                    &self.errors.join(" or "),
                    result,
                    &self.rule,
                ));
            }
            // Where another outcome is right too, it is not the values that matter.
            Outcome::Succeeded(Some(values)) if self.outcome == Expected::Succeeds => {
                let reply = self.last_reply(happened.received);
                let compared = reply
                    .iter()
                    .flat_map(|reply| truth::compare(&self.asked.operation, reply, values));
                checks.extend(compared.map(|compared| Check {
                    name: compared.name,
                    holds: compared.holds,
                    expected: compared.expected,
                    actual: compared.actual,
                    rule: self.rule.clone(),
                }));
            }
            Outcome::Failed(_) | Outcome::Succeeded(_) | Outcome::Hung(_) | Outcome::Died(_) => {}
        }
        for shown in &self.shows {
            checks.push(self.shown(*shown, happened));
        }
    }

    /// Whether the client found out by GETSTATUS what had become of a message whose reply was lost.
    fn learnt_better(&self, received: &[Received]) -> bool {
        let lost = !self.carrying.arrives() && self.carrying.taken() == Taken::Yes;
        lost && matches!(self.asked.operation, Operation::Send(_))
            && received.iter().any(|received| {
                received.end == End::Answered && operation(received).as_deref() == Some("GETSTATUS")
            })
    }

    /// What the last reply to the operation said.
    fn last_reply(&self, received: &[Received]) -> Option<Reply> {
        let word = self.asked.operation.word();
        let mut ours = received.iter().rev();
        let last = ours.find(|received| operation(received).as_deref() == Some(word))?;
        truth::of(&last.reply)
    }

    /// Whether the login went to nobody else.
    fn trust(&self, happened: Happened<'_>, checks: &mut Vec<Check>) {
        if self.carrying.seal() != Seal::Open {
            let count = happened.received.len();
            let result = match count {
                0 => Ok("none".to_owned()),
                1 => Err("1 request".to_owned()),
                count => Err(format!("{count} requests")),
            };
            let expected = "no request: the certificate is not to be trusted";
            checks.push(check("trusts", expected, result, &self.rule));
        }
        if self.carrying == Carrying::Redirect {
            let secret = self.asked.credentials.password.expose();
            let told = |received: &&Received| {
                let root = document(received);
                let password = root
                    .iter()
                    .flat_map(|root| root.elements())
                    .find_map(|element| element.child("password"));
                password.is_some_and(|password| password.text() == secret)
            };
            let result = match happened.strayed {
                [] => Ok("none".to_owned()),
                strayed if strayed.iter().any(|received| told(&received)) => {
                    Err("a request with the password".to_owned())
                }
                [first, ..] => Err(format!("{} without the password", first.method())),
            };
            let expected = "no request to where the redirect points";
            checks.push(check("stays", expected, result, &self.rule));
        }
    }

    /// What a person should see.
    fn shown(&self, what: Shown, happened: Happened<'_>) -> Check {
        let text = &happened.told.shown;
        let reply = self.last_reply(happened.received);
        let response = match &reply {
            Some(Reply::Response(response)) => Some(response),
            Some(Reply::DeliveryReport(_)) | None => None,
        };
        let (name, expected, holds) = match what {
            Shown::Credits => {
                let amount = response
                    .and_then(|response| truth::amount(&self.asked.operation, response))
                    .unwrap_or_default();
                ("shows.credits", amount.to_owned(), has_number(text, amount))
            }
            Shown::Reason => {
                let status = response.map(|response| response.status).unwrap_or_default();
                let name = code_of(status).map_or("", |code| code.name);
                let code = status.to_string();
                let named = !name.is_empty()
                    && text
                        .to_ascii_uppercase()
                        .replace([' ', '-'], "_")
                        .contains(name);
                let expected = format!("{code} {name}");
                ("shows.reason", expected, named || has_number(text, &code))
            }
            Shown::Id => {
                let ids = sent_ids(happened.received);
                let holds = ids.iter().all(|id| text.contains(id.as_str()));
                ("shows.id", ids.join(", "), holds)
            }
            Shown::NoPassword => {
                let mask = PasswordMask::new(&self.asked.credentials, Charset::Utf8);
                let holds = mask.hide(text.as_bytes()) == text.as_bytes();
                (
                    "shows.no-password",
                    "no password in its output".to_owned(),
                    holds,
                )
            }
        };
        let actual = match text.trim() {
            "" => "no output".to_owned(),
            text => text.chars().take(400).collect(),
        };
        let result = if holds { Ok(actual) } else { Err(actual) };
        check(name, &expected, result, &self.rule)
    }
}

/// The ids that SENDs gave their messages.
fn sent_ids(received: &[Received]) -> Vec<String> {
    let mut ids = Vec::new();
    for root in received.iter().filter_map(document) {
        let numbers = root.children_named("numbers");
        for number in numbers.flat_map(|numbers| numbers.children_named("number")) {
            let attributes = number.attributes.iter();
            let id = attributes
                .filter(|attribute| attribute.name.eq_ignore_ascii_case("messageid"))
                .map(|attribute| attribute.value.clone());
            ids.extend(id);
        }
    }
    ids
}

/// Whether this number stands in a text, in any spelling of it.
fn has_number(text: &str, number: &str) -> bool {
    let Ok(number) = number.parse::<Decimal>() else {
        return false;
    };
    let part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-');
    text.split(|c: char| !part(c)).any(|token| {
        let token = token.trim_end_matches(['.', ',', '-']).replace(',', ".");
        token.parse() == Ok(number)
    })
}

fn check(name: &str, expected: &str, result: Result<String, String>, rule: &str) -> Check {
    let holds = result.is_ok();
    let (Ok(actual) | Err(actual)) = result;
    Check {
        name: name.to_owned(),
        holds,
        expected: expected.to_owned(),
        actual,
        rule: rule.to_owned(),
    }
}

#[cfg(test)]
mod tests;

//! Judges whom a message goes to: how numbers are written, and how many there are (SEND-01, SEND-05 to SEND-08).

use std::collections::BTreeMap;

use super::notes::{Heard, Notes, character, count, number};
use super::said::{Recipient, bare};
use crate::history::message::Number;
use crate::operation::{Message, Operation};

/// More recipients than this in a document are many.
const MANY: usize = 10_000;

/// PHP reads bodies up to this, unless it is told otherwise.
const LARGE: usize = 8 * 1024 * 1024;

/// Judges one request.
pub fn judge(heard: &Heard<'_>, notes: &mut Notes) {
    let said = heard.said;
    if !said.is_message() {
        return;
    }
    let asked = asked(heard);
    notes.look("no-recipients");
    notes.look("batch-large");
    nobody(heard, asked, notes);
    large(heard, notes);
    if said.recipients.is_empty() {
        return;
    }
    for rule in ["number-form", "number-invalid", "number-national"] {
        notes.look(rule);
    }
    let was_asked = |number: &str| {
        asked.is_some_and(|message| {
            message
                .recipients
                .iter()
                .any(|recipient| recipient.number == number)
        })
    };
    let mut forms: Vec<&Recipient> = Vec::new();
    let mut wrong: Vec<(&Recipient, String)> = Vec::new();
    let mut national: Vec<(&Recipient, String)> = Vec::new();
    for recipient in &said.recipients {
        let text = recipient.number.text.as_str();
        if was_asked(text) {
            continue;
        }
        if let Some(why) = at_home(text) {
            national.push((recipient, why));
            continue;
        }
        match recipient.kind() {
            Number::Valid if text.trim().bytes().any(|byte| !byte.is_ascii_digit()) => {
                forms.push(recipient);
            }
            Number::Valid => {}
            Number::Invalid => wrong.push((recipient, fault(text))),
            Number::Blank => wrong.push((recipient, "it is empty".to_owned())),
        }
    }
    let of = |many: usize| match said.recipients.len() {
        1 => String::new(),
        all => format!(" ({many} of {all} numbers)"),
    };
    if let Some(first) = forms.first() {
        notes.found(
            "number-form",
            heard.number(),
            format!(
                "{} is written with signs{}",
                number(&first.number.text),
                of(forms.len())
            ),
            Some(heard.element(&first.number)),
        );
    }
    for (rule, found) in [("number-invalid", &wrong), ("number-national", &national)] {
        if let Some((first, why)) = found.first() {
            notes.found(
                rule,
                heard.number(),
                format!(
                    "{} is no number to send to: {why}{}",
                    number(&first.number.text),
                    of(found.len())
                ),
                Some(heard.element(&first.number)),
            );
        }
    }
    repeated(heard, asked, notes);
}

/// The message that was asked, if one was.
pub fn asked<'h>(heard: &Heard<'h>) -> Option<&'h Message> {
    match &heard.asked?.operation {
        Operation::Send(message) | Operation::GetPrice(message) => Some(message),
        Operation::GetStatus(_) | Operation::Balance | Operation::CreditPrice => None,
    }
}

fn nobody(heard: &Heard<'_>, asked: Option<&Message>, notes: &mut Notes) {
    let said = heard.said;
    if asked.is_some_and(|message| message.recipients.is_empty()) {
        return;
    }
    if said
        .recipients
        .iter()
        .any(|recipient| recipient.kind() != Number::Blank)
    {
        return;
    }
    let numbers = said
        .document()
        .and_then(|document| document.root.child("numbers"));
    let detail = match numbers {
        None => "there is no <numbers>".to_owned(),
        Some(numbers) if !numbers.text().trim().is_empty() => {
            "the number stands in <numbers> without a <number> around it".to_owned()
        }
        Some(numbers) => match numbers.elements().next() {
            Some(other) if other.name != "number" => {
                format!(
                    "<numbers> holds <{}>, not <number>",
                    crate::report::text::spelled(&other.name)
                )
            }
            Some(_) => "every <number> is empty".to_owned(),
            None => "<numbers> is empty".to_owned(),
        },
    };
    let evidence = numbers.map(|numbers| {
        heard.document(numbers.span.start.offset..numbers.span.start.offset.saturating_add(8))
    });
    notes.found("no-recipients", heard.number(), detail, evidence);
}

fn large(heard: &Heard<'_>, notes: &mut Notes) {
    let recipients = heard.said.recipients.len();
    let body = heard.received.body.len();
    if recipients > MANY {
        notes.found(
            "batch-large",
            heard.number(),
            format!("there are {recipients} recipients in the document"),
            None,
        );
    } else if body > LARGE {
        notes.found(
            "batch-large",
            heard.number(),
            format!("the body has {body} bytes"),
            None,
        );
    }
}

/// Why a number is one that is dialled at home, if it is.
fn at_home(written: &str) -> Option<String> {
    let digits = bare(written);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || written.trim().starts_with('+') {
        return None;
    }
    let is_trunk = digits.starts_with('0') && !digits.starts_with("00");
    if is_trunk && (9..=11).contains(&digits.len()) {
        return Some("it begins with 0 and has no country code, so that it is skipped".to_owned());
    }
    // No country code begins so: +80 and +89 are nobody's, and those of +87 are satellites.
    let is_eight = ["80", "87", "89"]
        .iter()
        .any(|head| digits.starts_with(head));
    (is_eight && digits.len() == 11).then(|| {
        "it begins with the 8 that is dialled in the country, and has no country code".to_owned()
    })
}

/// What is wrong with a number (SEND-06).
fn fault(written: &str) -> String {
    let digits = bare(written);
    let length = digits.chars().count();
    let stranger = digits.char_indices().find(|(_, c)| !c.is_ascii_digit());
    if let Some((_, stranger)) = stranger {
        let place = written.find(stranger).unwrap_or_default();
        let place = written
            .get(..place)
            .map_or(0, |before| before.chars().count());
        let looks = digits.to_ascii_uppercase();
        let exponent = looks.contains("E+") || looks.contains("E1");
        let hint = if exponent {
            ": it was taken for a number somewhere"
        } else {
            ""
        };
        return format!(
            "character {} is {}{hint}",
            place.saturating_add(1),
            character(stranger)
        );
    }
    if let Some(rest) = digits.strip_prefix("00") {
        return format!(
            "it begins with 00, and {} would be the number",
            number(rest)
        );
    }
    if digits.starts_with('0') {
        return "it begins with 0".to_owned();
    }
    format!("it has {}, and 7 to 15 are right", count(length, "digit"))
}

fn repeated(heard: &Heard<'_>, asked: Option<&Message>, notes: &mut Notes) {
    let said = heard.said;
    if said.recipients.len() < 2 {
        return;
    }
    notes.look("number-repeated");
    let mut times: BTreeMap<String, Vec<&Recipient>> = BTreeMap::new();
    for recipient in &said.recipients {
        if recipient.kind() == Number::Valid {
            times
                .entry(bare(&recipient.number.text))
                .or_default()
                .push(recipient);
        }
    }
    let wanted = |digits: &str| {
        asked.map_or(1, |message| {
            let same = message
                .recipients
                .iter()
                .filter(|recipient| bare(&recipient.number) == digits);
            same.count().max(1)
        })
    };
    let mut repeated = times
        .iter()
        .filter(|(digits, found)| found.len() > wanted(digits));
    let first = repeated.next();
    let more = repeated.count();
    if let Some((_, found)) = first
        && let [one, again, ..] = found.as_slice()
    {
        let more = match more {
            0 => String::new(),
            more => format!(", and so do {more} others"),
        };
        let times = found.len();
        notes.found(
            "number-repeated",
            heard.number(),
            format!(
                "{} stands {times} times in the document{more}: each is paid for",
                number(&one.number.text)
            ),
            Some(heard.document_marks(vec![one.number.span.clone(), again.number.span.clone()])),
        );
    }
}

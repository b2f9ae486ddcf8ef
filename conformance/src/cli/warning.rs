//! What will go wrong with a call, said before it is made: the endpoint's answer will not say why.
//!
//! A warning forbids nothing: wrong requests are what the kit is for. It quotes nothing that was typed, since that
//! may be the password.

use super::lower::Call;
use crate::client::damage::{Damage, Harm};
use crate::operation::{Message, Operation};

/// The warnings about a call whose document was written to these bytes.
pub fn of(call: &Call, document: &[u8]) -> Vec<String> {
    let damages = call.transport.damages(document);
    let damages = damages.iter().map(|damage| {
        let before = document.get(..damage.offset).unwrap_or_default();
        describe(damage, element(&call.style.charset.decode_lossy(before)))
    });
    sender(&call.operation).into_iter().chain(damages).collect()
}

fn sender(operation: &Operation) -> Option<String> {
    let (message, sent) = match operation {
        Operation::Send(message) => (message, "the message"),
        Operation::GetPrice(message) => (message, "if it is sent like this, the message"),
        Operation::GetStatus(_) | Operation::Balance | Operation::CreditPrice => return None,
    };
    let lack = lack_of_sender(message)?;
    Some(format!(
        "the sender is {lack}: {sent} will be charged and end as INVALID_SOURCE_ADDRESS (SEND-10), or be refused \
         as BAD_SENDER_NAME by the extended revision; give one with --from"
    ))
}

fn lack_of_sender(message: &Message) -> Option<&'static str> {
    match message.sender.as_deref() {
        None => Some("missing"),
        Some("") => Some("empty"),
        Some(_) => None,
    }
}

/// The element in which a part of the document ends: one of those that hold what was typed, or else the root.
fn element(before: &str) -> &'static str {
    let names = [
        "username",
        "password",
        "sender",
        "text",
        "number",
        "messageid",
    ];
    let found = names
        .into_iter()
        .filter_map(|name| Some((before.rfind(&format!("<{name}"))?, name)));
    found.max().map_or("SMS", |(_, name)| name)
}

fn describe(damage: &Damage, element: &str) -> String {
    const REMEDY: &str = "--transport urlencoded carries it whole";
    let byte = damage.offset.saturating_add(1);
    let more = match damage.count.saturating_sub(1) {
        0 => String::new(),
        more => format!(" and {more} more like it,"),
    };
    match damage.harm {
        Harm::Ends => format!(
            "the & at byte {byte} of the document ends it here, in <{element}>: FORM-07, a form field ends at & \
             (XML writes &, <, > and what the charset lacks with one); expect XML_ERROR; {REMEDY}"
        ),
        Harm::Blank => format!(
            "the + at byte {byte} of the document, in <{element}>,{more} is read as a blank: FORM-07; {REMEDY}"
        ),
        Harm::Decoded => format!(
            "the % at byte {byte} of the document, in <{element}>,{more} is read as one byte together with the two \
             hexadecimal digits behind it: FORM-07, XML_ERROR if XML has no such character; {REMEDY}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::element;

    #[test]
    fn the_element_is_the_last_one_that_began() {
        #[track_caller]
        fn check(before: &str, expected: &str) {
            assert_eq!(element(before), expected);
        }
        check("", "SMS");
        check("<SMS>\n<authentication>\n<username>", "username");
        check("<username>demo</username>\n<password>", "password");
        check("<numbers>\n<number messageID=\"a", "number");
        check(
            "<statistics>\n<messageid>a</messageid>\n<messageid>",
            "messageid",
        );
    }
}

//! Whether a step sends messages, which costs credits on a live endpoint.
//!
//! What is written by hand is harmless only if its text shows that it is: `SEND` can hide behind character references,
//! comments, CDATA, escapes and variables.

use super::markup::{Markup, Part};
use super::mentions::Spends;
use super::model::{Scenario, Step};

/// The operations that send nothing, in small letters.
const HARMLESS: [&str; 4] = ["getprice", "getstatus", "balance", "creditprice"];

/// Whether a step of this scenario sends messages.
pub(super) fn of(step: &Step, scenario: &Scenario) -> Spends {
    if step.send.is_some() {
        return Spends::Messages;
    }
    let mut text = String::new();
    if let Some(tree) = &step.tree {
        spell(tree, &mut text);
    }
    for template in step.xml.iter().chain(&step.http) {
        text.push_str(&template.to_string());
    }
    if text.contains("${") {
        let matrix = scenario.matrix.values().flatten();
        for variable in scenario.variables.values().chain(matrix) {
            text.push('\n');
            text.push_str(&variable.to_string());
        }
    }
    let text = decoded(&text).to_ascii_lowercase();
    if text.is_empty() || (!names_it(&text) && (asks_only(&text) || reaches_nobody(&text))) {
        Spends::Nothing
    } else {
        Spends::ByHand
    }
}

/// A tree as markup, near enough for a search.
fn spell(element: &Markup, text: &mut String) {
    text.extend(["<", &element.name, ">"]);
    for part in &element.inside {
        match part {
            Part::Element(element) => spell(element, text),
            Part::Text(template)
            | Part::Attribute(_, template)
            | Part::CData(template)
            | Part::Comment(template)
            | Part::Raw(template) => text.push_str(&template.to_string()),
        }
    }
    text.extend(["</", &element.name, ">"]);
}

/// Whether SEND stands there, and not only `<sender>`.
fn names_it(text: &str) -> bool {
    text.match_indices("send").any(|(place, _)| {
        let rest = text.get(place..).unwrap_or_default();
        !rest.starts_with("sender")
    })
}

/// Whether there is an operation, and every one is plainly written and harmless.
fn asks_only(text: &str) -> bool {
    let mut found = false;
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("<operation") {
        rest = after;
        if after.starts_with('s') {
            continue;
        }
        let inside = after.split_once('>').map_or("", |(_, inside)| inside);
        match inside.split_once("</operation>") {
            Some((name, _)) if HARMLESS.contains(&name.trim()) => found = true,
            Some(_) | None => return false,
        }
    }
    found
}

/// Whether there is no recipient, and nothing behind which one could hide.
fn reaches_nobody(text: &str) -> bool {
    let hiding = ["number", "hex(", "<!doctype"];
    !hiding.iter().any(|word| text.contains(word))
}

/// The text with its percent escapes decoded, if it has any.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let digit = |byte: u8| char::from(byte).to_digit(16).map(u8::try_from)?.ok();
        let escape = match (first, tail) {
            (b'%', [high, low, after @ ..]) => digit(*high).zip(digit(*low)).map(|digits| {
                let (high, low) = digits;
                (high.wrapping_shl(4) | low, after)
            }),
            _ => None,
        };
        let (byte, after) = escape.unwrap_or((*first, tail));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::scenario::mentions::Spends;
    use crate::scenario::model::Scenario;

    #[track_caller]
    fn check(step: &str, expected: Spends) {
        let text = format!(
            "{{ clauses: [OP-01], requirement: x, variables: {{ o: SE, p: BALANCE }}, steps: [{{ {step} }}] }}"
        );
        let scenario: Scenario = serde_yaml::from_str(&text).unwrap();
        assert_eq!(of(&scenario.steps[0], &scenario), expected, "{step}");
    }

    #[track_caller]
    fn check_operation(operation: &str, expected: Spends) {
        check(
            &format!("xml: '<operation>{operation}</operation><number>1</number>'"),
            expected,
        );
    }

    #[test]
    fn typed_operations_say_what_they_are() {
        check("send: { text: x, to: [] }", Spends::Messages);
        check("price: { text: x, to: ['1'] }", Spends::Nothing);
        check("ask: BALANCE", Spends::Nothing);
    }

    #[test]
    fn an_operation_that_is_plainly_harmless_is() {
        check_operation("GETPRICE", Spends::Nothing);
        check_operation("\n balance ", Spends::Nothing);
        check_operation(
            "GETPRICE</operation><sender>A</sender><operation>BALANCE",
            Spends::Nothing,
        );
        check(
            "tree: { SMS: [{ operations: [{ operation: BALANCE }] }, { number: '1' }] }",
            Spends::Nothing,
        );
        check(
            "http: 'XML=%3Coperation%3EGETPRICE%3C/operation%3E<number>'",
            Spends::Nothing,
        );
    }

    #[test]
    fn whatever_else_has_recipients_may_send() {
        for operation in [
            "SEND",
            "Send",
            "&#83;END",
            "SE<!-- x --><![CDATA[ND]]>",
            "${o}ND",
            "${p}",
            "BALANCE</operation><operation>${o}ND",
            "x",
        ] {
            check_operation(operation, Spends::ByHand);
        }
        check("xml: '<number>1</number>'", Spends::ByHand);
        check("xml: '${o}<%6eumber>'", Spends::ByHand);
        check("xml: '${hex(\"00\")}'", Spends::ByHand);
        check(
            "tree: { SMS: [{ operation: [{ raw: 'S&#69;ND' }] }, { number: '1' }] }",
            Spends::ByHand,
        );
    }

    #[test]
    fn without_recipients_nothing_is_sent() {
        check("xml: '<SMS><operation/>'", Spends::Nothing);
        check("http: 'GET / HTTP/1.1'", Spends::Nothing);
        check("xml: '<!-- x -->&#32;<![CDATA[x]]>'", Spends::Nothing);
        check("xml: '<operation>SEND</operation>'", Spends::ByHand);
        check("xml: '<!DOCTYPE a [<!ENTITY b \"x\">]>'", Spends::ByHand);
    }
}

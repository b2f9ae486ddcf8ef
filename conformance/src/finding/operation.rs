//! Judges what is asked for: one operation, in words that the gateway knows (OP-01, OP-02).

use super::notes::{Heard, Notes, count, quoted};

/// The five words.
const WORDS: &[&str] = &["SEND", "GETPRICE", "GETSTATUS", "BALANCE", "CREDITPRICE"];

/// Judges one request.
pub fn judge(heard: &Heard<'_>, notes: &mut Notes) {
    let said = heard.said;
    let Some(document) = said.document() else {
        return;
    };
    notes.look("operation-wrong");
    notes.look("several-operations");
    match said.operations.as_slice() {
        [] => {
            let detail = match document.root.child("operation") {
                Some(_) => "<operation> does not stand in <operations>",
                None => "there is no <operations><operation>",
            };
            notes.found("operation-wrong", heard.number(), detail, None);
        }
        [one] => {
            let word = one.text.trim();
            if WORDS.contains(&word) {
                return;
            }
            let upper = word.to_ascii_uppercase();
            let detail = if word.is_empty() {
                "the operation is empty".to_owned()
            } else if WORDS.contains(&upper.as_str()) {
                format!(
                    "the operation is {}; it has to be {upper}, in upper case",
                    quoted(word)
                )
            } else {
                format!(
                    "the operation is {}, which the gateway does not know",
                    quoted(word)
                )
            };
            notes.found(
                "operation-wrong",
                heard.number(),
                detail,
                Some(heard.element(one)),
            );
        }
        [first, more @ ..] => {
            let words: Vec<&str> = said
                .operations
                .iter()
                .map(|value| value.text.trim())
                .collect();
            let mut evidence = heard.element(first);
            if let Some(second) = more.first() {
                evidence = heard.element(second);
            }
            notes.found(
                "several-operations",
                heard.number(),
                format!(
                    "there are {}: {}",
                    count(words.len(), "operation"),
                    quoted(&words.join(", "))
                ),
                Some(evidence),
            );
        }
    }
}

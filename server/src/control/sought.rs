//! Words looked for in requests: in everything that is shown of one. Not for messages, of which there are many more.

use super::words::Words;
use super::{mask, requests};
use crate::space::Space;
use crate::space::hidden;
use crate::space::journal::Entry;
use crate::wire;

/// Whether each word is found in what is shown of a request: what was made of it, its document, its reply.
pub(super) fn holds(words: &Words, space: &Space, entry: &Entry) -> bool {
    let mut shown = outline(space, entry);
    if all_in(words, &shown) {
        return true;
    }
    let is_hidden = space.config().mask_numbers;
    let reply = String::from_utf8_lossy(entry.bytes.reply());
    shown.push_str(&hidden::numbers(&reply, is_hidden));
    let (label, body) = (entry.bytes.content_type(), entry.bytes.body());
    // To mask a body takes longer than to look at it, and most hold no such word either way.
    let may_be = all_in(words, &format!("{shown}\n{}", document(label, body)));
    (may_be || is_hidden) && {
        let masked = mask::body(space, entry);
        all_in(words, &format!("{shown}\n{}", document(label, &masked)))
    }
}

fn all_in(words: &Words, shown: &str) -> bool {
    words.iter().all(|word| word.pattern.is_match(shown))
}

/// The document of a body as text; of one that holds none, the body.
fn text(content_type: Option<&str>, body: &[u8]) -> String {
    wire::text(content_type, body).unwrap_or_else(|| {
        String::from_utf8_lossy(&wire::document(content_type, body)).into_owned()
    })
}

/// The document of a body, and once more as it is meant, where signs of it are escaped.
fn document(content_type: Option<&str>, body: &[u8]) -> String {
    let written = text(content_type, body);
    let meant = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ]
    .into_iter()
    .fold(written.clone(), |text, (escape, sign)| {
        text.replace(escape, sign)
    });
    format!("{written}\n{meant}")
}

/// What was made of a request, a line for each thing, so that no word is half in one and half in another.
fn outline(space: &Space, entry: &Entry) -> String {
    let request = requests::outline(space, entry);
    let pieces = [
        Some(format!("#{}", request.number)),
        Some(request.method),
        Some(request.path),
        request.content_type,
        request.transport.map(str::to_owned),
        request.charset.map(str::to_owned),
        Some(request.operation.to_owned()),
        request.account,
        Some(request.result.to_owned()),
        request.reason,
        request.cause,
        request
            .fault
            .map(|fault| format!("{}\n{}", fault.name, fault.kind)),
    ];
    pieces
        .into_iter()
        .flatten()
        .flat_map(|piece| [piece, "\n".to_owned()])
        .collect()
}

//! Which document a form means (FORM-03 to FORM-10), with a library for forms as a second opinion.

use std::borrow::Cow;

use epochta_mock::wire::form::{self, Transport};
use epochta_mock::wire::tolerance::Tolerances;
use memchr::memmem;

use super::labelled;

/// A label, and the body under it.
pub(super) fn holds(bytes: &[u8]) {
    let (label, body) = labelled(bytes);
    let Ok((transport, document)) = form::document(label, body, &mut Tolerances::default()) else {
        return;
    };
    match transport {
        Transport::Raw => assert_eq!(document, body),
        Transport::Multipart => assert!(memmem::find(body, &document).is_some()),
        Transport::Urlencoded | Transport::Unescaped => {
            if let Some(expected) = last_field(body) {
                assert_eq!(String::from_utf8_lossy(&document), expected);
            }
        }
    }
    // The same document as a library sends it: nothing gets lost, and nothing has to be tolerated.
    let escaped: String = document.iter().map(|byte| format!("%{byte:02x}")).collect();
    let urlencoded = ["XML=", &escaped].concat().into_bytes();
    let parts: [&[u8]; 3] = [
        b"--of-its-own\r\nContent-Disposition: form-data; name=\"XML\"\r\n\r\n",
        &document,
        b"\r\n--of-its-own--\r\n",
    ];
    let mut ways = vec![(
        "application/x-www-form-urlencoded",
        urlencoded,
        Transport::Urlencoded,
    )];
    if memmem::find(&document, b"--of-its-own").is_none() {
        let label = "multipart/form-data; boundary=of-its-own";
        ways.push((label, parts.concat(), Transport::Multipart));
    }
    for (label, body, transport) in ways {
        let mut tolerances = Tolerances::default();
        let again = form::document(Some(label), &body, &mut tolerances);
        assert_eq!(again, Ok((transport, Cow::Borrowed(&*document))));
        assert!(tolerances.is_empty(), "{tolerances}");
    }
}

/// The field by a library for forms, if its name is one that PHP does nothing to (FORM-07).
fn last_field(body: &[u8]) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_html_form::from_bytes(body).ok()?;
    let is_plain = |name: &str| !name.starts_with(' ') && !name.contains(['[', '\0']);
    let all_plain = pairs.iter().all(|(name, _)| is_plain(name));
    let last = pairs.into_iter().rfind(|(name, _)| name == "XML");
    last.filter(|_| all_plain).map(|(_, value)| value)
}

//! Bytes to text (XML-03, XML-04): what is written in the same charset again is what it was.

use encoding_rs::{Encoding, UTF_8};
use epochta_mock::wire::charset::{self, NotText};
use epochta_mock::wire::tolerance::Tolerances;

use super::{labelled, with_line_feeds};

/// A label, and the document under it.
pub(super) fn holds(bytes: &[u8]) {
    let (label, document) = labelled(bytes);
    let decoded = match charset::decode(document, label, &mut Tolerances::default()) {
        Ok(decoded) => decoded,
        Err(NotText::Invalid { charset, position }) => {
            assert!(position < document.len(), "{position}");
            let (right, _) = document.split_at(position);
            assert!(charset != UTF_8.name() || str::from_utf8(right).is_ok());
            return;
        }
        Err(error @ (NotText::UnknownCharset(_) | NotText::NotUtf16(_))) => {
            assert!(error.to_string().len() < 500, "{error}");
            return;
        }
    };
    assert!(!decoded.text.contains('\r'));
    assert!(decoded.text.len() <= document.len().saturating_mul(3));
    let encoding = Encoding::for_label(decoded.charset.as_bytes()).expect(decoded.charset);
    if encoding == UTF_8 || encoding.is_single_byte() {
        let (written, _, unmappable) = encoding.encode(&decoded.text);
        let marked = document
            .strip_prefix(b"\xEF\xBB\xBF")
            .filter(|_| encoding == UTF_8);
        assert!(!unmappable);
        assert_eq!(*written, *with_line_feeds(marked.unwrap_or(document)));
    }
}

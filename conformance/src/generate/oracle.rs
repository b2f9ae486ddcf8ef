//! The bytes that a step stands for, without any endpoint, and whether they are well-formed by the kit's own reader.

use std::sync::{Arc, LazyLock};

use crate::operation::Credentials;
use crate::password::Password;
use crate::run::bindings::{Bindings, Context};
use crate::run::request::{Author, RequestError, Wire};
use crate::scenario::model::Step;
use crate::scenario::template::Template;
use crate::target::Target;
use crate::xml::read::read;

/// Whether a document is well-formed (XML-08).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// It is.
    WellFormed,
    /// It is not.
    Malformed,
}

/// A target that is nowhere, with everything that a scenario may mention.
static NOWHERE: LazyLock<Option<Arc<Target>>> = LazyLock::new(|| {
    let endpoint = "http://127.0.0.1:9/members/sms/xml.php".parse().ok()?;
    let mut target = Target::simple(endpoint, None);
    for name in ["main", "poor", "other", "test_mode", "closed"] {
        let credentials = Credentials {
            username: name.to_owned(),
            password: Password::new("secret"),
        };
        target.accounts.insert(name.to_owned(), credentials);
    }
    let words = ["WAITING", "SENT", "UNCOVERED"];
    let finals = crate::property::FINAL_WORDS.iter().copied();
    for (word, number) in words.into_iter().chain(finals).zip(999_100_000_001_u64..) {
        target.numbers.insert(word.to_owned(), number.to_string());
    }
    Some(Arc::new(target))
});

/// The document that a step sends, for a login that has no special characters; nothing if it sends none.
pub fn document(step: &Step) -> Option<Vec<u8>> {
    let mut step = step.clone();
    step.over = Some(Template::literal("raw"));
    step.split = None;
    match wire(&step)?.ok()? {
        Wire::Whole(outgoing) => Some(outgoing.body),
        Wire::Raw(_) => None,
    }
}

/// What goes out for a step; nothing if there is no target to think of.
pub fn wire(step: &Step) -> Option<Result<Wire, RequestError>> {
    let target = NOWHERE.as_ref()?;
    let bindings = Bindings::new(Arc::clone(target), Default::default(), "k0".to_owned());
    let mut author = Author {
        bindings: &bindings,
        endpoint: &target.endpoint,
        account: target.accounts.get(step.account()),
        context: Context::new(),
    };
    Some(author.prepare(step).map(|prepared| prepared.wire))
}

/// Whether a document is well-formed. Blanks before the declaration are none of its faults here (XML-03).
pub fn form_of(document: &[u8]) -> Form {
    let bare = match document.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => rest.trim_ascii_start(),
        None => document.trim_ascii_start(),
    };
    match read(bare) {
        Ok(_) => Form::WellFormed,
        Err(_) => Form::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, document, form_of};
    use crate::scenario::model::{Question, Step};

    #[test]
    fn the_form_of_a_document_is_known() {
        #[track_caller]
        fn check(document: &str, expected: Form) {
            assert_eq!(form_of(document.as_bytes()), expected);
        }
        check("<SMS/>", Form::WellFormed);
        check("\u{FEFF} \n<?xml version='1.0'?><SMS/>\n", Form::WellFormed);
        check("<SMS>", Form::Malformed);
        check("<SMS/><SMS/>", Form::Malformed);
        check("", Form::Malformed);
    }

    #[test]
    fn a_step_has_its_document() {
        let step = Step {
            ask: Some(Question::Balance),
            ..Step::default()
        };
        let written = String::from_utf8(document(&step).unwrap()).unwrap();
        assert!(written.contains("<operation>BALANCE</operation>"));
        assert_eq!(document(&Step::default()), None);
    }
}

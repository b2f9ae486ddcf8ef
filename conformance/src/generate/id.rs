//! Ids of messages: `${id.m1}` with a suffix of characters that XML allows (SEND-12).

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Just, Strategy};
use proptest::prop_oneof;
use proptest::sample::select;

use super::template::Draft;
use crate::scenario::template::Template;

/// An id that nobody else uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id {
    /// Which one: 1 is `${id.m1}`.
    pub number: usize,
    /// What stands behind it.
    pub suffix: String,
}

/// What suffixes are put together from. Only one kind of quotes, so that the other can stand around an id.
const PIECES: &[&str] = &[
    "a", "B", "0", "-", "_", ".", "/", ":", "+", "%", "%41", "=", ";", ",", "#", "?", "!", "@",
    "$", "${", "*", "(", ")", "[", "]", "{", "}", "|", "\\", "^", "~", "`", "\"", "é", "ß", "я",
    "Ї", "中", "😀", "\u{301}", "\u{200D}",
];

/// What has to be escaped, and blanks inside.
const SPECIAL: &[&str] = &["&", "<", ">", "]]>", "&amp;", "a b", "a  b", "or x", "--"];

/// An id among so many, as plain as it can be.
pub fn plain(most: usize) -> BoxedStrategy<Id> {
    (1..=most.max(1))
        .prop_map(|number| Id {
            number,
            suffix: String::new(),
        })
        .boxed()
}

/// An id among so many, with any suffix.
pub fn any(most: usize) -> BoxedStrategy<Id> {
    (1..=most.max(1), suffix())
        .prop_map(|(number, suffix)| Id { number, suffix })
        .boxed()
}

/// What may stand behind an id: it does not end with a blank, which may be stripped (STATUS-09).
pub fn suffix() -> BoxedStrategy<String> {
    let piece = prop_oneof![3 => select(PIECES), 1 => select(SPECIAL)];
    prop_oneof![
        Just(String::new()),
        vec(piece, 1..8).prop_map(|pieces| pieces.concat()),
        vec(select(PIECES), 30..120).prop_map(|pieces| pieces.concat()),
    ]
    .boxed()
}

impl Id {
    /// A plain one.
    pub fn numbered(number: usize) -> Self {
        Self {
            number,
            suffix: String::new(),
        }
    }

    /// As it stands in a document.
    pub fn template(&self) -> Template {
        self.draft(Draft::new()).template()
    }

    /// As it stands in an expectation: in quotes, in which nothing has a meaning of its own.
    pub fn expected(&self) -> Template {
        self.draft(Draft::new().literal("'"))
            .literal("'")
            .template()
    }

    fn draft(&self, draft: Draft) -> Draft {
        draft
            .expression(&format!("id.m{}", self.number))
            .literal(&self.suffix)
    }
}

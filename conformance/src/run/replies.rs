//! What the steps of a case were answered, as one text for snapshots and comparisons.
//!
//! Which of several branches is answered first, and which copy of a branch is answered what, is chance: it does not
//! show in the text.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::check::normalise::{self, normalise};
use crate::scenario::locate::Turn;
use crate::xml::style::Style;
use crate::xml::tree::Element;
use crate::xml::write::write;

/// The replies so far, in the order in which they came.
#[derive(Debug, Default)]
pub struct Replies(Mutex<Vec<Told>>);

/// What a step was told.
#[derive(Debug)]
struct Told {
    /// The numbers of the step in the lists of the file, and its turn.
    place: (Vec<usize>, u32),
    title: String,
    reply: Result<Element, String>,
}

impl Replies {
    /// Keeps the root of the reply to a step, or why there is none.
    pub fn keep(&self, path: &[Turn], turn: u32, title: &str, reply: Result<Element, String>) {
        let numbers = path.iter().filter_map(|turn| match turn {
            Turn::Item(number) => Some(*number),
            Turn::Key(_) => None,
        });
        let told = Told {
            place: (numbers.collect(), turn),
            title: title.to_owned(),
            reply,
        };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(told);
    }

    /// All of them in the order of the file, normalised. `ids` are those of the case: value to name.
    pub fn transcript(&self, ids: &BTreeMap<String, String>) -> String {
        let mut replies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        replies.sort_by_cached_key(|told| {
            let text = match &told.reply {
                Ok(root) => write(&root.canonical(), &Style::default()),
                Err(reason) => reason.clone().into_bytes(),
            };
            (told.place.clone(), text)
        });
        let steps: Vec<_> = replies
            .iter()
            .map(|told| normalise::Step {
                title: &told.title,
                reply: told.reply.as_ref().map_err(String::as_str),
            })
            .collect();
        normalise(&steps, ids)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Replies;
    use crate::scenario::locate::Turn;
    use crate::xml::tree::Element;

    #[test]
    fn the_order_is_that_of_the_file_and_copies_have_none() {
        let replies = Replies::default();
        for (place, turn, status) in [
            ([1, 0], 1, "b"),
            ([0, 1], 2, "x"),
            ([1, 0], 1, "a"),
            ([0, 1], 1, "y"),
        ] {
            let path = place.map(Turn::Item);
            replies.keep(&path, turn, "1 ask", Ok(Element::leaf("status", status)));
        }
        let transcript = replies.transcript(&BTreeMap::new());
        let statuses: Vec<_> = transcript.split("# 1 ask\n").skip(1).collect();
        let expected = ["y", "x", "a", "b"].map(|status| format!("<status>{status}</status>\n"));
        assert_eq!(statuses, expected);
    }
}

//! What one configuration changed of another's list of scripts, or of faults, and what becomes of those that there are.
//! Not for what one does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::gateway::fault::Fault;
use crate::gateway::script::{Condition, Glob, Script};

/// What has a name in a list, and a serial by which it counts.
pub trait Named: Clone {
    /// Its name.
    fn name(&self) -> &str;

    /// Its serial.
    fn serial_mut(&mut self) -> &mut u64;

    /// Whether another says the same.
    fn is_same(&self, other: &Self) -> bool;
}

/// Those that were edited, by name.
#[derive(Debug, Clone)]
pub struct NamedEdit<T> {
    /// Those that are new.
    pub added: Vec<String>,
    /// Those that say something else.
    pub replaced: Vec<String>,
    /// Those that are gone.
    pub removed: Vec<String>,
    /// Whether those that stayed come in another order.
    pub reordered: bool,
    before: Arc<[T]>,
    after: Arc<[T]>,
}

impl<T> Default for NamedEdit<T> {
    fn default() -> Self {
        Self {
            added: Vec::new(),
            replaced: Vec::new(),
            removed: Vec::new(),
            reordered: false,
            before: Arc::default(),
            after: Arc::default(),
        }
    }
}

impl<T: Named> NamedEdit<T> {
    pub(super) fn between(before: &Arc<[T]>, after: &Arc<[T]>) -> Self {
        let (old, new) = (by_name(before), by_name(after));
        let mut edit = Self {
            before: Arc::clone(before),
            after: Arc::clone(after),
            ..Self::default()
        };
        for item in after.iter() {
            match old.get(item.name()) {
                None => edit.added.push(item.name().to_owned()),
                Some(before) if !before.is_same(item) => {
                    edit.replaced.push(item.name().to_owned());
                }
                Some(_) => {}
            }
        }
        let gone = before.iter().filter(|item| !new.contains_key(item.name()));
        edit.removed = gone.map(|item| item.name().to_owned()).collect();
        let stayed_before = before
            .iter()
            .map(|item| item.name())
            .filter(|name| new.contains_key(name));
        let stayed_after = after
            .iter()
            .map(|item| item.name())
            .filter(|name| old.contains_key(name));
        edit.reordered = !stayed_before.eq(stayed_after);
        edit
    }

    /// Whether nothing was edited.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.replaced.is_empty()
            && self.removed.is_empty()
            && !self.reordered
    }

    /// Those that there are to be instead of those that there are, and the serial that the next one gets.
    ///
    /// What was not edited stays as it is, or stays away, and goes on counting. What is new, or says something else,
    /// counts from the beginning. The file's come in the file's order; the others keep their place among them.
    pub fn over(&self, present: &Arc<[T]>, next_serial: u64) -> (Arc<[T]>, u64) {
        if self.is_empty() {
            return (Arc::clone(present), next_serial);
        }
        let (old, there) = (by_name(&self.before), by_name(present));
        let names: BTreeSet<&str> = self.after.iter().map(|item| item.name()).collect();
        let mut serials = next_serial..;
        // Each with whether one of its name is there already, and so its place.
        let mut files = Vec::with_capacity(self.after.len());
        for item in self.after.iter() {
            let present = there.get(item.name());
            let is_edited = old
                .get(item.name())
                .is_none_or(|before| !before.is_same(item));
            if is_edited {
                let serial = serials.next().unwrap_or(u64::MAX);
                let mut edited = item.clone();
                *edited.serial_mut() = serial;
                files.push((present.is_some(), edited));
            } else if let Some(present) = present {
                files.push((true, T::clone(present)));
            }
        }
        let mut files = files.into_iter().peekable();
        let mut merged = Vec::with_capacity(present.len());
        let mut is_first = true;
        for item in present.iter() {
            if names.contains(item.name()) {
                let has_no_place = |(has_place, _): &(bool, T)| !has_place;
                if std::mem::take(&mut is_first) {
                    while let Some((_, added)) = files.next_if(has_no_place) {
                        merged.push(added);
                    }
                }
                merged.extend(files.next().map(|(_, item)| item));
                // What is new comes right after what it follows in the file.
                while let Some((_, added)) = files.next_if(has_no_place) {
                    merged.push(added);
                }
            } else if !old.contains_key(item.name()) {
                merged.push(item.clone());
            }
        }
        merged.extend(files.map(|(_, item)| item));
        (merged.into(), serials.start)
    }
}

fn by_name<T: Named>(items: &[T]) -> BTreeMap<&str, &T> {
    items.iter().map(|item| (item.name(), item)).collect()
}

impl Named for Fault {
    fn name(&self) -> &str {
        &self.name
    }

    fn serial_mut(&mut self) -> &mut u64 {
        &mut self.serial
    }

    fn is_same(&self, other: &Self) -> bool {
        let serial = self.serial;
        *self
            == Self {
                serial,
                ..other.clone()
            }
    }
}

impl Named for Script {
    fn name(&self) -> &str {
        &self.name
    }

    fn serial_mut(&mut self) -> &mut u64 {
        &mut self.serial
    }

    fn is_same(&self, other: &Self) -> bool {
        let Self {
            name,
            serial: _,
            when,
            nth,
            times,
            outcome,
        } = self;
        let Condition {
            msisdn,
            id,
            account,
            sender,
            text,
        } = when;
        let is_same = |one: &Option<Glob>, other: &Option<Glob>| one == other;
        let text = text.as_ref().map(|text| text.as_str());
        *name == other.name
            && is_same(msisdn, &other.when.msisdn)
            && is_same(id, &other.when.id)
            && is_same(account, &other.when.account)
            && is_same(sender, &other.when.sender)
            && text == other.when.text.as_ref().map(|text| text.as_str())
            && *nth == other.nth
            && *times == other.times
            && *outcome == other.outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn scripts(names: &str) -> Arc<[Script]> {
        let list: String = names
            .split_whitespace()
            .map(|name| {
                // Upper case says something else under the same name.
                let lose = if name.chars().any(char::is_uppercase) {
                    "reply"
                } else {
                    "request"
                };
                format!("{{ name: {}, lose: {lose} }}, ", name.to_lowercase())
            })
            .collect();
        let text = format!("scripts: [{list}]");
        Config::parse(&text, "mock.yaml").unwrap().rules.scripts
    }

    /// The file before, the file after, what is there, and what is there then: upper case as in [`scripts`].
    #[track_caller]
    fn check(before: &str, after: &str, present: &str, expected: &str) {
        let (edit, present) = (
            NamedEdit::between(&scripts(before), &scripts(after)),
            scripts(present),
        );
        let (merged, next) = edit.over(&present, 100);
        let expected = scripts(expected);
        let names = |scripts: &[Script]| {
            scripts
                .iter()
                .map(|script| script.name.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&merged), names(&expected));
        assert!(
            merged
                .iter()
                .zip(&*expected)
                .all(|(one, other)| one.is_same(other)),
            "{merged:?}"
        );
        let new = merged.iter().filter(|script| script.serial >= 100).count() as u64;
        assert_eq!(
            next,
            100 + (edit.added.len() + edit.replaced.len()) as u64,
            "each that was edited has a serial of its own"
        );
        assert_eq!(new, next - 100);
    }

    #[test]
    fn only_edited_scripts_are_touched() {
        check("a b c", "a b c", "mine a b c", "mine a b c");
        check("a b c", "a B c", "mine a b c", "mine a B c");
        check("a b c", "a c", "mine a b c", "mine a c");
        check("a b", "a x b", "mine a b", "mine a x b");
        check("a b", "x a b", "mine a b", "mine x a b");
        check("a b", "a b x", "mine a b", "mine a b x");
        check("", "a b", "mine", "mine a b");
        check("a b", "", "mine a b other", "mine other");
    }

    #[test]
    fn scripts_of_the_control_api_keep_their_place() {
        check("a b", "B", "a mine b", "mine B");
        check("a b", "b a", "a mine b", "b mine a");
        check("a b", "a x b", "a mine b", "a x mine b");
        check("a b", "a B", "mine", "mine B");
    }

    #[test]
    fn what_was_removed_or_replaced_by_hand_stays_so_unless_it_was_edited() {
        check("a b", "a B", "b", "B");
        check("a b", "a B", "A", "A B");
        check("a b", "A b", "", "A");
        check("a", "a x", "X mine a", "a mine x");
    }
}

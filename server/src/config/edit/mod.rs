//! What one configuration changed of another, key by key, so that a reload takes just that and nothing else.
//!
//! Whatever has been changed since by other hands stays, unless its own key was edited: so the comparison is of three
//! (the file before, the file now, and what there is), and it is made here. Not for applying it: that is the space's.

mod named;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

pub use named::NamedEdit;

use super::Config;
use crate::gateway::account::Profile;
use crate::gateway::fault::Fault;
use crate::gateway::money::Credits;
use crate::gateway::rules::Rules;
use crate::gateway::script::Script;
use crate::http::Limits;

/// How many names a line of log has at most, of each kind.
const TOLD: usize = 5;

/// What was edited.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// The accounts that are new, and what they begin with.
    pub added: Vec<(Arc<Profile>, Credits)>,
    /// The accounts that are set otherwise.
    pub changed: Vec<Change>,
    /// The logins of the accounts that are gone.
    pub closed: Vec<String>,
    /// The scripts.
    pub scripts: NamedEdit<Script>,
    /// The faults.
    pub faults: NamedEdit<Fault>,
    /// The other keys that are in force at once.
    pub keys: Vec<&'static str>,
    /// The keys that say how something begins: in force from the next reset on, and in spaces opened from now on.
    pub at_reset: Vec<String>,
    /// The keys that are in force from the next start on.
    pub at_restart: Vec<&'static str>,
}

/// An account that is set otherwise.
#[derive(Debug, Clone)]
pub struct Change {
    /// As the file had it.
    pub before: Arc<Profile>,
    /// As the file has it.
    pub after: Arc<Profile>,
}

impl Edit {
    /// What `new` changed of `old`.
    pub fn between(old: &Config, new: &Config) -> Self {
        let mut edit = Self {
            scripts: NamedEdit::between(&old.rules.scripts, &new.rules.scripts),
            faults: NamedEdit::between(&old.rules.faults, &new.rules.faults),
            ..Self::default()
        };
        edit.accounts(old, new);
        edit.others(old, new);
        edit
    }

    /// Whether nothing was edited.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.changed.is_empty()
            && self.closed.is_empty()
            && self.scripts.is_empty()
            && self.faults.is_empty()
            && self.keys.is_empty()
            && self.at_reset.is_empty()
            && self.at_restart.is_empty()
    }

    fn accounts(&mut self, old: &Config, new: &Config) {
        let by_login = |config: &Config| -> BTreeMap<String, (Arc<Profile>, Credits)> {
            let by_login = |(profile, credits): &(Arc<Profile>, Credits)| {
                (profile.username.clone(), (Arc::clone(profile), *credits))
            };
            config.accounts.iter().map(by_login).collect()
        };
        let (old, new) = (by_login(old), by_login(new));
        self.closed = old
            .keys()
            .filter(|username| !new.contains_key(*username))
            .cloned()
            .collect();
        for (username, (after, credits)) in new {
            let Some((before, credits_before)) = old.get(&username) else {
                self.added.push((after, credits));
                continue;
            };
            if credits != *credits_before {
                self.at_reset.push(format!("accounts.{username}.credits"));
            }
            if after != *before {
                let before = Arc::clone(before);
                self.changed.push(Change { before, after });
            }
        }
    }

    /// Everything but accounts, scripts and faults. Each field is named, so that a new one cannot be forgotten here.
    fn others(&mut self, old: &Config, new: &Config) {
        let Config {
            rules,
            accounts: _,
            auto_accounts,
            capacity,
            zone,
            limits,
            clock,
            journal_bytes,
            mask_numbers,
            read_only,
            tariff_count: _,
        } = old;
        let Rules {
            revision,
            tariffs,
            timeline,
            insufficient_credits,
            test_mode_charges,
            scripts: _,
            faults: _,
            next_serial: _,
            max_rows,
            seed: _,
        } = rules;
        let Limits {
            max_body,
            max_head,
            head_timeout,
            body_timeout,
            write_timeout,
            wait_timeout,
            max_connections,
            max_under_way,
            max_depth,
            drain_timeout,
        } = limits;
        let logins = |config: &Config| {
            let logins = |auto: &crate::world::AutoAccounts| auto.logins.clone();
            config.auto_accounts.as_ref().map(logins)
        };
        let other_logins = logins(old) != logins(new);
        let at_once = [
            ("revision", *revision != new.rules.revision),
            ("tariffs", *tariffs != new.rules.tariffs),
            ("delivery", *timeline != new.rules.timeline),
            (
                "insufficient_credits",
                *insufficient_credits != new.rules.insufficient_credits,
            ),
            (
                "test_mode_charges",
                *test_mode_charges != new.rules.test_mode_charges,
            ),
            ("auto_accounts", other_logins),
            (
                "auto_account",
                !other_logins && *auto_accounts != new.auto_accounts,
            ),
            ("time_zone", *zone != new.zone),
            ("mask_numbers", *mask_numbers != new.mask_numbers),
            ("read_only", *read_only != new.read_only),
            ("limits.max_body", *max_body != new.limits.max_body),
            ("limits.max_head", *max_head != new.limits.max_head),
            (
                "limits.head_timeout",
                *head_timeout != new.limits.head_timeout,
            ),
            (
                "limits.body_timeout",
                *body_timeout != new.limits.body_timeout,
            ),
            (
                "limits.write_timeout",
                *write_timeout != new.limits.write_timeout,
            ),
            (
                "limits.wait_timeout",
                *wait_timeout != new.limits.wait_timeout,
            ),
            ("limits.max_rows", *max_rows != new.rules.max_rows),
            (
                "limits.max_under_way",
                *max_under_way != new.limits.max_under_way,
            ),
            ("limits.max_depth", *max_depth != new.limits.max_depth),
            (
                "limits.drain_timeout",
                *drain_timeout != new.limits.drain_timeout,
            ),
            (
                "limits.max_messages",
                capacity.messages != new.capacity.messages,
            ),
            (
                "limits.max_message_bytes",
                capacity.bytes != new.capacity.bytes,
            ),
            (
                "limits.max_journal_bytes",
                *journal_bytes != new.journal_bytes,
            ),
        ];
        let edited = at_once.into_iter().filter(|(_, differs)| *differs);
        self.keys.extend(edited.map(|(key, _)| key));
        if *clock != new.clock {
            self.at_reset.push("clock".to_owned());
        }
        if *max_connections != new.limits.max_connections {
            self.at_restart.push("limits.max_connections");
        }
    }
}

impl Change {
    /// A profile with all that was edited as it is now, and the rest as it was.
    pub fn over(&self, present: &Profile) -> Profile {
        fn pick<T: Clone + PartialEq>(present: &T, before: &T, after: &T) -> T {
            if before == after { present } else { after }.clone()
        }
        let before = &self.before;
        let Profile {
            username,
            password,
            mode,
            xml_interface,
            credit_price,
            currency,
            trial_sms,
        } = &*self.after;
        Profile {
            username: username.clone(),
            password: pick(&present.password, &before.password, password),
            mode: pick(&present.mode, &before.mode, mode),
            xml_interface: pick(&present.xml_interface, &before.xml_interface, xml_interface),
            credit_price: pick(&present.credit_price, &before.credit_price, credit_price),
            currency: pick(&present.currency, &before.currency, currency),
            trial_sms: pick(&present.trial_sms, &before.trial_sms, trial_sms),
        }
    }
}

/// In one line: what is in force now, and what will be when.
impl fmt::Display for Edit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        let added: Vec<&str> = self
            .added
            .iter()
            .map(|(profile, _)| profile.username.as_str())
            .collect();
        let changed = self
            .changed
            .iter()
            .map(|change| change.after.username.as_str());
        parts.extend(counted("accounts added", added));
        parts.extend(counted("accounts changed", changed));
        parts.extend(counted("accounts closed", &self.closed));
        parts.extend(listed("scripts", &self.scripts));
        parts.extend(listed("faults", &self.faults));
        if !self.keys.is_empty() {
            parts.push(self.keys.join(", "));
        }
        if !self.at_reset.is_empty() {
            parts.push(format!(
                "from the next reset on: {}",
                self.at_reset.join(", ")
            ));
        }
        if !self.at_restart.is_empty() {
            parts.push(format!(
                "from the next start on: {}",
                self.at_restart.join(", ")
            ));
        }
        if parts.is_empty() {
            parts.push("nothing".to_owned());
        }
        out.write_str(&parts.join("; "))
    }
}

/// What was edited of a list.
fn listed<T>(what: &str, edit: &NamedEdit<T>) -> Vec<String> {
    let parts = [
        counted(&format!("{what} added"), &edit.added),
        counted(&format!("{what} replaced"), &edit.replaced),
        counted(&format!("{what} removed"), &edit.removed),
        edit.reordered.then(|| format!("{what} in another order")),
    ];
    parts.into_iter().flatten().collect()
}

/// How many there are, and the first of them.
fn counted<S: AsRef<str>>(what: &str, names: impl IntoIterator<Item = S>) -> Option<String> {
    let mut names = names.into_iter();
    let told: Vec<String> = names
        .by_ref()
        .take(TOLD)
        .map(|name| name.as_ref().chars().take(64).collect())
        .collect();
    let more = names.count();
    let count = told.len() + more;
    let and_more = if more > 0 { ", …" } else { "" };
    (count > 0).then(|| format!("{what} {count} ({}{and_more})", told.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        Config::parse(text, "mock.yaml").unwrap()
    }

    #[track_caller]
    fn told(before: &str, after: &str, expected: &str) {
        let edit = Edit::between(&config(before), &config(after));
        assert_eq!(edit.to_string(), expected);
        assert_eq!(edit.is_empty(), expected == "nothing");
    }

    #[test]
    fn every_key_is_told() {
        told(
            "# one\nrevision: documented",
            "revision: documented\n",
            "nothing",
        );
        told("", "revision: extended", "revision");
        told("", "tariffs: { \"*\": 1 }", "nothing");
        told("", "tariffs: { \"*\": 2 }", "tariffs");
        told("", "delivery: []", "delivery");
        told("", "insufficient_credits: partial", "insufficient_credits");
        told("", "test_mode_charges: true", "test_mode_charges");
        told("", "auto_accounts: \"a*\"", "auto_accounts");
        told(
            "auto_accounts: a\nauto_account: { credits: 1 }",
            "auto_accounts: a\nauto_account: { credits: 2 }",
            "auto_account",
        );
        told("", "time_zone: Europe/Kyiv", "time_zone");
        told("", "mask_numbers: true", "mask_numbers");
        told("", "read_only: true", "read_only");
        told(
            "",
            "clock: 2026-01-02T03:04:05Z",
            "from the next reset on: clock",
        );
        for key in [
            "max_body: 1MiB",
            "max_head: 8KiB",
            "head_timeout: 1s",
            "body_timeout: 1s",
            "write_timeout: 1s",
            "wait_timeout: 1s",
            "max_rows: 5",
            "max_depth: 5",
            "max_under_way: 1MiB",
            "drain_timeout: 1s",
            "max_messages: 5",
            "max_message_bytes: 5KiB",
            "max_journal_bytes: 5KiB",
        ] {
            let (name, _) = key.split_once(':').unwrap();
            told(
                "",
                &format!("limits: {{ {key} }}"),
                &format!("limits.{name}"),
            );
        }
        told(
            "",
            "limits: { max_connections: 5 }",
            "from the next start on: limits.max_connections",
        );
        told(
            "accounts: [{ username: a, password: p }, { username: b, password: p }]",
            "accounts: [{ username: b, password: q, credits: 5 }, { username: c, password: p }]",
            "accounts added 1 (c); accounts changed 1 (b); accounts closed 1 (a); from the next reset on: accounts.b.credits",
        );
        told(
            "scripts: [{ name: a, lose: reply }, { name: b, lose: reply }, { name: c, lose: reply }]",
            "scripts: [{ name: c, lose: reply }, { name: b, lose: request }, { name: d, lose: reply }]",
            "scripts added 1 (d); scripts replaced 1 (b); scripts removed 1 (a); scripts in another order",
        );
        told(
            "faults: [{ name: a, kind: reset }, { name: b, kind: reset }]",
            "faults: [{ name: b, kind: close }, { name: c, kind: reset }]",
            "faults added 1 (c); faults replaced 1 (b); faults removed 1 (a)",
        );
    }

    #[test]
    fn of_many_names_some_are_told() {
        let names = ["a", "b", "c", "d", "e", "f"];
        assert_eq!(
            counted("accounts added", names).as_deref(),
            Some("accounts added 6 (a, b, c, d, e, …)")
        );
        assert_eq!(counted::<&str>("accounts added", []), None);
    }
}

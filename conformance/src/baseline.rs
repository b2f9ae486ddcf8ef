//! The baseline: checks that an endpoint is known not to hold, each with a reason and a day on which that ends.
//!
//! The law: a listed failure passes as known; a listed check that holds fails as stale, so that the list stays true;
//! an entry past its day fails; what is not listed counts as it is. A failure of the kit itself is never known.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::run::event::{CaseReport, CheckOutcome, Verdict};
use crate::scenario::locate::Turn;
use crate::scenario::source::{Source, SourceError};

/// The list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: Vec<Entry>,
}

/// One check that is known not to hold.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// A case and a check of it, such as `send/SEND-03-charge:sent.credits`; or a case alone, for all of its checks.
    pub check: String,
    /// Why it does not hold, for the next reader.
    pub reason: String,
    /// The last day on which that is accepted.
    #[schemars(with = "String")]
    pub expires: Date,
}

impl Baseline {
    /// Reads a baseline file: a list of entries.
    pub fn read(source: &Source) -> Result<Self, SourceError> {
        let entries: Vec<Entry> = source.typed()?;
        let mut seen = BTreeSet::new();
        for (place, entry) in entries.iter().enumerate() {
            let path = |key: &str| [Turn::Item(place), Turn::Key(key.to_owned())];
            if entry.reason.trim().is_empty() {
                return Err(source.mistake(&path("reason"), "an entry needs a reason; write why"));
            }
            if !seen.insert(&entry.check) {
                return Err(source.mistake(&path("check"), "this check is listed twice"));
            }
        }
        Ok(Self { entries })
    }

    /// The entries whose case is not among `ids`: it was renamed, or is gone.
    pub fn orphans(&self, ids: &BTreeSet<String>) -> Vec<&Entry> {
        let entries = self.entries.iter();
        entries
            .filter(|entry| !ids.contains(entry.case()))
            .collect()
    }

    /// Applies the law to a case that was played.
    pub fn judge(&self, report: &mut CaseReport, today: Date) {
        let failing = matches!(report.verdict, Verdict::Failed | Verdict::Warned);
        if !failing && report.verdict != Verdict::Passed {
            return;
        }
        let entries: Vec<&Entry> = self
            .entries
            .iter()
            .filter(|entry| entry.case() == report.id)
            .collect();
        if entries.is_empty() {
            return;
        }
        let mut stale = Vec::new();
        let mut known = Vec::new();
        for entry in entries {
            let mut found = false;
            let checks = report.steps.iter_mut().flat_map(|step| &mut step.checks);
            for check in checks.filter(|check| entry.names(&check.name)) {
                let fails = matches!(check.outcome, CheckOutcome::Failed | CheckOutcome::Known);
                found = found || fails;
                if !fails {
                    continue;
                }
                check.outcome = if today > entry.expires {
                    CheckOutcome::Stale
                } else {
                    CheckOutcome::Known
                };
            }
            if !found {
                stale.push(format!(
                    "{} holds, but is listed: {}",
                    entry.check, entry.reason
                ));
            } else if today > entry.expires {
                stale.push(format!("{} expired on {}", entry.check, entry.expires));
            } else {
                known.push(entry.reason.clone());
            }
        }
        let unlisted = report
            .steps
            .iter()
            .flat_map(|step| &step.checks)
            .any(|check| check.outcome == CheckOutcome::Failed);
        report.verdict = if unlisted && (report.verdict == Verdict::Failed || stale.is_empty()) {
            // What it was: a failure, or a warning. A warning does not hide that the list is not true.
            report.verdict.clone()
        } else if !stale.is_empty() {
            Verdict::Stale(stale.join("; "))
        } else {
            Verdict::Known(known.join("; "))
        };
    }

    /// A baseline that lists every check that failed in `reports`.
    pub fn of<'r>(
        reports: impl IntoIterator<Item = &'r CaseReport>,
        reason: &str,
        expires: Date,
    ) -> Self {
        let mut entries = Vec::new();
        for report in reports {
            let checks = report.steps.iter().flat_map(|step| &step.checks);
            for check in checks.filter(|check| check.outcome != CheckOutcome::Held) {
                let entry = Entry {
                    check: format!("{}:{}", report.id, check.name),
                    reason: reason.to_owned(),
                    expires,
                };
                if !entries.contains(&entry) {
                    entries.push(entry);
                }
            }
        }
        entries.sort_by(|a, b| a.check.cmp(&b.check));
        Self { entries }
    }

    /// The file that [`Baseline::read`] reads.
    pub fn to_yaml(&self) -> Result<String, serde_yaml::Error> {
        serde_yaml::to_string(&self.entries)
    }
}

impl Entry {
    /// The case; its own brackets may hold a colon, a case never ends in one.
    fn case(&self) -> &str {
        self.split().0
    }

    fn names(&self, check: &str) -> bool {
        self.split().1.is_none_or(|listed| listed == check)
    }

    fn split(&self) -> (&str, Option<&str>) {
        // A check may have brackets too, as in `sent.relations[1]`.
        let mut depth = 0_usize;
        let colon = self.check.char_indices().find_map(|(place, character)| {
            match character {
                '[' => depth = depth.saturating_add(1),
                ']' => depth = depth.saturating_sub(1),
                ':' if depth == 0 => return Some(place),
                _ => {}
            }
            None
        });
        match colon.and_then(|colon| self.check.split_at_checked(colon)) {
            Some((case, check)) => (case, check.strip_prefix(':')),
            None => (&self.check, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::civil::date;

    use super::Baseline;
    use crate::clause::{Grade, Level};
    use crate::run::event::{CaseReport, CheckOutcome, CheckReport, Location, StepReport, Verdict};
    use crate::scenario::source::Source;

    fn baseline(text: &str) -> Result<Baseline, String> {
        let source = Source {
            name: "baseline.yaml".to_owned(),
            text: text.to_owned(),
        };
        Baseline::read(&source).map_err(|error| error.to_string())
    }

    /// A case with two checks; `failing` of them fail.
    fn report(failing: &[&str], verdict: Verdict) -> CaseReport {
        let location = Location {
            file: "a.yaml".to_owned(),
            line: 1,
            column: 1,
        };
        let check = |name: &str| CheckReport {
            name: name.to_owned(),
            outcome: if failing.contains(&name) {
                CheckOutcome::Failed
            } else {
                CheckOutcome::Held
            },
            expected: String::new(),
            actual: String::new(),
            difference: None,
            location: location.clone(),
            advice: None,
        };
        CaseReport {
            rule: None,
            id: "send/SEND-03-charge[a:b]".to_owned(),
            requirement: String::new(),
            clauses: vec!["SEND-03".to_owned()],
            level: Level::Must,
            grade: Grade::Documented,
            location: location.clone(),
            verdict,
            steps: vec![StepReport {
                name: "1 send".to_owned(),
                requirement: None,
                location: location.clone(),
                attempts: 1,
                wire: None,
                checks: vec![check("1.status"), check("1.credits")],
            }],
            duration: Duration::ZERO,
        }
    }

    #[track_caller]
    fn check(entry: &str, failing: &[&str], verdict: Verdict, expected: &str) {
        let list = format!("- {{ check: \"{entry}\", reason: ours, expires: 2026-06-30 }}\n");
        let mut report = report(failing, verdict);
        baseline(&list)
            .unwrap()
            .judge(&mut report, date(2026, 6, 30));
        assert_eq!(report.verdict.word(), expected, "{report:?}");
    }

    #[test]
    fn the_law_has_four_ways() {
        let credits = "send/SEND-03-charge[a:b]:1.credits";
        check(credits, &["1.credits"], Verdict::Failed, "known");
        check(credits, &["1.credits"], Verdict::Warned, "known");
        check(credits, &[], Verdict::Passed, "stale");
        check(credits, &["1.status"], Verdict::Failed, "failed");
        check(
            credits,
            &["1.status", "1.credits"],
            Verdict::Failed,
            "failed",
        );
        check("send/other", &["1.status"], Verdict::Failed, "failed");
        check("send/other", &[], Verdict::Passed, "passed");
    }

    #[test]
    fn brackets_of_a_check_are_not_those_of_a_matrix() {
        for case in ["send/SEND-03-charge[a:b]", "send/SEND-03-charge"] {
            for name in ["1.rows[2].status", "sent.relations[1]", "1.headers.a:b"] {
                let list =
                    format!("[{{ check: \"{case}:{name}\", reason: x, expires: 2026-06-30 }}]");
                let list = baseline(&list).unwrap();
                let entry = list.entries.first().unwrap();
                assert_eq!(entry.split(), (case, Some(name)));
            }
        }
    }

    #[test]
    fn an_entry_may_cover_a_whole_case() {
        let case = "send/SEND-03-charge[a:b]";
        check(case, &["1.status", "1.credits"], Verdict::Failed, "known");
        check(case, &[], Verdict::Passed, "stale");
    }

    #[test]
    fn a_failure_of_the_kit_is_never_known() {
        let case = "send/SEND-03-charge[a:b]";
        check(
            case,
            &["1.status"],
            Verdict::Errored(String::new()),
            "errored",
        );
        check(case, &[], Verdict::Skipped(String::new()), "skipped");
    }

    #[test]
    fn an_entry_ends_after_its_day() {
        let list = "- { check: \"send/SEND-03-charge[a:b]\", reason: ours, expires: 2026-06-29 }\n";
        let expired = "send/SEND-03-charge[a:b] expired on 2026-06-29";
        for (day, verdict, outcome) in [
            (28, Verdict::Known("ours".to_owned()), CheckOutcome::Known),
            (29, Verdict::Known("ours".to_owned()), CheckOutcome::Known),
            (30, Verdict::Stale(expired.to_owned()), CheckOutcome::Stale),
        ] {
            let mut report = report(&["1.status"], Verdict::Failed);
            baseline(list)
                .unwrap()
                .judge(&mut report, date(2026, 6, day));
            assert_eq!(report.verdict, verdict, "on day {day}");
            let checks = report.steps.iter().flat_map(|step| &step.checks);
            let outcomes: Vec<_> = checks.map(|check| check.outcome).collect();
            assert_eq!(outcomes, [outcome, CheckOutcome::Held], "on day {day}");
        }
    }

    #[test]
    fn an_entry_whose_case_is_gone_is_an_orphan() {
        let entry = |check| format!("- {{ check: \"{check}\", reason: x, expires: 2026-06-30 }}\n");
        let list = ["send/a", "send/gone:1.status", "send/b[a:b]:1.credits"].map(entry);
        let ids = ["send/a", "send/b[a:b]", "send/c"]
            .map(str::to_owned)
            .into();
        let list = baseline(&list.concat()).unwrap();
        let orphans = list.orphans(&ids);
        let checks: Vec<&str> = orphans.iter().map(|entry| entry.check.as_str()).collect();
        assert_eq!(checks, ["send/gone:1.status"]);
    }

    #[test]
    fn a_list_is_written_and_read_again() {
        let report = report(&["1.status", "1.credits"], Verdict::Failed);
        let written = Baseline::of([&report], "known since spring", date(2027, 1, 1));
        let text = written.to_yaml().unwrap();
        assert_eq!(baseline(&text).unwrap(), written);
        assert_eq!(written.entries.len(), 2);
    }

    #[test]
    fn entries_without_reason_and_twice_are_refused() {
        let entry =
            |reason| format!("- {{ check: a, reason: \"{reason}\", expires: 2026-06-30 }}\n");
        let error = baseline(&entry(" ")).unwrap_err();
        assert!(error.contains("needs a reason"), "{error}");
        let error = baseline(&entry("x").repeat(2)).unwrap_err();
        assert!(error.contains("listed twice"), "{error}");
        let error = baseline("- { check: a, reason: b, expires: soon }").unwrap_err();
        assert!(error.contains("expires"), "{error}");
    }
}

//! What was seen of a client in all exercises of a run, and the rules that its reactions broke, as rows of a profile.

use std::collections::{BTreeMap, BTreeSet};

use super::play::Played;
use crate::finding::Finding;
use crate::finding::language::Language;
use crate::finding::rule::{Rules, Side};
use crate::operation::Credentials;
use crate::profile::Found;
use crate::run::event::CaseReport;
use crate::stand_in::received::Received;

/// Of more cases than this only the first are named.
const MOST_CASES: usize = 10;

/// What was seen of the client in all exercises.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// All requests, numbered anew.
    pub(super) received: Vec<Received>,
    /// What is wrong with them, each with the id of its case.
    pub(super) findings: Vec<(String, Finding)>,
    /// The rules that they could have broken.
    pub(super) looked_at: BTreeSet<&'static str>,
    /// The logins that were asked with, besides those of the target.
    pub(super) logins: Vec<Credentials>,
    connections: usize,
}

impl Gathered {
    /// Adds what came of a case.
    pub(super) fn add(&mut self, id: &str, played: Played) {
        let mut last = 0;
        for mut received in played.received {
            last = last.max(received.connection);
            // Each exercise has a listener of its own, which counts from 1.
            received.connection = received.connection.saturating_add(self.connections);
            received.number = self.received.len().saturating_add(1);
            self.received.push(received);
        }
        self.connections = self.connections.saturating_add(last);
        let findings = played.findings.into_iter().map(|mut finding| {
            finding.request = None;
            (id.to_owned(), finding)
        });
        self.findings.extend(findings);
        self.looked_at.extend(played.looked_at);
        for login in played.logins {
            if !self.logins.contains(&login) {
                self.logins.push(login);
            }
        }
    }

    /// What it is written in, as far as it says so itself.
    pub(super) fn language(&self) -> Option<Language> {
        let mut agents = self
            .received
            .iter()
            .filter_map(|received| received.header("user-agent"));
        agents.find_map(Language::of_user_agent)
    }
}

/// The rules that reactions broke, as rows of a profile: each once for each different way in which it shows.
pub(super) fn reactions(
    reports: &[CaseReport],
    rules: &Rules,
    language: Option<Language>,
) -> Vec<Found> {
    let mut rows: BTreeMap<(String, String), Found> = BTreeMap::new();
    for report in reports {
        let checks = report.steps.iter().flat_map(|step| &step.checks);
        for check in checks {
            let rule = check
                .advice
                .as_ref()
                .and_then(|advice| rules.get(&advice.rule));
            let Some(rule) = rule.filter(|rule| rule.side == Side::Reaction) else {
                continue;
            };
            let what = check.name.rsplit('.').next().unwrap_or_default();
            let detail = format!(
                "{what}: {}, where it must be {}",
                check.actual, check.expected
            );
            let row = rows
                .entry((rule.id.clone(), detail.clone()))
                .or_insert_with(|| Found {
                    rule: rule.id.clone(),
                    clause: rule.clause.clone(),
                    severity: rule.severity,
                    side: rule.side,
                    title: rule.title.clone(),
                    detail,
                    consequence: rule.consequence.clone(),
                    mend: rule.mend(language),
                    evidence: check.difference.clone(),
                    cases: Vec::new(),
                    count: 0,
                });
            row.count = row.count.saturating_add(1);
            if row.cases.len() < MOST_CASES && !row.cases.contains(&report.id) {
                row.cases.push(report.id.clone());
            }
        }
    }
    rows.into_values().collect()
}

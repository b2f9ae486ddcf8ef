//! Gives cases their verdicts and their advice, and tells reporters.

use std::io;

use super::run::{Options, Told};
use crate::clause::Level;
use crate::finding::language::Language;
use crate::finding::rule::{Rules, Severity};
use crate::run::event::{Advice, CaseReport, CheckOutcome, Event, Reporter, Summary, Verdict};
use crate::run::runner::verdict;

/// Tells reporters, and counts.
pub(super) struct Teller<'t, 'r> {
    /// Who is told.
    pub(super) reporters: &'r mut [Box<dyn Reporter>],
    /// How it is judged.
    pub(super) options: &'t Options,
    /// The rules.
    pub(super) rules: &'t Rules,
    /// What the client is written in, for advice.
    pub(super) language: Option<Language>,
    /// The counts so far.
    pub(super) summary: Summary,
    /// All that was told.
    pub(super) reports: Vec<CaseReport>,
}

impl Teller<'_, '_> {
    /// Tells one event.
    pub(super) fn tell(&mut self, event: &Event<'_>) -> io::Result<()> {
        let mut reporters = self.reporters.iter_mut();
        reporters.try_for_each(|reporter| reporter.hear(event))
    }

    /// Tells an exercise, if exercises are told.
    pub(super) fn exercise(&mut self, report: CaseReport, broken: &[String]) -> io::Result<()> {
        match self.options.told {
            Told::Everything => self.finish(report, broken),
            Told::Rules => Ok(()),
        }
    }

    /// Gives a case its verdict and its advice. `broken` are the rules of its checks that did not hold, in their order.
    pub(super) fn finish(&mut self, mut report: CaseReport, broken: &[String]) -> io::Result<()> {
        let mut worst: Option<Severity> = None;
        let checks = report.steps.iter_mut().flat_map(|step| &mut step.checks);
        let failed = checks.filter(|check| check.outcome == CheckOutcome::Failed);
        for (check, id) in failed.zip(broken) {
            let Some(rule) = self.rules.get(id) else {
                continue;
            };
            worst = Some(worst.map_or(rule.severity, |worst| worst.min(rule.severity)));
            check.advice = Some(Advice {
                rule: rule.id.clone(),
                severity: rule.severity,
                consequence: rule.consequence.clone(),
                mend: rule.mend(self.language),
            });
        }
        if !broken.is_empty() && report.verdict == Verdict::Passed {
            report.level = worst.map_or(Level::Must, Severity::level);
            report.verdict = verdict(report.level, self.options.strictness);
        }
        self.options.baseline.judge(&mut report, self.options.today);
        self.note(report)
    }

    /// Counts and tells a case that has its verdict.
    pub(super) fn note(&mut self, mut report: CaseReport) -> io::Result<()> {
        // The rule that was broken, which need not be the one that the case is about.
        let checks = report.steps.iter().flat_map(|step| &step.checks);
        let mut broken = checks.filter(|check| check.outcome != CheckOutcome::Held);
        if let Some(advice) = broken.find_map(|check| check.advice.as_ref()) {
            report.rule = Some(advice.rule.clone());
        }
        self.summary.count(&report.verdict);
        self.tell(&Event::Finished(&report))?;
        self.reports.push(report);
        Ok(())
    }
}

//! The events of a run, kept until it has ended, for reports that are written at once.

use crate::run::event::{CaseReport, Event, Planned, Summary};

/// What has been heard so far.
#[derive(Debug, Default)]
pub(super) struct Collected {
    planned: Option<Planned>,
    cases: Vec<CaseReport>,
}

/// A run that has ended.
#[derive(Debug)]
pub(super) struct Run<'c> {
    /// What was to be done, if that was said.
    pub(super) planned: Option<&'c Planned>,
    /// All cases, sorted by their ids.
    pub(super) cases: &'c [CaseReport],
    /// How it ended.
    pub(super) summary: &'c Summary,
}

impl Collected {
    /// Takes one event; the run is there with the last one.
    pub(super) fn hear<'c>(&'c mut self, event: &Event<'c>) -> Option<Run<'c>> {
        match event {
            Event::Planned(planned) => self.planned = Some((*planned).clone()),
            Event::Finished(case) => self.cases.push((*case).clone()),
            Event::Ended(summary) => {
                self.cases.sort_by(|one, other| one.id.cmp(&other.id));
                return Some(Run {
                    planned: self.planned.as_ref(),
                    cases: &self.cases,
                    summary,
                });
            }
        }
        None
    }
}

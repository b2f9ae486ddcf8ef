//! Each reporter is told the same run, in which there is a case of every verdict; the snapshots are what it writes.
//!
//! - `sample`: that run.
//! - one module for each reporter.
//! - `sha256`: to say what the hashes in the page must be.

mod clients;
mod github;
mod html;
mod human;
mod json_lines;
mod junit;
mod sample;
mod sha256;
mod tap;

use crate::run::event::{Event, Reporter};

/// Tells a reporter everything, in this order.
#[track_caller]
fn tell(reporter: &mut dyn Reporter, sample: &sample::Sample) {
    reporter.hear(&Event::Planned(&sample.planned)).unwrap();
    for case in &sample.cases {
        reporter.hear(&Event::Finished(case)).unwrap();
    }
    reporter.hear(&Event::Ended(&sample.summary())).unwrap();
}

//! One JSON object for each event, in a line of its own, as it happens. Nothing is cut or spelled out: whoever reads
//! it is a program. The form of a line is in `conformance/report.schema.json`.

use std::io::{self, Write};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use crate::run::event::{CaseReport, Event, Planned, Reporter, Summary};

/// One line of the report.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "lowercase", tag = "event")]
enum Line<'l> {
    /// The first line: what will be done.
    Planned(Plan<'l>),
    /// A case has ended; the order is not that of the plan.
    Case(&'l CaseReport),
    /// The last line: all cases have ended.
    Ended(&'l Summary),
}

/// The run as a whole, before it begins.
#[derive(JsonSchema, Serialize)]
struct Plan<'l> {
    /// The endpoint's URL, or what the target file calls it.
    target: &'l str,
    /// `documented` or `extended`.
    revision: &'l str,
    /// How many cases were selected, those that will be skipped included.
    selected: usize,
}

/// The reporter for programs.
#[derive(Debug)]
pub struct JsonLines<W> {
    out: W,
}

impl<W: Write> JsonLines<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Reporter for JsonLines<W> {
    fn hear(&mut self, event: &Event<'_>) -> io::Result<()> {
        let line = match event {
            Event::Planned(planned) => Line::Planned(Plan::from(*planned)),
            Event::Finished(case) => Line::Case(case),
            Event::Ended(summary) => Line::Ended(summary),
        };
        let mut line = serde_json::to_vec(&line)?;
        line.push(b'\n');
        self.out.write_all(&line)?;
        // Whoever follows the run sees each case when it ends.
        self.out.flush()
    }
}

impl<'l> From<&'l Planned> for Plan<'l> {
    fn from(planned: &'l Planned) -> Self {
        Self {
            target: &planned.target,
            revision: &planned.revision,
            selected: planned.selected,
        }
    }
}

/// The JSON Schema of a line, as it is committed: `epochta-conformance schema report` writes it.
pub fn schema() -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Line<'_>>();
    schema.insert("title".to_owned(), "A line of a report".into());
    let mut text = format!("{:#}", schema.to_value());
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::schema;

    #[test]
    fn the_committed_schema_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/report.schema.json");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == schema(),
            "conformance/report.schema.json is not what the types say; write it by \
             `epochta-conformance schema report > conformance/report.schema.json`"
        );
    }
}

//! The command `schema`: the JSON Schemas of the files that the kit reads and writes, for editors and programs.

use std::io::{self, Write as _};

use clap::{Args, ValueEnum};
use schemars::schema_for;

use super::{Exit, Failure};
use crate::baseline::Entry;
use crate::profile::Profile;
use crate::report::json_lines;
use crate::scenario::model::Scenario;
use crate::target::TargetFile;

/// What `schema` takes.
#[derive(Args, Debug)]
pub struct SchemaArgs {
    /// Of what.
    #[arg(value_enum)]
    of: Of,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Of {
    /// A scenario file
    Scenario,
    /// A target file
    Target,
    /// A baseline file
    Baseline,
    /// A line of a jsonl report
    Report,
    /// A client's profile.json
    Profile,
}

impl Of {
    /// The schema as it is committed.
    pub fn text(self) -> Result<String, serde_json::Error> {
        let schema = match self {
            Self::Scenario => schema_for!(Scenario),
            Self::Target => schema_for!(TargetFile),
            Self::Baseline => schema_for!(Vec<Entry>),
            Self::Profile => schema_for!(Profile),
            Self::Report => return Ok(json_lines::schema()),
        };
        Ok(serde_json::to_string_pretty(&schema)? + "\n")
    }
}

/// Prints a schema.
pub fn run(args: &SchemaArgs) -> Result<Exit, Failure> {
    io::stdout().lock().write_all(args.of.text()?.as_bytes())?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::Of;

    #[track_caller]
    fn check(of: Of, file: &str) {
        let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == of.text().unwrap(),
            "{file} is not fresh: epochta-conformance schema … > conformance/{file}"
        );
    }

    #[test]
    fn the_committed_schemas_are_fresh() {
        check(Of::Scenario, "scenario.schema.json");
        check(Of::Target, "target.schema.json");
        check(Of::Baseline, "baseline.schema.json");
        check(Of::Report, "report.schema.json");
        check(Of::Profile, "profile.schema.json");
    }
}

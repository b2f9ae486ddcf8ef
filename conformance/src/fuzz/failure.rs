//! A failure as a file that anybody can replay: a scenario of the ordinary language, and a command beside it.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use crate::clause::Registry;
use crate::history::judge;
use crate::property::case::scenario;
use crate::property::{Generated, Property};
use crate::run::event::{CaseReport, CheckOutcome};
use crate::scenario::model::Step;

use super::draw::Seed;

/// What stands above the commands: they show a request, the scenario is the whole case.
const CURL: &str = "# The requests whose replies do not hold; the scenario beside this has all steps, and `replay` plays it.\n\
    # Export EPOCHTA_PASSWORD, the password of the login that stands here, and write the numbers out where they are masked.\n";

/// A case that does not hold, as small as it could be made.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Its name: the clause, and a few letters of what it is: `SEND-03-4f2a91c0`.
    pub id: String,
    /// The property that does not hold.
    pub property: Property,
    /// Where its numbers came from.
    pub seed: Seed,
    /// Which case it was.
    pub index: u64,
    /// How many simpler cases were tried.
    pub tried: u32,
    /// The shrunk case.
    pub generated: Generated,
    /// What came of it.
    pub report: CaseReport,
}

/// A scenario file, and the command beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The scenario.
    pub scenario: PathBuf,
    /// The command, if the request is one that curl can make.
    pub curl: Option<PathBuf>,
}

impl Failure {
    /// The name of a case: the same for the same steps.
    pub fn name(property: &Property, steps: &[Step]) -> Result<String, serde_yaml::Error> {
        let text = serde_yaml::to_string(steps)?;
        // FNV-1a: short, and the same on every machine.
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let clause = property.clauses.first().copied().unwrap_or_default();
        Ok(format!("{clause}-{:08x}", hash >> 32))
    }

    /// The file's text: where it came from, then the scenario.
    pub fn text(&self, registry: &Registry) -> Result<String, serde_yaml::Error> {
        let mut text = String::new();
        // Writing to a string cannot fail.
        _ = writeln!(
            text,
            "# found by: epochta-conformance fuzz --seed {} --case {} --only {}",
            self.seed.0, self.index, self.property.name
        );
        for clause in self.property.clauses {
            if let Some(clause) = registry.get(clause) {
                _ = writeln!(text, "# {}: {}", clause.id, clause.text.replace('\n', " "));
            }
        }
        for check in self.failed() {
            _ = writeln!(text, "# {check}");
        }
        for line in self.history() {
            _ = writeln!(text, "#   {line}");
        }
        text.push_str(&serde_yaml::to_string(&scenario(
            &self.property,
            self.generated.clone(),
        ))?);
        Ok(text)
    }

    /// The checks that do not hold, a line each.
    pub fn failed(&self) -> Vec<String> {
        let checks = self.report.steps.iter().flat_map(|step| &step.checks);
        checks
            .filter(|check| check.outcome != CheckOutcome::Held)
            .map(|check| {
                one_line(&format!(
                    "{}: expected {}, got {}",
                    check.name, check.expected, check.actual
                ))
            })
            .collect()
    }

    /// What was asked and answered, a line each, if the model did not explain it: which of the operations that were done
    /// at the same time came first, a scenario cannot say.
    fn history(&self) -> Vec<String> {
        let checks = self.report.steps.iter().flat_map(|step| &step.checks);
        let mut checks = checks.filter(|check| check.name == judge::NAME);
        let told = checks.find_map(|check| check.difference.as_deref());
        told.into_iter()
            .flat_map(|text| text.lines().map(one_line))
            .collect()
    }

    /// Writes both files into a folder, which is made if it is not there.
    pub fn write(&self, folder: &Path, registry: &Registry) -> io::Result<Written> {
        std::fs::create_dir_all(folder)?;
        let scenario = folder.join(format!("{}.yaml", self.id));
        let text = self.text(registry).map_err(io::Error::other)?;
        std::fs::write(&scenario, text)?;
        let commands: Vec<&str> = self
            .report
            .steps
            .iter()
            .filter_map(|step| step.wire.as_ref()?.curl.as_deref())
            .collect();
        let curl = (!commands.is_empty()).then(|| folder.join(format!("{}.curl", self.id)));
        if let Some(path) = &curl {
            std::fs::write(path, CURL.to_owned() + &commands.join("\n\n") + "\n")?;
        }
        Ok(Written { scenario, curl })
    }
}

/// The text as it may stand in a comment of a YAML file.
fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.replace(breaks, " ")
}

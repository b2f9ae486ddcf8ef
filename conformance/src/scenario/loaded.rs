//! A scenario that was read and found right: its id, its source for places, and what it takes for granted.

use std::path::{Path, PathBuf};

use super::locate::Turn;
use super::mentions::Mentions;
use super::model::{Scenario, Step};
use super::source::{Source, SourceError};
use crate::clause::{Grade, Level, Registry};
use crate::run::event::Location;

/// A scenario, ready to be planned.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The path below the suite's folder, without `.yaml`: `send/SEND-03-charge`.
    pub id: String,
    /// The level of its first clause, or of a weaker one that it rests on.
    pub level: Level,
    /// The grade of its first clause, or of a weaker one that it rests on.
    pub grade: Grade,
    /// What is in the file.
    pub scenario: Scenario,
    /// What it takes for granted.
    pub mentions: Mentions,
    /// The file.
    pub source: Source,
    /// The snapshots beside it.
    pub snapshots: Snapshots,
}

/// Where the snapshots of a scenario are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Snapshots {
    /// In the program: the text of the one snapshot, if there is one.
    BuiltIn(Option<&'static str>),
    /// Beside the scenario, in this folder.
    Beside(PathBuf),
}

/// So many cases of one scenario are a mistake.
const MAX_CASES: usize = 10_000;

/// The keys of a step that say what is done.
const ACTIONS: &str = "send, price, status, ask, tree, xml, http, parallel";

impl Loaded {
    /// Reads a scenario.
    pub fn read(
        id: String,
        source: Source,
        snapshots: Snapshots,
        registry: &Registry,
    ) -> Result<Self, SourceError> {
        let value = source.value()?;
        let scenario: Scenario = source.typed_from(value.clone())?;
        let key = |key: &str| Turn::Key(key.to_owned());
        let find = |list: &str, ids: &[String]| {
            let found = ids.iter().enumerate().map(|(place, id)| {
                registry.get(id).ok_or_else(|| {
                    let message = format!("{id} is no clause of fixtures/clauses.yaml");
                    source.mistake(&[key(list), Turn::Item(place)], &message)
                })
            });
            found.collect::<Result<Vec<_>, _>>()
        };
        let clauses = find("clauses", &scenario.clauses)?;
        let ground = find("rests_on", &scenario.rests_on)?;
        let Some(clause) = clauses.first().copied() else {
            return Err(source.mistake(&[key("clauses")], "a scenario tests at least one clause"));
        };
        let name = Path::new(&id).file_name().unwrap_or_default();
        let name = name.to_string_lossy();
        if !name.starts_with(&format!("{}-", clause.id)) {
            let message = format!(
                "the file's name must begin with its first clause: {}-{name}",
                clause.id
            );
            return Err(source.mistake(&[key("clauses"), Turn::Item(0)], &message));
        }
        if scenario.matrix.values().any(Vec::is_empty) {
            return Err(source.mistake(&[key("matrix")], "a variable of the matrix has no value"));
        }
        let combinations = scenario.matrix.values().fold(1_usize, |product, values| {
            product.saturating_mul(values.len())
        });
        if combinations > MAX_CASES {
            let message = format!("the matrix has more than {MAX_CASES} combinations");
            return Err(source.mistake(&[key("matrix")], &message));
        }
        check_steps(&scenario.steps, &mut vec![key("steps")], &source)?;
        let mentions = Mentions::of(&scenario, &value)
            .map_err(|(path, message)| source.mistake(&path, &message))?;
        Ok(Self {
            level: ground
                .iter()
                .map(|clause| clause.level)
                .fold(clause.level, Level::max),
            grade: ground
                .iter()
                .map(|clause| clause.grade)
                .fold(clause.grade, Grade::max),
            id,
            scenario,
            mentions,
            source,
            snapshots,
        })
    }

    /// Where the scenario begins.
    pub fn location(&self) -> Location {
        self.source.location(&[Turn::Key("requirement".to_owned())])
    }
}

fn check_steps(steps: &[Step], path: &mut Vec<Turn>, source: &Source) -> Result<(), SourceError> {
    if steps.is_empty() {
        return Err(source.mistake(path, "there is no step"));
    }
    for (place, step) in steps.iter().enumerate() {
        path.push(Turn::Item(place));
        check_step(step, path, source)?;
        path.pop();
    }
    Ok(())
}

fn check_step(step: &Step, path: &mut Vec<Turn>, source: &Source) -> Result<(), SourceError> {
    let wrong = |message: String| Err(source.mistake(path, &message));
    let actions = [
        step.send.is_some(),
        step.price.is_some(),
        step.status.is_some(),
        step.ask.is_some(),
        step.tree.is_some(),
        step.xml.is_some(),
        step.http.is_some(),
        step.parallel.is_some(),
    ];
    match actions.iter().filter(|there| **there).count() {
        1 => {}
        0 => return wrong(format!("the step does nothing; give it one of {ACTIONS}")),
        _ => return wrong(format!("a step does one thing; leave it one of {ACTIONS}")),
    }
    if let Some(name) = &step.name
        && !is_name(name)
    {
        return wrong(format!("{name:?} is no name; write letters, digits and _"));
    }
    if step.parallel.is_some() && (step.expect.is_some() || step.until.is_some()) {
        return wrong("what parallel branches must come to is said in their own steps".to_owned());
    }
    let Some(branches) = &step.parallel else {
        return Ok(());
    };
    for (place, branch) in branches.iter().enumerate() {
        let length = path.len();
        path.extend([
            Turn::Key("parallel".to_owned()),
            Turn::Item(place),
            Turn::Key("steps".to_owned()),
        ]);
        check_steps(&branch.steps, path, source)?;
        path.truncate(length);
    }
    Ok(())
}

/// A letter, then letters, digits and `_`.
fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

//! A scenario that was read and found right: its id, its source for places, and what it takes for granted.

use std::path::{Path, PathBuf};

use super::choice::one_of;
use super::client;
use super::comparison::Comparison;
use super::locate::Turn;
use super::mentions::Mentions;
use super::model::{Scenario, Step};
use super::source::{Source, SourceError};
use super::template::Template;
use crate::clause::{Grade, Level, Registry};
use crate::client::transport::Transport;
use crate::duration;
use crate::run::event::Location;
use crate::xml::charset::Charset;

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
        client::check(&scenario).map_err(|(path, message)| source.mistake(&path, &message))?;
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
    check_values(step).map_err(|(key, message)| {
        let path = [path.as_slice(), &[Turn::Key(key.to_owned())]].concat();
        source.mistake(&path, &message)
    })?;
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

/// What can be said of values before anything is played: those in which nothing is left open.
fn check_values(step: &Step) -> Result<(), (&'static str, String)> {
    let closed = |template: &Option<Template>| {
        let template = template.as_ref()?;
        (template.names().is_empty() && template.functions().is_empty())
            .then(|| template.to_string())
    };
    if let Some(text) = closed(&step.over) {
        one_of::<Transport>(&text).map_err(|message| ("over", message))?;
    }
    if let Some(text) = closed(&step.charset) {
        one_of::<Charset>(&text).map_err(|message| ("charset", message))?;
    }
    if step.repeat == Some(0) {
        return Err(("repeat", "a step is done once at least".to_owned()));
    }
    let hurry = [("within", &step.within), ("every", &step.every)];
    for (key, template) in hurry {
        if template.is_some() && step.until.is_none() {
            return Err((
                key,
                format!("{key} says something about until, which is not there"),
            ));
        }
        if let Some(text) = closed(template) {
            duration::parse(&text).map_err(|error| (key, error.to_string()))?;
        }
    }
    for (key, expect) in [("expect", &step.expect), ("until", &step.until)] {
        let status = expect.as_ref().and_then(|expect| closed(&expect.status));
        if let Some(text) = status {
            Comparison::parse_status(&text).map_err(|error| (key, error.to_string()))?;
        }
    }
    Ok(())
}

/// A letter, then letters, digits and `_`.
fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::{Loaded, Snapshots};
    use crate::clause::Registry;
    use crate::scenario::source::Source;

    #[track_caller]
    fn check(step: &str, expected: &str) {
        let source = Source {
            name: "a.yaml".to_owned(),
            text: format!(
                "clauses: [BALANCE-01]\nrequirement: r.\nsteps:\n  - {{ ask: BALANCE, {step} }}\n"
            ),
        };
        let registry = Registry::built_in().unwrap();
        let id = "BALANCE-01-a".to_owned();
        let loaded = Loaded::read(id, source, Snapshots::BuiltIn(None), &registry);
        let error = loaded.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(error.contains("a.yaml:4:"), "{error}");
    }

    #[test]
    fn what_could_never_be_played_is_said_when_it_is_read() {
        check("over: multipartt", "is none of multipart");
        check("charset: cp1251", "is none of utf-8");
        check("repeat: 0", "once at least");
        check("within: 5s", "until, which is not there");
        check("until: { status: 0 }, every: soon", "such as 30s");
        check("expect: { status: \"SENT or\" }", "expect");
    }

    #[track_caller]
    fn check_exercise(client: &str, step: &str, expected: &str) {
        let source = Source {
            name: "a.yaml".to_owned(),
            text: format!(
                "clauses: [BALANCE-01]\nrequirement: r.\n{client}\nsteps:\n  - {{ {step} }}\n"
            ),
        };
        let registry = Registry::built_in().unwrap();
        let id = "BALANCE-01-a".to_owned();
        let loaded = Loaded::read(id, source, Snapshots::BuiltIn(None), &registry);
        let error = loaded.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn what_no_client_could_be_asked_is_said_when_it_is_read() {
        let client = "client: { finding: empty-report }";
        let ask = |more: &str| format!("ask: BALANCE, {more}");
        let check = |more: &str, expected: &str| check_exercise(client, &ask(more), expected);
        check("reply: { layout: lined }", "is none of lines");
        check("reply: { delivery: close }", "is none of whole");
        check("reply: { http: 99 }", "write 200 to 599");
        check("reaction: { outcome: wins }", "unknown variant");
        check("reaction: { requests: \"> x\" }", "compares numbers");
        check("reaction: { finding: empty-reprot }", "did you mean");
        check("over: raw", "a client cannot be told over");
        check_exercise(client, "xml: '<SMS/>'", "a client cannot be told xml");
        check_exercise(
            "client: { finding: form-cut }",
            "ask: BALANCE",
            "found in requests",
        );
        check_exercise(
            "",
            &ask("reply: { http: 500 }"),
            "give the scenario a client section",
        );
    }
}

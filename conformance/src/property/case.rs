//! A generated input as a scenario that can be planned and played, as if it had been read from a file.

use std::collections::BTreeMap;

use super::{Generated, Property};
use crate::clause::{Grade, Level, Registry};
use crate::scenario::loaded::{Loaded, Snapshots};
use crate::scenario::mentions::{Mentions, Spends};
use crate::scenario::model::{Needs, Scenario};
use crate::scenario::source::Source;

/// The scenario of an input. Its id is the property's name; its level and grade are those of the first clause, the
/// weakest if the registry has none of this name.
pub fn loaded(property: &Property, generated: Generated, registry: &Registry) -> Loaded {
    let clause = property.clauses.first().and_then(|id| registry.get(id));
    let mentions = mentions(&generated);
    Loaded {
        id: property.name.to_owned(),
        level: clause.map_or(Level::Unspecified, |clause| clause.level),
        grade: clause.map_or(Grade::Choice, |clause| clause.grade),
        scenario: scenario(property, generated),
        mentions,
        source: Source {
            name: property.name.to_owned(),
            text: String::new(),
        },
        snapshots: Snapshots::BuiltIn(None),
    }
}

/// What an input asks, as a file would have it.
pub fn scenario(property: &Property, generated: Generated) -> Scenario {
    Scenario {
        clauses: property.clauses.iter().map(|id| (*id).to_owned()).collect(),
        rests_on: Vec::new(),
        requirement: property.requirement.to_owned(),
        tags: vec!["fuzz".to_owned()],
        revision: None,
        needs: Needs::default(),
        matrix: BTreeMap::new(),
        variables: BTreeMap::new(),
        snapshot: false,
        client: None,
        steps: generated.steps,
    }
}

/// What an input takes for granted: its accounts, as it says. Whether it sends messages is not looked at, so it is taken
/// for something that does.
fn mentions(generated: &Generated) -> Mentions {
    let accounts = generated.accounts.iter();
    Mentions {
        accounts: accounts
            .map(|(name, share)| ((*name).to_owned(), *share))
            .collect(),
        spends: Spends::ByHand,
        ..Mentions::default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;

    use super::{Generated, Property, loaded};
    use crate::clause::Registry;
    use crate::generate::oracle::{self, Form};
    use crate::property::{Class, Facts, all};
    use crate::scenario::model::{Policy, Revision, Step};
    use crate::scenario::relation::Relation;
    use crate::scenario::template::Template;

    fn facts(revision: Revision) -> Facts {
        let words = ["WAITING", "SENT", "UNCOVERED"];
        let words = words.iter().chain(&crate::property::FINAL_WORDS);
        let accounts = ["main", "poor", "other", "test_mode"];
        Facts {
            revision,
            policy: Some(Policy::Refuse),
            accounts: accounts.map(str::to_owned).to_vec(),
            recipients: 9,
            tariffs: true,
            numbers: words.map(|word| (*word).to_owned()).collect(),
        }
    }

    /// What makes a generated scenario wrong, if anything does.
    fn fault(property: &Property, generated: &Generated) -> Option<String> {
        if generated.steps.is_empty() {
            return Some("there is no step".to_owned());
        }
        steps_fault(&generated.steps).or_else(|| {
            let broken = documents(&generated.steps);
            let forms: Vec<_> = broken
                .iter()
                .map(|document| oracle::form_of(document))
                .collect();
            let has_malformed = forms.contains(&Form::Malformed);
            match property.class {
                Class::Malformed if !has_malformed => Some("nothing is malformed".to_owned()),
                Class::Malformed | Class::Http | Class::Semantic => None,
                Class::Valid | Class::Equivalent | Class::Structural | Class::History
                    if has_malformed =>
                {
                    Some("something is malformed".to_owned())
                }
                Class::Valid | Class::Equivalent | Class::Structural | Class::History => None,
            }
        })
    }

    fn documents(steps: &[Step]) -> Vec<Vec<u8>> {
        let own = steps.iter().filter_map(oracle::document);
        let inside = steps.iter().flat_map(|step| step.parallel.iter().flatten());
        own.chain(inside.flat_map(|branch| documents(&branch.steps)))
            .collect()
    }

    fn steps_fault(steps: &[Step]) -> Option<String> {
        for step in steps {
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
            if actions.iter().filter(|there| **there).count() != 1 {
                return Some(format!("a step does one thing: {step:?}"));
            }
            for relation in &step.relations {
                if let Err(error) = Relation::parse(relation) {
                    return Some(format!("{relation}: {error}"));
                }
            }
            for template in templates(step) {
                if Template::parse(&template.to_string()).as_ref() != Ok(template) {
                    return Some(format!("{template:?} does not survive a failure file"));
                }
            }
            match &step.parallel {
                Some(branches) => {
                    for branch in branches {
                        if let Some(fault) = steps_fault(&branch.steps) {
                            return Some(fault);
                        }
                    }
                }
                None => {
                    if let Some(Err(error)) = oracle::wire(step) {
                        return Some(format!("{error}: {step:?}"));
                    }
                }
            }
        }
        None
    }

    fn templates(step: &Step) -> Vec<&Template> {
        let mut found: Vec<&Template> = step.xml.iter().chain(&step.http).collect();
        found.extend(step.tree.iter().flat_map(|tree| tree.templates()));
        for message in step.send.iter().chain(&step.price) {
            found.push(&message.text);
            for recipient in &message.to {
                found.push(&recipient.number);
                found.extend(recipient.id.iter().chain(&recipient.variables));
            }
        }
        found.extend(step.status.iter().flatten());
        found
    }

    #[test]
    fn properties_have_names_and_clauses_of_the_registry() {
        let registry = Registry::built_in().unwrap();
        let mut names: Vec<_> = all().iter().map(|property| property.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        for property in all() {
            assert!(!property.clauses.is_empty(), "{}", property.name);
            for clause in property.clauses {
                assert!(
                    registry.get(clause).is_some(),
                    "{}: {clause}",
                    property.name
                );
            }
            assert!(property.requirement.ends_with('.'), "{}", property.name);
            let is_kebab = |c: char| c.is_ascii_lowercase() || c == '-';
            assert!(property.name.chars().all(is_kebab), "{}", property.name);
        }
    }

    #[test]
    fn two_hundred_cases_of_each_are_right_scenarios() {
        let mut runner = TestRunner::deterministic();
        let registry = Registry::built_in().unwrap();
        for revision in [Revision::Documented, Revision::Extended] {
            let facts = facts(revision);
            for property in all() {
                assert_eq!((property.obstacle)(&facts), None, "{}", property.name);
                let strategy = (property.strategy)(&facts);
                for _ in 0..100 {
                    let generated = strategy.new_tree(&mut runner).unwrap().current();
                    assert_eq!(fault(property, &generated), None, "{}", property.name);
                    let loaded = loaded(property, generated, &registry);
                    assert_eq!(loaded.id, property.name);
                }
            }
        }
    }

    #[test]
    fn shrinking_stays_in_the_class_and_ends_at_the_simplest() {
        let mut runner = TestRunner::deterministic();
        let facts = facts(Revision::Documented);
        for property in all() {
            let strategy = (property.strategy)(&facts);
            for _ in 0..8 {
                let mut tree = strategy.new_tree(&mut runner).unwrap();
                let first = tree.current().size;
                let mut steps = 0;
                while steps < 2000 && tree.simplify() {
                    steps += 1;
                    if steps % 16 == 0 {
                        let generated = tree.current();
                        assert_eq!(fault(property, &generated), None, "{}", property.name);
                    }
                }
                let last = tree.current();
                assert_eq!(fault(property, &last), None, "{}", property.name);
                assert!(
                    last.size <= first.max(8),
                    "{}: {} to {}",
                    property.name,
                    first,
                    last.size
                );
            }
        }
    }
}

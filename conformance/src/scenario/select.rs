//! Which cases are meant: by clause, tag, or path (`--only`).

use std::collections::BTreeSet;

/// What somebody typed to choose cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector(String);

/// What a case can be chosen by.
#[derive(Clone, Copy, Debug)]
pub struct Names<'c> {
    /// The case's id, its matrix values included.
    pub id: &'c str,
    /// Its clauses.
    pub clauses: &'c [String],
    /// Its tags.
    pub tags: &'c [String],
}

impl Selector {
    /// Takes a clause (`SEND-03`, `SEND`), a tag, an id (`send/SEND-03-charge`) or the beginning of one (`send/`), or
    /// the path of a scenario file.
    pub fn new(text: &str) -> Self {
        let text = text
            .trim_start_matches("./")
            .trim_start_matches("scenarios/");
        Self(text.trim_end_matches(".yaml").to_owned())
    }

    /// Whether it means this case.
    pub fn fits(&self, names: Names<'_>) -> bool {
        let text = self.0.as_str();
        if text.is_empty() {
            return false;
        }
        let scenario = names.id.split_once('[').map_or(names.id, |(id, _)| id);
        let clause = |clause: &String| {
            clause == text
                || clause
                    .strip_prefix(text)
                    .is_some_and(|rest| rest.starts_with('-'))
        };
        names.id == text
            || scenario == text
            || scenario.rsplit('/').next() == Some(text)
            || (text.ends_with('/') && names.id.starts_with(text))
            || names
                .id
                .strip_prefix(text)
                .is_some_and(|rest| rest.starts_with('/'))
            || names.clauses.iter().any(clause)
            || names.tags.iter().any(|tag| tag == text)
    }

    /// The name that was probably meant, of all that could have been.
    pub fn nearest<'c>(&self, cases: impl Iterator<Item = Names<'c>>) -> Option<String> {
        let mut known = BTreeSet::new();
        for case in cases {
            let id = case.id.split_once('[').map_or(case.id, |(id, _)| id);
            known.insert(id.to_owned());
            known.extend(id.rsplit('/').next().map(str::to_owned));
            known.extend(id.split_once('/').map(|(area, _)| area.to_owned()));
            known.extend(case.clauses.iter().cloned());
            known.extend(case.tags.iter().cloned());
        }
        let typed = self.0.to_lowercase();
        let near = known.into_iter().map(|name| {
            (
                strsim::damerau_levenshtein(&name.to_lowercase(), &typed),
                name,
            )
        });
        let (distance, name) = near.min()?;
        (distance <= self.0.len().div_ceil(3)).then_some(name)
    }
}

impl std::fmt::Display for Selector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, Selector};

    fn names() -> (Vec<String>, Vec<String>) {
        (
            vec!["SEND-03".to_owned(), "MONEY-03".to_owned()],
            vec!["money".to_owned()],
        )
    }

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let (clauses, tags) = names();
        let names = Names {
            id: "send/SEND-03-charge[multipart]",
            clauses: &clauses,
            tags: &tags,
        };
        assert_eq!(Selector::new(text).fits(names), expected, "{text}");
    }

    #[test]
    fn a_case_is_chosen_by_any_of_its_names() {
        for text in [
            "SEND-03",
            "SEND",
            "MONEY-03",
            "money",
            "send",
            "send/",
            "SEND-03-charge",
            "send/SEND-03-charge",
            "send/SEND-03-charge[multipart]",
            "scenarios/send/SEND-03-charge.yaml",
            "./scenarios/send/SEND-03-charge.yaml",
        ] {
            check(text, true);
        }
        for text in [
            "",
            "SEND-0",
            "SEN",
            "sen",
            "charge",
            "send/SEND-03-charge[raw]",
            "mon",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn a_misspelt_name_has_a_nearest() {
        let (clauses, tags) = names();
        let names = || {
            std::iter::once(Names {
                id: "send/SEND-03-charge",
                clauses: &clauses,
                tags: &tags,
            })
        };
        let nearest = |text: &str| Selector::new(text).nearest(names());
        assert_eq!(nearest("SEND-04").as_deref(), Some("SEND-03"));
        assert_eq!(nearest("monye").as_deref(), Some("money"));
        assert_eq!(nearest("weather"), None);
    }
}

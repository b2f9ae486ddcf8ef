//! What a client says came of what it was asked, however it is run.

use serde_json::{Map, Value};

use super::adapter::Answered;
use super::command::{End, Ran};

/// What a client said.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// What came of it.
    pub result: Outcome,
    /// What it wrote for people: of a command stdout and stderr, of an adapter stderr.
    pub shown: String,
}

/// What came of it, by the client's word.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It worked; of an adapter, with the values of the result.
    Succeeded(Option<Map<String, Value>>),
    /// It did not, or nobody knows; of an adapter, with the word for it.
    Failed(Option<String>),
    /// It says nothing: it hung, and was killed; in words.
    Hung(String),
    /// It says nothing: it died, or wrote what is no result; in words.
    Died(String),
}

impl From<Ran> for Told {
    fn from(ran: Ran) -> Self {
        let shown = match (ran.output.is_empty(), ran.errors.is_empty()) {
            (false, false) => format!("{}\n{}", ran.output, ran.errors),
            (_, true) => ran.output,
            (true, false) => ran.errors,
        };
        let result = match ran.end {
            End::Code(0) => Outcome::Succeeded(None),
            End::Code(_) => Outcome::Failed(None),
            End::Died(how) => Outcome::Died(how),
            End::Hung(after) => Outcome::Hung(hung(after)),
        };
        Self { result, shown }
    }
}

impl From<(Answered, String)> for Told {
    fn from((answered, shown): (Answered, String)) -> Self {
        let result = match answered {
            Answered::Result(result) => of(result),
            Answered::Nothing(why) => Outcome::Died(why),
            Answered::Hung(after) => Outcome::Hung(hung(after)),
        };
        Self { result, shown }
    }
}

fn of(result: Map<String, Value>) -> Outcome {
    match (result.get("ok"), result.get("error")) {
        (Some(Value::Bool(true)), _) => Outcome::Succeeded(Some(result)),
        (Some(Value::Bool(false)), Some(Value::String(error))) => {
            Outcome::Failed(Some(error.clone()))
        }
        (Some(Value::Bool(false)), _) => {
            Outcome::Died("its result has no \"error\", which is a text".to_owned())
        }
        (Some(_) | None, _) => {
            Outcome::Died("its result has no \"ok\", which is true or false".to_owned())
        }
    }
}

fn hung(after: std::time::Duration) -> String {
    let seconds = super::command::seconds(after);
    format!("nothing within {seconds} s; it was killed")
}

impl Outcome {
    /// In a few words, for a report.
    pub fn words(&self) -> String {
        match self {
            Self::Succeeded(_) => "success".to_owned(),
            Self::Failed(None) => "failure".to_owned(),
            Self::Failed(Some(error)) => format!("failure: {error}"),
            Self::Hung(how) | Self::Died(how) => how.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Told};
    use crate::exercise::adapter::Answered;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let result = serde_json::from_str(line).unwrap();
        let told = Told::from((Answered::Result(result), String::new()));
        assert_eq!(told.result.words(), expected);
    }

    #[test]
    fn a_result_is_ok_or_has_an_error() {
        check(r#"{"ok":true}"#, "success");
        check(
            r#"{"ok":false,"error":"NO_REPLY","more":1}"#,
            "failure: NO_REPLY",
        );
        for wrong in [
            r#"{"ok":false}"#,
            r#"{"ok":false,"error":-1}"#,
            "{}",
            r#"{"ok":"yes"}"#,
        ] {
            let result = serde_json::from_str(wrong).unwrap();
            let told = Told::from((Answered::Result(result), String::new()));
            assert!(matches!(told.result, Outcome::Died(_)), "{wrong}");
        }
    }
}

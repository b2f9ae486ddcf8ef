//! Which keys belong to which kind of fault. Not for their values.

use super::{FaultKeys, KindKey};
use crate::config::script::{Place, ScriptError};

/// The keys that a kind may have beside those of all faults: one of these sets, of which `required` must be there.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// What must be there.
    pub required: &'static [&'static str],
    /// What may be there.
    pub optional: &'static [&'static str],
}

const fn form(required: &'static [&'static str], optional: &'static [&'static str]) -> Form {
    Form { required, optional }
}

/// All keys that belong to some kinds only.
pub const PARAMETERS: [&str; 12] = [
    "for", "from", "to", "median", "sigma", "most", "bytes", "share", "pause", "status", "text",
    "charset",
];

impl KindKey {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Delay,
        Self::Stall,
        Self::Reset,
        Self::Close,
        Self::Cut,
        Self::MalformedChunk,
        Self::Drip,
        Self::Garbage,
        Self::HtmlError,
        Self::Empty,
        Self::Warning,
        Self::WrongCharset,
        Self::WrongShape,
    ];

    /// It as it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Delay => "delay",
            Self::Stall => "stall",
            Self::Reset => "reset",
            Self::Close => "close",
            Self::Cut => "cut",
            Self::MalformedChunk => "malformed_chunk",
            Self::Drip => "drip",
            Self::Garbage => "garbage",
            Self::HtmlError => "html_error",
            Self::Empty => "empty",
            Self::Warning => "warning",
            Self::WrongCharset => "wrong_charset",
            Self::WrongShape => "wrong_shape",
        }
    }

    /// The sets of keys that it may have.
    pub const fn forms(self) -> &'static [Form] {
        match self {
            Self::Delay => {
                const {
                    &[
                        form(&["for"], &[]),
                        form(&["from", "to"], &[]),
                        form(&["median", "sigma"], &["most"]),
                    ]
                }
            }
            Self::Stall => const { &[form(&[], &["for"])] },
            Self::Cut => const { &[form(&["bytes"], &[]), form(&["share"], &[])] },
            Self::Drip => const { &[form(&["bytes", "pause"], &[])] },
            Self::HtmlError => const { &[form(&[], &["status"])] },
            Self::Warning => const { &[form(&[], &["text"])] },
            Self::WrongCharset => const { &[form(&[], &["charset"])] },
            Self::Reset
            | Self::Close
            | Self::MalformedChunk
            | Self::Garbage
            | Self::Empty
            | Self::WrongShape => const { &[form(&[], &[])] },
        }
    }
}

impl FaultKeys {
    /// Which keys are there that belong to some kinds only.
    fn given(&self) -> impl Iterator<Item = &'static str> {
        let given = [
            self.lasting.is_some(),
            self.from.is_some(),
            self.to.is_some(),
            self.median.is_some(),
            self.sigma.is_some(),
            self.most.is_some(),
            self.bytes.is_some(),
            self.share.is_some(),
            self.pause.is_some(),
            self.status.is_some(),
            self.text.is_some(),
            self.charset.is_some(),
        ];
        PARAMETERS
            .into_iter()
            .zip(given)
            .filter_map(|(key, is_given)| is_given.then_some(key))
    }
}

/// Whether the keys are those of the kind.
pub(super) fn check(keys: &FaultKeys) -> Result<(), ScriptError> {
    let forms = keys.kind.forms();
    let has = |form: &Form, key: &str| form.required.contains(&key) || form.optional.contains(&key);
    let fits = |form: &Form| {
        let given: Vec<_> = keys.given().collect();
        given.iter().all(|key| has(form, key))
            && form.required.iter().all(|key| given.contains(key))
    };
    if forms.iter().any(fits) {
        return Ok(());
    }
    let told: Vec<String> = forms
        .iter()
        .map(|form| {
            let required = form.required.iter().map(|key| (*key).to_owned());
            let optional = form.optional.iter().map(|key| format!("{key} (optional)"));
            required.chain(optional).collect::<Vec<_>>().join(" and ")
        })
        .collect();
    let told = match told.join(", or ") {
        told if told.is_empty() => "nothing more".to_owned(),
        told => told,
    };
    let has_it = format!("{} has {told}", keys.kind.word());
    let foreign = keys
        .given()
        .find(|key| !forms.iter().any(|form| has(form, key)));
    Err(match foreign {
        Some(key) => ScriptError::at(
            [Place::Key(key)],
            format!("`{key}` is not for this kind: {has_it}"),
        ),
        None => ScriptError::at([], has_it),
    })
}

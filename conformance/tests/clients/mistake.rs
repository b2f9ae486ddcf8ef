//! What a client can do wrong: the id of the rule that it breaks. One client, one mistake.

/// A mistake, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mistake(Option<&'static str>);

impl Mistake {
    /// The good client.
    pub(crate) const NONE: Self = Self(None);

    /// By the name on the command line. Programs end soon, so the name may stay.
    pub(crate) fn named(name: &str) -> Self {
        Self((name != "good").then(|| &*name.to_owned().leak()))
    }

    /// Whether this is the mistake.
    pub(crate) fn is(self, name: &str) -> bool {
        self.0 == Some(name)
    }

    /// Its name; empty if there is none.
    pub(crate) fn name(self) -> &'static str {
        self.0.unwrap_or_default()
    }
}

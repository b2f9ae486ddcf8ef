//! What a lie is, and whether it is told. `catalogue` has them all; each is told where the rule is that it breaks.

use std::sync::LazyLock;

pub(crate) use super::catalogue::Lie;

/// Whether a rule is kept or broken: the one lie that is told, if any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tongue(Option<Lie>);

impl Tongue {
    /// A tongue that tells the truth.
    pub(crate) const TRUE: Self = Self(None);

    /// A tongue that tells this lie.
    pub(crate) fn telling(lie: Option<Lie>) -> Self {
        Self(lie)
    }

    /// Whether it tells this lie.
    pub(crate) fn tells(self, lie: Lie) -> bool {
        self.0 == Some(lie)
    }
}

/// The names of all lies, in their order.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    Lie::ALL
        .iter()
        .map(|lie| kebab(&format!("{lie:?}")))
        .collect()
});

/// The name of a lie in kebab case.
pub(crate) fn name(lie: Lie) -> &'static str {
    &NAMES[lie as usize]
}

/// `BadLoginIs401` as `bad-login-is401`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

/// Lies from a table: a variant, the clause that it breaks first of all, and what it does wrong.
macro_rules! lies {
    ($($lie:ident [$area:ident-$number:literal] $says:literal)*) => {
        /// Something that the endpoint does wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Lie { $(#[doc = $says] $lie,)* }

        impl Lie {
            /// All of them, in the order of the clauses.
            pub(crate) const ALL: &[Self] = &[$(Self::$lie),*];

            /// Its name, in kebab case.
            pub(crate) fn name(self) -> &'static str {
                $crate::liar::lies::name(self)
            }

            /// What it does wrong, in one sentence.
            pub(crate) fn says(self) -> &'static str {
                match self { $(Self::$lie => $says),* }
            }

            /// The clause that it breaks first of all.
            pub(crate) fn clause(self) -> &'static str {
                match self { $(Self::$lie => concat!(stringify!($area), "-", stringify!($number))),* }
            }
        }
    };
}

pub(crate) use lies;

//! Properties: what holds for every input, each tied to clauses. A property generates scenarios of the ordinary language,
//! with their expectations in them; playing and judging them is not its business, nor is shrinking.
//!
//! Nothing here knows the endpoint but for [`Facts`]: what its owner says of it.
//!
//! - [`all`]: every property; each has a file of its own.
//! - [`case`]: a generated input as a case that can be played.
//! - [`obstacle`], [`steps`]: what several of them need.

mod accounts_are_apart;
mod any_structure;
mod balance_is_conserved;
mod broken_http;
pub mod case;
mod charset_does_not_matter;
mod equivalent_forms;
mod final_status_stays;
mod histories_are_explained;
mod ids_with_any_characters;
mod invalid_numbers;
mod malformed_documents;
mod nobody_to_send_to;
mod not_enough_credits;
pub mod obstacle;
mod one_connection;
mod parallel_sends;
mod parts_of_texts;
mod personalisation;
mod price_is_charge;
mod refused_changes_nothing;
mod right_senders;
mod send_counts;
mod split_costs_the_same;
mod status_rows;
mod statuses_move_forward;
pub mod steps;
mod tariffs_make_the_price;
mod test_mode_waits;
mod twice_costs_twice;
mod wrong_login;
mod wrong_senders;

use proptest::strategy::BoxedStrategy;

use crate::scenario::mentions::Share;
use crate::scenario::model::{Policy, Revision, Step};
use crate::target::Target;

/// The words that a message may end with (STATUS-06).
pub const FINAL_WORDS: [&str; 6] = [
    "DELIVERED",
    "NOT_DELIVERED",
    "NOT_ALLOWED",
    "INVALID_DESTINATION_ADDRESS",
    "INVALID_SOURCE_ADDRESS",
    "NOT_ENOUGH_CREDITS",
];

/// Every property.
pub fn all() -> &'static [Property] {
    &[
        any_structure::PROPERTY,
        malformed_documents::PROPERTY,
        broken_http::PROPERTY,
        equivalent_forms::PROPERTY,
        send_counts::PROPERTY,
        price_is_charge::PROPERTY,
        split_costs_the_same::PROPERTY,
        twice_costs_twice::PROPERTY,
        tariffs_make_the_price::PROPERTY,
        parts_of_texts::PROPERTY,
        personalisation::PROPERTY,
        balance_is_conserved::PROPERTY,
        parallel_sends::PROPERTY,
        invalid_numbers::PROPERTY,
        nobody_to_send_to::PROPERTY,
        not_enough_credits::PROPERTY,
        refused_changes_nothing::PROPERTY,
        right_senders::PROPERTY,
        wrong_senders::PROPERTY,
        status_rows::PROPERTY,
        statuses_move_forward::PROPERTY,
        final_status_stays::PROPERTY,
        test_mode_waits::PROPERTY,
        ids_with_any_characters::PROPERTY,
        charset_does_not_matter::PROPERTY,
        accounts_are_apart::PROPERTY,
        wrong_login::PROPERTY,
        one_connection::PROPERTY,
        histories_are_explained::PROPERTY,
    ]
}

/// Something that holds for every input of a class.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// Its name for ever, in kebab case: `price-is-charge`.
    pub name: &'static str,
    /// What holds, in one sentence.
    pub requirement: &'static str,
    /// The clauses that say so; the first gives the level.
    pub clauses: &'static [&'static str],
    /// What kind of input it generates.
    pub class: Class,
    /// Why a target cannot be asked, if it cannot.
    pub obstacle: fn(&Facts) -> Option<String>,
    /// What it generates.
    pub strategy: fn(&Facts) -> BoxedStrategy<Generated>,
}

/// A kind of input. Shrinking stays inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Right in every respect.
    Valid,
    /// Right, and the same document in several forms.
    Equivalent,
    /// Well-formed and of the right structure, but refused for what it says: a login, a number, a balance.
    Semantic,
    /// Well-formed, but elements are missing, double, or elsewhere.
    Structural,
    /// Not well-formed XML.
    Malformed,
    /// Broken before any XML is read: the form, the body, HTTP.
    Http,
    /// Right or refused, of several accounts and partly at the same time: judged as a whole, too ([`crate::history`]).
    History,
}

/// One input: a scenario without its head.
#[derive(Clone, Debug)]
pub struct Generated {
    /// What is done, with what must come of it.
    pub steps: Vec<Step>,
    /// The accounts that it asks with, and whether it must have them for itself.
    pub accounts: Vec<(&'static str, Share)>,
    /// How large it is, for statistics: recipients, or bytes of what is broken.
    pub size: usize,
}

/// What is known of the target.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its revision.
    pub revision: Revision,
    /// What happens when credits run out, if that is known.
    pub policy: Option<Policy>,
    /// Which accounts it has: main, poor, other, test_mode, closed.
    pub accounts: Vec<String>,
    /// How many ordinary numbers there are: `${to.1}` and on.
    pub recipients: usize,
    /// Whether its tariffs are known.
    pub tariffs: bool,
    /// Which words there are numbers for: `${number.DELIVERED}`.
    pub numbers: Vec<String>,
}

impl Facts {
    /// The facts of a target.
    pub fn of(target: &Target) -> Self {
        Self {
            revision: target.revision,
            policy: target.policy,
            accounts: target.accounts.keys().cloned().collect(),
            recipients: target.recipients.len(),
            tariffs: !target.tariffs.is_empty(),
            numbers: target.numbers.keys().cloned().collect(),
        }
    }

    /// Whether there is an account of this name.
    pub fn has(&self, account: &str) -> bool {
        self.accounts.iter().any(|known| known == account)
    }
}

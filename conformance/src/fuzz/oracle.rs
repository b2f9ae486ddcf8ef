//! Whether a generated case is still of its class: what shrinking must not change.
//!
//! The kit's own reader decides, on the bytes that would be sent, not the strategy that made them.

use crate::client::raw;
use crate::form;
use crate::generate::oracle::{Form, document, form_of, wire};
use crate::property::{Class, Generated};
use crate::run::request::Wire;
use crate::scenario::model::Step;

/// Whether a simpler case is of the same class as the one that it comes from: of a malformed one, some document still is;
/// of the others, none has become so. A request that holds no document holds none.
pub fn keeps(class: Class, from: &Generated, simpler: &Generated) -> bool {
    let malformed = |generated: &Generated| {
        generated
            .steps
            .iter()
            .flat_map(forms)
            .any(|form| form == Form::Malformed)
    };
    match class {
        Class::Malformed => malformed(simpler),
        Class::Valid | Class::Equivalent | Class::Semantic | Class::Structural | Class::History => {
            !malformed(simpler) || malformed(from)
        }
        Class::Http => !simpler.steps.iter().any(holds_a_document),
    }
}

/// Whether a request that is given byte for byte holds a document after all.
fn holds_a_document(step: &Step) -> bool {
    let Some(Ok(Wire::Raw(request))) = wire(step) else {
        return false;
    };
    let written = request.steps.into_iter().filter_map(|step| match step {
        raw::Step::Write(bytes) => Some(bytes),
        raw::Step::Await | raw::Step::Finish => None,
    });
    let bytes: Vec<u8> = written.flatten().collect();
    form::of_request(&bytes).is_some_and(|document| form_of(&document) == Form::WellFormed)
}

/// Of each document of a step, and of the steps inside it.
fn forms(step: &Step) -> Vec<Form> {
    let branches = step.parallel.iter().flatten();
    let inside = branches.flat_map(|branch| branch.steps.iter().flat_map(forms));
    let own = document(step).map(|document| form_of(&document));
    inside.chain(own).collect()
}

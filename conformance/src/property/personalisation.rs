//! A text with variables costs what the text costs that the recipient gets.

use proptest::prelude::{BoxedStrategy, Strategy};

use super::steps::{price, shared};
use super::{Class, Facts, Generated, Property, obstacle};
use crate::generate::message::{self, Mailing, To};
use crate::generate::{how, text, variables};
use crate::scenario::model::{Expect, Step};

/// The property.
pub(super) const PROPERTY: Property = Property {
    name: "personalised-costs-as-substituted",
    requirement: "A text with placeholders costs what the text costs that stands there after substitution.",
    clauses: &["VARS-03", "VARS-01", "VARS-02", "MONEY-02", "PRICE-01"],
    class: Class::Valid,
    obstacle: obstacle::sends,
    strategy,
};

fn strategy(facts: &Facts) -> BoxedStrategy<Generated> {
    let to = message::to_valid(facts.recipients);
    (
        variables::template(),
        variables::attribute(),
        text::border(),
        to,
        how::any(),
    )
        .prop_map(|(template, attribute, border, to, how)| {
            // Filled up, so that a letter too many or too few is another part.
            let text = variables::personalised(&template, attribute.as_deref());
            let length = border.map_or(0, |number| text::edge(&text, number));
            let fill = "a".repeat(length.saturating_sub(text::units(&text)));
            let template = format!("{fill}{template}");
            let substituted = variables::personalised(&template, attribute.as_deref());
            let size = template.len();
            let plain = Mailing::new(substituted, vec![to.clone()]);
            let to = To {
                variables: attribute,
                ..to
            };
            let asked = price("personal", &Mailing::new(template, vec![to]));
            let asked = Step {
                expect: Some(Expect {
                    same_as: Some("plain".to_owned()),
                    ..Expect::default()
                }),
                ..asked
            };
            Generated {
                steps: vec![price("plain", &plain), how.of(asked)],
                accounts: shared(),
                size,
            }
        })
        .boxed()
}

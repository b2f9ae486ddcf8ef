//! Documents as trees of the language: the five operations, right in every respect (OP-01).

use super::message::Mailing;
use super::template::{expression, literal};
use crate::scenario::markup::{Markup, Part};
use crate::scenario::template::Template;

/// A document that asks for this operation.
pub fn document(operation: &str, body: Vec<Markup>) -> Markup {
    let mut inside = vec![
        branch("operations", vec![leaf("operation", literal(operation))]),
        branch(
            "authentication",
            vec![
                leaf("username", expression("username")),
                leaf("password", expression("password")),
            ],
        ),
    ];
    inside.extend(body);
    branch("SMS", inside)
}

/// `<message>` and `<numbers>` of a mailing.
pub fn mailing(mailing: &Mailing) -> Vec<Markup> {
    let message = mailing.message();
    let sender = message.sender.unwrap_or_else(|| literal("SMSKA"));
    let numbers = message.to.into_iter().map(|recipient| {
        let mut number = leaf("number", recipient.number);
        let attributes = [
            ("messageID", recipient.id),
            ("variables", recipient.variables),
        ];
        for (name, value) in attributes {
            let value = value.map(|value| Part::Attribute(name.to_owned(), value));
            number.inside.extend(value);
        }
        number
    });
    let numbers = numbers.collect();
    vec![
        branch(
            "message",
            vec![leaf("sender", sender), leaf("text", message.text)],
        ),
        branch("numbers", numbers),
    ]
}

/// `<statistics>` with these ids.
pub fn statistics(ids: impl IntoIterator<Item = Template>) -> Markup {
    let ids = ids.into_iter().map(|id| leaf("messageid", id));
    branch("statistics", ids.collect())
}

/// An element with a text in it.
pub fn leaf(name: &str, text: Template) -> Markup {
    Markup {
        name: name.to_owned(),
        inside: vec![Part::Text(text)],
    }
}

/// An element with elements in it.
pub fn branch(name: &str, inside: Vec<Markup>) -> Markup {
    Markup {
        name: name.to_owned(),
        inside: inside.into_iter().map(Part::Element).collect(),
    }
}

/// The element with this path below the root; the empty path is the root itself.
pub fn at<'m>(root: &'m mut Markup, path: &[usize]) -> Option<&'m mut Markup> {
    let mut element = root;
    for place in path {
        element = match element.inside.get_mut(*place) {
            Some(Part::Element(inside)) => inside,
            Some(_) | None => return None,
        };
    }
    Some(element)
}

/// The paths of all elements below the root, in order. Each is a list of places.
pub fn paths(root: &Markup) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    for (place, part) in root.inside.iter().enumerate() {
        if let Part::Element(inside) = part {
            found.push(vec![place]);
            let deeper = paths(inside).into_iter();
            found.extend(deeper.map(|path| [&[place], path.as_slice()].concat()));
        }
    }
    found
}

//! Damage to the structure of a document that stays well-formed: elements that are missing, doubled, elsewhere, called
//! otherwise, empty, or hold something else (OP-02, SEND-11, STATUS-09, XML-09).

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any};
use proptest::prop_oneof;
use proptest::sample::{Index, select};

use super::template::literal;
use super::tree::{at, leaf, paths};
use crate::scenario::markup::{Markup, Part};

/// What is done to a structure, one thing after the other.
#[derive(Clone, Debug)]
pub struct Damage(Vec<(Index, Blow)>);

/// What is done to an element.
#[derive(Clone, Debug)]
enum Blow {
    Remove,
    Double,
    /// Into the element at another place.
    Move(Index),
    Rename(&'static str),
    Empty,
    /// This text instead of what is inside.
    Text(&'static str),
    /// An element of this name beside what is inside.
    Add(&'static str, &'static str),
    /// So many elements around it.
    Wrap(usize),
    /// An attribute of this name.
    Attribute(&'static str, &'static str),
}

/// Where damage may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// Anywhere.
    Anywhere,
    /// Not to the operation and the login: they decide first (ORDER-01).
    BehindTheLogin,
}

/// Names of elements that mean something, and some that do not.
const NAMES: &[&str] = &[
    "number",
    "numbers",
    "message",
    "text",
    "sender",
    "statistics",
    "messageid",
    "operation",
    "operations",
    "authentication",
    "authentification",
    "username",
    "password",
    "SMS",
    "sms",
    "x",
    "Message",
    "RESPONSE",
];

/// Names of what the body of a document holds.
const BODY: &[&str] = &[
    "number",
    "numbers",
    "message",
    "text",
    "sender",
    "statistics",
    "messageid",
    "x",
];

const TEXTS: &[&str] = &[
    "",
    " ",
    "x",
    "SEND",
    "send",
    "BALANCE",
    "GETSTATUS",
    "0",
    "999000000001",
    "<",
    "&",
    "%1%",
    "привет",
    "😀",
];

/// Damage, from none at all to a few blows.
pub fn damage(scope: Where) -> BoxedStrategy<Damage> {
    let names = match scope {
        Where::Anywhere => NAMES,
        Where::BehindTheLogin => BODY,
    };
    let blow = prop_oneof![
        Just(Blow::Remove),
        Just(Blow::Double),
        Just(Blow::Empty),
        select(names).prop_map(Blow::Rename),
        select(TEXTS).prop_map(Blow::Text),
        any::<Index>().prop_map(Blow::Move),
        (select(names), select(TEXTS)).prop_map(|(name, text)| Blow::Add(name, text)),
        // Three of them together stay within reason: how deep a document may be is not for properties to say (XML-09).
        (1..6_usize).prop_map(Blow::Wrap),
        (select(&["messageID", "variables", "x"][..]), select(TEXTS))
            .prop_map(|(name, text)| Blow::Attribute(name, text)),
    ];
    vec((any::<Index>(), blow), 0..4).prop_map(Damage).boxed()
}

impl Damage {
    /// The document after it. The root stays where it is, but may be called otherwise.
    pub fn of(&self, root: &Markup, scope: Where) -> Markup {
        let mut root = root.clone();
        for (element, blow) in &self.0 {
            let paths = targets(&root, scope);
            if paths.is_empty() {
                return root;
            }
            let path = element.get(&paths).clone();
            strike(&mut root, &path, blow, &paths);
        }
        root
    }
}

/// The paths of the elements that may be damaged.
fn targets(root: &Markup, scope: Where) -> Vec<Vec<usize>> {
    let mut paths = paths(root);
    match scope {
        Where::Anywhere => paths.push(Vec::new()),
        Where::BehindTheLogin => {
            paths.retain(
                |path| match path.first().and_then(|place| root.inside.get(*place)) {
                    Some(Part::Element(element)) => BODY.contains(&element.name.as_str()),
                    Some(_) | None => false,
                },
            );
        }
    }
    paths
}

fn strike(root: &mut Markup, path: &[usize], blow: &Blow, paths: &[Vec<usize>]) {
    if let (Some((place, parent)), Blow::Remove | Blow::Double | Blow::Wrap(_) | Blow::Move(_)) =
        (path.split_last(), blow)
    {
        let Some(parent) = at(root, parent) else {
            return;
        };
        if *place >= parent.inside.len() {
            return;
        }
        let part = parent.inside.remove(*place);
        match blow {
            Blow::Double => {
                parent.inside.insert(*place, part.clone());
                parent.inside.insert(*place, part);
            }
            Blow::Wrap(levels) => {
                let wrapped = (0..*levels).fold(part, |inside, _| {
                    Part::Element(Markup {
                        name: "x".to_owned(),
                        inside: vec![inside],
                    })
                });
                parent.inside.insert(*place, wrapped);
            }
            Blow::Move(to) => {
                let to = to.get(paths).clone();
                match at(root, &to) {
                    Some(element) => element.inside.push(part),
                    None => root.inside.push(part),
                }
            }
            Blow::Remove
            | Blow::Rename(_)
            | Blow::Empty
            | Blow::Text(_)
            | Blow::Add(..)
            | Blow::Attribute(..) => {}
        }
        return;
    }
    let Some(element) = at(root, path) else {
        return;
    };
    match blow {
        Blow::Rename(name) => element.name = (*name).to_owned(),
        Blow::Empty => element.inside.clear(),
        Blow::Text(text) => {
            element
                .inside
                .retain(|part| matches!(part, Part::Attribute(..)));
            element.inside.push(Part::Text(literal(text)));
        }
        Blow::Add(name, text) => element
            .inside
            .push(Part::Element(leaf(name, literal(text)))),
        Blow::Attribute(name, text) => {
            let is_other =
                |part: &Part| !matches!(part, Part::Attribute(known, _) if known == name);
            element.inside.retain(is_other);
            element
                .inside
                .push(Part::Attribute((*name).to_owned(), literal(text)));
        }
        Blow::Remove | Blow::Double | Blow::Move(_) | Blow::Wrap(_) => {}
    }
}

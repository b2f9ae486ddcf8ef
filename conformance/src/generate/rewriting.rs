//! The same document in another form: order of elements, comments, CDATA, stray text, unknown elements and attributes,
//! more than one block, second copies (XML-05, XML-07).

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any};
use proptest::prop_oneof;
use proptest::sample::{Index, select};

use super::template::literal;
use super::tree::{at, branch, leaf};
use crate::scenario::markup::{Markup, Part};

/// What is done to a document that means the same afterwards.
#[derive(Clone, Debug)]
pub struct Rewriting {
    /// For each place of the root's elements, which of those that are left comes next.
    order: Vec<Index>,
    /// Whether sender and text, login and password are the other way round.
    pairs: Pairs,
    asides: Vec<(Index, Index, Aside)>,
    blocks: Blocks,
    second: Second,
    texts: Texts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pairs {
    AsTheyAre,
    Swapped,
}

/// Something between elements that nobody reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aside {
    Comment(&'static str),
    Text(&'static str),
    CData(&'static str),
    Element(&'static str),
    Attribute(&'static str),
    /// An unknown element with known ones in it.
    Nested,
    Instruction,
}

/// How many blocks of numbers or ids there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blocks {
    One,
    /// One for each number.
    Each,
}

/// An element that may stand once stands twice: the first counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Second {
    None,
    Message,
    Text,
    Sender,
    Login,
}

/// How the texts of elements are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Texts {
    Plain,
    CData,
    /// Between two comments.
    Commented,
}

const WORDS: &[&str] = &["x", "-", "SEND", "999000000001", "&", "привет", "]]>"];

/// Names that no element and no attribute has; case counts in those of elements (XML-02).
const NAMES: &[&str] = &["extra", "sentdate", "Number", "TEXT", "type", "x-1", "ещё"];

/// Any of them; nothing is done by the simplest.
pub fn rewriting() -> BoxedStrategy<Rewriting> {
    let aside = prop_oneof![
        select(WORDS).prop_map(Aside::Comment),
        select(WORDS).prop_map(Aside::Text),
        select(WORDS).prop_map(Aside::CData),
        select(NAMES).prop_map(Aside::Element),
        select(NAMES).prop_map(Aside::Attribute),
        Just(Aside::Nested),
        Just(Aside::Instruction),
    ];
    (
        vec(any::<Index>(), 0..5),
        select(vec![Pairs::AsTheyAre, Pairs::Swapped]),
        vec((any::<Index>(), any::<Index>(), aside), 0..4),
        select(vec![Blocks::One, Blocks::Each]),
        select(vec![
            Second::None,
            Second::Message,
            Second::Text,
            Second::Sender,
            Second::Login,
        ]),
        select(vec![Texts::Plain, Texts::CData, Texts::Commented]),
    )
        .prop_map(|(order, pairs, asides, blocks, second, texts)| Rewriting {
            order,
            pairs,
            asides,
            blocks,
            second,
            texts,
        })
        .boxed()
}

impl Rewriting {
    /// The document in its other form.
    pub fn of(&self, root: &Markup) -> Markup {
        let mut root = root.clone();
        self.write_texts(&mut root);
        if self.blocks == Blocks::Each {
            split_numbers(&mut root);
        }
        if self.pairs == Pairs::Swapped {
            for element in elements(&mut root) {
                if matches!(element.name.as_str(), "message" | "authentication") {
                    element.inside.reverse();
                }
            }
        }
        for (place, index) in self.order.iter().enumerate() {
            let left = root.inside.len().saturating_sub(place);
            if left > 1 && numbers_stay(&root) {
                let from = place.saturating_add(index.index(left));
                if from < root.inside.len() {
                    let part = root.inside.remove(from);
                    root.inside.insert(place, part);
                }
            }
        }
        self.add_second(&mut root);
        for (element, place, aside) in &self.asides {
            add_aside(&mut root, *element, *place, *aside);
        }
        root
    }

    fn write_texts(&self, element: &mut Markup) {
        for part in &mut element.inside {
            match part {
                Part::Element(inside) => self.write_texts(inside),
                Part::Text(text) if self.texts == Texts::CData => *part = Part::CData(text.clone()),
                Part::Text(_)
                | Part::Attribute(..)
                | Part::CData(_)
                | Part::Comment(_)
                | Part::Raw(_) => {}
            }
        }
        let is_leaf = element
            .inside
            .iter()
            .any(|part| matches!(part, Part::Text(_)));
        if is_leaf && self.texts == Texts::Commented {
            element.inside.insert(0, Part::Comment(literal("x")));
            element.inside.push(Part::Comment(literal("x")));
        }
    }

    fn add_second(&self, root: &mut Markup) {
        let last = || leaf("text", literal("another text that does not count"));
        match self.second {
            Second::None => {}
            Second::Message => {
                if elements(root).any(|element| element.name == "message") {
                    let message = branch("message", vec![last()]);
                    root.inside.push(Part::Element(message));
                }
            }
            Second::Text => add_to(root, "message", last()),
            Second::Sender => add_to(root, "message", leaf("sender", literal("NotMe"))),
            Second::Login => add_to(root, "authentication", leaf("password", literal("x"))),
        }
    }
}

/// Blocks of numbers keep their order among each other, or else rows would not.
fn numbers_stay(root: &Markup) -> bool {
    let is_block =
        |part: &&Part| matches!(part, Part::Element(element) if element.name == "numbers");
    root.inside.iter().filter(is_block).count() <= 1
}

fn elements(root: &mut Markup) -> impl Iterator<Item = &mut Markup> {
    root.inside.iter_mut().filter_map(|part| match part {
        Part::Element(element) => Some(element),
        Part::Text(_) | Part::Attribute(..) | Part::CData(_) | Part::Comment(_) | Part::Raw(_) => {
            None
        }
    })
}

fn add_to(root: &mut Markup, name: &str, element: Markup) {
    if let Some(parent) = elements(root).find(|element| element.name == name) {
        parent.inside.push(Part::Element(element));
    }
}

/// A block of its own for each number: several blocks count together.
fn split_numbers(root: &mut Markup) {
    let mut inside = Vec::new();
    for part in std::mem::take(&mut root.inside) {
        match part {
            Part::Element(element) if element.name == "numbers" => {
                let blocks = element.inside.into_iter().map(|number| Markup {
                    name: "numbers".to_owned(),
                    inside: vec![number],
                });
                inside.extend(blocks.map(Part::Element));
            }
            part => inside.push(part),
        }
    }
    root.inside = inside;
}

/// Puts something into an element that holds elements.
fn add_aside(root: &mut Markup, element: Index, place: Index, aside: Aside) {
    let parents: Vec<usize> = (0..root.inside.len())
        .filter(|place| matches!(root.inside.get(*place), Some(Part::Element(element)) if holds_elements(element)))
        .collect();
    // The root is one of them.
    let path: Vec<usize> = match element
        .index(parents.len().saturating_add(1))
        .checked_sub(1)
    {
        Some(place) => parents.get(place).copied().into_iter().collect(),
        None => Vec::new(),
    };
    let Some(parent) = at(root, &path) else {
        return;
    };
    let part = match aside {
        Aside::Comment(text) => Part::Comment(literal(text)),
        Aside::Text(text) => Part::Text(literal(text)),
        Aside::CData(text) => Part::CData(literal(text)),
        Aside::Element(name) => Part::Element(leaf(name, literal("x"))),
        Aside::Attribute(name) => {
            let part = Part::Attribute(name.to_owned(), literal("x"));
            let has_it = |part: &Part| matches!(part, Part::Attribute(known, _) if known == name);
            if !parent.inside.iter().any(has_it) {
                parent.inside.push(part);
            }
            return;
        }
        Aside::Nested => {
            let inside = ["number", "text", "messageid", "operation", "username"];
            let inside = inside.map(|name| leaf(name, literal("999000000009")));
            Part::Element(branch("extra", inside.to_vec()))
        }
        Aside::Instruction => Part::Raw(literal("<?x y?>")),
    };
    let place = place.index(parent.inside.len().saturating_add(1));
    parent.inside.insert(place, part);
}

fn holds_elements(element: &Markup) -> bool {
    [
        "operations",
        "authentication",
        "message",
        "numbers",
        "statistics",
        "extra",
    ]
    .contains(&element.name.as_str())
}

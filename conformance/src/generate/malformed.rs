//! Documents that are not well-formed: right ones, damaged byte by byte (XML-04, XML-06, XML-08).
//!
//! Whatever is done, the kit's own reader refuses the result; shrinking never leaves that.

use proptest::collection::vec;
use proptest::prelude::{BoxedStrategy, Strategy, any};
use proptest::prop_oneof;
use proptest::sample::{Index, select};

use super::oracle::{self, Form};
use super::template::{Draft, literal};
use crate::scenario::model::{Step, Write};

/// A piece of a document that damage does not divide.
#[derive(Clone, Debug)]
enum Atom {
    Char(char),
    /// In no charset.
    Bytes(&'static [u8]),
    /// `${…}`
    Expression(&'static str),
}

/// What is done to a document.
#[derive(Clone, Debug)]
enum Blow {
    /// Nothing is left from here on.
    Cut(Index),
    /// This is not there any more.
    Without(Index, Mark),
    /// This stands somewhere.
    Insert(Index, &'static str),
    /// These bytes do.
    Bytes(Index, &'static [u8]),
    /// This stands behind everything.
    Behind(&'static str),
    /// This stands in front of the root.
    Before(&'static str),
    /// The tag of the root begins so.
    Root(&'static str),
    /// An end tag has another name.
    Mismatch(Index),
}

/// What may go missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// One of `<`.
    Less,
    /// One of `>`.
    Greater,
    /// One of `/`.
    Slash,
}

/// What operations are asked for: one that costs if it is obeyed first.
const OPERATIONS: &[&str] = &["SEND", "BALANCE", "GETPRICE", "GETSTATUS"];

/// What cannot stand in a document: markup that is none, references that are none, characters that are none.
const WRONG: &[&str] = &[
    "&",
    "<",
    "& ",
    "&&",
    "&nbsp;",
    "&x;",
    "&amp",
    "&;",
    "&#;",
    "&#x;",
    "&#0;",
    "&#8;",
    "&#x1F;",
    "&#xFFFE;",
    "&#xD800;",
    "&#x110000;",
    "&#99999999999;",
    "&#xZZ;",
    "<1>",
    "< a>",
    "<a",
    "</a>",
    "<a>",
    "<a b=1/>",
    "<a b/>",
    "<a b='1' b='2'/>",
    "<a b='<'/>",
    "<a b='1'c='2'/>",
    "<a b='&'/>",
    "]]>",
    "<![CDATA[",
    "<!-- a",
    "<!---->-->",
    "<!ENTITY a 'b'>",
    "<?",
    "<!x>",
    "\0",
    "\u{1}",
    "\u{8}",
    "\u{B}",
    "\u{C}",
    "\u{1B}",
    "\u{1F}",
    "\u{FFFE}",
    "\u{FFFF}",
    "<?xml version=\"1.0\"?>",
];

/// What no charset has, in UTF-8 and beside it.
const BYTES: &[&[u8]] = &[
    b"\xFF",
    b"\xC0\x80",
    b"\xED\xA0\x80",
    b"\xD0",
    b"\xF5\x80\x80\x80",
    b"\x80",
    b"\xE2\x82",
    b"\xD8",
    b"\x00\xD8",
];

const BEHIND: &[&str] = &[
    "<SMS/>",
    "x",
    "<SMS></SMS>",
    "&#32;",
    "<![CDATA[]]>",
    "</SMS>",
    "<",
    "&amp;",
    "\0",
    "{}",
];

const BEFORE: &[&str] = &[
    "<!DOCTYPE SMS>",
    "<!DOCTYPE SMS [<!ENTITY a \"b\">]>",
    "<!DOCTYPE SMS SYSTEM \"http://127.0.0.1:9/x.dtd\">",
    "<!DOCTYPE SMS [<!ENTITY a SYSTEM \"file:///etc/hostname\">]>",
    "<x/>",
    "x",
    "&#32;",
    "<![CDATA[x]]>",
    "</SMS>",
];

const ROOTS: &[&str] = &[
    "<SMS a=1>",
    "<SMS a>",
    "<SMS a=\"1\" a=\"1\">",
    "<SMS a=\"<\">",
    "<SMS a='1'b='2'>",
    "< SMS>",
    "<SMS",
    "<SMS>>\u{0}",
    "<sms>",
    "<1SMS>",
    "SMS>",
];

/// A step that sends a document which is not well-formed, and how many bytes that has.
pub fn step() -> BoxedStrategy<(Step, usize)> {
    let over = select(
        &[
            "urlencoded",
            "multipart",
            "raw",
            "raw-utf8",
            "raw-comma",
            "raw-bare",
        ][..],
    );
    let charset = select(&["utf-8", "windows-1251", "koi8-r", "utf-16le", "utf-16be"][..]);
    (select(OPERATIONS), charset, over, vec(blow(), 1..3))
        .prop_filter_map(
            "what is well-formed",
            |(operation, charset, over, blows)| {
                let mut atoms = whole(operation, charset);
                for blow in &blows {
                    blow.strike(&mut atoms);
                }
                let step = Step {
                    xml: Some(draft(&atoms).template()),
                    charset: Some(literal(charset)),
                    over: Some(literal(over)),
                    write: Write {
                        byte_order_mark: charset.starts_with("utf-16").then(|| literal("true")),
                        ..Write::default()
                    },
                    ..Step::default()
                };
                let document = oracle::document(&step)?;
                match oracle::form_of(&document) {
                    Form::Malformed => Some((step, document.len())),
                    Form::WellFormed => None,
                }
            },
        )
        .boxed()
}

fn blow() -> BoxedStrategy<Blow> {
    let mark = select(vec![Mark::Less, Mark::Greater, Mark::Slash]);
    prop_oneof![
        4 => any::<Index>().prop_map(Blow::Cut),
        3 => (any::<Index>(), mark).prop_map(|(place, mark)| Blow::Without(place, mark)),
        6 => (any::<Index>(), select(WRONG)).prop_map(|(place, text)| Blow::Insert(place, text)),
        2 => (any::<Index>(), select(BYTES)).prop_map(|(place, bytes)| Blow::Bytes(place, bytes)),
        1 => select(BEHIND).prop_map(Blow::Behind),
        2 => select(BEFORE).prop_map(Blow::Before),
        1 => select(ROOTS).prop_map(Blow::Root),
        1 => any::<Index>().prop_map(Blow::Mismatch),
    ]
    .boxed()
}

/// A right document, in pieces.
fn whole(operation: &str, charset: &str) -> Vec<Atom> {
    let label = match charset {
        "utf-16le" | "utf-16be" => "utf-16",
        charset => charset,
    };
    let mut atoms = Vec::new();
    let mut text = |text: &str| atoms.extend(text.chars().map(Atom::Char));
    text(&format!(
        "<?xml version=\"1.0\" encoding=\"{label}\"?>\n<SMS>\n"
    ));
    text(&format!(
        "<operations><operation>{operation}</operation></operations>\n"
    ));
    text("<authentication><username>");
    atoms.push(Atom::Expression("username"));
    let mut text = |text: &str| atoms.extend(text.chars().map(Atom::Char));
    text("</username><password>");
    atoms.push(Atom::Expression("password"));
    let mut text = |text: &str| atoms.extend(text.chars().map(Atom::Char));
    text("</password></authentication>\n");
    text("<message><sender>SMSKA</sender><text>a</text></message>\n<numbers><number messageID=\"");
    atoms.push(Atom::Expression("id.m1"));
    atoms.extend("\">".chars().map(Atom::Char));
    atoms.push(Atom::Expression("to.1"));
    let rest = "</number></numbers>\n<statistics><messageid>x</messageid></statistics>\n</SMS>\n";
    atoms.extend(rest.chars().map(Atom::Char));
    atoms
}

fn draft(atoms: &[Atom]) -> Draft {
    let mut draft = Draft::new();
    for atom in atoms {
        draft = match atom {
            Atom::Char(character) => draft.literal(character.encode_utf8(&mut [0; 4])),
            Atom::Bytes(bytes) => draft.hex(bytes),
            Atom::Expression(expression) => draft.expression(expression),
        };
    }
    draft
}

impl Blow {
    fn strike(&self, atoms: &mut Vec<Atom>) {
        let characters = |text: &str| text.chars().map(Atom::Char).collect::<Vec<_>>();
        match self {
            Self::Cut(place) => atoms.truncate(place.index(atoms.len().max(1))),
            Self::Without(place, mark) => {
                let places = places(atoms, mark.character());
                if let Some(place) = pick(*place, &places) {
                    atoms.remove(place);
                }
            }
            Self::Insert(place, text) => insert(atoms, *place, characters(text)),
            Self::Bytes(place, bytes) => insert(atoms, *place, vec![Atom::Bytes(bytes)]),
            Self::Behind(text) => atoms.extend(characters(text)),
            Self::Before(text) => {
                let behind = atoms.split_off(behind_declaration(atoms));
                atoms.extend(characters(text));
                atoms.extend(behind);
            }
            Self::Root(text) => {
                let behind = atoms.split_off(behind_declaration(atoms));
                atoms.extend(characters(text));
                atoms.extend(behind.into_iter().skip("<SMS>".len()));
            }
            Self::Mismatch(place) => {
                let places = places(atoms, '/');
                if let Some(place) = pick(*place, &places) {
                    atoms.insert(place.saturating_add(1).min(atoms.len()), Atom::Char('x'));
                }
            }
        }
    }
}

impl Mark {
    fn character(self) -> char {
        match self {
            Self::Less => '<',
            Self::Greater => '>',
            Self::Slash => '/',
        }
    }
}

/// Puts something in behind the declaration: how strictly that is read, no clause says.
fn insert(atoms: &mut Vec<Atom>, place: Index, inserted: Vec<Atom>) {
    let start = behind_declaration(atoms);
    let length = atoms.len().saturating_sub(start);
    let behind = atoms.split_off(start.saturating_add(place.index(length.saturating_add(1))));
    atoms.extend(inserted);
    atoms.extend(behind);
}

/// The place behind the first line.
fn behind_declaration(atoms: &[Atom]) -> usize {
    let is_end = |atom: &Atom| matches!(atom, Atom::Char('\n'));
    let end = atoms.iter().position(is_end);
    end.map_or(atoms.len(), |end| end.saturating_add(1))
}

/// Where this character stands behind the declaration.
fn places(atoms: &[Atom], wanted: char) -> Vec<usize> {
    let all = atoms.iter().enumerate().skip(behind_declaration(atoms));
    all.filter(|(_, atom)| matches!(atom, Atom::Char(character) if *character == wanted))
        .map(|(place, _)| place)
        .collect()
}

fn pick(index: Index, places: &[usize]) -> Option<usize> {
    if places.is_empty() {
        return None;
    }
    places.get(index.index(places.len())).copied()
}

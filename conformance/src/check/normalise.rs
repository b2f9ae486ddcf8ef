//! The replies of a scenario as one text that is the same in every run, for snapshots.
//!
//! What changes from run to run is replaced by where it stands, an element or an attribute of a name: never by what
//! it looks like. Nothing is judged: what is wrong stays as it is, and differs. Layout and the order of a row's
//! attributes are lost on purpose (REPLY-02 and REPLY-08 are tested elsewhere).

use std::collections::BTreeMap;

use crate::scenario::date::is_date;
use crate::xml::tree::{Attribute, Element, Node};

/// The attributes of a row, in the order of REPLY-08.
const ROW: [&str; 4] = ["id", "sentdate", "donedate", "status"];

/// One step that was done.
#[derive(Clone, Copy, Debug)]
pub struct Step<'s> {
    /// How it is called: `1 send`.
    pub title: &'s str,
    /// The root of its reply, or why there is none; that text must be the same in every run.
    pub reply: Result<&'s Element, &'s str>,
}

/// Writes all replies, in order. `ids` are those that the scenario made, by value, with their names (`id.a`).
///
/// A line `# 1 send` comes first, then the reply with one element a line, or a line `! why there is none`. Names are
/// numbered by first appearance in the whole text, so that equal values still show as equal.
pub fn normalise(steps: &[Step<'_>], ids: &BTreeMap<String, String>) -> String {
    let mut writer = Writer {
        ids,
        seen: BTreeMap::new(),
        text: String::new(),
    };
    for step in steps {
        writer.line(&["# ", &plain(step.title)]);
        match step.reply {
            Ok(root) => writer.element(&root.canonical()),
            Err(reason) => writer.line(&["! ", &plain(reason)]),
        }
    }
    writer.text
}

struct Writer<'i> {
    ids: &'i BTreeMap<String, String>,
    /// Of each kind, such as `credits`: the values that have a number.
    seen: BTreeMap<&'static str, BTreeMap<String, usize>>,
    text: String,
}

impl Writer<'_> {
    fn line(&mut self, pieces: &[&str]) {
        self.text.extend(pieces.iter().copied());
        self.text.push('\n');
    }

    fn element(&mut self, element: &Element) {
        let name = element.name.as_str();
        let attributes: String = in_order(&element.attributes)
            .into_iter()
            .map(|attribute| format!(" {}=\"{}\"", attribute.name, self.attribute(attribute)))
            .collect();
        match element.children.as_slice() {
            // A row looks as in REPLY-08, an empty report as in STATUS-03.
            [] if attributes.is_empty() => self.line(&["<", name, "></", name, ">"]),
            [] => self.line(&["<", name, &attributes, " />"]),
            [Node::Text(text)] => {
                let text = self.leaf(name, text);
                self.line(&["<", name, &attributes, ">", &text, "</", name, ">"]);
            }
            nodes => {
                self.line(&["<", name, &attributes, ">"]);
                for node in nodes {
                    self.node(node);
                }
                self.line(&["</", name, ">"]);
            }
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Element(element) => self.element(element),
            Node::Text(text) | Node::CData(text) => {
                let text = self.id(text);
                self.line(&[&text]);
            }
            // The canonical tree of what was read has none of these.
            Node::Comment(_) | Node::Instruction(_) | Node::Raw(_) => {}
        }
    }

    fn attribute(&mut self, attribute: &Attribute) -> String {
        let value = attribute.value.as_str();
        match attribute.name.as_str() {
            "id" => self.id_of_row(value),
            "sentdate" | "donedate" if is_date(value) => self.numbered("date", value.to_owned()),
            _ => escape(value),
        }
    }

    /// The text of an element that holds nothing else.
    fn leaf(&mut self, name: &str, text: &str) -> String {
        match name {
            "credits" => self.number("credits", text),
            "price" => self.number("price", text),
            "amount" => self.number("amount", text),
            "currency" => "<<currency>>".to_owned(),
            "trialsms" if is_digits(text) => "<<trialsms>>".to_owned(),
            "status" | "trialsms" => escape(text),
            _ => self.id(text),
        }
    }

    fn number(&mut self, kind: &'static str, text: &str) -> String {
        match shortest(text) {
            Some(zero) if zero == "0" => zero,
            Some(number) => self.numbered(kind, number),
            None => escape(text),
        }
    }

    fn numbered(&mut self, kind: &'static str, value: String) -> String {
        let values = self.seen.entry(kind).or_default();
        let next = values.len().saturating_add(1);
        let number = values.entry(value).or_insert(next);
        format!("<<{kind}:{number}>>")
    }

    fn id(&self, text: &str) -> String {
        match self.ids.get(text) {
            Some(name) => format!("<<{name}>>"),
            None => escape(text),
        }
    }

    /// The id of a row, in which a scenario may have written something before and behind an id of its own.
    fn id_of_row(&self, text: &str) -> String {
        let found = self.ids.iter().filter_map(|(id, name)| {
            let (before, after) = text.split_once(id.as_str())?;
            Some((before, id, name, after))
        });
        // The first, and of those the longest: `…-a` begins `…-ab`.
        let first =
            found.min_by_key(|(before, id, ..)| (before.len(), std::cmp::Reverse(id.len())));
        match first {
            Some((before, _, name, after)) => {
                format!("{}<<{name}>>{}", escape(before), self.id_of_row(after))
            }
            None => escape(text),
        }
    }
}

/// Those of a row in its order and others behind; all of them as written if it is no row.
fn in_order(attributes: &[Attribute]) -> Vec<&Attribute> {
    let place = |attribute: &Attribute| ROW.iter().position(|name| *name == attribute.name);
    let mut ordered: Vec<&Attribute> = attributes.iter().collect();
    if attributes.iter().filter_map(place).count() == ROW.len() {
        ordered.sort_by_key(|attribute| place(attribute).unwrap_or(ROW.len()));
    }
    ordered
}

/// A decimal number in its shortest form, so that 1.0 is 1; none if the text is no number.
fn shortest(text: &str) -> Option<String> {
    let (sign, number) = match text.strip_prefix('-') {
        Some(number) => ("-", number),
        None => ("", text),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    Some(match (whole, fraction.trim_end_matches('0')) {
        ("0", "") => "0".to_owned(),
        (whole, "") => format!("{sign}{whole}"),
        (whole, fraction) => format!("{sign}{whole}.{fraction}"),
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Text or an attribute's value: on one line, and never to be taken for a name, which begins with a bare `<`.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            control if control.is_control() => {
                escaped.extend(["&#", &u32::from(control).to_string(), ";"]);
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// A text that is no XML, on one line.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for character in text.chars() {
        if character.is_control() {
            plain.extend(character.escape_default());
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests;

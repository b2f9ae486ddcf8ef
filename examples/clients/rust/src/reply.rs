//! What the gateway answers. Read by roxmltree: quick-xml would not notice text around the root, or
//! a root without an end.

use roxmltree::{Document, Node};

use crate::error::bad_reply;
use crate::{Error, Report};

/// Reads the root of a reply, if it is a success and the one that is wanted.
pub(crate) fn read<T>(
    body: &str,
    wanted: &str,
    read: impl FnOnce(Node<'_, '_>) -> Result<T, Error>,
) -> Result<T, Error> {
    // A script may print blank lines before the declaration; strictly, XML begins with it.
    let body = body.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    let document =
        Document::parse(body).map_err(|error| bad_reply(format!("it is not XML: {error}")))?;
    let root = document.root_element();
    let name = root.tag_name().name();
    // Errors arrive in HTTP 200, as a negative status, whatever was asked.
    if name == "RESPONSE" && status(root)? < 0 {
        return Err(Error::Refused(status(root)?));
    }
    if name != wanted {
        return Err(bad_reply(format!("it is a <{name}>, not a <{wanted}>")));
    }
    read(root)
}

pub(crate) fn status(root: Node<'_, '_>) -> Result<i32, Error> {
    text(root, "status")
        .parse()
        .map_err(|_| bad_reply("its status is no number"))
}

/// The decimal in an element.
pub(crate) fn amount(root: Node<'_, '_>, name: &str) -> Result<String, Error> {
    let value = text(root, name);
    let (whole, fraction) = value.split_once('.').unwrap_or((&value, "0"));
    if is_number(whole.strip_prefix('-').unwrap_or(whole)) && is_number(fraction) {
        Ok(value)
    } else {
        Err(bad_reply(format!("its <{name}> is no amount: {value:?}")))
    }
}

fn is_number(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

pub(crate) fn reports(root: Node<'_, '_>) -> Result<Vec<Report>, Error> {
    root.children()
        .filter(|child| child.has_tag_name("message"))
        .map(report)
        .collect()
}

fn report(row: Node<'_, '_>) -> Result<Report, Error> {
    let value = |name| row.attribute(name).unwrap_or_default().trim().to_owned();
    let date = |name| Some(value(name)).filter(|date| !date.is_empty() && date != NO_DATE);
    let report = Report {
        // Blanks in an id are the sender's.
        id: row.attribute("id").unwrap_or_default().to_owned(),
        status: value("status"),
        sent: date("sentdate"),
        done: date("donedate"),
    };
    if report.id.is_empty() || report.status.is_empty() {
        return Err(bad_reply("one of its rows has no id or no status"));
    }
    Ok(report)
}

const NO_DATE: &str = "0000-00-00 00:00:00";

/// The text of the first child of that name. `Node::text` would stop at a comment.
fn text(root: Node<'_, '_>, name: &str) -> String {
    let child = root.children().find(|child| child.has_tag_name(name));
    let nodes = child.iter().flat_map(Node::children);
    let texts = nodes
        .filter(Node::is_text)
        .filter_map(|node| node.text().map(str::to_owned));
    texts.collect::<String>().trim().to_owned()
}

//! Text to a typed request (XML-01 to XML-09, OP-01), with roxmltree as a second opinion.

use epochta_mock::gateway::msisdn::{Msisdn, Written};
use epochta_mock::gateway::request::{Mailing, Operation, Password, Request};
use epochta_mock::wire::cursor::Malformed;
use epochta_mock::wire::tolerance::Tolerances;
use epochta_mock::wire::{self, Unreadable};
use roxmltree::{Document, Error, Node};

use super::with_line_feeds;

/// How deep elements may be nested, here.
const MAX_DEPTH: u32 = 64;

/// The text of a document.
pub(super) fn holds(bytes: &[u8]) {
    let Ok(text) = String::from_utf8(with_line_feeds(bytes)) else {
        return;
    };
    let read = wire::request::read(&text, MAX_DEPTH, &mut Tolerances::default());
    let other = Document::parse(text.trim_start_matches([' ', '\t', '\n']));
    match &read {
        Err(Unreadable::Malformed(malformed)) => {
            is_placed(malformed, &text);
            let agreed = other
                .as_ref()
                .map_or(true, |other| is_stricter(&text, other));
            assert!(agreed, "only roxmltree takes it; {malformed}");
        }
        Ok(_) | Err(Unreadable::Operation(_)) => {
            if let Err(error) = &other {
                assert!(
                    is_about_namespaces(error, &text),
                    "only roxmltree refuses it: {error}"
                );
            }
        }
        Err(Unreadable::NoDocument(_) | Unreadable::NotText(_)) => panic!("{read:?}"),
    }
    // With namespaces, names are others; so is one that begins with a colon.
    let begins = |(at, _)| text.split_at(at).0.ends_with(['<', ' ', '\t', '\n']);
    if let (Ok(request), Ok(other)) = (read, other)
        && !text.contains("xmlns")
        && !text.match_indices(':').any(begins)
    {
        says_the_same(&request, other.root_element());
    }
}

/// An error is short, and its place is one of the text.
fn is_placed(malformed: &Malformed, text: &str) {
    let Malformed {
        offset,
        line,
        column,
        path,
        reason,
    } = malformed;
    let before = text.get(..*offset).expect("a place between characters");
    let last = before.rsplit('\n').next().unwrap_or_default();
    assert_eq!(*line, before.matches('\n').count() + 1);
    assert_eq!(*column, last.chars().count() + 1);
    assert!(path.len() + reason.len() < 4_000, "{malformed}");
}

/// What we refuse, and roxmltree need not: other roots, depths and declarations, and what it lets pass though XML 1.0
/// does not: references to half a surrogate pair, reserved instructions, an empty prefix.
fn is_stricter(text: &str, other: &Document<'_>) -> bool {
    let deep = |node: Node<'_, '_>| node.ancestors().count() > MAX_DEPTH as usize;
    !text.starts_with(['<', ' ', '\t', '\n'])
        || text.contains("<?")
        || text.contains("<!DOCTYPE")
        || text.contains("&#")
        || text.contains("<:")
        || text.contains("</:")
        || other.root_element().tag_name().name() != "SMS"
        || other.root_element().tag_name().namespace().is_some()
        || other.descendants().any(deep)
}

/// What is wrong only to those who know namespaces, which the gateway does not.
fn is_about_namespaces(error: &Error, text: &str) -> bool {
    // A name may begin or end with a colon, but not one with a prefix.
    let is_name = matches!(error, Error::InvalidName(_)) && text.contains(':');
    is_name
        || matches!(
            error,
            Error::InvalidXmlPrefixUri(_)
                | Error::UnexpectedXmlUri(_)
                | Error::UnexpectedXmlnsUri(_)
                | Error::InvalidElementNamePrefix(_)
                | Error::DuplicatedNamespace(..)
                | Error::UnknownNamespace(..)
                | Error::NamespacesLimitReached
        )
}

/// The request has the document's login, sender, text and recipients (XML-01, XML-02, XML-07).
fn says_the_same(request: &Request, root: Node<'_, '_>) {
    let login = children(root, |name| {
        matches!(name, "authentication" | "authentification")
    })
    .next();
    match (&request.credentials, login) {
        (None, None) => {}
        (Some(credentials), Some(login)) => {
            let word = |name: &str| children(login, |child| child == name).next().map(text_of);
            assert_eq!(credentials.username, word("username").unwrap_or_default());
            let password = Password::new(word("password").unwrap_or_default());
            assert!(credentials.password == password, "another password");
        }
        (ours, theirs) => panic!("{ours:?}, {theirs:?}"),
    }
    let operation = children(root, |name| name == "operations")
        .flat_map(|block| children(block, |name| name == "operation"))
        .map(text_of);
    let operation: Vec<String> = operation.map(|word| word.trim().to_owned()).collect();
    assert_eq!(operation, [request.operation.name()]);
    let message = children(root, |name| name == "message").next();
    let word = |name: &str| {
        children(message?, |child| child == name)
            .next()
            .map(text_of)
    };
    match &request.operation {
        Operation::Send(Ok(mailing)) | Operation::GetPrice(Ok(mailing)) => {
            let words = &mailing.words;
            assert_eq!(words.at(mailing.sender), word("sender").unwrap_or_default());
            assert_eq!(Some(words.at(mailing.text)), word("text").as_deref());
            assert_eq!(recipients(mailing), numbers(root));
        }
        Operation::GetStatus(Ok(inquiry)) => {
            let asked = children(root, |name| name == "statistics")
                .take(1)
                .flat_map(|block| children(block, |name| name == "messageid"))
                .map(text_of);
            let ids = inquiry
                .ids
                .iter()
                .map(|id| inquiry.words.at(*id).to_owned());
            assert!(ids.eq(asked), "other ids");
        }
        Operation::Send(Err(_)) | Operation::GetPrice(Err(_)) | Operation::GetStatus(Err(_)) => {}
        Operation::Balance | Operation::CreditPrice => {}
    }
}

type Recipient = (Option<Msisdn>, String, Option<String>);

fn recipients(mailing: &Mailing) -> Vec<Recipient> {
    let recipients = mailing.recipients.iter().map(|recipient| {
        let word = |span| mailing.words.at(span).to_owned();
        (
            recipient.msisdn,
            word(recipient.id),
            recipient.variables.map(word),
        )
    });
    recipients.collect()
}

fn numbers(root: Node<'_, '_>) -> Vec<Recipient> {
    let numbers = children(root, |name| name == "numbers")
        .flat_map(|block| children(block, |name| name == "number"));
    let read = numbers.filter_map(|number| {
        let value = |name: &str| {
            let mut attributes = number.attributes();
            let found = attributes.find(|attribute| {
                attribute.namespace().is_none() && attribute.name().eq_ignore_ascii_case(name)
            });
            found.map(|attribute| attribute.value().to_owned())
        };
        let msisdn = match Msisdn::read(&text_of(number)) {
            Written::Nothing => return None,
            Written::Invalid => None,
            Written::Number { msisdn, .. } => Some(msisdn),
        };
        Some((
            msisdn,
            value("messageid").unwrap_or_default(),
            value("variables"),
        ))
    });
    read.collect()
}

pub(super) fn children<'a, 'd>(
    parent: Node<'a, 'd>,
    fits: impl Fn(&str) -> bool,
) -> impl Iterator<Item = Node<'a, 'd>> {
    parent.children().filter(move |child| {
        let name = child.tag_name();
        child.is_element() && name.namespace().is_none() && fits(name.name())
    })
}

pub(super) fn text_of(element: Node<'_, '_>) -> String {
    let texts = element.children().filter(Node::is_text);
    texts.filter_map(|text| text.text()).collect()
}

//! The document as a gateway reads it: elements in any order to what was asked (XML-*, OP-01).

use roxmltree::{Attribute, Node};

use super::lies::{Lie, Tongue};
use super::markup;

/// What a document says; nothing of it is judged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    /// What every `<operation>` holds.
    pub(crate) operations: Vec<String>,
    /// `<username>`.
    pub(crate) username: Option<String>,
    /// `<password>`.
    pub(crate) password: Option<String>,
    /// `<message>`.
    pub(crate) message: Option<Message>,
    /// How many blocks of `<numbers>` there are.
    pub(crate) blocks: usize,
    /// Every `<number>`.
    pub(crate) recipients: Vec<Recipient>,
    /// The ids in `<statistics>`.
    pub(crate) statistics: Option<Vec<String>>,
}

/// `<message>`.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// `<sender>`.
    pub(crate) sender: Option<String>,
    /// `<text>`.
    pub(crate) text: Option<String>,
}

/// `<number>`.
#[derive(Clone, Debug)]
pub(crate) struct Recipient {
    /// What stands inside.
    pub(crate) written: String,
    /// Its attribute `messageID`.
    pub(crate) id: Option<String>,
    /// Its attribute `variables`.
    pub(crate) variables: Option<String>,
}

/// Reads the elements of a document (XML-07). The root is known to be right.
pub(crate) fn read(root: Node<'_, '_>, tongue: Tongue) -> Document {
    let reader = Reader { tongue };
    let operations = reader.operations(root);
    let login = reader.login(root);
    let message = reader.one(root, &["message"]).map(|message| Message {
        sender: reader.text_in(message, "sender"),
        text: reader.text_in(message, "text"),
    });
    let mut blocks = reader.all(root, &["numbers"]);
    if tongue.tells(Lie::OnlyFirstNumbers) {
        blocks.truncate(1);
    }
    let statistics = reader.one(root, &["statistics"]).map(|statistics| {
        let ids = reader.all(statistics, &["messageid"]);
        ids.into_iter().map(|id| reader.text(id)).collect()
    });
    Document {
        operations,
        username: login.0,
        password: login.1,
        message,
        blocks: blocks.len(),
        recipients: blocks
            .into_iter()
            .flat_map(|block| reader.recipients(block))
            .collect(),
        statistics,
    }
}

#[derive(Clone, Copy)]
struct Reader {
    tongue: Tongue,
}

impl Reader {
    fn tells(self, lie: Lie) -> bool {
        self.tongue.tells(lie)
    }

    fn operations(self, root: Node<'_, '_>) -> Vec<String> {
        let mut operations = Vec::new();
        for block in self.all(root, &["operations"]) {
            operations.extend(
                self.all(block, &["operation"])
                    .into_iter()
                    .map(|operation| self.text(operation)),
            );
        }
        if operations.is_empty() && self.tells(Lie::OperationFoundOutside) {
            operations.extend(self.text_in(root, "operation"));
        }
        operations
    }

    /// Login and password, from the element that the document or all its clients call by their own name (XML-01).
    fn login(self, root: Node<'_, '_>) -> (Option<String>, Option<String>) {
        let mut names = vec!["authentication", "authentification"];
        if self.tells(Lie::AuthenticationUnread) {
            names.remove(0);
        } else if self.tells(Lie::AuthentificationUnread) {
            names.pop();
        }
        let Some(login) = self.one(root, &names) else {
            return (None, None);
        };
        let [username, password] = ["username", "password"].map(|name| {
            let element = self.one(login, &[name]);
            match element {
                Some(element) if self.tells(Lie::LoginUndecoded) => Some(markup::inside(element)),
                Some(element) => Some(self.text(element)),
                None if self.tells(Lie::LoginAttributesRead) => {
                    login.attribute(name).map(str::to_owned)
                }
                None => None,
            }
        });
        (username, password)
    }

    fn recipients(self, block: Node<'_, '_>) -> Vec<Recipient> {
        let inherited = if self.tells(Lie::IdOnNumbersRead) {
            self.id(block)
        } else {
            None
        };
        let numbers = self.all(block, &["number"]);
        let bare = self.text(block);
        if numbers.is_empty() && !bare.trim().is_empty() && self.tells(Lie::TextInNumbersRead) {
            return vec![Recipient {
                written: bare,
                id: None,
                variables: None,
            }];
        }
        let mut recipients = Vec::new();
        for number in numbers {
            let recipient = Recipient {
                written: self.text(number),
                id: self.id(number).or(inherited.clone()),
                variables: self.variables(number),
            };
            if self.tells(Lie::NumbersSplitAtCommas) {
                let several = recipient.written.split(',').map(|written| Recipient {
                    written: written.to_owned(),
                    ..recipient.clone()
                });
                recipients.extend(several);
            } else {
                recipients.push(recipient);
            }
        }
        recipients
    }

    /// The id of a number; the name of the attribute is compared without case (XML-02).
    fn id(self, number: Node<'_, '_>) -> Option<String> {
        self.attribute(number, |name| {
            let unread = match name {
                "messageId" => self.tells(Lie::MessageIdUnread),
                "messageid" => self.tells(Lie::LowerCaseMessageidUnread),
                "messageID" => self.tells(Lie::UpperCaseIdUnread),
                _ => false,
            };
            let other = self.tells(Lie::OtherIdAttributesRead)
                && ["id", "message_id", "msgid", "messageIDs"].contains(&name);
            (name.eq_ignore_ascii_case("messageID") && !unread) || other
        })
    }

    fn variables(self, number: Node<'_, '_>) -> Option<String> {
        let exactly = self.tells(Lie::VariablesCaseCounts);
        self.attribute(number, |name| {
            name == "variables" || (name.eq_ignore_ascii_case("variables") && !exactly)
        })
    }

    fn attribute(self, node: Node<'_, '_>, is_meant: impl Fn(&str) -> bool) -> Option<String> {
        let source = node.document().input_text();
        let written = |attribute: &Attribute<'_, '_>| &source[attribute.range_qname()];
        let found = node
            .attributes()
            .find(|attribute| is_meant(written(attribute)));
        found.map(|attribute| self.resolved(attribute.value()))
    }

    /// The text of the element of this name, if there is one.
    fn text_in(self, parent: Node<'_, '_>, name: &str) -> Option<String> {
        self.one(parent, &[name]).map(|element| self.text(element))
    }

    /// What stands in an element itself; unknown elements inside do not count.
    fn text(self, element: Node<'_, '_>) -> String {
        let mut text = String::new();
        for child in element.children() {
            if child.is_comment() && self.tells(Lie::CommentsCut) {
                break;
            }
            if child.is_text() || (child.is_comment() && self.tells(Lie::CommentsAreText)) {
                text += child.text().unwrap();
            }
        }
        self.resolved(&text)
    }

    fn resolved(self, text: &str) -> String {
        if self.tells(Lie::ReferencesResolvedTwice) {
            markup::resolve(text)
        } else {
            text.to_owned()
        }
    }

    /// The element that may stand once: the first counts (XML-07).
    fn one<'a, 'input>(self, parent: Node<'a, 'input>, names: &[&str]) -> Option<Node<'a, 'input>> {
        let mut all = self.all(parent, names);
        if self.tells(Lie::LastElementCounts) {
            all.reverse();
        }
        all.into_iter().next()
    }

    fn all<'a, 'input>(self, parent: Node<'a, 'input>, names: &[&str]) -> Vec<Node<'a, 'input>> {
        let is_meant = |node: &Node<'a, 'input>| {
            let found = markup::name(*node);
            names.iter().any(|name| {
                *name == found
                    || (name.eq_ignore_ascii_case(found) && self.tells(Lie::ElementCaseIgnored))
            })
        };
        let elements = |node: &Node<'a, 'input>| node.is_element();
        if self.tells(Lie::FoundAnywhere) {
            parent
                .descendants()
                .skip(1)
                .filter(elements)
                .filter(is_meant)
                .collect()
        } else {
            parent
                .children()
                .filter(elements)
                .filter(is_meant)
                .collect()
        }
    }
}

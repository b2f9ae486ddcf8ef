//! A request read as the gateway reads it: operation, login, and what is asked. It is lenient where the gateway is (XML-01,
//! XML-02, XML-07), and says nothing of what is wrong: the gateway answers a code, and judging is for
//! [`crate::finding`].

use crate::operation::{Credentials, Message, Operation, Recipient};
use crate::password::Password;
use crate::xml::read::read;
use crate::xml::tree::Element;

/// What a document asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The operation's word (OP-01).
    pub word: &'static str,
    /// Who asks; nothing without a login (AUTH-04).
    pub credentials: Option<Credentials>,
    /// What is asked; nothing if what belongs to the operation is not there (SEND-11, STATUS-09).
    pub operation: Option<Operation>,
}

impl Question {
    /// Reads a document; nothing if it is none, or names no operation (XML-08, XML-09, OP-02).
    pub fn of(document: &[u8]) -> Option<Self> {
        // Blanks before it are let pass (XML-03).
        let document = read(document.trim_ascii_start()).ok()?;
        let root = Some(document.root).filter(|root| root.name == "SMS")?;
        let mut operations = root.children_named("operations").flat_map(|operations| {
            let words = operations.children_named("operation");
            words.map(|word| word.text().trim().to_owned())
        });
        let word = operations.next()?;
        if operations.next().is_some() {
            return None;
        }
        let word = ["SEND", "GETPRICE", "GETSTATUS", "BALANCE", "CREDITPRICE"]
            .into_iter()
            .find(|known| *known == word)?;
        let operation = match word {
            "SEND" => message(&root).map(Operation::Send),
            "GETPRICE" => message(&root).map(Operation::GetPrice),
            "GETSTATUS" => ids(&root).map(Operation::GetStatus),
            "BALANCE" => Some(Operation::Balance),
            _ => Some(Operation::CreditPrice),
        };
        Some(Self {
            word,
            credentials: credentials(&root),
            operation,
        })
    }
}

fn credentials(root: &Element) -> Option<Credentials> {
    let is_login = |name: &str| ["authentication", "authentification"].contains(&name);
    let login = root.elements().find(|element| is_login(&element.name))?;
    let text = |name: &str| login.child(name).map(Element::text);
    Some(Credentials {
        username: text("username")?,
        password: Password::new(text("password")?),
    })
}

fn message(root: &Element) -> Option<Message> {
    let message = root.child("message")?;
    let text = message.child("text").map(Element::text)?;
    let numbers = root.children_named("numbers");
    let numbers = numbers.flat_map(|numbers| numbers.children_named("number"));
    Some(Message {
        sender: message.child("sender").map(Element::text),
        text,
        recipients: numbers.map(recipient).collect(),
    })
}

fn recipient(number: &Element) -> Recipient {
    let attribute = |name: &str| {
        let mut attributes = number.attributes.iter();
        let found = attributes.find(|attribute| attribute.name.eq_ignore_ascii_case(name));
        found.map(|attribute| attribute.value.clone())
    };
    Recipient {
        number: number.text(),
        id: attribute("messageid"),
        variables: attribute("variables"),
    }
}

fn ids(root: &Element) -> Option<Vec<String>> {
    let statistics = root.child("statistics")?;
    let ids = statistics.children_named("messageid");
    Some(ids.map(Element::text).collect())
}

#[cfg(test)]
mod tests {
    use super::Question;
    use crate::operation::{
        AuthenticationSpelling, Credentials, Dialect, IdSpelling, Message, Operation, Recipient,
    };
    use crate::password::Password;
    use crate::xml::style::Style;
    use crate::xml::write::write;

    #[test]
    fn what_the_kit_asks_is_read_again() {
        let message = Message {
            sender: Some("SMSKA".to_owned()),
            text: "a & b".to_owned(),
            recipients: vec![Recipient {
                number: "999000000001".to_owned(),
                id: Some("k\"1".to_owned()),
                variables: Some("x;y".to_owned()),
            }],
        };
        let credentials = Credentials {
            username: "demo".to_owned(),
            password: Password::new("p&ss"),
        };
        let dialects = [
            Dialect::default(),
            Dialect {
                authentication: AuthenticationSpelling::Authentification,
                id: IdSpelling::Lower,
            },
        ];
        for operation in [
            Operation::Send(message.clone()),
            Operation::GetPrice(message),
            Operation::GetStatus(vec!["a".to_owned(), String::new()]),
            Operation::Balance,
            Operation::CreditPrice,
        ] {
            for dialect in dialects {
                let document = operation.document(&credentials, dialect);
                let question = Question::of(&write(&document, &Style::default())).unwrap();
                assert_eq!(question.word, operation.word());
                assert_eq!(question.operation.as_ref(), Some(&operation));
                assert_eq!(question.credentials.as_ref(), Some(&credentials));
            }
        }
    }

    #[test]
    fn what_names_no_operation_is_none() {
        #[track_caller]
        fn check(document: &str) {
            assert_eq!(Question::of(document.as_bytes()), None);
        }
        check("");
        check("<SMS><operations><operation>BALANCE</operation></operations>");
        check("<sms><operations><operation>BALANCE</operation></operations></sms>");
        check("<SMS><operations><operation>balance</operation></operations></SMS>");
        check("<SMS><operation>BALANCE</operation></SMS>");
        check(
            "<SMS><operations><operation>BALANCE</operation><operation>SEND</operation></operations></SMS>",
        );
    }

    #[test]
    fn what_lacks_its_structure_has_its_word() {
        #[track_caller]
        fn check(word: &'static str, inside: &str) {
            let document = format!(
                "<SMS><operations><operation> {word} </operation></operations>{inside}</SMS>"
            );
            let question = Question::of(document.as_bytes()).unwrap();
            assert_eq!((question.word, question.operation), (word, None));
            assert_eq!(question.credentials, None);
        }
        check("SEND", "<numbers><number>1</number></numbers>");
        check("GETPRICE", "<message><sender>a</sender></message>");
        check("GETSTATUS", "<messageid>a</messageid>");
    }
}

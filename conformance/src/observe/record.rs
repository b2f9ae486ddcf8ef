//! What was seen as a scenario: the requests as steps that are as typed as they can be, the replies as what must come of
//! them. Passwords are not in it, and numbers and ids are by name, so that it can be played anywhere.

use std::collections::BTreeMap;
use std::path::Path;

use crate::clause::Registry;
use crate::finding::carried::{Carried, Way};
use crate::finding::said::{Said, bare};
use crate::finding::secrets;
use crate::generate::template::{Draft, literal};
use crate::history::message::Number;
use crate::operation::{Credentials, Message, Operation};
use crate::reply::{Reply, Response, Row};
use crate::run::redaction::Redaction;
use crate::scenario::loaded::{Loaded, Snapshots};
use crate::scenario::model::{self, Expect, Needs, Question as Ask, Scenario, Step, Write};
use crate::scenario::source::{Source, SourceError};
use crate::scenario::template::Template;
use crate::stand_in::question::Question;
use crate::stand_in::received::{End, Received};
use crate::vocabulary::{AUTH_FAILED, status_word};
use crate::xml::read::read;

/// Ordinary numbers that every target has: `to.1` to `to.9`.
const NUMBERS: usize = 9;

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// No request was answered by the gateway.
    #[error("no request was answered, so there is nothing to record")]
    Nothing,
    /// It cannot be written as YAML.
    #[error("cannot write the scenario as YAML: {0}")]
    Yaml(#[from] serde_yaml::Error),
    /// What was written is no scenario.
    #[error("what was recorded is no right scenario, which is a fault of this program: {0}")]
    Wrong(#[from] SourceError),
}

/// The clause with which the name of a file begins: a scenario has to say what it tests.
pub fn clause(file: &Path, registry: &Registry) -> Option<String> {
    let name = file.file_stem()?.to_str()?;
    let mut words = name.splitn(3, '-');
    let clause = format!("{}-{}", words.next()?, words.next()?);
    words.next()?;
    registry.get(&clause).map(|_| clause)
}

/// The scenario that these requests make, as YAML that was read again.
pub fn scenario(
    file: &Path,
    clause: String,
    requests: &[Received],
    redaction: &Redaction,
    registry: &Registry,
) -> Result<String, RecordError> {
    let mut names = Names {
        redaction,
        numbers: BTreeMap::new(),
        ids: BTreeMap::new(),
        main: None,
    };
    let steps: Vec<Step> = requests
        .iter()
        .filter(|received| received.end == End::Answered && !received.reply.is_empty())
        .filter_map(|received| names.step(received))
        .collect();
    if steps.is_empty() {
        return Err(RecordError::Nothing);
    }
    let scenario = Scenario {
        client: None,
        clauses: vec![clause],
        rests_on: Vec::new(),
        requirement: "What a client asked is answered as it was when it was observed.".to_owned(),
        tags: vec!["observed".to_owned()],
        revision: None,
        needs: Needs::default(),
        matrix: BTreeMap::new(),
        variables: BTreeMap::new(),
        snapshot: false,
        steps,
    };
    let text = serde_yaml::to_string(&scenario)?;
    let text = format!("# recorded by: epochta-conformance observe --record\n{text}");
    let source = Source {
        name: file.display().to_string(),
        text: text.clone(),
    };
    let id = file
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Loaded::read(id, source, Snapshots::BuiltIn(None), registry)?;
    Ok(text)
}

/// What numbers, ids and logins are called.
struct Names<'r> {
    redaction: &'r Redaction,
    /// Digits to the place among `to.1`, …
    numbers: BTreeMap<String, usize>,
    /// Ids to the place among `id.k1`, …
    ids: BTreeMap<String, usize>,
    /// The login that comes first: it is the account main.
    main: Option<Credentials>,
}

impl Names<'_> {
    fn step(&mut self, received: &Received) -> Option<Step> {
        let carried = Carried::of(received);
        let Some(carried) = carried else {
            return self.http(received);
        };
        let question = Question::of(&carried.document);
        let typed = question.and_then(|question| {
            let (operation, credentials) = (question.operation?, question.credentials?);
            Some((operation, credentials))
        });
        let mut step = match typed {
            None => Step {
                xml: Some(self.masked(&carried.document)),
                ..Step::default()
            },
            Some((operation, credentials)) => {
                let mut step = self.typed(operation);
                step.write = write(&Said::of(received));
                self.login(&mut step, credentials, received);
                if let Ok(document) = read(carried.document.trim_ascii_start())
                    && let Some(charset) = charset(document.encoding)
                {
                    step.charset = Some(literal(charset));
                }
                step
            }
        };
        step.over = Some(literal(match carried.way {
            Way::Encoded => "urlencoded",
            Way::Unescaped => "unescaped",
            Way::Multipart => "multipart",
            Way::Raw => "raw",
        }));
        self.expect(&mut step, received);
        Some(step)
    }

    /// A request without a document, as it was sent.
    fn http(&mut self, received: &Received) -> Option<Step> {
        let head = std::str::from_utf8(&received.head).ok()?;
        if received.header("transfer-encoding").is_some() {
            return None;
        }
        let mut lines = head.lines();
        let mut words = lines.next()?.splitn(3, ' ');
        let (method, path, version) = (words.next()?, words.next()?, words.next()?);
        // A query may hold everything, and a form in it as well.
        let query = path.find('?').and_then(|place| path.get(place..));
        let mut draft = Draft::new()
            .literal(&format!("{method} "))
            .expression("path");
        draft = draft.literal(&secrets::hidden(query.unwrap_or_default()));
        draft = draft.literal(&format!(" {version}\n"));
        for line in lines.take_while(|line| !line.is_empty()) {
            let (name, _) = line.split_once(':')?;
            draft = match name.to_ascii_lowercase().as_str() {
                "host" => draft.literal("Host: ").expression("host"),
                "content-length" => draft.literal("Content-Length: ").expression("length"),
                // Nobody needs them here, and they are secrets.
                "authorization" | "cookie" => continue,
                _ => draft.literal(&self.redaction.hide(line)),
            }
            .literal("\n");
        }
        let draft = draft.literal("\n");
        let draft = self.hidden(draft, &received.body);
        let mut step = Step {
            http: Some(draft.template()),
            ..Step::default()
        };
        self.expect(&mut step, received);
        Some(step)
    }

    fn typed(&mut self, operation: Operation) -> Step {
        let mut step = Step::default();
        match operation {
            Operation::Send(message) => step.send = Some(self.message(message)),
            Operation::GetPrice(message) => step.price = Some(self.message(message)),
            Operation::GetStatus(ids) => {
                step.status = Some(ids.iter().map(|id| self.id(id)).collect());
            }
            Operation::Balance => step.ask = Some(Ask::Balance),
            Operation::CreditPrice => step.ask = Some(Ask::CreditPrice),
        }
        step
    }

    fn message(&mut self, message: Message) -> model::Message {
        let recipients = message.recipients.iter();
        let to = recipients.map(|recipient| model::Recipient {
            number: self.number(&recipient.number),
            id: recipient.id.as_ref().map(|id| self.id(id)),
            variables: recipient
                .variables
                .as_ref()
                .map(|values| literal(&self.redaction.hide(values))),
        });
        let to = to.collect();
        // Without one a step has a sender of its own.
        let sender = message.sender.unwrap_or_default();
        model::Message {
            sender: Some(literal(&self.redaction.hide(&sender))),
            text: literal(&self.redaction.hide(&message.text)),
            to,
        }
    }

    /// An ordinary number for each valid one, with its plus; what is no number keeps its form, with zeros for digits.
    fn number(&mut self, written: &str) -> Template {
        match Number::of(written) {
            Number::Blank => literal(written),
            Number::Invalid => {
                let zeros = |c: char| if c.is_ascii_digit() { '0' } else { c };
                literal(&written.chars().map(zeros).collect::<String>())
            }
            Number::Valid => {
                let next = self.numbers.len();
                let place = *self.numbers.entry(bare(written)).or_insert(next);
                let place = place.checked_rem(NUMBERS).unwrap_or_default();
                let plus = if written.trim_start().starts_with('+') {
                    "+"
                } else {
                    ""
                };
                let name = format!("to.{}", place.saturating_add(1));
                Draft::new().literal(plus).expression(&name).template()
            }
        }
    }

    fn id(&mut self, id: &str) -> Template {
        if id.trim().is_empty() {
            return literal(id);
        }
        let next = self.ids.len().saturating_add(1);
        let place = *self.ids.entry(id.to_owned()).or_insert(next);
        Draft::new().expression(&format!("id.k{place}")).template()
    }

    /// The first login is the account main, and a refused one is nobody's.
    fn login(&mut self, step: &mut Step, credentials: Credentials, received: &Received) {
        let refused = matches!(
            reply(received),
            Some(Reply::Response(Response {
                status: AUTH_FAILED,
                ..
            }))
        );
        if refused {
            step.username = Some(literal("nobody"));
            step.password = Some(literal("wrong"));
            return;
        }
        let main = self.main.get_or_insert_with(|| credentials.clone());
        if *main != credentials {
            step.account = Some("other".to_owned());
        }
    }

    fn expect(&mut self, step: &mut Step, received: &Received) {
        let mut expect = Expect::default();
        let mut waits = false;
        match reply(received) {
            None => return,
            Some(Reply::Response(response)) => {
                let there = |amount: Option<String>| amount.map(|_| literal("number"));
                expect.status = Some(literal(&response.status.to_string()));
                expect.credits = there(response.credits);
                expect.price = there(response.price);
            }
            Some(Reply::DeliveryReport(rows)) => {
                waits = rows
                    .iter()
                    .any(|row| status_word(&row.status).is_some_and(|word| word.stays));
                expect.count = Some(literal(&rows.len().to_string()));
                expect.rows = Some(rows.iter().map(|row| self.row(row)).collect());
            }
        }
        if waits {
            step.until = Some(expect);
        } else {
            step.expect = Some(expect);
        }
    }

    /// A final word is waited for; on the way to it, another gateway may be further.
    fn row(&mut self, row: &Row) -> model::Row {
        let status = match status_word(&row.status) {
            Some(word) if word.stays => literal(word.word),
            Some(_) | None => literal("present"),
        };
        model::Row {
            id: Some(self.id(&row.id)),
            status: Some(status),
            sentdate: None,
            donedate: None,
        }
    }

    fn masked(&self, bytes: &[u8]) -> Template {
        self.hidden(Draft::new(), bytes).template()
    }

    fn hidden(&self, mut draft: Draft, bytes: &[u8]) -> Draft {
        let mut from = 0_usize;
        for (range, mask) in secrets::places(bytes, self.redaction) {
            draft = draft.bytes(bytes.get(from..range.start).unwrap_or_default());
            draft = draft.bytes(&mask);
            from = range.end;
        }
        draft.bytes(bytes.get(from..).unwrap_or_default())
    }
}

fn reply(received: &Received) -> Option<Reply> {
    let document = read(&received.reply).ok()?;
    Reply::from_tree(&document.root).ok()
}

/// The spellings that differ from those of a step that says nothing.
fn write(said: &Said) -> Write {
    let spelled = |found: Option<&String>, usual: &str| {
        let found = found.filter(|found| found.as_str() != usual)?;
        let known = ["authentification", "messageId", "messageid"].contains(&found.as_str());
        known.then(|| literal(found))
    };
    let ids = said.recipients.iter();
    let id = ids.filter_map(|to| to.id_spelling.as_ref()).next();
    Write {
        authentication: spelled(said.login_element.as_ref(), "authentication"),
        id: spelled(id, "messageID"),
        ..Write::default()
    }
}

/// The name of a charset in the language of scenarios, if it is not the usual one.
fn charset(encoding: &str) -> Option<&'static str> {
    let known = ["windows-1251", "koi8-r", "utf-16le", "utf-16be"];
    known
        .into_iter()
        .find(|name| name.eq_ignore_ascii_case(encoding))
}

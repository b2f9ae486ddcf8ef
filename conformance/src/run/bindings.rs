//! What the names in a scenario stand for while it is played: numbers and accounts of the target, ids of its own, and
//! what steps were answered.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::operation::{AuthenticationSpelling, Credentials};
use crate::scenario::decimal::Decimal;
use crate::scenario::expression::{Question, Unbound};
use crate::scenario::path::{Path, Segment};
use crate::scenario::template::Template;
use crate::scenario::value::Value;
use crate::target::Target;
use crate::xml::style::Style;
use crate::xml::tree::Element;
use crate::xml::write::write_text;

/// Variables that refer to each other may do so this often; more is a circle.
const MAX_DEPTH: u32 = 20;

/// What names stand for in one case.
#[derive(Debug)]
pub struct Bindings {
    target: Arc<Target>,
    /// Of the scenario and of this combination of its matrix.
    variables: BTreeMap<String, Template>,
    /// What every id of this case begins with.
    prefix: String,
    told: Mutex<Told>,
}

/// What has come up while the case was played.
#[derive(Debug, Default)]
struct Told {
    /// The replies to a named step, in order: the roots of those that are well-formed.
    answers: BTreeMap<String, Vec<Element>>,
    /// Ids that were asked for: value to name.
    ids: BTreeMap<String, String>,
}

/// Where in a case a name stands.
#[derive(Clone, Debug)]
pub struct Context {
    /// Who asks.
    pub credentials: Option<Credentials>,
    /// How `${login}` is spelled.
    pub spelling: AuthenticationSpelling,
    /// Which copy of a branch this is, from 1.
    pub copy: u32,
    /// Which turn of a repeated step this is, from 1.
    pub turn: u32,
    /// The length of the body, where there is one to be told.
    pub length: Option<usize>,
}

impl Context {
    /// Outside of any step.
    pub fn new() -> Self {
        Self {
            credentials: None,
            spelling: AuthenticationSpelling::default(),
            copy: 1,
            turn: 1,
            length: None,
        }
    }
}

impl Default for Context {
    fn default() -> Self {
        Self::new()
    }
}

impl Bindings {
    /// The names of one case. `prefix` makes its ids its own.
    pub fn new(target: Arc<Target>, variables: BTreeMap<String, Template>, prefix: String) -> Self {
        Self {
            target,
            variables,
            prefix,
            told: Mutex::default(),
        }
    }

    /// Answers a question of an expression.
    pub fn answer(&self, question: Question<'_>, context: &Context) -> Result<Value, Unbound> {
        self.at_depth(question, context, 0)
    }

    /// Keeps the reply to a named step.
    pub fn keep(&self, step: &str, root: Element) {
        self.told(|told| told.answers.entry(step.to_owned()).or_default().push(root));
    }

    /// The last reply to a named step.
    pub fn last(&self, step: &str) -> Option<Element> {
        self.told(|told| told.answers.get(step)?.last().cloned())
    }

    /// The ids of this case that have been used: value to name.
    pub fn ids(&self) -> BTreeMap<String, String> {
        self.told(|told| told.ids.clone())
    }

    fn told<T>(&self, act: impl FnOnce(&mut Told) -> T) -> T {
        // Whole after every call, so what a panic left behind is as good as any.
        act(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn at_depth(
        &self,
        question: Question<'_>,
        context: &Context,
        depth: u32,
    ) -> Result<Value, Unbound> {
        match question {
            Question::Name(path) => self.name(path, context, depth),
            Question::Tariff(number) => match self.target.tariff(number) {
                Some(tariff) => Ok(Value::Number(tariff)),
                None => Err(unbound("the target has no tariff for it")),
            },
            Question::Sum(path) => {
                let mut sum = Decimal::ZERO;
                for value in self.all(path)? {
                    let number = value.and_then(|value| value.parse().ok());
                    let number: Decimal =
                        number.ok_or_else(|| unbound("a reply has no such number"))?;
                    sum = sum
                        .plus(number)
                        .map_err(|error| unbound(&error.to_string()))?;
                }
                Ok(Value::Number(sum))
            }
            Question::Count(path, text) => {
                let values = self.all(path)?;
                let count = values
                    .iter()
                    .filter(|value| value.as_deref() == Some(text))
                    .count();
                Ok(Value::Number(Decimal::from(
                    i64::try_from(count).unwrap_or(i64::MAX),
                )))
            }
        }
    }

    fn name(&self, path: &Path, context: &Context, depth: u32) -> Result<Value, Unbound> {
        let first = path.first();
        if let Some(variable) = self.variables.get(first) {
            if depth >= MAX_DEPTH {
                return Err(unbound("the variables refer to each other in a circle"));
            }
            let scope =
                |question: Question<'_>| self.at_depth(question, context, depth.saturating_add(1));
            return match variable.render_text(&scope) {
                Ok(text) => Ok(Value::Text(text)),
                Err(error) => Err(unbound(&error.to_string())),
            };
        }
        if self.told(|told| told.answers.contains_key(first)) {
            let root = self.last(first).unwrap_or_default();
            return match field(&root, path) {
                Some(text) => Ok(Value::Text(text)),
                None => Err(unbound("the reply to this step has no such thing")),
            };
        }
        let second = match path.segments() {
            [_, Segment::Name(name), ..] => Some(name.as_str()),
            _ => None,
        };
        let text = |text: Option<&String>, what: &str| match text {
            Some(text) => Ok(Value::Text(text.clone())),
            None => Err(unbound(what)),
        };
        let number = |number: Option<Decimal>| match number {
            Some(number) => Ok(Value::Number(number)),
            None => Err(unbound("the target does not say it")),
        };
        match (first, second) {
            ("to", Some(place)) => {
                let place = place.parse::<usize>().ok();
                let place = place.and_then(|place| place.checked_sub(1));
                let recipient = place.and_then(|place| self.target.recipients.get(place));
                text(recipient, "the target has no such recipient")
            }
            ("number", Some(word)) => text(
                self.target.numbers.get(word),
                "the target has no number for this status",
            ),
            ("id", Some(name)) => {
                let id = format!("{}-{name}", self.prefix);
                self.told(|told| told.ids.insert(id.clone(), format!("id.{name}")));
                Ok(Value::Text(id))
            }
            ("account", Some(name)) => {
                let account = self.target.accounts.get(name);
                let account = account.ok_or_else(|| unbound("the target has no such account"))?;
                match path.segments().get(2) {
                    Some(Segment::Name(what)) if what == "username" => {
                        Ok(Value::Text(account.username.clone()))
                    }
                    Some(Segment::Name(what)) if what == "password" => {
                        Ok(Value::Text(account.password.expose().to_owned()))
                    }
                    Some(_) | None => Err(unbound("an account has a username and a password")),
                }
            }
            ("username" | "password" | "login", None) => {
                let credentials = context.credentials.as_ref();
                let credentials = credentials.ok_or_else(|| unbound("nobody asks here"))?;
                Ok(match first {
                    "username" => Value::Text(credentials.username.clone()),
                    "password" => Value::Text(credentials.password.expose().to_owned()),
                    _ => Value::Markup(login(credentials, context.spelling)),
                })
            }
            ("path", None) => Ok(Value::Text(self.target.endpoint.path().to_owned())),
            ("host", None) => Ok(Value::Text(self.target.endpoint.authority())),
            ("copy", None) => Ok(Value::Number(Decimal::from(i64::from(context.copy)))),
            ("turn", None) => Ok(Value::Number(Decimal::from(i64::from(context.turn)))),
            ("length", None) => {
                match context.length.and_then(|length| i64::try_from(length).ok()) {
                    Some(length) => Ok(Value::Number(Decimal::from(length))),
                    None => Err(unbound("there is no body here")),
                }
            }
            ("credit_price", None) => number(self.target.credit_price),
            ("rate", None) => number(self.target.rate),
            ("currency", None) => text(self.target.currency.as_ref(), "the target does not say it"),
            _ => Err(unbound("no step of this name has had a well-formed reply")),
        }
    }

    /// What a name of a step stands for, in each of its replies.
    fn all(&self, path: &Path) -> Result<Vec<Option<String>>, Unbound> {
        self.told(|told| {
            let answers = told.answers.get(path.first());
            let answers = answers.ok_or_else(|| unbound("no step of this name has had a reply"))?;
            Ok(answers.iter().map(|root| field(root, path)).collect())
        })
    }
}

fn unbound(why: &str) -> Unbound {
    Unbound(why.to_owned())
}

/// `step.credits`, `step.count`, `step.rows[1].status` in the reply of a step.
fn field(root: &Element, path: &Path) -> Option<String> {
    let rows = || root.children_named("message");
    match path.segments() {
        [_, Segment::Name(name)] if name == "count" => Some(rows().count().to_string()),
        [_, Segment::Name(name)] => Some(root.child(name)?.text()),
        [
            _,
            Segment::Name(list),
            Segment::Index(place),
            Segment::Name(name),
        ] if list == "rows" => {
            let row = rows().nth(place.checked_sub(1)?)?;
            row.attribute(name).map(str::to_owned)
        }
        _ => None,
    }
}

/// The element around login and password, in the layout of the vendor's samples.
fn login(credentials: &Credentials, spelling: AuthenticationSpelling) -> String {
    let escaped =
        |text: &str| String::from_utf8_lossy(&write_text(text, &Style::default())).into_owned();
    let name = spelling.name();
    format!(
        "<{name}>\n<username>{}</username>\n<password>{}</password>\n</{name}>",
        escaped(&credentials.username),
        escaped(credentials.password.expose())
    )
}

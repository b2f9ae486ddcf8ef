//! A step of an exercise to what the client is asked, what it is answered, and what is right: every template rendered.

use std::time::Duration;

use super::delivery::{Carrying, Seal, Taken};
use super::layout::{Layout, lay_out};
use super::reaction::Right;
use super::reply::reply;
use crate::client::endpoint::Endpoint;
use crate::finding::{Asked, Ids};
use crate::operation::{Credentials, Operation};
use crate::run::bindings::{Bindings, Context};
use crate::run::request::Author;
use crate::scenario::choice::one_of;
use crate::scenario::client::{Expected, Given, Reaction, http_status};
use crate::scenario::comparison::Comparison;
use crate::scenario::expression::Question;
use crate::scenario::model::{Expect, Step};
use crate::scenario::template::Template;
use crate::stand_in::answer::Answer;
use crate::stand_in::desk::{Commits, Scripted};
use crate::vocabulary::code_of;
use crate::xml::read::read;
use crate::xml::tree::Element;

/// The words for a reply that did not come, or is not the gateway's.
const NO_USE: [&str; 2] = ["NO_REPLY", "BAD_REPLY"];

/// A step, ready to be played.
#[derive(Debug)]
pub struct Scene {
    /// What is right.
    pub right: Right,
    /// What the client is answered; the plausible gateway answers if there is nothing.
    pub script: Vec<Scripted>,
    /// What the reply says, if it is a document.
    pub root: Option<Element>,
}

/// What steps are read with.
#[derive(Debug)]
pub struct Scriptwriter<'s> {
    /// What names stand for.
    pub bindings: &'s Bindings,
    /// The URL, for the templates that name it.
    pub endpoint: &'s Endpoint,
    /// The login of the step's account.
    pub account: Option<&'s Credentials>,
    /// The rule of the scenario.
    pub rule: &'s str,
    /// Whether the ids are the client's.
    pub ids: Ids,
    /// How long the client waits.
    pub client_timeout: Duration,
    /// Where a redirect points.
    pub elsewhere: Option<&'s str>,
}

/// How a step's reply is carried, before anything of it is rendered: a word that a template does not leave open.
pub fn carrying(step: &Step, render: &dyn Fn(&Template) -> Result<String, String>) -> Carrying {
    let delivery = step
        .reply
        .as_ref()
        .and_then(|reply| reply.delivery.as_ref());
    let word = delivery.and_then(|delivery| render(delivery).ok());
    word.and_then(|word| one_of(&word).ok()).unwrap_or_default()
}

impl Scriptwriter<'_> {
    /// The step, or what is wrong with it.
    pub fn write(&self, step: &Step) -> Result<Scene, String> {
        let mut author = Author {
            bindings: self.bindings,
            endpoint: self.endpoint,
            account: self.account,
            context: Context::new(),
        };
        let prepared = author.prepare(step).map_err(|error| error.to_string())?;
        let context = author.context;
        let (Some(operation), Some(credentials)) = (prepared.operation, prepared.credentials)
        else {
            return Err("a client is asked one of the five operations".to_owned());
        };
        let asked = Asked {
            turn: 1,
            operation,
            credentials,
            ids: self.ids,
        };
        let scope = |question: Question<'_>| self.bindings.answer(question, &context);
        let render = |template: &Template| {
            let text = template.render_text(&scope);
            text.map_err(|error| error.to_string())
        };
        let given = step.reply.clone().unwrap_or_default();
        let reaction = step.reaction.clone().unwrap_or_default();
        let carrying: Carrying = word(given.delivery.as_ref(), &render)?;
        let expect = step.expect.as_ref().or(step.until.as_ref());
        let answered = self.answer(expect, &given, &asked.operation, carrying, &render)?;
        let (root, answer) = match answered {
            Some((root, answer)) => (root, Some(answer)),
            None => (None, None),
        };
        let right = right(
            &reaction,
            asked,
            carrying,
            root.as_ref(),
            answer.as_ref(),
            self.rule,
            &render,
        )?;
        let script = answer.map(|answer| Scripted {
            operation: right.asked.operation.word(),
            answers: vec![answer],
            commits: match carrying.taken() {
                Taken::Yes => Commits::Yes,
                Taken::No => Commits::No,
            },
        });
        Ok(Scene {
            right,
            script: script.into_iter().collect(),
            root,
        })
    }

    fn answer(
        &self,
        expect: Option<&Expect>,
        given: &Given,
        operation: &Operation,
        carrying: Carrying,
        render: &dyn Fn(&Template) -> Result<String, String>,
    ) -> Result<Option<(Option<Element>, Answer)>, String> {
        if expect.is_none() && *given == Given::default() {
            return Ok(None);
        }
        let plain = Expect::default();
        let expect = expect.unwrap_or(&plain);
        let layout: Layout = word(given.layout.as_ref(), render)?;
        let body = given.body.as_ref().or(expect.body.as_ref());
        let body = match body {
            Some(body) => render(body)?.into_bytes(),
            None => {
                let other = |step: &str| self.bindings.last(step);
                lay_out(&reply(expect, operation, render, &other)?, layout)
            }
        };
        let mut answer = Answer::xml(body);
        if let Some(media_type) = &given.media_type {
            answer.headers = vec![("Content-Type".to_owned(), render(media_type)?)];
        }
        if carrying == Carrying::Redirect {
            answer.status = 307;
            let elsewhere = self.elsewhere.unwrap_or_default();
            answer
                .headers
                .push(("Location".to_owned(), elsewhere.to_owned()));
        }
        if let Some(http) = given.http.as_ref().or(expect.http.as_ref()) {
            answer.status = http_status(&render(http)?)?;
        }
        answer.delivery = carrying.delivery(answer.body.len(), self.client_timeout);
        let root = read(&answer.body).ok().map(|document| document.root);
        Ok(Some((root, answer)))
    }
}

/// What is right, with what is not said worked out.
fn right(
    reaction: &Reaction,
    asked: Asked,
    carrying: Carrying,
    root: Option<&Element>,
    answer: Option<&Answer>,
    rule: &str,
    render: &dyn Fn(&Template) -> Result<String, String>,
) -> Result<Right, String> {
    let status = root
        .and_then(|root| root.child("status"))
        .and_then(|status| status.text().trim().parse::<i64>().ok());
    let is_reply = match answer {
        None => true,
        Some(answer) => {
            let name = root.map(|root| root.name.as_str());
            let report = matches!(asked.operation, Operation::GetStatus(_));
            let known = match name {
                Some("RESPONSE") => status.is_some_and(|status| status < 0 || !report),
                Some("deliveryreport") => report,
                Some(_) | None => false,
            };
            carrying.arrives() && carrying.seal() == Seal::Open && answer.status == 200 && known
        }
    };
    let refused = status.filter(|status| *status < 0);
    let outcome = reaction
        .outcome
        .unwrap_or(if is_reply && refused.is_none() {
            Expected::Succeeds
        } else {
            Expected::Fails
        });
    let mut errors = Vec::with_capacity(reaction.error.len());
    for error in &reaction.error {
        errors.push(render(error)?);
    }
    if errors.is_empty() && outcome == Expected::Fails {
        errors = match refused {
            Some(status) if is_reply => {
                let name = code_of(status).map(|code| code.name.to_owned());
                vec![name.unwrap_or_else(|| status.to_string())]
            }
            Some(_) | None => NO_USE.map(str::to_owned).to_vec(),
        };
    }
    let requests = match &reaction.requests {
        None => None,
        Some(requests) => {
            let comparison = Comparison::parse(&render(requests)?);
            Some(comparison.map_err(|error| error.to_string())?)
        }
    };
    Ok(Right {
        asked,
        rule: reaction.finding.as_deref().unwrap_or(rule).to_owned(),
        carrying,
        outcome,
        errors,
        shows: reaction.shows.clone(),
        requests,
    })
}

fn word<T: clap::ValueEnum + Default>(
    template: Option<&Template>,
    render: &dyn Fn(&Template) -> Result<String, String>,
) -> Result<T, String> {
    match template {
        None => Ok(T::default()),
        Some(template) => one_of(&render(template)?),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;
    use std::time::Duration;

    use super::{Scene, Scriptwriter};
    use crate::client::endpoint::Endpoint;
    use crate::finding::Ids;
    use crate::operation::Credentials;
    use crate::password::Password;
    use crate::run::bindings::Bindings;
    use crate::scenario::client::Expected;
    use crate::scenario::model::Step;
    use crate::stand_in::desk::Commits;
    use crate::target::Target;

    fn scene(step: &str) -> Result<Scene, String> {
        let step: Step = serde_yaml::from_str(&format!("{{ {step} }}")).unwrap();
        let account = Credentials {
            username: "demo".to_owned(),
            password: Password::new("p"),
        };
        let endpoint = Endpoint::standard();
        let target = Target::simple(endpoint.clone(), Some(account.clone()));
        let bindings = Bindings::new(Arc::new(target), BTreeMap::new(), "k1".to_owned());
        let writer = Scriptwriter {
            bindings: &bindings,
            endpoint: &endpoint,
            account: Some(&account),
            rule: "rule",
            ids: Ids::Offered,
            client_timeout: Duration::from_secs(3),
            elsewhere: Some("http://127.0.0.1:1/"),
        };
        writer.write(&step)
    }

    /// What is right if nothing is said of it, and the HTTP status of the reply.
    #[track_caller]
    fn check(step: &str, outcome: Expected, errors: &[&str], http: Option<u16>) {
        let scene = scene(step).unwrap();
        assert_eq!(scene.right.outcome, outcome, "{step}");
        assert_eq!(scene.right.errors, errors, "{step}");
        let answer = scene.script.first().map(|script| script.answers[0].status);
        assert_eq!(answer, http, "{step}");
    }

    #[test]
    fn what_is_right_follows_from_the_reply() {
        use Expected::{Fails, Succeeds};
        let no_use = ["NO_REPLY", "BAD_REPLY"];
        check("ask: BALANCE", Succeeds, &[], None);
        check(
            "ask: BALANCE, expect: { status: 0 }",
            Succeeds,
            &[],
            Some(200),
        );
        check(
            "ask: BALANCE, expect: { status: -1 }",
            Fails,
            &["AUTH_FAILED"],
            Some(200),
        );
        check(
            "ask: BALANCE, expect: { status: -99 }",
            Fails,
            &["-99"],
            Some(200),
        );
        check(
            "ask: BALANCE, reply: { body: OK }",
            Fails,
            &no_use,
            Some(200),
        );
        check(
            "ask: BALANCE, reply: { http: 502 }",
            Fails,
            &no_use,
            Some(502),
        );
        check(
            "ask: BALANCE, reply: { delivery: drip }",
            Succeeds,
            &[],
            Some(200),
        );
        check(
            "ask: BALANCE, reply: { delivery: stall }",
            Fails,
            &no_use,
            Some(200),
        );
        check(
            "ask: BALANCE, reply: { delivery: redirect }",
            Fails,
            &no_use,
            Some(307),
        );
        check(
            "ask: BALANCE, reply: { delivery: tls-expired }",
            Fails,
            &no_use,
            Some(200),
        );
        check(
            "status: [a], expect: { status: -1 }",
            Fails,
            &["AUTH_FAILED"],
            Some(200),
        );
        check(
            "status: [a], expect: { rows: [] }",
            Succeeds,
            &[],
            Some(200),
        );
        check(
            "status: [a], expect: { status: 1 }",
            Fails,
            &no_use,
            Some(200),
        );
    }

    #[test]
    fn the_gateway_takes_what_was_lost_behind_it_and_not_what_was_lost_before() {
        let commits = |delivery: &str| {
            let step = format!("ask: BALANCE, reply: {{ delivery: {delivery} }}");
            scene(&step).unwrap().script[0].commits
        };
        assert_eq!(commits("reset-before"), Commits::No);
        assert_eq!(commits("reset-after"), Commits::Yes);
    }

    #[test]
    fn what_cannot_be_rendered_says_so() {
        let error = scene("ask: BALANCE, reply: { delivery: \"${to.1}\" }").unwrap_err();
        assert!(error.contains("is none of whole"), "{error}");
    }
}

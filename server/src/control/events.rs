//! What happens in a space, as events of a stream (`text/event-stream`), for a page that shows it. Bounded: who falls
//! behind is told of a gap. Not for the socket that it is written to.

use std::sync::Arc;
use std::time::Duration;

use hyper::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::{Answer, Bound, Problem, Result};
use crate::http::App;
use crate::http::counters::Count;
use crate::space::Space;
use crate::space::news::{Cursor, Notice};

/// How many notices are written in one piece.
const AT_A_TIME: usize = 100;

/// How long nothing may be said, so that either side notices when the other is gone.
const SILENCE: Duration = Duration::from_secs(15);

/// From where on to tell.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct EventQuery {
    /// The id of an event, such as 5f-12: only what happened after it. If that is no longer known, the first event is a
    /// `gap`. The header Last-Event-ID says the same. Without this: from now on.
    #[schemars(regex(pattern = r"^[0-9a-f]{1,16}-[0-9]{1,19}$"))]
    after: Option<String>,
}

/// Somebody who listens to a space, also while nobody has opened it yet.
#[derive(Debug)]
pub struct Listening {
    app: Arc<App>,
    /// The name of the space.
    name: String,
    space: Option<Heard>,
    /// Told when spaces are opened and closed.
    turned: watch::Receiver<()>,
    /// What is to be said first.
    first: Option<&'static str>,
    cursor: Cursor,
    /// One of the streams that there may be.
    _permit: OwnedSemaphorePermit,
}

/// A space that is listened to.
#[derive(Debug)]
struct Heard {
    space: Arc<Space>,
    news: watch::Receiver<()>,
}

impl Heard {
    fn find(app: &App, name: &str) -> Option<Self> {
        let space = app.spaces.find(name)?;
        let news = space.news().listen();
        Some(Self { space, news })
    }
}

pub(super) fn listen(bound: &Bound) -> Result<Answer> {
    let EventQuery { after } = bound.query()?;
    let after = match after {
        Some(after) => Some(
            after
                .parse()
                .map_err(|wrong| Problem::bad(format!("after: {wrong}")))?,
        ),
        // A browser sends back what it was given, perhaps by another server at this address.
        None => bound
            .call
            .head
            .last_event_id
            .as_deref()
            .map(|id| id.parse().unwrap_or_default()),
    };
    let app = Arc::clone(&bound.call.app);
    let Some(permit) = app.sockets.streams.enter() else {
        app.sockets.counters.add(Count::StreamRefused);
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "as many streams of events are open as there may be; close a page",
        ));
    };
    let name = bound.space().name.clone();
    // First to the list, then a look at what is there: nothing falls in between.
    let turned = app.spaces.turned();
    let space = Heard::find(&app, &name);
    let end = space.as_ref().map(|heard| heard.space.news().end());
    let live = Listening {
        cursor: after.or(end).unwrap_or_default(),
        app,
        name,
        space,
        turned,
        first: Some("open"),
        _permit: permit,
    };
    Ok(Answer {
        status: StatusCode::OK,
        media_type: "text/event-stream",
        body: Vec::new(),
        allow: None,
        live: Some(Box::new(live)),
    })
}

impl Listening {
    /// What is to be written next. Whoever stops waiting for it has missed nothing.
    pub async fn next(&mut self) -> String {
        loop {
            let text = self.look();
            if !text.is_empty() {
                return text;
            }
            let news = async {
                match &mut self.space {
                    // It cannot end: the space is held here.
                    Some(heard) => drop(heard.news.changed().await),
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = news => {}
                _ = self.turned.changed() => self.turn(),
                () = tokio::time::sleep(SILENCE) => return ": nothing new\n\n".to_owned(),
            }
        }
    }

    /// The space of this name may be another now, or there may be one at last.
    fn turn(&mut self) {
        let now = Heard::find(&self.app, &self.name);
        let is_same = match (&self.space, &now) {
            (Some(before), Some(now)) => Arc::ptr_eq(&before.space, &now.space),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !is_same {
            self.space = now;
            // Of no life of a space: whatever there is, it was not heard.
            self.cursor = Cursor::default();
        }
    }

    /// What happened since the last look.
    fn look(&mut self) -> String {
        let first = self.first.take();
        let mut text: String = first
            .map(|first| event(Some(self.cursor), first, &json!({})))
            .unwrap_or_default();
        let Some(Heard { space, news }) = &mut self.space else {
            return text;
        };
        news.mark_unchanged();
        match space.news().after(self.cursor, AT_A_TIME) {
            Some(told) => {
                self.cursor = told.last().map_or(self.cursor, |(cursor, _)| *cursor);
                text.extend(told.iter().map(|(cursor, notice)| events(*cursor, notice)));
            }
            None => {
                self.cursor = space.news().end();
                text.push_str(&event(Some(self.cursor), "gap", &json!({})));
            }
        }
        text
    }
}

/// A notice as an event; as two, if a request made messages.
fn events(cursor: Cursor, notice: &Notice) -> String {
    let mut messages = String::new();
    let (kind, data) = match notice {
        Notice::Request {
            number,
            account,
            operation,
            result,
            messages: count,
            first_message,
        } => {
            let account = account.as_deref();
            if *count > 0 {
                let data = json!({ "account": account, "ordinal": first_message, "count": count });
                // Without an id: who is cut off here has not heard of the request yet.
                messages = event(None, "message", &data);
            }
            let data = json!({
                "number": number, "account": account, "operation": operation, "result": result
            });
            ("request", data)
        }
        Notice::Message { account, ordinal } => (
            "message",
            json!({ "account": **account, "ordinal": ordinal, "count": 1 }),
        ),
        Notice::Account(username) => ("account", json!({ "username": **username })),
        Notice::Clock => ("clock", json!({})),
        Notice::Scripts => ("scripts", json!({})),
        Notice::Faults => ("faults", json!({})),
        Notice::Configuration => ("configuration", json!({})),
        Notice::Reset(account) => ("reset", json!({ "account": account.as_deref() })),
    };
    messages + &event(Some(cursor), kind, &data)
}

/// JSON has no line ends of its own.
fn event(id: Option<Cursor>, kind: &str, data: &Value) -> String {
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    format!("{id}event: {kind}\ndata: {data}\n\n")
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;
    use crate::config::Config;
    use crate::control::access::Access;
    use crate::control::{Call, Head};
    use crate::http::Sockets;
    use crate::reload::Configuration;
    use crate::space::spaces::Spaces;

    /// Either side would take silence for a connection that is gone.
    #[tokio::test(start_paused = true)]
    async fn silence_is_broken_now_and_then() {
        let app = Arc::new(App {
            spaces: Spaces::open(Config::default()),
            access: Access::local(),
            configuration: Configuration::built_in(),
            read_only: false,
            gateway: None,
            sockets: Sockets::default(),
        });
        let call = Call {
            space: Arc::clone(app.spaces.main()),
            app: Arc::clone(&app),
            method: "GET".to_owned(),
            path: "events".to_owned(),
            query: String::new(),
            head: Head::default(),
            body: Vec::new(),
        };
        let captures = Vec::new();
        let answer = listen(&Bound { call, captures }).unwrap();
        let mut live = answer.live.unwrap();
        assert!(live.next().await.contains("event: open\n"));
        let begun = Instant::now();
        for pings in 1..=3 {
            assert_eq!(live.next().await, ": nothing new\n\n");
            assert_eq!(begun.elapsed(), SILENCE * pings);
        }
        app.spaces.main().news().tell(Notice::Clock);
        assert!(live.next().await.contains("event: clock\n"));
        assert_eq!(begun.elapsed(), SILENCE * 3);
    }
}

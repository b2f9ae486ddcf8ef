//! A mock in the process of a Rust test: a port of its own, a state of its own, and expectations that are verified
//! when it goes.
//!
//! ```no_run
//! # async fn test() {
//! use epochta_mock::mock::Mock;
//!
//! let mock = Mock::start().await;
//! mock.script(r#"{ "when": { "msisdn": "380*" }, "story": [{ "status": "NOT_DELIVERED", "polls": 2 }] }"#);
//! mock.expect_sent("380*", 1);
//! // … let the code under test send to mock.url() as demo / demo …
//! let message = mock.wait_for("380*").await;
//! assert!(message["text"].as_str().is_some_and(|text| text.contains("4711")));
//! # }
//! ```
//!
//! Not for more than a test needs: everything goes through the same control API that other languages use.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::config::{Config, Exact, Scalar};
use crate::control::access::Access;
use crate::control::{self, Call, Head};
use crate::http::{self, App, Face, Sockets};
use crate::reload::Configuration;
use crate::space::spaces::Spaces;

/// A running mock; it stops, and verifies what was expected, when it is dropped.
#[derive(Debug)]
pub struct Mock {
    address: SocketAddr,
    app: Arc<App>,
    stop: Option<oneshot::Sender<()>>,
    expectations: Mutex<Vec<Value>>,
}

impl Mock {
    /// Starts with the account demo / demo, 100 credits, on a free port of loopback.
    ///
    /// # Panics
    ///
    /// If loopback has no free port.
    pub async fn start() -> Self {
        Self::with(Config::default()).await
    }

    /// Starts as a configuration file of this text would have it.
    ///
    /// # Panics
    ///
    /// If the text is no right configuration; the message is what `epochta-mock check` would say.
    #[track_caller]
    pub fn configured(yaml: &str) -> impl Future<Output = Self> {
        match Config::parse(yaml, "the mock's configuration") {
            Ok(config) => Self::with(config),
            Err(error) => fail(&error.to_string()),
        }
    }

    /// The server has a thread and a runtime of its own: a test may block while its client talks to it.
    async fn with(config: Config) -> Self {
        let started = TcpListener::bind("127.0.0.1:0").and_then(|listener| {
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?;
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            Ok((listener, address, runtime))
        });
        let (listener, address, runtime) = match started {
            Ok(started) => started,
            Err(error) => fail(&format!("no mock can be started on loopback: {error}")),
        };
        let app = Arc::new(App {
            spaces: Spaces::open(config),
            access: Access::local(),
            configuration: Configuration::built_in(),
            read_only: false,
            gateway: None,
            sockets: Sockets::default(),
        });
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&app);
        std::thread::spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
                    return;
                };
                http::serve(listener, served, Face::Both, async move {
                    // Whether it was told or dropped: it is to stop.
                    drop(stopped.await);
                })
                .await;
            });
        });
        Self {
            address,
            app,
            stop: Some(stop),
            expectations: Mutex::default(),
        }
    }

    /// Where a client finds the gateway.
    pub fn url(&self) -> String {
        format!("http://{}/members/sms/xml.php", self.address)
    }

    /// The address of the server.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Calls the control API: `call("POST", "accounts", Some(json!({ "username": "ci" })))`. The body of the answer,
    /// or its problem document.
    ///
    /// # Errors
    ///
    /// The problem document, if the answer is one.
    pub async fn call(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, Value> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let call = Call {
            app: Arc::clone(&self.app),
            space: Arc::clone(self.app.spaces.main()),
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            head: Head {
                host: Some(self.address.to_string()),
                ..Head::default()
            },
            body: body
                .map(|body| body.to_string().into_bytes())
                .unwrap_or_default(),
        };
        let answer = control::answer(call).await;
        let body = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
        if answer.status.is_success() {
            Ok(body)
        } else {
            Err(body)
        }
    }

    /// The same for the operations that need not wait.
    ///
    /// # Panics
    ///
    /// If the answer is a problem document.
    #[track_caller]
    fn must(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let mut call = std::pin::pin!(self.call(method, path, body));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match call.as_mut().poll(&mut context) {
            std::task::Poll::Ready(Ok(answer)) => answer,
            std::task::Poll::Ready(Err(problem)) => fail(&readable(&problem)),
            std::task::Poll::Pending => fail(&format!("{method} {path} does not answer at once")),
        }
    }

    /// Opens an account with its login for a password and so many credits.
    ///
    /// # Panics
    ///
    /// If it is there already, or the credits are no amount.
    #[track_caller]
    pub fn account(&self, username: &str, credits: &str) {
        self.must(
            "POST",
            "accounts",
            Some(json!({ "username": username, "credits": credits })),
        );
    }

    /// What is left on an account.
    ///
    /// # Panics
    ///
    /// If there is no such account.
    #[track_caller]
    pub fn balance(&self, username: &str) -> String {
        let account = self.must("GET", &format!("accounts/{}", escaped(username)), None);
        field(&account, "credits")
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Adds a script, written as in the configuration file, before all others.
    ///
    /// # Panics
    ///
    /// If it is no script; the message says where it is wrong.
    #[track_caller]
    pub fn script(&self, script: &str) {
        match serde_yaml::from_str(script) {
            Ok(script) => drop(self.must("POST", "scripts", Some(script))),
            Err(error) => fail(&format!("this is no script: {error}")),
        }
    }

    /// Adds a fault, written as in the configuration file, before all others.
    ///
    /// # Panics
    ///
    /// If it is no fault; the message says where it is wrong.
    #[track_caller]
    pub fn fault(&self, fault: &str) {
        match serde_yaml::from_str(fault) {
            Ok(fault) => drop(self.must("POST", "faults", Some(fault))),
            Err(error) => fail(&format!("this is no fault: {error}")),
        }
    }

    /// How often a fault struck.
    ///
    /// # Panics
    ///
    /// If there is no fault of this name.
    #[track_caller]
    pub fn hits(&self, fault: &str) -> u64 {
        let fault = self.must("GET", &format!("faults/{}", escaped(fault)), None);
        field(&fault, "hits").as_u64().unwrap_or_default()
    }

    /// Lets the clock stand where it is.
    pub fn freeze(&self) {
        self.must("PUT", "clock", Some(json!({ "mode": "frozen" })));
    }

    /// Moves the clock, which has to stand.
    ///
    /// # Panics
    ///
    /// If it goes with the machine's.
    #[track_caller]
    pub fn advance(&self, by: Duration) {
        self.must(
            "POST",
            "clock/advance",
            Some(json!({ "by": Exact(by).0.write() })),
        );
    }

    /// The messages to numbers like this, the newest first.
    #[track_caller]
    pub fn messages(&self, to: &str) -> Vec<Value> {
        let list = self.must(
            "GET",
            &format!("messages?limit=10000&to={}", escaped(to)),
            None,
        );
        field(&list, "messages")
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    /// Waits up to 10 seconds, by the mock's clock, for a message to a number like this.
    ///
    /// # Panics
    ///
    /// If none comes; the message shows what came instead.
    pub async fn wait_for(&self, to: &str) -> Value {
        match self
            .call("GET", &format!("messages/wait?to={}", escaped(to)), None)
            .await
        {
            Ok(waited) => field(&waited, "message").clone(),
            Err(problem) => fail(&readable(&problem)),
        }
    }

    /// Expects so many messages to numbers like this, when the mock goes.
    pub fn expect_sent(&self, to: &str, count: u64) {
        self.expect(json!({ "messages": { "to": to }, "sent": count }));
    }

    /// Expects something, when the mock goes: the body of `POST verify`.
    pub fn expect(&self, expectation: Value) {
        self.expectations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(expectation);
    }

    /// Verifies what was expected so far, now.
    ///
    /// # Panics
    ///
    /// If something is otherwise; the message has the difference and the journal.
    #[track_caller]
    pub fn verify(&self) {
        let expectations = std::mem::take(
            &mut *self
                .expectations
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
        let wrong = expectations.into_iter().filter_map(|expectation| {
            let mut call = std::pin::pin!(self.call("POST", "verify", Some(expectation.clone())));
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            match call.as_mut().poll(&mut context) {
                std::task::Poll::Ready(Err(problem)) => {
                    Some(format!("{expectation}: {}\n", readable(&problem)))
                }
                std::task::Poll::Ready(Ok(_)) | std::task::Poll::Pending => None,
            }
        });
        let wrong: String = wrong.collect();
        if !wrong.is_empty() {
            fail(&format!("{wrong}the journal:\n{}", self.journal()));
        }
    }

    /// The journal, a line a request.
    #[track_caller]
    pub fn journal(&self) -> String {
        let list = self.must("GET", "requests?limit=10000", None);
        let lines = field(&list, "requests")
            .as_array()
            .into_iter()
            .flatten()
            .map(|request| {
                let word = |key: &str| match field(request, key) {
                    Value::String(word) => word.clone(),
                    Value::Null => "-".to_owned(),
                    other => other.to_string(),
                };
                let reason = match field(request, "reason") {
                    Value::String(reason) => format!(": {reason}"),
                    _ => String::new(),
                };
                let fault = match field(request, "fault") {
                    Value::Null => String::new(),
                    fault => {
                        let part = |key| field(fault, key).as_str().unwrap_or_default();
                        let (name, kind, placed) = (part("name"), part("kind"), part("placed"));
                        format!("; fault {name}: {kind}, {placed}")
                    }
                };
                format!(
                    "  {} {} of {}: {}{reason}, {} messages, {} credits{fault}\n",
                    word("number"),
                    word("operation"),
                    word("account"),
                    word("result"),
                    word("messages"),
                    word("charged")
                )
            });
        lines.collect()
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        drop(self.stop.take());
        // A test that has failed already needs no second reason.
        if !std::thread::panicking() {
            self.verify();
        }
    }
}

/// A text as a part of a path or a query.
fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// A key of an object; null if it has none.
fn field<'a>(value: &'a Value, key: &str) -> &'a Value {
    value.get(key).unwrap_or(&Value::Null)
}

fn readable(problem: &Value) -> String {
    let lines = field(problem, "lines").as_array().into_iter().flatten();
    let lines: String = lines
        .map(|line| format!("\n  {}", line.as_str().unwrap_or_default()))
        .collect();
    format!(
        "{}{lines}",
        field(problem, "detail").as_str().unwrap_or_default()
    )
}

/// A test double has one way to say that a test is wrong.
#[track_caller]
fn fail(reason: &str) -> ! {
    panic!("{reason}")
}

//! The configuration read again while the server runs: what each key does (`reload.yaml`), what stays, what is
//! reported, every way in which a file is replaced, signals; and 10,000 requests beside 100 edits.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::binary::{Mock, directory};
use crate::server::{Server, between, document, exchange_at, read_reply, split};

/// A row of `reload.yaml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    before: String,
    first: Vec<Step>,
    after: String,
    told: String,
    then: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    space: Option<String>,
    /// A file to reload before going on.
    file: Option<String>,
    call: Option<String>,
    body: Option<Value>,
    /// How often the body's text is repeated.
    times: Option<usize>,
    status: Option<u16>,
    has: Option<Value>,
    ask: Option<String>,
    reply: Option<String>,
}

/// A server under a file of its own.
struct Configured {
    server: Server,
    file: PathBuf,
}

impl Configured {
    async fn new(name: &str, text: &str) -> Self {
        let file = directory(name).join("mock.yaml");
        fs::write(&file, text).unwrap();
        Self {
            server: Server::configured(&file).await,
            file,
        }
    }

    async fn call(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        self.server.call(method, path, body).await
    }

    async fn reload(&self, text: &str) -> (u16, Value) {
        fs::write(&self.file, text).unwrap();
        self.call("POST", "/_mock/reload", "").await
    }

    async fn play(&self, row: &str, step: &Step) {
        let prefix = step
            .space
            .as_ref()
            .map_or(String::new(), |space| format!("/s/{space}"));
        if let Some(text) = &step.file {
            assert_eq!(self.reload(text).await.0, 200, "{row}");
        } else if let Some(call) = &step.call {
            let (method, path) = call.split_once(' ').unwrap();
            let body = step.body.as_ref().map(Value::to_string).unwrap_or_default();
            let body = body.repeat(step.times.unwrap_or(1));
            let (status, answer) = self
                .call(method, &format!("{prefix}/_mock/{path}"), &body)
                .await;
            match step.status {
                Some(expected) => assert_eq!(status, expected, "{row}: {call}: {answer}"),
                None => assert!((200..300).contains(&status), "{row}: {call}: {answer}"),
            }
            if let Some(expected) = &step.has {
                assert!(
                    has(&answer, expected),
                    "{row}: {call}: {answer} has not {expected}"
                );
            }
        } else {
            let ask = step.ask.as_ref().unwrap();
            let path = format!("{prefix}/members/sms/xml.php");
            let reply = exchange_at(self.server.address, &path, &question(ask)).await;
            let (reply, expected) = (reply.unwrap(), step.reply.as_ref().unwrap());
            assert!(
                reply.contains(expected),
                "{row}: {ask}: {reply} has not {expected}"
            );
        }
    }
}

/// A document for `OPERATION login password number…`.
fn question(ask: &str) -> String {
    let mut words = ask.split(' ');
    let (operation, username, password) = (
        words.next().unwrap(),
        words.next().unwrap(),
        words.next().unwrap(),
    );
    let inside = match operation {
        "SEND" | "GETPRICE" => {
            let numbers: String = words
                .map(|number| format!("<number messageID=\"m\">{number}</number>"))
                .collect();
            format!(
                "<message><sender>SMSKA</sender><text>Hello</text></message><numbers>{numbers}</numbers>"
            )
        }
        "GETSTATUS" => words
            .map(|id| format!("<statistics><messageid>{id}</messageid></statistics>"))
            .collect(),
        _ => String::new(),
    };
    document(operation, username, password, &inside)
}

/// Whether everything expected is there; of objects, more may be.
fn has(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => expected
            .iter()
            .all(|(key, expected)| found.get(key).is_some_and(|found| has(found, expected))),
        (Value::Array(found), Value::Array(expected)) => {
            found.len() == expected.len()
                && found
                    .iter()
                    .zip(expected)
                    .all(|(found, expected)| has(found, expected))
        }
        (found, expected) => found == expected,
    }
}

#[tokio::test]
async fn each_key_does_what_its_row_says() {
    let rows: Vec<Row> = serde_yaml::from_str(include_str!("reload.yaml")).unwrap();
    for row in &rows {
        let configured = Configured::new("reload-rows", &row.before).await;
        for step in &row.first {
            configured.play(&row.name, step).await;
        }
        let (status, told) = configured.reload(&row.after).await;
        assert_eq!(status, 200, "{}: {told}", row.name);
        assert_eq!(told["summary"], row.told.as_str(), "{}", row.name);
        assert_eq!(told["changed"], row.told != "nothing", "{}", row.name);
        for step in &row.then {
            configured.play(&row.name, step).await;
        }
    }
}

#[tokio::test]
async fn what_was_changed_is_told_by_name() {
    let before = "accounts: [{ username: a, password: a }, { username: b, password: b }]\n\
                  scripts: [{ name: x, lose: reply }, { name: y, lose: reply }]\n";
    let configured = Configured::new("reload-told", before).await;
    let after = "accounts: [{ username: b, password: c, credits: 5 }, { username: d, password: d }]\n\
                 scripts: [{ name: y, lose: request }, { name: z, lose: reply }]\n\
                 faults: [{ name: f, kind: reset }]\n\
                 tariffs: { \"*\": 2 }\nclock: 2026-01-02T03:04:05Z\nlimits: { max_connections: 5 }\n";
    let (_, mut told) = configured.reload(after).await;
    drop(told.as_object_mut().unwrap().remove("summary"));
    assert_eq!(
        told,
        json!({
            "generation": 2,
            "changed": true,
            "accounts": { "added": ["d"], "changed": ["b"], "removed": ["a"] },
            "scripts": { "added": ["z"], "changed": ["y"], "removed": ["x"] },
            "faults": { "added": ["f"], "changed": [], "removed": [] },
            "keys": ["tariffs"],
            "at_reset": ["accounts.b.credits", "clock"],
            "at_restart": ["limits.max_connections"],
        })
    );
}

/// A wrong file, where it is wrong, and what is said of it.
#[tokio::test]
async fn a_wrong_file_changes_nothing_and_is_told_with_its_place() {
    let right = "accounts: [{ username: a, password: hunter2 }]\n";
    let configured = Configured::new("reload-wrong", right).await;
    let rows = [
        ("tarifs: {}\n", Some((1, 1)), "did you mean `tariffs`?"),
        (
            "accounts:\n  - { username: a, password: s3cret, credits: -1 }\n",
            Some((2, 47)),
            "accounts[0].credits",
        ),
        ("time_zone: Kyiv\n", Some((1, 12)), "Europe/Kyiv"),
        (
            "accounts: [\n  - a\n",
            Some((2, 3)),
            "expected node content",
        ),
        ("", None, "it is empty"),
        ("  \n", None, "it is empty"),
    ];
    for (index, (wrong, place, said)) in rows.into_iter().enumerate() {
        let (status, problem) = configured.reload(wrong).await;
        assert_eq!(status, 409, "{problem}");
        let name = configured.file.display().to_string();
        let named = match place {
            Some((line, column)) => format!("{name}:{line}:{column}: "),
            None => format!("{name}: "),
        };
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.starts_with(&named), "{detail} is not at {named}");
        let told = problem.to_string();
        assert!(told.contains(said), "{told}");
        assert!(!told.contains("s3cret"), "{told}");
        let (_, standing) = configured.call("GET", "/_mock/configuration", "").await;
        assert_eq!(
            (&standing["generation"], &standing["failures"]),
            (&json!(1), &json!(index + 1))
        );
        assert_eq!(
            standing["error"]["line"],
            json!(place.map(|(line, _)| line))
        );
        assert_eq!(
            standing["error"]["column"],
            json!(place.map(|(_, column)| column))
        );
        let reply = configured
            .server
            .post(&document("BALANCE", "a", "hunter2", ""))
            .await;
        assert!(reply.contains("<credits>100</credits>"), "{reply}");
    }
    fs::remove_file(&configured.file).unwrap();
    let (status, problem) = configured.call("POST", "/_mock/reload", "").await;
    assert_eq!(status, 409);
    assert!(problem.to_string().contains("cannot be read"), "{problem}");
    // And a right one is taken again.
    assert_eq!(configured.reload("revision: extended\n").await.0, 200);
    let (_, standing) = configured.call("GET", "/_mock/configuration", "").await;
    assert_eq!(standing["error"], Value::Null);
    let metrics = configured
        .server
        .exchange(b"GET /_mock/metrics HTTP/1.0\r\n\r\n")
        .await;
    let metrics = String::from_utf8(metrics).unwrap();
    assert!(
        metrics.contains("configuration_reloads 1\n")
            && metrics.contains("configuration_failures 7\n"),
        "{metrics}"
    );
}

#[tokio::test]
async fn without_a_file_there_is_nothing_to_reload() {
    let server = Server::documented().await;
    let reply = server
        .exchange(b"POST /_mock/reload HTTP/1.0\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        .await;
    let told = String::from_utf8(reply).unwrap();
    assert!(told.contains("403"), "a stranger may not: {told}");
    let reply = server
        .exchange(b"POST /_mock/reload HTTP/1.0\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
        .await;
    let told = String::from_utf8(reply).unwrap();
    assert!(
        told.contains("409") && told.contains("start with --config"),
        "{told}"
    );
}

/// Clients that keep their connections, and an edit after every hundredth of their requests; a third of the edits are
/// broken. Prices and rates are edited together, so that their product is the same in every file: an amount that
/// differs would be of two configurations.
const CLIENTS: u64 = 8;
const REQUESTS: u64 = 10_000;
const EDITS: u64 = 100;
/// 18 = 3 numbers * 6, in every file.
const AMOUNT: &str = "<amount>18</amount>";

fn under_load(price: u64) -> String {
    let rate = 6 / price;
    format!(
        "revision: extended\naccounts:\n  - {{ username: a, password: a, credits: 1000000, currency: UAH, rate: {rate} }}\n\
         tariffs: {{ \"380\": {price}, \"7\": {price}, \"*\": {price} }}\n\
         delivery: [{{ status: SENT, after: {price}s }}]\nlimits: {{ max_depth: {} }}\n",
        price + 20
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_requests_see_nothing_of_a_hundred_edits() {
    let configured = Arc::new(Configured::new("reload-load", &under_load(1)).await);
    let (done, mut progress) = watch::channel(0_u64);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| tokio::spawn(client(configured.server.address, done.clone())))
        .collect();
    // If the clients end early, so does this.
    drop(done);
    let (mut right, mut wrong) = (1, 0);
    for edit in 0..EDITS {
        progress
            .wait_for(|done| *done >= edit * (REQUESTS / EDITS))
            .await
            .unwrap();
        let text = under_load(1 + right % 3);
        if edit % 3 == 2 {
            wrong += 1;
            let (broken, column) = match wrong % 3 {
                0 => (format!("tarifs{edit}: {{}}\n"), 1),
                1 => (format!("time_zone: Nowhere{edit}\n"), 12),
                _ => (format!("scripts: [{{ nth: x{edit} }}]\n"), 18),
            };
            let line = text.lines().count() + 1;
            let (status, problem) = configured.reload(&(text + &broken)).await;
            let place = format!("{}:{line}:{column}: ", configured.file.display());
            let detail = problem["detail"].as_str().unwrap();
            assert!(
                status == 409 && detail.starts_with(&place),
                "{place}{broken}{problem}"
            );
        } else {
            right += 1;
            let (status, told) = configured.reload(&text).await;
            assert_eq!(
                (status, &told["generation"]),
                (200, &json!(right)),
                "{told}"
            );
            // What the control API does between two edits stays.
            let top_up = configured
                .call("POST", "/_mock/accounts/a/top-up", "{ \"credits\": 1 }")
                .await;
            assert_eq!(top_up.0, 200);
        }
    }
    let (mut sent, mut charged) = (0, 0);
    for client in clients {
        let bill = client.await.unwrap();
        sent += bill.0;
        charged += bill.1;
    }
    assert_eq!(*progress.borrow(), REQUESTS);
    let (_, standing) = configured.call("GET", "/_mock/configuration", "").await;
    assert_eq!(
        (&standing["generation"], &standing["failures"]),
        (&json!(right), &json!(wrong))
    );
    let (_, account) = configured.call("GET", "/_mock/accounts/a", "").await;
    let balance = 1_000_000 + (right - 1) - charged;
    assert_eq!(
        (&account["credits"], &account["charged"]),
        (&json!(balance.to_string()), &json!(charged.to_string()))
    );
    assert_eq!(
        (&account["messages"], &account["evicted"]),
        (&json!(sent), &json!(0))
    );
}

/// One client: how many messages were accepted, and what was charged, by its replies.
async fn client(address: std::net::SocketAddr, done: watch::Sender<u64>) -> (u64, u64) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut pending = Vec::new();
    let (mut sent, mut charged) = (0, 0);
    for request in 0..REQUESTS / CLIENTS {
        let ask = match request % 4 {
            0 => "BALANCE a a",
            1 => "GETSTATUS a a nothing",
            2 => "GETPRICE a a 380501234567 79990000001 999000000001",
            _ => "SEND a a 380501234567 79990000001 999000000001",
        };
        let body = question(ask);
        let head = format!(
            "POST /members/sms/xml.php HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream
            .write_all(format!("{head}{body}").as_bytes())
            .await
            .unwrap();
        let reply = read_reply(&mut stream, &mut pending).await;
        let (status, body) = split(&reply);
        let body = std::str::from_utf8(body).unwrap();
        assert_eq!(status, 200, "{ask}: {body}");
        let credits = between(body, "<credits>", "</credits>");
        match request % 4 {
            0 => assert!(body.contains("<status>0</status>"), "{body}"),
            1 => assert!(body.contains("deliveryreport"), "{body}"),
            2 => assert!(body.contains(AMOUNT), "{body}"),
            _ => {
                assert!(
                    body.contains("<status>3</status>") && body.contains(AMOUNT),
                    "{body}"
                );
                sent += 3;
                charged += credits.parse::<u64>().unwrap();
            }
        }
        done.send_modify(|done| *done += 1);
    }
    (sent, charged)
}

/// The log of a running program, line by line.
struct Log(Receiver<String>);

impl Log {
    fn of(mock: &mut Mock) -> Self {
        let stderr = mock.child.stderr.take().unwrap();
        let (line, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for read in BufReader::new(stderr).lines() {
                // The test may have seen enough.
                drop(line.send(read.unwrap()));
            }
        });
        Self(lines)
    }

    /// The lines up to the first that has this.
    #[track_caller]
    fn up_to(&self, what: &str) -> String {
        let mut lines = String::new();
        while !lines.contains(what) {
            match self.0.recv_timeout(Duration::from_secs(60)) {
                Ok(line) => lines.extend([line.as_str(), "\n"]),
                Err(_) => panic!("the log has no {what}:\n{lines}"),
            }
        }
        lines
    }

    /// What is left, when the program has ended.
    fn rest(self) -> String {
        self.0.iter().map(|line| format!("{line}\n")).collect()
    }
}

fn signal(mock: &Mock, signal: &str) {
    let command = format!("kill -{signal} {}", mock.child.id());
    let sent = Command::new("sh").args(["-c", &command]).status().unwrap();
    assert!(sent.success());
}

fn revision(name: &str) -> String {
    format!("revision: {name}\naccounts: [{{ username: a, password: a }}]\n")
}

/// Every way in which programs replace a file is seen.
#[cfg(unix)]
#[test]
fn a_file_that_changes_is_read_again() {
    use std::os::unix::fs::symlink;
    let folder = directory("reload-watch");
    // As Kubernetes mounts a ConfigMap: the file is a link into a folder that is a link.
    let version = |number: u32, text: &str| {
        let version = folder.join(format!("..{number}"));
        fs::create_dir(&version).unwrap();
        fs::write(version.join("mock.yaml"), text).unwrap();
        symlink(format!("..{number}"), folder.join("..tmp")).unwrap();
        fs::rename(folder.join("..tmp"), folder.join("..data")).unwrap();
    };
    version(1, &revision("documented"));
    let file = folder.join("mock.yaml");
    symlink("..data/mock.yaml", &file).unwrap();
    let mut mock = Mock::start(&["--config", file.to_str().unwrap()]);
    let log = Log::of(&mut mock);
    version(2, &revision("extended"));
    let line = log.up_to("the configuration was reloaded");
    assert!(
        line.contains("cause=the file changed generation=2 changed=revision"),
        "{line}"
    );
    // In place: emptied and written.
    fs::write(&file, revision("documented")).unwrap();
    log.up_to("generation=3 changed=revision");
    // Broken, which is told once, with the place and the line.
    fs::write(&file, "tarifs: {}\n").unwrap();
    let told = log.up_to("did you mean");
    assert!(
        told.contains("mock.yaml:1:1") && told.contains("ERROR") && told.contains("generation=3"),
        "{told}"
    );
    // By another file that takes its name.
    let other = folder.join("other.yaml");
    fs::write(&other, revision("extended")).unwrap();
    fs::rename(&other, &file).unwrap();
    let between = log.up_to("generation=4 changed=revision");
    assert!(!between.contains("tarifs"), "{between}");
    signal(&mock, "TERM");
    assert_eq!(mock.child.wait().unwrap().code(), Some(0));
    assert!(!log.rest().contains("reloaded"));
}

#[cfg(unix)]
#[test]
fn a_signal_reads_the_file_again_and_tells_even_if_nothing_changed() {
    let file = directory("reload-signal").join("mock.yaml");
    fs::write(&file, revision("documented")).unwrap();
    let mut mock = Mock::start(&["--config", file.to_str().unwrap(), "--no-reload"]);
    let log = Log::of(&mut mock);
    let balance = crate::server::urlencoded(&document("BALANCE", "a", "a", ""));
    for round in 0..2 {
        signal(&mock, "HUP");
        let line = log.up_to("the configuration was reloaded");
        assert!(
            line.contains("cause=SIGHUP generation=1 changed=nothing"),
            "{round}: {line}"
        );
    }
    fs::write(&file, "revision: documentd\n").unwrap();
    for round in 0..2 {
        signal(&mock, "HUP");
        let told = log.up_to("did you mean");
        assert!(told.contains("mock.yaml:1:11"), "{round}: {told}");
        assert!(mock.exchange(&balance).contains("<credits>100</credits>"));
    }
    fs::write(&file, revision("extended")).unwrap();
    signal(&mock, "HUP");
    log.up_to("generation=2 changed=revision");
    signal(&mock, "TERM");
    assert_eq!(mock.child.wait().unwrap().code(), Some(0));
}

/// A pipe can be read once; nobody waits for another.
#[cfg(unix)]
#[test]
fn a_pipe_is_not_read_again() {
    let folder = directory("reload-pipe");
    let pipe: &Path = &folder.join("pipe");
    let made = Command::new("mkfifo").arg(pipe).status().unwrap();
    assert!(made.success());
    let written = pipe.to_owned();
    let writer = std::thread::spawn(move || fs::write(written, revision("documented")).unwrap());
    let mut mock = Mock::start(&["--config", pipe.to_str().unwrap()]);
    writer.join().unwrap();
    let log = Log::of(&mut mock);
    signal(&mock, "HUP");
    log.up_to("it is no plain file, so it was read once, at the start");
    signal(&mock, "TERM");
    assert_eq!(mock.child.wait().unwrap().code(), Some(0));
    assert!(!log.rest().contains("no plain file"));
}

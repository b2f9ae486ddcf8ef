//! The command `observe`: a raw client, an endpoint behind it, what is told, and what is recorded.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};

use epochta_conformance::clause::Registry;
use epochta_conformance::scenario::loaded::{Loaded, Snapshots};
use epochta_conformance::scenario::source::Source;

use crate::folder::{Folder, Ran};
use crate::liar::{Liar, Lie, Revision};

/// The password of the account main of the lying endpoint.
const PASSWORD: &str = "demo-password";

/// The program under way.
struct Observer {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// Host and port.
    address: String,
}

impl Observer {
    fn start(folder: &Folder, more: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_epochta-conformance"));
        command
            .current_dir(folder.path())
            .args(["observe", "--listen", "127.0.0.1:0"])
            .args(more)
            .env_remove("GITHUB_ACTIONS")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on http://").unwrap();
        let (address, path) = url.split_once('/').unwrap();
        assert_eq!(path, "members/sms/xml.php");
        Self {
            child,
            stdout,
            address: address.to_owned(),
        }
    }

    /// Sends a document as the body, and gives the reply's body.
    fn asks(&self, document: &str) -> String {
        let head = "POST /members/sms/xml.php HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml";
        let length = document.len();
        self.sends(&format!(
            "{head}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{document}"
        ))
    }

    /// Sends bytes, and gives what stands behind the head of the reply.
    fn sends(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// The next line that is told.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line
    }

    /// Presses Ctrl-C.
    fn ends(mut self) -> Ran {
        let id = self.child.id().to_string();
        let killed = Command::new("kill").args(["-INT", &id]).status().unwrap();
        assert!(killed.success());
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.stdout.read_to_string(&mut stdout).unwrap();
        let errors = self.child.stderr.as_mut().unwrap();
        errors.read_to_string(&mut stderr).unwrap();
        Ran {
            code: self.child.wait().unwrap().code().unwrap(),
            stdout,
            stderr,
        }
    }
}

fn document(operation: &str, inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SMS><operations><operation>{operation}</operation></operations>\
         <authentification><username>demo</username><password>{PASSWORD}</password></authentification>{inside}</SMS>"
    )
}

fn send(text: &str, number: &str, id: &str) -> String {
    let inside = format!(
        "<message><sender>SMSKA</sender><text>{text}</text></message>\
         <numbers><number messageID=\"{id}\">{number}</number></numbers>"
    );
    document("SEND", &inside)
}

fn status(id: &str) -> String {
    let inside = format!("<statistics><messageid>{id}</messageid></statistics>");
    document("GETSTATUS", &inside)
}

#[test]
fn a_client_that_is_right_has_no_errors() {
    let folder = Folder::new("observe-right");
    let observer = Observer::start(&folder, &["--out", "profile"]);
    let sent = observer.asks(&send("Tea &amp; cake", "999000100001", "m-1"));
    assert!(
        sent.contains("<status>1</status>\n<credits>1</credits>"),
        "{sent}"
    );
    assert!(observer.asks(&status("m-1")).contains("SENT"));
    assert!(observer.asks(&status("m-1")).contains("DELIVERED"));
    let ran = observer.ends();
    assert_eq!(ran.code, 0, "{}", ran.screen());
    assert!(
        ran.stdout.contains("requests 3 / errors 0 / "),
        "{}",
        ran.stdout
    );
    let profile = folder.read("profile/profile.json");
    assert!(profile.contains("\"way\": \"observed\""), "{profile}");
    assert!(profile.contains("authentification"), "{profile}");
}

#[test]
fn what_is_wrong_is_told_as_it_comes_and_once() {
    let folder = Folder::new("observe-wrong");
    let reports = [
        "--report",
        "junit:client.xml",
        "--report",
        "jsonl:client.jsonl",
    ];
    let mut observer = Observer::start(
        &folder,
        &[["--out", "profile"].as_slice(), &reports].concat(),
    );
    for _ in 0..2 {
        let refused = observer.asks(&send("Fish & chips", "999000100001", "m-1"));
        assert!(refused.contains("<status>-2</status>"), "{refused}");
    }
    let line = observer.line();
    assert!(
        line.starts_with("error  text-not-escaped  request 1: "),
        "{line}"
    );
    // A password in a query, and in a document that is not whole.
    observer.sends(&format!("GET /?password={PASSWORD} HTTP/1.0\r\n\r\n"));
    observer.asks(&document("BALANCE", "").replace("</SMS>", ""));
    let ran = observer.ends();
    assert_eq!(ran.code, 1, "{}", ran.screen());
    assert!(
        !ran.stdout.contains("text-not-escaped  request 2"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("requests 4 / errors "),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("FAILED  sends/XML-08-text-not-escaped"),
        "{}",
        ran.stdout
    );
    let mut written = vec![line, ran.screen()];
    for name in ["profile/profile.json", "client.xml", "client.jsonl"] {
        written.push(folder.read(name));
    }
    for text in written {
        assert!(!text.contains(PASSWORD), "{text}");
        assert!(!text.contains("999000100001"), "{text}");
    }
}

#[test]
fn warnings_count_with_strict() {
    let request = |document: &str| {
        let body = format!("XML={document}");
        format!(
            "POST / HTTP/1.0\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let balance = document("BALANCE", "").replace("\n", "");
    for (more, code) in [(&[][..], 0), (&["--strict"], 1)] {
        let folder = Folder::new(&format!("observe-strict-{code}"));
        let observer = Observer::start(&folder, more);
        observer.sends(&request(&balance).replace("POST /", "POST /members/sms/xml.php"));
        let ran = observer.ends();
        assert_eq!(ran.code, code, "{}", ran.screen());
        assert!(
            ran.stdout.contains("FORM-05-form-not-encoded"),
            "{}",
            ran.stdout
        );
    }
}

#[test]
fn an_upstream_answers_and_what_was_seen_is_played_again() {
    let liar = Liar::start(Revision::Documented, None);
    let folder = Folder::new("observe-record");
    let more = [
        "--upstream",
        &liar.url(),
        "--record",
        "scenarios/SEND-01-shop.yaml",
    ];
    folder.write("scenarios/.keep", "");
    let observer = Observer::start(&folder, &more);
    let sent = observer.asks(&send("Tea &amp; cake for ${x}", "+999000100001", "m-1"));
    assert!(sent.contains("<status>1</status>"), "{sent}");
    // Two polls, and the second one of them has come further.
    for _ in 0..4 {
        observer.asks(&status("m-1"));
    }
    observer.asks(&status("m-2"));
    observer.asks(&document("BALANCE", ""));
    observer.asks(&document("BALANCE", "").replace("<SMS>", "<SMS><"));
    observer.asks(&document("CREDITPRICE", "").replace(PASSWORD, "wrong-password"));
    observer.sends("POST /members/sms/xml.php HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc");
    let ran = observer.ends();
    assert!(
        ran.stdout
            .contains("recorded in scenarios/SEND-01-shop.yaml"),
        "{}",
        ran.screen()
    );
    let text = folder.read("scenarios/SEND-01-shop.yaml");
    for secret in [PASSWORD, "wrong-password", "999000100001", "m-1"] {
        assert!(!text.contains(secret), "{text}");
    }
    for step in [
        "text: Tea & cake for $${x}",
        "number: +${to.1}",
        "authentication: authentification",
        "over: raw",
        "http: |",
        "password: wrong",
    ] {
        assert!(text.contains(step), "{step}: {text}");
    }
    let source = Source {
        name: "SEND-01-shop.yaml".to_owned(),
        text,
    };
    let registry = Registry::built_in().unwrap();
    let id = "SEND-01-shop".to_owned();
    let loaded = Loaded::read(id, source, Snapshots::BuiltIn(None), &registry).unwrap();
    assert_eq!(loaded.scenario.steps.len(), 10);
    let other = Liar::start(Revision::Documented, None);
    folder.write("target.yaml", &other.target_yaml());
    let played = folder.judge(&[]);
    assert_eq!(played.code, 0, "{}", played.screen());
    assert!(
        played.stdout.contains("passed 1 / failed 0"),
        "{}",
        played.screen()
    );
}

#[test]
fn what_is_wrong_with_an_upstream_is_no_fault_of_the_client() {
    let liar = Liar::start(Revision::Documented, Some(Lie::Indented));
    let folder = Folder::new("observe-upstream");
    let mut observer = Observer::start(&folder, &["--upstream", &liar.url()]);
    observer.asks(&document("BALANCE", ""));
    let line = observer.line();
    assert!(
        line.starts_with("upstream  REPLY-02  request 1: "),
        "{line}"
    );
    let ran = observer.ends();
    assert_eq!(ran.code, 0, "{}", ran.screen());
    assert!(
        ran.stdout.contains("upstream/REPLY-02-replies"),
        "{}",
        ran.stdout
    );
}

#[test]
fn an_upstream_that_is_down_is_said() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let folder = Folder::new("observe-down");
    let mut observer = Observer::start(&folder, &["--upstream", &url]);
    let reply = observer.asks(&document("BALANCE", ""));
    assert!(reply.contains("is it running?"), "{reply}");
    let line = observer.line();
    assert!(
        line.starts_with("upstream  REPLY-06  request 1: no reply from 127.0.0.1:"),
        "{line}"
    );
    assert_eq!(observer.ends().code, 0);
}

#[test]
fn what_cannot_be_done_says_so_by_its_exit_code() {
    #[track_caller]
    fn check(arguments: &[&str], code: i32, expected: &str) {
        let folder = Folder::new(&format!("observe-exit-{code}-{}", arguments.len()));
        let ran = folder.run(&[&["observe"], arguments].concat());
        assert_eq!(ran.code, code, "{}", ran.screen());
        assert!(ran.screen().contains(expected), "{}", ran.screen());
    }
    let listen = ["--listen", "127.0.0.1:0", "--for", "50ms"];
    check(&listen, 4, "no request came");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    check(
        &["--listen", &address],
        3,
        "is another program listening there?",
    );
    let name = [listen.as_slice(), &["--record", "shop.yaml"]].concat();
    check(&name, 2, "does not begin with a clause");
    check(&["--upstream", "http://192.0.2.1/"], 2, "add --live");
}

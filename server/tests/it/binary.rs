//! The program itself, as a user starts it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::fixtures;
use crate::server::{document, urlencoded};

const BINARY: &str = env!("CARGO_BIN_EXE_epochta-mock");

/// A directory of the test's own.
pub(crate) fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(std::fs::remove_dir_all(&path));
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn run(arguments: &[&str]) -> Output {
    Command::new(BINARY).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A running mock, once its banner is out: it accepts.
pub(crate) struct Mock {
    pub(crate) child: Child,
    banner: String,
    port: u16,
}

impl Mock {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::of(Command::new(BINARY).args(arguments))
    }

    /// The same by a command that runs it.
    fn of(command: &mut Command) -> Self {
        let mut child = command
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut banner = Vec::new();
        let out = child.stdout.as_mut().unwrap();
        let mut byte = [0];
        while !banner.ends_with(b"</SMS>'\n") {
            assert_eq!(
                out.read(&mut byte).unwrap(),
                1,
                "the banner ended early: {}",
                text(&banner)
            );
            banner.push(byte[0]);
        }
        let banner = text(&banner);
        let port = banner
            .split_once("127.0.0.1:")
            .unwrap()
            .1
            .split('/')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        Self {
            child,
            banner,
            port,
        }
    }

    pub(crate) fn exchange(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        drop(stream.write_all(request));
        let mut reply = Vec::new();
        drop(stream.read_to_end(&mut reply));
        String::from_utf8_lossy(&reply).to_string()
    }

    /// SIGTERM; the exit code, and the log.
    fn stop(mut self) -> (Option<i32>, String) {
        let killed = Command::new("sh")
            .args(["-c", &format!("kill {}", self.child.id())])
            .status()
            .unwrap();
        assert!(killed.success());
        let mut log = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        (self.child.wait().unwrap().code(), log)
    }
}

#[test]
fn it_starts_answers_and_stops() {
    let directory = directory("starts");
    let port_file = directory.join("port");
    let mock = Mock::start(&["--port-file", port_file.to_str().unwrap()]);
    assert!(
        mock.banner
            .contains("account   demo / demo, 100 credits, real mode"),
        "{}",
        mock.banner
    );
    assert_eq!(
        std::fs::read_to_string(&port_file).unwrap(),
        format!("{}\n", mock.port)
    );
    let reply = mock.exchange(&urlencoded(&document("BALANCE", "demo", "demo", "")));
    assert!(
        reply.ends_with("<credits>100</credits>\n</RESPONSE>\n"),
        "{reply}"
    );
    let url = format!("http://127.0.0.1:{}", mock.port);
    assert!(run(&["health", &url]).status.success());
    assert!(
        run(&["health", &format!("127.0.0.1:{}", mock.port)])
            .status
            .success()
    );
    let by_environment = Command::new(BINARY)
        .arg("health")
        .env("EPOCHTA_MOCK_LISTEN", format!("0.0.0.0:{}", mock.port))
        .output()
        .unwrap();
    assert!(by_environment.status.success());
    let (code, log) = mock.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(!port_file.exists(), "the port file is left behind");
    assert!(
        log.contains("op=\"BALANCE\" account=\"demo\" result=\"OK\""),
        "{log}"
    );
    assert!(log.contains("stopped"), "{log}");
    let gone = run(&["health", &url]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(
        text(&gone.stderr).contains("no answer from 127.0.0.1"),
        "{}",
        text(&gone.stderr)
    );
}

#[test]
fn a_password_is_in_no_output() {
    let directory = directory("password");
    let file = directory.join("mock.yaml");
    std::fs::write(&file, "accounts: [{ username: ci, password: hunter2 }]\n").unwrap();
    for format in ["text", "json"] {
        let arguments = [
            "--config",
            file.to_str().unwrap(),
            "--log",
            "debug",
            "--log-format",
            format,
        ];
        let mock = Mock::start(&arguments);
        for password in [
            "hunter2",
            "not-hunter2",
            "hunter2&",
            "hunter2&hunter2;",
            "<hunter2>",
            "hunter2</hunter2>",
        ] {
            mock.exchange(&urlencoded(&document("BALANCE", "ci", password, "")));
            let raw = document("BALANCE", "ci", password, "");
            let head = format!(
                "POST /members/sms/xml.php HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                raw.len()
            );
            mock.exchange(format!("{head}{raw}").as_bytes());
        }
        let banner = mock.banner.clone();
        let (_, log) = mock.stop();
        assert!(log.lines().count() >= 12, "{log}");
        assert!(
            !banner.contains("hunter2") && !log.contains("hunter2"),
            "{banner}\n{log}"
        );
    }
}

#[test]
fn the_json_log_is_one_object_a_line() {
    let mock = Mock::start(&["--log-format", "json"]);
    mock.exchange(&urlencoded(&document("CREDITPRICE", "demo", "demo", "")));
    let (_, log) = mock.stop();
    let line: serde_json::Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert_eq!(line["op"], "CREDITPRICE");
    assert_eq!(line["transport"], "urlencoded");
    assert_eq!(line["tolerated"], "-");
}

#[test]
fn check_says_what_it_found() {
    let right = run(&[
        "check",
        fixtures::path("config/documented.yaml").to_str().unwrap(),
    ]);
    assert!(right.status.success());
    let told = text(&right.stdout);
    assert_eq!(
        told.split_once("documented.yaml: ").unwrap().1,
        "ok\n  revision  documented\n  account   demo, 100 credits, real mode\n  \
         account   poor, 0.5 credits, real mode\n  account   tester, 50 credits, test mode\n  \
         account   closed, 10 credits, real mode, XML interface off\n  \
         account   rich, 100000 credits, real mode\n  tariffs   3\n  scripts   none\n"
    );
    let missing = run(&["check", "no-such-file.yaml"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(
        text(&missing.stderr).starts_with("the configuration no-such-file.yaml cannot be read: ")
    );
    let file = directory("check").join("mock.yaml");
    std::fs::write(&file, "tarifs: { \"*\": 1 }\n").unwrap();
    for arguments in [
        vec!["check", file.to_str().unwrap()],
        vec!["--config", file.to_str().unwrap()],
    ] {
        let wrong = run(&arguments);
        assert_eq!(wrong.status.code(), Some(2));
        let told = text(&wrong.stderr);
        assert!(
            told.contains("mock.yaml:1:1") && told.contains("did you mean `tariffs`?"),
            "{told}"
        );
    }
}

#[test]
fn check_takes_several_files_and_stdin() {
    let directory = directory("check-several");
    let write = |name: &str, text: &str| {
        let file = directory.join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let empty = write("empty.yaml", "tariffs: {}\ndelivery: []\n");
    let wrong = write("wrong.yaml", "tarifs: {}\n");
    let both = run(&["check", &wrong, &empty]);
    assert_eq!(both.status.code(), Some(2));
    assert!(text(&both.stderr).contains("wrong.yaml:1:1"));
    let told = text(&both.stdout);
    assert!(
        told.contains("  tariffs   0\n")
            && told.contains("  note: no tariff: every number ends as NOT_ALLOWED\n")
            && told.contains("  note: no step of delivery: messages wait for ever\n"),
        "{told}"
    );
    let mut child = Command::new(BINARY)
        .args(["check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let config = "accounts: [{ username: ci, password: hunter2, mode: simulate }]\nauto_accounts: \"ci-*\"\n\
                  auto_account: { password: hunter2 }\nscripts: [{ name: gone, lose: reply }, { refuse: XML_ERROR }]\n";
    child
        .stdin
        .take()
        .unwrap()
        .write_all(config.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        text(&output.stdout),
        "stdin: ok\n  revision  documented\n  account   ci, 100 credits, simulate mode\n  \
         opens     ci-* at the first request, 100 credits, real mode\n  tariffs   1\n  \
         scripts   2: gone, script-2\n"
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_port_in_use_is_told() {
    let mock = Mock::start(&[]);
    let second = run(&["--listen", &format!("127.0.0.1:{}", mock.port)]);
    assert_eq!(second.status.code(), Some(1));
    let told = text(&second.stderr);
    assert!(
        told.contains("--listen 127.0.0.1:0 takes a free port"),
        "{told}"
    );
    mock.stop();
}

#[test]
fn an_address_that_is_none_is_wrong_usage() {
    for address in ["8080", "127.0.0.1:99999", ":0"] {
        let output = run(&["--listen", address]);
        assert_eq!(output.status.code(), Some(2), "{address}");
        let told = text(&output.stderr);
        assert!(
            told.contains("write it as 127.0.0.1:8620 or localhost:0")
                && !told.contains("is a mock running"),
            "{told}"
        );
    }
}

/// Whoever waits for the file must never find the port of a mock that is gone.
#[test]
fn a_stale_port_file_does_not_survive_a_start() {
    let directory = directory("stale");
    let stale = directory.join("port");
    let port_file = stale.to_str().unwrap();
    let wrong = directory.join("wrong.yaml");
    std::fs::write(&wrong, "tarifs: {}\n").unwrap();
    let mock = Mock::start(&[]);
    let used = format!("127.0.0.1:{}", mock.port);
    for (arguments, code) in [
        (["--listen", &used], 1),
        (["--config", wrong.to_str().unwrap()], 2),
    ] {
        std::fs::write(&stale, "1\n").unwrap();
        let output = Command::new(BINARY)
            .args(arguments)
            .args(["--port-file", port_file])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(!stale.exists(), "{arguments:?}");
    }
    mock.stop();
    let no_file = run(&["--port-file", directory.to_str().unwrap()]);
    assert_eq!(no_file.status.code(), Some(1));
    assert!(
        text(&no_file.stderr).contains("it is no plain file"),
        "{}",
        text(&no_file.stderr)
    );
    // What another mock has written since is its own.
    let mock = Mock::start(&["--port-file", port_file]);
    std::fs::write(&stale, "1\n").unwrap();
    mock.stop();
    assert!(stale.exists());
}

/// With `curl` made to print what it would send: what the banner says can be pasted.
#[test]
fn the_command_to_try_can_be_pasted() {
    let file = directory("try").join("mock.yaml");
    std::fs::write(&file, "accounts: [{ username: ci, password: hunter2 }]\n").unwrap();
    for (arguments, login) in [
        (vec![], ("demo", "demo")),
        (vec!["--config", file.to_str().unwrap()], ("ci", "hunter2")),
    ] {
        let mock = Mock::start(&arguments);
        let (_, commands) = mock.banner.split_once("Try it").unwrap();
        let (_, commands) = commands.split_once('\n').unwrap();
        let commands = commands.replace('…', login.1);
        let script = format!("curl() {{ printf %s \"$3\"; }}\n{commands}");
        let output = Command::new("sh").args(["-c", &script]).output().unwrap();
        let sent = text(&output.stdout);
        let sent = sent.strip_prefix("XML=").unwrap();
        assert!(
            mock.exchange(&urlencoded(sent))
                .contains("<status>0</status>"),
            "{sent}"
        );
        let _ = mock.stop();
    }
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_failure() {
    for arguments in [&["completions", "zsh"][..], &["schema"]] {
        let mut child = Command::new(BINARY)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(text(&output.stderr), "");
    }
}

#[test]
fn completions_and_schema_are_printed() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(
            text(&run(&["completions", shell]).stdout).contains("epochta-mock"),
            "{shell}"
        );
    }
    serde_json::from_slice::<serde_json::Value>(&run(&["schema"]).stdout).unwrap();
}

/// Broken requests, again and again: what they took is given back.
#[cfg(target_os = "linux")]
#[test]
fn memory_stays_flat_under_broken_requests() {
    let directory = directory("flat");
    let file = directory.join("mock.yaml");
    std::fs::write(
        &file,
        "limits: { head_timeout: 20ms, body_timeout: 20ms, max_body: 1MiB, max_journal_bytes: 1MiB }\n",
    )
    .unwrap();
    let mock = Mock::start(&["--config", file.to_str().unwrap(), "--log", "off"]);
    let deep = format!("<SMS>{}", "<a>".repeat(100_000));
    let huge = format!("<SMS>{}</SMS>", "a".repeat(1_000_000));
    let bomb =
        "<!DOCTYPE SMS [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><SMS>&b;</SMS>".to_owned();
    let round = || {
        for body in [&deep, &huge, &bomb] {
            let head = format!(
                "POST /members/sms/xml.php HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            let reply = mock.exchange(format!("{head}{body}").as_bytes());
            assert!(reply.contains("<status>-2</status>"), "{reply}");
        }
        mock.exchange(b"POST /members/sms/xml.php HTTP/1.1\r\nContent-Length: 99999999\r\n\r\nx");
        mock.exchange(b"POST /members/sms/xml.php HTTP/1.1\r\nHost");
        mock.exchange(&[0; 70_000]);
    };
    let rss = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", mock.child.id())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap();
        line.split_whitespace()
            .next()
            .unwrap()
            .parse::<u64>()
            .unwrap()
    };
    (0..5).for_each(|_| round());
    let before = rss();
    (0..20).for_each(|_| round());
    let after = rss();
    assert!(
        after < before + 8 * 1024,
        "{before} KiB before, {after} KiB after"
    );
    let (code, _) = mock.stop();
    assert_eq!(code, Some(0));
}

/// A log that nobody reads, or that nobody can read any more, must not stop the gateway.
#[test]
fn a_log_that_goes_nowhere_stops_nothing() {
    for closed in [false, true] {
        let mut mock = Mock::start(&[]);
        if closed {
            drop(mock.child.stderr.take());
        }
        // Far more lines than a pipe holds.
        for _ in 0..1_000 {
            let reply = mock.exchange(&urlencoded(&document("BALANCE", "demo", "demo", "")));
            assert!(reply.ends_with("</RESPONSE>\n"), "{reply}");
        }
        let pid = mock.child.id();
        let killed = Command::new("sh")
            .args(["-c", &format!("kill {pid}")])
            .status()
            .unwrap();
        assert!(killed.success());
        assert_eq!(
            mock.child.wait().unwrap().code(),
            Some(0),
            "stderr closed: {closed}"
        );
    }
}

/// What stands where a password may stand is in no log, however wrong the document is.
#[test]
fn pieces_of_a_password_are_in_no_log() {
    let mock = Mock::start(&["--log", "debug"]);
    let wrong = [
        "<authentication username=\"demo\" password=\"p&S3CRET;x\"/>",
        "<authentication><password value=\"p&S3CRET;x\"></password></authentication>",
        "<authentication><Password>a&S3CRET;b</Password></authentication>",
        "<authentication><pass>a</S3CRET></pass></authentication>",
        "<authentication><pwd>a<S3CRET</pwd></authentication>",
        "<a><a><a><a><a><a><a><a><password>a&S3CRET;b</password></a></a></a></a></a></a></a></a>",
        "<login>a&S3CRET;</login>",
    ];
    for inside in wrong {
        let reply = mock.exchange(&urlencoded(&format!("<SMS>{inside}</SMS>")));
        assert!(reply.contains("<status>-2</status>"), "{inside}: {reply}");
    }
    let (_, log) = mock.stop();
    assert!(log.matches("XML_ERROR").count() >= wrong.len(), "{log}");
    assert!(!log.contains("S3CRET"), "{log}");
}

/// A request makes a line, not a flood.
#[test]
fn a_log_line_has_a_bound() {
    let mock = Mock::start(&[]);
    let long = "1".repeat(1_000_000);
    for body in [
        format!("<{long}>"),
        format!("<SMS><operations><operation>{long}</operation></operations></SMS>"),
        document("BALANCE", &long, "x", ""),
        format!("<?xml version='1.0' encoding='u{long}'?><SMS/>"),
        format!("<SMS>&{};</SMS>", "\u{a0}".repeat(500_000)),
        format!("<SMS {long}='1'/>"),
    ] {
        let head = format!(
            "POST /members/sms/xml.php HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        assert!(
            mock.exchange(format!("{head}{body}").as_bytes())
                .starts_with("HTTP/1.1 200")
        );
    }
    for path in ["", "/_mock", "/s/a/_mock"] {
        let head =
            format!("GET {path}/{long:.60000} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let reply = mock.exchange(head.as_bytes());
        assert!(reply.len() < 1_000, "{reply}");
    }
    let (_, log) = mock.stop();
    assert!(log.len() < 10_000, "{} bytes: {:.2000}", log.len(), log);
}

/// With all descriptors taken by connections that do nothing, newcomers are served; by connections at work, they
/// are refused and not forgotten; and when those are done, all is as before.
#[cfg(unix)]
#[test]
fn running_out_of_descriptors_passes() {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 48; exec \"$0\" \"$@\"", BINARY]);
    let mock = Mock::of(&mut command);
    let balance = urlencoded(&document("BALANCE", "demo", "demo", ""));
    let open = |bytes: &[u8]| {
        let mut stream = TcpStream::connect(("127.0.0.1", mock.port)).unwrap();
        drop(stream.write_all(bytes));
        stream
    };
    let metrics = b"GET /_mock/metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let count = |name: &str| {
        let told = mock.exchange(metrics);
        let line = told.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().parse::<u64>().unwrap())
    };
    let idle: Vec<TcpStream> = (0..200).map(|_| open(b"")).collect();
    let reply = mock.exchange(&balance);
    assert!(reply.ends_with("</RESPONSE>\n"), "{reply}");
    assert!(count("epochta_mock_descriptors_exhausted_total ").unwrap() > 0);
    assert!(count("epochta_mock_connections_let_go_total ").unwrap() > 100);
    drop(idle);
    let wait = b"GET /_mock/messages/wait?timeout=2s HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut working: Vec<TcpStream> = (0..100).map(|_| open(wait)).collect();
    // Some of them got a descriptor, and the others were told that there is none.
    let replies: Vec<String> = working
        .iter_mut()
        .map(|stream| {
            let mut reply = [0; 12];
            drop(stream.read_exact(&mut reply));
            String::from_utf8_lossy(&reply).to_string()
        })
        .collect();
    let told = |status: &str| {
        replies
            .iter()
            .filter(|reply| reply.ends_with(status))
            .count()
    };
    assert!(told("408") > 10, "{replies:?}");
    assert!(told("503") > 10, "{replies:?}");
    drop(working);
    while count("epochta_mock_connections_refused_total ").is_none() {}
    let reply = mock.exchange(&balance);
    assert!(reply.ends_with("</RESPONSE>\n"), "{reply}");
    let (code, log) = mock.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(
        log.contains("no file descriptor is left for a connection (ulimit -n)"),
        "{log}"
    );
}

/// The token of the control API is where it was given, and nowhere else.
#[test]
fn a_token_is_demanded_and_shown_nowhere() {
    let directory = directory("token");
    let file = directory.join("token");
    std::fs::write(&file, "hunter2-token\n").unwrap();
    for by_file in [false, true] {
        let mut command = Command::new(BINARY);
        command.args(["--log", "debug"]);
        if by_file {
            command.args(["--token-file", file.to_str().unwrap()]);
        } else {
            command.env("EPOCHTA_MOCK_TOKEN", "hunter2-token");
        }
        let mock = Mock::of(&mut command);
        let ask = |path: &str, token: &str| {
            let head = format!("GET /_mock/{path} HTTP/1.1\r\nHost: mock\r\nConnection: close\r\n");
            mock.exchange(format!("{head}{token}\r\n").as_bytes())
        };
        let right = "Authorization: Bearer hunter2-token\r\n";
        let mut told = vec![mock.banner.clone()];
        for (token, status) in [
            ("", "401"),
            ("Authorization: Bearer hunter2-tokem\r\n", "401"),
            ("Authorization: Basic hunter2-token\r\n", "401"),
            (right, "200"),
        ] {
            let reply = ask("accounts", token);
            assert!(
                reply.starts_with(&format!("HTTP/1.1 {status}")),
                "{token}: {reply}"
            );
            told.push(reply);
        }
        for path in ["metrics", "requests", "no-such", "messages/wait?hunter=1"] {
            told.push(ask(path, right));
        }
        let process = format!("/proc/{}/cmdline", mock.child.id());
        if let Ok(arguments) = std::fs::read_to_string(process) {
            told.push(arguments);
        }
        told.push(mock.stop().1);
        for text in told {
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
    for token in ["", " \n", "two words", "\u{fc}"] {
        std::fs::write(&file, token).unwrap();
        let output = run(&[
            "--token-file",
            file.to_str().unwrap(),
            "--listen",
            "127.0.0.1:0",
        ]);
        assert_eq!(output.status.code(), Some(1), "{token:?}");
        let said = text(&output.stderr);
        assert!(
            said.contains("one word of letters, digits and signs"),
            "{said}"
        );
    }
    let help = text(&run(&["--help"]).stdout);
    assert!(help.contains("No option takes a secret"), "{help}");
}

/// A page that is open does not hold up the end of the program.
#[test]
fn a_signal_ends_the_streams_of_pages() {
    let directory = directory("streams");
    let file = directory.join("mock.yaml");
    std::fs::write(&file, "limits: { drain_timeout: 10m, write_timeout: 10m }").unwrap();
    let mock = Mock::start(&["--config", file.to_str().unwrap()]);
    let listen = b"GET /_mock/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut streams: Vec<TcpStream> = (0..5)
        .map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", mock.port)).unwrap();
            stream.write_all(listen).unwrap();
            stream.read_exact(&mut [0; 12]).unwrap();
            stream
        })
        .collect();
    let (code, log) = mock.stop();
    assert_eq!(code, Some(0), "{log}");
    for stream in &mut streams {
        let mut rest = String::new();
        stream.read_to_string(&mut rest).unwrap();
        assert!(rest.ends_with("event: open\ndata: {}\n\n"), "{rest}");
    }
}

/// By the option, and by its variable, which can also say no.
#[test]
fn a_mock_is_read_only_if_it_is_told_so() {
    let reset = b"POST /_mock/reset HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    for (option, variable, status) in [
        (false, None, "204"),
        (true, None, "403"),
        (false, Some("1"), "403"),
        (false, Some("true"), "403"),
        (false, Some("0"), "204"),
        (false, Some("no"), "204"),
        (true, Some("0"), "403"),
    ] {
        let mut command = Command::new(BINARY);
        command.args(option.then_some("--read-only"));
        command.envs(variable.map(|value| ("EPOCHTA_MOCK_READ_ONLY", value)));
        let mock = Mock::of(&mut command);
        let reply = mock.exchange(reset);
        let case = format!("{option} {variable:?}: {reply}");
        assert!(reply.starts_with(&format!("HTTP/1.1 {status}")), "{case}");
        let told = mock.banner.contains("openapi.json   (read-only)\n");
        assert_eq!(told, status == "403", "{case}");
        let page = mock.banner.lines().find(|line| line.contains("  page  "));
        assert!(
            page.unwrap()
                .ends_with(&format!("http://127.0.0.1:{}/", mock.port))
        );
        mock.stop();
    }
}

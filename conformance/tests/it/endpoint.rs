//! A tiny fake endpoint, raw bytes in and out, and the program as a child process.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output};
use std::thread::JoinHandle;

/// What the endpoint does once it has read a request.
pub(crate) enum Answer {
    /// Writes these bytes and closes the connection.
    Bytes(Vec<u8>),
    /// Writes the request's body back, as the body of an error page.
    Echo,
    /// Writes nothing, and waits until the client goes away.
    Never,
}

/// An endpoint for one connection, on a free port of the loopback.
pub(crate) struct Endpoint {
    port: u16,
    thread: JoinHandle<Vec<u8>>,
}

impl Endpoint {
    pub(crate) fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || serve(listener.accept().unwrap().0, &answer));
        Self { port, thread }
    }

    /// An endpoint that answers as a gateway would, with this document.
    pub(crate) fn answering(document: &str) -> Self {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=UTF-8\r\nContent-Length: {}\r\n\r\n",
            document.len()
        );
        Self::start(Answer::Bytes((head + document).into_bytes()))
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/members/sms/xml.php", self.port)
    }

    /// What was received, once the connection is closed.
    pub(crate) fn request(self) -> Vec<u8> {
        self.thread.join().unwrap()
    }
}

fn serve(mut stream: TcpStream, answer: &Answer) -> Vec<u8> {
    let mut received = Vec::new();
    if let Answer::Never = answer {
        // Ends, with or without an error, when the client has gone.
        _ = stream.read_to_end(&mut received);
        return received;
    }
    let mut buffer = [0; 4096];
    while !is_complete(&received) {
        let length = stream.read(&mut buffer).unwrap();
        assert!(
            length > 0,
            "the request ends early: {}",
            String::from_utf8_lossy(&received)
        );
        received.extend_from_slice(&buffer[..length]);
    }
    match answer {
        Answer::Bytes(bytes) => stream.write_all(bytes).unwrap(),
        Answer::Echo => {
            let body = &received[head_length(&received).unwrap()..];
            let head = format!(
                "HTTP/1.1 500 Oops\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        }
        Answer::Never => {}
    }
    received
}

fn is_complete(received: &[u8]) -> bool {
    let Some(head) = head_length(received) else {
        return false;
    };
    let text = String::from_utf8_lossy(&received[..head]).to_ascii_lowercase();
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap();
    received.len() >= head + length.parse::<usize>().unwrap()
}

fn head_length(received: &[u8]) -> Option<usize> {
    Some(
        received
            .windows(4)
            .position(|window| window == b"\r\n\r\n")?
            + 4,
    )
}

/// Runs `epochta-conformance call …` with a login and nothing from the environment.
pub(crate) fn call(url: &str, arguments: &[&str]) -> Output {
    let login = ["--url", url, "--username", "demo", "--password", PASSWORD];
    run(&[&["call"], arguments, &login].concat())
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_epochta-conformance"));
    for variable in ["EPOCHTA_URL", "EPOCHTA_USERNAME", "EPOCHTA_PASSWORD"] {
        command.env_remove(variable);
    }
    command.args(arguments).output().unwrap()
}

/// A password that every layer has to escape.
pub(crate) const PASSWORD: &str = "s3cr3t&<п>]]>";

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// What is different in every run, replaced: ports and times.
pub(crate) fn settle<T>(check: impl FnOnce() -> T) -> T {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT");
    settings.add_filter(r"after \d+ ms", "after N ms");
    settings.add_filter(r#""milliseconds": \d+"#, "\"milliseconds\": N");
    settings.bind(check)
}

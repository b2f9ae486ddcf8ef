//! What a SEND costs over the socket, beside a bare hyper server that reads the body and answers a constant.
//!
//! Both run as processes of their own, in turns, under the same load; what is compared is their CPU time a request
//! (user and system), which other work on the machine hardly touches. Linux only, for /proc.
//!
//! `cargo bench -p epochta-mock --bench loopback`

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::disallowed_methods,
    reason = "a bench measures, prints, and has failed when it cannot go on"
)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const CONNECTIONS: usize = 64;
const REQUESTS: usize = 100_000;
const ROUNDS: usize = 5;

fn main() {
    if std::env::args().any(|argument| argument == "bare-hyper") {
        return bare_hyper();
    }
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    println!(
        "one SEND a request, {CONNECTIONS} connections, {REQUESTS} requests a round, {ROUNDS} rounds in turns\n"
    );
    let one = send(1);
    let mut figures: [Vec<Figure>; 4] = Default::default();
    for _ in 0..ROUNDS {
        for (kind, figures) in Kind::ALL.into_iter().zip(&mut figures) {
            figures.push(measure(kind, &one, REQUESTS));
        }
    }
    let mut baseline = None;
    for (kind, mut figures) in Kind::ALL.into_iter().zip(figures) {
        figures.sort_by(|one, other| one.cpu.total_cmp(&other.cpu));
        let Figure { cpu, rate, rss } = figures[ROUNDS / 2];
        let baseline = *baseline.get_or_insert(cpu);
        println!(
            "{:32} {cpu:6.2} us/request  x{:.2}  {rate:8.0} requests/s  {rss:6} KiB",
            kind.name(),
            cpu / baseline
        );
    }
    println!();
    for numbers in [1_000, 10_000] {
        let Figure { cpu, .. } = measure(Kind::Mock, &send(numbers), 2_000_000 / numbers);
        println!(
            "a SEND with {numbers:6} numbers: {:.2} ms CPU",
            cpu / 1_000.0
        );
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Bare,
    BareAgain,
    Mock,
    MockLogging,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Bare, Self::BareAgain, Self::Mock, Self::MockLogging];

    fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare hyper",
            Self::BareAgain => "bare hyper again (A/A)",
            Self::Mock => "epochta-mock --log warn",
            Self::MockLogging => "epochta-mock (a line a request)",
        }
    }
}

#[derive(Clone, Copy)]
struct Figure {
    /// Microseconds of CPU a request.
    cpu: f64,
    rate: f64,
    /// KiB after the load.
    rss: u64,
}

fn measure(kind: Kind, request: &[u8], requests: usize) -> Figure {
    let mut server = Server::start(kind);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let load = |requests: usize| {
        runtime.block_on(async {
            let clients = (0..CONNECTIONS.min(requests)).map(|_| {
                let request = request.to_vec();
                let (port, share) = (server.port, requests / CONNECTIONS.min(requests));
                tokio::spawn(async move { client(port, &request, share).await })
            });
            for client in clients.collect::<Vec<_>>() {
                client.await.unwrap();
            }
        });
    };
    load(requests / 20 + 1);
    let (cpu, start) = (server.cpu_micros(), Instant::now());
    load(requests);
    let seconds = start.elapsed().as_secs_f64();
    let figure = Figure {
        cpu: (server.cpu_micros() - cpu) / requests as f64,
        rate: requests as f64 / seconds,
        rss: server.rss(),
    };
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    figure
}

async fn client(port: u16, request: &[u8], requests: usize) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut reply = vec![0; 4096];
    for _ in 0..requests {
        stream.write_all(request).await.unwrap();
        let mut length = 0;
        // Every reply of either server ends so.
        while !reply[..length].ends_with(b"</RESPONSE>\n") {
            let read = stream.read(&mut reply[length..]).await.unwrap();
            assert!(read > 0, "{}", String::from_utf8_lossy(&reply[..length]));
            length += read;
        }
    }
}

struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(kind: Kind) -> Self {
        let mut command = match kind {
            Kind::Bare | Kind::BareAgain => {
                let mut command = Command::new(std::env::current_exe().unwrap());
                command.arg("bare-hyper");
                command
            }
            Kind::Mock | Kind::MockLogging => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_epochta-mock"));
                let level = if kind == Kind::Mock { "warn" } else { "info" };
                let config = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/loopback.yaml");
                command.args([
                    "--listen",
                    "127.0.0.1:0",
                    "--log",
                    level,
                    "--config",
                    config,
                ]);
                command
            }
        };
        let mut child = command
            .env("TOKIO_WORKER_THREADS", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .map(Result::unwrap)
            .find_map(|line| Some(line.split_once("127.0.0.1:")?.1.to_owned()));
        let port = address.unwrap().split('/').next().unwrap().parse().unwrap();
        Self { child, port }
    }

    /// User and system time; a tick of /proc is 10 ms.
    fn cpu_micros(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat
            .rsplit_once(')')
            .unwrap()
            .1
            .split_whitespace()
            .collect();
        let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
        ticks * 10_000.0
    }

    fn rss(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }
}

/// A whole request, percent-encoded.
fn send(numbers: usize) -> Vec<u8> {
    let numbers: String = (0..numbers)
        .map(|index| format!("<number messageID=\"msg{index:07}\">38050{index:07}</number>\n"))
        .collect();
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SMS>\n<operations>\n<operation>SEND</operation>\n</operations>\n\
         <authentification>\n<username>demo</username>\n<password>demo</password>\n</authentification>\n\
         <message>\n<sender>SMSKA</sender>\n<text>Hello</text>\n</message>\n<numbers>\n{numbers}</numbers>\n</SMS>"
    );
    let mut body = "XML=".to_owned();
    for byte in document.bytes() {
        match byte {
            b' ' => body.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => {
                body.push(char::from(byte));
            }
            _ => body.extend(["%".to_owned(), format!("{byte:02X}")]),
        }
    }
    format!(
        "POST /members/sms/xml.php HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The limit: hyper, a body read, a constant answered.
fn bare_hyper() {
    async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
        drop(request.into_body().collect().await?.to_bytes());
        let body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<RESPONSE>\n<status>1</status>\n<credits>1</credits>\n</RESPONSE>\n";
        let mut response = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
        let label = hyper::header::HeaderValue::from_static("text/xml; charset=UTF-8");
        response
            .headers_mut()
            .insert(hyper::header::CONTENT_TYPE, label);
        Ok(response)
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}/", listener.local_addr().unwrap());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            tokio::spawn(async move {
                let connection = hyper::server::conn::http1::Builder::new();
                drop(
                    connection
                        .serve_connection(TokioIo::new(stream), service_fn(answer))
                        .await,
                );
            });
        }
    });
}

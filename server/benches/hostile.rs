//! Hostile clients beside ordinary ones: whether the mock stands, what it takes, and what the ordinary ones notice.
//!
//! First a quiet run, then the same clients amid hostile ones, on loopback: slow heads and bodies, requests that can be
//! read in two ways, endless chunks, connections that do nothing or never read, storms of connections. The mock is a
//! process of its own; the clients are in this one and share the machine with it. Linux only, for /proc.
//!
//! `cargo bench -p epochta-mock --bench hostile -- 600` plays for 600 seconds; without a number for 20.

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
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Ordinary clients, each with a connection of its own, and how often each asks.
const ORDINARY: usize = 20;
const PAUSE: Duration = Duration::from_millis(20);

/// How many of each kind there are at a time: 2,000 in all.
const HOSTILE: [(Kind, usize); 9] = [
    (Kind::Idle, 400),
    (Kind::SlowHead, 400),
    (Kind::SlowBody, 400),
    (Kind::EndlessChunks, 200),
    (Kind::NeverReads, 100),
    (Kind::LargeBody, 50),
    (Kind::Ambiguous, 200),
    (Kind::Garbage, 150),
    (Kind::Storm, 100),
];

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Connects and does nothing.
    Idle,
    /// A byte of a head now and then.
    SlowHead,
    /// A byte of a body now and then.
    SlowBody,
    /// Chunks of one byte, for ever.
    EndlessChunks,
    /// Asks for a long report and takes none of it.
    NeverReads,
    /// Nearly as much as a body may have, and then nothing.
    LargeBody,
    /// What can be read in two ways.
    Ambiguous,
    /// What is no HTTP.
    Garbage,
    /// Connects and disconnects at once.
    Storm,
}

const CONFIG: &str = "
accounts:
  - { username: demo, password: demo, credits: 900000000000 }
  - { username: lazy, password: lazy, credits: 900000000000 }
limits:
  head_timeout: 3s
  body_timeout: 3s
  write_timeout: 3s
  max_body: 1MiB
  max_connections: 1500
  max_under_way: 64MiB
";

fn main() {
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let seconds = std::env::args().find_map(|argument| argument.parse().ok());
    let whole = Duration::from_secs(seconds.unwrap_or(20));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(play(whole));
}

async fn play(whole: Duration) {
    let mut server = Server::start();
    let port = server.port;
    exchange(port, &send("demo", 1)).await.unwrap();
    exchange(port, &send("lazy", 20_000)).await.unwrap();
    let quiet = ordinary(port, (whole / 10).max(Duration::from_secs(3))).await;
    println!("{ORDINARY} ordinary clients, quiet:         {quiet}");
    let at_start = server.rss();
    let (stop, tries) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let hostile: Vec<_> = HOSTILE
        .into_iter()
        .flat_map(|(kind, number)| (0..number).map(move |_| kind))
        .map(|kind| {
            let (stop, tries) = (Arc::clone(&stop), Arc::clone(&tries));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    tries.fetch_add(1, Ordering::Relaxed);
                    // However it ends, it begins again.
                    drop(tokio::time::timeout(Duration::from_secs(10), attack(kind, port)).await);
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            })
        })
        .collect();
    let load = tokio::spawn(ordinary(port, whole));
    tokio::time::sleep(whole / 4).await;
    let at_quarter = server.rss();
    let noisy = load.await.unwrap();
    let at_end = server.rss();
    println!("the same amid {} hostile ones:      {noisy}", hostile.len());
    println!(
        "as a ratio:                            p50 x{:.1}, p99 x{:.1}",
        noisy.p50 / quiet.p50,
        noisy.p99 / quiet.p99
    );
    println!("resident memory at start, quarter, end: {at_start}, {at_quarter}, {at_end} KiB");
    println!(
        "hostile connections begun: {}",
        tries.load(Ordering::Relaxed)
    );
    stop.store(true, Ordering::Relaxed);
    for task in hostile {
        task.abort();
    }
    let metrics = "GET /_mock/metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let told = exchange(port, metrics.as_bytes()).await.unwrap();
    let told = String::from_utf8_lossy(&told).to_string();
    println!("\nwhat the mock counted:");
    let mut help = "";
    for line in told.lines() {
        if let Some(text) = line.strip_prefix("# HELP ") {
            help = text.split_once(' ').map_or("", |(_, help)| help);
        } else if line.starts_with("epochta_mock_") {
            let (name, value) = line.split_once(' ').unwrap();
            let name = name.trim_start_matches("epochta_mock_");
            println!("{value:>10}  {name:40} {help}");
        }
    }
    let crashes = usize::from(server.child.try_wait().unwrap().is_some());
    println!("\ncrashes: {crashes}");
    server.child.kill().unwrap();
    server.child.wait().unwrap();
}

/// What the ordinary clients noticed.
struct Noticed {
    requests: usize,
    /// Requests that had to be made again on a new connection, as every client does.
    again: usize,
    /// Requests that were not served at all.
    lost: usize,
    /// Milliseconds.
    p50: f64,
    p99: f64,
}

impl std::fmt::Display for Noticed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            requests,
            again,
            lost,
            p50,
            p99,
        } = self;
        write!(
            out,
            "p50 {p50:.2} ms, p99 {p99:.2} ms; {requests} requests, {again} made again, {lost} lost"
        )
    }
}

async fn ordinary(port: u16, time: Duration) -> Noticed {
    let clients = (0..ORDINARY).map(|_| tokio::spawn(client(port, time)));
    let (mut took, mut again, mut lost) = (Vec::new(), 0, 0);
    for client in clients.collect::<Vec<_>>() {
        let (times, repeated, gone) = client.await.unwrap();
        took.extend(times);
        again += repeated;
        lost += gone;
    }
    took.sort_by(f64::total_cmp);
    let at = |part: usize| took[took.len() * part / 100];
    Noticed {
        requests: took.len(),
        again,
        lost,
        p50: at(50),
        p99: at(99),
    }
}

/// One SEND after another on a connection that is kept; how long each took, with a second try where it needed one.
async fn client(port: u16, time: Duration) -> (Vec<f64>, usize, usize) {
    let request = send("demo", 1);
    let (mut took, mut again, mut lost) = (Vec::new(), 0, 0);
    let mut kept: Option<TcpStream> = None;
    let began = Instant::now();
    while began.elapsed() < time {
        let start = Instant::now();
        let mut served = false;
        for attempt in 0..3 {
            if kept.is_none() {
                kept = TcpStream::connect(("127.0.0.1", port)).await.ok();
            }
            let Some(stream) = &mut kept else { continue };
            let asked = ask(stream, &request);
            if matches!(
                tokio::time::timeout(Duration::from_secs(5), asked).await,
                Ok(Ok(()))
            ) {
                served = true;
                break;
            }
            kept = None;
            again += usize::from(attempt < 2);
        }
        if served {
            took.push(start.elapsed().as_secs_f64() * 1_000.0);
        } else {
            lost += 1;
        }
        tokio::time::sleep(PAUSE).await;
    }
    (took, again, lost)
}

async fn ask(stream: &mut TcpStream, request: &[u8]) -> std::io::Result<()> {
    stream.write_all(request).await?;
    let (mut reply, mut length) = ([0; 4096], 0);
    while !reply[..length].ends_with(b"</RESPONSE>\n") {
        let read = stream.read(&mut reply[length..]).await?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        length += read;
    }
    Ok(())
}

async fn attack(kind: Kind, port: u16) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let post = "POST /members/sms/xml.php HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    let (begun, drops): (Vec<u8>, &[u8]) = match kind {
        Kind::Idle => (Vec::new(), b""),
        Kind::SlowHead => (post.into(), b"X"),
        Kind::SlowBody => (
            format!("{post}Content-Length: 9999\r\n\r\nXML=").into(),
            b"a",
        ),
        Kind::EndlessChunks => (
            format!("{post}Transfer-Encoding: chunked\r\n\r\n").into(),
            b"1\r\na\r\n",
        ),
        Kind::NeverReads => {
            let all: String = (0..20_000)
                .map(|n| format!("<messageid>msg{n:07}</messageid>"))
                .collect();
            (
                post_of(&document(
                    "GETSTATUS",
                    "lazy",
                    &format!("<statistics>{all}</statistics>"),
                )),
                b"",
            )
        }
        Kind::LargeBody => {
            let body = "a".repeat(1_000_000);
            (
                format!("{post}Content-Length: 1048576\r\n\r\n{body}").into(),
                b"",
            )
        }
        Kind::Ambiguous => {
            let twice = "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd";
            (format!("{post}{twice}").into(), b"")
        }
        Kind::Garbage => (vec![0; 1_000], b""),
        Kind::Storm => return Ok(()),
    };
    stream.write_all(&begun).await?;
    if matches!(kind, Kind::NeverReads) {
        return std::future::pending().await;
    }
    if drops.is_empty() {
        let mut reply = Vec::new();
        return stream.read_to_end(&mut reply).await.map(drop);
    }
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        stream.write_all(drops).await?;
    }
}

async fn exchange(port: u16, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(request).await?;
    stream.shutdown().await?;
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).await?;
    Ok(reply)
}

fn document(operation: &str, login: &str, inside: &str) -> String {
    format!(
        "<SMS><operations><operation>{operation}</operation></operations><authentication><username>{login}</username>\
         <password>{login}</password></authentication>{inside}</SMS>"
    )
}

fn send(login: &str, numbers: usize) -> Vec<u8> {
    let numbers: String = (0..numbers)
        .map(|index| format!("<number messageID=\"msg{index:07}\">38050{index:07}</number>"))
        .collect();
    let inside = format!(
        "<message><sender>SMSKA</sender><text>Hello</text></message><numbers>{numbers}</numbers>"
    );
    post_of(&document("SEND", login, &inside))
}

/// A document as the body.
fn post_of(document: &str) -> Vec<u8> {
    format!(
        "POST /members/sms/xml.php HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{document}",
        document.len()
    )
    .into_bytes()
}

struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start() -> Self {
        let file =
            std::env::temp_dir().join(format!("epochta-mock-hostile-{}.yaml", std::process::id()));
        std::fs::write(&file, CONFIG).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_epochta-mock"))
            .args(["--listen", "127.0.0.1:0", "--log", "error", "--config"])
            .arg(&file)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .map(Result::unwrap)
            .find_map(|line| Some(line.split_once("127.0.0.1:")?.1.to_owned()));
        std::fs::remove_file(&file).unwrap();
        let port = address.unwrap().split('/').next().unwrap().parse().unwrap();
        Self { child, port }
    }

    /// KiB.
    fn rss(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.unwrap()
            .split_whitespace()
            .next()
            .unwrap()
            .parse()
            .unwrap()
    }
}

//! An endpoint that answers canned replies, whatever was asked before: just enough for the program to judge.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// What is done with a request.
pub(crate) enum Act {
    /// Answers this document, as a gateway does.
    Says(String),
    /// Quotes the request twice in a page, as it came and percent-decoded.
    Quotes,
    /// Closes the connection.
    Closes,
}

/// Decides by the request, percent-decoded.
type Rule = dyn Fn(&str) -> Act + Send + Sync;

/// The endpoint. It takes connections until it is dropped.
pub(crate) struct Canned {
    port: u16,
    ending: Arc<AtomicBool>,
    heard: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<()>>,
}

impl Canned {
    pub(crate) fn start(rule: impl Fn(&str) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (ending, heard) = (Arc::<AtomicBool>::default(), Arc::<Mutex<_>>::default());
        let thread = std::thread::spawn({
            let (ending, heard, rule) = (Arc::clone(&ending), Arc::clone(&heard), Arc::new(rule));
            move || {
                for stream in listener.incoming() {
                    if ending.load(Ordering::SeqCst) {
                        return;
                    }
                    let (heard, rule) = (Arc::clone(&heard), Arc::clone(&rule));
                    std::thread::spawn(move || serve(stream.unwrap(), &*rule, &heard));
                }
            }
        });
        Self {
            port,
            ending,
            heard,
            thread: Some(thread),
        }
    }

    /// An endpoint that answers the first of these whose words stand in the request; else that it is no XML.
    pub(crate) fn answering(answers: &[(&'static str, &str)]) -> Self {
        let answers: Vec<_> = answers
            .iter()
            .map(|(word, reply)| (*word, (*reply).to_owned()))
            .collect();
        Self::start(move |request| {
            let found = answers.iter().find(|(word, _)| request.contains(word));
            Act::Says(found.map_or_else(|| status(-2), |(_, reply)| reply.clone()))
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/members/sms/xml.php", self.port)
    }

    /// The operations that were asked, in order.
    pub(crate) fn operations(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        let between = |request: &String| {
            let (_, rest) = request.split_once("<operation>")?;
            Some(rest.split_once("</operation>")?.0.to_owned())
        };
        heard.iter().filter_map(between).collect()
    }
}

impl Drop for Canned {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::SeqCst);
        // Wakes the thread; if that fails, it has ended.
        _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            _ = thread.join();
        }
    }
}

/// A reply with a status alone.
pub(crate) fn status(status: i32) -> String {
    format!("<RESPONSE>\n<status>{status}</status>\n</RESPONSE>\n")
}

/// A reply with a status and credits.
pub(crate) fn credits(status: i32, credits: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<RESPONSE>\n<status>{status}</status>\n\
         <credits>{credits}</credits>\n</RESPONSE>\n"
    )
}

/// Answers the requests of one connection, until the client goes.
fn serve(mut stream: TcpStream, rule: &Rule, heard: &Mutex<Vec<String>>) {
    let mut received = Vec::new();
    loop {
        let Some(length) = whole(&received) else {
            let mut buffer = [0; 65536];
            match stream.read(&mut buffer) {
                Ok(0) | Err(_) => return,
                Ok(count) => received.extend_from_slice(&buffer[..count]),
            }
            continue;
        };
        let request: Vec<u8> = received.drain(..length).collect();
        let decoded = decoded(&request);
        heard.lock().unwrap().push(decoded.clone());
        let body = match rule(&decoded) {
            Act::Says(document) => document.into_bytes(),
            Act::Quotes => [request.as_slice(), b"\n", decoded.as_bytes()].concat(),
            Act::Closes => return,
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=UTF-8\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        // A client that went away has its reasons.
        _ = stream.write_all(&[head.as_bytes(), &body].concat());
    }
}

/// The length of the first request, once it is there.
fn whole(received: &[u8]) -> Option<usize> {
    let end = received.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&received[..end]).to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
    (received.len() >= end + length).then_some(end + length)
}

/// The request with its escapes decoded, as far as there are any.
fn decoded(request: &[u8]) -> String {
    let digit = |place: usize| {
        let byte = request.get(place)?;
        char::from(*byte).to_digit(16)
    };
    let mut bytes = Vec::with_capacity(request.len());
    let mut place = 0;
    while let Some(byte) = request.get(place) {
        if let (b'%', Some(high), Some(low)) = (byte, digit(place + 1), digit(place + 2)) {
            bytes.push(u8::try_from(high * 16 + low).unwrap());
            place += 3;
        } else {
            bytes.push(if *byte == b'+' { b' ' } else { *byte });
            place += 1;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

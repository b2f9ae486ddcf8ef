//! HTTP/1.x on one connection: a tolerant reader of requests, and a writer of replies in one write (FORM-09, REPLY-06).

use std::io::{Read as _, Result, Write as _};
use std::net::{Shutdown, TcpStream};

use super::lies::{Lie, Tongue};

/// The longest head that is read.
const LONGEST_HEAD: usize = 64 * 1024;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// As it is written.
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    version: Version,
    headers: Vec<(String, String)>,
    /// What stands behind the head, without chunks.
    pub(crate) body: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    Http10,
    Http11,
}

impl Request {
    /// The value of a header; names are compared without case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The target without its query.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    /// The query of the target, which may be empty.
    pub(crate) fn query(&self) -> &[u8] {
        self.target
            .split_once('?')
            .map_or(b"", |(_, query)| query.as_bytes())
    }

    /// Whether the client asked for more on this connection.
    pub(crate) fn keeps_alive(&self) -> bool {
        let connection = self
            .header("connection")
            .unwrap_or_default()
            .to_ascii_lowercase();
        match self.version {
            Version::Http10 => connection.contains("keep-alive"),
            Version::Http11 => !connection.contains("close"),
        }
    }
}

/// What comes next on a connection.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// A request.
    Request(Request),
    /// Something that is no request; this HTTP status answers it.
    Broken(u16),
    /// Nothing more, or not all of it.
    End,
}

/// Why the reading of a request stopped.
enum Stop {
    Broken(u16),
    End,
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    tongue: Tongue,
}

impl Connection {
    /// Reads and writes this stream.
    pub(crate) fn new(stream: TcpStream, tongue: Tongue) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
            tongue,
        }
    }

    /// Waits for the next request.
    pub(crate) fn next(&mut self) -> Arrival {
        match self.read_request() {
            Ok(request) => Arrival::Request(request),
            Err(Stop::Broken(status)) => Arrival::Broken(status),
            Err(Stop::End) => Arrival::End,
        }
    }

    /// Writes all of this at once.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes)
    }

    /// Ends the connection so that the client can read what was written: bytes that it sent and nobody read would
    /// reset it.
    pub(crate) fn close(mut self) {
        if self.stream.shutdown(Shutdown::Write).is_ok() {
            let mut surplus = [0; 4096];
            while self
                .stream
                .read(&mut surplus)
                .is_ok_and(|length| length > 0)
            {}
        }
    }

    fn read_request(&mut self) -> std::result::Result<Request, Stop> {
        let head = self.read_head()?;
        let mut request = parse(&head, self.tongue).map_err(Stop::Broken)?;
        request.body = self.read_body(&request)?;
        let is_surplus = matches!(self.buffer.first(), Some(b'\r' | b'\n'));
        if is_surplus && self.tongue.tells(Lie::SurplusRefused) {
            return Err(Stop::Broken(400));
        }
        Ok(request)
    }

    /// The head up to its empty line. Line ends before it are what a client sent too much (FORM-09).
    fn read_head(&mut self) -> std::result::Result<String, Stop> {
        loop {
            let surplus = self
                .buffer
                .iter()
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
            self.buffer.drain(..surplus);
            let end = self
                .buffer
                .windows(4)
                .position(|window| window == b"\r\n\r\n");
            if end.unwrap_or(self.buffer.len()) > LONGEST_HEAD {
                return Err(Stop::Broken(431));
            }
            if let Some(end) = end {
                let head: Vec<u8> = self.buffer.drain(..end + 4).collect();
                return String::from_utf8(head).map_err(|_| Stop::Broken(400));
            }
            self.read_more()?;
        }
    }

    fn read_body(&mut self, request: &Request) -> std::result::Result<Vec<u8>, Stop> {
        let chunked = match request.header("transfer-encoding") {
            None => false,
            Some(coding) if coding.eq_ignore_ascii_case("chunked") => true,
            Some(_) => return Err(Stop::Broken(400)),
        };
        let length = length(request).map_err(Stop::Broken)?;
        let is_here = !chunked && self.buffer.len() >= length;
        if request
            .header("expect")
            .is_some_and(|expect| expect.eq_ignore_ascii_case("100-continue"))
        {
            if self.tongue.tells(Lie::ExpectRefused) {
                return Err(Stop::Broken(417));
            }
            if !is_here && !self.tongue.tells(Lie::ContinueNeverSent) {
                self.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                    .map_err(|_| Stop::End)?;
            }
        }
        let body = if chunked {
            self.read_chunks()?
        } else {
            self.take(length)?
        };
        let is_lost = !is_here && self.tongue.tells(Lie::SplitBodyLost);
        Ok(if is_lost { Vec::new() } else { body })
    }

    fn read_chunks(&mut self) -> std::result::Result<Vec<u8>, Stop> {
        let mut body = Vec::new();
        loop {
            let line = self.read_line()?;
            let size = line.split(';').next().unwrap().trim();
            let size = u32::from_str_radix(size, 16).map_err(|_| Stop::Broken(400))?;
            if size == 0 {
                while !self.read_line()?.is_empty() {}
                return Ok(body);
            }
            body.extend(self.take(size as usize)?);
            if !self.read_line()?.is_empty() {
                return Err(Stop::Broken(400));
            }
        }
    }

    fn read_line(&mut self) -> std::result::Result<String, Stop> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|window| window == b"\r\n") {
                let line = self.take(end + 2)?;
                return String::from_utf8(line[..end].to_vec()).map_err(|_| Stop::Broken(400));
            }
            if self.buffer.len() > LONGEST_HEAD {
                return Err(Stop::Broken(400));
            }
            self.read_more()?;
        }
    }

    fn take(&mut self, length: usize) -> std::result::Result<Vec<u8>, Stop> {
        while self.buffer.len() < length {
            self.read_more()?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    fn read_more(&mut self) -> std::result::Result<(), Stop> {
        let mut chunk = [0; 16 * 1024];
        match self.stream.read(&mut chunk) {
            Ok(0) | Err(_) => Err(Stop::End),
            Ok(length) => {
                self.buffer.extend(&chunk[..length]);
                Ok(())
            }
        }
    }
}

/// The head of a request, or the status that refuses it.
fn parse(head: &str, tongue: Tongue) -> std::result::Result<Request, u16> {
    let mut lines = head.trim_end().split("\r\n");
    let words: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let [method, target, version] = words[..] else {
        return Err(400);
    };
    let version = match version {
        "HTTP/1.0" => Version::Http10,
        "HTTP/1.1" => Version::Http11,
        _ => return Err(400),
    };
    if !is_token(method) || !target.starts_with('/') || target.contains(char::is_control) {
        return Err(400);
    }
    let headers: Option<Vec<(String, String)>> = lines.map(header).collect();
    let headers = headers.ok_or(400_u16)?;
    let has_underscore = headers.iter().any(|(name, _)| name.contains('_'));
    if has_underscore && tongue.tells(Lie::UnderscoreRefused) {
        return Err(400);
    }
    if version == Version::Http10 && tongue.tells(Lie::Http10Refused) {
        return Err(505);
    }
    let request = Request {
        method: method.to_owned(),
        target: target.to_owned(),
        version,
        headers,
        body: Vec::new(),
    };
    if request.header("host").is_none() && tongue.tells(Lie::HostDemanded) {
        return Err(400);
    }
    Ok(request)
}

fn header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let value = value.trim_matches([' ', '\t']);
    let is_right =
        is_token(name) && !value.contains(|sign: char| sign.is_control() && sign != '\t');
    is_right.then(|| (name.to_owned(), value.to_owned()))
}

fn is_token(word: &str) -> bool {
    !word.is_empty()
        && word
            .bytes()
            .all(|sign| sign.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&sign))
}

/// The declared length, or the status that refuses it.
fn length(request: &Request) -> std::result::Result<usize, u16> {
    let mut declared = request
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let Some((_, length)) = declared.next() else {
        return Ok(0);
    };
    let is_right = length.bytes().all(|digit| digit.is_ascii_digit())
        && declared.all(|(_, other)| other == length);
    if !is_right {
        return Err(400);
    }
    length.parse().map_err(|_| 400)
}

/// A reply, as bytes that are written at once.
#[derive(Debug)]
pub(crate) struct Response {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The document.
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// The bytes of the reply, and whether the connection must end after them.
    pub(crate) fn bytes(&self, request: Option<&Request>, tongue: Tongue) -> (Vec<u8>, Next) {
        let next = match request {
            Some(request) if request.keeps_alive() && !self.ends(tongue) => Next::Request,
            Some(_) | None => Next::End,
        };
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        if !self.body.is_empty() {
            head += content_type(tongue);
        }
        let is_chunked = tongue.tells(Lie::ReplyChunked) && !self.body.is_empty();
        let mut body = self.body.clone();
        if is_chunked {
            head += "Transfer-Encoding: chunked\r\n";
            body = [
                format!("{:x}\r\n", body.len()).as_bytes(),
                &body,
                b"\r\n0\r\n\r\n",
            ]
            .concat();
        } else if !tongue.tells(Lie::LengthMissing) {
            head = format!("{head}Content-Length: {}\r\n", body.len());
        }
        head += match next {
            Next::Request => "Connection: keep-alive\r\n\r\n",
            Next::End => "Connection: close\r\n\r\n",
        };
        if request.is_some_and(|request| request.method == "HEAD") {
            body.clear();
        }
        ([head.into_bytes(), body].concat(), next)
    }

    fn ends(&self, tongue: Tongue) -> bool {
        let is_error = String::from_utf8_lossy(&self.body).contains("<status>-");
        tongue.tells(Lie::LengthMissing) || (is_error && tongue.tells(Lie::ClosesAfterError))
    }
}

/// What becomes of a connection after a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It waits for another request.
    Request,
    /// It ends.
    End,
}

fn content_type(tongue: Tongue) -> &'static str {
    if tongue.tells(Lie::TypeMissing) {
        ""
    } else if tongue.tells(Lie::TypeIsHtml) {
        "Content-Type: text/html; charset=UTF-8\r\n"
    } else if tongue.tells(Lie::TypeWithoutCharset) {
        "Content-Type: text/xml\r\n"
    } else {
        "Content-Type: text/xml; charset=UTF-8\r\n"
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        202 => "Accepted",
        401 => "Unauthorized",
        402 => "Payment Required",
        404 => "Not Found",
        405 => "Method Not Allowed",
        417 => "Expectation Failed",
        422 => "Unprocessable Content",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        505 => "HTTP Version Not Supported",
        _ => "Bad Request",
    }
}

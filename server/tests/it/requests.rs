//! `fixtures/http`: every raw request, byte for byte, over a socket.

use epochta_mock::wire;
use serde::Deserialize;
use tokio::io::AsyncWriteExt;

use crate::fixtures;
use crate::server::{Server, between, read_reply, split};

#[derive(Deserialize)]
struct Case {
    file: String,
    transport: Option<String>,
    charset: Option<String>,
    reply: Option<Expected>,
    #[serde(default)]
    replies: Vec<Expected>,
    http_status: u16,
}

#[derive(Debug, Deserialize)]
struct Expected {
    status: Option<i64>,
    credits: Option<String>,
    price: Option<String>,
    #[serde(default)]
    rows: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Row {
    id: String,
    sentdate: String,
    donedate: String,
    status: String,
}

impl Expected {
    fn check(&self, file: &str, body: &str) {
        if let Some(status) = self.status {
            assert_eq!(
                between(body, "<status>", "</status>"),
                status.to_string(),
                "{file}: {body}"
            );
        }
        if let Some(credits) = &self.credits {
            assert_eq!(
                between(body, "<credits>", "</credits>"),
                credits,
                "{file}: {body}"
            );
        }
        if let Some(price) = &self.price {
            assert_eq!(
                between(body, "<price>", "</price>"),
                price,
                "{file}: {body}"
            );
        }
        for Row {
            id,
            sentdate,
            donedate,
            status,
        } in &self.rows
        {
            let row = format!(
                "\n<message id=\"{id}\" sentdate=\"{sentdate}\" donedate=\"{donedate}\" status=\"{status}\" />\n"
            );
            assert!(body.contains(&row), "{file}: {row} is not in {body}");
        }
    }
}

#[tokio::test]
async fn every_request_is_answered() {
    for case in fixtures::rows::<Case>("http/index.yaml") {
        let server = Server::documented().await;
        let request = fixtures::bytes(&format!("http/{}", case.file));
        let expected: Vec<&Expected> = case.reply.iter().chain(&case.replies).collect();
        assert!(!expected.is_empty(), "{} expects nothing", case.file);
        let mut stream = server.connect().await;
        stream.write_all(&request).await.unwrap();
        let mut pending = Vec::new();
        for expected in expected {
            let reply = read_reply(&mut stream, &mut pending).await;
            let (status, body) = split(&reply);
            let body = std::str::from_utf8(body).unwrap();
            assert_eq!(status, case.http_status, "{}: {body}", case.file);
            expected.check(&case.file, body);
        }
    }
}

#[test]
fn every_request_is_read_as_the_index_says() {
    for case in fixtures::rows::<Case>("http/index.yaml") {
        let request = fixtures::bytes(&format!("http/{}", case.file));
        let end = request
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8_lossy(&request[..end]).to_string();
        let is_chunked = head.to_ascii_lowercase().contains("transfer-encoding");
        if !head.starts_with("POST") || is_chunked || !case.replies.is_empty() {
            continue;
        }
        let lower = head.to_ascii_lowercase();
        let label = lower.find("\r\ncontent-type:").map(|at| {
            head[at + "\r\ncontent-type:".len()..]
                .split("\r\n")
                .next()
                .unwrap_or_default()
                .trim()
        });
        let length: usize = between(&lower, "\r\ncontent-length:", "\r\n")
            .trim()
            .parse()
            .unwrap_or(0);
        let body = &request[end + 4..end + 4 + length];
        let (reading, request) = wire::read(label, body, 64);
        if request.is_ok() {
            let transport = reading.transport.map(|transport| transport.name());
            assert_eq!(transport, case.transport.as_deref(), "{}", case.file);
            assert_eq!(reading.charset, case.charset.as_deref(), "{}", case.file);
        }
    }
}

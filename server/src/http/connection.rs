//! One connection, from its first byte to its last. Not for what is answered on it.

use std::future::poll_fn;
use std::io::Write;
use std::pin::{Pin, pin};
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_io_timeout::TimeoutStream;

use super::{App, Face, endpoint};

const TOO_SLOW: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nContent-Type: text/plain; charset=utf-8\r\n\
    Content-Length: 59\r\nConnection: close\r\n\r\n\
    the head of the request did not arrive in the time allowed\n";

/// Answers requests on a connection until it ends, or until `stop` changes and the request under way is answered.
pub(super) async fn run(
    stream: TcpStream,
    app: Arc<App>,
    face: Face,
    mut stop: watch::Receiver<()>,
) {
    // REPLY-06: a reply must not wait for the client's acknowledgement of something before it.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    let limits = *app.limits();
    // Whoever takes none of its reply must not keep it here for ever.
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write_timeout));
    let stream = Box::pin(stream);
    let service = service_fn(move |request| {
        let app = Arc::clone(&app);
        Box::pin(async move { endpoint::answer(&app, face, request).await })
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_header_size(limits.max_head)
        .max_buf_size(limits.max_head.max(64 * 1024))
        // FORM-09: some clients shut their side down as soon as they have written.
        .half_close(true)
        // Hand-made clients look for Content-Length as every other server writes it.
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service);
    let outcome = {
        let mut told = false;
        loop {
            let mut work = pin!(poll_fn(|context| connection.poll_without_shutdown(context)));
            tokio::select! {
                outcome = &mut work => break outcome,
                _ = stop.changed(), if !told => told = true,
            }
            Pin::new(&mut connection).graceful_shutdown();
        }
    };
    let mut parts = connection.into_parts();
    if let Err(error) = outcome {
        let begun = !parts.read_buf.is_empty();
        // A TLS record: a handshake of some 3.x version.
        if parts.read_buf.starts_with(&[0x16, 0x03]) {
            tracing::info!("a client spoke TLS; this server speaks plain HTTP: use http://");
        } else if error.is_parse() || error.is_parse_too_large() || (error.is_timeout() && begun) {
            tracing::info!(%error, "a request was no HTTP that could be read");
        } else {
            tracing::debug!(%error, "a connection ended early");
        }
        // An idle connection is closed without a word; a head that was begun gets an answer.
        if error.is_timeout() && !parts.read_buf.is_empty() {
            drop(parts.io.inner_mut().write_all(TOO_SLOW).await);
        }
    }
    drop(parts.io.inner_mut().shutdown().await);
}

/// Turns a connection away: there are too many.
pub(super) fn refuse(stream: TcpStream, limit: usize) {
    tracing::warn!(limit, "a connection was refused: too many are open");
    let body = format!("too many connections are open; the limit is {limit}\n");
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nRetry-After: 1\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    // A fresh socket takes this much at once; if not, its client learns by the close.
    if let Ok(mut stream) = stream.into_std() {
        drop(stream.write_all(answer.as_bytes()));
    }
}

//! One connection, from its first byte to its last. Not for what is answered on it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::counters::Count;
use super::places::Place;
use super::stream::Stream;
use super::takeover::{Lost, Orders, Takeover};
use super::{App, Face, endpoint, fault, live};

const TOO_SLOW: &str = "the head of the request did not arrive in the time allowed";
const LET_GO: &str = "too many connections are open, and this one kept the server waiting longest";

const CLOSE: HeaderValue = HeaderValue::from_static("close");

/// Answers requests on a connection until it ends, or until `stop` changes and the request under way is answered.
pub(super) async fn run(
    stream: TcpStream,
    app: Arc<App>,
    face: Face,
    mut stop: watch::Receiver<()>,
    place: Place,
) {
    // REPLY-06: a reply must not wait for the client's acknowledgement of something before it.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    let limits = app.limits();
    let place = Arc::new(place);
    let stream = Stream::new(
        stream,
        Arc::clone(&place),
        limits.max_head,
        limits.write_timeout,
    );
    let served = Arc::clone(&app);
    let seat = Arc::clone(&place);
    let (orders, mut ordered) = Orders::new();
    let service = service_fn(move |request| {
        let (app, seat) = (Arc::clone(&served), Arc::clone(&seat));
        let orders = orders.clone();
        app.sockets.counters.add(Count::Requests);
        // Who was told to leave just before its request was whole is told so.
        let stays = seat.works();
        Box::pin(async move {
            if !stays {
                return Ok::<_, Lost>(let_go());
            }
            let mut response = endpoint::answer(&app, face, &orders, request).await?;
            if seat.is_stopping() {
                response.headers_mut().insert(CONNECTION, CLOSE);
            }
            Ok(response)
        })
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
    let end = loop {
        let mut work = pin!(poll_fn(|context| connection.poll_without_shutdown(context)));
        // hyper's own graceful_shutdown cuts a reply that is not written to its end. Here the stream ends where the
        // next request would begin.
        tokio::select! {
            outcome = &mut work => break End::Over(outcome),
            Some(takeover) = ordered.recv() => break End::TakenOver(takeover),
            () = place.told_to_leave() => break End::LetGo,
            _ = stop.changed(), if !place.is_stopping() => {
                place.stop();
                // No reply is held back any longer.
                ordered.close();
            }
        }
    };
    let mut parts = connection.into_parts();
    let outcome = match end {
        End::Over(outcome) => Some(outcome),
        End::LetGo => None,
        // hyper knows nothing of the reply: the socket is ours.
        End::TakenOver(takeover) => {
            if place.is_stopping() {
                // The signal has been heard here already.
                stop.mark_changed();
            }
            let mut stream = parts.io.into_inner();
            match *takeover {
                Takeover::Hurt(order) => fault::play(&mut stream, order, stop).await,
                Takeover::Live(told) => {
                    if live::play(&mut stream, told, &place, stop).await == live::End::LetGo {
                        app.sockets.counters.add(Count::LetGo);
                    }
                }
            }
            if stream.is_reply_slow() {
                app.sockets.counters.add(Count::ReplySlow);
            }
            return;
        }
    };
    let stream = parts.io.inner_mut();
    let (count, last) = ending(outcome.as_ref(), stream);
    if let Some(count) = count {
        app.sockets.counters.add(count);
    }
    place.leave();
    match last {
        Some((status, reason)) => {
            tracing::info!(
                status = status.as_u16(),
                reason,
                "a connection ended before its request was whole"
            );
            turn_away(stream, status, reason).await;
        }
        None => {
            if let Some(Err(error)) = outcome {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(stream.shutdown().await);
        }
    }
}

/// How a connection comes out of hyper's hands.
enum End {
    /// It is over.
    Over(hyper::Result<()>),
    /// Its place is wanted.
    LetGo,
    /// It is in other hands.
    TakenOver(Box<Takeover>),
}

/// Where the end of a connection is counted, and what its client is told; an idle one is closed without a word.
fn ending(
    outcome: Option<&hyper::Result<()>>,
    stream: &Stream,
) -> (Option<Count>, Option<(StatusCode, &'static str)>) {
    if let Some(refusal) = stream.refusal() {
        return (Some(refusal.count()), Some(refusal.answer()));
    }
    let busy = StatusCode::SERVICE_UNAVAILABLE;
    let begun = stream.has_begun();
    match outcome {
        None => {
            let said = stream.is_owed() || begun;
            (Some(Count::LetGo), said.then_some((busy, LET_GO)))
        }
        Some(Err(error))
            if stream.is_reply_slow() || (error.is_timeout() && stream.is_replying()) =>
        {
            (Some(Count::ReplySlow), None)
        }
        Some(Err(error)) if error.is_timeout() && begun => {
            let slow = StatusCode::REQUEST_TIMEOUT;
            (Some(Count::HeadSlow), Some((slow, TOO_SLOW)))
        }
        Some(Err(error)) if error.is_timeout() => (Some(Count::Idle), None),
        // A target that is no URI: hyper has answered.
        Some(Err(error)) if error.is_parse() => (Some(Count::HeadMalformed), None),
        Some(_) => (None, None),
    }
}

/// What a request is told that came when its connection had to leave.
fn let_go() -> Response<Full<Bytes>> {
    let mut response = endpoint::plain(StatusCode::SERVICE_UNAVAILABLE, format!("{LET_GO}\n"));
    response.headers_mut().insert(CONNECTION, CLOSE);
    response
}

/// The longest that somebody who is turned away is listened to: what has not been read when a socket is closed
/// makes it a reset, which can overtake the answer.
const LINGER: Duration = Duration::from_secs(1);

/// Says why a connection ends, and ends it.
pub(super) async fn turn_away(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    status: StatusCode,
    reason: &str,
) {
    let answer = refusal(status, reason);
    within(LINGER, async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        let mut rest = stream.take(1024 * 1024);
        tokio::io::copy(&mut rest, &mut tokio::io::sink()).await
    })
    .await;
}

/// A whole response that ends a connection, written where hyper does not.
pub(super) fn refusal(status: StatusCode, reason: &str) -> String {
    let retry = if status == StatusCode::SERVICE_UNAVAILABLE {
        "Retry-After: 1\r\n"
    } else {
        ""
    };
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\n{retry}Content-Length: {}\r\n\
         Connection: close\r\n\r\n{reason}\n",
        reason.len().saturating_add(1)
    )
}

/// Does something that may as well fail, for this long at most.
async fn within<T>(longest: Duration, work: impl Future<Output = std::io::Result<T>>) {
    drop(tokio::time::timeout(longest, work).await);
}

//! A stream of events on its socket: written as they come, until the client is gone or slow, its place is wanted, or the
//! server stops. Not for what is told.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::watch;

use super::places::Place;
use super::stream::Stream;
use crate::control::events::Listening;

/// No length: the stream ends with the connection. Proxies are asked to pass on what they have.
const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\
    X-Content-Type-Options: nosniff\r\nX-Accel-Buffering: no\r\nConnection: close\r\n\r\n";

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The client went away, or did not read.
    Gone,
    /// Its place was wanted.
    LetGo,
    /// The server stops.
    Stopped,
}

/// Tells events until there is an end of it.
pub(super) async fn play(
    stream: &mut Stream,
    mut live: Box<Listening>,
    place: &Place,
    mut stop: watch::Receiver<()>,
) -> End {
    stream.take_over();
    place.listens();
    let ended = tokio::select! {
        biased;
        _ = stop.changed() => End::Stopped,
        () = place.told_to_leave() => End::LetGo,
        () = tell(stream, &mut live) => End::Gone,
    };
    // A client that reads nothing has the time of a reply for this, too; nobody waits for it at the end.
    if ended == End::Gone {
        drop(stream.shutdown().await);
    }
    ended
}

/// Writes what happens, as long as somebody reads it.
async fn tell(stream: &mut Stream, live: &mut Listening) {
    let mut text = HEAD.to_owned();
    let mut heard = [0; 256];
    loop {
        // Each piece has the time of a reply.
        if stream.write_all(text.as_bytes()).await.is_err() || stream.flush().await.is_err() {
            return;
        }
        text.clear();
        while text.is_empty() {
            tokio::select! {
                next = live.next() => text = next,
                // Whatever it says is nobody's business, but that it is gone.
                read = stream.read(&mut heard) => if !matches!(read, Ok(1..)) {
                    return;
                },
            }
        }
    }
}

//! Replies that are hurt on their way: an effect becomes an order, a list of acts, and the connection, taken out of
//! hyper's hands, carries it out on the socket. Every byte is written here; what the client sees is exactly that.
//!
//! Only a delay leaves the reply to hyper. Not for deciding which reply is hurt: that is `gateway::fault`.

use std::io;
use std::time::Duration;

use hyper::StatusCode;
use hyper::body::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;

use super::stream::Stream;
use super::takeover::{Lost, Orders, Takeover};
use crate::gateway::effect::Effect;
use crate::space::waiters::Released;
use crate::wire::reply::{NO_REPLY, WARNING};

/// What a reply is labelled with (REPLY-01).
pub(super) const XML: &str = "text/xml; charset=UTF-8";

/// What comes where HTTP is expected: no letters, so that nobody takes it for a status line.
const GARBAGE: &[u8] = b"\x15\x03\x01\x00\x02\x02\x28\x00\xFF\xFE\x9A\x81\x17\x00\x8E\xC4\x05\xB0\x7F\x01\r\n\r\n\x00\xD1\xA3\xF7";

/// What is to be done on a socket.
#[derive(Debug)]
pub(super) struct Order {
    acts: Vec<Act>,
    end: End,
    released: Released,
    /// Its share of what all replies take.
    reply: Bytes,
}

/// One thing after another.
#[derive(Debug, PartialEq, Eq)]
enum Act {
    /// Bytes are written.
    Write(Bytes),
    /// Bytes are written, so many at a time, with a pause between.
    Drip(Bytes, usize, Duration),
    /// Nothing is written for so long, unless the client gives up.
    Stall(Duration),
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// As usual: FIN.
    Close,
    /// RST.
    Reset,
}

/// Does to a reply what is to be done to it. Comes back if the reply is still to be given; or never, as the connection
/// is taken away.
pub(super) async fn carry_out(
    orders: &Orders,
    effect: Effect,
    reply: &Bytes,
    mut released: Released,
) -> Result<(), Lost> {
    if let Effect::Delay(pause) = effect {
        // A client that goes away is not looked for: one that only shut its side down still waits (FORM-09).
        return tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = released.comes() => Err(Lost),
            () = orders.closed() => Err(Lost),
        };
    }
    let (acts, end) = acts(&effect, reply);
    let order = Order {
        acts,
        end,
        released,
        reply: reply.clone(),
    };
    Err(orders.give(Takeover::Hurt(order)).await)
}

/// An effect as acts.
fn acts(effect: &Effect, reply: &[u8]) -> (Vec<Act>, End) {
    let length = format!("Content-Length: {}", reply.len());
    let start = || head(StatusCode::OK, XML, &length);
    let write = |pieces: &[&[u8]]| vec![Act::Write(pieces.concat().into())];
    let whole = |status, label, body: &str, rest: &[u8]| {
        let length = format!("Content-Length: {}", body.len() + rest.len());
        let head = head(status, label, &length);
        vec![Act::Write(
            [head.as_bytes(), body.as_bytes(), rest].concat().into(),
        )]
    };
    let acts = match effect {
        // hyper's, not ours.
        Effect::Delay(_) | Effect::Reset | Effect::Close => Vec::new(),
        Effect::Stall(pause) => vec![Act::Stall(pause.unwrap_or(Duration::MAX))],
        Effect::Cut(cut) => {
            let kept = reply.get(..cut.at(reply.len())).unwrap_or_default();
            write(&[start().as_bytes(), kept])
        }
        Effect::MalformedChunk => {
            let (right, wrong) = reply.split_at(reply.len() / 2);
            let head = head(StatusCode::OK, XML, "Transfer-Encoding: chunked");
            let size = format!("{:x}\r\n", right.len());
            write(&[
                head.as_bytes(),
                size.as_bytes(),
                right,
                b"\r\nno length\r\n",
                wrong,
                b"\r\n0\r\n\r\n",
            ])
        }
        Effect::Drip { bytes, pause } => vec![
            Act::Write(start().into()),
            Act::Drip(Bytes::copy_from_slice(reply), bytes.get() as usize, *pause),
        ],
        Effect::Garbage => vec![Act::Write(GARBAGE.into())],
        Effect::HtmlError(status) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            whole(status, "text/html", &page(status), &[])
        }
        Effect::Empty => whole(StatusCode::OK, XML, "", &[]),
        Effect::Warning(text) => {
            let text = text.as_deref().unwrap_or(WARNING);
            whole(StatusCode::OK, XML, text, reply)
        }
        Effect::WrongCharset(charset) => {
            let label = format!("text/xml; charset={charset}");
            whole(StatusCode::OK, &label, "", reply)
        }
        Effect::WrongShape => whole(StatusCode::OK, XML, NO_REPLY, &[]),
    };
    let end = if matches!(effect, Effect::Reset) {
        End::Reset
    } else {
        End::Close
    };
    (acts, end)
}

fn head(status: StatusCode, label: &str, framing: &str) -> String {
    let reason = status.canonical_reason().unwrap_or_default();
    format!(
        "HTTP/1.1 {} {reason}\r\nContent-Type: {label}\r\n{framing}\r\nConnection: close\r\n\r\n",
        status.as_u16()
    )
}

/// What a web server shows when what is behind it fails.
fn page(status: StatusCode) -> String {
    format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
}

/// Carries an order out, to the end of the connection; a pause ends early when the server stops or the space is reset.
pub(super) async fn play(stream: &mut Stream, order: Order, mut stop: watch::Receiver<()>) {
    stream.take_over();
    let Order {
        acts,
        end,
        mut released,
        reply: _reply,
    } = order;
    // What needs no pause is done in any case.
    let played = tokio::select! {
        biased;
        played = perform(stream, acts) => played,
        () = released.comes() => Ok(()),
        _ = stop.changed() => Ok(()),
    };
    if let Err(error) = played {
        tracing::debug!(%error, "a client did not wait for the end of a fault");
    }
    match end {
        End::Close => drop(stream.shutdown().await),
        End::Reset => {
            if let Err(error) = stream.socket().set_zero_linger() {
                tracing::warn!(%error, "a connection could not be reset, and is closed");
            }
        }
    }
}

async fn perform(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    acts: Vec<Act>,
) -> io::Result<()> {
    for act in acts {
        match act {
            Act::Write(bytes) => {
                stream.write_all(&bytes).await?;
                stream.flush().await?;
            }
            Act::Drip(bytes, size, pause) => {
                let mut pieces = bytes.chunks(size.max(1)).peekable();
                while let Some(piece) = pieces.next() {
                    stream.write_all(piece).await?;
                    stream.flush().await?;
                    if pieces.peek().is_some() {
                        tokio::time::sleep(pause).await;
                    }
                }
            }
            Act::Stall(pause) => {
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    gone = gone(stream) => gone?,
                }
            }
        }
    }
    Ok(())
}

/// Waits until the client goes away; what it says until then is nobody's business.
async fn gone(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    let mut heard = [0; 1024];
    while stream.read(&mut heard).await? > 0 {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    /// The pieces that a client gets, and after how many seconds.
    async fn pieces(acts: Vec<Act>) -> Vec<(u64, String)> {
        let (mut ours, mut theirs) = tokio::io::duplex(1024);
        let begun = Instant::now();
        let performing = tokio::spawn(async move { perform(&mut ours, acts).await });
        let mut pieces = Vec::new();
        let mut chunk = [0; 64];
        loop {
            let length = theirs.read(&mut chunk).await.unwrap();
            if length == 0 {
                break;
            }
            let piece = String::from_utf8_lossy(&chunk[..length]).into_owned();
            pieces.push((begun.elapsed().as_secs(), piece));
        }
        performing.await.unwrap().unwrap();
        pieces
    }

    #[tokio::test(start_paused = true)]
    async fn a_drip_comes_piece_by_piece() {
        let drip = |size| {
            let bytes = Bytes::from_static(b"12345678");
            Act::Drip(bytes, size, Duration::from_secs(2))
        };
        let seen = |pieces: &[(u64, &str)]| -> Vec<(u64, String)> {
            let owned = pieces.iter().map(|(at, piece)| (*at, (*piece).to_owned()));
            owned.collect()
        };
        let three = seen(&[(0, "123"), (2, "456"), (4, "78")]);
        assert_eq!(pieces(vec![drip(3)]).await, three);
        assert_eq!(pieces(vec![drip(8)]).await, seen(&[(0, "12345678")]));
        let late = vec![Act::Stall(Duration::from_secs(5)), drip(4)];
        assert_eq!(pieces(late).await, seen(&[(5, "1234"), (7, "5678")]));
    }
}

//! An answer carried over a connection, or lost, as its [`Delivery`] says. Which answer it is was decided before.

use std::time::Duration;

use hyper::StatusCode;

use super::answer::{Answer, Delivery};
use super::line::{Gone, Line};
use super::reading::{After, Version, Wanted, Wishes};
use super::received::End;

/// The pause that makes segments of writes: systems put together what is written at nearly the same time.
const APART: Duration = Duration::from_millis(25);

/// A reply that has come to its end, whatever that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Carried {
    /// What the client has of it.
    pub(super) end: End,
    /// What is to be done with the connection.
    pub(super) then: Then,
}

/// What is to be done with a connection after a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// Another request may follow.
    Stay,
    /// FIN.
    Close,
    /// RST.
    Reset,
}

/// How the end of a body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Length,
    Chunks,
    Close,
}

/// Carries an answer out. If nobody waits for this any more, nothing more is sent.
pub(super) async fn carry(
    line: &mut Line,
    answer: &Answer,
    wishes: Wishes,
) -> Result<Carried, Gone> {
    let body = match wishes.reply {
        Wanted::Whole => answer.body.as_slice(),
        Wanted::Head => &[],
    };
    let head = |told, after| head(answer, wishes, told, after);
    let closing = head(Told::Length, After::Closed);
    match answer.delivery {
        Delivery::Whole => {
            let head = head(Told::Length, wishes.after);
            line.write(&[&head, body].concat()).await?;
            Ok(answered(wishes.after))
        }
        Delivery::Segments => {
            let head = head(Told::Length, wishes.after);
            let (first, second) = body.split_at_checked(body.len() / 2).unwrap_or_default();
            for (number, piece) in [&head, first, second].into_iter().enumerate() {
                if number > 0 && !piece.is_empty() {
                    line.pause(APART).await?;
                }
                line.write(piece).await?;
            }
            Ok(answered(wishes.after))
        }
        Delivery::Chunked(size) => match wishes.version {
            // Who speaks HTTP/1.0 is never sent chunks.
            Version::Http10 => until_close(line, answer, wishes, body).await,
            Version::Http11 => {
                let mut reply = head(Told::Chunks, wishes.after);
                for piece in body.chunks(size.max(1)) {
                    reply.extend(chunk(piece));
                }
                if wishes.reply == Wanted::Whole {
                    reply.extend(b"0\r\n\r\n");
                }
                line.write(&reply).await?;
                Ok(answered(wishes.after))
            }
        },
        Delivery::UntilClose => until_close(line, answer, wishes, body).await,
        Delivery::ThenClose => {
            line.write(&[&closing, body].concat()).await?;
            Ok(answered(After::Closed))
        }
        Delivery::Drip { bytes, pause } => {
            let whole = [head(Told::Length, wishes.after), body.to_vec()].concat();
            for (number, piece) in whole.chunks(bytes.max(1)).enumerate() {
                if number > 0 {
                    line.pause(pause).await?;
                }
                line.write(piece).await?;
            }
            Ok(answered(wishes.after))
        }
        Delivery::Endless(pause) => {
            line.write(&head(Told::Close, After::Closed)).await?;
            // Without its last byte the body is never whole, and blanks do not make it so.
            let almost = body.split_last().map_or(body, |(_, almost)| almost);
            for byte in almost.iter().chain(std::iter::repeat(&b' ')) {
                line.pause(pause).await?;
                line.write(&[*byte]).await?;
            }
            Ok(withheld(Then::Close))
        }
        Delivery::Stall => {
            line.until_over().await;
            Err(Gone)
        }
        Delivery::Cut(length) => {
            let piece = body.get(..length).unwrap_or(body);
            line.write(&[&closing, piece].concat()).await?;
            Ok(withheld(Then::Close))
        }
        Delivery::BrokenChunk => {
            let (first, second) = body.split_at_checked(body.len() / 2).unwrap_or_default();
            let mut reply = head(Told::Chunks, After::Closed);
            reply.extend(chunk(first));
            // The size is missing.
            reply.extend([b"\r\n", second, b"\r\n0\r\n\r\n"].concat());
            line.write(&reply).await?;
            Ok(withheld(Then::Close))
        }
        Delivery::Close => Ok(withheld(Then::Close)),
        Delivery::Reset => Ok(withheld(Then::Reset)),
    }
}

async fn until_close(
    line: &mut Line,
    answer: &Answer,
    wishes: Wishes,
    body: &[u8],
) -> Result<Carried, Gone> {
    let head = head(answer, wishes, Told::Close, After::Closed);
    line.write(&[&head, body].concat()).await?;
    Ok(answered(After::Closed))
}

fn answered(after: After) -> Carried {
    Carried {
        end: End::Answered,
        then: match after {
            After::Kept => Then::Stay,
            After::Closed => Then::Close,
        },
    }
}

fn withheld(then: Then) -> Carried {
    Carried {
        end: End::Withheld,
        then,
    }
}

fn chunk(piece: &[u8]) -> Vec<u8> {
    let size = format!("{:x}\r\n", piece.len());
    [size.as_bytes(), piece, b"\r\n"].concat()
}

fn head(answer: &Answer, wishes: Wishes, told: Told, after: After) -> Vec<u8> {
    let status = StatusCode::from_u16(answer.status).ok();
    let reason = status.and_then(|status| status.canonical_reason());
    let mut lines = vec![format!(
        "HTTP/1.1 {} {}",
        answer.status,
        reason.unwrap_or("Unknown")
    )];
    let given = answer.headers.iter();
    lines.extend(given.map(|(name, value)| format!("{name}: {value}")));
    match told {
        Told::Length => lines.push(format!("Content-Length: {}", answer.body.len())),
        Told::Chunks => lines.push("Transfer-Encoding: chunked".to_owned()),
        Told::Close => {}
    }
    match (after, wishes.version) {
        (After::Closed, _) => lines.push("Connection: close".to_owned()),
        (After::Kept, Version::Http10) => lines.push("Connection: keep-alive".to_owned()),
        (After::Kept, Version::Http11) => {}
    }
    lines.push("\r\n".to_owned());
    lines.join("\r\n").into_bytes()
}

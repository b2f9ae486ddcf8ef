//! A body in chunks, read as it comes: of requests, and of an upstream's replies. Where the bytes come from is for others.

use httparse::Status;

/// The longest line that tells the size of a chunk, and the longest line behind the last.
const LONGEST_LINE: usize = 4 * 1024;

/// How far the reading has come.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Chunks {
    /// The line with the size of a chunk comes next.
    #[default]
    Size,
    /// So many bytes of a chunk are missing.
    Inside(usize),
    /// The line end behind its bytes comes next.
    Behind,
    /// The lines behind the last chunk, up to an empty one.
    Trailer,
}

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Read {
    /// How many bytes are done with.
    pub(super) length: usize,
    /// Why no more are.
    pub(super) stopped: Stopped,
}

/// Why reading stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    /// More bytes are needed.
    ForMore,
    /// The body is whole.
    AtTheEnd,
    /// What comes next is no chunk, for this reason.
    AtAFault(&'static str),
}

/// What comes next.
enum Piece<T> {
    /// It is there, and so many bytes long.
    There(usize, T),
    /// It is not whole.
    Partial,
}

impl Chunks {
    /// Reads on, and puts what is in the chunks into `body`. Bytes that are not done with have to be given again.
    pub(super) fn read(&mut self, bytes: &[u8], body: &mut Vec<u8>) -> Read {
        let mut length = 0_usize;
        loop {
            let rest = bytes.get(length..).unwrap_or_default();
            let taken = match self.advance(rest, body) {
                Ok(Some(taken)) => taken,
                Ok(None) => {
                    return Read {
                        length,
                        stopped: Stopped::ForMore,
                    };
                }
                Err(why) => {
                    return Read {
                        length,
                        stopped: Stopped::AtAFault(why),
                    };
                }
            };
            length = length.saturating_add(taken.0);
            if taken.1 == Stopped::AtTheEnd {
                return Read {
                    length,
                    stopped: Stopped::AtTheEnd,
                };
            }
        }
    }

    /// One piece; nothing if it is not there.
    fn advance(
        &mut self,
        bytes: &[u8],
        body: &mut Vec<u8>,
    ) -> Result<Option<(usize, Stopped)>, &'static str> {
        let on = |length: usize| Ok(Some((length, Stopped::ForMore)));
        match *self {
            Self::Size => {
                let Piece::There(length, size) = size(bytes)? else {
                    return Ok(None);
                };
                *self = match size {
                    0 => Self::Trailer,
                    size => Self::Inside(size),
                };
                on(length)
            }
            Self::Inside(_) if bytes.is_empty() => Ok(None),
            Self::Inside(size) => {
                let there = bytes.get(..size).unwrap_or(bytes);
                body.extend_from_slice(there);
                *self = match size.saturating_sub(there.len()) {
                    0 => Self::Behind,
                    missing => Self::Inside(missing),
                };
                on(there.len())
            }
            Self::Behind => match line(bytes)? {
                Piece::Partial => Ok(None),
                Piece::There(length, []) => {
                    *self = Self::Size;
                    on(length)
                }
                Piece::There(..) => Err("a chunk is longer than its size"),
            },
            Self::Trailer => match line(bytes)? {
                Piece::Partial => Ok(None),
                Piece::There(length, []) => Ok(Some((length, Stopped::AtTheEnd))),
                Piece::There(length, _) => on(length),
            },
        }
    }
}

fn size(bytes: &[u8]) -> Result<Piece<usize>, &'static str> {
    const WRONG: &str = "a chunk does not begin with its size";
    // No digit would be taken for 0.
    if bytes.first().is_some_and(|byte| !byte.is_ascii_hexdigit()) {
        return Err(WRONG);
    }
    match httparse::parse_chunk_size(bytes).map_err(|_| WRONG)? {
        Status::Complete((length, size)) => {
            let size = usize::try_from(size).map_err(|_| "a chunk is too long")?;
            Ok(Piece::There(length, size))
        }
        Status::Partial if bytes.len() > LONGEST_LINE => Err(WRONG),
        Status::Partial => Ok(Piece::Partial),
    }
}

/// A line without its end.
fn line(bytes: &[u8]) -> Result<Piece<&[u8]>, &'static str> {
    let Some(place) = bytes.iter().position(|byte| *byte == b'\n') else {
        if bytes.len() > LONGEST_LINE {
            return Err("a line between the chunks is too long");
        }
        return Ok(Piece::Partial);
    };
    let line = bytes.get(..place).unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Ok(Piece::There(place.saturating_add(1), line))
}

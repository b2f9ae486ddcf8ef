//! Where a chunked body ends, so that what follows it is looked at as the head of the next request. Not for its
//! content, which hyper reads; nor for its mistakes: hyper finds them and closes.

/// Follows a chunked body byte by byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chunks {
    /// In the size of a chunk, of which this is known.
    Size(u64),
    /// Behind the size, before the end of its line.
    Extension(u64),
    /// The line feed after the size is due.
    SizeEnd(u64),
    /// This much of a chunk is left.
    Data(u64),
    /// The line end after a chunk is due.
    DataCr,
    DataLf,
    /// At the beginning of a line after the last chunk.
    Trailer,
    /// Within such a line.
    TrailerLine,
    TrailerLf,
    /// In the empty line that ends it all.
    EndLf,
    /// The body is whole.
    Done,
    /// These are no chunks. hyper says so, and nothing follows on this connection.
    Broken,
}

impl Chunks {
    /// A body of which nothing has come yet.
    pub(super) const START: Self = Self::Size(0);

    /// Whether the body is whole.
    pub(super) fn is_done(self) -> bool {
        self == Self::Done
    }

    /// Follows these bytes; how many of them belong to the body.
    pub(super) fn follow(&mut self, bytes: &[u8]) -> usize {
        let mut rest = bytes;
        while *self != Self::Done {
            if let Self::Data(left) = *self {
                let taken = usize::try_from(left).map_or(rest.len(), |left| left.min(rest.len()));
                rest = rest.get(taken..).unwrap_or_default();
                let left = left.saturating_sub(taken as u64);
                *self = if left == 0 {
                    Self::DataCr
                } else {
                    Self::Data(left)
                };
            }
            let Some((byte, after)) = rest.split_first() else {
                break;
            };
            rest = after;
            *self = self.after(*byte);
        }
        bytes.len().saturating_sub(rest.len())
    }

    fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Size(size), b'\r') => Self::SizeEnd(size),
            (Self::Size(size), b';' | b' ' | b'\t') => Self::Extension(size),
            (Self::Size(size), digit) => char::from(digit)
                .to_digit(16)
                .and_then(|digit| size.checked_mul(16)?.checked_add(u64::from(digit)))
                .map_or(Self::Broken, Self::Size),
            (Self::Extension(size), b'\r') => Self::SizeEnd(size),
            (Self::Extension(size), _) => Self::Extension(size),
            (Self::SizeEnd(0), b'\n') => Self::Trailer,
            (Self::SizeEnd(size), b'\n') => Self::Data(size),
            (Self::DataCr, b'\r') => Self::DataLf,
            (Self::DataLf, b'\n') => Self::START,
            (Self::Trailer, b'\r') => Self::EndLf,
            (Self::Trailer | Self::TrailerLine, byte) if byte != b'\r' => Self::TrailerLine,
            (Self::TrailerLine, _) => Self::TrailerLf,
            (Self::TrailerLf, b'\n') => Self::Trailer,
            (Self::EndLf, b'\n') => Self::Done,
            (
                Self::SizeEnd(_)
                | Self::Data(_)
                | Self::DataCr
                | Self::DataLf
                | Self::Trailer
                | Self::TrailerLf
                | Self::EndLf
                | Self::Done
                | Self::Broken,
                _,
            ) => Self::Broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a body and what comes after it, the body is followed to its end, in one piece and byte by byte.
    #[track_caller]
    fn check(body: &str, end: Chunks) {
        let bytes = format!("{body}GET / HTTP/1.1\r\n\r\n").into_bytes();
        let mut chunks = Chunks::START;
        let whole = chunks.follow(&bytes);
        assert_eq!(chunks, end, "{body:?}");
        if end == Chunks::Done {
            assert_eq!(whole, body.len(), "{body:?}");
        }
        let mut chunks = Chunks::START;
        let single: usize = bytes.chunks(1).map(|byte| chunks.follow(byte)).sum();
        assert_eq!((single, chunks), (whole, end), "{body:?} byte by byte");
    }

    #[test]
    fn a_body_is_followed_to_its_end() {
        check("0\r\n\r\n", Chunks::Done);
        check("5\r\nhello\r\n0\r\n\r\n", Chunks::Done);
        check(
            "A;x=y\r\n0123456789\r\n1 \r\n\n\r\n0;z\r\n\r\n",
            Chunks::Done,
        );
        check("0\r\nX: y\r\nZ: 1\r\n\r\n", Chunks::Done);
        check(
            "fffff\r\nall that comes is of it",
            Chunks::Data(0xf_ffff - 23 - 18),
        );
    }

    #[test]
    fn what_are_no_chunks_has_no_end() {
        for body in [
            "zz\r\n",
            "-1\r\n",
            "1\r\nab\r\n",
            "1\nx",
            "ffffffffffffffffff\r\n",
            "0\r\n\rx",
        ] {
            check(body, Chunks::Broken);
        }
    }
}

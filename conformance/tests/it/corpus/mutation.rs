//! Files with pieces changed: what a text becomes by careless hands, or by hostile ones. A piece is a word, or a
//! character between words. Not for what is expected of it.

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::{Index, select};

/// Pieces that no file may have.
const RARE: [&str; 48] = [
    "${",
    "$${",
    "}",
    "repeat(",
    "hex(",
    "sum(",
    "count(",
    "(",
    "((((((((",
    "-",
    "--------",
    "rows[1]",
    "[0]",
    "'",
    "\"",
    " or ",
    ">=",
    "!=",
    "absent",
    "-0",
    "0.0000000000001",
    "170141183460469231731687303715884105728",
    "1e999",
    "\t",
    "\r",
    "\r\n",
    "\n",
    "\u{FEFF}",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\0",
    "й",
    "😀",
    "&a ",
    "*a",
    "<<: *a",
    "!!binary ",
    "? ",
    "|\n",
    "# ",
    "]]>",
    "<![CDATA[",
    "<!--",
    "<?x ",
    "&#xD800;",
    "&#",
    "<!DOCTYPE a>",
];

/// A file of the corpus.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// What one of them became.
#[derive(Clone, Debug)]
pub(super) struct Mutation {
    pub(super) file: String,
    pub(super) changes: Vec<(Index, Change)>,
    pub(super) bytes: Vec<u8>,
}

/// What happens to a piece.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// It goes.
    Gone,
    /// It, and all behind it, go.
    End,
    /// It stands there so many times.
    Again(u8),
    /// A bit of its first byte turns.
    Bit(u8),
    /// A piece of any file comes before it.
    Borrowed(Index, Index),
    /// A rare one takes its place.
    Rare(&'static str),
}

impl File {
    /// The files of a folder, in order; none would test nothing.
    pub(super) fn all(folder: &Path) -> Vec<Self> {
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| Self {
                name: entry.file_name().into_string().unwrap(),
                bytes: std::fs::read(entry.path()).unwrap(),
            })
            .collect();
        files.sort_by(|one, other| one.name.cmp(&other.name));
        assert!(!files.is_empty(), "{}", folder.display());
        files
    }

    fn pieces(&self) -> Vec<&[u8]> {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
        self.bytes
            .chunk_by(|one, other| is_word(*one) && is_word(*other))
            .collect()
    }
}

/// Any file, changed in a few pieces.
pub(super) fn mutated(files: &[File]) -> impl Strategy<Value = Mutation> {
    let change = prop_oneof![
        3 => any::<()>().prop_map(|()| Change::Gone),
        1 => any::<()>().prop_map(|()| Change::End),
        2 => any::<u8>().prop_map(Change::Again),
        2 => (0..8_u8).prop_map(Change::Bit),
        4 => (any::<Index>(), any::<Index>()).prop_map(|(file, piece)| Change::Borrowed(file, piece)),
        4 => select(RARE.as_slice()).prop_map(Change::Rare),
    ];
    let changes = vec((any::<Index>(), change), 1..8);
    (any::<Index>(), changes).prop_map(|(file, changes)| {
        let file = file.get(files);
        let mut pieces: Vec<Vec<u8>> = file.pieces().into_iter().map(<[u8]>::to_vec).collect();
        for (at, change) in &changes {
            let at = at.index(pieces.len() + 1);
            change.make(&mut pieces, at, files);
        }
        Mutation {
            file: file.name.clone(),
            changes,
            bytes: pieces.concat(),
        }
    })
}

impl Change {
    fn make(&self, pieces: &mut Vec<Vec<u8>>, at: usize, files: &[File]) {
        let piece = at..pieces.len().min(at + 1);
        match self {
            Self::Gone => drop(pieces.drain(piece)),
            Self::End => pieces.truncate(at),
            Self::Again(times) => {
                if let Some(piece) = pieces.get_mut(at) {
                    // A few kilobytes are enough of anything.
                    let most = 2_000 / piece.len().max(1);
                    *piece = piece.repeat(usize::from(*times).min(most.max(1)));
                }
            }
            Self::Bit(bit) => {
                if let Some(byte) = pieces.get_mut(at).and_then(|piece| piece.first_mut()) {
                    *byte ^= 1 << bit;
                }
            }
            Self::Borrowed(file, place) => {
                let other = file.get(files).pieces();
                let borrowed = other.get(place.index(other.len() + 1));
                pieces.insert(at, borrowed.map(|piece| piece.to_vec()).unwrap_or_default());
            }
            Self::Rare(rare) => drop(pieces.splice(piece, [rare.as_bytes().to_vec()])),
        }
    }
}

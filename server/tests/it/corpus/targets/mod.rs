//! What must hold for any bytes whatever, a file for each door that they come in by. A function that returns has
//! held; one that panics has not. Called by the test beside this folder, and guided by coverage by `fuzz/`.
//! Not for what a certain input means: that is in the other tests.

mod charset;
mod config;
mod form;
mod line;
mod request;

/// A name, and what must hold.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// The targets, by the names of their folders in `fixtures/corpus`.
pub(crate) const TARGETS: [Target; 5] = [
    ("form", form::holds),
    ("charset", charset::holds),
    ("request", request::holds),
    ("line", line::holds),
    ("config", config::holds),
];

/// A password that stands nowhere else.
const SECRET: &str = "S3cr3t-W0rd";

/// A Content-Type on the first line, nothing for none, and what it is the label of.
fn labelled(bytes: &[u8]) -> (Option<&str>, &[u8]) {
    let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
    let (label, rest) = bytes.split_at(end);
    // A header that is no text is as good as none, as in the shell.
    let label = str::from_utf8(label).ok().filter(|label| !label.is_empty());
    (label, rest.get(1..).unwrap_or_default())
}

/// CR LF, and CR alone, as LF.
fn with_line_feeds(bytes: &[u8]) -> Vec<u8> {
    let mut fed = Vec::with_capacity(bytes.len());
    let mut before = 0;
    for byte in bytes {
        match (before, byte) {
            (b'\r', b'\n') => {}
            (_, b'\r') => fed.push(b'\n'),
            (_, byte) => fed.push(*byte),
        }
        before = *byte;
    }
    fed
}

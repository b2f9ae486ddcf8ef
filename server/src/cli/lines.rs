//! Where log lines go on their way to stderr: into a buffer that a thread of its own empties, a hundred times a second
//! at most. A request never waits for whoever reads the log, and a pipe that nobody reads costs lines, not requests.
//!
//! By hand, because a channel that wakes its reader for every line cost as much as the request itself (DECISIONS.md).

use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// How many bytes may wait; a line beyond them is dropped, and counted.
const ROOM: usize = 1024 * 1024;
/// How long lines gather before they are written together.
const GATHER: Duration = Duration::from_millis(10);
/// How long the end of the program waits for the last of them.
const PATIENCE: Duration = Duration::from_secs(1);

/// Takes lines in.
#[derive(Debug, Clone)]
pub(super) struct Lines(Arc<Shared>);

/// Sees to it that what is left is written when it goes.
#[derive(Debug)]
pub(super) struct Rest {
    shared: Arc<Shared>,
    written: Receiver<()>,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    some: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    bytes: Vec<u8>,
    dropped: u64,
    ending: bool,
}

/// Starts the thread.
pub(super) fn to_stderr() -> (Lines, Rest) {
    let shared = Arc::<Shared>::default();
    let (done, written) = mpsc::channel();
    let emptied = Arc::clone(&shared);
    thread::spawn(move || {
        empty(&emptied);
        // Whoever waited for it may have lost patience.
        done.send(()).ok();
    });
    (Lines(Arc::clone(&shared)), Rest { shared, written })
}

fn empty(shared: &Shared) {
    let mut ending = false;
    while !ending {
        let waiting = shared.waiting();
        let mut waiting = shared
            .some
            .wait_while(waiting, |waiting| {
                waiting.bytes.is_empty() && !waiting.ending
            })
            .unwrap_or_else(PoisonError::into_inner);
        if !waiting.ending {
            drop(waiting);
            thread::sleep(GATHER);
            waiting = shared.waiting();
        }
        let lines = std::mem::take(&mut waiting.bytes);
        let dropped = std::mem::take(&mut waiting.dropped);
        ending = waiting.ending;
        drop(waiting);
        // Nobody can be told that stderr is gone.
        let mut stderr = io::stderr().lock();
        drop(stderr.write_all(&lines));
        if dropped > 0 {
            drop(writeln!(
                stderr,
                "{dropped} lines of the log were dropped: nobody read it in time"
            ));
        }
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for &Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = self.0.waiting();
        if waiting.bytes.len() + line.len() > ROOM {
            waiting.dropped += 1;
            return Ok(line.len());
        }
        let was_empty = waiting.bytes.is_empty();
        waiting.bytes.extend_from_slice(line);
        drop(waiting);
        if was_empty {
            self.0.some.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> &'a Self {
        self
    }
}

impl Drop for Rest {
    fn drop(&mut self) {
        self.shared.waiting().ending = true;
        self.shared.some.notify_one();
        // A reader that takes nothing must not hold up the end.
        self.written.recv_timeout(PATIENCE).ok();
    }
}

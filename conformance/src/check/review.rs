//! Looking at proposed snapshots: accepting them, rejecting them, and finding those that nobody wants any more.
//!
//! Files only, no endpoint. `cargo insta` does the same with the same files.

use std::fmt;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use super::snapshot::{Snapshot, SnapshotError, lines_that_differ, remove_if_there};

/// How the file of a proposal ends.
const PROPOSAL: &str = ".snap.new";

/// How the file of a snapshot ends.
const SNAPSHOT: &str = ".snap";

/// What the person is asked.
const QUESTION: &str = "accept (a), reject (r), skip (s) or quit (q)? ";

/// A proposal, `.snap.new`, that waits for somebody's word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pending(PathBuf);

/// What became of the proposals in a review.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reviewed {
    /// Those that are snapshots now.
    pub accepted: usize,
    /// Those that are gone.
    pub rejected: usize,
    /// Those that still wait.
    pub left: usize,
}

impl Pending {
    /// The file of the proposal.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The snapshot that it is to replace.
    pub fn snapshot(&self) -> PathBuf {
        self.0.with_extension("")
    }

    /// Makes it the snapshot.
    pub fn accept(&self) -> Result<(), SnapshotError> {
        // What cannot be read must not become what is expected.
        self.read()?;
        std::fs::rename(&self.0, self.snapshot()).map_err(|source| SnapshotError::Change {
            what: "accept",
            path: self.0.clone(),
            source,
        })
    }

    /// Removes it; the snapshot stays as it was.
    pub fn reject(&self) -> Result<(), SnapshotError> {
        remove_if_there(&self.0)
    }

    /// What would change, line by line.
    pub fn difference(&self) -> Result<String, SnapshotError> {
        let old = Snapshot::read(&self.snapshot())?;
        let old = old.map(|snapshot| snapshot.contents).unwrap_or_default();
        Ok(lines_that_differ(&old, &self.read()?.contents))
    }

    /// The requirement of the scenario in the same folder that the proposal names as its source.
    fn requirement(&self) -> Option<String> {
        let source = self.read().ok()?.source?;
        let scenario = self.0.with_file_name(Path::new(&source).file_name()?);
        let text = std::fs::read_to_string(scenario).ok()?;
        let mut lines = text.lines();
        let line = lines.find_map(|line| line.strip_prefix("requirement:"))?;
        Some(line.trim().to_owned())
    }

    fn read(&self) -> Result<Snapshot, SnapshotError> {
        Snapshot::read(&self.0)?.ok_or_else(|| SnapshotError::Read {
            path: self.0.clone(),
            reason: "there is no such file".to_owned(),
        })
    }
}

/// All proposals among `paths`: folders, with everything inside them, and single files. Sorted, each once.
pub fn find_pending(paths: &[PathBuf]) -> Result<Vec<Pending>, SnapshotError> {
    let mut found = Vec::new();
    for path in paths {
        if !path.is_file() {
            found.extend(files_in(path, PROPOSAL)?);
        } else if has_end(path, PROPOSAL) {
            found.push(path.clone());
        } else {
            return Err(SnapshotError::NotPending { path: path.clone() });
        }
    }
    found.sort();
    found.dedup();
    Ok(found.into_iter().map(Pending).collect())
}

/// Makes all of them snapshots; stops at the first that cannot be.
pub fn accept(pending: &[Pending]) -> Result<(), SnapshotError> {
    pending.iter().try_for_each(Pending::accept)
}

/// Removes all of them.
pub fn reject(pending: &[Pending]) -> Result<(), SnapshotError> {
    pending.iter().try_for_each(Pending::reject)
}

/// All snapshots in `folders` that are not wanted: `is_wanted` is asked for the path of each `.snap`. Sorted.
pub fn find_orphans(
    folders: &[PathBuf],
    is_wanted: &dyn Fn(&Path) -> bool,
) -> Result<Vec<PathBuf>, SnapshotError> {
    let mut found = Vec::new();
    for folder in folders {
        found.extend(files_in(folder, SNAPSHOT)?);
    }
    found.retain(|path| !is_wanted(path));
    found.sort();
    found.dedup();
    Ok(found)
}

/// Removes the snapshots that [`find_orphans`] found.
pub fn remove_orphans(orphans: &[PathBuf]) -> Result<(), SnapshotError> {
    orphans.iter().try_for_each(|path| remove_if_there(path))
}

/// Shows each proposal and does with it what `input` says, a line for each; the end of `input` is the end.
pub fn review(
    pending: &[Pending],
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<Reviewed, SnapshotError> {
    let mut reviewed = Reviewed {
        left: pending.len(),
        ..Reviewed::default()
    };
    for (index, proposal) in pending.iter().enumerate() {
        show(proposal, index.saturating_add(1), pending.len(), output)?;
        let count = match ask(input, output)? {
            Answer::Accept => {
                proposal.accept()?;
                &mut reviewed.accepted
            }
            Answer::Reject => {
                proposal.reject()?;
                &mut reviewed.rejected
            }
            Answer::Skip => continue,
            Answer::Quit => break,
        };
        *count = count.saturating_add(1);
        reviewed.left = reviewed.left.saturating_sub(1);
    }
    writeln!(output, "{reviewed}")?;
    Ok(reviewed)
}

enum Answer {
    Accept,
    Reject,
    Skip,
    Quit,
}

fn show(
    proposal: &Pending,
    number: usize,
    count: usize,
    output: &mut dyn Write,
) -> Result<(), SnapshotError> {
    writeln!(output, "{number}/{count} {}", proposal.path().display())?;
    if let Some(requirement) = proposal.requirement() {
        writeln!(output, "{requirement}")?;
    }
    match proposal.difference() {
        Ok(difference) if difference.is_empty() => writeln!(output, "no difference")?,
        Ok(difference) => write!(output, "{difference}")?,
        // It can still be rejected, or accepted if only the old one is broken.
        Err(error) => writeln!(output, "{error}")?,
    }
    Ok(())
}

/// Asks until the answer is one.
fn ask(input: &mut dyn BufRead, output: &mut dyn Write) -> Result<Answer, SnapshotError> {
    loop {
        write!(output, "{QUESTION}")?;
        output.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            // The line of the question is still open.
            writeln!(output)?;
            return Ok(Answer::Quit);
        }
        match line.trim() {
            "a" | "accept" => return Ok(Answer::Accept),
            "r" | "reject" => return Ok(Answer::Reject),
            "s" | "skip" => return Ok(Answer::Skip),
            "q" | "quit" => return Ok(Answer::Quit),
            _ => {}
        }
    }
}

impl fmt::Display for Reviewed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "accepted {} / rejected {} / left {}",
            self.accepted, self.rejected, self.left
        )
    }
}

/// All files in a folder, and in those inside it, whose names end so. Links are not followed: they can lead in circles.
fn files_in(folder: &Path, end: &str) -> Result<Vec<PathBuf>, SnapshotError> {
    let wrong = |source| SnapshotError::Folder {
        path: folder.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(wrong)? {
        let entry = entry.map_err(wrong)?;
        let path = entry.path();
        let kind = entry.file_type().map_err(wrong)?;
        if kind.is_dir() {
            files.extend(files_in(&path, end)?);
        } else if kind.is_file() && has_end(&path, end) {
            files.push(path);
        }
    }
    Ok(files)
}

fn has_end(path: &Path, end: &str) -> bool {
    path.as_os_str()
        .as_encoded_bytes()
        .ends_with(end.as_bytes())
}

#[cfg(test)]
mod tests;

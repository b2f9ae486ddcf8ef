//! Where scenarios come from: the suite that is built into the program, or files and folders.

use std::path::{Path, PathBuf};

use super::loaded::{Loaded, Snapshots};
use super::source::{Source, SourceError};
use crate::clause::Registry;

/// The files of `scenarios/`, by name, in order: scenarios and their snapshots.
const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/suite.rs"));

/// Why there is no suite.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// A scenario is wrong.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A folder cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// The suite that is built into the program.
pub fn built_in(registry: &Registry) -> Result<Vec<Loaded>, SuiteError> {
    let scenarios = BUILT_IN.iter().filter_map(|(name, text)| {
        let id = name.strip_suffix(".yaml")?;
        let snapshot = format!("{id}.snap");
        let found = BUILT_IN.binary_search_by(|(name, _)| (*name).cmp(snapshot.as_str()));
        let snapshot = found.ok().and_then(|place| BUILT_IN.get(place));
        Some((id, *text, snapshot.map(|(_, text)| *text)))
    });
    scenarios
        .map(|(id, text, snapshot)| {
            let source = Source {
                name: format!("scenarios/{id}.yaml"),
                text: text.to_owned(),
            };
            let snapshots = Snapshots::BuiltIn(snapshot);
            Ok(Loaded::read(id.to_owned(), source, snapshots, registry)?)
        })
        .collect()
}

/// The scenarios in files and folders. The id of one is its path below the folder that was given; below `scenarios/`,
/// if that is in it.
pub fn from_paths(paths: &[PathBuf], registry: &Registry) -> Result<Vec<Loaded>, SuiteError> {
    let mut loaded = Vec::new();
    for path in paths {
        let mut files = Vec::new();
        if path.is_dir() {
            collect(path, &mut files)?;
        } else {
            files.push(path.clone());
        }
        files.sort();
        for file in files {
            let root = if path.is_dir() {
                path.as_path()
            } else {
                path.parent().unwrap_or(path)
            };
            let source = Source::read(&file)?;
            let folder = file.parent().unwrap_or(root).to_path_buf();
            let id = id(&file, root);
            loaded.push(Loaded::read(
                id,
                source,
                Snapshots::Beside(folder),
                registry,
            )?);
        }
    }
    Ok(loaded)
}

/// The path below `scenarios/`, or below `root`, without the extension, with `/` between its parts.
fn id(file: &Path, root: &Path) -> String {
    let stem = file.with_extension("");
    let parts: Vec<_> = stem
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if let Some(place) = parts.iter().rposition(|part| part == "scenarios") {
        let below = parts.get(place.saturating_add(1)..).unwrap_or_default();
        return below.join("/");
    }
    let below = stem.strip_prefix(root).unwrap_or(&stem);
    let parts = below.components();
    let parts: Vec<_> = parts
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    parts.join("/")
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), SuiteError> {
    let failed = |source| SuiteError::Folder {
        path: folder.to_path_buf(),
        source,
    };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(path);
        }
    }
    Ok(())
}

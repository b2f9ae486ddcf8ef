//! The scenarios of this repository, each a test of its own: it is read, and every combination of its matrix is planned.
//! What endpoints make of them is for `conformance/tests` (a lying endpoint) and `server/tests` (the mock).

use std::path::Path;
use std::sync::Arc;

use epochta_conformance::clause::Registry;
use epochta_conformance::run::plan::Case;
use epochta_conformance::scenario::suite;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let mut trials = Vec::new();
    for entry in walk(&folder) {
        let name = entry.strip_prefix(&folder).unwrap_or(&entry);
        let name = name.with_extension("").display().to_string();
        trials.push(Trial::test(name, move || plan(&entry)));
    }
    libtest_mimic::run(&arguments, trials).exit()
}

fn plan(file: &Path) -> Result<(), Failed> {
    let registry = Registry::built_in()?;
    for loaded in suite::from_paths(&[file.to_path_buf()], &registry)? {
        if Case::of(Arc::new(loaded)).is_empty() {
            return Err("there is no case in it".into());
        }
    }
    Ok(())
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            files.extend(walk(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(path);
        }
    }
    files.sort();
    files
}

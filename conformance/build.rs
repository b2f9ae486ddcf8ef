//! Puts the suite, the files of `scenarios/`, into the program: writes a list of names and texts for
//! `src/scenario/suite.rs`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = Path::new("../scenarios");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(root, &mut files)?;
    // By text, as they are looked up; paths have an order of their own.
    files.sort_by_key(|file| file.to_string_lossy().into_owned());
    let mut list = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file);
        let path = fs::canonicalize(&file)?;
        // Writing to a string cannot fail.
        _ = writeln!(list, "({name:?}, include_str!({path:?})),");
    }
    list.push(']');
    let out = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    fs::write(out.join("suite.rs"), list)
}

/// The scenarios and snapshots in a folder and the folders in it.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            println!("cargo::rerun-if-changed={}", path.display());
            collect(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml" || extension == "snap")
        {
            files.push(path);
        }
    }
    Ok(())
}

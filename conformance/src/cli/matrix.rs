//! The command `matrix`: clients that were judged before, side by side.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Exit, Failure};
use crate::profile::{Profile, ProfileError};
use crate::report::clients::Table;
use crate::report::html;

/// What `matrix` takes.
#[derive(Args, Debug)]
pub struct MatrixArgs {
    /// Folders that `client --out` or `observe --out` wrote, or their profile.json.
    #[arg(value_name = "DIR", required = true)]
    profiles: Vec<PathBuf>,
    /// Also write the table as a page.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Prints the table.
pub fn run(args: &MatrixArgs) -> Result<Exit, Failure> {
    let read = |path: &PathBuf| Profile::read(&file(path)).map(|profile| (name(path), profile));
    let profiles = args.profiles.iter().map(read);
    let profiles = profiles.collect::<Result<Vec<(String, Profile)>, ProfileError>>()?;
    let clients = profiles.iter();
    let table = Table::of(clients.map(|(folder, profile)| (called(folder, profile), profile)));
    if let Some(path) = &args.html {
        super::write(path, &html::clients::page(&table))?;
    }
    io::stdout().lock().write_all(table.text().as_bytes())?;
    Ok(Exit::Done)
}

/// The profile of a folder, or the file itself.
fn file(path: &Path) -> PathBuf {
    if path.is_dir() {
        path.join("profile.json")
    } else {
        path.to_owned()
    }
}

/// What the user calls it by its folder.
fn name(path: &Path) -> String {
    let name = if path.is_dir() || path.file_name().is_some_and(|name| name != "profile.json") {
        path.file_stem()
    } else {
        path.parent().and_then(Path::file_name)
    };
    name.unwrap_or_default().to_string_lossy().into_owned()
}

/// A column by its folder, with the client's own name where that says more.
fn called(folder: &str, profile: &Profile) -> String {
    if folder.is_empty() || folder == profile.client {
        profile.client.clone()
    } else {
        format!("{folder}: {}", profile.client)
    }
}

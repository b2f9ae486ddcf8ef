//! The folder in which a client's profile is kept: for programs, and as a page.

use std::path::Path;

use super::Failure;
use crate::clause::Registry;
use crate::profile::Profile;
use crate::report::html;

/// Writes `profile.json` and `profile.html` into a folder, which is made if there is none.
pub(super) fn write(folder: &Path, profile: &Profile, registry: &Registry) -> Result<(), Failure> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Failure::Report { path, source }
    };
    std::fs::create_dir_all(folder).map_err(failed(folder))?;
    let files = [
        ("profile.json", profile.to_json()?),
        ("profile.html", html::profile::page(profile, registry)),
    ];
    for (name, text) in files {
        let file = folder.join(name);
        std::fs::write(&file, text).map_err(failed(&file))?;
    }
    Ok(())
}

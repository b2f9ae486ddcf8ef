//! The folder in which a client's profile is kept: for programs, and as a page.

use std::path::Path;

use super::Failure;
use crate::clause::Registry;
use crate::profile::Profile;
use crate::report::html;

/// Writes `profile.json` and `profile.html` into a folder, which is made if there is none.
pub(super) fn write(folder: &Path, profile: &Profile, registry: &Registry) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|source| Failure::Report {
        path: folder.to_owned(),
        source,
    })?;
    let page = html::profile::page(profile, registry);
    super::write(&folder.join("profile.json"), &profile.to_json()?)?;
    super::write(&folder.join("profile.html"), &page)
}

//! Looking at the configuration file twice a second. It is read, and compared with what was read before: that works on
//! every file system and over every kind of mount, and whatever a program does to replace a file.
//!
//! Not for what becomes of a new one.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::{Cause, Configuration, Content};
use crate::http::App;
use crate::space::spaces::Spaces;

/// How long it is from look to look.
const PAUSE: Duration = Duration::from_millis(500);

/// Looks until it is dropped. What was no plain file at the start, such as a pipe, is not looked at.
pub async fn watch(app: Arc<App>) {
    let is_plain = app.configuration.file().is_some_and(Path::is_file);
    if !is_plain {
        return;
    }
    let mut watcher = Watcher::default();
    loop {
        tokio::time::sleep(PAUSE).await;
        let app = Arc::clone(&app);
        // A file system that does not answer must not hold up requests.
        let looked = tokio::task::spawn_blocking(move || {
            watcher.look(&app.configuration, &app.spaces);
            watcher
        });
        match looked.await {
            Ok(looked) => watcher = looked,
            Err(error) => {
                tracing::error!(%error, "the configuration file is no longer watched");
                return;
            }
        }
    }
}

/// What the look before saw, if it was new.
#[derive(Debug, Default)]
struct Watcher {
    seen: Option<Content>,
}

impl Watcher {
    /// Looks once. What two looks in a row have seen is finished, and taken: a program that empties a file and then
    /// writes it, or writes it in pieces, is not interrupted.
    fn look(&mut self, configuration: &Configuration, spaces: &Spaces) {
        let Some(source) = &configuration.source else {
            return;
        };
        let found = source.content();
        let mut state = configuration.state();
        if found == state.read {
            self.seen = None;
        } else if self.seen.as_ref() == Some(&found) {
            self.seen = None;
            // Whatever came of it is in the log.
            drop(source.take(&mut state, found, spaces, Cause::Change));
        } else {
            self.seen = Some(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    struct Watched {
        file: PathBuf,
        configuration: Configuration,
        spaces: Spaces,
        watcher: Watcher,
    }

    impl Watched {
        fn new(name: &str) -> Self {
            let folder =
                std::env::temp_dir().join(format!("epochta-mock-{}-{name}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            let file = folder.join(name);
            fs::write(&file, "revision: documented\n").unwrap();
            let (config, configuration) = Configuration::load(&file, 0).unwrap();
            Self {
                file,
                configuration,
                spaces: Spaces::open(config),
                watcher: Watcher::default(),
            }
        }

        /// Writes this, looks, and says which generation is in force and how many failures there were.
        fn after(&mut self, text: &str) -> (u64, u64) {
            fs::write(&self.file, text).unwrap();
            self.look()
        }

        fn look(&mut self) -> (u64, u64) {
            self.watcher.look(&self.configuration, &self.spaces);
            let standing = self.configuration.standing();
            (standing.generation, standing.failures)
        }
    }

    impl Drop for Watched {
        fn drop(&mut self) {
            drop(fs::remove_file(&self.file));
            drop(self.file.parent().map(fs::remove_dir));
        }
    }

    #[test]
    fn what_stays_for_two_looks_is_taken() {
        let mut watched = Watched::new("stays.yaml");
        assert_eq!(watched.look(), (1, 0));
        assert_eq!(watched.after("revision: extended\n"), (1, 0));
        assert_eq!(watched.look(), (2, 0));
        assert_eq!(watched.look(), (2, 0));
    }

    /// Emptied, half written, written: only the last is anybody's will.
    #[test]
    fn what_is_half_written_is_not_taken_and_not_reported() {
        let mut watched = Watched::new("torn.yaml");
        assert_eq!(watched.after(""), (1, 0));
        assert_eq!(watched.after("revision: ext"), (1, 0));
        assert_eq!(watched.after("revision: extended\n"), (1, 0));
        assert_eq!(watched.look(), (2, 0));
        assert_eq!(watched.after("tarifs"), (2, 0));
        assert_eq!(
            watched.after("revision: extended\n"),
            (2, 0),
            "and it is as it was"
        );
        assert_eq!(watched.look(), (2, 0));
    }

    #[test]
    fn what_is_broken_and_stays_is_reported_once() {
        let mut watched = Watched::new("broken.yaml");
        assert_eq!(watched.after("tarifs: {}\n"), (1, 0));
        assert_eq!(watched.look(), (1, 1));
        assert_eq!(watched.look(), (1, 1));
        let error = watched.configuration.standing().error.unwrap();
        assert_eq!(error.place, Some((1, 1)));
        for (text, failures) in [("", 2), (" \n", 3)] {
            watched.after(text);
            assert_eq!(watched.look(), (1, failures), "an empty file is not taken");
        }
        fs::remove_file(&watched.file).unwrap();
        watched.look();
        assert_eq!(watched.look(), (1, 4), "a file that is gone neither");
        assert_eq!(
            watched.after("# nothing but the defaults\nrevision: extended\n"),
            (1, 4)
        );
        assert_eq!(watched.look(), (2, 4));
        assert_eq!(watched.configuration.standing().error, None);
    }

    /// What was read by somebody else meanwhile is not read again.
    #[test]
    fn a_call_comes_first() {
        let mut watched = Watched::new("call.yaml");
        assert_eq!(watched.after("revision: extended\n"), (1, 0));
        watched
            .configuration
            .reload(&watched.spaces, Cause::Call)
            .unwrap();
        assert_eq!(watched.look(), (2, 0));
        assert_eq!(watched.configuration.standing().reloads, 1);
    }
}

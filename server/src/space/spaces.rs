//! All spaces of a server. A space opens itself at the first request that names it.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch;

use super::Space;
use super::news::Notice;
use crate::config::Config;
use crate::config::edit::Edit;

/// How many spaces a server may have.
const MOST: usize = 10_000;

/// All spaces of a server.
#[derive(Debug)]
pub struct Spaces {
    /// The configuration that spaces are opened with.
    config: RwLock<Arc<Config>>,
    /// The one without a prefix; most servers have no other.
    main: Arc<Space>,
    named: RwLock<BTreeMap<String, Arc<Space>>>,
    /// Told whenever a space is opened or closed.
    turned: watch::Sender<()>,
}

impl Spaces {
    /// The spaces of a server, so far one.
    pub fn open(config: Config) -> Self {
        let config = Arc::new(config);
        Self {
            main: Arc::new(Space::open("", Arc::clone(&config))),
            named: RwLock::default(),
            turned: watch::Sender::new(()),
            config: RwLock::new(config),
        }
    }

    /// The configuration of all of them.
    pub fn config(&self) -> Arc<Config> {
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another configuration in force, in every space; what it changed. One at a time: the caller sees to that.
    pub fn adopt(&self, new: Config) -> Edit {
        let new = Arc::new(new);
        let edit = Edit::between(&self.config(), &new);
        if edit.is_empty() {
            return edit;
        }
        let spaces = {
            // A space that is opened from now on has the new one; so no space has missed it.
            let named = self.named.write().unwrap_or_else(PoisonError::into_inner);
            *self.config.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&new);
            let spaces = std::iter::once(&self.main).chain(named.values());
            spaces.cloned().collect::<Vec<_>>()
        };
        for space in spaces {
            space.adopt(&new, &edit);
        }
        edit
    }

    /// The space without a prefix.
    pub fn main(&self) -> &Arc<Space> {
        &self.main
    }

    /// The space of a name, opened if need be; `None` if the name is none or there are too many.
    pub fn get(&self, name: &str) -> Option<Arc<Space>> {
        if name.is_empty() {
            return Some(Arc::clone(&self.main));
        }
        if let Some(space) = self
            .named
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
        {
            return Some(Arc::clone(space));
        }
        let mut named = self.named.write().unwrap_or_else(PoisonError::into_inner);
        if !Self::is_name(name) || (named.len() >= MOST && !named.contains_key(name)) {
            return None;
        }
        let open = || Arc::new(Space::open(name, self.config()));
        let space = Arc::clone(named.entry(name.to_owned()).or_insert_with(open));
        drop(named);
        self.turned.send_replace(());
        Some(space)
    }

    /// The space of a name, if it is open.
    pub fn find(&self, name: &str) -> Option<Arc<Space>> {
        if name.is_empty() {
            return Some(Arc::clone(&self.main));
        }
        let named = self.named.read().unwrap_or_else(PoisonError::into_inner);
        named.get(name).cloned()
    }

    /// Comes true whenever a space is opened or closed.
    pub fn turned(&self) -> watch::Receiver<()> {
        self.turned.subscribe()
    }

    /// Whether a space can have this name. No browser would ask for `/s/../`.
    pub fn is_name(name: &str) -> bool {
        !matches!(name, "." | "..")
            && name.len() <= 64
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    }

    /// The space of a name as somebody sees it who only looks: one that is not open yet looks as it would at its
    /// opening, and stays closed.
    pub fn look(&self, name: &str) -> Option<Arc<Space>> {
        let named = self.named.read().unwrap_or_else(PoisonError::into_inner);
        match named.get(name) {
            Some(space) => Some(Arc::clone(space)),
            None if name.is_empty() => Some(Arc::clone(&self.main)),
            None => Self::is_name(name).then(|| Arc::new(Space::open(name, self.config()))),
        }
    }

    /// Closes a named space; whether there was one.
    pub fn remove(&self, name: &str) -> bool {
        let removed = self
            .named
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(name);
        if let Some(space) = &removed {
            space.waiters.release();
            self.turned.send_replace(());
        }
        removed.is_some()
    }

    /// Tells whoever listens to any of them.
    pub fn tell(&self, notice: &Notice) {
        for space in self.all() {
            space.news().tell(notice.clone());
        }
    }

    /// All of them, the main one first.
    pub fn all(&self) -> Vec<Arc<Space>> {
        let named = self.named.read().unwrap_or_else(PoisonError::into_inner);
        std::iter::once(&self.main)
            .chain(named.values())
            .cloned()
            .collect()
    }
}

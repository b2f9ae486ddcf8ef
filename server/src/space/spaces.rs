//! All spaces of a server. A space opens itself at the first request that names it.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::Space;
use crate::config::Config;

/// How many spaces a server may have.
const MOST: usize = 10_000;

/// All spaces of a server.
#[derive(Debug)]
pub struct Spaces {
    config: Arc<Config>,
    /// The one without a prefix; most servers have no other.
    main: Arc<Space>,
    named: RwLock<BTreeMap<String, Arc<Space>>>,
}

impl Spaces {
    /// The spaces of a server, so far one.
    pub fn open(config: Config) -> Self {
        let config = Arc::new(config);
        Self {
            main: Arc::new(Space::open("", Arc::clone(&config))),
            named: RwLock::default(),
            config,
        }
    }

    /// The configuration of all of them.
    pub fn config(&self) -> &Config {
        &self.config
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
        let is_name = name.len() <= 64
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        let mut named = self.named.write().unwrap_or_else(PoisonError::into_inner);
        if !is_name || (named.len() >= MOST && !named.contains_key(name)) {
            return None;
        }
        let open = || Arc::new(Space::open(name, Arc::clone(&self.config)));
        Some(Arc::clone(
            named.entry(name.to_owned()).or_insert_with(open),
        ))
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
        }
        removed.is_some()
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

//! The certificates of a run, and the environment by which a client is told to trust the authority behind them: so that a
//! certificate for another host, or out of its time, is wrong for that reason alone.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::clock;
use crate::stand_in::tls::{Authority, TlsError};

/// The variables by which the libraries of most languages are told so.
const VARIABLES: [&str; 4] = [
    "SSL_CERT_FILE",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
];

/// The authority of a run, and the file with its certificate, which goes with it.
#[derive(Debug)]
pub struct Trust {
    authority: Arc<Authority>,
    file: PathBuf,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The authority cannot be made.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Its certificate cannot be written.
    #[error("cannot write {}, which tells the client whom to trust: {source}", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Trust {
    /// Makes an authority, and writes its certificate down.
    pub fn new() -> Result<Self, TrustError> {
        let authority = Arc::new(Authority::new()?);
        let name = format!("epochta-conformance-{:x}.pem", clock::unique());
        let file = std::env::temp_dir().join(name);
        match std::fs::write(&file, authority.pem()) {
            Ok(()) => Ok(Self { authority, file }),
            Err(source) => Err(TrustError::Write { file, source }),
        }
    }

    /// Who signs.
    pub fn authority(&self) -> Arc<Authority> {
        Arc::clone(&self.authority)
    }

    /// What a client's environment needs.
    pub fn environment(&self) -> Vec<(OsString, OsString)> {
        let file = self.file.as_os_str();
        let variables = VARIABLES.iter();
        variables
            .map(|name| ((*name).into(), file.to_owned()))
            .collect()
    }
}

impl Drop for Trust {
    fn drop(&mut self) {
        // A file that stays in the folder for such files does no harm.
        _ = std::fs::remove_file(&self.file);
    }
}

//! A program that is run: in a process group of its own, which is killed whole, with outputs that are read to their end
//! but kept only as far as a person would read them.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// So much of an output is kept; the rest is read and forgotten.
const KEPT: usize = 256 * 1024;

/// How long an output may stay open when its program has ended and its group was killed: whoever holds it then has left
/// the group.
const LEFT_OPEN: Duration = Duration::from_millis(500);

/// A program and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its name, or the path to it.
    pub name: OsString,
    /// The arguments.
    pub arguments: Vec<OsString>,
    /// What its environment has besides that of the kit.
    pub environment: Vec<(OsString, OsString)>,
}

/// Why a program cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// There is no such program.
    #[error(
        "the client cannot be run: there is no program {}; write a name that PATH finds, or a path", .0.display()
    )]
    NotFound(PathBuf),
    /// It does not start.
    #[error("the client {} cannot be run: {source}", name.display())]
    Spawn {
        /// The program.
        name: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A program that runs. Dropped, it is killed with all that it started.
#[derive(Debug)]
pub struct Running {
    child: Box<dyn ChildWrapper>,
}

/// What a program writes, as far as it is kept.
#[derive(Debug)]
pub struct Output {
    kept: Arc<Mutex<Vec<u8>>>,
    reading: JoinHandle<()>,
}

impl Program {
    /// The program and the arguments of a command line; nothing if it is empty.
    pub fn of(words: &[OsString]) -> Option<Self> {
        let (name, arguments) = words.split_first()?;
        Some(Self {
            name: name.clone(),
            arguments: arguments.to_vec(),
            environment: Vec::new(),
        })
    }

    /// Whether it can be found, said before anything is begun.
    pub fn find(&self) -> Result<(), ProgramError> {
        let name = Path::new(&self.name);
        let not_found = || ProgramError::NotFound(name.to_path_buf());
        if name.components().count() > 1 {
            return name.is_file().then_some(()).ok_or_else(not_found);
        }
        let path = env::var_os("PATH").unwrap_or_default();
        let extension = OsStr::new(env::consts::EXE_EXTENSION);
        let found = env::split_paths(&path).any(|folder| {
            let file = folder.join(name);
            file.is_file() || file.with_extension(extension).is_file()
        });
        found.then_some(()).ok_or_else(not_found)
    }

    /// The words as one line, for people.
    pub fn shown(&self) -> String {
        let words = std::iter::once(&self.name).chain(&self.arguments);
        let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
        words.join(" ")
    }

    /// The command, in a group of its own.
    pub fn command(&self, arguments: &[OsString]) -> Command {
        let mut command = Command::new(&self.name);
        command
            .args(arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts it.
    pub fn start(&self, command: Command) -> Result<Running, ProgramError> {
        let mut wrap = CommandWrap::from(command);
        #[cfg(unix)]
        wrap.wrap(process_wrap::tokio::ProcessGroup::leader());
        #[cfg(windows)]
        wrap.wrap(process_wrap::tokio::JobObject);
        wrap.wrap(KillOnDrop);
        match wrap.spawn() {
            Ok(child) => Ok(Running { child }),
            Err(source) => Err(ProgramError::Spawn {
                name: PathBuf::from(&self.name),
                source,
            }),
        }
    }
}

impl Running {
    /// Its input.
    pub fn input(&mut self) -> Option<ChildStdin> {
        self.child.stdin().take()
    }

    /// Its output, to be read line by line.
    pub fn lines(&mut self) -> Option<ChildStdout> {
        self.child.stdout().take()
    }

    /// Its output, kept.
    pub fn output(&mut self) -> Output {
        Output::of(self.child.stdout().take())
    }

    /// What it says besides, kept.
    pub fn errors(&mut self) -> Output {
        Output::of(self.child.stderr().take())
    }

    /// Waits until it ends. It may be waited for again.
    pub async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.child.inner_mut().wait().await
    }

    /// Kills it, with all that it started.
    pub async fn kill(&mut self) {
        // It may have ended by itself.
        _ = self.child.start_kill();
        _ = self.child.inner_mut().wait().await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.child.start_kill();
    }
}

impl Output {
    fn of(pipe: Option<impl AsyncRead + Send + Unpin + 'static>) -> Self {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let keeping = Arc::clone(&kept);
        let reading = tokio::spawn(async move {
            let Some(mut pipe) = pipe else { return };
            let mut buffer = vec![0; 16 * 1024];
            while let Ok(count @ 1..) = pipe.read(&mut buffer).await {
                let mut kept = keeping.lock().unwrap_or_else(PoisonError::into_inner);
                let room = KEPT.saturating_sub(kept.len()).min(count);
                kept.extend_from_slice(buffer.get(..room).unwrap_or_default());
            }
        });
        Self { kept, reading }
    }

    /// What was written until now, and what is still to come if the program has ended.
    pub async fn text(mut self) -> String {
        // Whoever keeps it open is not waited for.
        _ = timeout(LEFT_OPEN, &mut self.reading).await;
        self.reading.abort();
        self.so_far()
    }

    /// What was written until now.
    pub fn so_far(&self) -> String {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).into_owned()
    }
}

/// How a program ended, in words.
pub fn ending(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("it ended with exit code {code}"),
        None => format!("it was ended by the system: {status}"),
    }
}

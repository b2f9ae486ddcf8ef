//! A folder for one test, and the program run inside it with nothing of the environment that could change what it does.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::canned::Canned;

/// The password of the account main in the targets of [`Folder::target`].
pub(crate) const PASSWORD: &str = "s3cr3t-of-main";

/// The folder. It stays after the test, to be looked at, and is emptied before the next run.
pub(crate) struct Folder(PathBuf);

/// How the program ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A run under way: the environment and the input are its own.
pub(crate) struct Run<'f> {
    command: Command,
    input: &'f str,
}

impl Folder {
    /// The empty folder of a test.
    pub(crate) fn new(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("it").join(test);
        // It is not there in the first run.
        _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A folder with one scenario, `scenarios/<id>.yaml`.
    pub(crate) fn with(test: &str, id: &str, scenario: &str) -> Self {
        let folder = Self::new(test);
        folder.scenario(id, scenario);
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn scenario(&self, id: &str, text: &str) {
        self.write(&format!("scenarios/{id}.yaml"), text);
    }

    /// Writes `target.yaml`: the endpoint with an account main, and whatever else is said.
    pub(crate) fn target(&self, endpoint: &Canned, more: &str) {
        let text = format!(
            "url: {}\naccounts:\n  main: {{ username: demo, password: {PASSWORD} }}\n{more}",
            endpoint.url()
        );
        self.write("target.yaml", &text);
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    /// The names of all files below the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&self.0).unwrap();
                    names.push(name.to_str().unwrap().to_owned());
                }
            }
        }
        names.sort();
        names
    }

    /// The program with these arguments, ready to run.
    pub(crate) fn command<'f>(&self, arguments: &[&str]) -> Run<'f> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_epochta-conformance"));
        let ours = |name: &OsString| {
            let name = name.to_string_lossy();
            name.starts_with("EPOCHTA_") || ["CI", "GITHUB_ACTIONS", "NO_COLOR"].contains(&&*name)
        };
        for (name, _) in std::env::vars_os().filter(|(name, _)| ours(name)) {
            command.env_remove(name);
        }
        command.current_dir(&self.0).args(arguments);
        Run { command, input: "" }
    }

    /// Runs the program.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).run()
    }

    /// Judges the endpoint of `target.yaml` by the scenarios of the folder, one after the other.
    pub(crate) fn judge(&self, more: &[&str]) -> Ran {
        self.run(&judging(more))
    }
}

/// The arguments of [`Folder::judge`].
pub(crate) fn judging<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let arguments = [
        "server",
        "scenarios",
        "--target",
        "target.yaml",
        "--jobs",
        "1",
    ];
    [arguments.as_slice(), more].concat()
}

impl<'f> Run<'f> {
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn input(mut self, input: &'f str) -> Self {
        self.input = input;
        self
    }

    pub(crate) fn run(mut self) -> Ran {
        let command = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that does not read its input is gone before it is written.
        _ = child.stdin.take().unwrap().write_all(self.input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// The exit code and both outputs, as one text.
    pub(crate) fn screen(&self) -> String {
        let mut screen = format!("exit code {}\n", self.code);
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                screen.extend(["--- ", name, "\n", text]);
            }
        }
        screen
    }
}

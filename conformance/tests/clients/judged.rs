//! The tests: the kit's own program judges each client, and finds what there is to find.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use epochta_conformance::finding::rule::{Rules, Side};
use epochta_conformance::profile::{Profile, Stands};
use epochta_conformance::report::clients::Table;
use libtest_mimic::{Arguments, Failed, Trial};

/// How a client is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// `client --adapter`.
    Adapter,
    /// `client`.
    Command,
    /// `observe`, while it is used by hand.
    Observe,
}

/// Rules that do not show by way of an adapter: a client has to be run, or its author's own texts and numbers be seen.
const WAYS: &[(&str, Way)] = &[
    ("batch-large", Way::Observe),
    ("cdata-broken", Way::Observe),
    ("charset-header-differs", Way::Observe),
    ("credits-not-shown", Way::Command),
    ("id-constant", Way::Observe),
    ("id-repeated", Way::Observe),
    ("id-not-shown", Way::Command),
    ("password-shown", Way::Command),
    ("plain-http", Way::Observe),
    ("polls-final", Way::Observe),
    ("polls-for-ever", Way::Observe),
    ("polls-too-often", Way::Observe),
    ("reason-not-shown", Way::Command),
    ("sender-breaks-rule", Way::Observe),
    ("text-dearer", Way::Observe),
    ("variables-mismatch", Way::Observe),
];

/// What shows every rule about requests: those rules, and exercises of some clauses.
const REQUESTS: &[&str] = &["sends", "CLIENT-03", "CLIENT-07", "CLIENT-12", "CLIENT-14"];

/// The profiles that were made, by name of the client.
type Profiles = Arc<Mutex<BTreeMap<String, Profile>>>;

pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let whole = arguments.filter.is_none() && !arguments.list && arguments.skip.is_empty();
    let rules = Rules::built_in().unwrap();
    let profiles = Profiles::default();
    let mut trials = Vec::new();
    for (name, way) in [
        ("good", Way::Adapter),
        ("good", Way::Command),
        ("good", Way::Observe),
    ] {
        let profiles = Arc::clone(&profiles);
        trials.push(Trial::test(format!("good::{way:?}"), move || {
            let profile = judge(name, way)?;
            let broken = broken(&profile);
            keep(&profiles, &format!("good ({way:?})"), profile);
            match broken.is_empty() {
                true => Ok(()),
                false => Err(format!("the good client was found to break {broken:?}").into()),
            }
        }));
    }
    for rule in rules.iter() {
        let id = rule.id.clone();
        let profiles = Arc::clone(&profiles);
        trials.push(Trial::test(format!("bad::{id}"), move || {
            let found = WAYS.iter().find(|(rule, _)| *rule == id);
            let profile = judge(&id, found.map_or(Way::Adapter, |(_, way)| *way))?;
            let broken = broken(&profile);
            keep(&profiles, &id, profile);
            match broken.contains(&id) {
                true => Ok(()),
                false => Err(format!("{id} was not found, but {broken:?}").into()),
            }
        }));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if conclusion.has_failed() || !whole {
        return conclusion.exit_code();
    }
    match table(&profiles) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => fail(&message),
    }
}

#[expect(clippy::print_stderr, reason = "this is what a test says that fails")]
fn fail(message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::FAILURE
}

fn keep(profiles: &Profiles, name: &str, profile: Profile) {
    let mut profiles = profiles.lock().unwrap_or_else(PoisonError::into_inner);
    profiles.insert(name.to_owned(), profile);
}

fn broken(profile: &Profile) -> Vec<String> {
    let standings = profile.standings.iter();
    let broken = standings.filter(|standing| matches!(standing.stands, Stands::Broken(_)));
    broken.map(|standing| standing.rule.clone()).collect()
}

/// The profile that the kit makes of a client.
fn judge(name: &str, way: Way) -> Result<Profile, Failed> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("clients")
        .join(format!("{name}-{way:?}-{}", std::process::id()));
    _ = std::fs::remove_dir_all(&folder);
    let own = std::env::current_exe()?;
    let output = match way {
        Way::Adapter | Way::Command => client(&folder, &own, name, way)?,
        Way::Observe => observed(&folder, &own, name)?,
    };
    let profile = Profile::read(&folder.join("profile.json")).map_err(|error| {
        format!(
            "{error}\n{}\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    })?;
    _ = std::fs::remove_dir_all(&folder);
    Ok(profile)
}

fn kit() -> Command {
    let mut kit = Command::new(env!("CARGO_BIN_EXE_epochta-conformance"));
    kit.env_remove("GITHUB_ACTIONS").stdin(Stdio::null());
    kit
}

fn client(folder: &Path, own: &Path, name: &str, way: Way) -> std::io::Result<Output> {
    let mut kit = kit();
    kit.args(["client", "--name", name, "--out"]).arg(folder);
    kit.args(["--jobs", "8"]);
    match name {
        // Everything, and generated inputs besides.
        "good" => kit.args(["--client-timeout", "5s", "--hang-after", "20s"]),
        // Those wait as long as the kit does.
        "no-time-out" | "no-whole-time-out" => {
            kit.args(["--client-timeout", "2s", "--hang-after", "6s"])
        }
        _ => kit.args(["--client-timeout", "10s", "--hang-after", "20s"]),
    };
    // Where it can show, and not all of the rest.
    if let Some(rule) = Rules::built_in().unwrap().get(name) {
        let only = match rule.side {
            Side::Request => REQUESTS,
            Side::Reaction => &[rule.clause.as_str()],
        };
        kit.args(only.iter().flat_map(|only| ["--only", only]));
    }
    match (way, name) {
        (Way::Adapter, "good") => {
            kit.args(["--adapter", "--cases", "60", "--seed", "7"]);
        }
        (Way::Adapter, _) => {
            kit.args(["--adapter", "--cases", "0"]);
        }
        (Way::Command | Way::Observe, _) => {
            kit.args(["--operations", "send,price,status,balance,credit-price"]);
        }
    }
    kit.arg("--").arg(own).args(["--as", name]);
    if way == Way::Adapter {
        kit.arg("adapter");
    }
    kit.output()
}

/// Uses a client by hand while the kit watches: it sends a few messages, and asks what became of them.
fn observed(folder: &Path, own: &Path, name: &str) -> std::io::Result<Output> {
    let mut kit = kit();
    kit.args(["observe", "--listen", "127.0.0.1:0", "--out"]);
    kit.arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut kit = kit.spawn()?;
    let mut stdout = BufReader::new(kit.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line)?;
    let url = line.trim().trim_start_matches("listening on ").to_owned();
    let texts = ["Hello", "Your code is 1234", "See you soon"];
    for (number, text) in texts.into_iter().enumerate() {
        let ids = format!("hand-{number}-a,hand-{number}-b");
        for operation in ["send", "status"] {
            let mut client = Command::new(own);
            client.args(["--as", name]).env("EPOCHTA_URL", &url);
            client.envs([
                ("EPOCHTA_OPERATION", operation),
                ("EPOCHTA_USERNAME", "demo"),
                ("EPOCHTA_PASSWORD", "secret"),
                ("EPOCHTA_SENDER", "SMSKA"),
                ("EPOCHTA_TO", "999000000001,999000000002"),
                ("EPOCHTA_TEXT", text),
                ("EPOCHTA_ID", &ids),
                ("EPOCHTA_TIMEOUT", "10"),
            ]);
            client.output()?;
        }
    }
    let id = kit.id().to_string();
    Command::new("kill").args(["-INT", &id]).status()?;
    stdout.read_line(&mut line)?;
    kit.wait_with_output()
}

/// The committed table of rules and clients is what came out.
fn table(profiles: &Profiles) -> Result<(), String> {
    let profiles = profiles.lock().unwrap_or_else(PoisonError::into_inner);
    let clients = profiles
        .iter()
        .map(|(name, profile)| (name.clone(), profile));
    let text = Table::of(clients).text();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/clients.txt");
    if std::env::var_os("UPDATE_CLIENTS").is_some() {
        return std::fs::write(path, text).map_err(|error| error.to_string());
    }
    if std::fs::read_to_string(path).is_ok_and(|committed| committed == text) {
        return Ok(());
    }
    Err(format!(
        "{path} is not what came out; look at it, then UPDATE_CLIENTS=1 cargo test --test clients:\n{text}"
    ))
}

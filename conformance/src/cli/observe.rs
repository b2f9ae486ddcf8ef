//! The command `observe`: stands in the gateway's place, and judges a client that somebody else uses.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::reports::ReportArgs;
use super::values::duration;
use super::{Exit, Failure, profile};
use crate::clause::Registry;
use crate::client::endpoint::Endpoint;
use crate::clock;
use crate::finding::cases;
use crate::finding::language::Language;
use crate::finding::rule::{Rules, Severity};
use crate::observe::{News, Observation, Observed, record};
use crate::profile::{FORMAT, Profile, Standing, Way};
use crate::report::text::{shortened, spelled};
use crate::run::event::{Event, Planned};
use crate::run::runner::Strictness;
use crate::stand_in::{Behind, Heard, Options, StandIn};

/// No line of what is told as it comes is longer.
const LONGEST_LINE: usize = 400;

/// What a client is called of which only its requests are known.
const CLIENT: &str = "the client that was observed";

/// What `observe` takes.
#[derive(Args, Debug)]
pub struct ObserveArgs {
    /// Where to listen; with port 0, on a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8621")]
    listen: SocketAddr,
    /// Another endpoint that answers: requests and replies pass byte for byte, and both are judged.
    #[arg(long, value_name = "URL")]
    upstream: Option<Endpoint>,
    /// Allow an upstream that is not on this machine. The real gateway sends real messages for real money.
    #[arg(long, requires = "upstream")]
    live: bool,
    /// How long to observe: 30s, 5m. Without it, until Ctrl-C.
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    time: Option<Duration>,
    /// Write what was asked and answered as a scenario. The name of the file begins with the clause that it is to
    /// test: SEND-01-shop.yaml.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    record: Option<PathBuf>,
    /// What the client is written in, for how to mend what is found. If not said, its User-Agent may tell.
    #[arg(long, value_enum, value_name = "LANGUAGE", help_heading = "Output")]
    language: Option<Language>,
    /// Write the client's profile into this folder.
    #[arg(long, value_name = "FOLDER", help_heading = "Output")]
    out: Option<PathBuf>,
    /// Warnings count like errors.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    reports: ReportArgs,
}

/// Observes, and says how to end.
pub fn run(args: &ObserveArgs) -> Result<Exit, Failure> {
    let registry = Registry::built_in()?;
    let rules = Rules::built_in().map_err(Failure::Rules)?;
    if let Some(upstream) = args.upstream.as_ref().filter(|_| !args.live)
        && !upstream.is_loopback()
    {
        return Err(Failure::NotLoopback(upstream.to_string()));
    }
    let record = args.record.as_deref().map(|file| {
        let clause = record::clause(file, &registry).ok_or_else(|| {
            Failure::Usage(format!(
                "the name of {} does not begin with a clause; write for example SEND-01-shop.yaml",
                file.display()
            ))
        });
        clause.map(|clause| (file, clause))
    });
    let record = record.transpose()?;
    // What cannot be written is better known before than after.
    let mut reporters = args.reports.reporters()?;
    let mut out = args.reports.people();
    let runtime = super::runtime()?;
    let observation = runtime.block_on(observe(args, &rules, &mut *out))?;
    let strictness = if args.strict {
        Strictness::Should
    } else {
        Strictness::Must
    };
    let (news, observed) = observation.end(args.language, strictness, &rules, &registry);
    for news in news {
        tell(&mut *out, &news, &rules)?;
    }
    if observed.requests == 0 {
        writeln!(out, "no request came")?;
        return Ok(Exit::Nothing);
    }
    writeln!(out, "{}", counts(&observed))?;
    let planned = Planned {
        target: CLIENT.to_owned(),
        revision: String::new(),
        selected: observed.cases.len(),
        registry: registry.clone(),
    };
    for reporter in &mut reporters {
        reporter.hear(&Event::Planned(&planned))?;
        for case in &observed.cases {
            reporter.hear(&Event::Finished(case))?;
        }
        reporter.hear(&Event::Ended(&observed.summary))?;
    }
    if let Some((file, clause)) = record {
        let text = record::scenario(file, clause, &observed.kept, &observed.redaction, &registry)?;
        super::write(file, &text)?;
        writeln!(out, "recorded in {}", file.display())?;
    }
    let failed = observed.summary.failed > 0;
    if let Some(folder) = &args.out {
        profile::write(folder, &profiled(observed, &rules), &registry)?;
    }
    Ok(if failed { Exit::Against } else { Exit::Done })
}

/// Listens until the time is over or somebody presses Ctrl-C, and tells what is new.
async fn observe(
    args: &ObserveArgs,
    rules: &Rules,
    out: &mut dyn Write,
) -> Result<Observation, Failure> {
    let (heard, mut hears) = unbounded_channel();
    let behind = match &args.upstream {
        Some(endpoint) => Behind::Upstream(endpoint.clone()),
        None => Behind::Desk(Box::default()),
    };
    let options = Options {
        address: args.listen,
        heard: Some(heard),
        ..Options::default()
    };
    let stand_in = StandIn::start(behind, options).await?;
    writeln!(out, "listening on {}", stand_in.url())?;
    out.flush()?;
    let mut observation = Observation::default();
    let mut listening = Listening {
        observation: &mut observation,
        rules,
        out,
    };
    tokio::select! {
        // Whoever cannot press Ctrl-C ends it in another way.
        Ok(()) = tokio::signal::ctrl_c() => {}
        () = over(args.time) => {}
        result = listening.go_on(&mut hears) => result?,
    }
    // What is under way ends now, and is heard of.
    stand_in.stop().await;
    listening.go_on(&mut hears).await?;
    Ok(observation)
}

async fn over(time: Option<Duration>) {
    match time {
        Some(time) => clock::pause(time).await,
        None => std::future::pending().await,
    }
}

/// Who hears of requests.
struct Listening<'l> {
    observation: &'l mut Observation,
    rules: &'l Rules,
    out: &'l mut dyn Write,
}

impl Listening<'_> {
    /// Hears until there is nothing to come.
    async fn go_on(&mut self, hears: &mut UnboundedReceiver<Heard>) -> Result<(), Failure> {
        while let Some(heard) = hears.recv().await {
            for news in self.observation.hear(heard) {
                tell(self.out, &news, self.rules)?;
            }
        }
        Ok(())
    }
}

/// A line for what is new. The same again is only counted.
fn tell(out: &mut dyn Write, news: &News, rules: &Rules) -> io::Result<()> {
    let line = match news {
        News::Finding {
            rule,
            request,
            detail,
        } => {
            let severity = rules.get(rule).map_or(Severity::Note, |rule| rule.severity);
            let place = request.map_or_else(String::new, |number| format!("request {number}: "));
            format!("{severity}  {rule}  {place}{detail}")
        }
        News::Fault { request, fault } => {
            format!(
                "upstream  {}  request {request}: {}",
                fault.clause, fault.what
            )
        }
    };
    writeln!(out, "{}", shortened(&spelled(&line), LONGEST_LINE))?;
    out.flush()
}

/// How much there was of everything, in a line.
fn counts(observed: &Observed) -> String {
    let (errors, warnings, notes) = cases::counts(&observed.found);
    format!(
        "requests {} / errors {errors} / warnings {warnings} / notes {notes}",
        observed.requests
    )
}

fn profiled(observed: Observed, rules: &Rules) -> Profile {
    Profile {
        format: FORMAT,
        client: CLIENT.to_owned(),
        way: Way::Observed,
        language: observed.language,
        kit: env!("CARGO_PKG_VERSION").to_owned(),
        day: clock::today(),
        habits: observed.habits,
        findings: observed.found,
        standings: Standing::of(rules, &observed.cases),
        cases: observed.cases,
        summary: observed.summary,
    }
}

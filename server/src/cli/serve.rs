//! `serve`: configuration, clock, socket and signals are put together here, and nowhere else.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use tokio::net::TcpListener;

use super::banner::Banner;
use super::{ServeArgs, log};
use crate::config::Config;
use crate::http::{self, App};
use crate::space::spaces::Spaces;

pub(super) fn run(args: &ServeArgs) -> ExitCode {
    let _log = match log::start(&args.log, args.log_format) {
        Ok(guard) => guard,
        Err(wrong) => {
            super::complain(&wrong);
            return ExitCode::from(2);
        }
    };
    let config = match args.config.as_deref().map(Config::load).transpose() {
        Ok(config) => config,
        Err(error) => {
            super::complain(&error.to_string());
            return ExitCode::from(2);
        }
    };
    match serve(args, config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            super::complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn serve(args: &ServeArgs, config: Option<Config>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let built_in = config.is_none();
    let mut config = config.unwrap_or_default();
    config.rules.seed = args.seed;
    let served = runtime.block_on(async {
        let listener = TcpListener::bind(&args.listen).await.with_context(|| {
            format!("cannot listen on {}; is a mock running there? --listen 127.0.0.1:0 takes a free port", args.listen)
        })?;
        // Both signals are caught before anybody can know the port.
        let stop = stop_signal()?;
        let address = listener.local_addr()?;
        if let Some(file) = &args.port_file {
            write_port(file, address)
                .with_context(|| format!("the port could not be written to {}", file.display()))?;
        }
        let banner = Banner { config: &config, address, seed: args.seed, built_in };
        super::say(&banner.to_string());
        let app = Arc::new(App { spaces: Spaces::open(config) });
        http::serve(listener, Arc::clone(&app), stop).await;
        let (mut messages, mut evicted) = (0, 0);
        for space in app.spaces.all() {
            let holdings = space.world.holdings();
            messages += holdings.messages;
            evicted += holdings.evicted;
        }
        tracing::info!(messages, evicted, "stopped");
        Ok(())
    });
    // What is still computing now has had its time; nobody waits for it.
    runtime.shutdown_background();
    served
}

/// Whoever waits for the file must find it whole: it appears under its name with the port in it.
fn write_port(file: &Path, address: SocketAddr) -> std::io::Result<()> {
    let mut unfinished = file.as_os_str().to_owned();
    unfinished.push(".tmp");
    fs::write(&unfinished, format!("{}\n", address.port()))?;
    fs::rename(&unfinished, file)
}

#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

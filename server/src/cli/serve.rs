//! `serve`: configuration, clock, socket and signals are put together here, and nowhere else.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch as telling;

use super::banner::Banner;
use super::{ServeArgs, access, log};
use crate::config::{Config, ConfigError};
use crate::http::{self, App, Face, Sockets};
use crate::reload::watch::watch;
use crate::reload::{Cause, Configuration};
use crate::space::spaces::Spaces;

pub(super) fn run(args: &ServeArgs) -> ExitCode {
    // Whoever waits for the file must not find the port of a mock that is gone, whatever comes of this one.
    if let Some(file) = &args.port_file
        && let Err(error) = remove_port(file)
    {
        let file = file.display();
        super::complain(&format!(
            "the port file {file} of before cannot be removed: {error}"
        ));
        return ExitCode::FAILURE;
    }
    let _log = match log::start(&args.log, args.log_format) {
        Ok(guard) => guard,
        Err(wrong) => {
            super::complain(&wrong);
            return ExitCode::from(2);
        }
    };
    let (config, configuration) = match load(args) {
        Ok(loaded) => loaded,
        Err(error) => {
            super::complain(&error.to_string());
            return ExitCode::from(2);
        }
    };
    match serve(args, config, configuration) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            super::complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn load(args: &ServeArgs) -> Result<(Config, Configuration), ConfigError> {
    match &args.config {
        Some(file) => Configuration::load(file, args.seed),
        None => {
            let mut config = Config::default();
            config.rules.seed = args.seed;
            Ok((config, Configuration::built_in()))
        }
    }
}

/// How many connections may wait to be accepted; a thousand clients may come at once.
const BACKLOG: u32 = 1024;

/// Listens on the first address of a name that can be had.
async fn listen(address: &str) -> io::Result<TcpListener> {
    let mut last = io::ErrorKind::AddrNotAvailable.into();
    for address in tokio::net::lookup_host(address).await? {
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        // A mock that was just stopped must not keep the next one from its port.
        socket.set_reuseaddr(cfg!(unix))?;
        match socket.bind(address).and_then(|()| socket.listen(BACKLOG)) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn serve(args: &ServeArgs, config: Config, configuration: Configuration) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let served =
        runtime.block_on(async {
            let listener = listen(&args.listen).await.map_err(|error| {
                let hint = if error.kind() == io::ErrorKind::AddrInUse {
                    "; is a mock running there? --listen 127.0.0.1:0 takes a free port"
                } else {
                    ""
                };
                anyhow::anyhow!("cannot listen on {}: {error}{hint}", args.listen)
            })?;
            let control =
                match &args.admin_listen {
                    Some(address) => Some(listen(address).await.with_context(|| {
                        format!("cannot listen on {address} for the control API")
                    })?),
                    None => None,
                };
            let reachable = control.as_ref().unwrap_or(&listener).local_addr()?;
            let (access, token) = access::access(args, reachable)?;
            // All signals are caught before anybody can know the port.
            let stop = stop_signal()?;
            let hangup = hangup(&configuration)?;
            let address = listener.local_addr()?;
            let _port_file = match &args.port_file {
                Some(file) => Some(PortFile::write(file, address).with_context(|| {
                    format!("the port could not be written to {}", file.display())
                })?),
                None => None,
            };
            let file = args.config.as_deref();
            let banner = Banner {
                config: &config,
                address,
                seed: args.seed,
                file,
                control: reachable,
                token: token.as_deref(),
                read_only: args.read_only || config.read_only,
            };
            super::say(&banner.to_string());
            let app = Arc::new(App {
                spaces: Spaces::open(config),
                access,
                configuration,
                read_only: args.read_only,
                gateway: args.admin_listen.as_ref().map(|_| address),
                sockets: Sockets::default(),
            });
            // Both end with the runtime.
            tokio::spawn(reload_on(hangup, Arc::clone(&app)));
            if !args.no_reload {
                tokio::spawn(watch(Arc::clone(&app)));
            }
            serve_faces(listener, control, Arc::clone(&app), stop).await;
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

/// Serves on one socket, or on two: the gateway, and the control API apart.
async fn serve_faces(
    gateway: TcpListener,
    control: Option<TcpListener>,
    app: Arc<App>,
    stop: impl Future<Output = ()>,
) {
    let Some(control) = control else {
        return http::serve(gateway, app, Face::Both, stop).await;
    };
    let (stopping, mut stopped) = telling::channel(());
    let control = http::serve(control, Arc::clone(&app), Face::Control, async move {
        // Whether it was told or left alone: it is to stop.
        drop(stopped.changed().await);
    });
    let gateway = http::serve(gateway, app, Face::Gateway, async move {
        stop.await;
        drop(stopping);
    });
    tokio::join!(gateway, control);
}

/// The file with the port in it; it goes when the server does.
struct PortFile<'a> {
    path: &'a Path,
    text: String,
}

impl<'a> PortFile<'a> {
    /// Whoever waits for the file must find it whole: it appears under its name with the port in it.
    fn write(path: &'a Path, address: SocketAddr) -> io::Result<Self> {
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".tmp");
        let text = format!("{}\n", address.port());
        let written = fs::write(&unfinished, &text).and_then(|()| fs::rename(&unfinished, path));
        if written.is_err() {
            drop(fs::remove_file(&unfinished));
        }
        written.map(|()| Self { path, text })
    }
}

impl Drop for PortFile<'_> {
    fn drop(&mut self) {
        // Another mock may have written its own in the meantime.
        if fs::read_to_string(self.path).is_ok_and(|text| text == self.text) {
            drop(fs::remove_file(self.path));
        }
    }
}

/// Removes what an earlier mock left; never a device or a directory.
fn remove_port(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => fs::remove_file(path),
        Ok(_) => Err(io::Error::other("it is no plain file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
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
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

/// SIGHUP, where there is a file to read again. Where there is none it ends the program, as it would without us.
#[cfg(unix)]
fn hangup(configuration: &Configuration) -> io::Result<Option<tokio::signal::unix::Signal>> {
    use tokio::signal::unix::{SignalKind, signal};
    configuration
        .file()
        .map(|_| signal(SignalKind::hangup()))
        .transpose()
}

/// Reads the configuration again at each signal; what comes of it is in the log.
#[cfg(unix)]
async fn reload_on(hangup: Option<tokio::signal::unix::Signal>, app: Arc<App>) {
    let Some(mut hangup) = hangup else {
        return;
    };
    while hangup.recv().await.is_some() {
        let app = Arc::clone(&app);
        let reload = move || drop(app.configuration.reload(&app.spaces, Cause::Hangup));
        if let Err(error) = tokio::task::spawn_blocking(reload).await {
            tracing::error!(%error, "the configuration was not reloaded");
        }
    }
}

#[cfg(not(unix))]
fn hangup(_: &Configuration) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
async fn reload_on((): (), _: Arc<App>) {}

//! The language server: `ties lsp`.
//!
//! This crate holds state, translation and capabilities; what a feature answers is decided in `ide`, `check` and below.
//! Messages come in through [`framing`], are put in order by [`ordering`], and the state has one [`owner`]. Standard
//! output belongs to the protocol; logs go elsewhere. No rule about contacts lives here.

mod capabilities;
mod diagnostics;
mod framing;
mod from_proto;
mod history;
mod ordering;
mod owner;
mod requests;
mod server;
mod state;
mod text_sync;
mod to_proto;
mod uri;
mod watch;

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use jiff::{Zoned, civil::Date};
use tokio::io::{AsyncRead, AsyncWrite};
use tower_lsp::LspService;

use crate::{ordering::Ordered, server::Backend};

/// How the server is to run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The day to take for today; `None` for the one of the system's clock, in its time zone.
    pub today: Option<Date>,
}

/// Where the day comes from: the only clock of the server.
struct Clock {
    now: Box<dyn Fn() -> Zoned + Send + Sync>,
    /// How often it is looked at to see whether the day has changed.
    every: Duration,
}

/// How often the day is looked at: a laptop that slept through midnight is right soon after waking.
const DAY_CHECK: Duration = Duration::from_secs(30);

/// Serves one client on standard input and output until it says `exit` or goes away. Returns the exit code: 0 where it
/// asked for `shutdown` before, else 1.
///
/// # Errors
/// Where no threads can be started.
pub fn run(options: Options) -> anyhow::Result<i32> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the language server cannot start its threads")?;
    let code = runtime.block_on(serve(tokio::io::stdin(), tokio::io::stdout(), options));
    // The thread that reads standard input may wait for ever.
    runtime.shutdown_background();
    Ok(code)
}

/// Serves one client over any two streams; see [`run`]. Needs a multi-threaded runtime.
pub async fn serve<I, O>(input: I, output: O, options: Options) -> i32
where
    I: AsyncRead + Unpin + Send + 'static,
    O: AsyncWrite + Unpin,
{
    let now: Box<dyn Fn() -> Zoned + Send + Sync> = match options.today {
        None => Box::new(Zoned::now),
        Some(today) => Box::new(move || {
            let now = Zoned::now();
            // A day on which the clocks skip this time of day has no such moment; the day is what matters.
            now.with().date(today).build().unwrap_or(now)
        }),
    };
    let every = DAY_CHECK;
    serve_at(input, output, Clock { now, every }).await
}

async fn serve_at<I, O>(input: I, output: O, clock: Clock) -> i32
where
    I: AsyncRead + Unpin + Send + 'static,
    O: AsyncWrite + Unpin,
{
    let (guarded, to_server) = tokio::io::duplex(64 * 1024);
    let guard = tokio::spawn(framing::guard(input, to_server));
    let mut shared = None;
    let (service, socket) = LspService::build(|client| {
        let backend = Backend::new(client, clock);
        shared = Some(Arc::clone(&backend.shared));
        backend
    })
    .finish();
    let shared = shared.expect("the service was just built");
    // Slots hold answers, not work: the work is done in tasks of its own.
    tower_lsp::Server::new(guarded, output, socket)
        .concurrency_level(1024)
        .serve(Ordered::new(service, Arc::clone(&shared)))
        .await;
    guard.abort();
    shared.stop();
    // An interaction that is being written is written to its end.
    drop(shared.writing.lock().await);
    i32::from(!shared.was_shut_down())
}

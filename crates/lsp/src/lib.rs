//! The language server: `ties lsp`.
//!
//! This crate holds state, translation and capabilities; what a feature answers is decided in `ide`, `check` and below.
//! Messages come in through `framing`, are put in order by `ordering`, and the state has one `owner`. Standard
//! output belongs to the protocol; logs go elsewhere. No rule about contacts lives here.

mod capabilities;
mod diagnostics;
mod framing;
mod from_proto;
mod history;
mod ordering;
mod outgoing;
mod owner;
mod refresh;
mod requests;
mod server;
mod settings;
mod stale;
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
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{ordering::Ordered, outgoing::Outgoing, server::Backend};

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
    log_to_stderr();
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

/// Has warnings written to standard error, which editors keep in their logs; `TIES_LOG` (`error`, `info`, `debug`, …)
/// has more or less of them.
fn log_to_stderr() {
    let level = std::env::var("TIES_LOG")
        .ok()
        .and_then(|level| level.parse().ok())
        .unwrap_or(LevelFilter::WARN);
    // The watcher warns of every folder that is deleted.
    let targets = Targets::new()
        .with_default(level)
        .with_target("notify", level.min(LevelFilter::ERROR));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false);
    let subscriber = tracing_subscriber::registry().with(lines).with(targets);
    // A program that logs already keeps its own way.
    let _ = subscriber.try_init();
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
    let socket = Outgoing {
        socket,
        marks: Arc::clone(&shared.marks),
    };
    // Slots hold answers, not work: the work is done in tasks of its own.
    tower_lsp::Server::new(guarded, output, socket)
        .concurrency_level(1024)
        .serve(Ordered::new(service, Arc::clone(&shared)))
        .await;
    guard.abort();
    shared.stop();
    // An interaction that is being written is written to its end.
    drop(shared.writing.lock().await);
    shared.pages.clear();
    shared.wait_for_background();
    i32::from(!shared.was_shut_down())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI8, Ordering};

    use jiff::civil::date;
    use serde_json::{Value, json};
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream};

    use super::*;

    /// The least of a client: whole conversations are in the package `ties-tests`.
    struct Client {
        to: DuplexStream,
        from: BufReader<DuplexStream>,
    }

    impl Client {
        async fn send(&mut self, message: Value) {
            let body = message.to_string();
            let frame = format!("Content-Length: {}\r\n\r\n{body}", body.len());
            self.to
                .write_all(frame.as_bytes())
                .await
                .expect("the server listens");
        }

        async fn next(&mut self) -> Value {
            let read = async {
                let mut header = String::new();
                self.from.read_line(&mut header).await.expect("a header");
                let length = header["Content-Length: ".len()..].trim().parse();
                self.from
                    .read_line(&mut header)
                    .await
                    .expect("an empty line");
                let mut body = vec![0; length.expect("a length")];
                self.from.read_exact(&mut body).await.expect("a body");
                serde_json::from_slice(&body).expect("JSON")
            };
            tokio::time::timeout(Duration::from_mins(1), read)
                .await
                .expect("the server answers")
        }

        /// Returns the codes that are published next for a note.
        async fn published(&mut self) -> Vec<String> {
            loop {
                let message = self.next().await;
                let uri = &message["params"]["uri"];
                if uri.as_str().is_some_and(|uri| uri.contains("ada.md")) {
                    let items = message["params"]["diagnostics"].as_array().cloned();
                    let items = items.unwrap_or_default().into_iter();
                    return items
                        .map(|item| item["code"].as_str().unwrap_or("").to_owned())
                        .collect();
                }
            }
        }
    }

    #[test]
    fn follow_ups_come_due_at_midnight_without_an_edit() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let root = folder.path().canonicalize().expect("it is there");
        let text = "---\nkind: contact\nemail: a@b.example\nfollow_up: {date: 2026-11-25}\n---\n";
        std::fs::write(root.join("ada.md"), text).expect("it is writable");
        let uri = uri::from_path(&root);

        let day = Arc::new(AtomicI8::new(1));
        let shown = Arc::clone(&day);
        let now = move || {
            let day = date(2026, 11, shown.load(Ordering::SeqCst));
            day.at(12, 0, 0, 0).in_tz("UTC").expect("a moment")
        };
        let clock = Clock {
            now: Box::new(now),
            every: Duration::from_millis(10),
        };

        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .expect("a runtime starts");
        runtime.block_on(async {
            let (to, input) = tokio::io::duplex(4096);
            let (output, from) = tokio::io::duplex(4096);
            let server = tokio::spawn(serve_at(input, output, clock));
            let from = BufReader::new(from);
            let mut client = Client { to, from };
            let message = |id: Option<i32>, method: &str, params: Value| {
                let mut message = json!({"jsonrpc": "2.0", "method": method, "params": params});
                if let Some(id) = id {
                    message["id"] = json!(id);
                }
                message
            };
            let params = json!({"capabilities": {}, "rootUri": uri});
            client.send(message(Some(1), "initialize", params)).await;
            assert_eq!(client.next().await["id"], 1);
            client.send(message(None, "initialized", json!({}))).await;
            let document = json!({
                "uri": format!("{uri}/ada.md"),
                "languageId": "markdown",
                "version": 1,
                "text": text,
            });
            let params = json!({"textDocument": document});
            client
                .send(message(None, "textDocument/didOpen", params))
                .await;
            assert_eq!(client.published().await, [""; 0]);
            day.store(26, Ordering::SeqCst);
            assert_eq!(client.published().await, ["follow-up-overdue"]);
            drop(client);
            assert_eq!(server.await.expect("the server ends"), 1);
        });
    }
}

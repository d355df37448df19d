//! The order of messages: what the read loop does with each as it reads it, before any handler runs.
//!
//! The framework polls handlers side by side, so what they do after their first wait has no order. Here, every edit
//! becomes a job of the one owner, and every request gets its place in the same queue, with a ticket that will hold the
//! state as it is then. Handlers run in tasks of their own, so that a panic in one ends that one only.

use std::{
    cell::RefCell,
    path::PathBuf,
    sync::Arc,
    task::{Context, Poll},
};

use futures::{
    FutureExt, TryFutureExt,
    future::{self, BoxFuture},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::{
    ExitedError, LspService,
    jsonrpc::{Error, ErrorCode, Id, Request, Response},
    ls_types as lsp,
};
use tower_service::Service;
use tracing::{error, warn};

use crate::{
    framing,
    owner::Job,
    server::{Backend, Lifecycle, Shared},
    stale::Ticket,
    uri,
};

tokio::task_local! {
    /// The place in the queue of the request that the present task answers.
    pub(crate) static TICKET: RefCell<Option<Ticket>>;
}

/// The service in front of the framework's.
pub(crate) struct Ordered {
    inner: LspService<Backend>,
    shared: Arc<Shared>,
}

impl Ordered {
    pub(crate) fn new(inner: LspService<Backend>, shared: Arc<Shared>) -> Self {
        Self { inner, shared }
    }
}

type Answer = Result<Option<Response>, ExitedError>;

impl Service<Request> for Ordered {
    type Response = Option<Response>;
    type Error = ExitedError;
    type Future = BoxFuture<'static, Answer>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ExitedError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match request.method() {
            framing::MALFORMED => return future::ok(Some(malformed(request))).boxed(),
            "initialize" => {
                // It waits for nothing, so its answer is there at once, and with it the framework's state.
                let answer = self.inner.call(without_bad_uris(request));
                return match answer.now_or_never() {
                    Some(answer) => future::ready(answer).boxed(),
                    None => future::ok(None).boxed(),
                };
            }
            "shutdown" => self.shared.advance(Lifecycle::ShutDown),
            "exit" => return self.inner.call(request),
            _ => {}
        }
        let serving = self.shared.lifecycle() == Lifecycle::Serving;
        if request.id().is_none() {
            if !serving {
                return self.inner.call(request);
            }
            match edits(&request) {
                Some(jobs) => {
                    for job in jobs {
                        if let Job::Open { path, .. }
                        | Job::Change { path, .. }
                        | Job::Close { path } = &job
                        {
                            self.shared.arrivals.edited(path);
                        }
                        self.shared.put(job);
                    }
                    return future::ok(None).boxed();
                }
                None => return self.spawn(request, None),
            }
        }
        if !serving {
            // The framework refuses it, or says nothing where it is one of its own kind.
            let id = request.id().cloned();
            let refused = self.inner.call(request);
            let answered = refused.map_ok(|answer| {
                answer.or_else(|| Some(Response::from_error(id?, Error::invalid_request())))
            });
            return answered.boxed();
        }
        let (reader, ticket) = oneshot::channel();
        self.shared.put(Job::Read(reader));
        let document = document_of(&request).filter(|_| {
            let retried = &self.shared.client().retries;
            retried.iter().any(|method| method == request.method())
        });
        let ticket = self.shared.arrivals.asked(ticket, document);
        self.spawn(request, Some(ticket))
    }
}

impl Ordered {
    fn spawn(&mut self, request: Request, ticket: Option<Ticket>) -> BoxFuture<'static, Answer> {
        let id = request.id().cloned();
        let method = request.method().to_owned();
        let task = TICKET.scope(RefCell::new(ticket), self.inner.call(request));
        let task = tokio::spawn(task);
        async move {
            match task.await {
                // The framework says nothing to requests of its own kind (`$/…`) that it does not know.
                Ok(Ok(None)) => {
                    Ok(id.map(|id| Response::from_error(id, Error::method_not_found())))
                }
                Ok(answer) => answer,
                Err(error) => {
                    error!("`{method}` ended: {error}");
                    Ok(id.map(|id| Response::from_error(id, Error::internal_error())))
                }
            }
        }
        .boxed()
    }
}

/// Returns the document that a request is about.
fn document_of(request: &Request) -> Option<PathBuf> {
    let uri = request.params()?.pointer("/textDocument/uri")?.as_str()?;
    uri::to_path(uri)
}

/// Answers a frame that was no message.
fn malformed(request: Request) -> Response {
    let (_, id, params) = request.into_parts();
    let code = params
        .as_ref()
        .and_then(|params| params.get("code")?.as_i64());
    let code = ErrorCode::from(code.unwrap_or(-32700));
    Response::from_error(id.unwrap_or(Id::Null), Error::new(code))
}

/// Returns the jobs of a notification that changes the state; `None` for any other.
///
/// Parameters that cannot be read, and documents that are no files, change nothing.
fn edits(request: &Request) -> Option<Vec<Job>> {
    let method = request.method();
    let params = request.params();
    Some(match method {
        "textDocument/didOpen" => read(method, params)
            .and_then(|params: lsp::DidOpenTextDocumentParams| {
                let document = params.text_document;
                let path = uri::to_path(document.uri.as_str())?;
                is_ours(&path, &document.language_id).then(|| Job::Open {
                    uri: document.uri.as_str().to_owned(),
                    path,
                    version: document.version,
                    text: document.text,
                })
            })
            .into_iter()
            .collect(),
        "textDocument/didChange" => read(method, params)
            .and_then(|params: lsp::DidChangeTextDocumentParams| {
                Some(Job::Change {
                    path: uri::to_path(params.text_document.uri.as_str())?,
                    version: params.text_document.version,
                    changes: params.content_changes,
                })
            })
            .into_iter()
            .collect(),
        "textDocument/didClose" => read(method, params)
            .and_then(|params: lsp::DidCloseTextDocumentParams| {
                let path = uri::to_path(params.text_document.uri.as_str())?;
                Some(Job::Close { path })
            })
            .into_iter()
            .collect(),
        "textDocument/didSave" => read(method, params)
            .and_then(|params: lsp::DidSaveTextDocumentParams| {
                let path = uri::to_path(params.text_document.uri.as_str())?;
                Some(Job::Recheck(vec![path]))
            })
            .into_iter()
            .collect(),
        "workspace/didChangeWatchedFiles" => read(method, params)
            .map(|params: lsp::DidChangeWatchedFilesParams| {
                let paths = params.changes.iter();
                Job::Recheck(
                    paths
                        .filter_map(|change| uri::to_path(change.uri.as_str()))
                        .collect(),
                )
            })
            .into_iter()
            .collect(),
        "workspace/didCreateFiles" | "workspace/didDeleteFiles" => {
            // Both say `{files: [{uri}]}`.
            read(method, params)
                .map(|params: lsp::CreateFilesParams| {
                    let uris = params.files.iter().map(|file| &*file.uri);
                    Job::Recheck(uris.filter_map(uri::to_path).collect())
                })
                .into_iter()
                .collect()
        }
        "workspace/didRenameFiles" => read(method, params)
            .map(|params: lsp::RenameFilesParams| {
                let files = params.files.iter();
                let uris = files.flat_map(|file| [&*file.old_uri, &*file.new_uri]);
                Job::Recheck(uris.filter_map(uri::to_path).collect())
            })
            .into_iter()
            .collect(),
        "workspace/didChangeConfiguration" => {
            let settings = params.and_then(|params| params.get("settings"));
            let settings = settings.filter(|settings| settings.get("ties").is_some())?;
            vec![Job::Settings(settings.clone())]
        }
        "workspace/didChangeWorkspaceFolders" => read(method, params)
            .map(|params: lsp::DidChangeWorkspaceFoldersParams| {
                let removed = params.event.removed.iter().filter_map(|folder| {
                    let path = uri::to_path(folder.uri.as_str())?;
                    Some(Job::RemoveFolder { path })
                });
                let added = params.event.added.iter().filter_map(|folder| {
                    let uri = folder.uri.as_str().to_owned();
                    let path = uri::to_path(&uri)?;
                    Some(Job::AddFolder { uri, path })
                });
                removed.chain(added).collect()
            })
            .unwrap_or_default(),
        _ => return None,
    })
}

/// Returns whether a document is a note or the settings; others that a client may send are not kept.
fn is_ours(path: &std::path::Path, language: &str) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("");
    language == "markdown"
        || name == crate::state::CONFIG
        || vault::path::without_extension(name) != name
}

fn read<P: DeserializeOwned>(method: &str, params: Option<&Value>) -> Option<P> {
    match P::deserialize(params.unwrap_or(&Value::Null)) {
        Ok(params) => Some(params),
        Err(error) => {
            warn!("`{method}` has parameters that cannot be read: {error}");
            None
        }
    }
}

/// Takes folders out of `initialize` whose URIs are none, which the framework would refuse as a whole.
fn without_bad_uris(request: Request) -> Request {
    let (method, id, params) = request.into_parts();
    let is_bad = |uri: Option<&Value>| {
        uri.is_some_and(|uri| serde_json::from_value::<lsp::Uri>(uri.clone()).is_err())
    };
    let mut builder = Request::build(method);
    if let Some(mut params) = params {
        if is_bad(params.get("rootUri").filter(|uri| !uri.is_null())) {
            params["rootUri"] = Value::Null;
        }
        if let Some(folders) = params
            .get_mut("workspaceFolders")
            .and_then(Value::as_array_mut)
        {
            folders.retain(|folder| !is_bad(folder.get("uri")));
        }
        builder = builder.params(params);
    }
    match id {
        Some(id) => builder.id(id).finish(),
        None => builder.finish(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;
    use tokio::task::JoinHandle;

    use super::*;
    use crate::Clock;

    /// A service with one open document, and what it shares.
    struct Bench {
        service: Ordered,
        shared: Arc<Shared>,
        last_id: i64,
    }

    const URI: &str = "file:///nowhere/ties/n.md";

    impl Bench {
        async fn new(capabilities: Value) -> Self {
            let clock = Clock {
                now: Box::new(jiff::Zoned::now),
                every: Duration::from_hours(1),
            };
            let mut shared = None;
            let (service, _) = LspService::new(|client| {
                let backend = Backend::new(client, clock);
                shared = Some(Arc::clone(&backend.shared));
                backend
            });
            let shared = shared.expect("the service was just built");
            let service = Ordered::new(service, Arc::clone(&shared));
            let mut bench = Self {
                service,
                shared,
                last_id: 0,
            };
            let answer = bench.ask("initialize", json!({"capabilities": capabilities}));
            assert!(answer.await.expect("it is answered").is_ok());
            let document =
                json!({"uri": URI, "languageId": "markdown", "version": 1, "text": "# One\n"});
            bench.tell("textDocument/didOpen", json!({"textDocument": document}));
            bench
        }

        fn tell(&mut self, method: &'static str, params: Value) {
            let answer = self
                .service
                .call(Request::build(method).params(params).finish());
            // The framework polls what it is given.
            tokio::spawn(answer);
        }

        fn edit(&mut self) {
            self.tell(
                "textDocument/didChange",
                json!({"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": "# Two\n"}]}),
            );
        }

        fn ask(&mut self, method: &'static str, params: Value) -> JoinHandle<Result<Value, i64>> {
            self.last_id += 1;
            let request = Request::build(method).params(params).id(self.last_id);
            let answer = self.service.call(request.finish());
            tokio::spawn(async move {
                let answer = answer.await.expect("it serves").expect("an answer");
                match answer.into_parts().1 {
                    Ok(result) => Ok(result),
                    Err(error) => Err(error.code.code()),
                }
            })
        }
    }

    fn run(test: impl AsyncFnOnce()) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .expect("a runtime starts");
        runtime.block_on(test());
    }

    fn document() -> Value {
        json!({"textDocument": {"uri": URI}})
    }

    #[test]
    fn what_the_client_asks_again_ends_where_its_document_changed_while_it_waited() {
        run(async || {
            let method = "textDocument/documentSymbol";
            let retries = json!({"general": {"staleRequestSupport": {
                "cancel": true,
                "retryOnContentModified": [method],
            }}});
            let mut bench = Bench::new(retries).await;
            // While somebody reads, the edit before the request waits, and so does the request.
            let reading = bench.shared.state.read_arc();
            bench.edit();
            let stale = bench.ask(method, document());
            let other = bench.ask("textDocument/foldingRange", document());
            bench.edit();
            let fresh = bench.ask(method, document());
            drop(reading);
            assert_eq!(stale.await.expect("it ends"), Err(-32801));
            assert!(
                other.await.expect("it ends").is_ok(),
                "nobody would ask it again"
            );
            let symbols = fresh.await.expect("it ends").expect("symbols");
            assert!(symbols.to_string().contains("Two"), "{symbols}");
        });
    }

    #[test]
    fn a_client_that_asks_nothing_again_gets_the_answer_to_what_it_asked() {
        run(async || {
            let mut bench = Bench::new(json!({})).await;
            let reading = bench.shared.state.read_arc();
            bench.edit();
            let asked = bench.ask("textDocument/documentSymbol", document());
            bench.edit();
            drop(reading);
            assert!(asked.await.expect("it ends").is_ok());
        });
    }

    #[test]
    fn edits_without_versions_are_not_handed_out_for_a_text_that_is_gone() {
        run(async || {
            let rename =
                with_document(json!({"position": {"line": 0, "character": 3}, "newName": "Three"}));
            for (capabilities, expected) in [
                (json!({}), Err(-32801)),
                (
                    json!({"workspace": {"workspaceEdit": {"documentChanges": true}}}),
                    Ok(()),
                ),
            ] {
                let mut bench = Bench::new(capabilities).await;
                let reading = bench.shared.state.read_arc();
                bench.edit();
                let asked = bench.ask("textDocument/rename", rename.clone());
                bench.edit();
                drop(reading);
                assert_eq!(asked.await.expect("it ends").map(|_| ()), expected);
                let again = bench.ask("textDocument/rename", rename.clone());
                assert!(again.await.expect("it ends").is_ok());
            }
        });
    }

    fn with_document(mut params: Value) -> Value {
        params["textDocument"] = document()["textDocument"].take();
        params
    }

    #[test]
    fn a_cancelled_request_that_waits_is_answered_as_such_at_once() {
        run(async || {
            let mut bench = Bench::new(json!({})).await;
            let reading = bench.shared.state.read_arc();
            bench.edit();
            let asked = bench.ask("textDocument/documentSymbol", document());
            bench.tell("$/cancelRequest", json!({"id": bench.last_id}));
            // It does not wait for its turn.
            assert_eq!(asked.await.expect("it ends"), Err(-32800));
            let shutdown = bench.ask("shutdown", Value::Null);
            assert_eq!(
                shutdown.await.expect("it ends"),
                Ok(Value::Null),
                "nor does this"
            );
            drop(reading);
        });
    }
}

//! The order of messages: what the read loop does with each as it reads it, before any handler runs.
//!
//! The framework polls handlers side by side, so what they do after their first wait has no order. Here, every edit
//! becomes a job of the one owner, and every request gets its place in the same queue, with a ticket that will hold the
//! state as it is then. Handlers run in tasks of their own, so that a panic in one ends that one only.

use std::{
    cell::RefCell,
    sync::Arc,
    task::{Context, Poll},
};

use futures::{
    FutureExt,
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
    owner::{Job, View},
    server::{Backend, Lifecycle, Shared},
    uri,
};

tokio::task_local! {
    /// The place in the queue of the request that the present task answers.
    pub(crate) static TICKET: RefCell<Option<oneshot::Receiver<View>>>;
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
                        self.shared.put(job);
                    }
                    return future::ok(None).boxed();
                }
                None => return self.spawn(request, None),
            }
        }
        if !serving {
            // The framework refuses it.
            return self.inner.call(request);
        }
        let (reader, ticket) = oneshot::channel();
        self.shared.put(Job::Read(reader));
        self.spawn(request, Some(ticket))
    }
}

impl Ordered {
    fn spawn(
        &mut self,
        request: Request,
        ticket: Option<oneshot::Receiver<View>>,
    ) -> BoxFuture<'static, Answer> {
        let id = request.id().cloned();
        let method = request.method().to_owned();
        let task = TICKET.scope(RefCell::new(ticket), self.inner.call(request));
        let task = tokio::spawn(task);
        async move {
            match task.await {
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

//! The protocol's methods, each a translation, one call, and a translation back; and what all of them share.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
        mpsc,
    },
    time::Duration,
};

use jiff::{Zoned, civil::Date};
use parking_lot::{Mutex, RwLock};
use serde_json::Value;
use tokio::sync::{Notify, oneshot};
use tower_lsp::{
    Client, LanguageServer,
    jsonrpc::{Error, ErrorCode, Result},
    ls_types::{
        CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem,
        CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams,
        ClientCapabilities, CodeAction, CodeActionParams, CodeActionResponse, CodeLens,
        CodeLensParams, CompletionItem, CompletionParams, CompletionResponse,
        DidChangeConfigurationParams, DidChangeWatchedFilesRegistrationOptions,
        DocumentDiagnosticParams, DocumentDiagnosticReportResult, DocumentHighlight,
        DocumentHighlightParams, DocumentLink, DocumentLinkParams, DocumentSymbolParams,
        DocumentSymbolResponse, ExecuteCommandParams, FileSystemWatcher, FoldingRange,
        FoldingRangeParams, GlobPattern, GotoDefinitionParams, GotoDefinitionResponse, Hover,
        HoverParams, InitializeParams, InitializeResult, InitializedParams, InlayHint,
        InlayHintParams, LinkedEditingRangeParams, LinkedEditingRanges, Location, MessageType,
        PrepareRenameResponse, ProgressToken, ReferenceParams, Registration, RenameFilesParams,
        RenameParams, SelectionRange, SelectionRangeParams, SemanticTokensDeltaParams,
        SemanticTokensFullDeltaResult, SemanticTokensParams, SemanticTokensRangeParams,
        SemanticTokensRangeResult, SemanticTokensResult, ServerInfo, TextDocumentPositionParams,
        WorkspaceDiagnosticParams, WorkspaceDiagnosticReportResult, WorkspaceEdit,
        WorkspaceSymbolParams, WorkspaceSymbolResponse,
    },
};
use tracing::error;

use crate::{
    Clock, capabilities, diagnostics,
    ordering::TICKET,
    outgoing::Marks,
    owner::{self, Job, View},
    refresh,
    requests::{
        actions, command, completion, diagnostic, files, hints, hover, introductions, navigation,
        rename, structure, symbols, tokens,
    },
    settings,
    stale::Arrivals,
    state::{Folder, FolderId, State},
    uri,
    watch::{self, Order},
};

/// How long the client may take to answer what it is asked.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How long a folder is waited for to be watched before it is read all the same.
const WATCH_PATIENCE: Duration = Duration::from_secs(3);

/// How far the conversation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Lifecycle {
    /// `initialize` has not been answered.
    New,
    /// It has.
    Serving,
    /// `shutdown` was asked for.
    ShutDown,
}

/// What handlers, the owner and the background tasks share.
pub(crate) struct Shared {
    pub(crate) state: Arc<RwLock<State>>,
    pub(crate) connection: Client,
    /// Grows after every change of the state.
    pub(crate) generation: AtomicU64,
    /// Wakes the task that publishes diagnostics, after every change.
    pub(crate) changed: Notify,
    /// Wakes the task that tells a pulling client to pull, after changes that are not its own.
    pub(crate) outside: Notify,
    /// What was read of edits and requests, ahead of what was done with it.
    pub(crate) arrivals: Arrivals,
    /// What waits for what was said to be on its way.
    pub(crate) marks: Arc<Marks>,
    /// What the client was told last of the documents it pulled.
    pub(crate) told: Mutex<diagnostic::Told>,
    /// Held while an interaction is written.
    pub(crate) writing: tokio::sync::Mutex<()>,
    /// The last answer to `workspace/diagnostic`.
    pub(crate) reported: Mutex<diagnostic::Reported>,
    /// The last semantic tokens of each open document.
    tokens: tokens::Sent,
    /// Pages that the client shows.
    pub(crate) pages: command::Shown,
    /// Moves of files that the client was asked for.
    own_moves: files::OwnMoves,
    /// Threads whose work nobody waits for.
    background: Mutex<Vec<std::thread::JoinHandle<()>>>,
    jobs: mpsc::Sender<Job>,
    orders: mpsc::Sender<Order>,
    client: OnceLock<capabilities::Client>,
    lifecycle: AtomicU8,
    clock: Clock,
}

impl Shared {
    /// Puts a job at the end of the queue.
    pub(crate) fn put(&self, job: Job) {
        // Where the owner has ended, so has the server.
        let _ = self.jobs.send(job);
    }

    /// Returns what the client can do.
    pub(crate) fn client(&self) -> &capabilities::Client {
        self.client
            .get_or_init(|| capabilities::Client::new(&ClientCapabilities::default()))
    }

    /// Returns how often to look whether the day has changed.
    pub(crate) fn day_check(&self) -> Duration {
        self.clock.every
    }

    /// Ends the threads.
    pub(crate) fn stop(&self) {
        self.put(Job::Stop);
        let _ = self.orders.send(Order::Stop);
    }

    /// Does what nobody waits for, except the end of the server.
    pub(crate) fn in_background(&self, work: impl FnOnce() + Send + 'static) {
        self.background.lock().push(std::thread::spawn(work));
    }

    /// Waits for the end of what is done in the background.
    pub(crate) fn wait_for_background(&self) {
        let threads = std::mem::take(&mut *self.background.lock());
        for thread in threads {
            let _ = thread.join();
        }
    }

    /// Returns the day it is.
    pub(crate) fn today(&self) -> Date {
        self.now().date()
    }

    /// Returns the day it is with the time of the clock.
    pub(crate) fn now(&self) -> Zoned {
        (self.clock.now)()
    }

    pub(crate) fn lifecycle(&self) -> Lifecycle {
        match self.lifecycle.load(Ordering::SeqCst) {
            0 => Lifecycle::New,
            1 => Lifecycle::Serving,
            _ => Lifecycle::ShutDown,
        }
    }

    /// Moves on to `to`; never back.
    pub(crate) fn advance(&self, to: Lifecycle) {
        if to == Lifecycle::Serving || self.lifecycle() == Lifecycle::Serving {
            self.lifecycle.store(to as u8, Ordering::SeqCst);
        }
    }

    pub(crate) fn was_shut_down(&self) -> bool {
        self.lifecycle() == Lifecycle::ShutDown
    }

    /// Writes a line into the client's log.
    pub(crate) fn say(&self, message: String) {
        let connection = self.connection.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { connection.log_message(MessageType::INFO, message).await });
        }
    }

    /// Has a folder's files and repository watched, and waits until they are: what is read after that misses nothing.
    pub(crate) fn watch(&self, folder: &Folder) {
        let (ready, wait) = mpsc::channel();
        let _ = self.orders.send(Order::Watch {
            folder: folder.id,
            root: folder.root.clone(),
            notes: !folder.is_clients || !self.client().watches_files,
            ready,
        });
        let _ = wait.recv_timeout(WATCH_PATIENCE);
    }

    /// Says how far a folder's journal was read.
    pub(crate) fn was_read(&self, folder: &Folder) {
        let _ = self.orders.send(Order::WasRead {
            folder: folder.id,
            mark: folder.mark.clone(),
        });
    }

    /// Has a folder's journal read with whatever came to it, and waits until the state has it.
    pub(crate) async fn read_journal(&self, folder: FolderId) {
        let (done, wait) = oneshot::channel();
        let _ = self.orders.send(Order::ReadJournal {
            folder,
            done: Some(done),
        });
        let _ = wait.await; // Nobody answers where the server ends.
    }

    /// Has a folder's journal read afresh: notes moved, and whom its interactions name may be found elsewhere.
    pub(crate) fn notes_moved(&self, folder: FolderId) {
        let _ = self.orders.send(Order::ReadAfresh(folder));
    }

    /// Ends the watching of a folder.
    pub(crate) fn unwatch(&self, folder: FolderId) {
        let _ = self.orders.send(Order::Unwatch(folder));
    }
}

/// Tells work that nobody waits for its answer any more.
#[derive(Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Sets a [`Stop`] when the future that waits for the answer is dropped, as it is by `$/cancelRequest`.
struct StopOnDrop(Stop);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

/// The handlers.
pub(crate) struct Backend {
    pub(crate) shared: Arc<Shared>,
}

/// What a request is asked with: the state in its turn, what the client can do, the day, and whether to go on.
pub(crate) struct Ask<'a> {
    pub(crate) state: &'a State,
    pub(crate) client: &'a capabilities::Client,
    pub(crate) today: Date,
}

impl Backend {
    /// Starts the owner of the state and the background tasks.
    pub(crate) fn new(connection: Client, clock: Clock) -> Self {
        let (jobs, queue) = mpsc::channel();
        let (orders, order_queue) = mpsc::channel();
        let shared = Arc::new(Shared {
            state: Arc::default(),
            connection,
            generation: AtomicU64::new(0),
            changed: Notify::new(),
            outside: Notify::new(),
            arrivals: Arrivals::default(),
            marks: Arc::default(),
            told: Mutex::default(),
            writing: tokio::sync::Mutex::new(()),
            reported: Mutex::default(),
            tokens: tokens::Sent::default(),
            pages: command::Shown::default(),
            own_moves: files::OwnMoves::default(),
            background: Mutex::default(),
            jobs,
            orders: orders.clone(),
            client: OnceLock::new(),
            lifecycle: AtomicU8::new(Lifecycle::New as u8),
            clock,
        });
        let runtime = tokio::runtime::Handle::current();
        let (owned, entered) = (Arc::clone(&shared), runtime.clone());
        std::thread::spawn(move || {
            let _runtime = entered.enter();
            owner::run(&owned, &queue);
        });
        let watched = Arc::clone(&shared);
        std::thread::spawn(move || {
            let _runtime = runtime.enter();
            watch::run(&watched, orders, &order_queue);
        });
        Self { shared }
    }

    /// Computes an answer from the state in the request's turn, away from the threads that read and write messages.
    async fn compute<T: Send + 'static>(
        &self,
        answer: impl FnOnce(&Ask<'_>) -> T + Send + 'static,
    ) -> Result<T> {
        let view = self.view().await?;
        let shared = Arc::clone(&self.shared);
        blocking(move |_| {
            answer(&Ask {
                state: &view,
                client: shared.client(),
                today: shared.today(),
            })
        })
        .await
    }

    /// Waits for the request's turn.
    async fn view(&self) -> Result<View> {
        let ticket = TICKET.try_with(|ticket| {
            let mut ticket = ticket.borrow_mut();
            let ticket = ticket.as_mut()?;
            Some((ticket.view.take()?, Arc::clone(&ticket.is_stale)))
        });
        let (view, is_stale) = ticket.ok().flatten().ok_or_else(Error::internal_error)?;
        let view = view.await.map_err(|_| Error::internal_error())?;
        if is_stale.load(Ordering::SeqCst) {
            return Err(Error::content_modified());
        }
        Ok(view)
    }

    /// Refuses edits without versions where a document may have changed since they were asked for.
    fn check_unchanged(&self) -> Result<()> {
        let asked = TICKET.try_with(|ticket| ticket.borrow().as_ref().map(|ticket| ticket.n_edits));
        let is_changed = asked
            .ok()
            .flatten()
            .is_some_and(|asked| asked != self.shared.arrivals.n_edits());
        match is_changed && !self.shared.client().document_changes {
            true => Err(Error::content_modified()),
            false => Ok(()),
        }
    }
}

/// Runs `work` on a thread for it. A panic there is this request's error and nobody else's.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce(&Stop) -> T + Send + 'static,
) -> Result<T> {
    let stop = StopOnDrop(Stop::default());
    let told = stop.0.clone();
    let done = tokio::task::spawn_blocking(move || work(&told)).await;
    done.map_err(|error| {
        error!("a request could not be answered: {error}");
        Error::internal_error()
    })
}

/// Returns the error of a request that cannot be done, with what to do instead.
pub(crate) fn refused(message: impl Into<String>) -> Error {
    Error {
        // LSP 3.17, `RequestFailed`: the request was right, but could not be done.
        code: ErrorCode::ServerError(-32803),
        message: message.into().into(),
        data: None,
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let client = capabilities::Client::new(&params.capabilities);
        let capabilities = capabilities::server(&client);
        let _ = self.shared.client.set(client);
        #[expect(deprecated, reason = "clients that know no folders send it")]
        let given = match params.workspace_folders {
            Some(folders) => folders.into_iter().map(|folder| folder.uri).collect(),
            None => Vec::from_iter(params.root_uri),
        };
        let folders = given.iter().filter_map(|uri| {
            let path = uri::to_path(uri.as_str())?;
            Some((uri.as_str().to_owned(), path))
        });
        if let Some(settings) = params.initialization_options {
            self.shared.put(Job::Settings(settings));
        }
        for (uri, path) in folders {
            self.shared.put(Job::AddFolder { uri, path });
        }
        self.shared.advance(Lifecycle::Serving);
        Ok(InitializeResult {
            capabilities,
            server_info: Some(ServerInfo {
                name: "ties".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
            ..InitializeResult::default()
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        let client = self.shared.client();
        if client.watches_files {
            let shared = Arc::clone(&self.shared);
            tokio::spawn(async move { register_watchers(&shared).await });
        }
        if client.progress {
            let shared = Arc::clone(&self.shared);
            tokio::spawn(async move { show_loading(&shared).await });
        }
        if client.tells_settings {
            tokio::spawn(settings::pull(Arc::clone(&self.shared)));
        }
        if client.registers_settings {
            tokio::spawn(settings::register(Arc::clone(&self.shared)));
        }
        tokio::spawn(diagnostics::publish(Arc::clone(&self.shared)));
        tokio::spawn(refresh::refresh(Arc::clone(&self.shared)));
        tokio::spawn(diagnostics::turn_days(Arc::clone(&self.shared)));
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        // Those that it says at once are in the queue already.
        if self.shared.client().tells_settings {
            tokio::spawn(settings::pull(Arc::clone(&self.shared)));
        } else {
            self.shared.put(Job::Settings(params.settings));
        }
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        self.compute(move |ask| completion::completion(ask, &params))
            .await
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        self.compute(move |ask| completion::resolve(ask, item))
            .await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        self.compute(move |ask| hover::hover(ask, &params)).await
    }

    async fn goto_definition(
        &self,
        params: GotoDefinitionParams,
    ) -> Result<Option<GotoDefinitionResponse>> {
        self.compute(move |ask| navigation::definition(ask, &params))
            .await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        self.compute(move |ask| navigation::references(ask, &params))
            .await
    }

    async fn document_highlight(
        &self,
        params: DocumentHighlightParams,
    ) -> Result<Option<Vec<DocumentHighlight>>> {
        self.compute(move |ask| navigation::highlights(ask, &params))
            .await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        self.compute(move |ask| navigation::links(ask, &params))
            .await
    }

    async fn prepare_call_hierarchy(
        &self,
        params: CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<CallHierarchyItem>>> {
        self.compute(move |ask| introductions::prepare(ask, &params))
            .await
    }

    async fn incoming_calls(
        &self,
        params: CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
        self.compute(move |ask| introductions::incoming(ask, &params.item))
            .await
    }

    async fn outgoing_calls(
        &self,
        params: CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
        self.compute(move |ask| introductions::outgoing(ask, &params.item))
            .await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        self.compute(move |ask| structure::folding(ask, &params))
            .await
    }

    async fn selection_range(
        &self,
        params: SelectionRangeParams,
    ) -> Result<Option<Vec<SelectionRange>>> {
        self.compute(move |ask| structure::selection(ask, &params))
            .await
    }

    async fn linked_editing_range(
        &self,
        params: LinkedEditingRangeParams,
    ) -> Result<Option<LinkedEditingRanges>> {
        self.compute(move |ask| structure::linked_editing(ask, &params))
            .await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        self.compute(move |ask| hints::inlay_hints(ask, &params))
            .await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        self.compute(move |ask| hints::lenses(ask, &params)).await
    }

    async fn code_lens_resolve(&self, lens: CodeLens) -> Result<CodeLens> {
        self.compute(move |ask| hints::resolve_lens(ask, lens))
            .await
    }

    async fn semantic_tokens_full(
        &self,
        params: SemanticTokensParams,
    ) -> Result<Option<SemanticTokensResult>> {
        let shared = Arc::clone(&self.shared);
        self.compute(move |ask| {
            let uri = params.text_document.uri.as_str();
            tokens::full(ask, &shared.tokens, uri).map(SemanticTokensResult::Tokens)
        })
        .await
    }

    async fn semantic_tokens_full_delta(
        &self,
        params: SemanticTokensDeltaParams,
    ) -> Result<Option<SemanticTokensFullDeltaResult>> {
        let shared = Arc::clone(&self.shared);
        self.compute(move |ask| {
            let uri = params.text_document.uri.as_str();
            tokens::delta(ask, &shared.tokens, uri, &params.previous_result_id)
        })
        .await
    }

    async fn semantic_tokens_range(
        &self,
        params: SemanticTokensRangeParams,
    ) -> Result<Option<SemanticTokensRangeResult>> {
        self.compute(move |ask| {
            let uri = params.text_document.uri.as_str();
            tokens::range(ask, uri, params.range).map(SemanticTokensRangeResult::Tokens)
        })
        .await
    }

    async fn document_symbol(
        &self,
        params: DocumentSymbolParams,
    ) -> Result<Option<DocumentSymbolResponse>> {
        self.compute(move |ask| symbols::document(ask, &params))
            .await
    }

    async fn symbol(
        &self,
        params: WorkspaceSymbolParams,
    ) -> Result<Option<WorkspaceSymbolResponse>> {
        self.compute(move |ask| Some(symbols::workspace(ask, &params.query)))
            .await
    }

    async fn prepare_rename(
        &self,
        params: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        self.compute(move |ask| rename::prepare(ask, &params)).await
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        let shared = Arc::clone(&self.shared);
        let edit = self
            .compute(move |ask| rename::rename(ask, &params))
            .await?
            .map_err(|refusal| refusal.into_error(&shared))?;
        self.check_unchanged()?;
        if let Some(edit) = &edit {
            shared.own_moves.remember(edit);
        }
        Ok(edit)
    }

    async fn will_rename_files(&self, params: RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
        let shared = Arc::clone(&self.shared);
        let (edit, left) = self
            .compute(move |ask| {
                files::will_rename(ask, &shared.own_moves, &params.files)
                    .map_err(|refusal| refusal.into_error(&shared))
            })
            .await??;
        self.check_unchanged()?;
        if let Some(warning) = files::warning(&left) {
            let connection = self.shared.connection.clone();
            tokio::spawn(async move {
                connection.show_message(MessageType::WARNING, warning).await;
            });
        }
        Ok(edit)
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        self.compute(move |ask| actions::actions(ask, &params))
            .await
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        let shared = Arc::clone(&self.shared);
        self.compute(move |ask| actions::resolve(ask, action))
            .await?
            .map_err(|stale| stale.into_error(&shared))
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        let view = self.view().await?;
        command::execute(&self.shared, view, params).await
    }

    async fn diagnostic(
        &self,
        params: DocumentDiagnosticParams,
    ) -> Result<DocumentDiagnosticReportResult> {
        let shared = Arc::clone(&self.shared);
        self.compute(move |ask| diagnostic::document(ask, &shared.told, &params))
            .await
    }

    async fn workspace_diagnostic(
        &self,
        params: WorkspaceDiagnosticParams,
    ) -> Result<WorkspaceDiagnosticReportResult> {
        // Its turn has come when the edits before it are made; the many notes are then read a few at a time.
        drop(self.view().await?);
        diagnostic::workspace(Arc::clone(&self.shared), params).await
    }
}

/// Asks the client to watch notes and settings in its folders. Vaults that reach beyond are watched by the server.
///
/// Source: LSP 3.17 `workspace/didChangeWatchedFiles`.
async fn register_watchers(shared: &Shared) {
    const PATTERNS: [&str; 3] = [
        "**/*.{md,markdown}",
        "**/ties.toml",
        "**/.{gitignore,ignore}",
    ];
    let watchers = PATTERNS.map(|pattern| FileSystemWatcher {
        glob_pattern: GlobPattern::String(pattern.to_owned()),
        kind: None,
    });
    let options = serde_json::to_value(DidChangeWatchedFilesRegistrationOptions {
        watchers: watchers.into(),
    });
    let registration = Registration {
        id: "ties-files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: options.ok(),
    };
    let asked = shared.connection.register_capability(vec![registration]);
    if let Ok(Err(error)) = tokio::time::timeout(PATIENCE, asked).await {
        error!("the client does not watch files: {error}");
    }
}

/// Shows that the vaults are being read, until they are.
async fn show_loading(shared: &Shared) {
    let token = ProgressToken::String("ties/loading".to_owned());
    let created = shared.connection.create_work_done_progress(token.clone());
    if !matches!(tokio::time::timeout(PATIENCE, created).await, Ok(Ok(()))) {
        return;
    }
    let progress = shared
        .connection
        .progress(token, "Reading notes")
        .begin()
        .await;
    let (reader, ticket) = oneshot::channel();
    shared.put(Job::Read(reader));
    let n_notes: usize = match ticket.await {
        Ok(view) => view.folders.iter().map(|folder| folder.vault.len()).sum(),
        Err(_) => 0,
    };
    progress
        .finish_with_message(format!("{n_notes} notes"))
        .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_panics_is_an_error_of_its_own() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .build()
            .expect("a runtime starts");
        runtime.block_on(async {
            let failed = blocking(|_| panic!("a bug")).await;
            let failed: Result<()> = failed;
            assert_eq!(failed, Err(Error::internal_error()));
            assert_eq!(blocking(|_| 7).await, Ok(7));
        });
    }

    #[test]
    fn work_is_told_when_nobody_waits_any_more() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .build()
            .expect("a runtime starts");
        runtime.block_on(async {
            let (told, heard) = oneshot::channel();
            let (started, running) = oneshot::channel();
            let work = tokio::spawn(blocking(move |stop| {
                let _ = started.send(());
                while !stop.is_set() {
                    std::thread::yield_now();
                }
                told.send(()).expect("the test waits");
            }));
            running.await.expect("the work starts");
            work.abort();
            heard.await.expect("the work ends");
        });
    }
}

//! `textDocument/diagnostic` and `workspace/diagnostic`: diagnostics for clients that pull them.

use std::{
    collections::BTreeMap,
    hash::{Hash, Hasher},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use rustc_hash::FxHasher;
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{
        Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport,
        DocumentDiagnosticReportResult, FullDocumentDiagnosticReport, PreviousResultId,
        RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
        UnchangedDocumentDiagnosticReport, WorkspaceDiagnosticReport,
        WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport,
        WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport,
    },
};

use crate::{
    diagnostics,
    server::{Ask, Shared, Stop, blocking},
    state::{CONFIG, FolderId, FolderKind, State},
    to_proto,
};

/// How many notes are checked before edits get their turn.
const AT_ONCE: usize = 64;

/// How long nothing must have changed before all notes are checked.
const QUIET: Duration = Duration::from_millis(500);

/// Returns the diagnostics of one file.
pub(crate) fn document(
    ask: &Ask<'_>,
    params: &DocumentDiagnosticParams,
) -> DocumentDiagnosticReportResult {
    let items = diagnostics::of_uri(ask, params.text_document.uri.as_str());
    let id = result_id(&items);
    let report = if params.previous_result_id.as_ref() == Some(&id) {
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport {
                result_id: id,
            },
        })
    } else {
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport {
                result_id: Some(id),
                items,
            },
        })
    };
    DocumentDiagnosticReportResult::Report(report)
}

/// Returns the name of an answer: the same diagnostics have the same one, in every session.
fn result_id(items: &[Diagnostic]) -> String {
    let mut hasher = FxHasher::default();
    serde_json::to_string(items)
        .unwrap_or_default()
        .hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// What the last answer for the whole workspace was, and of which state.
#[derive(Default)]
pub(crate) struct Reported {
    generation: u64,
    /// The name of each file's answer, by URI; files without diagnostics too.
    ids: BTreeMap<String, String>,
}

/// Returns the diagnostics of all files, those unchanged since the client's last question named only.
///
/// Clients ask again every few seconds: while nothing changed, that costs a comparison of names. Otherwise the notes are
/// checked a few at a time between edits, so that nothing that is typed waits for this.
pub(crate) async fn workspace(
    shared: Arc<Shared>,
    previous: Vec<PreviousResultId>,
) -> Result<WorkspaceDiagnosticReportResult> {
    let previous: BTreeMap<String, String> = previous
        .into_iter()
        .map(|previous| (previous.uri.as_str().to_owned(), previous.value))
        .collect();
    let unchanged = || {
        let reported = shared.reported.lock();
        let generation = shared.generation.load(Ordering::SeqCst);
        reported.generation == generation && reported.ids == previous
    };
    let items = if unchanged() {
        Vec::new()
    } else {
        wait_for_quiet(&shared, !previous.is_empty()).await;
        let shared = Arc::clone(&shared);
        blocking(move |stop| check_all(&shared, &previous, stop)).await?
    };
    Ok(WorkspaceDiagnosticReportResult::Report(
        WorkspaceDiagnosticReport { items },
    ))
}

/// Waits until nothing has changed for a while, but not for ever; the first question is answered at once.
async fn wait_for_quiet(shared: &Shared, is_repeated: bool) {
    if !is_repeated {
        return;
    }
    let generation = || shared.generation.load(Ordering::SeqCst);
    for _ in 0..10 {
        let before = generation();
        tokio::time::sleep(QUIET).await;
        if generation() == before {
            return;
        }
    }
}

fn check_all(
    shared: &Shared,
    previous: &BTreeMap<String, String>,
    stop: &Stop,
) -> Vec<WorkspaceDocumentDiagnosticReport> {
    // First the number, then what it counts: what changes in between is looked at again next time.
    let generation = shared.generation.load(Ordering::SeqCst);
    let files = files(&shared.state.read());
    let mut ids = BTreeMap::new();
    let mut items = Vec::new();
    for files in files.chunks(AT_ONCE) {
        if stop.is_set() {
            return Vec::new(); // Nobody waits for it.
        }
        let state = shared.state.read();
        let ask = Ask {
            state: &state,
            client: shared.client(),
            today: shared.today(),
        };
        for (folder, path) in files {
            let Some(folder) = state.folder(*folder) else {
                continue;
            };
            let uri = state.uri(folder, path);
            let version = state.version(folder, path).map(i64::from);
            let diagnostics = diagnostics::of_file(&ask, folder, path);
            let id = result_id(&diagnostics);
            let Some(file) = to_proto::uri(&uri) else {
                continue;
            };
            let report = match previous.get(&uri) {
                Some(known) if *known == id => unchanged(file, version, id.clone()),
                None if diagnostics.is_empty() => continue,
                _ => full(file, version, id.clone(), diagnostics),
            };
            items.push(report);
            ids.insert(uri, id);
        }
    }
    // Files that are gone: named once more, without diagnostics, or the client would keep theirs.
    let clean = result_id(&[]);
    for (uri, known) in previous {
        if ids.contains_key(uri) {
            continue;
        }
        if *known != clean
            && let Some(file) = to_proto::uri(uri)
        {
            items.push(full(file, None, clean.clone(), Vec::new()));
        }
        ids.insert(uri.clone(), clean.clone());
    }
    *shared.reported.lock() = Reported { generation, ids };
    items
}

/// Returns every file that may have diagnostics, in order.
fn files(state: &State) -> Vec<(FolderId, String)> {
    let mut files = Vec::new();
    for folder in &state.folders {
        if folder.kind == FolderKind::Unscanned {
            continue;
        }
        let mut paths: Vec<String> = Vec::with_capacity(folder.vault.len() + 1);
        paths.extend(
            folder
                .vault
                .ids()
                .map(|id| folder.vault.note(id).path.to_string()),
        );
        paths.extend(folder.unreadable.keys().cloned());
        if folder.kind == FolderKind::Vault {
            paths.push(CONFIG.to_owned());
        }
        paths.sort_unstable();
        files.extend(paths.into_iter().map(|path| (folder.id, path)));
    }
    files
}

fn full(
    uri: tower_lsp::ls_types::Uri,
    version: Option<i64>,
    result_id: String,
    items: Vec<Diagnostic>,
) -> WorkspaceDocumentDiagnosticReport {
    WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
        uri,
        version,
        full_document_diagnostic_report: FullDocumentDiagnosticReport {
            result_id: Some(result_id),
            items,
        },
    })
}

fn unchanged(
    uri: tower_lsp::ls_types::Uri,
    version: Option<i64>,
    result_id: String,
) -> WorkspaceDocumentDiagnosticReport {
    WorkspaceDocumentDiagnosticReport::Unchanged(WorkspaceUnchangedDocumentDiagnosticReport {
        uri,
        version,
        unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
    })
}

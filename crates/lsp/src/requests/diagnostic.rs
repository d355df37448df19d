//! `textDocument/diagnostic` and `workspace/diagnostic`: diagnostics for clients that pull them.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{Hash, Hasher},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use parking_lot::Mutex;
use rustc_hash::FxHasher;
use serde_json::json;
use tokio::sync::mpsc;
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{
        Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport,
        DocumentDiagnosticReportKind, DocumentDiagnosticReportResult, FullDocumentDiagnosticReport,
        ProgressToken, RelatedFullDocumentDiagnosticReport,
        RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Uri,
        WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
        WorkspaceDiagnosticReportPartialResult, WorkspaceDiagnosticReportResult,
        WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
        WorkspaceUnchangedDocumentDiagnosticReport,
    },
};

use vault::{NoteId, Resolution};

use crate::{
    diagnostics,
    outgoing::PartialResult,
    server::{Ask, Shared, Stop, blocking},
    state::{CONFIG, Folder, FolderId, FolderKind, State},
    to_proto,
};

/// How many notes are checked before edits get their turn.
const AT_ONCE: usize = 64;

/// How many reports are told at once to a client that takes them in parts.
const PART: usize = 128;

/// How long nothing must have changed before all notes are checked.
const QUIET: Duration = Duration::from_millis(500);

/// How many other open documents an answer looks at, at most: it is asked for after every keystroke.
const MAX_RELATED: usize = 16;

/// The names of the last answers about documents, by URI.
pub(crate) type Told = BTreeMap<String, String>;

/// Returns the diagnostics of one file; and where the client takes them along, those of open documents that are linked with
/// it, as far as they are others than it was told last.
pub(crate) fn document(
    ask: &Ask<'_>,
    told: &Mutex<Told>,
    params: &DocumentDiagnosticParams,
) -> DocumentDiagnosticReportResult {
    let uri = params.text_document.uri.as_str();
    let items = diagnostics::of_uri(ask, uri);
    let id = result_id(&items);
    let related_documents = related(ask, told, uri);
    if ask.client.related_documents {
        told.lock().insert(uri.to_owned(), id.clone());
    }
    let report = if params.previous_result_id.as_ref() == Some(&id) {
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport {
                result_id: id,
            },
        })
    } else {
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents,
            full_document_diagnostic_report: FullDocumentDiagnosticReport {
                result_id: Some(id),
                items,
            },
        })
    };
    DocumentDiagnosticReportResult::Report(report)
}

/// Returns what is new of the open documents that the one at `uri` links to, or that link to it; `None` for nothing.
fn related(
    ask: &Ask<'_>,
    told: &Mutex<Told>,
    uri: &str,
) -> Option<HashMap<Uri, DocumentDiagnosticReportKind>> {
    if !ask.client.related_documents {
        return None;
    }
    let path = crate::uri::to_path(uri)?;
    // A document that was closed is asked about anew when it is opened.
    told.lock().retain(|known, _| {
        crate::uri::to_path(known).is_some_and(|path| ask.state.documents.contains_key(&path))
    });
    let (folder, own) = ask.state.place(&path)?;
    let mut related = HashMap::new();
    let others = ask.state.documents.iter().filter_map(|(other, document)| {
        let (id, relative) = document.place.as_ref()?;
        (*other != path && *id == folder.id).then_some((document, relative))
    });
    for (document, relative) in others.take(MAX_RELATED) {
        let Some(last) = told.lock().get(&document.uri).cloned() else {
            continue; // It was not asked about yet, and will be.
        };
        if !are_linked(folder, &own, relative) {
            continue;
        }
        let items = diagnostics::of_file(ask, folder, relative);
        let id = result_id(&items);
        let Some(file) = to_proto::uri(&document.uri).filter(|_| id != last) else {
            continue;
        };
        told.lock().insert(document.uri.clone(), id.clone());
        let report = FullDocumentDiagnosticReport {
            result_id: Some(id),
            items,
        };
        related.insert(file, DocumentDiagnosticReportKind::Full(report));
    }
    (!related.is_empty()).then_some(related)
}

/// Returns whether one of two notes may say something of the other: it links there, or tried to and no longer does.
fn are_linked(folder: &Folder, one: &str, other: &str) -> bool {
    let vault = &folder.vault;
    let (Some(one), Some(other)) = (vault.id(one), vault.id(other)) else {
        return true; // `ties.toml` is about every note.
    };
    let leads = |from: NoteId, to: NoteId| {
        (0..vault.note(from).note.links.len()).any(|link| {
            match vault.resolution(from, link) {
                Resolution::Note(note) => note == to,
                // It may be what it was, or will be, a moment ago.
                Resolution::Ambiguous(_) | Resolution::Unresolved => true,
                Resolution::External => false,
            }
        })
    };
    leads(other, one) || leads(one, other)
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

/// Returns the diagnostics of all files, those unchanged since the client's last question named only. Where it takes them in
/// parts, they go out as they are found and the answer is empty.
///
/// Clients ask again every few seconds: while nothing changed, that costs a comparison of names. Otherwise the notes are
/// checked a few at a time between edits, so that nothing that is typed waits for this.
pub(crate) async fn workspace(
    shared: Arc<Shared>,
    params: WorkspaceDiagnosticParams,
) -> Result<WorkspaceDiagnosticReportResult> {
    let token = params.partial_result_params.partial_result_token;
    let previous: BTreeMap<String, String> = params
        .previous_result_ids
        .into_iter()
        .map(|previous| (previous.uri.as_str().to_owned(), previous.value))
        .collect();
    let unchanged = || {
        let reported = shared.reported.lock();
        let generation = shared.generation.load(Ordering::SeqCst);
        reported.generation == generation && reported.ids == previous
    };
    let mut items = Vec::new();
    if !unchanged() {
        wait_for_quiet(&shared, !previous.is_empty()).await;
        // Few fit in, so that notes are checked no faster than the client is told.
        let (parts, mut found) = mpsc::channel::<Vec<WorkspaceDocumentDiagnosticReport>>(2);
        let asked = Arc::clone(&shared);
        let checked = blocking(move |stop| {
            check_all(&asked, &previous, stop, &mut |part| {
                // Where nobody hears it, the request was cancelled.
                let _ = parts.blocking_send(part);
            });
        });
        let told = async {
            let mut whole = Vec::new();
            while let Some(part) = found.recv().await {
                match &token {
                    None => whole.extend(part),
                    Some(token) => tell_part(&shared, token, part).await,
                }
            }
            whole
        };
        let (checked, whole) = tokio::join!(checked, told);
        checked?;
        items = whole;
    }
    Ok(WorkspaceDiagnosticReportResult::Report(
        WorkspaceDiagnosticReport { items },
    ))
}

/// Sends a part of an answer, and waits until it is on its way.
async fn tell_part(
    shared: &Shared,
    token: &ProgressToken,
    items: Vec<WorkspaceDocumentDiagnosticReport>,
) {
    let part = WorkspaceDiagnosticReportPartialResult { items };
    let part = json!({"token": token, "value": part});
    shared
        .connection
        .send_notification::<PartialResult>(part)
        .await;
    shared.marks.said(&shared.connection).await;
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
    tell: &mut dyn FnMut(Vec<WorkspaceDocumentDiagnosticReport>),
) {
    // First the number, then what it counts: what changes in between is looked at again next time.
    let generation = shared.generation.load(Ordering::SeqCst);
    let files = files(&shared.state.read());
    let mut ids = BTreeMap::new();
    let mut items = Vec::new();
    for files in files.chunks(AT_ONCE) {
        if stop.is_set() {
            return; // Nobody waits for it.
        }
        if items.len() >= PART {
            tell(std::mem::take(&mut items));
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
    if !items.is_empty() {
        tell(items);
    }
    *shared.reported.lock() = Reported { generation, ids };
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
    uri: Uri,
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
    uri: Uri,
    version: Option<i64>,
    result_id: String,
) -> WorkspaceDocumentDiagnosticReport {
    WorkspaceDocumentDiagnosticReport::Unchanged(WorkspaceUnchangedDocumentDiagnosticReport {
        uri,
        version,
        unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
    })
}

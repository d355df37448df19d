//! Diagnostics of files, and the tasks that bring them to the client without being asked.
//!
//! A client that pulls is told to pull again by [`crate::refresh`]. Every other client
//! gets its open documents' diagnostics published after a pause. Both happen at midnight and when git's HEAD moves.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use tokio::sync::Notify;
use tower_lsp::ls_types::Diagnostic;

use crate::{
    owner::Job,
    server::{Ask, Shared, blocking},
    state::{CONFIG, Folder, FolderKind},
    to_proto, uri,
};

/// How long nothing must have changed before diagnostics are published.
const PAUSE: Duration = Duration::from_millis(100);

/// How long changes may go on before they are published all the same.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Returns the diagnostics of a file that a client names; none for what is no file of any vault.
pub(crate) fn of_uri(ask: &Ask<'_>, uri: &str) -> Vec<Diagnostic> {
    let place = uri::to_path(uri).and_then(|path| ask.state.place(&path));
    match place {
        Some((folder, path)) => of_file(ask, folder, &path),
        None => Vec::new(),
    }
}

/// Returns the diagnostics of a note, of `ties.toml`, or of a file that could not be read.
pub(crate) fn of_file(ask: &Ask<'_>, folder: &Folder, path: &str) -> Vec<Diagnostic> {
    let world = folder.world(ask.today);
    let found = if path == CONFIG {
        check::check_config(world, &folder.config_problems)
    } else if let Some(note) = folder.vault.id(path) {
        check::check_note(world, note)
    } else if let Some(file) = folder.unreadable.get(path) {
        check::unreadable(world, file).into_iter().collect()
    } else {
        Vec::new()
    };
    let settings = &ask.state.settings;
    let mut found = found;
    found.retain(|found| settings.shows(found.code));
    if found.is_empty() {
        return Vec::new();
    }
    let lines = folder
        .lines(path)
        .unwrap_or_else(|| crate::state::Lines::of("".into()));
    found
        .into_iter()
        .map(|found| to_proto::diagnostic(ask.state, folder, &lines, found, ask.client))
        .collect()
}

/// What a client was last told of a file.
struct Published {
    uri: String,
    /// Which opening of the document it was; 0 for a file that is not open.
    serial: u64,
    items: Vec<Diagnostic>,
}

/// Publishes the diagnostics of open documents and of settings files after every change, until the server ends.
///
/// A document's first ones are published even where there are none; after that only what is new. A document that is
/// closed is cleared.
///
/// Source: LSP 3.17 `textDocument/publishDiagnostics`.
pub(crate) async fn publish(shared: Arc<Shared>) {
    if shared.client().pulls {
        return;
    }
    let mut published: BTreeMap<PathBuf, Published> = BTreeMap::new();
    loop {
        wait_for_pause(&shared.changed).await;
        let asked = Arc::clone(&shared);
        let Ok(targets) = blocking(move |_| targets(&asked)).await else {
            continue;
        };
        let gone: BTreeSet<PathBuf> = published
            .keys()
            .filter(|path| !targets.iter().any(|target| &target.0 == *path))
            .cloned()
            .collect();
        for path in gone {
            if let Some(old) = published.remove(&path)
                && !old.items.is_empty()
                && let Some(uri) = to_proto::uri(&old.uri)
            {
                shared
                    .connection
                    .publish_diagnostics(uri, Vec::new(), None)
                    .await;
            }
        }
        for (path, serial) in targets {
            let (asked, file) = (Arc::clone(&shared), path.clone());
            let answer = blocking(move |_| of_path(&asked, &file)).await;
            let Ok(Some((uri, version, items))) = answer else {
                continue;
            };
            let is_known = match published.get(&path) {
                Some(old) => old.serial == serial && old.uri == uri && old.items == items,
                None => serial == 0 && items.is_empty(),
            };
            if is_known {
                continue;
            }
            let Some(file) = to_proto::uri(&uri) else {
                continue;
            };
            let sent = items.clone();
            shared
                .connection
                .publish_diagnostics(file, sent, version)
                .await;
            let now = Published { uri, serial, items };
            published.insert(path, now);
        }
    }
}

/// Waits for a change, then until changes pause; not for ever.
pub(crate) async fn wait_for_pause(changed: &Notify) {
    changed.notified().await;
    let pause = async {
        while tokio::time::timeout(PAUSE, changed.notified())
            .await
            .is_ok()
        {}
    };
    if tokio::time::timeout(LONGEST_PAUSE, pause).await.is_err() {
        // The change that was waited for last belongs to the next round.
        changed.notify_one();
    }
}

/// Returns the files whose diagnostics are published, with the opening of each.
fn targets(shared: &Shared) -> Vec<(PathBuf, u64)> {
    let state = shared.state.read();
    let open = state.documents.iter();
    let mut targets: Vec<_> = open
        .filter(|(_, document)| document.place.is_some())
        .map(|(path, document)| (path.clone(), document.serial))
        .collect();
    for folder in &state.folders {
        let path = folder.root.join(CONFIG);
        if folder.kind == FolderKind::Vault && !state.documents.contains_key(&path) {
            targets.push((path, 0));
        }
    }
    targets
}

fn of_path(
    shared: &Shared,
    path: &std::path::Path,
) -> Option<(String, Option<i32>, Vec<Diagnostic>)> {
    let state = shared.state.read();
    let ask = Ask {
        state: &state,
        client: shared.client(),
        today: shared.today(),
    };
    let (folder, relative) = state.place(path)?;
    let items = of_file(&ask, folder, &relative);
    let version = state.version(folder, &relative);
    Some((state.uri(folder, &relative), version, items))
}

/// Has everything that depends on the day looked at again when the day changes, and, as often as it looks, the notes that
/// were read for an answer packed again.
pub(crate) async fn turn_days(shared: Arc<Shared>) {
    let mut today = shared.today();
    loop {
        tokio::time::sleep(shared.day_check()).await;
        shared.put(Job::Rest(None));
        let now = shared.today();
        if now != today {
            today = now;
            shared.put(Job::Tomorrow);
        }
    }
}

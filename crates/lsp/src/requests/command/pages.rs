//! `ties.timeline`, `ties.brief`, `ties.due`, `ties.plan` and `ties.match`: pages to read. The answer holds the page; a client that shows documents
//! has it shown as a file that cannot be written, which goes when the server ends.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use ide::Page;
use note::NoteKind;
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower_lsp::{jsonrpc::Result, ls_types::ShowDocumentParams};
use tracing::warn;

use super::{
    BRIEF, DUE, MATCH, PLAN, TIMELINE, contact_of, find_contact, folder_of, note_of, read,
};
use crate::{
    owner::View,
    server::{Shared, blocking, refused},
    state::{Folder, State},
    to_proto, uri,
};

/// The argument.
#[derive(Deserialize)]
struct Asked {
    /// A path from the vault's root, or a name.
    contact: Option<String>,
    /// The path of an event.
    event: Option<String>,
    /// A goal's path or name.
    goal: Option<String>,
    /// The note that the page is about, or another of its vault.
    uri: Option<String>,
    /// Whether the editor is to show the page.
    #[serde(default)]
    show: bool,
}

/// The folder that holds the pages that are shown, once there is one.
#[derive(Default)]
pub(crate) struct Shown(Mutex<Option<TempDir>>);

impl Shown {
    /// Writes a page where nobody else can, read-only, and returns its path.
    fn write(&self, page: &Page) -> io::Result<PathBuf> {
        let mut folder = self.0.lock();
        if folder.is_none() {
            *folder = Some(tempfile::Builder::new().prefix("ties-").tempdir()?);
        }
        let folder = folder.as_ref().expect("it was just made");
        let path = folder
            .path()
            .join(format!("{}.md", note::fold::slug(&page.title)));
        remove(&path)?;
        fs::write(&path, &page.markdown)?;
        let mut permissions = fs::metadata(&path)?.permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions)?;
        Ok(path)
    }

    /// Removes the pages.
    pub(crate) fn clear(&self) {
        if let Some(folder) = self.0.lock().take()
            && let Err(error) = folder.close()
        {
            warn!("the pages that were shown cannot be removed: {error}");
        }
    }
}

/// Removes the page that was there before.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

pub(super) async fn show(
    shared: &Arc<Shared>,
    view: View,
    command: &str,
    argument: Value,
) -> Result<Value> {
    let argument = match argument {
        // These need nothing said.
        Value::Null if matches!(command, DUE | PLAN | MATCH) => json!({}),
        argument => argument,
    };
    let asked: Asked = read(command, "contact, event, goal or uri, show?", argument)?;
    let show = asked.show && shared.client().shows_documents;
    let (asked_shared, command) = (Arc::clone(shared), command.to_owned());
    let page = blocking(move |_| page(&asked_shared, &view, &command, &asked)).await??;
    let mut answer = json!({"title": page.title, "markdown": page.markdown});
    if show {
        let file = shared.pages.write(&page).map_err(|error| {
            refused(format!(
                "the page cannot be written to a temporary file: {error}"
            ))
        })?;
        let uri = uri::from_path(&file);
        answer["uri"] = uri.clone().into();
        if let Some(uri) = to_proto::uri(&uri) {
            let shown = shared.connection.show_document(ShowDocumentParams {
                uri,
                external: None,
                take_focus: Some(true),
                selection: None,
            });
            if !matches!(shown.await, Ok(true)) {
                warn!("the editor did not show the page");
            }
        }
    }
    Ok(answer)
}

fn page(shared: &Shared, state: &State, command: &str, asked: &Asked) -> Result<Page> {
    let folder = folder_of(state, asked.uri.as_deref())?;
    let world = folder.world(shared.today());
    let to = |path: &str| state.uri(folder, path);
    let (name, uri) = (asked.contact.as_deref(), asked.uri.as_deref());
    let page = match command {
        TIMELINE => ide::timeline_page(world, contact_of(folder, name, uri)?, &to),
        BRIEF => ide::brief_page(world, briefed(folder, asked)?, &to),
        PLAN => Some(ide::plan_page(world, planned(folder, asked)?, &to)),
        MATCH => Some(ide::match_page(world, &to)),
        _ => Some(ide::due_page(world, &to)),
    };
    page.ok_or_else(|| refused("a brief is of a contact or an event; name one of these"))
}

/// Returns the note that a brief is about.
fn briefed(folder: &Folder, asked: &Asked) -> Result<vault::NoteId> {
    match (&asked.contact, &asked.event) {
        (Some(contact), _) => find_contact(folder, contact),
        (None, Some(event)) => folder
            .vault
            .id(event)
            .or_else(|| folder.vault.resolve_name(event).note())
            .ok_or_else(|| refused(format!("there is no event at `{event}`"))),
        (None, None) => note_of(folder, asked.uri.as_deref())
            .ok_or_else(|| refused("name a contact or an event, or the `uri` of its note")),
    }
}

/// Returns the goal that a plan is of: the one that is named, or whose note it is asked in; `None` for all that are open.
fn planned(folder: &Folder, asked: &Asked) -> Result<Option<vault::NoteId>> {
    let is_goal = |id: &vault::NoteId| folder.vault.note(*id).kind == NoteKind::Goal;
    let Some(goal) = &asked.goal else {
        return Ok(note_of(folder, asked.uri.as_deref()).filter(is_goal));
    };
    let found = folder.vault.id(goal);
    let found = found.or_else(|| folder.vault.resolve_name(goal).note());
    match found.filter(is_goal) {
        Some(goal) => Ok(Some(goal)),
        None => Err(refused(format!("there is no goal at `{goal}`"))),
    }
}

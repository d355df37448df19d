//! `workspace/executeCommand`: what needs more than an edit.
//!
//! A command takes one object and answers one that says what it did. What fails answers an error whose message names the
//! next step, and changes nothing.

mod log;
mod new;
mod pages;
mod snooze;

pub(crate) use pages::Shown;

use std::sync::Arc;

use note::NoteKind;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower_lsp::{
    jsonrpc::{Error, Result},
    ls_types::{ExecuteCommandParams, MessageType, ProgressToken},
};
use vault::{NoteId, Resolution, SourceChange};

use crate::{
    owner::{Job, View},
    server::{Shared, refused},
    state::{Folder, FolderKind, State},
    to_proto, uri,
};

/// Logs an interaction as a commit.
pub(crate) const LOG: &str = "ties.log";
/// Puts a follow-up off.
pub(crate) const SNOOZE: &str = "ties.snooze";
/// Writes a new note.
pub(crate) const NEW: &str = "ties.new";
/// Shows the conversations with a contact.
pub(crate) const TIMELINE: &str = "ties.timeline";
/// Shows what to know before one meets a contact or goes to an event.
pub(crate) const BRIEF: &str = "ties.brief";
/// Shows whom to get in touch with.
pub(crate) const DUE: &str = "ties.due";
/// Shows goals worked out.
pub(crate) const PLAN: &str = "ties.plan";
/// Shows what people could do for each other.
pub(crate) const MATCH: &str = "ties.match";

/// Every command.
pub(crate) const ALL: [&str; 8] = [LOG, SNOOZE, NEW, TIMELINE, BRIEF, DUE, PLAN, MATCH];

/// Runs a command in the request's turn.
pub(crate) async fn execute(
    shared: &Arc<Shared>,
    view: View,
    params: ExecuteCommandParams,
) -> Result<Option<Value>> {
    let argument = params.arguments.into_iter().next().unwrap_or(Value::Null);
    let name = params.command.as_str();
    let token = params.work_done_progress_params.work_done_token;
    let run = async {
        match name {
            LOG => log::log(shared, view, argument).await,
            SNOOZE => snooze::snooze(shared, view, argument).await,
            NEW => new::new(shared, view, argument).await,
            TIMELINE | BRIEF | DUE | PLAN | MATCH => {
                pages::show(shared, view, name, argument).await
            }
            other => Err(Error::invalid_params(format!(
                "`{other}` is no command of ties; they are {}",
                ALL.map(|name| format!("`{name}`")).join(", ")
            ))),
        }
    };
    with_progress(shared, token, name, run).await.map(Some)
}

/// Runs `work`, of which the client is told that it goes on where it asked to be.
async fn with_progress<T>(
    shared: &Shared,
    token: Option<ProgressToken>,
    name: &str,
    work: impl Future<Output = T>,
) -> T {
    let Some(token) = token else {
        return work.await;
    };
    let progress = shared.connection.progress(token, name).begin().await;
    let done = work.await;
    progress.finish().await;
    done
}

/// Reads the one object that a command takes.
fn read<T: DeserializeOwned>(command: &str, keys: &str, argument: Value) -> Result<T> {
    if !argument.is_object() {
        return Err(Error::invalid_params(format!(
            "`{command}` takes one object: {{{keys}}}"
        )));
    }
    serde_json::from_value(argument).map_err(|error| {
        Error::invalid_params(format!("`{command}` cannot read its object: {error}"))
    })
}

/// Tells the user what was done: many clients show no answers of commands.
async fn say_so(shared: &Shared, message: String) {
    shared
        .connection
        .show_message(MessageType::INFO, message)
        .await;
}

/// Returns the folder that a command is about: that of the note with this URI, else the only one.
fn folder_of<'a>(state: &'a State, uri: Option<&str>) -> Result<&'a Folder> {
    let named = uri.and_then(uri::to_path);
    if let Some((folder, _)) = named.and_then(|path| state.place(&path)) {
        if folder.kind == FolderKind::Vault {
            return Ok(folder);
        }
        return Err(refused(
            "this file is in no vault; open the folder of your notes",
        ));
    }
    let mut vaults = state
        .folders
        .iter()
        .filter(|folder| folder.kind == FolderKind::Vault);
    match (vaults.next(), vaults.next()) {
        (Some(folder), None) => Ok(folder),
        (None, _) => Err(refused("no vault is open; open the folder of your notes")),
        (Some(_), Some(_)) => Err(refused(
            "several vaults are open; say which by the `uri` of a note in it",
        )),
    }
}

fn find_contact(folder: &Folder, name: &str) -> Result<NoteId> {
    let vault = &folder.vault;
    let found = match vault.id(name) {
        Some(note) => Resolution::Note(note),
        None => vault.resolve_name(name),
    };
    match found {
        Resolution::Note(note) if vault.note(note).kind == NoteKind::Contact => Ok(note),
        Resolution::Note(note) => Err(refused(format!(
            "`{}` is no contact; give the note `kind: contact`, or name another",
            vault.note(note).path
        ))),
        Resolution::Ambiguous(notes) => {
            let paths: Vec<&str> = notes.iter().map(|note| &*vault.note(*note).path).collect();
            Err(refused(format!(
                "`{name}` is several: say which by its path, {}",
                paths.join(" or ")
            )))
        }
        Resolution::Unresolved | Resolution::External => Err(refused(format!(
            "no contact is called `{name}`; check the spelling, or create the note first"
        ))),
    }
}

/// Returns the contact that a command names by a path or name, else the one whose note has this URI.
fn contact_of(folder: &Folder, name: Option<&str>, uri: Option<&str>) -> Result<NoteId> {
    if let Some(name) = name {
        return find_contact(folder, name);
    }
    let note =
        note_of(folder, uri).ok_or_else(|| refused("name a contact, or the `uri` of its note"))?;
    match folder.vault.note(note).kind {
        NoteKind::Contact => Ok(note),
        _ => Err(refused(format!(
            "`{}` is no contact; give the note `kind: contact`, or name another",
            folder.vault.note(note).path
        ))),
    }
}

/// Returns the note with this URI.
fn note_of(folder: &Folder, uri: Option<&str>) -> Option<NoteId> {
    let path = uri::relative(&folder.root, &uri::to_path(uri?)?)?;
    folder.vault.id(&path)
}

/// A change that a command makes, for the client if it can, else for the disk.
struct Change {
    root: std::path::PathBuf,
    source: SourceChange,
    /// As the client makes it; `None` where it cannot.
    edit: Option<tower_lsp::ls_types::WorkspaceEdit>,
    /// Whether one of the files is open in the editor, which then has to change it.
    is_open: bool,
}

impl Change {
    fn new(shared: &Shared, state: &State, folder: &Folder, change: SourceChange) -> Self {
        let client = shared.client();
        let edit = to_proto::workspace_edit(state, folder, &change, client).ok();
        let is_open = change.edits.keys().any(|path| folder.texts.is_open(path));
        Self {
            root: folder.root.clone(),
            source: change,
            edit: edit.filter(|_| client.applies_edits),
            is_open,
        }
    }

    /// Makes the change.
    async fn make(self, shared: &Arc<Shared>) -> Result<()> {
        if let Some(edit) = self.edit {
            let answer = shared.connection.apply_edit(edit).await?;
            return match answer.applied {
                true => Ok(()),
                false => Err(refused(format!(
                    "the editor did not make the change: {}",
                    answer
                        .failure_reason
                        .as_deref()
                        .unwrap_or("it gives no reason")
                ))),
            };
        }
        if self.is_open {
            return Err(refused(
                "the note is open, and this editor takes no edits from a server; close it first",
            ));
        }
        let root = self.root.clone();
        let change = self.source.clone();
        crate::server::blocking(move |_| vault::load::apply(&root, &change))
            .await?
            .map_err(|error| refused(error.to_string()))?;
        let files = self.source.edits.keys();
        let files = files.chain(self.source.creates.iter().map(|(path, _)| path));
        let paths = files.map(|path| self.root.join(&**path)).collect();
        shared.put(Job::Recheck(paths));
        Ok(())
    }
}

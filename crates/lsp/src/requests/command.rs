//! `workspace/executeCommand`: what needs more than an edit.
//!
//! A command takes one object. What fails answers an error whose message names the next step, and changes nothing.

use std::{sync::Arc, time::Duration};

use jiff::Zoned;
use journal::{
    InitiatedBy, Record,
    git::{OpenError, Repository, WriteError},
    record::{new_id, summarize},
};
use note::{ContactId, NoteKind, value::When};
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::{
    jsonrpc::{Error, Result},
    ls_types::ExecuteCommandParams,
};
use tracing::warn;
use vault::{NoteId, Resolution};

use crate::{
    history::with_hint,
    owner::View,
    server::{Shared, blocking, refused},
    state::{Folder, FolderKind, State},
    uri,
};

/// Logs an interaction as a commit.
pub(crate) const LOG: &str = "ties.log";

/// Shows the history of a contact.
pub(crate) const TIMELINE: &str = "ties.timeline";

/// Shows what to know before one meets a contact or goes to an event.
pub(crate) const BRIEF: &str = "ties.brief";

/// How long the answer waits for the journal to be read with what was just written.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs a command in the request's turn.
pub(crate) async fn execute(
    shared: &Arc<Shared>,
    view: View,
    params: ExecuteCommandParams,
) -> Result<Option<Value>> {
    match params.command.as_str() {
        LOG => {
            let argument = params.arguments.into_iter().next().unwrap_or(Value::Null);
            log(shared, view, argument).await.map(Some)
        }
        other => Err(Error::invalid_params(format!(
            "`{other}` is no command of ties; `{LOG}` is one"
        ))),
    }
}

/// The argument of [`LOG`]. What else it holds (`range`) is for the editor.
#[derive(Deserialize)]
struct Log {
    kind: String,
    /// Paths from the vault's root, or names.
    contacts: Vec<String>,
    /// A day or an instant; today where it is missing.
    on: Option<String>,
    message: Option<String>,
    /// The note in which the interaction is written down, which is committed with it.
    uri: Option<String>,
    /// The path of the event at which it was.
    event: Option<String>,
    /// `me` or `them`.
    by: Option<String>,
}

/// An interaction that can be written.
struct Draft {
    folder: crate::state::FolderId,
    root: std::path::PathBuf,
    skip_ci: bool,
    record: Record,
    /// The notes to commit with it.
    notes: Vec<String>,
}

async fn log(shared: &Arc<Shared>, view: View, argument: Value) -> Result<Value> {
    if !argument.is_object() {
        return Err(Error::invalid_params(format!(
            "`{LOG}` takes one object: {{kind, contacts, on?, message?, uri?}}"
        )));
    }
    let log: Log = serde_json::from_value(argument).map_err(|error| {
        Error::invalid_params(format!("`{LOG}` cannot read its object: {error}"))
    })?;
    let now = shared.now();
    let drafted = now.clone();
    // The view goes before anything is written, so that edits do not wait for git.
    let draft = blocking(move |_| draft(&view, &log, &drafted)).await??;
    let _writing = shared.writing.lock().await;
    let (folder, id) = (draft.folder, draft.record.id.clone());
    let commit = blocking(move |_| write(&draft, &now)).await??;
    if tokio::time::timeout(PATIENCE, shared.read_journal(folder))
        .await
        .is_err()
    {
        warn!("the journal is still being read");
    }
    Ok(json!({"id": id, "commit": commit}))
}

fn draft(state: &State, log: &Log, now: &Zoned) -> Result<Draft> {
    let folder = folder_of(state, log)?;
    let config = folder.vault.config();
    if !config.is_kind(&log.kind) {
        let known = config.kinds.iter().map(|kind| &**kind);
        let help = match note::fold::nearest(&log.kind.to_lowercase(), known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it is one of {}", config.kinds.join(", ")),
        };
        return Err(refused(format!(
            "`{}` is no kind of interaction; {help}",
            log.kind
        )));
    }
    let today = now.date();
    let on = match &log.on {
        None => When::Day(today),
        Some(on) => When::parse(on.trim()).ok_or_else(|| {
            refused(format!(
                "`{on}` is no day; write it like `{today}` or `{today}T15:00+01:00`"
            ))
        })?,
    };
    if on.day() > today {
        return Err(refused(format!(
            "`{on}` is in the future; log an interaction when it has happened"
        )));
    }
    let by = match log.by.as_deref() {
        None | Some("") => None,
        Some(by) => Some(
            InitiatedBy::parse(by)
                .ok_or_else(|| refused(format!("`{by}` did not reach out; say `me` or `them`")))?,
        ),
    };
    if log.contacts.is_empty() {
        return Err(refused("name a contact: an interaction is with someone"));
    }
    let mut contacts = Vec::new();
    for name in &log.contacts {
        let contact = find_contact(folder, name)?;
        if !contacts.contains(&contact) {
            contacts.push(contact);
        }
    }
    let event = match log.event.as_deref() {
        None | Some("") => None,
        Some(path) if folder.vault.id(path).is_some() => Some(path.into()),
        Some(path) => return Err(refused(format!("there is no event at `{path}`"))),
    };
    let people = contacts.iter().map(|contact| folder.vault.note(*contact));
    let names: Vec<&str> = people.clone().map(|contact| &*contact.name).collect();
    let kind = log.kind.to_lowercase();
    let (summary, body) = summarize(&kind, &names, log.message.as_deref().unwrap_or(""));
    let record = Record {
        id: new_id(now.timestamp()),
        revision: 1,
        retracted: false,
        kind: kind.into(),
        on,
        summary: summary.into(),
        body: body.into(),
        contacts: people
            .clone()
            .map(|contact| ContactId {
                path: (&*contact.path).into(),
                uid: contact.uid().map(Into::into),
            })
            .collect(),
        initiated_by: by,
        gave: Vec::new(),
        received: Vec::new(),
        event,
        goal: None,
        other: Vec::new(),
    };
    Ok(Draft {
        folder: folder.id,
        root: folder.root.clone(),
        skip_ci: folder.vault.config().skip_ci,
        record,
        notes: notes_to_commit(folder, log, people.map(|contact| &*contact.path)),
    })
}

/// Returns the folder that the command is about: that of its document, else the only one.
fn folder_of<'a>(state: &'a State, log: &Log) -> Result<&'a Folder> {
    let named = log.uri.as_deref().and_then(uri::to_path);
    if let Some((folder, _)) = named.and_then(|path| state.place(&path)) {
        if folder.kind == FolderKind::Vault {
            return Ok(folder);
        }
        return Err(refused(
            "this file is in no vault; open the folder of your notes to log an interaction",
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

/// Returns the notes that are committed with an entry that is written down: the contacts' and its own, if on disk.
fn notes_to_commit<'a>(
    folder: &Folder,
    log: &Log,
    contacts: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let Some(own) = log.uri.as_deref().and_then(uri::to_path) else {
        return Vec::new();
    };
    let own = uri::relative(&folder.root, &own);
    let mut notes: Vec<String> = contacts.map(str::to_owned).chain(own).collect();
    notes.sort();
    notes.dedup();
    notes.retain(|path| folder.root.join(path).is_file());
    notes
}

fn write(draft: &Draft, now: &Zoned) -> Result<String> {
    let opened = |error: OpenError| refused(with_hint(&error, error.hint().as_deref()));
    let written = |error: WriteError| refused(with_hint(&error, error.hint().as_deref()));
    let mut repository = Repository::discover(&draft.root).map_err(opened)?;
    repository.set_unattended();
    repository.set_skip_ci(draft.skip_ci);
    let records = std::slice::from_ref(&draft.record);
    let notes: Vec<&str> = draft.notes.iter().map(String::as_str).collect();
    let answer = if notes.is_empty() {
        repository.append(records, now)
    } else {
        repository.append_with_notes(records, &notes, now)
    }
    .map_err(written)?;
    for warning in &answer.warnings {
        warn!("{warning}");
    }
    Ok(answer.commits.into_iter().last().unwrap_or_default().into())
}

//! `ties.log`: an interaction, written as a commit.

use std::{sync::Arc, time::Duration};

use jiff::Zoned;
use journal::{
    InitiatedBy, Record,
    git::{OpenError, Repository, WriteError},
    record::{new_id, summarize},
};
use note::{ContactId, value::When};
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;
use tracing::warn;

use super::{LOG, find_contact, folder_of, read, say_so};
use crate::{
    history::with_hint,
    owner::View,
    server::{Shared, blocking, refused},
    state::{Folder, State},
    uri,
};

/// How long the answer waits for the journal to be read with what was just written.
const PATIENCE: Duration = Duration::from_secs(2);

/// The argument. What else it holds (`range`) is for the editor.
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
    /// A note of the vault that is meant, where the interaction is not written down.
    near: Option<String>,
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

pub(super) async fn log(shared: &Arc<Shared>, view: View, argument: Value) -> Result<Value> {
    let log: Log = read(
        LOG,
        "kind, contacts, on?, message?, uri?, near?, event?, by?",
        argument,
    )?;
    let now = shared.now();
    let drafted = now.clone();
    // The view goes before anything is written, so that edits do not wait for git.
    let draft = blocking(move |_| draft(&view, &log, &drafted)).await??;
    let _writing = shared.writing.lock().await;
    let (folder, id) = (draft.folder, draft.record.id.clone());
    let summary = format!("logged `{}` on {}", draft.record.summary, draft.record.on);
    let commit = blocking(move |_| write(&draft, &now)).await??;
    if tokio::time::timeout(PATIENCE, shared.read_journal(folder))
        .await
        .is_err()
    {
        warn!("the journal is still being read");
    }
    say_so(shared, summary).await;
    Ok(json!({"id": id, "commit": commit}))
}

fn draft(state: &State, log: &Log, now: &Zoned) -> Result<Draft> {
    let folder = folder_of(state, log.uri.as_deref().or(log.near.as_deref()))?;
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

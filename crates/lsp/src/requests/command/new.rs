//! `ties.new`: a new note, as `ties new` writes it.

use std::{collections::BTreeMap, sync::Arc};

use note::NoteKind;
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::{jsonrpc::Result, ls_types::ShowDocumentParams};

use super::{Change, NEW, folder_of, read};
use crate::{
    history::with_hint,
    owner::View,
    server::{Shared, refused},
    to_proto,
};

/// The argument.
#[derive(Deserialize)]
struct New {
    /// `contact`, `organization`, `event` or `goal`; a contact where it is missing.
    kind: Option<String>,
    name: String,
    /// Keys of the front matter and their values: a text, or a list of texts.
    #[serde(default)]
    set: BTreeMap<String, Value>,
    /// A note of the vault that is meant.
    uri: Option<String>,
    /// Whether the note is shown; it is where nothing is said.
    show: Option<bool>,
}

pub(super) async fn new(shared: &Arc<Shared>, view: View, argument: Value) -> Result<Value> {
    let asked: New = read(NEW, "kind?, name, set?, uri?, show?", argument)?;
    let kind = match asked.kind.as_deref() {
        None => Some(NoteKind::Contact),
        Some(word) => NoteKind::from_word(word),
    };
    let kind = kind.filter(|kind| !matches!(kind, NoteKind::Me | NoteKind::Plain));
    let kind = kind.ok_or_else(|| {
        refused("a new note is of a `contact`, an `organization`, an `event` or a `goal`")
    })?;
    let mut keys: Vec<(&str, String)> = Vec::new();
    for (key, value) in &asked.set {
        let items = match value {
            Value::Array(items) => &items[..],
            one => std::slice::from_ref(one),
        };
        keys.extend(items.iter().map(|item| {
            let text = item
                .as_str()
                .map_or_else(|| item.to_string(), str::to_owned);
            (key.as_str(), text)
        }));
    }
    let keys: Vec<(&str, &str)> = keys.iter().map(|(key, text)| (*key, &**text)).collect();
    let refuse =
        |error: ide::NewNoteError| refused(with_hint(&error.message, error.hint.as_deref()));
    let (change, path, uri) = {
        let state = &*view;
        let folder = folder_of(state, asked.uri.as_deref())?;
        let world = folder.world(shared.today());
        let note = ide::new_note(world, kind, &asked.name, &keys).map_err(refuse)?;
        if folder.root.join(&note.path).exists() {
            return Err(refuse(ide::note_exists(&note.path)));
        }
        let uri = state.uri(folder, &note.path);
        let change = Change::new(shared, state, folder, note.change());
        (change, note.path, uri)
    };
    drop(view);
    change.make(shared).await?;
    if asked.show != Some(false)
        && shared.client().shows_documents
        && let Some(uri) = to_proto::uri(&uri)
    {
        let shown = shared.connection.show_document(ShowDocumentParams {
            uri,
            external: None,
            take_focus: Some(true),
            selection: None,
        });
        // The note is there, shown or not.
        let _ = shown.await;
    }
    Ok(json!({"path": path, "uri": uri, "kind": kind.word()}))
}

//! `workspace/willRenameFiles`: files and folders that move in the editor's tree.

use std::{
    collections::HashMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tower_lsp::ls_types::{
    DocumentChangeOperation, DocumentChanges, FileOperationFilter, FileOperationPattern,
    FileOperationPatternKind, FileOperationRegistrationOptions, FileRename, ResourceOp, Uri,
    WorkspaceEdit,
};
use vault::SourceChange;

use crate::{
    requests::rename::Refusal,
    server::Ask,
    state::{FolderId, FolderKind, State},
    to_proto, uri,
};

/// How long a client may take to carry out a rename.
const PATIENCE: Duration = Duration::from_secs(30);

/// Moves that this server asked for itself. Some clients ask about those too, when the links are right already.
#[derive(Default)]
pub(crate) struct OwnMoves(Mutex<Vec<(PathBuf, PathBuf, Instant)>>);

impl OwnMoves {
    /// Remembers the moves of an edit.
    pub(crate) fn remember(&self, edit: &WorkspaceEdit) {
        let Some(DocumentChanges::Operations(operations)) = &edit.document_changes else {
            return;
        };
        let now = Instant::now();
        let moves = operations.iter().filter_map(|operation| match operation {
            DocumentChangeOperation::Op(ResourceOp::Rename(rename)) => Some((
                uri::to_path(rename.old_uri.as_str())?,
                uri::to_path(rename.new_uri.as_str())?,
                now,
            )),
            _ => None,
        });
        let mut own = self.0.lock();
        own.retain(|(_, _, at)| at.elapsed() < PATIENCE);
        own.extend(moves);
    }

    /// Returns whether a move is one of those, and forgets it.
    fn take(&self, old: &PathBuf, new: &PathBuf) -> bool {
        let mut own = self.0.lock();
        own.retain(|(_, _, at)| at.elapsed() < PATIENCE);
        let found = own
            .iter()
            .position(|(from, to, _)| from == old && to == new);
        found.map(|index| own.swap_remove(index)).is_some()
    }
}

/// Returns which files the client is to ask and tell about: notes, and every folder.
pub(crate) fn watched() -> FileOperationRegistrationOptions {
    let filter = |glob: &str, kind| FileOperationFilter {
        scheme: Some("file".to_owned()),
        pattern: FileOperationPattern {
            glob: glob.to_owned(),
            matches: Some(kind),
            options: None,
        },
    };
    FileOperationRegistrationOptions {
        filters: vec![
            // Files beside the notes are linked too.
            filter("**/*", FileOperationPatternKind::File),
            filter("**/*", FileOperationPatternKind::Folder),
        ],
    }
}

/// The edits that keep links right, and the links that nothing keeps right: their notes and what they say.
pub(crate) type Moved = (Option<WorkspaceEdit>, Vec<(String, String)>);

/// Returns the edits that keep links right, for the files where they are now; none where none is needed.
pub(crate) fn will_rename(
    ask: &Ask<'_>,
    own: &OwnMoves,
    files: &[FileRename],
) -> Result<Moved, Refusal> {
    let mut moves: Vec<(FolderId, (String, String))> = Vec::new();
    for file in files {
        let paths = uri::to_path(&file.old_uri).zip(uri::to_path(&file.new_uri));
        let Some((old, new)) = paths else {
            continue;
        };
        if own.take(&old, &new) {
            continue;
        }
        moves.extend(within(ask.state, &old, &new));
    }
    let (mut edits, mut left) = (Edits::default(), Vec::new());
    for folder in &ask.state.folders {
        let here = moves.iter().filter(|(id, _)| *id == folder.id);
        let here: Vec<(String, String)> = here.map(|(_, paths)| paths.clone()).collect();
        if here.is_empty() {
            continue;
        }
        let refused = |error: ide::RenameError| Refusal::Rule(error.message);
        let is_note = |path: &str| vault::load::is_note(&folder.root, path, folder.vault.config());
        let found = ide::move_files(folder.world(ask.today), &here, &is_note).map_err(refused)?;
        edits.add(ask, folder, &found.change)?;
        left.extend(found.left);
    }
    Ok((edits.finish(), left))
}

/// Returns the vault that holds both paths, and the paths in it. What leaves its vault, or comes into one, has no path
/// that links could have.
fn within(
    state: &State,
    old: &std::path::Path,
    new: &std::path::Path,
) -> Option<(FolderId, (String, String))> {
    let (folder, from) = state.holding(old)?;
    let to = uri::relative(&folder.root, new)?;
    (folder.kind == FolderKind::Vault).then_some((folder.id, (from, to)))
}

/// The edits of several vaults as one.
#[derive(Default)]
struct Edits {
    changes: HashMap<Uri, Vec<tower_lsp::ls_types::TextEdit>>,
    operations: Vec<DocumentChangeOperation>,
}

impl Edits {
    fn add(
        &mut self,
        ask: &Ask<'_>,
        folder: &crate::state::Folder,
        change: &SourceChange,
    ) -> Result<(), Refusal> {
        match to_proto::workspace_edit(ask.state, folder, change, ask.client) {
            Ok(edit) => {
                self.changes.extend(edit.changes.unwrap_or_default());
                if let Some(DocumentChanges::Operations(operations)) = edit.document_changes {
                    self.operations.extend(operations);
                }
                Ok(())
            }
            Err(to_proto::Refused::Changed(path)) => Err(Refusal::Changed(folder.root.join(path))),
            Err(to_proto::Refused::Unsupported) => Ok(()),
        }
    }

    fn finish(self) -> Option<WorkspaceEdit> {
        let edit = WorkspaceEdit {
            changes: (!self.changes.is_empty()).then_some(self.changes),
            document_changes: (!self.operations.is_empty())
                .then_some(DocumentChanges::Operations(self.operations)),
            change_annotations: None,
        };
        (edit != WorkspaceEdit::default()).then_some(edit)
    }
}

/// Returns what to tell of links that will lead nowhere; `None` where there are none.
pub(crate) fn warning(left: &[(String, String)]) -> Option<String> {
    let ((path, target), others) = left.split_first()?;
    let others = match others.len() {
        0 => String::new(),
        n => format!(", and {n} more"),
    };
    Some(format!(
        "no wiki link can say the new path: `[[{target}]]` in `{path}` leads nowhere now{others}; give the file a name without `[`, `]`, `|`, `#`, `^`, or the note a `name`"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_with_its_number() {
        let left = |path: &str| (path.to_owned(), "ada".to_owned());
        assert_eq!(warning(&[]), None);
        let one = warning(&[left("n.md")]).expect("one is left");
        assert!(
            one.contains("`[[ada]]` in `n.md` leads nowhere now;"),
            "{one}"
        );
        let three = warning(&[left("a.md"), left("b.md"), left("c.md")]).expect("three are");
        assert!(
            three.contains("`a.md` leads nowhere now, and 2 more;"),
            "{three}"
        );
    }
}

//! `textDocument/prepareRename` and `textDocument/rename`.

use tower_lsp::{
    jsonrpc::Error,
    ls_types::{PrepareRenameResponse, RenameParams, TextDocumentPositionParams, WorkspaceEdit},
};

use crate::{
    owner::Job,
    server::{Ask, Shared, refused},
    to_proto,
};

/// Returns what a rename would act on; `None` where nothing there can be renamed.
pub(crate) fn prepare(
    ask: &Ask<'_>,
    params: &TextDocumentPositionParams,
) -> Option<PrepareRenameResponse> {
    let cursor = ask.cursor(params)?;
    let found = ide::prepare_rename(cursor.world, cursor.position).ok()?;
    Some(PrepareRenameResponse::RangeWithPlaceholder {
        range: to_proto::range(&cursor.at.lines, found.span, ask.client.encoding),
        placeholder: found.placeholder,
    })
}

/// Why nothing was renamed.
pub(crate) enum Refusal {
    /// The rules of names say no.
    Rule(String),
    /// This file is not as it was read.
    Changed(std::path::PathBuf),
}

impl Refusal {
    /// Returns the answer, and has a file that changed read again.
    pub(crate) fn into_error(self, shared: &Shared) -> Error {
        match self {
            Self::Rule(message) => refused(message),
            Self::Changed(path) => {
                let message = format!(
                    "`{}` has changed on disk; it is read again, so try once more",
                    path.display()
                );
                shared.put(Job::Recheck(vec![path]));
                refused(message)
            }
        }
    }
}

pub(crate) fn rename(
    ask: &Ask<'_>,
    params: &RenameParams,
) -> Result<Option<WorkspaceEdit>, Refusal> {
    let Some(cursor) = ask.cursor(&params.text_document_position) else {
        return Ok(None);
    };
    let folder = cursor.at.folder;
    let moves_files = ask.client.moves_files;
    let change = ide::rename(cursor.world, cursor.position, &params.new_name, moves_files)
        .map_err(|error| Refusal::Rule(error.message))?;
    match to_proto::workspace_edit(ask.state, folder, &change, ask.client) {
        Ok(edit) => Ok(Some(edit)),
        Err(to_proto::Refused::Changed(path)) => Err(Refusal::Changed(folder.root.join(path))),
        Err(to_proto::Refused::Unsupported) => Err(Refusal::Rule(
            "the editor cannot move files; use `ties rename` instead".to_owned(),
        )),
    }
}

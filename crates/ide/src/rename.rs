//! Renaming what is under the cursor: a contact with its file, an alias, a heading, a tag, and every link to it.

use note::Span;
use vault::{NoteId, SourceChange};

use crate::{FilePosition, World};

/// What would be renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameRange {
    /// The range the editor puts its box on.
    pub span: Span,
    /// The present name.
    pub placeholder: String,
}

/// Why a rename is refused; each message names the next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameError {
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for RenameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RenameError {}

/// Returns what a rename at the cursor would act on.
///
/// # Errors
/// Where nothing there can be renamed.
///
/// Source: LSP 3.17 `textDocument/prepareRename`.
pub fn prepare_rename(
    world: World<'_>,
    position: FilePosition,
) -> Result<RenameRange, RenameError> {
    let _ = (world, position);
    todo!()
}

/// Returns the change that renames what is under the cursor. `move_files` is whether the client can move files.
///
/// # Errors
/// Where the name is empty, holds `[`, `]`, `|`, `#`, `^` or a line break, or another note has it.
///
/// Source: LSP 3.17 `textDocument/rename`.
pub fn rename(
    world: World<'_>,
    position: FilePosition,
    new_name: &str,
    move_files: bool,
) -> Result<SourceChange, RenameError> {
    let _ = (world, position, new_name, move_files);
    todo!()
}

/// Returns the change that gives `note` the name `new_name`: its `name:` or first heading, its file, every link to it.
///
/// # Errors
/// As [`rename`].
pub fn rename_note(
    world: World<'_>,
    note: NoteId,
    new_name: &str,
    move_files: bool,
) -> Result<SourceChange, RenameError> {
    let _ = (world, note, new_name, move_files);
    todo!()
}

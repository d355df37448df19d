//! Editor features as pure functions over a [`World`]: completion, hover, navigation, rename, symbols, actions.
//!
//! Plain structs with public fields come out. Nothing here knows LSP types, async, the disk or processes; positions are
//! byte offsets. Each function costs what its note and its answer hold, never the size of the vault.

pub mod actions;
pub mod completion;
pub mod hover;
pub mod navigation;
pub mod rename;
pub mod symbols;

mod cursor;
mod glance;
mod matching;
mod names;
#[cfg(test)]
mod robustness;
#[cfg(test)]
mod test_vault;
mod words;

pub use actions::{Action, ActionKind, Command, actions};
pub use completion::{Completion, CompletionItem, CompletionKind, completion, resolve_completion};
pub use glance::glance;
pub use hover::{Hover, hover};
pub use navigation::{NavTarget, Navigation, definition, references};
pub use network::World;
pub use rename::{RenameError, RenameRange, prepare_rename, rename};
pub use symbols::{Symbol, SymbolKind, WorkspaceSymbol, document_symbols, workspace_symbols};

use note::Span;
use vault::NoteId;

/// A cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilePosition {
    /// The note.
    pub note: NoteId,
    /// The byte offset.
    pub offset: u32,
}

/// A range in a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileSpan {
    /// The note.
    pub note: NoteId,
    /// The range.
    pub span: Span,
}

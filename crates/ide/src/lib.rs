//! Editor features as pure functions over a [`World`]: completion, hover, navigation, rename, symbols, actions.
//!
//! Plain structs with public fields come out. Nothing here knows LSP types, async, the disk or processes; positions are
//! byte offsets. Each function costs what its note and its answer hold, never the size of the vault.

pub mod actions;
pub mod completion;
pub mod document_links;
pub mod folding;
pub mod highlights;
pub mod hover;
pub mod inlay_hints;
pub mod introductions;
pub mod lenses;
pub mod linked_editing;
pub mod navigation;
pub mod new_note;
pub mod pages;
pub mod rename;
pub mod selection;
pub mod semantic_tokens;
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

pub use actions::{Action, ActionKind, Command, actions, snooze_until};
pub use completion::{
    Completion, CompletionItem, CompletionKind, completion, encode_path, resolve_completion,
};
pub use document_links::{DocumentLink, LinkTarget, document_links};
pub use folding::{Fold, FoldKind, folds};
pub use glance::glance;
pub use highlights::{Highlight, HighlightKind, highlights};
pub use hover::{Hover, hover};
pub use inlay_hints::{InlayHint, inlay_hints};
pub use introductions::{Person, introduced, introduced_by, person_at};
pub use lenses::{Lens, LensKind, lens_title, lenses};
pub use linked_editing::linked_editing;
pub use navigation::{NavTarget, Navigation, definition, references};
pub use network::World;
pub use new_note::{NewNote, NewNoteError, new_note, note_exists};
pub use pages::{Page, brief_page, due_page, match_page, plan_page, timeline_page};
pub use rename::{MovedFiles, RenameError, RenameRange, move_files, prepare_rename, rename};
pub use selection::selections;
pub use semantic_tokens::{Token, TokenKind, semantic_tokens};
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

//! Outlines and finding notes by name.

use note::Span;
use vault::NoteId;

use crate::World;

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    /// A contact, or you.
    Contact,
    /// An organization.
    Organization,
    /// An event.
    Event,
    /// A goal.
    Goal,
    /// A plain note.
    Note,
    /// A heading.
    Heading,
    /// A front matter key.
    Key,
}

/// A node of a note's outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// What is shown; never empty.
    pub name: String,
    /// A few words beside it.
    pub detail: Option<String>,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it: a heading's section.
    pub full: Span,
    /// Its name; inside `full`.
    pub focus: Span,
    /// What lies below it.
    pub children: Vec<Symbol>,
}

/// A note found by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceSymbol {
    /// The name or alias that matched.
    pub name: String,
    /// The note's name where an alias matched, else its folder.
    pub container: Option<String>,
    /// What it is.
    pub kind: SymbolKind,
    /// The note.
    pub note: NoteId,
    /// Where the name is written.
    pub span: Span,
    /// How well it matched; higher is better.
    pub score: u32,
}

/// Returns the outline of a note.
///
/// Source: LSP 3.17 `textDocument/documentSymbol`.
pub fn document_symbols(world: World<'_>, note: NoteId) -> Vec<Symbol> {
    let _ = (world, note);
    todo!()
}

/// Returns the notes whose name or alias matches `query` fuzzily, diacritics ignored, best first, at most `limit`.
/// Each note comes once. An empty query matches all.
///
/// Source: LSP 3.17 `workspace/symbol`.
pub fn workspace_symbols(world: World<'_>, query: &str, limit: usize) -> Vec<WorkspaceSymbol> {
    let _ = (world, query, limit);
    todo!()
}

//! Going to definitions and finding references.

use note::Span;
use vault::NoteId;

use crate::{FilePosition, FileSpan, World};

/// A place to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavTarget {
    /// The note.
    pub note: NoteId,
    /// All of the thing: the note, the heading's section, the block.
    pub full: Span,
    /// What to put the cursor on: the name, the heading's text.
    pub focus: Span,
}

/// Where one goes from a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Navigation {
    /// What under the cursor was followed: the whole link, brackets included.
    pub origin: Span,
    /// Where it leads; several where it is ambiguous.
    pub targets: Vec<NavTarget>,
}

/// Returns where the link under the cursor leads.
///
/// Source: LSP 3.17 `textDocument/definition`.
pub fn definition(world: World<'_>, position: FilePosition) -> Option<Navigation> {
    let _ = (world, position);
    todo!()
}

/// Returns the links to what is under the cursor (a link's target, the note's name or heading, a tag), sorted by path
/// and range; with `declaration`, what it is declared by too.
///
/// Source: LSP 3.17 `textDocument/references`.
pub fn references(world: World<'_>, position: FilePosition, declaration: bool) -> Vec<FileSpan> {
    let _ = (world, position, declaration);
    todo!()
}
